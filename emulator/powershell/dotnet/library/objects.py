"""System.Object and the other roots, Type, Enum, PSObject."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import PSArray, TypedArray
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.hash_codes import hash_code, identity_code
from emulator.powershell.dotnet.psobject import (
    CUSTOM_OBJECT,
    NULL_STRING,
    NullString,
    PSObject,
    Reference,
    unwrap,
)
from emulator.powershell.dotnet.switch import SwitchParameter
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register, type_of
from emulator.powershell.runtime.conversion import convert
from emulator.powershell.runtime.errors import not_emulated


def _text(value: Any) -> str:
    from emulator.powershell.runtime.text_operators import current_text

    return current_text(value)


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, str):
        return isinstance(other, str) and value == other
    return value is other or (type(value) is type(other) and bool(value == other))


def _hash(value: Any) -> int:
    code = hash_code(value)
    return code if code is not None else identity_code(value)


def _get_type(value: Any) -> PSType:
    return builtin(CUSTOM_OBJECT) if type(value) is PSObject else type_of(value)


def _is_same_object(value: Any, other: Any) -> bool:
    """What System.Object itself calls equal: the same reference, or equal values of one value type."""
    if isinstance(value, str) or not type_of(value).is_value_type:
        return value is other
    return type(value) is type(other) and bool(value == other)


OBJECT_METHODS: dict[str, tuple[Any, int]] = {
    "tostring": (lambda value: _get_type(value).name, 0),
    "equals": (_is_same_object, 1),
}
"""The methods of System.Object that classes replace, as they are without that: name -> what runs and how many
arguments it takes."""


def strings(values: list[str]) -> PSArray:
    """A ``string[]``."""
    return TypedArray(values, array_of(builtin("System.String")))


register(
    PSType(
        "System.Object",
        base=None,
        instance={
            "ToString()": _text,
            "GetType()": _get_type,
            "Equals(object obj)": _same,
            "GetHashCode()": _hash,
        },
        static={
            "Equals(object objA, object objB)": _same,
            "ReferenceEquals(object objA, object objB)": lambda a, b: a is b,
        },
        construct={"new()": lambda _kind: PSObject()},
    ),
    object,
)
register(PSType("System.ValueType", is_value_type=True))
register(PSType("System.Void", base="System.ValueType", is_value_type=True))
for _name in (
    "System.Collections.IEnumerable",
    "System.Collections.ICollection",
    "System.Collections.IList",
    "System.Collections.IDictionary",
    "System.IDisposable",
    "System.IComparable",
    "System.IFormattable",
    "System.ICloneable",
    "System.Collections.IEnumerator",
    "System.Collections.IComparer",
    "System.Collections.IEqualityComparer",
):
    register(PSType(_name, base=None, is_interface=True))

# Enumerations


def _enum(kind: Any) -> EnumType:
    if isinstance(kind, EnumType):
        return kind
    raise argument_error("Type provided must be an Enum.", "enumType")


def _parse(kind: Any, text: str, ignore_case: bool = False) -> EnumValue:
    found = _enum(kind)
    parsed = found.parse(text) if text.strip() else None
    exact = all(part.strip() in found.names or part.strip().lstrip("-").isdigit() for part in text.split(","))
    if parsed is None or (not ignore_case and not exact) or not _whole(found, text):
        raise argument_error(f"Requested value '{text}' was not found.")
    return parsed


def _whole(kind: EnumType, text: str) -> bool:
    return all(
        kind.number_of(part.strip()) is not None or part.strip().lstrip("-").isdigit()
        for part in text.split(",")
    )


def _try_parse(kind: Any, text: str, target: Reference) -> bool:
    try:
        target.write(_parse(kind, text, True))
    except NetError:
        return False
    return True


def _defined(kind: Any, value: Any) -> bool:
    found = _enum(kind)
    if isinstance(value, str):
        return value in found.names
    if not isinstance(value, EnumValue | int):
        raise argument_error("The value is neither a name nor a number of the enumeration.", "value")
    return (value.number if isinstance(value, EnumValue) else int(value)) in found.names.values()


def _number(value: Any) -> int:
    if not isinstance(value, EnumValue | int):
        raise argument_error("The value passed in must be an enum base or an underlying type.", "value")
    return value.number if isinstance(value, EnumValue) else int(value)


def _enum_name(kind: Any, value: Any) -> str | None:
    return _enum(kind).name_of(_number(value))


def _enum_format(value: EnumValue, form: str) -> str:
    from emulator.powershell.runtime.text_operators import format_enum

    return format_enum(value, form)


def _enum_values(kind: Any) -> PSArray:
    found = _enum(kind)
    return PSArray(found.value(found.names[name]) for name in found.sorted_names)


def _compare_enums(value: EnumValue, other: Any) -> int:
    other = unwrap(other)
    if other is None:
        return 1
    if type_of(other) is not value.ps_type:
        raise argument_error(
            "Object must be the same type as the enum. The type passed in was "
            f"'{type_of(other).name}'; the enum type was '{value.ps_type.name}'."
        )
    return int(value.number > other.number) - int(value.number < other.number)


def _has_flag(value: EnumValue, other: EnumValue) -> bool:
    if other.ps_type is not value.ps_type:
        raise argument_error(
            f"The argument type, '{other.ps_type.name}', is not the same as the enum type "
            f"'{value.ps_type.name}'."
        )
    return value.number & other.number == other.number


register(
    PSType(
        "System.Enum",
        base="System.ValueType",
        is_value_type=True,
        interfaces=("System.IComparable", "System.IFormattable"),
        instance={
            "@value__": lambda _engine, value: value.number,
            "ToString()": str,
            "ToString(string format)": _enum_format,
            "HasFlag(System.Enum flag)": _has_flag,
            "CompareTo(object target)": _compare_enums,
        },
        static={
            "GetNames(type enumType)": lambda kind: strings(_enum(kind).sorted_names),
            "GetValues(type enumType)": _enum_values,
            "Format(type enumType, object value, string format)": lambda kind, value, form: _enum_format(
                convert(value, kind), form
            ),
            "GetName(type enumType, object value)": _enum_name,
            "IsDefined(type enumType, object value)": _defined,
            "Parse(type enumType, string value)": _parse,
            "Parse(type enumType, string value, bool ignoreCase)": _parse,
            "ToObject(type enumType, object value)": lambda kind, value: _enum(kind).value(_number(value)),
            "GetUnderlyingType(type enumType)": lambda kind: builtin(_enum(kind).underlying),
        },
    )
)
builtin("System.Enum").own_members["value__"].hidden = True  # type: ignore[union-attr]

# Types


PRIMITIVE = frozenset(
    f"System.{name}"
    for name in [
        "Boolean",
        "Byte",
        "SByte",
        "Int16",
        "UInt16",
        "Int32",
        "UInt32",
        "Int64",
        "UInt64",
        "Char",
        "Double",
        "Single",
        "IntPtr",
        "UIntPtr",
    ]
)

_ASSEMBLY = "mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089"


def _full_name(kind: PSType) -> str:
    if kind.definition is None:
        return kind.name
    inside = ",".join(f"[{_full_name(one)}, {_ASSEMBLY}]" for one in kind.arguments)
    return f"{kind.definition}[{inside}]"


def _get_enum_names(kind: PSType) -> PSArray:
    return strings(_enum(kind).sorted_names)


def _members_named(kind: PSType, name: str) -> PSArray:
    """GetMember: the public members of a name, told apart by case."""
    if isinstance(kind, EnumType):
        return strings([name] if name in kind.names else [])
    found = [one for one in (kind.member(name), kind.static_member(name)) if one is not None]
    return PSArray(one for one in found if one.name == name)


def _declared_properties(kind: PSType) -> PSArray:
    """DeclaredProperties of TypeInfo: those of a C# type, in the order of the source."""
    properties = getattr(kind, "properties_by_name", None)
    if properties is None:
        raise not_emulated(f"DeclaredProperties of {kind.name}")
    from emulator.powershell.csharp.reflection import ReflectedMember

    return PSArray(ReflectedMember(kind, one) for one in properties.values())  # type: ignore[arg-type]


def _invoke_member(
    engine: Any, kind: PSType, name: str, flags: Any, _binder: Any, target: Any, given: Any
) -> Any:
    """InvokeMember: a property is read or written, or a method called, by name."""
    from emulator.powershell.runtime.invoke import call_method, call_static
    from emulator.powershell.runtime.members import MISSING, get_property, set_member

    how = str(flags)
    arguments = list(given) if isinstance(given, list) else [] if given is None else [given]
    if "InvokeMethod" in how:
        if target is None:
            return call_static(kind, name, arguments, engine)
        return call_method(target, name, arguments, engine)
    if "SetProperty" in how or "SetField" in how:
        set_member(target, name, arguments[0] if arguments else None, engine)
        return None
    found = get_property(target, name, engine)
    if found is MISSING:
        raise NetError("System.MissingMethodException", f"Method '{kind.name}.{name}' not found.")
    return found


register(PSType("System.MarshalByRefObject", is_abstract=True))
register(
    PSType(
        "System.Type",
        instance={
            "Name: string": lambda kind: kind.short_name,
            "FullName: string": _full_name,
            "Namespace: string": lambda kind: kind.namespace,
            "BaseType": lambda kind: kind.parent,
            "IsEnum: bool": lambda kind: isinstance(kind, EnumType),
            "IsArray: bool": lambda kind: kind.element_type is not None,
            "IsValueType: bool": lambda kind: kind.is_value_type or isinstance(kind, EnumType),
            "IsInterface: bool": lambda kind: kind.is_interface,
            "IsAbstract: bool": lambda kind: kind.is_abstract or kind.is_interface,
            "IsGenericType: bool": lambda kind: kind.definition is not None or kind.is_open,
            "IsClass: bool": lambda kind: not kind.is_interface and not kind.is_value_type,
            "IsPublic: bool": lambda _kind: True,
            "IsPrimitive: bool": lambda kind: kind.name in PRIMITIVE,
            "UnderlyingSystemType": lambda kind: kind,
            "DeclaredProperties": _declared_properties,
            "ToString()": lambda kind: kind.name,
            "GetElementType()": lambda kind: kind.element_type,
            "IsAssignableFrom(type c)": lambda kind, other: other.is_assignable_to(kind),
            "IsSubclassOf(type c)": lambda kind, other: any(
                one is other for one in kind.lineage() if one is not kind
            ),
            "IsInstanceOfType(object o)": lambda kind, value: (
                value is not None and type_of(value).is_assignable_to(kind)
            ),
            "GetEnumNames()": _get_enum_names,
            "GetEnumValues()": _enum_values,
            "GetEnumName(object value)": _enum_name,
            "GetEnumUnderlyingType()": lambda kind: builtin(_enum(kind).underlying),
            "IsEnumDefined(object value)": _defined,
            "GetGenericArguments()": lambda kind: PSArray(kind.arguments),
            "GenericTypeArguments": lambda kind: PSArray(kind.arguments),
            "ContainsGenericParameters: bool": lambda kind: kind.is_open,
            "GetMember(string name)": _members_named,
            "@InvokeMember(string name, object invokeAttr, object binder, object target, object args)": (
                _invoke_member
            ),
        },
        static={
            "@GetType(string typeName)": lambda engine, name: engine.types.find(name),
            "@GetType(string typeName, bool throwOnError)": lambda engine, name, _throw: engine.types.find(
                name
            ),
        },
        to_text=lambda kind: kind.name,
    ),
    PSType,
    EnumType,
)

# PSObject

register(
    PSType(
        "System.Management.Automation.PSObject",
        construct={
            "new()": lambda _kind: PSObject(),
            "new(object obj)": lambda _kind, value: value if isinstance(value, PSObject) else PSObject(value),
        },
        static={
            "AsPSObject(object obj)": lambda value: value if isinstance(value, PSObject) else PSObject(value)
        },
    )
)
register(
    PSType(
        CUSTOM_OBJECT,
        instance={"ToString()": _text},
    ),
    PSObject,
)


def _switch_text(value: SwitchParameter) -> str:
    return str(value)


register(
    PSType(
        "System.Management.Automation.SwitchParameter",
        base="System.ValueType",
        is_value_type=True,
        instance={
            "IsPresent: bool": lambda value: value.is_present,
            "ToBool()": lambda value: value.is_present,
            "ToString()": _switch_text,
        },
        static={"Present": lambda: SwitchParameter(True)},
        construct={"new(bool isPresent)": lambda _kind, present: SwitchParameter(present)},
        to_text=_switch_text,
    ),
    SwitchParameter,
)


def _write_reference(target: Reference, value: Any) -> None:
    target.write(value)


register(
    PSType(
        "System.Management.Automation.PSReference",
        instance={"Value": lambda target: target.read(), "Value=": _write_reference},
    ),
    Reference,
)
register(PSType("System.Nullable`1", base="System.ValueType", is_value_type=True))
register(
    PSType(
        "System.Management.Automation.Language.NullString",
        static={"Value": lambda: NULL_STRING},
        to_text=lambda _value: "",
    ),
    NullString,
)
