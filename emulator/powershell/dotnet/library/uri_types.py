"""System.UriKind, UriBuilder, WebUtility and HttpUtility: addresses and texts of the web."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError, null_argument, out_of_range
from emulator.powershell.dotnet.library.globalization import Uri
from emulator.powershell.dotnet.library.named_values import NamedValues
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.dotnet.unicode_text import utf8_bytes
from emulator.powershell.runtime.conversion import to_text

_HIGHEST_PORT = 65535
register(EnumType("System.UriKind", {"RelativeOrAbsolute": 0, "Absolute": 1, "Relative": 2}))


class UriBuilder:
    """System.UriBuilder: the parts of an address, each of which may change."""

    __slots__ = ("fragment", "host", "password", "path", "port", "query", "scheme", "user")

    def __init__(
        self, scheme: str = "http", host: str = "localhost", port: int = -1, path: str = "/"
    ) -> None:
        self.scheme = scheme.partition(":")[0].lower()
        self.host = host
        self.port = port
        self.path = path if path.startswith("/") else f"/{path}"
        self.query = ""
        self.fragment = ""
        self.user = ""
        self.password = ""

    def __str__(self) -> str:
        user = self.user + (f":{self.password}" if self.password else "")
        port = f":{self.port}" if self.port >= 0 else ""
        at = "@" if user else ""
        return f"{self.scheme}://{user}{at}{self.host}{port}{self.path}{self.query}{self.fragment}"


def _built(text: str) -> UriBuilder:
    try:
        uri = Uri(text)
    except NetError:
        uri = Uri(f"http://{text}")
    parts = uri.parts
    user, _, place = (parts[2] or "").rpartition("@")
    made = UriBuilder(parts[1], re.sub(r":\d+$", "", place), uri.port, parts[3] or "/")
    made.query, made.fragment = parts[4] or "", parts[5] or ""
    made.user, _, made.password = user.partition(":")
    return made


def _set(name: str, lead: str = "") -> Any:
    def put(builder: UriBuilder, value: Any) -> None:
        text = to_text(value)
        setattr(builder, name, f"{lead}{text}" if text else "")

    return put


def _set_path(builder: UriBuilder, value: str) -> None:
    text = (value or "").replace("\\", "/")
    builder.path = text if text.startswith("/") else f"/{text}"


def _set_port(builder: UriBuilder, value: int) -> None:
    if not -1 <= value <= _HIGHEST_PORT:
        raise out_of_range("Specified argument was out of the range of valid values.", "value")
    builder.port = value


def _set_scheme(builder: UriBuilder, value: str) -> None:
    builder.scheme = (value or "").partition(":")[0].lower()


register(
    PSType(
        "System.UriBuilder",
        instance={
            "Scheme: string": lambda b: b.scheme,
            "Scheme=": _set_scheme,
            "Host: string": lambda b: b.host,
            "Host=": _set("host"),
            "Port: int": lambda b: b.port,
            "Port=": _set_port,
            "Path: string": lambda b: b.path,
            "Path=": _set_path,
            "Query: string": lambda b: b.query,
            "Query=": _set("query", "?"),
            "Fragment: string": lambda b: b.fragment,
            "Fragment=": _set("fragment", "#"),
            "UserName: string": lambda b: b.user,
            "UserName=": _set("user"),
            "Password: string": lambda b: b.password,
            "Password=": _set("password"),
            "Uri: uri": lambda b: Uri(str(b)),
            "ToString()": str,
        },
        construct={
            "new()": lambda _kind: UriBuilder(),
            "new(string uri)": lambda _kind, text: _built(text),
            "new(string schemeName, string hostName)": lambda _kind, s, h: UriBuilder(s, h),
            "new(string scheme, string host, int portNumber)": lambda _kind, s, h, p: UriBuilder(s, h, p),
            "new(string scheme, string host, int port, string pathValue)": lambda _kind, *given: UriBuilder(
                *given
            ),
        },
        to_text=str,
    ),
    UriBuilder,
)


def _html(text: str | None) -> str | None:
    """HtmlEncode: the five characters, and those of Latin-1 above 159 by number."""
    if text is None:
        return None
    escaped = html.escape(text, quote=False).replace('"', "&quot;").replace("'", "&#39;")
    return "".join(f"&#{ord(one)};" if 160 <= ord(one) < 256 else one for one in escaped)


def _html_plain(text: str | None) -> str | None:
    return None if text is None else html.unescape(text)


def _url(small: bool) -> Any:
    """UrlEncode: blanks as plus signs; HttpUtility writes small hexadecimal digits."""

    def encode(text: str | None) -> str | None:
        if text is None:
            return None
        found = quote_from_bytes(utf8_bytes(text), safe="!*()-_. ").replace(" ", "+").replace("~", "%7E")
        return re.sub("%..", lambda one: one[0].lower(), found) if small else found

    return encode


def _url_plain(text: str | None) -> str | None:
    return None if text is None else unquote_to_bytes(text.replace("+", " ")).decode("utf-8", "replace")


def _url_path(text: str | None) -> str | None:
    if text is None:
        return None
    path, mark, query = text.partition("?")
    data = "".join(one if "!" <= one <= "~" else quote_from_bytes(utf8_bytes(one)) for one in path)
    return re.sub("%..", lambda one: one[0].lower(), data) + mark + query


def _attribute(text: str | None) -> str | None:
    if text is None:
        return None
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("'", "&#39;").replace("<", "&lt;")


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def _javascript(text: str | None) -> str:
    return "".join(
        _ESCAPES.get(one) or (f"\\u{ord(one):04x}" if one in "'<>&\x85\u2028\u2029" or one < " " else one)
        for one in text or ""
    )


class QueryValues(NamedValues):
    """What ParseQueryString gives: the values by name, and as a query again when it becomes text."""

    __slots__ = ()

    def __str__(self) -> str:
        encode = _url(True)
        return "&".join(
            f"{encode(to_text(name))}={encode(to_text(value))}" for name, value in self.items() if name
        )


LIST_TYPES.add(QueryValues)


def _query(text: str) -> QueryValues:
    if text is None:
        raise null_argument("query")
    found = QueryValues()
    for part in text.removeprefix("?").split("&"):
        name, _, value = part.partition("=")
        if part:
            found.add(_url_plain(name), _url_plain(value) or "")
    return found


register(
    PSType(
        "System.Web.HttpValueCollection",
        base="System.Collections.Specialized.NameValueCollection",
        instance={"ToString()": str},
    ),
    QueryValues,
)
register(
    PSType(
        "System.Net.WebUtility",
        is_abstract=True,
        static={
            "HtmlEncode(string value)": _html,
            "HtmlDecode(string value)": _html_plain,
            "UrlEncode(string value)": _url(False),
            "UrlDecode(string encodedValue)": _url_plain,
        },
    )
)
register(
    PSType(
        "System.Web.HttpUtility",
        static={
            "HtmlEncode(string s)": _html,
            "HtmlDecode(string s)": _html_plain,
            "HtmlAttributeEncode(string s)": _attribute,
            "UrlEncode(string str)": _url(True),
            "UrlDecode(string str)": _url_plain,
            "UrlPathEncode(string str)": _url_path,
            "JavaScriptStringEncode(string value)": _javascript,
            "JavaScriptStringEncode(string value, bool addDoubleQuotes)": lambda text, quotes: (
                f'"{_javascript(text)}"' if quotes else _javascript(text)
            ),
            "ParseQueryString(string query)": _query,
        },
    )
)
