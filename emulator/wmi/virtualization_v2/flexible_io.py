"""Flexible I/O devices of virtual machines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.host.virtual_machine.expansion.flexible_io import FlexibleIoDevice
from emulator.wmi.virtualization_v2.base import DeviceSettingView, DeviceView

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


class FlexibleDevice(DeviceView[FlexibleIoDevice]):
    """A device that a program of the host emulates."""

    class_name = "Msvm_FlexIoDevice"
    constants = {"Caption": "Flexible IO Device", "Description": "Microsoft Flexible IO Device"}

    def devices(self, vm: VirtualMachine) -> Iterable[FlexibleIoDevice]:
        return vm.expansion.of(FlexibleIoDevice)

    def EmulatorId(self, device: FlexibleIoDevice) -> str:
        return device.emulator

    def EmulatorConfiguration(self, device: FlexibleIoDevice) -> list[str]:
        return list(device.options)


class FlexibleDeviceSettings(DeviceSettingView[FlexibleIoDevice]):
    """Its settings."""

    class_name = "Msvm_FlexIoDeviceSettingData"
    constants = {
        "Caption": "Flexible IO Device Setting Data",
        "Description": "Settings for the Microsoft Flexible IO Device.",
        "ResourceType": 32772,
        "ResourceSubType": "Microsoft:Hyper-V:Flexible IO Device",
        "PhysicalNumaNode": 0,
        "TargetVtl": 0,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[FlexibleIoDevice]:
        return vm.expansion.of(FlexibleIoDevice)

    def EmulatorId(self, device: FlexibleIoDevice) -> str:
        return device.emulator

    def EmulatorConfiguration(self, device: FlexibleIoDevice) -> list[str]:
        return list(device.options)

    def VirtualSystemIdentifiers(self, device: FlexibleIoDevice) -> list[str]:
        return [f"{{{device.id}}}"]
