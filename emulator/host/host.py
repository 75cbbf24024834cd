"""Host: one fake Windows machine with Hyper-V. Every door works on this object and on nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from emulator.host.checkpoints.checkpoints import Checkpoints
from emulator.host.clock import Clock
from emulator.host.gaps import Gaps
from emulator.host.hardware import Hardware
from emulator.host.host_object import HostObject, Part
from emulator.host.host_settings import HostSettings
from emulator.host.hypervisor import Hypervisor
from emulator.host.identifiers import random_guid
from emulator.host.inventory import seed_inventory
from emulator.host.job import Jobs
from emulator.host.made_when_asked import forget_made, made_when_asked
from emulator.host.management_requests import RequestAnswerer
from emulator.host.migration.migration_settings import MigrationSettings
from emulator.host.neighbourhood import Neighbourhood
from emulator.host.network.switch_ports import SwitchPorts
from emulator.host.network.virtual_switches import VirtualSwitches
from emulator.host.replication.replication_settings import ReplicationSettings
from emulator.host.resources.memory_pool import MemoryPool
from emulator.host.resources.processor_pool import ProcessorPool
from emulator.host.resources.resource_pools import ResourcePools
from emulator.host.resources.virtual_machine_groups import VirtualMachineGroups
from emulator.host.role import HyperVRole
from emulator.host.security.accounts import Accounts
from emulator.host.security.authorization import Authorization
from emulator.host.security.certificates import Certificates
from emulator.host.session_door import SessionDoor
from emulator.host.steps import Steps, Wait
from emulator.host.storage.filesystem import Filesystem
from emulator.host.storage.virtual_disks import VirtualDisks
from emulator.host.virtual_machine.planned_machines import PlannedMachines
from emulator.host.virtual_machine.virtual_machines import VirtualMachines
from emulator.host.virtual_machine.world_wide_names import WorldWideNames
from emulator.host.windows.boot_events import kernel_started, windows_started
from emulator.host.windows.clipboards import Clipboards
from emulator.host.windows.environment_variables import EnvironmentVariables
from emulator.host.windows.event_log import EventLog, EventLogEntry
from emulator.host.windows.operating_system import OperatingSystem
from emulator.host.windows.power import Power
from emulator.host.windows.processes import Process, Processes
from emulator.host.windows.program_start import ProgramStarter
from emulator.host.windows.services import Services
from emulator.host.windows.shares import Shares
from emulator.host.winrm.winrm_configuration import WinrmConfiguration
from emulator.profile import Profile, Release

if TYPE_CHECKING:
    from emulator.host.checkpoints.backup_collections import BackupCollections
    from emulator.host.checkpoints.reference_points import ReferencePoints
    from emulator.host.network.adapter_options import AdapterOptions
    from emulator.host.network.adapter_teams import AdapterTeams, TeamInterface
    from emulator.host.network.firewall import Firewall
    from emulator.host.network.ip_configuration import IpConfiguration
    from emulator.host.network.network_translation import NetworkTranslation
    from emulator.host.network.web_pages import WebPages
    from emulator.host.security.audit_policy import AuditPolicy
    from emulator.host.security.security_policy import SecurityPolicy
    from emulator.host.security.user_rights import UserRights
    from emulator.host.storage.disk_partitions import DiskPartitions
    from emulator.host.storage.optical_images import OpticalImages
    from emulator.host.storage.pass_through import PassThroughDisks
    from emulator.host.storage.shadow_copies import ShadowCopies
    from emulator.host.storage.storage_spaces import StoragePools
    from emulator.host.virtual_machine.expansion.host_expansion import HostExpansion
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.host.web_door import WebDoor
    from emulator.host.windows.other_features import OtherFeatures
    from emulator.host.windows.power_plans import PowerPlans
    from emulator.host.windows.registry import Registry
    from emulator.host.windows.scheduled_tasks import TaskScheduler
    from emulator.host.windows.scheduled_tasks.event_triggers import EventQueryReader

Change = Literal["created", "modified", "deleted"]
Observed = HostObject | Part | Process | EventLogEntry
Observer = Callable[[Change, Observed], None]


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
        self.clock = Clock(clock_mode or profile.clock, start)
        self.steps = Steps(self, self.clock)
        self.lock = self.steps.lock
        self.revision = 0
        #: Called at every change, in the middle of the step that makes it.
        self.observers: list[Observer] = []
        #: Called under the lock when a step in which something changed has ended: an operation, or one event
        #: of the clock. What they read is the state between two steps, never the middle of one.
        self.step_observers = self.steps.observers
        #: Runs the programs that nobody waits for; a door puts it there.
        self.programs: ProgramStarter | None = None
        #: Reads the queries of event triggers; a door puts it there.
        self.event_queries: EventQueryReader | None = None
        #: The management of Windows (WMI), for other doors; it puts itself there.
        self.management: object = None
        #: Answers the machine's own management requests; a door puts it there.
        self.requests: RequestAnswerer | None = None
        #: Opens PowerShell sessions for programs of this process; a door puts it there.
        self.sessions: SessionDoor | None = None
        #: Answers plain HTTP requests to the machine's own ports; a door puts it there.
        self.web: WebDoor | None = None
        self.closed = False
        self.reset_count = 0
        #: The other hosts that this one reaches.
        self.neighbourhood: Neighbourhood | None = None
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

    @made_when_asked
    def registry(self) -> "Registry":
        """The registry."""
        from emulator.host.windows.registry import Registry

        return Registry(self)

    @made_when_asked
    def user_rights(self) -> "UserRights":
        """User Rights Assignment."""
        from emulator.host.security.user_rights import UserRights

        return UserRights(self)

    @property
    def has_user_rights(self) -> bool:
        """Whether anybody has looked at the rights of users."""
        return "user_rights" in vars(self)

    @made_when_asked
    def audit_policy(self) -> "AuditPolicy":
        """The system audit policy."""
        from emulator.host.security.audit_policy import AuditPolicy

        return AuditPolicy(self)

    @made_when_asked
    def other_features(self) -> "OtherFeatures":
        """The roles and features beside Hyper-V."""
        from emulator.host.windows.other_features import OtherFeatures

        return OtherFeatures(self)

    @made_when_asked
    def security_policy(self) -> "SecurityPolicy":
        """The local security policy."""
        from emulator.host.security.security_policy import SecurityPolicy

        return SecurityPolicy(self)

    @made_when_asked
    def scheduled_tasks(self) -> "TaskScheduler":
        """The task scheduler."""
        from emulator.host.windows.scheduled_tasks import TaskScheduler

        return TaskScheduler(self)

    @made_when_asked
    def power_plans(self) -> "PowerPlans":
        """The power schemes."""
        from emulator.host.windows.power_plans import PowerPlans

        return PowerPlans(self)

    @made_when_asked
    def adapter_options(self) -> "AdapterOptions":
        """What was changed on the drivers of network adapters."""
        from emulator.host.network.adapter_options import AdapterOptions

        return AdapterOptions(self)

    @made_when_asked
    def disk_partitions(self) -> "DiskPartitions":
        """The partitions that administrators made."""
        from emulator.host.storage.disk_partitions import DiskPartitions

        return DiskPartitions(self)

    @made_when_asked
    def storage_pools(self) -> "StoragePools":
        """Pools of physical disks."""
        from emulator.host.storage.storage_spaces import StoragePools

        return StoragePools(self)

    @property
    def has_storage_pools(self) -> bool:
        """Whether anybody has looked at the storage pools."""
        return "storage_pools" in vars(self)

    @made_when_asked
    def pass_through(self) -> "PassThroughDisks":
        """The physical disks that machines have."""
        from emulator.host.storage.pass_through import PassThroughDisks

        return PassThroughDisks(self)

    @made_when_asked
    def shadow_copies(self) -> "ShadowCopies":
        """Shadow copies of volumes."""
        from emulator.host.storage.shadow_copies import ShadowCopies

        return ShadowCopies(self)

    @made_when_asked
    def optical_images(self) -> "OpticalImages":
        """Attached images of discs."""
        from emulator.host.storage.optical_images import OpticalImages

        return OpticalImages(self)

    @property
    def has_own_partitions(self) -> bool:
        """Whether anybody has looked at the partitions that administrators make."""
        return "disk_partitions" in vars(self)

    @made_when_asked
    def firewall(self) -> "Firewall":
        """The Windows firewall."""
        from emulator.host.network.firewall import Firewall

        return Firewall(self)

    @made_when_asked
    def adapter_teams(self) -> "AdapterTeams":
        """Teams of physical adapters."""
        from emulator.host.network.adapter_teams import AdapterTeams

        return AdapterTeams(self)

    @property
    def team_interfaces(self) -> "list[TeamInterface]":
        """The interfaces of all teams."""
        return self.adapter_teams.interfaces if "adapter_teams" in vars(self) else []

    @made_when_asked
    def expansion(self) -> "HostExpansion":
        """Special hardware."""
        from emulator.host.virtual_machine.expansion.host_expansion import HostExpansion

        return HostExpansion(self)

    @made_when_asked
    def ip_configuration(self) -> "IpConfiguration":
        """What was changed on the network interfaces of Windows."""
        from emulator.host.network.ip_configuration import IpConfiguration

        return IpConfiguration(self)

    @made_when_asked
    def network_translation(self) -> "NetworkTranslation":
        """The NATs of the host."""
        from emulator.host.network.network_translation import NetworkTranslation

        return NetworkTranslation(self)

    @made_when_asked
    def web_pages(self) -> "WebPages":
        """The web sites that the machine reaches."""
        from emulator.host.network.web_pages import WebPages

        return WebPages(self)

    @made_when_asked
    def reference_points(self) -> "ReferencePoints":
        """Moments from which backups track what changed."""
        from emulator.host.checkpoints.reference_points import ReferencePoints

        return ReferencePoints(self)

    @made_when_asked
    def backup_collections(self) -> "BackupCollections":
        """Snapshots and reference points of groups."""
        from emulator.host.checkpoints.backup_collections import BackupCollections

        return BackupCollections(self)

    def forget_backups(self, vm: "VirtualMachine") -> None:
        """A machine is not on the host any more."""
        if "reference_points" in vars(self):
            self.reference_points.forget(vm)

    # -- looking and changing -----------------------------------------------------------------

    def looking(self) -> AbstractContextManager[None]:
        """Take the lock and settle what is due. Re-entrant and cheap; wrap every read and operation in it."""
        return self.steps.look

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
        return random_guid()

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
        return self.steps.wait(predicate, timeout, interrupted, skip_time) is Wait.SATISFIED

    def sleep(self, seconds: float, interrupted: Callable[[], bool] | None = None) -> bool:
        """Let host time pass (Start-Sleep). False when interrupted, or when the host is reset or closed."""
        return self.steps.wait(lambda: False, seconds, interrupted, True) is Wait.TIMED_OUT

    def wake(self) -> None:
        """Let every waiter look again: a flag that ``interrupted`` or a predicate reads was set."""
        self.steps.wake()

    def skip_to(self, moment: int) -> None:
        """With the fast clock, jump to a moment (microseconds since 1970). Otherwise nothing."""
        self.steps.skip_to(moment)

    def after_step(self, errand: Callable[[], None]) -> None:
        """Have something done when the present step has ended and its thread has given the lock back.

        So one host asks another one: an errand holds no lock, and takes that of one host at a time.
        """
        self.steps.after_step(errand)

    # -- the machine --------------------------------------------------------------------------

    def reset(self) -> None:
        """Back to the state of the profile, in place. Every waiter wakes with false; revisions keep growing
        and time goes on."""
        with self.looking():
            self.reset_count += 1
            self.clock.clear()
            self.steps.errands.clear()
            self._seed()
            self.next_revision()
            self.steps.waiters.wake_all()

    def close(self) -> None:
        """Wake every waiter for good; nothing can wait any more, and no other host reaches this one."""
        if self.neighbourhood is not None:
            self.neighbourhood.leave(self)
        with self.looking():
            self.closed = True
            self.steps.waiters.wake_all()

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
        self.clipboards = Clipboards(self)
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
        self.certificates.seed()
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
        self.clipboards.seed()
        self.jobs.seed()
        self.virtual_disks.seed()
        self.virtual_switches.seed()
        self.switch_ports.seed()
        self.checkpoints.seed()
        self.planned_machines.seed()
        self.virtual_machines.seed()
        forget_made(self)
        self.virtual_machine_groups.seed()
        self.world_wide_names.seed()
        self.resource_pools.seed()
        seed_inventory(self)
