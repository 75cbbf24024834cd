"""Controllers that hold drives: IDE 0 and 1 (generation 1), SCSI (0 to 3), persistent memory, and the
diskette drive's."""

from enum import IntEnum
from typing import TYPE_CHECKING

from emulator.host.errors import NotFound
from emulator.host.resources.resource_kinds import MEMORY_CONTROLLER, SCSI_CONTROLLER
from emulator.host.virtual_machine.device import IDE_GUID, Device

if TYPE_CHECKING:
    from emulator.host.virtual_machine.drives import ControllerDrive
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


class ControllerType(IntEnum):
    """ControllerType of the Hyper-V PowerShell module."""

    IDE = 0
    SCSI = 1
    PMEM = 2


class Controller(Device):
    """A controller; ``drives`` by location."""

    __slots__ = ("drives", "number", "pool_name")
    type: ControllerType
    locations: int

    def __init__(self, vm: "VirtualMachine", number: int) -> None:
        super().__init__(vm)
        self.number = number
        self.drives: dict[int, ControllerDrive] = {}
        #: The pool of administrators that it comes from; empty for the primordial one.
        self.pool_name = ""

    @property
    def free_location(self) -> int:
        """The first location without a drive. Raises NotFound when there is none."""
        for location in range(self.locations):
            if location not in self.drives:
                return location
        raise NotFound(f"{self.name} has no free location.")


class IdeController(Controller):
    """One of the two IDE controllers of a generation 1 machine; drives change only while it is off."""

    __slots__ = ()
    type = ControllerType.IDE
    locations = 2

    @property
    def name(self) -> str:
        return f"IDE Controller {self.number}"

    @property
    def setting_id(self) -> str:
        return f"{IDE_GUID}\\{self.number}"


class ScsiController(Controller):
    """A SCSI controller with its own GUID ``id``; drives may change while the machine runs."""

    __slots__ = ("id",)
    type = ControllerType.SCSI
    locations = 64

    def __init__(self, vm: "VirtualMachine", number: int, identifier: str) -> None:
        super().__init__(vm, number)
        self.id = identifier

    @property
    def name(self) -> str:
        return "SCSI Controller"

    @property
    def setting_id(self) -> str:
        return f"{self.id}\\0"

    @property
    def resource_kind(self) -> str:
        return SCSI_CONTROLLER


class PersistentMemoryController(Controller):
    """The controller of persistent memory, with its own GUID ``id`` (generation 2, 2019 and later)."""

    __slots__ = ("id",)
    type = ControllerType.PMEM
    locations = 128

    def __init__(self, vm: "VirtualMachine", number: int, identifier: str) -> None:
        super().__init__(vm, number)
        self.id = identifier

    @property
    def name(self) -> str:
        return "Persistent Memory Controller"

    @property
    def setting_id(self) -> str:
        return f"{self.id}\\0"

    @property
    def resource_kind(self) -> str:
        return MEMORY_CONTROLLER
