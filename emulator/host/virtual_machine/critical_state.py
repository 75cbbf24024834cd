"""Critical states: what a virtual machine does when its storage is full or gone, and how it comes back.

Each function is called under the host's lock. A machine is critical for one of three causes:

    low space       a volume has no room for what the guest writes: paused until somebody resumes it
    storage         a virtual hard disk of a running machine is gone (2016 and later, action Pause): paused;
                    goes on by itself when the disk is back, and is turned off when it stays away too long
    configuration   the folder of the machine is gone: nothing can be done but to delete the machine

Before 2016, and with the critical error action None, the guest itself meets the error: it hangs until the
disk is back.
"""

from typing import TYPE_CHECKING

from emulator.host.guest.guest import GuestState
from emulator.host.virtual_machine import event_messages as events
from emulator.host.virtual_machine.life_cycle import enter, release
from emulator.host.virtual_machine.virtual_machine_state import (
    CriticalCause,
    CriticalErrorAction,
    VirtualMachineState,
)

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.storage.virtual_disk import VirtualDisk
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_State = VirtualMachineState
_FIRST_BUILD_WITH_RESILIENCY = 14393
_MINUTE = 60


def pause_for_space(vm: "VirtualMachine", disk: "VirtualDisk") -> None:
    """A guest could not write because the host's volume is full: the machine stands still until it is
    resumed."""
    if vm.state is not _State.RUNNING or vm.job is not None:
        return
    vm.guest.freeze()
    vm.critical = CriticalCause.LOW_SPACE
    events.write_event(events.OUT_OF_DISK_SPACE, vm, place=disk.path[:3])
    enter(vm, _State.PAUSED)


def follow_storage(host: "Host") -> None:
    """A volume went or came: every machine follows."""
    for vm in host.virtual_machines:
        _follow(vm)


def _follow(vm: "VirtualMachine") -> None:
    if vm.deleted:
        return
    if vm.job is not None:
        # A transition that is under way comes to its end first.
        vm.host.clock.schedule(vm.job.remaining(), lambda: _follow(vm))
        return
    _follow_configuration(vm)
    missing = _missing_disk(vm) if vm.state.holds_memory else None
    if missing is not None:
        _lose(vm, missing)
    elif vm.state.holds_memory:
        _recover(vm)


def _follow_configuration(vm: "VirtualMachine") -> None:
    lost = not vm.host.filesystem.has_drive(vm.path)
    if lost and vm.critical is not CriticalCause.CONFIGURATION:
        events.write_event(events.CONFIGURATION_LOST, vm, path=vm.files.folder)
        vm.critical = CriticalCause.CONFIGURATION
        vm.touch()
    elif not lost and vm.critical is CriticalCause.CONFIGURATION:
        events.write_event(events.CONFIGURATION_BACK, vm, path=vm.files.folder)
        vm.critical = CriticalCause.STORAGE if vm.storage_timer is not None else None
        vm.touch()


def _missing_disk(vm: "VirtualMachine") -> str | None:
    """The path of a virtual hard disk, or of one that it stands on, whose volume is gone."""
    has_drive = vm.host.filesystem.has_drive
    for drive in vm.hard_disk_drives:
        disk = drive.virtual_disk
        chain = [] if disk is None else [each.path for each in disk.chain]
        paths = [*([] if drive.path is None else [drive.path]), *chain]
        lost = next((path for path in paths if not has_drive(path)), None)
        if lost is not None:
            return lost
    return None


def _lose(vm: "VirtualMachine", path: str) -> None:
    if vm.state is not _State.RUNNING or vm.storage_timer is not None:
        return
    resilient = vm.host.release.build >= _FIRST_BUILD_WITH_RESILIENCY
    events.write_event(events.STORAGE_FAILED, vm, path=path)
    if not resilient or vm.automatic_critical_error_action is CriticalErrorAction.NONE:
        vm.guest.hang(waits_for_storage=True)
        return
    vm.guest.freeze()
    if vm.critical is None:
        vm.critical = CriticalCause.STORAGE
    delay = vm.automatic_critical_error_timeout * _MINUTE
    vm.storage_timer = vm.host.clock.schedule(delay, lambda: _give_up(vm))
    enter(vm, _State.PAUSED)


def _recover(vm: "VirtualMachine") -> None:
    if vm.guest.waits_for_storage and vm.guest.state is GuestState.HUNG:
        vm.guest.hang(hung=False)
    if vm.storage_timer is None:
        return
    vm.storage_timer.cancel()
    vm.storage_timer = None
    if vm.critical is CriticalCause.STORAGE:
        vm.critical = None
    for drive in vm.hard_disk_drives:
        if drive.path is not None:
            events.write_event(events.STORAGE_RECOVERED, vm, path=drive.path)
    vm.guest.thaw()
    enter(vm, _State.RUNNING)


def _give_up(vm: "VirtualMachine") -> None:
    """The storage stayed away for longer than the machine waits."""
    if vm.deleted or vm.storage_timer is None:
        return
    vm.guest.power_off()
    release(vm)
    events.write_event(events.TURNED_OFF, vm)
    enter(vm, _State.OFF)
