"""System.Diagnostics.FileVersionInfo, and the VersionInfo that every file has."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

VMMS = "C:\\Windows\\System32\\vmms.exe"


@pytest.mark.parametrize("profile", ["windows-server-2022-datacenter", "windows-server-2012r2-datacenter"])
def test_programs_of_windows_carry_the_version_of_the_release(profile):
    session = ConsoleSession(profile)
    release = session.host.release
    number = f"{release.version}.{release.update_revision}"
    assert session.values(f"(Get-Item {VMMS}).VersionInfo.ProductVersion") == [number]
    assert session.values(f'"$([version](Get-Item {VMMS}).VersionInfo.ProductVersion)"') == [number]
    assert session.values(
        f"$v = [Diagnostics.FileVersionInfo]::GetVersionInfo('{VMMS}'); $v.FileBuildPart; $v.FileVersion; "
        '"$($v.FileVersionRaw)"'
    ) == [release.build, f"{number} (WinBuild.160101.0800)", number]


def test_wmi_tells_the_same_version():
    session = ConsoleSession()
    query = "SELECT Version FROM CIM_DataFile WHERE Name='C:\\\\Windows\\\\System32\\\\vmms.exe'"
    seen = session.values(
        f'(Get-CimInstance -Query "{query}").Version; (Get-Item {VMMS}).VersionInfo.ProductVersion'
    )
    assert seen[0] == seen[1]


def test_other_files_carry_none_and_missing_ones_are_refused():
    session = ConsoleSession()
    session.host.filesystem.write("C:\\tool.exe", b"MZ")
    assert session.values("$null -eq (Get-Item C:\\tool.exe).VersionInfo.ProductVersion") == [True]
    assert session.values("(Get-Item C:\\tool.exe).VersionInfo.FileMajorPart") == [0]
    assert (
        session.error("[Diagnostics.FileVersionInfo]::GetVersionInfo('C:\\nix.exe')")[0]
        == "FileNotFoundException"
    )
