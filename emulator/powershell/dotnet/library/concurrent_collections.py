"""System.Collections.Concurrent: a queue, a stack and a bag, which nothing else changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.powershell.dotnet.collections import LIST_TYPES, Enumerator, PSArray
from emulator.powershell.dotnet.library.lists import LIST_INTERFACES
from emulator.powershell.dotnet.psobject import Reference
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.conversion import convert, items_of


class ConcurrentCollection(list[Any]):
    """The items, in the order in which they come out."""

    __slots__ = ("ps_type",)

    def __init__(self, ps_type: PSType) -> None:
        super().__init__()
        self.ps_type = ps_type


LIST_TYPES.add(ConcurrentCollection)


def _item(values: ConcurrentCollection, item: Any) -> Any:
    arguments = values.ps_type.arguments
    return convert(item, arguments[0]) if arguments else item


def _enqueue(values: ConcurrentCollection, item: Any) -> None:
    values.append(_item(values, item))


def _push(values: ConcurrentCollection, item: Any) -> None:
    values.insert(0, _item(values, item))


def _try_take(taken: bool) -> Callable[[ConcurrentCollection, Reference], bool]:
    def take(values: ConcurrentCollection, target: Reference) -> bool:
        if not values:
            target.write(None)
            return False
        target.write(values.pop(0) if taken else values[0])
        return True

    return take


def _of(add: Callable[[ConcurrentCollection, Any], None]) -> Callable[[PSType, Any], ConcurrentCollection]:
    def make(kind: PSType, values: Any) -> ConcurrentCollection:
        made = ConcurrentCollection(kind)
        for one in items_of(values):
            add(made, one)
        return made

    return make


for _name, _put, _add, _take in (
    ("ConcurrentQueue`1", "Enqueue", _enqueue, "TryDequeue"),
    ("ConcurrentStack`1", "Push", _push, "TryPop"),
    ("ConcurrentBag`1", "Add", _push, "TryTake"),
):
    register(
        PSType(
            f"System.Collections.Concurrent.{_name}",
            interfaces=LIST_INTERFACES[1:],
            instance={
                "Count: int": len,
                "IsEmpty: bool": lambda values: not values,
                f"{_put}(object item)": _add,
                f"{_take}(ref result)": _try_take(True),
                "TryPeek(ref result)": _try_take(False),
                "ToArray()": PSArray,
                "GetEnumerator()": lambda values: Enumerator(list(values)),
            },
            construct={
                "new()": ConcurrentCollection,
                "new(System.Collections.IEnumerable collection)": _of(_add),
            },
        )
    )
