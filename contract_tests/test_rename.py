"""A computer is renamed over WMI: nothing shows until it boots, then every door names the new one."""

from __future__ import annotations

import pytest
import winrm
from conftest import ALLOW_BASIC, PASSWORD, USER, restarting
from soap import CIMV2, V2, SoapClient

from emulator.host.neighbourhood import Neighbourhood

SYSTEM = CIMV2 + "Win32_ComputerSystem"
RENAME = "<p:Name>{}</p:Name>"


def profile(name: str) -> str:
    return (
        f"name: {name}\nextends: windows-server-2022-datacenter\noperating_system: {{computer_name: {name}}}\n"
        + ALLOW_BASIC
    )


def rename(client: SoapClient, name: str) -> str | None:
    return client.invoke(SYSTEM, "Rename", RENAME.format(name)).property("ReturnValue")


def names(client: SoapClient) -> set[str | None]:
    hosts = client.wql(
        "root/virtualization/v2", "SELECT * FROM Msvm_ComputerSystem WHERE Caption LIKE 'Hosting%'"
    )
    service = client.wql("root/virtualization/v2", "SELECT * FROM Msvm_VirtualSystemManagementService")
    return {
        client.get(CIMV2 + "Win32_OperatingSystem").property("CSName"),
        *(
            each.findtext("{*}Name")
            for each in client.wql("root/cimv2", "SELECT * FROM Win32_ComputerSystem")
        ),
        *(each.findtext("{*}Name") for each in hosts),
        *(each.findtext("{*}SystemName") for each in service),
    }


def test_a_new_name_counts_from_the_next_boot_on_at_every_door(serve):
    host = serve(yaml=profile("OLDNAME"))
    sid = "SELECT SID FROM Win32_UserAccount WHERE Name='Administrator'"
    with SoapClient(host) as client:
        before = [each.findtext("{*}SID") for each in client.wql("root/cimv2", sid)]
        assert names(client) == {"OLDNAME"}
        assert rename(client, "newname") == "0"
        assert names(client) == {"OLDNAME"}
        with restarting(host):
            client.invoke(CIMV2 + "Win32_OperatingSystem", "Reboot")
    with SoapClient(host) as client:
        assert names(client) == {"NEWNAME"}
        assert [each.findtext("{*}SID") for each in client.wql("root/cimv2", sid)] == before
        gone = {"CreationClassName": "Msvm_ComputerSystem", "Name": "OLDNAME"}
        assert client.get(V2 + "Msvm_ComputerSystem", gone).status == 500
        told = client.wql("root/cimv2", "SELECT Message FROM Win32_NTLogEvent WHERE EventCode=6011")
        assert [each.findtext("{*}Message") for each in told] == [
            "The NetBIOS name and DNS host name of this machine have been changed from OLDNAME to NEWNAME."
        ]
    session = winrm.Session(host.http_url, auth=(f"NEWNAME\\{USER}", PASSWORD), transport="ntlm")
    assert session.run_cmd("echo %COMPUTERNAME%").std_out.strip() == b"NEWNAME"
    host.reset()
    with SoapClient(host) as client:
        assert names(client) == {"OLDNAME"}


@pytest.mark.parametrize(("name", "code"), [("", "87"), ("12345", "87"), ("a b", "87"), ("X" * 16, "87")])
def test_a_name_that_is_none_is_refused(serve, name, code):
    host = serve(yaml=profile("OLDNAME"))
    with SoapClient(host) as client:
        assert rename(client, name) == code
    assert host.machine.operating_system.next_computer_name == "OLDNAME"


def test_neighbours_find_the_host_by_its_new_name_and_none_takes_that_of_another(serve):
    near = Neighbourhood()
    one, two = (serve(yaml=profile(name), neighbourhood=near) for name in ("ONE", "TWO"))
    with SoapClient(one) as client:
        assert rename(client, "two") == "52"
        assert rename(client, "three") == "0"
        with restarting(one):
            client.invoke(CIMV2 + "Win32_OperatingSystem", "Reboot")
    assert near.find("three") is one.machine
    assert near.find("one") is None
    assert near.find("two") is two.machine
