"""New-, Get- and Remove-CimSession, New-CimSessionOption: sessions to the machine itself and to others that
it reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from emulator.cim.errors import CimError, LocalCredentials
from emulator.host import Account, Host
from emulator.powershell.dotnet.credentials import Credential
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.modules.cim.management import Management, record_of
from emulator.powershell.modules.cim.session_types import (
    CimSession,
    CimSessionOptions,
    is_local,
    sessions_of,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import Randomness

_CIM = "Microsoft.Management.Infrastructure.CimException"
MAXIMUM_SESSIONS = 1000

_READ: dict[str, Callable[[CimSession], Any]] = {
    "ComputerName": lambda one: one.computer_name,
    "Id": lambda one: one.id,
    "InstanceId": lambda one: one.instance_id,
    "Name": lambda one: one.name,
}


@cmdlet("New-CimSession")
def new_cim_session(
    call: CmdletCall,
    computer_name: list[str] | None = None,
    name: str | None = None,
    session_option: Any = None,
    credential: Any = None,
    skip_test_connection: bool = False,
) -> Iterator[CimSession]:
    """Open a session to this machine, or to another one that it reaches."""
    host, sessions = call.service(Host), sessions_of(call.engine)
    option = unwrap(session_option)
    protocol = option.protocol if isinstance(option, CimSessionOptions) else "WSMAN"
    for computer in computer_name or ["localhost"]:
        refusal, account = None, None
        try:
            if is_local(host, computer):
                account = _account_of(call, host, credential, protocol)
            else:
                account = _account_at(call, computer, credential, protocol)
        except CimError as problem:
            refusal = problem
        if refusal is not None and not skip_test_connection:
            record = record_of(call, refusal, computer)
            if record is not None:
                call.error(record)
            continue
        if len(sessions) >= MAXIMUM_SESSIONS:
            raise call.failure(_CIM, "Too many sessions are open.", "CimSessionFailed", "QuotaExceeded")
        number = max(sessions, default=0) + 1
        randomness = call.engine.find_service(Randomness) or call.engine.random
        made = CimSession(
            number, name or f"CimSession{number}", computer, Guid(randomness.guid()), protocol, account
        )
        made.refusal = refusal
        sessions[number] = made
        yield made


@cmdlet("Get-CimSession")
def get_cim_session(
    call: CmdletCall,
    computer_name: list[str] | None = None,
    id: list[int] | None = None,
    instance_id: list[Any] | None = None,
    name: list[str] | None = None,
) -> Iterator[CimSession]:
    """The open sessions of this runspace."""
    yield from _found(call, computer_name, id, instance_id, name)


@cmdlet("Remove-CimSession")
def remove_cim_session(
    call: CmdletCall,
    cim_session: list[Any] | None = None,
    computer_name: list[str] | None = None,
    id: list[int] | None = None,
    instance_id: list[Any] | None = None,
    name: list[str] | None = None,
) -> None:
    """Close sessions."""
    given = [one for one in map(unwrap, cim_session or ()) if isinstance(one, CimSession)]
    for session in (
        given if cim_session is not None else [*_found(call, computer_name, id, instance_id, name)]
    ):
        if call.should_process(str(session.name), "Remove-CimSession"):
            session.is_open = False
            sessions_of(call.engine).pop(session.id, None)


@cmdlet("New-CimSessionOption")
def new_cim_session_option(call: CmdletCall, protocol: Any = None) -> CimSessionOptions:
    """How a session is to be opened; of it only the protocol is to be seen."""
    made = CimSessionOptions("DCOM" if str(protocol).lower() == "dcom" else "WSMAN")
    call.write(made)
    return made


def _account_of(call: CmdletCall, host: Host, credential: Any, protocol: str) -> Account | None:
    """Whose credentials were given. DCOM takes none for the machine itself."""
    held = unwrap(credential)
    if not isinstance(held, Credential):
        return None
    if protocol == "DCOM":
        refused = LocalCredentials()
        raise call.failure(_CIM, refused.text, f"HRESULT 0x{refused.hresult:08x}", "NotSpecified")
    found = host.accounts.verify(held.user_name, held.password.text)
    if found is None or not found.may_use_winrm:
        raise call.failure(_CIM, "Access is denied. ", "HRESULT 0x80070005", "PermissionDenied")
    return found


def _account_at(call: CmdletCall, computer: str, credential: Any, protocol: str) -> Account:
    """Who a session to another computer acts as there. Raises ProviderRefusal."""
    if protocol == "DCOM":
        raise call.complete(not_emulated("A CIM session to another computer over DCOM"))
    held = unwrap(credential)
    service = call.service(Management)
    if isinstance(held, Credential):
        return service.account_at(computer, held.user_name, held.password.text)
    return service.account_at(computer)


def _found(
    call: CmdletCall,
    computers: list[str] | None,
    numbers: list[int] | None,
    instances: list[Any] | None,
    names: list[str] | None,
) -> Iterator[CimSession]:
    sessions = list(sessions_of(call.engine).values())
    for label, wanted in (
        ("ComputerName", computers),
        ("Id", numbers),
        ("InstanceId", instances),
        ("Name", names),
    ):
        if wanted is None:
            continue
        for each in wanted:
            matching = [one for one in sessions if like(str(_READ[label](one)), str(each))]
            if not matching and not is_wildcard(str(each)):
                call.error(_nothing(call, label, each).record)
            yield from matching
        return
    yield from sessions


def _nothing(call: CmdletCall, label: str, value: Any) -> PSError:
    text = f"The Get-CimSession cmdlet could not find a session with the {label} {value}."
    return call.failure(
        "System.Management.Automation.PSArgumentException",
        text,
        "CimSessionNotFound",
        "ObjectNotFound",
        value,
    )
