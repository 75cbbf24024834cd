"""Host: one fake Windows machine with Hyper-V. Every door works on this object and on nothing else."""

import logging
import threading
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Literal

from emulator.host.accounts import Accounts
from emulator.host.authorization import Authorization
from emulator.host.boot_events import kernel_started, windows_started
from emulator.host.certificates import Certificates
from emulator.host.checkpoints import Checkpoints
from emulator.host.clock import NEVER, Clock
from emulator.host.environment_variables import EnvironmentVariables
from emulator.host.event_log import EventLog, EventLogEntry
from emulator.host.filesystem import Filesystem
from emulator.host.gaps import Gaps
from emulator.host.hardware import Hardware
from emulator.host.host_object import HostObject, Part
from emulator.host.host_settings import HostSettings
from emulator.host.hypervisor import Hypervisor
from emulator.host.inventory import seed_inventory
from emulator.host.job import Jobs
from emulator.host.memory_pool import MemoryPool
from emulator.host.migration_settings import MigrationSettings
from emulator.host.neighbourhood import Neighbourhood
from emulator.host.operating_system import OperatingSystem
from emulator.host.planned_machines import PlannedMachines
from emulator.host.power import Power
from emulator.host.processes import Process, Processes
from emulator.host.processor_pool import ProcessorPool
from emulator.host.program_start import ProgramStarter
from emulator.host.replication_settings import ReplicationSettings
from emulator.host.resource_pools import ResourcePools
from emulator.host.role import HyperVRole
from emulator.host.services import Services
from emulator.host.shares import Shares
from emulator.host.switch_ports import SwitchPorts
from emulator.host.virtual_disks import VirtualDisks
from emulator.host.virtual_machine_groups import VirtualMachineGroups
from emulator.host.virtual_machines import VirtualMachines
from emulator.host.virtual_switch import VirtualSwitches
from emulator.host.waiting import Waiter, Waiters
from emulator.host.winrm_configuration import WinrmConfiguration
from emulator.host.world_wide_names import WorldWideNames
from emulator.profile import Profile, Release

if TYPE_CHECKING:
    from emulator.host.adapter_options import AdapterOptions
    from emulator.host.adapter_teams import AdapterTeams, TeamInterface
    from emulator.host.backup_collections import BackupCollections
    from emulator.host.disk_partitions import DiskPartitions
    from emulator.host.expansion.host_expansion import HostExpansion
    from emulator.host.firewall import Firewall
    from emulator.host.ip_configuration import IpConfiguration
    from emulator.host.network_translation import NetworkTranslation
    from emulator.host.optical_images import OpticalImages
    from emulator.host.pass_through import PassThroughDisks
    from emulator.host.reference_points import ReferencePoints
    from emulator.host.registry import Registry
    from emulator.host.virtual_machine import VirtualMachine

Change = Literal["created", "modified", "deleted"]
Observed = HostObject | Part | Process | EventLogEntry
Observer = Callable[[Change, Observed], None]

_logger = logging.getLogger(__name__)


class _Wait(Enum):
    SATISFIED = 1
    TIMED_OUT = 2
    INTERRUPTED = 3


class _Look(AbstractContextManager[None]):
    """The host's lock as a context manager that settles on the way in and notifies on the way out."""

    __slots__ = ("_acquire", "_clock", "_host", "_release")

    def __init__(self, host: "Host") -> None:
        self._host = host
        self._clock = host.clock
        self._acquire = host.lock.acquire
        self._release = host.lock.release

    def __enter__(self) -> None:
        self._acquire()
        host = self._host
        host._depth += 1
        # Only the outermost look settles: an operation must not see time pass in its middle.
        if host._depth == 1 and self._clock.next_due != NEVER:
            try:
                if self._clock.read() >= self._clock.next_due:
                    host._notify = True
                    self._clock.settle()
            except BaseException:
                self.__exit__()
                raise

    def __exit__(self, *_: object) -> None:
        host = self._host
        try:
            if host._depth == 1:
                if host.revision != host._notified or host._notify:
                    if host.step_observers:
                        host._end_step()
                    host._tell_waiters()
                if self._clock.next_due < host._waiters.planned:
                    host._waiters.hurry()
        finally:
            host._depth -= 1
            errands: list[Callable[[], None]] = []
            if host._errands and host._depth == 0:
                errands, host._errands = host._errands, errands
            self._release()
        for errand in errands:
            host._run(errand)


class Host:
    """The machine of a profile.

    One re-entrant lock guards everything; it is held for an operation and never while somebody sleeps. Doors
    wrap what they read in ``with host.looking():``; operations of host objects take it themselves.
    """

    def __init__(
        self, profile: Profile, clock_mode: str | None = None, *, start: datetime | None = None
    ) -> None:
        """``clock_mode`` overrides the profile's; ``start`` is where a manual clock begins (default: now)."""
        self.profile = profile
        self.release: Release = profile.release
        self.lock = threading.RLock()
        self.clock = Clock(clock_mode or profile.clock, start)
        self.clock.on_advance = self._advance
        self.revision = 0
        #: Called at every change, in the middle of the step that makes it.
        self.observers: list[Observer] = []
        #: Called under the lock when a step in which something changed has ended: an operation, or one event
        #: of the clock. What they read is the state between two steps, never the middle of one.
        self.step_observers: list[Callable[[], None]] = []
        self.clock.on_event = self._end_step
        #: Runs the programs that nobody waits for; a door puts it there.
        self.programs: ProgramStarter | None = None
        self._registry: Registry | None = None
        self._adapter_options: AdapterOptions | None = None
        self._disk_partitions: DiskPartitions | None = None
        self._pass_through: PassThroughDisks | None = None
        self._optical_images: OpticalImages | None = None
        self._reference_points: ReferencePoints | None = None
        self._backup_collections: BackupCollections | None = None
        self._firewall: Firewall | None = None
        self._adapter_teams: AdapterTeams | None = None
        self._expansion: HostExpansion | None = None
        self._ip_configuration: IpConfiguration | None = None
        self._network_translation: NetworkTranslation | None = None
        self.closed = False
        self.reset_count = 0
        self._depth = 0
        self._notified = 0
        self._notify = False
        self._errands: list[Callable[[], None]] = []
        #: The other hosts that this one reaches.
        self.neighbourhood: Neighbourhood | None = None
        self._waiters = Waiters()
        self._look = _Look(self)
        with self.looking():
            self._construct()
            self._seed()

    @property
    def name(self) -> str:
        """NetBIOS name, upper case."""
        return self.operating_system.computer_name

    @property
    def first_name(self) -> str:
        """The name under which the machine was set up; what was derived from it stays when it is renamed."""
        return self.profile.operating_system.computer_name

    @property
    def registry(self) -> "Registry":
        """The registry; made when somebody first looks at it, since few clients do."""
        if self._registry is None:
            from emulator.host.registry import Registry

            self._registry = Registry(self)
        return self._registry

    @property
    def adapter_options(self) -> "AdapterOptions":
        """What was changed on the drivers of network adapters; made when somebody first looks."""
        if self._adapter_options is None:
            from emulator.host.adapter_options import AdapterOptions

            self._adapter_options = AdapterOptions(self)
        return self._adapter_options

    @property
    def disk_partitions(self) -> "DiskPartitions":
        """The partitions that administrators made; made when somebody first looks."""
        if self._disk_partitions is None:
            from emulator.host.disk_partitions import DiskPartitions

            self._disk_partitions = DiskPartitions(self)
        return self._disk_partitions

    @property
    def pass_through(self) -> "PassThroughDisks":
        """The physical disks that machines have; made when somebody first looks."""
        if self._pass_through is None:
            from emulator.host.pass_through import PassThroughDisks

            self._pass_through = PassThroughDisks(self)
        return self._pass_through

    @property
    def optical_images(self) -> "OpticalImages":
        """Attached images of discs; made when somebody first looks."""
        if self._optical_images is None:
            from emulator.host.optical_images import OpticalImages

            self._optical_images = OpticalImages(self)
        return self._optical_images

    @property
    def has_own_partitions(self) -> bool:
        """Whether anybody has looked at the partitions that administrators make."""
        return self._disk_partitions is not None

    @property
    def firewall(self) -> "Firewall":
        """The Windows firewall; made when somebody first looks."""
        if self._firewall is None:
            from emulator.host.firewall import Firewall

            self._firewall = Firewall(self)
        return self._firewall

    @property
    def adapter_teams(self) -> "AdapterTeams":
        """Teams of physical adapters; made when somebody first looks."""
        if self._adapter_teams is None:
            from emulator.host.adapter_teams import AdapterTeams

            self._adapter_teams = AdapterTeams(self)
        return self._adapter_teams

    @property
    def team_interfaces(self) -> "list[TeamInterface]":
        """The interfaces of all teams."""
        return [] if self._adapter_teams is None else self._adapter_teams.interfaces

    @property
    def expansion(self) -> "HostExpansion":
        """Special hardware; made when somebody first looks at it, since few hosts have any."""
        if self._expansion is None:
            from emulator.host.expansion.host_expansion import HostExpansion

            self._expansion = HostExpansion(self)
        return self._expansion

    @property
    def ip_configuration(self) -> "IpConfiguration":
        """What was changed on the network interfaces of Windows; made when somebody first looks."""
        if self._ip_configuration is None:
            from emulator.host.ip_configuration import IpConfiguration

            self._ip_configuration = IpConfiguration(self)
        return self._ip_configuration

    @property
    def network_translation(self) -> "NetworkTranslation":
        """The NATs of the host; made when somebody first looks."""
        if self._network_translation is None:
            from emulator.host.network_translation import NetworkTranslation

            self._network_translation = NetworkTranslation(self)
        return self._network_translation

    @property
    def reference_points(self) -> "ReferencePoints":
        """Moments from which backups track what changed; made when somebody first asks."""
        if self._reference_points is None:
            from emulator.host.reference_points import ReferencePoints

            self._reference_points = ReferencePoints(self)
        return self._reference_points

    @property
    def backup_collections(self) -> "BackupCollections":
        """Snapshots and reference points of groups; made when somebody first asks."""
        if self._backup_collections is None:
            from emulator.host.backup_collections import BackupCollections

            self._backup_collections = BackupCollections(self)
        return self._backup_collections

    def forget_backups(self, vm: "VirtualMachine") -> None:
        """A machine is not on the host any more."""
        if self._reference_points is not None:
            self._reference_points.forget(vm)

    # -- looking and changing -----------------------------------------------------------------

    def looking(self) -> AbstractContextManager[None]:
        """Take the lock and settle what is due. Re-entrant and cheap; wrap every read and operation in it."""
        return self._look

    def next_revision(self) -> int:
        """Move the host-wide counter; called by whoever changes something, with the lock held."""
        self.revision += 1
        return self.revision

    def observe(self, change: Change, thing: Observed) -> None:
        """Tell the observers. They are called under the lock and must be quick."""
        if self.observers:
            # An observer may leave while it is called.
            for observer in tuple(self.observers):
                observer(change, thing)

    def new_guid(self) -> str:
        """A new random GUID in upper case."""
        return str(uuid.uuid4()).upper()

    # -- waiting ------------------------------------------------------------------------------

    def wait_for(
        self,
        predicate: Callable[[], object],
        timeout: float | None = None,
        interrupted: Callable[[], bool] | None = None,
        *,
        skip_time: bool = True,
    ) -> bool:
        """Sleep until the predicate is true; false after ``timeout`` seconds of host time, or when
        ``interrupted`` says so, or when the host is reset or closed.

        Predicates run under the host's lock, often in another thread, whenever something changed or ``wake``
        was called: they must be quick and take no other lock. With the fast clock time jumps from event to
        event up to the deadline; ``skip_time=False`` lets it pass by itself instead, for waits on work
        outside the host (the output of a script, a new subscription event). Never call it inside
        ``looking``: RuntimeError.
        """
        return self._wait(predicate, timeout, interrupted, skip_time) is _Wait.SATISFIED

    def sleep(self, seconds: float, interrupted: Callable[[], bool] | None = None) -> bool:
        """Let host time pass (Start-Sleep). False when interrupted, or when the host is reset or closed."""
        return self._wait(lambda: False, seconds, interrupted, True) is _Wait.TIMED_OUT

    def wake(self) -> None:
        """Let every waiter look again: a flag that ``interrupted`` or a predicate reads was set."""
        with self.looking():
            self._notify = True

    def skip_to(self, moment: int) -> None:
        """With the fast clock, jump to a moment (microseconds since 1970). Otherwise nothing."""
        with self.looking():
            if self.clock.mode == "fast":
                self.clock.jump_to(moment)
                self._notify = True

    def _wait(
        self,
        predicate: Callable[[], object],
        timeout: float | None,
        interrupted: Callable[[], bool] | None,
        skip_time: bool,
    ) -> _Wait:
        clock = self.clock
        with self.looking():
            if self._depth > 1:
                raise RuntimeError("a wait inside looking() would hold the lock while asleep")
            started_at = self.reset_count
            deadline = NEVER if timeout is None else clock.after(timeout)
        skips = skip_time and clock.mode == "fast"
        waiter = Waiter(predicate, interrupted, deadline, keeps_time=clock.mode != "manual", skips=skips)
        try:
            while True:
                with self.looking():
                    if self.closed or self.reset_count != started_at:
                        return _Wait.INTERRUPTED
                    if predicate():
                        return _Wait.SATISFIED
                    if interrupted is not None and interrupted():
                        return _Wait.INTERRUPTED
                    now = clock.read()
                    if now >= deadline:
                        return _Wait.TIMED_OUT
                    target = min(deadline, clock.next_due)
                    if skips and target != NEVER:
                        clock.jump_to(target)
                        self._notify = True
                        continue
                    self._waiters.prepare(waiter, clock.next_due)
                    real_seconds = self._real_seconds(waiter.wakes_at - now, waiter)
                waiter.signal.wait(real_seconds)
        finally:
            with self.lock:
                self._waiters.leave(waiter)

    def _real_seconds(self, microseconds: int, waiter: Waiter) -> float | None:
        if self.clock.mode == "manual" or waiter.wakes_at == NEVER:
            return None
        return min(max(microseconds, 0) / 1_000_000, threading.TIMEOUT_MAX)

    def after_step(self, errand: Callable[[], None]) -> None:
        """Have something done when the present step has ended and its thread has given the lock back.

        So one host asks another one: an errand holds no lock, and takes that of one host at a time.
        """
        with self.looking():
            self._errands.append(errand)

    def _run(self, errand: Callable[[], None]) -> None:
        try:
            errand()
        except Exception:  # the step that wanted it has ended well
            _logger.exception("an errand of the machine failed")

    def _end_step(self) -> None:
        for observer in list(self.step_observers):
            try:
                observer()
            except Exception:  # whoever watches must not break the operation of somebody else
                _logger.exception("an observer of the machine failed")

    def _tell_waiters(self) -> None:
        self._notified = self.revision
        self._notify = False
        if len(self._waiters):
            self._waiters.wake_satisfied(self.clock.read())

    def _advance(self, move: Callable[[], None]) -> None:
        with self.looking():
            self._notify = True
            move()

    # -- the machine --------------------------------------------------------------------------

    def reset(self) -> None:
        """Back to the state of the profile, in place. Every waiter wakes with false; revisions keep growing
        and time goes on."""
        with self.looking():
            self.reset_count += 1
            self.clock.clear()
            self._errands.clear()
            self._seed()
            self.next_revision()
            self._waiters.wake_all()

    def close(self) -> None:
        """Wake every waiter for good; nothing can wait any more, and no other host reaches this one."""
        if self.neighbourhood is not None:
            self.neighbourhood.leave(self)
        with self.looking():
            self.closed = True
            self._waiters.wake_all()

    def _construct(self) -> None:
        self.gaps = Gaps(self)
        self.power = Power(self)
        self.hardware = Hardware(self)
        self.event_log = EventLog(self)
        self.operating_system = OperatingSystem(self)
        self.settings = HostSettings(self)
        self.migration = MigrationSettings(self)
        self.replication = ReplicationSettings(self)
        self.certificates = Certificates(self)
        self.winrm = WinrmConfiguration(self)
        self.memory = MemoryPool(self)
        self.processors = ProcessorPool(self)
        self.processes = Processes(self)
        self.role = HyperVRole(self)
        self.accounts = Accounts(self)
        self.authorization = Authorization(self)
        self.environment_variables = EnvironmentVariables(self)
        self.filesystem = Filesystem(self)
        self.hypervisor = Hypervisor(self)
        self.services = Services(self)
        self.shares = Shares(self)
        self.jobs = Jobs(self)
        self.virtual_disks = VirtualDisks(self)
        self.virtual_switches = VirtualSwitches(self)
        self.switch_ports = SwitchPorts(self)
        self.virtual_machines = VirtualMachines(self)
        self.virtual_machine_groups = VirtualMachineGroups(self)
        self.world_wide_names = WorldWideNames(self)
        self.resource_pools = ResourcePools(self)
        self.checkpoints = Checkpoints(self)
        self.planned_machines = PlannedMachines(self)

    def _seed(self) -> None:
        """Put every part into the state of the profile; the objects of `_construct` stay the same for
        ever."""
        self.power.seed()
        self.hardware.seed()
        self.event_log.seed()
        self.operating_system.seed()
        self.settings.seed()
        self.migration.seed()
        self.replication.seed()
        self.winrm.seed()
        self.memory.seed()
        self.processors.seed()
        self.processes.seed()
        self.role.seed()
        self.accounts.seed()
        self.authorization.seed()
        self.environment_variables.seed()
        self.filesystem.seed()
        booted = self.operating_system.boot_time
        with self.event_log.dated(booted):
            kernel_started(self)
            self.hypervisor.seed()
        runs = booted + timedelta(seconds=self.profile.operating_system.boot_seconds)
        with self.event_log.dated(min(runs, self.clock.now())):
            windows_started(self)
            self.services.seed()
        self.shares.seed()
        self.jobs.seed()
        self.virtual_disks.seed()
        self.virtual_switches.seed()
        self.switch_ports.seed()
        self.checkpoints.seed()
        self.planned_machines.seed()
        self.virtual_machines.seed()
        self._registry = None
        self._adapter_options = None
        self._disk_partitions = None
        self._pass_through = None
        self._optical_images = None
        self._reference_points = None
        self._backup_collections = None
        self._firewall = None
        self._adapter_teams = None
        self._expansion = None
        self._ip_configuration = None
        self._network_translation = None
        self.virtual_machine_groups.seed()
        self.world_wide_names.seed()
        self.resource_pools.seed()
        seed_inventory(self)
