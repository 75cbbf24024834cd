"""Devices of a virtual machine and their identities.

Two texts identify a device. ``setting_id`` is what follows ``Microsoft:<GUID of the machine>\\`` in the
InstanceID of its settings; ``device_id`` is what follows ``Microsoft:`` in the DeviceID of the device itself
(recorded on a 2012 R2 host). The doors put them together.
"""

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, cast

from emulator.host.host_object import Part
from emulator.host.resources.resource_kinds import DISPLAY, KEYBOARD, MOUSE

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

KEYBOARD_GUID = "DE6CDC86-E1FB-4940-801B-C3C1A26C4DA4"
MOUSE_GUID = "655BC5C5-A784-46B7-81BC-E26328F7EB0E"
S3_DISPLAY_GUID = "7D80D3DB-61EE-4879-8879-5609F1100AD0"
DISKETTE_GUID = "8F0D2762-0B00-4E04-AF4F-19010527CB93"
SERIAL_GUID = "8E3A359F-559A-4B6A-98A9-1690A6100ED7"
IDE_GUID = "83F8638B-8DCA-4152-9EDA-2CA8B33039B4"
SYNTHETIC_MOUSE_GUID = "58F75A6D-D949-4320-99E1-A2A2576D581C"
SYNTHETIC_KEYBOARD_GUID = "F912AD6D-2B17-48EA-BD65-F927A61C7684"
SYNTHETIC_DISPLAY_GUID = "F3CF6965-E8D3-44A9-9B7D-A04245EA7525"
MEMORY_SETTING_GUID = "4764334d-e001-4176-82ee-5594ec9b530e"
MEMORY_DEVICE_GUID = "4764334D-E001-4176-82EE-5594EC9B530E"
PROCESSOR_GUID = "b637f346-6a0e-4dec-af52-bd70cb80a21d"


class Device(Part):
    """A device. Subclasses say ``name``, ``setting_id`` and ``device_id``."""

    __slots__ = ()

    @property
    def vm(self) -> "VirtualMachine":
        return cast("VirtualMachine", self.owner)

    @property
    def name(self) -> str:
        """ElementName of the settings."""
        raise NotImplementedError

    @property
    def setting_id(self) -> str:
        raise NotImplementedError

    @property
    def device_id(self) -> str:
        return self.setting_id

    @property
    def resource_kind(self) -> str | None:
        """The kind of the pools that it comes from; None for a device that comes from none."""
        return None

    def touch(self) -> None:
        self.vm.reconfigured()
        if self.vm.is_registered:
            self.host.observe("modified", self)


class _FixedFacts(NamedTuple):
    name: str
    setting_id: str
    device_id: str
    generations: tuple[int, ...]


class FixedKind(Enum):
    """Devices that every machine has and nobody changes."""

    KEYBOARD = _FixedFacts("Keyboard", f"{KEYBOARD_GUID}\\Keyboard", KEYBOARD_GUID, (1, 2))
    MOUSE = _FixedFacts("Mouse", f"{MOUSE_GUID}\\Mouse", MOUSE_GUID, (1,))
    S3_DISPLAY = _FixedFacts("Video", S3_DISPLAY_GUID, S3_DISPLAY_GUID, (1,))
    DISKETTE_CONTROLLER = _FixedFacts(
        "Diskette Controller", f"{DISKETTE_GUID}\\0", f"{DISKETTE_GUID}\\0", (1,)
    )
    SERIAL_CONTROLLER = _FixedFacts("Serial Controller", SERIAL_GUID, SERIAL_GUID, (1,))
    SYNTHETIC_MOUSE = _FixedFacts("Mouse", SYNTHETIC_MOUSE_GUID, SYNTHETIC_MOUSE_GUID, (1, 2))
    SYNTHETIC_DISPLAY = _FixedFacts(
        "Display Controller", SYNTHETIC_DISPLAY_GUID, SYNTHETIC_DISPLAY_GUID, (1, 2)
    )


class FixedDevice(Device):
    """Keyboard, mouse, display, and the controllers of the diskette drive and the serial ports."""

    __slots__ = ("kind",)

    def __init__(self, vm: "VirtualMachine", kind: FixedKind) -> None:
        super().__init__(vm)
        self.kind = kind

    @property
    def name(self) -> str:
        return self.kind.value.name

    @property
    def setting_id(self) -> str:
        return self.kind.value.setting_id

    @property
    def device_id(self) -> str:
        return self.kind.value.device_id

    @property
    def resource_kind(self) -> str | None:
        """Recorded: the emulated keyboard of generation 1 is from no pool."""
        if self.kind is FixedKind.KEYBOARD and self.vm.generation == 1:
            return None
        return _FIXED_RESOURCES.get(self.kind)


_FIXED_RESOURCES = {
    FixedKind.KEYBOARD: KEYBOARD,
    FixedKind.SYNTHETIC_DISPLAY: DISPLAY,
    FixedKind.SYNTHETIC_MOUSE: MOUSE,
}


class ComPort(Device):
    """A serial port, 1 or 2; ``path`` is a named pipe (``\\\\.\\pipe\\name``) or empty.

    ``is_debugger``: the port is for a kernel debugger.
    """

    __slots__ = ("is_debugger", "number", "path")

    def __init__(self, vm: "VirtualMachine", number: int) -> None:
        super().__init__(vm)
        self.number = number
        self.path = ""
        self.is_debugger = False

    @property
    def name(self) -> str:
        return f"COM {self.number}"

    @property
    def setting_id(self) -> str:
        return f"{SERIAL_GUID}\\{self.number - 1}"
