"""CimSession and CimSessionOptions."""

from __future__ import annotations

from functools import cache
from typing import Any

from emulator.host import Account, Host
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.types import PSType, bind_class
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.services import Randomness

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
    """A session to this machine: there are no others to open one to.

    ``account`` is whose credentials opened it, None for those of the script's own user.
    """

    __slots__ = ("account", "computer_name", "id", "instance_id", "is_open", "name", "protocol")

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
        self.is_open = True


class CimSessionOptions:
    """How a session is to be opened."""

    __slots__ = ("protocol",)

    def __init__(self, protocol: str) -> None:
        self.protocol = protocol


def session_account(call: CmdletCall) -> Account | None:
    """Whose credentials opened the CIM session that a call names, None for the script's own user. Sessions of
    several users at once are not emulated."""
    given = call.get("CimSession")
    sessions = map(unwrap, given if isinstance(given, list) else (given,))
    accounts = {one.account for one in sessions if isinstance(one, CimSession)}
    if len(accounts) > 1:
        raise call.complete(not_emulated(f"{call.name} with CIM sessions of several users"))
    return accounts.pop() if accounts else None


_LOCAL = frozenset({"localhost", ".", "127.0.0.1", "::1"})


def is_local(host: Host, computer: str) -> bool:
    """Whether a name or an address of a computer is this machine's."""
    own = (host.name.lower(), host.operating_system.fully_qualified_name.lower())
    return computer.lower() in own or computer.lower() in _LOCAL


def _by_name(engine: Any, _kind: PSType, computer: str) -> CimSession:
    """What PowerShell makes of a computer's name where a session is wanted: one that no list shows."""
    host = engine.find_service(Host)
    if host is None or not is_local(host, computer):
        raise not_emulated("A CIM session to another computer")
    randomness = engine.find_service(Randomness) or engine.random
    return CimSession(0, computer, computer, Guid(randomness.guid()), "WSMAN")


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
            "TestConnection()": lambda s: s.is_open,
            "Close()": _close,
            "Dispose()": _close,
        },
        # No constructor of .NET's, but how its converter is reached.
        construct={"@new(string computerName)": _by_name},
        to_text=lambda s: f"CimSession: {s.computer_name}",
    )
    options = PSType(f"{_I}Options.CimSessionOptions", instance={"Protocol: string": lambda o: o.protocol})
    bind_class(session, CimSession)
    bind_class(options, CimSessionOptions)
    return (session, options, *_ENUMERATIONS)
