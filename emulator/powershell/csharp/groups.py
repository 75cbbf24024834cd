"""What GroupBy makes."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import LIST_TYPES, PSArray
from emulator.powershell.dotnet.types import PSType, register


class Group(PSArray):
    """IGrouping: a key and the items that have it."""

    __slots__ = ("key",)

    def __init__(self, key: Any) -> None:
        super().__init__()
        self.key = key


LIST_TYPES.add(Group)
register(
    PSType("System.Linq.Grouping", base="System.Object[]", instance={"Key": lambda group: group.key}),
    Group,
)
