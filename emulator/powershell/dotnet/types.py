"""Types and their members, by table.

A type's members are given as one table per side (instance, static): a signature leads to a Python function.

* ``"Length"`` is a property: the function takes the value (nothing for a static one) and returns its value.
* ``"Length="`` is its setter.
* ``"Substring(int startIndex, int length)"`` is one overload of a method; names are optional, ``params``
before
  the last type takes any number of arguments. Arguments arrive converted to the declared types.
* a leading ``@`` (``"@Now"``, ``"@Sleep(int)"``) also hands over the runspace, as the first argument.

Tables are parsed when a member is first asked for, so that a type costs nothing until it is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from emulator.powershell.dotnet import numbers

Table = Mapping[str, Callable[..., Any]]


class Overload:
    """One signature of a method: parameter type names, their names, and the function."""

    __slots__ = ("contextual", "function", "names", "types", "variadic")

    def __init__(self, text: str, function: Callable[..., Any], contextual: bool) -> None:
        self.function = function
        self.contextual = contextual
        self.variadic = False
        types: list[str] = []
        names: list[str] = []
        for part in _split_parameters(text):
            words = part.split()
            if words[0] == "params":
                self.variadic = True
                words = words[1:]
            types.append(words[0])
            names.append(words[1] if len(words) > 1 else f"arg{len(names)}")
        self.types = tuple(types)
        self.names = tuple(names)


class Method:
    """A method with its overloads."""

    __slots__ = ("name", "overloads", "static")

    kind = "Method"

    def __init__(self, name: str, static: bool) -> None:
        self.name = name
        self.static = static
        self.overloads: list[Overload] = []


class Property:
    """A property: how it is read and, when it can be, written."""

    __slots__ = ("contextual", "getter", "hidden", "kind", "name", "setter", "type_name")

    def __init__(
        self,
        name: str,
        getter: Callable[..., Any],
        setter: Callable[..., Any] | None = None,
        *,
        type_name: str = "System.Object",
        kind: str = "Property",
        contextual: bool = False,
        hidden: bool = False,
    ) -> None:
        self.name = name
        self.getter = getter
        self.setter = setter
        self.type_name = type_name
        self.kind = kind
        self.contextual = contextual
        self.hidden = hidden


Member = Method | Property


class PSType:
    """A .NET type, which is also the value of ``[type]`` in a script.

    ``base`` is the name of the base type; ``interfaces`` are lower-case full names; ``python`` the Python
    classes whose instances are values of the type. ``construct`` makes a value from the arguments of
    ``::new``.
    """

    __slots__ = (
        "_members",
        "_statics",
        "arguments",
        "array",
        "base",
        "construct",
        "definition",
        "element_type",
        "extended",
        "instance_table",
        "interfaces",
        "is_abstract",
        "is_interface",
        "is_value_type",
        "name",
        "properties",
        "static_table",
        "to_text",
    )

    def __init__(
        self,
        name: str,
        *,
        base: str | None = "System.Object",
        interfaces: tuple[str, ...] = (),
        instance: Table | None = None,
        static: Table | None = None,
        properties: tuple[Property, ...] = (),
        construct: Table | None = None,
        to_text: Callable[[Any], str] | None = None,
        is_value_type: bool = False,
        is_abstract: bool = False,
        is_interface: bool = False,
        element_type: PSType | None = None,
        definition: str | None = None,
        arguments: tuple[PSType, ...] = (),
        extended: tuple[Property, ...] = (),
    ) -> None:
        self.name = name
        self.base = base
        self.interfaces = tuple(item.lower() for item in interfaces)
        self.instance_table: Table = instance or {}
        self.static_table: Table = static or {}
        self.properties = properties
        self.construct: Table | None = construct
        self.to_text = to_text
        self.is_value_type = is_value_type
        self.is_abstract = is_abstract
        self.is_interface = is_interface
        self.element_type = element_type
        self.definition = definition
        self.arguments = arguments
        self.extended = extended
        self.array: PSType | None = None
        """The type of arrays of this one, once `array_of` made it."""
        self._members: dict[str, Member] | None = None
        self._statics: dict[str, Member] | None = None

    @property
    def short_name(self) -> str:
        """The name without the namespace (``Name`` in .NET)."""
        if self.element_type is not None:
            return self.element_type.short_name + self.name[self.name.rindex("[") :]
        plain = self.name.partition("[")[0]
        return re.split(r"[.+]", plain)[-1]

    @property
    def namespace(self) -> str | None:
        """The namespace, or None."""
        plain = self.name.partition("[")[0]
        return plain.rpartition(".")[0] or None

    @property
    def own_members(self) -> dict[str, Member]:
        """Instance members declared here, by lower-case name, in order."""
        if self._members is None:
            members = parse_table(self.instance_table, static=False)
            for item in (*self.properties, *self.extended):
                members[item.name.lower()] = item
            self._members = members
        return self._members

    @property
    def own_statics(self) -> dict[str, Member]:
        """Static members declared here, by lower-case name."""
        if self._statics is None:
            self._statics = parse_table(self.static_table, static=True)
        return self._statics

    @property
    def parent(self) -> PSType | None:
        """The base type."""
        return _base_of(self)

    @property
    def is_open(self) -> bool:
        """Whether it is a generic type without its type arguments, of which nothing can be made."""
        return "`" in self.name and not self.arguments

    def lineage(self) -> Iterator[PSType]:
        """This type and its bases, most derived first."""
        kind: PSType | None = self
        while kind is not None:
            yield kind
            kind = _base_of(kind)

    def member(self, name: str) -> Member | None:
        """An instance member by name without regard to case, inherited ones included."""
        key = name.lower()
        for kind in self.lineage():
            found = kind.own_members.get(key)
            if found is not None:
                return found
        return None

    def static_member(self, name: str) -> Member | None:
        """A static member by name without regard to case, inherited ones included."""
        key = name.lower()
        for kind in self.lineage():
            found = kind.own_statics.get(key)
            if found is not None:
                return found
        return None

    def all_members(self) -> dict[str, Member]:
        """All instance members, those of the most derived type first."""
        found: dict[str, Member] = {}
        for kind in self.lineage():
            for key, item in kind.own_members.items():
                found.setdefault(key, item)
        return found

    def is_assignable_to(self, other: PSType) -> bool:
        """True when a value of this type is a value of the other one too."""
        if other is self or other.name == "System.Object":
            return True
        wanted = other.name.lower()
        if any(kind.name.lower() == wanted or wanted in kind.interfaces for kind in self.lineage()):
            return True
        return other.is_open and any(kind.definition == other.name for kind in self.lineage())

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"[{self.name}]"


def parse_table(table: Table, *, static: bool) -> dict[str, Member]:
    """Make members from a table of signatures."""
    members: dict[str, Member] = {}
    for signature, function in table.items():
        contextual = signature.startswith("@")
        text = signature[1:] if contextual else signature
        name, opened, rest = text.partition("(")
        if opened:
            method = members.get(name.lower())
            if not isinstance(method, Method):
                method = members[name.lower()] = Method(name, static)
            method.overloads.append(Overload(rest.rstrip(")"), function, contextual))
        elif name.endswith("="):
            target = members[name[:-1].lower()]
            if isinstance(target, Property):
                target.setter = function
        else:
            name, _, declared = name.partition(":")
            members[name.lower()] = Property(
                name, function, contextual=contextual, type_name=declared.strip() or "System.Object"
            )
    return members


def _split_parameters(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if character == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def kept(shown: str, attribute: str) -> dict[str, Callable[..., Any]]:
    """Rows of a table for a property that an attribute of the Python object keeps: ``"Name: string"``."""
    return {
        shown: lambda value: getattr(value, attribute),
        f"{shown.partition(':')[0]}=": lambda value, new: setattr(value, attribute, new),
    }


BUILTIN: dict[str, PSType] = {}
"""Types by lower-case full name.

Filled by `emulator.powershell.dotnet.library`; modules add theirs when loaded.
"""

BY_CLASS: dict[type, PSType] = {}
"""The type of the instances of a Python class."""


def register(kind: PSType, *classes: type) -> PSType:
    """Make a type known by name and as the type of instances of the Python classes."""
    BUILTIN[kind.name.lower()] = kind
    for one in classes:
        BY_CLASS[one] = kind
    return kind


def bind_class(kind: PSType, python: type) -> None:
    """Say that the instances of a Python class are values of the type, without making its name known."""
    BY_CLASS[python] = kind


def _base_of(kind: PSType) -> PSType | None:
    """The type that a type derives from; its module may not be loaded yet."""
    if not kind.base:
        return None
    key = kind.base.lower()
    found = BUILTIN.get(key)
    if found is None:
        from emulator.powershell.dotnet.library.catalog import load_on_demand

        if load_on_demand(key):
            found = BUILTIN.get(key)
    return found


def type_of(value: Any) -> PSType:
    """The .NET type of a value (not None)."""
    found = BY_CLASS.get(type(value))
    if found is not None:
        return found
    declared = getattr(value, "ps_type", None)
    if isinstance(declared, PSType):
        return declared
    for one in type(value).__mro__:
        found = BY_CLASS.get(one)
        if found is not None:
            BY_CLASS[type(value)] = found
            return found
    return BUILTIN["system.object"]


def builtin(name: str) -> PSType:
    """A built-in type by its full name. Raises KeyError."""
    return BUILTIN[name.lower()]


def array_of(element: PSType) -> PSType:
    """The type of arrays of an element type."""
    key = f"{element.name}[]".lower()
    found = BUILTIN.get(key)
    if found is None or found.element_type is not element:
        found = element.array
    if found is None:
        found = element.array = PSType(
            f"{element.name}[]",
            base="System.Array",
            element_type=element,
            interfaces=BUILTIN["system.array"].interfaces,
        )
        # A class of a script is that of one session only: another one may have another of the same name.
        if len(BUILTIN) < 20_000 and BUILTIN.get(element.name.lower()) is element:
            BUILTIN[key] = found
    return found


PYTHON_OF_NUMBER: dict[str, type] = {
    "system.sbyte": numbers.SByte,
    "system.byte": numbers.Byte,
    "system.int16": numbers.Int16,
    "system.uint16": numbers.UInt16,
    "system.int32": int,
    "system.uint32": numbers.UInt32,
    "system.int64": numbers.Int64,
    "system.uint64": numbers.UInt64,
    "system.single": numbers.Single,
    "system.double": float,
    "system.decimal": Decimal,
}
"""The Python class of each number type."""
