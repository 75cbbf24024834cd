"""Default views: the list with its crosses, and the row of a result."""

from __future__ import annotations

from typing import Any

from emulator.host.windows.server_features import ServerFeature
from emulator.powershell.format.views import Column, View, table
from emulator.powershell.modules.servermanager.types import NAMESPACE


def _title(value: Any) -> Any:
    if not isinstance(value, ServerFeature):
        return None
    with value.host.looking():
        mark = "X" if value.installed else " "
    return f"{'    ' * (value.depth - 1)}[{mark}] {value.title}"


def module_views(*, with_state: bool) -> list[View]:
    """The views; the first release of the module showed no state."""
    columns = [Column("Display Name", _title, 55), Column("Name", "Name", 26)]
    if with_state:
        columns.append(Column("Install State", "InstallState", 13, "right"))
    return [
        table(f"{NAMESPACE}.Feature", columns=columns),
        table(
            f"{NAMESPACE}.FeatureOperationResult",
            columns=(
                Column("Success", "Success", 7),
                Column("Restart Needed", "RestartNeeded", 14),
                Column("Exit Code", "ExitCode", 14),
                Column("Feature Result", "FeatureResult"),
            ),
        ),
    ]
