"""Who may do what: administrators, the authorization store up to 2012, the security of WMI namespaces."""

import pytest

from emulator.host import AccessDenied, AlreadyExists, Host, InvalidParameter, NotFound
from emulator.host.security.authorization import EVERY_OPERATION, REMOTE_READ, NamespaceRight, Operation
from emulator.profile import load

_PROFILES = {
    "2008R2": "windows-server-2008r2-enterprise",
    "2012": "windows-server-2012-datacenter",
    "2012R2": "windows-server-2012r2-datacenter",
    "2022": "windows-server-2022-datacenter",
}


@pytest.fixture(params=_PROFILES)
def host(request):
    return Host(load(_PROFILES[request.param]), "manual")


def new_user(host, *groups):
    return host.accounts.create("someone", "Secret-1", groups=groups)


def test_administrators_may_do_everything(host):
    account = new_user(host, "Administrators")
    assert host.authorization.operations(account) == EVERY_OPERATION
    assert REMOTE_READ in host.authorization.namespace_rights(account, "root\\CIMV2")


def test_a_filtered_token_has_no_rights_of_an_administrator():
    profile = load(_PROFILES["2022"])
    policy = profile.account_policy.replaced(local_account_token_filter_policy=False)
    host = Host(profile.replaced(account_policy=policy), "manual")
    account = new_user(host, "Administrators")
    assert host.authorization.operations(account) == frozenset()
    assert REMOTE_READ not in host.authorization.namespace_rights(account, "root/cimv2")


def test_other_users_may_do_nothing_with_hyper_v(host):
    account = new_user(host, "Users")
    assert host.authorization.operations(account) == frozenset()
    with pytest.raises(AccessDenied, match=f"authorization policy for the computer '{host.name}'"):
        host.authorization.require(account, Operation.START_VIRTUAL_MACHINE)
    rights = host.authorization.namespace_rights(account, "root/virtualization/v2")
    assert NamespaceRight.ENABLE in rights
    assert NamespaceRight.REMOTE_ENABLE not in rights


def test_hyper_v_administrators_may_use_its_namespaces_and_no_other(host):
    if "Hyper-V Administrators" not in host.release.local_groups:
        pytest.skip("the release has no such group")
    account = new_user(host, "Hyper-V Administrators")
    authorization = host.authorization
    assert authorization.operations(account) == EVERY_OPERATION
    assert REMOTE_READ in authorization.namespace_rights(account, "ROOT/Virtualization/V2")
    assert REMOTE_READ not in authorization.namespace_rights(account, "root/cimv2")


@pytest.mark.parametrize("name", ["2008R2", "2012"])
def test_a_role_of_the_store_gives_its_operations_to_its_members(name):
    host = Host(load(_PROFILES[name]), "manual")
    account = new_user(host, "Users")
    authorization = host.authorization
    before = authorization.revision
    role = authorization.define_role("Operators", [315, 335], ["someone"])
    assert authorization.revision > before
    assert role in authorization.roles
    assert authorization.operations(account) == {
        Operation.START_VIRTUAL_MACHINE,
        Operation.VIEW_VIRTUAL_MACHINE_CONFIGURATION,
    }
    authorization.remove_role("operators")
    assert authorization.operations(account) == frozenset()


def test_releases_without_store_have_no_roles():
    host = Host(load(_PROFILES["2012R2"]), "manual")
    assert host.authorization.roles == []
    with pytest.raises(NotFound):
        host.authorization.define_role("Operators", [335], ["Administrators"])


@pytest.mark.parametrize(
    ("name", "operations", "members", "error"),
    [
        ("Administrator", [335], ["Users"], AlreadyExists),
        ("  ", [335], ["Users"], InvalidParameter),
        ("new", [336], ["Users"], InvalidParameter),
        ("new", [335], ["nobody"], NotFound),
    ],
)
def test_a_wrong_role_changes_nothing(name, operations, members, error):
    authorization = Host(load(_PROFILES["2008R2"]), "manual").authorization
    with pytest.raises(error):
        authorization.define_role(name, operations, members)
    assert [role.name for role in authorization.roles] == ["Administrator"]


def test_grants_are_inherited_and_can_be_taken_away(host):
    account = new_user(host)
    authorization = host.authorization
    authorization.grant_namespace("root\\virtualization", "someone", REMOTE_READ)
    assert REMOTE_READ in authorization.namespace_rights(account, "root/virtualization/v2")
    assert REMOTE_READ not in authorization.namespace_rights(account, "root/cimv2")
    authorization.grant_namespace("root/virtualization", "someone", NamespaceRight(0))
    assert REMOTE_READ not in authorization.namespace_rights(account, "root/virtualization/v2")
    with pytest.raises(NotFound):
        authorization.grant_namespace("root", "nobody", REMOTE_READ)
