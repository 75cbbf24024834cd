"""__SystemSecurity: descriptors of namespaces read, written and obeyed; consoles by connect access."""

from __future__ import annotations

import pytest

from emulator.cim.errors import AccessDenied, InvalidParameter
from emulator.cim.instance import ValueInstance
from emulator.host.security.access_control import AccessControl, AccessEntry, access_control
from emulator.host.security.authorization import NamespaceRight, Operation
from tests.wmi.conftest import CIMV2, V2, Wmi, profile_of

ADMINISTRATORS, USERS = "S-1-5-32-544", "S-1-5-32-545"
REMOTE = int(NamespaceRight.ENABLE | NamespaceRight.REMOTE_ENABLE | NamespaceRight.METHOD_EXECUTE)


@pytest.fixture
def user(wmi):
    return wmi.host.accounts.create("someone", "secret", groups=("Users",))


def security(wmi, namespace=CIMV2):
    return wmi[namespace].resolve("__SystemSecurity", {})


def call(wmi, method, arguments=None, caller=None, namespace=CIMV2):
    return wmi[namespace].invoke(security(wmi, namespace), method, arguments or {}, caller)


def descriptor(wmi, namespace=CIMV2) -> AccessControl:
    return access_control(bytes(call(wmi, "GetSD", namespace=namespace).out["SD"]))


def test_the_default_descriptor_is_that_of_windows(wmi):
    found = descriptor(wmi, "root")
    assert (found.owner, found.group) == (ADMINISTRATORS, ADMINISTRATORS)
    masks = {entry.sid: entry.mask for entry in found.entries}
    assert masks[ADMINISTRATORS] == 0x6003F
    assert masks["S-1-5-11"] == masks["S-1-5-20"] == 0x13
    assert all(entry.flags == 0x02 for entry in found.entries)
    assert all(entry.flags & 0x10 for entry in descriptor(wmi).entries), "what is below inherits"


def test_a_descriptor_survives_its_binary_form():
    made = AccessControl(
        ADMINISTRATORS,
        USERS,
        (AccessEntry(False, USERS, 0x20), AccessEntry(True, "S-1-5-21-1-2-3-1001", 0x6003F, 0)),
        is_protected=True,
    )
    assert access_control(made.to_bytes()) == made


@pytest.mark.parametrize("data", [b"", b"\x01" * 10, b"\x01\x00\x04\x80" + b"\xff" * 16, bytes(20)])
def test_bytes_that_are_no_descriptor_change_nothing(wmi, data):
    before = descriptor(wmi)
    with pytest.raises(InvalidParameter):
        call(wmi, "SetSD", {"SD": list(data)})
    assert descriptor(wmi) == before


def test_a_written_entry_lets_a_user_in_and_a_denying_one_keeps_it_out(wmi, user):
    with pytest.raises(AccessDenied):
        wmi.service.namespace_for(user, CIMV2)
    before = descriptor(wmi)
    allowed = AccessControl(before.owner, before.group, (AccessEntry(True, USERS, REMOTE),))
    assert call(wmi, "SetSD", {"SD": list(allowed.to_bytes())}).return_value == 0
    assert wmi.service.namespace_for(user, CIMV2).name == CIMV2
    assert len(descriptor(wmi).entries) == len(before.entries) + 1
    with pytest.raises(AccessDenied):
        wmi.service.namespace_for(user, V2)
    denied = AccessControl(
        before.owner,
        before.group,
        (AccessEntry(False, user.sid, int(NamespaceRight.REMOTE_ENABLE)), AccessEntry(True, USERS, REMOTE)),
    )
    call(wmi, "SetSD", {"SD": list(denied.to_bytes())})
    with pytest.raises(AccessDenied):
        wmi.service.namespace_for(user, CIMV2)


def test_a_protected_list_inherits_nothing_and_passes_itself_on(wmi, user):
    entry = AccessEntry(True, user.sid, REMOTE)
    made = AccessControl(ADMINISTRATORS, ADMINISTRATORS, (entry,), is_protected=True)
    call(wmi, "SetSD", {"SD": list(made.to_bytes())}, namespace="root/virtualization")
    assert descriptor(wmi, "root/virtualization") == made
    assert user.sid in {one.sid for one in descriptor(wmi, V2).entries}


def test_the_descriptor_is_an_object_too_and_can_be_written_back(wmi, user):
    found = call(wmi, "GetSecurityDescriptor").out["Descriptor"]
    administrators = found.value("DACL")[0].value("Trustee")
    assert (administrators.value("Domain"), administrators.value("Name")) == ("BUILTIN", "Administrators")
    assert found.value("Owner").value("SIDString") == ADMINISTRATORS
    space = wmi[CIMV2]

    def make(name, **values):
        return ValueInstance(space.schema.find(name), values, space.name, space.server)

    trustee = make("__Trustee", SIDString=user.sid)
    entry = make("__ACE", AceType=0, AceFlags=2, AccessMask=REMOTE, Trustee=trustee)
    mine = make("__SecurityDescriptor", ControlFlags=4, DACL=[*found.value("DACL"), entry])
    assert call(wmi, "SetSecurityDescriptor", {"Descriptor": mine}).return_value == 0
    assert [one.sid for one in descriptor(wmi).entries if not one.flags & 0x10] == [user.sid]
    assert wmi.service.namespace_for(user, CIMV2).name == CIMV2


def test_callers_learn_their_rights_and_need_them(wmi, user):
    administrator = wmi.host.accounts.find("Administrator")
    assert call(wmi, "GetCallerAccessRights", caller=administrator).out["rights"] == 0x6003F
    assert call(wmi, "GetCallerAccessRights", caller=user).out["rights"] == 0x13
    for method, arguments in (("GetSD", {}), ("SetSD", {"SD": [1]}), ("GetSecurityDescriptor", {})):
        with pytest.raises(AccessDenied):
            call(wmi, method, arguments, caller=user)


def test_nobody_can_lock_everybody_out(wmi):
    empty = AccessControl(ADMINISTRATORS, ADMINISTRATORS, ())
    with pytest.raises(InvalidParameter):
        call(wmi, "SetSD", {"SD": list(empty.to_bytes())}, namespace="root")


class Viewer:
    """Server 2012 with somebody who may see machines through the store, and nothing else."""

    def __init__(self) -> None:
        self.wmi = Wmi(profile_of("2012"))
        host = self.wmi.host
        self.user = host.accounts.create("viewer", "secret", groups=("Users",))
        seen = (Operation.READ_SERVICE_CONFIGURATION, Operation.VIEW_VIRTUAL_MACHINE_CONFIGURATION)
        host.authorization.define_role("Viewers", seen, ["viewer"])
        host.authorization.grant_namespace("root/virtualization", "viewer", NamespaceRight(REMOTE))
        self.space = self.wmi.service.namespace_for(self.user, V2, calls_method=True)

    def ask(self, vm, what: str) -> int:
        if what == "thumbnail":
            service = self.space.resolve(
                "Msvm_VirtualSystemManagementService",
                {"CreationClassName": "Msvm_VirtualSystemManagementService"},
            )
            path = f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{vm.id}"'
            arguments = {"TargetSystem": path, "WidthPixels": 10, "HeightPixels": 10}
            return self.space.invoke(
                service, "GetVirtualSystemThumbnailImage", arguments, self.user
            ).return_value
        keyboard = self.space.resolve("Msvm_Keyboard", {"SystemName": vm.id})
        return self.space.invoke(keyboard, "TypeText", {"asciiText": "ls"}, self.user).return_value


@pytest.mark.parametrize("what", ["thumbnail", "keyboard"])
def test_a_console_is_open_to_those_who_have_connect_access_to_its_machine(what):
    viewer = Viewer()
    one, two = viewer.wmi.one, viewer.wmi.two
    assert viewer.ask(one, what) == 32769
    one.connect_access.grant(["viewer"])
    assert viewer.ask(one, what) == 0
    assert viewer.ask(two, what) == 32769
    one.connect_access.revoke(["viewer"])
    assert viewer.ask(one, what) == 32769


def test_somebody_who_sees_cannot_start():
    viewer = Viewer()
    shown = viewer.space.resolve("Msvm_ComputerSystem", {"Name": viewer.wmi.two.id})
    result = viewer.space.invoke(shown, "RequestStateChange", {"RequestedState": 2}, viewer.user)
    assert result.return_value == 32769


@pytest.mark.parametrize("release", ["2008R2", "2012", "2022"])
def test_a_machine_without_the_role_has_no_virtualization_service(release):
    edition = "Enterprise" if release == "2008R2" else "Datacenter"
    wmi = Wmi(profile_of(release, role="absent", edition=edition))
    assert not {"root/virtualization", "root/virtualization/v2"} & set(wmi.service.namespaces())
