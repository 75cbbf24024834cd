"""A virtual machine: settings, devices and state. The rules of its transitions are in ``life_cycle``."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from emulator.host.errors import InvalidParameter, InvalidState, NotFound, NotSupported
from emulator.host.guest.guest import Guest, GuestState
from emulator.host.guest.integration_services import (
    Heartbeat,
    IntegrationService,
    IntegrationServiceKind,
    heartbeat,
)
from emulator.host.host_object import HostObject, operation
from emulator.host.identifiers import derived_guid
from emulator.host.job import Job, JobType
from emulator.host.network.network_adapter import NetworkAdapter
from emulator.host.resources.metering import Metering
from emulator.host.security.connect_access import ConnectAccess
from emulator.host.virtual_machine import life_cycle, virtual_machine_settings
from emulator.host.virtual_machine.configuration_files import ConfigurationFiles
from emulator.host.virtual_machine.controllers import (
    Controller,
    IdeController,
    ScsiController,
)
from emulator.host.virtual_machine.device import ComPort, FixedDevice
from emulator.host.virtual_machine.device_rack import DeviceRack
from emulator.host.virtual_machine.drives import ControllerDrive, DvdDrive, FloppyDrive, HardDiskDrive
from emulator.host.virtual_machine.firmware_settings import FirmwareSettings
from emulator.host.virtual_machine.memory_settings import MemorySettings
from emulator.host.virtual_machine.processor_settings import ProcessorSettings
from emulator.host.virtual_machine.security_settings import SecuritySettings
from emulator.host.virtual_machine.virtual_machine_state import (
    CRITICAL_ORDER,
    CheckpointType,
    CriticalCause,
    CriticalErrorAction,
    EnhancedSessionTransport,
    HealthState,
    OperationalStatus,
    RecoveryAction,
    RequestedState,
    StartAction,
    StopAction,
    VirtualMachineState,
)

if TYPE_CHECKING:
    from emulator.host.checkpoints.checkpoint import Checkpoint
    from emulator.host.clock import Timer
    from emulator.host.guest.guest_network import GuestNetworkSettings
    from emulator.host.guest.remote_desktop import RemoteDesktopComponent
    from emulator.host.host import Host
    from emulator.host.migration.machine_export import ExportSettings
    from emulator.host.migration.migration import Move
    from emulator.host.replication.replication_relationship import ReplicationRelationship
    from emulator.host.virtual_machine.battery import Battery
    from emulator.host.virtual_machine.display import SyntheticDisplay
    from emulator.host.virtual_machine.expansion.devices import ExpansionDevices
    from emulator.host.virtual_machine.expansion.fibre_channel import FibreChannelAdapter


class VirtualMachine(HostObject):
    """One virtual machine. ``id`` is a GUID in upper case; ``created`` is UTC.

    ``uptime``, ``cpu_usage`` and ``memory_demand`` are volatile: they move with time and no revision tells.
    """

    is_registered = False
    is_checkpoint = False
    is_planned = False
    #: The checkpoint that the present state comes after, the one that was applied last, and what a checkpoint
    #: or
    #: a merge does with the machine. Most machines have none: no attribute of their own.
    parent_checkpoint: "Checkpoint | None" = None
    last_applied: "Checkpoint | None" = None
    activity: OperationalStatus | None = None
    #: Why it is in a critical state, and when it stops to wait for its storage.
    critical: CriticalCause | None = None
    #: When a setting or a device was last changed; None: not since it was created.
    _configured: datetime | None = None
    storage_timer: "Timer | None" = None
    #: When a backup of it was last completed.
    last_backup: datetime | None = None
    #: The replications of the machine (Hyper-V Replica), and the replica that it is a test of.
    relationships: "tuple[ReplicationRelationship, ...]" = ()
    test_replica_of: "VirtualMachine | None" = None
    test_replica_id: str | None = None
    #: Addresses that the guest takes after a failover, by adapter.
    failover_network: "Mapping[str, GuestNetworkSettings]" = MappingProxyType({})
    #: The scope of the authorization store that it belongs to, up to Server 2012; empty for the store's root.
    scope_of_residence = ""
    #: Kept for whoever set it; Hyper-V does nothing with it (Msvm_VirtualSystemSettingData).
    additional_recovery_information = ""
    #: What hardly any machine sets; kept and shown.
    enhanced_session_transport = EnhancedSessionTransport.VMBUS
    incremental_backup_enabled = False
    virtual_numa_enabled = True
    allow_full_scsi_command_set = False
    allow_reduced_fc_redundancy = False
    debug_channel_id = debug_port = debug_port_state = 0
    #: Whether the disks of its deleted checkpoints are merged.
    merges_disks = True
    #: Its special devices, once it has had one.
    _expansion: "ExpansionDevices | None" = None

    def __init__(
        self,
        host: "Host",
        identifier: str,
        name: str,
        *,
        generation: int,
        version: str,
        processors: int,
        memory: int,
        path: str,
        notes: str = "",
    ) -> None:
        super().__init__(host)
        self.id = identifier
        self._name = name
        self.generation = generation
        self.version = version
        self.notes = notes
        self.created: datetime = host.clock.now()
        self.processor = ProcessorSettings(self, processors)
        self.memory = MemorySettings(self, memory)
        self.guest = Guest(self)
        self._connect_access: ConnectAccess | None = None
        self._metering: Metering | None = None
        self._security: SecuritySettings | None = None
        self.path = path
        self.snapshot_path = path
        self.smart_paging_path = path
        self.automatic_start_action = StartAction.NOTHING
        self.automatic_start_delay = 0
        self.automatic_stop_action = StopAction.SAVE
        self.automatic_critical_error_action = CriticalErrorAction.PAUSE
        self.automatic_critical_error_timeout = 30
        self.automatic_recovery_action = RecoveryAction.RESTART
        production = host.release.production_checkpoints
        self.checkpoint_type = CheckpointType.PRODUCTION if production else CheckpointType.STANDARD
        self.automatic_checkpoints_enabled = host.release.is_client and production
        self.lock_on_disconnect = False
        self.guest_controlled_cache_types = False
        self.low_memory_mapped_io_space = 128 << 20
        self.high_memory_mapped_io_space = 512 << 20
        self.state = VirtualMachineState.OFF
        self.requested_state = RequestedState.NOT_APPLICABLE
        self.process_id: int | None = None
        self.job: Job | None = None
        self.deleted = False
        self.was_running_at_shutdown = False
        self.on_since: datetime | None = None
        self.last_state_change = self.created
        self._devices: DeviceRack | None = None
        self.blueprint: Callable[[DeviceRack], None] | None = None
        self._firmware: FirmwareSettings | None = None
        self._device_count = 0
        # Identifiers of a machine of the profile are derived from its own: the same after every start.
        self.derives_identifiers = False

    def __repr__(self) -> str:
        return f"<VirtualMachine {self.name!r} {self.state.name}>"

    # -- state --------------------------------------------------------------------------------

    def require_alive(self) -> None:
        """Raise NotFound for a machine that was destroyed."""
        if self.deleted:
            raise NotFound(f"The virtual machine {self.id} was not found.")

    def require_configurable(self) -> None:
        """Raise NotFound, or InvalidState while it is being deleted or its configuration is gone: what may
        change in any other state."""
        self.require_alive()
        if self.critical is CriticalCause.CONFIGURATION or self._is_being_deleted:
            raise InvalidState()

    def require_idle(self) -> None:
        """Raise NotFound or, while an operation is under way, InvalidState."""
        self.require_alive()
        if self.job is not None or not self._works():
            raise InvalidState()

    def require(self, *states: VirtualMachineState, tolerates: CriticalCause | None = None) -> None:
        """Raise RoleNotInstalled, NotFound, or InvalidState unless the machine is idle in one of the states.

        A machine that has lost its storage or its configuration is in none of them, unless ``tolerates``
        names the cause.
        """
        self.host.role.require()
        self.require_alive()
        if self.job is not None or self.state not in states or not self._works(tolerates):
            raise InvalidState(legal=[state.name for state in states])

    @property
    def _is_being_deleted(self) -> bool:
        return self.job is not None and self.job.job_type is JobType.DESTROY

    def _works(self, tolerated: CriticalCause | None = None) -> bool:
        return self.critical in (None, CriticalCause.LOW_SPACE, tolerated)

    @property
    def health(self) -> HealthState:
        return HealthState.OK if self.critical is None else self.critical.health

    @property
    def operational_status(self) -> tuple[OperationalStatus, ...]:
        """The machine's own status, then what is being done with it or what is wrong."""
        own = () if self.activity is None else (self.activity,)
        if self.critical is None:
            return (OperationalStatus.OK, *own)
        failed = (OperationalStatus.CRITICAL_IO_ERROR,) if self.critical is CriticalCause.STORAGE else ()
        return (OperationalStatus.DEGRADED, *own, *failed)

    @property
    def status_descriptions(self) -> tuple[str, ...]:
        """StatusDescriptions (recorded for a machine that is not critical)."""
        own = () if self.activity is None else (self.activity.description,)
        if self.critical is None:
            return ("Operating normally", *own)
        return (self.critical.description, *own)

    def state_number(self, first_critical: int) -> int:
        """The number of the state, counting the critical ones from ``first_critical`` on."""
        if self.critical is None:
            return int(self.state)
        return first_critical + CRITICAL_ORDER.index(self.state)

    @property
    def status(self) -> str:
        """What Hyper-V Manager and PowerShell show as status."""
        return self.status_descriptions[0]

    def uptime(self) -> timedelta:
        """Time since the machine was switched on, reset or restored; zero while it is off or saved.
        Volatile."""
        if self.on_since is None:
            return timedelta(0)
        return max(timedelta(0), self.host.clock.now() - self.on_since)

    def assigned_memory(self) -> int:
        """Bytes that the machine holds of the host's memory; 0 while it is off or saved."""
        return self.host.memory.held_by(self.id)

    def memory_demand(self) -> int:
        """Bytes that the guest says it needs: a steady half of what it has once it is up, otherwise 0 (no
        load is modelled)."""
        return self.assigned_memory() // 2 if self.guest.is_ready else 0

    def cpu_usage(self) -> int:
        """Percent of its processors; what ``guest.cpu_usage`` was set to while the machine runs, otherwise
        0."""
        return self.guest.cpu_usage if self.state is VirtualMachineState.RUNNING else 0

    @property
    def heartbeat(self) -> Heartbeat | None:
        """Heartbeat as PowerShell shows it; None while the machine is off or saved."""
        return heartbeat(self)

    @property
    def security(self) -> SecuritySettings:
        """Key protector, TPM and shielding."""
        if self._security is None:
            self._security = SecuritySettings(self)
        return self._security

    @property
    def metering(self) -> Metering:
        """What it used."""
        if self._metering is None:
            self._metering = Metering(self)
        return self._metering

    @property
    def is_metered(self) -> bool:
        """Whether resource metering is on."""
        return self._metering is not None and self._metering.enabled

    @property
    def meters_anything(self) -> bool:
        """Whether resource metering is on for the machine or for one of its parts."""
        return self._metering is not None and (self._metering.enabled or self._metering.meters_parts)

    def reconfigured(self) -> None:
        """Say that a setting or a device was changed, not only the state."""
        self._configured = self.host.clock.now()
        self.touch()

    @property
    def last_configuration_change(self) -> datetime:
        """When a setting or a device was last changed."""
        return self._configured or self.created

    def touch(self) -> None:
        if self._metering is not None:
            self._metering.note_change()
        super().touch()

    @property
    def connect_access(self) -> ConnectAccess:
        """Who may connect to its console beside administrators."""
        if self._connect_access is None:
            self._connect_access = ConnectAccess(self)
        return self._connect_access

    @property
    def files(self) -> ConfigurationFiles:
        """Where its configuration is."""
        return ConfigurationFiles(self)

    @property
    def checkpoints(self) -> "list[Checkpoint]":
        """Its checkpoints, in order of creation."""
        return self.host.checkpoints.of(self)

    # -- life cycle ---------------------------------------------------------------------------

    @operation
    def start(self) -> Job:
        """Start a machine that is off (job 12), restore a saved one (15), resume a paused one (27).

        Raises InvalidState at once. What the host lacks (hypervisor, memory, files, a running-machine limit)
        ends the job in EXCEPTION with HypervisorNotRunning 32788, OutOfMemory 32778 ... and the machine is
        as before.
        """
        return life_cycle.start(self)

    @operation
    def turn_off(self) -> Job:
        """Hard power off from Running, Paused or Saved (the saved state is lost). Raises InvalidState."""
        return life_cycle.turn_off(self)

    stop = turn_off

    @operation
    def save(self) -> Job:
        """Save a running or paused machine to disk. Raises InvalidState, DiskFull."""
        return life_cycle.save(self)

    @operation
    def pause(self) -> Job:
        """Pause a running machine. Raises InvalidState."""
        return life_cycle.pause(self)

    @operation
    def resume(self) -> Job:
        """Resume a paused machine. Raises InvalidState."""
        return life_cycle.resume(self)

    @operation
    def reset(self) -> Job:
        """Hard reset of a running machine; it stays Running. Raises InvalidState."""
        return life_cycle.reset(self)

    @operation
    def reboot(self) -> Job:
        """Let the guest reboot. Raises InvalidState, GuestNotReady (no shutdown service)."""
        return life_cycle.reboot(self)

    @operation
    def hibernate(self) -> Job:
        """Ask the guest to hibernate; the machine is Stopping, then Off. Raises as ``shut_down``."""
        return life_cycle.hibernate(self)

    @operation
    def inject_interrupt(self) -> None:
        """A non-maskable interrupt: a Windows guest that is up stops with a fatal error, others note it.

        Raises InvalidState unless the machine runs.
        """
        self.require(VirtualMachineState.RUNNING)
        if self.guest.is_windows and self.guest.state in (GuestState.UP, GuestState.HUNG):
            self.guest.crash()

    @operation
    def shut_down(self, force: bool = False, *, registered: bool = False) -> Job:
        """Ask the guest to shut down; the machine is Stopping, then Off.

        InitiateShutdown answers at once and has no job object, so that the job returned is not registered; a
        request for the state has one. Raises InvalidState (not running), GuestNotReady, GuestLocked (without
        ``force``), ShutdownInProgress.
        """
        return life_cycle.shut_down(self, force, registered=registered)

    # -- files --------------------------------------------------------------------------------

    @operation
    def export(self, directory: str, settings: "ExportSettings | None" = None) -> Job:
        """Write the machine to a folder from which it can be imported (job 62), with its disks, memory and
        checkpoints unless the settings say otherwise; one that runs from 2012 R2 on.

        Raises InvalidState, InvalidPath; what is wrong with files or space ends the job in EXCEPTION.
        """
        from emulator.host.migration import machine_export

        return machine_export.export(self, directory, settings or machine_export.ExportSettings())

    @operation
    def move(self, destination: str, move: "Move | None" = None) -> Job:
        """Move the machine to another host of the neighbourhood, running or not (jobs 305, 306).

        Raises InvalidState (also: migration is not enabled), LimitExceeded, InvalidParameter; what the other
        host has against it ends the job in EXCEPTION.
        """
        from emulator.host.migration import migration

        return migration.move(self, destination, move or migration.Move())

    @operation
    def check_move(self, destination: str, move: "Move") -> Job:
        """Ask another host whether the machine could be moved there (jobs 301, 302). Raises InvalidState,
        InvalidParameter."""
        from emulator.host.migration import migration

        return migration.check(self, destination, move)

    @operation
    def stage_move(self, destination: str, move: "Move") -> Job:
        """Plan the machine on another host (job 300). Raises InvalidState, InvalidParameter."""
        from emulator.host.migration import migration

        return migration.stage(self, destination, move)

    @operation
    def check_storage_move(self, move: "Move", *, deep: bool = False) -> Job:
        """Whether the files of the machine could be moved on its host (job 303; 304 when ``deep``)."""
        from emulator.host.migration import migration

        return migration.check_storage(self, move, deep=deep)

    @operation
    def move_storage(self, move: "Move") -> Job:
        """Move the files of the machine on its host, running or not (job 307). Raises InvalidState,
        LimitExceeded, PathExists, DiskFull, NotSupported."""
        from emulator.host.migration import migration

        return migration.move_storage(self, move)

    @operation
    def restore_from(self, path: str) -> Job:
        """Start from the file of a saved state, which must be the machine's own: of other files nobody knows
        what is in them.

        Raises InvalidState, FileNotFound, PathNotFound, NotSupported.
        """
        self.require(VirtualMachineState.OFF, VirtualMachineState.SAVED)
        file = self.host.filesystem.entry(path).path
        if file.casefold() != self.files.saved_state.casefold():
            raise NotSupported("The emulator does not keep the content of files of saved states.")
        self.require(VirtualMachineState.SAVED)
        return self.start()

    @operation
    def upgrade_version(self, target: str | None = None) -> Job:
        """Bring the configuration version of a machine that is off to the newest that the release has, or
        to another later one.

        Raises InvalidState, NotSupported (the release has one version only), InvalidParameter.
        """
        from emulator.host.migration import machine_upgrade

        return machine_upgrade.upgrade(self, target)

    # -- settings -----------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """Its name; several machines may have the same."""
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        old, self._name = self._name, name
        if self.is_registered and not self.is_planned and not self.is_checkpoint:
            self.host.virtual_machines.renamed(self, old)

    def rename(self, name: str) -> None:
        """Change the name, in any state. Raises InvalidParameter."""
        self.configure(name=name)

    @operation
    def configure(self, **changes: Any) -> None:
        """Change settings by their attribute names in one atomic step: all or none.

        ``processor`` and ``memory`` take mappings for their own ``configure``. Raises InvalidParameter,
        InvalidState (also for a machine that is being deleted, or whose configuration is gone),
        LimitExceeded, NotSupported, OutOfMemory.
        """
        self.require_configurable()
        facts = dict(changes)
        parts: list[tuple[ProcessorSettings | MemorySettings, dict[str, Any]]] = []
        for name, part in (("processor", self.processor), ("memory", self.memory)):
            if name in facts:
                values = facts.pop(name)
                if not isinstance(values, Mapping):
                    raise InvalidParameter(f"The value of {name} is not valid.")
                parts.append((part, part.check(dict(values))))
        checked = {name: self.checked_setting(name, value) for name, value in facts.items()}
        for part, values in parts:
            part.apply(values)
        for name, value in checked.items():
            setattr(self, name, value)
        if checked:
            self.reconfigured()

    def checked_setting(self, name: str, value: Any) -> Any:
        """The value to keep for one setting. Raises InvalidParameter, InvalidState, NotSupported."""
        return virtual_machine_settings.checked(self, name, value)

    @operation
    def merge_disks(self, wanted: bool) -> None:
        """Let the disks of deleted checkpoints be merged, or not; a merge that runs goes on. Raises
        NotFound, InvalidState."""
        self.require_configurable()
        if self.merges_disks is not wanted:
            self.merges_disks = wanted
            self.touch()
            self.host.checkpoints.merge(self)

    # -- devices ------------------------------------------------------------------------------

    @property
    def devices(self) -> DeviceRack:
        """What changes the devices that are built in; they are read by the machine's own properties."""
        if self._devices is None:
            return self._build_devices()
        return self._devices

    @operation
    def _build_devices(self) -> DeviceRack:
        """Under the lock: whoever adds the first device must not add it to a rack that another replaces."""
        if self._devices is None:
            self._devices = DeviceRack(self)
            if self.blueprint is not None:
                self.blueprint(self._devices)
        return self._devices

    @property
    def expansion(self) -> "ExpansionDevices":
        """Its special devices, for who wants to add one; most machines have none."""
        if self._expansion is None:
            from emulator.host.virtual_machine.expansion.devices import ExpansionDevices

            self._expansion = ExpansionDevices(self)
        return self._expansion

    @property
    def fibre_channel_adapters(self) -> "list[FibreChannelAdapter]":
        if self._expansion is None:
            return []
        from emulator.host.virtual_machine.expansion.fibre_channel import FibreChannelAdapter

        return self._expansion.of(FibreChannelAdapter)

    def require_movable(self) -> None:
        """Raise InvalidState when its storage, or a device while it runs, keeps the machine here."""
        self.require_movable_storage()
        if self._expansion is not None and self.state.holds_memory:
            self._expansion.require_movable()

    def require_stop_action(self, action: StopAction) -> None:
        """Raise InvalidState when a device does not allow what is to be done when the host shuts down."""
        if self._expansion is not None:
            self._expansion.check_stop_action(action)

    def require_movable_storage(self) -> None:
        """Raise InvalidState when it has persistent memory or a physical disk: migrations need virtual hard
        disks (documented)."""
        what = None if self._devices is None else self._devices.unmovable
        if what is not None:
            raise InvalidState(
                f"The virtual machine '{self.name}' cannot be moved: it has {what}."
                f" (Virtual machine ID {self.id})"
            )

    def require_savable(self) -> None:
        """Raise InvalidState when a device keeps the machine from being saved with its memory."""
        if self._expansion is not None:
            self._expansion.require_savable()

    @property
    def firmware(self) -> FirmwareSettings:
        if self._firmware is None:
            self._firmware = FirmwareSettings(self)
        return self._firmware

    @property
    def fixed_devices(self) -> list[FixedDevice]:
        return self.devices.fixed

    @property
    def controllers(self) -> list[Controller]:
        """IDE, then SCSI."""
        return self.devices.controllers

    @property
    def ide_controllers(self) -> list[IdeController]:
        return self.devices.ide

    @property
    def scsi_controllers(self) -> list[ScsiController]:
        return self.devices.scsi

    @property
    def drives(self) -> list[ControllerDrive]:
        """Hard disk and DVD drives in order of controllers and locations."""
        return self.devices.drives

    @property
    def hard_disk_drives(self) -> list[HardDiskDrive]:
        return [drive for drive in self.devices.drives if isinstance(drive, HardDiskDrive)]

    @property
    def dvd_drives(self) -> list[DvdDrive]:
        return [drive for drive in self.devices.drives if isinstance(drive, DvdDrive)]

    @property
    def floppy(self) -> FloppyDrive | None:
        """The diskette drive; generation 1 only."""
        return self.devices.floppy

    @property
    def is_shielded(self) -> bool:
        """Whether it is set to be a shielded machine; no security settings are made to find out."""
        return self._security is not None and self._security.shielding_requested

    @property
    def display(self) -> "SyntheticDisplay":
        """The synthetic display."""
        return self.devices.display

    @property
    def battery(self) -> "Battery | None":
        """The virtual battery, if there is one."""
        return self.devices.battery

    @property
    def com_ports(self) -> list[ComPort]:
        return self.devices.com_ports

    @property
    def network_adapters(self) -> list[NetworkAdapter]:
        return self.devices.network_adapters

    @property
    def remote_desktop(self) -> "RemoteDesktopComponent":
        return self.devices.remote_desktop

    @property
    def integration_services(self) -> list[IntegrationService]:
        return self.devices.integration_services

    def integration_service(self, kind: IntegrationServiceKind) -> IntegrationService:
        """One integration service. Raises NotFound when machines of this release have it not."""
        for service in self.integration_services:
            if service.kind is kind:
                return service
        raise NotFound(f"The integration service '{kind.value.name}' was not found.")

    @property
    def can_have_key_storage(self) -> bool:
        """Generation 1 and configuration version 8.0 or later (documented)."""
        first = self.host.release.feature_minimum_configuration_versions.get("key_storage_drive")
        if first is None or self.generation != 1:
            return False
        return float(self.version or 0) >= float(first)

    def new_device_guid(self) -> str:
        """An identifier for a device: random, or derived for a machine of the profile."""
        if not self.derives_identifiers:
            return self.host.new_guid()
        self._device_count += 1
        return derived_guid(self.id, str(self._device_count))
