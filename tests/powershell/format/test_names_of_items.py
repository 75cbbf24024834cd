"""Objects inside of collections are shown by what names them, others by their text."""

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("@(Get-Service WinRM, vmms)", "{WinRM, vmms}"),
        ("(Get-Service WinRM)", "System.ServiceProcess.ServiceController"),
        ("@([pscustomobject]@{Name = 'x'})", "{@{Name=x}}"),
        ("@(Get-VMHost).HostNumaStatus", "{HV2022, HV2022}"),
        ("@{Key = 1}", "{Key}"),
        ("@(1, 'a', $true)", "{1, a, True}"),
    ],
)
def test_a_cell_shows(expression: str, shown: str) -> None:
    text = ConsoleSession().shown(f"[pscustomobject]@{{Cell = {expression}; B = 1}} | Format-List Cell")
    assert [line for line in text.splitlines() if line] == [f"Cell : {shown}"]
