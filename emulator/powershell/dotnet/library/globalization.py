"""Uri, DBNull, GC and small types of many kinds."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import (
    NetError,
    null_argument,
)
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.numbers import whole_number
from emulator.powershell.dotnet.psobject import Reference
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.dotnet.unicode_text import utf8_bytes
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


_HIGHEST_PORT = 65535
_PORTS = {"http": 80, "https": 443, "ftp": 21}


class Uri:
    """System.Uri."""

    __slots__ = ("_parts", "original")

    def __init__(self, text: str, *, relative: bool = False) -> None:
        found = re.fullmatch(r"([A-Za-z][\w+.-]*):(?://([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?", text)
        if found is None and not relative:
            raise NetError(
                "System.UriFormatException", "Invalid URI: The format of the URI could not be determined."
            )
        port = re.search(r":(\d+)$", (found[2] or "") if found else "")
        if port is not None and (whole_number(port[1]) or 0) > _HIGHEST_PORT:
            raise NetError("System.UriFormatException", "Invalid URI: Invalid port specified.")
        if found is not None and not _has_host(found[2] or ""):
            raise _bad_host()
        self.original = text
        self._parts = found

    @property
    def parts(self) -> re.Match[str]:
        """Scheme, authority, path, query and fragment. Raises for a relative one."""
        if self._parts is None:
            raise NetError(
                "System.InvalidOperationException", "This operation is not supported for a relative URI."
            )
        return self._parts

    @property
    def is_absolute(self) -> bool:
        """Whether it has a scheme."""
        return self._parts is not None

    @property
    def port(self) -> int:
        """The port, or the scheme's own."""
        found = re.search(r":(\d+)$", self.parts[2] or "")
        return int(found[1]) if found else _PORTS.get(self.parts[1].lower(), -1)

    @property
    def authority(self) -> str:
        """User, host, and a port that is not the scheme's own."""
        text = self.parts[2] or ""
        own = _PORTS.get(self.parts[1].lower())
        return text.removesuffix(f":{own}") if own is not None else text

    @property
    def host(self) -> str:
        """The name or address of the host, in lower case."""
        return re.sub(r":\d+$", "", (self.parts[2] or "").rpartition("@")[2]).lower()

    def joined(self, text: str) -> Uri:
        """The address that a text means here. Raises UriFormatException."""
        from urllib.parse import urljoin

        try:
            return Uri(urljoin(str(self), text))
        except ValueError:
            raise _bad_host() from None

    def __str__(self) -> str:
        if self._parts is None:
            return self.original
        path = self.parts[3] or ("/" if self.parts[2] else "")
        authority = f"//{self.authority}" if self.parts[2] is not None else ""
        return f"{self.parts[1].lower()}:{authority}{path}{self.parts[4] or ''}{self.parts[5] or ''}"


def _has_host(authority: str) -> bool:
    """Whether brackets are there for an address of IPv6 alone."""
    if "[" not in authority and "]" not in authority:
        return True
    found = re.fullmatch(r"(?:[^@\[\]]*@)?\[([^%\[\]]+)(?:%\w+)?\](?::\d*)?", authority)
    try:
        return found is not None and IPv6Address(found[1]) is not None
    except ValueError:
        return False


def _bad_host() -> NetError:
    return NetError("System.UriFormatException", "Invalid URI: The hostname could not be parsed.")


def _uri(text: str, how: str) -> Uri:
    """An address of a kind (UriKind). Raises UriFormatException."""
    if text is None:
        raise null_argument("uriString")
    made = Uri(text, relative=how != "Absolute")
    if how == "Relative" and made.is_absolute:
        raise NetError(
            "System.UriFormatException",
            "A relative URI cannot be created because the 'uriString' parameter represents an absolute URI.",
        )
    return made


def _joined(base: Uri, text: str) -> Uri:
    if base is None:
        raise null_argument("baseUri")
    return base.joined(text or "")


def _try_uri(text: str, how: Any, target: Reference) -> bool:
    try:
        target.write(_uri(text, str(how)))
    except NetError:
        target.write(None)
        return False
    return True


def _is_well_formed(text: str, how: Any) -> bool:
    try:
        made = _uri(text, str(how))
    except NetError:
        return False
    return re.search(r"[\s<>\"{}|\\^`]|%(?![0-9A-Fa-f]{2})", made.original) is None


register(
    PSType(
        "System.Uri",
        instance={
            "AbsolutePath: string": lambda u: u.parts[3] or "/",
            "AbsoluteUri: string": lambda u: str(u) if u.parts else "",
            "LocalPath: string": lambda u: u.parts[3] or "/",
            "Authority: string": lambda u: u.authority.rpartition("@")[2],
            "UserInfo: string": lambda u: (u.parts[2] or "").rpartition("@")[0],
            "IsDefaultPort: bool": lambda u: u.port == _PORTS.get(u.parts[1].lower(), -1),
            "IsFile: bool": lambda u: u.parts[1].lower() == "file",
            "IsUnc: bool": lambda u: u.parts[1].lower() == "file" and bool(u.parts[2]),
            "DnsSafeHost: string": lambda uri: uri.host,
            "Host: string": lambda uri: uri.host,
            "IsAbsoluteUri: bool": lambda u: u.is_absolute,
            "OriginalString: string": lambda u: u.original,
            "PathAndQuery: string": lambda u: (u.parts[3] or "/") + (u.parts[4] or ""),
            "Port: int": lambda u: u.port,
            "Query: string": lambda u: u.parts[4] or "",
            "Fragment: string": lambda u: u.parts[5] or "",
            "Scheme: string": lambda u: u.parts[1].lower(),
            "Segments": lambda u: strings(re.findall(r"[^/]*/|[^/]+$", u.parts[3] or "/")),
            "ToString()": str,
        },
        static={
            "EscapeDataString(string stringToEscape)": lambda t: _escape(t, "-_.~"),
            "EscapeUriString(string stringToEscape)": lambda t: _escape(t, "-_.~!*'();/?:@&=+$,#[]"),
            "TryCreate(string uriString, System.UriKind uriKind, ref result)": _try_uri,
            "IsWellFormedUriString(string uriString, System.UriKind uriKind)": _is_well_formed,
            "CheckSchemeName(string schemeName)": lambda t: bool(re.fullmatch(r"[A-Za-z][\w+.-]*", t or "")),
            "UnescapeDataString(string stringToUnescape)": lambda t: _unescape(t),  # noqa: PLW0108 - defined below
        },
        construct={
            "new(string uriString)": lambda _kind, text: Uri(text),
            "new(string uriString, System.UriKind uriKind)": lambda _kind, text, how: _uri(text, str(how)),
            "new(uri baseUri, string relativeUri)": lambda _kind, base, text: _joined(base, text),
            "new(uri baseUri, uri relativeUri)": lambda _kind, base, other: _joined(base, other.original),
        },
        to_text=str,
    ),
    Uri,
)


def _escape(text: str, safe: str) -> str:
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise NetError(
            "System.UriFormatException", "Invalid URI: There is an invalid sequence in the string."
        )
    return "".join(
        c if c.isascii() and (c.isalnum() or c in safe) else "".join(f"%{b:02X}" for b in c.encode())
        for c in text
    )


def _unescape(text: str) -> str:
    data = re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), utf8_bytes(text))
    return data.decode("utf-8", "replace")


register(PSType("System.IFormatProvider", base=None, is_interface=True))


class DBNull:
    """System.DBNull."""

    __slots__ = ()


_DB_NULL = DBNull()
register(
    PSType(
        "System.DBNull",
        static={"Value": lambda: _DB_NULL},
        instance={"ToString()": lambda _v: ""},
        to_text=lambda _v: "",
    ),
    DBNull,
)


def _total_memory(_force: bool) -> None:
    raise not_emulated("[GC]::GetTotalMemory()")


def _collect(_generation: int | None = None) -> None:
    return None


register(
    PSType(
        "System.GC",
        is_abstract=True,
        static={
            "Collect()": _collect,
            "Collect(int generation)": _collect,
            "MaxGeneration: int": lambda: 2,
            "GetTotalMemory(bool forceFullCollection)": _total_memory,
            "WaitForPendingFinalizers()": _collect,
            **{
                f"{name}(object obj)": lambda _one: None
                for name in ("KeepAlive", "SuppressFinalize", "ReRegisterForFinalize")
            },
        },
    )
)


def _protocol(engine: Engine) -> Any:
    held = engine.global_scope.variables.get("[servicepointmanager]::securityprotocol")
    return held.current if held is not None else builtin("System.Net.SecurityProtocolType").value(0)  # type: ignore[attr-defined]


def _set_protocol(engine: Engine, value: Any) -> None:
    from emulator.powershell.runtime.conversion import to_enum

    kind = builtin("System.Net.SecurityProtocolType")
    engine.global_scope.set("[servicepointmanager]::securityprotocol", to_enum(value, kind))  # type: ignore[arg-type]


def _setting(name: str, first: Any = None) -> dict[str, Any]:
    """A setting of the process that is kept; the connections of the emulated machine do not ask it."""
    key = f"[servicepointmanager]::{name.lower()}"

    def read(engine: Engine) -> Any:
        found = engine.global_scope.variables.get(key)
        return first if found is None else found.current

    def write(engine: Engine, value: Any) -> None:
        engine.global_scope.set(key, value)

    return {f"@{name}": read, f"@{name}=": write}


register(
    PSType(
        "System.Net.ServicePointManager",
        is_abstract=True,
        static={
            "@SecurityProtocol": _protocol,
            "@SecurityProtocol=": _set_protocol,
            **_setting("CertificatePolicy"),
            **_setting("ServerCertificateValidationCallback"),
            **_setting("Expect100Continue", True),
            **_setting("DefaultConnectionLimit", 2),
            **_setting("CheckCertificateRevocationList", False),
            **_setting("MaxServicePointIdleTime", 100_000),
        },
    )
)
