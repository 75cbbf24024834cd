"""One end of a replication between two hosts: its terms, how far it is, and what it counted.

A machine has at most two: the first with its primary or replica server, the second, of a replica, with the
server of its extended replica. States and numbers are those of Msvm_ReplicationRelationship; what each state
means follows Microsoft's "Interpreting Replication Health".
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

from emulator.host.errors import InvalidState
from emulator.host.host_object import HostObject
from emulator.host.replication.replication_settings import ReplicationAuthentication
from emulator.host.storage.change_tracking import ChangeTracker, Place

if TYPE_CHECKING:
    from emulator.host.checkpoints.checkpoint import Checkpoint
    from emulator.host.clock import Timer
    from emulator.host.errors import HostError
    from emulator.host.job import Job
    from emulator.host.replication.replication_settings import AuthorizationEntry
    from emulator.host.replication.replication_transfer import Cycle
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

#: GUID of Hyper-V's own replication provider (general knowledge).
PROVIDER_ID = "22391CDC-272C-4DDF-BA88-9BEFB1A0975C"
_HOUR = timedelta(hours=1)
_SOME_MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)


class ReplicationState(IntEnum):
    """ReplicationState of Msvm_ComputerSystem and Msvm_ReplicationRelationship."""

    DISABLED = 0
    READY = 1
    WAITING = 2
    REPLICATING = 3
    SYNCHRONIZED = 4
    RECOVERED = 5
    COMMITTED = 6
    SUSPENDED = 7
    CRITICAL = 8
    WAITING_FOR_RESYNCHRONIZATION = 9
    RESYNCHRONIZING = 10
    RESYNCHRONIZATION_SUSPENDED = 11
    FAILOVER = 12
    FAILBACK = 13
    FAILBACK_COMPLETE = 14


class ReplicationHealth(IntEnum):
    """ReplicationHealth."""

    NOT_APPLICABLE = 0
    OK = 1
    WARNING = 2
    CRITICAL = 3


class ReplicationMode(IntEnum):
    """Msvm_ComputerSystem.ReplicationMode."""

    NONE = 0
    PRIMARY = 1
    REPLICA = 2
    TEST_REPLICA = 3
    EXTENDED_REPLICA = 4


class ReplicationType(IntEnum):
    """LastReplicationType and FailedOverReplicationType."""

    NONE = 0
    REGULAR = 1
    APPLICATION_CONSISTENT = 2
    PLANNED = 3


class InitialReplication(IntEnum):
    """InitialReplicationType of StartReplication."""

    NETWORK = 1
    EXPORT = 2
    SEEDED = 3


@dataclass(frozen=True, slots=True)
class ReplicationTerms:
    """Msvm_ReplicationSettingData. Intervals: ``interval`` in seconds, ``consistent_interval`` in hours (0:
    none); ``resynchronize_from`` and ``until`` are times of the day on the host. ``disks`` are the places of
    the drives that are replicated."""

    recovery_connection_point: str
    recovery_port: int
    authentication: ReplicationAuthentication = ReplicationAuthentication.KERBEROS
    certificate_thumbprint: str = ""
    compression: bool = True
    bypass_proxy: bool = False
    host_only_pairs: bool = True
    consistent_interval: int = 0
    recovery_history: int = 0
    interval: int = 300
    auto_resynchronize: bool = False
    resynchronize_from: timedelta = timedelta(hours=18, minutes=30)
    resynchronize_until: timedelta = timedelta(hours=6)
    disks: tuple[Place, ...] = ()
    primary_connection_point: str = ""
    primary_host: str = ""
    recovery_host: str = ""


@dataclass(slots=True)
class ReplicationStatistics:
    """Msvm_ReplicationStatistics of one monitoring interval. Sizes in bytes, latencies in seconds."""

    since: datetime
    successes: int = 0
    failures: int = 0
    network_failures: int = 0
    misses: int = 0
    consistent_failures: int = 0
    total_size: int = 0
    greatest_size: int = 0
    total_latency: float = 0.0
    greatest_latency: float = 0.0

    @property
    def average_size(self) -> int:
        """Bytes of a cycle."""
        return self.total_size // self.successes if self.successes else 0

    @property
    def average_latency(self) -> int:
        """Seconds of a cycle."""
        return round(self.total_latency / self.successes) if self.successes else 0

    @property
    def cycles(self) -> int:
        """Cycles that were due."""
        return self.successes + self.misses


class HealthIssue(IntEnum):
    """Why the health is not OK. 33414 was observed; the other numbers are chosen."""

    INITIAL_REPLICATION_PENDING = 33400
    SUSPENDED = 33402
    FAILED_OVER = 33404
    MISSED_CYCLES = 33410
    LAST_REPLICATION_OLD = 33414
    CRITICAL = 33420
    RESYNCHRONIZATION_REQUIRED = 33422


_ISSUES: dict[HealthIssue, tuple[ReplicationHealth, str]] = {
    HealthIssue.INITIAL_REPLICATION_PENDING: (
        ReplicationHealth.WARNING,
        "Initial replication of virtual machine '{name}' has not been completed.",
    ),
    HealthIssue.SUSPENDED: (
        ReplicationHealth.WARNING,
        "Replication for virtual machine '{name}' is suspended. Resume replication.",
    ),
    HealthIssue.FAILED_OVER: (
        ReplicationHealth.WARNING,
        "The virtual machine '{name}' has failed over. Reverse the replication or remove it.",
    ),
    HealthIssue.MISSED_CYCLES: (
        ReplicationHealth.WARNING,
        "More than 20 percent of the replication cycles of virtual machine '{name}' have been missed.",
    ),
    HealthIssue.LAST_REPLICATION_OLD: (
        ReplicationHealth.WARNING,
        "The last replication of virtual machine '{name}' was more than one hour ago.",
    ),
    HealthIssue.CRITICAL: (
        ReplicationHealth.CRITICAL,
        "Replication for virtual machine '{name}' was suspended because of a failure: {reason}",
    ),
    HealthIssue.RESYNCHRONIZATION_REQUIRED: (
        ReplicationHealth.CRITICAL,
        "Resynchronization is required for the virtual machine '{name}'. Resume replication to start"
        " resynchronization.",
    ),
}
_State = ReplicationState


class ReplicationRelationship(HostObject):
    """``is_source``: this end sends. ``index`` is 0, or 1 for the extended replication.

    A source has a tracker for each replicated drive; ``pending`` are the cycles that still have to be sent. A
    replica's ``entry`` is what let its primary server in.
    """

    is_registered = False

    def __init__(self, vm: "VirtualMachine", index: int, terms: ReplicationTerms, *, is_source: bool) -> None:
        super().__init__(vm.host)
        self.vm = vm
        self.index = index
        self.terms = terms
        self.is_source = is_source
        self.state = _State.READY if is_source else _State.WAITING
        self.entry: AuthorizationEntry | None = None
        self.failed_over = ReplicationType.NONE
        self.last_type = ReplicationType.NONE
        self.last_time: datetime | None = None
        self.last_consistent_time: datetime | None = None
        self.last_apply_time: datetime | None = None
        self.last_test_time: datetime | None = None
        #: The application-consistent cycle before; on a replica the recovery point before.
        self.last_point: datetime | None = None
        self._statistics = ReplicationStatistics(vm.host.clock.now())
        self.trackers: dict[Place, ChangeTracker] = {}
        self.pending: list[Cycle] = []
        self.is_sending = False
        #: The initial replication was written to a folder, and the replica server has not imported it yet.
        self.is_exported = False
        self.failures = 0
        self.problem: HostError | None = None
        self.cycle_timer: Timer | None = None
        self.scheduled: Timer | None = None
        self.job: Job | None = None
        #: The state before a failover, and the recovery point that was made for a test failover.
        self.latest_point: Checkpoint | None = None
        self.test_point: Checkpoint | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Machine and index."""
        return self.vm.id, self.index

    @property
    def is_live(self) -> bool:
        """It was not removed since."""
        return self.host.replication.relationships.get(self.key) is self

    @property
    def is_waiting_for_import(self) -> bool:
        """The initial replication is on its way by other means."""
        return self.is_live and self.is_exported

    @property
    def partner(self) -> str:
        """Where the other end is."""
        return self.terms.recovery_connection_point if self.is_source else self.terms.primary_host

    @property
    def mode(self) -> ReplicationMode:
        """What the machine is in this relationship."""
        if self.is_source:
            return ReplicationMode.PRIMARY
        return ReplicationMode.EXTENDED_REPLICA if self.index else ReplicationMode.REPLICA

    def stop_cycles(self) -> None:
        """No cycle comes until one is planned."""
        if self.cycle_timer is not None:
            self.cycle_timer.cancel()
            self.cycle_timer = None

    def unschedule(self) -> None:
        """What was to start at a time does not."""
        if self.scheduled is not None:
            self.scheduled.cancel()
            self.scheduled = None

    def enter(self, state: ReplicationState) -> None:
        """Be in another state."""
        self.state = state
        self.touch()

    def touch(self) -> None:
        super().touch()
        self.vm.touch()

    def change_terms(self, **changes: object) -> None:
        """Other terms."""
        self.terms = replace(self.terms, **changes)  # type: ignore[arg-type]  # checked by replace
        self.touch()

    @property
    def statistics(self) -> ReplicationStatistics:
        """What was counted in the present monitoring interval; a new one begins from zero."""
        settings, now = self.host.replication, self.host.clock.now()
        first = _SOME_MIDNIGHT + settings.monitoring_start
        begin = first + (now - first) // settings.monitoring_interval * settings.monitoring_interval
        if self._statistics.since < begin:
            self._statistics = ReplicationStatistics(begin)
        return self._statistics

    def reset_statistics(self) -> None:
        """Count from zero."""
        self._statistics = ReplicationStatistics(self.host.clock.now())
        self.touch()

    @property
    def pending_size(self) -> int:
        """Bytes that are written and not replicated yet."""
        waiting = sum(cycle.size for cycle in self.pending)
        return waiting + sum(len(tracker.changed) for tracker in self.trackers.values())

    def issues(self) -> list[tuple[HealthIssue, str]]:
        """What is wrong, as numbers and texts. Volatile: it follows the clock."""
        found = self._state_issues()
        counted = self.statistics
        if counted.cycles and counted.misses * 5 > counted.cycles:
            found.append(HealthIssue.MISSED_CYCLES)
        old = self.last_time is not None and self.host.clock.now() - self.last_time > _HOUR
        if old and self.state is _State.REPLICATING:
            found.append(HealthIssue.LAST_REPLICATION_OLD)
        reason = "" if self.problem is None else self.problem.text
        return [(issue, _ISSUES[issue][1].format(name=self.vm.name, reason=reason)) for issue in found]

    def _state_issues(self) -> list[HealthIssue]:
        issue = _STATE_ISSUES.get(self.state)
        if issue is HealthIssue.INITIAL_REPLICATION_PENDING and self.problem is not None:
            issue = HealthIssue.CRITICAL
        return [] if issue is None else [issue]

    @property
    def health(self) -> ReplicationHealth:
        """The worst of the issues. Volatile."""
        return max((_ISSUES[issue][0] for issue, _ in self.issues()), default=ReplicationHealth.OK)


_STATE_ISSUES = {
    _State.READY: HealthIssue.INITIAL_REPLICATION_PENDING,
    _State.WAITING: HealthIssue.INITIAL_REPLICATION_PENDING,
    _State.SUSPENDED: HealthIssue.SUSPENDED,
    _State.RECOVERED: HealthIssue.FAILED_OVER,
    _State.COMMITTED: HealthIssue.FAILED_OVER,
    _State.CRITICAL: HealthIssue.CRITICAL,
    _State.WAITING_FOR_RESYNCHRONIZATION: HealthIssue.RESYNCHRONIZATION_REQUIRED,
    _State.RESYNCHRONIZATION_SUSPENDED: HealthIssue.RESYNCHRONIZATION_REQUIRED,
}


def mode_of(vm: "VirtualMachine") -> ReplicationMode:
    """What a machine is in the replication."""
    if vm.test_replica_of is not None:
        return ReplicationMode.TEST_REPLICA
    return vm.relationships[0].mode if vm.relationships else ReplicationMode.NONE


def require_startable(vm: "VirtualMachine") -> None:
    """A replica must not run while it receives changes, nor a primary that was prepared for a failover.
    Raises InvalidState."""
    for each in vm.relationships:
        if each.is_source and each.state is _State.SYNCHRONIZED:
            raise InvalidState(
                f"The virtual machine '{vm.name}' cannot be started: it was prepared for a planned failover."
                f" (Virtual machine ID {vm.id})"
            )
        if not each.is_source and each.state not in _MAY_RUN:
            raise InvalidState(
                f"The virtual machine '{vm.name}' cannot be started: it is a replica that was not failed"
                f" over. (Virtual machine ID {vm.id})"
            )


_MAY_RUN = (_State.RECOVERED, _State.COMMITTED, _State.FAILBACK_COMPLETE)
