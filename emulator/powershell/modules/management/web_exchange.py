"""How Invoke-WebRequest and Invoke-RestMethod reach a port of the emulated network, and nothing else.

Texts and states are those of System.Net.WebException of .NET Framework 4.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from emulator.host import Account, Host
from emulator.host.network.name_resolution import resolve
from emulator.host.web_door import WebAnswer, WebRequest
from emulator.powershell.dotnet.collections import GenericDictionary, Hashtable
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError, argument_error
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.streams import MemoryStream
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.modules.management.tcp_connections import (
    REFUSED,
    SILENT,
    host_named,
    open_ports,
    own_host,
)
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, not_emulated

if TYPE_CHECKING:
    from emulator.powershell.dotnet.library.globalization import Uri
    from emulator.powershell.runtime.engine import Engine

_CLOSED = "The underlying connection was closed: "
_UNTRUSTED = f"{_CLOSED}Could not establish trust relationship for the SSL/TLS secure channel."
_FIRST_ERROR = 400
_BLANK, _HIGHEST = 0x20, 0xFF
_FORM = "application/x-www-form-urlencoded"


class WebRefused(Exception):
    """A System.Net.WebException with the request that led to it, and the text of the page that came."""

    def __init__(self, exception: ExceptionObject, request: HttpWebRequest, page: str | None = None) -> None:
        super().__init__(exception.message)
        self.exception = exception
        self.request = request
        self.page = page


class HttpWebRequest:
    """System.Net.HttpWebRequest: what is asked, and the target of errors."""

    def __init__(self, method: str, uri: Uri, engine: Engine | None = None) -> None:
        self.method = method
        self.uri = uri
        self.engine = engine
        self.headers = Hashtable()
        self.settings: dict[str, Any] = {}
        self.body = MemoryStream()

    def response(self) -> HttpWebResponse:
        """Send it (GetResponse). Raises NetError with WebException."""
        assert self.engine is not None  # noqa: S101 - those of cmdlets are sent already
        body = bytes(self.body.data)
        given = {**self.settings, "uri": self.uri, "method": self.method, "headers": self.headers}
        if body:
            given["body"] = bytearray(body)
        return sent(self.engine, given, "HttpWebRequest")


def sent(engine: Engine, given: dict[str, Any], asker: str) -> HttpWebResponse:
    """`exchange` for members of .NET. Raises NetError with WebException."""
    try:
        return exchange(engine, given, asker)
    except WebRefused as refused:
        problem = NetError(refused.exception.ps_type.name)
        problem.exception = refused.exception
        raise problem from None


class HttpWebResponse:
    """System.Net.HttpWebResponse: what came back."""

    __slots__ = ("answer", "request")

    def __init__(self, request: HttpWebRequest, answer: WebAnswer) -> None:
        self.request = request
        self.answer = answer

    def header(self, name: str) -> str | None:
        """The values of a header, with commas between."""
        found = [value for each, value in self.answer.headers if each.lower() == name.lower()]
        return ",".join(found) if found else None

    def headers(self) -> GenericDictionary:
        """All headers by name."""
        names = dict.fromkeys(name for name, _ in self.answer.headers)
        kind = builtin("System.Collections.Generic.Dictionary`2")
        return GenericDictionary(((name, self.header(name)) for name in names), kind, case_sensitive=False)


def _settings(*names: str) -> dict[str, Any]:
    """Properties that are kept with the request; what the network does not depend on is only kept."""
    found: dict[str, Any] = {}
    for name in names:
        plain = name.partition(":")[0]
        key = _KEYS.get(plain, plain.lower())
        found[name] = lambda r, key=key: r.settings.get(key)
        found[f"{plain}="] = lambda r, value, key=key: r.settings.__setitem__(key, value)
    return found


_KEYS = {"Credentials": "credential"}


def _request(engine: Engine, address: Any) -> HttpWebRequest:
    request = HttpWebRequest("GET", _absolute(address), engine)
    if request.uri.parts[1].lower() not in ("http", "https"):
        raise not_emulated(f"A WebRequest to {request.uri.parts[1]}: addresses")
    return request


_CREATE = {"@Create(string requestUriString)": _request, "@Create(uri requestUri)": _request}
register(
    PSType(
        "System.Net.WebRequest",
        is_abstract=True,
        static={
            **_CREATE,
            "@CreateHttp(string requestUriString)": _request,
            "DefaultWebProxy": lambda: None,
            "DefaultWebProxy=": lambda _value: None,
            "GetSystemWebProxy()": lambda: None,
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
            "Headers": lambda r: r.headers,
            **_settings(
                "ContentType: string",
                "UserAgent: string",
                "Credentials",
                "UseDefaultCredentials: bool",
                *("Timeout", "ReadWriteTimeout", "AllowAutoRedirect", "KeepAlive", "Proxy", "Accept"),
                *("ContentLength", "ServicePoint", "PreAuthenticate"),
            ),
            "GetResponse()": lambda r: r.response(),
            "GetRequestStream()": lambda r: r.body,
            "RequestUri: uri": lambda r: r.uri,
            "Address: uri": lambda r: r.uri,
        },
    ),
    HttpWebRequest,
)


def _character_set(response: HttpWebResponse) -> str:
    found = re.search(r"charset=\"?([^\";]+)", response.header("Content-Type") or "", re.I)
    return found[1] if found else ""


register(
    PSType(
        "System.Net.HttpWebResponse",
        instance={
            "StatusCode": lambda r: status_code(r.answer.status),
            "StatusDescription: string": lambda r: r.answer.reason,
            "ContentType: string": lambda r: r.header("Content-Type") or "",
            "ContentLength: long": lambda r: int(r.header("Content-Length") or -1),
            "Headers": lambda r: r.headers(),
            "Method: string": lambda r: r.request.method,
            "GetResponseStream()": lambda r: MemoryStream(bytearray(r.answer.body), writable=False),
            "CharacterSet: string": _character_set,
            "Close()": lambda _r: None,
            "Dispose()": lambda _r: None,
            "Server: string": lambda r: r.header("Server") or "",
            "ResponseUri: uri": lambda r: r.request.uri,
            "GetResponseHeader(string headerName)": lambda r, name: r.header(name) or "",
        },
    ),
    HttpWebResponse,
)


def status_code(number: int) -> Any:
    """The number as System.Net.HttpStatusCode."""
    return builtin("System.Net.HttpStatusCode").value(number)  # type: ignore[attr-defined] # an enumeration


def exchange(engine: Engine, given: dict[str, Any], asker: str) -> HttpWebResponse:
    """Send what the parameters of the cmdlets (by lower-case name) ask for; ``asker`` names who asks.

    Raises WebRefused for a name that nobody has, a port where nobody listens, and an answer of 400 and more.
    """
    uri = _absolute(given["uri"])
    method = to_text(given.get("method") or "Default").upper()
    method = "GET" if method == "DEFAULT" else method
    headers, body = _headers(given), b""
    content = given.get("body")
    if method == "GET" and isinstance(unwrap(content), Hashtable):
        uri = _absolute(f"{uri}{'&' if uri.parts[4] else '?'}{_form(unwrap(content))}")
    else:
        body, kind = _body(given, content)
        if method == "POST" and kind and not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("Content-Type", kind))
    request = HttpWebRequest(method, uri)
    scheme = uri.parts[1].lower()
    if scheme not in ("http", "https"):
        raise not_emulated(f"{asker} to {scheme}: addresses")
    host = _host_of(engine, request)
    if host.web is None:
        raise not_emulated(f"{asker} without a service")
    asked = WebRequest(
        method,
        (uri.parts[3] or "/") + (uri.parts[4] or ""),
        tuple(headers),
        body,
        _account(engine, host, given),
    )
    tls = scheme == "https"
    if tls and _answers(host, uri.port, tls=True) and not _is_trusted(host, uri):
        raise _failure(request, "TrustFailure", _UNTRUSTED)
    answer = host.web.visit(uri.port, tls=tls, request=asked)
    if answer is None:
        raise _no_answer(engine, host, request, asker, tls=tls)
    response = HttpWebResponse(request, answer)
    if answer.status >= _FIRST_ERROR:
        text = f"The remote server returned an error: ({answer.status}) {HTTPStatus(answer.status).phrase}."
        problem = _failure(request, "ProtocolError", text, response=response)
        # The page without its tags is what is shown.
        problem.page = re.sub(r"<[^>]*>", "", _text(answer.body)) or None
        raise problem
    return response


def text_of(response: HttpWebResponse) -> str:
    """The body as text."""
    return _text(response.answer.body)


def _text(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    return body.decode("utf-8-sig", "replace")


def _absolute(value: Any) -> Uri:
    from emulator.powershell.dotnet.library.globalization import Uri

    text = str(value)
    return Uri(text if re.match(r"[A-Za-z][\w+.-]*:(?!\d)", text) else f"http://{text}")


def _name(uri: Uri) -> str:
    return re.sub(r":\d+$", "", (uri.parts[2] or "").rpartition("@")[2]).lower()


def _host_of(engine: Engine, request: HttpWebRequest) -> Host:
    """The machine that has the name. Raises for a name that nobody has, or that of a guest."""
    own, name = own_host(engine), _name(request.uri)
    found = host_named(own, name)
    if found is not None:
        return found
    own.gaps.record("network address", f"{name}:{request.uri.port}")
    address = resolve(own, name)
    if address is None:
        text = f"The remote name could not be resolved: '{name}'"
        raise _failure(request, "NameResolutionFailure", text)
    raise _unreachable(request, f"{SILENT} {address}:{request.uri.port}", 10060)


def _account(engine: Engine, host: Host, given: dict[str, Any]) -> Account | None:
    """Who logs on with the request; None when nobody does, or with a wrong password."""
    credential = unwrap(given.get("credential"))
    if credential is not None:
        return host.accounts.verify(credential.user_name, credential.password.text)
    if not given.get("usedefaultcredentials"):
        return None
    own = engine.find_service(Account)
    if own is None or host is own_host(engine):
        return own
    other = host.accounts.find(own.qualified_name)
    return other if other is not None and not other.is_local else None


def _is_trusted(host: Host, uri: Uri) -> bool:
    """Whether the certificate of the port has the name that was asked for and is one of the authorities'."""
    listeners = host.winrm.listeners
    prints = {listeners.thumbprint(one) for one in listeners if one.port == uri.port}
    roots = {one.thumbprint for one in host.certificates.of_store("Root")}
    return any(
        each in roots and (found := host.certificates.find(each)) is not None and found.is_for(_name(uri))
        for each in prints
    )


def _answers(host: Host, port: int, *, tls: bool) -> bool:
    asked = WebRequest("GET", "/")
    return host.web is not None and host.web.visit(port, tls=tls, request=asked) is not None


def _no_answer(
    engine: Engine, host: Host, request: HttpWebRequest, asker: str, *, tls: bool
) -> WebRefused | PSError:
    port = request.uri.port
    if _answers(host, port, tls=not tls):
        status, what = ("SendFailure", "a send") if tls else ("ReceiveFailure", "a receive")
        return _failure(request, status, f"{_CLOSED}An unexpected error occurred on {what}.")
    stated = {each.port for each in host.winrm.listeners}
    if port not in stated and port in open_ports(engine, host):
        return not_emulated(f"{asker} to a port that speaks no HTTP")
    address = resolve(own_host(engine), _name(request.uri)) or _name(request.uri)
    return _unreachable(request, f"{REFUSED} {address}:{port}", 10061)


def _unreachable(request: HttpWebRequest, reason: str, number: int) -> WebRefused:
    inner = ExceptionObject("System.Net.Sockets.SocketException", reason, nativeerrorcode=number)
    return _failure(request, "ConnectFailure", "Unable to connect to the remote server", inner=inner)


def _failure(
    request: HttpWebRequest,
    status: str,
    text: str,
    *,
    inner: ExceptionObject | None = None,
    response: HttpWebResponse | None = None,
) -> WebRefused:
    state = builtin("System.Net.WebExceptionStatus").parse(status)  # type: ignore[attr-defined] # an enumeration
    return WebRefused(
        ExceptionObject("System.Net.WebException", text, inner, status=state, response=response), request
    )


def _headers(given: dict[str, Any]) -> list[tuple[str, str]]:
    table = unwrap(given.get("headers"))
    found = [(to_text(key), to_text(value)) for key, value in table.items()] if table is not None else []
    for parameter, name in (("contenttype", "Content-Type"), ("useragent", "User-Agent")):
        if given.get(parameter):
            found.append((name, to_text(given[parameter])))
    for pair in found:
        _check_header("".join(pair))
    return found


def _check_header(text: str) -> None:
    if "\r" in text or "\n" in text:
        raise argument_error("Specified value has invalid CRLF characters.", "value")
    if any(ord(each) > _HIGHEST or ord(each) < _BLANK for each in text):
        raise argument_error("Specified value has invalid Control characters.", "value")


def _body(given: dict[str, Any], content: Any) -> tuple[bytes, str]:
    """The bytes to send, and their type when the cmdlet says one by itself."""
    if "file" in given:
        return given["file"], _FORM
    held = unwrap(content)
    if held is None:
        return b"", ""
    if isinstance(held, Hashtable):
        return _form(held).encode(), _FORM
    if isinstance(held, bytearray):
        return bytes(held), _FORM
    outer = getattr(held, "outer_xml", None)
    return (outer if isinstance(outer, str) else to_text(held)).encode("latin-1", "replace"), _FORM


def _form(table: Hashtable) -> str:
    pairs = ((quote_plus(to_text(key)), quote_plus(to_text(value))) for key, value in table.items())
    return "&".join(f"{key}={value}" for key, value in pairs)
