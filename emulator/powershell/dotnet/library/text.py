"""Encoding, StringBuilder, Regex and Match."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet import regex as regular
from emulator.powershell.dotnet.collections import FIXED_LISTS, LIST_TYPES, PSArray, TypedArray
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument, out_of_range
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.numbers import NUMBER_TYPES, Char
from emulator.powershell.dotnet.regex import Group, Match, Regex
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.runtime.conversion import convert, to_text

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


class Encoding:
    """System.Text.Encoding: the Python codec, the name on the web, the code page and the byte order mark."""

    __slots__ = ("code_page", "codec", "display", "kind", "mark", "web_name")

    def __init__(
        self, kind: str, codec: str, web_name: str, code_page: int, display: str, mark: bytes = b""
    ) -> None:
        self.kind = kind
        self.codec = codec
        self.web_name = web_name
        self.code_page = code_page
        self.display = display
        self.mark = mark

    @property
    def ps_type(self) -> PSType:
        """The class of the encoding."""
        return builtin(f"System.Text.{self.kind}")


UTF8 = Encoding("UTF8Encoding", "utf-8", "utf-8", 65001, "Unicode (UTF-8)", codecs.BOM_UTF8)
UTF8_PLAIN = Encoding("UTF8Encoding", "utf-8", "utf-8", 65001, "Unicode (UTF-8)")
UNICODE = Encoding("UnicodeEncoding", "utf-16-le", "utf-16", 1200, "Unicode", codecs.BOM_UTF16_LE)
BIG_ENDIAN = Encoding(
    "UnicodeEncoding", "utf-16-be", "utf-16BE", 1201, "Unicode (Big-Endian)", codecs.BOM_UTF16_BE
)
UNICODE_PLAIN = Encoding("UnicodeEncoding", "utf-16-le", "utf-16", 1200, "Unicode")
BIG_ENDIAN_PLAIN = Encoding("UnicodeEncoding", "utf-16-be", "utf-16BE", 1201, "Unicode (Big-Endian)")
UTF32 = Encoding("UTF32Encoding", "utf-32-le", "utf-32", 12000, "Unicode (UTF-32)", codecs.BOM_UTF32_LE)
UTF32_PLAIN = Encoding("UTF32Encoding", "utf-32-le", "utf-32", 12000, "Unicode (UTF-32)")
UTF32_BIG = Encoding(
    "UTF32Encoding", "utf-32-be", "utf-32BE", 12001, "Unicode (UTF-32 Big-Endian)", codecs.BOM_UTF32_BE
)
UTF32_BIG_PLAIN = Encoding("UTF32Encoding", "utf-32-be", "utf-32BE", 12001, "Unicode (UTF-32 Big-Endian)")
ASCII = Encoding("ASCIIEncoding", "ascii", "us-ascii", 20127, "US-ASCII")
WINDOWS = Encoding("SBCSCodePageEncoding", "cp1252", "Windows-1252", 1252, "Western European (Windows)")
OEM = Encoding("SBCSCodePageEncoding", "cp437", "IBM437", 437, "OEM United States")
LATIN = Encoding("Latin1Encoding", "latin-1", "iso-8859-1", 28591, "Western European (ISO)")
UTF7 = Encoding("UTF7Encoding", "utf-7", "utf-7", 65000, "Unicode (UTF-7)")
EVERYDAY = (UTF8, UNICODE, BIG_ENDIAN, UTF32, UTF32_BIG, ASCII, WINDOWS, OEM, LATIN, UTF7)
"""The encodings that are known without the table of code pages."""


def _bytes(encoding: Encoding, text: Any) -> bytearray:
    return bytearray(to_text(text, "").encode(encoding.codec, "replace"))


def _string(encoding: Encoding, data: bytearray, start: int = 0, count: int | None = None) -> str:
    if data is None:
        raise null_argument("bytes")
    if start < 0:
        raise out_of_range("Non-negative number required.", "index")
    if count is not None and count < 0:
        raise out_of_range("Non-negative number required.", "count")
    if count is not None and start + count > len(data):
        raise out_of_range("Index and count must refer to a location within the buffer.", "bytes")
    part = bytes(data[start : None if count is None else start + count])
    return part.decode(encoding.codec, "replace")


def _all_encodings() -> PSArray:
    from emulator.powershell.dotnet.library.code_pages import all_encodings

    return all_encodings()


_SINGLE_BYTE = frozenset({"ASCIIEncoding", "Latin1Encoding", "SBCSCodePageEncoding"})


def find_encoding(name: Any) -> Encoding:
    """An encoding by its name on the web, its codec or its code page. Raises ArgumentException."""
    for one in EVERYDAY:
        if (isinstance(name, int) and one.code_page == name) or (
            isinstance(name, str)
            and name.lower() in (one.web_name.lower(), one.codec, one.kind.removesuffix("Encoding").lower())
        ):
            return one
    from emulator.powershell.dotnet.library import code_pages

    found = code_pages.of_page(name) if isinstance(name, int) else code_pages.of_name(to_text(name))
    if found is not None:
        return found
    if isinstance(name, int):
        raise NetError("System.NotSupportedException", f"No data is available for encoding {name}.")
    raise argument_error(f"'{name}' is not a supported encoding name.", "name")


register(
    PSType(
        "System.Text.Encoding",
        is_abstract=True,
        instance={
            "BodyName: string": lambda e: e.web_name,
            "EncodingName: string": lambda e: e.display,
            "HeaderName: string": lambda e: e.web_name,
            "WebName: string": lambda e: e.web_name,
            "CodePage: int": lambda e: e.code_page,
            "IsSingleByte: bool": lambda e: e.kind in _SINGLE_BYTE,
            "GetByteCount(string s)": lambda e, s: len(_bytes(e, s)),
            "GetBytes(string s)": _bytes,
            "GetBytes(char[] chars)": _bytes,
            "GetChars(byte[] bytes)": lambda e, b: TypedArray(
                [Char(c) for c in _string(e, b)], array_of(builtin("System.Char"))
            ),
            "GetPreamble()": lambda e: bytearray(e.mark),
            "GetString(byte[] bytes)": _string,
            "GetString(byte[] bytes, int index, int count)": _string,
        },
        static={
            "ASCII": lambda: ASCII,
            "BigEndianUnicode": lambda: BIG_ENDIAN,
            "Default": lambda: WINDOWS,
            "Unicode": lambda: UNICODE,
            "UTF32": lambda: UTF32,
            "UTF7": lambda: UTF7,
            "UTF8": lambda: UTF8,
            "GetEncodings()": _all_encodings,
            "GetEncoding(int codepage)": find_encoding,
            "GetEncoding(string name)": find_encoding,
        },
    )
)
_ORDERED: dict[str, dict[tuple[bool, bool], Encoding]] = {
    "UnicodeEncoding": {
        (False, False): UNICODE_PLAIN,
        (False, True): UNICODE,
        (True, False): BIG_ENDIAN_PLAIN,
        (True, True): BIG_ENDIAN,
    },
    "UTF32Encoding": {
        (False, False): UTF32_PLAIN,
        (False, True): UTF32,
        (True, False): UTF32_BIG_PLAIN,
        (True, True): UTF32_BIG,
    },
}
"""The encodings that a constructor makes, by the order of the bytes and whether they write a mark."""

for _kind, _plain in (
    ("UTF8Encoding", UTF8_PLAIN),
    ("UnicodeEncoding", UNICODE),
    ("UTF32Encoding", UTF32),
    ("ASCIIEncoding", ASCII),
    ("UTF7Encoding", UTF7),
):
    _made: dict[str, Any] = {"new()": lambda _k, plain=_plain: plain}
    if _kind == "UTF8Encoding":
        _made["new(bool encoderShouldEmitUTF8Identifier)"] = lambda _k, mark: UTF8 if mark else UTF8_PLAIN
        _made["new(bool encoderShouldEmitUTF8Identifier, bool throwOnInvalidBytes)"] = lambda _k, mark, _t: (
            UTF8 if mark else UTF8_PLAIN
        )
    if _kind in _ORDERED:
        _choice = _ORDERED[_kind]
        _made["new(bool bigEndian, bool byteOrderMark)"] = lambda _k, big, mark, choice=_choice: choice[
            big, mark
        ]
        _made["new(bool bigEndian, bool byteOrderMark, bool throwOnInvalidBytes)"] = (
            lambda _k, big, mark, _t, choice=_choice: choice[big, mark]
        )
    register(PSType(f"System.Text.{_kind}", base="System.Text.Encoding", construct=_made))
for _kind in ("SBCSCodePageEncoding", "DBCSCodePageEncoding", "Latin1Encoding"):
    # Classes inside of .NET, which nobody else can make.
    register(PSType(f"System.Text.{_kind}", base="System.Text.Encoding"))


class StringBuilder:
    """System.Text.StringBuilder."""

    __slots__ = ("_pieces", "_room", "_size")

    def __init__(self, text: str = "", room: int = 16) -> None:
        self._pieces = [text]
        self._size = len(text)
        self._room = max(room, 1)

    @property
    def capacity(self) -> int:
        """Characters that it holds before it grows, which doubles it."""
        while self._room < self._size:
            self._room *= 2
        return self._room

    @capacity.setter
    def capacity(self, room: int) -> None:
        check_size(room)
        self._room = max(room, self._size)

    def __len__(self) -> int:
        return self._size

    @property
    def text(self) -> str:
        """The whole text. What is appended is put together only when somebody asks."""
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0]

    @text.setter
    def text(self, text: str) -> None:
        check_size(len(text))
        self._pieces = [text]
        self._size = len(text)

    def append(self, text: str) -> None:
        """Put a text at the end."""
        check_size(self._size + len(text))
        self._pieces.append(text)
        self._size += len(text)


MAXIMUM_BUILDER = 64_000_000


def check_size(size: int) -> None:
    """Raises an OutOfMemoryException for a text that is too large."""
    if size > MAXIMUM_BUILDER:
        raise NetError(
            "System.OutOfMemoryException", "Exception of type 'System.OutOfMemoryException' was thrown."
        )


def _builder(text: str, room: int) -> StringBuilder:
    if room < 0:
        raise out_of_range("'capacity' must be greater than zero.", "capacity")
    check_size(room)
    return StringBuilder(text, room or 16)


def _ensure_capacity(builder: StringBuilder, room: int) -> int:
    if room < 0:
        raise out_of_range("capacity must be positive.", "capacity")
    if room > builder.capacity:
        builder.capacity = room
    return builder.capacity


def _append(builder: StringBuilder, value: Any = "") -> StringBuilder:
    from emulator.powershell.runtime.text_operators import current_text

    builder.append(current_text(value) if type(value) in NUMBER_TYPES else to_text(value))
    return builder


def _append_line(builder: StringBuilder, value: str = "") -> StringBuilder:
    return _append(builder, value + "\r\n")


def _append_repeated(builder: StringBuilder, value: str, count: int) -> StringBuilder:
    if count < 0:
        raise out_of_range("Count cannot be less than zero.", "repeatCount")
    check_size(count)
    return _append(builder, str(value) * count)


def _append_part(builder: StringBuilder, value: PSArray, start: int, count: int) -> StringBuilder:
    if start < 0 or count < 0 or start + count > len(value):
        text = "Index was out of range. Must be non-negative and less than the size of the collection."
        raise out_of_range(text, "startIndex" if start < 0 else "charCount")
    return _append(builder, "".join(map(str, value[start : start + count])))


def _append_format(engine: Engine, builder: StringBuilder, form: str, values: Any) -> StringBuilder:
    return _append_format_by(engine, builder, None, form, values)


def _append_format_by(
    engine: Engine, builder: StringBuilder, provider: Any, form: str, values: Any
) -> StringBuilder:
    from emulator.powershell.runtime.text_operators import composite

    return _append(builder, composite(form, list(values), engine.utc_offset_minutes(), provider))


def _set_length(builder: StringBuilder, size: Any) -> None:
    size = convert(size, builtin("System.Int32"))
    if size < 0:
        raise out_of_range("Length cannot be less than zero.", "value")
    check_size(size)
    builder.text = builder.text[:size].ljust(size, "\0")


_OUTSIDE = "Index was out of range. Must be non-negative and less than the size of the collection."


def _part(builder: StringBuilder, start: int, length: int) -> slice:
    if start < 0:
        raise out_of_range("StartIndex cannot be less than zero.", "startIndex")
    if length < 0:
        raise out_of_range("Length cannot be less than zero.", "length")
    if start + length > len(builder):
        raise out_of_range(_OUTSIDE, "index")
    return slice(start, start + length)


def _insert(builder: StringBuilder, place: int, value: str) -> StringBuilder:
    if not 0 <= place <= len(builder):
        raise out_of_range(_OUTSIDE, "index")
    text = builder.text
    check_size(len(text) + len(value))
    builder.text = text[:place] + value + text[place:]
    return builder


def _remove(builder: StringBuilder, start: int, length: int) -> StringBuilder:
    gone = _part(builder, start, length)
    text = builder.text
    builder.text = text[: gone.start] + text[gone.stop :]
    return builder


def _replace_in(builder: StringBuilder, old: str, new: str) -> StringBuilder:
    if old == "":
        raise argument_error("Empty name is not legal.", "oldValue")
    text = builder.text
    check_size(len(text) + text.count(old) * (len(new) - len(old)))
    builder.text = text.replace(old, new)
    return builder


def _clear(builder: StringBuilder) -> StringBuilder:
    builder.text = ""
    return builder


register(
    PSType(
        "System.Text.StringBuilder",
        instance={
            "Capacity: int": lambda b: b.capacity,
            "Capacity=": lambda b, room: setattr(b, "capacity", int(room)),
            "EnsureCapacity(int capacity)": _ensure_capacity,
            "MaxCapacity: int": lambda _b: 0x7FFFFFFF,
            "Length: int": len,
            "Length=": _set_length,
            "Append(object value)": _append,
            "Append(string value)": _append,
            "Append(char value, int repeatCount)": _append_repeated,
            "Append(char[] value, int startIndex, int charCount)": _append_part,
            "@AppendFormat(string format, params object[] args)": _append_format,
            "@AppendFormat(System.IFormatProvider provider, string format, params object[] args)": (
                _append_format_by
            ),
            "AppendLine()": _append_line,
            "AppendLine(string value)": _append_line,
            "Clear()": _clear,
            "Insert(int index, string value)": _insert,
            "Remove(int startIndex, int length)": _remove,
            "Replace(string oldValue, string newValue)": _replace_in,
            "ToString()": lambda b: b.text,
            "ToString(int startIndex, int length)": lambda b, i, n: b.text[_part(b, i, n)],
        },
        construct={
            "new()": lambda _kind: StringBuilder(),
            "new(string value)": lambda _kind, text: StringBuilder(text),
            "new(int capacity)": lambda _kind, room: _builder("", room),
            "new(string value, int capacity)": lambda _kind, text, room: _builder(text, room),
        },
        to_text=lambda b: b.text,
    ),
    StringBuilder,
)

# Regular expressions


def _flags(options: Any) -> int:
    return options.number if options is not None else 0


def _find_match(pattern: Regex, text: str, start: int = 0) -> Match:
    if text is None:
        raise null_argument("input")
    if not 0 <= start <= len(text):
        raise out_of_range("Start index cannot be less than 0 or greater than input length.", "startat")
    return Match(pattern, text, pattern.search(text, start))


def _matches(pattern: Regex, text: str) -> PSArray:
    return PSArray(Match(pattern, text, found) for found in pattern.matches(text))


def _next(match: Match) -> Match:
    if match.found is None:
        return match
    place = match.found.end() + (1 if match.found.end() == match.found.start() else 0)
    if place > len(match.text):
        return Match(match.regex, match.text, None)
    return Match(match.regex, match.text, match.regex.search(match.text, place))


def _replace(pattern: Regex, text: str, replacement: str, count: int = -1) -> str:
    from emulator.powershell.runtime.text_operators import replace_text

    if count < -1:
        raise out_of_range("Count cannot be less than -1.", "count")
    if count == 0:
        return text
    return replace_text(pattern, text, replacement, max(count, 0))


def _replace_with(engine: Engine, pattern: Regex, text: str, block: Any) -> str:
    engine.check_stopped()
    if block is None:
        raise null_argument("evaluator")
    size = len(text)

    def one(found: re.Match[str]) -> str:
        nonlocal size
        made = to_text(_single(block.invoke([Match(pattern, text, found)])))
        size += len(made)
        check_size(size)
        return made

    return pattern.replaced(text, one)


def _single(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else PSArray(values)


def _split(pattern: Regex, text: str, count: int = 0) -> PSArray:
    from emulator.powershell.runtime.text_operators import split_text

    if count < 0:
        raise out_of_range("Count cannot be less than -1.", "count")
    return strings(split_text(pattern, text, count))


def _static(function: Any, optional: bool = False) -> Any:
    def run(text: str, pattern: str, *rest: Any) -> Any:
        flags = 0
        if optional and rest and hasattr(rest[-1], "number"):
            flags = rest[-1].number
            rest = rest[:-1]
        return function(regular.regex(pattern, flags), text, *rest)

    return run


_O = "System.Text.RegularExpressions.RegexOptions options"
register(
    PSType(
        "System.Text.RegularExpressions.Regex",
        instance={
            "Options: System.Text.RegularExpressions.RegexOptions": lambda r: builtin(
                "System.Text.RegularExpressions.RegexOptions"
            ).value(r.flags),  # type: ignore[attr-defined]
            "RightToLeft: bool": lambda _r: False,
            "GetGroupNames()": lambda r: strings(list(r.groups)),
            "GetGroupNumbers()": lambda r: PSArray(range(len(r.groups))),
            "IsMatch(string input)": lambda r, t: r.search(t) is not None,
            "Match(string input)": _find_match,
            "Match(string input, int startat)": _find_match,
            "Matches(string input)": _matches,
            "Replace(string input, string replacement)": _replace,
            "Replace(string input, string replacement, int count)": _replace,
            "@Replace(string input, scriptblock evaluator)": _replace_with,
            "Split(string input)": _split,
            "Split(string input, int count)": _split,
            "ToString()": str,
        },
        static={
            "Escape(string str)": regular.escape,
            "Unescape(string str)": lambda t: t.replace("\\", ""),
            "IsMatch(string input, string pattern)": _static(lambda r, t: r.search(t) is not None),
            f"IsMatch(string input, string pattern, {_O})": _static(
                lambda r, t: r.search(t) is not None, True
            ),
            "Match(string input, string pattern)": _static(_find_match),
            f"Match(string input, string pattern, {_O})": _static(_find_match, True),
            "Matches(string input, string pattern)": _static(_matches),
            f"Matches(string input, string pattern, {_O})": _static(_matches, True),
            "Replace(string input, string pattern, string replacement)": _static(_replace),
            f"Replace(string input, string pattern, string replacement, {_O})": _static(_replace, True),
            "@Replace(string input, string pattern, scriptblock evaluator)": lambda e, t, p, b: _replace_with(
                e, regular.regex(p, 0), t, b
            ),
            "Split(string input, string pattern)": _static(_split),
            f"Split(string input, string pattern, {_O})": _static(_split, True),
        },
        construct={
            "new(string pattern)": lambda _kind, pattern: regular.regex(pattern, 0),
            f"new(string pattern, {_O})": lambda _kind, pattern, options: regular.regex(
                pattern, _flags(options)
            ),
        },
        to_text=str,
    ),
    Regex,
)


class Groups(PSArray):
    """GroupCollection: indexed by number and by name."""

    __slots__ = ("match",)

    match: Match

    def named_item(self, name: str) -> Group:
        """The group of a name."""
        return self.match.group(name)


LIST_TYPES.add(Groups)
FIXED_LISTS.add(Groups)


def _groups(match: Match) -> Groups:
    made = Groups(match.groups())
    made.match = match
    return made


def _captures(owner: Any) -> PSArray:
    return PSArray([owner])


register(
    PSType(
        "System.Text.RegularExpressions.Group",
        instance={
            "Success: bool": lambda g: g.success,
            "Captures": _captures,
            "Index: int": lambda g: g.start,
            "Length: int": lambda g: len(g.value),
            "Value: string": lambda g: g.value,
            "ToString()": lambda g: g.value,
        },
        to_text=lambda g: g.value,
    ),
    Group,
)
register(
    PSType(
        "System.Text.RegularExpressions.Match",
        base="System.Text.RegularExpressions.Group",
        instance={
            "Groups": _groups,
            "Success: bool": lambda m: m.found is not None,
            "Captures": _captures,
            "Index: int": lambda m: m.found.start() if m.found else 0,
            "Length: int": lambda m: len(m.value),
            "Value: string": lambda m: m.value,
            "NextMatch()": _next,
            "Result(string replacement)": lambda m, r: (
                regular.expand(m.found, r, m.regex.groups) if m.found else ""
            ),
            "ToString()": lambda m: m.value,
        },
        to_text=lambda m: m.value,
    ),
    Match,
)
register(PSType("System.Text.RegularExpressions.GroupCollection", base="System.Object[]"), Groups)
