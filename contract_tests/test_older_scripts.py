"""PowerShell scripts over root/virtualization as they were published for 2008 R2 and 2012: calls through psbase,
arrays that take what comes out, and objects of parameters. What they make is looked at through WS-Management."""

from __future__ import annotations

import pytest
import winrm
from conftest import ALLOW_BASIC
from soap import SoapClient

PROFILES = ("windows-server-2008r2-enterprise", "windows-server-2012-datacenter")
PRELUDE = """
$ErrorActionPreference = 'Stop'
$ns = 'root\\virtualization'
$service = Get-WmiObject -Namespace $ns -Class Msvm_VirtualSystemManagementService
$switches = Get-WmiObject -Namespace $ns -Class Msvm_VirtualSwitchManagementService
function Wait-Job2($path) {
    $job = [wmi]$path
    while ($job.JobState -eq 3 -or $job.JobState -eq 4) { Start-Sleep -Milliseconds 100; $job = [wmi]$path }
    $job.JobState
}
"""
#: A machine by an array of arguments (the job and the machine come out of it), then a state by another one.
MACHINE = """
$global = ([wmiclass]"$($ns):Msvm_VirtualSystemGlobalSettingData").psbase.CreateInstance()
$global.psbase.Properties['ElementName'].Value = 'scripted'
$text = $global.psbase.GetText([System.Management.TextFormat]::WmiDtd20)
$arguments = @($text, $null, $null, $null, $null)
$code = $service.psbase.InvokeMethod('DefineVirtualSystem', $arguments)
$vm = Get-WmiObject -Namespace $ns -Class Msvm_ComputerSystem -Filter "ElementName='scripted'"
"$code $($vm.ElementName) $($vm.EnabledState) $($arguments[3] -eq $vm.__PATH)"
$arguments = @(2, $null, $null)
$code = $vm.psbase.InvokeMethod('RequestStateChange', $arguments)
"$code $(Wait-Job2 $arguments[1])"
$vm.psbase.Get()
"$($vm.EnabledState)"
"""
#: A switch and a port by objects of parameters.
SWITCH = """
$in = $switches.psbase.GetMethodParameters('CreateSwitch')
$in.Name = 'first'
$in.FriendlyName = 'First Switch'
$in.NumLearnableAddresses = 1024
$out = $switches.psbase.InvokeMethod('CreateSwitch', $in, $null)
"$($out.ReturnValue) $(([wmi]$out.CreatedVirtualSwitch).ElementName)"
$port = $switches.psbase.GetMethodParameters('CreateSwitchPort')
$port.VirtualSwitch = $out.CreatedVirtualSwitch
$port.Name = [guid]::NewGuid().ToString()
$port.FriendlyName = 'port'
$made = $switches.psbase.InvokeMethod('CreateSwitchPort', $port, $null)
"$($made.ReturnValue) $(([wmi]$made.CreatedSwitchPort).SystemName)"
try { $switches.psbase.GetMethodParameters('NoSuch') } catch { 'no such method' }
"""


@pytest.fixture(params=PROFILES)
def older(request, serve):
    return serve(yaml=f"name: older\nextends: {request.param}\n{ALLOW_BASIC}")


def run(host, script: str) -> list[str]:
    session = winrm.Session(host.http_url, auth=("Administrator", "Passw0rd!"), transport="plaintext")
    answer = session.run_ps(PRELUDE + script)
    assert answer.status_code == 0, answer.std_err
    return answer.std_out.decode().split("\r\n")[:-1]


def test_a_machine_is_made_and_started_by_arrays_of_arguments(older):
    assert run(older, MACHINE) == ["0 scripted 3 True", "4096 7", "2"]
    (vm,) = older.machine.virtual_machines.find("scripted")
    assert vm.state.name == "RUNNING"


def test_a_switch_is_made_by_objects_of_parameters(older):
    assert run(older, SWITCH) == ["0 First Switch", "0 first", "no such method"]
    with SoapClient(older) as soap:
        (switch,) = soap.wql(
            "root/virtualization", "SELECT * FROM Msvm_VirtualSwitch WHERE ElementName='First Switch'"
        )
        (port,) = soap.wql("root/virtualization", "SELECT * FROM Msvm_SwitchPort WHERE SystemName='first'")
    assert "first" in [each.text for each in switch]
    assert "port" in [each.text for each in port]
