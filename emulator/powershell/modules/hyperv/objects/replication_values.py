"""How the Hyper-V module names what a machine is in Hyper-V Replica. Its numbers are not those of WMI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.replication.replication_relationship import ReplicationState, mode_of
from emulator.powershell.modules.hyperv.catalog import enum_value

if TYPE_CHECKING:
    from emulator.host import Checkpoint, VirtualMachine
    from emulator.host.replication.replication_relationship import ReplicationRelationship
    from emulator.powershell.dotnet.enums import EnumValue

_IN_PROGRESS, _WAITING = 2, 3
_RECOVERY = 1
#: ReplicationType -> SnapshotType: Standard, Replica, AppConsistentReplica, SyncedReplica.
_SNAPSHOT_TYPES = (0, 6, 7, 8)


def state_number(relationship: ReplicationRelationship) -> int:
    """VMReplicationState: the primary of an initial replication sends, its replica waits."""
    state = relationship.state
    if state is ReplicationState.WAITING:
        return _IN_PROGRESS if relationship.is_source else _WAITING
    return int(state) + (state > ReplicationState.WAITING)


def state(vm: VirtualMachine) -> EnumValue:
    """That of the first replication."""
    return enum_value("VMReplicationState", state_number(vm.relationships[0]) if vm.relationships else 0)


def health(vm: VirtualMachine) -> EnumValue:
    """That of the first replication."""
    return enum_value("VMReplicationHealthState", vm.relationships[0].health if vm.relationships else 0)


def mode(vm: VirtualMachine) -> EnumValue:
    """Primary, replica, test replica ..."""
    return enum_value("VMReplicationMode", mode_of(vm))


def snapshot_type(checkpoint: Checkpoint) -> EnumValue:
    """A checkpoint, a snapshot for a backup, or a recovery point of a replica."""
    number = _RECOVERY if checkpoint.is_recovery else _SNAPSHOT_TYPES[checkpoint.replication_type]
    return enum_value("SnapshotType", number)
