"""Hyper-V Replica over the wire: pypsrp's WSMan client against two hosts of one process, and pywinrm's
PowerShell as the other door."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

import pytest
import winrm
from pypsrp.wsman import SelectorSet, WSMan

from emulator.host.neighbourhood import Neighbourhood

PROFILE = """
name: {name}
extends: windows-server-2022-datacenter
operating_system: {{computer_name: {name}, domain: contoso.local}}
"""
USER, PASSWORD = "Administrator", "Passw0rd!"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/"
V2 = WMI + "virtualization/v2/"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
SERVICE = "Msvm_ReplicationService"


@pytest.fixture
def hosts(serve):
    together = Neighbourhood()
    return [serve(yaml=PROFILE.format(name=name), neighbourhood=together) for name in ("NODE1", "NODE2")]


class Client:
    """What a management tool does: read instances, call methods, wait for jobs."""

    def __init__(self, host):
        self.url = host.http_url
        self.wsman = WSMan(
            "127.0.0.1", port=host.http_port, username=USER, password=PASSWORD, ssl=False, auth="ntlm"
        )

    def get(self, class_name, **keys):
        answer = self.wsman.get(V2 + class_name, selector_set=selectors(keys))
        return {each.tag.rpartition("}")[2]: each.text for each in answer.iter()}

    def invoke(self, class_name, method, parameters, namespace=V2, **keys):
        resource = namespace + class_name
        body = ET.fromstring(f'<p:{method}_INPUT xmlns:p="{resource}">{parameters}</p:{method}_INPUT>')
        answer = self.wsman.invoke(f"{resource}/{method}", resource, body, selector_set=selectors(keys))
        return {each.tag.rpartition("}")[2]: each for each in answer.iter()}

    def service(self, method, parameters):
        return self.invoke(SERVICE, method, parameters, CreationClassName=SERVICE)

    def finish(self, answer):
        """Wait for the job that a method started."""
        assert answer["ReturnValue"].text == "4096", answer["ReturnValue"].text
        identity = next(each.text for each in answer["Job"].iter() if each.get("Name") == "InstanceID")
        while True:
            job = self.get("Msvm_ConcreteJob", InstanceID=identity)
            if job["JobState"] not in ("2", "3", "4"):
                assert job["JobState"] == "7", job["ErrorDescription"]
                return

    def machine(self, vm):
        return self.get("Msvm_ComputerSystem", CreationClassName="Msvm_ComputerSystem", Name=vm)

    def ask(self, vm, method, state):
        keys = {"CreationClassName": "Msvm_ComputerSystem", "Name": vm}
        return self.invoke(
            "Msvm_ComputerSystem", method, f"<p:RequestedState>{state}</p:RequestedState>", **keys
        )

    def powershell(self, script):
        session = winrm.Session(self.url, auth=(USER, PASSWORD), transport="ntlm")
        answer = session.run_ps(script)
        assert answer.status_code == 0, answer.std_err
        return answer.std_out.decode().strip()


def selectors(keys):
    chosen = SelectorSet()
    for name, value in keys.items():
        chosen.add_option(name, value)
    return chosen


def reference(vm):
    """An endpoint reference of a machine as a parameter."""
    return (
        f'<p:ComputerSystem xmlns:a="{ADDRESSING}" xmlns:w="{WSMAN}">'
        "<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
        f"<a:ReferenceParameters><w:ResourceURI>{V2}Msvm_ComputerSystem</w:ResourceURI><w:SelectorSet>"
        '<w:Selector Name="CreationClassName">Msvm_ComputerSystem</w:Selector>'
        f'<w:Selector Name="Name">{vm}</w:Selector></w:SelectorSet></a:ReferenceParameters></p:ComputerSystem>'
    )


def embedded(class_name, values):
    """An instance as CIM-XML inside a text parameter."""
    properties = ""
    for name, value in values.items():
        if isinstance(value, list):
            items = "".join(f"<VALUE>{escape(each)}</VALUE>" for each in value)
            properties += f'<PROPERTY.ARRAY NAME="{name}" TYPE="string"><VALUE.ARRAY>{items}</VALUE.ARRAY></PROPERTY.ARRAY>'
        else:
            kind = "boolean" if isinstance(value, bool) else "uint16" if isinstance(value, int) else "string"
            shown = str(value).upper() if isinstance(value, bool) else str(value)
            properties += f'<PROPERTY NAME="{name}" TYPE="{kind}"><VALUE>{escape(shown)}</VALUE></PROPERTY>'
    return escape(f'<INSTANCE CLASSNAME="{class_name}">{properties}</INSTANCE>')


def be_replica_server(client):
    """Let the others in: the firewall rule, the service and the authorization entry."""
    rule = {"InstanceID": "VIRT-HVRHTTPL-In-TCP-NoScope"}
    answer = client.invoke("MSFT_NetFirewallRule", "Enable", "", WMI + "StandardCimv2/", **rule)
    assert answer["ReturnValue"].text == "0"
    settings = embedded("Msvm_ReplicationServiceSettingData", {"RecoveryServerEnabled": True})
    answer = client.service("ModifyServiceSettings", f"<p:SettingData>{settings}</p:SettingData>")
    assert answer["ReturnValue"].text == "0"
    entry = embedded(
        "Msvm_ReplicationAuthorizationSettingData",
        {
            "AllowedPrimaryHostSystem": "*.contoso.local",
            "ReplicaStorageLocation": "C:\\Replica",
            "TrustGroup": "all",
        },
    )
    answer = client.service("AddAuthorizationEntry", f"<p:AuthorizationEntry>{entry}</p:AuthorizationEntry>")
    assert answer["ReturnValue"].text == "0"


def terms(vm, server):
    disk = f"Microsoft:{vm}\\83F8638B-8DCA-4152-9EDA-2CA8B33039B4\\0\\0\\L"
    return "<p:ReplicationSettingData>{}</p:ReplicationSettingData>".format(
        embedded(
            "Msvm_ReplicationSettingData",
            {
                "RecoveryConnectionPoint": server,
                "RecoveryServerPortNumber": 80,
                "AuthenticationType": 1,
                "CompressionEnabled": True,
                "ReplicationInterval": 300,
                "IncludedDisks": [disk],
            },
        )
    )


def test_a_machine_is_replicated_failed_over_and_reversed(hosts):
    here, there = (Client(host) for host in hosts)
    for client in (here, there):
        be_replica_server(client)
    here.powershell(
        "New-VM web -MemoryStartupBytes 512MB -NewVHDPath C:\\web.vhdx -NewVHDSizeBytes 2GB | Out-Null"
    )
    vm = here.powershell("(Get-VM web).Id.ToString()").upper()

    here.finish(here.service("CreateReplicationRelationship", reference(vm) + terms(vm, "NODE2")))
    here.finish(
        here.service(
            "StartReplication",
            reference(vm) + "<p:InitialReplicationType>1</p:InitialReplicationType>",
        )
    )
    for _ in range(50):
        if here.machine(vm)["ReplicationState"] == "3":
            break
        here.powershell("Start-Sleep 1")
    assert here.machine(vm)["ReplicationMode"] == "1"
    replica = there.machine(vm)
    assert (replica["ReplicationMode"], replica["ReplicationState"]) == ("2", "3")
    assert (
        there.powershell(f"Test-Path 'C:\\Replica\\Hyper-V Replica\\Virtual hard disks\\{vm}\\web.vhdx'")
        == "True"
    )
    assert there.powershell(
        'Get-VM web | ForEach-Object { "$($_.ReplicationMode) $($_.ReplicationState)" }'
    ) == ("Replica Replicating")
    assert there.ask(vm, "RequestStateChange", 2)["ReturnValue"].text == "32775"

    here.finish(here.ask(vm, "RequestReplicationStateChange", 4))
    assert here.ask(vm, "RequestStateChange", 2)["ReturnValue"].text == "32775"
    there.finish(there.service("InitiateFailover", reference(vm)))
    assert there.machine(vm)["FailedOverReplicationType"] == "3"
    there.finish(there.service("ReverseReplicationRelationship", reference(vm) + terms(vm, "NODE1")))
    there.finish(there.ask(vm, "RequestStateChange", 2))
    assert there.powershell("(Get-VM web).State.ToString()") == "Running"
    assert (there.machine(vm)["ReplicationMode"], here.machine(vm)["ReplicationMode"]) == ("1", "2")
    assert here.machine(vm)["ReplicationState"] == "3"


def test_a_server_that_does_not_take_replicas_fails_the_job(hosts):
    here = Client(hosts[0])
    here.powershell(
        "New-VM web -MemoryStartupBytes 512MB -NewVHDPath C:\\web.vhdx -NewVHDSizeBytes 2GB | Out-Null"
    )
    vm = here.powershell("(Get-VM web).Id.ToString()").upper()
    answer = here.service("CreateReplicationRelationship", reference(vm) + terms(vm, "NODE2"))
    with pytest.raises(AssertionError, match="0x00002EFD"):
        here.finish(answer)
    assert here.machine(vm)["ReplicationMode"] == "0"
    entries = hosts[0].machine.event_log.entries("Microsoft-Windows-Hyper-V-VMMS-Admin")
    assert 32000 in [entry.event_id for entry in entries]
