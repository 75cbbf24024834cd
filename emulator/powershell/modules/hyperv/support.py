"""What the cmdlets of the module share: the machine, which objects a call is about, questions, and waits."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any

from emulator.host import (
    AccessDenied,
    Account,
    Host,
    HostError,
    Job,
    RoleNotInstalled,
    ServiceError,
    VirtualMachine,
)
from emulator.host.security.authorization import Operation
from emulator.powershell.dotnet.credentials import Credential
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.cim.session_types import own_session_account
from emulator.powershell.modules.hyperv.errors import (
    no_prompt_record,
    not_found_record,
    record_of,
)
from emulator.powershell.modules.hyperv.permissions import needed_for
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import NotEmulatedError, PipelineStopped, PSError
from emulator.powershell.runtime.services import FileStore
from emulator.powershell.runtime.streams import InformationRecord

_WILDCARDS = frozenset("*?[")
BAD_LOGON = "The user name or password is incorrect."
_LOCAL = frozenset({"localhost", ".", "127.0.0.1", "::1"})


def host_of(call: CmdletCall) -> Host:
    """The machine."""
    return call.service(Host)


class reporting:  # noqa: N801 - reads as a statement: with reporting(call)
    """Report a refusal of the machine as a non-terminating error and go on; ``text`` words it."""

    def __init__(self, call: CmdletCall, text: Callable[[HostError], str] | None = None) -> None:
        self.call = call
        self.text = text

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: type[BaseException] | None, problem: BaseException | None, __: object) -> bool:
        if not isinstance(problem, HostError):
            return False
        self.call.error(record_of(self.call, problem, self.text(problem) if self.text is not None else None))
        return True


def ready(call: CmdletCall) -> bool:
    """True when the call is about this computer and its management service answers; reports why not."""
    host = host_of(call)
    for name in call.get("ComputerName") or ():
        if not _is_this_computer(host, name):
            call.error(record_of(call, RoleNotInstalled(), computer=name))
            return False
    try:
        account = account_of(call)
        with host.looking():
            host.role.require()
            if account is not None and not account.is_administrator:
                scopes = host.authorization.scoped_operations(account)
                if not any(needed_for(call.name) in allowed for allowed in scopes.values()):
                    host.authorization.require(account, needed_for(call.name))
    except (AccessDenied, RoleNotInstalled, ServiceError) as problem:
        call.error(record_of(call, problem, BAD_LOGON if problem.text == BAD_LOGON else None))
        return False
    return True


def account_of(call: CmdletCall) -> Account | None:
    """Whose rights a call has: those of -Credential, of the CIM session, or of the script's user. Raises
    AccessDenied for a name and a password that do not fit, or an account that may not log on.
    """
    given = call.get("Credential")
    if not given:
        return own_session_account(call) or call.engine.find_service(Account)
    if call.acts_as is None:
        # One for each computer, and there is one computer only.
        credential = unwrap(given[0] if isinstance(given, list) else given)
        found = (
            host_of(call).accounts.verify(credential.user_name, credential.password.text)
            if isinstance(credential, Credential)
            else None
        )
        if found is None:
            raise AccessDenied(BAD_LOGON)
        call.acts_as = found
    acting: Account = call.acts_as
    return acting


def _is_this_computer(host: Host, name: str) -> bool:
    wanted = name.strip().lower()
    system = host.operating_system
    if wanted in _LOCAL or wanted in (host.name.lower(), system.fully_qualified_name.lower()):
        return True
    try:
        address = str(ipaddress.ip_address(wanted))
    except ValueError:
        return False
    adapters = host.hardware.network_adapters
    return any(address == str(one) for adapter in adapters for one in adapter.ipv4_addresses)


def has_wildcard(text: str) -> bool:
    """True when a name is a pattern."""
    return not _WILDCARDS.isdisjoint(text)


def named(items: Iterable[Any], name: str) -> list[Any]:
    """The objects of a name, or those that match a pattern, without regard to case."""
    if has_wildcard(name):
        return [item for item in items if like(item.name, name)]
    wanted = name.casefold()
    return [item for item in items if item.name.casefold() == wanted]


def machines_named(call: CmdletCall, names: Iterable[str]) -> list[VirtualMachine]:
    """The virtual machines of names or patterns; a name without machine is an error."""
    host = host_of(call)
    found: dict[str, VirtualMachine] = {}
    with host.looking():
        missing = []
        for name in names:
            matches = (
                named(host.virtual_machines, name) if has_wildcard(name) else host.virtual_machines.find(name)
            )
            matches = [vm for vm in matches if may_see(call, vm)]
            if not matches and not has_wildcard(name):
                missing.append(name)
            found.update({vm.id: vm for vm in matches})
    for name in missing:
        call.error(not_found_record(call, "virtual machine", name))
    return list(found.values())


def may_see(call: CmdletCall, vm: VirtualMachine) -> bool:
    """Whether the caller may see a machine; the authorization store may have a scope for it."""
    account = account_of(call)
    if account is None or account.is_administrator:
        return True
    authorization = host_of(call).authorization
    return Operation.VIEW_VIRTUAL_MACHINE_CONFIGURATION in authorization.operations(
        account, vm.scope_of_residence
    )


def allowed_machines(call: CmdletCall, machines: Iterable[VirtualMachine]) -> list[VirtualMachine]:
    """The machines with which the caller may do what the cmdlet does; the others are reported."""
    account = account_of(call)
    if account is None or account.is_administrator:
        return list(machines)
    found = []
    for vm in machines:
        with reporting(call):
            host_of(call).authorization.require(account, needed_for(call.name), vm)
            found.append(vm)
    return found


def chosen_machines(call: CmdletCall, name_parameter: str = "Name") -> list[VirtualMachine]:
    """The virtual machines, or the checkpoints, that a call names or holds. Empty when the machine cannot be
    reached (reported)."""
    if not ready(call):
        return []
    machines = call.get("VM") or call.get("VMSnapshot")
    if machines is not None:
        return allowed_machines(call, machines if isinstance(machines, list) else [machines])
    names = call.get(name_parameter)
    return allowed_machines(call, machines_named(call, [names] if isinstance(names, str) else names or ()))


def should_process(call: CmdletCall, text: str, target: str) -> bool:
    """-WhatIf, -Confirm and the verbose text, with the module's own sentence: ``Stop-VM will shut down
    ...``."""
    sentence = f"{call.name} will {text}"
    if call.options.what_if(call.frame):
        call.engine.show(InformationRecord(f"What if: {sentence}", host=True))
        return False
    metadata = call.info.metadata(call.engine)
    if call.options.must_confirm(call.frame, metadata.confirm_impact if metadata is not None else "Medium"):
        return confirmed(call, lambda: call.should_process(target))
    call.verbose(sentence)
    return True


def should_continue(call: CmdletCall, query: str, caption: str = "Confirm") -> bool:
    """A question that -Force skips; when nobody can answer, that is a non-terminating error and a no."""
    return confirmed(call, lambda: call.should_continue(query, caption))


def confirmed(call: CmdletCall, ask: Callable[[], bool]) -> bool:
    """The answer to a question; when nobody can answer, that is a non-terminating error and a no."""
    try:
        return ask()
    except NotEmulatedError:
        raise
    except PSError as problem:
        call.error(no_prompt_record(call, problem))
        return False


def wait_for(call: CmdletCall, job: Job) -> None:
    """Wait until a job has ended. Raises the error that ended it, or leaves when the script is stopped."""
    host = host_of(call)
    host.wait_for(lambda: job.finished, interrupted=call.stopping)
    call.engine.check_stopped()
    if not job.finished:
        # The machine was reset or closed under the wait.
        raise PipelineStopped
    job.raise_if_failed()


def path_of(call: CmdletCall, path: str) -> str:
    """A full path, from the current location of the script when it is relative."""
    store = call.engine.find_service(FileStore)
    host = host_of(call)
    if store is not None:
        path = store.resolve(path)
    return host.filesystem.normalize(path)


def given(call: CmdletCall, table: dict[str, str]) -> dict[str, Any]:
    """The parameters that were given as settings of the machine: parameter name -> setting name."""
    return {setting: plain(call.get(name)) for name, setting in table.items() if call.has(name)}


def plain(value: Any) -> Any:
    """A value of .NET as the machine takes it: numbers as int, enumerations as their number."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    number = getattr(value, "number", None)
    return number if isinstance(number, int) else value
