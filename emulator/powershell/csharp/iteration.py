"""Going through values with foreach and in queries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.native_calls import call_native, get_native, missing
from emulator.powershell.csharp.objects import Sequence, null_reference, thrown
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES, Enumerator, HashSet, PSArray
from emulator.powershell.dotnet.numbers import Byte, Char
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import type_of

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def items_of(value: Any, engine: Engine) -> Iterator[Any]:
    """The items of a value, one by one. Raises InvalidOperationException when a list changes meanwhile."""
    if value is None:
        raise null_reference()
    value = unwrap(value)
    if isinstance(value, Sequence):
        source: Iterator[Any] = value.make()
    elif isinstance(value, str):
        source = (Char(one) for one in value)
    elif isinstance(value, bytearray | bytes):
        source = (Byte(one) for one in value)
    elif isinstance(value, PSArray):
        source = iter(list(value))
    elif type(value) in DICTIONARY_TYPES:
        source = _unchanged(value, list(value.entries()))
    elif type(value) in LIST_TYPES or isinstance(value, list | HashSet):
        source = _unchanged(value, list(value))
    elif isinstance(value, Enumerator):
        source = value.one_by_one()
    else:
        source = _by_methods(value, engine)
    for one in source:
        engine.fuel -= 1
        if engine.fuel < 0:
            engine.refuel()
        yield one


def _unchanged(value: Any, items: list[Any]) -> Iterator[Any]:
    count = len(items)
    for one in items:
        yield one
        if len(value) != count:
            raise thrown(
                "System.InvalidOperationException",
                "Collection was modified; enumeration operation may not execute.",
            )


def _by_methods(value: Any, engine: Engine) -> Iterator[Any]:
    from emulator.powershell.csharp.invocation import call_member, read_member

    kind = type_of(value)
    if hasattr(kind, "methods_named"):
        if not kind.methods_named("GetEnumerator"):
            raise missing(engine, f"foreach over {kind.name}")
        walker = call_member(value, "GetEnumerator", [], engine)
        if isinstance(walker, Sequence):
            yield from walker.make()
            return
        if hasattr(type_of(walker), "methods_named"):
            while call_member(walker, "MoveNext", [], engine) is True:
                yield read_member(walker, "Current", engine)
            return
        yield from items_of(walker, engine)
        return
    if kind.member("GetEnumerator") is None:
        many = getattr(value, "__iter__", None)
        if many is None:
            raise missing(engine, f"foreach over {kind.name}")
        yield from many()
        return
    walker = call_native(value, "GetEnumerator", [], engine)
    if isinstance(walker, Enumerator):
        yield from walker.one_by_one()
        return
    while call_native(walker, "MoveNext", [], engine) is True:
        yield get_native(walker, "Current", engine)
