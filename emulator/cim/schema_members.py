"""The member fields of a class line of a schema table (the format is described in `emulator.cim.schema`)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emulator.cim.declaration import (
    MethodDeclaration,
    ParameterDeclaration,
    PropertyDeclaration,
)
from emulator.cim.errors import SchemaTableError
from emulator.cim.types import CimType

if TYPE_CHECKING:
    from emulator.cim.schema import Schema

_TYPES = {each.value: each for each in CimType}
_PARAMETER_MARKS = "<>%"


class ClassParts:
    """A class while it is put together."""

    __slots__ = ("derivation", "flags", "methods", "name", "properties", "superclass")

    def __init__(
        self,
        name: str,
        superclass: str | None,
        derivation: tuple[str, ...],
        properties: dict[str, PropertyDeclaration],
        methods: dict[str, MethodDeclaration],
    ) -> None:
        self.name = name
        self.superclass = superclass
        self.derivation = derivation
        self.properties = properties
        self.methods = methods
        self.flags: set[str] = set()

    def child(self, name: str, is_parent_hidden: bool) -> ClassParts:
        """What a subclass starts from: everything inherited, and the flags that hold for subclasses too.

        A parent that the release does not have was split off later: its members then belong to the subclass
        itself.
        """
        properties, methods = dict(self.properties), dict(self.methods)
        superclass: str | None = self.name
        derivation = (name, *self.derivation)
        if is_parent_hidden:
            superclass, derivation = self.superclass, (name, *self.derivation[1:])
            for key, each in properties.items():
                if self.name in (each.class_origin, each.declared_by):
                    properties[key] = replace(
                        each,
                        class_origin=_moved(each.class_origin, self.name, name),
                        declared_by=_moved(each.declared_by, self.name, name),
                    )
            for key, method in methods.items():
                if self.name in (method.class_origin, method.declared_by):
                    methods[key] = replace(
                        method,
                        class_origin=_moved(method.class_origin, self.name, name),
                        declared_by=_moved(method.declared_by, self.name, name),
                    )
        parts = ClassParts(name, superclass, derivation, properties, methods)
        parts.flags = self.flags & {"association", "indication"}
        return parts


def _moved(named: str, old: str, new: str) -> str:
    """The name of a class, with one class in place of another."""
    return new if named == old else named


class MemberReader:
    """Reads the member fields of one class line into its parts."""

    def __init__(self, schema: Schema, parts: ClassParts) -> None:
        self.schema = schema
        self.parts = parts

    def read(self, members: list[str]) -> None:
        position = 0
        while position < len(members):
            member = members[position]
            position += 1
            mark, words = member[0], member[1:].split(" ")
            parameters: list[list[str]] = []
            while mark == "!" and position < len(members) and members[position][0] in _PARAMETER_MARKS:
                parameters.append([members[position][0], *members[position][1:].split(" ")])
                position += 1
            if mark == "#":
                self._keys({name.lower() for name in words})
            elif self.schema.is_present(member):
                if mark == ".":
                    self._property(words)
                elif mark == "~":
                    self._override(words)
                elif mark == "!":
                    self._method(words, parameters)
                else:
                    raise SchemaTableError(
                        f"{self.schema.namespace}: {self.parts.name} has a member {member[:40]}"
                    )

    def _keys(self, names: set[str]) -> None:
        for name, declared in self.parts.properties.items():
            if declared.is_key is not (name in names):
                self.parts.properties[name] = replace(
                    declared, is_key=name in names, declared_by=self.parts.name
                )

    def _change(self, name: str, **changes: object) -> None:
        declared = self.parts.properties.get(name.lower())
        if declared is not None:  # absent when the release does not have the property
            changes["declared_by"] = self.parts.name
            self.parts.properties[name.lower()] = replace(declared, **changes)  # type: ignore[arg-type]

    def _property(self, words: list[str]) -> None:
        name, type_text, options = words[0], words[1], _options(words[2:])
        inherited = self.parts.properties.get(name.lower())
        shape = _Shape(type_text)
        length = options.get("length")
        self.parts.properties[name.lower()] = PropertyDeclaration(
            name=name,
            type=shape.type,
            class_origin=inherited.class_origin if inherited else self.parts.name,
            is_array=shape.is_array,
            is_key=inherited is not None and inherited.is_key,
            reference_class=shape.reference_class,
            embedded_class=options.get("text") or shape.embedded_class,
            embedded_as="instance"
            if "text" in options
            else "object"
            if shape.type is CimType.OBJECT
            else None,
            units=options["units"].replace("_", " ") if "units" in options else None,
            values=self.schema.value_map(options.get("values")),
            max_length=int(length) if length else None,
            writable="write" in options,
            is_interval="interval" in options,
            declared_by=self.parts.name,
        )

    def _override(self, words: list[str]) -> None:
        options = _options(words[1:])
        if "values" in options:
            self._change(words[0], values=self.schema.value_map(options["values"]))
        if "ref" in options:
            self._change(words[0], reference_class=options["ref"])
        if "interval" in options:
            self._change(words[0], is_interval=True)

    def _method(self, words: list[str], parameters: list[list[str]]) -> None:
        name, options = words[0], _options(words[2:])
        inherited = self.parts.methods.get(name.lower())
        self.parts.methods[name.lower()] = MethodDeclaration(
            name=name,
            class_origin=inherited.class_origin if inherited else self.parts.name,
            return_type=_Shape(words[1]).type,
            parameters=tuple(self._parameter(each) for each in parameters),
            is_static="static" in options,
            return_values=self.schema.value_map(options.get("values")),
            declared_by=self.parts.name,
        )

    def _parameter(self, words: list[str]) -> ParameterDeclaration:
        mark, name, type_text, options = words[0], words[1], words[2], _options(words[3:])
        shape = _Shape(type_text)
        return ParameterDeclaration(
            name=name,
            type=shape.type,
            is_array=shape.is_array,
            is_in=mark in "<%",
            is_out=mark in ">%",
            optional="optional" in options,
            reference_class=shape.reference_class,
            embedded_class=options.get("text") or shape.embedded_class,
            embedded_as="instance"
            if "text" in options
            else "object"
            if shape.type is CimType.OBJECT
            else None,
            values=self.schema.value_map(options.get("values")),
            is_interval="interval" in options,
        )


class _Shape:
    """A type field taken apart."""

    __slots__ = ("embedded_class", "is_array", "reference_class", "type")

    def __init__(self, text: str) -> None:
        self.is_array = text.endswith("[]")
        base = text.removesuffix("[]")
        self.reference_class: str | None = None
        self.embedded_class: str | None = None
        if base.endswith("&"):
            self.type = CimType.REFERENCE
            self.reference_class = base[:-1]
        elif base.endswith("{}"):
            self.type = CimType.OBJECT
            self.embedded_class = base[:-2]
        elif base in _TYPES:
            self.type = _TYPES[base]
        else:
            raise SchemaTableError(f"unknown type {text}")


def _options(words: list[str]) -> dict[str, str]:
    """Words as a dict; a word without `=` has an empty value."""
    return {name: value for name, _, value in (word.partition("=") for word in words)}
