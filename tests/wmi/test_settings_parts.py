"""Boot sources, storage settings and disk merges: parts of a machine's settings."""

import pytest

from emulator.host.storage import disk_sharing
from tests.wmi.conftest import V2

PATH = r"\EFI\ubuntu\shimx64.efi"


@pytest.fixture
def vm(wmi):
    vm = wmi.host.virtual_machines.create("three", 2)
    vm.devices.add_network_adapter()
    vm.devices.add_dvd_drive()
    return vm


def configuration(vm):
    return f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{vm.id}"'


def add_source(wmi, vm, **values):
    text = wmi.embedded("Msvm_BootSourceSettingData", values)
    return wmi.manage(
        "AddBootSourceSettings", AffectedConfiguration=configuration(vm), BootSourceSettings=[text]
    )


def order(wmi, vm):
    settings = wmi[V2].resolve("Msvm_VirtualSystemSettingData", {"InstanceID": f"Microsoft:{vm.id}"})
    paths = settings.value("BootSourceOrder")
    return paths, [wmi[V2].find(path).value("BootSourceType") for path in paths]


def set_order(wmi, vm, paths):
    text = wmi.embedded(
        "Msvm_VirtualSystemSettingData", {"InstanceID": f"Microsoft:{vm.id}", "BootSourceOrder": paths}
    )
    return wmi.manage("ModifySystemSettings", SystemSettings=text).return_value


def test_a_file_is_added_to_the_boot_order_and_moved_to_its_front(wmi, vm):
    added = add_source(
        wmi,
        vm,
        BootSourceType=3,
        BootSourceDescription="ubuntu",
        FirmwareDevicePath=PATH,
        OptionalData=[1, 2],
    )
    assert added.return_value == 0
    (path,) = added.out["ResultingBootSourceSettings"]
    source = wmi[V2].find(path)
    shown = ("BootSourceType", "BootSourceDescription", "FirmwareDevicePath", "OptionalData", "OtherLocation")
    assert [source.value(name) for name in shown] == [3, "ubuntu", PATH, [1, 2], ""]
    paths, types = order(wmi, vm)
    assert types == [2, 1, 3]
    assert set_order(wmi, vm, [paths[2], paths[1], paths[0]]) == 0
    assert order(wmi, vm)[1] == [3, 1, 2]
    assert set_order(wmi, vm, [paths[1]]) == 0
    assert order(wmi, vm)[1] == [1, 2, 3]
    (found,) = [
        each
        for each in wmi[V2].associators(configuration(vm), "Msvm_BootSourceComponent")
        if each.value("BootSourceType") == 3
    ]
    assert found.path == source.path
    assert wmi.manage("RemoveBootSourceSettings", BootSourceSettings=[found.path]).return_value == 0
    assert order(wmi, vm)[1] == [1, 2]


@pytest.mark.parametrize("paths", [["nonsense"], ['Msvm_BootSourceSettingData.InstanceID="x"']])
def test_a_wrong_order_changes_nothing(wmi, vm, paths):
    before = order(wmi, vm)
    assert set_order(wmi, vm, paths) == 32773
    assert set_order(wmi, vm, [before[0][0], before[0][0]]) == 32773
    foreign = before[0][0].replace(vm.id, wmi.two.id).replace("\\\\B", "X\\\\B")
    assert set_order(wmi, vm, [foreign]) == 32773
    assert order(wmi, vm) == before


def test_what_is_no_boot_source(wmi, vm):
    assert add_source(wmi, vm, BootSourceType=1).return_value == 32773
    assert add_source(wmi, vm, BootSourceType=3).return_value == 32773
    assert add_source(wmi, wmi.two, BootSourceType=3, FirmwareDevicePath=PATH).return_value == 32770
    paths, _ = order(wmi, vm)
    assert wmi.manage("RemoveBootSourceSettings", BootSourceSettings=paths[:1]).return_value == 32773
    vm.start()
    wmi.advance(5)
    assert add_source(wmi, vm, BootSourceType=3, FirmwareDevicePath=PATH).return_value == 32775
    assert len(order(wmi, vm)[0]) == 2


def test_a_checkpoint_keeps_the_boot_order(wmi, vm):
    add_source(wmi, vm, BootSourceType=3, FirmwareDevicePath=PATH)
    paths, _ = order(wmi, vm)
    set_order(wmi, vm, [paths[2]])
    wmi.host.checkpoints.create(vm)
    wmi.advance(5)
    wmi.manage("RemoveBootSourceSettings", BootSourceSettings=[paths[2]])
    assert order(wmi, vm)[1] == [2, 1]
    (checkpoint,) = vm.checkpoints
    assert [type(each).__name__ for each in checkpoint.firmware.boot_entries] == [
        "BootFile",
        "NetworkAdapter",
        "DvdDrive",
    ]
    wmi.host.checkpoints.apply(checkpoint)
    wmi.advance(5)
    assert order(wmi, vm)[1] == [3, 2, 1]


def storage(wmi, method, **arguments):
    return wmi.manage(f"{method}SystemComponentSettings", **arguments)


def test_storage_settings(wmi, vm):
    name = "Msvm_StorageSettingData"
    text = wmi.embedded(name, {"ThreadCountPerChannel": 2})
    call = {"AffectedConfiguration": configuration(vm), "ComponentSettings": [text]}
    added = storage(wmi, "Add", **call)
    assert added.return_value == 0
    (path,) = added.out["ResultingComponentSettings"]
    settings = wmi[V2].find(path)
    assert [settings.value(each) for each in ("ThreadCountPerChannel", "DisableInterruptBatching")] == [
        2,
        False,
    ]
    assert storage(wmi, "Add", **call).return_value == 32773
    change = {"InstanceID": settings.value("InstanceID"), "DisableInterruptBatching": True}
    changed = storage(wmi, "Modify", ComponentSettings=[wmi.embedded(name, change)])
    assert changed.out["ResultingComponentSettings"] == [path]
    assert settings.value("DisableInterruptBatching") is True
    wrong = wmi.embedded(name, {**change, "ThreadCountPerChannel": 4})
    assert storage(wmi, "Modify", ComponentSettings=[wrong]).return_value == 32773
    assert [each.path for each in wmi.settings(vm, name)] == [path]
    assert storage(wmi, "Remove", ComponentSettings=[path]).return_value == 0
    assert wmi.settings(vm, name) == []
    assert (
        storage(wmi, "Add", AffectedConfiguration=configuration(vm), ComponentSettings=[]).return_value
        == 32773
    )


def merge_settings(wmi, vm):
    (found,) = wmi[V2].associators(
        wmi.machine(vm).path, "Msvm_ElementSettingData", "Msvm_DiskMergeSettingData"
    )
    return found


def switch_merges(wmi, vm, state):
    values = {"InstanceID": merge_settings(wmi, vm).value("InstanceID"), "EnabledState": state}
    text = wmi.embedded("Msvm_DiskMergeSettingData", values)
    return wmi.manage("ModifyDiskMergeSettings", SettingData=text).return_value


def test_merges_wait_while_they_are_disabled(wmi):
    vm = wmi.one
    wmi.host.checkpoints.create(vm, kind=5)
    wmi.advance(10)
    (drive,) = vm.hard_disk_drives
    assert drive.path.endswith(".avhd")
    assert switch_merges(wmi, vm, 0) == 0
    assert merge_settings(wmi, vm).value("EnabledState") == 0
    wmi.host.checkpoints.delete(vm.checkpoints[0])
    wmi.advance(60)
    assert drive.path.endswith(".avhd")
    assert switch_merges(wmi, vm, 2) == 32773
    assert switch_merges(wmi, vm, 1) == 0
    wmi.advance(60)
    assert drive.path.endswith("one.vhd")


def test_limits_of_a_disk_are_settings_of_its_medium(wmi):
    (drive,) = wmi.one.hard_disk_drives
    (medium,) = wmi.settings(wmi.one, "Msvm_StorageAllocationSettingData")

    def change(**values):
        text = wmi.embedded(
            "Msvm_StorageAllocationSettingData", {"InstanceID": medium.value("InstanceID"), **values}
        )
        return wmi.manage("ModifyResourceSettings", ResourceSettings=[text])

    assert change(IOPSLimit=500, IOPSReservation=100).return_value == 0
    assert [drive.maximum_iops, drive.minimum_iops] == [500, 100]
    (medium,) = wmi.settings(wmi.one, "Msvm_StorageAllocationSettingData")
    assert [medium.value("IOPSLimit"), medium.value("IOPSReservation")] == [500, 100]
    assert change(IOPSReservation=501).return_value != 0
    assert change(CachingMode=3, IgnoreFlushes=True).return_value == 0
    assert change(CachingMode=1).return_value == 32773
    (medium,) = wmi.settings(wmi.one, "Msvm_StorageAllocationSettingData")
    assert [medium.value("CachingMode"), medium.value("IgnoreFlushes")] == [3, True]
    shared = change(PersistentReservationsSupported=True)
    assert shared.return_value != 0
    assert not drive.support_persistent_reservations


def test_a_disk_is_shared_where_the_volume_allows_it(wmi):
    wmi.host.virtual_disks.create("D:\\VMs\\quorum.vhdx", size=1 << 30)
    wmi.advance(10)
    drive = wmi.two.devices.add_hard_disk_drive(controller_type=wmi.two.devices.add_scsi_controller().type)
    name = "Msvm_ImageManagementService"
    images = wmi[V2].resolve(name, {"CreationClassName": name})

    def validated():
        answer = wmi[V2].invoke(
            images, "ValidatePersistentReservationSupport", {"Path": "D:\\VMs\\quorum.vhdx"}
        )
        wmi.advance(10)
        return wmi[V2].find(answer.out["Job"]).value("ErrorCode")

    def add():
        text = wmi.embedded(
            "Msvm_StorageAllocationSettingData",
            {
                "ResourceType": 31,
                "ResourceSubType": "Microsoft:Hyper-V:Virtual Hard Disk",
                "Parent": f'Msvm_ResourceAllocationSettingData.InstanceID="Microsoft:{wmi.two.id}'
                f'\\\\{drive.setting_id.replace(chr(92), chr(92) * 2)}"',
                "HostResource": ["D:\\VMs\\quorum.vhdx"],
                "PersistentReservationsSupported": True,
            },
        )
        target = f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{wmi.two.id}"'
        return wmi.manage("AddResourceSettings", AffectedConfiguration=target, ResourceSettings=[text])

    assert validated() != 0
    assert add().return_value != 0
    assert not drive.support_persistent_reservations
    disk_sharing.attach_filter(wmi.host, "D:")
    assert validated() == 0
    assert add().return_value == 0
    assert (drive.path, drive.support_persistent_reservations) == ("D:\\VMs\\quorum.vhdx", True)
