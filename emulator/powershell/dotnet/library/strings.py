"""System.String and System.Char."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray, TypedArray
from emulator.powershell.dotnet.cultures import text_case
from emulator.powershell.dotnet.cultures.collation import compare_text
from emulator.powershell.dotnet.cultures.culture import INVARIANT, Culture
from emulator.powershell.dotnet.cultures.present import current
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument, out_of_range
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.numbers import Char
from emulator.powershell.dotnet.ordinal_texts import compare_ordinal
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.runtime.conversion import items_of, to_text

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

COMPARISON = EnumType(
    "System.StringComparison",
    {
        "CurrentCulture": 0,
        "CurrentCultureIgnoreCase": 1,
        "InvariantCulture": 2,
        "InvariantCultureIgnoreCase": 3,
        "Ordinal": 4,
        "OrdinalIgnoreCase": 5,
    },
)
SPLIT_OPTIONS = EnumType("System.StringSplitOptions", {"None": 0, "RemoveEmptyEntries": 1}, flags=True)


def _from_utf32(number: int) -> str:
    if not 0 <= number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise out_of_range(
            "A valid UTF32 value is between 0x000000 and 0x10ffff, inclusive, and should not include "
            "surrogate codepoint values (0x00d800 ~ 0x00dfff).",
            "utf32",
        )
    return chr(number)


register(COMPARISON)
register(SPLIT_OPTIONS)

MAXIMUM_LENGTH = 64_000_000


def _fold(text: str, comparison: EnumValue | None) -> str:
    return text.lower() if comparison is not None and comparison.number % 2 else text


def _substring(text: str, start: int, length: int | None = None) -> str:
    if start < 0:
        raise out_of_range("StartIndex cannot be less than zero.", "startIndex")
    if start > len(text):
        raise out_of_range("startIndex cannot be larger than length of string.", "startIndex")
    if length is None:
        return text[start:]
    if length < 0:
        raise out_of_range("Length cannot be less than zero.", "length")
    if start + length > len(text):
        raise out_of_range("Index and length must refer to a location within the string.", "length")
    return text[start : start + length]


def _replace(text: str, old: str, new: str) -> str:
    if old == "":
        raise argument_error("String cannot be of zero length.", "oldValue")
    _check_length(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def _check_length(size: int) -> None:
    if size > MAXIMUM_LENGTH:
        raise NetError(
            "System.OutOfMemoryException", "Exception of type 'System.OutOfMemoryException' was thrown."
        )


def _split(
    text: str, separators: list[str], count: int = 0x7FFFFFFF, options: EnumValue | None = None
) -> PSArray:
    if count < 0:
        raise out_of_range("Count cannot be less than zero.", "count")
    if count == 0:
        return strings([])
    remove = options is not None and bool(options.number & 1)
    ranks = {one: rank for rank, one in reversed(list(enumerate(separators))) if one}
    lengths = sorted({len(one) for one in ranks})
    parts: list[str] = []
    start = index = 0
    size = len(text)
    while index < size:
        if ranks:
            # The separator that was named first counts where several stand.
            here = [piece for length in lengths if (piece := text[index : index + length]) in ranks]
            found = min(here, key=ranks.__getitem__) if here else ""
        else:
            found = text[index] if text[index].isspace() else ""
        if not found:
            index += 1
            continue
        piece = text[start:index]
        if piece or not remove:
            if len(parts) >= count - 1:
                break
            parts.append(piece)
        index += len(found)
        start = index
    tail = text[start:]
    if tail or not remove:
        parts.append(tail)
    return strings(parts)


def _split_chars(text: str, separators: Any) -> PSArray:
    return _split(text, [str(one) for one in separators])


def _split_chars_count(text: str, separators: Any, count: int) -> PSArray:
    return _split(text, [str(one) for one in separators], count)


def _split_options(text: str, separators: Any, options: EnumValue) -> PSArray:
    return _split(text, [str(one) for one in separators], 0x7FFFFFFF, options)


def _split_all(text: str, separators: Any, count: int, options: EnumValue) -> PSArray:
    return _split(text, [str(one) for one in separators], count, options)


def _trim_set(characters: Any) -> str | None:
    return "".join(str(one) for one in characters) or None


def _index_of(text: str, value: str, start: int = 0, comparison: EnumValue | None = None) -> int:
    if not 0 <= start <= len(text):
        raise out_of_range(
            "Index was out of range. Must be non-negative and less than the size of the collection.",
            "startIndex",
        )
    return _fold(text, comparison).find(_fold(value, comparison), start)


def _index_of_compared(text: str, value: str, comparison: EnumValue) -> int:
    return _index_of(text, value, 0, comparison)


def _last_index(text: str, value: str, comparison: EnumValue | None = None) -> int:
    return _fold(text, comparison).rfind(_fold(value, comparison))


def _index_any(text: str, characters: Any) -> int:
    return min((place for one in characters if (place := text.find(str(one))) >= 0), default=-1)


def _starts(text: str, value: str, comparison: EnumValue | None = None) -> bool:
    return _fold(text, comparison).startswith(_fold(value, comparison))


def _ends(text: str, value: str, comparison: EnumValue | None = None) -> bool:
    return _fold(text, comparison).endswith(_fold(value, comparison))


def _starts_culture(text: str, value: str, ignore_case: bool, culture: Any) -> bool:
    return _lower(text, culture).startswith(_lower(value, culture)) if ignore_case else text.startswith(value)


def _ends_culture(text: str, value: str, ignore_case: bool, culture: Any) -> bool:
    return _lower(text, culture).endswith(_lower(value, culture)) if ignore_case else text.endswith(value)


def _equals(text: str, other: Any, comparison: EnumValue | None = None) -> bool:
    return isinstance(other, str) and _fold(text, comparison) == _fold(other, comparison)


def _static_equals(left: Any, right: Any, comparison: EnumValue | None = None) -> bool:
    return _equals(left, right, comparison) if isinstance(left, str) else left is right


def _compare(left: str | None, right: str | None, how: Any = None) -> int:
    if isinstance(how, EnumValue) and how.number >= _ORDINAL:
        if left is None or right is None:
            return _placed(left, right)
        return compare_ordinal(left, right, ignore_case=bool(how.number % 2))
    ignore = bool(how.number % 2) if isinstance(how, EnumValue) else bool(how)
    of_thread = not isinstance(how, EnumValue) or how.number < _INVARIANT
    return _compare_in(left, right, ignore, current() if of_thread else INVARIANT)


def _placed(left: str | None, right: str | None) -> int:
    """Nothing stands before every text."""
    return int(left is not None) - int(right is not None)


def _compare_in(left: str | None, right: str | None, ignore_case: bool, culture: Culture) -> int:
    if left is None or right is None:
        return _placed(left, right)
    return compare_text(left, right, ignore_case, culture.name)


def _compare_by(left: str | None, right: str | None, culture: Culture, options: EnumValue) -> int:
    from emulator.powershell.dotnet.library.culture_comparing import compare_by

    return compare_by(left, right, culture, options.number)


#: In StringComparison.
_INVARIANT, _ORDINAL = 2, 4


def _insert(text: str, place: int, value: str) -> str:
    if not 0 <= place <= len(text):
        raise out_of_range("Specified argument was out of the range of valid values.", "startIndex")
    _check_length(len(text) + len(value))
    return text[:place] + value + text[place:]


def _remove(text: str, start: int, count: int | None = None) -> str:
    if start < 0 or start > len(text) or (count is None and start >= len(text)):
        raise out_of_range("startIndex must be less than length of string.", "startIndex")
    if count is None:
        return text[:start]
    if count < 0 or start + count > len(text):
        raise out_of_range("Index and count must refer to a location within the string.", "count")
    return text[:start] + text[start + count :]


def _pad(text: str, width: int, right: bool, fill: str = " ") -> str:
    if width < 0:
        raise out_of_range("Non-negative number required.", "totalWidth")
    _check_length(width)
    return text.ljust(width, fill) if right else text.rjust(width, fill)


def _format(engine: Engine, form: str, values: Any) -> str:
    return _format_by(engine, None, form, values)


def _format_by(engine: Engine, provider: Any, form: str, values: Any) -> str:
    from emulator.powershell.runtime.text_operators import composite

    if form is None:
        raise null_argument("format")
    return composite(form, list(values), engine.utc_offset_minutes(), provider)


def _join(separator: str, values: Any) -> str:
    if len(values) == 1 and not isinstance(values[0], str):
        values = items_of(values[0])
    texts = [to_text(one) for one in values]
    _check_length(sum(map(len, texts)) + len(separator) * max(len(texts) - 1, 0))
    return separator.join(texts)


def _chars(text: str) -> PSArray:
    return TypedArray([Char(one) for one in text], array_of(builtin("System.Char")))


def _char_at(text: str, index: int) -> Char:
    if not 0 <= index < len(text):
        raise NetError("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
    return Char(text[index])


def _concat(values: Any) -> str:
    texts = [to_text(one) for one in values]
    _check_length(sum(map(len, texts)))
    return "".join(texts)


def _normalize(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _contains(text: str, value: str) -> bool:
    if value is None:
        raise null_argument("value")
    return value in text


def _repeat(_kind: PSType, character: str, count: int) -> str:
    if count < 0:
        raise out_of_range("'count' must be non-negative.", "count")
    _check_length(count)
    return str(character) * count


def _of_characters(_kind: PSType, value: Any, start: int, length: int) -> str:
    if value is None:
        raise null_argument("value")
    if start < 0:
        raise out_of_range("StartIndex cannot be less than zero.", "startIndex")
    if length < 0:
        raise out_of_range("Length cannot be less than zero.", "length")
    if start + length > len(value):
        raise out_of_range(
            "Index was out of range. Must be non-negative and less than the size of the collection.",
            "startIndex",
        )
    return "".join(value[start : start + length])


def _upper(text: str, culture: Any = None) -> str:
    return text_case.upper(text, (current() if culture is None else culture).name)


def _lower(text: str, culture: Any = None) -> str:
    return text_case.lower(text, (current() if culture is None else culture).name)


register(
    PSType(
        "System.String",
        interfaces=("System.IComparable", "System.ICloneable", "System.Collections.IEnumerable"),
        instance={
            "Length: int": len,
            "Chars(int index)": _char_at,
            "Clone()": str,
            "CompareTo(string strB)": _compare,
            "CompareTo(object value)": lambda a, b: _compare(a, to_text(b)),
            "Contains(string value)": _contains,
            "EndsWith(string value)": _ends,
            "EndsWith(string value, System.StringComparison comparisonType)": _ends,
            "EndsWith(string value, bool ignoreCase, cultureinfo culture)": _ends_culture,
            "Equals(string value)": _equals,
            "Equals(object obj)": _equals,
            "Equals(string value, System.StringComparison comparisonType)": _equals,
            "GetTypeCode()": lambda _t: builtin("System.TypeCode").value(18),  # type: ignore[attr-defined]
            "IndexOf(string value)": _index_of,
            "IndexOf(char value)": _index_of,
            "IndexOf(string value, int startIndex)": _index_of,
            "IndexOf(char value, int startIndex)": _index_of,
            "IndexOf(string value, System.StringComparison comparisonType)": _index_of_compared,
            "IndexOfAny(char[] anyOf)": _index_any,
            "Insert(int startIndex, string value)": _insert,
            "IsNormalized()": lambda t: _normalize(t) == t,
            "LastIndexOf(string value)": _last_index,
            "LastIndexOf(char value)": _last_index,
            "LastIndexOf(string value, System.StringComparison comparisonType)": _last_index,
            "Normalize()": _normalize,
            "PadLeft(int totalWidth)": lambda t, w: _pad(t, w, False),
            "PadLeft(int totalWidth, char paddingChar)": lambda t, w, c: _pad(t, w, False, c),
            "PadRight(int totalWidth)": lambda t, w: _pad(t, w, True),
            "PadRight(int totalWidth, char paddingChar)": lambda t, w, c: _pad(t, w, True, c),
            "Remove(int startIndex)": _remove,
            "Remove(int startIndex, int count)": _remove,
            "Replace(char oldChar, char newChar)": lambda t, a, b: t.replace(a, b),
            "Replace(string oldValue, string newValue)": _replace,
            "Split(params char[] separator)": _split_chars,
            "Split(char[] separator, int count)": _split_chars_count,
            "Split(char[] separator, System.StringSplitOptions options)": _split_options,
            "Split(char[] separator, int count, System.StringSplitOptions options)": _split_all,
            "Split(string[] separator, System.StringSplitOptions options)": _split_options,
            "Split(string[] separator, int count, System.StringSplitOptions options)": _split_all,
            "StartsWith(string value)": _starts,
            "StartsWith(string value, System.StringComparison comparisonType)": _starts,
            "StartsWith(string value, bool ignoreCase, cultureinfo culture)": _starts_culture,
            "Substring(int startIndex)": _substring,
            "Substring(int startIndex, int length)": _substring,
            "ToCharArray()": _chars,
            "ToLower()": _lower,
            "ToLower(cultureinfo culture)": _lower,
            "ToLowerInvariant()": text_case.lower,
            "ToString()": str,
            "ToString(System.IFormatProvider provider)": lambda t, _provider: t,
            "ToUpper()": _upper,
            "ToUpper(cultureinfo culture)": _upper,
            "ToUpperInvariant()": text_case.upper,
            "Trim()": lambda t: t.strip(),
            "Trim(params char[] trimChars)": lambda t, c: t.strip(_trim_set(c)),
            "TrimEnd(params char[] trimChars)": lambda t, c: t.rstrip(_trim_set(c)),
            "TrimStart(params char[] trimChars)": lambda t, c: t.lstrip(_trim_set(c)),
            "GetEnumerator()": _chars,
        },
        static={
            "Empty: string": lambda: "",
            "Compare(string strA, string strB)": _compare,
            "Compare(string strA, string strB, bool ignoreCase)": _compare,
            "Compare(string strA, string strB, bool ignoreCase, cultureinfo culture)": _compare_in,
            "Compare(string strA, string strB, cultureinfo culture, System.Globalization.CompareOptions "
            "options)": _compare_by,
            "Compare(string strA, string strB, System.StringComparison comparisonType)": _compare,
            "CompareOrdinal(string strA, string strB)": compare_ordinal,
            "Concat(params object[] args)": _concat,
            "Copy(string str)": str,
            "Equals(string a, string b)": _static_equals,
            "Equals(object a, object b)": _static_equals,
            "Equals(string a, string b, System.StringComparison comparisonType)": _static_equals,
            "@Format(string format, params object[] args)": _format,
            "@Format(System.IFormatProvider provider, string format, params object[] args)": _format_by,
            "IsNullOrEmpty(string value)": lambda t: t is None or t == "",
            "IsNullOrWhiteSpace(string value)": lambda t: t is None or t.strip() == "",
            "Join(string separator, params object[] values)": _join,
        },
        construct={
            "new(char c, int count)": _repeat,
            "new(char[] value)": lambda _kind, value: "".join(value or ()),
            "new(char[] value, int startIndex, int length)": _of_characters,
        },
        to_text=str,
    ),
    str,
)


def _char_class(*letters: str) -> Any:
    def test(character: str) -> bool:
        return unicodedata.category(character)[0] in letters or unicodedata.category(character) in letters

    return test


def _parse_char(text: str) -> Char:
    if len(text) != 1:
        raise NetError("System.FormatException", "String must be exactly one character long.")
    return Char(text)


_is_letter, _is_digit = _char_class("L"), _char_class("Nd")
register(
    PSType(
        "System.Char",
        base="System.ValueType",
        is_value_type=True,
        interfaces=("System.IComparable",),
        instance={
            "ToString()": str,
            "CompareTo(char value)": lambda a, b: ord(a) - ord(b),
            "Equals(object obj)": lambda a, b: isinstance(b, Char) and str(a) == str(b),
        },
        static={
            "MinValue: char": lambda: Char("\0"),
            "MaxValue: char": lambda: Char("\uffff"),
            "ConvertFromUtf32(int utf32)": _from_utf32,
            "IsControl(char c)": _char_class("Cc"),
            "IsDigit(char c)": _is_digit,
            "IsLetter(char c)": _is_letter,
            "IsLetterOrDigit(char c)": _char_class("L", "Nd"),
            "IsLower(char c)": _char_class("Ll"),
            "IsNumber(char c)": _char_class("N"),
            "IsPunctuation(char c)": _char_class("P"),
            "IsSymbol(char c)": _char_class("S"),
            "IsUpper(char c)": _char_class("Lu"),
            "IsWhiteSpace(char c)": lambda c: c.isspace(),
            "Parse(string s)": _parse_char,
            "ToLower(char c)": lambda c: Char(_lower(c)),
            "ToLower(char c, cultureinfo culture)": lambda c, culture: Char(_lower(c, culture)),
            "ToUpper(char c, cultureinfo culture)": lambda c, culture: Char(_upper(c, culture)),
            "ToUpper(char c)": lambda c: Char(_upper(c)),
            "ToLowerInvariant(char c)": lambda c: Char(text_case.lower(c)),
            "ToUpperInvariant(char c)": lambda c: Char(text_case.upper(c)),
            "ToString(char c)": str,
            "GetNumericValue(char c)": lambda c: float(unicodedata.numeric(c, -1.0)),
        },
        to_text=str,
    ),
    Char,
)
