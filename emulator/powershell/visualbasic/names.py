"""Names without regard to case: of types, variables and members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp import queries
from emulator.powershell.csharp.members import Field, Method, Property
from emulator.powershell.csharp.names import Surroundings
from emulator.powershell.csharp.objects import AnonymousObject
from emulator.powershell.csharp.types import CSharpType
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.types import PSType, type_of

if TYPE_CHECKING:
    from emulator.powershell.csharp.frames import Body
    from emulator.powershell.runtime.engine import Engine

Found = Field | Property | list[Method]
RUNTIME = "Microsoft.VisualBasic"
"""The namespace of the language's own functions."""


class VisualBasicSurroundings(Surroundings):
    """Where names of types are looked up: as those of C#, but in any case."""

    def _search(self, name: str, count: int) -> PSType | None:
        suffix = f"`{count}" if count else ""
        for space in (*self.namespaces, *self.usings):
            found = type_named(self.engine, f"{space}.{name}{suffix}")
            if found is not None:
                return found
        return type_named(self.engine, name + suffix)


def type_named(engine: Engine, full_name: str) -> PSType | None:
    """A type by its full name in any case. Part after part may be a type that holds the next."""
    space, last = full_name, ""
    while space:
        wanted = f"{space}+{last}" if last else space
        found = engine.types.find(wanted)
        if found is not None and found.name.lower() == wanted.lower():
            return found
        space, _, first = space.rpartition(".")
        last = f"{first}+{last}" if last else first
    return None


def local_name(body: Body, name: str) -> str | None:
    """The spelling of a variable that is in scope."""
    spellings = body.spellings.get(name.lower())
    if spellings is None:
        return None
    for scope in reversed(body.scopes):
        if name in scope:
            return name
        for known in spellings:
            if known in scope:
                return known
    return None


def member_name(kind: CSharpType, name: str) -> str | None:
    """The spelling of a member of a type of a source, or of a base or an interface of it."""
    if kind.member_named(name, kind.engine) is not None:
        return name
    lowered = name.lower()
    kinds: list[PSType] = [*kind.lineage(), *kind.interface_types]
    for one in kinds:
        spelled = one.spelling(lowered) if isinstance(one, CSharpType) else None
        if spelled is not None:
            return spelled
    return None


def own_member(body: Body, name: str) -> tuple[CSharpType, str, Found] | None:
    """The member that a simple name means in the type around it, or in one around that."""
    owner: CSharpType | None = body.owner
    while owner is not None:
        spelled = member_name(owner, name)
        if spelled is not None:
            found = owner.member_named(spelled, owner.engine)
            if found is not None:
                return owner, spelled, found
        owner = owner.outer
    return None


def name_in(value: Any, name: str) -> str:
    """The spelling of a member of a value; the name itself where there is none."""
    if isinstance(value, AnonymousObject):
        return next((one for one in value.values if one.lower() == name.lower()), name)
    kind = type_of(value)
    if isinstance(kind, CSharpType):
        spelled = member_name(kind, name)
        if spelled is not None:
            return spelled
        native = next((one for one in kind.lineage() if not isinstance(one, CSharpType)), None)
        found = native.member(name) if native is not None else None
        return found.name if found is not None else _OF_OBJECT.get(name.lower(), name)
    found = kind.member(name)
    if found is not None:
        return found.name
    if isinstance(value, PSType):
        return _OF_TYPES.get(name.lower(), name)
    return _OF_OBJECT.get(name.lower()) or queries.spelling(name) or name


def is_of_object(name: str) -> bool:
    """Whether every object has a member of the name."""
    return name.lower() in _OF_OBJECT


def static_name(kind: PSType, name: str) -> str:
    """The spelling of a shared member of a type; the name itself where there is none."""
    if isinstance(kind, CSharpType):
        return member_name(kind, name) or name
    if isinstance(kind, EnumType):
        lowered = name.lower()
        for one in kind.names:
            if one.lower() == lowered:
                return one
    found = kind.static_member(name)
    if found is not None:
        return found.name
    return queries.spelling(name) or name


def modules_in_reach(body: Body) -> list[CSharpType]:
    """The modules of the source whose members need no name before them."""
    surroundings = body.owner.type_names.surroundings
    spaces = {"", *(one.lower() for one in (*surroundings.namespaces, *surroundings.usings))}
    return [one for one in modules_of(body) if (one.namespace or "").lower() in spaces]


def modules_of(body: Body) -> list[CSharpType]:
    """All modules of the source."""
    kinds = body.owner.assembly.types
    return [one for one in kinds if isinstance(one, CSharpType) and "module" in one.node.modifiers]


OVERRIDABLE = {one.lower(): one for one in ("ToString", "Equals", "GetHashCode", "Finalize")}
"""The methods of Object that types override, by their small letters."""
_OF_OBJECT = {
    **OVERRIDABLE,
    **{one.lower(): one for one in ("GetType", "MemberwiseClone", "ReferenceEquals")},
}
_OF_TYPES = {
    one.lower(): one
    for one in (
        *("GetMethod", "GetMethods", "GetProperty", "GetProperties", "GetField", "GetFields", "InvokeMember"),
        *("GetConstructor", "IsAssignableFrom", "IsInstanceOfType", "GetInterface", "GetCustomAttributes"),
    )
}
