"""Methods of List and Array that take a delegate."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.conversions import default_of
from emulator.powershell.dotnet.collections import GenericList
from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.types import builtin, type_of
from emulator.powershell.runtime.type_finder import construct_generic

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

Work = Callable[[Any, Delegate, "Engine"], Any]


def _call(function: Delegate, *values: Any) -> Any:
    return function.call(list(values))


def _find(values: Any, test: Delegate, engine: Engine) -> Any:
    kind = type_of(values)
    element = kind.arguments[0] if kind.arguments else kind.element_type
    return next((one for one in list(values) if _call(test, one)), default_of(element, engine))


def _find_all(values: Any, test: Delegate, _engine: Engine) -> Any:
    return GenericList([one for one in list(values) if _call(test, one)], type_of(values))


def _find_index(values: Any, test: Delegate, _engine: Engine) -> int:
    return next((place for place, one in enumerate(list(values)) if _call(test, one)), -1)


def _find_last_index(values: Any, test: Delegate, _engine: Engine) -> int:
    return max((place for place, one in enumerate(list(values)) if _call(test, one)), default=-1)


def _remove_all(values: Any, test: Delegate, _engine: Engine) -> int:
    kept = [one for one in list(values) if not _call(test, one)]
    count = len(values) - len(kept)
    values[:] = kept
    return count


def _for_each(values: Any, action: Delegate, _engine: Engine) -> None:
    for one in list(values):
        _call(action, one)


def _convert_all(values: Any, function: Delegate, _engine: Engine) -> Any:
    kind = construct_generic(builtin("System.Collections.Generic.List`1"), (builtin("System.Object"),))
    return GenericList([_call(function, one) for one in list(values)], kind)


def _sort(values: Any, comparison: Delegate, _engine: Engine) -> None:
    values[:] = sorted(values, key=cmp_to_key(lambda a, b: int(_call(comparison, a, b))))


_METHODS: dict[str, Work] = {
    "ConvertAll": _convert_all,
    "Exists": lambda values, test, _engine: any(_call(test, one) for one in list(values)),
    "Find": _find,
    "FindAll": _find_all,
    "FindIndex": _find_index,
    "FindLastIndex": _find_last_index,
    "ForEach": _for_each,
    "RemoveAll": _remove_all,
    "Sort": _sort,
    "TrueForAll": lambda values, test, _engine: all(_call(test, one) for one in list(values)),
}


def find(value: Any, name: str, given: list[Any]) -> Work | None:
    """The method, when the value is a list and the only argument a delegate."""
    if isinstance(value, list) and len(given) == 1 and isinstance(given[0], Delegate):
        return _METHODS.get(name)
    return None
