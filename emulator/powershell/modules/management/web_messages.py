"""System.Net.HttpWebRequest and HttpWebResponse: what is asked, and what came back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.host.web_door import WebAnswer
from emulator.powershell.dotnet.collections import LIST_TYPES, GenericDictionary
from emulator.powershell.dotnet.enums import enumeration
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError
from emulator.powershell.dotnet.library.named_values import NAMED_MEMBERS, NamedValues
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.simple import Version
from emulator.powershell.dotnet.streams import MemoryStream
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.modules.certificates.certificate_collections import COLLECTION, CertificateCollection
from emulator.powershell.modules.management.web_cookies import Cookies
from emulator.powershell.modules.management.web_credentials import (
    SystemProxy,
    default_proxy,
    set_default_proxy,
)
from emulator.powershell.modules.management.web_text import charset_in
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.dotnet.library.globalization import Uri
    from emulator.powershell.runtime.engine import Engine


class WebRefused(Exception):
    """A System.Net.WebException with the request that led to it, and the text of the page that came."""

    def __init__(self, exception: ExceptionObject, request: HttpWebRequest, page: str = "") -> None:
        super().__init__(exception.message)
        self.exception = exception
        self.request = request
        self.page = page

    @property
    def unreachable(self) -> bool:
        """Whether nobody was there to answer."""
        return str(self.exception.extra.get("status")) in ("NameResolutionFailure", "ConnectFailure")


class WebHeaders(NamedValues):
    """System.Net.WebHeaderCollection."""

    __slots__ = ()


LIST_TYPES.add(WebHeaders)


class HttpWebRequest:
    """System.Net.HttpWebRequest: what is asked, and the target of errors."""

    def __init__(self, method: str, uri: Uri, engine: Engine) -> None:
        self.method = method
        self.uri = uri
        self.engine = engine
        self.headers = WebHeaders()
        self.settings: dict[str, Any] = {"clientcertificates": CertificateCollection()}
        self.body = MemoryStream()

    def response(self) -> HttpWebResponse:
        """Send it (GetResponse). Raises NetError with WebException."""
        from emulator.powershell.modules.management.web_exchange import sent

        body = bytes(self.body.data)
        given = {**self.settings, "uri": self.uri, "method": self.method, "headers": self.headers}
        if body:
            given["body"] = bytearray(body)
        return sent(self.engine, given, "HttpWebRequest")


class HttpWebResponse:
    """System.Net.HttpWebResponse: what came back. ``cookies`` are those that the answer gave."""

    __slots__ = ("answer", "cookies", "request", "stream")

    def __init__(self, request: HttpWebRequest, answer: WebAnswer) -> None:
        self.request = request
        self.answer = answer
        self.cookies = Cookies()
        self.stream: MemoryStream | None = None

    def header(self, name: str) -> str | None:
        """The values of a header, with commas between."""
        found = [value for each, value in self.answer.headers if each.lower() == name.lower()]
        return ",".join(found) if found else None

    def headers(self) -> GenericDictionary:
        """All headers by name, as the objects of the cmdlets have them."""
        names = dict.fromkeys(name for name, _ in self.answer.headers)
        kind = builtin("System.Collections.Generic.Dictionary`2")
        return GenericDictionary(((name, self.header(name)) for name in names), kind, case_sensitive=False)

    def body(self) -> MemoryStream:
        """The body as a stream, which is read once."""
        if self.stream is None:
            self.stream = MemoryStream(bytearray(self.answer.body), writable=False)
        return self.stream


def status_code(number: int) -> Any:
    """The number as System.Net.HttpStatusCode."""
    return enumeration("System.Net.HttpStatusCode").value(number)


_FIRST = {
    "Accept: string": None,
    "AllowAutoRedirect: bool": True,
    "AutomaticDecompression": None,
    "Connection: string": None,
    "ContentLength: long": Int64(-1),
    "ContentType: string": None,
    "CookieContainer": None,
    "Credentials": None,
    "Expect: string": None,
    "KeepAlive: bool": True,
    "MaximumAutomaticRedirections: int": 50,
    "PreAuthenticate: bool": False,
    "ReadWriteTimeout: int": 300_000,
    "Referer: string": None,
    "SendChunked: bool": False,
    "ServerCertificateValidationCallback": None,
    "ServicePoint": None,
    "Timeout: int": 100_000,
    "UseDefaultCredentials: bool": False,
    "UserAgent: string": None,
}
"""Properties of a request with what they are at first."""
_KEYS = {"credentials": "credential"}


def _settings() -> dict[str, Any]:
    """What the answer does not depend on (times, connections) is only kept: every answer comes at once."""
    found: dict[str, Any] = {}
    for name, first in _FIRST.items():
        plain = name.partition(":")[0]
        key = _KEYS.get(plain.lower(), plain.lower())
        found[name] = lambda r, key=key, first=first: r.settings.get(key, first)
        found[f"{plain}="] = lambda r, value, key=key: r.settings.__setitem__(key, value)
    return found


def _request(engine: Engine, address: Any) -> HttpWebRequest:
    from emulator.powershell.dotnet.library.globalization import Uri

    uri = address if isinstance(address, Uri) else Uri(str(address))
    scheme = uri.parts[1].lower()
    if scheme in ("ftp", "file"):
        raise not_emulated(f"A WebRequest to {scheme}: addresses")
    if scheme not in ("http", "https"):
        raise NetError("System.NotSupportedException", "The URI prefix is not recognized.")
    return HttpWebRequest("GET", uri, engine)


_CREATE = {"@Create(string requestUriString)": _request, "@Create(uri requestUri)": _request}
register(
    PSType(
        "System.Net.WebHeaderCollection",
        base="System.Collections.Specialized.NameValueCollection",
        instance={
            **NAMED_MEMBERS,
            "Add(string header)": lambda h, header: h.add(
                header.partition(":")[0].strip(), header.partition(":")[2].strip()
            ),
        },
        construct={"new()": lambda _kind: WebHeaders()},
    ),
    WebHeaders,
)
register(
    PSType(
        "System.Net.WebRequest",
        is_abstract=True,
        static={
            **_CREATE,
            "@CreateHttp(string requestUriString)": _request,
            "@DefaultWebProxy": default_proxy,
            "@DefaultWebProxy=": set_default_proxy,
            "@GetSystemWebProxy()": SystemProxy,
        },
    )
)
register(
    PSType(
        "System.Net.HttpWebRequest",
        base="System.Net.WebRequest",
        instance={
            "Method: string": lambda r: r.method,
            "Method=": lambda r, value: setattr(r, "method", value),
            "Headers: System.Net.WebHeaderCollection": lambda r: r.headers,
            "Headers=": lambda r, value: setattr(r, "headers", value),
            **_settings(),
            f"ClientCertificates: {COLLECTION}": lambda r: r.settings["clientcertificates"],
            "ClientCertificates=": lambda r, value: r.settings.__setitem__("clientcertificates", value),
            "@Proxy": lambda engine, r: r.settings.setdefault("proxy", default_proxy(engine)),
            "@Proxy=": lambda _engine, r, value: r.settings.__setitem__("proxy", unwrap(value)),
            "Abort()": lambda _r: None,
            "GetResponse()": lambda r: r.response(),
            "GetRequestStream()": lambda r: r.body,
            "Host: string": lambda r: r.uri.authority,
            "RequestUri: uri": lambda r: r.uri,
            "Address: uri": lambda r: r.uri,
        },
    ),
    HttpWebRequest,
)


def for_addresses(
    name: str, rest: str, act: Callable[..., Any], parameter: str = "address"
) -> dict[str, Callable[..., Any]]:
    """A method for addresses as text and as Uri."""
    return {f"{name}({kind} {parameter}{rest})": act for kind in ("string", "uri")}


def character_set(response: HttpWebResponse) -> str:
    """The character set that the header Content-Type names, empty for none."""
    return charset_in(response.header("Content-Type") or "")


def _net_headers(response: HttpWebResponse) -> WebHeaders:
    return WebHeaders(response.answer.headers)


register(PSType("System.Net.WebResponse", is_abstract=True, interfaces=("System.IDisposable",)))
register(
    PSType(
        "System.Net.HttpWebResponse",
        base="System.Net.WebResponse",
        instance={
            "IsMutuallyAuthenticated: bool": lambda _r: False,
            "Cookies": lambda r: r.cookies,
            "Headers": _net_headers,
            "SupportsHeaders: bool": lambda _r: True,
            "ContentLength: long": lambda r: Int64(r.header("Content-Length") or -1),
            "ContentEncoding: string": lambda r: r.header("Content-Encoding") or "",
            "ContentType: string": lambda r: r.header("Content-Type") or "",
            "CharacterSet: string": character_set,
            "Server: string": lambda r: r.header("Server") or "",
            "StatusCode": lambda r: status_code(r.answer.status),
            "StatusDescription: string": lambda r: r.answer.reason,
            "ProtocolVersion: version": lambda _r: Version(1, 1),
            "ResponseUri: uri": lambda r: r.request.uri,
            "Method: string": lambda r: r.request.method,
            "IsFromCache: bool": lambda _r: False,
            "GetResponseStream()": lambda r: r.body(),
            "GetResponseHeader(string headerName)": lambda r, name: r.header(name) or "",
            "Close()": lambda _r: None,
            "Dispose()": lambda _r: None,
        },
    ),
    HttpWebResponse,
)
