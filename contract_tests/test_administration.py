"""The machine as an administrator's tools see it: what goes in through one door is seen through another."""

from __future__ import annotations

import winrm
from conftest import ALLOW_BASIC, PASSWORD, USER, restarting
from soap import WMI, SoapClient

from emulator import HyperVHost

CIMV2, DEFAULT = WMI + "root/cimv2/", WMI + "root/default/"
SERVER_MANAGER = WMI + "root/microsoft/windows/servermanager/"
LOCAL_MACHINE = "<p:hDefKey>2147483650</p:hDefKey>"
WITHOUT_ROLE = """name: server
extends: windows-server-2022-datacenter
hyper_v: {role: absent}
inventory: {virtual_switches: [], virtual_disks: [], virtual_machines: []}
"""


def session(host: HyperVHost) -> winrm.Session:
    return winrm.Session(host.http_url, auth=(USER, PASSWORD), transport="ntlm")


def test_a_program_started_over_wmi_does_its_work(basic_host):
    with SoapClient(basic_host) as client:
        parameters = "<p:CommandLine>cmd.exe /c whoami&gt; C:\\who.txt</p:CommandLine>"
        answer = client.invoke(CIMV2 + "Win32_Process", "Create", parameters)
    assert answer.property("ReturnValue") == "0"
    identifier = int(answer.property("ProcessId"))
    machine = basic_host.machine
    assert machine.wait_for(lambda: machine.processes.get(identifier) is None, None)
    assert session(basic_host).run_cmd("type C:\\who.txt").std_out == b"hv2022\\administrator\r\n"


def test_the_registry_is_one_for_wmi_and_reg(basic_host):
    key = "<p:sSubKeyName>SOFTWARE\\Test</p:sSubKeyName>"
    with SoapClient(basic_host) as client:
        provider = DEFAULT + "StdRegProv"
        made = client.invoke(provider, "CreateKey", LOCAL_MACHINE + key)
        value = "<p:sValueName>Site</p:sValueName><p:sValue>north</p:sValue>"
        written = client.invoke(provider, "SetStringValue", LOCAL_MACHINE + key + value)
        assert (made.property("ReturnValue"), written.property("ReturnValue")) == ("0", "0")
        shell = session(basic_host)
        assert b"    Site    REG_SZ    north" in shell.run_cmd("reg query HKLM\\SOFTWARE\\Test").std_out
        assert shell.run_cmd("reg delete HKLM\\SOFTWARE\\Test /f").status_code == 0
        gone = client.invoke(
            provider, "GetStringValue", LOCAL_MACHINE + key + "<p:sValueName>Site</p:sValueName>"
        )
    assert gone.property("ReturnValue") == "2"


def test_a_variable_set_in_the_registry_reaches_new_processes(basic_host):
    path = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment"
    shell = session(basic_host)
    assert shell.run_cmd(f'reg add "{path}" /v SITE /d north').status_code == 0
    assert shell.run_cmd("echo %SITE%").std_out == b"north\r\n"


def test_the_role_comes_through_server_manager_and_a_restart(serve):
    host = serve(yaml=WITHOUT_ROLE + ALLOW_BASIC)
    with SoapClient(host) as client:
        tasks = SERVER_MANAGER + "MSFT_ServerManagerDeploymentTasks"
        guid = SERVER_MANAGER + "MSFT_ServerManagerRequestGuid"
        component = SERVER_MANAGER + "ServerComponent_HyperV"
        parameters = (
            f'<p:RequestGuid xmlns:g="{guid}"><g:HighHalf>1</g:HighHalf><g:LowHalf>2</g:LowHalf></p:RequestGuid>'
            f'<p:ServerComponentDescriptors xmlns:c="{component}" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:type="c:ServerComponent_HyperV_Type"/>'
        )
        answer = client.invoke(tasks, "AddServerComponentAsync", parameters)
        assert answer.property("RequestState") == "1", answer
        assert answer.property("RestartRequired") == "true"
        restart = "<p:Timeout>0</p:Timeout><p:Comment>role</p:Comment><p:ReasonCode>0</p:ReasonCode>"
        with restarting(host):
            done = client.invoke(
                CIMV2 + "Win32_OperatingSystem", "Win32ShutdownTracker", restart + "<p:Flags>2</p:Flags>"
            )
            assert done.property("ReturnValue") == "0"
    with SoapClient(host) as client:
        drivers = client.wql("root/cimv2", "SELECT State FROM Win32_SystemDriver WHERE Name='vmbusr'")
    assert [each.findtext("{*}State") for each in drivers] == ["Running"]
    assert host.machine.hypervisor.running
