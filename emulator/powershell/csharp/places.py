"""What can be assigned: variables, fields, properties, elements."""

from __future__ import annotations

from typing import Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.expressions import call_arguments, expression
from emulator.powershell.csharp.frames import Body, Frame, Local, Place
from emulator.powershell.csharp.invocation import (
    read_member,
    read_static,
    write_member,
    write_property,
    write_static,
)
from emulator.powershell.csharp.members import Field, Method, Property
from emulator.powershell.csharp.native_calls import item_of, missing, set_item
from emulator.powershell.csharp.objects import fields_of, null_reference
from emulator.powershell.csharp.overloads import choose
from emulator.powershell.csharp.resolution import member_code, owner_of_member, type_target
from emulator.powershell.csharp.types import CSharpType, code_type_of
from emulator.powershell.dotnet.types import PSType


def place_of(node: syntax.Expression, body: Body) -> Place:
    """Compile what stands left of an assignment."""
    if isinstance(node, syntax.Name):
        local = body.local(node.name)
        if local is not None:
            return _variable(local, body)
        found = owner_of_member(node.name, body)
        if found is not None:
            return _own(found[0], found[1])
    elif isinstance(node, syntax.MemberAccess):
        return _member(node, body)
    elif isinstance(node, syntax.ElementAccess):
        return _element(node, body)
    text = node.name if isinstance(node, syntax.Name) else type(node).__name__

    def refuse(frame: Frame) -> Any:
        raise missing(frame.engine, f"assignment to {text}")

    return Place(refuse, lambda _frame, _handle: None, lambda _frame, _handle, _value: None, None)


def _nothing(_frame: Frame) -> None:
    return None


def _variable(local: Local, body: Body) -> Place:
    slot = local.slot
    kind = local.kind.fixed if local.kind is not None else None
    captured = body.captured
    if local.is_reference:

        def target(frame: Frame) -> Any:
            return frame.slots[slot][0] if captured else frame.slots[slot]

        return Place(
            target,
            lambda _frame, handle: handle.read(),
            lambda _frame, handle, value: handle.write(value),
            kind,
        )
    if captured:

        def put_cell(frame: Frame, _handle: Any, value: Any) -> None:
            cell = frame.slots[slot]
            if cell is None:
                frame.slots[slot] = [value]
            else:
                cell[0] = value

        def read_cell(frame: Frame, _handle: Any) -> Any:
            return frame.slots[slot][0]

        return Place(_nothing, read_cell, put_cell, kind)

    def put(frame: Frame, _handle: Any, value: Any) -> None:
        frame.slots[slot] = value

    return Place(_nothing, lambda frame, _handle: frame.slots[slot], put, kind)


def _own(owner: CSharpType, found: Field | Property | list[Method]) -> Place:
    """A member by its simple name."""
    if isinstance(found, Field):
        field = found
        kind = field.kind.fixed
        if field.is_static:

            def put_static(frame: Frame, _handle: Any, value: Any) -> None:
                field.owner.initialize(frame.engine)
                field.owner.statics[field.name] = value

            return Place(_nothing, lambda frame, _handle: field.read(frame.engine, None), put_static, kind)
        key = field.key

        def put(frame: Frame, _handle: Any, value: Any) -> None:
            fields_of(frame.this)[key] = value

        return Place(_nothing, lambda frame, _handle: fields_of(frame.this)[key], put, kind)
    if isinstance(found, Property):
        item = found

        def set_property(frame: Frame, _handle: Any, value: Any) -> None:
            this = None if item.is_static else frame.this
            kind = None if this is None else code_type_of(this)
            write_property(kind or owner, item, this, value, frame.engine)

        read = member_code(found)
        return Place(_nothing, lambda frame, _handle: read.run(frame), set_property, item.kind.fixed)

    def refuse(frame: Frame) -> Any:
        raise missing(frame.engine, f"assignment to {owner.name}.{found[0].name}")

    return Place(refuse, lambda _frame, _handle: None, lambda _frame, _handle, _value: None, None)


def _member(node: syntax.MemberAccess, body: Body) -> Place:
    name = node.name
    static = type_target(node.target, body)
    if static is not None:
        find = static

        def put_static(frame: Frame, handle: Any, value: Any) -> None:
            write_static(handle, name, value, frame.engine)

        kind = _declared_static(find.fixed, name, body)
        return Place(
            find.find, lambda frame, handle: read_static(handle, name, frame.engine), put_static, kind
        )
    if isinstance(node.target, syntax.This | syntax.Base):
        found = owner_of_member(name, body, own_only=True)
        if found is not None and not isinstance(found[1], list):
            return _own(found[0], found[1])
        target_run: Any = lambda frame: frame.this  # noqa: E731 - as short as the other branch
        target_kind: PSType | None = body.owner
    else:
        code = expression(node.target, body)
        target_run, target_kind = code.run, code.kind

    def prepare(frame: Frame) -> Any:
        value = target_run(frame)
        if value is None:
            raise null_reference()
        return value

    kind = None
    if isinstance(target_kind, CSharpType):
        declared = target_kind.member_named(name, body.owner.engine)
        if isinstance(declared, Field | Property):
            kind = declared.kind.fixed
    return Place(
        prepare,
        lambda frame, handle: read_member(handle, name, frame.engine),
        lambda frame, handle, value: write_member(handle, name, value, frame.engine),
        kind,
    )


def _declared_static(kind: PSType | None, name: str, body: Body) -> PSType | None:
    if isinstance(kind, CSharpType):
        found = kind.member_named(name, body.owner.engine)
        if isinstance(found, Field | Property):
            return found.kind.fixed
    return None


def _element(node: syntax.ElementAccess, body: Body) -> Place:
    target = expression(node.target, body)
    arguments = call_arguments(node.arguments, body)
    kind = target.kind.element_type if target.kind is not None else None

    def prepare(frame: Frame) -> Any:
        return target.run(frame), arguments.evaluate(frame)

    def read(frame: Frame, handle: Any) -> Any:
        return read_element(handle[0], handle[1], frame)

    def write(frame: Frame, handle: Any, value: Any) -> None:
        write_element(handle[0], handle[1], value, frame)

    return Place(prepare, read, write, kind)


def read_element(value: Any, index: list[Any], frame: Frame) -> Any:
    """``value[index]``, by an indexer of a C# type or the engine's rules."""
    kind = code_type_of(value) if value is not None else None
    if kind is not None:
        getters = [one.getter for one in _indexers(kind) if one.getter is not None]
        if getters:
            method, values, _ = choose(getters, index, [None] * len(index), frame.engine)
            return kind.dispatched(method).invoke(frame.engine, value, values)
    return item_of(value, index, frame.engine)


def write_element(value: Any, index: list[Any], new: Any, frame: Frame) -> None:
    """``value[index] = new``."""
    kind = code_type_of(value) if value is not None else None
    if kind is not None:
        setters = [one.setter for one in _indexers(kind) if one.setter is not None]
        if setters:
            method, values, _ = choose(setters, [*index, new], [None] * (len(index) + 1), frame.engine)
            kind.dispatched(method).invoke(frame.engine, value, values)
            return
    set_item(value, index, new, frame.engine)


def _indexers(kind: CSharpType) -> list[Property]:
    return [item for one in kind.lineage() if isinstance(one, CSharpType) for item in one.indexers]
