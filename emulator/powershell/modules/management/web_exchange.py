"""How Invoke-WebRequest and Invoke-RestMethod reach a port of the emulated network, and nothing else.

Texts and states are those of System.Net.WebException of .NET Framework 4.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from emulator.host import Account, Host
from emulator.host.neighbourhood import answers_to
from emulator.host.network.name_resolution import resolve
from emulator.host.web_door import WebAnswer, WebRequest
from emulator.powershell.dotnet.collections import GenericDictionary, Hashtable
from emulator.powershell.dotnet.exceptions import ExceptionObject, argument_error
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, not_emulated

if TYPE_CHECKING:
    from emulator.powershell.dotnet.library.globalization import Uri

_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_LISTENING = 2
_CLOSED = "The underlying connection was closed: "
_UNTRUSTED = f"{_CLOSED}Could not establish trust relationship for the SSL/TLS secure channel."
_REFUSED = "No connection could be made because the target machine actively refused it"
_SILENT = (
    "A connection attempt failed because the connected party did not properly respond after a period of "
    "time, or established connection failed because connected host has failed to respond"
)
_FIRST_ERROR = 400
_BLANK, _HIGHEST = 0x20, 0xFF
_FORM = "application/x-www-form-urlencoded"


class HttpWebRequest:
    """System.Net.HttpWebRequest: what was asked, as the target of errors."""

    __slots__ = ("method", "uri")

    def __init__(self, method: str, uri: Uri) -> None:
        self.method = method
        self.uri = uri


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


register(
    PSType(
        "System.Net.HttpWebRequest",
        instance={
            "Method: string": lambda r: r.method,
            "RequestUri: uri": lambda r: r.uri,
            "Address: uri": lambda r: r.uri,
        },
    ),
    HttpWebRequest,
)
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


def exchange(call: CmdletCall, given: dict[str, Any]) -> HttpWebResponse:
    """Send what the parameters (by lower-case name) ask for.

    Raises the error of a name that nobody has, of a port where nobody listens, and of an answer of 400
    and more.
    """
    uri = _absolute(given["uri"])
    method = to_text(given.get("method") or "Default").upper()
    method = "GET" if method == "DEFAULT" else method
    headers, body = _headers(given), b""
    content = given.get("body")
    if method == "GET" and isinstance(unwrap(content), Hashtable):
        uri = _absolute(f"{uri}{'&' if uri.parts[4] else '?'}{_form(unwrap(content))}")
    else:
        body, kind = _body(call, given, content)
        if method == "POST" and kind and not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("Content-Type", kind))
    request = HttpWebRequest(method, uri)
    scheme = uri.parts[1].lower()
    if scheme not in ("http", "https"):
        raise call.complete(not_emulated(f"{call.name} to {scheme}: addresses"))
    host = _host_of(call, request)
    if host.web is None:
        raise call.complete(not_emulated(f"{call.name} without a service"))
    asked = WebRequest(
        method,
        (uri.parts[3] or "/") + (uri.parts[4] or ""),
        tuple(headers),
        body,
        _account(call, host, given),
    )
    tls = scheme == "https"
    if tls and _answers(host, uri.port, tls=True) and not _is_trusted(host, uri):
        raise _failure(call, request, "TrustFailure", _UNTRUSTED)
    answer = host.web.visit(uri.port, tls=tls, request=asked)
    if answer is None:
        raise _no_answer(call, host, request, tls=tls)
    response = HttpWebResponse(request, answer)
    if answer.status >= _FIRST_ERROR:
        text = f"The remote server returned an error: ({answer.status}) {HTTPStatus(answer.status).phrase}."
        problem = _failure(call, request, "ProtocolError", text, response=response)
        # The page without its tags is what is shown.
        problem.record.details = re.sub(r"<[^>]*>", "", _text(answer.body)) or None
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


def _host_of(call: CmdletCall, request: HttpWebRequest) -> Host:
    """The machine that has the name. Raises for a name that nobody has, or that of a guest."""
    own, name = call.service(Host), _name(request.uri)
    if name in _OWN_NAMES or answers_to(own, name):
        return own
    found = own.neighbourhood.find(name) if own.neighbourhood is not None else None
    if found is not None:
        return found
    own.gaps.record("network address", f"{name}:{request.uri.port}")
    address = resolve(own, name)
    if address is None:
        text = f"The remote name could not be resolved: '{name}'"
        raise _failure(call, request, "NameResolutionFailure", text)
    raise _unreachable(call, request, f"{_SILENT} {address}:{request.uri.port}", 10060)


def _account(call: CmdletCall, host: Host, given: dict[str, Any]) -> Account | None:
    """Who logs on with the request; None when nobody does, or with a wrong password."""
    credential = unwrap(given.get("credential"))
    if credential is not None:
        return host.accounts.verify(credential.user_name, credential.password.text)
    if not given.get("usedefaultcredentials"):
        return None
    own = call.service(Account)
    if host is call.service(Host):
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


def _no_answer(call: CmdletCall, host: Host, request: HttpWebRequest, *, tls: bool) -> PSError:
    port = request.uri.port
    if _answers(host, port, tls=not tls):
        status, what = ("SendFailure", "a send") if tls else ("ReceiveFailure", "a receive")
        return _failure(call, request, status, f"{_CLOSED}An unexpected error occurred on {what}.")
    stated = {each.port for each in host.winrm.listeners}
    if port not in stated and port in _ports(host):
        return call.complete(not_emulated(f"{call.name} to a port that speaks no HTTP"))
    address = resolve(call.service(Host), _name(request.uri)) or _name(request.uri)
    return _unreachable(call, request, f"{_REFUSED} {address}:{port}", 10061)


def _ports(host: Host) -> set[int]:
    """Where programs of the machine wait for connections."""
    management: Any = host.management
    if management is None:
        return set()
    ends = management.namespace("root/StandardCimv2").instances("MSFT_NetTCPConnection")
    return {each.value("LocalPort") for each in ends if each.value("State") == _LISTENING}


def _unreachable(call: CmdletCall, request: HttpWebRequest, reason: str, number: int) -> PSError:
    inner = ExceptionObject("System.Net.Sockets.SocketException", reason, nativeerrorcode=number)
    return _failure(call, request, "ConnectFailure", "Unable to connect to the remote server", inner=inner)


def _failure(
    call: CmdletCall,
    request: HttpWebRequest,
    status: str,
    text: str,
    *,
    inner: ExceptionObject | None = None,
    response: HttpWebResponse | None = None,
) -> PSError:
    state = builtin("System.Net.WebExceptionStatus").parse(status)  # type: ignore[attr-defined] # an enumeration
    problem = ExceptionObject("System.Net.WebException", text, inner, status=state, response=response)
    return call.failure(
        problem, error_id="WebCmdletWebResponseException", category="InvalidOperation", target=request
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


def _body(call: CmdletCall, given: dict[str, Any], content: Any) -> tuple[bytes, str]:
    """The bytes to send, and their type when the cmdlet says one by itself."""
    from emulator.powershell.modules.utility.files import bytes_of, resolved

    if given.get("infile"):
        return bytes_of(call).read_bytes(resolved(call, given["infile"])), _FORM
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
