"""The WSMan cmdlets reach the service by the ports that it listens on."""

from __future__ import annotations

import pytest

from emulator.shells import ShellService
from emulator.wmi import WmiService
from emulator.wsman import WsmanService
from tests.powershell.modules.console_session import ConsoleSession

LISTENERS = "Get-WSManInstance winrm/config/listener -Enumerate"


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    made = ConsoleSession()
    host = made.host
    host.requests = WsmanService(host, WmiService(host), ShellService(host))
    return made


@pytest.mark.parametrize(
    "call",
    [
        "Test-WSMan",
        "Test-WSMan -Port 5985",
        "Test-WSMan -UseSSL",
        "Test-WSMan -Port 5986 -UseSSL",
        f"{LISTENERS} -Port 5985",
        f"{LISTENERS} -ConnectionURI http://localhost:5985/wsman",
        f"{LISTENERS} -ConnectionURI https://localhost/wsman",
    ],
)
def test_a_listener_answers(session, call):
    assert session.values(f"@({call}).Count -gt 0") == [True]


@pytest.mark.parametrize(
    "call",
    [
        "Test-WSMan -Port 5986",
        "Test-WSMan -Port 80",
        "Test-WSMan -Port 5985 -UseSSL",
        f"{LISTENERS} -Port 81",
        f"{LISTENERS} -ConnectionURI http://localhost:5999/wsman",
        f"{LISTENERS} -ConnectionURI https://localhost:5985/wsman",
        "Connect-WSMan -Port 5999",
    ],
)
def test_nothing_answers_where_there_is_no_listener(session, call):
    identifier, category, message = session.error(call)
    assert "cannot connect to the destination" in message, (identifier, category)


@pytest.mark.parametrize(
    "call",
    [
        "Test-WSMan -ApplicationName other",
        f"{LISTENERS} -ConnectionURI http://localhost:5985/other",
        "Connect-WSMan -ApplicationName other",
    ],
)
def test_the_service_answers_at_its_path_only(session, call):
    _identifier, _category, message = session.error(call)
    assert "requested HTTP URL was not available" in message
    assert session.values("@(Test-WSMan -ApplicationName WSMAN).Count") == [1]
