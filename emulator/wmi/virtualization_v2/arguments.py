"""What references in the arguments of Hyper-V's methods name: machines, checkpoints and groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.errors import InvalidParameter
from emulator.host.resources.virtual_machine_groups import VirtualMachineGroup
from emulator.host.virtual_machine.virtual_machine import VirtualMachine

if TYPE_CHECKING:
    from emulator.wmi.method import Arguments
    from emulator.wmi.view import View

MACHINE = "a virtual machine"


def machine_argument(arguments: Arguments, name: str) -> VirtualMachine:
    """The machine that a reference names, by itself or by its settings. Raises InvalidParameter, NotFound."""
    vm = arguments.named(name, VirtualMachine, MACHINE)
    if vm.is_checkpoint:
        raise InvalidParameter(f"{name} does not name {MACHINE}.")
    return vm


def checkpoint_argument(arguments: Arguments, name: str) -> Checkpoint:
    """The checkpoint whose settings a reference names. Raises InvalidParameter, NotFound."""
    return arguments.named(name, Checkpoint, "a checkpoint")


def template_argument(arguments: Arguments, name: str, settings: type[View[Any]]) -> VirtualMachine | None:
    """The machine or checkpoint whose settings (of the class of ``settings``) a reference names as a template
    for a new machine; None when it was not given. Raises InvalidParameter, NotFound."""
    if arguments.get(name) is None:
        return None
    target = arguments.target(name)
    # The view of checkpoints derives from that of machines; a planned machine is neither.
    if target is None or not isinstance(target.view, settings):
        raise InvalidParameter(f"{name} does not name the settings of a virtual machine.")
    if type(target.item) not in (VirtualMachine, Checkpoint):
        raise InvalidParameter(f"{name} does not name the settings of a virtual machine.")
    return cast("VirtualMachine", target.item)


def group_argument(arguments: Arguments) -> VirtualMachineGroup:
    """The group that Collection names. Raises InvalidParameter, NotFound."""
    return arguments.named("Collection", VirtualMachineGroup, "a collection")
