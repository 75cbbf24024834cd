from collections.abc import Iterator

import pytest

from emulator.host import Host
from emulator.host.errors import QuotaExceeded
from emulator.host.security.privileges import privileges_of
from emulator.host.security.user_rights import NoSuchRight
from emulator.profile import load

VIRTUAL_MACHINES = "S-1-5-83-0"


@pytest.fixture
def host() -> Iterator[Host]:
    made = Host(load("windows-server-2022-datacenter"), clock_mode="manual")
    yield made
    made.close()


def names(account) -> set[str]:
    return {one.name for one in privileges_of(account)}


def test_the_default_policy_gives_accounts_what_their_tokens_hold(host):
    operator = host.accounts.create("operator", "Pa55w.rd!", groups=("Users",))
    before = [names(host.accounts.administrator), names(operator)]
    rights = host.user_rights
    assert [names(host.accounts.administrator), names(operator)] == before
    assert not any(rights.is_changed(one) for one in rights.rights_of("S-1-5-32-544"))


def test_a_privilege_that_is_granted_is_in_the_next_token_and_gone_when_it_is_revoked(host):
    operator = host.accounts.create("operator", "Pa55w.rd!", groups=("Users",))
    host.user_rights.grant(operator.sid, ["SeBackupPrivilege", "selockmemoryprivilege"])
    assert {"SeBackupPrivilege", "SeLockMemoryPrivilege"} <= names(operator)
    host.user_rights.revoke(operator.sid)
    assert host.user_rights.rights_of(operator.sid) == ()
    assert "SeBackupPrivilege" not in names(operator)
    assert "SeBackupPrivilege" in names(host.accounts.administrator)


def test_a_denial_keeps_an_account_out_and_another_way_stays_open(host):
    operator = host.accounts.create("operator", "Pa55w.rd!", groups=("Users",))
    host.user_rights.grant(operator.sid, ["SeDenyNetworkLogonRight"])
    assert host.accounts.verify("operator", "Pa55w.rd!") is None
    assert host.accounts.rules.refusal(operator) == "logon type not granted"
    assert host.accounts.verify("operator", "Pa55w.rd!", "Interactive") is operator
    host.user_rights.assign("SeDenyNetworkLogonRight", ())
    assert host.accounts.verify("operator", "Pa55w.rd!") is operator


def test_the_role_brings_the_rights_of_virtual_machines(host):
    assert VIRTUAL_MACHINES in host.user_rights.holders("SeServiceLogonRight")
    plain = Host(load("no-slat"), clock_mode="manual")
    assert VIRTUAL_MACHINES not in plain.user_rights.holders("SeServiceLogonRight")
    plain.close()


def test_unknown_rights_are_refused_and_change_nothing(host):
    with pytest.raises(NoSuchRight):
        host.user_rights.grant("S-1-5-32-545", ["SeBackupPrivilege", "SeFlyPrivilege"])
    assert not host.user_rights.is_changed("SeBackupPrivilege")


def test_a_right_that_has_too_many_holders_keeps_the_others_of_the_grant_away(host):
    host.user_rights.assign("SeShutdownPrivilege", (f"S-1-5-21-1-2-3-{number}" for number in range(1000)))
    with pytest.raises(QuotaExceeded):
        host.user_rights.grant("S-1-5-32-545", ["SeBackupPrivilege", "SeShutdownPrivilege"])
    assert not host.user_rights.is_changed("SeBackupPrivilege")


def test_a_reset_brings_the_default_policy_back(host):
    host.user_rights.grant("S-1-5-32-545", ["SeBackupPrivilege"])
    host.reset()
    assert not host.user_rights.is_changed("SeBackupPrivilege")
