"""What a replica server does when a primary server asks. Each function is called under the lock of the
replica server; what it takes from the other host are facts that never change.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.checkpoints.checkpoint_merging import collect
from emulator.host.checkpoints.checkpoint_operations import commit, drop, prepared
from emulator.host.errors import AccessDenied, AlreadyExists, HostError, InvalidState, NotFound, NotSupported
from emulator.host.migration.incompatibility import (
    MISSING_DISK,
    MISSING_SWITCH,
    Incompatible,
    incompatibilities,
)
from emulator.host.migration.machine_import import make_real, plan
from emulator.host.replication import replication_events as events
from emulator.host.replication.replication_events import write_replication_event
from emulator.host.replication.replication_relationship import (
    ReplicationRelationship,
    ReplicationState,
    ReplicationTerms,
    ReplicationType,
)
from emulator.host.replication.replication_settings import AuthorizationEntry, ReplicationAuthentication
from emulator.host.replication.replication_transfer import Cycle, apply_cycle, end_tracking, place_images
from emulator.host.storage.flat_image import DiskImage
from emulator.host.virtual_machine.machine_definition import Definition, MachineDefinition
from emulator.host.virtual_machine.virtual_machine_settings import MAXIMUM_NAME
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_State = ReplicationState
_HOUR = timedelta(hours=1)
_FOLDER = "Hyper-V Replica"
#: WinHTTP errors as Hyper-V shows them.
_NO_CONNECTION = 0x00002EFD
_TERMINATED = 0x00002EFE
_NO_CLIENT_CERTIFICATE = 0x00002F0C


class ServerUnreachable(HostError):
    """The replica server does not answer; the next attempt may succeed."""

    code = 32768


class Caller(NamedTuple):
    """The server that asks: its full name and its domain."""

    name: str
    domain: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A machine that is to be replicated here."""

    caller: Caller
    definition: Definition
    terms: ReplicationTerms
    index: int


def caller_of(host: "Host") -> Caller:
    """How a host names itself to another one."""
    return Caller(host.operating_system.fully_qualified_name, host.operating_system.domain)


def expect(host: "Host", caller: Caller, terms: ReplicationTerms) -> AuthorizationEntry:
    """Let a primary server in: the entry that allows it. Raises ServerUnreachable, AccessDenied."""
    host.role.require()
    settings = host.replication
    name = host.operating_system.fully_qualified_name
    kerberos = terms.authentication is ReplicationAuthentication.KERBEROS
    port = settings.http_port if kerberos else settings.https_port
    offered = settings.authentication in (ReplicationAuthentication.BOTH, terms.authentication)
    if not settings.enabled or not offered or port != terms.recovery_port or not host.firewall.admits(port):
        raise ServerUnreachable(
            f"Hyper-V failed to connect to the Replica server '{name}' on port {terms.recovery_port}."
            " Error: A connection with the server could not be established (0x00002EFD).",
            hresult=_NO_CONNECTION,
        )
    if kerberos:
        domain = host.operating_system.domain
        if domain is None or domain != caller.domain:
            raise ServerUnreachable(
                f"Hyper-V failed to authenticate the Replica server '{name}' using Kerberos authentication."
                " Error: The connection with the server was terminated abnormally (0x00002EFE).",
                hresult=_TERMINATED,
            )
    elif host.certificates.find(settings.certificate_thumbprint) is None:
        raise ServerUnreachable(
            f"Hyper-V failed to authenticate the Replica server '{name}' using certificate-based"
            " authentication. Error: A certificate is required to complete client authentication"
            " (0x00002F0C).",
            hresult=_NO_CLIENT_CERTIFICATE,
        )
    entry = _entry_for(settings.entries, caller.name)
    if entry is None:
        raise AccessDenied(
            f"The Replica server '{name}' does not allow replication from the primary server"
            f" '{caller.name}': there is no authorization entry for it (0x80070005).",
            code=32768,
        )
    return entry


def _entry_for(entries: tuple[AuthorizationEntry, ...], server: str) -> AuthorizationEntry | None:
    """The entry of a server: its own, then that of the longest domain, then the one for everybody."""
    wanted = server.casefold()
    fitting = [each for each in entries if _fits(each.server.casefold(), wanted)]
    return max(fitting, key=lambda each: (not each.server.startswith("*"), len(each.server)), default=None)


def _fits(pattern: str, server: str) -> bool:
    if not pattern.startswith("*"):
        return pattern in (server, server.partition(".")[0])
    return server.endswith(pattern[1:])


# -- making a replica -------------------------------------------------------------------------


def accept(host: "Host", offer: Offer) -> str:
    """Make the replica of a machine, or take the one that is there already: the full name of this server.

    Raises ServerUnreachable, AccessDenied, AlreadyExists, InvalidState, NotSupported, Incompatible and what
    the file system refuses.
    """
    entry = expect(host, offer.caller, offer.terms)
    if offer.terms.interval not in host.release.replication_intervals:
        raise NotSupported(
            f"The Replica server '{host.name}' does not support a replication frequency of"
            f" {offer.terms.interval} seconds."
        )
    machine = offer.definition.machine
    vm = host.virtual_machines.get(machine.id)
    if vm is None:
        vm = _make(host, offer, entry)
    elif vm.relationships:
        waiting = vm.relationships[0]
        if waiting.is_source or waiting.state is not _State.WAITING or waiting.terms.primary_host:
            raise AlreadyExists(f"The virtual machine '{vm.name}' is replicated already.")
        unregister(waiting)
    else:
        vm.require(VirtualMachineState.OFF)
    full_name = host.operating_system.fully_qualified_name
    relationship = ReplicationRelationship(vm, offer.index, offer.terms, is_source=False)
    relationship.entry = entry
    relationship.change_terms(primary_host=offer.caller.name, recovery_host=full_name)
    register(relationship)
    write_replication_event(events.REPLICA_CREATED, vm, offer.caller.name)
    return full_name


def _make(host: "Host", offer: Offer, entry: AuthorizationEntry) -> "VirtualMachine":
    root = f"{entry.storage.rstrip(chr(92))}\\{_FOLDER}"
    definition: MachineDefinition = offer.definition.machine
    planned = plan(host, offer.definition, root, definition.id)
    for drive in planned.drives:
        drive.path = None
    for adapter in planned.network_adapters:
        adapter.switch = None
    planned.memory_size, planned.guest_moment, planned.parent_id = 0, None, None
    reasons = [each for each in incompatibilities(planned) if each.message_id not in _NO_MATTER]
    if reasons:
        raise Incompatible(planned, host.name, reasons)
    host.planned_machines.add(planned)
    try:
        return make_real(planned)
    except HostError:
        host.planned_machines.drop(planned)
        raise


_NO_MATTER = (MISSING_DISK, MISSING_SWITCH)


def register(relationship: ReplicationRelationship) -> None:
    """A relationship begins."""
    vm = relationship.vm
    vm.host.replication.relationships[relationship.key] = relationship
    vm.relationships = (*vm.relationships, relationship)
    relationship.is_registered = True
    vm.host.next_revision()
    vm.host.observe("created", relationship)
    vm.touch()


def unregister(relationship: ReplicationRelationship) -> None:
    """A relationship ends on this host; the other one is not told."""
    vm = relationship.vm
    relationship.stop_cycles()
    relationship.unschedule()
    end_tracking(relationship)
    vm.host.replication.relationships.pop(relationship.key, None)
    vm.relationships = tuple(each for each in vm.relationships if each is not relationship)
    vm.host.next_revision()
    vm.host.observe("deleted", relationship)
    vm.touch()


# -- receiving --------------------------------------------------------------------------------


def receiver(host: "Host", key: tuple[str, int], caller: Caller) -> ReplicationRelationship:
    """The replica end of a relationship with a server that is still let in. Raises ServerUnreachable,
    AccessDenied, NotFound, InvalidState."""
    host.role.require()
    relationship = host.replication.relationships.get(key)
    if relationship is None or relationship.is_source:
        raise NotFound(
            f"The Replica server '{host.name}' has no replica of the virtual machine {key[0]} (0x80070490)."
        )
    entry = expect(host, caller, relationship.terms)
    trusted = relationship.entry
    if trusted is not None and entry.trust_group.casefold() != trusted.trust_group.casefold():
        raise AccessDenied(
            f"The primary server '{caller.name}' does not belong to the trust group of the replica.",
            code=32768,
        )
    return relationship


def receive_images(
    host: "Host", key: tuple[str, int], caller: Caller, images: list[DiskImage], moment: datetime
) -> None:
    """Take whole disks: the initial replication or a resynchronization."""
    receive_images_here(receiver(host, key, caller), images, moment)


def receive_images_here(
    relationship: ReplicationRelationship, images: list[DiskImage], moment: datetime
) -> None:
    """Put whole disks into a replica. Raises InvalidState, PathExists, DiskFull, NotFound."""
    vm, host = relationship.vm, relationship.host
    if relationship.state not in _TAKES_IMAGES:
        raise InvalidState("The replica virtual machine is not in a state to receive a replication.")
    vm.require(VirtualMachineState.OFF)
    entry = relationship.entry
    storage = host.settings.virtual_hard_disk_path if entry is None else entry.storage
    place_images(vm, f"{storage.rstrip(chr(92))}\\{_FOLDER}\\Virtual hard disks\\{vm.id}", images)
    relationship.last_time = relationship.last_apply_time = relationship.last_point = moment
    relationship.last_type = ReplicationType.REGULAR
    relationship.problem = None
    relationship.enter(_State.REPLICATING)
    write_replication_event(events.INITIAL_RECEIVED, vm)


_TAKES_IMAGES = (_State.WAITING, _State.REPLICATING, _State.SUSPENDED, _State.CRITICAL)


def receive_cycles(host: "Host", key: tuple[str, int], caller: Caller, cycles: list[Cycle]) -> None:
    """Apply cycles in their order and keep recovery points. Raises what ``receiver`` and the file system
    raise; the cycles before the one that failed are applied then."""
    relationship = receiver(host, key, caller)
    vm = relationship.vm
    if relationship.state is not _State.REPLICATING:
        raise InvalidState(
            f"The replica virtual machine '{vm.name}' is not in a valid replication state to receive changes."
        )
    for cycle in cycles:
        apply_cycle(vm, cycle)
        relationship.last_time = cycle.moment
        relationship.last_apply_time = host.clock.now()
        relationship.last_type = cycle.type
        if cycle.type is ReplicationType.APPLICATION_CONSISTENT:
            relationship.last_consistent_time = cycle.moment
        relationship.statistics.successes += 1
        _keep_point(relationship, cycle)
    relationship.touch()


def is_ready(host: "Host", key: tuple[str, int], caller: Caller) -> bool:
    """Whether the replica has its initial replication."""
    return receiver(host, key, caller).state is _State.REPLICATING


# -- recovery points --------------------------------------------------------------------------

_POINT_TYPES = {
    ReplicationType.REGULAR: "Standard Replica",
    ReplicationType.APPLICATION_CONSISTENT: "Application-consistent Replica",
    ReplicationType.PLANNED: "Planned Failover Replica",
}


def recovery_points(vm: "VirtualMachine") -> list[Checkpoint]:
    """The recovery points of a replica, the oldest first."""
    return [each for each in vm.checkpoints if each.replication_type is not ReplicationType.NONE]


def make_point(vm: "VirtualMachine", kind: ReplicationType, moment: datetime) -> Checkpoint:
    """Keep the present state of a replica's disks as a recovery point. Raises DiskFull."""
    local = moment + vm.host.operating_system.utc_offset()
    time = f"{local.hour % 12 or 12}:{local:%M}:{local:%S} {'AM' if local.hour < 12 else 'PM'}"
    suffix = f" - {_POINT_TYPES[kind]} - ({local.month}/{local.day}/{local.year} - {time})"
    name = vm.name[: MAXIMUM_NAME - len(suffix)] + suffix
    point = prepared(vm, name, production=False)
    point.replication_type = int(kind)
    point.created = moment
    commit(vm, point)
    return point


def drop_points(vm: "VirtualMachine", points: list[Checkpoint]) -> None:
    """Forget recovery points; their files are merged on the clock."""
    if points:
        drop(vm, points)
        collect(vm)


def _keep_point(relationship: ReplicationRelationship, cycle: Cycle) -> None:
    """One an hour, and each application-consistent one; the oldest go."""
    vm, history = relationship.vm, relationship.terms.recovery_history
    if not history:
        return
    before = relationship.last_point
    consistent = cycle.type is ReplicationType.APPLICATION_CONSISTENT
    if not consistent and before is not None and cycle.moment - before < _HOUR:
        return
    relationship.last_point = cycle.moment
    make_point(vm, ReplicationType(min(cycle.type, ReplicationType.APPLICATION_CONSISTENT)), cycle.moment)
    drop_points(vm, recovery_points(vm)[:-history])
