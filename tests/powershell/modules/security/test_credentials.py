"""Get-Credential, and bare user names where a credential is wanted."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.powershell.dotnet.credentials import Credential, SecureString
from tests.powershell.modules.console_session import ConsoleSession

NOBODY = "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available."


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


class Host:
    """A host behind PSRP that answers, and remembers what it was asked."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[tuple[str, list[Any]]] = []

    def __call__(self, method: str, arguments: list[Any]) -> Any:
        self.asked.append((method, arguments))
        return self.answer


def test_a_credential_is_handed_on(session: ConsoleSession) -> None:
    script = """$c = [pscredential]::new('adm', (ConvertTo-SecureString 'x' -AsPlainText -Force))
    (Get-Credential $c).UserName; [object]::ReferenceEquals((Get-Credential -Credential $c), $c)"""
    assert session.values(script) == ["adm", True]


def test_there_is_nobody_to_ask(session: ConsoleSession) -> None:
    error_id, _, message = session.error("Get-Credential -Message hello -UserName bob")
    assert error_id == "InvalidOperation,Microsoft.PowerShell.Commands.GetCredentialCommand"
    assert message == NOBODY
    error_id, _, message = session.error("Get-Credential bob")
    assert error_id.startswith("ParameterArgumentTransformationError,")
    assert message == f"Cannot process argument transformation on parameter 'Credential'. {NOBODY}"


def test_the_host_is_asked(session: ConsoleSession) -> None:
    host = Host(Credential("typed", SecureString("pw")))
    session.runspace.engine.ui.host_call = host
    script = """$c = Get-Credential -Message 'For the backup' -UserName bob; $c.UserName
    $c.GetNetworkCredential().Password; (Get-Credential carol).UserName"""
    assert session.values(script) == ["typed", "pw", "typed"]
    caption = "Windows PowerShell credential request"
    assert host.asked == [
        ("PromptForCredential1", [caption, "For the backup", "bob", ""]),
        ("PromptForCredential1", [caption, "Enter your credentials.", "carol", ""]),
    ]


def test_a_user_who_gives_up_gives_nothing(session: ConsoleSession) -> None:
    session.runspace.engine.ui.host_call = Host(None)
    assert session.values("Get-Credential -Message hello") == []
