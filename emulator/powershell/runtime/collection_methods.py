"""The ``.ForEach()`` and ``.Where()`` methods of any value (about_Arrays)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import GenericList
from emulator.powershell.dotnet.types import PSType, builtin
from emulator.powershell.runtime.conversion import convert, items_of, to_text
from emulator.powershell.runtime.errors import ConversionError, cast_error, error
from emulator.powershell.runtime.language_mode import require_method
from emulator.powershell.runtime.members import MISSING, get_member_of_item, set_member
from emulator.powershell.runtime.script_block import ScriptBlock

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def _collection(items: Iterable[Any] = ()) -> GenericList:
    """What both methods give: a Collection of PSObject."""
    from emulator.powershell.runtime.type_finder import construct_generic

    kind = builtin("System.Collections.ObjectModel.Collection`1")
    return GenericList(items, construct_generic(kind, (builtin("System.Management.Automation.PSObject"),)))


def for_each(value: Any, arguments: list[Any], engine: Engine) -> GenericList:
    """``.ForEach({ })``, ``.ForEach('Property')``, ``.ForEach('Method', args)``, ``.ForEach([type])``."""
    from emulator.powershell.runtime.invoke import call_method

    if not arguments:
        raise error(
            'Cannot find an overload for "ForEach" and the argument count: "0".',
            "MethodCountCouldNotFindBest",
            kind="System.Management.Automation.MethodException",
        )
    first, rest = arguments[0], arguments[1:]
    results = _collection()
    for item in items_of(value):
        if isinstance(first, ScriptBlock) and rest:
            results.extend(first.values_with(engine, item, rest))
        elif isinstance(first, ScriptBlock):
            first.inline_with(engine.frame, results.append, item)
        elif isinstance(first, PSType):
            try:
                results.append(convert(item, first, engine))
            except ConversionError as problem:
                raise cast_error(problem) from None
        else:
            name = to_text(first)
            found = get_member_of_item(item, name, engine)
            if found is not MISSING and type(found).__name__ != "MethodReference":
                if rest:
                    set_member(item, name, rest[0], engine)
                else:
                    results.append(found)
            else:
                if engine.constrained:
                    require_method(item, "", False)
                one = call_method(item, name, rest, engine)
                if one is not None:
                    results.append(one)
    return results


def where(value: Any, arguments: list[Any], engine: Engine) -> GenericList:
    """``.Where({ }, mode, count)``: Default, First, Last, SkipUntil, Until, Split."""
    if not arguments or not isinstance(arguments[0], ScriptBlock):
        raise error(
            f'Cannot find an overload for "Where" and the argument count: "{len(arguments)}".',
            "MethodCountCouldNotFindBest",
            kind="System.Management.Automation.MethodException",
        )
    test = arguments[0]
    mode = to_text(arguments[1]).lower() if len(arguments) > 1 else "default"
    count = int(arguments[2]) if len(arguments) > 2 else 0
    items = items_of(value)

    matches = test.tester(engine.frame)

    if mode in ("skipuntil", "until"):
        place = next((i for i, item in enumerate(items) if matches(item)), len(items))
        chosen = items[place:] if mode == "skipuntil" else items[:place]
        return _collection(chosen[:count] if count else chosen)
    if mode == "first":
        found: list[Any] = []
        for item in items:
            if matches(item):
                found.append(item)
                if len(found) >= (count or 1):
                    break
        return _collection(found)
    kept = [(item, matches(item)) for item in items]
    yes = [item for item, good in kept if good]
    if mode == "last":
        return _collection(yes[-(count or 1) :])
    if mode == "split":
        return _collection([_collection(yes), _collection([item for item, good in kept if not good])])
    return _collection(yes[:count] if count else yes)
