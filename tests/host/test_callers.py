from datetime import timedelta

import pytest

from emulator.host import AccessDenied, NotSupported
from emulator.host.security.callers import (
    PrivilegeNotHeld,
    administering,
    may_administer,
    require_administrator,
    require_privilege,
)
from emulator.host.windows.shutdown_request import ShutdownRequest
from emulator.host.windows.system_time import move_system_time


@pytest.fixture
def user(host):
    return host.accounts.create("user", "Secret-1")


def test_the_machine_itself_and_administrators_may_change_it_and_nobody_else(host, user):
    for caller in (None, host.accounts.administrator):
        assert may_administer(caller)
        require_administrator(caller)
        require_privilege(caller, "SeShutdownPrivilege")
    assert not may_administer(user)
    with pytest.raises(AccessDenied):
        require_administrator(user)
    with pytest.raises(PrivilegeNotHeld) as refused:
        require_privilege(user, "SeShutdownPrivilege")
    assert refused.value.hresult == 0x80070522


def test_several_changes_are_one_step_and_none_is_made_for_somebody_else(host, user):
    done = []
    with pytest.raises(AccessDenied), administering(host, user):
        done.append("never")
    with administering(host, host.accounts.administrator):
        done.append("once")
    assert done == ["once"]


def test_a_privilege_that_a_user_was_given_lets_it_do_what_takes_it(host, user):
    for change in (
        lambda: host.operating_system.configure(user, time_zone="UTC"),
        lambda: host.power.shut_down(ShutdownRequest(caller=user, delay=60)),
        lambda: move_system_time(host, timedelta(hours=1), user),
    ):
        with pytest.raises(PrivilegeNotHeld):
            change()
    assert host.power.is_on
    assert not host.power.is_moving
    for right in ("SeTimeZonePrivilege", "SeShutdownPrivilege", "SeSystemtimePrivilege"):
        host.user_rights.grant(user.sid, [right])
    host.operating_system.configure(user, time_zone="Tokyo Standard Time")
    before = host.clock.now()
    move_system_time(host, timedelta(hours=1), user)
    assert host.clock.now() == before + timedelta(hours=1)
    host.power.shut_down(ShutdownRequest(caller=user, delay=60))
    host.power.abort_shutdown(user)
    with pytest.raises(AccessDenied):
        host.operating_system.configure(user, workgroup="OTHER")


def test_the_time_goes_forward_only(host):
    with pytest.raises(NotSupported):
        move_system_time(host, timedelta(hours=-1))


def test_who_holds_the_privilege_takes_a_file_of_anybody(host, user):
    host.filesystem.write("C:\\Windows\\a.txt", b"")
    security, path = host.filesystem.security, "C:\\Windows\\a.txt"
    for is_group in (False, True):
        with pytest.raises(AccessDenied):
            security.take_ownership(user, path, for_administrators=is_group)
    administrator = host.accounts.administrator
    security.take_ownership(administrator, path)
    assert security.of(path).owner == administrator.sid
    security.take_ownership(administrator, path, for_administrators=True)
    assert security.of(path).owner == "S-1-5-32-544"
    host.user_rights.grant(user.sid, ["SeTakeOwnershipPrivilege"])
    security.take_ownership(user, path)
    assert security.of(path).owner == user.sid
