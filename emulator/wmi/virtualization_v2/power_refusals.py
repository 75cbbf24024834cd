"""SetPowerState of CIM_ComputerSystem, which Hyper-V declares and does not support."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization_v2.refusals import UNSUPPORTED

if TYPE_CHECKING:
    from emulator.wmi.method import Arguments, MethodResult


class PowerRefusals:
    """CIM_ComputerSystem."""

    @wmi_method
    def SetPowerState(self, _item: Any, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)
