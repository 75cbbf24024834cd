"""Statements that C# has not, compiled to Python closures."""

from __future__ import annotations

from typing import Any

from emulator.powershell.csharp.conversions import default_of
from emulator.powershell.csharp.delegates import combine, remove
from emulator.powershell.csharp.expressions import expression, type_code
from emulator.powershell.csharp.frames import Body, Frame
from emulator.powershell.csharp.invocation import (
    call_delegate,
    read_member,
    read_static,
    write_member,
    write_static,
)
from emulator.powershell.csharp.native_calls import missing
from emulator.powershell.csharp.objects import stored, thrown
from emulator.powershell.csharp.statements import Do, inferred, makes, sequence, statement, store
from emulator.powershell.csharp.types import CSharpType
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.types import builtin, type_of
from emulator.powershell.visualbasic import expressions, names_in_bodies  # noqa: F401 - they register themselves
from emulator.powershell.visualbasic.calls import arguments_of, plain
from emulator.powershell.visualbasic.conversions import convert
from emulator.powershell.visualbasic.creations import new_array, require
from emulator.powershell.visualbasic.names import local_name, name_in, own_member, static_name
from emulator.powershell.visualbasic.places import place_of
from emulator.powershell.visualbasic.resolution import problem, shared_owner, type_target
from emulator.powershell.visualbasic.syntax import (
    Access,
    Group,
    HandlerChange,
    Identifier,
    Labelled,
    Leave,
    RaiseEvent,
    ReDim,
    Variable,
)


@makes(Variable)
def _variable(node: Variable, body: Body) -> Do:
    name = node.name
    if node.unless_known:
        known = local_name(body, name) or own_member(body, name) or shared_owner(name, body)
        if known is not None:
            return lambda _frame: None
    if any(one in body.scopes[-1] for one in body.spellings.get(name.lower(), ())):
        text = f"Local variable '{name}' is already declared in the current block."
        problem(body, node, "BC30288", text)
    code = type_code(node.type_name, body) if node.type_name is not None else None
    if node.value is None:
        return _cleared(body, store(body.declare(name, code), body), body.local(name), code)
    value = expression(node.value, body)
    kind = code or (inferred(value.kind) if value.kind is not None else None)
    put, work = store(body.declare(name, kind), body), value.run
    return lambda frame: put(frame, stored(work(frame)))


def _cleared(body: Body, put: Any, local: Any, code: Any) -> Do:
    slot, captured = local.slot, body.captured

    def run(frame: Frame) -> None:
        held = frame.slots[slot]
        kept = held[0] if captured and held is not None else held
        if kept is None and code is not None:
            kept = default_of(code.find(frame), frame.engine)
        put(frame, kept)

    return run


@makes(Group)
def _group(node: Group, body: Body) -> Do:
    return sequence([statement(one, body) for one in node.statements])


@makes(Labelled)
def _labelled(node: Labelled, body: Body) -> Do:
    inner = statement(node.body, body)
    label = node.label

    def run(frame: Frame) -> Any:
        end = inner(frame)
        return None if end == label else end

    return run


@makes(Leave)
def _leave(node: Leave, _body: Body) -> Do:
    label = node.label
    return lambda _frame: label


@makes(ReDim)
def _redim(node: ReDim, body: Body) -> Do:
    place = place_of(node.target, body)
    bound = expression(node.bound, body).run
    prepare, read, write = place.prepare, place.read, place.write
    stated = place.kind.element_type if place.kind is not None else None
    if node.element is not None:
        stated = type_code(node.element, body).fixed
    keeps = node.keeps

    def run(frame: Frame) -> None:
        handle = prepare(frame)
        old = read(frame, handle)
        element = (
            stated or (type_of(old).element_type if old is not None else None) or builtin("System.Object")
        )
        made = new_array(element, bound(frame), frame)
        if keeps and old is not None:
            _check_kept(old, made)
            count = min(len(old), len(made))
            made[:count] = old[:count]
        write(frame, handle, made)

    return run


def _check_kept(old: Any, made: Any) -> None:
    """Raises InvalidCastException and ArrayTypeMismatchException for what cannot go over into an array."""
    if not isinstance(old, PSArray | bytearray):
        text = f"Unable to cast object of type '{type_of(old).name}' to type 'System.Array'."
        raise thrown("System.InvalidCastException", text)
    if isinstance(old, bytearray) is not isinstance(made, bytearray):
        text = "Source array type cannot be assigned to destination array type."
        raise thrown("System.ArrayTypeMismatchException", text)


@makes(HandlerChange)
def _handler_change(node: HandlerChange, body: Body) -> Do:
    change = combine if node.is_addition else remove
    event, handler = node.event, expression(node.handler, body).run
    if isinstance(event, Identifier):
        place = place_of(event, body)
        prepare, read, write, kind = place.prepare, place.read, place.write, place.kind

        def own(frame: Frame) -> None:
            handle = prepare(frame)
            added = convert(handler(frame), kind, frame.engine)
            write(frame, handle, change(read(frame, handle), added, frame.engine))

        return own
    if not isinstance(event, Access):
        problem(
            body,
            node,
            "BC30677",
            "'AddHandler' or 'RemoveHandler' statement event operand must be a "
            "dot-qualified expression or a simple name.",
        )
        return lambda _frame: None
    name = event.name
    static = type_target(event.target, body)
    if static is not None:

        def shared(frame: Frame) -> None:
            kind = static.find(frame)
            spelled = static_name(kind, name)
            old = read_static(kind, spelled, frame.engine)
            write_static(kind, spelled, change(old, handler(frame), frame.engine), frame.engine)

        return shared
    target = expression(event.target, body).run

    def of_value(frame: Frame) -> None:
        value, engine = require(target(frame)), frame.engine
        spelled = name_in(value, name)
        if not isinstance(type_of(value), CSharpType):
            raise missing(engine, f"events of {type_of(value).name}")
        write_member(
            value, spelled, change(read_member(value, spelled, engine), handler(frame), engine), engine
        )

    return of_value


@makes(RaiseEvent)
def _raise_event(node: RaiseEvent, body: Body) -> Do:
    member = own_member(body, node.name)
    if member is None or isinstance(member[2], list):
        problem(
            body,
            node,
            "BC30451",
            f"'{node.name}' is not declared. It may be inaccessible due to its protection level.",
        )
        return lambda _frame: None
    work = expression(Identifier(node.place, node.name), body).run
    given = arguments_of(node.arguments, body)

    def run(frame: Frame) -> None:
        handlers = work(frame)
        if handlers is not None:
            call_delegate(handlers, plain(given(frame)), frame.engine)

    return run


def load() -> None:
    """Register what this module and the expressions compile."""
