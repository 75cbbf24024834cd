"""What a session adds to types (Update-TypeData) and to single objects (Add-Member)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.psobject import AddedMember, PropertySet, PSObject, ScriptMethod
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.runtime.members import StandardMembers, type_names
from emulator.record import MutableRecord, field

MAXIMUM_OBJECTS = 10_000
"""Objects with members of their own that are remembered; the oldest are forgotten."""

STANDARD_SETS = ("defaultdisplaypropertyset", "defaultkeypropertyset", "propertyserializationset")
STANDARD_MEMBERS = "psstandardmembers"


class TypeEntry(MutableRecord, eq=False):
    """What is added to the type of one name. ``standard`` are the standard members by lower-case name:
    DefaultDisplayPropertySet, SerializationDepth and so on."""

    name: str
    members: dict[str, AddedMember] = field(default_factory=dict)
    standard: dict[str, Any] = field(default_factory=dict)
    adapter: PSType | None = None
    converter: PSType | None = None
    is_override: bool = False
    shown: Any = None
    """The dictionary that a script got for Members and may have changed."""

    def take_shown(self) -> None:
        """Take the members that a script has put into the dictionary."""
        if self.shown is not None:
            self.members = {one.name.lower(): one for one in self.shown.values()}

    def add(self, other: TypeEntry, *, override: bool) -> None:
        """Take what another entry says; without ``override`` only what is not there yet."""
        for key, member in other.members.items():
            if override or key not in self.members:
                self.members[key] = member
        for name, value in other.standard.items():
            if override or name not in self.standard:
                self.standard[name] = value
        self.adapter = other.adapter or self.adapter
        self.converter = other.converter or self.converter

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.members or self.standard or self.adapter or self.converter)


class TypeData:
    """The entries of a runspace by lower-case type name: those of files, and over them those of commands."""

    def __init__(self) -> None:
        self.entries: dict[str, TypeEntry] = {}
        self._files: dict[str, list[TypeEntry]] = {}
        self._own: dict[str, TypeEntry] = {}
        self._objects: dict[int, tuple[Any, dict[str, AddedMember]]] = {}

    # Types

    def entry(self, name: str) -> TypeEntry:
        """The entry of commands for a type, a new one when there is none; call `settle` after a change."""
        return self._own.setdefault(name.lower(), TypeEntry(name))

    def settle(self) -> None:
        """Work out the entries after a change."""
        entries: dict[str, TypeEntry] = {}
        for file in self._files.values():
            for one in file:
                entries.setdefault(one.name.lower(), TypeEntry(one.name)).add(one, override=False)
        for key, one in self._own.items():
            entries.setdefault(key, TypeEntry(one.name)).add(one, override=True)
        self.entries = {key: one for key, one in entries.items() if not one.is_empty}

    def add_file(self, path: str, entries: list[TypeEntry], *, first: bool) -> None:
        """Take the types of a file, before or after those of the other files."""
        self._files.pop(path.lower(), None)
        if first:
            self._files = {path.lower(): entries, **self._files}
        else:
            self._files[path.lower()] = entries
        self.settle()

    def remove_file(self, path: str) -> bool:
        """Forget a file; false when it was not loaded."""
        if self._files.pop(path.lower(), None) is None:
            return False
        self.settle()
        return True

    def remove(self, name: str) -> bool:
        """Forget a type, whoever told of it; false when nothing is known of it."""
        key = name.lower()
        if key not in self.entries:
            return False
        self._own.pop(key, None)
        for path, entries in self._files.items():
            self._files[path] = [one for one in entries if one.name.lower() != key]
        self.settle()
        return True

    # Objects

    def attach(self, value: Any, member: AddedMember) -> None:
        """Add a member to one object. It is kept with the object, so that no other gets its place."""
        if id(value) not in self._objects and len(self._objects) >= MAXIMUM_OBJECTS:
            del self._objects[next(iter(self._objects))]
        self._objects.setdefault(id(value), (value, {}))[1][member.name.lower()] = member

    def attached(self, value: Any) -> dict[str, AddedMember]:
        """The members of one object by lower-case name."""
        found = self._objects.get(id(value))
        return found[1] if found is not None else {}

    # Both

    def _entries_of(self, value: Any) -> Iterator[TypeEntry]:
        if not self.entries or value is None:
            return
        for name in type_names(value):
            found = self.entries.get(name.lower())
            if found is not None:
                yield found

    def member(self, value: Any, key: str) -> AddedMember | None:
        """A member by lower-case name: of the object itself, or of the most specific type that has it."""
        if self._objects:
            own = self.attached(value).get(key)
            if own is not None:
                return own
        if key == STANDARD_MEMBERS and any(one.standard for one in self._entries_of(value)):
            return StandardMembers(STANDARD_MEMBERS, self._standard_members(value))
        return next((one.members[key] for one in self._entries_of(value) if key in one.members), None)

    def properties(self, value: Any) -> Iterator[AddedMember]:
        """The added properties that the object has not itself."""
        seen = set(value.members if type(value) is PSObject else {})
        base = value.base if type(value) is PSObject and value.base is not None else value
        for members in (self.attached(base), *(entry.members for entry in self._entries_of(value))):
            for key, member in members.items():
                if key not in seen and member.kind.endswith("Property"):
                    seen.add(key)
                    yield member

    def methods(self, value: Any) -> Iterator[ScriptMethod]:
        """The added methods that the object has not itself."""
        seen = set(value.members if type(value) is PSObject else {})
        base = value.base if type(value) is PSObject and value.base is not None else value
        for members in (self.attached(base), *(entry.members for entry in self._entries_of(value))):
            for key, member in members.items():
                if key not in seen and isinstance(member, ScriptMethod):
                    seen.add(key)
                    yield member

    def standard(self, value: Any, name: str) -> Any:
        """A standard member, None when no type of the value has it."""
        key = name.lower()
        return next((one.standard[key] for one in self._entries_of(value) if key in one.standard), None)

    def _standard_members(self, value: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for entry in self._entries_of(value):
            for key, one in entry.standard.items():
                found.setdefault(key, PropertySet(key, one) if key in STANDARD_SETS else one)
        return found
