"""The synthetic display's settings (2016 and later), and the virtual battery (2019 and later)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.host.virtual_machine.battery import Battery
from emulator.host.virtual_machine.display import SyntheticDisplay
from emulator.wmi.changes import Rule, number
from emulator.wmi.virtualization_v2.base import DeviceSettingView, DeviceView
from emulator.wmi.virtualization_v2.drives import DISPLAY_SETTINGS

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


#: What ModifyResourceSettings can write on the display.
DISPLAY_WRITABLE = {
    "ResolutionType": Rule("", "resolution_type", number),
    "HorizontalResolution": Rule("", "width", number),
    "VerticalResolution": Rule("", "height", number),
}


class DisplaySettings(DeviceSettingView[SyntheticDisplay]):
    """Which resolutions the display offers; before 2016 it is a Msvm_ResourceAllocationSettingData."""

    class_name = DISPLAY_SETTINGS
    constants = {
        "Caption": "Display Controller",
        "Description": "Settings for a virtual display.",
        "ResourceSubType": "Microsoft:Hyper-V:Synthetic Display Controller",
        "ResourceType": 24,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[SyntheticDisplay]:
        return (vm.display,) if vm.devices.has_console else ()

    def ResolutionType(self, display: SyntheticDisplay) -> int:
        return int(display.resolution_type)

    def HorizontalResolution(self, display: SyntheticDisplay) -> int:
        return display.width

    def VerticalResolution(self, display: SyntheticDisplay) -> int:
        return display.height


class BatterySettings(DeviceSettingView[Battery]):
    """That a machine has a battery; there is nothing to set (observed on a real host)."""

    class_name = "Msvm_BatterySettingData"
    constants = {
        "Caption": "Virtual Battery",
        "Description": "Settings for the Microsoft Virtual Battery.",
        "ResourceSubType": "",
        "ResourceType": 1,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[Battery]:
        return () if vm.battery is None else (vm.battery,)


class BatteryDevice(DeviceView[Battery]):
    """The battery as a device."""

    class_name = "Msvm_Battery"
    constants = {"Caption": "Virtual Battery", "Description": "Microsoft Virtual Battery"}

    def devices(self, vm: VirtualMachine) -> Iterable[Battery]:
        return () if vm.battery is None else (vm.battery,)
