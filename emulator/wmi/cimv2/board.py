"""The machine below Windows, from SMBIOS: board, enclosure, memory modules and their slots."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host.windows.memory_modules import memory_modules, slots
from emulator.wmi.association import End, Link, every
from emulator.wmi.cimv2.base import Win32RowView
from emulator.wmi.rows import Row

_DIMM, _SYNCHRONOUS = 8, 128
_SYSTEM_BOARD, _SYSTEM_MEMORY, _MULTI_BIT_ECC = 3, 3, 6
_RACK_MOUNT, _TOWER = 23, 7
#: SMBIOS memory types (Win32_PhysicalMemory.SMBIOSMemoryType).
_DDR3, _DDR4 = 24, 26
_FIRST_BUILD_WITH_DDR4 = 14393
_ARRAY = "Physical Memory Array 0"


class PhysicalMemory(Win32RowView):
    """A memory module."""

    class_name = "Win32_PhysicalMemory"
    constants = {
        "Caption": "Physical Memory",
        "CreationClassName": "Win32_PhysicalMemory",
        "DataWidth": 64,
        "Description": "Physical Memory",
        "FormFactor": _DIMM,
        "InterleaveDataDepth": 1,
        "Manufacturer": "00CE00B300CE",
        "MemoryType": 0,
        "Name": "Physical Memory",
        "TotalWidth": 72,
        "TypeDetail": _SYNCHRONOUS,
    }

    def rows(self) -> Iterator[Row]:
        is_new = self.host.release.build >= _FIRST_BUILD_WITH_DDR4
        speed = 2933 if is_new else 1333
        for module in memory_modules(self.host):
            yield Row(
                module.number,
                {
                    "Attributes": 2,
                    "BankLabel": f"NODE {ord(module.slot[0]) - ord('A')}",
                    "Capacity": module.capacity,
                    "ConfiguredClockSpeed": speed,
                    "ConfiguredVoltage": 1200,
                    "DeviceLocator": module.slot,
                    "InterleavePosition": 0,
                    "MaxVoltage": 1200,
                    "MinVoltage": 1200,
                    "PartNumber": f"M393-{module.capacity >> 30}G",
                    "SerialNumber": module.serial_number,
                    "SMBIOSMemoryType": _DDR4 if is_new else _DDR3,
                    "Speed": speed,
                    "Tag": f"Physical Memory {module.number}",
                },
            )


class PhysicalMemoryArray(Win32RowView):
    """The slots of the board."""

    class_name = "Win32_PhysicalMemoryArray"
    constants = {
        "Caption": "Physical Memory Array",
        "CreationClassName": "Win32_PhysicalMemoryArray",
        "Description": "Physical Memory Array",
        "Location": _SYSTEM_BOARD,
        "MemoryErrorCorrection": _MULTI_BIT_ECC,
        "Name": "Physical Memory Array",
        "Use": _SYSTEM_MEMORY,
    }

    def rows(self) -> Iterator[Row]:
        count = slots(self.host)
        largest = memory_modules(self.host)[0].capacity * count // 1024
        # MaxCapacity has 32 bits of KB; beyond it SMBIOS says so with this number and uses the other.
        yield Row(
            0,
            {
                "MaxCapacity": min(largest, 0x8000_0000),
                "MaxCapacityEx": largest,
                "MemoryDevices": count,
                "Tag": _ARRAY,
            },
        )


class BaseBoard(Win32RowView):
    """The system board."""

    class_name = "Win32_BaseBoard"
    constants = {
        "Caption": "Base Board",
        "ConfigOptions": None,
        "CreationClassName": "Win32_BaseBoard",
        "Description": "Base Board",
        "HostingBoard": True,
        "HotSwappable": False,
        "Name": "Base Board",
        "PoweredOn": True,
        "Removable": False,
        "Replaceable": True,
        "RequiresDaughterBoard": False,
        "Status": "OK",
        "Tag": "Base Board",
        "Version": "A01",
    }

    def rows(self) -> Iterator[Row]:
        hardware = self.host.hardware
        number = hardware.firmware.serial_number
        yield Row(
            0,
            {
                "Manufacturer": hardware.system.manufacturer,
                "Product": f"0{hardware.firmware.uuid[-6:].upper()}",
                "SerialNumber": f".{number}.{hardware.firmware.uuid[-12:].upper()}.",
            },
        )


class SystemEnclosure(Win32RowView):
    """The case: a rack for servers, a tower for clients."""

    class_name = "Win32_SystemEnclosure"
    constants = {
        "Caption": "System Enclosure",
        "CreationClassName": "Win32_SystemEnclosure",
        "Description": "System Enclosure",
        "LockPresent": True,
        "Name": "System Enclosure",
        "SecurityStatus": 2,
        "SMBIOSAssetTag": "",
        "Tag": "System Enclosure 0",
    }

    def rows(self) -> Iterator[Row]:
        hardware = self.host.hardware
        yield Row(
            0,
            {
                "ChassisTypes": [_TOWER if self.host.release.is_client else _RACK_MOUNT],
                "Manufacturer": hardware.system.manufacturer,
                "SerialNumber": hardware.firmware.serial_number,
            },
        )


VIEWS = (BaseBoard, PhysicalMemory, PhysicalMemoryArray, SystemEnclosure)
LINKS = (
    Link(
        "Win32_PhysicalMemoryLocation",
        End(
            "GroupComponent",
            PhysicalMemoryArray,
            every(PhysicalMemory),
        ),
        End(
            "PartComponent",
            PhysicalMemory,
            every(PhysicalMemoryArray),
        ),
    ),
)
