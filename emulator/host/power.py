"""Shutting the machine down and booting it."""

from typing import TYPE_CHECKING

from emulator.host.errors import HostError
from emulator.host.event_log import EventLevel
from emulator.host.filesystem.skeleton import install_role_files, remove_role_files
from emulator.host.life_cycle import power_cut
from emulator.host.virtual_machine_state import StartAction, StopAction, VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine import VirtualMachine


def reboot(host: "Host") -> None:
    """Stop actions, pending role changes, hypervisor, services, start actions. Called under the lock."""
    log = host.event_log
    for job in host.jobs.running:
        host.jobs.abandon(
            job, HostError("The operation was aborted: the computer was shut down.", code=32768)
        )
    # Jobs live in the management service, which starts anew.
    host.jobs.seed()
    for vm in host.virtual_machines:
        _stop_for_shutdown(vm)
    host.virtual_disks.mounted.detach_all()
    log.write("System", "EventLog", 6006, EventLevel.INFORMATION, "The Event log service was stopped.")
    _write_kernel_event(host, 13, "StopTime", "The operating system is shutting down at system time {time}.")
    host.operating_system.boot()
    _write_kernel_event(host, 12, "StartTime", "The operating system started at system time {time}.")
    version = host.release.version.rpartition(".")
    product = f"Microsoft (R) Windows (R) {version[0]}. {version[2]}  Multiprocessor Free."
    log.write("System", "EventLog", 6009, EventLevel.INFORMATION, product)
    host.processes.seed()
    host.role.apply_pending()
    if host.role.active:
        install_role_files(host.filesystem)
    else:
        remove_role_files(host.filesystem)
    log.write("System", "EventLog", 6005, EventLevel.INFORMATION, "The Event log service was started.")
    host.hypervisor.boot()
    host.services.boot()
    host.shares.boot()
    if host.role.active:
        for vm in host.virtual_machines:
            _start_after_boot(vm)


def _write_kernel_event(host: "Host", event_id: int, name: str, text: str) -> None:
    moment = f"{host.clock.now():%Y-%m-%dT%H:%M:%S.%f}000Z"
    message, data = text.format(time=moment), ((name, moment),)
    host.event_log.write(
        "System", "Microsoft-Windows-Kernel-General", event_id, EventLevel.INFORMATION, message, data=data
    )


def _stop_for_shutdown(vm: "VirtualMachine") -> None:
    """AutomaticShutdownAction. The reboot takes no time, so a shutdown of the guest is over at once; a guest
    that cannot be shut down is turned off."""
    vm.was_running_at_shutdown = vm.state is VirtualMachineState.RUNNING
    if not vm.state.holds_memory:
        return
    if vm.automatic_stop_action is StopAction.SAVE or vm.state is VirtualMachineState.PAUSED:
        try:
            vm.require_savable()
            vm.files.write_saved_state(vm.assigned_memory())
        except HostError:
            power_cut(vm, VirtualMachineState.OFF)
            return
        if vm.state is VirtualMachineState.RUNNING:
            vm.guest.freeze()
        power_cut(vm, VirtualMachineState.SAVED)
    else:
        power_cut(vm, VirtualMachineState.OFF)


def _start_after_boot(vm: "VirtualMachine") -> None:
    """AutomaticStartupAction, after its delay."""
    action = vm.automatic_start_action
    wanted = action is StartAction.START or (
        action is StartAction.START_IF_RUNNING and vm.was_running_at_shutdown
    )
    if not wanted:
        return

    def start() -> None:
        stopped = (VirtualMachineState.OFF, VirtualMachineState.SAVED)
        if not vm.deleted and vm.job is None and vm.state in stopped:
            vm.start()

    vm.host.clock.schedule(vm.automatic_start_delay, start)
