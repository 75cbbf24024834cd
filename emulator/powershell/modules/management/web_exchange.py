"""How requests of scripts reach a port of the emulated network or a stated web site, and nothing else.

Texts and states are those of System.Net.WebException of .NET Framework 4.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from emulator.host import Account, Host
from emulator.host.network.name_resolution import resolve
from emulator.host.network.web_pages import stated_answer
from emulator.host.network.web_phrases import phrase
from emulator.host.web_door import WebAnswer, WebRequest
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES
from emulator.powershell.dotnet.enums import enumeration
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError, argument_error
from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import UNIX_EPOCH_TICKS
from emulator.powershell.modules.certificates.certificate_object import CertificateObject
from emulator.powershell.modules.management.tcp_connections import (
    REFUSED,
    SILENT,
    host_named,
    listens,
    open_ports,
    own_host,
)
from emulator.powershell.modules.management.web_cookies import CookieContainer
from emulator.powershell.modules.management.web_credentials import default_proxy, given_credential, proxy_for
from emulator.powershell.modules.management.web_messages import HttpWebRequest, HttpWebResponse, WebRefused
from emulator.powershell.modules.management.web_text import body_text, charset_in, codec_of
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import PSError, not_emulated

if TYPE_CHECKING:
    from emulator.powershell.dotnet.library.globalization import Uri
    from emulator.powershell.runtime.engine import Engine

_CLOSED = "The underlying connection was closed: "
_UNTRUSTED = f"{_CLOSED}Could not establish trust relationship for the SSL/TLS secure channel."
_FIRST_ERROR = 400
_PROXY_AUTHENTICATION, _BAD_GATEWAY = 407, 502
_BLANK, _HIGHEST = 0x20, 0xFF
_FORM = "application/x-www-form-urlencoded"
_MOVES = (300, 301, 302, 303, 307)
_USUAL_MOVES = 50
_KEPT = ("clientcertificates", "cookiecontainer", "proxy")


def sent(engine: Engine, given: dict[str, Any], asker: str) -> HttpWebResponse:
    """`exchange` for members of .NET. Raises NetError with WebException."""
    try:
        return exchange(engine, given, asker)
    except WebRefused as refused:
        problem = NetError(refused.exception.ps_type.name)
        problem.exception = refused.exception
        raise problem from None


def exchange(
    engine: Engine, given: dict[str, Any], asker: str, tell: Callable[[str], None] | None = None
) -> HttpWebResponse:
    """Send what the parameters of the cmdlets (by lower-case name) ask for, and follow where answers lead;
    ``asker`` names who asks, and ``tell`` hears what is sent.

    Raises WebRefused for a name that nobody has, a port where nobody listens, too many moves, and an answer
    of 400 and more; NetError for what cannot be sent.
    """
    uri = _absolute(given["uri"])
    method = to_text(given.get("method") or "Default").upper()
    method = "GET" if method == "DEFAULT" else method
    headers, body = _headers(given), b""
    content = given.get("body")
    if method == "GET" and type(unwrap(content)) in DICTIONARY_TYPES:
        uri = _absolute(f"{uri}{'&' if uri.parts[4] else '?'}{_form(unwrap(content))}")
    else:
        body, kind = _body(given, content)
        if method == "POST" and kind and not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("Content-Type", kind))
    if body and method in ("GET", "HEAD"):
        text = "Cannot send a content-body with this verb-type."
        raise NetError("System.Net.ProtocolViolationException", text)
    if tell is not None:
        tell(f"{method} {uri} with {len(body)}-byte payload")
    request = HttpWebRequest(method, uri, engine)
    request.settings.update({key: given[key] for key in _KEPT if key in given})
    moves = _most_moves(given)
    while True:
        response = _visit(engine, request, headers, body, given, asker)
        target = response.header("Location")
        if response.answer.status not in _MOVES or target is None or moves is None:
            break
        if moves <= 0:
            text = "Too many automatic redirections were attempted."
            raise _failure(request, "ProtocolError", text, response=response)
        moves -= 1
        request.uri = request.uri.joined(target)
        status = response.answer.status
        if status == 303 or (status in (301, 302) and request.method == "POST"):
            request.method, body = "GET", b""
            headers = [one for one in headers if one[0].lower() != "content-type"]
    status = response.answer.status
    if status >= _FIRST_ERROR:
        words = response.answer.reason or phrase(status)
        text = f"The remote server returned an error: ({status}) {words}."
        problem = _failure(request, "ProtocolError", text, response=response)
        problem.page = response.answer.body.decode("utf-8-sig", "replace")
        raise problem
    return response


def _most_moves(given: dict[str, Any]) -> int | None:
    """How many times an answer may lead elsewhere; None when that is not followed."""
    if not given.get("allowautoredirect", True):
        return None
    found = given.get("maximumautomaticredirections")
    return _USUAL_MOVES if found is None else int(found)


def _visit(
    engine: Engine,
    request: HttpWebRequest,
    headers: list[tuple[str, str]],
    body: bytes,
    given: dict[str, Any],
    asker: str,
) -> HttpWebResponse:
    """One request and its answer, with the cookies of the address."""
    scheme = request.uri.parts[1].lower()
    if scheme not in ("http", "https"):
        raise not_emulated(f"{asker} to {scheme}: addresses")
    refusal, over_proxy = _proxy_answer(engine, request, asker)
    container = unwrap(given.get("cookiecontainer"))
    now = own_host(engine).clock.now()
    if isinstance(container, CookieContainer):
        ticks = UNIX_EPOCH_TICKS + int(now.timestamp() * 10_000_000)
        line = container.header(request.uri, ticks)
        headers = [*headers, ("Cookie", line)] if line else headers
    asked = WebRequest(
        request.method,
        (request.uri.parts[3] or "/") + (request.uri.parts[4] or ""),
        tuple(headers),
        body,
        certificate=_certificate(request),
    )
    answer = refusal
    if answer is None:
        try:
            answer = _site_answer(engine, request, asked) or _host_answer(
                engine, request, asked, given, asker
            )
        except WebRefused as problem:
            if not over_proxy or not problem.unreachable:
                raise
            answer = stated_answer(_BAD_GATEWAY, "")
    response = HttpWebResponse(request, answer)
    if isinstance(container, CookieContainer):
        lines = [value for name, value in answer.headers if name.lower() == "set-cookie"]
        response.cookies.extend(container.learn(request.uri, lines, now))
    return response


def _certificate(request: HttpWebRequest) -> str | None:
    """The client certificate that is shown to an https site: the first one whose private key is there.
    Raises WebRefused for a key that the account must not use."""
    if request.uri.parts[1].lower() != "https":
        return None
    for one in map(unwrap, items_of(request.settings["clientcertificates"])):
        if not isinstance(one, CertificateObject) or one.is_empty or not one.has_key:
            continue
        try:
            one.private_key()
        except NetError:
            text = "The request was aborted: Could not create SSL/TLS secure channel."
            raise _failure(request, "SecureChannelFailure", text) from None
        return one.facts.thumbprint
    return None


def _proxy_answer(engine: Engine, request: HttpWebRequest, asker: str) -> tuple[WebAnswer | None, bool]:
    """What the proxy of a request says that does not let it pass, and whether the request goes over one.
    Raises WebRefused for a proxy that nobody is."""
    route = proxy_for(request.settings.get("proxy", default_proxy(engine)), request.uri)
    if route is None:
        return None, False
    own, name, port = own_host(engine), route.address.host, route.address.port
    account = engine.find_service(Account) if route.as_account else None
    logs_on = account.qualified_name if account is not None else None
    with own.looking():
        stated = own.web_pages.proxy(name, port)
        if stated is not None and stated.admits(route.credential, logs_on):
            return None, True
    if stated is not None:
        demand = ("Proxy-Authenticate", "Negotiate")
        return stated_answer(_PROXY_AUTHENTICATION, "", demand), True
    host = host_named(own, name)
    address = resolve(own, name)
    if host is None and address is None:
        text = f"The proxy name could not be resolved: '{name}'"
        raise _failure(request, "ProxyNameResolutionFailure", text)
    if listens(engine, own, name, port):
        raise not_emulated(f"{asker} over a computer that is no stated proxy")
    if host is None:
        raise _unreachable(request, f"{SILENT} {address}:{port}", 10060)
    raise _unreachable(request, f"{REFUSED} {address or name}:{port}", 10061)


def _site_answer(engine: Engine, request: HttpWebRequest, asked: WebRequest) -> WebAnswer | None:
    """What a stated web site says; None for a name that is none of theirs."""
    own, name, port = own_host(engine), request.uri.host, request.uri.port
    with own.looking():
        pages = own.web_pages
        if host_named(own, name) is not None or not (ports := pages.ports_of(name)):
            return None
        name = pages.name_at(name) or name
        answer = pages.answer(request.uri.parts[1], name, port, asked)
    if answer is not None:
        return answer
    if port in ports:
        raise _wrong_transport(request, tls=request.uri.parts[1].lower() == "https")
    raise _unreachable(request, f"{REFUSED} {pages.address_of(name)}:{port}", 10061)


def _host_answer(
    engine: Engine, request: HttpWebRequest, asked: WebRequest, given: dict[str, Any], asker: str
) -> WebAnswer:
    host = _host_of(engine, request)
    if host.web is None:
        raise not_emulated(f"{asker} without a service")
    tls = request.uri.parts[1].lower() == "https"
    if tls and _answers(host, request.uri.port, tls=True) and not _is_trusted(host, request.uri):
        raise _failure(request, "TrustFailure", _UNTRUSTED)
    account = _account(engine, host, given, request.uri)
    answer = host.web.visit(
        request.uri.port,
        tls=tls,
        request=WebRequest(asked.method, asked.target, asked.headers, asked.body, account),
    )
    if answer is None:
        raise _no_answer(engine, host, request, asker, tls=tls)
    return answer


def text_of(response: HttpWebResponse) -> str:
    """The body as text, as the cmdlets read it."""
    return body_text(response.answer.body, response.header("Content-Type") or "")


def _absolute(value: Any) -> Uri:
    from emulator.powershell.dotnet.library.globalization import Uri

    text = str(value)
    return Uri(text if re.match(r"[A-Za-z][\w+.-]*:(?!\d)", text) else f"http://{text}")


def _host_of(engine: Engine, request: HttpWebRequest) -> Host:
    """The machine that has the name. Raises for a name that nobody has, or that of a guest."""
    own, name = own_host(engine), request.uri.host
    found = host_named(own, name)
    if found is not None:
        return found
    own.gaps.record("network address", f"{name}:{request.uri.port}")
    address = resolve(own, name)
    if address is None:
        text = f"The remote name could not be resolved: '{name}'"
        raise _failure(request, "NameResolutionFailure", text)
    raise _unreachable(request, f"{SILENT} {address}:{request.uri.port}", 10060)


def _account(engine: Engine, host: Host, given: dict[str, Any], uri: Uri) -> Account | None:
    """Who logs on with the request; None when nobody does, or with a wrong password."""
    credential, default = given_credential(given, uri)
    if credential is not None:
        return host.accounts.verify(*credential)
    if not default:
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
        each in roots and (found := host.certificates.find(each)) is not None and found.is_for(uri.host)
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
        return _wrong_transport(request, tls=tls)
    stated = {each.port for each in host.winrm.listeners}
    if port not in stated and port in open_ports(engine, host):
        return not_emulated(f"{asker} to a port that speaks no HTTP")
    address = resolve(own_host(engine), request.uri.host) or request.uri.host
    return _unreachable(request, f"{REFUSED} {address}:{port}", 10061)


def _wrong_transport(request: HttpWebRequest, *, tls: bool) -> WebRefused:
    status, what = ("SendFailure", "a send") if tls else ("ReceiveFailure", "a receive")
    return _failure(request, status, f"{_CLOSED}An unexpected error occurred on {what}.")


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
    load_on_demand("system.net.webexceptionstatus")
    state = enumeration("System.Net.WebExceptionStatus").parse(status)
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
    if type(held) in DICTIONARY_TYPES:
        return _form(held).encode(), _FORM
    if isinstance(held, bytearray):
        return bytes(held), _FORM
    outer = getattr(held, "outer_xml", None)
    codec = codec_of(charset_in(to_text(given.get("contenttype") or ""))) or "latin-1"
    return (outer if isinstance(outer, str) else to_text(held)).encode(codec, "replace"), _FORM


def _form(table: Any) -> str:
    pairs = ((quote_plus(to_text(key)), quote_plus(to_text(value))) for key, value in table.items())
    return "&".join(f"{key}={value}" for key, value in pairs)
