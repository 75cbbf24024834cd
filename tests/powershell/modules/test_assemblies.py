"""Assemblies that scripts load by name before they use types of them."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


@pytest.mark.parametrize(
    "load",
    [
        "[void][Reflection.Assembly]::LoadWithPartialName('Microsoft.HyperV.PowerShell, Culture=neutral')",
        "[void][Reflection.Assembly]::LoadWithPartialName('Microsoft.HyperV.PowerShell.Objects')",
        "Add-Type -AssemblyName Microsoft.HyperV.PowerShell",
    ],
)
def test_types_of_the_hyper_v_module_come_with_its_assembly(session, load):
    name = "[Microsoft.HyperV.PowerShell.VirtualizationException]"
    assert session.error(name)[0] == "TypeNotFound"
    session.values(load)
    assert session.values(f"{name}.Name") == ["VirtualizationException"]
    assert session.values(
        f"try {{ Get-VM nobody -ErrorAction Stop }} catch {{ $_.Exception.GetType() -eq {name} }}"
    ) == [True]


def test_an_assembly_says_what_it_is(session):
    session.values("$a = [Reflection.Assembly]::LoadWithPartialName('system.windows.forms')")
    assert session.values("$a.FullName") == [
        "System.Windows.Forms, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089"
    ]
    assert session.shown("[int].Assembly").splitlines() == [
        "GAC    Version        Location",
        "---    -------        --------",
        "True   v4.0.30319     C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\mscorlib.dll",
    ]


def test_one_that_is_not_there_is_null_or_an_error_and_is_counted(session):
    assert session.values("$null -eq [Reflection.Assembly]::LoadWithPartialName('Fabrikam')") == [True]
    assert session.error("[Reflection.Assembly]::Load('Fabrikam')")[0] == "FileNotFoundException"
    assert [one.count for one in session.host.gaps.entries() if "Fabrikam" in one.name] == [2]
