"""The places of drives on controllers: which is free, and when what is on them may change."""

from typing import TYPE_CHECKING

from emulator.host.checks import check_number
from emulator.host.errors import InUse, NotFound, NotSupported
from emulator.host.virtual_machine.controllers import Controller, ControllerType
from emulator.host.virtual_machine.drives import ControllerDrive
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.virtual_machine.device_rack import DeviceRack


def free_place(
    rack: "DeviceRack", kind: ControllerType | None, number: int | None, location: int | None
) -> tuple[Controller, int]:
    """The controller and the location that are meant; what is None is the first that is free. Raises
    InvalidState, InvalidParameter, NotFound, InUse, NotSupported (IDE in generation 2)."""
    if kind is None:
        kind = ControllerType.IDE if rack.ide else ControllerType.SCSI
    if kind is ControllerType.IDE and not rack.ide:
        raise NotSupported("A generation 2 virtual machine has no IDE controllers.")
    if number is None:
        candidates = rack.controllers_of(kind)
        usable = [
            each
            for each in candidates
            if (len(each.drives) < each.locations if location is None else location not in each.drives)
        ]
        if not usable:
            raise NotFound(f"There is no {kind.name} controller with a free location.")
        controller = usable[0]
    else:
        controller = rack.controller(kind, number)
    require_changeable(controller)
    if location is None:
        return controller, controller.free_location
    check_number("controller location", location, 0, controller.locations - 1)
    if location in controller.drives:
        raise InUse(f"Location {location} of {controller.name} is not free.")
    return controller, location


def require_changeable(controller: Controller) -> None:
    """SCSI drives change also while the machine runs, others only while it is off. Raises
    InvalidState."""
    if controller.type is ControllerType.SCSI:
        controller.vm.require(VirtualMachineState.OFF, VirtualMachineState.RUNNING)
    else:
        controller.vm.require(VirtualMachineState.OFF)


def require_present(drive: ControllerDrive) -> None:
    """Raise NotFound for a drive that was taken out."""
    if drive.controller.drives.get(drive.location) is not drive:
        raise NotFound("The drive was not found.")
