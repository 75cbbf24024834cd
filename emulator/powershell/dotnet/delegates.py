"""Delegates: script blocks and methods as values of .NET's delegate types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.powershell.dotnet.types import PSType


class Delegate:
    """A delegate; ``call`` takes the arguments as a list."""

    __slots__ = ("call", "ps_type")

    def __init__(self, ps_type: PSType, call: Callable[[list[Any]], Any]) -> None:
        self.ps_type = ps_type
        self.call = call
