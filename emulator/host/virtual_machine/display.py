"""The synthetic display of a virtual machine, and which resolutions it offers (settable from 2016 on)."""

from enum import IntEnum
from typing import TYPE_CHECKING

from emulator.host.checks import check_choice, check_number
from emulator.host.errors import NotSupported
from emulator.host.host_object import operation
from emulator.host.virtual_machine.device import FixedDevice, FixedKind
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_FIRST_BUILD = 14393
#: Bounds of a resolution; the largest is what a guest of 2016 and later can be given (chosen).
MINIMUM_WIDTH, MINIMUM_HEIGHT = 640, 480
MAXIMUM_WIDTH, MAXIMUM_HEIGHT = 7680, 4320


class ResolutionType(IntEnum):
    """ResolutionType of the settings: every resolution up to the stated one, only that, or the usual ones."""

    MAXIMUM = 2
    SINGLE = 3
    DEFAULT = 4


class SyntheticDisplay(FixedDevice):
    """The display that the integration services use; ``width`` and ``height`` in pixels."""

    __slots__ = ("height", "resolution_type", "width")

    def __init__(self, vm: "VirtualMachine") -> None:
        super().__init__(vm, FixedKind.SYNTHETIC_DISPLAY)
        # What a new machine has (chosen).
        self.resolution_type = ResolutionType.DEFAULT
        self.width, self.height = 1920, 1200

    @operation
    def configure(
        self, *, resolution_type: int | None = None, width: int | None = None, height: int | None = None
    ) -> None:
        """Change what the guest is offered when it starts next; None stays.

        Raises NotSupported (before 2016), InvalidParameter, InvalidState unless the machine is off.
        """
        if self.host.release.build < _FIRST_BUILD:
            raise NotSupported()
        kind = self.resolution_type
        if resolution_type is not None:
            kind = check_choice("ResolutionType", resolution_type, ResolutionType)
        wide = self.width if width is None else width
        high = self.height if height is None else height
        check_number("HorizontalResolution", wide, MINIMUM_WIDTH, MAXIMUM_WIDTH)
        check_number("VerticalResolution", high, MINIMUM_HEIGHT, MAXIMUM_HEIGHT)
        self.vm.require(VirtualMachineState.OFF)
        self.resolution_type, self.width, self.height = kind, wide, high
        self.touch()
