"""System.Net.WebClient over the emulated network; HttpWebRequest stands with the exchange itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from emulator.powershell.dotnet.event_sources import EventArguments, EventSource
from emulator.powershell.dotnet.exceptions import null_argument
from emulator.powershell.dotnet.library.file_objects import full_path, store_of
from emulator.powershell.dotnet.library.named_values import NamedValues
from emulator.powershell.dotnet.library.tasks import attempted
from emulator.powershell.dotnet.library.text import WINDOWS, Encoding
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.streams import MemoryStream
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.management.web_credentials import default_proxy
from emulator.powershell.modules.management.web_exchange import sent
from emulator.powershell.modules.management.web_messages import HttpWebResponse, WebHeaders, for_addresses
from emulator.powershell.runtime.conversion import to_text

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_MOST_TOLD = 1000
_FORM = "application/x-www-form-urlencoded"


class WebClient(EventSource):
    """System.Net.WebClient. What its asynchronous members began is over at once, and told as an event when
    the script looks at its events."""

    event_names = (
        *("DownloadStringCompleted", "DownloadDataCompleted", "DownloadFileCompleted"),
        *("UploadStringCompleted", "DownloadProgressChanged", "Disposed"),
    )

    def __init__(self, engine: Engine) -> None:
        self.listeners = []
        self._over: deque[tuple[str, EventArguments]] = deque(maxlen=_MOST_TOLD)
        self.engine = engine
        self.headers = WebHeaders()
        self.query = NamedValues()
        self.encoding: Encoding = WINDOWS
        self.credentials: Any = None
        self.default_credentials = False
        self.base = ""
        self.proxy = default_proxy(engine)
        self.answered: HttpWebResponse | None = None

    def settle(self, _now: int) -> None:
        """Raise what is over."""
        while self._over:
            self.tell(*self._over.popleft())

    def finish(self, name: str, act: Callable[[], Any], state: Any) -> None:
        """Do something whose end is an event: of its result or its error."""
        done = attempted(act)
        failure = done.problem.exception if done.problem is not None else None
        told = {"Cancelled": False, "Error": failure, "UserState": state}
        if name == "DownloadFile":
            kind = "System.ComponentModel.AsyncCompletedEventArgs"
        else:
            kind = f"System.Net.{name}CompletedEventArgs"
            told["Result"] = done.result
        self._over.append((f"{name}Completed", EventArguments(kind, told)))

    def ask(self, address: Any, method: str = "GET", data: bytes | None = None) -> bytes:
        """Send a request; the body that comes back. Raises NetError with WebException."""
        from emulator.powershell.dotnet.library.globalization import Uri

        if address is None:
            raise null_argument("address")
        uri = str(Uri(self.base).joined(to_text(address))) if self.base else to_text(address)
        if self.query:
            pairs = "&".join(f"{quote(to_text(k))}={quote(to_text(v))}" for k, v in self.query.items())
            uri = f"{uri}?{pairs}"
        given: dict[str, Any] = {
            "uri": uri,
            "method": method,
            "headers": self.headers,
            "usedefaultcredentials": self.default_credentials,
        }
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


def _begun(name: str, act: Any) -> Any:
    """``DownloadXAsync``, whose end is an event."""

    def begin(client: WebClient, *given: Any) -> None:
        count = 2 if name in ("DownloadFile", "UploadString") else 1
        state = given[count] if len(given) > count else None
        client.finish(name, lambda: act(client, *given[:count]), state)

    return begin


def _task(act: Any) -> Any:
    """``DownloadXTaskAsync``, which gives a task."""
    return lambda client, *given: attempted(lambda: act(client, *given))


def _text_of(client: WebClient, address: Any) -> str:
    return client.text(client.ask(address))


def _data_of(client: WebClient, address: Any) -> bytearray:
    return bytearray(client.ask(address))


_LATER = {
    "DownloadString": (_text_of, ""),
    "DownloadData": (_data_of, ""),
    "DownloadFile": (_download_file, ", string fileName"),
    "UploadString": (_upload_text, ", string data"),
}
"""Members that can be asked for without waiting, with what they take after the address."""
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
            **for_addresses("DownloadString", "", _text_of),
            **for_addresses("DownloadData", "", _data_of),
            **for_addresses("DownloadFile", ", string fileName", _download_file),
            **for_addresses(
                "OpenRead",
                "",
                lambda c, address: MemoryStream(bytearray(c.ask(address)), writable=False),
            ),
            **{
                key: member
                for name, (act, rest) in _LATER.items()
                for key, member in (
                    *for_addresses(f"{name}TaskAsync", rest, _task(act)).items(),
                    *for_addresses(f"{name}Async", rest, _begun(name, act)).items(),
                    *for_addresses(f"{name}Async", f"{rest}, object userToken", _begun(name, act)).items(),
                )
            },
            **{
                key: act
                for way in _UPLOAD
                for key, act in (
                    *for_addresses("UploadString", f"{way}, string data", _upload_text).items(),
                    *for_addresses("UploadData", f"{way}, byte[] data", _upload_data).items(),
                    *for_addresses("UploadValues", f"{way}, object data", _upload_values).items(),
                )
            },
            "Dispose()": lambda _c: None,
        },
        construct={"@new()": lambda engine, _kind: WebClient(engine)},
    ),
    WebClient,
)
