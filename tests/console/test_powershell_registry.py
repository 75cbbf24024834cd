"""The Registry provider in powershell.exe, and the same keys through reg.exe."""

from __future__ import annotations

import pytest

from emulator.host.windows.registry import LOCAL_MACHINE

VERSION = "HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
KEY = "HKLM:\\SOFTWARE\\Contoso"


@pytest.fixture
def run(machine):
    """What a script writes; it must not fail."""

    def do(script: str) -> list[str]:
        machine.host.filesystem.write("C:\\t.ps1", script.encode("utf-16"))
        ended = machine.run("powershell.exe -File C:\\t.ps1")
        assert ended.err == ""
        return ended.out.split("\r\n")[:-1]

    return do


def test_values_are_properties(run, machine):
    assert (
        run(f"(Get-ItemProperty '{VERSION}').ProductName; Get-ItemPropertyValue '{VERSION}' ProductName")
        == [
            machine.host.registry.value(
                LOCAL_MACHINE, "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", "ProductName"
            ).data
        ]
        * 2
    )


def test_what_powershell_sets_reg_shows_and_the_other_way_round(run, machine):
    run(
        f"$null = New-Item {KEY}; Set-ItemProperty {KEY} Text hello; "
        f"$null = New-ItemProperty {KEY} -Name Number -Value -1 -PropertyType DWord; "
        f"Set-ItemProperty {KEY} -Name Many -Value a, b -Type MultiString"
    )
    shown = machine.run("reg query HKLM\\SOFTWARE\\Contoso").out
    assert "Text    REG_SZ    hello" in shown
    assert "Number    REG_DWORD    0xffffffff" in shown
    assert "Many    REG_MULTI_SZ    a\\0b" in shown
    machine.run("reg add HKLM\\SOFTWARE\\Contoso\\Sub /v Q /t REG_QWORD /d 5")
    assert run(
        f"$p = Get-ItemProperty {KEY}; $p.Number; $p.Many -join '+'; $p.PSChildName; "
        f"(Get-ItemProperty {KEY}\\Sub).Q.GetType().Name; Get-ChildItem {KEY} -Name; Test-Path {KEY}\\Sub"
    ) == ["-1", "a+b", "Contoso", "Int64", "Sub", "True"]


def test_environment_variables_in_values_are_read(run):
    assert run(
        f"$null = New-Item {KEY}; Set-ItemProperty {KEY} P '%SystemRoot%\\x' -Type ExpandString; "
        f"(Get-ItemProperty {KEY}).P; (Get-Item {KEY}).GetValue('P', '', 'DoNotExpandEnvironmentNames')"
    ) == ["C:\\Windows\\x", "%SystemRoot%\\x"]


def test_items_are_made_renamed_copied_and_removed(run):
    assert run(
        f"$null = New-Item {KEY}\\A\\B -Force -Value v; Copy-Item {KEY}\\A {KEY}\\C -Recurse; "
        f"(Get-ItemProperty {KEY}\\C\\B).'(default)'; Rename-Item {KEY}\\C D; Get-ChildItem {KEY} -Name; "
        f"Remove-Item {KEY} -Recurse; Test-Path {KEY}; "
        "Set-Location HKCU:\\; Test-Path Software; (Get-Location).Path"
    ) == ["v", "A", "D", "False", "True", "HKCU:\\"]


def test_properties_are_renamed_cleared_and_removed(run):
    assert run(
        f"$null = New-Item {KEY}; Set-ItemProperty {KEY} A 1; Rename-ItemProperty {KEY} A B; "
        f"Clear-ItemProperty {KEY} B; (Get-ItemProperty {KEY}).B; Remove-ItemProperty {KEY} B; "
        f"(Get-Item {KEY}).ValueCount"
    ) == ["0", "0"]


def test_net_reads_and_writes_the_same_keys(run):
    assert run(
        "$k = [Microsoft.Win32.Registry]::LocalMachine.CreateSubKey('SOFTWARE\\Contoso'); $k.SetValue('A', 7); "
        "$k.GetValue('A'); $k.GetValueKind('A'); $k.GetValue('none', 'other'); "
        "[Microsoft.Win32.Registry]::GetValue('HKEY_LOCAL_MACHINE\\SOFTWARE\\Contoso', 'A', 0); "
        "[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('SOFTWARE\\None') -eq $null; "
        "[Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine', 'Registry64').OpenSubKey('SOFTWARE').Name"
    ) == ["7", "DWord", "other", "7", "True", "HKEY_LOCAL_MACHINE\\SOFTWARE"]


def test_another_hive_gets_a_drive(run):
    assert run(
        "$null = New-PSDrive HKU Registry HKEY_USERS; Test-Path HKU:\\.DEFAULT; "
        "Test-Path Registry::HKEY_LOCAL_MACHINE\\SOFTWARE; (Get-Item HKLM:\\SOFTWARE).PSPath"
    ) == ["True", "True", "Microsoft.PowerShell.Core\\Registry::HKEY_LOCAL_MACHINE\\SOFTWARE"]


REFUSALS = [
    (
        f"Get-ItemProperty '{VERSION}' NoSuch",
        "System.Management.Automation.PSArgumentException",
        "InvalidArgument",
    ),
    ("Get-Item HKLM:\\NoSuch", "PathNotFound", "ObjectNotFound"),
    ("New-Item HKLM:\\SOFTWARE", "System.IO.IOException", "ResourceExists"),
    ("New-Item HKLM:\\SOFTWARE\\No\\Such", "System.IO.IOException", "ResourceExists"),
    ("Get-ChildItem HKLM:\\SAM\\SAM", "System.Security.SecurityException", "PermissionDenied"),
    ("Set-ItemProperty HKLM:\\SOFTWARE N abc -Type DWord", "System.ArgumentException", "NotSpecified"),
    (
        "New-ItemProperty HKLM:\\SOFTWARE A; New-ItemProperty HKLM:\\SOFTWARE A",
        "System.IO.IOException",
        "WriteError",
    ),
]


@pytest.mark.parametrize(("script", "error_id", "category"), REFUSALS)
def test_what_is_refused_says_why(run, script, error_id, category):
    shown = run(
        f"$ErrorActionPreference = 'SilentlyContinue'; $Error.Clear(); $null = $({script}); $Error.Count; "
        "$Error[0].FullyQualifiedErrorId.Split(',')[0]; $Error[0].CategoryInfo.Category"
    )
    assert shown == ["1", error_id, category]


def test_a_user_may_not_write_the_machine_part(machine):
    machine.host.accounts.create("ann", "Passw0rd!Passw0rd!")
    machine.host.filesystem.write(
        "C:\\t.ps1",
        b"try { New-Item HKLM:\\SOFTWARE\\X -ErrorAction Stop } catch { $_.FullyQualifiedErrorId.Split(',')[0] }",
    )
    ended = machine.run("powershell.exe -File C:\\t.ps1", account=machine.host.accounts.find("ann"))
    assert ended.out == "System.Security.SecurityException\r\n"


def test_keys_are_shown_by_hive(run):
    shown = run(
        f"$null = New-Item {KEY}\\A -Force; Set-ItemProperty {KEY}\\A Text hello; "
        f"Set-ItemProperty {KEY}\\A N 5 -Type DWord; Get-ChildItem {KEY}"
    )
    assert [line.rstrip() for line in shown] == [
        "",
        "",
        "    Hive: HKEY_LOCAL_MACHINE\\SOFTWARE\\Contoso",
        "",
        "",
        "Name                           Property",
        "----                           --------",
        "A                              Text : hello",
        "                               N    : 5",
        "",
        "",
    ]


def test_keys_that_nobody_may_read_are_shown_without_values(run):
    assert [line.rstrip() for line in run("Get-Item HKLM:\\SAM")][-3:] == ["SAM", "", ""]
