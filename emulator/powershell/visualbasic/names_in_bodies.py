"""Names, members and calls in expressions of Visual Basic."""

from __future__ import annotations

from typing import Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.conversions import is_nullable
from emulator.powershell.csharp.delegates import ANY_DELEGATE, CodeDelegate
from emulator.powershell.csharp.diagnostics import UnsupportedError
from emulator.powershell.csharp.expressions import expression, makes, type_code
from emulator.powershell.csharp.frames import Body, Code, Frame, TypeCode
from emulator.powershell.csharp.invocation import method_delegate, read_member, read_static
from emulator.powershell.csharp.members import Field, Property
from emulator.powershell.csharp.names_in_bodies import element_kind, native_kind, result_of
from emulator.powershell.csharp.native_calls import missing
from emulator.powershell.csharp.objects import thrown
from emulator.powershell.csharp.resolution import member_code
from emulator.powershell.csharp.statements import inferred as always
from emulator.powershell.csharp.types import CSharpType
from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.types import Property as NativeProperty
from emulator.powershell.dotnet.types import PSType, builtin
from emulator.powershell.visualbasic.argument_counts import check_arguments
from emulator.powershell.visualbasic.calls import (
    arguments_of,
    call_code,
    call_methods,
    call_type,
    call_value,
)
from emulator.powershell.visualbasic.conversions import convert
from emulator.powershell.visualbasic.names import (
    OVERRIDABLE,
    is_of_object,
    local_name,
    member_name,
    name_in,
    own_member,
    static_name,
)
from emulator.powershell.visualbasic.resolution import owner_of, problem, shared_owner
from emulator.powershell.visualbasic.syntax import (
    Access,
    AddressOf,
    Call,
    Grouped,
    Identifier,
    Omitted,
)

_BOOLEAN = "System.Boolean"


@makes(Identifier)
def _identifier(node: Identifier, body: Body) -> Code:
    return _simple(node, [], body)


def _simple(node: Identifier, arguments: list[syntax.Argument], body: Body) -> Code:
    """A simple name with the arguments behind it."""
    local = local_name(body, node.name)
    if local is not None:
        code = expression(syntax.Name(node.place, local), body)
        return _with_arguments(code, arguments, body)
    member = own_member(body, node.name)
    if member is not None:
        _, _, found = member
        if not isinstance(found, list):
            return _with_arguments(member_code(found), arguments, body)
        methods, explicit = found, _explicit(node.generics, body)
        check_arguments(methods, arguments, node, body)
        given = arguments_of(arguments, body)
        return Code(
            lambda frame: call_methods(methods, frame.this, given(frame), frame.engine, explicit(frame)),
            result_of(methods, len(arguments)),
        )
    name = node.name
    base = next((one for one in body.owner.lineage() if not isinstance(one, CSharpType)), None)
    native = base.member(name) if base is not None else None
    if native is not None or name.lower() in (
        "tostring",
        "gettype",
        "gethashcode",
        "equals",
        "memberwiseclone",
    ):
        given = arguments_of(arguments, body)
        kind = native_kind(base, native.name) if native is not None and not arguments else None
        return Code(lambda frame: call_value(frame.this, name, given(frame), frame.engine), kind)
    shared = shared_owner(name, body)
    if shared is not None:
        return _of_type(always(shared), name, node, arguments, body)
    return _unknown(node, body, has_arguments=bool(arguments))


def _unknown(node: Identifier, body: Body, *, has_arguments: bool) -> Code:
    name = node.name
    kind = None if has_arguments else body.owner.type_names.find(syntax.TypeName(node.place, name))
    if name.lower() == "my":
        raise UnsupportedError("the namespace My", node.place)
    if kind is not None:
        is_class = not kind.is_value_type and not kind.is_interface and not isinstance(kind, EnumType)
        number, what = ("BC30109", "a class type") if is_class else ("BC30108", "a type")
        problem(body, node, number, f"'{name}' is {what} and cannot be used as an expression.")
    elif _may_inherit(body):
        return Code(lambda frame: _raise(missing(frame.engine, f"the name '{name}'")))
    else:
        text = f"'{name}' is not declared. It may be inaccessible due to its protection level."
        problem(body, node, "BC30451", text)
    return Code(lambda frame: _raise(missing(frame.engine, f"the name '{name}'")))


def _may_inherit(body: Body) -> bool:
    """Whether a base of .NET may have members that are not known here."""
    owner: CSharpType | None = body.owner
    while owner is not None:
        if owner.is_interface or any(
            not isinstance(one, CSharpType) and one.name not in ("System.Object", "System.ValueType")
            for one in owner.lineage()
        ):
            return True
        owner = owner.outer
    return False


def _raise(problem: Exception) -> Any:
    raise problem


def _explicit(generics: list[syntax.TypeName] | None, body: Body) -> Any:
    if not generics:
        return lambda _frame: None
    codes = [type_code(one, body) for one in generics]
    return lambda frame: [code.find(frame) for code in codes]


def _with_arguments(code: Code, arguments: list[syntax.Argument], body: Body) -> Code:
    if not arguments:
        return code
    made = call_code(code, arguments_of(arguments, body))
    made.kind = element_kind(code.kind)
    return made


# Members


@makes(Access)
def _access(node: Access, body: Body) -> Code:
    return _member(node, [], body)


def _member(node: Access, arguments: list[syntax.Argument], body: Body) -> Code:
    """``target.name(arguments)``."""
    static = owner_of(node, body)
    if static is not None:
        return _of_type(static, node.name, node, arguments, body)
    if isinstance(node.target, syntax.Base):
        return _of_base(node, arguments, body)
    target = expression(node.target, body)
    name = node.name
    if target.kind is not None and is_nullable(target.kind) and name.lower() in _OF_NULLABLE:
        return _of_nullable(target, _OF_NULLABLE[name.lower()], arguments, body)
    kind = member_kind(target.kind, node, arguments, body)
    work, given = target.run, arguments_of(arguments, body)
    explicit = _explicit(node.generics, body)
    extensions = body.owner.assembly.extensions(name)
    return Code(
        lambda frame: call_value(work(frame), name, given(frame), frame.engine, explicit(frame), extensions),
        kind,
    )


_OF_NULLABLE = {one.lower(): one for one in ("HasValue", "Value", "GetValueOrDefault")}


def _of_nullable(target: Code, name: str, arguments: list[syntax.Argument], body: Body) -> Code:
    work, kind = target.run, target.kind
    assert kind is not None  # noqa: S101 - asked for nullable types only
    inner = kind.arguments[0]
    if name == "HasValue":
        return Code(lambda frame: work(frame) is not None, builtin(_BOOLEAN))
    given = arguments_of(arguments, body)

    def run(frame: Frame) -> Any:
        value, values = work(frame), given(frame)
        if value is not None:
            return value
        if name == "Value":
            raise thrown("System.InvalidOperationException", "Nullable object must have a value.")
        return convert(values[0].value if values else None, inner, frame.engine)

    return Code(run, inner)


def member_kind(
    kind: PSType | None, node: Access, arguments: list[syntax.Argument], body: Body
) -> PSType | None:
    """The static type of a member of a value; what a type of the source has not is an error."""
    if isinstance(kind, CSharpType):
        spelled = member_name(kind, node.name)
        found = kind.member_named(spelled, kind.engine) if spelled is not None else None
        if isinstance(found, list):
            check_arguments(found, arguments, node, body)
            return result_of(found, len(arguments))
        if found is not None:
            return element_kind(found.kind.fixed) if arguments else found.kind.fixed
        _check_member(kind, node, body)
        return None
    if kind is None:
        return None
    native = kind.member(node.name)
    if native is None:
        return None
    if native.name == "ToString":
        return builtin("System.String")
    return None if arguments else native_kind(kind, native.name)


def _check_member(kind: CSharpType, node: Access, body: Body) -> None:
    is_closed = not kind.is_interface and all(
        isinstance(one, CSharpType) or one.name in ("System.Object", "System.ValueType")
        for one in kind.lineage()
    )
    known = is_of_object(node.name) or (node.name.lower() == "item" and kind.indexers)
    if is_closed and not known and not kind.assembly.extensions(node.name) and not kind.interface_types:
        text = f"'{node.name}' is not a member of '{kind.name.replace('+', '.')}'."
        problem(body, node, "BC30456", text)


def _of_type(
    static: TypeCode,
    name: str,
    node: Identifier | Access,
    arguments: list[syntax.Argument],
    body: Body,
) -> Code:
    fixed, find = static.fixed, static.find
    if isinstance(fixed, EnumType) and not arguments:
        spelled = static_name(fixed, name)
        if spelled in fixed.names:
            value = fixed.value(fixed.names[spelled])
            return Code(lambda _frame: value, fixed, value)
    kind = None
    if isinstance(fixed, CSharpType):
        declared = fixed.member_named(static_name(fixed, name), fixed.engine)
        if isinstance(declared, Field | Property):
            kind = element_kind(declared.kind.fixed) if arguments else declared.kind.fixed
        elif isinstance(declared, list):
            check_arguments(declared, arguments, node, body)
            kind = result_of(declared, len(arguments))
        elif isinstance(node, Access):
            _check_member(fixed, node, body)
    given, explicit = arguments_of(arguments, body), _explicit(node.generics, body)
    return Code(lambda frame: call_type(find(frame), name, given(frame), frame.engine, explicit(frame)), kind)


def _of_base(node: Access, arguments: list[syntax.Argument], body: Body) -> Code:
    base = body.owner.base_type
    name = node.name
    if isinstance(base, CSharpType):
        spelled = member_name(base, name)
        found = base.member_named(spelled, base.engine) if spelled is not None else None
        if isinstance(found, list):
            methods, given = found, arguments_of(arguments, body)
            return Code(
                lambda frame: call_methods(methods, frame.this, given(frame), frame.engine, is_base=True),
                result_of(methods, len(arguments)),
            )
        if spelled is not None:
            name = spelled
    native = next((one for one in base.lineage() if not isinstance(one, CSharpType)), None)
    member = native.member(name) if native is not None else None
    if member is not None:
        name = member.name
    else:
        name = OVERRIDABLE.get(name.lower(), name)
    access = syntax.MemberAccess(node.place, syntax.Base(node.place), name)
    is_property = member is not None and isinstance(member, NativeProperty)
    if is_property or (
        isinstance(base, CSharpType) and isinstance(base.member_named(name, base.engine), Field | Property)
    ):
        return _with_arguments(expression(access, body), arguments, body)
    return expression(syntax.Invocation(node.place, access, arguments), body)


@makes(Call)
def _call(node: Call, body: Body) -> Code:
    target = node.target
    if isinstance(target, Identifier):
        code = _simple(target, node.arguments, body)
        return code if node.arguments else _called(code, target, body)
    if isinstance(target, Access):
        return _member(target, node.arguments, body)
    inner = expression(target, body)
    if not node.arguments:
        return _called(inner, target, body)
    return _with_arguments(inner, node.arguments, body)


def _called(code: Code, target: syntax.Expression, body: Body) -> Code:
    """``name()``: a delegate in a variable is called."""
    if isinstance(target, Identifier) and local_name(body, target.name) is None:
        member = own_member(body, target.name)
        if member is None or isinstance(member[2], list):
            return code
    work = code.run

    def run(frame: Frame) -> Any:
        from emulator.powershell.csharp.invocation import call_delegate

        value = work(frame)
        return call_delegate(value, [], frame.engine) if isinstance(value, Delegate) else value

    return Code(run, code.kind)


@makes(Grouped)
def _grouped(node: Grouped, body: Body) -> Code:
    return expression(node.value, body)


@makes(Omitted)
def _omitted(node: Omitted, body: Body) -> Code:
    problem(body, node, "BC30201", "Expression expected.")
    return Code(lambda _frame: None)


@makes(AddressOf)
def _address_of(node: AddressOf, body: Body) -> Code:
    target = node.target
    if isinstance(target, Identifier):
        member = own_member(body, target.name)
        if member is not None and isinstance(member[2], list):
            methods = member[2]
            return Code(lambda frame: method_delegate(methods, frame.this, frame.engine))
        shared = shared_owner(target.name, body)
        if shared is not None:
            return _static_delegate(always(shared), target.name)
        return _unknown(target, body, has_arguments=True)
    if isinstance(target, Access):
        static = owner_of(target, body)
        if static is not None:
            return _static_delegate(static, target.name)
        work, name = expression(target.target, body).run, target.name
        return Code(lambda frame: _delegate_of(work(frame), name, frame))
    problem(body, node, "BC30577", "'AddressOf' operand must be the name of a method (without parentheses).")
    return Code(lambda _frame: None)


def _static_delegate(static: TypeCode, name: str) -> Code:
    def run(frame: Frame) -> Any:
        kind = static.find(frame)
        return read_static(kind, static_name(kind, name), frame.engine)

    return Code(run)


def _delegate_of(value: Any, name: str, frame: Frame) -> Any:
    made = read_member(value, name_in(value, name), frame.engine)
    if isinstance(made, Delegate) or not callable(made):
        return made
    return CodeDelegate(ANY_DELEGATE, lambda _engine, given: made(given), frame.engine, None, (value, name))
