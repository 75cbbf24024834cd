"""Msvm_VirtualSystemMigrationService: live migration, storage migration and their settings."""

from __future__ import annotations

import ipaddress
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.errors import HostError, InvalidParameter, NotSupported
from emulator.host.job import Job, JobKind
from emulator.host.migration.migration import Move, movable_storage, objections_of_neighbour
from emulator.host.migration.migration_settings import MigrationNetwork
from emulator.host.neighbourhood import means_itself
from emulator.host.virtual_machine.drives import HardDiskDrive
from emulator.host.virtual_machine.planned_machine import PlannedMachine
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi import errors
from emulator.wmi.association import End, Link, every, the_host
from emulator.wmi.changes import Rule, first_text, flag, number, read_changes, value_of
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.arguments import machine_argument
from emulator.wmi.virtualization_v2.base import HostElementView, machine_of
from emulator.wmi.virtualization_v2.common_links import service_links
from emulator.wmi.virtualization_v2.compatibility import CompatibilityMethods
from emulator.wmi.virtualization_v2.computer_system import MachineSystem
from emulator.wmi.virtualization_v2.jobs import MigrationJobView, started

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.host import Host
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

VIRTUAL_SYSTEM, STORAGE, STAGED, VIRTUAL_SYSTEM_AND_STORAGE, STORAGE_DEEP_CHECK = _KINDS = range(32768, 32773)
_STORAGE_ALONE = (STORAGE, STORAGE_DEEP_CHECK)
_TAG = "Microsoft:UserManagedNetwork"
_TAG_ANY = "Microsoft:UserManagedAllNetworks"
_SETTINGS = "Msvm_VirtualSystemMigrationSettingData"
_NETWORK = "Msvm_VirtualSystemMigrationNetworkSettingData"

#: What ModifyServiceSettings writes: settings of the host, and those of migration itself.
WRITABLE = {
    "EnableVirtualSystemMigration": Rule("host", "virtual_machine_migration_enabled", flag),
    "MaximumActiveVirtualSystemMigration": Rule("host", "maximum_virtual_machine_migrations", number),
    "MaximumActiveStorageMigration": Rule("host", "maximum_storage_migrations", number),
    "AuthenticationType": Rule("migration", "authentication", number),
    "EnableCompression": Rule("migration", "performance", lambda value: 1 if value is True else 0),
    "EnableSmbTransport": Rule("migration", "performance", lambda value: 2 if value is True else 0),
}


class MigrationService(CompatibilityMethods):
    """The migration service."""

    class_name = "Msvm_VirtualSystemMigrationService"
    constants = {
        "Caption": "Hyper-V Virtual System Migration Service",
        "Description": "Service for migrating virtual machines.",
        "ElementName": "Hyper-V Virtual System Migration Service",
        "Name": "migrationwmi",
    }
    volatile = frozenset(
        {
            "ActiveStorageMigrationCount",
            "ActiveVirtualSystemMigrationCount",
            "MigrationServiceListenerIPAddressList",
        }
    )

    def ActiveStorageMigrationCount(self, host: Host) -> int:
        return sum(job.kind is JobKind.MIGRATION and job.type == 307 for job in host.jobs.running)

    def ActiveVirtualSystemMigrationCount(self, host: Host) -> int:
        return sum(job.kind is JobKind.MIGRATION and job.type in (305, 306) for job in host.jobs.running)

    def MigrationServiceListenerIPAddressList(self, host: Host) -> list[str]:
        return host.migration.listener_addresses

    # -- moving -------------------------------------------------------------------------------

    @wmi_method
    def MigrateVirtualSystemToHost(self, host: Host, arguments: Arguments) -> MethodResult:
        """Move a machine, its storage, or both; 4096 with a Msvm_MigrationJob."""
        vm = machine_argument(arguments, "ComputerSystem")
        kind, move = self.wanted(vm, arguments)
        destination = arguments.text("DestinationHost") or ""
        if kind == STORAGE:
            if destination and not means_itself(host, destination):
                raise InvalidParameter("Storage alone moves on its own host.")
            return started(arguments, vm.migration.move_storage(move))
        if kind == STORAGE_DEEP_CHECK:
            raise InvalidParameter("A check moves nothing.")
        if kind == STAGED:
            return started(arguments, vm.migration.stage(destination, move))
        return started(arguments, vm.migration.move(destination, move))

    @wmi_method
    def MigrateVirtualSystemToSystem(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Move a machine to the host that a reference names: here it can only name this one."""
        machine_argument(arguments, "ComputerSystem")
        raise NotSupported("A virtual machine is moved to a host by its name.")

    @wmi_method
    def CheckVirtualSystemIsMigratableToHost(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Whether a machine could be moved; at once."""
        vm = machine_argument(arguments, "ComputerSystem")
        kind, move = self.wanted(vm, arguments)
        destination = arguments.text("DestinationHost") or ""
        try:
            if kind in _STORAGE_ALONE:
                movable_storage(vm, move)
                fits = True
            else:
                fits = not objections_of_neighbour(vm, destination, move)
        except HostError:
            fits = False
        return arguments.result(errors.COMPLETED, IsMigratable=fits)

    @wmi_method
    def CheckVirtualSystemIsMigratableToSystem(self, _host: Host, arguments: Arguments) -> MethodResult:
        """No machine moves to a system that is named by a reference."""
        machine_argument(arguments, "ComputerSystem")
        return arguments.result(errors.COMPLETED, IsMigratable=False)

    @wmi_method
    def CheckVirtualSystemIsMigratable(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Whether a machine could be moved; 4096 with a job that fails when not."""
        vm = machine_argument(arguments, "ComputerSystem")
        kind, move = self.wanted(vm, arguments)
        if kind in _STORAGE_ALONE:
            return started(arguments, vm.migration.check_storage(move, deep=kind == STORAGE_DEEP_CHECK))
        return started(arguments, vm.migration.check(arguments.text("DestinationHost") or "", move))

    @wmi_method
    def GetSystemCompatibilityVectors(self, _host: Host, arguments: Arguments) -> MethodResult:
        """No vectors are known; the blob of GetSystemCompatibilityInfo tells all."""
        self.machine_or_host(arguments)
        return arguments.result(errors.COMPLETED, CompatibilityVectors=[])

    @wmi_method
    def GetProcessorFeatureLimits(self, _host: Host, arguments: Arguments) -> MethodResult:
        """As GetSystemCompatibilityVectors: none."""
        return arguments.result(errors.COMPLETED, CompatibilityVectors=[])

    # -- settings -----------------------------------------------------------------------------

    @wmi_method
    def ModifyServiceSettings(self, host: Host, arguments: Arguments) -> MethodResult:
        """Change settings of migration, all or none; at once."""
        given = arguments.required_embedded("ServiceSettingData")
        change_migration(self.namespace, host, given)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def AddNetworkSettings(self, host: Host, arguments: Arguments) -> MethodResult:
        """Add networks that migrations use; at once."""
        for given in arguments.embedded_list("NetworkSettings"):
            subnet, prefix = value_of(given, "SubnetNumber"), value_of(given, "PrefixLength")
            if first_text(given, "Tags") == _TAG_ANY:
                host.migration.configure(use_any_network=True)
                continue
            metric = value_of(given, "Metric")
            host.migration.add_network(
                f"{subnet or ''}/{prefix if prefix is not None else 32}",
                metric if isinstance(metric, int) else None,
            )
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def ModifyNetworkSettings(self, host: Host, arguments: Arguments) -> MethodResult:
        """Change networks; at once."""
        for given in arguments.embedded_list("NetworkSettings"):
            target = self.namespace.resolve(_NETWORK, {"InstanceID": given.value("InstanceID") or ""})
            network = target.item
            if not isinstance(network, MigrationNetwork):
                raise InvalidParameter("The network cannot be changed.")
            subnet, prefix = value_of(given, "SubnetNumber"), value_of(given, "PrefixLength")
            own = network.network
            metric = value_of(given, "Metric")
            host.migration.change_network(
                network,
                subnet=f"{subnet or own.network_address}/{own.prefixlen if prefix is None else prefix}",
                priority=metric if isinstance(metric, int) else None,
            )
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def RemoveNetworkSettings(self, host: Host, arguments: Arguments) -> MethodResult:
        """Remove networks; at once."""
        for target in arguments.targets("NetworkSettings"):
            if isinstance(target.item, MigrationNetwork):
                host.migration.remove_network(target.item)
            else:
                host.migration.configure(use_any_network=False)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def RequestStateChange(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Not supported (documented)."""
        return arguments.result(1)

    # -- what the methods are made of ---------------------------------------------------------

    def machine_or_host(self, arguments: Arguments) -> VirtualMachine | None:
        """The machine that a call is about; None for the host itself. Raises InvalidParameter."""
        target = arguments.target("ComputerSystem")
        if target is None:
            raise InvalidParameter("ComputerSystem is missing.")
        return target.item if isinstance(target.item, VirtualMachine) else None

    def wanted(self, vm: VirtualMachine, arguments: Arguments) -> tuple[int, Move]:
        """The kind of migration, and where everything is to be. Raises InvalidParameter."""
        given = arguments.embedded("MigrationSettingData")
        kind = VIRTUAL_SYSTEM
        retain = False
        planned: str | None = None
        if given is not None:
            if not given.declaration.is_a(_SETTINGS):
                raise InvalidParameter(f"MigrationSettingData does not hold a {_SETTINGS}.")
            stated = value_of(given, "MigrationType")
            kind = stated if isinstance(stated, int) else VIRTUAL_SYSTEM
            retain = value_of(given, "RetainVhdCopiesOnSource") is True
            planned = _text(given, "DestinationPlannedVirtualSystemId")
        if kind not in _KINDS:
            raise InvalidParameter(f"There is no migration of the type {kind}.")
        settings = arguments.embedded("NewSystemSettingData")
        return kind, Move(
            storage=kind in (STORAGE, VIRTUAL_SYSTEM_AND_STORAGE),
            root=_text(settings, "ConfigurationDataRoot"),
            snapshot_root=_text(settings, "SnapshotDataRoot"),
            paging_root=_text(settings, "SwapFileDataRoot"),
            disks=_disks(vm, arguments.embedded_list("NewResourceSettingData")),
            retain_disks=retain,
            planned_id=planned,
        )


def change_migration(namespace: Namespace, host: Host, given: ValueInstance) -> None:
    """Apply an instance of the service's settings. Raises HostError."""
    view = namespace.view(MigrationServiceSettings)
    changes = read_changes(view, host, given, WRITABLE)
    before = {name: getattr(host.migration, name) for name in changes.get("migration", {})}
    if before:
        host.migration.configure(**changes["migration"])
    try:
        if "host" in changes:
            host.settings.configure(**changes["host"])
    except HostError:
        if before:
            host.migration.configure(**before)
        raise


def _text(settings: ValueInstance | None, name: str) -> str | None:
    value = None if settings is None else value_of(settings, name)
    return str(value) if value else None


def _disks(vm: VirtualMachine, given: list[ValueInstance]) -> dict[str, str]:
    """Where each disk is to be: source in lower case -> path. The settings name a medium of the machine."""
    places: dict[str, str] = {}
    for each in given:
        owner, tail = machine_of(vm.host, str(value_of(each, "InstanceID") or ""))
        path = first_text(each, "HostResource")
        drive = next(
            (one for one in vm.hard_disk_drives if one.medium_setting_id.lower() == tail.lower()), None
        )
        if owner is not vm or path is None:
            raise InvalidParameter("NewResourceSettingData does not name a disk of the virtual machine.")
        if isinstance(drive, HardDiskDrive) and drive.path is not None:
            places[drive.path.lower()] = path
    return places


class MigrationServiceSettings(HostElementView):
    """Host-wide settings of migration."""

    class_name = "Msvm_VirtualSystemMigrationServiceSettingData"
    constants = {
        "Caption": "Hyper-V Virtual System Migration Service",
        "Description": "Settings of the virtual machine migration service.",
        "ElementName": "Hyper-V Virtual System Migration Service",
    }

    def revision(self, item: Host) -> Hashable | None:
        return (item.settings.revision, item.migration.revision)

    def InstanceID(self, host: Host) -> str:
        return f"Microsoft:{host.name}"

    def AuthenticationType(self, host: Host) -> int:
        return int(host.migration.authentication)

    def EnableCompression(self, host: Host) -> bool:
        return host.migration.performance == 1

    def EnableSmbTransport(self, host: Host) -> bool:
        return host.migration.performance == 2

    def EnableVirtualSystemMigration(self, host: Host) -> bool:
        return host.migration.enabled

    def MaximumActiveStorageMigration(self, host: Host) -> int:
        return host.settings.maximum_storage_migrations

    def MaximumActiveVirtualSystemMigration(self, host: Host) -> int:
        return host.settings.maximum_virtual_machine_migrations


class MigrationNetworkSettings(View[MigrationNetwork]):
    """The networks that migrations use."""

    class_name = _NETWORK
    index = ("InstanceID",)
    constants = {
        "Caption": "Migration Network",
        "Description": "A network that virtual machine migrations use.",
        "ElementName": "Migration Network",
        "Tags": [_TAG],
    }

    def objects(self) -> Iterable[MigrationNetwork]:
        return self.host.migration.networks

    def by_key(self, keys: Keys) -> MigrationNetwork | None:
        wanted = keys.text("InstanceID").casefold()
        return next((each for each in self.objects() if self.InstanceID(each).casefold() == wanted), None)

    def revision(self, item: MigrationNetwork) -> Hashable | None:  # noqa: ARG002  networks come and go with the settings
        return self.host.migration.revision

    def InstanceID(self, network: MigrationNetwork) -> str:
        return f"Microsoft:{self.host.name}\\{network.subnet.replace('/', chr(92))}"

    def SubnetNumber(self, network: MigrationNetwork) -> str:
        return str(ipaddress.ip_network(network.subnet).network_address)

    def PrefixLength(self, network: MigrationNetwork) -> int:
        return network.network.prefixlen

    def Metric(self, network: MigrationNetwork) -> int:
        return network.priority


class AnyNetworkSettings(HostElementView):
    """Every network may be used: one instance while that is so."""

    class_name = _NETWORK
    constants = {
        "Caption": "Migration Network",
        "ElementName": "All Networks",
        "Metric": 0,
        "PrefixLength": 0,
        "SubnetNumber": "0.0.0.0",
        "Tags": [_TAG_ANY],
    }

    def objects(self) -> Iterable[Host]:
        return (self.host,) if self.host.migration.use_any_network else ()

    def revision(self, item: Host) -> Hashable | None:
        return item.migration.revision

    def InstanceID(self, host: Host) -> str:
        return f"Microsoft:{host.name}\\0.0.0.0\\0"


class MigrationCapabilities(HostElementView):
    """What the migration service can do."""

    class_name = "Msvm_VirtualSystemMigrationCapabilities"
    constants = {
        "AsynchronousMethodsSupported": [2, 32768],
        "Caption": "Hyper-V Virtual System Migration Capabilities",
        "Description": "Capabilities of the virtual machine migration service.",
        "DestinationHostFormatsSupported": [2, 3],
        "ElementName": "Hyper-V Virtual System Migration Capabilities",
        "InstanceID": "Microsoft:MigrationCapabilities",
        "SynchronousMethodsSupported": [4],
    }


VIEWS = (
    AnyNetworkSettings,
    MigrationCapabilities,
    MigrationJobView,
    MigrationNetworkSettings,
    MigrationService,
    MigrationServiceSettings,
)


def _jobs(namespace: Namespace, vm: VirtualMachine) -> list[Job]:
    return [job for job in namespace.host.jobs if job.kind is JobKind.MIGRATION and vm in job.affected]


def _affected(_namespace: Namespace, job: Job) -> list[Any]:
    return [
        each
        for each in job.affected
        if isinstance(each, VirtualMachine) and not each.deleted and not isinstance(each, PlannedMachine)
    ]


def _machines(namespace: Namespace, _item: Any) -> Iterable[VirtualMachine]:
    return namespace.host.virtual_machines


def _networks(namespace: Namespace, _item: Any) -> Iterable[MigrationNetwork]:
    return namespace.host.migration.networks


LINKS = (
    *service_links((MigrationService,)),
    Link(
        "Msvm_ElementSettingData",
        End("ManagedElement", MigrationService, the_host),
        End("SettingData", MigrationServiceSettings, the_host),
        values={"IsCurrent": 1, "IsDefault": 1, "IsNext": 0},
    ),
    Link(
        "Msvm_ElementCapabilities",
        End("ManagedElement", MigrationService, the_host),
        End("Capabilities", MigrationCapabilities, the_host),
    ),
    Link(
        "Msvm_VirtualSystemMigrationServiceSettingDataComponent",
        End(
            "GroupComponent", MigrationServiceSettings, lambda namespace, _: namespace.host.migration.networks
        ),
        End("PartComponent", MigrationNetworkSettings, the_host),
    ),
    Link(
        "Msvm_VirtualSystemMigrationServiceSettingDataComponent",
        End(
            "GroupComponent",
            MigrationServiceSettings,
            every(AnyNetworkSettings),
        ),
        End("PartComponent", AnyNetworkSettings, the_host),
    ),
    Link(
        "Msvm_ServiceAffectsElement",
        End("AffectingElement", MigrationService, _machines),
        End("AffectedElement", MachineSystem, the_host),
        values={"ElementEffects": [5]},
    ),
    Link(
        "Msvm_AffectedJobElement",
        End("AffectedElement", MachineSystem, _jobs),
        End("AffectingElement", MigrationJobView, _affected),
        values={"ElementEffects": [0]},
    ),
)
