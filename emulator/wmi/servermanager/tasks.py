"""MSFT_ServerManagerTasks, as far as it tells of features."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.cim.instance import ValueInstance
from emulator.host.windows.server_features import server_features
from emulator.wmi.servermanager.deployment import FEATURE_TYPES
from emulator.wmi.view import View, wmi_method

if TYPE_CHECKING:
    from emulator.wmi.method import Arguments, MethodResult


class ServerManagerTasks(View[None]):
    """Static methods only; the class has no instances."""

    class_name = "MSFT_ServerManagerTasks"

    @wmi_method
    def GetServerFeature(self, _item: None, arguments: Arguments) -> MethodResult:
        """The features with their states, and whether the machine waits for a restart."""
        declaration = self.namespace.schema.find("MSFT_ServerFeature")
        found = [
            ValueInstance(
                declaration,
                {
                    "DisplayName": each.title,
                    "Id": each.number,
                    "ParentName": each.parent or "",
                    "State": int(each.state),
                    "Type": FEATURE_TYPES[each.kind],
                    "UniqueName": each.name,
                },
                self.namespace.name,
                self.namespace.server,
            )
            for each in server_features(self.host)
        ]
        return arguments.result(0, RequiresReboot=self.host.role.pending is not None, cmdletOutput=found)
