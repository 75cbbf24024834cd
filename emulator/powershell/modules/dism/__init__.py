"""The Dism module: Hyper-V and its tools as optional features. Its other cmdlets are known by their shape."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.powershell.modules.windows_modules import of_windows
from emulator.powershell.runtime.module import CmdletTable, Module

if TYPE_CHECKING:
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.format.views import View

__all__ = ["DISM"]

_PACKAGE = "emulator.powershell.modules.dism"


def _types() -> Iterable[PSType]:
    from emulator.powershell.modules.dism.types import module_types

    return module_types()


def _views() -> Iterable[View]:
    from emulator.powershell.modules.dism.views import module_views

    return module_views()


#: From Windows 8 and Server 2012 on.
DISM = Module(
    name="Dism",
    version="3.0",
    table=CmdletTable(_PACKAGE),
    behaviours=(f"{_PACKAGE}.cmdlets",),
    class_name="Microsoft.Dism.Commands.{verb}{noun}Command",
    types=_types,
    views=_views,
)
of_windows(DISM)
