"""What virtual machines do when their host shuts down and when it boots (AutomaticShutdownAction,
AutomaticStartupAction)."""

from contextlib import suppress
from typing import TYPE_CHECKING

from emulator.host.errors import HostError
from emulator.host.virtual_machine.life_cycle import power_cut
from emulator.host.virtual_machine.virtual_machine_state import StartAction, StopAction, VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


def note_running(host: "Host") -> None:
    """Remember which machines run, for those that start again only if they did."""
    for vm in host.virtual_machines:
        vm.was_running_at_shutdown = vm.state is VirtualMachineState.RUNNING


def stop_machines(host: "Host") -> None:
    """Let every machine begin its stop action. Without a management service nobody asks them: they lose
    their power."""
    managed = host.role.active and host.services.is_running("vmms")
    for vm in host.virtual_machines:
        if not vm.state.holds_memory:
            continue
        if not managed:
            power_cut(vm, VirtualMachineState.OFF)
            continue
        try:
            _stop(vm)
        except HostError:
            power_cut(vm, VirtualMachineState.OFF)


def _stop(vm: "VirtualMachine") -> None:
    """A guest that cannot be shut down is turned off; a paused machine is saved (chosen)."""
    if vm.automatic_stop_action is StopAction.SAVE or vm.state is VirtualMachineState.PAUSED:
        vm.save()
    elif vm.automatic_stop_action is StopAction.SHUT_DOWN and vm.guest.is_ready:
        vm.shut_down(force=True, registered=True)
    else:
        vm.turn_off()


def cut_power(host: "Host") -> None:
    """Every machine that still has memory loses its power."""
    for vm in host.virtual_machines:
        if vm.state.holds_memory:
            power_cut(vm, VirtualMachineState.OFF)


def start_machines(host: "Host") -> None:
    """Let every machine begin its start action after its delay."""
    if host.role.active:
        for vm in host.virtual_machines:
            _start_after_boot(vm)


def _start_after_boot(vm: "VirtualMachine") -> None:
    action = vm.automatic_start_action
    wanted = action is StartAction.START or (
        action is StartAction.START_IF_RUNNING and vm.was_running_at_shutdown
    )
    if not wanted:
        return

    def start() -> None:
        stopped = (VirtualMachineState.OFF, VirtualMachineState.SAVED)
        if not vm.deleted and vm.job is None and vm.state in stopped:
            # The management service may be stopped and the configuration gone by then.
            with suppress(HostError):
                vm.start()

    vm.host.power.after_boot(vm.automatic_start_delay, start)
