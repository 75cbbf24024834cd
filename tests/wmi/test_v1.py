"""The older namespace: the same machine beneath, with its own names and numbers."""

import pytest

V1, V2 = "root/virtualization", "root/virtualization/v2"
GLOBAL, CURRENT = "Msvm_VirtualSystemGlobalSettingData", "Msvm_VirtualSystemSettingData"


@pytest.fixture(params=["2008R2", "2012"])
def wmi(request, make_wmi):
    return make_wmi(request.param)


def manage(wmi, method, **arguments):
    return wmi.manage(method, V1, **arguments)


def test_a_machine_is_defined_at_once(wmi):
    settings = wmi.embedded(GLOBAL, {"ElementName": "new", "AutomaticStartupAction": 2}, V1)
    result = manage(
        wmi,
        "DefineVirtualSystem",
        SystemSettingData=settings,
        ResourceSettingData=[
            wmi.embedded("Msvm_MemorySettingData", {"VirtualQuantity": 1024}, V1),
            wmi.embedded("Msvm_ProcessorSettingData", {"VirtualQuantity": 2}, V1),
        ],
    )
    assert (result.return_value, list(result.out)) == (0, ["DefinedSystem", "Job"])
    machine = wmi[V1].find(result.out["DefinedSystem"])
    assert (machine.value("ElementName"), machine.value("EnabledState")) == ("new", 3)
    (vm,) = wmi.host.virtual_machines.find("new")
    assert (vm.automatic_start_action, vm.processor.count, vm.memory.startup) == (4, 2, 1 << 30)


def test_a_refused_definition_leaves_nothing_behind(wmi):
    result = manage(
        wmi,
        "DefineVirtualSystem",
        SystemSettingData=wmi.embedded(GLOBAL, {"ElementName": "new"}, V1),
        ResourceSettingData=[wmi.embedded("Msvm_ProcessorSettingData", {"VirtualQuantity": 500}, V1)],
    )
    assert (result.return_value, result.out) == (32773, {"DefinedSystem": None, "Job": None})
    wmi.advance(5)
    assert wmi.host.virtual_machines.find("new") == []


def test_both_settings_of_a_machine_can_be_changed(wmi):
    path = wmi.machine(wmi.two, V1).path
    changes = {"ElementName": "renamed", "AutomaticShutdownAction": 0, "ScopeOfResidence": "lab"}
    result = manage(
        wmi, "ModifyVirtualSystem", ComputerSystem=path, SystemSettingData=wmi.embedded(GLOBAL, changes, V1)
    )
    assert result.return_value == 0
    assert wmi[V1].find(result.out["ModifiedSettingData"]).value("ElementName") == "renamed"
    vm = wmi.host.virtual_machines.find("renamed")[0]
    assert (vm.automatic_stop_action, vm.scope_of_residence) == (2, "lab")
    changes = {"Notes": "text", "BootOrder": [3, 2, 1, 0]}
    result = manage(
        wmi, "ModifyVirtualSystem", ComputerSystem=path, SystemSettingData=wmi.embedded(CURRENT, changes, V1)
    )
    assert result.return_value == 0
    assert (vm.notes, vm.firmware.boot_order) == ("text", (3, 2, 1, 0))


def test_actions_are_counted_from_zero(wmi):
    (settings,) = wmi[V1].associators(wmi.machine(wmi.two, V1).path, "Msvm_ElementSettingData", GLOBAL)
    shown = [settings.value(f"Automatic{kind}Action") for kind in ("Startup", "Shutdown", "Recovery")]
    assert shown == [1, 1, 1]
    assert settings.value("InstanceID") == f"Microsoft:{wmi.two.id}\\Global"
    bad = wmi.embedded(GLOBAL, {"AutomaticStartupAction": 3}, V1)
    path = wmi.machine(wmi.two, V1).path
    assert (
        manage(wmi, "ModifyVirtualSystem", ComputerSystem=path, SystemSettingData=bad).return_value == 32773
    )


def test_processor_and_memory_are_changed(wmi):
    (memory,) = wmi.settings(wmi.two, "Msvm_MemorySettingData", V1)
    text = wmi.embedded(
        "Msvm_MemorySettingData", {"InstanceID": memory.value("InstanceID"), "VirtualQuantity": 640}, V1
    )
    for machine, code in ((wmi.two, 0), (wmi.one, 32773)):
        result = manage(
            wmi,
            "ModifyVirtualSystemResources",
            ComputerSystem=wmi.machine(machine, V1).path,
            ResourceSettingData=[text],
        )
        assert (result.return_value, result.out) == (code, {"Job": None})
    assert wmi.two.memory.startup == 640 << 20


def test_destroying_is_a_job(wmi):
    result = manage(wmi, "DestroyVirtualSystem", ComputerSystem=wmi.machine(wmi.two, V1).path)
    assert result.return_value == 4096
    assert wmi[V1].find(result.out["Job"]).value("JobState") == 4
    wmi.advance(1)
    assert wmi.host.virtual_machines.find("two") == []


def test_summaries_have_the_state_numbers_of_the_namespace(wmi):
    wmi.one.pause()
    wmi.advance(1)
    result = manage(wmi, "GetSummaryInformation", RequestedInformation=[0, 1, 4, 100])
    shown = [
        (each.value("ElementName"), each.value("EnabledState"), each.value("NumberOfProcessors"))
        for each in result.out["SummaryInformation"]
    ]
    assert shown == [("one", 32768, 2), ("two", 3, 1)]


def test_settings_say_what_they_are(wmi):
    (settings,) = wmi[V1].associators(wmi.machine(wmi.one, V1).path, "Msvm_SettingsDefineState")
    assert settings.declaration.name == CURRENT
    assert (settings.value("SettingType"), settings.value("SystemName")) == (3, wmi.one.id)
    assert settings.value("Notes") == "first"
    (memory,) = wmi.settings(wmi.one, "Msvm_MemorySettingData", V1)
    assert (memory.value("AllocationUnits"), memory.value("VirtualQuantity")) == ("MB", 512)


def test_devices_that_are_not_emulated_here_are_refused_and_noted(wmi):
    text = wmi.embedded("Msvm_ResourceAllocationSettingData", {"ResourceType": 22}, V1)
    settings = wmi.embedded(GLOBAL, {"ElementName": "new"}, V1)
    result = manage(wmi, "DefineVirtualSystem", SystemSettingData=settings, ResourceSettingData=[text])
    assert result.return_value == 32770
    assert (
        "root/virtualization:Msvm_ResourceAllocationSettingData.DefineVirtualSystem"
        in wmi.service.host.gaps.counts("wmi")
    )
