"""Format-Custom: the classes, properties and items of objects as indented text."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.numbers import NUMBER_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.format.documents import Document
from emulator.powershell.format.views import Column
from emulator.powershell.modules.utility.chosen_views import chosen_view, require_view_or_properties
from emulator.powershell.modules.utility.properties import PropertyArgument, arguments_of
from emulator.powershell.modules.utility.sorting import Gathering
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.members import MISSING, get_property, property_names, type_names
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.text_operators import current_text

MAXIMUM_DEPTH = 5
_LIMIT = 4
_MARGIN = "  "


@cmdlet("Format-Custom")
class FormatCustom(Gathering):
    """Objects in their custom view, or class by class."""

    accepts = (
        "Property",
        "Depth",
        "GroupBy",
        "View",
        "InputObject",
    )

    def end(self) -> None:
        """Hand over one document."""
        call = self.call
        require_view_or_properties(call)
        values = [
            one
            for raw in self.values
            for one in (items_of(raw) if not call.expects_input else [raw])
            if one is not None
        ]
        if not values:
            return
        self.entries = arguments_of(call, call.get("Property"), "depth")
        group = call.get("GroupBy")
        group_by = None
        if group is not None:
            entry = PropertyArgument(call, unwrap(group), ())
            group_by = Column(entry.name, entry.block_value if entry.block is not None else entry.text or "")
        view = chosen_view(call, values[0], "custom") if not self.entries else None
        columns = view.columns if view is not None else (Column("", self._text),)
        document = Document("custom", columns, group_by=group_by)
        for value in values:
            document.add(value)
        call.write(document.settle(call.engine))

    def _text(self, value: Any) -> str:
        depth = int(self.call.get("Depth") or MAXIMUM_DEPTH)
        return "\n".join([*self._class(value, depth, self.entries), ""])

    def _class(self, value: Any, depth: int, entries: list[PropertyArgument]) -> list[str]:
        if _is_plain(value):
            return [current_text(unwrap(value))]
        lines = [f"class {type_names(value)[0].rpartition('.')[2]}", "{"]
        if entries:
            pairs = [
                (name if one.label is None else one.label, one.read(value) if one.block else None, one, name)
                for one in entries
                for name in one.names_for(value)
            ]
            shown = [
                (label or one.name, held if one.block else get_property(value, name, self.call.engine))
                for label, held, one, name in pairs
            ]
        else:
            shown = [(name, get_property(value, name, self.call.engine)) for name in property_names(value)]
        for name, held in shown:
            lines += [
                _MARGIN + line for line in self._property(name, None if held is MISSING else held, depth - 1)
            ]
        return [*lines, "}"]

    def _property(self, name: str, value: Any, depth: int) -> list[str]:
        base = unwrap(value)
        if _is_plain(value):
            return [f"{name} = {current_text(base) if base is not None else ''}"]
        if type(base) in LIST_TYPES or type(base) in DICTIONARY_TYPES:
            items = list(base.entries()) if type(base) in DICTIONARY_TYPES else list(base)
            lines = [f"{name} = ", f"{_MARGIN}["]
            for item in items[:_LIMIT]:
                inner = self._class(item, depth, []) if depth > 0 else [to_text(item)]
                lines += [f"{_MARGIN * 2}{line}" for line in inner]
            if len(items) > _LIMIT:
                lines.append(f"{_MARGIN * 2}...")
            return [*lines, f"{_MARGIN}]", _MARGIN.rstrip()]
        if depth < 1:
            return [f"{name} = {to_text(value)}"]
        return [f"{name} = ", *(_MARGIN + line for line in self._class(value, depth, []))]


def _is_plain(value: Any) -> bool:
    base = unwrap(value)
    return base is None or isinstance(base, str | bool | EnumValue | Guid) or type(base) in NUMBER_TYPES
