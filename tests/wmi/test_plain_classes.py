# ruff: noqa: S608  WQL is no SQL
"""Pools and what is allocated from them, NUMA nodes, media, firmware, capabilities, owners of jobs, consoles,
displays and batteries in root/virtualization/v2."""

import pytest

from emulator.host.guest.guest_communication import add_service
from emulator.host.resources.resource_pools import Allocation
from emulator.profile import loads
from tests.wmi.conftest import INVENTORY, TEMPLATE, Wmi

V2 = "root/virtualization/v2"
POOL = 'Msvm_ResourcePool.InstanceID="Microsoft:{}"'
DVD_IMAGE, DISK_IMAGE, PHYSICAL = (
    POOL.format("D92D268E-9AA8-49DD-8C7D-821CEFB5F597"),
    POOL.format("70BB60D2-A9D3-46AA-B654-3DE53004B4F8"),
    POOL.format("353B3BE8-310C-4CF4-839E-4E1B14616136"),
)
MEMORY = POOL.format("4764334E-E001-4176-82EE-5594EC9B530E")
PROCESSORS = 'Msvm_ProcessorPool.InstanceID="Microsoft:B637F347-6A0E-4DEC-AF52-BD70CB80A21D"'


def quoted(path):
    """A path as WQL takes it: backslashes escape there."""
    return str(path).replace("\\", "\\\\")


def names(instances, key="DeviceID"):
    return sorted(str(each.value(key)) for each in instances)


def device(wmi, class_name, vm):
    found = [each for each in wmi[V2].instances(class_name) if each.value("SystemName") == vm.id]
    assert len(found) == 1
    return found[0]


@pytest.fixture
def two_nodes() -> Wmi:
    """A host with two NUMA nodes of 16 GB and 8 logical processors each."""
    text = TEMPLATE.format(release="2022", role="enabled", edition="Datacenter", zone="UTC", disks="")
    return Wmi(loads(text.replace("memory: 32 GB", "memory: 32 GB\n  numa_nodes: 2") + INVENTORY))


def insert_image(wmi, vm):
    wmi.host.filesystem.write("D:\\setup.iso", bytes(2048 * 3))
    vm.devices.set_medium(vm.dvd_drives[0], "D:\\setup.iso")


# -- pools ----------------------------------------------------------------------------------------


def test_each_device_comes_from_the_pool_of_its_kind(wmi):
    insert_image(wmi, wmi.one)
    association = "Msvm_ElementAllocatedFromPool"
    (disk,) = wmi[V2].associators(DISK_IMAGE, association)
    assert disk.value("DeviceID").endswith("\\0\\0\\L")
    (image,) = wmi[V2].associators(DVD_IMAGE, association)
    assert image.value("Caption") == "ISO Disk Image"
    assert names(wmi[V2].associators(PROCESSORS, association)) == [
        "Microsoft:b637f346-6a0e-4dec-af52-bd70cb80a21d\\0",
        "Microsoft:b637f346-6a0e-4dec-af52-bd70cb80a21d\\1",
    ]
    for each in wmi[V2].instances("Msvm_SyntheticMouse"):
        (pool,) = wmi[V2].associators(each.path, association)
        assert pool.value("ResourceSubType") == "Microsoft:Hyper-V:Synthetic Mouse"
    (keyboard, _) = wmi[V2].instances("Msvm_Keyboard")
    assert not wmi[V2].associators(keyboard.path, association)


def test_settings_are_allocated_from_the_pool_too_and_those_of_checkpoints_are_not(wmi):
    wmi.host.checkpoints.create(wmi.one)
    wmi.advance(10)
    found = wmi[V2].associators(MEMORY, "Msvm_ResourceAllocationFromPool")
    assert len(found) == 2
    assert len(wmi[V2].associators(MEMORY, "Msvm_ElementAllocatedFromPool")) == 1
    for each in found:
        (pool,) = wmi[V2].associators(each.path, "Msvm_ResourceAllocationFromPool")
        assert pool.value("ResourceSubType") == "Microsoft:Hyper-V:Memory"


def test_legacy_adapters_connections_and_floppy_disks_have_pools(wmi):
    adapter = wmi.two.devices.add_network_adapter(is_legacy=True)
    for class_name, subtype in (
        ("Msvm_EmulatedEthernetPortSettingData", "Emulated Ethernet Port"),
        ("Msvm_EthernetPortAllocationSettingData", "Ethernet Connection"),
    ):
        (settings,) = wmi.settings(wmi.two, class_name)
        (pool,) = wmi[V2].associators(settings.path, "Msvm_ResourceAllocationFromPool")
        assert pool.value("ResourceSubType") == f"Microsoft:Hyper-V:{subtype}", adapter


def test_a_pool_of_an_administrator_stands_on_the_primordial_one(wmi):
    first = wmi.host.resource_pools.create("Memory", "gold")
    second = wmi.host.resource_pools.create("Memory", "silver", (Allocation("gold"),))
    shown = wmi[V2].associators(MEMORY, "Msvm_ElementAllocatedFromPool", "Msvm_ResourcePool")
    assert names(shown, "PoolID") == ["gold"]
    path = POOL.format(second.id)
    assert names(wmi[V2].associators(path, "Msvm_ElementAllocatedFromPool"), "PoolID") == ["gold"]
    around = wmi[V2].associators(POOL.format(first.id), "Msvm_ElementAllocatedFromPool")
    assert names(around, "PoolID") == ["", "silver"]


@pytest.mark.parametrize("release", ["2012", "2016", "2022"])
def test_every_pool_has_settings_capabilities_and_four_templates(make_wmi, release):
    namespace = make_wmi(release)[V2]
    pools = namespace.instances("CIM_ResourcePool")
    assert len({pool.value("InstanceID") for pool in pools}) == len(pools) >= 16
    for pool in pools:
        (settings,) = namespace.associators(pool.path, "Msvm_SettingsDefineState")
        assert settings.value("InstanceID") == pool.value("InstanceID").replace(":", ":Pool\\")
        (capabilities,) = namespace.associators(pool.path, "Msvm_ElementCapabilities")
        templates = namespace.associators(capabilities.path, "Msvm_SettingsDefineCapabilities")
        kinds = names(templates, "InstanceID")
        assert [each.rpartition("\\")[2] for each in kinds] == ["Default", "Increment", "Maximum", "Minimum"]
        assert {each.value("ResourceSubType") for each in templates} == {pool.value("ResourceSubType")}
        assert {each.value("ResourceType") for each in templates} == {pool.value("ResourceType")}


def test_pools_consist_of_devices_of_the_host(make_wmi):
    wmi = make_wmi("2022", offline_disks=1)
    component = "Msvm_ConcreteComponent"
    assert len(wmi[V2].associators(PROCESSORS, component)) == 16
    assert names(wmi[V2].associators(PHYSICAL, component)) == [
        "Microsoft:353B3BE8-310C-4cf4-839E-4E1B14616136\\1"
    ]
    (node,) = wmi[V2].associators(MEMORY, component)
    assert node.value("DeviceID").endswith("\\0")


@pytest.mark.parametrize(("count", "reserve"), [(1, 100_000), (16, 100_000), (17, 0), (0, 0)])
def test_a_machine_may_reserve_whole_processors_as_far_as_there_are(wmi, count, reserve):
    pool = wmi[V2].find(PROCESSORS)
    answer = wmi[V2].invoke(pool, "CalculatePossibleReserve", {"ProcessorCount": count})
    assert answer.return_value == reserve


# -- NUMA -----------------------------------------------------------------------------------------


def test_nodes_have_their_processors_and_memory_as_clients_look_for_them(two_nodes):
    namespace = two_nodes[V2]
    nodes = namespace.instances("Msvm_NumaNode")
    assert [node.value("NodeID") for node in nodes] == [
        "Microsoft:PhysicalNode\\0",
        "Microsoft:PhysicalNode\\1",
    ]
    for number, node in enumerate(nodes):
        query = f"SELECT * FROM Msvm_HostedDependency WHERE Antecedent = '{quoted(node.path)}'"
        paths = [each.value("Dependent") for each in namespace.query(query).instances]
        dependents = [namespace.find(path) for path in paths]
        memory = [each for each in dependents if each.declaration.name == "Msvm_Memory"]
        assert [each.value("NumberOfBlocks") for each in memory] == [16 * 1024]
        assert memory[0].value("Primordial") is True
        processors = [each for each in dependents if each.declaration.name == "Msvm_Processor"]
        assert len(processors) == node.value("NumberOfLogicalProcessors") == 8
        assert processors[7].value("DeviceID").endswith(f"\\{number}\\7")
        assert node.value("NumberOfProcessorCores") == 4
    whole = namespace.find(
        'Msvm_Memory.CreationClassName="Msvm_Memory",SystemCreationClassName="Msvm_ComputerSystem",'
        'SystemName="HVHOST1",DeviceID="Microsoft:4764334E-E001-4176-82EE-5594EC9B530E\\\\Aggregate"'
    )
    assert len(namespace.associators(whole.path, "Msvm_ConcreteComponent", "Msvm_Memory")) == 2


def test_a_machine_lies_on_one_node_or_on_all_when_it_is_too_large(two_nodes):
    wmi = two_nodes
    free = [node.value("CurrentlyConsumableMemoryBlocks") for node in wmi[V2].instances("Msvm_NumaNode")]
    memory = device(wmi, "Msvm_Memory", wmi.one)
    (home,) = wmi[V2].associators(memory.path, "Msvm_ElementAllocatedFromNumaNode")
    (below,) = wmi[V2].associators(memory.path, "Msvm_BasedOn")
    assert below.value("DeviceID").rpartition("\\")[2] == home.value("NodeID").rpartition("\\")[2]
    large = wmi.host.virtual_machines.create("large", memory=20 << 30)
    large.start()
    wmi.advance(5)
    shown = device(wmi, "Msvm_Memory", large)
    assert len(wmi[V2].associators(shown.path, "Msvm_ElementAllocatedFromNumaNode")) == 2
    left = [node.value("CurrentlyConsumableMemoryBlocks") for node in wmi[V2].instances("Msvm_NumaNode")]
    assert sum(free) - sum(left) == 20 * 1024
    (summary,) = wmi.manage(
        "GetSummaryInformation",
        SettingData=[f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{large.id}"'],
        RequestedInformation=[123],
    ).out["SummaryInformation"]
    assert summary.value("MemorySpansPhysicalNumaNodes") is True


# -- media, firmware, identities ------------------------------------------------------------------


def test_a_medium_is_a_logical_disk_while_it_is_in_its_drive(wmi):
    query = "SELECT * FROM __InstanceOperationEvent WHERE TargetInstance ISA 'Msvm_LogicalDisk'"
    events = wmi[V2].subscribe(query)
    insert_image(wmi, wmi.one)
    drive = device(wmi, "Msvm_DVDDrive", wmi.one)
    (disk,) = wmi[V2].associators(drive.path, "Msvm_MediaPresent")
    assert (disk.value("NumberOfBlocks"), disk.value("BlockSize"), disk.value("Access")) == (3, 2048, 1)
    (settings,) = wmi[V2].associators(disk.path, "Msvm_SettingsDefineState")
    assert settings.value("HostResource") == ["D:\\setup.iso"]
    wmi.one.devices.set_medium(wmi.one.dvd_drives[0], None)
    assert not wmi[V2].associators(drive.path, "Msvm_MediaPresent")
    kinds = [each.declaration.name for each in events.take(9)]
    assert kinds == ["__InstanceCreationEvent", "__InstanceDeletionEvent"]


def test_a_hard_disk_has_the_size_that_the_guest_sees(wmi):
    drive = device(wmi, "Msvm_DiskDrive", wmi.one)
    (disk,) = wmi[V2].associators(drive.path, "Msvm_MediaPresent")
    assert disk.value("NumberOfBlocks") * disk.value("BlockSize") == 20 << 30
    (link,) = wmi[V2].references(drive.path, "Msvm_MediaPresent")
    assert link.value("FixedMedia") is True


def test_firmware_is_found_from_its_machine_and_by_its_keys(wmi):
    (bios,) = wmi[V2].associators(wmi.machine(wmi.one).path, "Msvm_SystemBIOS")
    assert bios.value("SoftwareElementID") == (
        f"Microsoft:{wmi.one.id}\\AC6B8DC1-3257-4A70-B1B2-A9C9215659AD"
    )
    assert wmi[V2].find(str(bios.path)).value("BIOSGUID") == bios.value("BIOSGUID")
    settings = wmi[V2].find(f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{wmi.one.id}"')
    for name in ("BIOSGUID", "BIOSSerialNumber", "BootOrder", "ChassisSerialNumber"):
        assert bios.value(name) == settings.value(name)


def test_a_drive_leads_to_its_boot_source(wmi):
    """As os-win sets the boot order: Msvm_LogicalIdentity by its SystemElement."""
    vm = wmi.host.virtual_machines.create("two", 2)
    drive = vm.devices.add_dvd_drive()
    adapter = vm.devices.add_network_adapter()
    for item, class_name in (
        (drive, "Msvm_ResourceAllocationSettingData"),
        (adapter, "Msvm_SyntheticEthernetPortSettingData"),
    ):
        settings = wmi[V2].get(class_name, {"InstanceID": f"Microsoft:{vm.id}\\{item.setting_id}"})
        query = f"SELECT * FROM Msvm_LogicalIdentity WHERE SystemElement = '{quoted(settings.path)}'"
        (found,) = wmi[V2].query(query).instances
        source = wmi[V2].find(found.value("SameElement"))
        assert source.declaration.name == "Msvm_BootSourceSettingData"
        assert source.value("InstanceID") == f"{settings.value('InstanceID')}\\B"


def test_serial_ports_hang_on_the_controller_of_generation_1(wmi):
    controller = device(wmi, "Msvm_SerialController", wmi.one)
    assert len(wmi[V2].associators(controller.path, "Msvm_SerialPortOnSerialController")) == 2


# -- settings for methods, capabilities -----------------------------------------------------------


def test_the_export_settings_of_a_machine_can_be_changed_and_used(wmi):
    (settings,) = wmi[V2].associators(wmi.machine(wmi.two).path, "Msvm_SystemExportSettingData")
    values = {each.name: settings.value(each.name) for each in settings.declaration.properties}
    assert values["CreateVmExportSubdirectory"] is False
    values["CreateVmExportSubdirectory"] = True
    answer = wmi.manage(
        "ExportSystemDefinition",
        ComputerSystem=wmi.machine(wmi.two).path,
        ExportDirectory="D:\\Exports",
        ExportSettingData=wmi.embedded("Msvm_VirtualSystemExportSettingData", values),
    )
    assert answer.return_value == 4096
    wmi.advance(60)
    assert wmi.host.filesystem.exists("D:\\Exports\\two\\Virtual Machines")


@pytest.mark.parametrize("kind", [32768, 32769, 32770, 32771])
def test_migration_settings_are_found_by_their_type(wmi, kind):
    query = f"SELECT * FROM Msvm_VirtualSystemMigrationSettingData WHERE MigrationType = {kind}"
    (settings,) = wmi[V2].query(query).instances
    assert settings.value("DestinationIPAddressList") == []


def test_capabilities_name_what_the_methods_do(wmi):
    (of_machine,) = wmi[V2].associators(wmi.machine(wmi.one).path, "Msvm_ElementCapabilities")
    assert of_machine.value("RequestedStatesSupported") == [2, 3, 4, 6, 9, 10, 11]
    service = wmi[V2].resolve("Msvm_VirtualSystemManagementService", {})
    (of_service,) = wmi[V2].associators(service.path, "Msvm_ElementCapabilities")
    at_once = of_service.value("SynchronousMethodsSupported")
    in_jobs = of_service.value("AsynchronousMethodsSupported")
    assert not set(at_once) & set(in_jobs)
    assert (10 in at_once, 3 in in_jobs) == (True, True)  # AddResourceSettings, DestroySystem


# -- jobs -----------------------------------------------------------------------------------------


def owner_of(wmi, job):
    path = f'Msvm_ConcreteJob.InstanceID="{job.id}"'
    (owner,) = wmi[V2].associators(path, "Msvm_OwningJobElement")
    assert any(each.value("InstanceID") == job.id for each in wmi[V2].associators(owner.path))
    return owner.declaration.name


def test_jobs_have_the_owner_whose_method_made_them(wmi):
    assert owner_of(wmi, wmi.two.start()) == "Msvm_ComputerSystem"
    assert owner_of(wmi, wmi.host.checkpoints.create(wmi.one)) == "Msvm_VirtualSystemSnapshotService"
    wmi.advance(10)
    wmi.two.turn_off()
    wmi.advance(10)
    job = wmi.host.virtual_machines.destroy(wmi.two)
    assert owner_of(wmi, job) == "Msvm_VirtualSystemManagementService"


def test_a_storage_job_affects_the_disk_in_the_machines_drive(wmi):
    wmi.one.turn_off()
    wmi.advance(5)
    disk = wmi.host.virtual_disks.find("D:\\VMs\\one.vhd")
    job = wmi.host.virtual_disks.resize(disk, 30 << 30)
    path = f'Msvm_StorageJob.InstanceID="{job.id}"'
    (affected,) = wmi[V2].associators(path, "Msvm_AffectedStorageJobElement")
    assert affected.value("SystemName") == wmi.one.id
    (back,) = wmi[V2].associators(affected.path, "Msvm_AffectedStorageJobElement")
    assert back.value("InstanceID") == job.id


def test_a_job_that_attaches_an_image_affects_it(wmi):
    wmi.host.virtual_disks.create("D:\\new.vhdx", size=1 << 30)
    # The job that made the disk affects it too, until it is forgotten.
    wmi.advance(600)
    job = wmi.host.virtual_disks.mounted.attach(wmi.host.virtual_disks.find("D:\\new.vhdx"))
    (image,) = wmi[V2].associators(f'Msvm_StorageJob.InstanceID="{job.id}"', "Msvm_AffectedStorageJobElement")
    assert image.declaration.name == "Msvm_MountedStorageImage"
    found = wmi[V2].associators(image.path, "Msvm_AffectedStorageJobElement")
    assert names(found, "InstanceID") == [job.id]


# -- consoles, displays, batteries ----------------------------------------------------------------


def test_a_connection_to_a_console_is_there_while_somebody_is_connected(wmi):
    query = "SELECT * FROM __InstanceOperationEvent WHERE TargetInstance ISA 'Msvm_TerminalConnection'"
    events = wmi[V2].subscribe(query)
    assert not wmi[V2].instances("Msvm_TerminalConnection")
    wmi.one.guest.console.connect("HVHOST1\\Administrator")
    (connection,) = wmi[V2].associators(wmi.machine(wmi.one).path, "Msvm_SystemTerminalConnection")
    assert connection.value("ConnectionID") == f"Microsoft:{wmi.one.id}\\1"
    for state, code in ((2, 1), (11, 1), (3, 0)):
        call = wmi[V2].invoke(connection, "RequestStateChange", {"RequestedState": state})
        assert call.return_value == code
    assert not wmi[V2].instances("Msvm_TerminalConnection")
    wmi.one.guest.console.connect("HVHOST1\\Administrator")
    wmi.one.turn_off()
    wmi.advance(5)
    assert not wmi[V2].instances("Msvm_TerminalConnection")
    kinds = [each.declaration.name for each in events.take(9)]
    assert kinds == ["__InstanceCreationEvent", "__InstanceDeletionEvent"] * 2


def test_a_battery_is_added_from_its_template_and_removed(wmi):
    (template,) = [
        each
        for each in wmi[V2].instances("Msvm_BatterySettingData")
        if each.value("InstanceID").endswith("\\Default")
    ]
    assert (
        template.value("InstanceID") == "Microsoft:Definition\\C7E49E80-13B3-4DF9-A434-B56F579E2A68\\Default"
    )
    values = {name: template.value(name) for name in ("ResourceType", "ResourceSubType", "VirtualQuantity")}
    text = wmi.embedded("Msvm_BatterySettingData", values)
    path = f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{wmi.two.id}"'

    def add():
        return wmi.manage("AddResourceSettings", AffectedConfiguration=path, ResourceSettings=[text])

    answer = add()
    assert answer.return_value == 0
    battery = device(wmi, "Msvm_Battery", wmi.two)
    (settings,) = wmi[V2].associators(battery.path, "Msvm_SettingsDefineState")
    assert str(settings.path) == str(answer.out["ResultingResourceSettings"][0])
    assert add().return_value == 32773
    wmi.host.checkpoints.create(wmi.two)
    wmi.advance(10)
    assert len(wmi[V2].instances("Msvm_BatterySettingData")) == 4 + 2
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[settings.path]).return_value == 0
    assert not wmi[V2].instances("Msvm_Battery")
    (checkpoint,) = wmi.host.checkpoints
    wmi.host.checkpoints.apply(checkpoint)
    wmi.advance(10)
    assert device(wmi, "Msvm_Battery", wmi.two).value("Caption") == "Virtual Battery"


def test_releases_before_2019_have_no_batteries(make_wmi):
    wmi = make_wmi("2016")
    assert "Msvm_Battery" not in wmi[V2].schema
    assert not [each for each in wmi[V2].instances("CIM_ResourcePool") if not each.value("ResourceSubType")]


def test_the_resolutions_of_a_display_are_changed_while_the_machine_is_off(wmi):
    display = "Msvm_SyntheticDisplayControllerSettingData"

    def change(vm, **values):
        (settings,) = wmi.settings(vm, display)
        text = wmi.embedded(display, {"InstanceID": settings.value("InstanceID"), **values})
        return wmi.manage("ModifyResourceSettings", ResourceSettings=[text]).return_value

    assert change(wmi.two, ResolutionType=3, HorizontalResolution=1280, VerticalResolution=720) == 0
    (settings,) = wmi.settings(wmi.two, display)
    shown = [settings.value(f"{name}Resolution") for name in ("Horizontal", "Vertical")]
    assert (settings.value("ResolutionType"), shown) == (3, [1280, 720])
    assert change(wmi.two, ResolutionType=1) == 32773
    assert change(wmi.two, HorizontalResolution=16) == 32773
    assert change(wmi.one, HorizontalResolution=1024) == 32775
    (state,) = wmi[V2].associators(
        device(wmi, "Msvm_SyntheticDisplayController", wmi.two).path, None, display
    )
    assert state.path == settings.path


def test_displays_have_no_class_of_their_own_before_2016(make_wmi):
    wmi = make_wmi("2012R2")
    found = wmi.settings(wmi.two, "Msvm_ResourceAllocationSettingData")
    subtype = "Microsoft:Hyper-V:Synthetic Display Controller"
    assert [each.value("ElementName") for each in found if each.value("ResourceSubType") == subtype]
    newer = make_wmi("2022")
    found = newer.settings(newer.two, "Msvm_ResourceAllocationSettingData")
    assert not [each for each in found if each.value("ResourceSubType") == subtype]


def test_a_service_of_a_guest_belongs_to_its_component(wmi):
    service = add_service(wmi.one, "999E53D4-3D5C-4C3E-8779-BED06EC056E1")
    (shown,) = wmi[V2].instances("Msvm_GuestCommunicationService")
    assert (shown.value("Name"), shown.value("EnabledState")) == (service.id, 2)
    (settings,) = wmi[V2].associators(shown.path, "Msvm_SettingsDefineState")
    assert settings.value("EnabledStatePolicy") == 8
    component = device(wmi, "Msvm_GuestServiceInterfaceComponent", wmi.one)
    found = wmi[V2].associators(component.path, "Msvm_RegisteredGuestService")
    assert {each.declaration.name for each in found} == {
        "Msvm_GuestCommunicationService",
        "Msvm_GuestFileService",
    }
    assert wmi[V2].invoke(shown, "StopService", {}).return_value == 1


# -- what is not supported ------------------------------------------------------------------------

DEVICE_METHODS = (
    ("RequestStateChange", {"RequestedState": 2}),
    ("Reset", {}),
    ("SetPowerState", {"PowerState": 1}),
    ("EnableDevice", {"Enabled": True}),
    ("OnlineDevice", {"Online": True}),
    ("QuiesceDevice", {"Quiesce": True}),
    ("SaveProperties", {}),
    ("RestoreProperties", {}),
)


@pytest.mark.parametrize(
    "class_name",
    [
        "Msvm_EthernetSwitchPort",
        "Msvm_ExternalEthernetPort",
        "Msvm_InternalEthernetPort",
        "Msvm_LogicalDisk",
        "Msvm_Memory",
        "Msvm_Processor",
    ],
)
def test_devices_answer_that_their_methods_are_not_supported(wmi, class_name):
    target = wmi[V2].instances(class_name)[-1]
    for method, arguments in DEVICE_METHODS:
        assert wmi[V2].invoke(target, method, arguments).return_value == 1, method
    assert wmi.host.gaps.counts("wmi") == {}


@pytest.mark.parametrize("class_name", ["Msvm_LANEndpoint", "Msvm_NumaNode", "Msvm_VLANEndpoint"])
def test_endpoints_and_nodes_have_no_other_state(wmi, class_name):
    target = wmi[V2].instances(class_name)[0]
    assert wmi[V2].invoke(target, "RequestStateChange", {"RequestedState": 3}).return_value == 1


@pytest.mark.parametrize(
    ("release", "namespace"),
    [("2012", "root/virtualization"), ("2012", "root/virtualization/v2"), ("2022", "root/virtualization/v2")],
)
def test_every_view_of_a_class_answers_the_same_methods(make_wmi, release, namespace):
    """A host's own disk answers what that of a virtual machine answers: both are Msvm_DiskDrive."""
    found = make_wmi(release)[namespace]
    lacking = []
    for name in found.schema.names():
        declaration = found.schema.find(name)
        views = found.exact_views(declaration)
        for method in (each.name for each in declaration.methods):
            answers = [view.method(method) is not None for view in views]
            if any(answers) and not all(answers):
                lacking.append(f"{name}.{method}")
    assert lacking == []
