"""The methods of Msvm_ReplicationService about replicated virtual machines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.errors import InvalidParameter, InvalidState, NotSupported
from emulator.host.identifiers import is_guid
from emulator.host.replication import (
    failback,
    planned_failover,
    replication,
    replication_failover,
    reverse_replication,
    testing_failover,
)
from emulator.host.replication.initial_replica import import_initial
from emulator.host.replication.initial_replication import start_initial, stop_initial
from emulator.host.replication.replication_relationship import (
    InitialReplication,
    ReplicationRelationship,
    ReplicationState,
    ReplicationTerms,
)
from emulator.host.replication.replication_settings import ReplicationAuthentication
from emulator.host.replication.replication_terms import all_disks, require_replication, source_of, wrong_state
from emulator.host.replication.resynchronization import resynchronize, stop_resynchronizing
from emulator.host.storage.change_tracking import Place, place_of
from emulator.host.virtual_machine.drives import HardDiskDrive
from emulator.wmi import errors
from emulator.wmi.changes import Read, flag, number, text, text_of, value_of
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization_v2.arguments import checkpoint_argument, machine_argument
from emulator.wmi.virtualization_v2.base import ServiceView, machine_of
from emulator.wmi.virtualization_v2.guest_services import network_settings_of
from emulator.wmi.virtualization_v2.jobs import started
from emulator.wmi.virtualization_v2.paths import named_object
from emulator.wmi.virtualization_v2.replication_views import (
    FailoverNetworkSettings,
    ReplicationEnd,
    issue_texts,
    statistics_text,
)

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.cim.types import CimValue
    from emulator.host import Host
    from emulator.host.job import Job
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

_SETTINGS = "Msvm_ReplicationSettingData"
_STATE = ReplicationState


def _authentication(value: CimValue) -> ReplicationAuthentication:
    try:
        return ReplicationAuthentication(number(value))
    except ValueError:
        raise InvalidParameter(f"There is no authentication of the type '{value!s:.32}'.") from None


def _any(value: CimValue) -> Any:
    return value


#: Property -> field of the terms, and how it is read.
_TERMS: dict[str, tuple[str, Read]] = {
    "RecoveryConnectionPoint": ("recovery_connection_point", text),
    "RecoveryServerPortNumber": ("recovery_port", number),
    "AuthenticationType": ("authentication", _authentication),
    "CertificateThumbPrint": ("certificate_thumbprint", text),
    "CompressionEnabled": ("compression", flag),
    "BypassProxyServer": ("bypass_proxy", flag),
    "ReplicateHostKvpItems": ("host_only_pairs", flag),
    "ApplicationConsistentSnapshotInterval": ("consistent_interval", number),
    "RecoveryHistory": ("recovery_history", number),
    "ReplicationInterval": ("interval", number),
    "AutoResynchronizeEnabled": ("auto_resynchronize", flag),
    "AutoResynchronizeIntervalStart": ("resynchronize_from", _any),
    "AutoResynchronizeIntervalEnd": ("resynchronize_until", _any),
}


class ReplicationMethods(ServiceView):
    """Each returns 4096 with a job where Windows does."""

    @wmi_method
    def CreateReplicationRelationship(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Enable replication of a machine, or the extended replication of a replica."""
        vm = machine_argument(arguments, "ComputerSystem")
        wanted = self.terms(arguments, vm, ReplicationTerms("", 0))
        return started(arguments, replication.enable(vm, wanted))

    @wmi_method
    def ModifyReplicationSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Change the terms of a replication."""
        vm = machine_argument(arguments, "ComputerSystem")
        given = self.settings(arguments)
        relationship = source_of(vm)
        index = _index_in(text_of(given, "InstanceID"))
        if index is not None and index != relationship.index:
            raise wrong_state(vm)
        wanted = self.terms(arguments, vm, relationship.terms)
        return started(arguments, replication.modify(vm, wanted, relationship.index))

    @wmi_method
    def RemoveReplicationRelationship(self, _host: Host, arguments: Arguments) -> MethodResult:
        """End every replication of a machine on this host."""
        return started(arguments, replication.remove(machine_argument(arguments, "ComputerSystem")))

    @wmi_method
    def RemoveReplicationRelationshipEx(self, _host: Host, arguments: Arguments) -> MethodResult:
        """End one replication of a machine on this host."""
        vm = machine_argument(arguments, "ComputerSystem")
        return started(arguments, replication.remove(vm, self.named(arguments, vm).index))

    @wmi_method
    def StartReplication(self, host: Host, arguments: Arguments) -> MethodResult:
        """Begin the initial replication."""
        kind = arguments.integer("InitialReplicationType")
        job = start_initial(
            machine_argument(arguments, "ComputerSystem"),
            InitialReplication.NETWORK if kind is None else kind,
            folder=arguments.text("InitialReplicationExportLocation"),
            start=_moment(host, arguments),
        )
        return started(arguments, job)

    @wmi_method
    def ImportInitialReplica(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Take an exported initial replication."""
        folder = arguments.required_text("InitialReplicationImportLocation")
        return started(arguments, import_initial(machine_argument(arguments, "ComputerSystem"), folder))

    @wmi_method
    def Resynchronize(self, host: Host, arguments: Arguments) -> MethodResult:
        """Compare the disks with the replica's."""
        vm = machine_argument(arguments, "ComputerSystem")
        return started(arguments, resynchronize(source_of(vm), _moment(host, arguments)))

    @wmi_method
    def InitiateFailover(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Let a replica take over."""
        vm = machine_argument(arguments, "ComputerSystem")
        return started(arguments, replication_failover.fail_over(vm, _point(arguments)))

    @wmi_method
    def RevertFailover(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Undo a failover."""
        return started(arguments, replication_failover.revert(machine_argument(arguments, "ComputerSystem")))

    @wmi_method
    def CommitFailover(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Keep a failover: recovery points go."""
        return started(
            arguments, replication_failover.commit_failover(machine_argument(arguments, "ComputerSystem"))
        )

    @wmi_method
    def TestReplicaSystem(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Make a test machine; it is among the elements that the job affects."""
        vm = machine_argument(arguments, "ComputerSystem")
        return started(arguments, testing_failover.start_test(vm, _point(arguments)))

    @wmi_method
    def ReverseReplicationRelationship(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Make a failed-over replica the primary."""
        vm = machine_argument(arguments, "ComputerSystem")
        require_replication(vm)
        if not vm.relationships:
            raise wrong_state(vm)
        present = vm.relationships[0].terms
        back = replace(present, recovery_connection_point=present.primary_host, disks=all_disks(vm))
        return started(arguments, reverse_replication.reverse(vm, self.terms(arguments, vm, back)))

    @wmi_method
    def InitiateFailback(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Bring an old primary to the state of the machine that took over, or of a recovery point of that,
        which is another host's: its GUID, or its InstanceID."""
        vm = machine_argument(arguments, "ComputerSystem")
        point = (arguments.text("RecoveryPointIdentifier") or "").rpartition(":")[2]
        if point and not is_guid(point):
            raise InvalidParameter(f"The recovery point {point:.64} is not valid.")
        return started(arguments, failback.fail_back(vm, point or None))

    @wmi_method
    def ChangeReplicationModeToPrimary(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Make a machine that was failed back the primary again."""
        vm = machine_argument(arguments, "ComputerSystem")
        if arguments.get("ReplicationRelationship") and self.named(arguments, vm).index:
            raise wrong_state(vm)
        return started(arguments, failback.become_primary(vm))

    @wmi_method
    def SetFailoverNetworkAdapterSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Set the addresses that a guest takes after a failover; at once."""
        vm = machine_argument(arguments, "ComputerSystem")
        given = arguments.embedded_list("NetworkSettings")
        view = self.namespace.view(FailoverNetworkSettings)
        adapters = {view.InstanceID(each).lower(): each for each in vm.network_adapters}
        wanted = dict(vm.failover_network)
        for each in given:
            adapter = adapters.get(text_of(each, "InstanceID").lower())
            if not each.declaration.is_a(FailoverNetworkSettings.class_name) or adapter is None:
                raise InvalidParameter("NetworkSettings does not name an adapter of the virtual machine.")
            wanted[adapter.id] = network_settings_of(each)
        if not given:
            raise InvalidParameter("NetworkSettings is missing.")
        replication_failover.set_failover_network(vm, wanted)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def SetAuthorizationEntry(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Let the primary servers of another entry go on with a replica; at once."""
        vm = machine_argument(arguments, "ComputerSystem")
        given = arguments.embedded("AuthorizationEntry")
        if given is None or not given.declaration.is_a("Msvm_ReplicationAuthorizationSettingData"):
            raise InvalidParameter("AuthorizationEntry is missing.")
        replication.set_authorization_entry(
            vm, text_of(given, "AllowedPrimaryHostSystem"), text_of(given, "TrustGroup")
        )
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def GetReplicationStatistics(self, _host: Host, arguments: Arguments) -> MethodResult:
        """What the first replication counted, and what is wrong with it; at once."""
        vm = machine_argument(arguments, "ComputerSystem")
        require_replication(vm)
        return self.statistics(arguments, vm.relationships[0] if vm.relationships else None)

    @wmi_method
    def GetReplicationStatisticsEx(self, _host: Host, arguments: Arguments) -> MethodResult:
        """The same of one replication."""
        vm = machine_argument(arguments, "ComputerSystem")
        return self.statistics(arguments, self.named(arguments, vm))

    @wmi_method
    def ResetReplicationStatistics(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Count every replication of a machine from zero; at once."""
        vm = machine_argument(arguments, "ComputerSystem")
        require_replication(vm)
        if not vm.relationships:
            raise wrong_state(vm)
        for relationship in vm.relationships:
            relationship.reset_statistics()
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def ResetReplicationStatisticsEx(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Count one replication from zero; at once."""
        vm = machine_argument(arguments, "ComputerSystem")
        self.named(arguments, vm).reset_statistics()
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def TestReplicationConnection(self, host: Host, arguments: Arguments) -> MethodResult:
        """Whether this host could replicate to a server."""
        wanted = ReplicationTerms(
            arguments.text("RecoveryConnectionPoint") or "",
            arguments.integer("RecoveryServerPortNumber") or 0,
            authentication=_authentication(arguments.get("AuthenticationType")),
            certificate_thumbprint=arguments.text("CertificateThumbPrint") or "",
        )
        return started(arguments, replication.test_connection(host, wanted))

    @wmi_method
    def GetSystemCertificates(self, host: Host, arguments: Arguments) -> MethodResult:
        """The certificates of the computer. The machine knows facts of certificates, not their bytes."""
        host.role.require()
        if host.certificates.own():
            self.namespace.service.record_gap(
                self.namespace.name, self.class_name, "GetSystemCertificates of a host with certificates"
            )
            raise NotSupported("The emulator does not keep the content of certificates.")
        return arguments.result(errors.COMPLETED, EncodedCertificates=[])

    # What the methods are made of.

    def settings(self, arguments: Arguments) -> ValueInstance:
        """The settings that must be given. Raises InvalidParameter."""
        given = arguments.embedded("ReplicationSettingData")
        if given is None or not given.declaration.is_a(_SETTINGS):
            raise InvalidParameter(f"ReplicationSettingData does not hold a {_SETTINGS}.")
        return given

    def terms(self, arguments: Arguments, vm: VirtualMachine, base: ReplicationTerms) -> ReplicationTerms:
        """The terms that the settings ask for; what they leave out is as in the base."""
        given = self.settings(arguments)
        changes: dict[str, Any] = {
            field: read(value)
            for name, (field, read) in _TERMS.items()
            if (value := value_of(given, name)) is not None
        }
        disks = value_of(given, "IncludedDisks")
        if isinstance(disks, list):
            changes["disks"] = tuple(_place(self.namespace, vm, str(each)) for each in disks)
        return replace(base, **changes)

    def statistics(self, arguments: Arguments, relationship: ReplicationRelationship | None) -> MethodResult:
        """Statistics and issues as texts."""
        if relationship is None:
            raise InvalidState("Replication is not enabled for the virtual machine.")
        return arguments.result(
            errors.COMPLETED,
            ReplicationStatistics=[statistics_text(self.namespace, relationship)],
            ReplicationHealthIssues=issue_texts(self.namespace, relationship),
        )

    def named(self, arguments: Arguments, vm: VirtualMachine) -> ReplicationRelationship:
        """The relationship that a parameter names. Raises InvalidParameter, InvalidState."""
        return named_relationship(self.namespace, arguments, vm)


def named_relationship(
    namespace: Namespace, arguments: Arguments, vm: VirtualMachine
) -> ReplicationRelationship:
    """The relationship whose instance, or path, ReplicationRelationship holds. Raises InvalidParameter,
    InvalidState."""
    require_replication(vm)
    given = arguments.get("ReplicationRelationship")
    found = named_object(namespace, given) if isinstance(given, str) and "<" not in given else None
    if isinstance(found, ReplicationEnd) and found.vm is vm:
        index: int | None = found.index
    else:
        instance = arguments.embedded("ReplicationRelationship") if given else None
        index = None if instance is None else _index_in(text_of(instance, "InstanceID"))
    if index is None:
        raise InvalidParameter("ReplicationRelationship does not name a relationship of the machine.")
    for relationship in vm.relationships:
        if relationship.index == index:
            return relationship
    raise wrong_state(vm)


def change_state(vm: VirtualMachine, relationship: ReplicationRelationship, wanted: int) -> Job:
    """RequestReplicationStateChange: 1 stop the initial replication, 3 go on, 4 prepare a planned failover,
    7 suspend, 9 give a resynchronization up. Raises InvalidParameter, InvalidState."""
    if wanted == _STATE.READY:
        return stop_initial(relationship)
    if wanted == _STATE.REPLICATING:
        if relationship.state is _STATE.SYNCHRONIZED:
            return planned_failover.cancel_preparation(vm)
        return replication.resume(relationship)
    if wanted == _STATE.SYNCHRONIZED:
        return planned_failover.prepare(vm)
    if wanted == _STATE.SUSPENDED:
        return replication.suspend(relationship)
    if wanted == _STATE.WAITING_FOR_RESYNCHRONIZATION:
        return stop_resynchronizing(relationship)
    if wanted == _STATE.WAITING:
        # Documented as a value that may be asked for; no client was seen to, and no state leads there.
        raise wrong_state(vm)
    raise InvalidParameter(f"RequestedState {wanted} is not a state that a replication can be asked for.")


def _point(arguments: Arguments) -> Checkpoint | None:
    if arguments.get("SnapshotSettingData") is None:
        return None
    return checkpoint_argument(arguments, "SnapshotSettingData")


def _moment(host: Host, arguments: Arguments) -> datetime | None:
    """StartTime; None for now, which a time that is past or an empty interval says as well."""
    value = arguments.get("StartTime")
    return value if isinstance(value, datetime) and value > host.clock.now() else None


def _index_in(instance_id: str) -> int | None:
    tail = instance_id.rpartition("\\")[2]
    return int(tail) if tail in ("0", "1") else None


def _place(namespace: Namespace, vm: VirtualMachine, named: str) -> Place:
    """The drive whose medium a path or an InstanceID names."""
    found = named_object(namespace, named)
    if found is None:
        owner, tail = machine_of(vm.host, named)
        if owner is vm:
            wanted = tail.lower()
            found = next(
                (each for each in vm.hard_disk_drives if each.medium_setting_id.lower() == wanted), None
            )
    if not isinstance(found, HardDiskDrive) or found.vm is not vm:
        raise InvalidParameter(f"IncludedDisks does not name a disk of the virtual machine: {named:.128}")
    return place_of(found)
