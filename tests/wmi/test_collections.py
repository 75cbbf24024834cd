"""Groups of virtual machines through WMI."""

import pytest

V2 = "root/virtualization/v2"


def machine_path(vm):
    return f'Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="{vm.id}"'


def call(wmi, method, **arguments):
    return wmi[V2].invoke(wmi[V2].resolve("Msvm_CollectionManagementService", {}), method, arguments)


def define(wmi, name, kind=0, **arguments):
    result = call(wmi, "DefineCollection", Name=name, Type=kind, **arguments)
    assert result.return_value == 0
    return result.out["DefinedCollection"]


def names(wmi, path, association):
    return [each.value("ElementName") for each in wmi[V2].associators(path, association)]


def test_machines_are_put_into_a_group_and_taken_out(wmi):
    group = define(wmi, "web", Id="aaaaaaaa-0000-4000-8000-000000000001")
    assert group.class_name == "Msvm_VirtualSystemCollection"
    for vm in (wmi.one, wmi.two):
        assert call(wmi, "AddMember", Collection=group, Member=machine_path(vm)).return_value == 0
    assert names(wmi, group, "Msvm_CollectedVirtualSystems") == ["one", "two"]
    assert names(wmi, machine_path(wmi.one), "Msvm_CollectedVirtualSystems") == ["web"]
    assert call(wmi, "AddMember", Collection=group, Member=machine_path(wmi.one)).return_value == 32768
    assert call(wmi, "RemoveMember", Collection=group, Member=machine_path(wmi.one)).return_value == 0
    assert names(wmi, group, "Msvm_CollectedVirtualSystems") == ["two"]
    by_id = call(
        wmi,
        "RemoveMemberById",
        CollectionId="AAAAAAAA-0000-4000-8000-000000000001",
        Member=machine_path(wmi.two),
    )
    assert by_id.return_value == 0
    assert call(wmi, "RenameCollection", Collection=group, NewName="front").return_value == 0
    assert wmi[V2].find(group).value("ElementName") == "front"
    assert call(wmi, "DestroyCollection", Collection=group).return_value == 0
    assert wmi[V2].instances("Msvm_VirtualSystemCollection") == []


def test_groups_hold_groups_but_never_themselves(wmi):
    outer, inner, leaf = define(wmi, "outer", 1), define(wmi, "inner", 1), define(wmi, "leaf")
    assert call(wmi, "AddMember", Collection=outer, Member=inner).return_value == 0
    assert call(wmi, "AddMember", Collection=inner, Member=leaf).return_value == 0
    assert names(wmi, inner, "Msvm_CollectedCollections") == ["leaf", "outer"]
    for member in (outer, inner):
        assert call(wmi, "AddMember", Collection=inner, Member=member).return_value == 32773
    assert call(wmi, "AddMember", Collection=leaf, Member=inner).return_value == 32773
    assert call(wmi, "AddMember", Collection=outer, Member=machine_path(wmi.one)).return_value == 32773


def test_a_destroyed_machine_leaves_its_groups(wmi):
    group = define(wmi, "web")
    call(wmi, "AddMember", Collection=group, Member=machine_path(wmi.two))
    wmi.host.virtual_machines.destroy(wmi.two)
    wmi.advance(1)
    assert names(wmi, group, "Msvm_CollectedVirtualSystems") == []


@pytest.mark.parametrize("arguments", [{"Name": ""}, {"Name": "x", "Type": 2}, {"Name": "x", "Id": "no"}])
def test_wrong_groups_are_refused(wmi, arguments):
    assert call(wmi, "DefineCollection", **arguments).return_value == 32773
    assert list(wmi.host.virtual_machine_groups) == []
