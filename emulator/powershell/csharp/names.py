"""What the names of types mean where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.frames import Frame, TypeCode
from emulator.powershell.csharp.syntax import TypeName
from emulator.powershell.dotnet.types import PSType, array_of, builtin
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.type_finder import construct_generic

if TYPE_CHECKING:
    from emulator.powershell.csharp.types import CSharpType
    from emulator.powershell.runtime.engine import Engine

KEYWORDS = {
    "bool": "System.Boolean",
    "byte": "System.Byte",
    "char": "System.Char",
    "decimal": "System.Decimal",
    "double": "System.Double",
    "float": "System.Single",
    "int": "System.Int32",
    "long": "System.Int64",
    "object": "System.Object",
    "sbyte": "System.SByte",
    "short": "System.Int16",
    "string": "System.String",
    "uint": "System.UInt32",
    "ulong": "System.UInt64",
    "ushort": "System.UInt16",
    "void": "System.Void",
}


class Surroundings:
    """Where names are looked up: a namespace, its using directives, the types of the same compilation."""

    def __init__(
        self, engine: Engine, namespace: str, usings: list[str], aliases: dict[str, TypeName]
    ) -> None:
        self.engine = engine
        self.usings = usings
        self.aliases = aliases
        parts = namespace.split(".") if namespace else []
        self.namespaces = [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
        self._found: dict[tuple[str, int], PSType | None] = {}

    def find(self, name: str, count: int) -> PSType | None:
        """The type of a name with so many type arguments, by its namespaces; None when none is known."""
        key = (name, count)
        if key not in self._found:
            made = self._search(name, count)
            if made is None:
                return None
            self._found[key] = made
        return self._found[key]

    def _search(self, name: str, count: int) -> PSType | None:
        suffix = f"`{count}" if count else ""
        for space in (*self.namespaces, *self.usings):
            found = exact(self.engine, f"{space}.{name}{suffix}")
            if found is not None:
                return found
        return exact(self.engine, name + suffix)


def exact(engine: Engine, full_name: str) -> PSType | None:
    """A type by its full name in its own case. Part after part may be a type that holds the next."""
    found = engine.types.find(full_name)
    if found is not None and found.name == full_name:
        return found
    space, _, last = full_name.rpartition(".")
    while space:
        found = engine.types.find(f"{space}+{last}")
        if found is not None and found.name == f"{space}+{last}":
            return found
        space, _, first = space.rpartition(".")
        last = f"{first}+{last}"
    return None


class TypeNames:
    """The names of types inside of one type."""

    def __init__(
        self, surroundings: Surroundings, owner: CSharpType | None, generics: dict[str, PSType]
    ) -> None:
        self.surroundings = surroundings
        self.owner = owner
        self.generics = generics

    def code(self, name: TypeName, open_names: frozenset[str] = frozenset()) -> TypeCode:
        """A type as code; of one that is not known the code fails, and counts it."""
        text = name.text
        if not _mentions(name, open_names):
            found = self.find(name)
            if found is not None:
                return TypeCode(found, lambda _frame: found, text)
            return TypeCode(None, lambda frame: _unknown(frame.engine, text), text)
        return TypeCode(None, lambda frame: self._open(name, frame), text)

    def _open(self, name: TypeName, frame: Frame) -> PSType:
        found = self.find(name, frame.generics)
        return found if found is not None else _unknown(frame.engine, name.text)

    def find(self, name: TypeName, generics: dict[str, PSType] | None = None) -> PSType | None:
        """The type that a name means, or None."""
        found = self._plain(name, generics)
        if found is None:
            return None
        if name.is_nullable:
            found = construct_generic(builtin("System.Nullable`1"), (found,))
        for rank in reversed(name.dimensions):
            found = array_of(found) if rank == 1 else None
            if found is None:
                return None
        return found

    def _plain(self, name: TypeName, generics: dict[str, PSType] | None) -> PSType | None:
        keyword = KEYWORDS.get(name.name)
        if keyword is not None:
            return builtin(keyword)
        parts = name.name.split(".")
        if len(parts) == 1 and not name.arguments:
            bound = (generics or {}).get(name.name) or self.generics.get(name.name)
            if bound is not None:
                return bound
        if parts[0] in self.surroundings.aliases:
            alias = self.surroundings.aliases[parts[0]]
            if len(parts) == 1:
                return (
                    TypeNames(self.surroundings, None, {})._plain(alias, None) if alias is not name else None
                )
            parts[0] = alias.name
        arguments: list[PSType] = []
        for place in sorted(name.arguments):
            inside = name.arguments[place]
            if isinstance(inside, int):
                return self._definition(".".join(parts), inside)
            for one in inside:
                found = self.find(one, generics)
                if found is None:
                    return None
                arguments.append(found)
        definition = self._definition(".".join(parts), len(arguments))
        if definition is None or not arguments:
            return definition
        return construct_generic(definition, tuple(arguments))

    def _definition(self, name: str, count: int) -> PSType | None:
        owner = self.owner
        first, _, rest = name.partition(".")
        while owner is not None:
            found = owner.nested(first, 0 if rest else count)
            if found is not None:
                return self._inside(found, rest, count) if rest else found
            owner = owner.outer
        return self.surroundings.find(name, count)

    def _inside(self, kind: PSType, path: str, count: int) -> PSType | None:
        suffix = f"`{count}" if count else ""
        return exact(self.surroundings.engine, f"{kind.name}+{path.replace('.', '+')}{suffix}")


def _mentions(name: TypeName, names: frozenset[str]) -> bool:
    if not names:
        return False
    if name.name in names:
        return True
    return any(
        _mentions(one, names)
        for inside in name.arguments.values()
        if not isinstance(inside, int)
        for one in inside
    )


def _unknown(engine: Engine, text: str) -> Any:
    engine.gap("C# type", text)
    raise not_emulated(f"C#: the type '{text}'")
