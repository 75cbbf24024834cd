"""System.Management.Automation.PSDataCollection: what pipelines read from and write to while they run."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import LIST_TYPES, GenericList
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.types import BUILTIN, PSType, register
from emulator.powershell.runtime.conversion import convert, items_of

_CLOSED = (
    "The objects cannot be added to a closed buffer. Make sure the buffer is open for Add and Insert "
    "operations to succeed."
)


class DataCollection(GenericList):
    """A list that takes items until it is completed."""

    def __init__(self, values: Any, ps_type: PSType) -> None:
        super().__init__(values, ps_type)
        self.is_open = True


LIST_TYPES.add(DataCollection)
_LIST = BUILTIN["system.collections.objectmodel.collection`1"]


def _add(values: DataCollection, item: Any) -> None:
    if not values.is_open:
        raise NetError("System.Management.Automation.PSInvalidOperationException", _CLOSED)
    values.append(item)


def _read_all(values: DataCollection) -> GenericList:
    """ReadAll: the items, which are gone then."""
    taken = GenericList(list(values), _LIST)
    values.clear()
    return taken


def _complete(values: DataCollection) -> None:
    values.is_open = False


def _made(kind: PSType, values: Any = ()) -> DataCollection:
    return DataCollection([convert(one, kind.arguments[0]) for one in items_of(values)], kind)


register(
    PSType(
        "System.Management.Automation.PSDataCollection`1",
        interfaces=(*_LIST.interfaces, "System.IDisposable"),
        instance={
            **_LIST.instance_table,
            "Add(object item)": _add,
            "Complete()": _complete,
            "Dispose()": _complete,
            "IsOpen: bool": lambda values: values.is_open,
            "ReadAll()": _read_all,
        },
        construct={
            "new()": _made,
            "new(int capacity)": lambda kind, _capacity: _made(kind),
            "new(System.Collections.IEnumerable items)": _made,
        },
    )
)
