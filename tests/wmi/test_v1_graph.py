"""What root/virtualization shows beside machines and their settings: firmware, pools, the host's devices, the
terminal service, the component of Remote Desktop Virtualization, the tree of checkpoints."""

import pytest

V1 = "root/virtualization"
SETTINGS = "Msvm_VirtualSystemSettingData"


@pytest.fixture(params=["2008R2", "2012"])
def wmi(request, make_wmi):
    return make_wmi(request.param)


def one(found):
    (each,) = found
    return each


def pool(wmi, subtype, class_name="Msvm_ResourcePool"):
    return one(each for each in wmi[V1].instances(class_name) if each.value("ResourceSubType") == subtype)


def test_a_machine_leads_to_its_firmware(wmi):
    machine = wmi.machine(wmi.one, V1)
    bios = one(wmi[V1].associators(machine.path, "Msvm_SystemBIOS"))
    settings = one(wmi[V1].associators(machine.path, "Msvm_SettingsDefineState"))
    assert bios.value("SoftwareElementID").startswith(f"Microsoft:{wmi.one.id}\\AC6B8DC1-")
    assert (bios.value("Version"), bios.value("SoftwareElementState")) == ("8.02.00", 2)
    for name in ("BIOSGUID", "BIOSSerialNumber", "ChassisAssetTag", "BootOrder"):
        assert bios.value(name) == settings.value(name)
    assert wmi[V1].find(bios.path).path.same_object(bios.path)


def test_devices_and_their_settings_lead_to_the_pools_that_they_come_from(wmi):
    drive = one(
        each for each in wmi[V1].instances("Msvm_DiskDrive") if each.value("SystemName") == wmi.one.id
    )
    from_pool = "Msvm_ElementAllocatedFromPool"
    assert one(wmi[V1].associators(drive.path, from_pool)).value("ResourceSubType") == (
        "Microsoft Synthetic Disk Drive"
    )
    medium = one(wmi[V1].associators(drive.path, "Msvm_MediaPresent"))
    assert one(wmi[V1].associators(medium.path, from_pool)).value("ResourceSubType") == (
        "Microsoft Virtual Hard Disk"
    )
    processors = pool(wmi, "Microsoft Processor", "Msvm_ProcessorPool")
    assert len(list(wmi[V1].associators(processors.path, from_pool))) == wmi.one.processor.count
    allocated = wmi[V1].associators(processors.path, "Msvm_ResourceAllocationFromPool")
    assert {each.value("VirtualQuantity") for each in allocated} == {1, 2}


def test_the_hosts_disks_processors_and_memory_are_in_pools(make_wmi):
    wmi = make_wmi("2012", offline_disks=1)
    disks = wmi[V1].associators(pool(wmi, "Microsoft Physical Disk Drive").path, None, "Msvm_DiskDrive")
    assert [each.value("DriveNumber") for each in disks] == [1]
    inside = "Msvm_ConcreteComponent"
    processors = pool(wmi, "Microsoft Processor", "Msvm_ProcessorPool")
    assert len(list(wmi[V1].associators(processors.path, inside))) == 16
    memory = list(wmi[V1].associators(pool(wmi, "Microsoft Virtual Machine Memory").path, inside))
    nodes = wmi.host.hardware.numa_nodes
    assert [each.value("DeviceID").rpartition("\\")[2] for each in memory] == [str(at) for at in range(nodes)]
    (whole,) = wmi[V1].associators(memory[0].path, inside, "Msvm_Memory")
    assert whole.value("DeviceID").endswith("\\Aggregate")
    assert whole.value("NumberOfBlocks") == wmi.host.hardware.memory >> 20
    assert whole.value("ConsumableBlocks") < whole.value("NumberOfBlocks")


def test_the_terminal_service_says_its_port_and_refuses_to_be_stopped(wmi):
    service = one(wmi[V1].instances("Msvm_TerminalService"))
    assert (service.value("ListenerPort"), service.value("EnabledState")) == (2179, 5)
    for method in ("StartService", "StopService", "RequestStateChange"):
        assert wmi[V1].invoke(service, method, {}).return_value == 1
    assert list(wmi[V1].instances("Msvm_TerminalConnection")) == []


def test_the_component_of_remote_desktop_virtualization_is_switched_off_and_on(wmi):
    wmi.advance(300)
    component = one(
        each for each in wmi[V1].instances("Msvm_RdvComponent") if each.value("SystemName") == wmi.one.id
    )
    assert component.value("DeviceID") == "Microsoft:6C5ADDB9-A11A-4E8E-84CB-E6208201DB63"
    assert wmi[V1].invoke(component, "EnableEndPoints", {}).return_value == 0
    settings = one(wmi.settings(wmi.one, "Msvm_RdvComponentSettingData", V1))
    assert settings.value("EnabledState") == 2
    text = wmi.embedded(
        "Msvm_RdvComponentSettingData", {"InstanceID": settings.value("InstanceID"), "EnabledState": 3}, V1
    )
    changed = wmi.manage(
        "ModifyVirtualSystemResources",
        V1,
        ComputerSystem=wmi.machine(wmi.one, V1).path,
        ResourceSettingData=[text],
    )
    assert changed.return_value == 0
    assert one(wmi.settings(wmi.one, "Msvm_RdvComponentSettingData", V1)).value("EnabledState") == 3
    assert wmi[V1].invoke(component, "EnableEndPoints", {}).return_value == 32775


def test_previous_settings_are_the_parent_and_applied_ones_the_last_that_were_applied(wmi):
    machine = wmi.machine(wmi.two, V1).path
    for _ in range(2):
        wmi.host.checkpoints.create(wmi.two)
        wmi.advance(10)
    first, second = wmi.two.checkpoints

    def names(association):
        found = wmi[V1].associators(machine, association, SETTINGS)
        return [each.value("InstanceID").removeprefix("Microsoft:") for each in found]

    assert names("Msvm_PreviousSettingData") == [second.id]
    assert names("Msvm_LastAppliedSettingData") == []
    wmi.host.checkpoints.apply(first)
    wmi.advance(10)
    assert names("Msvm_PreviousSettingData") == [first.id]
    assert names("Msvm_LastAppliedSettingData") == [first.id]


def test_the_kinds_of_resources_name_classes_that_there_are(wmi):
    namespace = wmi[V1]
    kinds = list(namespace.instances("Msvm_ResourceTypeDefinition"))
    for kind in kinds:
        assert namespace.schema.find(kind.value("LogicalDeviceClassName")).is_a("CIM_LogicalDevice")
        settings = namespace.schema.find(kind.value("SettingDataClassName"))
        assert settings.is_a("CIM_ResourceAllocationSettingData")
        component = one(namespace.associators(kind.path, "Msvm_VirtualSystemResourceRegistration"))
        assert component.value("Name").startswith("Microsoft|")
        assert one(
            namespace.associators(component.path, "Msvm_VirtualSystemResourceRegistration")
        ).path.same_object(kind.path)
    known = {(kind.value("ResourceType"), kind.value("ResourceSubType")) for kind in kinds}
    shown = {
        (each.value("ResourceType"), each.value("ResourceSubType"))
        for each in namespace.instances("Msvm_ResourceAllocationSettingData")
    }
    assert shown <= known
    processors = one(each for each in kinds if each.value("ResourceType") == 3)
    provided = one(namespace.associators(processors.path, "Msvm_ResourcePoolRegistration"))
    assert provided.value("ResourcePoolClassName") == "Msvm_ProcessorPool"


def test_goal_settings_are_not_made(wmi):
    capabilities = next(iter(wmi[V1].instances("Msvm_AllocationCapabilities")))
    result = wmi[V1].invoke(capabilities, "CreateGoalSettings", {"TemplateGoalSettings": []})
    assert result.return_value == 1


@pytest.mark.parametrize("name", [V1, "root/virtualization/v2"])
def test_storage_jobs_lead_to_the_disks_that_they_work_on(make_wmi, name):
    wmi = make_wmi("2012")
    wmi.one.turn_off()
    wmi.advance(5)
    namespace, association = wmi[name], "Msvm_AffectedStorageJobElement"
    disk = wmi.host.virtual_disks.get("D:\\VMs\\one.vhd")
    wmi.host.virtual_disks.compact(disk)
    (job,) = [each for each in namespace.instances("Msvm_StorageJob") if each.value("JobState") == 4]
    (element,) = namespace.associators(job.path, association)
    assert (element.declaration.name, element.value("SystemName")) == ("Msvm_LogicalDisk", wmi.one.id)
    assert one(namespace.associators(element.path, association)).path.same_object(job.path)
    wmi.advance(5)
    wmi.host.virtual_disks.mounted.attach(disk)
    wmi.advance(5)
    image = one(namespace.instances("Msvm_MountedStorageImage"))
    done = namespace.associators(image.path, association)
    assert {each.value("JobState") for each in done} == {7}
    assert "Attaching Virtual Hard Disk" in {each.value("Description") for each in done}


def test_a_remotefx_adapter_needs_a_graphics_processor(wmi):
    video = pool(wmi, "Microsoft Synthetic 3D Display Controller", "Msvm_Synth3dVideoPool")
    assert video.value("Is3dVideoSupported") is False
    needed = wmi[V1].invoke(
        video, "CalculateVideoMemoryRequirements", {"monitorResolution": 1, "numberOfMonitors": 2}
    )
    assert needed.return_value == 0
    assert needed.out["requiredVideoMemory"] > 0
    settings = wmi.embedded("Msvm_Synthetic3DDisplayControllerSettingData", {"MaximumMonitors": 2}, V1)
    result = wmi.manage(
        "AddVirtualSystemResources",
        V1,
        TargetSystem=wmi.machine(wmi.two, V1).path,
        ResourceSettingData=[settings],
    )
    assert result.return_value == 32768
    assert list(wmi[V1].instances("Msvm_Synthetic3DDisplayController")) == []
