"""Keyboard, mouse and monitor of the console; the board, controllers of disks and their media."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.host.storage.disk_layout import physical_disks
from emulator.wmi.association import End, Link, the_host
from emulator.wmi.cimv2.base import IN_COMPUTER, Win32RowView
from emulator.wmi.cimv2.computer_system import ComputerSystem
from emulator.wmi.cimv2.disk import DiskDrive
from emulator.wmi.rows import Row

if TYPE_CHECKING:
    from emulator.wmi.namespace import Namespace

_WORKS: dict[str, Any] = {
    **IN_COMPUTER,
    "ConfigManagerErrorCode": 0,
    "ConfigManagerUserConfig": False,
    "PowerManagementSupported": False,
    "Status": "OK",
}
_KEYBOARD = "ACPI\\PNP0303\\4&2D94A3F3&0"
_MOUSE = "ACPI\\PNP0F13\\4&2D94A3F3&0"
#: How the controllers of disks are named, by the interface of the disk.
_CONTROLLERS = {
    "NVMe": "Standard NVM Express Controller",
    "RAID": "Dell PERC H755 Front",
    "SAS": "Standard SAS Controller",
    "SCSI": "Standard SCSI Controller",
    "Spaces": "Microsoft Storage Spaces Controller",
}
_ATA = ("SATA", "IDE")


class _OneDevice(Win32RowView):
    """A device that every machine has once."""

    identifier = ""

    def rows(self) -> Iterator[Row]:
        yield Row(
            self.identifier,
            {
                "CreationClassName": self.class_name,
                "DeviceID": self.identifier,
                "PNPDeviceID": self.identifier,
                "SystemName": self.host.name,
            },
        )


class Keyboard(_OneDevice):
    """The keyboard of the console."""

    class_name = "Win32_Keyboard"
    identifier = _KEYBOARD
    constants = {
        **_WORKS,
        "Caption": "Enhanced (101- or 102-key)",
        "Description": "Standard PS/2 Keyboard",
        "Layout": "00000409",
        "Name": "Enhanced (101- or 102-key)",
        "NumberOfFunctionKeys": 12,
    }


class PointingDevice(_OneDevice):
    """The mouse of the console."""

    class_name = "Win32_PointingDevice"
    identifier = _MOUSE
    constants = {
        **_WORKS,
        "Caption": "PS/2 Compatible Mouse",
        "Description": "PS/2 Compatible Mouse",
        "DeviceInterface": 4,
        "HardwareType": "PS/2 Compatible Mouse",
        "Manufacturer": "Microsoft",
        "Name": "PS/2 Compatible Mouse",
        "NumberOfButtons": 2,
        "PointingType": 2,
    }


class DesktopMonitor(_OneDevice):
    """The monitor that Windows assumes."""

    class_name = "Win32_DesktopMonitor"
    identifier = "DesktopMonitor1"
    constants = {
        **_WORKS,
        "Availability": 8,
        "Caption": "Generic Non-PnP Monitor",
        "Description": "Generic Non-PnP Monitor",
        "MonitorManufacturer": "(Standard monitor types)",
        "MonitorType": "Generic Non-PnP Monitor",
        "Name": "Generic Non-PnP Monitor",
        "PixelsPerXLogicalInch": 96,
        "PixelsPerYLogicalInch": 96,
    }


class MotherboardDevice(_OneDevice):
    """The board."""

    class_name = "Win32_MotherboardDevice"
    identifier = "Motherboard"
    constants = {
        **_WORKS,
        "Availability": 3,
        "Caption": "Motherboard",
        "Description": "Motherboard",
        "Name": "Motherboard",
        "PrimaryBusType": "PCI",
        "SecondaryBusType": "ISA",
    }


class UsbController(_OneDevice):
    """The USB controller."""

    class_name = "Win32_USBController"
    identifier = "PCI\\VEN_8086&DEV_A1AF&SUBSYS_00000000&REV_09\\3&11583659&0&A0"
    constants = {
        **_WORKS,
        "Caption": "USB xHCI Compliant Host Controller",
        "Description": "USB xHCI Compliant Host Controller",
        "Manufacturer": "Generic USB xHCI Host Controller",
        "Name": "USB xHCI Compliant Host Controller",
        "ProtocolSupported": 16,
    }


class _DiskController(Win32RowView):
    constants = {**_WORKS, "Manufacturer": "(Standard controllers)"}

    def interfaces(self) -> list[str]:
        """The interfaces of the machine's disks that this class is for."""
        raise NotImplementedError

    def title(self, interface: str) -> str:
        """Name of a controller."""
        return _CONTROLLERS.get(interface, f"Standard {interface} Controller")

    def rows(self) -> Iterator[Row]:
        for number, interface in enumerate(self.interfaces()):
            identifier = (
                f"PCI\\VEN_8086&DEV_{0x1000 + number:04X}&SUBSYS_00000000&REV_01\\{interface}&{number}"
            )
            name = self.title(interface)
            yield Row(
                interface,
                {
                    "Caption": name,
                    "CreationClassName": self.class_name,
                    "Description": name,
                    "DeviceID": identifier,
                    "Name": name,
                    "PNPDeviceID": identifier,
                    "SystemName": self.host.name,
                },
            )


class ScsiController(_DiskController):
    """The controllers of SAS, RAID and NVMe disks, and of mounted virtual hard disks."""

    class_name = "Win32_SCSIController"

    def interfaces(self) -> list[str]:
        others = (*_ATA, "SCM")
        found = (disk.interface for disk in physical_disks(self.host) if disk.interface not in others)
        return list(dict.fromkeys(found))


class IdeController(_DiskController):
    """The controllers of SATA and IDE disks."""

    class_name = "Win32_IDEController"

    def interfaces(self) -> list[str]:
        found = (disk.interface for disk in physical_disks(self.host) if disk.interface in _ATA)
        return list(dict.fromkeys(found))

    def title(self, interface: str) -> str:
        return f"Standard {interface} AHCI Controller" if interface == "SATA" else "ATA Channel 0"


class PhysicalMedia(Win32RowView):
    """What is in a disk drive: its serial number."""

    class_name = "Win32_PhysicalMedia"

    def rows(self) -> Iterator[Row]:
        for disk in physical_disks(self.host):
            tag = f"\\\\.\\PHYSICALDRIVE{disk.number}"
            yield Row(disk.number, {"SerialNumber": disk.serial_number, "Tag": tag}, disk)


def _disks_of(namespace: Namespace, controller: Row) -> Iterable[Row]:
    drives = namespace.view(DiskDrive).rows()
    return [row for row in drives if row.shown.interface == controller.identity]


def _controller_of(view: type[_DiskController]) -> Any:
    def reach(namespace: Namespace, drive: Row) -> Iterable[Row]:
        return [row for row in namespace.view(view).rows() if row.identity == drive.shown.interface]

    return reach


def _medium_of(namespace: Namespace, drive: Row) -> Iterable[Row]:
    return namespace.view(PhysicalMedia).row(drive.shown.number)


def _drive_of(namespace: Namespace, medium: Row) -> Iterable[Row]:
    return namespace.view(DiskDrive).row(medium.shown.number)


_DEVICES: tuple[type[Win32RowView], ...] = (
    DesktopMonitor,
    DiskDrive,
    IdeController,
    Keyboard,
    MotherboardDevice,
    PointingDevice,
    ScsiController,
    UsbController,
)


def _all(view: type[Win32RowView]) -> Any:
    return lambda namespace, _item: namespace.view(view).rows()


VIEWS = (
    DesktopMonitor,
    IdeController,
    Keyboard,
    MotherboardDevice,
    PhysicalMedia,
    PointingDevice,
    ScsiController,
    UsbController,
)
LINKS: tuple[Link, ...] = (
    Link(
        "Win32_DiskDrivePhysicalMedia",
        End("Antecedent", PhysicalMedia, _drive_of),
        End("Dependent", DiskDrive, _medium_of),
    ),
    Link(
        "Win32_SCSIControllerDevice",
        End("Antecedent", ScsiController, _disks_of),
        End("Dependent", DiskDrive, _controller_of(ScsiController)),
    ),
    Link(
        "Win32_IDEControllerDevice",
        End("Antecedent", IdeController, _disks_of),
        End("Dependent", DiskDrive, _controller_of(IdeController)),
    ),
    *(
        Link(
            "Win32_SystemDevices",
            End("GroupComponent", ComputerSystem, _all(view)),
            End("PartComponent", view, the_host),
        )
        for view in _DEVICES
    ),
)
