"""Start-, Stop- and Complete-VMFailover."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from emulator.host import Checkpoint, Job, VirtualMachine
from emulator.host.replication.planned_failover import cancel_preparation, prepare
from emulator.host.replication.replication_failover import commit_failover, fail_over, revert
from emulator.host.replication.replication_relationship import ReplicationState
from emulator.host.replication.testing_failover import start_test, test_replica
from emulator.powershell.modules.hyperv.behaviours.replication import done
from emulator.powershell.modules.hyperv.support import (
    allowed_machines,
    chosen_machines,
    host_of,
    ready,
    reporting,
    should_process,
    wait_for,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_MACHINES = ("ComputerName", "VMName", "VM")


@cmdlet("Start-VMFailover", reads=_MACHINES)
def start_vm_failover(
    call: CmdletCall,
    vm_recovery_snapshot: Checkpoint | None = None,
    as_test: bool = False,
    prepare: bool = False,
    passthru: bool = False,
) -> Iterator[VirtualMachine]:
    """Let replicas take over, as they are or at a recovery point; make test machines of them; or prepare
    primary machines for it."""
    if vm_recovery_snapshot is None:
        machines = chosen_machines(call, "VMName")
    else:
        machines = allowed_machines(call, [vm_recovery_snapshot.machine]) if ready(call) else []
    for vm in machines:
        what = (
            "start test failover" if as_test else "prepare for planned failover" if prepare else "fail over"
        )
        if not should_process(call, f'{what} for the virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            with host_of(call).looking():
                job = _begin(vm, vm_recovery_snapshot, as_test, prepare)
            wait_for(call, job)
            if passthru:
                made = test_replica(vm) if as_test else None
                yield vm if made is None else made


def _begin(vm: VirtualMachine, point: Checkpoint | None, as_test: bool, is_planned: bool) -> Job:
    if as_test:
        return start_test(vm, point)
    return prepare(vm) if is_planned else fail_over(vm, point)


@cmdlet("Stop-VMFailover", reads=_MACHINES)
def stop_vm_failover(call: CmdletCall, passthru: bool = False) -> Iterator[VirtualMachine]:
    """Take back a failover, the preparation of one, or a test."""
    for vm in chosen_machines(call, "VMName"):
        if not should_process(call, f'stop failover for the virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            test = test_replica(vm)
            if test is not None and not _is_failed_over(vm):
                if test.state.holds_memory:
                    wait_for(call, test.turn_off())
                wait_for(call, host_of(call).virtual_machines.destroy(test))
            else:
                done(call, partial(_take_back, vm))
            if passthru:
                yield vm


def _is_failed_over(vm: VirtualMachine) -> bool:
    return any(each.state is ReplicationState.RECOVERED for each in vm.relationships)


def _take_back(vm: VirtualMachine) -> Job:
    if any(each.is_source and each.state is ReplicationState.SYNCHRONIZED for each in vm.relationships):
        return cancel_preparation(vm)
    return revert(vm)


@cmdlet("Complete-VMFailover", reads=_MACHINES)
def complete_vm_failover(call: CmdletCall, passthru: bool = False) -> Iterator[VirtualMachine]:
    """Keep failovers for good."""
    for vm in chosen_machines(call, "VMName"):
        if not should_process(call, f'complete failover for the virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            done(call, partial(commit_failover, vm))
            if passthru:
                yield vm
