"""Defining, changing and destroying machines through root/virtualization/v2."""

from datetime import timedelta

import pytest

from emulator.cim.errors import InvalidObjectPath, NotFound
from emulator.host import VirtualMachineState as State
from tests.wmi.setting_clients import V2, VSSD, modify, modify_system, setting

PORT = "Msvm_SyntheticEthernetPortSettingData"
ONE = "11111111-2222-3333-4444-AAAAAAAAAAAA"
MEBIBYTE = 1 << 20


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
