"""Value types of profile fields: sizes, durations, speeds, addresses and names.

Each type accepts what a person would write in YAML and hands over one normal form:

* sizes (``"64 GB"``, ``"512 MB"``, ``1073741824``) become bytes; 1 GB is 2**30 bytes, as Windows counts;
* durations (``"30 s"``, ``"2 min"``, ``500``) become the unit that the field's name says;
* MAC addresses become ``AA-BB-CC-DD-EE-FF``; GUIDs become upper case without braces.
"""

import ipaddress
import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from emulator.profile.section import Rule

KILOBYTE: Final = 1 << 10
MEGABYTE: Final = 1 << 20
GIGABYTE: Final = 1 << 30
TERABYTE: Final = 1 << 40

_SIZE_UNITS: Final = {
    "b": 1,
    "bytes": 1,
    "kb": KILOBYTE,
    "kib": KILOBYTE,
    "mb": MEGABYTE,
    "mib": MEGABYTE,
    "gb": GIGABYTE,
    "gib": GIGABYTE,
    "tb": TERABYTE,
    "tib": TERABYTE,
    "pb": 1 << 50,
    "pib": 1 << 50,
}
_DURATION_UNITS: Final = {
    "ms": 1,
    "s": 1000,
    "sec": 1000,
    "seconds": 1000,
    "m": 60_000,
    "min": 60_000,
    "minutes": 60_000,
    "h": 3_600_000,
    "hours": 3_600_000,
    "d": 86_400_000,
    "days": 86_400_000,
}
_SPEED_UNITS: Final = {"bps": 1, "kbps": 10**3, "mbps": 10**6, "gbps": 10**9, "tbps": 10**12}
_QUANTITY: Final = r"\s*(\d{1,18}(?:\.\d{1,6})?)\s*([A-Za-z]{1,8})\s*"


def quoted(value: Any) -> str:
    """A value as a message shows it: texts in single quotes and with single backslashes, as in YAML."""
    text = f"'{value}'" if isinstance(value, str) and value.isprintable() else repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def _quantity(value: Any, units: dict[str, int], kind: str, example: str) -> float | int:
    if isinstance(value, str) and (found := re.fullmatch(_QUANTITY, value)):
        number, unit = found.groups()
        factor = units.get(unit.lower())
        if factor is not None:
            product = float(number) * factor if "." in number else int(number) * factor
            return int(product) if product == int(product) else product
    raise ValueError(f"{quoted(value)} is not a {kind}; write {example}")


def parse_size(value: Any) -> int:
    """Bytes of ``"64 GB"`` or of an integer. 1 KB = 1024 bytes. Raises ValueError."""
    example = "a number of bytes or a text such as '512 MB' or '64 GB'"
    if isinstance(value, int) and not isinstance(value, bool):
        size: float | int = value
    else:
        size = _quantity(value, _SIZE_UNITS, "size", example)
    if not isinstance(size, int) or not 0 <= size < 1 << 63:
        raise ValueError(f"{quoted(value)} is not a whole number of bytes from 0 up to 8 EB; write {example}")
    return size


def format_size(size: int) -> str:
    """The shortest exact text of a size, e.g. ``4 GB``; for messages."""
    for unit, factor in (("TB", TERABYTE), ("GB", GIGABYTE), ("MB", MEGABYTE), ("KB", KILOBYTE)):
        if size >= factor and size % factor == 0:
            return f"{size // factor} {unit}"
    return f"{size} bytes"


def parse_milliseconds(value: Any) -> int:
    """Milliseconds of ``"30 s"`` or of an integer number of milliseconds. Raises ValueError."""
    example = "a number of milliseconds or a text such as '500 ms', '30 s' or '2 h'"
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    duration = _quantity(value, _DURATION_UNITS, "duration", example)
    if not isinstance(duration, int):
        raise ValueError(f"{quoted(value)} is not a whole number of milliseconds; write {example}")
    return duration


def parse_seconds(value: Any) -> float:
    """Seconds of ``"30 s"`` or of a number of seconds. Raises ValueError."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    example = "a number of seconds or a text such as '30 s' or '2 min'"
    return float(_quantity(value, _DURATION_UNITS, "duration", example)) / 1000


def _whole_seconds(value: Any) -> int:
    seconds = parse_seconds(value)
    if seconds != int(seconds):
        raise ValueError(f"{quoted(value)} is not a whole number of seconds")
    return int(seconds)


def parse_speed(value: Any) -> int:
    """Bits per second of ``"10 Gbps"`` or of an integer; decimal units. Raises ValueError."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    example = "a number of bits per second or a text such as '10 Gbps'"
    return int(_quantity(value, _SPEED_UNITS, "speed", example))


def _mac_address(value: Any) -> str:
    digits = re.sub(r"[-:.]", "", value) if isinstance(value, str) else ""
    if not re.fullmatch(r"[0-9A-Fa-f]{12}", digits):
        raise ValueError(f"{quoted(value)} is not a MAC address; write six bytes such as '00-15-5D-01-02-03'")
    if int(digits[:2], 16) & 1:
        raise ValueError(
            f"{quoted(value)} is a multicast address; the first byte of a MAC address must be even"
        )
    return "-".join(digits[i : i + 2] for i in range(0, 12, 2)).upper()


def _guid(value: Any) -> str:
    text = value.strip("{}") if isinstance(value, str) else ""
    if not re.fullmatch(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", text):
        raise ValueError(
            f"{quoted(value)} is not a GUID; write one such as '4c4c4544-0051-3510-8052-b4c04f4e4232'"
        )
    return text.upper()


def _ipv4_address(value: Any) -> str:
    try:
        return str(ipaddress.IPv4Address(value if isinstance(value, str) else ""))
    except ValueError:
        raise ValueError(f"{quoted(value)} is not an IPv4 address; write one such as '192.0.2.10'") from None


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        moment = value
    else:
        try:
            moment = datetime.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            raise ValueError(
                f"{quoted(value)} is not a point in time; write ISO 8601 such as '2024-03-14T09:26:53Z'"
            ) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


_WINDOWS_PATH: Final = r'[A-Za-z]:\\(?:[^\\/:*?"<>|\x00-\x1f]+\\)*[^\\/:*?"<>|\x00-\x1f]*'


def _windows_path(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 255 or not re.fullmatch(_WINDOWS_PATH, value):
        raise ValueError(
            f"{quoted(value)} is not an absolute Windows path; write one such as 'C:\\VMs\\disk.vhdx' "
            "(single quotes, at most 255 characters)"
        )
    return value if len(value) == len("C:\\") else value.rstrip("\\")


def _text_of_number(value: Any) -> Any:
    """A version such as 10.0 or a release such as 2022 may be written without quotes."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def _number_or_text(minimum: int, pattern: str, examples: list[Any]) -> dict[str, Any]:
    return {
        "anyOf": [{"type": "integer", "minimum": minimum}, {"type": "string", "pattern": pattern}],
        "examples": examples,
    }


_SIZE_SCHEMA: Final = _number_or_text(
    0, r"^\s*\d+(\.\d+)?\s*([KMGTPkmgtp]i?)?[Bb](ytes)?\s*$", ["512 MB", "64 GB", 1073741824]
)
_DURATION_PATTERN: Final = r"^\s*\d+(\.\d+)?\s*(ms|s|sec|seconds|m|min|minutes|h|hours|d|days)\s*$"

Flag = Annotated[bool, Rule(strict=True)]
Number = Annotated[int, Rule(strict=True)]
Count = Annotated[int, Rule(strict=True, ge=1)]
Size = Annotated[int, Rule(read=parse_size, schema=_SIZE_SCHEMA)]
Milliseconds = Annotated[
    int, Rule(read=parse_milliseconds, schema=_number_or_text(0, _DURATION_PATTERN, [60000, "30 s"]), ge=0)
]
Seconds = Annotated[
    float,
    Rule(
        read=parse_seconds,
        schema={
            "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": _DURATION_PATTERN}],
            "examples": [20, "30 s", "2 min"],
        },
        ge=0,
        le=86400,
    ),
]
WholeSeconds = Annotated[
    int, Rule(read=_whole_seconds, schema=_number_or_text(0, _DURATION_PATTERN, [0, "30 s"]), ge=0, le=10**9)
]
Speed = Annotated[
    int,
    Rule(
        read=parse_speed,
        schema=_number_or_text(1, r"^\s*\d+(\.\d+)?\s*[KMGTkmgt]?[Bb][Pp][Ss]\s*$", ["10 Gbps", "1 Gbps"]),
        ge=1,
    ),
]
MacAddress = Annotated[
    str,
    Rule(
        read=_mac_address,
        schema={
            "type": "string",
            "pattern": "^([0-9A-Fa-f]{2}[-:.]?){5}[0-9A-Fa-f]{2}$",
            "examples": ["00-15-5D-01-02-03"],
        },
    ),
]
Guid = Annotated[
    str,
    Rule(
        read=_guid,
        schema={
            "type": "string",
            "pattern": r"^\{?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?$",
            "examples": ["4c4c4544-0051-3510-8052-b4c04f4e4232"],
        },
    ),
]
IPv4Address = Annotated[
    str, Rule(read=_ipv4_address, schema={"type": "string", "format": "ipv4", "examples": ["192.0.2.10"]})
]
Moment = Annotated[
    datetime,
    Rule(
        read=_moment,
        schema={"type": "string", "format": "date-time", "examples": ["2024-03-14T09:26:53Z"]},
        time="datetime",
    ),
]
Day = Annotated[date, Rule(time="date")]
WindowsPath = Annotated[
    str,
    Rule(
        read=_windows_path,
        schema={"type": "string", "pattern": r"^[A-Za-z]:\\", "examples": ["C:\\VMs\\web01.vhdx"]},
    ),
]
VersionText = Annotated[
    str,
    Rule(read=_text_of_number, schema={"type": ["string", "number"], "examples": ["10.0"]}),
]
