"""Objects of script classes, and the storage of their properties."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.types import PSType, type_of
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.scope import Scope
    from emulator.powershell.runtime.script_class import ScriptClass


STATELESS_BASES = tuple(
    f"System.Management.Automation.{one}"
    for one in (
        *("Host.PSHost", "Host.PSHostUserInterface", "Host.PSHostRawUserInterface"),
        *("Cmdlet", "PSCmdlet"),
    )
)
"""Abstract classes of hosts and cmdlets, which keep nothing of their own."""


class Place(Record):
    """A runspace, and the scope of the module there that defined a class, None outside of modules.

    An object is bound to the one where it was made; its methods run there, whoever calls them. One that was
    made where the class was not defined is not bound: its methods run where they are called.
    """

    engine: Engine
    home: Scope | None
    is_bound: bool


class ScriptObject:
    """An object of a script class that derives from System.Object. ``fields`` are by lower-case name."""

    __slots__ = ("fields", "made_in", "ps_type")

    def __init__(self, ps_type: ScriptClass, made_in: Place) -> None:
        self.ps_type = ps_type
        self.made_in = made_in
        self.fields: dict[str, Any] = {}

    def __eq__(self, other: object) -> bool:
        """As the class's own Equals(object) says, otherwise only the object itself."""
        own = self.ps_type.own_method("Equals", 1)
        return self is other if own is None else bool(own.run(self.made_in.engine, self, [other]))

    def __hash__(self) -> int:
        """What the class's own GetHashCode gives."""
        own = self.ps_type.own_method("GetHashCode", 0)
        return object.__hash__(self) if own is None else hash(own.run(self.made_in.engine, self, []))

    @property
    def unroll(self) -> Callable[[], Iterator[Any]]:
        """The items of an object whose class is IEnumerable; AttributeError for any other one."""
        if not self.ps_type.is_enumerable:
            raise AttributeError("unroll")
        return self._items

    def _items(self) -> Iterator[Any]:
        from emulator.powershell.runtime.invoke import call_method
        from emulator.powershell.runtime.members import get_member

        engine = self.made_in.engine
        enumerator: Any = self
        if self.ps_type.member("GetEnumerator") is not None:
            enumerator = call_method(self, "GetEnumerator", [], engine)
        # The class of a script implements Current by its accessor.
        accessor = type_of(enumerator).member("get_Current") is not None
        while call_method(enumerator, "MoveNext", [], engine):
            if accessor:
                yield call_method(enumerator, "get_Current", [], engine)
            else:
                yield get_member(enumerator, "Current", engine)


def fields_of(value: Any) -> dict[str, Any]:
    """Where an object of a script class keeps its properties."""
    if isinstance(value, ExceptionObject):
        return value.extra
    return value.fields  # type: ignore[no-any-return]


_DERIVED: dict[type, type] = {}


def derived_object(native: Any, ps_type: PSType) -> Any:
    """An object of .NET's as one of a class of a script, or of C#, derived from its type."""
    if isinstance(native, ExceptionObject):
        native.ps_type = ps_type
        return native
    origin = type(native)
    kind = _DERIVED.get(origin)
    if kind is None:
        kind = _DERIVED[origin] = _derive(origin)
    made: Any = object.__new__(kind) if not issubclass(kind, list) else list.__new__(kind)
    if isinstance(native, list):
        made.extend(native)
    for one in origin.__mro__:
        for name in getattr(one, "__slots__", ()):
            if hasattr(native, name):
                setattr(made, name, getattr(native, name))
    made.__dict__.update(getattr(native, "__dict__", {}))
    made.ps_type = ps_type
    # Fields of compiled classes are by the name of their type too, so that both have room in one table.
    made.fields = getattr(native, "fields", None) or {}
    return made


def _derive(origin: type) -> type:
    # Its objects have a type of their own, also where those of the origin find theirs by a property.
    kind = type(f"Derived{origin.__name__}", (origin,), {"ps_type": None})
    if origin in LIST_TYPES:
        LIST_TYPES.add(kind)
    if origin in DICTIONARY_TYPES:
        DICTIONARY_TYPES.add(kind)
    from emulator.powershell.runtime.members import CONTENT_FIRST

    if origin in CONTENT_FIRST:
        CONTENT_FIRST.add(kind)
    return kind
