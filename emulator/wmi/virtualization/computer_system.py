"""Msvm_ComputerSystem as root/virtualization shows it, with the state numbers of that namespace."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.job import Job
from emulator.host.virtual_machine.virtual_machine_state import OperationalStatus, RequestedState
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState as State
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization_v2.computer_system import VirtualMachineView
from emulator.wmi.virtualization_v2.jobs import started

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.method import Arguments, MethodResult

_PAUSED, _SAVED = 32768, 32769
#: EnabledState; paused and saved documented, the transitions as clients know them.
STATES = {
    State.RUNNING: 2,
    State.OFF: 3,
    State.PAUSED: _PAUSED,
    State.SAVED: _SAVED,
    State.STARTING: 32770,
    State.SAVING: 32773,
    State.STOPPING: 32774,
    State.PAUSING: 32776,
    State.RESUMING: 32777,
}
_SNAPSHOTTING = 32771
#: Documented as a hard reset; 11 (Reset) is for future use.
_REBOOT, _FOR_FUTURE_USE = 10, 11
_REQUESTED = {
    RequestedState.PAUSED: _PAUSED,
    RequestedState.SAVED: _SAVED,
    RequestedState.RESET: _REBOOT,
}
#: RequestedState -> what the machine is asked to do.
OPERATIONS: dict[int, Callable[[VirtualMachine], Job]] = {
    2: lambda vm: vm.start(),
    3: lambda vm: vm.turn_off(),
    _REBOOT: lambda vm: vm.reset(),
    _PAUSED: lambda vm: vm.pause(),
    _SAVED: lambda vm: vm.save(),
}


def state_of(vm: VirtualMachine) -> int:
    """EnabledState; a checkpoint under way is a state of its own."""
    return _SNAPSHOTTING if vm.activity is OperationalStatus.CREATING_CHECKPOINT else STATES[vm.state]


class MachineSystem(VirtualMachineView):
    """A virtual machine in root/virtualization."""

    class_name = "Msvm_ComputerSystem"

    def EnabledState(self, vm: VirtualMachine) -> int:
        return state_of(vm)

    def RequestedState(self, vm: VirtualMachine) -> int:
        return _REQUESTED.get(vm.requested_state, int(vm.requested_state))

    @wmi_method
    def RequestStateChange(self, vm: VirtualMachine, arguments: Arguments) -> MethodResult:
        """Ask for a state.

        2 runs or resumes, 3 turns off, 10 resets, 32768 pauses, 32769 saves; 11 is not supported.
        """
        wanted = arguments.integer("RequestedState") or 0
        if wanted == _FOR_FUTURE_USE:
            raise NotSupported()
        operation = OPERATIONS.get(wanted)
        if operation is None:
            raise InvalidParameter("RequestedState is not a state that a virtual machine can be asked for.")
        return started(arguments, operation(vm))
