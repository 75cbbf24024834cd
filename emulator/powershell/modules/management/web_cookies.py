"""System.Net.Cookie, CookieCollection and CookieContainer: what sites gave, and what goes back to them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from emulator.powershell.dotnet.collections import FIXED_LISTS, LIST_TYPES, PSArray
from emulator.powershell.dotnet.exceptions import NetError, null_argument, out_of_range
from emulator.powershell.dotnet.time_values import UNIX_EPOCH_TICKS, DateTime
from emulator.powershell.dotnet.types import PSType, kept, register
from emulator.powershell.modules.management.tcp_connections import own_host

if TYPE_CHECKING:
    from emulator.powershell.dotnet.library.globalization import Uri
    from emulator.powershell.runtime.engine import Engine

_MOST_COOKIES = 300
_MOST_OF_A_SITE = 20
_SECONDS = re.compile(r"-?[0-9]{1,11}")
_WRONG_NAME = re.compile(r"[=;,\s]|^\$|^$")


class Cookie:
    """System.Net.Cookie. ``expires`` is a moment in ticks of UTC, 0 for the end of the session."""

    def __init__(self, name: str = "", value: str = "", path: str = "", domain: str = "") -> None:
        self.name = name
        self.value = value
        self.path = path
        self.domain = domain
        self.comment = ""
        self.expires = DateTime(0)
        self.secure = False
        self.http_only = False
        self.expired = False

    def __str__(self) -> str:
        return f"{self.name}={self.value}"

    def fits(self, site: str, path: str, *, secure: bool) -> bool:
        """Whether it goes to an address of a site."""
        domain = self.domain.lower()
        known = site == domain or (domain.startswith(".") and (site.endswith(domain) or site == domain[1:]))
        return known and path.startswith(self.path or "/") and (secure or not self.secure)


class Cookies(PSArray):
    """System.Net.CookieCollection: by place and by name."""

    __slots__ = ()

    def named_item(self, name: str) -> Cookie | None:
        """The cookie of a name, or None."""
        return next((one for one in self if one.name.lower() == name.lower()), None)


LIST_TYPES.add(Cookies)
FIXED_LISTS.add(Cookies)


class CookieContainer:
    """System.Net.CookieContainer."""

    def __init__(self) -> None:
        self._cookies: list[Cookie] = []

    def put(self, cookie: Cookie) -> None:
        """Keep a cookie in place of the one of the same name, site and path. The oldest one makes room."""
        if not cookie.domain:
            raise NetError(
                "System.ArgumentException",
                "The parameter 'cookie.Domain' cannot be an empty string.\r\nParameter name: cookie.Domain",
            )
        key = cookie.name.lower(), cookie.domain.lower(), cookie.path
        self._cookies = [
            one for one in self._cookies if (one.name.lower(), one.domain.lower(), one.path) != key
        ]
        if not cookie.expired:
            self._cookies.append(cookie)
        same = [one for one in self._cookies if one.domain.lower() == cookie.domain.lower()]
        if len(same) > _MOST_OF_A_SITE or len(self._cookies) > _MOST_COOKIES:
            self._cookies.remove(same[0] if len(same) > _MOST_OF_A_SITE else self._cookies[0])

    def learn(self, uri: Uri, lines: list[str], now: datetime) -> list[Cookie]:
        """Keep what an answer's Set-Cookie headers say; the cookies that came."""
        found = [one for one in (_read(line, uri, now) for line in lines) if one is not None]
        for one in found:
            self.put(one)
        return found

    def of(self, uri: Uri, now: int | None = None) -> Cookies:
        """The cookies for an address, at a moment in ticks of UTC."""
        site, path, secure = uri.host, uri.parts[3] or "/", uri.parts[1].lower() == "https"
        return Cookies(
            one
            for one in self._cookies
            if one.fits(site, path, secure=secure)
            and (now is None or not one.expires.ticks or one.expires.ticks > now)
        )

    def header(self, uri: Uri, now: int | None = None) -> str:
        """The header Cookie for an address, empty for none."""
        return "; ".join(map(str, self.of(uri, now)))

    def __len__(self) -> int:
        return len(self._cookies)


def _read(line: str, uri: Uri, now: datetime) -> Cookie | None:
    first, *rest = [part.strip() for part in line.split(";")]
    name, equals, value = first.partition("=")
    if not equals or _WRONG_NAME.search(name.strip()):
        return None
    folder = (uri.parts[3] or "/").rpartition("/")[0]
    cookie = Cookie(name.strip(), value.strip(), folder or "/", uri.host)
    for part in rest:
        key, _, held = part.partition("=")
        match key.strip().lower():
            case "path":
                cookie.path = held.strip() or cookie.path
            case "domain" if held.strip():
                cookie.domain = "." + held.strip().lower().lstrip(".")
                if not f".{uri.host}".endswith(cookie.domain):
                    return None
            case "secure":
                cookie.secure = True
            case "httponly":
                cookie.http_only = True
            case "expires":
                _until(cookie, _moment(held), now)
            case "max-age" if _SECONDS.fullmatch(held.strip()):
                _until(cookie, now.timestamp() + int(held), now)
    return cookie


def _moment(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text.strip().replace("-", " "))
        # A date without a zone is one of UTC, whatever the zone of this process.
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def _until(cookie: Cookie, moment: float | None, now: datetime) -> None:
    if moment is None:
        return
    cookie.expires = DateTime(max(UNIX_EPOCH_TICKS + int(moment * 10_000_000), 1))
    cookie.expired = moment <= now.timestamp()


def _named(_kind: PSType, name: str, value: str = "", path: str = "", domain: str = "") -> Cookie:
    if _WRONG_NAME.search(name):
        raise NetError("System.Net.CookieException", f"The 'Name'='{name}' part of the cookie is invalid.")
    return Cookie(name, value, path, domain)


def _add_to_site(container: CookieContainer, uri: Uri, cookie: Cookie) -> None:
    if cookie is None:
        raise null_argument("cookie")
    cookie.domain = cookie.domain or uri.host
    cookie.path = cookie.path or "/"
    container.put(cookie)


def _set_cookies(engine: Engine, container: CookieContainer, uri: Uri, line: str) -> None:
    container.learn(uri, [line], own_host(engine).clock.now())


_STRINGS = ("string name", "string value", "string path", "string domain")
register(
    PSType(
        "System.Net.Cookie",
        instance={
            **kept("Comment: string", "comment"),
            **kept("HttpOnly: bool", "http_only"),
            **kept("Domain: string", "domain"),
            **kept("Expired: bool", "expired"),
            **kept("Expires: datetime", "expires"),
            **kept("Name: string", "name"),
            **kept("Path: string", "path"),
            **kept("Secure: bool", "secure"),
            **kept("Value: string", "value"),
        },
        construct={
            "new()": lambda _kind: Cookie(),
            **{f"new({', '.join(_STRINGS[:count])})": _named for count in (2, 3, 4)},
        },
        to_text=str,
    ),
    Cookie,
)


def _add_cookie(cookies: Cookies, cookie: Cookie | None) -> None:
    if cookie is None:
        raise null_argument("cookie")
    cookies.append(cookie)


def _cookie_at(cookies: Cookies, place: int) -> Cookie:
    if not 0 <= place < len(cookies):
        raise out_of_range("Specified argument was out of the range of valid values.", "index")
    found: Cookie = cookies[place]
    return found


register(
    PSType(
        "System.Net.CookieCollection",
        interfaces=("System.Collections.ICollection", "System.Collections.IEnumerable"),
        instance={
            "Count: int": len,
            "Item(int index)": _cookie_at,
            "Item(string name)": lambda c, name: c.named_item(name),
            "Add(System.Net.Cookie cookie)": _add_cookie,
        },
        construct={"new()": lambda _kind: Cookies()},
    ),
    Cookies,
)
register(
    PSType(
        "System.Net.CookieContainer",
        instance={
            "Count: int": len,
            "Capacity: int": lambda _c: _MOST_COOKIES,
            "PerDomainCapacity: int": lambda _c: _MOST_OF_A_SITE,
            "MaxCookieSize: int": lambda _c: 4096,
            "Add(System.Net.Cookie cookie)": lambda c, cookie: c.put(cookie),
            "Add(uri uri, System.Net.Cookie cookie)": _add_to_site,
            "GetCookies(uri uri)": lambda c, uri: c.of(uri),
            "GetCookieHeader(uri uri)": lambda c, uri: c.header(uri),
            "@SetCookies(uri uri, string cookieHeader)": _set_cookies,
        },
        construct={"new()": lambda _kind: CookieContainer()},
    ),
    CookieContainer,
)
