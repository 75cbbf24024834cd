"""What the cmdlets of Hyper-V Replica show and refuse on one host."""

import pytest


def test_the_server_is_set_up_all_or_nothing(shell):
    settings = shell.host.replication
    record = shell.fails(
        "Set-VMReplicationServer $true -ReplicationAllowedFromAnyServer $true"
        " -DefaultStorageLocation C:\\R -AllowedAuthenticationType Certificate"
    )
    assert record.category == "InvalidArgument"
    assert (settings.enabled, settings.entries) == (False, ())
    shell.fails("Set-VMReplicationServer -DefaultStorageLocation C:\\R")
    shell(
        "Set-VMReplicationServer $true -ReplicationAllowedFromAnyServer $true -DefaultStorageLocation C:\\R"
    )
    shell("Set-VMReplicationServer -DefaultStorageLocation C:\\S")
    assert [
        tuple(each.values()) if isinstance(each, dict) else each.storage for each in settings.entries
    ] == ["C:\\S"]
    shell("Set-VMReplicationServer -ReplicationAllowedFromAnyServer $false")
    assert (settings.enabled, settings.entries) == (True, ())


def test_the_server_is_shown_as_documented(shell):
    shell(
        "Set-VMReplicationServer $true -ReplicationAllowedFromAnyServer $true -DefaultStorageLocation C:\\R"
    )
    shown = shell.one("Get-VMReplicationServer | Out-String -Width 120")
    assert [line.split() for line in shown.splitlines() if line.strip()] == [
        ["RepEnabled", "AuthType", "KerbAuthPort", "CertAuthPort", "AllowAnyServer"],
        ["----------", "--------", "------------", "------------", "--------------"],
        ["True", "Kerb", "80", "443", "True"],
    ]


def test_machines_that_are_not_replicated(shell):
    shell.machine("web")
    assert shell("Get-VMReplication; Get-VMReplication *; Measure-VMReplication") == []
    for command in ("Get-VMReplication web", "Remove-VMReplication web", "Start-VMInitialReplication web"):
        record = shell.fails(command)
        assert record.message == "Replication is not enabled for virtual machine 'web'."
        assert record.category == "InvalidOperation"
    assert "valid replication state" in shell.fails("Start-VMFailover web -Confirm:$false").message


@pytest.mark.parametrize(
    "command",
    [
        "Set-VMReplicationServer -KerberosAuthenticationPortMapping @{node = 8080}",
        "Set-VMReplication web -AsReplica",
        "Resume-VMReplication web -Continue",
    ],
)
def test_what_is_not_emulated_says_so(shell, command):
    shell.machine("web")
    assert "emulat" in shell.fails(command).message
