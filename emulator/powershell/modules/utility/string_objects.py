"""ConvertFrom-String by a delimiter. Learning from templates and examples is not emulated: it needs the
program synthesis of Windows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.types import builtin
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import convert, parse_number
from emulator.powershell.runtime.errors import ConversionError
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.text_operators import pattern_of

_TYPES = ("System.DateTime", "System.TimeSpan")


@cmdlet("ConvertFrom-String")
def convert_from_string(
    call: CmdletCall,
    input_object: str,
    delimiter: str = r"\s",
    property_names: list[str] | None = None,
) -> Iterator[PSObject]:
    """The parts of a text as properties P1, P2 ... or with the names given."""
    names = property_names or []
    parts: list[str] = []
    start = 0
    for found in pattern_of(delimiter, True).matches(input_object):
        parts.append(input_object[start : found.start()])
        start = found.end()
    parts.append(input_object[start:])
    pairs = [
        (names[place] if place < len(names) else f"P{place + 1}", _value(call, part))
        for place, part in enumerate(parts)
    ]
    yield PSObject.custom(pairs)


def _value(call: CmdletCall, text: str) -> Any:
    """A part as the number, the character, the date or the span that it looks like, else as it is."""
    if not text:
        return text
    number = parse_number(text)
    if number is not None:
        return number
    if len(text) == 1:
        return convert(text, builtin("System.Char"), call.engine)
    for name in _TYPES:
        if ":" in text or "/" in text or "-" in text:
            try:
                return convert(text, builtin(name), call.engine)
            except ConversionError:
                continue
    return text
