"""What a session adds to types: members and the properties shown by default (Update-TypeData)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from emulator.powershell.dotnet.psobject import AddedMember, PSObject, ScriptMethod
from emulator.powershell.runtime.members import type_names


@dataclass(eq=False)
class TypeEntry:
    """What is added to the type of one name. ``standard`` are the standard members by lower-case name:
    DefaultDisplayPropertySet, SerializationDepth and so on."""

    name: str
    members: dict[str, AddedMember] = field(default_factory=dict)
    standard: dict[str, Any] = field(default_factory=dict)


class TypeData:
    """The entries of a runspace by lower-case type name."""

    def __init__(self) -> None:
        self.entries: dict[str, TypeEntry] = {}

    def entry(self, name: str) -> TypeEntry:
        """The entry of a type, a new one when there is none."""
        return self.entries.setdefault(name.lower(), TypeEntry(name))

    def _entries_of(self, value: Any) -> Iterator[TypeEntry]:
        for name in type_names(value) if value is not None else ():
            found = self.entries.get(name.lower())
            if found is not None:
                yield found

    def member(self, value: Any, key: str) -> AddedMember | None:
        """A member by lower-case name, of the most specific type that has it."""
        return next((one.members[key] for one in self._entries_of(value) if key in one.members), None)

    def properties(self, value: Any) -> Iterator[AddedMember]:
        """The added properties that the object has not itself."""
        own = value.members if type(value) is PSObject else {}
        seen = set(own)
        for entry in self._entries_of(value):
            for key, member in entry.members.items():
                if key not in seen and not isinstance(member, ScriptMethod):
                    seen.add(key)
                    yield member

    def standard(self, value: Any, name: str) -> Any:
        """A standard member, None when no type of the value has it."""
        key = name.lower()
        return next((one.standard[key] for one in self._entries_of(value) if key in one.standard), None)
