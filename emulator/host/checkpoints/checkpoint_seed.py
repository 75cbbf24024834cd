"""Checkpoints of the profile: taken one after the other as if it had been long ago, without jobs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from emulator.host.checkpoints.checkpoint_operations import commit, prepared, put_back
from emulator.host.guest.guest import GuestMoment, GuestState

if TYPE_CHECKING:
    from emulator.host.checkpoints.checkpoint import Checkpoint
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.profile.inventory import Checkpoint as CheckpointFacts


def seed_checkpoints(vm: "VirtualMachine", facts: "Sequence[CheckpointFacts]") -> None:
    """Make the tree; the machine goes on after the last one. Raises HostError when the files do not fit."""
    made: dict[str, Checkpoint] = {}
    for each in facts:
        if each.parent is not None and made[each.parent.casefold()] is not vm.parent_checkpoint:
            put_back(vm, made[each.parent.casefold()])
        checkpoint = prepared(vm, each.name, production=not each.memory)
        if each.memory:
            checkpoint.remember_memory(vm.memory.startup)
            up = vm.guest.system is not None
            checkpoint.guest_moment = GuestMoment(GuestState.UP if up else GuestState.NO_SYSTEM, 0.0)
        commit(vm, checkpoint)
        checkpoint.notes = each.notes
        made[each.name.casefold()] = checkpoint
    _switch_off(vm)


def _switch_off(vm: "VirtualMachine") -> None:
    """The profile says in which state the machine is: what an applied checkpoint left goes."""
    from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

    if vm.state is VirtualMachineState.SAVED:
        vm.files.drop_saved_state()
        vm.state = VirtualMachineState.OFF
    vm.guest.power_off()
