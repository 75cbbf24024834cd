"""The virtual battery of a virtual machine: its guest sees how much the host's battery holds (2019 and
later)."""

from emulator.host.resources.resource_kinds import BATTERY, PRIMORDIAL_POOLS
from emulator.host.virtual_machine.device import Device

#: What the first build with it is: Windows 10, version 1709; of the servers 2019.
FIRST_BUILD = 16299
_GUID = PRIMORDIAL_POOLS[BATTERY]


class Battery(Device):
    """A machine has one or none; nothing about it can be set."""

    __slots__ = ()

    @property
    def name(self) -> str:
        return "Virtual Battery"

    @property
    def setting_id(self) -> str:
        return f"{_GUID}\\0"

    @property
    def resource_kind(self) -> str:
        return BATTERY

    @property
    def device_id(self) -> str:
        return f"{_GUID}\\0"
