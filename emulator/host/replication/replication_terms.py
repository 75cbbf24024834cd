"""Which terms of a replication a host allows, and which machines can do what in it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from emulator.host.checks import check_choice, check_flag, check_number, check_text
from emulator.host.errors import InvalidParameter, InvalidState, NotSupported
from emulator.host.replication.replication_relationship import (
    ReplicationRelationship,
    ReplicationState,
    ReplicationTerms,
)
from emulator.host.replication.replication_settings import ReplicationAuthentication
from emulator.host.storage.change_tracking import Place, drives_by_place
from emulator.host.storage.vhd_set import VhdSet

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

#: Recovery points that a replica keeps at most.
_MOST_POINTS = 24
#: Seconds between two cycles of an extended replication (documented).
_EXTENDED_INTERVALS = (300, 900)


def checked_terms(vm: "VirtualMachine", terms: ReplicationTerms, *, index: int = 0) -> ReplicationTerms:
    """Terms that this host and machine allow. Raises InvalidParameter, NotSupported, NotFound."""
    release = vm.host.release
    check_text("RecoveryConnectionPoint", terms.recovery_connection_point, 256, shortest=1)
    check_number("RecoveryServerPortNumber", terms.recovery_port, 1, 0xFFFF)
    check_choice("AuthenticationType", terms.authentication, ReplicationAuthentication)
    if terms.authentication is ReplicationAuthentication.BOTH:
        raise InvalidParameter("A replication uses one type of authentication.")
    for name in ("compression", "bypass_proxy", "host_only_pairs", "auto_resynchronize"):
        check_flag(name, getattr(terms, name))
    check_number("RecoveryHistory", terms.recovery_history, 0, _MOST_POINTS)
    check_number("ApplicationConsistentSnapshotInterval", terms.consistent_interval, 0, 12)
    if terms.consistent_interval and not terms.recovery_history:
        raise InvalidParameter("Application-consistent recovery points need a recovery history.")
    allowed = release.replication_intervals
    if index:
        allowed = tuple(each for each in allowed if each in _EXTENDED_INTERVALS)
    if terms.interval not in allowed:
        raise InvalidParameter(
            f"The replication frequency {terms.interval} is not valid: allowed are"
            f" {', '.join(map(str, allowed))} seconds."
        )
    if terms.authentication is ReplicationAuthentication.CERTIFICATE:
        found = vm.host.certificates.find(terms.certificate_thumbprint)
        if found is None or found.store != "My":
            raise InvalidParameter("The thumbprint does not name a certificate of the computer.")
    return replace(terms, disks=_checked_disks(vm, terms.disks))


def _checked_disks(vm: "VirtualMachine", wanted: tuple[Place, ...]) -> tuple[Place, ...]:
    drives = drives_by_place(vm)
    if not wanted:
        raise InvalidParameter(
            "Hyper-V operation failed because the specified parameter is not valid. IncludedDisks is not"
            f" valid for Hyper-V operation for virtual machine '{vm.name}'."
        )
    if any(drive.disk_number is not None for drive in drives.values()):
        raise NotSupported("A virtual machine with a physical disk cannot be replicated.")
    for place in wanted:
        drive = drives.get(place)
        if drive is None or drive.path is None:
            raise InvalidParameter(f"The virtual machine '{vm.name}' has no virtual hard disk at {place}.")
        if drive.support_persistent_reservations or isinstance(drive.virtual_disk, VhdSet):
            raise NotSupported("A shared virtual hard disk cannot be replicated.")
    return tuple(dict.fromkeys(wanted))


def all_disks(vm: "VirtualMachine") -> tuple[Place, ...]:
    """The places of all disks of a machine."""
    return tuple(place for place, drive in drives_by_place(vm).items() if drive.path is not None)


def require_replication(vm: "VirtualMachine") -> None:
    """Raise RoleNotInstalled, NotFound; NotSupported where Hyper-V has no replication (clients)."""
    vm.host.role.require()
    vm.require_alive()
    if vm.is_checkpoint:
        raise InvalidState("A planned virtual machine cannot be replicated.")
    if not vm.host.release.replication_intervals:
        raise NotSupported("Hyper-V Replica is not supported on this computer.")


def source_of(vm: "VirtualMachine", *states: ReplicationState) -> ReplicationRelationship:
    """The relationship in which a machine sends, in one of the states (any without). Raises InvalidState."""
    require_replication(vm)
    found = [each for each in vm.relationships if each.is_source]
    for relationship in found:
        if not states or relationship.state in states:
            require_idle(relationship)
            return relationship
    raise wrong_state(vm)


def replica_of(vm: "VirtualMachine", *states: ReplicationState) -> ReplicationRelationship:
    """The relationship in which a machine receives. Raises InvalidState."""
    require_replication(vm)
    for relationship in vm.relationships:
        if not relationship.is_source and (not states or relationship.state in states):
            require_idle(relationship)
            return relationship
    raise wrong_state(vm)


def require_idle(relationship: ReplicationRelationship) -> None:
    """Raise InvalidState while a job changes the relationship."""
    if relationship.job is not None and not relationship.job.finished:
        raise wrong_state(relationship.vm)


def wrong_state(vm: "VirtualMachine") -> InvalidState:
    """The refusal of an operation that the state of the replication does not allow (observed text)."""
    return InvalidState(
        f"Virtual machine '{vm.name}' is not in a valid replication state to perform the operation."
        f" (Virtual machine ID {vm.id})"
    )
