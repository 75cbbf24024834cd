"""Msvm_ReplicationService: the settings of the replica server; see ``replication_methods`` for machines."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from emulator.host.errors import InvalidParameter
from emulator.host.replication.replication_settings import AuthorizationEntry
from emulator.wmi import errors
from emulator.wmi.association import End, Link, the_host
from emulator.wmi.changes import Rule, flag, number, read_changes, text, value_of
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2 import replication_views
from emulator.wmi.virtualization_v2.base import HostElementView
from emulator.wmi.virtualization_v2.common_links import service_links
from emulator.wmi.virtualization_v2.replication_methods import ReplicationMethods

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.cim.types import CimValue
    from emulator.host import Host
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

_ENTRY = "Msvm_ReplicationAuthorizationSettingData"


def _time(value: CimValue) -> Any:
    return value


def _seconds(value: CimValue) -> timedelta:
    return timedelta(seconds=number(value))


WRITABLE = {
    "RecoveryServerEnabled": Rule("", "enabled", flag),
    "AllowedAuthenticationType": Rule("", "authentication", number),
    "CertificateThumbPrint": Rule("", "certificate_thumbprint", text),
    "HttpPort": Rule("", "http_port", number),
    "HttpsPort": Rule("", "https_port", number),
    "MonitoringInterval": Rule("", "monitoring_interval", _seconds),
    "MonitoringStartTime": Rule("", "monitoring_start", _time),
}


class ReplicationService(ReplicationMethods):
    """The replication service."""

    class_name = "Msvm_ReplicationService"
    constants = {
        "Caption": "Hyper-V Replication Service",
        "Description": "Service for replicating virtual machines.",
        "ElementName": "Hyper-V Replication Service",
        "Name": "replicasvc",
    }

    @wmi_method
    def ModifyServiceSettings(self, host: Host, arguments: Arguments) -> MethodResult:
        """Change the settings, all or none; at once."""
        given = self.given(arguments, "SettingData", ReplicationServiceSettings.class_name)
        view = self.namespace.view(ReplicationServiceSettings)
        host.replication.configure(**read_changes(view, host, given, WRITABLE).get("", {}))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def AddAuthorizationEntry(self, host: Host, arguments: Arguments) -> MethodResult:
        """Let a primary server send replicas; at once."""
        given = self.given(arguments, "AuthorizationEntry", _ENTRY)
        host.replication.add_entry(
            AuthorizationEntry(
                _text(given, "AllowedPrimaryHostSystem"),
                _text(given, "ReplicaStorageLocation"),
                _text(given, "TrustGroup"),
            )
        )
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def ModifyAuthorizationEntry(self, host: Host, arguments: Arguments) -> MethodResult:
        """Change the entry of a primary server; at once."""
        given = self.given(arguments, "AuthorizationEntry", _ENTRY)
        changes = {
            setting: _text(given, name)
            for name, setting in (("ReplicaStorageLocation", "storage"), ("TrustGroup", "trust_group"))
            if value_of(given, name) is not None
        }
        host.replication.change_entry(_text(given, "AllowedPrimaryHostSystem"), **changes)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def RemoveAuthorizationEntry(self, host: Host, arguments: Arguments) -> MethodResult:
        """Let a primary server send replicas no longer; at once."""
        host.replication.remove_entry(arguments.text("AllowedPrimaryHostSystem") or "")
        return arguments.result(errors.COMPLETED)

    def given(self, arguments: Arguments, name: str, class_name: str) -> ValueInstance:
        """The embedded instance of a parameter. Raises InvalidParameter."""
        value = arguments.embedded(name) if arguments.get(name) else None
        if value is None or not value.declaration.is_a(class_name):
            raise InvalidParameter(f"{name} does not hold a {class_name}.")
        return value


def _text(given: ValueInstance, name: str) -> str:
    value = value_of(given, name)
    return "" if value is None else str(value)


class ReplicationServiceSettings(HostElementView):
    """Host-wide settings of replication."""

    class_name = "Msvm_ReplicationServiceSettingData"
    constants = {
        "Caption": "Hyper-V Replication Service",
        "Description": "Settings of the replication service.",
        "ElementName": "Hyper-V Replication Service",
    }

    def revision(self, item: Host) -> Hashable | None:
        return item.replication.revision

    def InstanceID(self, host: Host) -> str:
        return f"Microsoft:{host.name}\\HVR"

    def RecoveryServerEnabled(self, host: Host) -> bool:
        return host.replication.enabled

    def AllowedAuthenticationType(self, host: Host) -> int:
        return int(host.replication.authentication)

    def CertificateThumbPrint(self, host: Host) -> str:
        return host.replication.certificate_thumbprint

    def HttpPort(self, host: Host) -> int:
        return host.replication.http_port

    def HttpsPort(self, host: Host) -> int:
        return host.replication.https_port

    def MonitoringInterval(self, host: Host) -> int:
        """Seconds."""
        return int(host.replication.monitoring_interval.total_seconds())

    def MonitoringStartTime(self, host: Host) -> timedelta:
        return host.replication.monitoring_start


class AuthorizationEntrySettings(View[AuthorizationEntry]):
    """Who may send replicas."""

    class_name = _ENTRY
    index = ("InstanceID",)
    constants = {
        "Caption": "Hyper-V Replication Authorization Entry",
        "Description": "A primary server that may send replicas.",
        "ElementName": "Hyper-V Replication Authorization Entry",
    }

    def objects(self) -> Iterable[AuthorizationEntry]:
        return self.host.replication.entries

    def by_key(self, keys: Keys) -> AuthorizationEntry | None:
        wanted = keys.text("InstanceID").casefold()
        return next((each for each in self.objects() if self.InstanceID(each).casefold() == wanted), None)

    def revision(self, item: AuthorizationEntry) -> Hashable | None:  # noqa: ARG002  entries come and go with the settings
        return self.host.replication.revision

    def InstanceID(self, entry: AuthorizationEntry) -> str:
        return f"Microsoft:{self.host.name}\\{entry.server}"

    def AllowedPrimaryHostSystem(self, entry: AuthorizationEntry) -> str:
        return entry.server

    def ReplicaStorageLocation(self, entry: AuthorizationEntry) -> str:
        return entry.storage

    def TrustGroup(self, entry: AuthorizationEntry) -> str:
        return entry.trust_group


VIEWS = (
    AuthorizationEntrySettings,
    ReplicationService,
    ReplicationServiceSettings,
    *replication_views.VIEWS,
)


def _entries(namespace: Namespace, _item: Any) -> Iterable[AuthorizationEntry]:
    return namespace.host.replication.entries


LINKS = (
    *replication_views.LINKS,
    *service_links((ReplicationService,)),
    Link(
        "Msvm_ElementSettingData",
        End("ManagedElement", ReplicationService, the_host),
        End("SettingData", ReplicationServiceSettings, the_host),
        values={"IsCurrent": 1, "IsDefault": 1, "IsNext": 0},
    ),
    Link(
        "Msvm_ElementSettingData",
        End("ManagedElement", ReplicationService, _entries),
        End("SettingData", AuthorizationEntrySettings, the_host),
        values={"IsCurrent": 1, "IsDefault": 1, "IsNext": 0},
    ),
)
