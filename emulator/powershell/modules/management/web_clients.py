"""System.Net.WebClient over the emulated network; HttpWebRequest stands with the exchange itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin

from emulator.powershell.dotnet.exceptions import null_argument
from emulator.powershell.dotnet.library.file_objects import full_path, store_of
from emulator.powershell.dotnet.library.named_values import NamedValues
from emulator.powershell.dotnet.library.text import WINDOWS, Encoding
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.streams import MemoryStream
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.management.web_exchange import sent
from emulator.powershell.modules.management.web_messages import HttpWebResponse, WebHeaders
from emulator.powershell.runtime.conversion import to_text

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_FORM = "application/x-www-form-urlencoded"


class WebClient:
    """System.Net.WebClient."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.headers = WebHeaders()
        self.query = NamedValues()
        self.encoding: Encoding = WINDOWS
        self.credentials: Any = None
        self.default_credentials = False
        self.base = ""
        self.proxy: Any = None
        self.answered: HttpWebResponse | None = None

    def ask(self, address: Any, method: str = "GET", data: bytes | None = None) -> bytes:
        """Send a request; the body that comes back. Raises NetError with WebException."""
        if address is None:
            raise null_argument("address")
        uri = urljoin(self.base, to_text(address)) if self.base else to_text(address)
        if self.query:
            pairs = "&".join(f"{quote(to_text(k))}={quote(to_text(v))}" for k, v in self.query.items())
            uri = f"{uri}?{pairs}"
        given: dict[str, Any] = {
            "uri": uri,
            "method": method,
            "headers": self.headers,
            "usedefaultcredentials": self.default_credentials,
        }
        if self.proxy is not None:
            given["proxy"] = self.proxy
        if self.credentials is not None:
            given["credential"] = self.credentials
        if data is not None:
            given["body"] = bytearray(data)
        self.answered = sent(self.engine, given, "WebClient")
        return self.answered.answer.body

    def text(self, data: bytes) -> str:
        """A body as text: by its mark or its content type, otherwise in the client's encoding."""
        kind = (self.answered.header("Content-Type") or "").lower() if self.answered is not None else ""
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16", "replace")
        utf8 = data.startswith(b"\xef\xbb\xbf") or "utf-8" in kind
        return data.decode("utf-8-sig" if utf8 else self.encoding.codec, "replace")


def _download_file(client: WebClient, address: Any, path: str) -> None:
    if not path:
        raise null_argument("fileName")
    data = client.ask(address)
    store_of(client.engine).write_bytes(full_path(client.engine, path), data)


def _upload_text(client: WebClient, address: Any, *given: str) -> str:
    method, text = given if len(given) > 1 else ("POST", given[0])
    data = to_text(text).encode(client.encoding.codec, "replace")
    return client.text(client.ask(address, method, data))


def _upload_data(client: WebClient, address: Any, *given: Any) -> bytearray:
    method, data = given if len(given) > 1 else ("POST", given[0])
    return bytearray(client.ask(address, method, bytes(data)))


def _upload_values(client: WebClient, address: Any, *given: Any) -> bytearray:
    method, table = given if len(given) > 1 else ("POST", given[0])
    held = unwrap(table)
    pairs = "&".join(f"{quote(to_text(k))}={quote(to_text(v))}" for k, v in held.items())
    if not any(to_text(one).lower() == "content-type" for one in client.headers):
        client.headers.put("Content-Type", _FORM)
    return bytearray(client.ask(address, method, pairs.encode()))


def _credentials(client: WebClient, value: Any) -> None:
    client.credentials = unwrap(value)


def _member(name: str) -> tuple[Any, Any]:
    return lambda c: getattr(c, name), lambda c, value: setattr(c, name, value)


def _members(**names: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for shown, kept in names.items():
        found[shown], found[f"{shown}="] = _member(kept)
    return found


def _both(name: str, rest: str, act: Any) -> dict[str, Any]:
    """A method for addresses as text and as Uri."""
    return {f"{name}({kind} address{rest})": act for kind in ("string", "uri")}


_UPLOAD = ("", ", string method")
register(
    PSType(
        "System.Net.WebClient",
        interfaces=("System.IDisposable",),
        instance={
            **_members(
                Headers="headers",
                QueryString="query",
                Encoding="encoding",
                UseDefaultCredentials="default_credentials",
                BaseAddress="base",
                Proxy="proxy",
            ),
            "Credentials": lambda c: c.credentials,
            "Credentials=": _credentials,
            "IsBusy: bool": lambda _c: False,
            "ResponseHeaders": lambda c: WebHeaders(c.answered.answer.headers) if c.answered else None,
            **_both("DownloadString", "", lambda c, address: c.text(c.ask(address))),
            **_both("DownloadData", "", lambda c, address: bytearray(c.ask(address))),
            **_both("DownloadFile", ", string fileName", _download_file),
            **_both(
                "OpenRead",
                "",
                lambda c, address: MemoryStream(bytearray(c.ask(address)), writable=False),
            ),
            **{
                key: act
                for way in _UPLOAD
                for key, act in (
                    *_both("UploadString", f"{way}, string data", _upload_text).items(),
                    *_both("UploadData", f"{way}, byte[] data", _upload_data).items(),
                    *_both("UploadValues", f"{way}, object data", _upload_values).items(),
                )
            },
            "Dispose()": lambda _c: None,
        },
        construct={"@new()": lambda engine, _kind: WebClient(engine)},
    ),
    WebClient,
)
