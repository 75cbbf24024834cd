"""What a simple name, or the left of a dot, means in a body: a variable, a member, or a type."""

from __future__ import annotations

from typing import Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.frames import Body, Code, Frame, TypeCode
from emulator.powershell.csharp.invocation import method_delegate, read_property
from emulator.powershell.csharp.members import Field, Method, Property
from emulator.powershell.csharp.names import KEYWORDS
from emulator.powershell.csharp.objects import fields_of
from emulator.powershell.csharp.types import CSharpType, code_type_of
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.types import PSType

Found = Field | Property | list[Method]


def owner_of_member(name: str, body: Body, own_only: bool = False) -> tuple[CSharpType, Found] | None:
    """The member that a simple name means: of the type, or a static one of a type around it."""
    owner: CSharpType | None = body.owner
    while owner is not None:
        found = owner.member_named(name, owner.engine)
        if found is not None:
            return owner, found
        if own_only:
            return None
        owner = owner.outer
    return None


def member_code(found: Found) -> Code:
    """Code that reads a member of the type by its simple name."""
    if isinstance(found, Field):
        field = found
        if field.is_static:
            return Code(lambda frame: field.read(frame.engine, None), field.kind.fixed)
        key = field.key
        return Code(lambda frame: fields_of(frame.this)[key], field.kind.fixed)
    if isinstance(found, Property):
        item = found
        getter = item.getter

        def read(frame: Frame) -> Any:
            if item.is_static:
                assert getter is not None  # noqa: S101 - a static property without one cannot be read
                return getter.invoke(frame.engine, None, [])
            return read_property(code_type_of(frame.this) or item.owner, item, frame.this, frame.engine)

        return Code(read, item.kind.fixed)
    methods = found
    return Code(lambda frame: method_delegate(methods, frame.this, frame.engine))


def native_base(body: Body) -> PSType | None:
    """The first base of .NET's own, whose members simple names mean too."""
    for one in body.owner.lineage():
        if not isinstance(one, CSharpType):
            return one
    return None


def native_member(name: str, body: Body) -> bool:
    """Whether a simple name means a member of the base of .NET's own."""
    base = native_base(body)
    found = base.member(name) if base is not None else None
    return found is not None and found.name == name


def type_target(node: syntax.Expression, body: Body) -> TypeCode | None:
    """The type that stands left of a dot; None when it is a value."""
    if isinstance(node, syntax.TypeExpression):
        return body.owner.type_names.code(node.type_name, body.open_names)
    name = dotted(node)
    if name is None:
        return None
    first = name.name.partition(".")[0]
    if body.local(first) is not None:
        return None
    member = owner_of_member(first, body)
    if member is not None and not isinstance(member[1], list):
        # A property named as its type means the type where that is an enumeration (Color Color).
        kind = member[1].kind
        return kind if isinstance(kind.fixed, EnumType) and kind.text == first == name.name else None
    if native_member(first, body) and body.owner.type_names.find(name) is None:
        return None
    if first in body.open_names or body.owner.type_names.find(name) is not None:
        return body.owner.type_names.code(name, body.open_names)
    return None


def dotted(node: syntax.Expression) -> syntax.TypeName | None:
    """A chain of names as the name of a type, or None."""
    parts: list[tuple[str, list[syntax.TypeName] | None]] = []
    one = node
    while isinstance(one, syntax.MemberAccess):
        parts.append((one.name, one.arguments))
        one = one.target
    if not isinstance(one, syntax.Name) or one.name in KEYWORDS:
        return None
    parts.append((one.name, one.arguments))
    parts.reverse()
    arguments: dict[int, list[syntax.TypeName] | int] = {
        place: inside for place, (_, inside) in enumerate(parts) if inside
    }
    return syntax.TypeName(node.place, ".".join(name for name, _ in parts), arguments)
