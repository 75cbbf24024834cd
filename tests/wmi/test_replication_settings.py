"""The settings of Hyper-V Replica through Msvm_ReplicationService."""

import pytest

V2 = "root/virtualization/v2"
SERVICE = "Msvm_ReplicationService"
SETTINGS = "Msvm_ReplicationServiceSettingData"
ENTRY = "Msvm_ReplicationAuthorizationSettingData"


def call(wmi, method, **arguments):
    service = wmi[V2].resolve(SERVICE, {"CreationClassName": SERVICE})
    return wmi[V2].invoke(service, method, arguments).return_value


def settings(wmi):
    return next(iter(wmi[V2].instances(SETTINGS)))


def test_a_replica_server_is_configured(wmi):
    shown = settings(wmi)
    assert (shown.value("RecoveryServerEnabled"), shown.value("HttpPort")) == (False, 80)
    given = {"InstanceID": shown.value("InstanceID"), "RecoveryServerEnabled": True, "HttpPort": 8080}
    assert call(wmi, "ModifyServiceSettings", SettingData=wmi.embedded(SETTINGS, given)) == 0
    assert settings(wmi).value("RecoveryServerEnabled") is True
    assert wmi.host.replication.http_port == 8080


@pytest.mark.parametrize(
    "change", [{"AllowedAuthenticationType": 2}, {"AllowedAuthenticationType": 9}, {"HttpsPort": 0}]
)
def test_settings_that_cannot_be_change_nothing(wmi, change):
    given = {"InstanceID": settings(wmi).value("InstanceID"), "RecoveryServerEnabled": True, **change}
    assert call(wmi, "ModifyServiceSettings", SettingData=wmi.embedded(SETTINGS, given)) == 32773
    assert not wmi.host.replication.enabled


def test_entries_come_change_and_go(wmi):
    entry = {"AllowedPrimaryHostSystem": "*.lab", "ReplicaStorageLocation": "D:\\R", "TrustGroup": "a"}
    given = wmi.embedded(ENTRY, entry)
    assert call(wmi, "AddAuthorizationEntry", AuthorizationEntry=given) == 0
    assert call(wmi, "AddAuthorizationEntry", AuthorizationEntry=given) == 32768
    assert [each.value("TrustGroup") for each in wmi[V2].instances(ENTRY)] == ["a"]
    changed = wmi.embedded(ENTRY, {"AllowedPrimaryHostSystem": "*.LAB", "TrustGroup": "b"})
    assert call(wmi, "ModifyAuthorizationEntry", AuthorizationEntry=changed) == 0
    assert wmi.host.replication.entries[0].trust_group == "b"
    assert call(wmi, "RemoveAuthorizationEntry", AllowedPrimaryHostSystem="*.lab") == 0
    assert list(wmi[V2].instances(ENTRY)) == []
    assert call(wmi, "RemoveAuthorizationEntry", AllowedPrimaryHostSystem="*.lab") == 32768


def test_a_reset_brings_the_defaults_back(wmi):
    wmi.host.replication.configure(enabled=True, https_port=444)
    wmi.host.reset()
    assert (wmi.host.replication.enabled, wmi.host.replication.https_port) == (False, 443)
