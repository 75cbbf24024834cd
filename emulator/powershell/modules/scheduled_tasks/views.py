"""How tasks are shown; widths are those of the module's output."""

from __future__ import annotations

from emulator.powershell.format.views import Column, table
from emulator.powershell.modules.cim.objects import INSTANCE

VIEWS = [
    table(
        f"{INSTANCE}#Root/Microsoft/Windows/TaskScheduler/MSFT_ScheduledTask",
        columns=(
            Column("TaskPath", "TaskPath", 46),
            Column("TaskName", "TaskName", 33),
            Column("State", "State", 10),
        ),
    )
]
