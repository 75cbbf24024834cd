"""Guid, Version, Math, Convert, BitConverter, Environment, Path, Console, Uri, CultureInfo and neighbours."""

from __future__ import annotations

import base64
import binascii
import math
import ntpath
import re
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet import numbers
from emulator.powershell.dotnet.collections import Hashtable, PSArray
from emulator.powershell.dotnet.exceptions import (
    NetError,
    argument_error,
    format_error,
    null_argument,
    out_of_range,
)
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.numbers import Char, Int64
from emulator.powershell.dotnet.psobject import Reference
from emulator.powershell.dotnet.simple import Guid, Version
from emulator.powershell.dotnet.types import PYTHON_OF_NUMBER, PSType, builtin, register
from emulator.powershell.runtime.conversion import convert, to_bool, to_text
from emulator.powershell.runtime.errors import ConversionError, not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

# Guid and Version

GUID_TEXT = "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."


def _guid(text: str) -> Guid:
    if text is None:
        raise null_argument("input")
    parsed = Guid.parse(text)
    if parsed is None:
        raise format_error(GUID_TEXT if text.strip() else "Unrecognized Guid format.")
    return parsed


def _guid_format(value: Guid, form: str) -> str:
    try:
        return value.format(form)
    except ValueError:
        raise format_error(
            'Format String can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".'
        ) from None


def _try_guid(text: str, target: Reference) -> bool:
    parsed = Guid.parse(text) if text else None
    target.write(parsed or Guid(0))
    return parsed is not None


register(
    PSType(
        "System.Guid",
        base="System.ValueType",
        is_value_type=True,
        interfaces=("System.IComparable", "System.IFormattable"),
        extended=(),
        instance={
            "ToString()": str,
            "ToString(string format)": _guid_format,
            "ToByteArray()": lambda v: bytearray(v.bytes),
            "CompareTo(guid value)": lambda a, b: (a.number > b.number) - (a.number < b.number),
            "Equals(object o)": lambda a, b: isinstance(b, Guid) and a == b,
        },
        static={
            "Empty": lambda: Guid(0),
            "@NewGuid()": lambda engine: Guid(engine.random.guid()),
            "Parse(string input)": _guid,
            "TryParse(string input, ref result)": _try_guid,
        },
        construct={
            "new()": lambda _kind: Guid(0),
            "new(string g)": lambda _kind, text: _guid(text),
            "new(byte[] b)": lambda _kind, data: Guid.from_bytes(data),
        },
        to_text=str,
    ),
    Guid,
)


def _version(text: str) -> Version:
    try:
        return Version.parse(text)
    except ValueError as problem:
        if "too short" in str(problem):
            raise argument_error(str(problem), None) from None
        raise format_error(str(problem)) from None


def _try_version(text: str, target: Reference) -> bool:
    try:
        target.write(Version.parse(text))
    except ValueError:
        target.write(None)
        return False
    return True


register(
    PSType(
        "System.Version",
        interfaces=("System.IComparable", "System.ICloneable"),
        instance={
            "Major: int": lambda v: v.parts[0],
            "Minor: int": lambda v: v.parts[1],
            "Build: int": lambda v: v.parts[2],
            "Revision: int": lambda v: v.parts[3],
            "MajorRevision: int16": lambda v: numbers.Int16(v.parts[3] >> 16),
            "MinorRevision: int16": lambda v: numbers.Int16(_signed(v.parts[3] & 0xFFFF)),
            "ToString()": str,
            "ToString(int fieldCount)": lambda v, n: ".".join(str(p) for p in v.parts[:n]),
            "CompareTo(version value)": lambda a, b: (a.parts > b.parts) - (a.parts < b.parts),
            "Equals(object obj)": lambda a, b: isinstance(b, Version) and a == b,
        },
        static={
            "Parse(string input)": _version,
            "TryParse(string input, ref result)": _try_version,
        },
        construct={
            "new()": lambda _kind: Version(0, 0),
            "new(string version)": lambda _kind, text: _version(text),
            "new(int major, int minor)": lambda _kind, *p: Version(*p),
            "new(int major, int minor, int build)": lambda _kind, *p: Version(*p),
            "new(int major, int minor, int build, int revision)": lambda _kind, *p: Version(*p),
        },
        to_text=str,
    ),
    Version,
)


def _signed(number: int) -> int:
    return number - 0x10000 if number > 0x7FFF else number


# Math


def _round(value: Any, digits: int = 0, mode: Any = None) -> Any:
    if not 0 <= digits <= 15:
        raise out_of_range("Rounding digits must be between 0 and 15, inclusive.", "digits")
    how = ROUND_HALF_UP if mode is not None and mode.number == 1 else ROUND_HALF_EVEN
    step = Decimal(1).scaleb(-digits)
    if isinstance(value, Decimal):
        return value.quantize(step, rounding=how)
    if not math.isfinite(value) or abs(value) > 1e16:
        return value
    return float(Decimal(repr(value)).quantize(step, rounding=how))


def _whole(rounding: str, fallback: Any) -> Any:
    def run(value: Any) -> Any:
        if isinstance(value, Decimal):
            return value.to_integral_value(rounding)
        return float(fallback(value)) if math.isfinite(value) else value

    return run


def _power(base: float, exponent: float) -> float:
    try:
        result = base**exponent
    except OverflowError:
        return math.inf
    except ZeroDivisionError:
        return math.inf
    return math.nan if isinstance(result, complex) else float(result)


def _safe(function: Any) -> Any:
    def run(*values: float) -> float:
        try:
            return float(function(*values))
        except (ValueError, OverflowError):
            return math.nan

    return run


def _log(value: float, base: float | None = None) -> float:
    if value == 0:
        return -math.inf
    if value < 0:
        return math.nan
    return math.log(value) if base is None else math.log(value, base)


_math: dict[str, Any] = {
    "PI": lambda: math.pi,
    "E": lambda: math.e,
    "Sqrt(double d)": _safe(math.sqrt),
    "Pow(double x, double y)": _power,
    "Exp(double d)": _safe(math.exp),
    "Log(double d)": _log,
    "Log(double a, double newBase)": _log,
    "Log10(double d)": lambda d: _log(d, 10) if d > 0 else _log(d),
    "Sin(double a)": _safe(math.sin),
    "Cos(double d)": _safe(math.cos),
    "Tan(double a)": _safe(math.tan),
    "Atan(double d)": _safe(math.atan),
    "Atan2(double y, double x)": _safe(math.atan2),
    "DivRem(int a, int b, ref result)": lambda a, b, r: r.write(int(math.fmod(a, b))) or int(a / b),
    "Round(double a)": _round,
    "Round(double value, int digits)": _round,
    "Round(double value, System.MidpointRounding mode)": lambda v, m: _round(v, 0, m),
    "Round(double value, int digits, System.MidpointRounding mode)": _round,
    "Round(decimal d)": _round,
    "Round(decimal d, int decimals)": _round,
}
for _name, _rounding, _function in (
    ("Ceiling", ROUND_CEILING, math.ceil),
    ("Floor", ROUND_FLOOR, math.floor),
    ("Truncate", "ROUND_DOWN", math.trunc),
):
    for _kind in ("double", "decimal"):
        _math[f"{_name}({_kind} d)"] = _whole(_rounding, _function)
for _kind in ("int", "long", "double", "decimal", "uint32", "uint64"):
    _python = PYTHON_OF_NUMBER[{"int": "system.int32", "long": "system.int64"}.get(_kind, f"system.{_kind}")]
    _math[f"Abs({_kind} value)"] = lambda v, make=_python: make(abs(v))
    _math[f"Sign({_kind} value)"] = lambda v: (v > 0) - (v < 0)
    _math[f"Max({_kind} val1, {_kind} val2)"] = lambda a, b, make=_python: make(max(a, b))
    _math[f"Min({_kind} val1, {_kind} val2)"] = lambda a, b, make=_python: make(min(a, b))
register(PSType("System.Math", static=_math, is_abstract=True))

# Convert

MAXIMUM_BASE64 = 64_000_000


def _from_base64(text: str) -> bytearray:
    if text is None:
        raise null_argument("s")
    plain = re.sub(r"[ \t\r\n]", "", text)
    try:
        return bytearray(base64.b64decode(plain, validate=True))
    except binascii.Error:
        raise format_error(
            "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two "
            "padding "
            "characters, or an illegal character among the padding characters."
            if len(plain) % 4 == 0
            else "Invalid length for a Base-64 char array or string."
        ) from None


def _to_base64(data: bytearray, *_options: Any) -> str:
    if data is None:
        raise null_argument("inArray")
    return base64.b64encode(bytes(data)).decode("ascii")


def _converter(kind: str) -> Any:
    def run(value: Any) -> Any:
        target = builtin(kind)
        if isinstance(value, str) and kind != "System.String":
            parsed = target.static_member("Parse")
            if parsed is not None and kind not in ("System.DateTime", "System.Char"):
                return parsed.overloads[0].function(value)  # type: ignore[union-attr]
        try:
            return convert(value, target)
        except ConversionError as problem:
            raise NetError("System.InvalidCastException", problem.message) from None

    return run


def _to_based(kind: type) -> Any:
    def run(text: str, base: int) -> Any:
        try:
            number = int(text, base)
        except ValueError:
            raise format_error("Could not find any recognizable digits.") from None
        low, high = numbers.RANGES[kind]
        if number > high:
            number -= high - low + 1
        return number if kind is int else kind(number)

    return run


def _string_based(value: Any, base: int) -> str:
    if base not in (2, 8, 10, 16):
        raise argument_error("Invalid Base.")
    number = int(value)
    if number < 0 and base != 10:
        low, high = numbers.RANGES[type(value) if type(value) in numbers.RANGES else int]
        number += high - low + 1
    return format(number, {2: "b", 8: "o", 10: "d", 16: "x"}[base])


_convert: dict[str, Any] = {
    "DBNull": lambda: None,
    "FromBase64String(string s)": _from_base64,
    "ToBase64String(byte[] inArray)": _to_base64,
    "ToBase64String(byte[] inArray, object options)": _to_base64,
    "ToBoolean(string value)": _converter("System.Boolean"),
    "ToBoolean(object value)": to_bool,
    "ToString(object value)": to_text,
    "ToString(int value, int toBase)": _string_based,
    "ToString(long value, int toBase)": _string_based,
    "ToString(byte value, int toBase)": _string_based,
    "ChangeType(object value, type conversionType)": convert,
}
for _short in [
    "SByte",
    "Byte",
    "Int16",
    "UInt16",
    "Int32",
    "UInt32",
    "Int64",
    "UInt64",
    "Single",
    "Double",
    "Decimal",
    "Char",
    "DateTime",
]:
    _convert[f"To{_short}(object value)"] = _converter(f"System.{_short}")
    _convert[f"To{_short}(string value)"] = _converter(f"System.{_short}")
    _based = PYTHON_OF_NUMBER.get(f"system.{_short.lower()}")
    if _based in numbers.RANGES:
        _convert[f"To{_short}(string value, int fromBase)"] = _to_based(_based)
register(PSType("System.Convert", static=_convert, is_abstract=True))


def _hex(data: bytearray, start: int = 0, count: int | None = None) -> str:
    part = data[start : None if count is None else start + count]
    return "-".join(f"{one:02X}" for one in part)


def _integer_at(size: int, signed: bool, kind: type) -> Any:
    def run(data: bytearray, start: int) -> Any:
        if start + size > len(data):
            raise argument_error(
                "Destination array is not long enough to copy all the items in the collection."
            )
        number = int.from_bytes(data[start : start + size], "little", signed=signed)
        return number if kind is int else kind(number)

    return run


register(
    PSType(
        "System.BitConverter",
        is_abstract=True,
        static={
            "IsLittleEndian: bool": lambda: True,
            "ToString(byte[] value)": _hex,
            "ToString(byte[] value, int startIndex, int length)": _hex,
            "ToInt16(byte[] value, int startIndex)": _integer_at(2, True, numbers.Int16),
            "ToUInt16(byte[] value, int startIndex)": _integer_at(2, False, numbers.UInt16),
            "ToInt32(byte[] value, int startIndex)": _integer_at(4, True, int),
            "ToUInt32(byte[] value, int startIndex)": _integer_at(4, False, numbers.UInt32),
            "ToInt64(byte[] value, int startIndex)": _integer_at(8, True, Int64),
            "GetBytes(int value)": lambda v: bytearray(int(v).to_bytes(4, "little", signed=True)),
            "GetBytes(long value)": lambda v: bytearray(int(v).to_bytes(8, "little", signed=True)),
            "GetBytes(int16 value)": lambda v: bytearray(int(v).to_bytes(2, "little", signed=True)),
        },
    )
)

# Environment


class OperatingSystem:
    """System.OperatingSystem."""

    __slots__ = ("version",)

    def __init__(self, version: tuple[int, int, int, int]) -> None:
        self.version = Version(*version)

    def __str__(self) -> str:
        return f"Microsoft Windows NT {self.version}"


def _platform(_value: OperatingSystem) -> Any:
    return builtin("System.PlatformID").value(2)  # type: ignore[attr-defined]


register(
    PSType(
        "System.OperatingSystem",
        instance={
            "Platform": _platform,
            "ServicePack: string": lambda _v: "",
            "Version": lambda v: v.version,
            "VersionString: string": str,
        },
        to_text=str,
    ),
    OperatingSystem,
)


def _expand(engine: Engine, text: str) -> str:
    def one(found: re.Match[str]) -> str:
        value = engine.environment.read(found[1])
        return value if value is not None else found[0]

    return re.sub(r"%([^%]+)%", one, text)


def _get_variable(engine: Engine, name: str, *_target: Any) -> str | None:
    return engine.environment.read(name)


def _set_variable(engine: Engine, name: str, value: str, *_target: Any) -> None:
    engine.environment.write(name, value or None)


def _folder(engine: Engine, name: Any) -> str:
    machine = engine.machine
    folders = {
        "system": machine.system_directory,
        "userprofile": machine.home,
        "windows": ntpath.dirname(machine.system_directory),
        "programfiles": "C:\\Program Files",
        "programfilesx86": "C:\\Program Files (x86)",
        "commonapplicationdata": "C:\\ProgramData",
        "applicationdata": f"{machine.home}\\AppData\\Roaming",
        "localapplicationdata": f"{machine.home}\\AppData\\Local",
        "desktop": f"{machine.home}\\Desktop",
        "mydocuments": f"{machine.home}\\Documents",
        "personal": f"{machine.home}\\Documents",
    }
    found = folders.get(to_text(name).lower())
    if found is None:
        raise not_emulated(f"[Environment]::GetFolderPath({to_text(name)})")
    return found


register(
    PSType(
        "System.Environment",
        is_abstract=True,
        static={
            "@CommandLine: string": lambda e: e.machine.command_line,
            "@CurrentDirectory: string": lambda e: e.machine.home,
            "@Is64BitOperatingSystem: bool": lambda e: e.machine.is_64_bit,
            "@Is64BitProcess: bool": lambda e: e.machine.is_64_bit,
            "@MachineName: string": lambda e: e.machine.computer_name,
            "NewLine: string": lambda: "\r\n",
            "@OSVersion": lambda e: OperatingSystem(e.machine.os_version),
            "@ProcessorCount: int": lambda e: e.machine.processor_count,
            "@SystemDirectory: string": lambda e: e.machine.system_directory,
            "@TickCount: int": lambda e: int(e.utc_now().ticks // 10_000 % 0x7FFFFFFF),
            "@UserDomainName: string": lambda e: e.machine.user_domain,
            "UserInteractive: bool": lambda: True,
            "@UserName: string": lambda e: e.machine.user_name,
            "@Version": lambda e: Version.parse(e.session.version.clr_version),
            "@ExpandEnvironmentVariables(string name)": _expand,
            "@GetEnvironmentVariable(string variable)": _get_variable,
            "@GetEnvironmentVariable(string variable, System.EnvironmentVariableTarget "
            "target)": _get_variable,
            "@GetEnvironmentVariables()": lambda e: Hashtable(e.environment.items()),
            "@SetEnvironmentVariable(string variable, string value)": _set_variable,
            "@SetEnvironmentVariable(string variable, string value, System.EnvironmentVariableTarget "
            "target)": (_set_variable),
            "@GetFolderPath(object folder)": _folder,
        },
    )
)

# Paths: text only

_INVALID_PATH = '"<>|' + "".join(chr(code) for code in range(32))


def _check(path: str) -> str:
    if any(one in path for one in _INVALID_PATH):
        raise argument_error("Illegal characters in path.")
    return path.replace("/", "\\")


def _directory(path: str) -> str | None:
    if path.strip() == "":
        raise argument_error("The path is not of a legal form.")
    plain = _check(path).rstrip()
    root = _root_text(plain)
    if plain == root or plain.rstrip("\\") == root.rstrip("\\"):
        return None
    return ntpath.dirname(plain) if ntpath.dirname(plain) else ""


def _root_text(path: str) -> str:
    drive, rest = ntpath.splitdrive(path)
    return drive + ("\\" if rest.startswith("\\") and not drive.startswith("\\\\") else "")


def _file_name(path: str) -> str:
    return re.split(r"[\\/:]", _check(path))[-1]


def _extension(path: str) -> str:
    name = _file_name(path)
    place = name.rfind(".")
    return name[place:] if 0 <= place < len(name) - 1 else ""


def _stem(path: str) -> str:
    name = _file_name(path)
    return name[: name.rfind(".")] if "." in name else name


def _combine(parts: Any) -> str:
    made = ""
    for part in parts:
        if part is None:
            raise null_argument("path2" if made else "path1")
        text = _check_only(to_text(part))
        if not text:
            continue
        if not made or text[0] in "\\/" or text[1:2] == ":":
            made = text
        else:
            made = made + ("" if made[-1] in "\\/:" else "\\") + text
    return made


def _check_only(path: str) -> str:
    if any(one in path for one in _INVALID_PATH):
        raise argument_error("Illegal characters in path.")
    return path


def _full(engine: Engine, path: str) -> str:
    if path is None:
        raise null_argument("path")
    if path.strip() == "":
        raise argument_error("The path is not of a legal form.")
    plain = _check(path)
    if not ntpath.splitdrive(plain)[0]:
        plain = ntpath.join(engine.machine.home, plain) if not plain.startswith("\\") else "C:" + plain
    return ntpath.normpath(plain) + ("\\" if plain.endswith("\\") and len(plain) > 3 else "")


def _change_extension(path: str, extension: str) -> str:
    stem = path[: len(path) - len(_extension(path) or "")].rstrip(".")
    if not extension:
        return stem
    return stem + (extension if extension.startswith(".") else f".{extension}")


def _random_name(engine: Engine) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz012345"
    picked = "".join(engine.random.generator.choice(letters) for _ in range(11))
    return f"{picked[:8]}.{picked[8:]}"


register(
    PSType(
        "System.IO.Path",
        is_abstract=True,
        static={
            "DirectorySeparatorChar": lambda: Char("\\"),
            "AltDirectorySeparatorChar": lambda: Char("/"),
            "PathSeparator": lambda: Char(";"),
            "VolumeSeparatorChar": lambda: Char(":"),
            "ChangeExtension(string path, string extension)": _change_extension,
            "Combine(params string[] paths)": _combine,
            "GetDirectoryName(string path)": _directory,
            "GetExtension(string path)": _extension,
            "GetFileName(string path)": _file_name,
            "GetFileNameWithoutExtension(string path)": _stem,
            "@GetFullPath(string path)": _full,
            "GetInvalidFileNameChars()": lambda: PSArray(Char(c) for c in _INVALID_PATH + ":*?\\/"),
            "GetInvalidPathChars()": lambda: PSArray(Char(c) for c in _INVALID_PATH),
            "GetPathRoot(string path)": lambda p: None if p is None else _root_text(_check(p)),
            "@GetRandomFileName()": _random_name,
            "@GetTempPath()": lambda e: e.machine.temporary_path,
            "HasExtension(string path)": lambda p: bool(_extension(p)),
            "IsPathRooted(string path)": lambda p: bool(p) and (_check(p)[0] == "\\" or p[1:2] == ":"),
        },
    )
)

# Console


class TextStream:
    """[Console]::Out, Error and In."""

    __slots__ = ("engine", "name")

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine = engine
        self.name = name


def _console_write(engine: Engine, name: str, text: str) -> None:
    writer = getattr(engine.ui, "write_console", None)
    if writer is None:
        raise not_emulated(f"[Console]::{name.capitalize()}")
    writer(name, text)


def _console_read(engine: Engine, whole: bool) -> str | None:
    reader = getattr(engine.ui, "read_console", None)
    if reader is None:
        raise not_emulated("[Console]::In")
    found: str | None = reader(whole)
    return found


def _write_text(stream: TextStream, value: Any = "") -> None:
    _console_write(stream.engine, stream.name, to_text(value))


def _write_line(stream: TextStream, value: Any = "") -> None:
    _console_write(stream.engine, stream.name, to_text(value) + "\r\n")


def _write_format(stream: TextStream, form: str, values: Any) -> None:
    from emulator.powershell.runtime.text_operators import composite

    _write_line(stream, composite(form, list(values)))


register(
    PSType(
        "System.IO.TextWriter",
        instance={
            "Write(object value)": _write_text,
            "WriteLine()": _write_line,
            "WriteLine(object value)": _write_line,
            "WriteLine(string format, params object[] arg)": _write_format,
            "Flush()": lambda _s: None,
            "ReadToEnd()": lambda s: _console_read(s.engine, True) or "",
            "ReadLine()": lambda s: _console_read(s.engine, False),
        },
    ),
    TextStream,
)


def _encoding(engine: Engine) -> Any:
    from emulator.powershell.dotnet.library.text import OEM

    held = engine.global_scope.variables.get("[console]::outputencoding")
    return held.current if held is not None else OEM


def _set_encoding(engine: Engine, value: Any) -> None:
    engine.global_scope.set("[console]::outputencoding", value)


register(
    PSType(
        "System.Console",
        is_abstract=True,
        static={
            "@Out": lambda e: TextStream(e, "out"),
            "@Error": lambda e: TextStream(e, "error"),
            "@In": lambda e: TextStream(e, "in"),
            "@OutputEncoding": _encoding,
            "@OutputEncoding=": _set_encoding,
            "@InputEncoding": _encoding,
            "@InputEncoding=": _set_encoding,
            "@WindowWidth: int": lambda e: e.ui.width,
            "@Write(object value)": lambda e, v: _console_write(e, "out", to_text(v)),
            "@WriteLine()": lambda e: _console_write(e, "out", "\r\n"),
            "@WriteLine(object value)": lambda e, v: _console_write(e, "out", to_text(v) + "\r\n"),
            "@WriteLine(string format, params object[] arg)": lambda e, f, v: _write_format(
                TextStream(e, "out"), f, v
            ),
            "@ReadLine()": lambda e: _console_read(e, False),
        },
    )
)


# Uri and CultureInfo


class Uri:
    """System.Uri."""

    __slots__ = ("original", "parts")

    def __init__(self, text: str) -> None:
        found = re.fullmatch(r"([A-Za-z][\w+.-]*):(?://([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?", text)
        if found is None:
            raise NetError(
                "System.UriFormatException", "Invalid URI: The format of the URI could not be determined."
            )
        self.original = text
        self.parts = found

    @property
    def port(self) -> int:
        """The port, or the scheme's own."""
        found = re.search(r":(\d+)$", self.parts[2] or "")
        return (
            int(found[1]) if found else {"http": 80, "https": 443, "ftp": 21}.get(self.parts[1].lower(), -1)
        )

    def __str__(self) -> str:
        path = self.parts[3] or ("/" if self.parts[2] else "")
        authority = f"//{self.parts[2]}" if self.parts[2] is not None else ""
        return f"{self.parts[1].lower()}:{authority}{path}{self.parts[4] or ''}{self.parts[5] or ''}"


def _host(uri: Uri) -> str:
    authority = (uri.parts[2] or "").rpartition("@")[2]
    return re.sub(r":\d+$", "", authority).lower()


register(
    PSType(
        "System.Uri",
        instance={
            "AbsolutePath: string": lambda u: u.parts[3] or "/",
            "AbsoluteUri: string": str,
            "LocalPath: string": lambda u: u.parts[3] or "/",
            "Authority: string": lambda u: u.parts[2] or "",
            "Host: string": _host,
            "IsAbsoluteUri: bool": lambda _u: True,
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
            "UnescapeDataString(string stringToUnescape)": lambda t: _unescape(t),  # noqa: PLW0108 - defined below
        },
        construct={"new(string uriString)": lambda _kind, text: Uri(text)},
        to_text=str,
    ),
    Uri,
)


def _escape(text: str, safe: str) -> str:
    return "".join(
        c if c.isascii() and (c.isalnum() or c in safe) else "".join(f"%{b:02X}" for b in c.encode())
        for c in text
    )


def _unescape(text: str) -> str:
    data = re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), text.encode())
    return data.decode("utf-8", "replace")


class Culture:
    """System.Globalization.CultureInfo; the empty name is the invariant culture."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return self.name


_CULTURES = {"en-us": (1033, "English (United States)"), "": (127, "Invariant Language (Invariant Country)")}


def _culture(_kind: PSType, name: str) -> Culture:
    if name.lower() not in _CULTURES and not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", name):
        raise argument_error(
            "Culture is not supported.\r\n" + f"{name} is an invalid culture identifier.", "name"
        )
    return Culture(name)


register(
    PSType(
        "System.Globalization.CultureInfo",
        interfaces=("System.IFormatProvider",),
        instance={
            "LCID: int": lambda c: _CULTURES.get(c.name.lower(), (4096, ""))[0],
            "Name: string": str,
            "DisplayName: string": lambda c: _CULTURES.get(c.name.lower(), (0, c.name))[1],
            "EnglishName: string": lambda c: _CULTURES.get(c.name.lower(), (0, c.name))[1],
            "TwoLetterISOLanguageName: string": lambda c: c.name[:2] or "iv",
            "ToString()": str,
        },
        static={
            "InvariantCulture": lambda: Culture(""),
            "@CurrentCulture": lambda e: Culture(e.session.culture),
            "@CurrentUICulture": lambda e: Culture(e.session.culture),
            "GetCultureInfo(string name)": lambda n: _culture(builtin("System.Globalization.CultureInfo"), n),
        },
        construct={"new(string name)": _culture},
        to_text=str,
    ),
    Culture,
)
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


def _collect() -> None:
    return None


register(
    PSType(
        "System.GC",
        is_abstract=True,
        static={"Collect()": _collect, "WaitForPendingFinalizers()": _collect},
    )
)


def _protocol(engine: Engine) -> Any:
    held = engine.global_scope.variables.get("[servicepointmanager]::securityprotocol")
    return held.current if held is not None else builtin("System.Net.SecurityProtocolType").value(0)  # type: ignore[attr-defined]


def _set_protocol(engine: Engine, value: Any) -> None:
    from emulator.powershell.runtime.conversion import to_enum

    kind = builtin("System.Net.SecurityProtocolType")
    engine.global_scope.set("[servicepointmanager]::securityprotocol", to_enum(value, kind))  # type: ignore[arg-type]


register(
    PSType(
        "System.Net.ServicePointManager",
        is_abstract=True,
        static={"@SecurityProtocol": _protocol, "@SecurityProtocol=": _set_protocol},
    )
)
