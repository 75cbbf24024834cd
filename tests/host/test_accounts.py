import pytest

from emulator.host import AlreadyExists, InvalidParameter, NotFound


@pytest.mark.parametrize(
    "name",
    [
        "Administrator",
        "ADMINISTRATOR",
        "HV01\\administrator",
        "hv01\\Administrator",
        ".\\administrator",
        "administrator@hv01",
    ],
)
def test_an_account_is_found_by_every_way_of_writing_its_name(host, name):
    assert host.accounts.find(name).qualified_name == "HV01\\Administrator"


@pytest.mark.parametrize("name", ["", "nobody", "OTHER\\Administrator", "administrator@other", "\\", "@"])
def test_other_names_find_no_account(host, name):
    assert host.accounts.find(name) is None


@pytest.mark.parametrize(
    ("name", "password", "accepted"),
    [
        ("Administrator", "Passw0rd!", True),
        (".\\administrator", "Passw0rd!", True),
        ("Administrator", "passw0rd!", False),
        ("Administrator", "", False),
        ("nobody", "Passw0rd!", False),
        ("nobody", "\0", False),
        ("former", "Secret3", False),
        ("Guest", "", False),
        ("Administrator", "Pässwörd\ud800", False),
    ],
)
def test_a_password_must_fit_and_the_account_must_be_enabled(host, name, password, accepted):
    assert (host.accounts.verify(name, password) is not None) is accepted


def test_built_in_accounts_have_their_well_known_identifiers(host):
    machine = host.accounts.machine_sid
    assert machine.startswith("S-1-5-21-")
    sids = {account.name: account.sid for account in host.accounts}
    assert sids["Administrator"] == f"{machine}-500"
    assert sids["Guest"] == f"{machine}-501"
    assert sids["operator"] == f"{machine}-1000"
    assert host.accounts.by_sid(f"{machine}-500").name == "Administrator"
    assert host.accounts.group("administrators").sid == "S-1-5-32-544"


def test_the_machine_identifier_is_the_same_after_every_start(make_host):
    assert make_host().accounts.machine_sid == make_host().accounts.machine_sid


def test_a_profile_without_administrator_has_a_disabled_one(make_host):
    host = make_host(users=[{"name": "admin", "password": "x", "groups": ["Administrators"]}])
    administrator = host.accounts.find("Administrator")
    assert administrator.disabled
    assert administrator.is_administrator


@pytest.mark.parametrize(
    ("groups", "winrm", "hyper_v", "administrator"),
    [
        (("Administrators",), True, True, True),
        (("Users", "Remote Management Users"), True, False, False),
        (("hyper-v administrators",), False, True, False),
        (("Users",), False, False, False),
    ],
)
def test_groups_decide_what_an_account_may_do(host, groups, winrm, hyper_v, administrator):
    account = host.accounts.create("new", "secret", groups=groups)
    assert (account.may_use_winrm, account.may_use_hyper_v, account.is_administrator) == (
        winrm,
        hyper_v,
        administrator,
    )


def test_an_account_is_created_changed_and_deleted(host):
    account = host.accounts.create("new", "secret", groups=("users",))
    assert account.groups == ("Users",)
    assert [member.name for member in host.accounts.group("Users").members][-1] == "new"
    host.accounts.configure(account, password="other", groups=("Administrators",), full_name="A B")
    assert host.accounts.verify("new", "other") is account
    host.accounts.configure(account, disabled=True)
    assert host.accounts.verify("new", "other") is None
    host.accounts.delete(account)
    assert host.accounts.find("new") is None
    with pytest.raises(NotFound):
        host.accounts.delete(account)


@pytest.mark.parametrize(
    ("error", "name", "groups"),
    [
        (AlreadyExists, "ADMINISTRATOR", ()),
        (InvalidParameter, "", ()),
        (InvalidParameter, "x" * 21, ()),
        (InvalidParameter, "a/b", ()),
        (InvalidParameter, "...", ()),
        (NotFound, "new", ("No Such Group",)),
    ],
)
def test_a_refused_account_changes_nothing(host, error, name, groups):
    before = (host.revision, len(host.accounts))
    with pytest.raises(error):
        host.accounts.create(name, "secret", groups=groups)
    assert (host.revision, len(host.accounts)) == before


def test_built_in_accounts_cannot_be_deleted(host):
    with pytest.raises(InvalidParameter):
        host.accounts.delete(host.accounts.find("Administrator"))


def test_a_password_is_not_shown(host):
    assert "Passw0rd" not in repr(host.accounts.find("Administrator"))
