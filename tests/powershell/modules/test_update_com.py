"""The Windows Update Agent by COM, on a machine that reaches no update service."""

from __future__ import annotations

import pytest

from emulator.host.windows.services import ServiceState
from tests.powershell.modules.console_session import ConsoleSession

_SEARCHER = "$u = (New-Object -ComObject Microsoft.Update.Session).CreateUpdateSearcher(); "


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def _result(session: ConsoleSession, script: str) -> str:
    (number,) = session.values(
        f"{_SEARCHER}try {{ {script} }} catch {{ '{{0:X}}' -f $_.Exception.GetBaseException().HResult }}"
    )
    return str(number)


def test_a_search_reaches_no_service_and_starts_the_agent(session: ConsoleSession) -> None:
    assert _result(session, "$u.Search('IsInstalled=0')") == "8024402C"
    assert session.host.services["wuauserv"].state is ServiceState.RUNNING
    assert _result(session, "$u.Search('nonsense')") == "80240032"


def test_a_search_without_the_service_finds_nothing(session: ConsoleSession) -> None:
    script = "$u.Online = $false; $r = $u.Search('IsInstalled=0'); $r.ResultCode, $r.Updates.Count, $u.GetTotalHistoryCount()"
    assert session.values(_SEARCHER + script) == [2, 0, 0]


def test_a_disabled_agent_is_not_started(session: ConsoleSession) -> None:
    session.values("Set-Service wuauserv -StartupType Disabled")
    assert _result(session, "$u.Search('IsInstalled=0')") == "80070422"
    assert session.values("(New-Object -ComObject Microsoft.Update.AutoUpdate).ServiceEnabled") == [False]


def test_what_a_remote_session_may_not(session: ConsoleSession) -> None:
    script = "(New-Object -ComObject Microsoft.Update.Session).CreateUpdateInstaller()"
    assert session.error(script)[0] == "UnauthorizedAccessException"
    assert session.values("(New-Object -ComObject Microsoft.Update.SystemInfo).RebootRequired") == [False]
    assert session.error("New-Object -ComObject Microsoft.Update.Nothing")[0].startswith("NotEmulated,")
