"""Members of what stands before the dot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from emulator.powershell.completion import results
from emulator.powershell.completion.inference import Inference, Shape, is_dictionary
from emulator.powershell.completion.results import Completion, begins
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.psobject import PSObject, ScriptMethod, unwrap
from emulator.powershell.dotnet.types import Method, Property, PSType, builtin, type_of
from emulator.powershell.parser import ast
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.members import MISSING, properties
from emulator.powershell.runtime.syntax_text import short_type

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_PLAIN = re.compile(r"[^\W\d]\w*")


def members_of(
    inference: Inference, shapes: Iterable[Shape], word: str, *, methods: bool = True, properties: bool = True
) -> list[Completion]:
    """The members whose names begin with a word: properties first, each by name."""
    engine = inference.engine
    found: dict[tuple[str, str], Completion] = {}
    for shape in shapes:
        for one in _members(engine, shape):
            wanted = methods if one.kind == results.METHOD else properties
            if wanted and begins(one.shown, word):
                found.setdefault((one.kind, one.shown.lower()), one)
    return sorted(found.values(), key=lambda one: (results.KINDS[one.kind], one.shown.lower()))


def property_names(inference: Inference, shapes: Iterable[Shape], word: str) -> list[Completion]:
    """The properties, as values of a parameter."""
    return [
        results.value(one.shown, tip=one.tip) for one in members_of(inference, shapes, word, methods=False)
    ]


def _members(engine: Engine, shape: Shape) -> Iterator[Completion]:
    if shape.definition is not None:
        yield from _of_definition(engine, shape.definition, shape.static)
        return
    for name in shape.names:
        yield _property(name, f"System.Object {name}")
    if shape.value is not MISSING and not shape.static:
        yield from _of_value(engine, shape)
        return
    assert shape.kind is not None  # noqa: S101 - a shape has one of the three
    if shape.static:
        yield from _of_statics(shape.kind)
    else:
        yield from _of_type(shape.kind)


def _of_value(engine: Engine, shape: Shape) -> Iterator[Completion]:
    value = shape.value
    if is_dictionary(shape):
        for key in list(unwrap(value)):
            name = to_text(key)
            yield _property(name, f"[{short_type(type_of(name).name)}]")
    for one in properties(value, engine):
        yield _property(one.name, f"{short_type(one.type_name)} {one.name}")
    if isinstance(value, PSObject):
        for added in value.members.values():
            if isinstance(added, ScriptMethod):
                yield _method(added.name, f"System.Object {added.name}();")
    for method in type_of(unwrap(value)).all_members().values():
        if isinstance(method, Method):
            yield _method(method.name, signatures(method))
    yield from _of_every_object()


def _of_type(kind: PSType) -> Iterator[Completion]:
    for member in kind.all_members().values():
        if isinstance(member, Method):
            yield _method(member.name, signatures(member))
        elif not member.hidden:
            yield _property(member.name, described(member))
    yield from _of_every_object()


def _of_statics(kind: PSType) -> Iterator[Completion]:
    if isinstance(kind, EnumType):
        for name in kind.names:
            yield _property(name, f"static {kind.short_name} {name} {{get;}}")
    for one in kind.lineage():
        for member in one.own_statics.values():
            if isinstance(member, Method):
                yield _method(member.name, signatures(member))
            else:
                yield _property(member.name, f"static {described(member)}")
    if kind.construct is not None:
        name = kind.name
        tips = []
        for signature in kind.construct:
            arguments = signature.lstrip("@").partition("(")[2].rstrip(")")
            tips.append(f"{name} new({arguments})")
        yield _method("new", "\r\n".join(tips))


def _of_definition(engine: Engine, node: ast.TypeDefinitionAst, static: bool) -> Iterator[Completion]:
    constructors = []
    for one in node.members:
        if isinstance(one, ast.PropertyMemberAst):
            kind = one.property_type.type_name.name if one.property_type is not None else "System.Object"
            if (one.is_static or node.is_enum) == static and not one.is_hidden:
                yield _property(one.name, f"[{kind}] {one.name}")
        elif isinstance(one, ast.FunctionMemberAst):
            given = ", ".join(one.extent.text for one in one.parameters)
            if one.is_constructor:
                constructors.append(f"{node.name} new({given})")
            elif one.is_static == static and not one.is_hidden:
                returned = one.return_type.type_name.name if one.return_type is not None else "void"
                yield _method(one.name, f"{returned} {one.name}({given})")
    if static:
        if not node.is_enum:
            yield _method("new", "\r\n".join(constructors) or f"{node.name} new()")
        return
    for base in node.base_types:
        found = engine.types.find(base.type_name.name)
        if found is not None:
            yield from _of_type(found)
    yield from _of_every_object()


def _of_every_object() -> Iterator[Completion]:
    yield _method("Equals", "bool Equals(System.Object obj)")
    yield _method("GetHashCode", "int GetHashCode()")
    yield _method("GetType", "type GetType()")
    yield _method("ToString", "string ToString()")


def _property(name: str, tip: str) -> Completion:
    text = name if _PLAIN.fullmatch(name) else results.quoted(name, "'")
    return Completion(text, name, results.PROPERTY, tip)


def _method(name: str, tip: str) -> Completion:
    return Completion(f"{name}(", name, results.METHOD, tip)


def described(member: Property) -> str:
    """``int Length {get;}``."""
    access = "get;set;" if member.setter is not None else "get;"
    return f"{short_type(member.type_name)} {member.name} {{{access}}}"


def signatures(method: Method) -> str:
    """The overloads of a method, a line each."""
    lead = "static " if method.static else ""
    return "\r\n".join(
        f"{lead}{method.name}("
        + ", ".join(f"{short_type(kind)} {name}" for kind, name in zip(one.types, one.names, strict=True))
        + ")"
        for one in method.overloads
    )


def type_members() -> list[Shape]:
    """The members of System.Type: what ``[int].`` has."""
    return [Shape(builtin("System.Type"))]


__all__ = ["described", "members_of", "property_names", "signatures", "type_members"]
