"""Conversion of any value to any type, as casts and parameters do it (about_Type_Conversion)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet import numbers
from emulator.powershell.dotnet.collections import (
    DICTIONARY_TYPES,
    LIST_TYPES,
    ArrayList,
    DefaultParameterDictionary,
    GenericDictionary,
    GenericList,
    HashSet,
    Hashtable,
    OrderedDictionary,
    PSArray,
    TypedArray,
)
from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.numbers import Byte, Char, Single
from emulator.powershell.dotnet.psobject import (
    CUSTOM_OBJECT,
    NULL_STRING,
    NoteProperty,
    PSObject,
    Reference,
)
from emulator.powershell.dotnet.types import PYTHON_OF_NUMBER, PSType, builtin, type_of
from emulator.powershell.language import SCRIPT_OF_TEXT
from emulator.powershell.runtime.errors import ConversionError, PSError

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
from emulator.powershell.runtime.scalars import bad_text, no_way
from emulator.powershell.runtime.scalars import items_of as items_of
from emulator.powershell.runtime.scalars import parse_number as parse_number
from emulator.powershell.runtime.scalars import quoted as quoted
from emulator.powershell.runtime.scalars import to_bool as to_bool
from emulator.powershell.runtime.scalars import to_char as to_char
from emulator.powershell.runtime.scalars import to_decimal as to_decimal
from emulator.powershell.runtime.scalars import to_double as to_double
from emulator.powershell.runtime.scalars import to_enum as to_enum
from emulator.powershell.runtime.scalars import to_integer as to_integer
from emulator.powershell.runtime.scalars import to_number as to_number
from emulator.powershell.runtime.scalars import to_text as to_text
from emulator.powershell.runtime.value_conversion import to_date, to_guid, to_span, to_version


def convert(value: Any, kind: PSType, engine: Engine | None = None) -> Any:
    """A value as a value of the type. Raises ConversionError (and PSError when a script block fails)."""
    name = kind.name
    if engine is not None and engine.minds_conversions:
        if engine.tracing is not None:
            from emulator.powershell.runtime.tracing import tell_conversion

            tell_conversion(engine.tracing, value, kind)
        if engine.constrained:
            from emulator.powershell.runtime.language_mode import require_conversion

            require_conversion(value, kind)
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
            raise no_way(None, name)
        return None
    if kind.base == "System.MulticastDelegate" and not isinstance(value, Delegate):
        return to_delegate(value, kind, engine)
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


def to_delegate(value: Any, kind: PSType, engine: Engine | None) -> Delegate:
    """A script block or method as a delegate; what it gives is converted to the delegate's type."""
    from emulator.powershell.runtime.members import MethodReference
    from emulator.powershell.runtime.script_block import ScriptBlock

    value = value.base if type(value) is PSObject and value.base is not None else value
    result = _result_kind(kind)
    if isinstance(value, ScriptBlock):
        block = value

        def run(arguments: list[Any]) -> Any:
            made = block.evaluate_delegate(arguments)
            return made if result is None else convert(made, result, engine)

        return Delegate(kind, run)
    if isinstance(value, MethodReference):
        reference = value

        def call(arguments: list[Any]) -> Any:
            from emulator.powershell.runtime.invoke import call_method, call_static

            assert engine is not None  # noqa: S101 - methods are held by scripts
            if isinstance(reference.owner, PSType):
                made = call_static(reference.owner, reference.name, arguments, engine)
            else:
                made = call_method(reference.owner, reference.name, arguments, engine)
            return made if result is None else convert(made, result, engine)

        return Delegate(kind, call)
    raise no_way(value, kind.name)


def _result_kind(kind: PSType) -> PSType | None:
    definition = kind.definition or ""
    if definition.startswith(("System.Func`", "System.Converter`")):
        return kind.arguments[-1]
    if definition.startswith("System.Predicate`"):
        return builtin("System.Boolean")
    if definition.startswith("System.Comparison`"):
        return builtin("System.Int32")
    return builtin("System.String") if kind.name.endswith("MatchEvaluator") else None


def _general(value: Any, kind: PSType, engine: Engine | None) -> Any:
    # Last resorts, in PowerShell's order: a Parse method, a constructor, properties from a dictionary.
    from emulator.powershell.runtime.invoke import call_static, construct

    if isinstance(value, str) and kind.static_member("Parse") is not None:
        try:
            return call_static(kind, "Parse", [value], engine)
        except PSError as problem:
            inner = problem.record.exception.chain()[-1].message
            raise bad_text(value, kind.name, "InvalidCastParseTargetInvocation", inner) from None
    if kind.construct is not None and type(value) not in DICTIONARY_TYPES and not isinstance(value, PSObject):
        try:
            return construct(kind, [value], engine)
        except PSError as problem:
            if problem.record.error_id in ("MethodCountCouldNotFindBest", "ConstructorInvokedThrowException"):
                if problem.record.error_id == "ConstructorInvokedThrowException":
                    inner = problem.record.exception.chain()[-1].message
                    raise bad_text(value, kind.name, "InvalidCastConstructorException", inner) from None
            else:
                raise
        except ConversionError:
            pass
    if type(value) is Hashtable and any(
        "(System.Collections.Hashtable " in one for one in kind.construct or ()
    ):
        try:
            return construct(kind, [value], engine)
        except PSError as problem:
            inner = problem.record.exception.chain()[-1].message
            raise bad_text(value, kind.name, "InvalidCastConstructorException", inner) from None
    takes_dictionary = getattr(kind, "takes_dictionary", None)
    if takes_dictionary is not None and type(value) in DICTIONARY_TYPES and takes_dictionary(value):
        return construct(kind, [value], engine)
    if kind.construct is not None and (type(value) in DICTIONARY_TYPES or type(value) is PSObject):
        return _from_properties(value, kind, engine)
    raise no_way(value, kind.name)


def _from_properties(value: Any, kind: PSType, engine: Engine | None) -> Any:
    from emulator.powershell.runtime.invoke import construct
    from emulator.powershell.runtime.members import properties, set_member

    try:
        made = construct(kind, [], engine)
    except (PSError, ConversionError):
        raise no_way(value, kind.name) from None
    pairs = (
        value.items()
        if type(value) in DICTIONARY_TYPES
        else [(m.name, m.value) for m in value.members.values() if isinstance(m, NoteProperty)]
    )
    for key, item in pairs:
        try:
            set_member(made, to_text(key), item, engine)
        except PSError as problem:
            text = problem.record.message
            if problem.record.error_id in ("PropertyNotFound", "PropertyAssignmentException"):
                listed = [one for one in properties(made, engine) if one.kind != "NoteProperty"]
                if not any(one.name.lower() == to_text(key).lower() for one in listed):
                    shown = " , ".join(f"[{one.name} <{one.type_name}>]" for one in listed)
                    text = (
                        f"The {to_text(key)} property was not found for the {kind.name} object. The "
                        f"available property is: {shown}"
                    )
            raise ConversionError(
                f'Cannot create object of type "{kind.name}". {text}', "ObjectCreationError"
            ) from None
    return made


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


def _string(value: Any, _kind: PSType, engine: Engine | None) -> Any:
    if engine is not None and type(value) in LIST_TYPES:
        separator = engine.frame.scope.value("ofs", " ")
        return to_text(value, " " if separator is None else to_text(separator))
    return None if value is NULL_STRING else to_text(value)


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


_DEFAULTS = "System.Management.Automation.DefaultParameterDictionary"


def _dictionary(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    value = value.base if type(value) is PSObject and value.base is not None else value
    if value is None:
        return None
    if kind.name == _DEFAULTS:
        if type(value) is DefaultParameterDictionary:
            return value
        if type(value) in DICTIONARY_TYPES:
            return DefaultParameterDictionary(value.items())
        raise no_way(value, kind.name)
    if (
        isinstance(value, OrderedDictionary | GenericDictionary)
        and kind.name == "System.Collections.Hashtable"
    ):
        return Hashtable(value.items(), case_sensitive=True, capacity=len(value))
    if type(value) in DICTIONARY_TYPES:
        return value
    problem = no_way(value, kind.name)
    if type(value) is PSObject and kind.name == "System.Collections.Hashtable":
        problem.error_id = "InvalidCastConstructorException"
    raise problem


def _ordered(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    value = value.base if type(value) is PSObject and value.base is not None else value
    if type(value) is OrderedDictionary or value is None:
        return value
    if type(value) in DICTIONARY_TYPES:
        return OrderedDictionary(value.items())
    raise no_way(value, kind.name)


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


def _reference(value: Any, _kind: PSType, _engine: Engine | None) -> Any:
    """A reference to a copy: only ``[ref] $x`` refers to the variable."""
    if isinstance(value, Reference):
        return value
    held = [value]
    return Reference(lambda: held[0], lambda new: held.__setitem__(0, new))


def _unchanged(value: Any, _kind: PSType, _engine: Engine | None) -> Any:
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
    if value is None or isinstance(value, ArrayList):
        return value
    return ArrayList(items_of(value))


def _script_block(value: Any, kind: PSType, engine: Engine | None) -> Any:
    from emulator.powershell.runtime.script_block import ScriptBlock

    if value is None or isinstance(value, ScriptBlock):
        return value
    if isinstance(value, str) and engine is not None and engine.language >= SCRIPT_OF_TEXT:
        return engine.script_block(value)
    raise no_way(value, kind.name)


def _xml(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    from emulator.powershell.dotnet.xml_nodes import XmlDocument, XmlNode, outer_xml

    value = value.base if type(value) is PSObject and value.base is not None else value
    if value is None or isinstance(value, XmlDocument):
        return value
    if isinstance(value, XmlNode):
        text = outer_xml(value)
    elif type(value) in LIST_TYPES:
        text = "\n".join(to_text(one) for one in value)
    else:
        text = to_text(value)
    made = XmlDocument()
    try:
        made.load(text)
    except NetError as problem:
        raise ConversionError(
            f'Cannot convert value "{text}" to type "{kind.name}". Error: "{problem.exception.message}"',
            "InvalidCastToXmlDocument",
        ) from None
    return made


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
    raise no_way(value, kind.name)


def _switch(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    from emulator.powershell.dotnet.switch import SwitchParameter

    if isinstance(value, SwitchParameter):
        return value
    if type(value) is bool or value is None or type(value) in numbers.NUMBER_TYPES:
        return SwitchParameter(to_bool(value))
    raise no_way(value, kind.name)


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
            raise bad_text(
                value, kind.name, "InvalidCastConstructorException", problem.exception.message
            ) from None
    raise no_way(value, kind.name)


def _nullable(value: Any, kind: PSType, engine: Engine | None) -> Any:
    return None if value is None else convert(value, kind.arguments[0], engine)


def _list(value: Any, kind: PSType, engine: Engine | None) -> Any:
    if value is None or (type(value) is GenericList and value.ps_type is kind):
        return value
    if (
        isinstance(value, GenericList)
        and type(value) is not GenericList
        and type_of(value).is_assignable_to(kind)
    ):
        return value  # an object of a class that a script has derived from the list
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


def _uri(value: Any, kind: PSType, engine: Engine | None) -> Any:
    """A Uri; its type converter takes relative ones too, which its constructor does not."""
    from emulator.powershell.dotnet.library.globalization import Uri

    inner = value.base if type(value) is PSObject else value
    if inner is None or isinstance(inner, Uri):
        return inner
    if not isinstance(inner, str):
        return _general(inner, kind, engine)
    try:
        return Uri(inner, relative=True)
    except NetError as problem:
        reason = problem.exception.message
        raise bad_text(inner, kind.name, "InvalidCastParseTargetInvocation", reason) from None


_CONVERTERS: dict[str, Converter] = {
    "System.Object": _object,
    "System.String": _string,
    "System.Boolean": _boolean,
    "System.Char": _character,
    "System.DateTime": to_date,
    "System.TimeSpan": to_span,
    "System.Guid": to_guid,
    "System.Version": to_version,
    "System.Collections.Hashtable": _dictionary,
    "System.Management.Automation.PSPrimitiveDictionary": _dictionary,
    _DEFAULTS: _dictionary,
    "System.Collections.IDictionary": _dictionary,
    "System.Collections.Specialized.OrderedDictionary": _ordered,
    "System.Collections.ArrayList": _array_list,
    "System.Array": _array,
    "System.Collections.IEnumerable": _enumerable,
    "System.Collections.ICollection": _enumerable,
    "System.Collections.IList": _enumerable,
    "System.Management.Automation.PSObject": _unchanged,
    "System.Management.Automation.PSReference": _reference,
    CUSTOM_OBJECT: _custom,
    "System.Management.Automation.ScriptBlock": _script_block,
    "System.Management.Automation.SwitchParameter": _switch,
    "System.Type": _type,
    "System.Xml.XmlDocument": _xml,
    "System.Void": _void,
    "System.Uri": _uri,
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


def _flags_expression(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    from emulator.powershell.dotnet.library.flags_expression import FlagsExpression

    held = value.base if type(value) is PSObject else value
    if isinstance(held, FlagsExpression) or held is None:
        return held
    enum = kind.arguments[0]
    if not isinstance(enum, EnumType):
        raise no_way(value, kind.name)
    try:
        return FlagsExpression(enum, [to_text(one) for one in items_of(held)])
    except NetError as problem:
        raise bad_text(
            value, kind.name, "InvalidCastConstructorException", problem.exception.message
        ) from None


_GENERICS: dict[str, Converter] = {
    "System.Management.Automation.FlagsExpression`1": _flags_expression,
    "System.Nullable`1": _nullable,
    "System.Collections.Generic.List`1": _list,
    "System.Collections.Generic.IList`1": _list,
    "System.Collections.Generic.IEnumerable`1": _list,
    "System.Collections.ObjectModel.Collection`1": _list,
    "System.Collections.Generic.HashSet`1": _hash_set,
}
