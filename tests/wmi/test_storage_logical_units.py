"""Key storage drives as storage logical units, as Windows' own tools write and read them."""

# ruff: noqa: S608 -- WQL, put together from constants

import pytest

V2 = "root/virtualization/v2"
RASD, UNIT = "Msvm_ResourceAllocationSettingData", "Msvm_VirtualLogicalUnitSettingData"
SUBTYPE = "Microsoft:Hyper-V:Storage Logical Unit"


@pytest.fixture
def vm(wmi):
    return wmi.host.virtual_machines.create("keys")


def controllers(wmi, vm):
    return [each for each in wmi.settings(vm, RASD) if each.value("ResourceType") == 5]


def enable(wmi, vm, enabled=True):
    (settings,) = wmi.settings(vm, "Msvm_SecuritySettingData")
    text = wmi.embedded(
        "Msvm_SecuritySettingData", {"InstanceID": settings.value("InstanceID"), "KsdEnabled": enabled}
    )
    name = "Msvm_SecurityService"
    service = wmi[V2].resolve(name, {"CreationClassName": name})
    return wmi[V2].invoke(service, "ModifySecuritySettings", {"SecuritySettingData": text}).return_value


def add(wmi, vm, **values):
    (ide, _) = controllers(wmi, vm)
    facts = {
        "ResourceType": 32768,
        "ResourceSubType": SUBTYPE,
        "Parent": str(ide.path),
        "AddressOnParent": "1",
        "Connection": ["size=42"],
        "StorageSubsystemType": "ksd",
        **values,
    }
    target = f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{vm.id}"'
    return wmi.manage(
        "AddResourceSettings", AffectedConfiguration=target, ResourceSettings=[wmi.embedded(UNIT, facts)]
    )


def test_tools_find_the_template_through_the_capabilities_of_the_pool(wmi):
    (capabilities,) = (
        wmi[V2]
        .query(
            "SELECT * FROM Msvm_AllocationCapabilities WHERE ResourceType = 32768"
            f" AND ResourceSubType = '{SUBTYPE}'"
        )
        .instances
    )
    templates = wmi[V2].associators(capabilities.path, "Msvm_SettingsDefineCapabilities", UNIT)
    assert len(templates) == 4
    assert {each.value("ResourceType") for each in templates} == {32768}


def test_a_release_before_2016_has_neither_class_nor_pool(make_wmi):
    space = make_wmi("2012R2")[V2]
    assert UNIT not in space.schema
    pools = space.instances("Msvm_ResourcePool")
    assert SUBTYPE not in {each.value("ResourceSubType") for each in pools}


def test_a_key_storage_drive_is_added_moved_and_removed(wmi, vm):
    assert add(wmi, vm).return_value == 32775
    assert enable(wmi, vm) == 0
    made = add(wmi, vm)
    assert made.return_value == 0
    unit = wmi[V2].find(made.out["ResultingResourceSettings"][0])
    assert [unit.value(name) for name in ("StorageSubsystemType", "Connection", "AddressOnParent")] == [
        "ksd",
        ["size=42"],
        "1",
    ]
    first, second = controllers(wmi, vm)
    association = "Msvm_ResourceDependentOnResource"
    (found,) = wmi[V2].associators(first.path, association, UNIT)
    assert found.path.same_object(unit.path)
    assert [each.path for each in wmi[V2].associators(unit.path, association)] == [first.path]
    assert add(wmi, vm, AddressOnParent="0").return_value == 32773
    assert enable(wmi, vm, enabled=False) == 32774
    move = {"InstanceID": unit.value("InstanceID"), "Parent": str(second.path), "AddressOnParent": "0"}
    moved = wmi.manage("ModifyResourceSettings", ResourceSettings=[wmi.embedded(UNIT, move)])
    assert moved.return_value == 0
    (drive,) = vm.drives
    assert (drive.controller_number, drive.location) == (1, 0)
    (unit,) = wmi.settings(vm, UNIT)
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[unit.path]).return_value == 0
    assert (vm.drives, enable(wmi, vm, enabled=False)) == ([], 0)


@pytest.mark.parametrize("values", [{"StorageSubsystemType": "space"}, {"Parent": "nothing"}])
def test_what_a_stand_alone_host_has_not_is_refused(wmi, vm, values):
    assert enable(wmi, vm) == 0
    assert add(wmi, vm, **values).return_value in (32770, 32773)
    assert vm.drives == []


def test_it_is_for_generation_1_of_configuration_version_8(make_wmi):
    wmi = make_wmi("2016")
    for generation, version in ((2, None), (1, "5.0")):
        vm = wmi.host.virtual_machines.create(f"not {generation}", generation, version=version)
        assert enable(wmi, vm) == 32770
        assert not vm.security.ksd_enabled


def test_a_checkpoint_has_it_too(wmi, vm):
    enable(wmi, vm)
    add(wmi, vm)
    wmi.host.checkpoints.create(vm, "before")
    wmi.advance(10)
    (unit,) = wmi.settings(vm.checkpoints[0], UNIT)
    vm.devices.remove_drive(vm.drives[0])
    wmi.host.checkpoints.apply(vm.checkpoints[0])
    wmi.advance(10)
    assert [type(each).__name__ for each in vm.drives] == ["KeyStorageDrive"]
    assert unit.value("StorageSubsystemType") == "ksd"
