"""The Hyper-V module for somebody who may not use Hyper-V."""

import pytest

from emulator.host import Account


def as_member_of(shell, *groups):
    account = shell.host.accounts.create("someone", "Secret-1", groups=groups)
    shell.session.services[Account] = account
    return account


@pytest.mark.parametrize(
    "script",
    [
        "Get-VM",
        "Get-VM x | Start-VM",
        "Get-VMHost",
        "Get-VMSwitch",
        "New-VHD C:\\x.vhdx -SizeBytes 1GB",
        "New-VM x",
        "New-VMSwitch x -SwitchType Private",
        "Start-VM x",
    ],
)
def test_every_cmdlet_says_that_the_permission_is_missing(shell, script):
    as_member_of(shell, "Users")
    record = shell.fails(script)
    assert record.message == (
        "You do not have the required permission to complete this task. Contact the administrator of the "
        f"authorization policy for the computer '{shell.host.name}'."
    )
    assert record.fully_qualified_error_id.startswith("AccessDenied,Microsoft.")
    assert record.category == "PermissionDenied"
    assert not list(shell.host.virtual_machines)
    assert not shell.host.filesystem.exists("C:\\x.vhdx")


@pytest.mark.parametrize("group", ["Administrators", "Hyper-V Administrators"])
def test_both_groups_of_administrators_may_use_it(shell, group):
    as_member_of(shell, group)
    assert shell("New-VM x; Get-VM")


CREDENTIAL = "$c = [pscredential]::new('someone', [Net.NetworkCredential]::new('', '{}').SecurePassword); "


def test_a_credential_brings_the_rights_of_its_account(shell):
    account = as_member_of(shell, "Users")
    shell.machine("a")
    other = shell.host.accounts.create("boss", "Secret-2", groups=("Hyper-V Administrators",))
    right = CREDENTIAL.format("Secret-2").replace("someone", "boss")
    assert shell.one(f"{right} (Get-VM a -ComputerName localhost -Credential $c).Name") == "a"
    shell(f"{right} Stop-VM a -ComputerName . -Credential $c -WarningAction SilentlyContinue")
    shell(f"{right} Set-VMProcessor a -ComputerName . -Credential $c -Count 2")
    assert shell.host.virtual_machines.find("a")[0].processor.count == 2
    # Without it the session's own rights count, and a wrong password is refused before anything happens.
    assert shell.fails("Get-VM a").category == "PermissionDenied"
    wrong = CREDENTIAL.format("Secret-1")
    shell.session.services[Account] = other
    assert "required permission" in shell.fails(f"{wrong} Get-VM a -ComputerName . -Credential $c").message
    account.password = "Changed-1"
    refused = shell.fails(f"{wrong} Remove-VM a -Force -ComputerName . -Credential $c")
    assert (refused.message, refused.category) == (
        "The user name or password is incorrect.",
        "PermissionDenied",
    )
    assert shell.host.virtual_machines.find("a")
