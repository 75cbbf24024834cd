"""Names, members, elements and calls in expressions."""

from __future__ import annotations

from typing import Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.conversions import shown
from emulator.powershell.csharp.expressions import Arguments, call_arguments, expression, makes, type_code
from emulator.powershell.csharp.frames import NOT_CONSTANT, Body, Code, Frame
from emulator.powershell.csharp.invocation import (
    call_delegate,
    call_member,
    call_methods,
    call_static,
    method_delegate,
    read_member,
    read_static,
)
from emulator.powershell.csharp.members import Field, Method, Property
from emulator.powershell.csharp.native_calls import call_native, get_native, missing
from emulator.powershell.csharp.objects import null_reference
from emulator.powershell.csharp.places import read_element
from emulator.powershell.csharp.resolution import (
    member_code,
    native_base,
    native_member,
    owner_of_member,
    type_target,
)
from emulator.powershell.csharp.types import CSharpType
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.types import Property as NativeProperty
from emulator.powershell.dotnet.types import PSType, builtin, type_of


@makes(syntax.Name)
def _name(node: syntax.Name, body: Body) -> Code:
    local = body.local(node.name)
    if local is not None:
        slot = local.slot
        kind = local.kind.fixed if local.kind is not None else None
        if local.constant is not NOT_CONSTANT:
            value = local.constant
            return Code(lambda _frame: value, kind, value)
        if local.is_reference:
            if body.captured:
                return Code(lambda frame: frame.slots[slot][0].read(), kind)
            return Code(lambda frame: frame.slots[slot].read(), kind)
        if body.captured:
            return Code(lambda frame: frame.slots[slot][0], kind)
        return Code(lambda frame: frame.slots[slot], kind)
    found = owner_of_member(node.name, body)
    if found is not None:
        return member_code(found[1])
    if native_member(node.name, body):
        name = node.name
        return Code(
            lambda frame: get_native(frame.this, name, frame.engine), native_kind(native_base(body), name)
        )
    text = node.name

    def refuse(frame: Frame) -> Any:
        raise missing(frame.engine, f"the name '{text}'")

    return Code(refuse)


@makes(syntax.This)
def _this(_node: syntax.This, body: Body) -> Code:
    return Code(lambda frame: frame.this, body.owner)


@makes(syntax.Base)
def _base(_node: syntax.Base, body: Body) -> Code:
    return Code(lambda frame: frame.this, body.owner.base_type)


def native_kind(kind: PSType | None, name: str) -> PSType | None:
    """The type of a property of a type of .NET, where it is stated."""
    found = kind.member(name) if kind is not None else None
    if isinstance(found, NativeProperty) and found.type_name != "System.Object":
        from emulator.powershell.runtime.invoke import find_type

        return find_type(found.type_name, None)
    return None


@makes(syntax.MemberAccess)
def _access(node: syntax.MemberAccess, body: Body) -> Code:
    name = node.name
    static = type_target(node.target, body)
    if static is not None:
        fixed = static.fixed
        if isinstance(fixed, EnumType) and name in fixed.names:
            value = fixed.value(fixed.names[name])
            return Code(lambda _frame: value, fixed, value)
        kind = None
        if isinstance(fixed, CSharpType):
            declared = fixed.member_named(name, fixed.engine)
            if isinstance(declared, Field | Property):
                kind = declared.kind.fixed
        find = static.find
        return Code(lambda frame: read_static(find(frame), name, frame.engine), kind)
    if isinstance(node.target, syntax.Base):
        return _of_base(name, body)
    target = expression(node.target, body)
    work = target.run
    if name in ("HasValue", "Value") and _may_be_nullable(target):
        return _of_nullable(name, target)
    kind = None
    if isinstance(target.kind, CSharpType):
        declared = target.kind.member_named(name, target.kind.engine)
        if isinstance(declared, Field | Property):
            kind = declared.kind.fixed
    elif target.kind is not None:
        kind = native_kind(target.kind, name)
    return Code(lambda frame: read_member(work(frame), name, frame.engine), kind)


def _may_be_nullable(target: Code) -> bool:
    return target.kind is not None and target.kind.definition == "System.Nullable`1"


def _of_nullable(name: str, target: Code) -> Code:
    work = target.run
    if name == "HasValue":
        return Code(lambda frame: work(frame) is not None, builtin("System.Boolean"))

    def value(frame: Frame) -> Any:
        from emulator.powershell.csharp.objects import thrown

        found = work(frame)
        if found is None:
            raise thrown("System.InvalidOperationException", "Nullable object must have a value.")
        return found

    assert target.kind is not None  # noqa: S101 - asked for nullable types only
    return Code(value, target.kind.arguments[0])


def _of_base(name: str, body: Body) -> Code:
    base = body.owner.base_type
    if isinstance(base, CSharpType):
        found = base.member_named(name, base.engine)
        if isinstance(found, Field):
            field = found
            return Code(lambda frame: field.read(frame.engine, frame.this), field.kind.fixed)
        if isinstance(found, Property) and found.getter is not None:
            getter = base.accessor(name, is_setter=False) or found.getter
            return Code(lambda frame: getter.invoke(frame.engine, frame.this, []), found.kind.fixed)
        if isinstance(found, list):
            methods = found
            return Code(lambda frame: method_delegate(methods, frame.this, frame.engine))
    native = native_base(body)

    def read(frame: Frame) -> Any:
        member = native.member(name) if native is not None else None
        if not isinstance(member, NativeProperty):
            raise missing(frame.engine, f"base.{name}")
        return member.getter(frame.engine, frame.this) if member.contextual else member.getter(frame.this)

    return Code(read, native_kind(native, name))


@makes(syntax.ElementAccess)
def _element(node: syntax.ElementAccess, body: Body) -> Code:
    target = expression(node.target, body)
    arguments = call_arguments(node.arguments, body)
    work = target.run
    kind = element_kind(target.kind)
    return Code(lambda frame: read_element(work(frame), arguments.evaluate(frame), frame), kind)


def element_kind(kind: PSType | None) -> PSType | None:
    """The type of the elements of a type, where it is known."""
    if kind is None:
        return None
    if kind.element_type is not None:
        return kind.element_type
    if kind.name == "System.String":
        return builtin("System.Char")
    if isinstance(kind, CSharpType):
        return kind.indexers[0].kind.fixed if kind.indexers else None
    definition = kind.definition or ""
    if definition.endswith(("List`1", "Dictionary`2")) and kind.arguments:
        return kind.arguments[-1]
    if kind.name in (
        "System.Collections.Hashtable",
        "System.Collections.IDictionary",
        "System.Collections.IList",
    ):
        return builtin("System.Object")
    return None


# Calls


@makes(syntax.Invocation)
def _invocation(node: syntax.Invocation, body: Body) -> Code:
    arguments = call_arguments(node.arguments, body)
    target = node.target
    if isinstance(target, syntax.Name):
        return _simple_call(target, arguments, body)
    if isinstance(target, syntax.MemberAccess):
        return _member_call(target, arguments, body)
    work = expression(target, body).run
    return Code(lambda frame: call_delegate(work(frame), arguments.evaluate(frame), frame.engine))


def _explicit(node: syntax.Name | syntax.MemberAccess, body: Body) -> Any:
    if not node.arguments:
        return None
    codes = [type_code(one, body) for one in node.arguments]
    return lambda frame: [code.find(frame) for code in codes]


def result_of(methods: list[Method], count: int) -> PSType | None:
    """What methods of a name give for so many arguments, where all give the same."""
    kinds = {one.returns.fixed for one in methods if len(one.parameters) == count} or {
        one.returns.fixed for one in methods
    }
    return kinds.pop() if len(kinds) == 1 else None


def _simple_call(node: syntax.Name, arguments: Arguments, body: Body) -> Code:
    explicit = _explicit(node, body)
    names = arguments.names
    name = node.name
    found = owner_of_member(name, body) if body.local(name) is None else None
    if found is not None and isinstance(found[1], list):
        methods = found[1]
        result = result_of(methods, len(names))
        return Code(
            lambda frame: call_methods(
                methods,
                frame.this,
                arguments.evaluate(frame),
                names,
                frame.engine,
                explicit(frame) if explicit is not None else None,
            ),
            result,
        )
    if found is None and body.local(name) is None:
        if native_member(name, body):
            return Code(lambda frame: call_native(frame.this, name, arguments.evaluate(frame), frame.engine))
        if name in ("GetType", "ToString", "GetHashCode", "MemberwiseClone", "Equals", "ReferenceEquals"):
            return _of_object(name, arguments)
    work = expression(node, body).run
    return Code(lambda frame: call_delegate(work(frame), arguments.evaluate(frame), frame.engine))


def _of_object(name: str, arguments: Arguments) -> Code:
    if name == "ReferenceEquals" or (name == "Equals" and len(arguments.works) == 2):
        kind = builtin("System.Object")
        return Code(lambda frame: call_static(kind, name, arguments.evaluate(frame), frame.engine))
    return Code(lambda frame: call_member(frame.this, name, arguments.evaluate(frame), frame.engine))


def _member_call(node: syntax.MemberAccess, arguments: Arguments, body: Body) -> Code:
    explicit = _explicit(node, body)
    names, name = arguments.names, node.name
    static = type_target(node.target, body)
    if static is not None:
        find = static.find
        result = _static_result(static.fixed, name, len(names))
        return Code(
            lambda frame: call_static(
                find(frame),
                name,
                arguments.evaluate(frame),
                frame.engine,
                names,
                explicit(frame) if explicit is not None else None,
            ),
            result,
        )
    if isinstance(node.target, syntax.Base):
        return _base_call(name, arguments, body)
    target = expression(node.target, body)
    work = target.run
    if _may_be_nullable(target) and name in ("GetValueOrDefault", "ToString", "Equals", "GetHashCode"):
        return _nullable_call(name, target, arguments)
    extensions = body.owner.assembly.extensions(name)
    result = None
    if isinstance(target.kind, CSharpType):
        declared = target.kind.member_named(name, target.kind.engine)
        if isinstance(declared, list):
            result = result_of(declared, len(names))
    elif name == "ToString":
        result = builtin("System.String")

    def run(frame: Frame) -> Any:
        value = work(frame)
        given = arguments.evaluate(frame)
        if value is None and not extensions:
            raise null_reference()
        types = explicit(frame) if explicit is not None else None
        return call_member(value, name, given, frame.engine, names, types, extensions)

    return Code(run, result)


def _static_result(kind: PSType | None, name: str, count: int) -> PSType | None:
    if isinstance(kind, CSharpType):
        declared = kind.member_named(name, kind.engine)
        if isinstance(declared, list):
            return result_of(declared, count)
    if kind is not None and kind.name == "System.String" and name in ("Format", "Join", "Concat"):
        return kind
    return None


def _nullable_call(name: str, target: Code, arguments: Arguments) -> Code:
    work = target.run
    assert target.kind is not None  # noqa: S101 - asked for nullable types only
    inner = target.kind.arguments[0]

    def run(frame: Frame) -> Any:
        from emulator.powershell.csharp.conversions import default_of

        value, given = work(frame), arguments.evaluate(frame)
        if value is not None:
            return value if name == "GetValueOrDefault" else call_member(value, name, given, frame.engine)
        if name == "GetValueOrDefault":
            return given[0] if given else default_of(inner, frame.engine)
        return {"ToString": "", "Equals": given == [None], "GetHashCode": 0}[name]

    return Code(run)


def _does_nothing(native: PSType | None, name: str) -> bool:
    """Whether it is one of the protected methods of Cmdlet, which are there to be overridden."""
    from emulator.powershell.dotnet.library.cmdlet_types import VIRTUAL_METHODS

    return name in VIRTUAL_METHODS and native is not None and native.short_name in ("Cmdlet", "PSCmdlet")


def _base_call(name: str, arguments: Arguments, body: Body) -> Code:
    base = body.owner.base_type
    names = arguments.names
    if isinstance(base, CSharpType):
        found = base.member_named(name, base.engine)
        if isinstance(found, list):
            methods = found
            return Code(
                lambda frame: call_methods(
                    methods, frame.this, arguments.evaluate(frame), names, frame.engine, is_base=True
                )
            )
    native = native_base(body)

    def run(frame: Frame) -> Any:
        from emulator.powershell.csharp.native_calls import run_native
        from emulator.powershell.csharp.texts import text_of
        from emulator.powershell.dotnet.types import Method as NativeMethod

        given = arguments.evaluate(frame)
        member = native.member(name) if native is not None else None
        if native is not None and native.name in ("System.Object", "System.ValueType"):
            if name == "ToString":
                return shown(type_of(frame.this))
            if name == "Equals":
                return frame.this is given[0]
            if name == "GetHashCode":
                return (id(frame.this) >> 4) & 0x7FFFFFFF
        if not isinstance(member, NativeMethod):
            if name == "ToString":
                return text_of(frame.this, frame.engine)
            if name in ("Finalize", "Dispose") or _does_nothing(native, name):
                return None
            raise missing(frame.engine, f"base.{name}()")
        return run_native(member, frame.this, given, frame.engine)

    return Code(run)
