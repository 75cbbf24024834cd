"""CompareInfo, CompareOptions and SortKey."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from emulator.powershell.dotnet.cultures.collation import collation_key, elements, order_of
from emulator.powershell.dotnet.cultures.culture import Culture
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import argument_error, null_argument, out_of_range
from emulator.powershell.dotnet.library.cultures import culture_named, culture_numbered
from emulator.powershell.dotnet.ordinal_texts import compare_ordinal
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.errors import not_emulated

OPTIONS = EnumType(
    "System.Globalization.CompareOptions",
    {
        "None": 0,
        "IgnoreCase": 1,
        "IgnoreNonSpace": 2,
        "IgnoreSymbols": 4,
        "IgnoreKanaType": 8,
        "IgnoreWidth": 16,
        "OrdinalIgnoreCase": 0x10000000,
        "StringSort": 0x20000000,
        "Ordinal": 0x40000000,
    },
    flags=True,
)
register(OPTIONS)
_IGNORE_CASE, _IGNORE_NON_SPACE, _IGNORE_SYMBOLS, _IGNORE_KANA, _IGNORE_WIDTH = 1, 2, 4, 8, 16
_ORDINAL_IGNORE_CASE, _STRING_SORT, _ORDINAL = 0x10000000, 0x20000000, 0x40000000
_BY_CULTURE = 31
_HIRAGANA = re.compile("[\u3041-\u3096]")
_LONGEST_SEARCHED = 100_000
"""Characters of a text that is searched by the rules of a culture, letter by letter."""


class CompareInfo:
    """System.Globalization.CompareInfo of a culture."""

    __slots__ = ("culture",)

    def __init__(self, culture: Culture) -> None:
        self.culture = culture


def _check(options: int, allowed: int) -> None:
    """Ordinal ones stand alone. Raises ArgumentException."""
    if options in (_ORDINAL, _ORDINAL_IGNORE_CASE):
        return
    if options & _ORDINAL:
        raise argument_error("CompareOption.Ordinal cannot be used with other options.", "options")
    if options & ~allowed:
        raise argument_error("Value of flags is invalid.", "options")


def _plain(text: str, options: int) -> str:
    """The text without what the options pass over."""
    if options & _IGNORE_WIDTH:
        text = unicodedata.normalize("NFKC", text)
    if options & _IGNORE_KANA:
        text = _HIRAGANA.sub(lambda one: chr(ord(one[0]) + 0x60), text)
    if options & _IGNORE_SYMBOLS:
        text = "".join(one for one in text if unicodedata.category(one)[0] not in "PSZ")
    return text


def _key(text: str, options: int, culture: Culture) -> tuple[Any, ...]:
    text = _plain(text, options)
    primary, accents, hyphens, *case = collation_key(text, bool(options & _IGNORE_CASE), culture.name)
    if options & _IGNORE_NON_SPACE:
        accents = ""
    if options & _STRING_SORT:
        # Hyphens and apostrophes are signs like others, that stand before them.
        weights = elements(text, order_of(culture.name))
        primary = "".join(weight or f"\1{chr(0)}" for weight, _, _ in weights)
        hyphens = ()
    return (primary, accents, hyphens, *case)


def compare_by(left: str | None, right: str | None, culture: Culture, options: int) -> int:
    """CompareInfo.Compare: -1, 0 or 1."""
    _check(options, _BY_CULTURE | _STRING_SORT)
    if left is None or right is None:
        return int(left is not None) - int(right is not None)
    if options in (_ORDINAL, _ORDINAL_IGNORE_CASE):
        return compare_ordinal(left, right, ignore_case=options == _ORDINAL_IGNORE_CASE)
    first, second = _key(left, options, culture), _key(right, options, culture)
    return int(first > second) - int(first < second)


def _compare(info: CompareInfo, left: str, right: str, options: Any = None) -> int:
    return compare_by(left, right, info.culture, 0 if options is None else options.number)


def _letters(text: str, options: int, culture: Culture) -> list[tuple[str, ...]]:
    """What is compared of each letter when a text is searched."""
    if len(text) > _LONGEST_SEARCHED:
        raise not_emulated(f"A search by culture in more than {_LONGEST_SEARCHED} characters")
    if options in (_ORDINAL, _ORDINAL_IGNORE_CASE):
        return [(one.upper() if options == _ORDINAL_IGNORE_CASE else one,) for one in text]
    order = order_of(culture.name)
    made: list[tuple[str, ...]] = []
    for one in text:
        parts = elements(_plain(one, options), order)
        made.append(
            (
                "".join(weight or one for weight, _, _ in parts),
                "" if options & _IGNORE_NON_SPACE else "".join(accent for _, accent, _ in parts),
                "" if options & _IGNORE_CASE else "".join(case for _, _, case in parts),
            )
        )
    return made


def _coded(info: CompareInfo, source: str | None, value: str | None, options: Any) -> tuple[str, str]:
    """A text and what is searched in it, with one character for all letters that count as the same."""
    if source is None:
        raise null_argument("source")
    if value is None:
        raise null_argument("value")
    number = 0 if options is None else options.number
    _check(number, _BY_CULTURE)
    codes: dict[tuple[str, ...], str] = {}
    held, wanted = (
        "".join(codes.setdefault(one, chr(len(codes))) for one in _letters(text, number, info.culture))
        for text in (source, value)
    )
    return held, wanted


def _index(info: CompareInfo, source: str, value: str, options: Any = None) -> int:
    held, wanted = _coded(info, source, value, options)
    return held.find(wanted)


def _index_from(info: CompareInfo, source: str | None, value: str, start: int, options: Any = None) -> int:
    if source is not None and not 0 <= start <= len(source):
        raise out_of_range(
            "Index was out of range. Must be non-negative and less than the size of the collection.",
            "startIndex",
        )
    held, wanted = _coded(info, source, value, options)
    return held.find(wanted, start)


def _last_index(info: CompareInfo, source: str, value: str, options: Any = None) -> int:
    held, wanted = _coded(info, source, value, options)
    return held.rfind(wanted)


def _is_prefix(info: CompareInfo, source: str, value: str, options: Any = None) -> bool:
    held, wanted = _coded(info, source, value, options)
    return held.startswith(wanted)


def _is_suffix(info: CompareInfo, source: str, value: str, options: Any = None) -> bool:
    held, wanted = _coded(info, source, value, options)
    return held.endswith(wanted)


class SortKey:
    """System.Globalization.SortKey: the bytes by which Windows sorts a text."""

    __slots__ = ("data", "text")

    def __init__(self, text: str, data: bytes) -> None:
        self.text = text
        self.data = data


def _sort_key(info: CompareInfo, text: str, options: Any = None) -> SortKey:
    from emulator.powershell.dotnet.sort_keys import sort_key

    if text is None:
        raise null_argument("source")
    number = 0 if options is None else options.number
    if number & ~_IGNORE_CASE or order_of(info.culture.name) is not None:
        raise not_emulated(f"A sort key of {info.culture.name or 'the invariant culture'} with these options")
    made = sort_key(text, ignore_case=bool(number & _IGNORE_CASE))
    if made is None:
        raise not_emulated("A sort key of characters without known weights")
    return SortKey(text, made)


def _compare_keys(first: SortKey | None, second: SortKey | None) -> int:
    if first is None or second is None:
        raise null_argument("sortkey1" if first is None else "sortkey2")
    return int(first.data > second.data) - int(first.data < second.data)


_O = "System.Globalization.CompareOptions options"
register(
    PSType(
        "System.Globalization.CompareInfo",
        instance={
            "Name: string": lambda i: i.culture.name,
            "LCID: int": lambda i: i.culture.facts["lcid"],
            "Compare(string string1, string string2)": _compare,
            f"Compare(string string1, string string2, {_O})": _compare,
            "IndexOf(string source, string value)": _index,
            f"IndexOf(string source, string value, {_O})": _index,
            "IndexOf(string source, string value, int startIndex)": _index_from,
            f"IndexOf(string source, string value, int startIndex, {_O})": _index_from,
            "LastIndexOf(string source, string value)": _last_index,
            f"LastIndexOf(string source, string value, {_O})": _last_index,
            "IsPrefix(string source, string prefix)": _is_prefix,
            f"IsPrefix(string source, string prefix, {_O})": _is_prefix,
            "IsSuffix(string source, string suffix)": _is_suffix,
            f"IsSuffix(string source, string suffix, {_O})": _is_suffix,
            "GetSortKey(string source)": _sort_key,
            f"GetSortKey(string source, {_O})": _sort_key,
            "ToString()": lambda i: f"CompareInfo - {i.culture.name}",
        },
        static={
            "GetCompareInfo(string name)": lambda name: CompareInfo(culture_named(name)),
            "GetCompareInfo(int culture)": lambda lcid: CompareInfo(culture_numbered(lcid)),
        },
        to_text=lambda i: f"CompareInfo - {i.culture.name}",
    ),
    CompareInfo,
)
register(
    PSType(
        "System.Globalization.SortKey",
        instance={
            "OriginalString: string": lambda k: k.text,
            "KeyData: byte[]": lambda k: bytearray(k.data),
        },
        static={
            "Compare(System.Globalization.SortKey sortkey1, System.Globalization.SortKey sortkey2)": (
                _compare_keys
            )
        },
    ),
    SortKey,
)
