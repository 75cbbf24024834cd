"""What a host does when virtual machines are moved to it: says what it has against one, plans it, takes it.

All of it is called under the lock of the destination, with what the source sent: a definition that never
changes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.host.errors import HostError, InvalidState, NotFound
from emulator.host.migration.incompatibility import (
    MISSING_DISK,
    Incompatibility,
    Incompatible,
    incompatibilities,
)
from emulator.host.migration.machine_import import make_real, plan
from emulator.host.migration.machine_removal import forget_machine
from emulator.host.migration.migration_settings import MigrationAuthentication
from emulator.host.resources.resource_kinds import PROCESSOR
from emulator.host.storage import disk_transfer
from emulator.host.virtual_machine.life_cycle import start_worker
from emulator.host.virtual_machine.machine_definition import Definition
from emulator.host.virtual_machine.planned_machine import PlannedMachine
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from datetime import timedelta

    from emulator.host.host import Host
    from emulator.host.migration.migration import Move
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_State = VirtualMachineState
PROCESSOR_FEATURES = 24004
_SILENT = (
    "A connection attempt failed because the connected party did not properly respond after a period of time,"
    " or established connection failed because connected host has failed to respond. (0x8007274C)."
)
_REFUSED = "No connection could be made because the target machine actively refused it. (0x8007274D)."


@dataclass(frozen=True, slots=True)
class Cargo:
    """What travels: the definition with its disks, and how the machine ran. ``definition`` names the disks
    where they will be."""

    source: str
    definition: Definition
    copies: tuple[disk_transfer.DiskCopy, ...]
    move: "Move"
    state: VirtualMachineState
    on_for: "timedelta"
    processor: tuple[str, int, int]


def no_connection(destination: str, reason: str) -> str:
    """The text of a connection that fails."""
    return (
        "The Virtual Machine Management Service failed to establish a connection for a Virtual Machine"
        f" migration with host '{destination}': {reason}"
    )


def expect(other: "Host", authentication: MigrationAuthentication, source: "Host") -> None:
    """Whether the destination answers. Raises HostError."""
    if not other.power.answers:
        raise HostError(no_connection(other.name, _SILENT), hresult=0x8007274C)
    other.role.require()
    if not other.migration.listener_addresses:
        raise HostError(no_connection(other.name, _REFUSED), hresult=0x8007274D)
    if other.migration.authentication is not authentication:
        reason = "The authentication types of the two computers differ. (0x80090302)."
        raise HostError(no_connection(other.name, reason), hresult=0x80090302)
    here, there = source.operating_system.domain, other.operating_system.domain
    if authentication is MigrationAuthentication.KERBEROS and (here is None or here != there):
        reason = "No credentials are available in the security package (0x8009030E)."
        raise HostError(no_connection(other.name, reason), hresult=0x8009030E)


def _planned(other: "Host", cargo: Cargo) -> PlannedMachine:
    root = other.filesystem.normalize(cargo.definition.root).rstrip("\\")
    planned = plan(other, cargo.definition._replace(root=root), root, cargo.definition.machine.id)
    planned.checkpoints_to_come = list(cargo.definition.checkpoints)
    planned.snapshot_path = cargo.move.snapshot_root or root
    planned.smart_paging_path = cargo.move.paging_root or root
    if cargo.move.processor_pool is not None:
        planned.processor.pool_name = other.resource_pools.check_choice(PROCESSOR, cargo.move.processor_pool)
    return planned


def stage(other: "Host", cargo: Cargo) -> PlannedMachine:
    """Plan the machine on its future host, where it can be changed before it comes. Raises QuotaExceeded,
    InvalidState."""
    planned = _planned(other, cargo)
    other.planned_machines.add(planned)
    return planned


def planned_for(other: "Host", cargo: Cargo) -> PlannedMachine:
    """The planned machine that a move names, or one for this move alone. Raises NotFound, InvalidState."""
    identifier = cargo.move.planned_id
    if identifier is None:
        return _planned(other, cargo)
    staged = other.planned_machines.get(identifier)
    if staged is None or staged.id != cargo.definition.machine.id:
        raise NotFound(f"The planned virtual machine {identifier} was not found on '{other.name}'.")
    if staged.job is not None:
        raise InvalidState("The planned virtual machine is being realized.")
    return staged


def objections(other: "Host", cargo: Cargo, planned: PlannedMachine) -> list[Incompatibility]:
    """What keeps a planned machine from this host, but for disks that come along."""
    arriving = {path.lower() for copy in cargo.copies for path in (copy.path, copy.source)}
    found = [
        reason
        for reason in incompatibilities(planned)
        if reason.message_id != MISSING_DISK
        or (getattr(reason.source, "path", None) or "").lower() not in arriving
    ]
    if cargo.state is not _State.OFF and not _runs_on(other, cargo):
        text = (
            "The virtual machine is using processor-specific features not supported on physical computer"
            f" '{other.name}'. To allow for migration of this virtual machine to physical computers with"
            " different processors, modify the virtual machine settings to limit the processor features used"
            " by the virtual machine."
        )
        found.append(Incompatibility(PROCESSOR_FEATURES, text, planned))
    return found


def _runs_on(other: "Host", cargo: Cargo) -> bool:
    processor = other.hardware.processor
    here = (processor.vendor, processor.family, processor.model_number)
    if cargo.definition.machine.processor.limit_features_for_migration:
        return here[0] == cargo.processor[0]
    return here == cargo.processor


def check_arrival(other: "Host", cargo: Cargo) -> PlannedMachine:
    """The planned machine of a move that fits. Raises Incompatible and what `planned_for` raises; DiskFull,
    PathExists, OutOfMemory."""
    planned = planned_for(other, cargo)
    reasons = objections(other, cargo, planned)
    if reasons:
        raise Incompatible(planned, other.name, reasons)
    disk_transfer.require_room(other, cargo.copies)
    if cargo.state.holds_memory:
        other.memory.require(planned.id, planned.memory.startup)
    return planned


def arrive(other: "Host", cargo: Cargo) -> "VirtualMachine":
    """Make the machine on its new host, in the state in which it left; all or nothing."""
    planned = check_arrival(other, cargo)
    runs = cargo.state.holds_memory
    made = disk_transfer.place(other, cargo.copies)
    undo: list[Callable[[], None]] = []
    try:
        if planned.is_registered:
            undo.append(_bring_up_to_date(planned, cargo))
        else:
            other.planned_machines.add(planned)
            undo.append(lambda: other.planned_machines.drop(planned) if not planned.deleted else None)
        if runs:
            # Its memory is running memory, not a saved state.
            moment, planned.memory_size = planned.guest_moment, 0
        vm = make_real(planned)
        if runs:
            # Both hosts are logged in at the fabric for a while: each with a set of names of its own.
            for adapter in vm.fibre_channel_adapters:
                adapter.uses_set_b = not adapter.uses_set_b
        undo.append(lambda: forget_machine(vm, disks=False))
        if runs:
            start_worker(vm)
            vm.guest.restore(moment)
            vm.state, vm.on_since = cargo.state, other.clock.now() - cargo.on_for
            if cargo.state is _State.RUNNING:
                vm.guest.thaw()
    except HostError:
        for step in reversed(undo):
            step()
        for disk in reversed(made):
            other.virtual_disks.remove(disk)
        raise
    vm.touch()
    return vm


def _bring_up_to_date(planned: PlannedMachine, cargo: Cargo) -> Callable[[], None]:
    """Let a machine that was staged earlier know what the other one has become since: its memory, its guest,
    its checkpoints, and where its disks are now. Settings that were changed here stay. Returns what puts its
    disks back."""
    fresh = _planned(planned.host, cargo)
    planned.memory_size, planned.guest_moment = fresh.memory_size, fresh.guest_moment
    planned.system, planned.parent_id = fresh.system, fresh.parent_id
    planned.checkpoints_to_come = fresh.checkpoints_to_come
    before = [(drive, drive.path) for drive in planned.hard_disk_drives]
    disk_transfer.redirect(planned, disk_transfer.moved_paths(cargo.copies))

    def back() -> None:
        for drive, path in before:
            drive.path = path

    return back
