"""A virtual machine: settings, devices and state. The rules of its transitions are in ``life_cycle``."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from emulator.host.errors import InvalidParameter, InvalidState, NotSupported
from emulator.host.guest.guest import Guest, GuestState
from emulator.host.guest.integration_services import (
    Heartbeat,
    heartbeat,
)
from emulator.host.host_object import operation
from emulator.host.identifiers import derived_guid
from emulator.host.job import Job
from emulator.host.resources.metering import Metering
from emulator.host.security.connect_access import ConnectAccess
from emulator.host.virtual_machine import life_cycle, virtual_machine_settings
from emulator.host.virtual_machine.configuration_files import ConfigurationFiles
from emulator.host.virtual_machine.device_rack import DeviceRack
from emulator.host.virtual_machine.firmware_settings import FirmwareSettings
from emulator.host.virtual_machine.fitted_devices import FittedDevices
from emulator.host.virtual_machine.machine_status import MachineStatus
from emulator.host.virtual_machine.memory_settings import MemorySettings
from emulator.host.virtual_machine.processor_settings import ProcessorSettings
from emulator.host.virtual_machine.security_settings import SecuritySettings
from emulator.host.virtual_machine.virtual_machine_state import (
    CheckpointType,
    CriticalErrorAction,
    EnhancedSessionTransport,
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
    from emulator.host.host import Host
    from emulator.host.migration.machine_export import ExportSettings
    from emulator.host.migration.machine_migration import MachineMigration
    from emulator.host.replication.replication_relationship import ReplicationRelationship
    from emulator.host.virtual_machine.expansion.devices import ExpansionDevices
    from emulator.host.virtual_machine.expansion.fibre_channel import FibreChannelAdapter


_MILLISECOND = timedelta(milliseconds=1)


class VirtualMachine(MachineStatus, FittedDevices):
    """One virtual machine. ``id`` is a GUID in upper case; ``created`` is UTC.

    ``uptime``, ``cpu_usage`` and ``memory_demand`` are volatile: they move with time and no revision tells.
    """

    is_registered = False
    is_checkpoint = False
    is_planned = False
    #: The checkpoint that the present state comes after, and the one that was applied last. Most machines
    #: have none: no attribute of their own.
    parent_checkpoint: "Checkpoint | None" = None
    last_applied: "Checkpoint | None" = None
    #: When a setting or a device was last changed; None: not since it was created.
    _configured: datetime | None = None
    #: When it stops to wait for its storage.
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

    def uptime(self) -> timedelta:
        """Time since the machine was switched on, reset or restored, in whole milliseconds, as Hyper-V counts
        it (OnTimeInMilliseconds); zero while it is off or saved. Volatile."""
        if self.on_since is None:
            return timedelta(0)
        passed = self.host.clock.now() - self.on_since
        return max(timedelta(0), passed // _MILLISECOND * _MILLISECOND)

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

    @property
    def migration(self) -> "MachineMigration":
        """Moving it to another host, or its files to another place."""
        from emulator.host.migration.machine_migration import MachineMigration

        return MachineMigration(self)

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
    def is_shielded(self) -> bool:
        """Whether it is set to be a shielded machine; no security settings are made to find out."""
        return self._security is not None and self._security.shielding_requested

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
