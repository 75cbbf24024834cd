"""The web sites that the machine reaches: pages that a profile or a test states. Requests are answered from
them alone; no real network is asked, whatever the address.

A site has an address of 203.0.113.0/24 (TEST-NET-3, RFC 5737), by the order in which sites came, when its
name is none itself. It listens at the ports of its pages; what is not stated there is 404, another method
405, and a page that demands a client certificate answers 403 without one of those that it takes. Proxies
are stated beside the pages: `web_proxies`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from emulator.host.errors import QuotaExceeded
from emulator.host.network.web_phrases import phrase
from emulator.host.network.web_proxies import StatedProxy
from emulator.host.web_door import WebAnswer, WebRequest
from emulator.log import Log
from emulator.profile.web_pages import ANY_CERTIFICATE, WebPage, WebProxy

if TYPE_CHECKING:
    from emulator.host.host import Host

log = Log(__name__)
_NETWORK = "203.0.113"
_MOST_PAGES = 10_000
_LARGEST_FILE = 256 << 20
_MOST_PROXIES = 1000
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
        if not self._takes(request.certificate):
            return stated_answer(403, "")
        body = self._body()
        if body is None:
            return stated_answer(500, f"{self.page.file} cannot be read.")
        pairs = [header.partition(":") for header in self.page.headers]
        headers = [(name, value.strip()) for name, _, value in pairs]
        if body and not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("Content-Type", self._kind()))
        sent = (*(one for one in headers if one[0].lower() != "content-length"), _length(body))
        return WebAnswer(
            self.page.status, phrase(self.page.status), sent, b"" if request.method == "HEAD" else body
        )

    def _takes(self, thumbprint: str | None) -> bool:
        taken = self.page.client_certificates
        if not taken:
            return True
        return thumbprint is not None and (
            ANY_CERTIFICATE in taken or thumbprint.upper() in {one.upper() for one in taken}
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
        self._proxies: dict[tuple[str, int], StatedProxy] = {}
        self._addresses: dict[str, str] = {}
        for page in host.profile.web_pages:
            self.put(page)
        for proxy in host.profile.web_proxies:
            self.put_proxy(proxy)

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
        self._name(stated.name)

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

    @property
    def proxies(self) -> list[StatedProxy]:
        """The proxies that requests may go over."""
        return list(self._proxies.values())

    def put_proxy(self, proxy: WebProxy) -> None:
        """Add a proxy, or replace the one of its name and port. Raises QuotaExceeded when there are too
        many."""
        key = proxy.name.lower(), proxy.port
        if key not in self._proxies and len(self._proxies) >= _MOST_PROXIES:
            raise QuotaExceeded(f"There are {_MOST_PROXIES} proxies already.")
        self._proxies[key] = StatedProxy(proxy)
        self._name(key[0])

    def remove_proxy(self, name: str, port: int) -> bool:
        """Take a proxy away; whether there was one."""
        return self._proxies.pop((name.lower(), port), None) is not None

    def proxy(self, name: str, port: int) -> StatedProxy | None:
        """The proxy of a name or address that listens at a port, or None."""
        return self._proxies.get(((self.name_at(name) or name).lower(), port))

    def address_of(self, name: str) -> str | None:
        """The address of a site or proxy by its name, or None."""
        wanted = name.lower()
        return self._addresses[wanted] if any(one == wanted for one, _ in self._ends()) else None

    def name_at(self, address: str) -> str | None:
        """The site or proxy that has an address, or None."""
        return next((name for name, _ in self._ends() if self._addresses[name] == address), None)

    def ports_of(self, name: str) -> set[int]:
        """Where a site or proxy listens, by its name or address."""
        wanted = self.name_at(name) or name.lower()
        return {port for one, port in self._ends() if one == wanted}

    def speaks_http(self, name: str, port: int) -> bool:
        """Whether a site, by its name or address, listens at a port without TLS."""
        wanted = self.name_at(name) or name.lower()
        return any(one.name == wanted and one.port == port and one.parts.scheme == "http" for one in self)

    def _ends(self) -> Iterator[tuple[str, int]]:
        """Names and ports at which something listens."""
        for one in self:
            yield one.name, one.port
        yield from list(self._proxies)

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
        return stated_answer(405 if found else 404, "")

    def _name(self, name: str) -> None:
        """Give a name its address."""
        if name not in self._addresses:
            try:
                self._addresses[name] = str(ipaddress.ip_address(name))
            except ValueError:
                self._addresses[name] = f"{_NETWORK}.{len(self._addresses) % 254 + 1}"


def _address(parts: SplitResult) -> str:
    """The address of a page in one form: the case of scheme and site makes no difference, that of the path
    does."""
    return parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/").geturl()


def _methods(asked: str) -> tuple[str, ...]:
    return (asked, "GET") if asked == "HEAD" else (asked,)


def _length(body: bytes) -> tuple[str, str]:
    return "Content-Length", str(len(body))


def stated_answer(status: int, detail: str, *headers: tuple[str, str]) -> WebAnswer:
    """A short page that says what a status code means."""
    words = phrase(status)
    text = f"<html><head><title>{words}</title></head><body><h1>{words}</h1>{detail}</body></html>"
    body = text.encode()
    return WebAnswer(status, words, (*headers, ("Content-Type", "text/html"), _length(body)), body)
