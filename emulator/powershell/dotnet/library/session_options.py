"""PSSessionOption and the enumerations of the cmdlets that open PowerShell sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.library.session_configuration_types import BUFFERING
from emulator.powershell.dotnet.time_values import TimeSpan
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.runtime.conversion import convert

_A = "System.Management.Automation."
PROXY_ACCESS = EnumType(
    f"{_A}Remoting.ProxyAccessType",
    {"None": 0, "IEConfig": 1, "WinHttpConfig": 2, "AutoDetect": 4, "NoProxyServer": 8},
    flags=True,
)
_NAMES = ("Default", "Basic", "Negotiate", "NegotiateWithImplicitCredential", "Credssp", "Digest", "Kerberos")
AUTHENTICATION = EnumType(
    f"{_A}Runspaces.AuthenticationMechanism", {name: place for place, name in enumerate(_NAMES)}
)
for _kind in (
    PROXY_ACCESS,
    AUTHENTICATION,
    EnumType(
        "Microsoft.PowerShell.Commands.SessionFilterState",
        {"All": 0, "Opened": 1, "Disconnected": 2, "Closed": 3, "Broken": 4},
    ),
    EnumType("Microsoft.PowerShell.Commands.OutTarget", {"Default": 0, "Host": 1, "Job": 2}),
):
    register(_kind)

#: A table of simple values; here it is any hash table.
register(PSType(f"{_A}PSPrimitiveDictionary", base="System.Collections.Hashtable"))
_SIZE = 200 << 20
_CULTURE, _SPAN, _WHOLE = "System.Globalization.CultureInfo", "System.TimeSpan", "System.Int32"
_FLAG, _TABLE = "System.Boolean", "System.Collections.Hashtable"
#: Properties that may be null although their type is a value.
_NULLABLE = frozenset({"MaximumReceivedDataSizePerCommand", "MaximumReceivedObjectSize"})
#: Property, its type, and what a new object has (5.1).
PROPERTIES: dict[str, tuple[str, Any]] = {
    "MaximumConnectionRedirectionCount": ("System.Int32", 5),
    "NoCompression": (_FLAG, False),
    "NoMachineProfile": (_FLAG, False),
    "ProxyAccessType": (PROXY_ACCESS.name, PROXY_ACCESS["None"]),
    "ProxyAuthentication": (AUTHENTICATION.name, AUTHENTICATION["Negotiate"]),
    "ProxyCredential": (f"{_A}PSCredential", None),
    "SkipCACheck": (_FLAG, False),
    "SkipCNCheck": (_FLAG, False),
    "SkipRevocationCheck": (_FLAG, False),
    "OperationTimeout": (_SPAN, TimeSpan.of(minutes=3)),
    "NoEncryption": (_FLAG, False),
    "UseUTF16": (_FLAG, False),
    "IncludePortInSPN": (_FLAG, False),
    "OutputBufferingMode": (BUFFERING.name, BUFFERING["None"]),
    "MaxConnectionRetryCount": ("System.Int32", 5),
    "Culture": (_CULTURE, None),
    "UICulture": (_CULTURE, None),
    "MaximumReceivedDataSizePerCommand": (_WHOLE, None),
    "MaximumReceivedObjectSize": (_WHOLE, _SIZE),
    "ApplicationArguments": (_TABLE, None),
    "OpenTimeout": (_SPAN, TimeSpan.of(minutes=3)),
    "CancelTimeout": (_SPAN, TimeSpan.of(minutes=1)),
    "IdleTimeout": (_SPAN, TimeSpan.of(milliseconds=-1)),
}


class SessionOption:
    """PSSessionOption: how a session is opened. All properties can be written."""

    __slots__ = ("values",)

    def __init__(self) -> None:
        self.values: dict[str, Any] = {name: value for name, (_, value) in PROPERTIES.items()}

    def seconds(self, name: str) -> float | None:
        """A time; None for one that the other side chooses."""
        ticks = self.values[name].ticks
        return None if ticks < 0 else ticks / 10_000_000


def _reader(name: str) -> Callable[[SessionOption], Any]:
    return lambda option: option.values[name]


def _writer(name: str, kind: str) -> Callable[[SessionOption, Any], None]:
    def write(option: SessionOption, value: Any) -> None:
        is_null = value is None and (name in _NULLABLE or option.values[name] is None)
        option.values[name] = None if is_null else convert(value, builtin(kind))

    return write


def _members() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, (kind, _) in PROPERTIES.items():
        found[f"{name}: {kind}"] = _reader(name)
        found[f"{name}="] = _writer(name, kind)
    return found


register(
    PSType(
        f"{_A}Remoting.PSSessionOption",
        instance=_members(),
        construct={"new()": lambda _kind: SessionOption()},
    ),
    SessionOption,
)
