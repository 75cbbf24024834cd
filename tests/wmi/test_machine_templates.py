"""Machines that are made like another one: DefineSystem, DefinePlannedSystem and DefineVirtualSystem with a
reference to settings."""

import pytest

from emulator.host import SwitchKind, VirtualMachine
from emulator.host.errors import HostError
from tests.wmi.conftest import V2

V1 = "root/virtualization"
SETTINGS = "Msvm_VirtualSystemSettingData"
INFORMATION = "AdditionalRecoveryInformation"


@pytest.fixture
def template(wmi):
    """A machine with much that is not the default."""
    host = wmi.host
    vm = host.virtual_machines.create("template", memory=1 << 30, processors=2, notes="kept")
    host.virtual_disks.create("C:\\template.vhdx", size=1 << 30)
    wmi.advance(60)
    vm.devices.add_hard_disk_drive("C:\\template.vhdx")
    vm.devices.add_network_adapter("nic").connect(host.virtual_switches.create("LAN9", SwitchKind.PRIVATE))
    vm.configure(automatic_start_delay=90, additional_recovery_information="<a/>")
    return vm


def reference(vm):
    return f'{SETTINGS}.InstanceID="Microsoft:{vm.id}"'


def made(wmi, result, parameter="ResultingSystem"):
    assert result.return_value == 0
    return wmi.host.virtual_machines[dict(result.out[parameter].keys)["Name"]]


def check_like(vm, template):
    assert vm.id != template.id
    assert (vm.processor.count, vm.memory.startup, vm.automatic_start_delay) == (2, 1 << 30, 90)
    assert [drive.path for drive in vm.hard_disk_drives] == ["C:\\template.vhdx"]
    assert [adapter.switch.name for adapter in vm.network_adapters] == ["LAN9"]
    assert vm.state.name == "OFF"
    assert not list(vm.checkpoints)


def test_a_machine_is_made_of_the_settings_of_another_one(wmi, template):
    vm = made(wmi, wmi.manage("DefineSystem", ReferenceConfiguration=reference(template)))
    check_like(vm, template)
    assert (vm.name, vm.notes) == ("New Virtual Machine", "kept")
    settings = wmi[V2].resolve(SETTINGS, {"InstanceID": f"Microsoft:{vm.id}"})
    assert settings.value(INFORMATION) == "<a/>"
    vm.start()
    wmi.advance(30)
    refused = None
    try:
        job = template.start()
        wmi.advance(30)
        refused = job.error
    except HostError as error:
        refused = error
    assert vm.state.name == "RUNNING"
    assert refused is not None, "the one disk is in use"


def test_what_is_stated_goes_before_the_template(wmi, template):
    settings = wmi.embedded(SETTINGS, {"ElementName": "own", INFORMATION: "mine"})
    call = {"SystemSettings": settings, "ReferenceConfiguration": reference(template)}
    vm = made(wmi, wmi.manage("DefineSystem", **call))
    check_like(vm, template)
    assert (vm.name, vm.additional_recovery_information) == ("own", "mine")
    assert template.additional_recovery_information == "<a/>"
    other = wmi.embedded(SETTINGS, {"VirtualSystemSubType": "Microsoft:Hyper-V:SubType:2"})
    before = len(wmi.host.virtual_machines)
    refused = wmi.manage("DefineSystem", SystemSettings=other, ReferenceConfiguration=reference(template))
    assert refused.return_value == 32773
    assert len(wmi.host.virtual_machines) == before


def test_a_checkpoint_is_a_template_too(wmi, template):
    wmi.host.checkpoints.create(template)
    wmi.advance(60)
    (checkpoint,) = template.checkpoints
    template.processor.configure(count=1)
    vm = made(wmi, wmi.manage("DefineSystem", ReferenceConfiguration=reference(checkpoint)))
    check_like(vm, template)
    assert isinstance(vm, VirtualMachine)


def test_a_machine_is_planned_like_another_one(wmi, template):
    result = wmi.manage("DefinePlannedSystem", ReferenceConfiguration=reference(template))
    assert result.return_value == 0
    (planned,) = wmi.host.planned_machines
    assert (planned.processor.count, planned.name) == (2, "New Virtual Machine")
    assert [drive.path for drive in planned.hard_disk_drives] == ["C:\\template.vhdx"]


def test_the_older_namespace_makes_one_of_a_source_setting(make_wmi):
    wmi = make_wmi("2012")
    source = wmi.one
    settings = wmi.embedded(
        "Msvm_VirtualSystemGlobalSettingData", {"ElementName": "copy", INFORMATION: "later"}, V1
    )
    result = wmi.manage(
        "DefineVirtualSystem", V1, SystemSettingData=settings, SourceSetting=reference(source)
    )
    vm = made(wmi, result, "DefinedSystem")
    assert (vm.name, vm.processor.count, vm.memory.startup) == (
        "copy",
        source.processor.count,
        source.memory.startup,
    )
    shown = wmi[V1].resolve(
        "Msvm_VirtualSystemGlobalSettingData", {"InstanceID": f"Microsoft:{vm.id}\\Global"}
    )
    assert shown.value(INFORMATION) == "later"
    assert wmi.service.host.gaps.counts("wmi") == {}
