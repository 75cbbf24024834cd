"""System.Net.CredentialCache and WebProxy: who logs on where, and over whom requests go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import ArrayList
from emulator.powershell.dotnet.credentials import Credential, NetworkCredential
from emulator.powershell.dotnet.exceptions import null_argument
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import regex
from emulator.powershell.dotnet.types import PSType, kept, register

if TYPE_CHECKING:
    from emulator.powershell.dotnet.library.globalization import Uri


class SystemCredential(NetworkCredential):
    """CredentialCache.DefaultCredentials: the account that runs the script. It shows no name."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("", "")


_SYSTEM = SystemCredential()


class CredentialCache:
    """System.Net.CredentialCache: credentials by the beginning of an address and a scheme."""

    def __init__(self) -> None:
        self.known: list[tuple[str, str, NetworkCredential]] = []

    def add(self, uri: Any, scheme: str, credential: NetworkCredential) -> None:
        """Keep a credential."""
        if uri is None:
            raise null_argument("uriPrefix")
        self.known.append((str(uri).lower(), scheme.lower(), credential))

    def find(self, uri: Any, scheme: str = "") -> NetworkCredential | None:
        """The credential of the longest beginning that fits, for any scheme when none is said."""
        fitting = [
            (len(prefix), one)
            for prefix, kind, one in self.known
            if str(uri).lower().startswith(prefix) and scheme.lower() in ("", kind)
        ]
        return max(fitting, key=lambda pair: pair[0])[1] if fitting else None

    def remove(self, uri: Any, scheme: str) -> None:
        """Forget a credential."""
        key = str(uri).lower(), scheme.lower()
        self.known = [one for one in self.known if one[:2] != key]


class WebProxy:
    """System.Net.WebProxy."""

    def __init__(self, address: Any = None, bypass_local: bool = False) -> None:
        self.address = address
        self.bypass_local = bypass_local
        self.bypass_list = ArrayList()
        self.credentials: Any = None
        self.default_credentials = False

    def bypasses(self, uri: Uri) -> bool:
        """Whether an address is asked without it."""
        host = uri.host
        if self.address is None or host in ("localhost", "127.0.0.1", "[::1]"):
            return True
        if self.bypass_local and "." not in host:
            return True
        text = f"{uri.parts[1].lower()}://{(uri.parts[2] or '').lower()}"
        return any(regex(str(one)).search(text) is not None for one in self.bypass_list)


def given_credential(given: dict[str, Any], uri: Uri) -> tuple[tuple[str, str] | None, bool]:
    """Name and password of what is to log on at an address, and whether it is the account of the script."""
    held = unwrap(given.get("credential"))
    if isinstance(held, CredentialCache):
        held = held.find(uri)
    if isinstance(held, SystemCredential):
        return None, True
    if isinstance(held, NetworkCredential):
        name = f"{held.domain}\\{held.user_name}" if held.domain else held.user_name
        return (name, held.password), False
    if isinstance(held, Credential):
        return (held.user_name, held.password.text), False
    return None, bool(given.get("usedefaultcredentials"))


def proxy_for(proxy: Any, uri: Uri) -> Uri | None:
    """The address of the proxy that is asked for another address, None for none."""
    from emulator.powershell.dotnet.library.globalization import Uri

    held = unwrap(proxy)
    if held is None or held == "":
        return None
    if isinstance(held, WebProxy):
        return None if held.bypasses(uri) else held.address
    return held if isinstance(held, Uri) else _uri(str(held))


def _uri(text: str) -> Uri:
    from emulator.powershell.dotnet.library.globalization import Uri

    return Uri(text if "://" in text else f"http://{text}")


def _made(_kind: PSType, address: Any = None, bypass_local: bool = False) -> WebProxy:
    return WebProxy(_uri(str(address)) if address else None, bypass_local)


register(
    PSType("System.Net.SystemNetworkCredential", base="System.Net.NetworkCredential"),
    SystemCredential,
)
register(
    PSType(
        "System.Net.CredentialCache",
        interfaces=("System.Net.ICredentials", "System.Collections.IEnumerable"),
        instance={
            "Add(uri uriPrefix, string authType, System.Net.NetworkCredential cred)": CredentialCache.add,
            "GetCredential(uri uriPrefix, string authType)": CredentialCache.find,
            "Remove(uri uriPrefix, string authType)": CredentialCache.remove,
        },
        static={
            "DefaultCredentials": lambda: _SYSTEM,
            "DefaultNetworkCredentials": lambda: _SYSTEM,
        },
        construct={"new()": lambda _kind: CredentialCache()},
    ),
    CredentialCache,
)
register(
    PSType(
        "System.Net.WebProxy",
        interfaces=("System.Net.IWebProxy",),
        instance={
            **kept("Address: uri", "address"),
            **kept("BypassProxyOnLocal: bool", "bypass_local"),
            **kept("BypassList", "bypass_list"),
            "BypassArrayList": lambda p: p.bypass_list,
            **kept("Credentials", "credentials"),
            **kept("UseDefaultCredentials: bool", "default_credentials"),
            "GetProxy(uri destination)": lambda p, uri: uri if p.bypasses(uri) else p.address,
            "IsBypassed(uri host)": lambda p, uri: p.bypasses(uri),
        },
        construct={
            "new()": _made,
            "new(string Address)": _made,
            "new(uri Address)": _made,
            "new(string Address, bool BypassOnLocal)": _made,
            "new(uri Address, bool BypassOnLocal)": _made,
            "new(string Host, int Port)": lambda _kind, host, port: WebProxy(_uri(f"{host}:{port}")),
        },
    ),
    WebProxy,
)
