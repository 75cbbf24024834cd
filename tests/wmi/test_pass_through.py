"""Physical disks of the host in virtual machines, through both Hyper-V namespaces."""

import pytest

V1, V2 = "root/virtualization", "root/virtualization/v2"
STORAGE = "root/microsoft/windows/storage"
RASD = "Msvm_ResourceAllocationSettingData"


def host_disk(wmi, number, namespace=V2):
    """The path that clients look for: the disk of a number."""
    query = f"SELECT * FROM Msvm_DiskDrive WHERE DriveNumber={number}"  # noqa: S608  WQL
    (disk,) = wmi[namespace].query(query).instances
    return str(disk.path)


def controller(wmi, vm, kind=5):
    return next(each for each in wmi.settings(vm, RASD) if each.value("ResourceType") == kind)


def add(wmi, vm, disk, kind=5, location="0"):
    settings = {
        "ResourceType": 17,
        "ResourceSubType": "Microsoft:Hyper-V:Physical Disk Drive",
        "Parent": str(controller(wmi, vm, kind).path),
        "AddressOnParent": location,
        "HostResource": [disk],
    }
    path = wmi.settings(vm, "Msvm_VirtualSystemSettingData") or None
    assert path is None
    target = f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{vm.id}"'
    text = wmi.embedded(RASD, settings)
    return wmi.manage("AddResourceSettings", AffectedConfiguration=target, ResourceSettings=[text])


@pytest.fixture
def wmi(make_wmi):
    return make_wmi("2022", offline_disks=2)


def test_only_disks_that_are_offline_are_shown_and_they_are_in_their_pool(wmi):
    (pool,) = (
        wmi[V2]
        .query(
            "SELECT * FROM Msvm_ResourcePool WHERE ResourceSubType = 'Microsoft:Hyper-V:Physical Disk Drive'"
            " AND Primordial = TRUE"
        )
        .instances
    )

    def numbers():
        return [each.value("DriveNumber") for each in wmi[V2].associators(pool.path, None, "Msvm_DiskDrive")]

    assert numbers() == [1, 2]
    (disk,) = wmi[STORAGE].query("SELECT * FROM MSFT_Disk WHERE Number = 2").instances
    assert wmi[STORAGE].invoke(disk, "Online", {}).return_value == 0
    assert numbers() == [1]


def test_a_disk_is_added_shown_and_taken_out(wmi):
    disk = host_disk(wmi, 1)
    made = add(wmi, wmi.two, disk)
    assert made.return_value == 0
    drive = wmi[V2].find(made.out["ResultingResourceSettings"][0])
    assert drive.value("HostResource") == [disk]
    assert wmi[V2].find(drive.value("HostResource")[0]).value("ElementName") == (
        "Disk 1 300.00 GB Bus 0 Lun 0 Target 1"
    )
    (device,) = wmi[V2].query(f"SELECT * FROM Msvm_DiskDrive WHERE SystemName='{wmi.two.id}'").instances  # noqa: S608
    (pool,) = wmi[V2].associators(device.path, "Msvm_ElementAllocatedFromPool")
    assert pool.value("ResourceSubType") == "Microsoft:Hyper-V:Physical Disk Drive"
    assert list(wmi[V2].associators(device.path, "Msvm_MediaPresent")) == []
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[drive.path]).return_value == 0
    assert wmi.two.hard_disk_drives == []
    assert wmi.host.pass_through.drives(1) == []


def test_another_disk_is_chosen_by_the_host_resource(wmi):
    drive = wmi[V2].find(add(wmi, wmi.two, host_disk(wmi, 1)).out["ResultingResourceSettings"][0])
    text = wmi.embedded(RASD, {"InstanceID": drive.value("InstanceID"), "HostResource": [host_disk(wmi, 2)]})
    assert wmi.manage("ModifyResourceSettings", ResourceSettings=[text]).return_value == 0
    assert wmi.two.hard_disk_drives[0].disk_number == 2
    for path in ("nonsense", host_disk(wmi, 2).replace("\\\\2", "\\\\0")):
        text = wmi.embedded(RASD, {"InstanceID": drive.value("InstanceID"), "HostResource": [path]})
        assert wmi.manage("ModifyResourceSettings", ResourceSettings=[text]).return_value == 32773
    assert wmi.two.hard_disk_drives[0].disk_number == 2


@pytest.mark.parametrize("path", ["", "nonsense", "C:\\disk.vhdx"])
def test_what_is_no_offline_disk_is_refused(wmi, path):
    assert add(wmi, wmi.two, path).return_value == 32773
    assert wmi.two.hard_disk_drives == []


def test_the_older_namespace_adds_shows_and_changes_it(make_wmi):
    wmi = make_wmi("2008R2", offline_disks=2)
    path = wmi.machine(wmi.two, V1).path
    ide = next(
        each
        for each in wmi.settings(wmi.two, "CIM_ResourceAllocationSettingData", V1)
        if each.value("ResourceSubType") == "Microsoft Emulated IDE Controller"
    )
    (template,) = (
        wmi[V1]
        .query(
            f"SELECT * FROM {RASD} WHERE ResourceSubType LIKE 'Microsoft Physical Disk Drive'"  # noqa: S608
            " AND InstanceID LIKE '%Default%'"
        )
        .instances
    )
    assert template.value("ResourceType") == 22
    settings = {
        "ResourceType": 22,
        "ResourceSubType": "Microsoft Physical Disk Drive",
        "Parent": str(ide.path),
        "Address": "1",
        "HostResource": [host_disk(wmi, 1, V1)],
    }
    text = wmi.embedded(RASD, settings, V1)
    made = wmi.manage("AddVirtualSystemResources", V1, TargetSystem=path, ResourceSettingData=[text])
    assert made.return_value == 0
    drive = wmi[V1].find(made.out["NewResources"][0])
    assert drive.value("HostResource") == [host_disk(wmi, 1, V1)]
    change = {"InstanceID": drive.value("InstanceID"), "HostResource": [host_disk(wmi, 2, V1)]}
    text = wmi.embedded(RASD, change, V1)
    changed = wmi.manage("ModifyVirtualSystemResources", V1, ComputerSystem=path, ResourceSettingData=[text])
    assert changed.return_value == 0
    assert [each.disk_number for each in wmi.two.hard_disk_drives] == [2]
