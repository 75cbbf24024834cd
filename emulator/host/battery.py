"""The virtual battery of a virtual machine: its guest sees how much the host's battery holds (2019 and
later)."""

from emulator.host.device import Device

#: What the first build with it is: Windows 10, version 1709; of the servers 2019.
FIRST_BUILD = 16299
BATTERY_GUID = "C7E49E80-13B3-4DF9-A434-B56F579E2A68"


class Battery(Device):
    """A machine has one or none; nothing about it can be set."""

    __slots__ = ()

    @property
    def name(self) -> str:
        return "Virtual Battery"

    @property
    def setting_id(self) -> str:
        return f"{BATTERY_GUID}\\0"

    @property
    def device_id(self) -> str:
        return f"{BATTERY_GUID}\\0"
