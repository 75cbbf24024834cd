"""Methods that Windows declares for every device and service and does not support: they answer 1.

The documentation of each names the value ("Not supported"); CIM_LogicalDevice and CIM_Service have the same
number for it. A view whose class does more overrides them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.wmi.method import Arguments, MethodResult

UNSUPPORTED = 1


class ElementRefusals:
    """CIM_EnabledLogicalElement."""

    @wmi_method
    def RequestStateChange(self, _item: Any, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)


class ServiceRefusals(ElementRefusals):
    """CIM_Service."""

    @wmi_method
    def StartService(self, _item: Any, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)

    @wmi_method
    def StopService(self, _item: Any, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)


class DeviceRefusals(ElementRefusals):
    """CIM_LogicalDevice."""

    @wmi_method
    def Reset(self, _item: Any, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)

    @wmi_method
    def SetPowerState(self, _item: Any, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)

    @wmi_method
    def EnableDevice(self, _item: Any, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)

    @wmi_method
    def OnlineDevice(self, _item: Any, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)

    @wmi_method
    def QuiesceDevice(self, _item: Any, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)

    @wmi_method
    def SaveProperties(self, _item: Any, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)

    @wmi_method
    def RestoreProperties(self, _item: Any, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)

    @wmi_method
    def LockMedia(self, _item: Any, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)
