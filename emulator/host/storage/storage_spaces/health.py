"""Physical disks that fail, and what becomes of the pools and virtual disks that lie on them.

A virtual disk lives as long as no more of its disks have failed than its layout allows; then it is detached
until enough of them are back. A pool of which the greater part has failed can only be read (documented:
"Storage Spaces health and operational states").
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.host.storage.storage_spaces.pool import StoragePool
    from emulator.host.storage.storage_spaces.space import StorageSpace


class DiskFailure(Enum):
    """What is wrong with a physical disk. Of one that only says that it will fail everything can be read."""

    PREDICTED = "predictive failure"
    LOST = "lost communication"
    MEDIA = "failed media"

    @property
    def loses_data(self) -> bool:
        """Nothing on the disk can be read while it lasts."""
        return self is not DiskFailure.PREDICTED


class Health(IntEnum):
    """HealthStatus of storage objects."""

    HEALTHY = 0
    WARNING = 1
    UNHEALTHY = 2
    UNKNOWN = 5


class Condition(IntEnum):
    """OperationalStatus of physical disks, pools and virtual disks."""

    OK = 2
    DEGRADED = 3
    PREDICTIVE_FAILURE = 5
    LOST_COMMUNICATION = 13
    MAJORITY_DISKS_UNHEALTHY = 0xD000
    DETACHED = 0xD002
    INCOMPLETE = 0xD003
    FAILED_MEDIA = 0xD004


class AwayReason(IntEnum):
    """MSFT_StoragePool.ReadOnlyReason and MSFT_VirtualDisk.DetachedReason."""

    NONE = 1
    BY_POLICY = 2
    MAJORITY_DISKS_UNHEALTHY = 3
    INCOMPLETE = 4


State = tuple[Health, Condition]
_FINE: State = (Health.HEALTHY, Condition.OK)
_DISK_STATES: dict[DiskFailure, State] = {
    DiskFailure.PREDICTED: (Health.WARNING, Condition.PREDICTIVE_FAILURE),
    DiskFailure.LOST: (Health.WARNING, Condition.LOST_COMMUNICATION),
    DiskFailure.MEDIA: (Health.UNHEALTHY, Condition.FAILED_MEDIA),
}


def disk_state(failure: DiskFailure | None) -> State:
    """Health and condition of a physical disk."""
    return _FINE if failure is None else _DISK_STATES[failure]


def pool_state(pool: StoragePool) -> State:
    """Health and condition of a pool."""
    if pool.has_lost_majority:
        return Health.UNHEALTHY, Condition.MAJORITY_DISKS_UNHEALTHY
    return (Health.WARNING, Condition.DEGRADED) if pool.failed else _FINE


def space_state(space: StorageSpace) -> State:
    """Health and condition of a virtual disk: incomplete while a disk is away whose data is still good,
    degraded when data of a disk is gone."""
    if space.number is None:
        return Health.UNKNOWN, Condition.DETACHED
    failures = space.pool.host.storage_pools.failures
    found = {failures[number] for number in space.failed_disks}
    if DiskFailure.MEDIA in found:
        return Health.WARNING, Condition.DEGRADED
    return (Health.WARNING, Condition.INCOMPLETE) if found else _FINE


def read_only_reason(pool: StoragePool) -> AwayReason:
    """Why a pool cannot be changed."""
    if pool.has_lost_majority:
        return AwayReason.MAJORITY_DISKS_UNHEALTHY
    return AwayReason.BY_POLICY if pool.is_read_only else AwayReason.NONE


def detached_reason(space: StorageSpace) -> AwayReason:
    """Why a virtual disk is no disk of the host."""
    if space.number is not None:
        return AwayReason.NONE
    if not space.is_lost:
        return AwayReason.BY_POLICY
    if space.pool.has_lost_majority:
        return AwayReason.MAJORITY_DISKS_UNHEALTHY
    return AwayReason.INCOMPLETE
