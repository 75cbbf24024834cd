"""The web sites that the machine reaches: pages that a profile or a test states. Requests are answered from
them alone; no real network is asked, whatever the address.

A site has an address of 203.0.113.0/24 (TEST-NET-3, RFC 5737), by the order in which sites came, when its
name is none itself. It listens at the ports of its pages; what is not stated there is 404, another method
405.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from emulator.host.errors import QuotaExceeded
from emulator.host.web_door import WebAnswer, WebRequest
from emulator.log import Log
from emulator.profile.web_pages import WebPage

if TYPE_CHECKING:
    from emulator.host.host import Host

log = Log(__name__)
_NETWORK = "203.0.113"
_MOST_PAGES = 10_000
_LARGEST_FILE = 256 << 20
_USUAL_PORTS = {"http": 80, "https": 443}
_TYPES = {
    "htm": "text/html",
    "html": "text/html",
    "json": "application/json",
    "ps1": "text/plain",
    "txt": "text/plain",
    "xml": "text/xml",
    "zip": "application/zip",
}
_PHRASES = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    203: "Non-Authoritative Information",
    204: "No Content",
    205: "Reset Content",
    206: "Partial Content",
    207: "Multi-Status",
    208: "Already Reported",
    226: "IM Used",
    300: "Multiple Choices",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    305: "Use Proxy",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    409: "Conflict",
    410: "Gone",
    411: "Length Required",
    412: "Precondition Failed",
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    415: "Unsupported Media Type",
    416: "Requested Range Not Satisfiable",
    417: "Expectation Failed",
    418: "I'm a Teapot",
    421: "Misdirected Request",
    422: "Unprocessable Entity",
    423: "Locked",
    424: "Failed Dependency",
    425: "Too Early",
    426: "Upgrade Required",
    428: "Precondition Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    451: "Unavailable For Legal Reasons",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
    505: "HTTP Version Not Supported",
    506: "Variant Also Negotiates",
    507: "Insufficient Storage",
    508: "Loop Detected",
    510: "Not Extended",
    511: "Network Authentication Required",
}
"""The words of status codes (RFC 9110 and those that registered others)."""
_TEXT, _BYTES = "text/plain; charset=utf-8", "application/octet-stream"


class StatedPage:
    """A page with how often it was asked for. ``data`` is a body that is no text; it replaces the page's."""

    __slots__ = ("data", "page", "parts", "requests")

    def __init__(self, page: WebPage, data: bytes | None = None) -> None:
        self.page = page
        self.data = data
        self.parts = urlsplit(page.url)
        self.requests = 0

    @property
    def name(self) -> str:
        """The site's name, lower case."""
        return (self.parts.hostname or "").lower()

    @property
    def port(self) -> int:
        """The port of the site."""
        return self.parts.port or _USUAL_PORTS[self.parts.scheme]

    @property
    def path(self) -> str:
        """The path, without the query."""
        return self.parts.path or "/"

    def answer(self, request: WebRequest) -> WebAnswer:
        """What the page says to a request."""
        self.requests += 1
        body = self._body()
        if body is None:
            return _page(500, f"{self.page.file} cannot be read.")
        pairs = [header.partition(":") for header in self.page.headers]
        headers = [(name, value.strip()) for name, _, value in pairs]
        if body and not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("Content-Type", self._kind()))
        sent = (*(one for one in headers if one[0].lower() != "content-length"), _length(body))
        return WebAnswer(
            self.page.status, phrase(self.page.status), sent, b"" if request.method == "HEAD" else body
        )

    def _body(self) -> bytes | None:
        if self.data is not None:
            return self.data
        if not self.page.file:
            return self.page.body.encode()
        try:
            with Path(self.page.file).open("rb") as stream:
                found = stream.read(_LARGEST_FILE + 1)
        except OSError as error:
            log.warning("page %s: %s: %s", self.page.url, self.page.file, error.strerror)
            return None
        return found if len(found) <= _LARGEST_FILE else None

    def _kind(self) -> str:
        ending = (self.page.file or self.path).rpartition(".")[2].lower()
        plain = _BYTES if self.page.file or self.data is not None else _TEXT
        return _TYPES.get(ending, plain)


class WebPages:
    """All pages of a machine's internet. A page replaces an earlier one of the same address and method."""

    def __init__(self, host: Host) -> None:
        self._pages: dict[tuple[str, str], StatedPage] = {}
        self._addresses: dict[str, str] = {}
        for page in host.profile.web_pages:
            self.put(page)

    def __iter__(self) -> Iterator[StatedPage]:
        # Somebody else may add a page while scripts ask.
        return iter(list(self._pages.values()))

    def put(self, page: WebPage, data: bytes | None = None) -> None:
        """Add a page, or replace it. Raises QuotaExceeded when there are too many."""
        stated = StatedPage(page, data)
        key = _address(stated.parts), page.method
        if key not in self._pages and len(self._pages) >= _MOST_PAGES:
            raise QuotaExceeded(f"There are {_MOST_PAGES} web pages already.")
        self._pages[key] = stated
        self._addresses.setdefault(stated.name, self._new_address(stated.name))

    def remove(self, url: str) -> bool:
        """Take a page away, with all its methods; whether there was one."""
        try:
            wanted = _address(urlsplit(url))
        except ValueError:
            return False
        gone = [key for key in self._pages if key[0] == wanted]
        for key in gone:
            del self._pages[key]
        return bool(gone)

    def address_of(self, name: str) -> str | None:
        """The address of a site by its name, or None."""
        wanted = name.lower()
        return self._addresses[wanted] if any(one.name == wanted for one in self) else None

    def name_at(self, address: str) -> str | None:
        """The site that has an address, or None."""
        return next((one.name for one in self if self._addresses[one.name] == address), None)

    def ports_of(self, name: str) -> set[int]:
        """Where a site listens, by its name or address."""
        wanted = self.name_at(name) or name.lower()
        return {one.port for one in self if one.name == wanted}

    def answer(self, scheme: str, name: str, port: int, request: WebRequest) -> WebAnswer | None:
        """What a site says to a request; None when it does not listen there with that scheme."""
        listening = [
            one
            for one in self
            if one.name == name.lower() and one.port == port and one.parts.scheme == scheme.lower()
        ]
        if not listening:
            return None
        path, _, query = request.target.partition("?")
        found = [one for one in listening if one.path == path and one.parts.query in ("", query)]
        fitting = [one for one in found if one.page.method in _methods(request.method)]
        if fitting:
            return max(fitting, key=lambda one: (len(one.parts.query), one.page.method == "HEAD")).answer(
                request
            )
        return _page(405 if found else 404, "")

    def _new_address(self, name: str) -> str:
        try:
            return str(ipaddress.ip_address(name))
        except ValueError:
            return f"{_NETWORK}.{len(self._addresses) % 254 + 1}"


def phrase(status: int) -> str:
    """The words that go with a status code; empty for one that has none."""
    return _PHRASES.get(status, "")


def _address(parts: SplitResult) -> str:
    """The address of a page in one form: the case of scheme and site makes no difference, that of the path
    does."""
    return parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/").geturl()


def _methods(asked: str) -> tuple[str, ...]:
    return (asked, "GET") if asked == "HEAD" else (asked,)


def _length(body: bytes) -> tuple[str, str]:
    return "Content-Length", str(len(body))


def _page(status: int, detail: str) -> WebAnswer:
    words = phrase(status)
    text = f"<html><head><title>{words}</title></head><body><h1>{words}</h1>{detail}</body></html>"
    body = text.encode()
    return WebAnswer(status, phrase(status), (("Content-Type", "text/html"), _length(body)), body)
