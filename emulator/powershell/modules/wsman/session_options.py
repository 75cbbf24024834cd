"""Microsoft.WSMan.Management.SessionOption and the enumerations of its cmdlets' parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.types import PSType

_SPACE = "Microsoft.WSMan.Management."
AUTHENTICATION = EnumType(
    f"{_SPACE}AuthenticationMechanism",
    {
        "None": 0,
        "Default": 1,
        "Digest": 2,
        "Negotiate": 4,
        "Basic": 8,
        "Kerberos": 16,
        "ClientCertificate": 32,
        "Credssp": 128,
    },
    flags=True,
)
PROXY_ACCESS = EnumType(
    f"{_SPACE}ProxyAccessType",
    {"ProxyIEConfig": 1, "ProxyWinHttpConfig": 2, "ProxyAutoDetect": 4, "ProxyNoProxyServer": 8},
)
PROXY_AUTHENTICATION = EnumType(f"{_SPACE}ProxyAuthentication", {"Negotiate": 1, "Basic": 2, "Digest": 4})
_DEFAULTS: tuple[tuple[str, Any], ...] = (
    ("SkipCACheck", False),
    ("SkipCNCheck", False),
    ("SkipRevocationCheck", False),
    ("UseEncryption", True),
    ("UseUtf16", False),
    ("ProxyAuthentication", 0),
    ("SPNPort", 0),
    ("OperationTimeout", 0),
    ("ProxyCredential", None),
    ("ProxyAccessType", PROXY_ACCESS["ProxyIEConfig"]),
)


def _reader(name: str) -> Callable[[SessionOption], Any]:
    return lambda option: option.value(name)


class SessionOption:
    """What New-WSManSessionOption was told, by lower-case name of the parameter."""

    __slots__ = ("given",)
    ps_type = PSType(
        f"{_SPACE}SessionOption",
        instance={name: _reader(name) for name, _ in _DEFAULTS},
    )

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given

    def value(self, name: str) -> Any:
        """A property by its name."""
        if name == "UseEncryption":
            return not self.given.get("noencryption", False)
        return self.given.get(name.lower(), dict(_DEFAULTS)[name])


TYPES = (AUTHENTICATION, PROXY_ACCESS, PROXY_AUTHENTICATION, SessionOption.ps_type)
