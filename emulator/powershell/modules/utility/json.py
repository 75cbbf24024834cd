"""ConvertTo-Json and ConvertFrom-Json."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.format.json_text import MAXIMUM_DEPTH, from_json, input_to_json
from emulator.powershell.language import SEVEN
from emulator.powershell.modules.core.argument_ranges import check_range
from emulator.powershell.modules.utility.sorting import Gathering
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.module import cmdlet

MAXIMUM_TEXT = 64_000_000


@cmdlet("ConvertTo-Json")
class ConvertToJson(Gathering):
    """Objects as JSON text; several input objects become an array."""

    accepts = ("InputObject", "Depth", "Compress")

    def end(self) -> None:
        """Write the text."""
        call = self.call
        values = self.values
        if not values:
            return
        depth = call.get("Depth", 2)
        check_range(call, "Depth", depth, 1, MAXIMUM_DEPTH)
        text = input_to_json(values, call.engine, depth, bool(call.get("Compress")), piped=call.expects_input)
        call.write(text)


@cmdlet("ConvertFrom-Json")
class ConvertFromJson(Gathering):
    """Objects from JSON text. An array is written as one object in 5.1, one by one in 7."""

    accepts = ("InputObject",)

    def process(self) -> None:
        """Keep one text."""
        self.values.append(to_text(self.call.get("InputObject")))

    def end(self) -> None:
        """Parse: the first text alone when it is JSON by itself, all of them joined otherwise."""
        if not self.values:
            return
        if len(self.values) == 1:
            self._parse(self.values[0])
            return
        try:
            first = from_json(self.values[0]) if self.values[0].strip() else None
            alone = first is not None
        except ValueError:
            alone = False
        if alone:
            for text in self.values:
                self._parse(text)
        else:
            self._parse("\n".join(self.values))

    def _parse(self, text: str) -> None:
        call = self.call
        if not text.strip():
            return
        try:
            value: Any = from_json(text, wide=call.engine.language >= SEVEN)
        except ValueError as problem:
            reason = str(problem)
            if not reason.startswith(("Invalid JSON primitive", "Cannot convert", "RecursionLimit")):
                reason = _reason(text, reason)
            raise call.failure("System.ArgumentException", reason, "System.ArgumentException") from None
        if call.engine.language >= SEVEN and type(value) in LIST_TYPES:
            for one in value:
                call.write(one)
        else:
            call.write(value)


def _reason(text: str, detail: str) -> str:
    plain = text.strip()
    if plain[:1] not in ("{", "[", '"'):
        word = plain.split()[0].rstrip(",]}")
        return f"Invalid JSON primitive: {word}."
    place = int(detail.rpartition("(")[2].rstrip(")") or 0) if "(" in detail else 0
    return f"Invalid object passed in, ':' or '}}' expected. ({place}): {plain}"
