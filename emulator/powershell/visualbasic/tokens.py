"""The words of a source, line after line."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from emulator.powershell.csharp.diagnostics import failure
from emulator.powershell.csharp.syntax import Place
from emulator.powershell.dotnet.numbers import (
    INT32_MAXIMUM,
    INT64_MAXIMUM,
    Char,
    Int16,
    Int64,
    Single,
    UInt16,
    UInt32,
    UInt64,
    fit_decimal,
)
from emulator.powershell.dotnet.time_values import DateTime
from emulator.record import Record

LONGEST: Final = 400_000
"""Characters of a source, as of one of C#."""

WORD, ESCAPED, LITERAL, SIGN, LINE_END, END = "word", "escaped", "literal", "sign", "line end", "end"

KEYWORDS: Final = frozenset(
    " ".join(
        (
            "addhandler addressof alias and andalso as boolean byref byte byval call case catch cbool",
            "cbyte cchar cdate cdbl cdec char cint class clng cobj const continue csbyte cshort csng",
            "cstr ctype cuint culng cushort date decimal declare default delegate dim directcast do",
            "double each else elseif end endif enum erase error event exit false finally for friend",
            "function get gettype getxmlnamespace global gosub goto handles if implements imports in",
            "inherits integer interface is isnot let lib like long loop me mod module mustinherit",
            "mustoverride mybase myclass namespace narrowing new next not nothing notinheritable",
            "notoverridable object of on operator option optional or orelse overloads overridable",
            "overrides paramarray partial private property protected public raiseevent readonly redim",
            "rem removehandler resume return sbyte select set shadows shared short single static step",
            "stop string structure sub synclock then throw to true try trycast typeof uinteger ulong",
            "ushort using variant wend when while widening with withevents writeonly xor",
        )
    ).split()
)
"""Reserved words: names only in brackets, or behind a dot."""

_CONTINUING: Final = frozenset(
    {
        *("(", "{", ",", "+", "-", "*", "/", "\\", "^", "&", "=", "<>", "<", "<=", ">", ">=", "<<", ">>"),
        *("+=", "-=", "*=", "/=", "\\=", "^=", "&=", "<<=", ">>=", ":=", ".", "!"),
        *("and", "andalso", "or", "orelse", "xor", "mod", "like", "is", "isnot", "not"),
    }
)
"""Behind these a line goes on without a mark (Visual Basic 10)."""

_TOKEN: Final = re.compile(
    r"""
    (?P<blank>[ \t\u00a0\u3000\ufeff]+)
    |(?P<comment>['\u2018\u2019][^\n]*)
    |(?P<line>\r\n|[\r\n\u2028\u2029])
    |(?P<number>&[Hh][0-9A-Fa-f]+(?:[SsIiLl&%]|[Uu][SsIiLl])?|&[Oo][0-7]+(?:[SsIiLl&%]|[Uu][SsIiLl])?
      |(?:\d+\.\d+|\.\d+|\d+)(?:[Ee][+-]?\d+)?(?:[Uu][SsIiLl]|[SsIiLlDdFfRr@!\#%&](?![A-Za-z_0-9]))?)
    |(?P<text>["\u201c\u201d](?:[^"\u201c\u201d\r\n]|["\u201c\u201d]{2})*(?P<closed>["\u201c\u201d][Cc]?(?![A-Za-z_0-9])|["\u201c\u201d])?)
    |(?P<bracket>\[[^\W\d]\w*\])
    |(?P<word>[^\W\d]\w*)
    |(?P<date>\#[ \t]*\d[^\#\r\n]*\#)
    |(?P<sign><<=|>>=|<<|>>|<>|<=|>=|:=|\+=|-=|\*=|/=|\\=|\^=|&=|[()\{\},.!?<>=+\-*/\\^&:@\#%$])
    """,
    re.VERBOSE,
)
_TYPE_MARKS: Final = {"%": "int", "&": "long", "@": "decimal", "!": "float", "#": "double", "$": "string"}
_SUFFIXES: Final = {
    "s": Int16,
    "us": UInt16,
    "i": int,
    "%": int,
    "ui": UInt32,
    "l": Int64,
    "&": Int64,
    "ul": UInt64,
}
_WIDTHS: Final = {Int16: 16, UInt16: 16, int: 32, UInt32: 32, Int64: 64, UInt64: 64}
_DATE: Final = re.compile(
    r"(?:(\d{1,2})[/-](\d{1,2})[/-](\d{4}))?\s*(?:(\d{1,2})(?::(\d{2})(?::(\d{2}))?)?\s*([AaPp][Mm])?)?"
)


class Token(Record):
    """A word: ``text`` is that of a name as it is written, of a keyword and a sign in small letters; ``mark``
    the type that a character behind a name states."""

    kind: str
    text: str
    place: Place
    value: Any = None
    mark: str | None = None
    spaced: bool = False

    @property
    def name(self) -> str | None:
        """What it is as a name, keyword or not."""
        return self.value if self.kind == WORD else self.text if self.kind == ESCAPED else None


def tokens_of(source: str) -> list[Token]:
    """The words of a source, with the ends of its lines but for those where it goes on.

    Raises CompileError.
    """
    found: list[Token] = []
    position, line, start = 0, 1, 0
    spaced = False
    while position < len(source):
        place = (line, position - start + 1)
        match = _TOKEN.match(source, position)
        if match is None:
            raise failure(place, "BC30037", "Character is not valid.")
        position = match.end()
        kind = match.lastgroup if match.lastgroup != "closed" else "text"
        text = match.group()
        if kind == "blank":
            spaced = True
            continue
        if kind == "comment" or (kind == "word" and text.lower() == "rem" and not _is_member(found)):
            if kind == "word":
                position = _line_end(source, position)
            continue
        if kind == "line":
            line, start = line + 1, position
            _end_line(found, place)
            spaced = True
            continue
        if kind == "word" and text == "_" and spaced:
            position, line, start = _continued(source, position, line, place)
            continue
        if kind == "word":
            mark, position = _type_mark(source, position)
            lowered = text.lower()
            is_keyword = lowered in KEYWORDS and mark is None
            found.append(Token(WORD, lowered if is_keyword else text, place, text, mark, spaced))
        elif kind == "bracket":
            found.append(Token(ESCAPED, text[1:-1], place, spaced=spaced))
        elif kind == "sign":
            found.append(Token(SIGN, text, place, spaced=spaced))
        else:
            found.append(Token(LITERAL, text, place, _literal(str(kind), match, place), spaced=spaced))
        spaced = False
    _end_line(found, (line, position - start + 1))
    found.append(Token(END, "", (line, position - start + 1)))
    return _joined(found)


def _is_member(found: list[Token]) -> bool:
    return bool(found) and found[-1].kind == SIGN and found[-1].text == "."


def _line_end(source: str, position: int) -> int:
    while position < len(source) and source[position] not in "\r\n\u2028\u2029":
        position += 1
    return position


def _end_line(found: list[Token], place: Place) -> None:
    if found and found[-1].kind != LINE_END:
        found.append(Token(LINE_END, "", place))


def _continued(source: str, position: int, line: int, place: Place) -> tuple[int, int, int]:
    end = _line_end(source, position)
    if source[position:end].strip() or end >= len(source):
        raise failure(
            place,
            "BC30999",
            "Line continuation character '_' must be preceded by at least one white "
            "space and must be the last character on the line.",
        )
    end += 2 if source.startswith("\r\n", end) else 1
    return end, line + 1, end


def _type_mark(source: str, position: int) -> tuple[str | None, int]:
    character = source[position : position + 1]
    mark = _TYPE_MARKS.get(character)
    following = source[position + 1 : position + 2]
    if mark is None or (character in "&!" and (following.isalnum() or following in ("_", '"', "=", "["))):
        return None, position
    return mark, position + 1


def _joined(found: list[Token]) -> list[Token]:
    """Without the ends of lines behind which, or before which, a line goes on by itself."""
    made: list[Token] = []
    for place, one in enumerate(found):
        if one.kind == LINE_END:
            following = found[place + 1] if place + 1 < len(found) else None
            closes = following is not None and following.kind == SIGN and following.text in (")", "}")
            before = made[-1] if made else None
            goes_on = (
                before is not None
                and before.text in _CONTINUING
                and before.kind in (SIGN, WORD)
                and not (before.text == "." and len(made) > 1 and made[-2].kind == LINE_END)
            )
            if closes or goes_on:
                continue
        made.append(one)
    return made


def _literal(kind: str, match: re.Match[str], place: Place) -> Any:
    text = match.group()
    if kind == "number":
        return _number(text, place)
    if kind == "date":
        return _date(text[1:-1].strip(), place)
    closed = match.group("closed")
    if not closed:
        raise failure(place, "BC30648", "String constants must end with a double quote.")
    inside = re.sub('["\u201c\u201d]{2}', '"', text[1 : -len(closed)])
    if closed[-1] in "cC":
        if len(inside) != 1:
            raise failure(place, "BC30004", "Character constant must contain exactly one character.")
        return Char(inside)
    return inside


def _number(text: str, place: Place) -> Any:
    lowered = text.lower()
    if lowered[0] == "&":
        base = 16 if lowered[1] == "h" else 8
        digits, suffix = _split_suffix(lowered[2:])
        number = int(digits, base)
        kind = _SUFFIXES.get(suffix) or (int if number < 1 << 32 else Int64)
        width = _WIDTHS[kind]
        if number >> width:
            raise failure(place, "BC30036", "Overflow.")
        # The digits say what bits there are: &HFFFFFFFF is -1.
        if kind in (int, Int16, Int64) and number >> (width - 1):
            number -= 1 << width
        return kind(number)
    if lowered[-1] in "dfr@!#" or "." in lowered or "e" in lowered:
        return _real(lowered, place)
    digits, suffix = _split_suffix(lowered)
    if len(digits) > 20:
        raise failure(place, "BC30036", "Overflow.")
    number = int(digits)
    kind = _SUFFIXES.get(suffix) or (int if number <= INT32_MAXIMUM else Int64)
    signed = kind in (int, Int16, Int64)
    if number >> (_WIDTHS[kind] - signed) or (kind is Int64 and number > INT64_MAXIMUM):
        raise failure(place, "BC30036", "Overflow.")
    return kind(number)


def _split_suffix(text: str) -> tuple[str, str]:
    count = len(text)
    while count and text[count - 1] in "usil%&":
        count -= 1
    return text[:count], text[count:]


def _real(text: str, place: Place) -> Any:
    last = text[-1]
    plain = text.rstrip("usil%&dfr@!#")
    if text[len(plain) :] not in ("", *"dfr@!#"):  # a mark of whole numbers is none of this one
        raise failure((place[0], place[1] + len(plain)), "BC30205", "End of statement expected.")
    if last in "d@":
        try:
            return fit_decimal(Decimal(plain))
        except ArithmeticError:
            raise failure(place, "BC30036", "Overflow.") from None
    number = float(plain)
    if number in (float("inf"), float("-inf")):
        raise failure(place, "BC30036", "Overflow.")
    return Single(number) if last in "f!" else number


def _date(text: str, place: Place) -> DateTime:
    found = _DATE.fullmatch(text)
    if found is not None and text:
        month, day, year, hour, minute, second, half = found.groups()
        hours = int(hour or 0)
        if half is not None:
            hours = hours % 12 + (12 if half.lower() == "pm" else 0)
        try:
            return DateTime.of(
                int(year or 1), int(month or 1), int(day or 1), hours, int(minute or 0), int(second or 0)
            )
        except ValueError:
            pass
    raise failure(place, "BC31085", "Date constant is not valid.")
