"""Reflection on types from C# code: typeof(T).GetProperty, Activator, generic static methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.objects import thrown
from emulator.powershell.csharp.types import CSharpType
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError
from emulator.powershell.dotnet.psobject import Reference
from emulator.powershell.dotnet.types import BUILTIN, PSType, array_of, builtin, register

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


class ReflectedMember:
    """A field or a property of a C# type (FieldInfo, PropertyInfo)."""

    __slots__ = ("kind", "member")

    def __init__(self, kind: CSharpType, member: Any) -> None:
        self.kind = kind
        self.member = member


class ReflectedMethod:
    """A method of a C# type, or a query, that is called by reflection (MethodInfo)."""

    __slots__ = ("generics", "kind", "name")

    def __init__(self, kind: PSType, name: str, generics: list[PSType] | None = None) -> None:
        self.kind = kind
        self.name = name
        self.generics = generics


def _get(engine: Engine, one: ReflectedMember, value: Any, _index: Any = None) -> Any:
    from emulator.powershell.csharp.invocation import read_member, read_static

    if one.member.is_static:
        return read_static(one.kind, one.member.name, engine)
    return read_member(value, one.member.name, engine)


def _set(engine: Engine, one: ReflectedMember, value: Any, new: Any, _index: Any = None) -> None:
    from emulator.powershell.csharp.invocation import write_member, write_static

    if one.member.is_static:
        write_static(one.kind, one.member.name, new, engine)
    else:
        write_member(value, one.member.name, new, engine)


def _invoke(engine: Engine, one: ReflectedMethod, value: Any, given: Any) -> Any:
    from emulator.powershell.csharp.invocation import call_member, call_static

    arguments = list(given or ())
    try:
        if value is None:
            return call_static(one.kind, one.name, arguments, engine, None, one.generics)
        return call_member(value, one.name, arguments, engine, None, one.generics)
    except NetError as problem:
        raise invocation_target(problem.exception) from None


def invocation_target(inner: ExceptionObject) -> NetError:
    """What a call by reflection throws around the exception of the method."""
    made = thrown(
        "System.Reflection.TargetInvocationException",
        "Exception has been thrown by the target of an invocation.",
    )
    made.exception.inner = inner
    return made


for _name in ("FieldInfo", "PropertyInfo", "MethodInfo"):
    if f"system.reflection.{_name.lower()}" not in BUILTIN:
        register(PSType(f"System.Reflection.{_name}", is_abstract=True))
for _name in ("FieldInfo", "PropertyInfo"):
    register(
        PSType(
            f"System.Reflection.Runtime{_name}",
            base=f"System.Reflection.{_name}",
            instance={
                "Name: string": lambda one: one.member.name,
                "FieldType": lambda one: one.member.kind.fixed,
                "PropertyType": lambda one: one.member.kind.fixed,
                "@GetValue(object obj)": _get,
                "@GetValue(object obj, object[] index)": _get,
                "@SetValue(object obj, object value)": _set,
                "@SetValue(object obj, object value, object[] index)": _set,
            },
        ),
        ReflectedMember,
    )
register(
    PSType(
        "System.Reflection.RuntimeMethodInfo",
        base="System.Reflection.MethodInfo",
        instance={
            "Name: string": lambda one: one.name,
            "MakeGenericMethod(params type[] typeArguments)": (
                lambda one, types: ReflectedMethod(one.kind, one.name, list(types))
            ),
            "@Invoke(object obj, object[] parameters)": _invoke,
        },
    ),
    ReflectedMethod,
)


def call_on_type(kind: PSType, name: str, given: list[Any], engine: Engine) -> tuple[bool, Any]:
    """A method of System.Type that the engine has not, or has only for its own types."""
    if name == "GetGenericTypeDefinition":
        if kind.definition is None:
            raise thrown("System.InvalidOperationException", "This operation is only valid on generic types.")
        return True, engine.types.find(kind.definition)
    if name == "GetElementType":
        return True, kind.element_type
    if name == "MakeArrayType":
        return True, array_of(kind)
    if name == "MakeGenericType":
        from emulator.powershell.runtime.type_finder import construct_generic

        arguments = given[0] if len(given) == 1 and isinstance(given[0], list) else given
        return True, construct_generic(kind, tuple(arguments))
    if name == "Equals" and len(given) == 1:
        return True, given[0] is kind
    if name == "GetType" and not given:
        return True, builtin("System.RuntimeType")
    if (
        name == "GetMethod"
        and given
        and (isinstance(kind, CSharpType) or kind.name == "System.Linq.Enumerable")
    ):
        return True, ReflectedMethod(kind, given[0])
    if isinstance(kind, CSharpType) and name in ("GetProperty", "GetField") and given:
        table = kind.properties_by_name if name == "GetProperty" else kind.fields
        found = table.get(given[0])
        flags = given[1].number if len(given) > 1 and hasattr(given[1], "number") else 16 | 4 | 8
        if found is None or not flags & (16 if found.is_public else 32):
            return True, None
        return True, ReflectedMember(kind, found)
    return False, None


def generic_static(
    kind: PSType, name: str, given: list[Any], explicit: list[PSType], engine: Engine
) -> tuple[bool, Any]:
    """Static methods of .NET with explicit type arguments."""
    from emulator.powershell.csharp.objects import ByReference

    wanted = explicit[0]
    if kind.name == "System.Enum" and name == "TryParse" and isinstance(wanted, EnumType):
        target = given[-1]
        found = wanted.parse(given[0]) if isinstance(given[0], str) and given[0].strip() else None
        if isinstance(target, ByReference | Reference):
            target.write(found if found is not None else wanted.value(0))
        return True, found is not None
    if kind.name == "System.Activator" and name == "CreateInstance":
        return True, _created(engine, wanted)
    if kind.name == "System.Array" and name == "Empty":
        from emulator.powershell.csharp.members import array_from

        return True, array_from([], wanted)
    return False, None


def _created(engine: Engine, kind: PSType, given: Any = None) -> Any:
    from emulator.powershell.csharp.creations import create
    from emulator.powershell.csharp.frames import Frame

    arguments = list(given or ())
    return create(kind, arguments, [None] * len(arguments), Frame(engine, None, []))


register(PSType("System.RuntimeType", base="System.Type"))
