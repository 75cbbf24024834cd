"""Key values as a client gives them: names and text compare without case, numbers arrive as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from emulator.cim.errors import InvalidObjectPath
from emulator.cim.object_path import ObjectPath

if TYPE_CHECKING:
    from emulator.cim.types import CimValue


class Keys:
    """Names and values of keys, as selectors of WS-Man, as keys of an object path or as terms of a query."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, CimValue] | Iterable[tuple[str, CimValue]] = ()) -> None:
        pairs = values.items() if isinstance(values, Mapping) else values
        self._values: dict[str, CimValue] = {name.lower(): value for name, value in pairs}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._values

    def __len__(self) -> int:
        return len(self._values)

    def names(self) -> tuple[str, ...]:
        """The given names in lower case."""
        return tuple(self._values)

    def text(self, name: str) -> str:
        """The value as text; empty when it was not given or is NULL."""
        value = self._values.get(name.lower())
        return "" if value is None else str(value)

    def reference(self, name: str) -> ObjectPath | None:
        """The value as an object path; None when it was not given. Raises InvalidObjectPath."""
        value = self._values.get(name.lower())
        if value is None:
            return None
        return value if isinstance(value, ObjectPath) else ObjectPath.parse(str(value))

    def equals(self, name: str, actual: CimValue) -> bool:
        """Whether the given value of a key names the actual one."""
        given = self._values.get(name.lower())
        if given is None or actual is None:
            return given is actual
        if isinstance(actual, str):
            return str(given).casefold() == actual.casefold()
        if isinstance(actual, bool):
            return str(given).casefold() == str(actual).casefold()
        if isinstance(actual, int):
            try:
                return int(str(given)) == actual
            except ValueError:
                return False
        if isinstance(actual, ObjectPath):
            try:
                reference = self.reference(name)
            except InvalidObjectPath:
                return False
            return reference is not None and reference.same_object(actual)
        return given == actual
