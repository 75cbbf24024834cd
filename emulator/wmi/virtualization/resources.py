"""Settings of devices in root/virtualization: almost all are Msvm_ResourceAllocationSettingData.

A medium is a device of its own with the file in ``Connection``; an adapter's ``Connection`` is the path of
the switch port. Types and subtypes: recorded Server 2012 host and client code for the older namespace; those
of keyboard, mouse and display follow the newer ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.host.virtual_machine.controllers import IdeController, ScsiController
from emulator.host.virtual_machine.device import Device, FixedDevice, FixedKind
from emulator.host.virtual_machine.drives import DvdDrive, FloppyDrive, HardDiskDrive
from emulator.wmi.virtualization.switches import port_path
from emulator.wmi.virtualization_v2 import graphics
from emulator.wmi.virtualization_v2.drives import (
    PHYSICAL_DISK_DRIVE,
    RASD,
    BuiltInSettings,
    Medium,
    MediumSettings,
    SerialPortSettings,
    place_of,
)
from emulator.wmi.virtualization_v2.network import EmulatedPortSettings, SyntheticPortSettings

if TYPE_CHECKING:
    from emulator.host.network.network_adapter import NetworkAdapter
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

SUBTYPE = "Microsoft "
_OTHER, _IDE, _SCSI, _ETHERNET, _DEVICE, _FLOPPY, _DVD, _SERIAL, _IMAGE, _DISK, _DISPLAY = (
    1, 5, 6, 10, 13, 14, 16, 17, 21, 22, 24,
)  # fmt: skip
_FIXED: dict[FixedKind, tuple[int, str]] = {
    FixedKind.KEYBOARD: (_DEVICE, "Synthetic Keyboard"),
    FixedKind.MOUSE: (_DEVICE, "Emulated Mouse"),
    FixedKind.S3_DISPLAY: (_DISPLAY, "Emulated Display Controller"),
    FixedKind.DISKETTE_CONTROLLER: (_OTHER, "Virtual Diskette Controller"),
    FixedKind.SERIAL_CONTROLLER: (_DEVICE, "Serial Controller"),
    FixedKind.SYNTHETIC_MOUSE: (_DEVICE, "Synthetic Mouse"),
    FixedKind.SYNTHETIC_DISPLAY: (_DISPLAY, "Synthetic Display Controller"),
}
_DEVICES: tuple[tuple[type[Device], int, str], ...] = (
    (IdeController, _IDE, "Emulated IDE Controller"),
    (ScsiController, _SCSI, "Synthetic SCSI Controller"),
    (HardDiskDrive, _DISK, "Synthetic Disk Drive"),
    (DvdDrive, _DVD, "Synthetic DVD Drive"),
    (FloppyDrive, _FLOPPY, "Synthetic Diskette Drive"),
)


def kind_of(device: Device) -> tuple[int, str]:
    """ResourceType and the subtype without its prefix."""
    if isinstance(device, FixedDevice):
        return _FIXED[device.kind]
    if isinstance(device, HardDiskDrive) and device.disk_number is not None:
        return _DISK, PHYSICAL_DISK_DRIVE
    return next((number, name) for kind, number, name in _DEVICES if isinstance(device, kind))


class ResourceViewV1(BuiltInSettings):
    """Controllers, drives, keyboard, mouse, display."""

    constants = {"AllocationUnits": None, "Description": "Settings for a virtual device."}

    def devices(self, vm: VirtualMachine) -> Iterable[Device]:
        floppy = [] if vm.floppy is None else [vm.floppy]
        return [*vm.fixed_devices, *vm.controllers, *vm.drives, *floppy]

    def ResourceType(self, device: Device) -> int:
        return kind_of(device)[0]

    def ResourceSubType(self, device: Device) -> str:
        return SUBTYPE + kind_of(device)[1]

    def Address(self, device: Device) -> str:
        """The number of an IDE controller, or the place of a drive on its controller."""
        return str(device.number) if isinstance(device, IdeController) else place_of(device)

    def VirtualSystemIdentifiers(self, device: Device) -> list[str]:
        """The GUID of a SCSI controller, in braces."""
        return [f"{{{device.id}}}"] if isinstance(device, ScsiController) else []


class MediumViewV1(MediumSettings):
    """What is in a drive; the file is in Connection."""

    class_name = RASD
    prefix = SUBTYPE
    constants = {"ResourceType": _IMAGE}

    def Connection(self, drive: Medium) -> list[str]:
        return [] if drive.path is None else [drive.path]


class VideoSettingsV1(graphics.DisplaySettings):
    """A RemoteFX 3D video adapter."""

    constants = {"ResourceSubType": SUBTYPE + "Synthetic 3D Display Controller"}


class SerialPortSettingsV1(SerialPortSettings):
    """A serial port."""

    class_name = RASD
    constants = {"ResourceType": _SERIAL, "ResourceSubType": SUBTYPE + "Serial Port"}


class SyntheticPortSettingsV1(SyntheticPortSettings):
    """A synthetic network adapter; its Connection is the path of the switch port."""

    constants = {"ResourceType": _ETHERNET, "ResourceSubType": SUBTYPE + "Synthetic Ethernet Port"}

    def Connection(self, adapter: NetworkAdapter) -> list[str]:
        return port_path(self.namespace, adapter)


class EmulatedPortSettingsV1(EmulatedPortSettings):
    """A legacy network adapter; its Connection is the path of the switch port."""

    constants = {"ResourceType": _ETHERNET, "ResourceSubType": SUBTYPE + "Emulated Ethernet Port"}

    def Connection(self, adapter: NetworkAdapter) -> list[str]:
        return port_path(self.namespace, adapter)
