"""Members of .NET's own types as C# code uses them: exact names, exceptions as they were thrown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.objects import ByReference, Sequence, ThrownError, null_reference, thrown
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, GenericDictionary, PSArray
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.psobject import PSObject, Reference, unwrap
from emulator.powershell.dotnet.types import Method, Overload, Property, PSType, parse_table, type_of
from emulator.powershell.runtime.errors import (
    METHOD_INVOCATION,
    ConversionError,
    NotEmulatedError,
    PSError,
    not_emulated,
)
from emulator.powershell.runtime.invoke import choose

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def missing(engine: Engine, what: str) -> NotEmulatedError:
    """A member that is not there: whether .NET has it is not known here, so it counts as a gap."""
    engine.gap("C# member", what)
    return not_emulated(f"C#: {what}")


def inner_exception(problem: PSError) -> ExceptionObject:
    """What C# catches of an error of the engine."""
    exception = problem.seen_from_outside()
    if exception.ps_type.name == METHOD_INVOCATION and exception.inner is not None:
        return exception.inner
    return exception


def guarded(work: Callable[[], Any], given: tuple[Any, ...] = ()) -> Any:
    """Run a function behind a member of .NET; what it raises becomes an exception of C#."""
    try:
        return work()
    except NotEmulatedError:
        raise
    except PSError as problem:
        raise ThrownError(inner_exception(problem)) from None
    except ConversionError as problem:
        raise thrown("System.InvalidCastException", problem.message) from None
    except ZeroDivisionError:
        raise thrown("System.DivideByZeroException", "Attempted to divide by zero.") from None
    except ArithmeticError:
        raise thrown("System.OverflowException", "Arithmetic operation resulted in an overflow.") from None
    except (AttributeError, TypeError):
        if any(one is None for one in given):
            raise thrown("System.ArgumentNullException", "Value cannot be null.") from None
        raise


def get_native(value: Any, name: str, engine: Engine) -> Any:
    """``value.name`` of a value of .NET's own type."""
    if value is None:
        raise null_reference()
    found = _member(value, name)
    if isinstance(found, Property):
        member = found
        return guarded(lambda: member.getter(engine, value) if member.contextual else member.getter(value))
    if isinstance(found, Method):
        method = found
        return lambda given: run_native(method, value, given, engine)
    dynamic = getattr(value, "dynamic_property", None)
    if dynamic is not None:
        made = dynamic(name, _MISSING)
        if made is not _MISSING:
            return made
    if name in _OF_PSOBJECT:
        # A variable of type PSObject holds its plain value here.
        from emulator.powershell.runtime.members import MemberSet

        return get_native(MemberSet(value), name, engine)
    raise missing(engine, f"{type_of(value).name}.{name}")


_OF_PSOBJECT = frozenset(
    {"BaseObject", "ImmediateBaseObject", "Properties", "Members", "Methods", "TypeNames"}
)
_MISSING: Any = object()


def _member(value: Any, name: str) -> Property | Method | None:
    if type(value) is PSObject and value.base is not None:
        found = type_of(value).member(name)
        if found is not None and found.name == name:
            return found
        return _member(value.base, name)
    found = type_of(value).member(name)
    return found if found is not None and found.name == name else None


def set_native(value: Any, name: str, new: Any, engine: Engine) -> None:
    """``value.name = new``."""
    if value is None:
        raise null_reference()
    found = _member(value, name)
    if isinstance(found, Property) and found.setter is not None:
        setter = found.setter
        contextual = found.contextual
        guarded(lambda: setter(engine, value, new) if contextual else setter(value, new))
        return
    dynamic = getattr(value, "set_dynamic_property", None)
    if dynamic is not None and dynamic(name, new):
        return
    raise missing(engine, f"{type_of(value).name}.{name}=")


def has_method(value: Any, name: str, count: int = 0, any_count: bool = True) -> bool:
    """Whether a value of .NET has a method of the name, for so many arguments unless any number does."""
    found = _member(value, name)
    if not isinstance(found, Method):
        return False
    return any_count or any(one.variadic or len(one.types) == count for one in found.overloads)


def call_native(value: Any, name: str, given: list[Any], engine: Engine) -> Any:
    """``value.name(given)``."""
    if value is None:
        raise null_reference()
    found = _member(value, name)
    if isinstance(found, Method):
        target = value
        if type(value) is PSObject and value.base is not None and type_of(value).member(name) is not found:
            target = value.base
        return run_native(found, target, given, engine)
    if isinstance(found, Property):
        held = get_native(value, name, engine)
        return call_native(held, "Invoke", given, engine)
    raise missing(engine, f"{type_of(value).name}.{name}()")


def get_static_native(kind: PSType, name: str, engine: Engine) -> Any:
    """``Kind.name``."""
    number = getattr(kind, "names", {}).get(name)
    if number is not None:
        return kind.value(number)  # type: ignore[attr-defined]
    found = kind.static_member(name)
    if found is not None and found.name == name:
        if isinstance(found, Property):
            member = found
            return guarded(lambda: member.getter(engine) if member.contextual else member.getter())
        method = found
        return lambda given: run_native(method, None, given, engine, static=True)
    raise missing(engine, f"{kind.name}.{name}")


def set_static_native(kind: PSType, name: str, value: Any, engine: Engine) -> None:
    """``Kind.name = value``."""
    found = kind.static_member(name)
    if isinstance(found, Property) and found.name == name and found.setter is not None:
        setter, contextual = found.setter, found.contextual
        guarded(lambda: setter(engine, value) if contextual else setter(value))
        return
    raise missing(engine, f"{kind.name}.{name}=")


def call_static_native(kind: PSType, name: str, given: list[Any], engine: Engine) -> Any:
    """``Kind.name(given)``."""
    found = kind.static_member(name)
    if isinstance(found, Method) and found.name == name:
        return run_native(found, None, given, engine, static=True)
    raise missing(engine, f"{kind.name}.{name}()")


def run_native(method: Method, value: Any, given: list[Any], engine: Engine, static: bool = False) -> Any:
    """Run the overload that fits best. Unlike PowerShell's calls, null stays null where a text is wanted."""
    arguments = [_outward(one, engine) for one in given]
    overload, values = _chosen(method, arguments, engine)
    leading = [] if static else [value]
    if overload.contextual:
        return guarded(lambda: overload.function(engine, *leading, *values), tuple(given))
    return guarded(lambda: overload.function(*leading, *values), tuple(given))


def construct_native(kind: PSType, given: list[Any], engine: Engine) -> Any:
    """``new Kind(given)``."""
    maker = getattr(kind, "make_instance", None)
    if maker is not None:
        return guarded(lambda: maker(engine, given))
    table = next((one.construct for one in kind.lineage() if one.construct is not None), None)
    if not table or kind.is_interface:
        raise missing(engine, f"new {kind.name}()")
    method = parse_table(table, static=True)["new"]
    assert isinstance(method, Method)  # noqa: S101 - a construct table holds only overloads of "new"
    overload, values = _chosen(method, [_outward(one, engine) for one in given], engine)
    if overload.contextual:
        return guarded(lambda: overload.function(engine, kind, *values), tuple(given))
    return guarded(lambda: overload.function(kind, *values), tuple(given))


def _chosen(method: Method, arguments: list[Any], engine: Engine) -> tuple[Overload, list[Any]]:
    try:
        overload, values = choose(method, arguments, engine, method.name)
    except PSError as problem:
        if isinstance(problem, NotEmulatedError):
            raise
        if problem.record.error_id == "MethodCountCouldNotFindBest":
            raise missing(engine, f"{method.name} with {len(arguments)} arguments") from None
        raise ThrownError(inner_exception(problem)) from None
    for place, one in enumerate(arguments):
        if one is None and place < len(values) and not overload.variadic:
            values[place] = None
    return overload, values


def _outward(value: Any, engine: Engine) -> Any:
    if isinstance(value, ByReference):
        return Reference(value.read, value.write)
    if isinstance(value, Sequence):
        return materialized(value, engine)
    return value


def materialized(value: Sequence, engine: Engine) -> PSArray:
    """The items of a sequence as an array; as many as a script may hold."""
    items = PSArray()
    for one in value.make():
        items.append(one)
        engine.fuel -= 1
        if engine.fuel < 0:
            engine.refuel()
        if len(items) > engine.limits.items:
            raise thrown(
                "System.OutOfMemoryException", "Insufficient memory to continue the execution of the program."
            )
    return items


def item_of(value: Any, index: list[Any], engine: Engine) -> Any:
    """``value[index]``."""
    if value is None:
        raise null_reference()
    value = unwrap(value)
    key = index[0]
    if type(value) in DICTIONARY_TYPES:
        if isinstance(value, GenericDictionary) and key not in value:
            raise thrown(
                "System.Collections.Generic.KeyNotFoundException",
                "The given key was not present in the dictionary.",
            )
        if key is None:
            raise thrown("System.ArgumentNullException", "Key cannot be null.", parameter="key")
        return value[key]
    if isinstance(value, str):
        if not 0 <= int(key) < len(value):
            raise thrown("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
        from emulator.powershell.dotnet.numbers import Char

        return Char(value[int(key)])
    if isinstance(value, list | bytearray):
        if isinstance(key, str):
            return call_native(value, "Item", index, engine)
        _check_index(value, int(key))
        if isinstance(value, bytearray):
            from emulator.powershell.dotnet.numbers import Byte

            return Byte(value[int(key)])
        return value[int(key)]
    for name in ("Item", "get_Item", "Chars"):
        if has_method(value, name):
            return call_native(value, name, index, engine)
    raise missing(engine, f"{type_of(value).name}[]")


def _check_index(value: Any, place: int) -> None:
    if 0 <= place < len(value):
        return
    if isinstance(value, PSArray | bytearray):
        raise thrown("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
    raise thrown(
        "System.ArgumentOutOfRangeException",
        "Index was out of range. Must be non-negative and less than the size of the collection.",
        parameter="index",
    )


def set_item(value: Any, index: list[Any], new: Any, engine: Engine) -> None:
    """``value[index] = new``."""
    if value is None:
        raise null_reference()
    value = unwrap(value)
    key = index[0]
    if type(value) in DICTIONARY_TYPES:
        if key is None:
            raise thrown("System.ArgumentNullException", "Key cannot be null.", parameter="key")
        value[key] = new
        return
    if isinstance(value, list | bytearray) and not isinstance(key, str):
        _check_index(value, int(key))
        value[int(key)] = int(new) if isinstance(value, bytearray) else new
        return
    if has_method(value, "set_Item"):
        call_native(value, "set_Item", [*index, new], engine)
        return
    raise missing(engine, f"{type_of(value).name}[]=")
