"""Conversions of the language: to text, to truth, to numbers and to any type (about_Type_Conversion).

Everything here is independent of the current culture, as casts and expanded strings are in PowerShell.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet import number_format, numbers
from emulator.powershell.dotnet.collections import (
    DICTIONARY_TYPES,
    LIST_TYPES,
    ArrayList,
    GenericList,
    HashSet,
    Hashtable,
    OrderedDictionary,
    PSArray,
    TypedArray,
)
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError
from emulator.powershell.dotnet.numbers import Byte, Char, Single
from emulator.powershell.dotnet.psobject import (
    CUSTOM_OBJECT,
    NoteProperty,
    PSObject,
    ScriptMethod,
    ScriptProperty,
)
from emulator.powershell.dotnet.simple import Guid, Version
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan, parse_date
from emulator.powershell.dotnet.types import PYTHON_OF_NUMBER, PSType, type_of
from emulator.powershell.runtime.errors import ConversionError, PSError

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

MAXIMUM_TEXT_ITEMS = 200_000


def to_text(value: Any, separator: str = " ") -> str:
    """The text of a value, as in an expanded string."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    if value is None:
        return ""
    if kind is bool:
        return "True" if value else "False"
    if kind is int:
        return str(value)
    if kind in numbers.NUMBER_TYPES:
        return number_format.number_text(value)
    if kind in LIST_TYPES or kind is bytearray:
        return separator.join([to_text(item) for item in value])
    if kind is EnumValue or kind is Guid or kind is Version or kind is DateTime or kind is TimeSpan:
        return str(value)
    if kind is Char:
        return str.__str__(value)
    if kind is PSObject:
        return _object_text(value)
    ps_type = type_of(value)
    for one in ps_type.lineage():
        if one.to_text is not None:
            return one.to_text(value)
    return ps_type.name


def _object_text(value: PSObject) -> str:
    method = value.members.get("tostring")
    if isinstance(method, ScriptMethod):
        return to_text(method.script.call_method(value, []))
    if value.base is not None:
        return to_text(value.base)
    parts = []
    for member in value.members.values():
        if isinstance(member, NoteProperty):
            parts.append(f"{member.name}={_nested_text(member.value)}")
        elif isinstance(member, ScriptProperty) and member.getter is not None:
            parts.append(f"{member.name}={_nested_text(member.getter.call_method(value, []))}")
    return f"@{{{'; '.join(parts)}}}" if parts else ""


def _nested_text(value: Any) -> str:
    if type(value) in LIST_TYPES:
        return type_of(value).name
    return to_text(value)


def to_bool(value: Any) -> bool:
    """Truth of a value (about_Booleans)."""
    kind = type(value)
    if kind is bool:
        return value  # type: ignore[no-any-return]
    if value is None:
        return False
    if kind is str:
        return bool(value != "")
    if kind in numbers.NUMBER_TYPES:
        return bool(value != 0)
    if kind in LIST_TYPES or kind is bytearray:
        size = len(value)
        if size == 1:
            first = value[0]
            return bool(first) if type(first) in LIST_TYPES else to_bool(first)
        return bool(size > 1)
    if kind is EnumValue:
        return bool(value.number != 0)
    if kind is Char:
        return bool(value != "\0")
    if kind is PSObject:
        return True if value.base is None else to_bool(value.base)
    present = getattr(value, "is_present", None)
    return bool(present) if isinstance(present, bool) else True


_INTEGER = re.compile(r"\s*[+-]?\d+\s*")
_NUMBER = re.compile(
    r"\s*([+-]?)(?:(0[xX])([0-9a-fA-F]+)|(\d+(?:,\d+)*\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?))"
    r"(d|l)?(kb|mb|gb|tb|pb)?\s*",
    re.IGNORECASE,
)
_SUFFIXES = {"kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40, "pb": 1 << 50}


def parse_number(text: str) -> Any:
    """The number a text names as a script would write it (``0x10``, ``1kb``, ``1e3``); None when it is
    none.
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    sign, hexadecimal, digits, plain, kind, suffix = found.groups()
    factor = _SUFFIXES[suffix.lower()] if suffix else 1
    try:
        if hexadecimal:
            whole = int(digits, 16)
            if whole > 0x7FFFFFFF and len(digits) <= 8 and not kind:
                whole -= 1 << 32
            return numbers.fit_integer((-whole if sign == "-" else whole) * factor)
        plain = plain.replace(",", "")
        if kind and kind.lower() == "d":
            return Decimal(sign + plain) * factor
        if "." in plain or "e" in plain.lower():
            return float(sign + plain) * factor
        return numbers.fit_integer(int(sign + plain) * factor)
    except (OverflowError, InvalidOperation):
        return float(sign + plain) * factor


_TOO_LARGE = {
    "System.Int32": "an Int32",
    "System.Int64": "an Int64",
    "System.Int16": "an Int16",
    "System.UInt16": "a UInt16",
    "System.UInt32": "a UInt32",
    "System.UInt64": "a UInt64",
    "System.Byte": "an unsigned byte",
    "System.SByte": "a signed byte",
    "System.Decimal": "a Decimal",
}


def quoted(value: Any) -> str:
    """The value's text as messages show it."""
    text = to_text(value)
    return text if len(text) < 4096 else text[:4096]


def _bad_text(value: Any, name: str, error_id: str, reason: str) -> ConversionError:
    return ConversionError(
        f'Cannot convert value "{quoted(value)}" to type "{name}". Error: "{reason}"', error_id
    )


def _no_way(value: Any, name: str) -> ConversionError:
    if value is None:
        return ConversionError(f'Cannot convert null to type "{name}".', "NullCastNotAllowed")
    return ConversionError(
        f'Cannot convert the "{quoted(value)}" value of type "{type_of(value).name}" to type "{name}".'
    )


def to_integer(value: Any, python: type, name: str) -> Any:
    """A value as an integer of a Python number class; halves go to the even neighbour."""
    kind = type(value)
    if kind in numbers.INTEGER_TYPES:
        number = int(value)
    elif value is None:
        number = 0
    elif kind is bool:
        number = int(value)
    elif kind in numbers.FLOAT_TYPES:
        if not math.isfinite(value):
            raise _too_large(value, name)
        number = round(value)
    elif kind is Decimal:
        number = int(value.to_integral_value(ROUND_HALF_EVEN))
    elif kind is Char:
        number = ord(value)
    elif kind is str:
        number = _integer_of_text(value, python, name)
    elif kind is EnumValue:
        number = value.number
    elif kind is PSObject and value.base is not None:
        return to_integer(value.base, python, name)
    elif kind in LIST_TYPES and len(value) == 1 and type(value) is not list:
        raise _no_way(value, name)
    elif kind.__name__ == "SwitchParameter":
        number = int(value.is_present)
    else:
        raise _no_way(value, name)
    low, high = numbers.RANGES[python]
    if not low <= number <= high:
        raise _too_large(value, name)
    return number if python is int else python(number)


def _too_large(value: Any, name: str) -> ConversionError:
    return _bad_text(
        value,
        name,
        "InvalidCastIConvertible",
        f"Value was either too large or too small for {_TOO_LARGE[name]}.",
    )


def _integer_of_text(value: str, python: type, name: str) -> int:
    if value.strip() == "":
        return 0
    if _INTEGER.fullmatch(value):
        number = int(value)
        low, high = numbers.RANGES[python]
        if low <= number <= high:
            return number
        raise _bad_text(
            value,
            name,
            "InvalidCastFromStringToInteger",
            f"Value was either too large or too small for {_TOO_LARGE[name]}.",
        )
    parsed = parse_number(value)
    if parsed is None or (isinstance(parsed, float) and not math.isfinite(parsed)):
        raise _bad_text(
            value, name, "InvalidCastFromStringToInteger", "Input string was not in a correct format."
        )
    return int(parsed if isinstance(parsed, int) else round(parsed))


def to_double(value: Any, name: str = "System.Double") -> float:
    """A value as a Double."""
    kind = type(value)
    if kind is float:
        return value  # type: ignore[no-any-return]
    if kind in numbers.NUMBER_TYPES or kind is bool:
        return float(value)
    if value is None:
        return 0.0
    if kind is Char:
        return float(ord(value))
    if kind is str:
        if value.strip() == "":
            return 0.0
        parsed = parse_number(value)
        if parsed is None:
            special = {"nan": math.nan, "infinity": math.inf, "-infinity": -math.inf}.get(
                value.strip().lower()
            )
            if special is None:
                raise _bad_text(
                    value,
                    name,
                    "InvalidCastFromStringToDoubleOrSingle",
                    "Input string was not in a correct format.",
                )
            return special
        return float(parsed)
    if kind is EnumValue:
        return float(value.number)
    if kind is PSObject and value.base is not None:
        return to_double(value.base, name)
    raise _no_way(value, name)


def to_decimal(value: Any, name: str = "System.Decimal") -> Decimal:
    """A value as a Decimal."""
    kind = type(value)
    if kind is Decimal:
        return value  # type: ignore[no-any-return]
    if kind in numbers.FLOAT_TYPES:
        if not math.isfinite(value) or abs(value) > 7.9e28:
            raise _too_large(value, name)
        return Decimal(number_format.double_text(value))
    if kind in numbers.INTEGER_TYPES or kind is bool:
        return Decimal(int(value))
    if value is None:
        return Decimal(0)
    if kind is str:
        if value.strip() == "":
            return Decimal(0)
        parsed = parse_number(value)
        if parsed is None:
            raise _bad_text(
                value, name, "InvalidCastFromStringToDecimal", "Input string was not in a correct format."
            )
        return to_decimal(Decimal(value.replace(",", "").strip()) if isinstance(parsed, float) else parsed)
    if kind is EnumValue:
        return Decimal(value.number)
    if kind is PSObject and value.base is not None:
        return to_decimal(value.base, name)
    raise _no_way(value, name)


def to_number(value: Any) -> Any:
    """The operand of an arithmetic operator as a number: text by what it looks like, null as 0."""
    kind = type(value)
    if kind in numbers.NUMBER_TYPES:
        return value
    if value is None:
        return 0
    if kind is bool:
        return int(value)
    if kind is Char:
        return ord(value)
    if kind is str:
        if value.strip() == "":
            return 0
        parsed = parse_number(value)
        if parsed is None:
            raise _bad_text(
                value,
                "System.Int32",
                "InvalidCastFromStringToInteger",
                "Input string was not in a correct format.",
            )
        return parsed
    if kind is EnumValue:
        return value.number
    if kind is PSObject and value.base is not None:
        return to_number(value.base)
    raise _no_way(value, "System.Int32")


def to_char(value: Any) -> Char:
    """A value as a Char."""
    if isinstance(value, str):
        if len(value) == 1:
            return Char(value)
        raise _bad_text(
            value,
            "System.Char",
            "InvalidCastParseTargetInvocation",
            "String must be exactly one character long.",
        )
    number = to_integer(value, numbers.UInt16, "System.UInt16") if value is not None else 0
    return Char(chr(number))


def to_enum(value: Any, kind: EnumType) -> EnumValue:
    """A value as a value of an enumeration: from a name, names, or a number."""
    value = value.base if type(value) is PSObject and value.base is not None else value
    if isinstance(value, EnumValue):
        if value.ps_type is kind:
            return value
        return to_enum(value.number, kind)
    if isinstance(value, str):
        parsed = kind.parse(value)
        if parsed is not None and (kind.flags or kind.is_defined(parsed.number)):
            return parsed
        raise _enum_error(value, kind)
    if type(value) in numbers.NUMBER_TYPES:
        number = to_integer(value, numbers.Int64, "System.Int64")
        if kind.is_defined(number) or kind.flags:
            return kind.value(int(number))
        names = ",".join(kind.names)
        raise ConversionError(
            f'Cannot convert value "{quoted(value)}" to type "{kind.name}" due to enumeration values that '
            f"are not "
            "valid. Specify one of the following enumeration values and try again. The possible enumeration "
            "values "
            f'are "{names}".',
            "InvalidCastEnumTypeNotFound" if not names else "UndefinedIntegerToEnum",
        )
    if type(value) in LIST_TYPES and value and all(isinstance(item, str) for item in value):
        return to_enum(",".join(value), kind)
    if value is None:
        raise ConversionError(
            f'Cannot convert null to type "{kind.name}" due to enumeration values that are not valid. '
            f"Specify one of "
            "the following enumeration values and try again. The possible enumeration values are "
            f'"{",".join(kind.names)}".',
            "InvalidCastFromNull",
        )
    raise _no_way(value, kind.name)


def _enum_error(value: str, kind: EnumType) -> ConversionError:
    names = ", ".join(kind.names)
    return _bad_text(
        value,
        kind.name,
        "InvalidCastFromStringToEnumeration",
        f"Unable to match the identifier name {value} to a valid enumerator name. Specify one of the "
        f"following "
        f"enumerator names and try again:\r\n{names}",
    )


def convert(value: Any, kind: PSType, engine: Engine | None = None) -> Any:
    """A value as a value of the type. Raises ConversionError (and PSError when a script block fails)."""
    name = kind.name
    special = _CONVERTERS.get(name)
    if special is not None:
        return special(value, kind, engine)
    if isinstance(kind, EnumType):
        return to_enum(value, kind)
    if kind.element_type is not None:
        return to_array(value, kind, engine)
    if kind.definition is not None:
        generic = _GENERICS.get(kind.definition)
        if generic is not None:
            return generic(value, kind, engine)
    if value is None:
        if kind.is_value_type:
            raise _no_way(None, name)
        return None
    if type_of(value).is_assignable_to(kind):
        return value
    inner = value
    if type(value) is PSObject:
        if name in value.type_names:
            return value
        if value.base is not None:
            inner = value.base
            if type_of(inner).is_assignable_to(kind):
                return inner
    return _general(inner, kind, engine)


def _general(value: Any, kind: PSType, engine: Engine | None) -> Any:
    # Last resorts, in PowerShell's order: a Parse method, a constructor, properties from a dictionary.
    from emulator.powershell.runtime.invoke import call_static, construct

    if isinstance(value, str) and kind.static_member("Parse") is not None:
        try:
            return call_static(kind, "Parse", [value], engine)
        except PSError as problem:
            inner = problem.record.exception.chain()[-1].message
            raise _bad_text(value, kind.name, "InvalidCastParseTargetInvocation", inner) from None
    if kind.construct is not None and type(value) not in DICTIONARY_TYPES and not isinstance(value, PSObject):
        try:
            return construct(kind, [value], engine)
        except PSError as problem:
            if problem.record.error_id in ("MethodCountCouldNotFindBest", "ConstructorInvokedThrowException"):
                if problem.record.error_id == "ConstructorInvokedThrowException":
                    inner = problem.record.exception.chain()[-1].message
                    raise _bad_text(value, kind.name, "InvalidCastConstructorException", inner) from None
            else:
                raise
        except ConversionError:
            pass
    if kind.construct is not None and (type(value) in DICTIONARY_TYPES or type(value) is PSObject):
        return _from_properties(value, kind, engine)
    raise _no_way(value, kind.name)


def _from_properties(value: Any, kind: PSType, engine: Engine | None) -> Any:
    from emulator.powershell.runtime.invoke import construct
    from emulator.powershell.runtime.members import set_member

    try:
        made = construct(kind, [], engine)
    except (PSError, ConversionError):
        raise _no_way(value, kind.name) from None
    pairs = (
        value.items()
        if type(value) in DICTIONARY_TYPES
        else [(m.name, m.value) for m in value.members.values() if isinstance(m, NoteProperty)]
    )
    for key, item in pairs:
        set_member(made, to_text(key), item, engine)
    return made


def items_of(value: Any) -> list[Any]:
    """A value as the list of its items: lists and sets unrolled, anything else alone."""
    kind = type(value)
    if kind in LIST_TYPES:
        return list(value)
    if kind is bytearray:
        return [Byte(item) for item in value]
    if kind is PSObject and value.base is not None:
        return items_of(value.base)
    if kind is HashSet:
        return list(value)
    return [value]


def to_array(value: Any, kind: PSType, engine: Engine | None = None) -> Any:
    """A value as an array of the type's elements; one value becomes an array of one."""
    element = kind.element_type
    if element is None:
        return PSArray([] if value is None else items_of(value))
    if value is None:
        return None
    if element.name == "System.Byte":
        if isinstance(value, bytearray):
            return value
        return bytearray(to_integer(item, Byte, "System.Byte") for item in items_of(value))
    if element.name == "System.Object":
        if type(value) is PSArray:
            return value
        return PSArray(items_of(value))
    if type(value) is TypedArray and value.ps_type is kind:
        return value
    if element.name == "System.Char" and isinstance(value, str):
        return TypedArray([Char(one) for one in value], kind)
    items = items_of(value)
    return TypedArray([convert(item, element, engine) for item in items], kind)


def _string(value: Any, _kind: PSType, _engine: Engine | None) -> Any:
    return to_text(value)


def _boolean(value: Any, _kind: PSType, _engine: Engine | None) -> bool:
    return to_bool(value)


def _object(value: Any, _kind: PSType, _engine: Engine | None) -> Any:
    return value


def _number(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    name = kind.name
    python = PYTHON_OF_NUMBER[name.lower()]
    if type(value) is python:
        return value
    if python is float:
        return to_double(value)
    if python is Single:
        return Single(to_double(value, name))
    if python is Decimal:
        return to_decimal(value)
    return to_integer(value, python, name)


def _character(value: Any, _kind: PSType, _engine: Engine | None) -> Char:
    return to_char(value)


def _date(value: Any, kind: PSType, engine: Engine | None) -> Any:
    value = value.base if type(value) is PSObject and value.base is not None else value
    if isinstance(value, DateTime):
        return value
    if isinstance(value, str):
        today = engine.now() if engine is not None else None
        minutes = engine.utc_offset_minutes() if engine is not None else 0
        parsed = parse_date(value, today, minutes)
        if parsed is None:
            raise _bad_text(
                value,
                kind.name,
                "InvalidCastParseTargetInvocation",
                "String was not recognized as a valid DateTime.",
            )
        return parsed
    if type(value) in numbers.INTEGER_TYPES:
        return DateTime(int(value))
    moment = getattr(value, "moment", None)
    if isinstance(moment, DateTime):
        return moment
    raise _no_way(value, kind.name)


def _span(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    value = value.base if type(value) is PSObject and value.base is not None else value
    if isinstance(value, TimeSpan):
        return value
    if type(value) in numbers.INTEGER_TYPES:
        return TimeSpan(int(value))
    if isinstance(value, str):
        parsed = TimeSpan.parse(value)
        if parsed is not None:
            return parsed
        raise _bad_text(
            value,
            kind.name,
            "InvalidCastParseTargetInvocation",
            "String was not recognized as a valid TimeSpan.",
        )
    raise _no_way(value, kind.name)


def _guid(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    value = value.base if type(value) is PSObject and value.base is not None else value
    if isinstance(value, Guid):
        return value
    if isinstance(value, bytearray) and len(value) == 16:
        return Guid.from_bytes(value)
    if isinstance(value, str):
        parsed = Guid.parse(value)
        if parsed is not None:
            return parsed
        raise _bad_text(
            value,
            kind.name,
            "InvalidCastParseTargetInvocation",
            "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."
            if value.strip()
            else "Unrecognized Guid format.",
        )
    raise _no_way(value, kind.name)


def _version(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    if value is None or isinstance(value, Version):
        return value
    if type(value) in numbers.FLOAT_TYPES or type(value) is Decimal:
        value = to_text(value)
    if isinstance(value, str):
        try:
            return Version.parse(value)
        except ValueError as problem:
            raise _bad_text(value, kind.name, "InvalidCastParseTargetInvocation", str(problem)) from None
    if type(value) is PSObject and value.base is None and "major" in value.members:
        parts = [value.note(part) for part in ("Major", "Minor", "Build", "Revision")]
        return Version(*[int(part) if isinstance(part, int) else -1 for part in parts])
    raise _no_way(value, kind.name)


def _dictionary(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    value = value.base if type(value) is PSObject and value.base is not None else value
    if value is None:
        return None
    if type(value) is OrderedDictionary:
        return Hashtable(value.items()) if kind.name == "System.Collections.Hashtable" else value
    if type(value) in DICTIONARY_TYPES:
        return value
    raise _no_way(value, kind.name)


def _ordered(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    value = value.base if type(value) is PSObject and value.base is not None else value
    if type(value) is OrderedDictionary or value is None:
        return value
    if type(value) in DICTIONARY_TYPES:
        return OrderedDictionary(value.items())
    raise _no_way(value, kind.name)


def to_custom_object(value: Any) -> Any:
    """``[pscustomobject]`` of a dictionary; any other value stays what it is."""
    if type(value) in DICTIONARY_TYPES:
        made = PSObject()
        for key, item in value.items():
            text = to_text(key)
            if text.lower() == "pstypename" and isinstance(item, str):
                made.type_names.insert(0, item)
            else:
                made.add(NoteProperty(text, item))
        return made
    return value


def _custom(value: Any, _kind: PSType, _engine: Engine | None) -> Any:
    return to_custom_object(value)


def _array(value: Any, _kind: PSType, _engine: Engine | None) -> Any:
    if value is None:
        return None
    if type(value) in (PSArray, TypedArray, bytearray):
        return value
    return PSArray(items_of(value))


def _array_list(value: Any, _kind: PSType, _engine: Engine | None) -> Any:
    if value is None or type(value) is ArrayList:
        return value
    return ArrayList(items_of(value))


def _script_block(value: Any, kind: PSType, engine: Engine | None) -> Any:
    from emulator.powershell.runtime.script_block import ScriptBlock

    if value is None or isinstance(value, ScriptBlock):
        return value
    if isinstance(value, str) and engine is not None:
        return engine.script_block(value)
    raise _no_way(value, kind.name)


def _type(value: Any, kind: PSType, engine: Engine | None) -> Any:
    if value is None or isinstance(value, PSType):
        return value
    if isinstance(value, str) and engine is not None:
        found = engine.types.find(value)
        if found is not None:
            return found
        raise ConversionError(
            f'Cannot convert the "{value}" value of type "System.String" to type "System.Type".',
            "InvalidCastFromStringToType",
        )
    raise _no_way(value, kind.name)


def _switch(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    from emulator.powershell.dotnet.switch import SwitchParameter

    if isinstance(value, SwitchParameter):
        return value
    if type(value) is bool or value is None or type(value) in numbers.NUMBER_TYPES:
        return SwitchParameter(to_bool(value))
    raise _no_way(value, kind.name)


def _void(_value: Any, _kind: PSType, _engine: Engine | None) -> Any:
    return None


def _regex(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    from emulator.powershell.dotnet.regex import Regex, regex

    if value is None or isinstance(value, Regex):
        return value
    if isinstance(value, str):
        try:
            return regex(value, 0)
        except NetError as problem:
            raise _bad_text(
                value, kind.name, "InvalidCastConstructorException", problem.exception.message
            ) from None
    raise _no_way(value, kind.name)


def _exception(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    if isinstance(value, ExceptionObject) and value.ps_type.is_assignable_to(kind):
        return value
    if isinstance(value, str):
        return ExceptionObject(kind, value)
    raise _no_way(value, kind.name)


def _nullable(value: Any, kind: PSType, engine: Engine | None) -> Any:
    return None if value is None else convert(value, kind.arguments[0], engine)


def _list(value: Any, kind: PSType, engine: Engine | None) -> Any:
    if value is None or (type(value) is GenericList and value.ps_type is kind):
        return value
    element = kind.arguments[0]
    return GenericList([convert(item, element, engine) for item in items_of(value)], kind)


def _hash_set(value: Any, kind: PSType, engine: Engine | None) -> Any:
    if value is None or (type(value) is HashSet and value.ps_type is kind):
        return value
    element = kind.arguments[0]
    return HashSet([convert(item, element, engine) for item in items_of(value)], kind)


def _enumerable(value: Any, kind: PSType, engine: Engine | None) -> Any:
    if value is None or type_of(value).is_assignable_to(kind):
        return value
    return _array(value, kind, engine)


Converter = Callable[[Any, PSType, "Engine | None"], Any]

_CONVERTERS: dict[str, Converter] = {
    "System.Object": _object,
    "System.String": _string,
    "System.Boolean": _boolean,
    "System.Char": _character,
    "System.DateTime": _date,
    "System.TimeSpan": _span,
    "System.Guid": _guid,
    "System.Version": _version,
    "System.Collections.Hashtable": _dictionary,
    "System.Collections.IDictionary": _dictionary,
    "System.Collections.Specialized.OrderedDictionary": _ordered,
    "System.Collections.ArrayList": _array_list,
    "System.Array": _array,
    "System.Collections.IEnumerable": _enumerable,
    "System.Collections.ICollection": _enumerable,
    "System.Collections.IList": _enumerable,
    "System.Management.Automation.PSObject": _custom,
    CUSTOM_OBJECT: _custom,
    "System.Management.Automation.ScriptBlock": _script_block,
    "System.Management.Automation.SwitchParameter": _switch,
    "System.Type": _type,
    "System.Void": _void,
    "System.Text.RegularExpressions.Regex": _regex,
    **{
        f"System.{name}": _number
        for name in [
            "SByte",
            "Byte",
            "Int16",
            "UInt16",
            "Int32",
            "UInt32",
            "Int64",
            "UInt64",
            "Single",
            "Double",
            "Decimal",
        ]
    },
}

_GENERICS: dict[str, Converter] = {
    "System.Nullable`1": _nullable,
    "System.Collections.Generic.List`1": _list,
    "System.Collections.Generic.IList`1": _list,
    "System.Collections.Generic.IEnumerable`1": _list,
    "System.Collections.ObjectModel.Collection`1": _list,
    "System.Collections.Generic.HashSet`1": _hash_set,
}
