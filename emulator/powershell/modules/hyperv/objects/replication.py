"""Microsoft.HyperV.PowerShell.VMReplication, VMReplicationHealth, VMReplicationServer and its authorization
entries."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from emulator.host.replication.replication_settings import ANY_SERVER, AuthorizationEntry
from emulator.host.replication.testing_failover import test_replica
from emulator.host.storage.change_tracking import drives_by_place
from emulator.powershell.dotnet.numbers import UInt32, UInt64
from emulator.powershell.modules.hyperv.catalog import Reader, Readers
from emulator.powershell.modules.hyperv.objects import replication_values
from emulator.powershell.modules.hyperv.objects.values import (
    array,
    component,
    enum,
    enum_array,
    local_time,
    span,
    texts,
    typed_list,
)
from emulator.record import MutableRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.host import HardDiskDrive, Host, VirtualMachine
    from emulator.host.replication.replication_relationship import ReplicationRelationship
    from emulator.host.replication.replication_settings import ReplicationSettings
    from emulator.powershell.dotnet.time_values import DateTime

_OK = 2


class EntryOfHost(MutableRecord, eq=False):
    """An authorization entry with the host that has it."""

    host: Host
    entry: AuthorizationEntry


class HealthOfReplication(MutableRecord, eq=False):
    """What Measure-VMReplication gives: a relationship, whose figures are read when they are asked for."""

    relationship: ReplicationRelationship

    @property
    def host(self) -> Host:
        """The host of this end."""
        return self.relationship.host


def _time(read: Callable[[ReplicationRelationship], datetime | None]) -> Reader:
    def moment(relationship: ReplicationRelationship) -> DateTime | None:
        found = read(relationship)
        return None if found is None else local_time(relationship.host, found)

    return moment


def replicated_drives(relationship: ReplicationRelationship) -> list[HardDiskDrive]:
    """The drives that are replicated."""
    drives = drives_by_place(relationship.vm)
    return [drives[place] for place in relationship.terms.disks if place in drives]


def _excluded_drives(relationship: ReplicationRelationship) -> list[HardDiskDrive]:
    wanted = relationship.terms.disks
    return [drive for place, drive in drives_by_place(relationship.vm).items() if place not in wanted]


def _allowed_server(relationship: ReplicationRelationship) -> str:
    return "" if relationship.entry is None else relationship.entry.server


def _test_machine(relationship: ReplicationRelationship) -> VirtualMachine | None:
    return test_replica(relationship.vm)


_COMMON: Readers = {
    **component(lambda relationship: relationship.vm),
    "AllowedPrimaryServer": _allowed_server,
    "CurrentReplicaServerName": lambda item: item.terms.recovery_host,
    "LastAppliedLogTime": _time(lambda item: item.last_apply_time),
    "LastReplicationTime": _time(lambda item: item.last_time),
    "PrimaryServerName": lambda item: item.terms.primary_host,
    "ReplicaServerName": lambda item: item.terms.recovery_connection_point,
    "ReplicatedDisks": lambda item: typed_list("HardDiskDrive", replicated_drives(item)),
    "ReplicationHealth": enum("VMReplicationHealthState", lambda item: item.health),
    "ReplicationMode": enum("VMReplicationMode", lambda item: item.mode),
    "ReplicationRelationshipType": enum("VMReplicationRelationshipType", lambda item: item.index),
    "ReplicationState": enum("VMReplicationState", replication_values.state_number),
    "TestVirtualMachine": _test_machine,
    "IsDeleted": lambda item: not item.is_live,
}

REPLICATION: Readers = {
    **_COMMON,
    "AuthenticationType": enum("ReplicationAuthenticationType", lambda item: item.terms.authentication),
    "AutoResynchronizeEnabled": lambda item: item.terms.auto_resynchronize,
    "AutoResynchronizeIntervalEnd": lambda item: span(item.terms.resynchronize_until),
    "AutoResynchronizeIntervalStart": lambda item: span(item.terms.resynchronize_from),
    "BypassProxyServer": lambda item: item.terms.bypass_proxy,
    "CertificateThumbprint": lambda item: item.terms.certificate_thumbprint,
    "CompressionEnabled": lambda item: item.terms.compression,
    "EnableWriteOrderPreservationAcrossDisks": lambda _: True,
    "ExcludedDisks": lambda item: typed_list("HardDiskDrive", _excluded_drives(item)),
    "RecoveryHistory": lambda item: item.terms.recovery_history,
    "ReplicaServerPort": lambda item: item.terms.recovery_port,
    "ReplicateHostKvpItems": lambda item: item.terms.host_only_pairs,
    "ReplicationFrequencySec": lambda item: item.terms.interval,
    "VSSSnapshotFrequencyHour": lambda item: item.terms.consistent_interval,
    "VSSSnapshotReplicationEnabled": lambda item: item.terms.consistent_interval > 0,
}
#: Names that the module's type file adds (seen in scripts and views).
_SHORT_NAMES = {
    "Name": "VMName",
    "State": "ReplicationState",
    "Health": "ReplicationHealth",
    "Mode": "ReplicationMode",
    "PrimaryServer": "PrimaryServerName",
    "ReplicaServer": "ReplicaServerName",
    "Relationship": "ReplicationRelationshipType",
}
REPLICATION_ADDED = {
    **_SHORT_NAMES,
    "FrequencySec": "ReplicationFrequencySec",
    "ReplicaPort": "ReplicaServerPort",
    "AuthType": "AuthenticationType",
}


def _of_relationship(read: Reader) -> Reader:
    return lambda health: read(health.relationship)


_COUNTED: Readers = {
    "MonitoringStartTime": _time(lambda item: item.statistics.since),
    "MonitoringEndTime": _time(lambda item: item.host.clock.now()),
    "LastReplicationType": enum("VMReplicationType", lambda item: item.last_type),
    "FailedOverReplicationType": enum("VMReplicationType", lambda item: item.failed_over),
    "LastTestFailoverInitiatedTime": _time(lambda item: item.last_test_time),
    "LastVSSSnapshotTime": _time(lambda item: item.last_consistent_time),
    "PendingReplicationSize": lambda item: UInt64(item.pending_size),
    "AverageReplicationSize": lambda item: UInt64(item.statistics.average_size),
    "MaximumReplicationSize": lambda item: UInt64(item.statistics.greatest_size),
    "AverageReplicationLatency": lambda item: span(timedelta(seconds=item.statistics.average_latency)),
    "MaximumReplicationLatency": lambda item: span(
        timedelta(seconds=round(item.statistics.greatest_latency))
    ),
    "ReplicationErrors": lambda item: UInt32(item.statistics.failures),
    "SuccessfulReplicationCount": lambda item: UInt32(item.statistics.successes),
    "MissedReplicationCount": lambda item: UInt32(item.statistics.misses),
    "ReplicationHealthDetails": lambda item: texts(text for _, text in item.issues()),
}

HEALTH: Readers = {name: _of_relationship(read) for name, read in {**_COMMON, **_COUNTED}.items()}
HEALTH_ADDED = {
    **_SHORT_NAMES,
    "LReplTime": "LastReplicationTime",
    "PReplSize": "PendingReplicationSize",
    "AvgLatency": "AverageReplicationLatency",
    "AvgReplSize": "AverageReplicationSize",
}


def entries_of(settings: ReplicationSettings) -> list[EntryOfHost]:
    """The authorization entries of a host."""
    return [EntryOfHost(settings.host, entry) for entry in settings.entries]


def _storage(settings: ReplicationSettings) -> str:
    entry = settings.entry(ANY_SERVER)
    return "" if entry is None else entry.storage


SERVER: Readers = {
    "AllowedAuthenticationType": enum("RecoveryAuthenticationType", lambda item: item.authentication),
    "AuthorizationEntries": lambda item: array("VMReplicationAuthorizationEntry", entries_of(item)),
    "CertificateAuthenticationPort": lambda item: item.https_port,
    "CertificateThumbprint": lambda item: item.certificate_thumbprint,
    "DefaultStorageLocation": _storage,
    "KerberosAuthenticationPort": lambda item: item.http_port,
    "MonitoringInterval": lambda item: span(item.monitoring_interval),
    "MonitoringStartTime": lambda item: span(item.monitoring_start),
    "OperationalStatus": lambda _: enum_array("VMReplicationServerOperationalStatus", (_OK,)),
    "ReplicationAllowedFromAnyServer": lambda item: item.entry(ANY_SERVER) is not None,
    "ReplicationEnabled": lambda item: item.enabled,
    "StatusDescriptions": lambda _: texts(["OK"]),
    "ComputerName": lambda item: item.host.name,
}
SERVER_ADDED = {
    "RepEnabled": "ReplicationEnabled",
    "AuthType": "AllowedAuthenticationType",
    "KerbAuthPort": "KerberosAuthenticationPort",
    "CertAuthPort": "CertificateAuthenticationPort",
    "AllowAnyServer": "ReplicationAllowedFromAnyServer",
}

ENTRY: Readers = {
    "AllowedPrimaryServer": lambda item: item.entry.server,
    "ReplicaStorageLocation": lambda item: item.entry.storage,
    "TrustGroup": lambda item: item.entry.trust_group,
    "ComputerName": lambda item: item.host.name,
    "IsDeleted": lambda item: item.entry not in item.host.replication.entries,
}


def trust_group_of(relationship: ReplicationRelationship) -> str:
    """That of the entry that let the primary server in; none on the primary."""
    return "" if relationship.entry is None else relationship.entry.trust_group
