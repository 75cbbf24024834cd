"""Transitions of virtual machines. Each function is called under the host's lock.

A transition sets the intermediate state at once and the final one when its job ends. What needs no job to be
refused (a wrong or transitional state) raises InvalidState; what Windows finds out in the job ends the job.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from emulator.host.errors import (
    FilesystemError,
    GuestLocked,
    GuestNotReady,
    HostError,
    HypervisorNotRunning,
    InvalidState,
    LimitExceeded,
    OutOfMemory,
    QuotaExceeded,
    ShutdownInProgress,
)
from emulator.host.guest.guest import GuestState
from emulator.host.guest.integration_services import IntegrationServiceKind
from emulator.host.job import Job, JobFacts, JobType
from emulator.host.network import automatic_connection
from emulator.host.resources.processor_pool import NO_RESOURCES
from emulator.host.virtual_machine import event_messages as events
from emulator.host.virtual_machine.virtual_machine_state import (
    CriticalCause,
    RequestedState,
    VirtualMachineState,
)

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.host.windows.processes import Process

_State = VirtualMachineState


def start(vm: "VirtualMachine") -> Job:
    vm.require(_State.OFF, _State.SAVED, _State.PAUSED)
    if vm.relationships:
        from emulator.host.replication.replication_relationship import require_startable

        require_startable(vm)
    if vm.state is _State.PAUSED:
        return resume(vm)
    saved = vm.state is _State.SAVED
    kind = JobType.RESTORE if saved else JobType.START
    try:
        _prepare_start(vm)
    except HostError as error:
        return _fail_start(vm, kind, error)
    before = vm.state

    def finish() -> None:
        vm.on_since = vm.host.clock.now()
        if saved:
            vm.files.drop_saved_state()
            vm.guest.thaw()
            events.write_event(events.RESTORED, vm)
        else:
            vm.host.checkpoints.starting(vm)
            vm.guest.power_on()
            events.write_event(events.STARTED, vm)
            events.write_address_conflicts(vm)

    def abandon() -> None:
        release(vm)
        enter(vm, before)

    return _transition(
        vm, kind, _State.STARTING, _State.RUNNING, RequestedState.RUNNING, finish, abandon=abandon
    )


def turn_off(vm: "VirtualMachine") -> Job:
    vm.require(_State.RUNNING, _State.PAUSED, _State.SAVED, tolerates=CriticalCause.STORAGE)

    def finish() -> None:
        if vm.process_id is None:
            vm.files.drop_saved_state()
        vm.guest.power_off()
        release(vm)
        events.write_event(events.TURNED_OFF, vm)

    return _transition(vm, JobType.TURN_OFF, _State.STOPPING, _State.OFF, RequestedState.OFF, finish)


def save(vm: "VirtualMachine") -> Job:
    vm.require(_State.RUNNING, _State.PAUSED)
    vm.require_savable()
    vm.files.write_saved_state(vm.assigned_memory())
    before = vm.state
    if before is _State.RUNNING:
        vm.guest.freeze()

    def finish() -> None:
        release(vm)
        events.write_event(events.SAVED, vm)

    def abandon() -> None:
        vm.files.drop_saved_state()
        if before is _State.RUNNING:
            vm.guest.thaw()
        enter(vm, before)

    return _transition(
        vm,
        JobType.SAVE,
        _State.SAVING,
        _State.SAVED,
        RequestedState.SAVED,
        finish,
        abandon=abandon,
    )


def pause(vm: "VirtualMachine") -> Job:
    vm.require(_State.RUNNING)
    vm.guest.freeze()

    def abandon() -> None:
        vm.guest.thaw()
        enter(vm, _State.RUNNING)

    return _transition(
        vm,
        JobType.PAUSE,
        _State.PAUSING,
        _State.PAUSED,
        RequestedState.PAUSED,
        lambda: events.write_event(events.PAUSED, vm),
        abandon=abandon,
    )


def resume(vm: "VirtualMachine") -> Job:
    vm.require(_State.PAUSED)

    def finish() -> None:
        vm.critical = None
        vm.guest.thaw()
        events.write_event(events.RESUMED, vm)

    return _transition(vm, JobType.RESUME, _State.RESUMING, _State.RUNNING, RequestedState.RUNNING, finish)


def reset(vm: "VirtualMachine") -> Job:
    vm.require(_State.RUNNING)
    vm.guest.power_off()
    return _restart(vm, JobType.RESET, RequestedState.RESET, events.RESET)


def reboot(vm: "VirtualMachine") -> Job:
    vm.require(_State.RUNNING)
    _require_shutdown_service(vm)
    vm.guest.power_off()
    return _restart(vm, JobType.REBOOT, RequestedState.REBOOT, events.RESET_BY_GUEST)


def shut_down(vm: "VirtualMachine", force: bool, *, registered: bool) -> Job:
    if vm.guest.state is GuestState.SHUTTING_DOWN:
        raise ShutdownInProgress()
    vm.require(_State.RUNNING)
    _require_shutdown_service(vm)
    if vm.guest.locked and not force:
        raise GuestLocked()
    return _leave(vm, hibernates=False, registered=registered)


def hibernate(vm: "VirtualMachine") -> Job:
    """Like a shutdown; the guest's next boot only reads back what it wrote."""
    if vm.guest.state is GuestState.SHUTTING_DOWN:
        raise ShutdownInProgress()
    vm.require(_State.RUNNING)
    _require_shutdown_service(vm)
    return _leave(vm, hibernates=True, registered=False)


def _leave(
    vm: "VirtualMachine",
    *,
    hibernates: bool,
    registered: bool,
    event: events.MachineEvent = events.SHUT_DOWN,
) -> Job:
    vm.guest.state = GuestState.SHUTTING_DOWN

    def finish() -> None:
        vm.guest.power_off()
        vm.guest.hibernated = hibernates
        release(vm)
        events.write_event(event, vm)

    def abandon() -> None:
        vm.guest.state = GuestState.UP
        enter(vm, _State.RUNNING)

    return _transition(
        vm,
        JobType.SHUT_DOWN,
        _State.STOPPING,
        _State.OFF,
        RequestedState.OFF,
        finish,
        abandon=abandon,
        registered=registered,
    )


def leave_by_itself(vm: "VirtualMachine", *, restarts: bool) -> None:
    """Somebody inside the guest shuts it down or restarts it. There is no job."""
    vm.require(_State.RUNNING)
    if vm.guest.state is not GuestState.UP:
        raise InvalidState("Only a guest that has booted can shut down.")
    if restarts:
        vm.guest.power_on()
        events.write_event(events.RESET_BY_GUEST, vm)
        vm.touch()
    else:
        _leave(vm, hibernates=False, registered=False, event=events.SHUT_DOWN_BY_GUEST)


def power_cut(vm: "VirtualMachine", state: VirtualMachineState) -> None:
    """The host goes down: the machine is in a final state at once, without a job."""
    if state is _State.OFF:
        vm.guest.power_off()
        if vm.state is _State.SAVED:
            vm.files.drop_saved_state()
    release(vm)
    enter(vm, state)


# -- pieces -----------------------------------------------------------------------------------


def _prepare_start(vm: "VirtualMachine") -> None:
    """Check what a start needs and take it, in an order that leaves nothing behind when a check fails."""
    host = vm.host
    if not host.hypervisor.running:
        raise HypervisorNotRunning(events.event_text(events.HYPERVISOR_NOT_RUNNING, vm))
    limit = host.release.limits.running_virtual_machines
    if host.memory.holders >= limit:
        text = f"The computer cannot run more than {limit} virtual machines."
        raise LimitExceeded(text, code=32768, hresult=NO_RESOURCES)
    if vm.processor.count > host.hardware.logical_processors:
        raise LimitExceeded(
            f"The virtual machine has {vm.processor.count} virtual processors and the computer has only"
            f" {host.hardware.logical_processors} logical processors.",
            code=32768,
            hresult=NO_RESOURCES,
        )
    host.processors.require(vm.id, vm.processor.count)
    vm.devices.check_start()
    try:
        host.memory.require(vm.id, vm.memory.startup)
    except OutOfMemory:
        raise OutOfMemory(events.event_text(events.NOT_ENOUGH_MEMORY, vm)) from None
    host.virtual_machines.mac_addresses.assign(vm.network_adapters)
    start_worker(vm)


def start_worker(vm: "VirtualMachine") -> None:
    """Take the memory and start the worker process. Raises OutOfMemory, QuotaExceeded, DeviceStartError,
    LimitExceeded (no switch for an adapter that is connected automatically)."""
    host = vm.host
    connections = automatic_connection.choose_all(vm)
    process = _worker_process(vm)
    try:
        host.memory.take(vm.id, vm.memory.startup)
        if vm._expansion is not None:
            vm._expansion.power_on()
    except HostError:
        host.memory.take(vm.id, 0)
        host.processes.end(process.id)
        raise
    host.processors.take(vm.id, vm.processor.count)
    vm.process_id = process.id
    for adapter, switch in connections:
        adapter.join(switch)


def _worker_process(vm: "VirtualMachine") -> "Process":
    return vm.host.processes.start(
        "vmwp.exe",
        f'"C:\\Windows\\System32\\vmwp.exe" {vm.id}',
        account=f"NT VIRTUAL MACHINE\\{vm.id}",
        parent_id=vm.host.services["vmms"].process_id,
        working_set=24 << 20,
    )


def _fail_start(vm: "VirtualMachine", kind: JobFacts, error: HostError) -> Job:
    """The start is accepted and fails in its job, as on Windows; the machine goes back to where it was.

    Its worker process, which writes the events, is there until then; it has got no memory.
    """
    before = vm.state
    with suppress(QuotaExceeded):
        vm.process_id = _worker_process(vm).id
    if isinstance(error, HypervisorNotRunning):
        events.write_event(events.HYPERVISOR_NOT_RUNNING, vm)
    elif isinstance(error, OutOfMemory):
        events.write_event(events.NOT_ENOUGH_MEMORY, vm)
        events.write_event(events.RAN_OUT_OF_MEMORY, vm)
    elif isinstance(error, FilesystemError):
        events.write_event(events.ATTACHMENT_NOT_FOUND, vm, path=error.path, problem=events.reason_of(error))
        device = "Virtual hard disk controller"
        events.write_event(events.DEVICE_NOT_POWERED_ON, vm, device=device, problem=events.reason_of(error))
    saved = kind is JobType.RESTORE
    events.write_event(events.FAILED_TO_RESTORE if saved else events.FAILED_TO_START, vm)

    def finish() -> None:
        vm.job = None
        release(vm)
        enter(vm, before)

    vm.requested_state = RequestedState.RUNNING
    vm.job = vm.host.jobs.fail(kind, vm, error, finish, affected=[vm])
    vm.job._on_abandon = finish
    vm.state = _State.STARTING
    vm.touch()
    return vm.job


def _restart(
    vm: "VirtualMachine", kind: JobFacts, requested: RequestedState, event: events.MachineEvent
) -> Job:
    def finish() -> None:
        vm.on_since = vm.host.clock.now()
        vm.guest.power_on()
        events.write_event(event, vm)

    def abandon() -> None:
        vm.guest.power_on()
        enter(vm, _State.RUNNING)

    return _transition(vm, kind, _State.RUNNING, _State.RUNNING, requested, finish, abandon=abandon)


def _transition(
    vm: "VirtualMachine",
    kind: JobFacts,
    via: VirtualMachineState,
    final: VirtualMachineState,
    requested: RequestedState,
    finish: Callable[[], None] | None = None,
    *,
    abandon: Callable[[], None] | None = None,
    registered: bool = True,
) -> Job:
    before = vm.state

    def end() -> None:
        vm.job = None
        try:
            if finish is not None:
                finish()
        except HostError:
            enter(vm, before)
            raise
        enter(vm, final)

    def undo() -> None:
        vm.job = None
        if abandon is not None:
            abandon()
        else:
            enter(vm, before)

    vm.state = via
    vm.requested_state = requested
    vm.last_state_change = vm.host.clock.now()
    vm.touch()
    vm.job = vm.host.jobs.run(kind, vm, end, affected=[vm], registered=registered, abandon=undo)
    return vm.job


def enter(vm: "VirtualMachine", state: VirtualMachineState) -> None:
    """The machine is in a state that stays."""
    vm.state = state
    vm.requested_state = RequestedState.NOT_APPLICABLE
    vm.last_state_change = vm.host.clock.now()
    if not state.holds_memory:
        vm.on_since = None
    vm.touch()
    if state is _State.OFF:
        vm.host.checkpoints.stopped(vm)


def release(vm: "VirtualMachine") -> None:
    """Memory and worker process go back to the host."""
    if vm.critical is not CriticalCause.CONFIGURATION:
        vm.critical = None
    if vm.storage_timer is not None:
        vm.storage_timer.cancel()
        vm.storage_timer = None
    vm.host.memory.take(vm.id, 0)
    vm.host.processors.take(vm.id, 0)
    if vm._expansion is not None:
        vm._expansion.power_off()
    automatic_connection.let_go(vm)
    if vm.process_id is not None and vm.host.processes.get(vm.process_id) is not None:
        vm.host.processes.end(vm.process_id)
    vm.process_id = None


def _require_shutdown_service(vm: "VirtualMachine") -> None:
    service = vm.integration_service(IntegrationServiceKind.SHUTDOWN)
    if not service.enabled or not vm.guest.is_ready:
        raise GuestNotReady()
