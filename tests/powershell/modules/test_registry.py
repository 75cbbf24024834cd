"""HKLM: and HKCU: in scripts, over the registry that reg.exe and StdRegProv see."""

from __future__ import annotations

import pytest

from emulator.host.windows.registry import LOCAL_MACHINE
from emulator.host.windows.registry_key import ValueKind
from tests.powershell.modules.console_session import ConsoleSession

KEY = "HKLM:\\SOFTWARE\\Contoso"


@pytest.fixture
def session() -> ConsoleSession:
    made = ConsoleSession()
    made.values(f"$null = New-Item {KEY}")
    return made


def test_what_windows_wrote_is_there(session):
    assert session.values(
        "(Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion').ProductName; "
        "Test-Path HKLM:\\SOFTWARE\\Microsoft; Test-Path HKLM:\\SOFTWARE\\Nothing"
    ) == ["Windows Server 2022 Datacenter", True, False]


@pytest.mark.parametrize(
    ("value", "kind", "data"),
    [
        ("42", ValueKind.REG_DWORD, 42),
        ("(-1)", ValueKind.REG_DWORD, 0xFFFFFFFF),
        ("5000000000", ValueKind.REG_QWORD, 5_000_000_000),
        ("'text'", ValueKind.REG_SZ, "text"),
        ("'a','b'", ValueKind.REG_MULTI_SZ, ("a", "b")),
        ("([byte[]](1,2))", ValueKind.REG_BINARY, b"\x01\x02"),
    ],
)
def test_a_value_gets_the_type_of_what_it_is_given(session, value, kind, data):
    session.values(f"Set-ItemProperty {KEY} -Name A -Value {value}")
    found = session.host.registry.value(LOCAL_MACHINE, "SOFTWARE\\Contoso", "A")
    assert (found.kind, found.data) == (kind, data)
    assert session.values(f"((Get-ItemProperty {KEY}).A -join ',') -eq ({value} -join ',')") == [True]


def test_a_value_keeps_its_type_when_it_changes(session):
    session.values(f"$null = New-ItemProperty {KEY} -Name A -PropertyType ExpandString -Value '%windir%'")
    session.values(f"Set-ItemProperty {KEY} -Name A -Value '%SystemRoot%\\x'")
    found = session.host.registry.value(LOCAL_MACHINE, "SOFTWARE\\Contoso", "A")
    assert found.kind is ValueKind.REG_EXPAND_SZ
    assert session.values(f"Get-ItemPropertyValue {KEY} -Name A") == ["C:\\Windows\\x"]


def test_keys_and_values_go(session):
    session.values(
        f"Set-ItemProperty {KEY} A 1; Set-ItemProperty {KEY} B 2; Remove-ItemProperty {KEY} -Name A; "
        f"$null = New-Item {KEY}\\Below"
    )
    assert session.values(f"(Get-Item {KEY}).Property; (Get-ChildItem {KEY}).PSChildName") == ["B", "Below"]
    assert session.values(f"Remove-Item {KEY} -Recurse; Test-Path {KEY}") == [False]


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        (
            f"Get-ItemProperty {KEY} -Name Nothing",
            "System.Management.Automation.PSArgumentException,"
            "Microsoft.PowerShell.Commands.GetItemPropertyCommand",
        ),
        (f"New-Item {KEY}", "System.IO.IOException,Microsoft.PowerShell.Commands.NewItemCommand"),
        (f"New-Item {KEY}\\a\\b", "System.IO.IOException,Microsoft.PowerShell.Commands.NewItemCommand"),
        (f"Get-Item {KEY}\\a", "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand"),
        (
            f"New-ItemProperty {KEY} -Name A -Value 1; New-ItemProperty {KEY} -Name A -Value 1",
            "System.IO.IOException,Microsoft.PowerShell.Commands.NewItemPropertyCommand",
        ),
    ],
)
def test_mistakes_have_the_errors_of_windows_powershell(session, script, error_id):
    assert session.error(script)[0] == error_id


def test_the_security_hive_is_closed(session):
    found = session.error("Get-ChildItem HKLM:\\SECURITY")
    assert found[0].startswith("System.Security.SecurityException")
