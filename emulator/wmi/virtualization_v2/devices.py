"""Devices of virtual machines: keyboard, mouse, displays, serial ports, controllers and drives."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.storage.disk_layout import PhysicalDisk
from emulator.host.storage.pass_through import disk_name
from emulator.host.virtual_machine.controllers import (
    Controller,
    IdeController,
    PersistentMemoryController,
    ScsiController,
)
from emulator.host.virtual_machine.device import SYNTHETIC_KEYBOARD_GUID, ComPort, FixedDevice, FixedKind
from emulator.host.virtual_machine.drives import DvdDrive, FloppyDrive, HardDiskDrive
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, PREFIX, DeviceView
from emulator.wmi.virtualization_v2.console import (
    AbsoluteMouseMethods,
    KeyboardMethods,
    RelativeMouseMethods,
)
from emulator.wmi.virtualization_v2.paths import PHYSICAL_DISK_GUID
from emulator.wmi.virtualization_v2.refusals import DeviceRefusals

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.keys import Keys

_GENERATION_2 = 2
_MOUSE: dict[str, Any] = {
    "AbsoluteCoordinates": False,
    "Handedness": 2,
    "NumberOfButtons": 5,
    "PointingType": 3,
    "Resolution": 2400,
}


class _FixedView(DeviceView[FixedDevice]):
    kind: FixedKind

    def devices(self, vm: VirtualMachine) -> Iterable[FixedDevice]:
        return [device for device in vm.fixed_devices if device.kind is self.kind]


class Keyboard(KeyboardMethods, _FixedView):
    """The keyboard."""

    class_name = "Msvm_Keyboard"
    kind = FixedKind.KEYBOARD
    constants = {
        "Caption": "Keyboard",
        "Description": "Microsoft Virtual Keyboard",
        "EnabledState": 5,
        "IsLocked": False,
        "Layout": "00000409",
        "NumberOfFunctionKeys": 12,
        "Password": 5,
    }


class SyntheticKeyboard(_FixedView):
    """The keyboard that the integration services use (2016 and later); it has no methods for typing."""

    class_name = "Msvm_SyntheticKeyboard"
    kind = FixedKind.KEYBOARD
    constants = {"Caption": "Keyboard", "Description": "Microsoft Synthetic Keyboard", "IsLocked": False}

    def devices(self, vm: VirtualMachine) -> Iterable[FixedDevice]:
        return super().devices(vm) if vm.generation == _GENERATION_2 else ()

    def device_id(self, device: FixedDevice) -> str:  # noqa: ARG002  one a machine
        return SYNTHETIC_KEYBOARD_GUID


class Mouse(RelativeMouseMethods, _FixedView):
    """The PS/2 mouse of generation 1."""

    class_name = "Msvm_Ps2Mouse"
    kind = FixedKind.MOUSE
    constants = {"Caption": "Mouse", "Description": "Microsoft Emulated Mouse", **_MOUSE}

    def CreationClassName(self, _device: FixedDevice) -> str:
        """Written in another case than the class itself (recorded 2012 R2 host)."""
        return "Msvm_PS2Mouse"


class SyntheticMouse(AbsoluteMouseMethods, _FixedView):
    """The mouse that the integration services use."""

    class_name = "Msvm_SyntheticMouse"
    kind = FixedKind.SYNTHETIC_MOUSE
    constants = {
        "Caption": "Mouse",
        "Description": "Microsoft Synthetic Mouse",
        **_MOUSE,
        "AbsoluteCoordinates": True,
    }


class S3Display(_FixedView):
    """The display of generation 1."""

    class_name = "Msvm_S3DisplayController"
    kind = FixedKind.S3_DISPLAY
    constants = {"Caption": "Display Controller", "Description": "Microsoft Emulated Display Controller"}


class SyntheticDisplay(_FixedView):
    """The display that the integration services use."""

    class_name = "Msvm_SyntheticDisplayController"
    kind = FixedKind.SYNTHETIC_DISPLAY
    constants = {"Caption": "Display Controller", "Description": "Microsoft Synthetic Display Controller"}


class DisketteController(_FixedView):
    """The controller of the diskette drive."""

    class_name = "Msvm_DisketteController"
    kind = FixedKind.DISKETTE_CONTROLLER
    constants = {"Caption": "Diskette Controller", "Description": "Microsoft Virtual Diskette Controller"}


class SerialController(_FixedView):
    """The controller of the serial ports."""

    class_name = "Msvm_SerialController"
    kind = FixedKind.SERIAL_CONTROLLER
    constants = {"Caption": "Serial Controller", "Description": "Microsoft Virtual Serial Controller"}


class VideoHead(SyntheticDisplay):
    """The picture of the synthetic display; there while the machine runs."""

    class_name = "Msvm_VideoHead"
    constants = {
        "Caption": "Video Head",
        "Description": "Microsoft Virtual Video Head",
        "CurrentBitsPerPixel": 32,
        "CurrentHorizontalResolution": 1024,
        "CurrentVerticalResolution": 768,
        "CurrentRefreshRate": 60,
        "MaxRefreshRate": 60,
        "MinRefreshRate": 60,
        "CurrentScanMode": 4,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[FixedDevice]:
        return super().devices(vm) if vm.state.holds_memory else ()


class SerialPort(DeviceView[ComPort]):
    """A serial port."""

    class_name = "Msvm_SerialPort"
    constants = {"Caption": "Serial Port", "Description": "Microsoft Virtual Serial Port"}

    def devices(self, vm: VirtualMachine) -> Iterable[ComPort]:
        return vm.com_ports


class _ControllerView(DeviceView[Controller]):
    kind: type[Controller]

    def devices(self, vm: VirtualMachine) -> Iterable[Controller]:
        return [controller for controller in vm.controllers if isinstance(controller, self.kind)]


class Ide(_ControllerView):
    """An IDE controller."""

    class_name = "Msvm_IDEController"
    kind = IdeController
    constants = {"Caption": "IDE Controller", "Description": "Microsoft Emulated IDE Controller"}


class Scsi(_ControllerView):
    """A SCSI controller."""

    class_name = "Msvm_SCSIProtocolController"
    kind = ScsiController
    constants = {"Caption": "SCSI Controller", "Description": "Microsoft Synthetic SCSI Controller"}


class PersistentMemory(_ControllerView):
    """A controller of persistent memory."""

    class_name = "Msvm_PersistentMemoryController"
    kind = PersistentMemoryController
    constants = {
        "Caption": "Persistent Memory Controller",
        "Description": "Microsoft Virtual Persistent Memory Controller",
    }


class DiskDrive(DeviceView[HardDiskDrive]):
    """A hard disk drive of a virtual machine."""

    class_name = "Msvm_DiskDrive"
    constants = {
        "Caption": "Disk Drive",
        "Description": "Microsoft Virtual Disk Drive",
        "CompressionMethod": "Not Compressed",
        "DefaultBlockSize": 512,
        "ErrorMethodology": "None",
        "MediaIsLocked": True,
        "MinBlockSize": 512,
        "NeedsCleaning": False,
        "NumberOfMediaSupported": 1,
        "Security": 3,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[HardDiskDrive]:
        return vm.hard_disk_drives


class DvdDriveDevice(DeviceView[DvdDrive]):
    """A DVD drive of a virtual machine."""

    class_name = "Msvm_DVDDrive"
    constants = {"Caption": "DVD Drive", "Description": "Microsoft Virtual DVD Drive"}

    def devices(self, vm: VirtualMachine) -> Iterable[DvdDrive]:
        return vm.dvd_drives


class DisketteDrive(DeviceView[FloppyDrive]):
    """The diskette drive of a generation 1 machine."""

    class_name = "Msvm_DisketteDrive"
    constants = {"Caption": "Diskette Drive", "Description": "Microsoft Virtual Diskette Drive"}

    def devices(self, vm: VirtualMachine) -> Iterable[FloppyDrive]:
        return () if vm.floppy is None else (vm.floppy,)


class HostDiskDrive(DeviceRefusals, View[PhysicalDisk]):
    """The physical disks of the host that virtual machines can have: those that are offline (client code)."""

    class_name = "Msvm_DiskDrive"
    index = ("SystemName", "DeviceID")
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "Disk Drive",
        "CreationClassName": "Msvm_DiskDrive",
        "Description": "Microsoft Physical Disk Drive",
        "Name": "Disk Drive",
        "SystemCreationClassName": "Msvm_ComputerSystem",
    }

    def objects(self) -> Iterable[PhysicalDisk]:
        return self.host.pass_through.available()

    def by_key(self, keys: Keys) -> PhysicalDisk | None:
        return next((disk for disk in self.objects() if self.matches(disk, keys)), None)

    def object_id(self, item: PhysicalDisk) -> Hashable:
        return item.number

    def revision(self, item: PhysicalDisk) -> Hashable | None:
        return item.size

    def DeviceID(self, disk: PhysicalDisk) -> str:
        return f"{PREFIX}{PHYSICAL_DISK_GUID}\\{disk.number}"

    def SystemName(self, _disk: PhysicalDisk) -> str:
        return self.host.name

    def DriveNumber(self, disk: PhysicalDisk) -> int:
        return disk.number

    def ElementName(self, disk: PhysicalDisk) -> str:
        return disk_name(disk)

    def MaxMediaSize(self, disk: PhysicalDisk) -> int:
        return disk.size // 1024
