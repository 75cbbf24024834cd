"""Msvm_BIOSElement of root/virtualization: the firmware that is documented for it."""

from __future__ import annotations

from emulator.wmi.association import End, Link, itself
from emulator.wmi.virtualization.computer_system import MachineSystem
from emulator.wmi.virtualization_v2 import bios


class BiosElementV1(bios.BiosElement):
    """The virtual BIOS of one machine."""

    constants = {"SystemBIOSMajorRelease": 8, "SystemBIOSMinorRelease": 2, "Version": "8.02.00"}


LINKS = (
    Link(
        "Msvm_SystemBIOS",
        End("GroupComponent", MachineSystem, itself),
        End("PartComponent", BiosElementV1, itself),
    ),
)
VIEWS = (BiosElementV1,)
