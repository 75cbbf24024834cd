"""Expressions of Visual Basic, compiled to Python closures."""

from __future__ import annotations

from typing import Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.conversions import cast, fits, is_nullable
from emulator.powershell.csharp.creations import create
from emulator.powershell.csharp.delegates import ANY_DELEGATE, CodeDelegate
from emulator.powershell.csharp.diagnostics import UnsupportedError
from emulator.powershell.csharp.expressions import expression, makes, type_code
from emulator.powershell.csharp.frames import Body, Code, Frame, Run, TypeCode
from emulator.powershell.csharp.invocation import method_delegate, read_member, read_static, write_member
from emulator.powershell.csharp.members import Field, Property, array_from
from emulator.powershell.csharp.names_in_bodies import element_kind, native_kind, result_of
from emulator.powershell.csharp.native_calls import missing
from emulator.powershell.csharp.objects import null_reference, out_of_memory, thrown
from emulator.powershell.csharp.resolution import member_code
from emulator.powershell.csharp.statements import inferred as always
from emulator.powershell.csharp.types import CSharpType
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES
from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.types import PSType, array_of, builtin, type_of
from emulator.powershell.visualbasic.calls import (
    Evaluate,
    Given,
    arguments_of,
    call_code,
    call_methods,
    call_type,
    call_value,
    pick,
    plain,
)
from emulator.powershell.visualbasic.conversions import NAMES, convert, name_of, truth
from emulator.powershell.visualbasic.names import (
    local_name,
    member_name,
    name_in,
    own_member,
    static_name,
)
from emulator.powershell.visualbasic.operations import COMPARISONS, negate, operate
from emulator.powershell.visualbasic.places import place_of
from emulator.powershell.visualbasic.resolution import owner_of, problem, shared_owner
from emulator.powershell.visualbasic.syntax import (
    Access,
    AddressOf,
    ArrayOfItems,
    ArrayOfSize,
    Assign,
    Call,
    Choice,
    Converted,
    Creation,
    Grouped,
    Identifier,
    Negation,
    Omitted,
    Operation,
    ReferenceCast,
    Truth,
    TypeOfIs,
)

_NUMBERS = frozenset(
    name for name in NAMES if name not in ("System.Object", "System.String", "System.Char", "System.DateTime")
)
_BOOLEAN = "System.Boolean"


def _no_arguments(_frame: Frame) -> list[Given]:
    return []


# Names


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
    known = name_in_object(node.name) or (node.name.lower() == "item" and kind.indexers)
    if is_closed and not known and not kind.assembly.extensions(node.name) and not kind.interface_types:
        text = f"'{node.name}' is not a member of '{kind.name.replace('+', '.')}'."
        problem(body, node, "BC30456", text)


def name_in_object(name: str) -> bool:
    """Whether every object has a member of the name."""
    return name.lower() in (
        "tostring",
        "gettype",
        "equals",
        "gethashcode",
        "memberwiseclone",
        "finalize",
        "referenceequals",
    )


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
        name = {
            "tostring": "ToString",
            "equals": "Equals",
            "gethashcode": "GetHashCode",
            "finalize": "Finalize",
        }.get(name.lower(), name)
    access = syntax.MemberAccess(node.place, syntax.Base(node.place), name)
    is_property = member is not None and type(member).__name__ == "Property"
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


# Operators and conversions


@makes(Operation)
def _operation(node: Operation, body: Body) -> Code:
    operator = node.operator
    left, right = expression(node.left, body), expression(node.right, body)
    first, second = left.run, right.run
    if operator == "andalso":
        return Code(
            lambda frame: truth(first(frame), frame.engine) and truth(second(frame), frame.engine),
            builtin(_BOOLEAN),
        )
    if operator == "orelse":
        return Code(
            lambda frame: truth(first(frame), frame.engine) or truth(second(frame), frame.engine),
            builtin(_BOOLEAN),
        )
    is_late = not (_is_typed(left) and _is_typed(right))
    return Code(
        lambda frame: operate(operator, first(frame), second(frame), frame.engine, is_late=is_late),
        _result_kind(operator, left.kind, right.kind),
    )


def _is_typed(code: Code) -> bool:
    return code.kind is not None and code.kind.name != "System.Object"


def _result_kind(operator: str, left: PSType | None, right: PSType | None) -> PSType | None:
    if operator in COMPARISONS or operator in ("is", "isnot", "like"):
        return builtin(_BOOLEAN)
    if operator == "&":
        return builtin("System.String")
    if left is None or right is None or left is not right:
        return None
    if left.name == "System.String":
        return left if operator == "+" else builtin("System.Double")
    if left.name not in _NUMBERS or left.name == _BOOLEAN:
        return left if operator in ("and", "or", "xor") and left.name == _BOOLEAN else None
    if operator in ("/", "^"):
        return builtin("System.Double") if left.name not in ("System.Decimal", "System.Single") else None
    return (
        left
        if operator != "\\" or left.name not in ("System.Double", "System.Single", "System.Decimal")
        else None
    )


@makes(Negation)
def _negation(node: Negation, body: Body) -> Code:
    operand = expression(node.operand, body)
    work, operator, is_late = operand.run, node.operator, not _is_typed(operand)
    kind = operand.kind if operand.kind is not None and operand.kind.name in _NUMBERS else None
    if operator == "-" and kind is not None and kind.name not in _NEGATIVE:
        kind = None
    return Code(lambda frame: negate(operator, work(frame), frame.engine, is_late=is_late), kind)


_NEGATIVE = frozenset(
    f"System.{one}" for one in ("Int16", "Int32", "Int64", "Single", "Double", "Decimal", "SByte")
)


@makes(Truth)
def _truth(node: Truth, body: Body) -> Code:
    work = expression(node.value, body).run
    return Code(lambda frame: truth(work(frame), frame.engine), builtin(_BOOLEAN))


@makes(Converted)
def _converted(node: Converted, body: Body) -> Code:
    code = type_code(node.type_name, body)
    value = node.value
    fixed = code.fixed
    element = fixed.element_type if fixed is not None else None
    if isinstance(value, ArrayOfItems) and value.element is None and element is not None:
        return _array(value, always(element), body)
    inner = expression(value, body)
    work = inner.run
    if fixed is None:
        return Code(lambda frame: convert(work(frame), code.find(frame), frame.engine))
    if isinstance(value, syntax.Literal) and value.value is not None:
        _check_literal(value, fixed, body)
    made = Code(lambda frame: convert(work(frame), fixed, frame.engine), fixed)
    made.is_cast = True
    return made


def _check_literal(node: syntax.Literal, kind: PSType, body: Body) -> None:
    """Constants that can never be of a type."""
    actual = type_of(node.value)
    of_source = isinstance(kind, CSharpType) and not kind.conversions and kind.name != "System.Object"
    if of_source and not actual.is_assignable_to(kind):
        text = f"Value of type '{name_of(actual)}' cannot be converted to '{kind.name.replace('+', '.')}'."
        problem(body, node, "BC30311", text)


@makes(ReferenceCast)
def _reference_cast(node: ReferenceCast, body: Body) -> Code:
    code = type_code(node.type_name, body)
    work = expression(node.value, body).run
    is_trial = node.is_trial

    def run(frame: Frame) -> Any:
        value, kind = work(frame), code.find(frame)
        if is_trial:
            return value if fits(value, kind) else None
        if value is None and kind.is_value_type:
            return convert(None, kind, frame.engine)
        return cast(value, kind, frame.engine, is_unboxing=True)

    return Code(run, code.fixed)


@makes(TypeOfIs)
def _type_of_is(node: TypeOfIs, body: Body) -> Code:
    code = type_code(node.type_name, body)
    work = expression(node.value, body).run
    return Code(lambda frame: fits(work(frame), code.find(frame)), builtin(_BOOLEAN))


@makes(Choice)
def _choice(node: Choice, body: Body) -> Code:
    first, second = expression(node.first, body), expression(node.second, body)
    yes, no = first.run, second.run
    kind = first.kind if first.kind is second.kind else None
    if node.condition is None:

        def present(frame: Frame) -> Any:
            value = yes(frame)
            return value if value is not None else no(frame)

        return Code(present, kind)
    condition = expression(node.condition, body).run
    wanted = kind
    if kind is None and first.kind is not None and second.kind is None:
        wanted = first.kind if _is_nothing(node.second) else None
    elif kind is None and second.kind is not None and first.kind is None:
        wanted = second.kind if _is_nothing(node.first) else None
    return Code(
        lambda frame: convert(
            yes(frame) if truth(condition(frame), frame.engine) else no(frame), wanted, frame.engine
        ),
        wanted,
    )


def _is_nothing(node: syntax.Expression) -> bool:
    return isinstance(node, syntax.Literal) and node.value is None


@makes(Assign)
def _assign(node: Assign, body: Body) -> Code:
    place = place_of(node.target, body)
    prepare, read, write, kind = place.prepare, place.read, place.write, place.kind
    value = node.value
    if (
        kind is not None
        and kind.element_type is not None
        and isinstance(value, ArrayOfItems)
        and value.element is None
    ):
        element = kind.element_type
        code = _array(value, always(element), body)
    else:
        code = expression(value, body)
    work = code.run
    operator = node.operator
    if not operator:

        def assign(frame: Frame) -> Any:
            handle = prepare(frame)
            write(frame, handle, convert(work(frame), kind, frame.engine))

        return Code(assign, kind)
    is_late = kind is None or kind.name == "System.Object" or not _is_typed(code)

    def compound(frame: Frame) -> Any:
        handle = prepare(frame)
        made = operate(operator, read(frame, handle), work(frame), frame.engine, is_late=is_late)
        write(frame, handle, convert(made, kind, frame.engine))

    return Code(compound, kind)


# New objects


@makes(Creation)
def _creation(node: Creation, body: Body) -> Code:
    code = type_code(node.type_name, body)
    if isinstance(code.fixed, CSharpType) and code.fixed.is_abstract:
        _refuse_abstract(node, code.fixed, body)
    given = arguments_of(node.arguments, body)
    members = [(name, expression(value, body).run) for name, value in node.members]
    items = [arguments_of([syntax.Argument(one.place, one) for one in item], body) for item in node.items]

    def run(frame: Frame) -> Any:
        made = _created(code.find(frame), given(frame), frame)
        for name, work in members:
            write_member(made, name_in(made, name), work(frame), frame.engine)
        for item in items:
            _add(made, item, frame)
        return made

    return Code(run, code.fixed)


def _refuse_abstract(node: Creation, kind: CSharpType, body: Body) -> None:
    if "module" in kind.node.modifiers or kind.is_static:
        return
    if kind.is_interface:
        problem(body, node, "BC30375", "'New' cannot be used on an interface.")
    else:
        problem(body, node, "BC30376", "'New' cannot be used on a class that is declared 'MustInherit'.")


def _created(kind: PSType, given: list[Given], frame: Frame) -> Any:
    values = plain(given)
    names: list[str | None] = [one.name for one in given]
    if isinstance(kind, CSharpType) and kind.constructors and (given or not kind.is_value_type):
        found = pick(kind.constructors, given, frame.engine)
        if found is not None:
            values, names = found[1], [None] * len(found[1])
    return create(kind, values, names, frame)


def _add(made: Any, item: Evaluate, frame: Frame) -> None:
    given = item(frame)
    if type(made) in DICTIONARY_TYPES and len(given) == 2:
        kinds = type_of(made).arguments
        for one, kind in zip(given, kinds, strict=False):
            one.value = convert(one.value, kind, frame.engine)
    elif len(given) == 1 and len(type_of(made).arguments) == 1:
        given[0].value = convert(given[0].value, type_of(made).arguments[0], frame.engine)
    call_value(made, "Add", given, frame.engine)


@makes(ArrayOfSize)
def _array_of_size(node: ArrayOfSize, body: Body) -> Code:
    code = type_code(node.element, body)
    bound = expression(node.bound, body).run

    def run(frame: Frame) -> Any:
        return new_array(code.find(frame), bound(frame), frame)

    return Code(run, array_of(code.fixed) if code.fixed is not None else None)


def new_array(element: PSType, bound: Any, frame: Frame) -> Any:
    """An array up to an upper bound. Raises OverflowException and OutOfMemoryException."""
    from emulator.powershell.csharp.conversions import default_of

    engine = frame.engine
    count = int(convert(bound, builtin("System.Int32"), engine)) + 1
    if count < 0:
        raise thrown("System.OverflowException", "Arithmetic operation resulted in an overflow.")
    if count > engine.limits.items:
        raise out_of_memory()
    if element.name == "System.Byte":
        return bytearray(count)
    if isinstance(element, CSharpType) and element.is_value_type:
        return array_from([default_of(element, engine) for _ in range(count)], element)
    return array_from([default_of(element, engine)] * count, element)


@makes(ArrayOfItems)
def _array_of_items(node: ArrayOfItems, body: Body) -> Code:
    if node.element is not None:
        return _array(node, type_code(node.element, body), body)
    codes = [expression(one, body) for one in node.items]
    kinds = {one.kind for one in codes}
    only = next(iter(kinds)) if len(kinds) == 1 else None
    return _filled([one.run for one in codes], always(only or builtin("System.Object")))


def _array(node: ArrayOfItems, element: TypeCode, body: Body) -> Code:
    inner = element.fixed.element_type if element.fixed is not None else None
    works = [
        _array(one, always(inner), body).run
        if inner is not None and isinstance(one, ArrayOfItems) and one.element is None
        else expression(one, body).run
        for one in node.items
    ]
    return _filled(works, element)


def _filled(works: list[Run], element: TypeCode) -> Code:
    def run(frame: Frame) -> Any:
        kind = element.find(frame)
        return array_from([convert(work(frame), kind, frame.engine) for work in works], kind)

    return Code(run, array_of(element.fixed) if element.fixed is not None else None)


def require(value: Any) -> Any:
    """A value that is not Nothing."""
    if value is None:
        raise null_reference()
    return value
