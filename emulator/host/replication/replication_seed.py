"""Replications of the profile: as if they had been going on for long, without jobs."""

from typing import TYPE_CHECKING

from emulator.host.errors import HostError
from emulator.host.replication.replica_server import register
from emulator.host.replication.replication_cycles import plan_cycle
from emulator.host.replication.replication_relationship import (
    ReplicationRelationship,
    ReplicationState,
    ReplicationTerms,
    ReplicationType,
)
from emulator.host.replication.replication_settings import AuthorizationEntry
from emulator.host.replication.replication_terms import all_disks
from emulator.host.replication.replication_transfer import begin_tracking

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.profile.inventory import Replication as ReplicationFacts

_State = ReplicationState
#: What a state of the profile is for a primary and for a replica.
_STATES = {
    "ready": (_State.READY, _State.WAITING),
    "replicating": (_State.REPLICATING, _State.REPLICATING),
    "suspended": (_State.SUSPENDED, _State.SUSPENDED),
    "critical": (_State.CRITICAL, _State.CRITICAL),
    "resynchronization-required": (
        _State.WAITING_FOR_RESYNCHRONIZATION,
        _State.WAITING_FOR_RESYNCHRONIZATION,
    ),
}
_LISTENER = "VIRT-HVRHTTPL-In-TCP-NoScope"


def seed_replication(vm: "VirtualMachine", facts: "ReplicationFacts") -> None:
    """Make the machine one end of a replication."""
    host = vm.host
    own, sends = host.operating_system.fully_qualified_name, facts.mode == "primary"
    primary, recovery = (own, facts.partner) if sends else (facts.partner, own)
    terms = ReplicationTerms(
        recovery,
        host.replication.http_port,
        interval=facts.frequency,
        recovery_history=facts.recovery_history,
        disks=all_disks(vm),
        primary_connection_point=primary,
        primary_host=primary,
        recovery_host=recovery,
    )
    relationship = ReplicationRelationship(vm, 0, terms, is_source=sends)
    relationship.state = _STATES[facts.state][0 if sends else 1]
    if relationship.state not in (_State.READY, _State.WAITING):
        relationship.last_time = relationship.last_apply_time = host.clock.now()
        relationship.last_type = ReplicationType.REGULAR
    if relationship.state is _State.CRITICAL:
        relationship.problem = HostError("Replication was suspended because of a failure.")
    register(relationship)
    if sends:
        if relationship.state is not _State.READY:
            begin_tracking(relationship)
        if relationship.state is _State.REPLICATING:
            plan_cycle(relationship)
        return
    settings = host.replication
    settings.enabled = True
    if settings.entry(facts.partner) is None:
        storage = host.settings.virtual_hard_disk_path
        settings.entries = (*settings.entries, AuthorizationEntry(facts.partner, storage, facts.partner))
    relationship.entry = settings.entry(facts.partner)
    host.firewall.configure(_LISTENER, enabled=True)
