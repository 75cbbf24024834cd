"""Views of objects that came over the wire: they have nothing but their properties."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        ("Get-Item HKLM:\\SOFTWARE", "SOFTWARE"),
        ("Get-EventLog -List | Select-Object -First 1", "Application"),
        ("Get-Command Get-Item", "Get-Item"),
        ("Get-PSDrive C", "C:\\"),
        ("Get-Acl C:\\", "TrustedInstaller"),
        ("'abc' | Select-String b", "LineNumber"),
        ("'abc' | Format-Hex", "Bytes"),
        ("Get-Runspace", "Runspace1"),
        ("Set-PSBreakpoint -Variable q", "q"),
        ("Get-Alias gci", "gci"),
    ],
)
def test_what_a_view_reads_of_the_live_object_is_a_property_of_its_name(
    session: ConsoleSession, script: str, shown: str
) -> None:
    text = session.shown(f"{script} | Export-Clixml C:\\o.xml; Import-Clixml C:\\o.xml")
    assert shown in text


def test_a_session_shows_the_commands_of_another_one(session: ConsoleSession) -> None:
    shown = session.shown("Invoke-Command localhost { Get-Command Get-Item }")
    assert shown.split("\n")[0].split() == ["CommandType", "Name", "Version", "Source", "PSComputerName"]
    assert "Get-Item" in shown
