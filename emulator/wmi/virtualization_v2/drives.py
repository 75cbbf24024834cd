"""Settings of controllers, drives, media, serial ports and boot sources of virtual machines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.host.virtual_machine.controllers import (
    IdeController,
    PersistentMemoryController,
    ScsiController,
)
from emulator.host.virtual_machine.device import DISKETTE_GUID, ComPort, Device, FixedDevice, FixedKind
from emulator.host.virtual_machine.drives import Drive, DvdDrive, FloppyDrive, HardDiskDrive, KeyStorageDrive
from emulator.host.virtual_machine.expansion.settings_parts import BootFile
from emulator.wmi.changes import Rule, flag, number, text
from emulator.wmi.virtualization_v2.base import DeviceSettingView
from emulator.wmi.virtualization_v2.paths import physical_disk_path, settings_path

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

RASD = "Msvm_ResourceAllocationSettingData"
DISPLAY_SETTINGS = "Msvm_SyntheticDisplayControllerSettingData"
SUBTYPE = "Microsoft:Hyper-V:"
#: Subtype of a drive that is a physical disk of the host.
PHYSICAL_DISK_DRIVE = "Physical Disk Drive"

#: (ResourceType, ResourceSubType) of the devices that nobody changes. Evidence: client code for the subtypes.
_FIXED: dict[FixedKind, tuple[int, str | None]] = {
    FixedKind.KEYBOARD: (13, "Microsoft:Hyper-V:Synthetic Keyboard"),
    FixedKind.MOUSE: (13, None),
    FixedKind.S3_DISPLAY: (24, "Microsoft:Hyper-V:S3 Display Controller"),
    FixedKind.DISKETTE_CONTROLLER: (1, "Microsoft:Hyper-V:Virtual Diskette Controller"),
    FixedKind.SERIAL_CONTROLLER: (13, "Microsoft:Hyper-V:Serial Controller"),
    FixedKind.SYNTHETIC_MOUSE: (13, "Microsoft:Hyper-V:Synthetic Mouse"),
    FixedKind.SYNTHETIC_DISPLAY: (24, "Microsoft:Hyper-V:Synthetic Display Controller"),
}


def place_of(device: Device) -> str:
    """The place of a drive on its controller; empty for what is on none."""
    if isinstance(device, Drive):
        return str(device.location)
    return "0" if isinstance(device, FloppyDrive) else ""


class BuiltInSettings(DeviceSettingView[Device]):
    """What the settings of controllers, drives and fixed devices have in both namespaces."""

    class_name = RASD

    def Caption(self, device: Device) -> str:
        return device.name

    def Parent(self, device: Device) -> str:
        if isinstance(device, Drive):
            return settings_path(self.namespace, RASD, device.vm, device.controller.setting_id)
        if isinstance(device, FloppyDrive):
            return settings_path(self.namespace, RASD, device.vm, f"{DISKETTE_GUID}\\0")
        return ""

    def HostResource(self, device: Device) -> list[str]:
        """The path of the physical disk that a drive passes through."""
        number = device.disk_number if isinstance(device, HardDiskDrive) else None
        return [] if number is None else [physical_disk_path(self.namespace, number)]


class ResourceView(BuiltInSettings):
    """Settings of the devices that have no class of their own.

    Controllers, drives, keyboard, mouse, display.
    """

    constants = {"Description": "Settings for a virtual device."}

    def devices(self, vm: VirtualMachine) -> Iterable[Device]:
        floppy = [] if vm.floppy is None else [vm.floppy]
        # The display has a class of its own from 2016 on.
        own = DISPLAY_SETTINGS in self.namespace.schema
        fixed = [each for each in vm.fixed_devices if not (own and each is vm.display)]
        drives = [each for each in vm.drives if not isinstance(each, KeyStorageDrive)]
        return [*fixed, *vm.controllers, *drives, *floppy]

    def ResourceType(self, device: Device) -> int:
        return resource_type(device)[0]

    def ResourceSubType(self, device: Device) -> str | None:
        return resource_type(device)[1]

    def Address(self, device: Device) -> str:
        """The number of an IDE controller, or the place of the diskette drive."""
        return str(device.number) if isinstance(device, IdeController) else ""

    def AddressOnParent(self, device: Device) -> str:
        return place_of(device)

    def VirtualSystemIdentifiers(self, device: Device) -> list[str]:
        """The GUID of a SCSI or persistent memory controller, in braces."""
        if isinstance(device, ScsiController | PersistentMemoryController):
            return [f"{{{device.id}}}"]
        return []


def resource_type(device: Device) -> tuple[int, str | None]:
    """ResourceType and ResourceSubType of a controller, drive or fixed device; None where it is not known."""
    if isinstance(device, FixedDevice):
        return _FIXED[device.kind]
    if isinstance(device, IdeController):
        return 5, SUBTYPE + "Emulated IDE Controller"
    if isinstance(device, ScsiController):
        return 6, SUBTYPE + "Synthetic SCSI Controller"
    if isinstance(device, PersistentMemoryController):
        return 32771, SUBTYPE + "Persistent Memory Controller"
    if isinstance(device, HardDiskDrive):
        is_virtual = device.disk_number is None
        return 17, SUBTYPE + ("Synthetic Disk Drive" if is_virtual else PHYSICAL_DISK_DRIVE)
    if isinstance(device, DvdDrive):
        return 16, SUBTYPE + "Synthetic DVD Drive"
    if isinstance(device, FloppyDrive):
        return 14, SUBTYPE + "Synthetic Diskette Drive"
    return 1, None


#: What the settings of a medium say that is the drive's.
MEDIUM_WRITABLE = {
    "CachingMode": Rule("", "caching_mode", number),
    "IgnoreFlushes": Rule("", "ignore_flushes", flag),
    "IOPSLimit": Rule("", "maximum_iops", number),
    "IOPSReservation": Rule("", "minimum_iops", number),
    "PersistentReservationsSupported": Rule("", "support_persistent_reservations", flag),
    "StorageQoSPolicyID": Rule("", "qos_policy_id", text),
    "WriteHardeningMethod": Rule("", "write_hardening_method", number),
}
Medium = HardDiskDrive | DvdDrive | FloppyDrive


#: Kind of drive -> what its medium is called, and the subtype without its prefix.
_MEDIA: tuple[tuple[type[Medium], str, str], ...] = (
    (HardDiskDrive, "Hard Disk Image", "Virtual Hard Disk"),
    (DvdDrive, "ISO Disk Image", "Virtual CD/DVD Disk"),
    (FloppyDrive, "Floppy Disk Image", "Virtual Floppy Disk"),
)


def media(vm: VirtualMachine) -> list[Medium]:
    """The drives of a machine in which something is."""
    floppy = [] if vm.floppy is None else [vm.floppy]
    drives = [drive for drive in vm.drives if not isinstance(drive, KeyStorageDrive)]
    return [drive for drive in (*drives, *floppy) if drive.path is not None]


def medium_name(drive: Medium) -> str:
    """What the medium of a drive is called."""
    return next(name for kind, name, _ in _MEDIA if isinstance(drive, kind))


class MediumSettings(DeviceSettingView[Medium]):
    """What is in a drive, in every WMI version: an empty drive has none."""

    #: What a subtype begins with.
    prefix = ""

    def devices(self, vm: VirtualMachine) -> Iterable[Medium]:
        return media(vm)

    def tail(self, device: Medium) -> str:
        return device.medium_setting_id

    def Caption(self, drive: Medium) -> str:
        return medium_name(drive)

    def ElementName(self, drive: Medium) -> str:
        return self.Caption(drive)

    def ResourceSubType(self, drive: Medium) -> str:
        return self.prefix + next(subtype for kind, _, subtype in _MEDIA if isinstance(drive, kind))

    def Parent(self, drive: Medium) -> str:
        return settings_path(self.namespace, RASD, drive.vm, drive.setting_id)


class MediumView(MediumSettings):
    """What is in a drive: the file is the HostResource."""

    class_name = "Msvm_StorageAllocationSettingData"
    prefix = SUBTYPE
    constants = {
        "Access": 3,
        "HostExtentStartingAddress": 0,
        "HostResourceBlockSize": 0,
        "IOPSAllocationUnits": "count(8192 bytes) / second",
        "ResourceType": 31,
        "VirtualQuantityUnits": "count(fixed size block)",
        "VirtualResourceBlockSize": 0,
    }

    def Description(self, drive: Medium) -> str:
        return f"Settings for the Microsoft {self.Caption(drive)}."

    def HostResource(self, drive: Medium) -> list[str]:
        return [] if drive.path is None else [drive.path]

    def PoolID(self, drive: Medium) -> str:
        return drive.medium_pool

    def StorageQoSPolicyID(self, drive: Medium) -> str:
        return drive.qos_policy_id if isinstance(drive, HardDiskDrive) else ""

    def CachingMode(self, drive: Medium) -> int:
        return int(drive.caching_mode) if isinstance(drive, HardDiskDrive) else 0

    def IgnoreFlushes(self, drive: Medium) -> bool:
        return isinstance(drive, HardDiskDrive) and drive.ignore_flushes

    def WriteHardeningMethod(self, drive: Medium) -> int:
        return drive.write_hardening_method if isinstance(drive, HardDiskDrive) else 0

    def SnapshotId(self, drive: Medium) -> str:
        """In a checkpoint: the snapshot of a VHD set."""
        return drive.snapshot_id if isinstance(drive, HardDiskDrive) else ""

    def IOPSLimit(self, drive: Medium) -> int:
        return drive.maximum_iops if isinstance(drive, HardDiskDrive) else 0

    def IOPSReservation(self, drive: Medium) -> int:
        return drive.minimum_iops if isinstance(drive, HardDiskDrive) else 0

    def PersistentReservationsSupported(self, drive: Medium) -> bool:
        return isinstance(drive, HardDiskDrive) and drive.support_persistent_reservations


class SerialPortSettings(DeviceSettingView[ComPort]):
    """A serial port; its Connection is the named pipe.

    Before 2016 it is a Msvm_ResourceAllocationSettingData.
    """

    class_name = "Msvm_SerialPortSettingData"
    constants = {
        "Caption": "Serial Port",
        "Description": "Settings for the Microsoft Serial Port.",
        "ResourceType": 21,
        "ResourceSubType": "Microsoft:Hyper-V:Serial Port",
    }

    def devices(self, vm: VirtualMachine) -> Iterable[ComPort]:
        return vm.com_ports

    def Connection(self, port: ComPort) -> list[str]:
        return [port.path]

    def DebuggerMode(self, port: ComPort) -> bool:
        return port.is_debugger


class OldSerialPortSettings(SerialPortSettings):
    """Serial ports of the releases without Msvm_SerialPortSettingData."""

    class_name = RASD

    def devices(self, vm: VirtualMachine) -> Iterable[ComPort]:
        own_class = self.namespace.schema.get("Msvm_SerialPortSettingData")
        return () if own_class is not None else vm.com_ports


class BootSource(DeviceSettingView[Device]):
    """What a generation 2 machine can boot from, in the order in which it tries."""

    class_name = "Msvm_BootSourceSettingData"
    constants = {"Caption": "Boot Source Settings", "Description": "Boot source settings"}

    def devices(self, vm: VirtualMachine) -> Iterable[Device]:
        return vm.firmware.boot_entries if vm.generation != 1 else ()

    def tail(self, device: Device) -> str:
        return f"{device.setting_id}\\B"

    def BootSourceDescription(self, device: Device) -> str:
        if isinstance(device, BootFile):
            return device.name
        return "EFI SCSI Device" if isinstance(device, Drive) else "EFI Network"

    def BootSourceType(self, device: Device) -> int:
        """1 a drive, 2 the network, 3 a file."""
        if isinstance(device, BootFile):
            return 3
        return 1 if isinstance(device, Drive) else 2

    def FirmwareDevicePath(self, device: Device) -> str:
        return device.firmware_path if isinstance(device, BootFile) else ""

    def OptionalData(self, device: Device) -> list[int]:
        return list(device.optional_data) if isinstance(device, BootFile) else []

    def OtherLocation(self, device: Device) -> str:
        if isinstance(device, BootFile):
            return ""
        table = RASD if isinstance(device, Drive) else "Msvm_SyntheticEthernetPortSettingData"
        return settings_path(self.namespace, table, device.vm, device.setting_id)
