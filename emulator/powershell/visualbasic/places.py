"""What stands left of an assignment, or behind a ByRef parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.expressions import expression
from emulator.powershell.csharp.frames import Body, Code, Frame, Place
from emulator.powershell.csharp.invocation import read_static, write_member, write_static
from emulator.powershell.csharp.members import Field, Property
from emulator.powershell.csharp.names_in_bodies import native_kind
from emulator.powershell.csharp.objects import null_reference
from emulator.powershell.csharp.places import place_of as csharp_place_of
from emulator.powershell.csharp.places import write_element
from emulator.powershell.csharp.types import CSharpType
from emulator.powershell.dotnet.types import Property as NativeProperty
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.visualbasic.calls import (
    arguments_of,
    call_value,
    element_or_value,
    indexes,
    plain,
)
from emulator.powershell.visualbasic.names import local_name, name_in, own_member, static_name
from emulator.powershell.visualbasic.resolution import problem, shared_owner, type_target
from emulator.powershell.visualbasic.syntax import Access, Call, Identifier

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def place_of(node: syntax.Expression, body: Body) -> Place:
    """Compile what stands left of an assignment."""
    if isinstance(node, Identifier):
        found = variable_place(node, body)
        if found is not None:
            return found
    elif isinstance(node, Access | Call):
        made = element_place(node, body)
        if made is not None:
            return made
    before = len(body.owner.assembly.problems)
    if isinstance(node, Identifier):
        expression(node, body)
    if len(body.owner.assembly.problems) > before:
        return _nowhere()
    problem(
        body, node, "BC30068", "Expression is a value and therefore cannot be the target of an assignment."
    )
    return _nowhere()


def _nowhere() -> Place:
    return Place(lambda _f: None, lambda _f, _h: None, lambda _f, _h, _v: None, None)


def variable_place(node: Identifier, body: Body) -> Place | None:
    """A variable, field or property by its simple name; None for what is neither."""
    local = local_name(body, node.name)
    if local is not None:
        return csharp_place_of(syntax.Name(node.place, local), body)
    return _member_place(node, body)


def _member_place(node: Identifier | Access, body: Body) -> Place | None:
    """A field or property of the type around the body, or of one that is in reach."""
    member = own_member(body, node.name)
    if member is not None:
        owner, spelled, found = member
        if isinstance(found, list) or (isinstance(found, Property) and found.setter is None):
            return None
        if isinstance(found, Field) and found.is_constant:
            return None
        if owner is body.owner or found.is_static:
            place = node.place
            if owner is not body.owner:
                return csharp_place_of(syntax.Name(place, spelled), body)
            return csharp_place_of(syntax.MemberAccess(place, syntax.This(place), spelled), body)
        return None
    base = next((one for one in body.owner.lineage() if not isinstance(one, CSharpType)), None)
    native = base.member(node.name) if base is not None else None
    if isinstance(native, NativeProperty):
        name = native.name
        return Place(
            lambda frame: frame.this,
            lambda frame, handle: call_value(handle, name, [], frame.engine),
            lambda frame, handle, value: write_member(handle, name, value, frame.engine),
            native_kind(base, name),
        )
    shared = shared_owner(node.name, body)
    return _shared_place(shared, node.name) if shared is not None else None


def _shared_place(kind: PSType, name: str) -> Place | None:
    spelled = static_name(kind, name)
    stated = None
    if isinstance(kind, CSharpType):
        found = kind.member_named(spelled, kind.engine)
        if not isinstance(found, Field | Property) or (isinstance(found, Field) and found.is_constant):
            return None
        stated = found.kind.fixed
    return Place(
        lambda _frame: None,
        lambda frame, _handle: read_static(kind, spelled, frame.engine),
        lambda frame, _handle, value: write_static(kind, spelled, value, frame.engine),
        stated,
    )


def element_place(node: Access | Call, body: Body) -> Place | None:
    """A member of a value or type, or an element; None for what is a method for certain."""
    if isinstance(node, Call):
        return _element(node, body)
    static = type_target(node.target, body)
    if static is not None:
        kind = static.fixed
        return _shared_place(kind, node.name) if kind is not None else None
    name = node.name
    if isinstance(node.target, syntax.This | syntax.Base):
        member = own_member(body, name)
        if member is not None:
            return _member_place(node, body)
    target = expression(node.target, body)
    work = target.run
    stated = None
    if isinstance(target.kind, CSharpType):
        found = target.kind.member_named(static_name(target.kind, name), target.kind.engine)
        if isinstance(found, list):
            return None
        stated = found.kind.fixed if found is not None else None
    elif target.kind is not None:
        native = target.kind.member(name)
        stated = native_kind(target.kind, native.name) if native is not None else None

    def prepare(frame: Frame) -> Any:
        value = work(frame)
        if value is None:
            raise null_reference()
        return value

    return Place(
        prepare,
        lambda frame, handle: call_value(handle, name, [], frame.engine),
        lambda frame, handle, value: write_member(handle, name_in(handle, name), value, frame.engine),
        stated,
    )


def _element(node: Call, body: Body) -> Place | None:
    """``target(arguments)`` where target is no method."""
    inner = node.target
    if isinstance(inner, Identifier):
        if _is_method_name(inner.name, body):
            return None
        target = expression(inner, body)
    elif isinstance(inner, Access):
        found = _of_member(inner, body)
        if found is None:
            return None
        target = found
    else:
        target = expression(inner, body)
    work = target.run
    arguments = arguments_of(node.arguments, body, with_places=False)
    stated = target.kind.element_type if target.kind is not None else None

    def prepare(frame: Frame) -> Any:
        return work(frame), arguments(frame)

    def read(frame: Frame, handle: Any) -> Any:
        return element_or_value(handle[0], handle[1], frame.engine)

    def write(frame: Frame, handle: Any, value: Any) -> None:
        _write_element(handle[0], plain(handle[1]), value, frame.engine)

    return Place(prepare, read, write, stated)


def _is_method_name(name: str, body: Body) -> bool:
    if local_name(body, name) is not None:
        return False
    member = own_member(body, name)
    if member is not None:
        return isinstance(member[2], list)
    return shared_owner(name, body) is not None


def _of_member(node: Access, body: Body) -> Code | None:
    """What ``target.name`` gives before an element of it is assigned; None where name is a method."""
    static = type_target(node.target, body)
    if static is not None:
        kind = static.fixed
        if not isinstance(kind, CSharpType):
            return None
        found = kind.member_named(static_name(kind, node.name), kind.engine)
        return expression(node, body) if isinstance(found, Field | Property) else None
    target = expression(node.target, body)
    kind, name, work = target.kind, node.name, target.run
    stated: PSType | None = None
    if isinstance(kind, CSharpType):
        found = kind.member_named(static_name(kind, name), kind.engine)
        if isinstance(found, list):
            return None
        stated = found.kind.fixed if found is not None else None
    elif kind is not None:
        native = kind.member(name)
        if native is not None and not isinstance(native, NativeProperty) and native.name != "Item":
            return None
        stated = native_kind(kind, native.name) if native is not None else None
    if name.lower() == "item":
        return target
    return Code(lambda frame: call_value(work(frame), name, [], frame.engine), stated)


def _write_element(value: Any, given: list[Any], new: Any, engine: Engine) -> None:
    if value is None:
        raise null_reference()
    write_element(value, indexes(value, given, engine), new, Frame(engine, None, []))
