"""Defining, changing and destroying machines and their devices through root/virtualization/v2."""

from datetime import timedelta

import pytest

from emulator.cim.errors import InvalidObjectPath, NotFound
from emulator.host import VirtualMachineState as State

V2 = "root/virtualization/v2"
VSSD = "Msvm_VirtualSystemSettingData"
RASD = "Msvm_ResourceAllocationSettingData"
SASD = "Msvm_StorageAllocationSettingData"
PORT = "Msvm_SyntheticEthernetPortSettingData"
CONNECTION = "Msvm_EthernetPortAllocationSettingData"
ONE = "11111111-2222-3333-4444-AAAAAAAAAAAA"
MEBIBYTE = 1 << 20


def setting(name, value):
    """A property as a client writes it that takes every value for text."""
    return f'<PROPERTY NAME="{name}" TYPE="string"><VALUE>{value}</VALUE></PROPERTY>'


def modify_system(wmi, vm, **values):
    text = wmi.embedded(VSSD, {"InstanceID": f"Microsoft:{vm.id}", **values})
    return wmi.manage("ModifySystemSettings", SystemSettings=text)


def modify(wmi, instance, **values):
    text = wmi.embedded(instance.declaration.name, {"InstanceID": instance.value("InstanceID"), **values})
    return wmi.manage("ModifyResourceSettings", ResourceSettings=[text]).return_value


def add(wmi, vm, class_name, **values):
    path = f'{VSSD}.InstanceID="Microsoft:{vm.id}"'
    text = wmi.embedded(class_name, values)
    return wmi.manage("AddResourceSettings", AffectedConfiguration=path, ResourceSettings=[text])


def added(wmi, result):
    assert result.return_value == 0, result
    assert list(result.out) == ["ResultingResourceSettings", "Job"]
    assert result.out["Job"] is None
    (path,) = result.out["ResultingResourceSettings"]
    return wmi[V2].find(path)


# Machines.


def test_defining_a_machine_is_done_at_once_and_everybody_sees_it(wmi):
    settings = wmi.embedded(VSSD, {"ElementName": "new", "Notes": ["a", "b"], "AutomaticStartupAction": 4})
    result = wmi.manage("DefineSystem", SystemSettings=settings)
    assert (result.return_value, list(result.out)) == (0, ["ResultingSystem", "Job"])
    assert result.out["Job"] is None
    machine = wmi[V2].find(result.out["ResultingSystem"])
    assert (machine.value("ElementName"), machine.value("EnabledState")) == ("new", 3)
    (vm,) = wmi.host.virtual_machines.find("new")
    assert (vm.generation, vm.notes, vm.automatic_start_action) == (1, "a\nb", 4)


def test_defining_a_machine_with_devices_and_quantities(wmi):
    result = wmi.manage(
        "DefineSystem",
        SystemSettings=wmi.embedded(
            VSSD, {"ElementName": "new", "VirtualSystemSubType": "Microsoft:Hyper-V:SubType:2"}
        ),
        ResourceSettings=[
            wmi.embedded("Msvm_ProcessorSettingData", {"VirtualQuantity": 4}),
            wmi.embedded("Msvm_MemorySettingData", {"VirtualQuantity": 2048}),
            wmi.embedded(PORT, {"ElementName": "front"}),
        ],
    )
    assert result.return_value == 0
    (vm,) = wmi.host.virtual_machines.find("new")
    assert (vm.generation, vm.processor.count, vm.memory.startup) == (2, 4, 2048 * MEBIBYTE)
    assert [adapter.name for adapter in vm.network_adapters] == ["front"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"VirtualSystemSubType": "Microsoft:Hyper-V:SubType:3"}, 32773),
        ({"Version": "99.0"}, 32770),
        ({"ElementName": "x" * 200}, 32773),
        ({"ConfigurationDataRoot": "Q:\\VMs"}, 32779),
        ({"AutomaticStartupAction": 9}, 32773),
    ],
)
def test_a_machine_that_cannot_be_defined_leaves_nothing_behind(wmi, arguments, code):
    before = len(wmi.host.virtual_machines)
    result = wmi.manage("DefineSystem", SystemSettings=wmi.embedded(VSSD, arguments))
    assert result.return_value == code
    assert result.out == {"ResultingSystem": None, "Job": None}
    assert len(wmi.host.virtual_machines) == before


def test_a_device_that_cannot_be_added_takes_the_new_machine_back(wmi):
    result = wmi.manage(
        "DefineSystem",
        SystemSettings=wmi.embedded(VSSD, {"ElementName": "new"}),
        ResourceSettings=[wmi.embedded("Msvm_ProcessorSettingData", {"VirtualQuantity": 5000})],
    )
    assert result.return_value == 32773
    wmi.advance(5)
    assert wmi.host.virtual_machines.find("new") == []


def test_generation_2_does_not_exist_on_server_2012(make_wmi):
    wmi = make_wmi("2012")
    assert wmi[V2].schema.find(VSSD).find_property("VirtualSystemSubType") is None
    result = wmi.manage("DefineSystem", SystemSettings=wmi.embedded(VSSD, {"ElementName": "new"}))
    assert result.return_value == 0
    assert wmi.host.virtual_machines.find("new")[0].generation == 1


def test_destroying_a_machine_is_a_job(wmi):
    path = wmi.machine(wmi.two).path
    result = wmi.manage("DestroySystem", AffectedSystem=path)
    assert result.return_value == 4096
    job = wmi[V2].find(result.out["Job"])
    assert (job.value("JobType"), job.value("Description")) == (3, "Destroying Virtual Machine")
    wmi.advance(1)
    assert job.value("JobState") == 7
    with pytest.raises(NotFound):
        wmi[V2].find(path)


def test_a_running_machine_cannot_be_destroyed(wmi):
    result = wmi.manage("DestroySystem", AffectedSystem=str(wmi.machine(wmi.one).path))
    assert (result.return_value, result.out) == (32775, {"Job": None})


def test_a_reference_that_names_nothing_is_a_fault_and_no_return_value(wmi):
    unknown = wmi.machine(wmi.one).path.relative.replace("AAAAAAAAAAAA", "CCCCCCCCCCCC")
    with pytest.raises(NotFound):
        wmi.manage("DestroySystem", AffectedSystem=unknown)
    with pytest.raises(InvalidObjectPath):
        wmi.manage("DestroySystem", AffectedSystem="no path at all")


# Settings of the machine as a whole.


def test_changed_settings_are_seen_and_the_others_stay(wmi):
    result = modify_system(
        wmi,
        wmi.one,
        ElementName="renamed",
        AutomaticShutdownAction=4,
        AutomaticStartupActionDelay=timedelta(seconds=90),
        UserSnapshotType=5,
    )
    assert (result.return_value, result.out) == (0, {"Job": None})
    vm = wmi.host.virtual_machines.find("renamed")[0]
    assert (vm.automatic_stop_action, vm.automatic_start_delay, vm.checkpoint_type) == (4, 90, 5)
    assert vm.notes == "first"
    assert wmi.machine(vm).value("ElementName") == "renamed"


def test_an_instance_may_be_sent_back_as_it_was_read(wmi):
    from emulator.cim.cim_xml import format_instance

    settings = wmi[V2].resolve(VSSD, {"InstanceID": f"Microsoft:{wmi.one.id}"})
    assert wmi.manage("ModifySystemSettings", SystemSettings=format_instance(settings)).return_value == 0
    for each in wmi.settings(wmi.two, "CIM_ResourceAllocationSettingData"):
        result = wmi.manage("ModifyResourceSettings", ResourceSettings=[format_instance(each)])
        assert result.return_value == 0, each


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"CreationTime": "later"}, 32768),
        ({"VirtualSystemIdentifier": "11111111-2222-3333-4444-CCCCCCCCCCCC"}, 32768),
        ({"AutomaticStartupAction": 9}, 32773),
        ({"ElementName": "x" * 200}, 32773),
        ({"ElementName": "half", "AutomaticStartupAction": 9}, 32773),
        ({"ElementName": "half", "BIOSNumLock": True, "VirtualSystemIdentifier": "x"}, 32768),
        ({"ElementName": "half", "BootOrder": [0, 0, 1, 2]}, 32773),
    ],
)
def test_settings_that_cannot_be_changed_change_nothing(wmi, values, code):
    if values.get("CreationTime"):
        values = {"CreationTime": wmi.host.clock.now() + timedelta(days=1)}
    assert modify_system(wmi, wmi.two, **values).return_value == code
    assert (wmi.two.name, wmi.two.firmware.num_lock) == ("two", False)


SELDOM = {
    "BIOSGUID": ("{0a1b2c3d-0000-0000-0000-00000000abcd}", "{0A1B2C3D-0000-0000-0000-00000000ABCD}"),
    "BIOSSerialNumber": ("B-1", "B-1"),
    "BaseBoardSerialNumber": ("M-1", "M-1"),
    "ChassisSerialNumber": ("C-1", "C-1"),
    "ChassisAssetTag": ("asset", "asset"),
    "EnhancedSessionTransportType": (1, 1),
    "IncrementalBackupEnabled": (True, True),
    "VirtualNumaEnabled": (False, False),
    "AllowFullSCSICommandSet": (True, True),
    "AllowReducedFcRedundancy": (True, True),
    "DebugChannelId": (7, 7),
    "DebugPort": (5000, 5000),
    "DebugPortEnabled": (1, 1),
}


def test_what_is_seldom_set_is_kept_and_a_checkpoint_brings_it_back(wmi):
    vm = wmi.two
    before = {
        name: wmi[V2].resolve(VSSD, {"InstanceID": f"Microsoft:{vm.id}"}).value(name) for name in SELDOM
    }
    wmi.host.checkpoints.create(vm, "before")
    wmi.advance(30)
    (checkpoint,) = vm.checkpoints

    def shown():
        instance = wmi[V2].resolve(VSSD, {"InstanceID": f"Microsoft:{vm.id}"})
        return {name: instance.value(name) for name in SELDOM}

    assert modify_system(wmi, vm, **{name: given for name, (given, _) in SELDOM.items()}).return_value == 0
    assert shown() == {name: kept for name, (_, kept) in SELDOM.items()}
    wmi.host.checkpoints.apply(checkpoint)
    wmi.advance(30)
    assert shown() == before


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"BIOSGUID": "nonsense"}, 32773),
        ({"BIOSSerialNumber": "x" * 65}, 32773),
        ({"NetworkBootPreferredProtocol": 4097}, 32770),
        ({"EnhancedSessionTransportType": 2}, 32773),
        ({"DebugPort": 65536}, 32773),
        ({"DebugPortEnabled": 3}, 32773),
    ],
)
def test_what_is_seldom_set_has_limits(wmi, values, code):
    assert modify_system(wmi, wmi.two, **values).return_value == code


def test_the_identity_of_a_running_machine_stays(wmi):
    assert modify_system(wmi, wmi.one, ChassisAssetTag="x").return_value == 32775
    assert modify_system(wmi, wmi.one, IncrementalBackupEnabled=True).return_value == 0


def test_firmware_settings_go_back_when_the_rest_is_refused(wmi):
    result = modify_system(wmi, wmi.two, BIOSNumLock=True, AutomaticStartupAction=9)
    assert result.return_value == 32773
    assert wmi.two.firmware.num_lock is False


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<INSTANCE", 32773),
        ('<INSTANCE CLASSNAME="Msvm_Nothing"></INSTANCE>', 32773),
        ('<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"></INSTANCE>', 32773),
        (
            setting("InstanceID", f"Microsoft:{ONE}") + setting("CreationTime", "20240101000000.000000+000"),
            32768,
        ),
        (setting("InstanceID", "Microsoft:11111111-2222-3333-4444-CCCCCCCCCCCC"), 32768),
    ],
)
def test_a_bad_embedded_instance_is_a_return_value(wmi, text, code):
    if text.startswith("<PROPERTY"):
        text = f'<INSTANCE CLASSNAME="{VSSD}">{text}</INSTANCE>'
    assert wmi.manage("ModifySystemSettings", SystemSettings=text).return_value == code


def test_the_form_of_ws_man_is_accepted_too(wmi):
    uri = f"http://schemas.microsoft.com/wbem/wsman/1/wmi/{V2}/{VSSD}"
    text = (
        f'<p:{VSSD} xmlns:p="{uri}"><p:InstanceID>Microsoft:{wmi.one.id}</p:InstanceID>'
        f"<p:ElementName>renamed</p:ElementName></p:{VSSD}>"
    )
    assert wmi.manage("ModifySystemSettings", SystemSettings=text).return_value == 0
    assert len(wmi.host.virtual_machines.find("renamed")) == 1


# Processor and memory.


def test_processor_and_memory_are_changed_by_their_settings(wmi):
    (processor,) = wmi.settings(wmi.two, "Msvm_ProcessorSettingData")
    assert modify(wmi, processor, VirtualQuantity=3, Limit=50_000, Weight=200) == 0
    (memory,) = wmi.settings(wmi.two, "Msvm_MemorySettingData")
    assert modify(wmi, memory, VirtualQuantity=768, DynamicMemoryEnabled=True, Reservation=256) == 0
    vm = wmi.two
    assert (vm.processor.count, vm.processor.maximum, vm.processor.relative_weight) == (3, 50, 200)
    assert (vm.memory.startup, vm.memory.dynamic, vm.memory.minimum) == (768 * MEBIBYTE, True, 256 * MEBIBYTE)


@pytest.mark.parametrize(
    ("class_name", "values", "code"),
    [
        ("Msvm_ProcessorSettingData", {"VirtualQuantity": 0}, 32773),
        ("Msvm_ProcessorSettingData", {"VirtualQuantity": 5000}, 32773),
        ("Msvm_ProcessorSettingData", {"Limit": 100_001}, 32773),
        ("Msvm_ProcessorSettingData", {"ResourceType": 4}, 32768),
        ("Msvm_MemorySettingData", {"VirtualQuantity": 1}, 32773),
        ("Msvm_MemorySettingData", {"VirtualQuantity": 513}, 32773),
        ("Msvm_MemorySettingData", {"Weight": 10_001}, 32773),
    ],
)
def test_quantities_out_of_range_are_refused(wmi, class_name, values, code):
    (instance,) = wmi.settings(wmi.two, class_name)
    assert modify(wmi, instance, **values) == code
    assert (wmi.two.processor.count, wmi.two.memory.startup) == (1, 512 * MEBIBYTE)


def test_the_number_of_processors_of_a_running_machine_stays(wmi):
    (processor,) = wmi.settings(wmi.one, "Msvm_ProcessorSettingData")
    assert modify(wmi, processor, VirtualQuantity=4) == 32775


def test_templates_say_how_much_a_machine_may_have(wmi, make_wmi):
    text = "SELECT * FROM Msvm_ProcessorSettingData WHERE InstanceID LIKE 'Microsoft:Definition%Maximum'"
    assert wmi[V2].query(text).instances[0].value("VirtualQuantity") == 1024
    assert make_wmi("2012")[V2].query(text).instances[0].value("VirtualQuantity") == 64


# Disks.


def controller(wmi, vm, resource_type):
    found = wmi.settings(vm, RASD)
    return next(each for each in found if each.value("ResourceType") == resource_type)


def attach(wmi, vm, parent, path, location="0"):
    """The two steps in which clients attach a disk."""
    drive = added(
        wmi,
        add(
            wmi,
            vm,
            RASD,
            Parent=str(parent.path),
            AddressOnParent=location,
            ResourceType=17,
            ResourceSubType="Microsoft:Hyper-V:Synthetic Disk Drive",
        ),
    )
    return add(
        wmi,
        vm,
        SASD,
        Parent=str(drive.path),
        HostResource=[path],
        ResourceType=31,
        ResourceSubType="Microsoft:Hyper-V:Virtual Hard Disk",
    )


def test_a_disk_is_attached_in_two_steps(wmi):
    wmi.host.virtual_disks.create("D:\\VMs\\two.vhdx", size=10 << 30)
    wmi.advance(5)
    medium = added(wmi, attach(wmi, wmi.two, controller(wmi, wmi.two, 5), "d:\\vms\\TWO.vhdx"))
    assert medium.value("HostResource") == ["D:\\VMs\\two.vhdx"]
    (drive,) = wmi.two.hard_disk_drives
    assert (drive.controller_number, drive.location, drive.path) == (0, 0, "D:\\VMs\\two.vhdx")
    assert wmi[V2].find(medium.value("Parent")).value("ResourceType") == 17


def test_a_scsi_controller_is_added_and_takes_a_disk_while_running(wmi):
    wmi.host.virtual_disks.create("D:\\VMs\\two.vhdx", size=10 << 30)
    scsi = added(
        wmi,
        add(
            wmi,
            wmi.two,
            RASD,
            ResourceType=6,
            ResourceSubType="Microsoft:Hyper-V:Synthetic SCSI Controller",
            VirtualSystemIdentifiers=["{19598f09-2f6c-46de-8a39-a26654ce9a4d}"],
        ),
    )
    assert scsi.value("VirtualSystemIdentifiers") == ["{19598F09-2F6C-46DE-8A39-A26654CE9A4D}"]
    wmi.two.start()
    wmi.advance(5)
    medium = added(wmi, attach(wmi, wmi.two, scsi, "D:\\VMs\\two.vhdx", "7"))
    assert medium.value("InstanceID").endswith("\\0\\7\\L")


def test_a_disk_is_taken_out_again(wmi):
    wmi.one.turn_off()
    wmi.advance(5)
    (medium,) = wmi.settings(wmi.one, SASD)
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[medium.path]).return_value == 0
    (drive,) = wmi.one.hard_disk_drives
    assert drive.path is None
    assert wmi.settings(wmi.one, SASD) == []
    rasd = f'{RASD}.InstanceID="Microsoft:{wmi.one.id}\\\\{drive.setting_id}"'.replace(
        drive.setting_id, drive.setting_id.replace("\\", "\\\\")
    )
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[rasd]).return_value == 0
    assert wmi.one.hard_disk_drives == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"ResourceSubType": "Microsoft:Hyper-V:Synthetic Disk Drive"}, 32773),
        ({"ResourceSubType": "Microsoft:Hyper-V:Synthetic Disk Drive", "Parent": "nonsense"}, 32773),
        ({"ResourceSubType": "Microsoft:Hyper-V:Physical Disk Drive"}, 32773),
        ({}, 32770),
    ],
)
def test_a_device_without_a_place_is_refused(wmi, values, code):
    assert add(wmi, wmi.two, RASD, **values).return_value == code


@pytest.mark.parametrize(
    ("path", "code"), [("D:\\VMs\\missing.vhdx", 32779), ("D:\\VMs\\one.vhd", 32774), ("Z:\\x.vhdx", 32779)]
)
def test_a_file_that_cannot_be_attached_is_refused(wmi, path, code):
    assert attach(wmi, wmi.two, controller(wmi, wmi.two, 5), path).return_value == code
    assert wmi.settings(wmi.two, SASD) == []


def test_devices_of_one_call_are_added_all_or_none(wmi):
    good = wmi.embedded(PORT, {"ElementName": "front"})
    bad = wmi.embedded(RASD, {"ResourceSubType": "Microsoft:Hyper-V:Synthetic Disk Drive"})
    path = f'{VSSD}.InstanceID="Microsoft:{wmi.two.id}"'
    result = wmi.manage("AddResourceSettings", AffectedConfiguration=path, ResourceSettings=[good, bad])
    assert result.return_value == 32773
    assert wmi.two.network_adapters == []


def test_what_every_machine_has_cannot_be_removed(wmi):
    (processor,) = wmi.settings(wmi.two, "Msvm_ProcessorSettingData")
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[processor.path]).return_value == 32770


# Network adapters.


def test_an_adapter_is_added_and_connected_in_two_steps(wmi):
    port = added(
        wmi,
        add(
            wmi,
            wmi.two,
            PORT,
            StaticMacAddress=True,
            Address="00155d000102",
            ResourceType=10,
            ResourceSubType="Microsoft:Hyper-V:Synthetic Ethernet Port",
            VirtualSystemIdentifiers=["{19598f09-2f6c-46de-8a39-a26654ce9a4d}"],
        ),
    )
    assert (port.value("Address"), port.value("StaticMacAddress")) == ("00155D000102", True)
    switch = (
        wmi[V2].query("SELECT * FROM Msvm_VirtualEthernetSwitch WHERE ElementName = 'Private'").instances[0]
    )
    connection = added(
        wmi,
        add(
            wmi,
            wmi.two,
            CONNECTION,
            EnabledState=2,
            HostResource=[str(switch.path).replace("virtualization", "Virtualization")],
            Parent=str(port.path),
            ResourceType=33,
            ResourceSubType="Microsoft:Hyper-V:Ethernet Connection",
        ),
    )
    assert wmi.two.network_adapters[0].switch.name == "Private"
    assert connection.value("HostResource") == [str(switch.path)]
    assert connection.value("Parent") == str(port.path)


def test_an_adapter_is_connected_elsewhere_disconnected_and_removed(wmi):
    (connection,) = wmi.settings(wmi.one, CONNECTION)
    private = wmi.host.virtual_switches.find("Private")[0]
    path = next(
        str(each.path)
        for each in wmi[V2].instances("Msvm_VirtualEthernetSwitch")
        if private.id in str(each.path)
    )
    assert modify(wmi, connection, HostResource=[path]) == 0
    assert wmi.one.network_adapters[0].switch is private
    assert modify(wmi, connection, EnabledState=3) == 0
    assert wmi.one.network_adapters[0].switch is None
    assert modify(wmi, connection, HostResource=["nonsense"]) == 32773
    (port,) = wmi.settings(wmi.two, PORT) or wmi.settings(wmi.one, PORT)
    wmi.one.turn_off()
    wmi.advance(5)
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[str(port.path)]).return_value == 0
    assert wmi.one.network_adapters == []


def test_an_adapter_is_renamed_and_gets_a_static_address(wmi):
    adapter = wmi.two.devices.add_network_adapter()
    (port,) = wmi.settings(wmi.two, PORT)
    assert modify(wmi, port, ElementName="front", Address="00155D0A0B0C", StaticMacAddress=True) == 0
    assert (adapter.name, adapter.mac_address, adapter.dynamic_mac_address) == (
        "front",
        "00155D0A0B0C",
        False,
    )
    assert modify(wmi, port, StaticMacAddress=False) == 0
    assert adapter.dynamic_mac_address is True


# Other devices.


def test_integration_components_are_switched_on_and_off(wmi):
    settings = wmi[V2].resolve(
        "Msvm_VssComponentSettingData",
        {"InstanceID": f"Microsoft:{wmi.one.id}\\5CED1297-4598-4915-A5FC-AD21BB4D02A4"},
    )
    text = wmi.embedded(
        "Msvm_VssComponentSettingData", {"InstanceID": settings.value("InstanceID"), "EnabledState": 3}
    )
    assert wmi.manage("ModifyGuestServiceSettings", GuestServiceSettings=[text]).return_value == 0
    assert settings.value("EnabledState") == 3
    component = wmi[V2].resolve("Msvm_VssComponent", {"SystemName": wmi.one.id})
    assert (component.value("EnabledState"), component.value("OperationalStatus")) == (3, [12])


def test_a_serial_port_is_connected_to_a_pipe(wmi):
    port = wmi.settings(wmi.two, "Msvm_SerialPortSettingData")[1]
    assert modify(wmi, port, Connection=["\\\\.\\pipe\\two"]) == 0
    assert wmi.two.com_ports[1].path == "\\\\.\\pipe\\two"


# Summaries.


def test_a_summary_has_the_requested_parts_and_nothing_else(wmi):
    result = wmi.manage("GetSummaryInformation", RequestedInformation=["0", "1", "100"])
    assert (result.return_value, list(result.out)) == (0, ["SummaryInformation"])
    found = result.out["SummaryInformation"]
    assert [(each.value("ElementName"), each.value("EnabledState")) for each in found] == [
        ("one", 2),
        ("two", 3),
    ]
    assert [each.value("Name") for each in found] == [wmi.one.id, wmi.two.id]
    given = {
        name for name in ("MemoryUsage", "UpTime", "Notes", "NumberOfProcessors") if found[0].value(name)
    }
    assert given == set()


def test_a_summary_of_named_machines(wmi):
    path = f'{VSSD}.InstanceID="Microsoft:{wmi.one.id}"'
    result = wmi.manage(
        "GetSummaryInformation", SettingData=[path], RequestedInformation=[1, 3, 4, 103, 104, 105, 106, 112]
    )
    (found,) = result.out["SummaryInformation"]
    assert (found.value("Notes"), found.value("NumberOfProcessors")) == ("first", 2)
    assert (found.value("MemoryUsage"), found.value("Heartbeat")) == (512, 2)
    assert found.value("GuestOperatingSystem") == "Windows Server 2022 Datacenter"


def test_a_summary_shows_the_running_job(wmi):
    wmi.two.start()
    result = wmi.manage("GetSummaryInformation", RequestedInformation=[0, 108])
    tasks = [each.value("AsynchronousTasks") for each in result.out["SummaryInformation"]]
    assert [len(each) for each in tasks] == [0, 1]
    assert tasks[1][0].value("JobState") == 4
    assert wmi.two.state is State.STARTING


def test_the_time_of_the_last_configuration_change_follows_settings_and_devices(make_wmi):
    for release, namespace in (("2008R2", "root/virtualization"), ("2022", V2)):
        wmi = make_wmi(release, edition="Enterprise" if release == "2008R2" else "Datacenter")
        vm = wmi.two

        def changed(wmi=wmi, vm=vm, namespace=namespace):
            return wmi.machine(vm, namespace).value("TimeOfLastConfigurationChange")

        assert changed() == vm.created
        for change in (
            lambda vm=vm: vm.configure(notes="new"),
            lambda vm=vm: vm.memory.configure(startup=1 << 30),
            lambda vm=vm: vm.devices.add_dvd_drive(),
            lambda vm=vm: vm.network_adapters or vm.devices.add_network_adapter(),
        ):
            wmi.advance(60)
            change()
            assert changed() == wmi.host.clock.now()
        last = changed()
        vm.start()
        wmi.advance(60)
        assert vm.state.name == "RUNNING"
        assert changed() >= last


@pytest.mark.parametrize(
    ("class_name", "values"),
    [
        ("Msvm_MemorySettingData", {"HugePagesEnabled": True}),
        ("Msvm_ProcessorSettingData", {"EnablePerfmonPmu": True, "EnablePerfmonLbr": True}),
        ("Msvm_ProcessorSettingData", {"EnableLegacyApicMode": True, "AllowACountMCount": False}),
        ("Msvm_SerialPortSettingData", {"DebuggerMode": True}),
    ],
)
def test_lesser_settings_of_devices_are_kept(make_wmi, class_name, values):
    wmi = make_wmi("2025")
    setting = wmi.settings(wmi.two, class_name)[0]
    text = wmi.embedded(class_name, {"InstanceID": setting.value("InstanceID"), **values})
    assert wmi.manage("ModifyResourceSettings", ResourceSettings=[text]).return_value == 0
    again = wmi[V2].find(setting.path)
    assert {name: again.value(name) for name in values} == values


def test_huge_pages_and_dynamic_memory_exclude_each_other(wmi):
    (setting,) = wmi.settings(wmi.two, "Msvm_MemorySettingData")
    both = {"HugePagesEnabled": True, "DynamicMemoryEnabled": True}
    text = wmi.embedded("Msvm_MemorySettingData", {"InstanceID": setting.value("InstanceID"), **both})
    assert wmi.manage("ModifyResourceSettings", ResourceSettings=[text]).return_value == 32773
    assert not wmi.two.memory.huge_pages


def test_the_time_until_a_lun_is_lost_is_a_setting_of_the_host(wmi):
    name = "Msvm_VirtualSystemManagementServiceSettingData"
    text = wmi.embedded(name, {"InstanceID": f"Microsoft:{wmi.host.name}", "HbaLunTimeout": 90})
    assert wmi.manage("ModifyServiceSettings", SettingData=text).return_value == 0
    (settings,) = wmi[V2].instances(name)
    assert settings.value("HbaLunTimeout") == 90
