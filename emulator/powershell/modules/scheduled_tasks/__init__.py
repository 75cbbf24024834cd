"""The ScheduledTasks module for Windows PowerShell, and the scripting objects of the same tasks (`com`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.powershell.modules.windows_modules import of_windows
from emulator.powershell.runtime.module import CmdletTable, Module

if TYPE_CHECKING:
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.format.views import View

__all__ = ["SCHEDULED_TASKS"]

_PACKAGE = "emulator.powershell.modules.scheduled_tasks"
#: Enumerations of the module are taken by their names.
_ENUMERATIONS = (
    "ClusterTaskTypeEnum",
    "CompatibilityEnum",
    "DayOfWeek",
    "LogonTypeEnum",
    "MultipleInstancesEnum",
    "ProcessTokenSidTypeEnum",
    "RunLevelEnum",
)
_SESSION = "Microsoft.Management.Infrastructure.CimSession"
_TYPES = {
    **dict.fromkeys(_ENUMERATIONS, "System.String"),
    "ciminstance": "Microsoft.Management.Infrastructure.CimInstance",
    "CimSession": _SESSION,
}


def _types() -> Iterable[PSType]:
    from emulator.powershell.modules.cim.objects import module_types
    from emulator.powershell.modules.cim.session_types import session_types

    return (*module_types(()), *session_types())


def _views() -> Iterable[View]:
    from emulator.powershell.modules.scheduled_tasks.views import VIEWS

    return VIEWS


SCHEDULED_TASKS = Module(
    name="ScheduledTasks",
    version="1.0.0.0",
    table=CmdletTable(_PACKAGE, types=_TYPES),
    behaviours=(f"{_PACKAGE}.cmdlets",),
    class_name="{verb}-{noun}",
    types=_types,
    views=_views,
    missing={
        f"{verb}-ClusteredScheduledTask": "a failover cluster is not emulated"
        for verb in ("Get", "Register", "Set", "Unregister")
    },
)
of_windows(SCHEDULED_TASKS)
