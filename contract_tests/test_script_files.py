"""Script files that tools upload and call by `powershell -Command "& 'file' ..."`, as Vagrant's provider does."""

from __future__ import annotations

import json

import pytest
import winrm
from conftest import PASSWORD, USER

SCRIPT = r"""
param([Parameter(Mandatory=$true)][string]$Path, [uint64]$SizeBytes, [switch]$Fixed)
$given = @{}
foreach ($key in $MyInvocation.BoundParameters.Keys) {
    $value = (Get-Variable -Exclude "ErrorAction" $key).Value
    if ($key -ne "ErrorAction") { $given.Add($key, $value) }
}
Write-Host "===Begin==="
Write-Host (ConvertTo-Json $given)
Write-Host "===End==="
New-VHD @given | Out-Null
if (-not $?) { exit 3 }
"""


@pytest.fixture
def run(host):
    host.machine.filesystem.write("C:\\new_disk.ps1", SCRIPT.encode())
    session = winrm.Session(host.http_url, auth=(USER, PASSWORD), transport="ntlm")
    command = "powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command"
    return lambda call: session.run_cmd(f'{command} "{call}"')


def test_a_script_passes_on_what_it_was_given(host, run):
    answer = run("&('C:\\new_disk.ps1') -Path 'C:\\a.vhdx' -SizeBytes '1073741824' -Fixed -ErrorAction Stop")
    assert (answer.status_code, answer.std_err) == (0, b"")
    given = json.loads(answer.std_out.decode().split("===Begin===")[1].split("===End===")[0])
    assert given["Path"] == "C:\\a.vhdx"
    assert given["SizeBytes"] == 1 << 30
    assert set(given) == {"Path", "SizeBytes", "Fixed"}
    assert host.machine.filesystem.exists("C:\\a.vhdx")


@pytest.mark.parametrize(("exit_code", "seen"), [(0, 0), (1, 1), (3, 1)])
def test_a_script_that_exits_with_a_code_fails_the_command(host, run, exit_code, seen):
    host.machine.filesystem.write("C:\\end.ps1", f"'said'; exit {exit_code}".encode())
    answer = run("& 'C:\\end.ps1'")
    assert (answer.status_code, answer.std_out) == (seen, b"said\r\n")
    told = run("& 'C:\\end.ps1' | Out-Null; $?; $LASTEXITCODE").std_out.split()
    assert told == [str(exit_code == 0).encode(), str(exit_code).encode()]


def test_a_module_is_asked_for_by_the_greatest_version_that_will_do(run):
    answer = run(
        "Import-Module Microsoft.PowerShell.Security -MaximumVersion 3.0.0.0 -ErrorAction Stop; "
        "(Get-Module Microsoft.PowerShell.Security).Version.ToString()"
    )
    assert (answer.std_out, answer.std_err) == (b"3.0.0.0\r\n", b"")


def test_errors_are_shown_by_category_when_a_script_asks(run):
    answer = run("$ErrorView = 'CategoryView'; Get-Item C:\\nofile.txt")
    assert (
        b"ObjectNotFound: (C:\\nofile.txt:String) [Get-Item], ItemNotFoundException"
        in answer.std_err.replace(b"_x000D__x000A_", b"")
    )
    assert b"FullyQualifiedErrorId" not in answer.std_err
