"""System.Net.CredentialCache and WebProxy: who logs on where, and over whom requests go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host import Account
from emulator.host.network.internet_settings import internet_proxy
from emulator.powershell.dotnet.collections import ArrayList
from emulator.powershell.dotnet.credentials import Credential, NetworkCredential
from emulator.powershell.dotnet.exceptions import null_argument
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import regex
from emulator.powershell.dotnet.types import PSType, kept, register, type_of
from emulator.powershell.modules.management.tcp_connections import own_host
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.dotnet.library.globalization import Uri
    from emulator.powershell.runtime.engine import Engine

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


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

    def bypass(self, patterns: Any) -> None:
        """Ask the addresses that fit one of some patterns without it, and no others."""
        self.bypass_list = ArrayList(to_text(one) for one in items_of(patterns) if one is not None)

    def bypasses(self, uri: Uri) -> bool:
        """Whether an address is asked without it."""
        host = uri.host
        if self.address is None or host.lower() in _LOOPBACK:
            return True
        if self.bypass_local and "." not in host:
            return True
        text = f"{uri.parts[1].lower()}://{(uri.parts[2] or '').lower()}"
        return any(regex(str(one)).search(text) is not None for one in self.bypass_list)

    def address_for(self, uri: Uri) -> Uri | None:
        """Its address, None where another one is asked directly."""
        return None if self.bypasses(uri) else self.address


class SystemProxy:
    """System.Net.WebRequest+WebProxyWrapper: the proxy of the user's Internet Options, as they are when it is
    asked."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.credentials: Any = None

    default_credentials = False

    def address_for(self, uri: Uri) -> Uri | None:
        """The proxy for an address, None where it is asked directly. Raises the typed gap for a script that
        decides."""
        set_up = internet_proxy(own_host(self.engine), self.engine.find_service(Account))
        if set_up.script:
            raise not_emulated("A script that decides about proxies (AutoConfigURL)")
        server = set_up.server(uri.parts[1])
        if server is None or uri.host.lower() in _LOOPBACK or set_up.bypasses(uri.host):
            return None
        return _uri(server)


class ProxyRoute(NamedTuple):
    """The proxy that a request goes over: its address, a name and password for it, and whether the account
    of the script logs on there."""

    address: Uri
    credential: tuple[str, str] | None
    as_account: bool


_DEFAULT_PROXY = "[webrequest]::defaultwebproxy"


def default_proxy(engine: Engine) -> Any:
    """WebRequest.DefaultWebProxy: what requests go over that name no proxy of their own."""
    held = engine.global_scope.variables.get(_DEFAULT_PROXY)
    if held is None:
        engine.global_scope.set(_DEFAULT_PROXY, SystemProxy(engine))
        held = engine.global_scope.variables[_DEFAULT_PROXY]
    return held.current


def set_default_proxy(engine: Engine, proxy: Any) -> None:
    """Let all requests go over a proxy, or over none."""
    engine.global_scope.set(_DEFAULT_PROXY, unwrap(proxy))


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


def proxy_for(proxy: Any, uri: Uri) -> ProxyRoute | None:
    """How a request for an address goes over a proxy, None for one that goes directly. Raises the typed gap
    for an object of another class."""
    held = unwrap(proxy)
    if held is None:
        return None
    if not isinstance(held, WebProxy | SystemProxy):
        raise not_emulated(f"A proxy of the class {type_of(held).name}")
    address = held.address_for(uri)
    if address is None:
        return None
    given = {"credential": held.credentials, "usedefaultcredentials": held.default_credentials}
    return ProxyRoute(address, *given_credential(given, address))


def _uri(text: str) -> Uri:
    from emulator.powershell.dotnet.library.globalization import Uri

    return Uri(text if "://" in text else f"http://{text}")


def _made(
    _kind: PSType,
    address: Any = None,
    bypass_local: bool = False,
    bypass: Any = None,
    credentials: Any = None,
) -> WebProxy:
    made = WebProxy(_uri(str(address)) if address else None, bypass_local)
    made.bypass(bypass)
    made.credentials = credentials
    return made


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
_PROXY_MEMBERS = {
    **kept("Credentials", "credentials"),
    "GetProxy(uri destination)": lambda p, uri: p.address_for(uri) or uri,
}
register(
    PSType(
        "System.Net.WebRequest+WebProxyWrapper",
        interfaces=("System.Net.IWebProxy",),
        instance={
            **_PROXY_MEMBERS,
            "IsBypassed(uri host)": lambda p, uri: p.address_for(uri) is None,
        },
    ),
    SystemProxy,
)
register(
    PSType(
        "System.Net.WebProxy",
        interfaces=("System.Net.IWebProxy",),
        instance={
            **kept("Address: uri", "address"),
            **kept("BypassProxyOnLocal: bool", "bypass_local"),
            "BypassList: string[]": lambda p: p.bypass_list,
            "BypassList=": WebProxy.bypass,
            "BypassArrayList": lambda p: p.bypass_list,
            **_PROXY_MEMBERS,
            **kept("UseDefaultCredentials: bool", "default_credentials"),
            "IsBypassed(uri host)": lambda p, uri: p.bypasses(uri),
        },
        static={"@GetDefaultProxy()": SystemProxy},
        construct={
            "new()": _made,
            "new(string Address)": _made,
            "new(uri Address)": _made,
            "new(string Address, bool BypassOnLocal)": _made,
            "new(uri Address, bool BypassOnLocal)": _made,
            **{
                f"new({kind} Address, bool BypassOnLocal, string[] BypassList{more})": _made
                for kind in ("string", "uri")
                for more in ("", ", object Credentials")
            },
            "new(string Host, int Port)": lambda _kind, host, port: WebProxy(_uri(f"{host}:{port}")),
        },
    ),
    WebProxy,
)
