"""Calls of .NET methods: choice of an overload, conversion of arguments, errors as PowerShell reports
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from emulator.powershell import language
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES, HashSet, PSArray
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError, null_argument
from emulator.powershell.dotnet.framework_members import is_listed
from emulator.powershell.dotnet.numbers import NUMBER_TYPES, TYPE_CODES, Char
from emulator.powershell.dotnet.psobject import PSObject, Reference, ScriptMethod, unwrap
from emulator.powershell.dotnet.types import BUILTIN, Method, Overload, Property, PSType, parse_table, type_of
from emulator.powershell.runtime.conversion import convert, to_text
from emulator.powershell.runtime.errors import (
    METHOD_EXCEPTION,
    METHOD_INVOCATION,
    ConversionError,
    ErrorRecord,
    FileFailure,
    PSError,
    error,
    not_emulated,
)

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

IMPOSSIBLE = 1_000_000


def call_method(value: Any, name: str, arguments: list[Any], engine: Engine) -> Any:
    """``value.name(arguments)``."""
    key = name.lower()
    if value is None and key in ("foreach", "where") and engine.language >= language.COLLECTION_METHODS:
        value = PSArray()  # of nothing comes nothing, without an error
    if value is None:
        raise error(
            "You cannot call a method on a null-valued expression.", "InvokeMethodOnNull", "InvalidOperation"
        )
    if type(value) is PSObject:
        added = value.members.get(key)
        if isinstance(added, ScriptMethod):
            return added.script.call_method(value, arguments)
    if engine.type_data is not None:
        extended = engine.type_data.member(value, key)
        if isinstance(extended, ScriptMethod):
            return extended.script.call_method(value, arguments)
    if type(value) is PSObject:
        if value.base is not None:
            return call_method(value.base, name, arguments, engine)
        member = BUILTIN["system.management.automation.pscustomobject"].member(key)
    else:
        direct = getattr(value, "call_dynamic_method", None)
        if direct is not None:
            handled, result = direct(engine, name, arguments)
            if handled:
                return result
        member = type_of(value).member(key)
    if isinstance(member, Method):
        return run_method(member, value, arguments, engine)
    if key.startswith(("get_", "set_")) and type(value) is not PSObject:
        accessed = type_of(value).member(key[4:])
        if isinstance(accessed, Property) and len(arguments) == (key[0] == "s"):
            return _access(value, accessed.name, arguments, engine)
    is_custom = type(value) is PSObject and value.base is None
    if key in ("foreach", "where") and engine.language >= (
        language.CUSTOM_OBJECT_IS_LIST if is_custom else language.COLLECTION_METHODS
    ):
        from emulator.powershell.runtime.collection_methods import for_each, where

        return (for_each if key == "foreach" else where)(value, arguments, engine)
    if (type(value) in LIST_TYPES or type(value) is HashSet) and (
        engine.language >= language.MEMBER_ENUMERATION
    ):
        return _each(value, name, arguments, engine)
    if type(value) in DICTIONARY_TYPES and name in value:
        held = value[name]
        invoke = getattr(held, "call_method", None)
        if invoke is not None and key == "invoke":
            return invoke(value, arguments)
    raise _no_method(value, name, engine)


def _access(value: Any, name: str, arguments: list[Any], engine: Engine) -> Any:
    """A method that stands behind a property of .NET: get_Name() or set_Name(value)."""
    from emulator.powershell.runtime.members import get_property, set_member

    if not arguments:
        return get_property(value, name, engine)
    set_member(value, name, arguments[0], engine)
    return None


def _each(value: Any, name: str, arguments: list[Any], engine: Engine) -> Any:
    from emulator.powershell.runtime.language_mode import require_method

    results = PSArray()
    if not len(value):
        raise _no_method(value, name, engine)
    for item in list(value):
        if item is None:
            raise error(
                "You cannot call a method on a null-valued expression.",
                "InvokeMethodOnNull",
                "InvalidOperation",
            )
        if type(item) not in LIST_TYPES and not _has_method(item, name):
            raise _no_method(item, name, engine)
        if engine.constrained:
            require_method(item, name, False)
        one = call_method(item, name, arguments, engine)
        if one is not None:
            results.append(one)
    if not results:
        return None
    return results[0] if len(results) == 1 else results


def _has_method(value: Any, name: str) -> bool:
    if type(value) is PSObject:
        if name.lower() in value.members:
            return True
        if value.base is None:
            return isinstance(BUILTIN["system.object"].member(name), Method)
        value = value.base
    if getattr(value, "call_dynamic_method", None) is not None:
        return True
    return isinstance(type_of(value).member(name), Method)


def _no_method(value: Any, name: str, engine: Engine) -> PSError:
    base = unwrap(value)
    shown = "System.Management.Automation.PSCustomObject" if type(base) is PSObject else type_of(base).name
    engine.gap("method", f"[{shown}].{name}()")
    if base is not None and type(base) is not PSObject and is_listed(type_of(base), name):
        return not_emulated(f"[{shown}].{name}()")
    return error(
        f"Method invocation failed because [{shown}] does not contain a method named '{name}'.",
        "MethodNotFound",
        "InvalidOperation",
    )


def call_static(kind: PSType, name: str, arguments: list[Any], engine: Engine | None) -> Any:
    """``[kind]::name(arguments)``."""
    member = kind.static_member(name)
    if isinstance(member, Method):
        return run_method(member, None, arguments, engine, static=True)
    if name.lower() == "new" and (engine is None or engine.language >= language.NEW_METHOD):
        return construct(kind, arguments, engine)
    handler = getattr(kind, "call_static", None)
    if handler is not None:
        handled, result = handler(engine, name, arguments)
        if handled:
            return result
    if engine is not None:
        engine.gap("static method", f"[{kind.name}]::{name}()")
    if name.lower() != "new" and is_listed(kind, name, static=True):
        raise not_emulated(f"[{kind.name}]::{name}()")
    raise error(
        f"Method invocation failed because [{kind.name}] does not contain a method named '{name}'.",
        "MethodNotFound",
        "InvalidOperation",
    )


def get_static(kind: PSType, name: str, engine: Engine) -> Any:
    """``[kind]::name``."""
    names = getattr(kind, "names", None)
    if names is not None:
        number = kind.number_of(name)  # type: ignore[attr-defined]
        if number is not None:
            return kind.value(number)  # type: ignore[attr-defined]
    member = kind.static_member(name)
    if isinstance(member, Property):
        return member.getter(engine) if member.contextual else member.getter()
    if isinstance(member, Method):
        from emulator.powershell.runtime.members import MethodReference

        return MethodReference(kind, member.name)
    if name.lower() == "new" and kind.construct is not None and engine.language >= language.NEW_METHOD:
        from emulator.powershell.runtime.members import MethodReference

        return MethodReference(kind, "new")
    handler = getattr(kind, "get_static", None)
    if handler is not None:
        handled, result = handler(engine, name)
        if handled:
            return result
    if engine.strict_version is not None and engine.strict_version >= 2:
        raise error(
            f"The property '{name}' cannot be found on this object. Verify that the property exists.",
            "PropertyNotFoundStrict",
            kind="System.Management.Automation.PropertyNotFoundException",
        )
    engine.gap("static property", f"[{kind.name}]::{name}")
    if is_listed(kind, name, static=True):
        raise not_emulated(f"[{kind.name}]::{name}")
    return None


def set_static(kind: PSType, name: str, value: Any, engine: Engine) -> None:
    """``[kind]::name = value``."""
    member = kind.static_member(name)
    handler = getattr(kind, "set_static", None)
    if isinstance(member, Property) and member.setter is not None:
        try:
            if member.contextual:
                member.setter(engine, value)
            else:
                member.setter(value)
        except (NetError, ConversionError) as problem:
            from emulator.powershell.runtime.members import setting_error

            raise setting_error(member.name, problem) from None
        return
    if handler is not None and handler(engine, name, value):
        return
    engine.gap("static property", f"[{kind.name}]::{name}=")
    raise error(
        f"The property '{name}' cannot be found on this object. Verify that the property exists and can be "
        f"set.",
        "PropertyAssignmentException",
        "InvalidOperation",
    )


_CONSTRUCTORS: dict[str, Method] = {}
_MAXIMUM_CONSTRUCTORS = 4096


def construct(kind: PSType, arguments: list[Any], engine: Engine | None, *, derived: bool = False) -> Any:
    """``[kind]::new(arguments)`` and New-Object. The functions of a construct table take the type first.

    ``derived`` is for an object of a class that derives from the type, which may be abstract.
    """
    maker = (derived and getattr(kind, "make_base", None)) or getattr(kind, "make_instance", None)
    if maker is not None:
        return maker(engine, arguments)
    table = None
    for one in kind.lineage():
        if one.construct is not None:
            table = one.construct
            break
    if isinstance(kind, EnumType) and not arguments:
        return kind.value(0)
    if table is None or (kind.is_abstract and not derived) or kind.is_interface or kind.is_open:
        if engine is not None and table is None and not (kind.is_abstract or kind.is_interface):
            engine.gap("constructor", f"[{kind.name}]::new()")
        raise count_error(kind.short_name, len(arguments))
    method = _CONSTRUCTORS.get(kind.name)
    if method is None:
        members = parse_table(table, static=True)
        if "new" not in members:
            # A delegate: .NET's takes an object and the address of a method, which no script has.
            raise count_error(kind.short_name, len(arguments))
        method = members["new"]  # type: ignore[assignment]
        if len(_CONSTRUCTORS) < _MAXIMUM_CONSTRUCTORS:
            _CONSTRUCTORS[kind.name] = method  # type: ignore[assignment]
    assert isinstance(method, Method)  # noqa: S101 - a construct table holds only overloads of "new"
    overload, converted = choose(method, arguments, engine, kind.short_name)
    try:
        if overload.contextual:
            return overload.function(engine, kind, *converted)
        return overload.function(kind, *converted)
    except NetError as problem:
        raise invocation_error(".ctor", len(arguments), problem.exception, constructor=True) from None
    except FileFailure as problem:
        raise invocation_error(".ctor", len(arguments), problem.record.exception, constructor=True) from None
    except ConversionError as problem:
        wrong = ExceptionObject("System.InvalidCastException", problem.message)
        raise invocation_error(".ctor", len(arguments), wrong, constructor=True) from None
    except (AttributeError, TypeError):
        missing = _missing(overload, converted)
        if missing is None:
            raise
        raise invocation_error(".ctor", len(arguments), missing, constructor=True) from None


def _missing(overload: Overload, values: Sequence[Any]) -> ExceptionObject | None:
    """The exception of a member that needs an object where it was given $null; None when it was not."""
    for index, value in enumerate(values):
        if value is None:
            names = overload.names
            return null_argument(names[index] if index < len(names) else "value").exception
    return None


def run_method(
    method: Method, value: Any, arguments: list[Any], engine: Engine | None, static: bool = False
) -> Any:
    """Run the overload that fits best."""
    overloads = method.overloads
    if len(overloads) == 1 and not overloads[0].types and not arguments:
        overload, converted = overloads[0], arguments
    else:
        overload, converted = choose(method, arguments, engine, method.name)
    leading: list[Any] = [] if static else [value]
    try:
        if overload.contextual:
            return overload.function(engine, *leading, *converted)
        return overload.function(*leading, *converted)
    except NetError as problem:
        raise invocation_error(method.name, len(arguments), problem.exception) from None
    except FileFailure as problem:
        raise invocation_error(method.name, len(arguments), problem.record.exception) from None
    except ConversionError as problem:
        wrong = ExceptionObject("System.InvalidCastException", problem.message)
        raise invocation_error(method.name, len(arguments), wrong) from None
    except (AttributeError, TypeError):
        missing = _missing(overload, converted)
        if missing is None:
            raise
        raise invocation_error(method.name, len(arguments), missing) from None
    except ZeroDivisionError:
        wrong = ExceptionObject("System.DivideByZeroException", "Attempted to divide by zero.")
        raise invocation_error(method.name, len(arguments), wrong) from None
    except ArithmeticError:
        wrong = ExceptionObject("System.OverflowException", "Arithmetic operation resulted in an overflow.")
        raise invocation_error(method.name, len(arguments), wrong) from None


def invocation_error(
    name: str,
    count: int,
    exception: ExceptionObject,
    constructor: bool = False,
    record: ErrorRecord | None = None,
) -> PSError:
    """What a method raised, as MethodInvocationException; ``record`` when the exception carries one."""
    if record is not None:
        exception.extra["errorrecord"] = record
    return error(
        f'Exception calling "{name}" with "{count}" argument(s): "{exception.message}"',
        "ConstructorInvokedThrowException" if constructor else exception.ps_type.short_name,
        "NotSpecified",
        kind=METHOD_INVOCATION,
        inner=exception,
    )


def count_error(name: str, count: int) -> PSError:
    """The error of a call with so many arguments, which no overload takes."""
    return error(
        f'Cannot find an overload for "{name}" and the argument count: "{count}".',
        "MethodCountCouldNotFindBest",
        "NotSpecified",
        kind=METHOD_EXCEPTION,
    )


def choose(
    method: Method, arguments: Sequence[Any], engine: Engine | None, name: str
) -> tuple[Overload, list[Any]]:
    """The overload of the least conversion cost and the converted arguments."""
    count = len(arguments)
    best: Overload | None = None
    best_cost = IMPOSSIBLE
    fallback: Overload | None = None
    for overload in method.overloads:
        if overload.variadic:
            fixed = len(overload.types) - 1
            if count < fixed:
                continue
        elif len(overload.types) != count:
            continue
        fallback = fallback or overload
        cost = _cost(overload, arguments, engine)
        if cost < best_cost:
            best, best_cost = overload, cost
    if fallback is None:
        raise count_error(name, count)
    chosen = best or fallback
    return chosen, _convert_all(chosen, arguments, engine, name)


def _kinds(overload: Overload, count: int) -> list[str]:
    if not overload.variadic:
        return list(overload.types)
    fixed = len(overload.types) - 1
    element = overload.types[-1][:-2]
    return [*overload.types[:-1], *([element] * (count - fixed))]


def _cost(overload: Overload, arguments: Sequence[Any], engine: Engine | None) -> int:
    total = 0
    count = len(arguments)
    if overload.variadic:
        if count == len(overload.types) and _is_whole(unwrap(arguments[-1]), overload.types[-1]):
            names = list(overload.types)
        else:
            names = _kinds(overload, count)
            total += 5
    else:
        names = list(overload.types)
    for value, type_name in zip(arguments, names, strict=True):
        total += _argument_cost(unwrap(value), type_name, engine)
    return total


def _is_whole(value: Any, type_name: str) -> bool:
    """True when the value is the whole array of a ``params`` parameter; a text is one of ``char[]``."""
    if type_name == "char[]" and type(value) is str:
        return True
    return type(value) in LIST_TYPES or type(value) is bytearray


_QUICK: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "int": (int,),
    "bool": (bool,),
    "char": (Char,),
    "double": (float,),
}


def _argument_cost(value: Any, type_name: str, engine: Engine | None) -> int:
    quick = _QUICK.get(type_name)
    kind = type(value)
    if quick is not None and kind in quick:
        return 0
    if type_name == "object":
        return 8 if kind in NUMBER_TYPES or kind is bool else 6
    if type_name == "ref":
        return 0 if isinstance(value, Reference) else IMPOSSIBLE
    target = find_type(type_name, engine)
    if target is None:
        return 5000
    if value is None:
        return 1000 if target.is_value_type else 1
    actual = type_of(value)
    if actual is target:
        return 0
    if actual.is_assignable_to(target):
        return 2
    if kind in TYPE_CODES and type_name in _NUMERIC:
        target_code = _NUMERIC[type_name]
        code = TYPE_CODES[kind]
        return 2 + (target_code - code) if target_code > code and kind is not bool else 40 + code
    if isinstance(value, EnumValue) and type_name in _NUMERIC:
        return 20
    if type_name == "string":
        return 30
    if isinstance(value, str) and type_name == "char[]":
        return 12
    if isinstance(value, str) and type_name == "char":
        return 10 if len(value) == 1 else 500
    if target.element_type is not None and kind in LIST_TYPES:
        return 10
    try:
        convert(value, target, engine)
    except (ConversionError, PSError):
        return 5000
    return 60


_NUMERIC = {
    "sbyte": 5,
    "byte": 6,
    "int16": 7,
    "uint16": 8,
    "int": 9,
    "uint32": 10,
    "long": 11,
    "int64": 11,
    "uint64": 12,
    "float": 13,
    "single": 13,
    "double": 14,
    "decimal": 15,
}


def find_type(name: str, engine: Engine | None) -> PSType | None:
    """A type by a name of the tables."""
    if engine is not None:
        return engine.types.find(name)
    from emulator.powershell.runtime.type_finder import TypeFinder

    return TypeFinder().find(name)


def _convert_all(overload: Overload, arguments: Sequence[Any], engine: Engine | None, name: str) -> list[Any]:
    count = len(arguments)
    if overload.variadic:
        fixed = len(overload.types) - 1
        if count == fixed + 1 and _is_whole(unwrap(arguments[-1]), overload.types[-1]):
            names = list(overload.types)
            return [_one(overload, i, v, names[i], engine, name) for i, v in enumerate(arguments)]
        element = overload.types[-1][:-2]
        head = [_one(overload, i, arguments[i], overload.types[i], engine, name) for i in range(fixed)]
        rest = PSArray(_one(overload, fixed, value, element, engine, name) for value in arguments[fixed:])
        return [*head, rest]
    return [_one(overload, i, v, overload.types[i], engine, name) for i, v in enumerate(arguments)]


def _one(overload: Overload, index: int, value: Any, type_name: str, engine: Engine | None, name: str) -> Any:
    quick = _QUICK.get(type_name)
    if quick is not None and type(value) in quick:
        return value
    if type_name == "object":
        return value
    if type_name == "ref":
        reference = unwrap(value)
        if not isinstance(reference, Reference):
            raise error(
                f"Argument: '{index + 1}' should be a System.Management.Automation.PSReference. Use [ref].",
                "NonRefArgumentToRefParameterMsg",
                "NotSpecified",
                kind=METHOD_EXCEPTION,
            )
        return reference
    if value is None and type_name in ("array", "byte[]"):
        missing = null_argument(overload.names[index]).exception
        raise invocation_error(name, len(overload.types), missing)
    target = find_type(type_name, engine)
    if target is None:
        return value
    try:
        if value is None and type_name == "string":
            return ""
        return convert(unwrap(value), target, engine)
    except ConversionError as problem:
        raise argument_conversion(overload.names[index], value, name, target, problem) from None


def argument_conversion(
    argument: str, value: Any, method: str, target: PSType, problem: ConversionError
) -> PSError:
    """The error of an argument that does not become what a method takes."""
    return error(
        f'Cannot convert argument "{argument}", with value: "{to_text(value)}", for "{method}" to type '
        f'"{target.name}": "{problem.message}"',
        "MethodArgumentConversionInvalidCastArgument",
        "NotSpecified",
        kind=METHOD_EXCEPTION,
    )
