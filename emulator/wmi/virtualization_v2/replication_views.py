"""Replications of virtual machines: their settings, how far they are, and the settings of a failover.

Every machine has the settings and the relationship 0, of the state Disabled while it is not replicated; the
second ones are there with an extended replication.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from emulator.cim import cim_xml
from emulator.cim.instance import ValueInstance
from emulator.host.guest.guest_network import GuestNetworkSettings
from emulator.host.network.network_adapter import NetworkAdapter
from emulator.host.replication.replication_relationship import (
    PROVIDER_ID,
    ReplicationRelationship,
    ReplicationTerms,
)
from emulator.host.storage.change_tracking import drives_by_place
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi.association import End, Link
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import PREFIX, DeviceSettingView, HostElementView, settings_id
from emulator.wmi.virtualization_v2.computer_system import NEVER, MachineSystem
from emulator.wmi.virtualization_v2.jobs import error_text
from emulator.wmi.virtualization_v2.network import EmulatedPortSettings, SyntheticPortSettings
from emulator.wmi.virtualization_v2.paths import settings_path

if TYPE_CHECKING:
    from emulator.cim.types import CimValue
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace

_RELATIONSHIP = "Msvm_ReplicationRelationship"
_CURRENT: dict[str, Any] = {"IsCurrent": 2, "IsDefault": 0, "IsNext": 0}
_NO_TERMS = ReplicationTerms("", 0, compression=False)
_BOTH_PROTOCOLS = 4098
_NO_ADDRESSES = GuestNetworkSettings(dhcp=True)


@dataclass(frozen=True, slots=True)
class ReplicationEnd:
    """A machine and the number of one of its relationships, which need not be there."""

    vm: VirtualMachine
    index: int

    @property
    def relationship(self) -> ReplicationRelationship | None:
        """The relationship itself."""
        return next((each for each in self.vm.relationships if each.index == self.index), None)


def ends_of(vm: VirtualMachine) -> list[ReplicationEnd]:
    """The first one, and those that are there."""
    return [ReplicationEnd(vm, index) for index in sorted({0, *(each.index for each in vm.relationships)})]


class _EndView(View[ReplicationEnd]):
    """``Microsoft:<GUID>\\HVR\\<index>``; Server 2012 has no index (documented)."""

    index = ("InstanceID",)
    follows_revision = True

    def objects(self) -> Iterable[ReplicationEnd]:
        for vm in self.host.virtual_machines:
            yield from ends_of(vm)

    def shown_of(self, owner: object) -> Iterable[ReplicationEnd] | None:
        if isinstance(owner, ReplicationRelationship):
            return (ReplicationEnd(owner.vm, owner.index),) if owner.index and owner.is_live else ()
        return ends_of(owner) if isinstance(owner, VirtualMachine) and not owner.is_checkpoint else ()

    def by_key(self, keys: Keys) -> ReplicationEnd | None:
        machine, _, tail = keys.text("InstanceID")[len(PREFIX) :].partition("\\")
        vm = self.host.virtual_machines.get(machine)
        if vm is None:
            return None
        wanted = keys.text("InstanceID").lower()
        return next((end for end in ends_of(vm) if tail and self.InstanceID(end).lower() == wanted), None)

    def object_id(self, item: ReplicationEnd) -> Hashable:
        return (item.vm.id, item.index)

    def revision(self, item: ReplicationEnd) -> Hashable | None:
        return item.vm.revision

    def InstanceID(self, end: ReplicationEnd) -> str:
        has_index = _RELATIONSHIP in self.namespace.schema
        return settings_id(end.vm, f"HVR\\{end.index}" if has_index else "HVR")


class ReplicationSettings(_EndView):
    """The terms of a replication."""

    class_name = "Msvm_ReplicationSettingData"
    constants = {
        "AdditionalSettings": "",
        "Caption": "Replication Settings",
        "Description": "Virtual Machine Replication Settings Data",
        "EnableWriteOrderPreservationAcrossDisks": True,
        "RootCertificateThumbPrint": "",
        "VirtualSystemType": "Microsoft:Hyper-V:Replica",
    }

    def terms(self, end: ReplicationEnd) -> ReplicationTerms:
        """What is shown: the defaults while nothing is replicated."""
        found = end.relationship
        return _NO_TERMS if found is None else found.terms

    def ElementName(self, end: ReplicationEnd) -> str:
        return end.vm.name

    def VirtualSystemIdentifier(self, end: ReplicationEnd) -> str:
        return end.vm.id

    def CreationTime(self, end: ReplicationEnd) -> datetime:
        return end.vm.created

    def AuthenticationType(self, end: ReplicationEnd) -> int:
        return int(self.terms(end).authentication)

    def CertificateThumbPrint(self, end: ReplicationEnd) -> str:
        return self.terms(end).certificate_thumbprint

    def CompressionEnabled(self, end: ReplicationEnd) -> bool:
        return self.terms(end).compression

    def BypassProxyServer(self, end: ReplicationEnd) -> bool:
        return self.terms(end).bypass_proxy

    def RecoveryConnectionPoint(self, end: ReplicationEnd) -> str:
        return self.terms(end).recovery_connection_point

    def RecoveryHostSystem(self, end: ReplicationEnd) -> str:
        return self.terms(end).recovery_host

    def PrimaryConnectionPoint(self, end: ReplicationEnd) -> str:
        return self.terms(end).primary_connection_point

    def PrimaryHostSystem(self, end: ReplicationEnd) -> str:
        return self.terms(end).primary_host

    def RecoveryServerPortNumber(self, end: ReplicationEnd) -> int:
        return self.terms(end).recovery_port

    def ReplicateHostKvpItems(self, end: ReplicationEnd) -> bool:
        return self.terms(end).host_only_pairs

    def ApplicationConsistentSnapshotInterval(self, end: ReplicationEnd) -> int:
        """Hours."""
        return self.terms(end).consistent_interval

    def RecoveryHistory(self, end: ReplicationEnd) -> int:
        return self.terms(end).recovery_history

    def ReplicationInterval(self, end: ReplicationEnd) -> int:
        """Seconds."""
        return self.terms(end).interval

    def AutoResynchronizeEnabled(self, end: ReplicationEnd) -> bool:
        return self.terms(end).auto_resynchronize

    def AutoResynchronizeIntervalStart(self, end: ReplicationEnd) -> timedelta:
        return self.terms(end).resynchronize_from

    def AutoResynchronizeIntervalEnd(self, end: ReplicationEnd) -> timedelta:
        return self.terms(end).resynchronize_until

    def IncludedDisks(self, end: ReplicationEnd) -> list[str]:
        """The paths of the settings of the media."""
        drives = drives_by_place(end.vm)
        return [
            settings_path(
                self.namespace,
                "Msvm_StorageAllocationSettingData",
                end.vm,
                drives[place].medium_setting_id,
            )
            for place in self.terms(end).disks
            if place in drives and drives[place].path is not None
        ]

    def ReplicationProvider(self, _end: ReplicationEnd) -> str | None:
        if "Msvm_ReplicationProvider" not in self.namespace.schema:
            return None
        return str(self.namespace.view(ReplicationProvider).instance(self.host).path)


class RelationshipView(_EndView):
    """How far a replication is (2012 R2 and later)."""

    class_name = _RELATIONSHIP
    constants = {
        "Caption": "Replication Relationship",
        "Description": "Replication relationship of a virtual machine.",
        "HealthState": 5,
        "OperationalStatus": [2],
        "Status": "OK",
        "StatusDescriptions": ["OK"],
    }
    volatile = frozenset({"ReplicationHealth"})

    def ElementName(self, end: ReplicationEnd) -> str:
        return end.vm.name

    def Name(self, end: ReplicationEnd) -> str:
        return end.vm.name

    def ReplicationState(self, end: ReplicationEnd) -> int:
        found = end.relationship
        return 0 if found is None else int(found.state)

    def ReplicationHealth(self, end: ReplicationEnd) -> int:
        found = end.relationship
        return 0 if found is None else int(found.health)

    def FailedOverReplicationType(self, end: ReplicationEnd) -> int:
        found = end.relationship
        return 0 if found is None else int(found.failed_over)

    def LastReplicationType(self, end: ReplicationEnd) -> int:
        found = end.relationship
        return 0 if found is None else int(found.last_type)

    def LastReplicationTime(self, end: ReplicationEnd) -> datetime:
        found = end.relationship
        return NEVER if found is None else found.last_time or NEVER

    def LastApplicationConsistentReplicationTime(self, end: ReplicationEnd) -> datetime:
        found = end.relationship
        return NEVER if found is None else found.last_consistent_time or NEVER

    def LastApplyTime(self, end: ReplicationEnd) -> datetime:
        found = end.relationship
        return NEVER if found is None else found.last_apply_time or NEVER


class ReplicationProvider(HostElementView):
    """Hyper-V itself, as the provider of replication (2012 R2 and later)."""

    class_name = "Msvm_ReplicationProvider"
    constants = {
        "Caption": "Hyper-V Replication Provider",
        "Description": "Microsoft Hyper-V Replication Provider",
        "ElementName": "Hyper-V",
        "InstanceID": PREFIX + PROVIDER_ID,
        "Name": "Hyper-V",
    }


class FailoverNetworkSettings(DeviceSettingView[NetworkAdapter]):
    """The addresses that a guest takes for one adapter after a failover."""

    class_name = "Msvm_FailoverNetworkAdapterSettingData"
    constants = {
        "Caption": "Failover Network Adapter Settings",
        "Description": "Network settings of a virtual machine after a failover.",
        "ProtocolIFType": _BOTH_PROTOCOLS,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[NetworkAdapter]:
        return () if vm.is_checkpoint else vm.network_adapters

    def tail(self, device: NetworkAdapter) -> str:
        return f"{device.setting_id}\\Failover"

    def settings(self, adapter: NetworkAdapter) -> GuestNetworkSettings:
        """What was set; addresses by DHCP without."""
        return adapter.vm.failover_network.get(adapter.id, _NO_ADDRESSES)

    def DHCPEnabled(self, adapter: NetworkAdapter) -> bool:
        return self.settings(adapter).dhcp

    def IPAddresses(self, adapter: NetworkAdapter) -> list[str]:
        return list(self.settings(adapter).addresses)

    def Subnets(self, adapter: NetworkAdapter) -> list[str]:
        return list(self.settings(adapter).subnets)

    def DefaultGateways(self, adapter: NetworkAdapter) -> list[str]:
        return list(self.settings(adapter).gateways)

    def DNSServers(self, adapter: NetworkAdapter) -> list[str]:
        return list(self.settings(adapter).dns_servers)


def statistics_text(namespace: Namespace, relationship: ReplicationRelationship) -> str:
    """Msvm_ReplicationStatistics as CIM-XML."""
    counted = relationship.statistics
    values: dict[str, CimValue] = {
        "InstanceID": settings_id(relationship.vm, f"HVR\\{relationship.index}"),
        "ApplicationConsistentSnapshotFailureCount": counted.consistent_failures,
        "EndStatisticTime": relationship.host.clock.now(),
        "LastTestFailoverTime": relationship.last_test_time or NEVER,
        "MaxReplicationLatency": round(counted.greatest_latency),
        "MaxReplicationSize": counted.greatest_size,
        "NetworkFailureCount": counted.network_failures,
        "PendingReplicationSize": relationship.pending_size,
        "ReplicationFailureCount": counted.failures,
        "ReplicationHealth": int(relationship.health),
        "ReplicationLatency": counted.average_latency,
        "ReplicationMissCount": counted.misses,
        "ReplicationSize": counted.average_size,
        "ReplicationSuccessCount": counted.successes,
        "StartStatisticTime": counted.since,
    }
    declaration = namespace.schema.find("Msvm_ReplicationStatistics")
    return cim_xml.format_instance(ValueInstance(declaration, values, namespace.name))


def issue_texts(namespace: Namespace, relationship: ReplicationRelationship) -> list[str]:
    """What is wrong, each as an Msvm_Error."""
    return [
        error_text(namespace, relationship.vm.id, text, str(int(issue)))
        for issue, text in relationship.issues()
    ]


VIEWS = (FailoverNetworkSettings, RelationshipView, ReplicationProvider, ReplicationSettings)


def _ends(_namespace: Namespace, vm: VirtualMachine) -> Iterable[ReplicationEnd]:
    return ends_of(vm)


def _machine(_namespace: Namespace, end: ReplicationEnd) -> Iterable[VirtualMachine]:
    return (end.vm,)


def _test(_namespace: Namespace, vm: VirtualMachine) -> Iterable[VirtualMachine]:
    from emulator.host.replication.testing_failover import test_replica

    found = test_replica(vm) if vm.test_replica_id is not None else None
    return () if found is None else (found,)


def _tested(_namespace: Namespace, vm: VirtualMachine) -> Iterable[VirtualMachine]:
    return () if vm.test_replica_of is None or vm.test_replica_of.deleted else (vm.test_replica_of,)


def _same(view: type[DeviceSettingView[NetworkAdapter]]) -> Any:
    def reach(namespace: Namespace, adapter: NetworkAdapter) -> Iterable[NetworkAdapter]:
        return [each for each in namespace.view(view).devices(adapter.vm) if each is adapter]

    return reach


LINKS = (
    Link(
        "Msvm_ElementSettingData",
        End("ManagedElement", MachineSystem, _ends),
        End("SettingData", ReplicationSettings, _machine),
        values=_CURRENT,
    ),
    Link(
        "Msvm_SystemReplicationRelationship",
        End("Antecedent", MachineSystem, _ends),
        End("Dependent", RelationshipView, _machine),
    ),
    Link(
        "Msvm_ReplicaSystemDependency",
        End("Antecedent", MachineSystem, _test),
        End("Dependent", MachineSystem, _tested),
    ),
    *(
        Link(
            "Msvm_EthernetPortFailoverSettingDataComponent",
            End("GroupComponent", ports, _same(FailoverNetworkSettings)),
            End("PartComponent", FailoverNetworkSettings, _same(ports)),
        )
        for ports in (SyntheticPortSettings, EmulatedPortSettings)
    ),
)
