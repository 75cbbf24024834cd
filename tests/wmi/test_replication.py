"""Hyper-V Replica through WMI: two hosts, each with its own service."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from emulator.host import Host, SwitchKind
from emulator.host.neighbourhood import Neighbourhood
from emulator.host.replication.replication_settings import AuthorizationEntry
from emulator.profile import loads
from emulator.wmi import WmiService
from tests.wmi.conftest import START, TEMPLATE, V2, Wmi

SERVICE = "Msvm_ReplicationService"
SETTINGS = "Msvm_ReplicationSettingData"
GIGABYTE = 1 << 30
DONE, STARTED = 0, 4096


class Side(Wmi):
    """One host, and calls of its replication service."""

    def __init__(self, name, release, neighbourhood):
        text = TEMPLATE.format(release=release, role="enabled", edition="Datacenter", zone="UTC", disks="")
        text = text.replace("computer_name: HVHOST1", f"computer_name: {name}, domain: contoso.local")
        self.host = Host(loads(text), clock_mode="manual", start=START)
        self.service = WmiService(self.host)
        neighbourhood.join(self.host)
        self.host.replication.configure(enabled=True)
        self.host.firewall.configure("VIRT-HVRHTTPL-In-TCP-NoScope", enabled=True)
        self.host.replication.add_entry(AuthorizationEntry("*", "D:\\Replica", "all"))

    def call(self, method, **arguments):
        service = self[V2].resolve(SERVICE, {"CreationClassName": SERVICE})
        return self[V2].invoke(service, method, arguments)

    def path(self, vm):
        return str(self.machine(vm).path)

    def given(self, **values):
        return self.embedded(SETTINGS, values)

    def relationship(self, vm, index=0):
        return self[V2].resolve(
            "Msvm_ReplicationRelationship", {"InstanceID": f"Microsoft:{vm.id}\\HVR\\{index}"}
        )


class Sites:
    def __init__(self, release="2022"):
        together = Neighbourhood()
        self.here, self.there = (Side(name, release, together) for name in ("HVHOST1", "HVHOST2"))

    def advance(self, seconds):
        for side in (self.here, self.there):
            side.advance(seconds)

    def wait(self, side, result):
        """The job that a call started, ended; 4096 and its state."""
        assert result.return_value == STARTED, result
        job = side[V2].find(result.out["Job"])
        for _ in range(200):
            if job.item.finished:
                return job
            self.advance(0.5)
        raise AssertionError("the job does not end")

    def good(self, side, result):
        job = self.wait(side, result)
        assert job.value("JobState") == 7, job.value("ErrorDescription")
        return job

    def machine(self):
        host = self.here.host
        vm = host.virtual_machines.create("web", memory=GIGABYTE)
        host.virtual_disks.create("D:\\web.vhdx", size=10 * GIGABYTE)
        self.advance(2)
        vm.devices.add_hard_disk_drive("D:\\web.vhdx")
        vm.devices.add_network_adapter("NIC")
        return vm

    def terms(self, side, vm, server, **values):
        disks = [
            str(each.path)
            for each in side.settings(vm, "Msvm_StorageAllocationSettingData")
            if each.value("ResourceSubType") == "Microsoft:Hyper-V:Virtual Hard Disk"
        ]
        facts = {
            "RecoveryConnectionPoint": server,
            "RecoveryServerPortNumber": 80,
            "AuthenticationType": 1,
            "CompressionEnabled": True,
            "IncludedDisks": disks,
            **values,
        }
        return side.given(**facts)

    def replicated(self, vm=None, **values):
        vm = self.machine() if vm is None else vm
        here = self.here
        given = self.terms(here, vm, "HVHOST2", **values)
        self.good(
            here,
            here.call(
                "CreateReplicationRelationship", ComputerSystem=here.path(vm), ReplicationSettingData=given
            ),
        )
        self.good(here, here.call("StartReplication", ComputerSystem=here.path(vm), InitialReplicationType=1))
        self.advance(5)
        return vm, self.there.host.virtual_machines[vm.id]


@pytest.fixture
def sites():
    return Sites()


def shown(side, vm, *names):
    machine = side.machine(vm)
    return tuple(machine.value(name) for name in names)


def ask(side, vm, wanted, **more):
    return side[V2].invoke(
        side.machine(vm),
        "RequestReplicationStateChangeEx" if more else "RequestReplicationStateChange",
        {"RequestedState": wanted, **more},
    )


def test_a_machine_that_is_not_replicated_shows_the_defaults(sites):
    vm = sites.machine()
    settings = sites.here[V2].resolve(SETTINGS, {"InstanceID": f"Microsoft:{vm.id}\\HVR\\0"})
    assert settings.value("ReplicationInterval") == 300
    assert settings.value("AutoResynchronizeIntervalStart") == timedelta(hours=18, minutes=30)
    assert sites.here.relationship(vm).value("ReplicationState") == 0
    assert shown(sites.here, vm, "ReplicationMode", "ReplicationHealth") == (0, 0)
    assert ask(sites.here, vm, 7).return_value == 32775
    provider = sites.here[V2].find(settings.value("ReplicationProvider"))
    assert provider.declaration.name == "Msvm_ReplicationProvider"


def test_states_modes_and_times_of_both_ends(sites):
    vm, replica = sites.replicated(RecoveryHistory=4)
    names = ("ReplicationMode", "ReplicationState", "ReplicationHealth", "LastReplicationType")
    assert shown(sites.here, vm, *names) == (1, 3, 1, 1)
    assert shown(sites.there, replica, *names) == (2, 3, 1, 1)
    settings = sites.there[V2].resolve(SETTINGS, {"InstanceID": f"Microsoft:{vm.id}\\HVR\\0"})
    assert settings.value("PrimaryHostSystem") == "HVHOST1.contoso.local"
    assert settings.value("RecoveryHistory") == 4
    assert len(settings.value("IncludedDisks")) == 1
    summary = sites.here.manage(
        "GetSummaryInformation", RequestedInformation=[114, 115, 116, 118, 119, 122]
    ).out["SummaryInformation"][0]
    assert [
        summary.value(name) for name in ("ReplicationMode", "ReplicationStateEx", "ReplicationHealthEx")
    ] == [
        1,
        [3],
        [1],
    ]
    assert len(summary.value("ReplicationProviderId")) == 1


def test_a_replica_cannot_be_started_through_any_request(sites):
    _, replica = sites.replicated()
    there = sites.there
    result = there[V2].invoke(there.machine(replica), "RequestStateChange", {"RequestedState": 2})
    assert result.return_value == 32775


def test_associations_lead_from_the_machine_to_its_replication(sites):
    vm, _ = sites.replicated()
    namespace = sites.here[V2]
    path = sites.here.machine(vm).path
    (found,) = namespace.associators(path, "Msvm_SystemReplicationRelationship")
    assert found.value("ReplicationState") == 3
    assert [
        each.value("ElementName") for each in namespace.associators(path, "Msvm_ElementSettingData", SETTINGS)
    ] == ["web"]


def test_what_the_replica_server_refuses_is_in_the_job(sites):
    vm, here = sites.machine(), sites.here
    sites.there.host.replication.configure(enabled=False)
    given = sites.terms(here, vm, "HVHOST2")
    job = sites.wait(
        here,
        here.call(
            "CreateReplicationRelationship", ComputerSystem=here.path(vm), ReplicationSettingData=given
        ),
    )
    assert (job.value("JobType"), job.value("JobState")) == (91, 10)
    assert "(0x00002EFD)" in job.value("ErrorDescription")
    probe = here.call(
        "TestReplicationConnection",
        RecoveryConnectionPoint="HVHOST2",
        RecoveryServerPortNumber=80,
        AuthenticationType=1,
        CertificateThumbPrint="",
        BypassProxyServer=False,
    )
    assert sites.wait(here, probe).value("JobState") == 10


@pytest.mark.parametrize(
    "wrong",
    [
        {"ReplicationInterval": 60},
        {"RecoveryHistory": 30},
        {"IncludedDisks": []},
        {"IncludedDisks": ["Microsoft:nothing"]},
        {"AuthenticationType": 7},
    ],
)
def test_wrong_settings_are_refused_at_once(sites, wrong):
    vm, here = sites.machine(), sites.here
    given = sites.terms(here, vm, "HVHOST2", **wrong)
    result = here.call(
        "CreateReplicationRelationship", ComputerSystem=here.path(vm), ReplicationSettingData=given
    )
    assert result.return_value == 32773
    assert not vm.relationships


def test_suspending_and_resuming_by_the_relationship(sites):
    vm, _ = sites.replicated()
    named = sites.here.embedded("Msvm_ReplicationRelationship", {"InstanceID": f"Microsoft:{vm.id}\\HVR\\0"})
    sites.good(sites.here, ask(sites.here, vm, 7, ReplicationRelationship=named))
    assert sites.here.relationship(vm).value("ReplicationState") == 7
    sites.good(sites.here, ask(sites.here, vm, 3))
    assert sites.here.relationship(vm).value("ReplicationState") == 3
    assert ask(sites.here, vm, 99).return_value == 32773
    assert ask(sites.here, vm, 2).return_value == 32775


def test_statistics_and_issues(sites):
    vm, _ = sites.replicated()
    here = sites.here
    vm.hard_disk_drives[0].virtual_disk.write(0, 1 << 20)
    sites.advance(300)
    result = here.call("GetReplicationStatistics", ComputerSystem=here.path(vm))
    assert result.return_value == DONE
    (text,) = result.out["ReplicationStatistics"]
    assert re.search(r'ReplicationSuccessCount".*?<VALUE>1</VALUE>', text, re.DOTALL)
    assert re.search(r'"ReplicationSize".*?<VALUE>1048576</VALUE>', text, re.DOTALL)
    assert result.out["ReplicationHealthIssues"] == []
    sites.good(here, ask(here, vm, 7))
    issues = here.call("GetReplicationStatistics", ComputerSystem=here.path(vm)).out[
        "ReplicationHealthIssues"
    ]
    assert len(issues) == 1
    assert "suspended" in issues[0]
    assert here.call("ResetReplicationStatistics", ComputerSystem=here.path(vm)).return_value == DONE
    assert vm.relationships[0].statistics.successes == 0


def test_recovery_points_are_snapshots_of_their_type_and_are_failed_over_to(sites):
    _vm, replica = sites.replicated(RecoveryHistory=2)
    there = sites.there
    sites.advance(3600)
    sites.advance(300)
    points = [
        each
        for each in there[V2].instances("Msvm_VirtualSystemSettingData")
        if each.value("VirtualSystemType") == "Microsoft:Hyper-V:Snapshot:Replica:Standard"
    ]
    assert len(points) == 1
    point = str(points[0].path)
    failover = there.call("InitiateFailover", ComputerSystem=there.path(replica), SnapshotSettingData=point)
    assert sites.good(there, failover).value("JobType") == 97
    assert shown(there, replica, "ReplicationState", "FailedOverReplicationType") == (5, 1)
    result = there[V2].invoke(there.machine(replica), "RequestStateChange", {"RequestedState": 2})
    sites.good(there, result)
    there[V2].invoke(there.machine(replica), "RequestStateChange", {"RequestedState": 3})
    sites.advance(5)
    sites.good(there, there.call("RevertFailover", ComputerSystem=there.path(replica)))
    assert shown(there, replica, "ReplicationState") == (3,)
    sites.good(there, there.call("InitiateFailover", ComputerSystem=there.path(replica)))
    sites.good(there, there.call("CommitFailover", ComputerSystem=there.path(replica)))
    assert shown(there, replica, "ReplicationState") == (6,)


def test_a_planned_failover_and_its_reverse(sites):
    vm, replica = sites.replicated()
    here, there = sites.here, sites.there
    adapter = next(iter(there.settings(replica, "Msvm_SyntheticEthernetPortSettingData")))
    (failover,) = there[V2].associators(adapter.path, "Msvm_EthernetPortFailoverSettingDataComponent")
    given = there.embedded(
        "Msvm_FailoverNetworkAdapterSettingData",
        {
            "InstanceID": failover.value("InstanceID"),
            "DHCPEnabled": False,
            "IPAddresses": ["198.51.100.7"],
            "Subnets": ["255.255.255.0"],
        },
    )
    result = there.call(
        "SetFailoverNetworkAdapterSettings", ComputerSystem=there.path(replica), NetworkSettings=[given]
    )
    assert result.return_value == DONE
    assert there[V2].find(failover.path).value("IPAddresses") == ["198.51.100.7"]

    assert sites.good(here, ask(here, vm, 4)).value("JobType") == 100
    assert shown(here, vm, "ReplicationState") == (4,)
    start = here[V2].invoke(here.machine(vm), "RequestStateChange", {"RequestedState": 2})
    assert start.return_value == 32775
    sites.good(there, there.call("InitiateFailover", ComputerSystem=there.path(replica)))
    assert shown(there, replica, "FailedOverReplicationType") == (3,)
    terms = sites.terms(there, replica, "HVHOST1")
    reverse = there.call(
        "ReverseReplicationRelationship", ComputerSystem=there.path(replica), ReplicationSettingData=terms
    )
    assert sites.good(there, reverse).value("JobType") == 104
    assert shown(there, replica, "ReplicationMode", "ReplicationState") == (1, 3)
    assert shown(here, vm, "ReplicationMode", "ReplicationState") == (2, 3)
    assert replica.guest.network_settings


def test_a_test_replica_depends_on_its_replica(sites):
    _, replica = sites.replicated()
    there = sites.there
    lan = there.host.virtual_switches.create("Test LAN", SwitchKind.PRIVATE)
    (connection,) = there.settings(replica, "Msvm_EthernetPortAllocationSettingData")
    given = there.embedded(
        "Msvm_EthernetPortAllocationSettingData",
        {"InstanceID": connection.value("InstanceID"), "TestReplicaSwitchName": "Test LAN"},
    )
    assert there.manage("ModifyResourceSettings", ResourceSettings=[given]).return_value == DONE
    assert there[V2].find(connection.path).value("TestReplicaSwitchName") == "Test LAN"
    job = sites.good(there, there.call("TestReplicaSystem", ComputerSystem=there.path(replica)))
    (test,) = there[V2].associators(there.machine(replica).path, "Msvm_ReplicaSystemDependency")
    assert (test.value("ElementName"), test.value("ReplicationMode")) == ("web - Test", 3)
    assert there.host.virtual_machines[test.value("Name")].network_adapters[0].switch is lan
    assert test.path in [each.path for each in there[V2].associators(job.path, "Msvm_AffectedJobElement")]
    sites.good(there, there.manage("DestroySystem", AffectedSystem=str(test.path)))
    assert not list(there[V2].associators(there.machine(replica).path, "Msvm_ReplicaSystemDependency"))


def test_removing_ends_it_on_one_host(sites):
    vm, replica = sites.replicated()
    named = sites.there.embedded("Msvm_ReplicationRelationship", {"InstanceID": f"Microsoft:{vm.id}\\HVR\\0"})
    there = sites.there
    result = there.call(
        "RemoveReplicationRelationshipEx", ComputerSystem=there.path(replica), ReplicationRelationship=named
    )
    sites.good(there, result)
    assert shown(there, replica, "ReplicationMode") == (0,)
    assert shown(sites.here, vm, "ReplicationMode") == (1,)
    sites.good(
        sites.here, sites.here.call("RemoveReplicationRelationship", ComputerSystem=sites.here.path(vm))
    )
    again = sites.here.call("RemoveReplicationRelationship", ComputerSystem=sites.here.path(vm))
    assert again.return_value == 32775


def test_changing_and_resynchronizing(sites):
    vm, _ = sites.replicated()
    here = sites.here
    given = here.given(InstanceID=f"Microsoft:{vm.id}\\HVR\\0", ReplicationInterval=30, RecoveryHistory=5)
    sites.good(
        here,
        here.call("ModifyReplicationSettings", ComputerSystem=here.path(vm), ReplicationSettingData=given),
    )
    assert (vm.relationships[0].terms.interval, vm.relationships[0].terms.recovery_history) == (30, 5)
    sites.good(here, here.call("Resynchronize", ComputerSystem=here.path(vm)))
    assert shown(here, vm, "ReplicationState") == (3,)


def test_certificates_of_a_host_without_any(sites):
    result = sites.here.call("GetSystemCertificates")
    assert (result.return_value, result.out["EncodedCertificates"]) == (DONE, [])


def test_server_2012_has_one_replication_and_no_relationship_class():
    sites = Sites("2012")
    vm, _replica = sites.replicated()
    assert "Msvm_ReplicationRelationship" not in sites.here[V2].schema
    (settings,) = sites.here[V2].instances(SETTINGS)
    assert settings.value("InstanceID") == f"Microsoft:{vm.id}\\HVR"
    assert shown(sites.here, vm, "ReplicationState", "ReplicationMode") == (3, 1)


def test_a_change_of_the_state_of_a_replication_is_an_event(sites):
    vm, _ = sites.replicated()
    subscription = sites.here[V2].subscribe(
        "SELECT * FROM __InstanceModificationEvent WITHIN 1"
        " WHERE TargetInstance ISA 'Msvm_ReplicationRelationship'"
    )
    sites.good(sites.here, ask(sites.here, vm, 7))
    events = subscription.take(10)
    assert [event.value("TargetInstance").value("ReplicationState") for event in events][-1] == 7
