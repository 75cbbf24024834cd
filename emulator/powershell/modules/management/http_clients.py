"""System.Net.Http.HttpClient over the emulated network."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError
from emulator.powershell.dotnet.library.named_values import NAMED_MEMBERS, NamedValues
from emulator.powershell.dotnet.library.tasks import attempted
from emulator.powershell.dotnet.library.text import UTF8, Encoding
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.streams import MemoryStream
from emulator.powershell.dotnet.types import PSType, kept, register
from emulator.powershell.modules.certificates.certificate_collections import CertificateCollection
from emulator.powershell.modules.management.web_cookies import CookieContainer
from emulator.powershell.modules.management.web_exchange import sent
from emulator.powershell.modules.management.web_messages import HttpWebResponse, for_addresses, status_code
from emulator.powershell.modules.management.web_text import charset_in, codec_of
from emulator.powershell.runtime.conversion import items_of, to_text

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_HTTP = "System.Net.Http."
_WRONG_CHARSET = (
    "The character set provided in ContentType is invalid. Cannot read content as string using an invalid "
    "character set."
)
_FIRST_ERROR, _FIRST_SUCCESS, _FIRST_MOVE = 400, 200, 300


class HttpHeaders(NamedValues):
    """System.Net.Http.Headers.HttpHeaders."""

    __slots__ = ()


class HttpMethod:
    """HttpMethod."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HttpMethod) and other.name.lower() == self.name.lower()

    def __hash__(self) -> int:
        return hash(self.name.lower())


class HttpHandler:
    """HttpClientHandler: how the client connects. What the emulated network does not depend on is kept."""

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {
            "ClientCertificates": CertificateCollection(),
            "CookieContainer": CookieContainer(),
        }


class HttpContent:
    """HttpContent: bytes with a type."""

    def __init__(self, data: bytes, kind: str = "", charset: str = "") -> None:
        self.data = data
        self.headers = HttpHeaders()
        if kind:
            self.headers.put("Content-Type", kind + (f"; charset={charset}" if charset else ""))

    def text(self) -> str:
        """The text, by the character set of its type or as UTF-8. Raises NetError for an unknown one."""
        charset = charset_in(to_text(self.headers.get("Content-Type") or ""))
        codec = codec_of(charset)
        if charset and codec is None:
            raise NetError("System.InvalidOperationException", _WRONG_CHARSET)
        return self.data.decode("utf-8-sig" if codec in (None, "utf-8") else codec, "replace")


class HttpAnswer:
    """HttpResponseMessage."""

    def __init__(self, response: HttpWebResponse) -> None:
        self.response = response
        answer = response.answer
        self.status = answer.status
        self.content = HttpContent(answer.body)
        self.headers = HttpHeaders()
        for name, value in answer.headers:
            (self.content.headers if name.lower().startswith("content-") else self.headers).add(name, value)

    @property
    def succeeded(self) -> bool:
        """IsSuccessStatusCode."""
        return _FIRST_SUCCESS <= self.status < _FIRST_MOVE

    def ensured(self) -> HttpAnswer:
        """EnsureSuccessStatusCode. Raises NetError with HttpRequestException."""
        if not self.succeeded:
            what = f"{self.status} ({self.response.answer.reason})"
            text = f"Response status code does not indicate success: {what}."
            raise NetError(f"{_HTTP}HttpRequestException", text)
        return self


class HttpRequest:
    """HttpRequestMessage."""

    def __init__(self, method: Any = "GET", uri: Any = None) -> None:
        self.method = HttpMethod(str(method))
        self.uri = uri
        self.headers = HttpHeaders()
        self.content: HttpContent | None = None


class HttpClient:
    """HttpClient."""

    def __init__(self, engine: Engine, handler: HttpHandler | None = None) -> None:
        self.engine = engine
        self.handler = handler or HttpHandler()
        self.headers = HttpHeaders()
        self.base: Any = None
        self.timeout: Any = None

    def send(self, request: HttpRequest) -> HttpAnswer:
        """The answer, whatever its status. Raises NetError with HttpRequestException."""
        settings = self.handler.settings
        content = unwrap(request.content)
        headers = NamedValues(self.headers.items())
        for name, value in (*request.headers.items(), *_content_headers(content)):
            headers.put(name, value)
        given: dict[str, Any] = {
            "uri": self.base.joined(to_text(request.uri)) if self.base else to_text(request.uri),
            "method": str(request.method),
            "headers": headers,
            "allowautoredirect": settings.get("AllowAutoRedirect", True),
            "usedefaultcredentials": settings.get("UseDefaultCredentials", False),
            "credential": settings.get("Credentials"),
            "clientcertificates": settings["ClientCertificates"],
        }
        if settings.get("UseCookies", True):
            given["cookiecontainer"] = settings["CookieContainer"]
        if not settings.get("UseProxy", True):
            given["proxy"] = None
        elif settings.get("Proxy") is not None:
            given["proxy"] = settings["Proxy"]
        if content is not None:
            given["body"] = bytearray(content.data)
        try:
            return HttpAnswer(sent(self.engine, given, "HttpClient"))
        except NetError as problem:
            answered = problem.exception.extra.get("response")
            if isinstance(answered, HttpWebResponse) and answered.answer.status >= _FIRST_ERROR:
                return HttpAnswer(answered)
            kind, text = f"{_HTTP}HttpRequestException", "An error occurred while sending the request."
            made = NetError(kind, text)
            made.exception = ExceptionObject(kind, text, problem.exception)
            raise made from None


def _content_headers(content: HttpContent | None) -> list[tuple[Any, str]]:
    return content.headers.items() if content is not None else []


def _asked(method: str, read: Callable[[HttpAnswer], Any]) -> Callable[..., Any]:
    """A member that sends a request at once and gives its task."""

    def ask(client: HttpClient, uri: Any, content: Any = None, *_rest: Any) -> Any:
        request = HttpRequest(method, uri)
        request.content = unwrap(content) if content is not None else None
        return attempted(lambda: read(client.send(request)))

    return ask


def _both(name: str, rest: str, act: Callable[..., Any]) -> dict[str, Any]:
    return for_addresses(name, rest, act, "requestUri")


def _whole(answer: HttpAnswer) -> HttpAnswer:
    return answer


def _text(answer: HttpAnswer) -> str:
    return answer.ensured().content.text()


def _bytes(answer: HttpAnswer) -> bytearray:
    return bytearray(answer.ensured().content.data)


def _stream(answer: HttpAnswer) -> MemoryStream:
    return MemoryStream(_bytes(answer), writable=False)


def _string_content(
    _kind: PSType, text: str, encoding: Encoding = UTF8, kind: str = "text/plain"
) -> HttpContent:
    return HttpContent(text.encode(encoding.codec, "replace"), kind, encoding.web_name)


def _form_content(_kind: PSType, pairs: Any) -> HttpContent:
    held = unwrap(pairs)
    rows = (
        held.items()
        if hasattr(held, "items")
        else [(one.key, one.value) for one in map(unwrap, items_of(held))]
    )
    text = "&".join(f"{quote_plus(to_text(key))}={quote_plus(to_text(value))}" for key, value in rows)
    return HttpContent(text.encode(), "application/x-www-form-urlencoded")


def _handled(shown: str, first: Any = None) -> dict[str, Any]:
    plain = shown.partition(":")[0]
    return {
        shown: lambda h: h.settings.get(plain, first),
        f"{plain}=": lambda h, value: h.settings.__setitem__(plain, unwrap(value)),
    }


_HEADERS = f"{_HTTP}Headers.HttpHeaders"
register(
    PSType(
        _HEADERS,
        instance={
            **{
                key: one
                for key, one in NAMED_MEMBERS.items()
                if key.startswith(("Add(string", "Clear", "Remove"))
            },
            "Contains(string name)": lambda h, name: name in h,
            "GetValues(string name)": NAMED_MEMBERS["GetValues(string name)"],
            "TryAddWithoutValidation(string name, string value)": lambda h, name, value: (
                h.add(name, value) or True
            ),
            "ContentType": lambda h: h.get("Content-Type"),
            "ContentLength": lambda h: h.get("Content-Length"),
            "Location": lambda h: h.get("Location"),
            "Authorization": lambda h: h.get("Authorization"),
            "Authorization=": lambda h, value: h.put("Authorization", value),
            "UserAgent": lambda h: h.get("User-Agent"),
        },
    ),
    HttpHeaders,
)
register(
    PSType(
        f"{_HTTP}HttpClientHandler",
        interfaces=("System.IDisposable",),
        instance={
            **_handled("AllowAutoRedirect: bool", True),
            **_handled("AutomaticDecompression"),
            **_handled("ClientCertificateOptions"),
            "ClientCertificates": lambda h: h.settings["ClientCertificates"],
            **_handled("CookieContainer"),
            **_handled("Credentials"),
            **_handled("Proxy"),
            **_handled("ServerCertificateCustomValidationCallback"),
            **_handled("UseCookies: bool", True),
            **_handled("UseDefaultCredentials: bool", False),
            **_handled("UseProxy: bool", True),
            "Dispose()": lambda _h: None,
        },
        construct={"new()": lambda _kind: HttpHandler()},
    ),
    HttpHandler,
)
register(
    PSType(
        f"{_HTTP}HttpContent",
        is_abstract=True,
        interfaces=("System.IDisposable",),
        instance={
            "Headers": lambda c: c.headers,
            "ReadAsByteArrayAsync()": lambda c: attempted(lambda: bytearray(c.data)),
            "ReadAsStreamAsync()": lambda c: attempted(
                lambda: MemoryStream(bytearray(c.data), writable=False)
            ),
            "ReadAsStringAsync()": lambda c: attempted(c.text),
            "Dispose()": lambda _c: None,
        },
    ),
    HttpContent,
)
_TEXT_AND_ENCODING = "string content, System.Text.Encoding encoding"
for _name, _construct in (
    (
        "StringContent",
        {
            "new(string content)": _string_content,
            f"new({_TEXT_AND_ENCODING})": _string_content,
            f"new({_TEXT_AND_ENCODING}, string mediaType)": _string_content,
        },
    ),
    ("ByteArrayContent", {"new(byte[] content)": lambda _kind, data: HttpContent(bytes(data))}),
    ("FormUrlEncodedContent", {"new(object nameValueCollection)": _form_content}),
):
    register(PSType(f"{_HTTP}{_name}", base=f"{_HTTP}HttpContent", construct=_construct))
register(
    PSType(
        f"{_HTTP}HttpMethod",
        instance={"Method: string": str},
        static={
            name.capitalize(): (lambda name=name: HttpMethod(name))
            for name in ("GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "TRACE")
        },
        construct={"new(string method)": lambda _kind, name: HttpMethod(name)},
        to_text=str,
    ),
    HttpMethod,
)
register(
    PSType(
        f"{_HTTP}HttpRequestMessage",
        interfaces=("System.IDisposable",),
        instance={
            **kept("Content", "content"),
            "Headers": lambda r: r.headers,
            **kept("Method", "method"),
            **kept("RequestUri: uri", "uri"),
            "Dispose()": lambda _r: None,
        },
        construct={
            "new()": lambda _kind: HttpRequest(),
            "new(object method, string requestUri)": lambda _kind, *given: HttpRequest(*given),
            "new(object method, uri requestUri)": lambda _kind, *given: HttpRequest(*given),
        },
    ),
    HttpRequest,
)
register(
    PSType(
        f"{_HTTP}HttpResponseMessage",
        interfaces=("System.IDisposable",),
        instance={
            "Content": lambda a: a.content,
            "Headers": lambda a: a.headers,
            "IsSuccessStatusCode: bool": lambda a: a.succeeded,
            "ReasonPhrase: string": lambda a: a.response.answer.reason,
            "StatusCode": lambda a: status_code(a.status),
            "EnsureSuccessStatusCode()": lambda a: a.ensured(),
            "Dispose()": lambda _a: None,
        },
    ),
    HttpAnswer,
)
_CONTENT = f", {_HTTP}HttpContent content"
register(
    PSType(
        f"{_HTTP}HttpClient",
        interfaces=("System.IDisposable",),
        instance={
            **kept("BaseAddress: uri", "base"),
            "DefaultRequestHeaders": lambda c: c.headers,
            **kept("Timeout: timespan", "timeout"),
            **_both("DeleteAsync", "", _asked("DELETE", _whole)),
            **_both("GetAsync", "", _asked("GET", _whole)),
            **_both("GetByteArrayAsync", "", _asked("GET", _bytes)),
            **_both("GetStreamAsync", "", _asked("GET", _stream)),
            **_both("GetStringAsync", "", _asked("GET", _text)),
            **_both("PostAsync", _CONTENT, _asked("POST", _whole)),
            **_both("PutAsync", _CONTENT, _asked("PUT", _whole)),
            f"SendAsync({_HTTP}HttpRequestMessage request)": lambda c, request: attempted(
                lambda: c.send(request)
            ),
            "Dispose()": lambda _c: None,
        },
        construct={
            "@new()": lambda engine, _kind: HttpClient(engine),
            f"@new({_HTTP}HttpClientHandler handler)": lambda engine, _kind, handler: HttpClient(
                engine, handler
            ),
        },
    ),
    HttpClient,
)
