"""Msvm_BIOSElement: the firmware of a virtual machine. Fixed values: the documentation of the class."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from emulator.wmi.virtualization_v2.base import PREFIX, MachineView
from emulator.wmi.virtualization_v2.system_settings import RealizedSettings, bios_guid, serial_number

if TYPE_CHECKING:
    from collections.abc import Hashable

    from emulator.host.virtual_machine import VirtualMachine
    from emulator.wmi.keys import Keys

#: What follows the machine's GUID in SoftwareElementID (recorded 2012 R2 host, as the version below).
_BIOS_GUID = "AC6B8DC1-3257-4A70-B1B2-A9C9215659AD"
#: Version and date that generation 1 and generation 2 show in their guests' SMBIOS tables (chosen for 2).
_BIOS = {1: ("09.00.06", datetime(2012, 5, 23, tzinfo=UTC)), 2: ("1.0", datetime(2012, 11, 26, tzinfo=UTC))}


class BiosElement(MachineView):
    """The firmware of one machine; SoftwareElementID names the machine."""

    class_name = "Msvm_BIOSElement"
    index = ("SoftwareElementID",)
    constants = {
        "BuildNumber": "14",
        "Caption": "BIOS",
        "CurrentLanguage": "en|US|iso8859-1",
        "Description": "Microsoft Virtual BIOS",
        "ElementName": "BIOS",
        "EnableHibernation": False,
        "HealthState": 5,
        "ListOfLanguages": ["en|US|iso8859-1"],
        "LoadedEndingAddress": 0xFFFFF,
        "LoadedStartingAddress": 0xE0000,
        "Manufacturer": "Microsoft Corporation",
        "Name": "BIOS",
        "OperationalStatus": [2],
        "PrimaryBIOS": True,
        "SoftwareElementState": 2,
        "Status": "OK",
        "StatusDescriptions": ["OK"],
        "TargetOperatingSystem": 0,
    }

    def by_key(self, keys: Keys) -> VirtualMachine | None:
        guid, _, element = keys.text("SoftwareElementID").partition(":")[2].partition("\\")
        return self.host.virtual_machines.get(guid) if element.upper() == _BIOS_GUID else None

    def object_id(self, item: VirtualMachine) -> Hashable:
        return item.id

    def InstanceID(self, vm: VirtualMachine) -> str:
        return self.SoftwareElementID(vm)

    def SoftwareElementID(self, vm: VirtualMachine) -> str:
        return f"{PREFIX}{vm.id}\\{_BIOS_GUID}"

    def Version(self, vm: VirtualMachine) -> str:
        return _BIOS[vm.generation][0]

    def ReleaseDate(self, vm: VirtualMachine) -> datetime:
        return _BIOS[vm.generation][1]

    def SerialNumber(self, vm: VirtualMachine) -> str:
        return serial_number(vm, "bios serial number")

    def BIOSGUID(self, vm: VirtualMachine) -> str:
        return f"{{{bios_guid(vm)}}}"

    def BIOSSerialNumber(self, vm: VirtualMachine) -> str:
        return serial_number(vm, "bios serial number")

    def BaseBoardSerialNumber(self, vm: VirtualMachine) -> str:
        return serial_number(vm, "base board serial number")

    def ChassisSerialNumber(self, vm: VirtualMachine) -> str:
        return serial_number(vm, "chassis serial number")

    def ChassisAssetTag(self, _vm: VirtualMachine) -> str:
        return str(RealizedSettings.constants["ChassisAssetTag"])

    def BIOSNumLock(self, vm: VirtualMachine) -> bool:
        return vm.firmware.num_lock

    def BootOrder(self, vm: VirtualMachine) -> list[int]:
        return list(vm.firmware.boot_order)
