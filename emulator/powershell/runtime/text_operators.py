"""Operators on text: -match, -replace, -split, -join, -like and -f."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet import number_format, numbers
from emulator.powershell.dotnet import regex as regular
from emulator.powershell.dotnet.collections import LIST_TYPES, Hashtable, PSArray, TypedArray
from emulator.powershell.dotnet.cultures.present import current
from emulator.powershell.dotnet.cultures.providers import dates_of, numbers_of
from emulator.powershell.dotnet.date_format import format_date, format_span
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.exceptions import NetError, format_error
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan
from emulator.powershell.dotnet.types import array_of, builtin
from emulator.powershell.runtime.arithmetic import too_large
from emulator.powershell.runtime.conversion import items_of, to_bool, to_integer, to_text
from emulator.powershell.runtime.errors import ConversionError, PSError, cast_error, error
from emulator.powershell.runtime.limits import DEFAULT

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def _flags(ignore_case: bool) -> int:
    return regular.IGNORE_CASE if ignore_case else 0


def pattern_of(value: Any, ignore_case: bool) -> regular.Regex:
    """The right side of -match and its kin as an expression; a Regex keeps its own options."""
    if isinstance(value, regular.Regex):
        return value
    try:
        return regular.regex(to_text(value), _flags(ignore_case))
    except NetError as problem:
        raise error(
            problem.exception.message,
            "System.ArgumentException",
            "OperationStopped",
            kind=problem.exception.ps_type.name,
        ) from None


def match(left: Any, right: Any, ignore_case: bool, remember: Callable[[Hashtable], None]) -> Any:
    """``-match``: for one text true or false and $Matches; for a list the items that match."""
    pattern = pattern_of(right, ignore_case)
    if type(left) in LIST_TYPES:
        return PSArray([item for item in left if _search(pattern, to_text(item))])
    found = _search(pattern, to_text(left))
    if found is None:
        return False
    table = Hashtable()
    for name, index in pattern.groups.items():
        value = found.group(index)
        if value is not None:
            table[int(name) if name.isdigit() else name] = value
    remember(table)
    return True


def _search(pattern: regular.Regex, text: str) -> re.Match[str] | None:
    try:
        return pattern.search(text)
    except regular.TimedOut as problem:
        raise _stopped(problem) from None


def _stopped(problem: NetError) -> PSError:
    name = problem.exception.ps_type.name
    return error(problem.exception.message, name, "OperationStopped", kind=name)


def replace(left: Any, right: Any, ignore_case: bool) -> Any:
    """``text -replace pattern, replacement``; on each item of a list."""
    if type(right) in LIST_TYPES:
        if len(right) > 2:
            raise error(
                f"The -replace operator allows only two elements to follow it, not {len(right)}.",
                "BadReplaceArgument",
                "InvalidOperation",
                right,
            )
        parts = list(right)
    else:
        parts = [right]
    pattern = pattern_of(parts[0] if parts else "", ignore_case)
    replacement = to_text(parts[1]) if len(parts) > 1 else ""
    if type(left) in LIST_TYPES:
        return PSArray([replace_text(pattern, to_text(item), replacement) for item in left])
    return replace_text(pattern, to_text(left), replacement)


def replace_text(pattern: regular.Regex, text: str, replacement: str, count: int = 0) -> str:
    """The text with what matches replaced."""
    size = len(text)

    def one(found: re.Match[str]) -> str:
        nonlocal size
        made = regular.expand(found, replacement, pattern.groups)
        size += len(made)
        if size > DEFAULT.text:
            raise too_large("text")
        return made

    try:
        return pattern.replaced(text, one, count)
    except regular.TimedOut as problem:
        raise _stopped(problem) from None


def like(left: Any, right: Any, ignore_case: bool) -> bool:
    """``-like`` of two single values."""
    try:
        return regular.like(to_text(left), to_text(right), ignore_case)
    except NetError as problem:
        raise error(
            problem.exception.message,
            "RuntimeException",
            "InvalidOperation",
            kind="System.Management.Automation.WildcardPatternException",
        ) from None


def not_like(left: Any, right: Any, ignore_case: bool) -> bool:
    """``-notlike`` of two single values."""
    return not like(left, right, ignore_case)


def _strings(parts: list[str]) -> PSArray:
    return TypedArray(parts, array_of(builtin("System.String")))


def split_blanks(value: Any) -> PSArray:
    """Unary ``-split``: at runs of white space."""
    parts: list[str] = []
    for item in items_of(value):
        parts.extend(to_text(item).split())
    return _strings(parts)


_SPLIT_OPTIONS = {
    "multiline": regular.MULTILINE,
    "singleline": regular.SINGLELINE,
    "ignorepatternwhitespace": regular.IGNORE_WHITESPACE,
    "explicitcapture": regular.EXPLICIT,
}


def split(left: Any, right: Any, ignore_case: bool, engine: Engine) -> PSArray:
    """``text -split delimiter [, maximum [, options]]``; the delimiter may be a script block."""
    arguments = list(right) if type(right) in LIST_TYPES else [right]
    maximum = 0
    options = 0
    simple = False
    try:
        if len(arguments) > 1 and arguments[1] is not None:
            # 7.0 counts a negative number from the end.
            maximum = max(0, int(to_integer(arguments[1], int, "System.Int32")))
    except ConversionError as problem:
        raise cast_error(problem) from None
    if len(arguments) > 2:
        words = set(re.split(r"[,\s]+", to_text(arguments[2], ",").lower()))
        simple = "simplematch" in words
        if simple and words - {"simplematch", "ignorecase"}:
            raise error(
                "The combination of options with the -split operator is not valid.",
                "InvalidSplitOptionCombination",
                "InvalidOperation",
            )
        ignore_case = ignore_case or "ignorecase" in words
        for word, option in _SPLIT_OPTIONS.items():
            options |= option if word in words else 0
    delimiter = arguments[0] if arguments else ""
    texts = [to_text(item) for item in items_of(left)]
    call = getattr(delimiter, "call_predicate", None)
    if call is not None:
        return _strings(
            [part for text in texts for part in _split_by(text, lambda c: to_bool(call(engine, c)), maximum)]
        )
    pattern_text = to_text(delimiter)
    if simple:
        pattern_text = regular.escape(pattern_text)
    try:
        pattern = (
            delimiter
            if isinstance(delimiter, regular.Regex)
            else regular.regex(pattern_text, _flags(ignore_case) | options)
        )
    except regular.TimedOut as problem:
        raise _stopped(problem) from None
    parts: list[str] = []
    for text in texts:
        parts.extend(split_text(pattern, text, maximum))
    return _strings(parts)


def _split_by(text: str, test: Callable[[str], bool], maximum: int) -> list[str]:
    parts = [""]
    for character in text:
        if (maximum <= 0 or len(parts) < maximum) and test(character):
            parts.append("")
        else:
            parts[-1] += character
    return parts


def split_text(pattern: regular.Regex, text: str, maximum: int) -> list[str]:
    """Pieces between matches, with captured groups; at most ``maximum`` pieces, or all when it is 0."""
    if maximum == 1:
        return [text]
    found = pattern.matches(text)
    if maximum > 1:
        found = found[: maximum - 1]
    parts: list[str] = []
    start = 0
    for one in found:
        parts.append(text[start : one.start()])
        parts.extend(group for group in one.groups() if group is not None)
        start = one.end()
    parts.append(text[start:])
    return parts


def join(values: Any, separator: Any) -> str:
    """``values -join separator``."""
    return join_texts(to_text(separator), [to_text(item) for item in items_of(values)])


def join_texts(separator: str, texts: list[str]) -> str:
    """The texts with a separator between them. Raises the error of a text that is too large."""
    if sum(map(len, texts)) + len(separator) * max(len(texts) - 1, 0) > DEFAULT.text:
        raise too_large("text")
    return separator.join(texts)


_ITEM = re.compile(r"\{\{|\}\}|\{(\d+)\s*(?:,\s*(-?\d+)\s*)?(?::((?:[^{}]|\{\{|\}\})*))?\}|[{}]")
MAXIMUM_WIDTH = 1_000_000
_MOST_DIGITS = 8
"""Of the index or the width of an item; .NET refuses more than a million."""


def format_values(form: Any, values: Any, offset_minutes: int = 0) -> str:
    """``form -f values``. Raises the FormatError of a bad form."""
    arguments = items_of(values) if values is not None else [None]
    try:
        return composite(to_text(form), arguments, offset_minutes)
    except NetError as problem:
        raise error(
            f"Error formatting a string: {problem.exception.message}.".replace("..", "."),
            "FormatError",
            "InvalidOperation",
            form,
        ) from None


def composite(form: str, arguments: list[Any], offset_minutes: int = 0, provider: Any = None) -> str:
    """String.Format, with what an IFormatProvider says or else in the culture of the thread.
    Raises FormatException."""

    size = 0

    def one(found: re.Match[str]) -> str:
        nonlocal size
        made = item(found)
        size += len(made)
        if size > DEFAULT.text:
            raise too_large("text")
        return made

    def item(found: re.Match[str]) -> str:
        whole = found.group()
        if whole in ("{{", "}}"):
            return whole[0]
        if found[1] is None:
            raise format_error()
        if len(found[1]) > _MOST_DIGITS or len(found[2] or "") > _MOST_DIGITS:
            raise format_error()
        index = int(found[1])
        if index >= len(arguments):
            raise format_error(
                "Index (zero based) must be greater than or equal to zero and less than the size of the "
                "argument list."
            )
        item_form = (found[3] or "").replace("{{", "{").replace("}}", "}")
        text = format_value(arguments[index], item_form, offset_minutes, provider)
        width = int(found[2] or 0)
        if abs(width) > MAXIMUM_WIDTH:
            raise format_error()
        return text.ljust(-width) if width < 0 else text.rjust(width)

    return _ITEM.sub(one, form)


def format_value(value: Any, form: str, offset_minutes: int = 0, provider: Any = None) -> str:
    """IFormattable.ToString(form, provider). Raises FormatException."""
    if type(value) is PSObject and value.base is not None:
        value = value.base
    kind = type(value)
    if kind in numbers.NUMBER_TYPES:
        return number_format.format_number(value, form, numbers_of(provider))
    if isinstance(value, DateTime):
        return format_date(value, form, offset_minutes, dates_of(provider))
    if isinstance(value, TimeSpan):
        return format_span(value, form, numbers_of(provider)["NumberDecimalSeparator"])
    if isinstance(value, Guid):
        try:
            return value.format(form)
        except ValueError:
            raise format_error(
                'Format String can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".'
            ) from None
    if isinstance(value, EnumValue):
        return format_enum(value, form)
    return current_text(value)


def format_enum(value: EnumValue, form: str) -> str:
    """Enum.ToString(form): G, F, D or X."""
    letter = form.upper()
    if letter in ("", "G", "F"):
        return str(value)
    if letter == "D":
        return str(value.number)
    if letter == "X":
        return f"{value.number & 0xFFFFFFFF:08X}"
    raise format_error('Format String can be only "G", "g", "X", "x", "F", "f", "D" or "d".')


def current_text(value: Any) -> str:
    """``ToString()`` in the culture of the thread: dates and numbers may differ from the invariant text."""
    if isinstance(value, DateTime):
        return format_date(value, "G")
    kind = type(value)
    if kind in numbers.NUMBER_TYPES:
        return number_format.number_text(value, current().numbers)
    if kind in LIST_TYPES:
        from emulator.powershell.dotnet.types import type_of

        return type_of(value).name
    return to_text(value)
