"""Hyper-V's management service stops: WMI has nobody to ask, the machines run on."""

from __future__ import annotations

import pytest
from conftest import ALLOW_BASIC
from soap import CIMV2, V2, WMI, SoapClient

SERVICE = {"Name": "vmms"}
VM = {"CreationClassName": "Msvm_ComputerSystem"}


@pytest.mark.parametrize(
    ("profile", "namespace"),
    [
        ("windows-server-2022-datacenter", "root/virtualization/v2"),
        ("hyperv-server-2008r2", "root/virtualization"),
    ],
)
def test_without_the_service_classes_have_no_instances_and_machines_run_on(serve, profile, namespace):
    host = serve(yaml=f"name: server\nextends: {profile}\n" + ALLOW_BASIC)
    systems = "SELECT * FROM Msvm_ComputerSystem"
    with SoapClient(host) as client:
        before = [each.findtext("{*}Name") for each in client.wql(namespace, systems)]
        running = client.wql(namespace, systems + " WHERE ProcessID > 0")
        assert running
        assert (
            client.invoke(CIMV2 + "Win32_Service", "StopService", "", SERVICE).property("ReturnValue") == "0"
        )
        assert client.wql(namespace, systems) == []
        chosen = VM | {"Name": running[0].findtext("{*}Name")}
        resource = WMI + namespace + "/Msvm_ComputerSystem"
        assert client.get(resource, chosen).status == 500
        off = client.invoke(resource, "RequestStateChange", "<p:RequestedState>3</p:RequestedState>", chosen)
        assert off.status == 500
        workers = client.wql("root/cimv2", "SELECT * FROM Win32_Process WHERE Name='vmwp.exe'")
        assert len(workers) == len(running)
        assert (
            client.invoke(CIMV2 + "Win32_Service", "StartService", "", SERVICE).property("ReturnValue") == "0"
        )
        assert [each.findtext("{*}Name") for each in client.wql(namespace, systems)] == before
    assert not [gap for gap in host.machine.gaps.entries() if "Msvm_ComputerSystem" in gap.name]


def test_the_namespace_itself_is_there_all_the_time(serve):
    host = serve(yaml="name: server\nextends: windows-server-2022-datacenter\n" + ALLOW_BASIC)
    with SoapClient(host) as client:
        client.invoke(CIMV2 + "Win32_Service", "StopService", "", SERVICE)
        assert client.enumerate(V2 + "Msvm_VirtualSystemManagementService").status == 200
        assert client.enumerate(V2 + "Msvm_NoSuchClass").status == 500
