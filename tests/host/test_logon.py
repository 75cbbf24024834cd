from datetime import UTC, datetime, timedelta

import pytest

DOMAIN = {
    "name": "corp.example",
    "users": [
        {"name": "alice", "password": "secret", "groups": ["Domain Admins", "Domain Users"]},
        {"name": "bob", "password": "secret", "local_groups": ["Remote Management Users"]},
        {"name": "Administrator", "password": "secret"},
    ],
}


def policy(**facts):
    return {"account_policy": facts}


def refusal(host, name="operator"):
    return host.accounts.rules.refusal(host.accounts.find(name))


def joined(make_host, **facts):
    return make_host(operating_system={"domain": "corp.example"}, domain=DOMAIN, **facts)


def test_wrong_passwords_lock_an_account_for_a_time(make_host):
    host = make_host(**policy(lockout_threshold=3, lockout_duration_seconds=600, lockout_window_seconds=300))
    for _ in range(3):
        assert refusal(host) is None
        host.accounts.verify("operator", "wrong")
    assert refusal(host) == "locked out"
    assert host.accounts.verify("operator", "Secret1") is None
    host.clock.advance(timedelta(seconds=599))
    assert refusal(host) == "locked out"
    host.clock.advance(timedelta(seconds=1))
    assert refusal(host) is None


def test_a_wrong_password_is_forgotten_after_the_window_and_by_the_right_one(make_host):
    host = make_host(**policy(lockout_threshold=2, lockout_window_seconds=60))
    account = host.accounts.find("operator")
    host.accounts.verify("operator", "wrong")
    host.clock.advance(timedelta(seconds=60))
    host.accounts.verify("operator", "wrong")
    assert refusal(host) is None
    assert host.accounts.verify("operator", account.password) is account
    host.accounts.verify("operator", "wrong")
    assert refusal(host) is None


def test_a_lock_without_duration_stays_until_somebody_unlocks(make_host):
    host = make_host(**policy(lockout_threshold=1, lockout_duration_seconds=0))
    host.accounts.verify("operator", "wrong")
    host.clock.advance(timedelta(days=999))
    assert refusal(host) == "locked out"
    host.accounts.configure(host.accounts.find("operator"), unlock=True)
    assert refusal(host) is None


def test_a_threshold_of_zero_never_locks(make_host):
    host = make_host(**policy(lockout_threshold=0))
    for _ in range(100):
        host.accounts.verify("operator", "wrong")
    assert refusal(host) is None


@pytest.mark.parametrize(("release", "threshold"), [("2022", 0), ("2025", 10)])
def test_the_threshold_is_that_of_the_release_when_the_profile_states_none(make_host, release, threshold):
    host = make_host(operating_system={"release": release})
    assert host.accounts.rules.lockout_threshold == threshold


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, None),
        ({"disabled": True}, "disabled"),
        ({"locked": True}, "locked out"),
        ({"must_change_password": True}, "must change password"),
        ({"account_expires": datetime(2020, 1, 1, tzinfo=UTC)}, "expired account"),
        ({"account_expires": datetime(8000, 1, 1, tzinfo=UTC)}, None),
        (
            {"password_expires": True, "password_last_set": datetime(2001, 1, 1, tzinfo=UTC)},
            "expired password",
        ),
        ({"password_expires": True}, None),
        ({"password_last_set": datetime(2001, 1, 1, tzinfo=UTC)}, None),
    ],
)
def test_facts_of_an_account_decide_about_its_logons(make_host, facts, expected):
    host = make_host(users=[{"name": "one", "password": "x", "groups": ["Administrators"], **facts}])
    assert refusal(host, "one") == expected


def test_a_password_expires_while_the_clock_runs_and_setting_one_helps(make_host):
    users = [{"name": "one", "password": "x", "password_expires": True}]
    host = make_host(users=users, **policy(maximum_password_age_seconds=86400))
    host.clock.advance(timedelta(days=1))
    assert refusal(host, "one") == "expired password"
    host.accounts.configure(host.accounts.find("one"), password="y")
    assert refusal(host, "one") is None


def test_a_blank_password_is_for_the_console(make_host):
    host = make_host()
    host.accounts.create("blank", "")
    assert refusal(host, "blank") == "blank password"


@pytest.mark.parametrize(
    "name", ["CORP\\alice", "corp.example\\ALICE", "alice@corp.example", "Alice@CORP.EXAMPLE"]
)
def test_an_account_of_the_domain_is_found_by_each_of_its_names(make_host, name):
    account = joined(make_host).accounts.find(name)
    assert (account.qualified_name, account.is_local) == ("CORP\\alice", False)
    assert account.principal_name == "alice@corp.example"


def test_a_bare_name_and_the_host_name_mean_local_accounts(make_host):
    accounts = joined(make_host).accounts
    assert accounts.find("alice") is None
    assert accounts.find("Administrator").qualified_name == "HV01\\Administrator"
    assert accounts.find("CORP\\Administrator").sid.endswith("-500")
    assert accounts.find("CORP\\Administrator").sid != accounts.find("Administrator").sid


def test_a_machine_of_a_workgroup_knows_no_domain(make_host):
    accounts = make_host(domain=DOMAIN).accounts
    assert accounts.domain is None
    assert accounts.find("CORP\\alice") is None
    other = make_host(operating_system={"domain": "other.example"}, domain=DOMAIN).accounts
    assert other.find("CORP\\alice") is None
    assert list(other.domain) == []


def test_groups_of_the_domain_become_local_rights(make_host):
    accounts = joined(make_host).accounts
    alice, bob = accounts.find("CORP\\alice"), accounts.find("CORP\\bob")
    assert (alice.is_administrator, alice.may_use_winrm) == (True, True)
    assert (bob.is_administrator, bob.may_use_winrm) == (False, True)
    assert alice.host.winrm.may_use_command_shell(alice)
    assert not bob.host.winrm.may_use_command_shell(bob)


@pytest.mark.parametrize(
    ("domain", "allowed", "has_rights"),
    [(None, None, True), ("corp.example", None, False), (None, False, False), ("corp.example", True, True)],
)
def test_local_administrators_keep_their_rights_by_policy(make_host, domain, allowed, has_rights):
    users = [
        {"name": name, "password": "x", "groups": ["Administrators"]} for name in ("Administrator", "two")
    ]
    host = make_host(
        users=users,
        operating_system={"domain": domain} if domain else {},
        **policy(local_account_token_filter_policy=allowed),
    )
    second = host.accounts.find("two")
    assert (second.is_administrator, second.may_use_winrm) == (has_rights, has_rights)
    assert host.accounts.find("Administrator").is_administrator


def test_a_reset_forgets_locks(make_host):
    host = make_host(**policy(lockout_threshold=1))
    host.accounts.verify("operator", "wrong")
    host.reset()
    assert refusal(host) is None
