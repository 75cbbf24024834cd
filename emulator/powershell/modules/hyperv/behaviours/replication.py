"""Enable-, Get-, Set-, Measure-, Suspend-, Resume-, Stop- and Remove-VMReplication, initial replication and
statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from emulator.host import HardDiskDrive, Job, VirtualMachine
from emulator.host.errors import InvalidParameter, InvalidState, NotSupported
from emulator.host.replication import replication
from emulator.host.replication.initial_replica import import_initial
from emulator.host.replication.initial_replication import start_initial, stop_initial
from emulator.host.replication.replication_relationship import (
    InitialReplication,
    ReplicationRelationship,
    ReplicationTerms,
)
from emulator.host.replication.replication_settings import ReplicationAuthentication
from emulator.host.replication.replication_terms import all_disks, source_of
from emulator.host.replication.resynchronization import resynchronize, stop_resynchronizing
from emulator.host.replication.reverse_replication import reverse
from emulator.host.storage.change_tracking import Place, place_of
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.modules.hyperv.errors import record_of
from emulator.powershell.modules.hyperv.objects.replication import HealthOfReplication, trust_group_of
from emulator.powershell.modules.hyperv.objects.replication_values import state_number
from emulator.powershell.modules.hyperv.support import (
    allowed_machines,
    chosen_machines,
    given,
    has_wildcard,
    host_of,
    path_of,
    ready,
    reporting,
    should_process,
    wait_for,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_MACHINES = ("ComputerName", "VMName", "VM")
_RELATIONSHIPS = (*_MACHINES, "VMReplication", "ReplicationRelationshipType")
#: All disks of a machine travel together here; a replication without that is refused.
_WRITE_ORDER = "EnableWriteOrderPreservationAcrossDisks"
_HOW = ("AuthenticationType", _WRITE_ORDER)
#: Parameter -> field of the terms.
_TERMS = {
    "ReplicaServerName": "recovery_connection_point",
    "ReplicaServerPort": "recovery_port",
    "CertificateThumbprint": "certificate_thumbprint",
    "CompressionEnabled": "compression",
    "ReplicateHostKvpItems": "host_only_pairs",
    "BypassProxyServer": "bypass_proxy",
    "VSSSnapshotFrequencyHour": "consistent_interval",
    "VSSSnapshotFrequency": "consistent_interval",
    "RecoveryHistory": "recovery_history",
    "ReplicationFrequencySec": "interval",
    "AutoResynchronizeEnabled": "auto_resynchronize",
}
_DAY_TIMES = {
    "AutoResynchronizeIntervalStart": "resynchronize_from",
    "AutoResynchronizeIntervalEnd": "resynchronize_until",
}
_FILTERS = ("ReplicaServerName", "PrimaryServerName", "TrustGroup")
_STATES = ("ReplicationState", "ReplicationHealth", "ReplicationMode")


def done(call: CmdletCall, begin: Callable[[], Job]) -> Job:
    """Begin a job and wait for it. Raises HostError."""
    with host_of(call).looking():
        job = begin()
    wait_for(call, job)
    return job


def not_enabled(vm: VirtualMachine) -> InvalidState:
    """The refusal for a machine that is not replicated."""
    return InvalidState(f"Replication is not enabled for virtual machine '{vm.name}'.")


def _changes(call: CmdletCall) -> dict[str, Any]:
    """The terms that a call gives, but for the disks."""
    changes = given(call, _TERMS)
    if call.get(_WRITE_ORDER) is False:
        raise NotSupported("The disks of a machine are always replicated to the same point in time.")
    if call.has("AuthenticationType"):
        changes["authentication"] = ReplicationAuthentication(call.get("AuthenticationType").number)
    for name, field in _DAY_TIMES.items():
        if call.has(name):
            changes[field] = call.get(name).to_python()
    return changes


def _places(
    call: CmdletCall, vm: VirtualMachine, drives: list[HardDiskDrive] | None, paths: list[str] | None
) -> tuple[Place, ...]:
    """The places of drives and of paths of disks. Raises InvalidParameter."""
    found = []
    for drive in drives or ():
        if drive.vm is not vm:
            raise InvalidParameter(f"The drive is not one of the virtual machine '{vm.name}'.")
        found.append(place_of(drive))
    for path in paths or ():
        wanted = path_of(call, path).lower()
        here = [each for each in vm.hard_disk_drives if (each.path or "").lower() == wanted]
        if not here:
            raise InvalidParameter(f"The virtual machine '{vm.name}' has no virtual hard disk '{path}'.")
        found.append(place_of(here[0]))
    return tuple(found)


def moment_of(call: CmdletCall, value: DateTime | None) -> datetime | None:
    """A time of a script, local to the machine unless it says otherwise."""
    if value is None:
        return None
    return value.to_utc(host_of(call).operating_system.utc_offset())


def _chosen(call: CmdletCall) -> list[ReplicationRelationship]:
    """The relationships of a call: given as objects, or those of machines; the first, unless the call says
    which. A machine that is not replicated is an error."""
    objects = call.get("VMReplication")
    if objects is not None:
        if not ready(call):
            return []
        allowed = allowed_machines(call, [each.vm for each in objects])
        return [each for each in objects if each.vm in allowed]
    kind = call.get("ReplicationRelationshipType")
    found: list[ReplicationRelationship] = []
    for vm in chosen_machines(call, "VMName"):
        with host_of(call).looking():
            here = [each for each in vm.relationships if kind is None or each.index == kind.number]
        if here:
            found.append(here[0])
        else:
            call.error(record_of(call, not_enabled(vm)))
    return found


# -- enabling and changing --------------------------------------------------------------------


@cmdlet("Enable-VMReplication", reads=(*_MACHINES, *_HOW, *_TERMS, *_DAY_TIMES))
def enable_vm_replication(
    call: CmdletCall,
    excluded_vhd: list[HardDiskDrive] | None = None,
    excluded_vhd_path: list[str] | None = None,
    as_replica: bool = False,
    allowed_primary_server: str | None = None,
    passthru: bool = False,
) -> Iterator[ReplicationRelationship]:
    """Replicate machines to a replica server, or make copies wait for their primary server."""
    for vm in chosen_machines(call, "VMName"):
        if not should_process(call, f'enable replication for the virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            if as_replica:
                wanted = ReplicationTerms(host_of(call).name, 0)
            else:
                left_out = _places(call, vm, excluded_vhd, excluded_vhd_path)
                disks = tuple(place for place in all_disks(vm) if place not in left_out)
                wanted = replace(ReplicationTerms("", 0, disks=disks), **_changes(call))
            done(call, partial(replication.enable, vm, wanted))
            if allowed_primary_server is not None:
                with host_of(call).looking():
                    replication.set_authorization_entry(vm, allowed_primary_server, "")
            if passthru:
                yield vm.relationships[-1]


@cmdlet(
    "Set-VMReplication",
    reads=(*_MACHINES, "VMReplication", *_HOW, *_TERMS, *_DAY_TIMES),
)
def set_vm_replication(
    call: CmdletCall,
    replicated_disks: list[HardDiskDrive] | None = None,
    replicated_disk_paths: list[str] | None = None,
    disable_vss_snapshot_replication: bool = False,
    reverse: bool = False,
    allowed_primary_server: str | None = None,
    passthru: bool = False,
) -> Iterator[ReplicationRelationship]:
    """Change the terms of replications, let a failed-over replica replicate back, or let another primary
    server go on with a replica."""
    for relationship in _chosen(call):
        vm = relationship.vm
        sentence = f'modify the replication settings for the virtual machine "{vm.name}".'
        if not should_process(call, sentence, vm.name):
            continue
        with reporting(call):
            changes = _changes(call)
            if disable_vss_snapshot_replication:
                changes["consistent_interval"] = 0
            if replicated_disks is not None or replicated_disk_paths is not None:
                changes["disks"] = _places(call, vm, replicated_disks, replicated_disk_paths)
            if allowed_primary_server is not None:
                with host_of(call).looking():
                    replication.set_authorization_entry(vm, allowed_primary_server, "")
            if reverse:
                done(call, partial(_reversed, vm, changes))
            elif changes:
                done(call, partial(_modified, vm, changes))
            if passthru:
                yield relationship


def _reversed(vm: VirtualMachine, changes: dict[str, Any]) -> Job:
    present = vm.relationships[0].terms
    back = replace(present, recovery_connection_point=present.primary_host, disks=all_disks(vm))
    return reverse(vm, replace(back, **changes))


def _modified(vm: VirtualMachine, changes: dict[str, Any]) -> Job:
    relationship = source_of(vm)
    return replication.modify(vm, replace(relationship.terms, **changes), relationship.index)


@cmdlet("Remove-VMReplication", reads=_RELATIONSHIPS)
def remove_vm_replication(call: CmdletCall, passthru: bool = False) -> Iterator[ReplicationRelationship]:
    """End replications on this host; without a word about which, all of a machine."""
    every = not call.has("ReplicationRelationshipType") and not call.has("VMReplication")
    for relationship in _chosen(call):
        vm = relationship.vm
        if not should_process(call, f'remove replication for the virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            index = None if every else relationship.index
            done(call, partial(replication.remove, vm, index))
            if passthru:
                yield relationship


# -- looking ----------------------------------------------------------------------------------


def _found(call: CmdletCall) -> Iterator[ReplicationRelationship]:
    """The relationships that a Get or Measure asks for. A machine that is named, and is not replicated, is
    an error."""
    named = call.get("VMName")
    if named is None and not call.has("VM"):
        machines = list(host_of(call).virtual_machines) if ready(call) else []
    else:
        machines = chosen_machines(call, "VMName")
    exact = named is not None and not any(has_wildcard(name) for name in named)
    for vm in machines:
        with host_of(call).looking():
            here = list(vm.relationships)
        if not here and (exact or call.has("VM")):
            call.error(record_of(call, not_enabled(vm)))
        yield from (each for each in here if _is_wanted(call, each))


def _is_wanted(call: CmdletCall, relationship: ReplicationRelationship) -> bool:
    terms = relationship.terms
    with relationship.host.looking():
        texts = (terms.recovery_connection_point, terms.primary_host, trust_group_of(relationship))
        numbers = (state_number(relationship), int(relationship.health), int(relationship.mode))
    kind = call.get("ReplicationRelationshipType")
    return (
        all(
            not call.has(name) or like(text, call.get(name))
            for name, text in zip(_FILTERS, texts, strict=True)
        )
        and all(
            not call.has(name) or call.get(name).number == number
            for name, number in zip(_STATES, numbers, strict=True)
        )
        and (kind is None or kind.number == relationship.index)
    )


_LOOKING = (*_MACHINES, *_FILTERS, *_STATES, "ReplicationRelationshipType")


@cmdlet("Get-VMReplication", reads=_LOOKING)
def get_vm_replication(call: CmdletCall, _vm: object = None) -> Iterator[ReplicationRelationship]:
    """The replications of machines."""
    yield from _found(call)


@cmdlet("Measure-VMReplication", reads=_LOOKING)
def measure_vm_replication(call: CmdletCall, _vm: object = None) -> Iterator[HealthOfReplication]:
    """What replications counted, and what is wrong with them."""
    yield from (HealthOfReplication(each) for each in _found(call))


@cmdlet("Reset-VMReplicationStatistics", reads=_RELATIONSHIPS)
def reset_vm_replication_statistics(
    call: CmdletCall, passthru: bool = False
) -> Iterator[ReplicationRelationship]:
    """Count from zero."""
    for relationship in _chosen(call):
        vm = relationship.vm
        if not should_process(call, f'reset replication statistics for "{vm.name}".', vm.name):
            continue
        with reporting(call):
            with relationship.host.looking():
                relationship.reset_statistics()
            if passthru:
                yield relationship


# -- running ----------------------------------------------------------------------------------


def _run(
    call: CmdletCall, verb: str, begin: Callable[[ReplicationRelationship], Job], passthru: bool
) -> Iterator[ReplicationRelationship]:
    """Do something with each relationship of a call."""
    for relationship in _chosen(call):
        name = relationship.vm.name
        if not should_process(call, f'{verb} for the virtual machine "{name}".', name):
            continue
        with reporting(call):
            done(call, partial(begin, relationship))
            if passthru:
                yield relationship


@cmdlet("Start-VMInitialReplication", reads=(*_MACHINES, "VMReplication"))
def start_vm_initial_replication(
    call: CmdletCall,
    destination_path: str | None = None,
    initial_replication_start_time: DateTime | None = None,
    use_backup: bool = False,
    passthru: bool = False,
) -> Iterator[ReplicationRelationship]:
    """Send whole disks: over the network, now or at a time, to a folder, or compared with a copy that is
    there."""
    kind = InitialReplication.SEEDED if use_backup else InitialReplication.NETWORK
    folder = None
    if destination_path is not None:
        kind, folder = InitialReplication.EXPORT, path_of(call, destination_path)
    start = moment_of(call, initial_replication_start_time)
    yield from _run(
        call,
        "start initial replication",
        lambda relationship: start_initial(relationship.vm, kind, folder=folder, start=start),
        passthru,
    )


@cmdlet("Stop-VMInitialReplication", reads=(*_MACHINES, "VMReplication"))
def stop_vm_initial_replication(
    call: CmdletCall, passthru: bool = False
) -> Iterator[ReplicationRelationship]:
    """Stop or unschedule initial replications."""
    yield from _run(call, "stop initial replication", stop_initial, passthru)


@cmdlet("Import-VMInitialReplication", reads=(*_MACHINES, "VMReplication"))
def import_vm_initial_replication(
    call: CmdletCall, path: str, passthru: bool = False
) -> Iterator[ReplicationRelationship]:
    """Take initial replications that were written to a folder."""
    folder = path_of(call, path)
    yield from _run(
        call,
        "import initial replication",
        lambda relationship: import_initial(relationship.vm, folder),
        passthru,
    )


@cmdlet("Suspend-VMReplication", reads=_RELATIONSHIPS)
def suspend_vm_replication(call: CmdletCall, passthru: bool = False) -> Iterator[ReplicationRelationship]:
    """Send or receive nothing until it is resumed."""
    yield from _run(call, "suspend replication", replication.suspend, passthru)


@cmdlet("Resume-VMReplication", reads=_RELATIONSHIPS)
def resume_vm_replication(
    call: CmdletCall,
    resynchronize_start_time: DateTime | None = None,
    resynchronize: bool = False,
    passthru: bool = False,
) -> Iterator[ReplicationRelationship]:
    """Go on, or compare whole disks, now or at a time."""
    start = moment_of(call, resynchronize_start_time)
    if resynchronize or start is not None:
        yield from _run(call, "resynchronize replication", lambda each: _resynchronize(each, start), passthru)
    else:
        yield from _run(call, "resume replication", replication.resume, passthru)


def _resynchronize(relationship: ReplicationRelationship, start: datetime | None) -> Job:
    return resynchronize(relationship, start)


@cmdlet("Stop-VMReplication", reads=_RELATIONSHIPS)
def stop_vm_replication(call: CmdletCall, passthru: bool = False) -> Iterator[ReplicationRelationship]:
    """Give resynchronizations up."""
    yield from _run(call, "stop resynchronization", stop_resynchronizing, passthru)
