"""Conversions of C#: what an assignment does by itself, and what a cast does."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.arithmetic import NUMBERS, WIDTHS, fit, number_of, within
from emulator.powershell.csharp.delegates import CodeDelegate, call_in
from emulator.powershell.csharp.objects import (
    CSharpObject,
    Sequence,
    null_reference,
    stored,
    thrown,
)
from emulator.powershell.dotnet.collections import (
    DICTIONARY_TYPES,
    LIST_TYPES,
    DictionaryEntry,
    GenericList,
    HashSet,
    KeyValuePair,
    PSArray,
    TypedArray,
)
from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.numbers import Char, Int64, Pointer, Single
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.switch import SwitchParameter
from emulator.powershell.dotnet.types import PSType, builtin, type_of

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_PYTHON: dict[str, type] = {
    **WIDTHS,
    "System.Char": Char,
    "System.Single": Single,
    "System.Double": float,
    "System.Decimal": Decimal,
    "System.IntPtr": Pointer,
    "System.UIntPtr": Pointer,
}
_ANYTHING = frozenset({"System.Object", "System.ValueType", "System.Enum", "System.Void"})
_DELEGATE = "System.MulticastDelegate"
_NULLABLE = "System.Nullable`1"
_SWITCH = "System.Management.Automation.SwitchParameter"
_SEQUENCES = (
    "System.Collections.IEnumerable",
    "System.Collections.Generic.IEnumerable`1",
    "System.Linq.IOrderedEnumerable`1",
)


def is_nullable(kind: PSType) -> bool:
    """Whether the type is ``T?``."""
    return kind.definition == _NULLABLE


def is_delegate(kind: PSType) -> bool:
    """Whether values of the type are delegates."""
    return kind.base == "System.MulticastDelegate" or kind.name in (
        "System.Delegate",
        "System.MulticastDelegate",
    )


def default_of(kind: PSType | None, engine: Engine) -> Any:
    """``default(T)``."""
    if kind is None or kind.name == "System.String" or is_nullable(kind):
        return None
    if isinstance(kind, EnumType):
        return kind.value(0)
    python = _PYTHON.get(kind.name)
    if python is not None:
        return Char("\0") if python is Char else python(0)
    if kind.name == "System.Boolean":
        return False
    if not kind.is_value_type:
        return None
    make = getattr(kind, "default_value", None)
    if make is not None:
        return make(engine)
    from emulator.powershell.runtime.script_class import default_value

    return default_value(kind)


def implicit(value: Any, kind: PSType | None, engine: Engine, is_reference_known: bool = False) -> Any:
    """A value where one of the type is wanted. What the compiler would have refused passes unchanged."""
    if kind is None:
        return stored(value)
    if is_nullable(kind):
        return None if value is None else implicit(value, kind.arguments[0], engine)
    python = _PYTHON.get(kind.name)
    if python is not None:
        return _number(value, python, kind, engine)
    if type(value) is SwitchParameter and kind.name == "System.Boolean":
        return bool(value)
    if type(value) is bool and kind.name == _SWITCH:
        return SwitchParameter(value)
    if type(value) is CSharpObject or getattr(kind, "conversions", None) is not None:
        value = _operator_or_copy(value, kind, engine)
    if isinstance(value, Delegate) and kind.base == _DELEGATE and value.ps_type is not kind:
        return retyped(value, kind, engine)
    if isinstance(kind, EnumType):
        return kind.value(int(value)) if type(value) is int and not is_reference_known else value
    if isinstance(value, list):
        return _as_declared(value, kind)
    if type(value) is KeyValuePair and kind.name == "System.Collections.DictionaryEntry":
        return DictionaryEntry(value.key, value.value)
    if (
        type(value) is PSObject
        and value.base is not None
        and kind.name
        not in (
            "System.Object",
            "System.Management.Automation.PSObject",
        )
    ):
        return value.base
    return value


def _as_declared(value: list[Any], kind: PSType) -> Any:
    # The compiler knows what a query gives; here an empty one is a list of objects until it is assigned.
    if type(value) is GenericList and kind.definition == value.ps_type.definition:
        value.ps_type = kind
    elif (
        type(value) is PSArray and kind.element_type is not None and kind.element_type.name != "System.Object"
    ):
        if kind.element_type.name == "System.Byte":
            return bytearray(int(one) for one in value)
        return TypedArray(value, kind)
    return value


def _number(value: Any, python: type, kind: PSType, engine: Engine) -> Any:
    if type(value) is python:
        return value
    if type(value) in NUMBERS:
        return to_number(value, python, is_checked=False)
    if value is None:
        raise null_reference()
    if type(value) is PSObject and value.base is not None:
        return _number(value.base, python, kind, engine)
    made = user_conversion(value, kind, engine, explicit=False)
    return value if made is NO_CONVERSION else made


def to_number(value: Any, python: type, is_checked: bool) -> Any:
    """A number as one of another type: integers are cut, reals lose their fraction."""
    number = number_of(value)
    if python is float:
        return float(number)
    if python is Single:
        return Single(float(number))
    if python is Decimal:
        if isinstance(number, float) and not math.isfinite(number):
            raise thrown("System.OverflowException", "Value was either too large or too small for a Decimal.")
        return Decimal(repr(float(number))) if isinstance(number, float) else Decimal(number)
    if isinstance(number, float):
        if not math.isfinite(number):
            # What the processor gives for it.
            return fit(-(1 << 63) if python is not int else -(1 << 31), python, is_checked)
        number = math.trunc(number)
    elif isinstance(number, Decimal):
        number = int(number)
    return fit(int(number), python, is_checked)


def cast(value: Any, kind: PSType, engine: Engine, is_unboxing: bool, is_checked: bool = False) -> Any:
    """``(T)value``. ``is_unboxing``: the expression has a reference type, so the type must be the very same.

    Raises InvalidCastException.
    """
    if is_nullable(kind):
        return None if value is None else cast(value, kind.arguments[0], engine, is_unboxing, is_checked)
    if type(value) is PSObject and value.base is not None and not kind.name.endswith(".PSObject"):
        value = value.base
    if value is None:
        if kind.is_value_type or isinstance(kind, EnumType):
            raise null_reference()
        return None
    python = _PYTHON.get(kind.name)
    if python is not None:
        if type(value) is python:
            return value
        if type(value) is EnumValue:
            return (
                fit(value.number, python, is_checked) if python in WIDTHS.values() else python(value.number)
            )
        if type(value) in NUMBERS and (not is_unboxing or python is Pointer):
            return to_number(value, python, is_checked)
    if isinstance(kind, EnumType):
        if type(value) is EnumValue:
            if value.ps_type is kind or not is_unboxing:
                return kind.value(within(value.number, kind.underlying))
        elif type(value) in NUMBERS:
            return kind.value(within(int(to_number(value, Int64, False)), kind.underlying))
    if isinstance(value, bool | SwitchParameter):
        value = implicit(value, kind, engine)
    if fits(value, kind):
        if isinstance(value, Delegate) and kind.base == _DELEGATE and value.ps_type is not kind:
            return retyped(value, kind, engine)
        return stored(value)
    if type(value) is KeyValuePair and kind.name == "System.Collections.DictionaryEntry":
        return DictionaryEntry(value.key, value.value)
    made = user_conversion(value, kind, engine, explicit=True)
    if made is not NO_CONVERSION:
        return made
    raise thrown(
        "System.InvalidCastException",
        "Specified cast is not valid."
        if kind.is_value_type or isinstance(kind, EnumType)
        else f"Unable to cast object of type '{shown(type_of(value))}' to type '{shown(kind)}'.",
    )


def shown(kind: PSType) -> str:
    """The name of a type as .NET shows it."""
    if kind.definition is None:
        return kind.name
    return f"{kind.definition}[{','.join(shown(one) for one in kind.arguments)}]"


def fits(value: Any, kind: PSType) -> bool:
    """``value is T``."""
    if value is None:
        return False
    if is_nullable(kind):
        return fits(value, kind.arguments[0])
    if type(value) is PSObject:
        if kind.name in (
            "System.Object",
            "System.Management.Automation.PSObject",
            "System.Management.Automation.PSCustomObject",
        ):
            return True
        return value.base is not None and fits(value.base, kind)
    actual = type_of(value)
    if actual is kind or actual.is_assignable_to(kind):
        return True
    # Entries of dictionaries do not know their type arguments.
    if kind.name in _ANYTHING or kind.definition == actual.name:
        return True
    if kind.name == "System.Enum":
        return type(value) is EnumValue
    if kind.name in ("System.Delegate", "System.MulticastDelegate"):
        return isinstance(value, Delegate)
    if is_delegate(kind):
        return isinstance(value, Delegate) and getattr(actual, "is_any_delegate", False)
    if kind.definition is not None and kind.definition.rpartition(".")[2].startswith("I"):
        return _has_interface(value, actual, kind.definition)
    if kind.name in _SEQUENCES:
        return isinstance(value, Sequence | str) or type(value) in LIST_TYPES
    return False


def _has_interface(value: Any, actual: PSType, definition: str) -> bool:
    lowered = definition.lower()
    for one in actual.lineage():
        if any(name.partition("[")[0] == lowered for name in one.interfaces):
            return True
    generic = definition.rpartition(".")[2].partition("`")[0]
    if generic == "IEnumerable":
        return isinstance(value, Sequence | str | HashSet) or type(value) in LIST_TYPES | DICTIONARY_TYPES
    if generic in ("IList", "ICollection", "IReadOnlyList", "IReadOnlyCollection"):
        return type(value) in LIST_TYPES
    return generic == "IDictionary" and type(value) in DICTIONARY_TYPES


NO_CONVERSION: Any = object()


def user_conversion(value: Any, kind: PSType, engine: Engine, explicit: bool) -> Any:
    """What a conversion operator of either type makes, or NO_CONVERSION."""
    for owner in (type_of(value), kind):
        for one in owner.lineage():
            convert = getattr(one, "convert_by_operator", None)
            if convert is not None:
                made = convert(value, kind, engine, explicit)
                if made is not NO_CONVERSION:
                    return made
    return NO_CONVERSION


def user_conversion_exists(value: Any, kind: PSType) -> bool:
    """Whether some operator makes a value of the type by itself."""
    for owner in (type_of(value), kind):
        for one in owner.lineage():
            find = getattr(one, "conversion_for", None)
            if find is not None and find(value, kind, False) is not None:
                return True
    return False


def _operator_or_copy(value: Any, kind: PSType, engine: Engine) -> Any:
    if value is None or kind.is_interface or type_of(value).is_assignable_to(kind):
        return stored(value)
    made = user_conversion(value, kind, engine, explicit=False)
    return stored(value) if made is NO_CONVERSION else made


def result_of(kind: PSType) -> PSType | None:
    """What a delegate of the type gives, where the type says so."""
    declared = getattr(kind, "result", None)
    if isinstance(declared, PSType):
        return declared
    definition = kind.definition or ""
    if definition.startswith(("System.Func`", "System.Converter`")):
        return kind.arguments[-1]
    if definition.startswith("System.Predicate`"):
        return builtin("System.Boolean")
    return builtin("System.Int32") if definition.startswith("System.Comparison`") else None


def retyped(value: Delegate, kind: PSType, engine: Engine) -> Delegate:
    """A lambda or a method as a delegate of the type."""
    wanted = result_of(kind)
    if wanted is not None and wanted.name in ("System.Object", "System.Void"):
        wanted = None

    def run(runs_in: Engine, given: list[Any]) -> Any:
        made = call_in(value, given, runs_in)
        return made if wanted is None else implicit(made, wanted, runs_in)

    retyped_delegate = CodeDelegate(
        kind, run, engine, getattr(value, "arity", None), getattr(value, "target", None)
    )
    retyped_delegate.targets = getattr(value, "targets", [])
    return retyped_delegate


def exception_in(value: Any) -> ExceptionObject:
    """What is thrown. Raises NullReferenceException for nothing."""
    if isinstance(value, ExceptionObject):
        return value
    raise null_reference()
