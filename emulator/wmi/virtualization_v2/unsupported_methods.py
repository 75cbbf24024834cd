"""Methods that classes of Hyper-V inherit and that its providers do not support: they answer 1.

The class pages list the DMTF's return values for them, of which 1 is "Not Supported".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.wmi.method import Arguments, MethodResult

NOT_SUPPORTED = 1


def _refused(name: str) -> staticmethod[[object, Arguments], MethodResult]:
    """A method of this name that changes nothing."""

    def refuse(_item: object, arguments: Arguments) -> MethodResult:
        return arguments.result(NOT_SUPPORTED)

    refuse.__name__ = name
    return staticmethod(wmi_method(refuse))


class UnsupportedElementMethods:
    """Of CIM_EnabledLogicalElement."""

    RequestStateChange = _refused("RequestStateChange")


class UnsupportedPowerMethods:
    """Of CIM_ComputerSystem."""

    SetPowerState = _refused("SetPowerState")


class UnsupportedServiceMethods(UnsupportedElementMethods):
    """Of CIM_Service: Hyper-V's services start and stop with the Windows service."""

    StartService = _refused("StartService")
    StopService = _refused("StopService")


class UnsupportedDeviceMethods(UnsupportedElementMethods, UnsupportedPowerMethods):
    """Of CIM_LogicalDevice and CIM_MediaAccessDevice."""

    EnableDevice = _refused("EnableDevice")
    LockMedia = _refused("LockMedia")
    OnlineDevice = _refused("OnlineDevice")
    QuiesceDevice = _refused("QuiesceDevice")
    Reset = _refused("Reset")
    RestoreProperties = _refused("RestoreProperties")
    SaveProperties = _refused("SaveProperties")
