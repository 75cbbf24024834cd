"""Get-ExecutionPolicy, Set-ExecutionPolicy, and what a policy does to script files."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_SCRIPT = "Set-Content C:\\s.ps1 '\"ran\"'\n"


@pytest.fixture
def session() -> ConsoleSession:
    session = ConsoleSession()
    session.values(_SCRIPT)
    return session


def test_a_server_runs_its_own_scripts_and_a_client_none():
    server, client = ConsoleSession(), ConsoleSession("windows-11-pro")
    for each in (server, client):
        each.values(_SCRIPT)
    assert server.values('"$(Get-ExecutionPolicy)"; C:\\s.ps1') == ["RemoteSigned", "ran"]
    assert client.values('"$(Get-ExecutionPolicy)"') == ["Restricted"]
    assert client.error("C:\\s.ps1")[:2] == ("UnauthorizedAccess", "SecurityError")


@pytest.mark.parametrize("policy", ["Restricted", "AllSigned"])
@pytest.mark.parametrize("script", ["C:\\s.ps1", ". C:\\s.ps1", "& 'C:\\s.ps1'", "Import-Module C:\\m.psm1"])
def test_a_policy_refuses_script_files(session, policy, script):
    session.values(f"Set-Content C:\\m.psm1 'function f {{}}'; Set-ExecutionPolicy {policy} -Force")
    assert session.error(script)[0].startswith("UnauthorizedAccess")
    assert session.values("& { 'typed' }") == ["typed"]


def test_another_process_obeys_too_unless_it_is_told_otherwise(session):
    session.values("Set-ExecutionPolicy Restricted")
    refused = session.runspace.run("powershell -File C:\\s.ps1; $LASTEXITCODE")
    assert refused.output == [1]
    assert "running scripts is disabled" in " ".join(each.message for each in refused.errors)
    assert session.values("powershell -ExecutionPolicy Bypass -File C:\\s.ps1; $LASTEXITCODE") == ["ran", 0]


def test_the_most_specific_scope_counts_and_says_so(session):
    session.values("Set-ExecutionPolicy Bypass -Scope Process")
    assert session.error("Set-ExecutionPolicy AllSigned")[0].startswith("ExecutionPolicyOverride,")
    listed = session.values(
        'Get-ExecutionPolicy -List | ForEach-Object { "$($_.Scope) $($_.ExecutionPolicy)" }'
    )
    assert listed == [
        "MachinePolicy Undefined",
        "UserPolicy Undefined",
        "Process Bypass",
        "CurrentUser Undefined",
        "LocalMachine AllSigned",
    ]


def test_group_policy_in_the_registry_wins(session):
    session.values(
        "$k = 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell'; $null = New-Item $k -Force; "
        "Set-ItemProperty $k EnableScripts 0 -Type DWord; Set-ExecutionPolicy Unrestricted -Scope Process"
    )
    assert session.error("C:\\s.ps1")[0] == "UnauthorizedAccess"


def test_only_administrators_change_the_policy_of_the_machine():
    session = ConsoleSession(user="watcher")
    assert session.error("Set-ExecutionPolicy Bypass")[:2] == (
        "System.UnauthorizedAccessException,Microsoft.PowerShell.Commands.SetExecutionPolicyCommand",
        "PermissionDenied",
    )
    assert session.values('Set-ExecutionPolicy Bypass -Scope CurrentUser; "$(Get-ExecutionPolicy)"') == [
        "Bypass"
    ]
