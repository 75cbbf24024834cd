"""Clear-Host, which every release has."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.mark.parametrize(
    "profile",
    [
        "windows-server-2012-datacenter",
        "windows-server-2012r2-datacenter",
        "windows-server-2016-datacenter",
        "windows-server-2025-datacenter",
    ],
)
def test_the_screen_is_cleared_in_every_release(profile: str) -> None:
    session = ConsoleSession(profile)
    assert session.values("Clear-Host; cls; clear; 'cleared'") == ["cleared"]
