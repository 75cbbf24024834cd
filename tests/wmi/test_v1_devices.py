"""Devices in the older namespace: added, changed and removed by their settings."""

# ruff: noqa: S608 -- WQL, put together from constants

import pytest

V1 = "root/virtualization"
RASD, PORT = "Msvm_ResourceAllocationSettingData", "Msvm_SyntheticEthernetPortSettingData"


@pytest.fixture(params=["2008R2", "2012"])
def wmi(request, make_wmi):
    return make_wmi(request.param)


def resources(wmi, vm, subtype):
    return [
        each
        for each in wmi.settings(vm, "CIM_ResourceAllocationSettingData", V1)
        if each.value("ResourceSubType") == f"Microsoft {subtype}"
    ]


def add(wmi, vm, class_name=RASD, **values):
    text = wmi.embedded(class_name, values, V1)
    path = wmi.machine(vm, V1).path
    return wmi.manage("AddVirtualSystemResources", V1, TargetSystem=path, ResourceSettingData=[text])


def remove(wmi, vm, *paths):
    path = wmi.machine(vm, V1).path
    return wmi.manage("RemoveVirtualSystemResources", V1, TargetSystem=path, ResourceSettingData=list(paths))


def change(wmi, vm, instance, **values):
    key = {"InstanceID": instance.value("InstanceID")}
    text = wmi.embedded(instance.declaration.name, {**key, **values}, V1)
    path = wmi.machine(vm, V1).path
    return wmi.manage("ModifyVirtualSystemResources", V1, ComputerSystem=path, ResourceSettingData=[text])


def test_a_disk_is_attached_in_two_steps_and_detached_again(wmi):
    controller, _second = resources(wmi, wmi.two, "Emulated IDE Controller")
    drive = add(
        wmi, wmi.two, ResourceSubType="Microsoft Synthetic Disk Drive", ResourceType=22,
        Parent=str(controller.path), Address="0",
    )  # fmt: skip
    assert (drive.return_value, drive.out["Job"]) == (0, None)
    (drive_path,) = drive.out["NewResources"]
    wmi.host.virtual_disks.create("D:\\VMs\\two.vhd", size=1 << 30)
    wmi.advance(10)
    disk = add(
        wmi, wmi.two, ResourceSubType="Microsoft Virtual Hard Disk", ResourceType=21,
        Parent=str(drive_path), Connection=["D:\\VMs\\two.vhd"],
    )  # fmt: skip
    assert disk.return_value == 0
    (image_path,) = disk.out["NewResources"]
    image = wmi[V1].find(image_path)
    assert (image.value("ResourceType"), image.value("Connection")) == (21, ["D:\\VMs\\two.vhd"])
    assert wmi.two.hard_disk_drives[0].path == "D:\\VMs\\two.vhd"
    assert remove(wmi, wmi.two, image_path).return_value == 0
    assert wmi.two.hard_disk_drives[0].path is None
    assert remove(wmi, wmi.two, drive_path).return_value == 0
    assert not wmi.two.hard_disk_drives


def test_a_floppy_disk_is_put_in_and_taken_out(wmi):
    wmi.host.virtual_disks.create_floppy("D:\\VMs\\boot.vfd")
    wmi.advance(5)
    (drive,) = resources(wmi, wmi.two, "Synthetic Diskette Drive")
    values = {"ResourceSubType": "Microsoft Virtual Floppy Disk", "Parent": str(drive.path)}
    for path, code in (("D:\\VMs\\one.vhd", 32773), ("D:\\none.vfd", 32779)):
        assert add(wmi, wmi.two, Connection=[path], **values).return_value == code
    made = add(wmi, wmi.two, Connection=["D:\\VMs\\boot.vfd"], **values)
    assert made.return_value == 0
    settings = wmi[V1].find(made.out["NewResources"][0])
    assert (settings.value("Caption"), settings.value("Connection")) == (
        "Floppy Disk Image",
        ["D:\\VMs\\boot.vfd"],
    )
    assert remove(wmi, wmi.two, settings.path).return_value == 0
    assert wmi.two.floppy.path is None


def test_a_refused_list_of_devices_leaves_none_behind(wmi):
    scsi = wmi.embedded(RASD, {"ResourceSubType": "Microsoft Synthetic SCSI Controller"}, V1)
    bad = wmi.embedded(RASD, {"ResourceSubType": "Microsoft Synthetic Disk Drive", "Parent": "nothing"}, V1)
    path = wmi.machine(wmi.two, V1).path
    result = wmi.manage("AddVirtualSystemResources", V1, TargetSystem=path, ResourceSettingData=[scsi, bad])
    assert (result.return_value, result.out) == (32773, {"NewResources": None, "Job": None})
    assert resources(wmi, wmi.two, "Synthetic SCSI Controller") == []


def test_an_adapter_is_renamed_and_removed(wmi):
    made = add(wmi, wmi.two, PORT, ElementName="new", Address="00155D010203", StaticMacAddress=True)
    assert made.return_value == 0
    settings = wmi[V1].find(made.out["NewResources"][0])
    assert settings.value("ResourceSubType") == "Microsoft Synthetic Ethernet Port"
    assert change(wmi, wmi.two, settings, ElementName="other").return_value == 0
    (adapter,) = wmi.two.network_adapters
    assert (adapter.name, adapter.mac_address) == ("other", "00155D010203")
    assert remove(wmi, wmi.two, settings.path).return_value == 0
    assert not wmi.two.network_adapters


def test_a_serial_port_gets_a_pipe(wmi):
    port = resources(wmi, wmi.two, "Serial Port")[1]
    assert change(wmi, wmi.two, port, Connection=["\\\\.\\pipe\\two"]).return_value == 0
    assert wmi.two.com_ports[1].path == "\\\\.\\pipe\\two"


def test_fixed_devices_cannot_be_removed_or_changed(wmi):
    (keyboard,) = resources(wmi, wmi.two, "Synthetic Keyboard")
    assert remove(wmi, wmi.two, keyboard.path).return_value == 32770
    assert change(wmi, wmi.two, keyboard, Address="5").return_value == 32768


def test_settings_of_another_machine_are_refused(wmi):
    (keyboard,) = resources(wmi, wmi.one, "Synthetic Keyboard")
    assert remove(wmi, wmi.two, keyboard.path).return_value == 32773


def test_a_machine_is_defined_with_its_devices(wmi):
    settings = wmi.embedded("Msvm_VirtualSystemGlobalSettingData", {"ElementName": "new"}, V1)
    devices = [
        wmi.embedded(PORT, {"ElementName": "nic"}, V1),
        wmi.embedded(RASD, {"ResourceSubType": "Microsoft Synthetic SCSI Controller"}, V1),
    ]
    result = wmi.manage("DefineVirtualSystem", V1, SystemSettingData=settings, ResourceSettingData=devices)
    assert result.return_value == 0
    (vm,) = wmi.host.virtual_machines.find("new")
    assert [adapter.name for adapter in vm.network_adapters] == ["nic"]
    assert resources(wmi, vm, "Synthetic SCSI Controller")


def test_devices_belong_to_their_settings(wmi):
    devices = wmi[V1].associators(wmi.machine(wmi.one, V1).path, "Msvm_SystemDevice")
    names = {each.declaration.name for each in devices}
    assert {"Msvm_Keyboard", "Msvm_IDEController", "Msvm_DiskDrive", "Msvm_LogicalDisk"} <= names
    assert {"Msvm_Processor", "Msvm_Memory", "Msvm_SyntheticEthernetPort"} <= names
    (drive,) = [each for each in devices if each.declaration.name == "Msvm_DiskDrive"]
    (settings,) = wmi[V1].associators(drive.path, "Msvm_SettingsDefineState")
    assert settings.value("ResourceType") == 22
    (disk,) = wmi[V1].associators(drive.path, "Msvm_MediaPresent")
    assert disk.value("NumberOfBlocks") == (20 << 30) // 512


def test_host_wide_settings_and_pools(wmi):
    (settings,) = wmi[V1].instances("Msvm_VirtualSystemManagementServiceSettingData")
    key = {"InstanceID": settings.value("InstanceID"), "DefaultVirtualHardDiskPath": "D:\\Disks"}
    result = wmi.manage(
        "ModifyServiceSettings", V1, SettingData=wmi.embedded(settings.declaration.name, key, V1)
    )
    assert result.return_value == 0
    assert wmi.host.settings.virtual_hard_disk_path.startswith("D:\\Disks")
    pools = wmi[V1].instances("CIM_ResourcePool")
    assert pools
    assert all(each.value("InstanceID").endswith("\\Root") for each in pools)
    for pool in pools:
        (capabilities,) = wmi[V1].associators(pool.path, "Msvm_ElementCapabilities")
        templates = wmi[V1].associators(capabilities.path, "Msvm_SettingsDefineCapabilities")
        assert len(templates) == 4, pool.value("ElementName")
        subtypes = {each.value("ResourceSubType") for each in (pool, capabilities, *templates)}
        assert subtypes == {pool.value("ResourceSubType")}


def test_a_client_finds_the_default_settings_of_a_new_device(wmi):
    """The two queries of the PowerShell library for Hyper-V that was made for 2008 R2."""
    for number, subtype in (
        (10, "Microsoft Emulated Ethernet Port"),
        (16, "Microsoft Synthetic DVD Drive"),
        (21, "Microsoft Virtual Floppy Disk"),
        (22, "Microsoft Physical Disk Drive"),
    ):
        (capabilities,) = (
            wmi[V1]
            .query(
                f"SELECT * FROM MSVM_AllocationCapabilities WHERE ResourceType = {number}"
                f" AND ResourceSubType = '{subtype}'"
            )
            .instances
        )
        path = str(capabilities.path).replace("\\", "\\\\")
        (found,) = (
            wmi[V1]
            .query(
                "SELECT * FROM MSVM_SettingsDefineCapabilities WHERE ValueRange=0"
                f" AND GroupComponent = '{path}'"
            )
            .instances
        )
        assert wmi[V1].find(found.value("PartComponent")).value("ResourceSubType") == subtype


def test_errors_are_formatted(wmi):
    text = wmi.embedded("Msvm_Error", {"Message": "It failed."}, V1)
    result = wmi.manage("FormatError", V1, Errors=[text, text])
    assert (result.return_value, result.out) == (0, {"ErrorMessage": "It failed.\nIt failed."})
    assert wmi.manage("FormatError", V1).return_value == 32773
