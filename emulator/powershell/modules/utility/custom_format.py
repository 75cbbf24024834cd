"""Format-Custom: the classes, properties and items of objects as indented text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.numbers import NUMBER_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.format.cells import cell_text, enumeration_limit
from emulator.powershell.format.views import Column
from emulator.powershell.modules.utility.formats import COMMON, FormatCmdlet
from emulator.powershell.modules.utility.properties import PropertyArgument
from emulator.powershell.runtime.members import MISSING, get_property, property_names, type_names
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.text_operators import current_text

MAXIMUM_DEPTH = 5
_MARGIN = "  "


@cmdlet("Format-Custom")
class FormatCustom(FormatCmdlet):
    """Objects in their custom view, or class by class."""

    accepts = ("Property", "Depth", "GroupBy", "InputObject", "Force", *COMMON)
    kind = "custom"
    keys = ("depth",)

    def _chosen(self, entries: list[PropertyArgument], value: Any) -> tuple[Column, ...]:  # noqa: ARG002
        return (Column("", lambda one: self._text(one, entries)),)

    def _generated(self, value: Any) -> tuple[Column, ...]:  # noqa: ARG002 - one column for all objects
        return (Column("", lambda one: self._text(one, [])),)

    def _text(self, value: Any, entries: list[PropertyArgument]) -> str:
        self.deepest = int(self.call.get("Depth") or MAXIMUM_DEPTH)
        self.limit = enumeration_limit(self.call.engine)
        return "\n".join([*self._object(value, 0, entries), ""])

    def _object(self, value: Any, level: int, entries: list[PropertyArgument]) -> list[str]:
        if _is_plain(value):
            return [current_text(unwrap(value))]
        lines = [f"class {type_names(value)[0].rpartition('.')[2]}", "{"]
        for name, found, deepest in self._properties(value, entries):
            lines += [_MARGIN + line for line in self._property(name, found, level, deepest)]
        return [*lines, "}"]

    def _properties(self, value: Any, entries: list[PropertyArgument]) -> Iterator[tuple[str, Any, int]]:
        """Label, value and deepest level of each property."""
        engine = self.call.engine
        if not entries:
            for name in property_names(value):
                yield name, _present(get_property(value, name, engine)), self.deepest
        for one in entries:
            deepest = one.options.get("depth", self.deepest)
            for name in one.names_for(value):
                found = one.read(value) if one.block else _present(get_property(value, name, engine))
                yield one.label or name or one.name, found, int(deepest)

    def _property(self, name: str, value: Any, level: int, deepest: int) -> list[str]:
        items = _items(value)
        if items is not None:
            return [f"{name} = ", *(_MARGIN + line for line in self._items(items, level + 1, deepest)), ""]
        if _is_plain(value) or level >= deepest:
            return [f"{name} = {self._leaf(value)}"]
        return [f"{name} = ", *(_MARGIN + line for line in self._object(value, level + 1, []))]

    def _items(self, items: list[Any], level: int, deepest: int) -> list[str]:
        lines: list[str] = []
        shown = items if self.limit < 0 else items[: self.limit]
        for item in shown:
            inner = _items(item)
            if _is_plain(item) or level >= deepest:
                lines.append(self._leaf(item))
            elif inner is not None:
                lines += ["", *(_MARGIN + line for line in self._items(inner, level + 1, deepest)), ""]
            else:
                lines += self._object(item, level + 1, [])
        if len(shown) < len(items):
            lines.append("...")
        return ["[", *(_MARGIN + line for line in lines), "]"]

    def _leaf(self, value: Any) -> str:
        base = unwrap(value)
        return current_text(base) if _is_plain(value) and base is not None else cell_text(value, self.limit)


def _items(value: Any) -> list[Any] | None:
    """What a collection holds, None for anything else."""
    base = unwrap(value)
    if type(base) in DICTIONARY_TYPES:
        return list(base.entries())
    return list(base) if type(base) in LIST_TYPES else None


def _present(found: Any) -> Any:
    return None if found is MISSING else found


def _is_plain(value: Any) -> bool:
    base = unwrap(value)
    return base is None or isinstance(base, str | bool | EnumValue | Guid) or type(base) in NUMBER_TYPES
