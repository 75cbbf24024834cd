"""Get-Process and Stop-Process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host import Account, Host, HostError
from emulator.host.security.callers import may_administer
from emulator.host.windows.termination import terminate_process
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject, unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.modules.management.own_computer import own_computer
from emulator.powershell.modules.management.process_objects import ProcessObject
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import Cmdlet, cmdlet

_PROCESS_ERROR = "Microsoft.PowerShell.Commands.ProcessCommandException"
_WITH_USER_NAME = "System.Diagnostics.Process#IncludeUserName"


@cmdlet("Get-Process", reads=("ComputerName",))
def get_process(
    call: CmdletCall,
    name: list[str] | None = None,
    id: list[int] | None = None,
    input_object: list[Any] | None = None,
    include_user_name: bool = False,
    module: bool = False,
    file_version_info: bool = False,
) -> Iterator[Any]:
    """Processes by name, by number, or all, in order of names; or what is loaded into them."""
    own_computer(call, call.get("ComputerName"))
    account = call.engine.find_service(Account)
    if include_user_name and not may_administer(account):
        raise call.failure(
            "System.InvalidOperationException",
            "The 'IncludeUserName' parameter requires elevated user rights. Try running the command again in "
            "a session that has been opened with elevated user rights (that is, Run as Administrator).",
            "IncludeUserNameRequiresElevation",
            "InvalidOperation",
        )
    for one in chosen_processes(call, name, id, input_object):
        if module or file_version_info:
            from emulator.powershell.modules.management.process_types import loaded_modules

            yield from loaded_modules(call, one, module, file_version_info)
            continue
        if not include_user_name:
            yield one
            continue
        shown = PSObject(one, (_WITH_USER_NAME,))
        shown.add(NoteProperty("UserName", one.user_name))
        yield shown


@cmdlet("Stop-Process")
class StopProcess(Cmdlet):
    """End processes; the one in which the script runs is the last."""

    accepts = ("Id", "Name", "InputObject", "PassThru")

    def begin(self) -> None:
        """None is waiting."""
        self.own: ProcessObject | None = None

    def process(self) -> None:
        """End the others that are meant."""
        call = self.call
        chosen = chosen_processes(call, call.get("Name"), call.get("Id"), call.get("InputObject"))
        for one in list(chosen):
            if not call.should_process(f"{one.name} ({one.process.id})"):
                continue
            if one.process.id == call.engine.machine.process_id:
                self.own = one
            else:
                self._stop(one)

    def end(self) -> None:
        """End this one."""
        if self.own is not None:
            self._stop(self.own)
            self.call.engine.check_stopped()

    def _stop(self, one: ProcessObject) -> None:
        call = self.call
        try:
            terminate_process(one.host, one.process.id, one.caller)
        except HostError as problem:
            call.error(
                call.record(
                    _PROCESS_ERROR,
                    f'Cannot stop process "{one.name} ({one.process.id})" because of the following error: '
                    f"{problem.text.rstrip('.')}",
                    "CouldNotStopProcess",
                    "CloseError",
                    str(one),
                )
            )
        else:
            if call.get("PassThru"):
                call.write(one)


def chosen_processes(
    call: CmdletCall, names: list[str] | None, numbers: list[int] | None, given: list[Any] | None
) -> Iterator[ProcessObject]:
    host = call.service(Host)
    if given is not None:
        yield from (one for one in map(unwrap, given) if isinstance(one, ProcessObject))
        return
    caller = call.engine.find_service(Account)
    present = [ProcessObject(host, one, caller) for one in host.processes]
    present.sort(key=lambda one: (one.name.lower(), one.process.id))
    if numbers is not None:
        for number in numbers:
            found = [one for one in present if one.process.id == number]
            if not found:
                _missing(call, f"process identifier {number}", "NoProcessFoundForGivenId", number)
            yield from found
        return
    if names is None:
        yield from present
        return
    for pattern in names:
        found = [one for one in present if like(one.name, pattern)]
        if not found and not is_wildcard(pattern):
            _missing(call, f'name "{pattern}"', "NoProcessFoundForGivenName", pattern)
        yield from found


def _missing(call: CmdletCall, what: str, error_id: str, target: Any) -> None:
    text = (
        f"Cannot find a process with the {what}. Verify the process name and call the cmdlet again."
        if isinstance(target, str)
        else f"Cannot find a process with the {what}."
    )
    call.error(call.record(_PROCESS_ERROR, text, error_id, "ObjectNotFound", target))
