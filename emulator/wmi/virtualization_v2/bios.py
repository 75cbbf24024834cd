"""Msvm_BIOSElement: the firmware of a virtual machine. It is no device and in no pool (documented)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from emulator.wmi.virtualization_v2.base import machine_of, settings_id
from emulator.wmi.virtualization_v2.system_settings import FirmwareIdentity

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.keys import Keys

#: The device of the virtual BIOS (recorded 2012 R2 host).
_BIOS = "AC6B8DC1-3257-4A70-B1B2-A9C9215659AD"
_LANGUAGE = "en|US|iso8859-1"


class BiosElement(FirmwareIdentity):
    """The virtual BIOS of one machine. What never changes is documented, the version recorded (2012 R2)."""

    class_name = "Msvm_BIOSElement"
    index = ("SoftwareElementID",)
    constants = {
        "BuildNumber": "14",
        "Caption": "BIOS",
        "CurrentLanguage": _LANGUAGE,
        "Description": "Microsoft Virtual BIOS",
        "ElementName": "BIOS",
        "EmbeddedControllerFirmwareMajorRelease": 255,
        "EmbeddedControllerFirmwareMinorRelease": 255,
        "HealthState": 5,
        "ListOfLanguages": [_LANGUAGE],
        "LoadedEndingAddress": 0xFFFFF,
        "LoadedStartingAddress": 0xE0000,
        "Manufacturer": "Microsoft Corporation",
        "Name": "BIOS",
        "OperationalStatus": [2],
        "PrimaryBIOS": True,
        "SoftwareElementState": 2,
        "StatusDescriptions": ["OK"],
        "SystemBIOSMajorRelease": 9,
        "SystemBIOSMinorRelease": 0,
        "TargetOperatingSystem": 0,
        "Version": "09.00.06",
    }

    def by_key(self, keys: Keys) -> VirtualMachine | None:
        vm, tail = machine_of(self.host, keys.text("SoftwareElementID"))
        return vm if tail.upper() == _BIOS and vm is not None and not vm.is_checkpoint else None

    def SoftwareElementID(self, vm: VirtualMachine) -> str:
        return settings_id(vm, _BIOS)

    def InstallDate(self, vm: VirtualMachine) -> datetime:
        return vm.created

    def SerialNumber(self, vm: VirtualMachine) -> str:
        return self.BIOSSerialNumber(vm)
