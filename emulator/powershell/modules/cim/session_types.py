"""CimSession and CimSessionOptions."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from emulator.cim.errors import CimError
from emulator.host import Account, Host
from emulator.host.neighbourhood import OWN_NAMES
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.types import PSType, bind_class
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.services import Randomness

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_I = "Microsoft.Management.Infrastructure."
_ENUMERATIONS = (
    EnumType(f"{_I}CimCmdlets.ProtocolType", {"Dcom": 0, "Default": 1, "Wsman": 2}),
    EnumType(
        f"{_I}Options.ImpersonationType",
        {"Default": 0, "None": 1, "Identify": 2, "Impersonate": 3, "Delegate": 4},
    ),
    EnumType(f"{_I}Options.PacketEncoding", {"Default": 0, "Utf8": 1, "Utf16": 2}),
    EnumType(
        f"{_I}Options.PasswordAuthenticationMechanism",
        {"Default": 0, "Digest": 1, "Negotiate": 2, "Basic": 3, "Kerberos": 4, "NtlmDomain": 5, "CredSsp": 6},
    ),
    EnumType(f"{_I}Options.ProxyType", {"None": 0, "WinHttp": 1, "Auto": 2, "InternetExplorer": 3}),
)


class CimSession:
    """A session to this machine or to another one that it reaches.

    ``account`` is who it acts as, at the computer that it leads to; None for the script's own user at this
    machine. ``refusal`` is why the computer was not reached, of a session that was opened without a test.
    """

    __slots__ = (
        *("account", "computer_name", "id", "instance_id", "is_open", "name", "protocol", "refusal"),
    )

    def __init__(
        self,
        number: int,
        name: str,
        computer_name: str,
        instance_id: Guid,
        protocol: str,
        account: Account | None = None,
    ) -> None:
        self.account = account
        self.id = number
        self.name = name
        self.computer_name = computer_name
        self.instance_id = instance_id
        self.protocol = protocol
        self.refusal: CimError | None = None
        self.is_open = True


class CimSessionOptions:
    """How a session is to be opened."""

    __slots__ = ("protocol",)

    def __init__(self, protocol: str) -> None:
        self.protocol = protocol


def session_account(call: CmdletCall) -> Account | None:
    """Who the CIM session that a call names acts as, None for the script's own user. Sessions of several
    users or computers at once are not emulated. Raises what kept the session from its computer."""
    given = call.get("CimSession")
    held = map(unwrap, given if isinstance(given, list) else (given,))
    sessions = [one for one in held if isinstance(one, CimSession)]
    for one in sessions:
        if one.refusal is not None:
            raise one.refusal
    accounts = {one.account for one in sessions}
    if len(accounts) > 1:
        raise call.complete(not_emulated(f"{call.name} with CIM sessions of several users or computers"))
    return accounts.pop() if accounts else None


def own_session_account(call: CmdletCall) -> Account | None:
    """The same for a cmdlet that reaches this machine only."""
    try:
        found = session_account(call)
    except CimError as refused:
        kind, error_id = f"{_I}CimException", f"HRESULT 0x{refused.hresult:08x}"
        raise call.failure(kind, refused.text, error_id, "ConnectionError") from None
    if found is not None and found.host is not call.service(Host):
        raise call.complete(not_emulated(f"{call.name} through a CIM session to another computer"))
    return found


_SESSIONS: WeakKeyDictionary[Any, dict[int, CimSession]] = WeakKeyDictionary()


def sessions_of(engine: Engine) -> dict[int, CimSession]:
    """The open sessions of a runspace by number."""
    found: dict[int, CimSession] = _SESSIONS.setdefault(engine, {})
    for number in [each for each, session in found.items() if not session.is_open]:
        del found[number]
    return found


def accounts_of_sessions(engine: Engine) -> list[Account]:
    """Who the open sessions act as."""
    return [one.account for one in sessions_of(engine).values() if one.account is not None]


def is_local(host: Host, computer: str) -> bool:
    """Whether a name or an address of a computer is this machine's."""
    own = (host.name.lower(), host.operating_system.fully_qualified_name.lower())
    return computer.lower() in own or computer.lower() in OWN_NAMES


def _by_name(engine: Engine, _kind: PSType, value: Any) -> CimSession:
    """What PowerShell makes of a computer's name where a session is wanted: one that no list shows."""
    computer = unwrap(value)
    if not isinstance(computer, str):
        raise NetError("System.InvalidCastException", "Only names of computers stand for sessions.")
    from emulator.powershell.modules.cim.management import Management

    host, service = engine.find_service(Host), engine.find_service(Management)
    randomness = engine.find_service(Randomness) or engine.random
    made = CimSession(0, computer, computer, Guid(randomness.guid()), "WSMAN")
    if host is None or service is None:
        raise not_emulated("The management of the machine")
    if not is_local(host, computer):
        try:
            made.account = service.account_at(computer)
        except CimError as refused:
            made.refusal = refused
    return made


def _close(session: CimSession) -> None:
    session.is_open = False


@cache
def session_types() -> tuple[PSType, ...]:
    """Every type; made and bound once for the process."""
    session = PSType(
        f"{_I}CimSession",
        interfaces=("System.IDisposable",),
        instance={
            "Id: uint32": lambda s: s.id,
            "Name: string": lambda s: s.name,
            "InstanceId: guid": lambda s: s.instance_id,
            "ComputerName: string": lambda s: s.computer_name,
            "Protocol: string": lambda s: s.protocol,
            "TestConnection()": lambda s: s.is_open and s.refusal is None,
            "Close()": _close,
            "Dispose()": _close,
        },
        # No constructor of .NET's, but how its converter is reached.
        construct={"@new(object computerName)": _by_name},
        to_text=lambda s: f"CimSession: {s.computer_name}",
    )
    options = PSType(f"{_I}Options.CimSessionOptions", instance={"Protocol: string": lambda o: o.protocol})
    bind_class(session, CimSession)
    bind_class(options, CimSessionOptions)
    return (session, options, *_ENUMERATIONS)
