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
