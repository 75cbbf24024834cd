"""PrincipalContext of System.DirectoryServices.AccountManagement: the store of principals of the machine, or
its domain, of which credentials are checked and principals are not emulated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.host import Host
from emulator.host.neighbourhood import means_itself
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

NAMESPACE = "System.DirectoryServices.AccountManagement."
CONTEXT_TYPE = EnumType(f"{NAMESPACE}ContextType", {"Machine": 0, "Domain": 1, "ApplicationDirectory": 2})
IDENTITY_TYPE = EnumType(
    f"{NAMESPACE}IdentityType",
    {"SamAccountName": 0, "Name": 1, "UserPrincipalName": 2, "DistinguishedName": 3, "Sid": 4, "Guid": 5},
)
GROUP_SCOPE = EnumType(f"{NAMESPACE}GroupScope", {"Local": 0, "Global": 1, "Universal": 2})
OPTIONS = EnumType(
    f"{NAMESPACE}ContextOptions",
    {
        "Negotiate": 1,
        "SimpleBind": 2,
        "SecureSocketLayer": 4,
        "Signing": 8,
        "Sealing": 16,
        "ServerBind": 32,
    },
    flags=True,
)
for _one in (CONTEXT_TYPE, IDENTITY_TYPE, GROUP_SCOPE, OPTIONS):
    register(_one)
register(PSType(f"{NAMESPACE}PrincipalException", base="System.SystemException"))
for _name in (
    *("MultipleMatches", "NoMatchingPrincipal", "PrincipalExists", "PrincipalOperation"),
    *("PrincipalServerDown", "Password"),
):
    register(PSType(f"{NAMESPACE}{_name}Exception", base=f"{NAMESPACE}PrincipalException"))


class PrincipalContext:
    """A store of principals: that of the machine, or its domain."""

    __slots__ = ("host", "kind", "name", "user")

    def __init__(self, host: Host, kind: str, name: str | None, user: str | None) -> None:
        self.host = host
        self.kind = kind
        self.name = name
        self.user = user


def _new_context(
    engine: Engine, _kind: PSType, kind: EnumValue, name: str = "", user: str = "", password: str = ""
) -> PrincipalContext:
    host = engine.find_service(Host)
    if host is None:
        raise not_emulated("The accounts of the machine")
    down = NetError(f"{NAMESPACE}PrincipalServerDownException", "The server could not be contacted.")
    if str(kind) == "ApplicationDirectory":
        raise down
    if str(kind) == "Domain":
        domain = host.accounts.domain
        if domain is None or (name and not domain.is_named(name)):
            raise down
    elif name and not means_itself(host, name):
        kind_of_error = "System.IO.FileNotFoundException"
        raise NetError(kind_of_error, "The network path was not found.\r\n")
    if user and host.accounts.verify(user, password) is None:
        text = "The user name or password is incorrect.\r\n"
        raise NetError("System.Runtime.InteropServices.COMException", text)
    return PrincipalContext(host, str(kind), name or None, user or None)


def _is_valid(context: PrincipalContext, user: Any, password: Any, _options: Any = None) -> bool:
    """ValidateCredentials. Without a name and a password those of the caller, which hold."""
    if user is None and password is None:
        return True
    if (user is None) != (password is None):
        raise argument_error("Both the user name and the password must be specified or neither.")
    name, accounts = to_text(user), context.host.accounts
    if context.kind == "Domain" and not set("\\@") & set(name) and accounts.domain is not None:
        name = f"{accounts.domain.short_name}\\{name}"
    found = accounts.verify(name, to_text(password))
    return found is not None and found.is_local == (context.kind == "Machine")


def machine_context(value: Any) -> PrincipalContext:
    """The context that a script gives, of the machine. Raises NetError for what is none."""
    held = unwrap(value)
    if not isinstance(held, PrincipalContext):
        raise null_argument("context")
    if held.kind != "Machine":
        raise not_emulated("Principals of a domain")
    return held


register(
    PSType(
        f"{NAMESPACE}PrincipalContext",
        interfaces=("System.IDisposable",),
        instance={
            f"ContextType: {CONTEXT_TYPE.name}": lambda c: CONTEXT_TYPE[c.kind],
            "Name: string": lambda c: c.name,
            "Container: string": lambda _c: None,
            "UserName: string": lambda c: c.user,
            f"Options: {OPTIONS.name}": lambda _c: OPTIONS["Negotiate"],
            "ConnectedServer: string": lambda c: c.host.name,
            "ValidateCredentials(string userName, string password)": _is_valid,
            f"ValidateCredentials(string userName, string password, {OPTIONS.name} options)": _is_valid,
            "Dispose()": lambda _c: None,
        },
        construct={
            f"@new({CONTEXT_TYPE.name} contextType)": _new_context,
            f"@new({CONTEXT_TYPE.name} contextType, string name)": _new_context,
            f"@new({CONTEXT_TYPE.name} contextType, string name, string userName, string password)": (
                _new_context
            ),
        },
    ),
    PrincipalContext,
)
