"""Get-ComputerInfo."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_it_tells_what_the_other_doors_tell(session):
    pairs = {
        "CsName": "(Get-CimInstance Win32_ComputerSystem).Name",
        "OsName": "(Get-CimInstance Win32_OperatingSystem).Caption",
        "BiosSeralNumber": "(Get-CimInstance Win32_BIOS).SerialNumber",
        "CsTotalPhysicalMemory": "(Get-CimInstance Win32_ComputerSystem).TotalPhysicalMemory",
        "WindowsProductName": "(Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion').ProductName",
        "TimeZone": "(Get-TimeZone).DisplayName",
    }
    for name, other in pairs.items():
        assert session.values(f"(Get-ComputerInfo).{name} -eq {other}") == [True], name


def test_numbers_have_the_names_of_windows_powershell(session):
    names = ("CsDomainRole", "OsProductType", "OsType", "OsServerLevel", "BiosFirmwareType", "CsPCSystemType")
    shown = session.values(f"$i = Get-ComputerInfo; {'; '.join(f'[string]$i.{name}' for name in names)}")
    assert shown == ["StandaloneServer", "Server", "WINNT", "FullServer", "Uefi", "EnterpriseServer"]


def test_properties_are_chosen_by_patterns_in_their_own_order(session):
    script = "(Get-ComputerInfo -Property OsVersion, *Manufacturer).PSObject.Properties.Name"
    assert session.values(script) == ["OsVersion", "BiosManufacturer", "CsManufacturer", "OsManufacturer"]


def test_a_core_installation_says_so():
    core = ConsoleSession("windows-server-2022-datacenter-core")
    assert core.values(
        "[string](Get-ComputerInfo OsServerLevel).OsServerLevel; (gin *InstallationType).WindowsInstallationType"
    ) == [
        "ServerCore",
        "Server Core",
    ]
