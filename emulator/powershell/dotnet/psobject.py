"""PSObject: an object with members of its own, and the members that can be added."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from emulator.powershell.dotnet.types import PSType

CUSTOM_OBJECT = "System.Management.Automation.PSCustomObject"


class NoteProperty:
    """A property that just holds a value."""

    __slots__ = ("name", "value")

    kind = "NoteProperty"

    def __init__(self, name: str, value: Any) -> None:
        self.name = name
        self.value = value


class LazyNote(NoteProperty):
    """A note property whose value is made when it is first read."""

    __slots__ = ("_held", "_make")

    def __init__(self, name: str, make: Callable[[], Any]) -> None:
        super().__init__(name, None)
        self._make: Callable[[], Any] | None = make

    @property
    def value(self) -> Any:
        """The value."""
        if self._make is not None:
            self._held, self._make = self._make(), None
        return self._held

    @value.setter
    def value(self, new: Any) -> None:
        self._held, self._make = new, None


class Script(Protocol):
    """What works a member out for an object: a script block, or a method of .NET."""

    def call_method(self, this: Any, arguments: list[Any]) -> Any:
        """The result for an object."""
        ...


class ScriptProperty:
    """A property worked out by script blocks."""

    __slots__ = ("getter", "name", "setter")

    kind = "ScriptProperty"

    def __init__(self, name: str, getter: Script | None, setter: Script | None = None) -> None:
        self.name = name
        self.getter = getter
        self.setter = setter


class AliasProperty:
    """Another name for a property; ``converted`` is the type that its value is given, None for its own."""

    __slots__ = ("converted", "name", "target")

    kind = "AliasProperty"

    def __init__(self, name: str, target: str, converted: PSType | None = None) -> None:
        self.name = name
        self.target = target
        self.converted = converted


class ScriptMethod:
    """A method that is a script block."""

    __slots__ = ("name", "script")

    kind = "ScriptMethod"

    def __init__(self, name: str, script: Script) -> None:
        self.name = name
        self.script = script


class CodeProperty(ScriptProperty):
    """A property that static methods of .NET work out; they stand in the places of the blocks."""

    __slots__ = ()

    kind = "CodeProperty"


class CodeMethod(ScriptMethod):
    """A method that a static method of .NET works out."""

    __slots__ = ()

    kind = "CodeMethod"


class PropertySet:
    """A name for several properties (PSPropertySet)."""

    __slots__ = ("name", "property_names")

    kind = "PropertySet"

    def __init__(self, name: str, property_names: Iterable[str]) -> None:
        self.name = name
        self.property_names = list(property_names)


class MemberGroup:
    """Members under one name (PSMemberSet), for example PSStandardMembers. ``members`` by lower-case name."""

    __slots__ = ("members", "name")

    kind = "MemberSet"

    def __init__(self, name: str, members: dict[str, Any]) -> None:
        self.name = name
        self.members = members


AddedMember = NoteProperty | ScriptProperty | AliasProperty | ScriptMethod | PropertySet | MemberGroup


class PSObject:
    """A custom object (``base`` is None), or another value with members added to it.

    ``members`` maps lower-case names to members in the order in which they were added. ``type_names`` are the
    names put before those of the base's own type (``PSTypeNames``). ``text`` is what ToString of the original
    gave when the object came over the wire, None otherwise.
    """

    __slots__ = ("base", "members", "text", "type_names")

    def __init__(self, base: Any = None, type_names: tuple[str, ...] = ()) -> None:
        self.base = base
        self.text: str | None = None
        self.members: dict[str, AddedMember] = {}
        self.type_names: list[str] = [*type_names]

    @classmethod
    def custom(cls, pairs: Iterable[tuple[str, Any]], type_names: tuple[str, ...] = ()) -> PSObject:
        """A custom object with note properties."""
        made = cls(None, type_names)
        members = made.members
        for name, value in pairs:
            members[name.lower()] = NoteProperty(name, value)
        return made

    def add(self, member: AddedMember) -> None:
        """Add or replace a member."""
        self.members[member.name.lower()] = member

    def note(self, name: str) -> Any:
        """The value of a note property, or None."""
        found = self.members.get(name.lower())
        return found.value if isinstance(found, NoteProperty) else None

    def __repr__(self) -> str:
        return f"PSObject({self.base!r}, {list(self.members)})"


class NullString:
    """System.Management.Automation.Language.NullString: what makes a String null, which $null does not."""

    __slots__ = ()


NULL_STRING = NullString()


class Reference:
    """System.Management.Automation.PSReference: what ``[ref]$x`` makes.

    ``read`` and ``write`` reach the variable.
    """

    __slots__ = ("read", "write")

    def __init__(self, read: Any, write: Any) -> None:
        self.read = read
        self.write = write


def unwrap(value: Any) -> Any:
    """The base of a wrapped value; a custom object and everything else is itself."""
    if type(value) is PSObject and value.base is not None:
        return value.base
    return value
