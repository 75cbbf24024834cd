"""PowerShell remoting with a user at the client's end, and pypsrp's high-level client."""

# ruff: noqa: N802, ARG002 -- names and parameters of the host's methods are those of pypsrp's interface

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import PASSWORD, USER
from psrp import run, values
from pypsrp.client import Client
from pypsrp.complex_objects import ObjectMeta
from pypsrp.host import PSHost, PSHostUserInterface
from pypsrp.powershell import PowerShell, RunspacePool


class Answers(PSHostUserInterface):
    """A user who answers, and a screen that remembers."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []
        self.asked: list[tuple] = []

    def ReadLine(self, runspace, pipeline):
        return "typed"

    def ReadLineAsSecureString(self, runspace, pipeline):
        runspace.exchange_keys()
        return runspace.serialize("hidden", ObjectMeta("SS"))

    def Write1(self, runspace, pipeline, value):
        self.written.append(value)

    def Write2(self, runspace, pipeline, foreground_color, background_color, value):
        self.written.append(f"{foreground_color}:{value}")

    def WriteLine1(self, runspace, pipeline):
        self.written.append("\n")

    def WriteLine2(self, runspace, pipeline, value):
        self.written.append(value + "\n")

    def WriteLine3(self, runspace, pipeline, foreground_color, background_color, value):
        self.written.append(f"{foreground_color}:{value}\n")

    def WriteErrorLine(self, runspace, pipeline, message):
        self.written.append(f"error {message}")

    def Prompt(self, runspace, pipeline, caption, message, description):
        self.asked.append(("Prompt", caption, [field.extended_properties["name"] for field in description]))
        return {field.extended_properties["name"]: "prompted" for field in description}

    def PromptForChoice(self, runspace, pipeline, caption, message, choices, default_choice):
        labels = [choice.extended_properties["label"] for choice in choices]
        self.asked.append(("PromptForChoice", caption, labels))
        return 1


@pytest.fixture
def user():
    return Answers()


@pytest.fixture
def interactive_pool(wsman, user):
    host = PSHost(None, None, False, "client", None, user, "1.0")
    with RunspacePool(wsman, host=host) as opened:
        yield opened


def test_the_clients_host_shows_what_the_script_writes(interactive_pool, user):
    values(
        interactive_pool,
        "Write-Host plain; Write-Host -NoNewline part; Write-Host red -ForegroundColor Red; "
        "$Host.UI.Write('raw'); $Host.UI.WriteLine(); $Host.UI.WriteErrorLine('bad')",
    )
    assert user.written == ["plain\n", "part", "12:red\n", "raw", "\n", "error bad"]


def test_the_clients_host_answers_questions(interactive_pool, user):
    found = values(
        interactive_pool,
        """
        $Host.UI.ReadLine()
        Read-Host
        Read-Host 'Your name'
        $secret = Read-Host -AsSecureString
        (New-Object System.Management.Automation.PSCredential 'u', $secret).GetNetworkCredential().Password
        $choices = [System.Management.Automation.Host.ChoiceDescription[]]('&Yes', '&No')
        $Host.UI.PromptForChoice('Sure?', 'Really', $choices, 0)
        """,
    )
    assert found == ["typed", "typed", "prompted", "hidden", 1]
    assert ("Prompt", "", ["Your name"]) in user.asked
    assert ("PromptForChoice", "Sure?", ["&Yes", "&No"]) in user.asked


def test_confirmation_asks_the_clients_host(interactive_pool, user):
    values(interactive_pool, "New-VM -Name doomed -MemoryStartupBytes 512MB | Out-Null")
    values(interactive_pool, "Remove-VM -Name doomed -Confirm")
    assert any(kind == "PromptForChoice" for kind, *_ in user.asked)
    assert values(interactive_pool, "@(Get-VM -Name doomed -ErrorAction Ignore).Count") == [0]


def test_without_a_host_a_question_is_an_error_and_text_is_dropped(pool):
    ps = run(pool, "Write-Host quiet; $Host.UI.WriteLine('quiet'); Read-Host 'Name'")
    assert "does not support user interaction" in str(ps.streams.error[0])


@pytest.fixture
def client(host):
    with Client(
        "127.0.0.1", port=host.http_port, ssl=False, username=USER, password=PASSWORD, auth="ntlm"
    ) as opened:
        yield opened


def test_execute_ps_formats_and_reports_errors(client):
    output, streams, had_errors = client.execute_ps("Get-VM | Select-Object -First 1 Name; Write-Warning w")
    assert "Name" in output
    assert not had_errors
    assert [one.message for one in streams.warning] == ["w"]
    _, streams, had_errors = client.execute_ps("$ErrorActionPreference = 'Stop'; Get-VM nowhere")
    assert had_errors
    assert "nowhere" in str(streams.error[0])


def test_execute_cmd(client):
    assert client.execute_cmd("echo hi") == ("hi\r\n", "", 0)


def test_copy_and_fetch_a_file(client, tmp_path: Path):
    source = tmp_path / "source.bin"
    source.write_bytes(bytes(range(256)) * 700)
    # The script also reaches for private members by reflection, which are not here; it goes on without.
    with pytest.warns(UserWarning, match="MaximumAllowedMemory"):
        client.copy(str(source), "C:\\Windows\\Temp\\copied.bin")
    back = tmp_path / "back.bin"
    client.fetch("C:\\Windows\\Temp\\copied.bin", str(back))
    assert back.read_bytes() == source.read_bytes()


def test_an_interactive_session_the_way_enter_pssession_does_it(interactive_pool, user):
    """Prompt, command with Out-Default, prompt again."""

    def line(text: str) -> list:
        ps = PowerShell(interactive_pool)
        ps.add_script(text)
        ps.add_cmdlet("Out-Default")
        ps.merge_previous(True)
        return ps.invoke(add_to_history=True)

    assert values(interactive_pool, "prompt") == [f"PS C:\\Users\\{USER}\\Documents> "]
    assert line("$x = 1 + 1; $x") == []
    assert user.written == ["2\n"]
    assert line("Get-VM nowhere") == []
    assert "nowhere" in "".join(user.written)


def test_tabexpansion2_answers_an_interactive_client(pool):
    powershell = PowerShell(pool)
    powershell.add_cmdlet("TabExpansion2")
    powershell.add_parameters({"inputScript": "Get-VMSwi", "cursorColumn": 9, "options": None})
    output = powershell.invoke()
    assert not powershell.had_errors, [str(one) for one in powershell.streams.error]
    properties = output[0].adapted_properties
    assert (properties["ReplacementIndex"], properties["ReplacementLength"]) == (0, 9)
    powershell = PowerShell(pool)
    powershell.add_cmdlet("TabExpansion2").add_argument("Get-VMSwi").add_argument(9)
    powershell.add_cmdlet("Select-Object").add_parameter("ExpandProperty", "CompletionMatches")
    first = powershell.invoke()[0].adapted_properties
    assert (first["CompletionText"], first["ListItemText"]) == ("Get-VMSwitch", "Get-VMSwitch")
