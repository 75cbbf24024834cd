"""What the provider for Hyper-V of Terraform (taliesins/hyperv, walked in version 1.2.1) asks of a host.

It brings every script to the host as Base64 by `echo` of cmd.exe, decodes it with .NET's streams, and runs it
as a scheduled task made by COM, whose standard output it reads from a file; the task's exit code is that of the
script, and anything on standard error is a failure.
"""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest
from conftest import PASSWORD, USER

from emulator import HyperVHost

winrm = pytest.importorskip("winrm", reason="pywinrm is not installed")
pytestmark = pytest.mark.slow

#: Bytes of a script in one `echo`: cmd.exe takes lines of 8,191 characters.
_CHUNK = 5700

DECODE = r"""
$in = [IO.File]::OpenText('{source}');
try {{
    $out = [IO.File]::OpenWrite('{target}');
    try {{
        while (($line = $in.ReadLine()) -ne $null) {{
            $bytes = [Convert]::FromBase64String($line);
            $out.Write($bytes, 0, $bytes.Length);
        }}
    }} finally {{ $out.Close() }}
}} finally {{ $in.Close() }}
"""
ELEVATED = r"""
$log = Join-Path $env:TEMP '{name}_stdout.log'
$xml = @'
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>elevated</Description></RegistrationInfo>
  <Principals><Principal id="Author"><UserId>{user}</UserId><LogonType>Password</LogonType>
    <RunLevel>HighestAvailable</RunLevel></Principal></Principals>
  <Settings><MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy><Enabled>true</Enabled>
    <ExecutionTimeLimit>PT2H</ExecutionTimeLimit><Priority>4</Priority></Settings>
  <Actions Context="Author"><Exec><Command>cmd</Command><Arguments>[[line]]</Arguments></Exec></Actions>
</Task>
'@
$line = '/C powershell -NoProfile -ExecutionPolicy Bypass "&\"{script}\";exit $LastExitCode;" *> "' + $log + '"'
$escaped = $line.Replace('&', '&amp;').Replace('<', '&lt;').Replace('>', '&gt;').Replace('"', '&quot;')
$service = New-Object -ComObject 'Schedule.Service'
$service.Connect()
$task = $service.NewTask($null)
$task.XmlText = $xml.Replace('[[line]]', $escaped)
$folder = $service.GetFolder('\')
$folder.RegisterTaskDefinition('{name}', $task, 6, '{user}', '{password}', 1, $null) | Out-Null
$made = $folder.GetTask('\{name}')
$made.Run($null) | Out-Null
while ($made.State -ne 3) {{ Start-Sleep -Milliseconds 100 }}
Get-Content $log | ForEach-Object {{ Write-Host "$_" }}
Remove-Item $log, '{script}'
$code = $made.LastTaskResult
$folder.DeleteTask('{name}', 0) | Out-Null
[Runtime.InteropServices.Marshal]::ReleaseComObject($service) | Out-Null
exit $code
"""


class Ended(NamedTuple):
    """A script of the provider that has ended."""

    code: int
    output: str
    errors: str


class Provider:
    """The provider's way of running a script."""

    def __init__(self, host: HyperVHost) -> None:
        self._session = winrm.Session(
            f"http://127.0.0.1:{host.http_port}/wsman", auth=(USER, PASSWORD), transport="ntlm"
        )

    def _command(self, line: str) -> Ended:
        ended = self._session.run_cmd(line)
        return Ended(ended.status_code, ended.std_out.decode().strip(), ended.std_err.decode().strip())

    def _powershell(self, script: str) -> Ended:
        text = " ".join(script.split("\n")).replace('"', '\\"')
        return self._command(f'powershell -NoProfile -ExecutionPolicy Bypass "{text}"')

    def upload(self, content: str, path: str) -> str:
        """Bring a text to a path with variables of PowerShell; the full path."""
        paths = []
        for one in (path + ".base64", path):
            asked = self._powershell(
                f'[IO.Path]::GetFullPath($ExecutionContext.InvokeCommand.ExpandString("{one}"));exit $LastExitCode;'
            )
            assert (asked.code, asked.errors) == (0, "")
            paths.append(asked.output)
        source, target = paths
        data = content.encode()
        for start in range(0, len(data), _CHUNK):
            piece = base64.b64encode(data[start : start + _CHUNK]).decode()
            assert self._command(f'echo {piece} >> "{source}"') == (0, "", "")
        assert self._powershell(DECODE.format(source=source, target=target)) == (0, "", "")
        assert self._powershell(f"Remove-Item '{source}' -Force") == (0, "", "")
        return target

    def run(self, script: str, name: str = "terraform-1") -> Ended:
        """Run a script elevated."""
        path = self.upload(script, rf"$env:TEMP\shell-{name}.ps1")
        values = {"name": name, "script": path, "user": USER, "password": PASSWORD}
        runner = self.upload(ELEVATED.format(**values), rf"$env:TEMP\elevated-shell-{name}.ps1")
        return self._powershell(f'&"{runner}";exit $LastExitCode;')


@pytest.fixture
def provider(host) -> Provider:
    return Provider(host)


def test_a_long_script_arrives_whole_and_runs_elevated(provider):
    filler = "\n".join(f"# {number:060}" for number in range(200))
    ended = provider.run(f"{filler}\n@{{user = $env:USERNAME; last = 'ä'.Length}} | ConvertTo-Json\nexit 3")
    assert (ended.code, ended.errors) == (3, "")
    assert json.loads(ended.output)["user"] == USER


def test_the_error_of_an_elevated_script_is_in_its_standard_output(provider):
    """As users of the provider have reported: nobody redirects standard error, it is a window."""
    ended = provider.run("$ErrorActionPreference = 'Stop'\nRemove-VM -Name nobody -Force")
    assert (ended.code, ended.errors) == (1, "")
    assert ended.output.startswith("Remove-VM : Hyper-V was unable to find a virtual machine with name")
    assert "FullyQualifiedErrorId : InvalidParameter,Microsoft.HyperV.PowerShell.Com" in ended.output


def test_a_switch_is_made_with_all_its_settings_and_read_back(provider):
    make = """
$ErrorActionPreference = 'Stop'
Import-Module Hyper-V
$wanted = '{"Name":"dmz","Mode":3,"Kind":1,"Pairs":16}' | ConvertFrom-Json
$mode = [Microsoft.HyperV.PowerShell.VMSwitchBandwidthMode]$wanted.Mode
$kind = [Microsoft.HyperV.PowerShell.VMSwitchType]$wanted.Kind
New-VMSwitch -Name $wanted.Name -MinimumBandwidthMode $mode -SwitchType $kind -EnableIov $false `
    -EnableEmbeddedTeaming $false -EnablePacketDirect $false | Out-Null
Set-VMSwitch -Name $wanted.Name -Notes '' -DefaultQueueVmmqEnabled $false `
    -DefaultQueueVmmqQueuePairs $wanted.Pairs -DefaultQueueVrssEnabled $false
"""
    assert provider.run(make) == (0, "", "")
    read = provider.run(
        "Get-VMSwitch dmz | %{ @{Mode = $_.BandwidthReservationMode; Kind = $_.SwitchType;"
        " Pairs = $_.DefaultQueueVmmqQueuePairsRequested; Vrss = $_.DefaultQueueVrssEnabledRequested} }"
        " | ConvertTo-Json"
    )
    assert json.loads(read.output) == {"Mode": 3, "Kind": 1, "Pairs": 16, "Vrss": False}


def test_a_disk_is_shown_under_the_path_that_was_asked_for(provider):
    make = r"New-Item c:\web -ItemType Directory | Out-Null; New-VHD c:\web\g1.vhdx -SizeBytes 1GB | Out-Null"
    assert provider.run(make) == (0, "", "")
    read = provider.run(
        r"Get-VHD -Path c:\web\g1.vhdx | %{ @{Path = $_.Path; Type = $_.VhdType} } | ConvertTo-Json"
    )
    assert json.loads(read.output) == {"Path": r"c:\web\g1.vhdx", "Type": 3}


def test_an_adapter_and_a_drive_take_what_the_provider_leaves_at_its_defaults(provider):
    make = r"""
New-VM web -MemoryStartupBytes 512MB -NewVHDPath C:\web.vhdx -NewVHDSizeBytes 1GB | Out-Null
Set-VMNetworkAdapter -VMName web -Name 'Network Adapter' -MandatoryFeatureId @() -VmmqQueuePairs 8
$drive = Get-VMHardDiskDrive web
$adapter = Get-VMNetworkAdapter web
@{Policy = $drive.QosPolicyId; Pairs = $adapter.VmmqQueuePairsRequested} | ConvertTo-Json
"""
    made = provider.run(make)
    assert json.loads(made.output) == {"Policy": "00000000-0000-0000-0000-000000000000", "Pairs": 8}


def test_resources_are_made_at_the_same_time(host):
    """Terraform works on ten resources at once."""
    with ThreadPoolExecutor(4) as workers:
        ended = list(workers.map(lambda each: Provider(host).run("'done'", f"terraform-{each}"), range(4)))
    assert ended == [(0, "done", "")] * 4
