"""Start-VM, Stop-VM, Suspend-VM, Resume-VM, Save-VM, Restart-VM and Wait-VM."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from emulator.host import (
    GuestNotReady,
    Heartbeat,
    HostError,
    InvalidState,
    Job,
    VirtualMachine,
    VirtualMachineState,
)
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.modules.hyperv.behaviours.virtual_machine import CHOICE
from emulator.powershell.modules.hyperv.errors import exception_type, failed_text, record_of
from emulator.powershell.modules.hyperv.support import (
    chosen_machines,
    host_of,
    reporting,
    should_continue,
    should_process,
    wait_for,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

ALREADY = "The virtual machine is already in the specified state."

_State = VirtualMachineState
_ALIVE = frozenset(
    {Heartbeat.OK_APPLICATIONS_UNKNOWN, Heartbeat.OK_APPLICATIONS_HEALTHY, Heartbeat.OK_APPLICATIONS_CRITICAL}
)


def change_state(
    call: CmdletCall,
    vm: VirtualMachine,
    goal: VirtualMachineState | None,
    operation: Callable[[], Job],
    headline: str,
) -> bool:
    """Run one transition to its end; true when the machine is in the state that was asked for.

    A machine that is there already is a warning. What the machine refuses at once keeps its text; what fails
    in the job is worded with the headline.
    """
    with host_of(call).looking():
        there = vm.state is goal and not vm.deleted
    if there:
        call.warning(ALREADY)
        return True
    job: Job | None = None

    def text(problem: HostError) -> str:
        return problem.text if job is None else failed_text(vm, headline, problem)

    with reporting(call, text):
        job = operation()
        wait_for(call, job)
        return True
    return False


def _simple(
    call: CmdletCall,
    sentence: str,
    goal: VirtualMachineState,
    operation: Callable[[VirtualMachine], Job],
    headline: str,
    passthru: bool,
) -> Iterator[VirtualMachine]:
    for vm in chosen_machines(call):
        if not should_process(call, f'{sentence} "{vm.name}".', vm.name):
            continue
        text = headline.format(name=vm.name)
        if change_state(call, vm, goal, partial(operation, vm), text) and passthru:
            yield vm


@cmdlet("Start-VM", reads=CHOICE)
def start_vm(call: CmdletCall, passthru: bool = False) -> Iterator[VirtualMachine]:
    """Start machines that are off, restore saved ones, resume paused ones."""
    yield from _simple(
        call,
        "start the virtual machine",
        _State.RUNNING,
        VirtualMachine.start,
        "'{name}' failed to start.",
        passthru,
    )


@cmdlet("Suspend-VM", reads=CHOICE)
def suspend_vm(call: CmdletCall, passthru: bool = False) -> Iterator[VirtualMachine]:
    """Pause running machines."""
    yield from _simple(
        call,
        "pause the virtual machine",
        _State.PAUSED,
        VirtualMachine.pause,
        "'{name}' failed to pause.",
        passthru,
    )


@cmdlet("Resume-VM", reads=CHOICE)
def resume_vm(call: CmdletCall, passthru: bool = False) -> Iterator[VirtualMachine]:
    """Let paused machines run on."""
    yield from _simple(
        call,
        "resume the virtual machine",
        _State.RUNNING,
        VirtualMachine.resume,
        "'{name}' failed to resume.",
        passthru,
    )


@cmdlet("Save-VM", reads=CHOICE)
def save_vm(call: CmdletCall, passthru: bool = False) -> Iterator[VirtualMachine]:
    """Save running or paused machines to disk."""
    yield from _simple(
        call,
        "save the virtual machine",
        _State.SAVED,
        VirtualMachine.save,
        "'{name}' failed to save state.",
        passthru,
    )


@cmdlet("Stop-VM", reads=CHOICE)
def stop_vm(
    call: CmdletCall,
    save: bool = False,
    turn_off: bool = False,
    force: bool = False,
    passthru: bool = False,
) -> Iterator[VirtualMachine]:
    """Let guests shut down; ``-TurnOff`` cuts the power, ``-Save`` saves."""
    for vm in chosen_machines(call):
        headline = f"'{vm.name}' failed to shut down."
        if save:
            sentence, goal, operation = "save", _State.SAVED, vm.save
        elif turn_off:
            sentence, goal, operation = "turn off", _State.OFF, vm.turn_off
        else:
            sentence, goal, operation = "shut down", _State.OFF, vm.turn_off
        if not should_process(call, f'{sentence} the virtual machine "{vm.name}".', vm.name):
            continue
        if save or turn_off:
            done = change_state(call, vm, goal, operation, headline)
        else:
            done = _shut_down(call, vm, force, headline)
        if done and passthru:
            yield vm


def _shut_down(call: CmdletCall, vm: VirtualMachine, force: bool, headline: str) -> bool:
    try:
        return change_state(call, vm, _State.OFF, lambda: _begin_shut_down(vm, force), headline)
    except _NoShutdownService:
        pass
    question = (
        f"Hyper-V cannot shut down virtual machine {vm.name} because the Shutdown integration service is "
        "unavailable. To avoid potential data loss, you can pause or save the state of the virtual machine. "
        "The other option is to turn off the virtual machine, but data loss might occur."
    )
    if not force and not should_continue(call, question):
        return False
    return change_state(call, vm, _State.OFF, vm.turn_off, headline)


class _NoShutdownService(Exception):
    """The guest does not answer to the request to shut down."""


def _begin_shut_down(vm: VirtualMachine, force: bool) -> Job:
    try:
        return vm.shut_down(force)
    except GuestNotReady:
        raise _NoShutdownService from None


@cmdlet("Restart-VM", reads=CHOICE)
def restart_vm(
    call: CmdletCall,
    force: bool = False,
    passthru: bool = False,
    type: EnumValue | None = None,
    wait: bool = False,
    for_: EnumValue | None = None,
    timeout: int | None = None,
) -> Iterator[VirtualMachine]:
    """Reset machines (or let their guests reboot); ``-Wait`` waits for the guest to answer."""
    reboot = type is not None and str(type) == "Reboot"
    for vm in chosen_machines(call):
        if not should_process(call, f'restart the virtual machine "{vm.name}".', vm.name):
            continue
        question = (
            f'Are you sure you want to restart virtual machine "{vm.name}"? '
            "Any unsaved data in the virtual machine might be lost."
        )
        if not force and not should_continue(call, question):
            continue
        headline = f"'{vm.name}' failed to reset."
        if not change_state(call, vm, None, vm.reboot if reboot else vm.reset, headline):
            continue
        if wait and not _wait(call, vm, for_, timeout):
            continue
        if passthru:
            yield vm


@cmdlet("Wait-VM", reads=CHOICE)
def wait_vm(
    call: CmdletCall,
    passthru: bool = False,
    for_: EnumValue | None = None,
    timeout: int | None = None,
) -> Iterator[VirtualMachine]:
    """Wait until guests answer or report an address."""
    for vm in chosen_machines(call):
        if _wait(call, vm, for_, timeout) and passthru:
            yield vm


def _wait(call: CmdletCall, vm: VirtualMachine, what: EnumValue | None, timeout: int | None) -> bool:
    """Wait for the heartbeat (by default) or an IPv4 address; false after the timeout, which is an error.

    -Delay, how often Windows looks, makes no difference: here a change is seen at once.
    """
    goal = "Heartbeat" if what is None else str(what)
    predicate = _WAITS.get(goal)
    if predicate is None:
        call.engine.gap("parameter", f"{call.name} -For {goal}")
        raise not_emulated(f"{call.name} -For {goal}")
    limit = None if timeout is None or timeout < 0 else float(timeout)
    host = host_of(call)
    reached = host.wait_for(lambda: vm.deleted or predicate(vm), limit, call.stopping)
    call.engine.check_stopped()
    if reached and not vm.deleted:
        return True
    if vm.deleted:
        call.error(record_of(call, InvalidState()))
        return False
    call.error(
        call.record(
            exception_type(host, argument=False),
            f"The operation timed out after {timeout} seconds.",
            "OperationTimeout",
            "OperationTimeout",
            vm,
        )
    )
    return False


def _is_alive(vm: VirtualMachine) -> bool:
    return vm.heartbeat in _ALIVE


def _has_address(vm: VirtualMachine) -> bool:
    return any(":" not in address for adapter in vm.network_adapters for address in adapter.ip_addresses)


_WAITS: dict[str, Callable[[VirtualMachine], bool]] = {"Heartbeat": _is_alive, "IPAddress": _has_address}
