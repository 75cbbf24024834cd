"""Export, planned systems and import through Msvm_VirtualSystemManagementService."""

import pytest
from lxml import etree

from emulator.host import VirtualMachineState as State

V2 = "root/virtualization/v2"
EXPORT = "Msvm_VirtualSystemExportSettingData"
SETTINGS = "Msvm_VirtualSystemSettingData"
WHOLE = {"CopyVmStorage": True, "CopyVmRuntimeInformation": True, "CreateVmExportSubdirectory": True}


def export(wmi, vm, **settings) -> str:
    answer = wmi.manage(
        "ExportSystemDefinition",
        ComputerSystem=wmi.machine(vm).path,
        ExportDirectory="D:\\Out",
        ExportSettingData=wmi.embedded(EXPORT, {**WHOLE, **settings}),
    )
    assert answer.return_value == 4096
    job = wmi[V2].find(answer.out["Job"])
    assert (job.value("JobType"), job.value("Caption")) == (62, "Exporting Virtual Machine")
    wmi.advance(600)
    return f"D:\\Out\\{vm.name}\\Virtual Machines\\{vm.id}.vmcx"


def plan(wmi, path: str, *, new: bool = True):
    answer = wmi.manage(
        "ImportSystemDefinition",
        SystemDefinitionFile=path,
        SnapshotFolder="",
        GenerateNewSystemIdentifier=new,
    )
    assert answer.return_value == 0
    return wmi[V2].find(answer.out["ImportedSystem"])


def settings_of(wmi, planned):
    return next(iter(wmi[V2].associators(str(planned.path), "Msvm_SettingsDefineState", SETTINGS)))


def test_an_export_is_planned_changed_validated_and_realized(wmi):
    planned = plan(wmi, export(wmi, wmi.two))
    assert planned.declaration.name == "Msvm_PlannedComputerSystem"
    assert (planned.value("ElementName"), planned.value("EnabledState")) == ("two", 3)
    settings = settings_of(wmi, planned)
    assert settings.value("VirtualSystemType") == "Microsoft:Hyper-V:System:Planned"
    assert settings.value("ConfigurationDataRoot") == "D:\\Out\\two"
    changed = wmi.embedded(
        SETTINGS,
        {
            "InstanceID": settings.value("InstanceID"),
            "ElementName": "three",
            "ConfigurationDataRoot": "D:\\New",
            "SnapshotDataRoot": "D:\\New",
        },
    )
    assert wmi.manage("ModifySystemSettings", SystemSettings=changed).return_value == 0
    validated = wmi.manage("ValidatePlannedSystem", PlannedSystem=planned.path)
    assert validated.return_value == 4096
    wmi.advance(1)
    assert wmi[V2].find(validated.out["Job"]).value("JobState") == 7
    realized = wmi.manage("RealizePlannedSystem", PlannedSystem=planned.path)
    wmi.advance(1)
    job = wmi[V2].find(realized.out["Job"])
    affected = list(wmi[V2].associators(str(job.path), "Msvm_AffectedJobElement"))
    assert [each.value("ElementName") for each in affected] == ["three"]
    assert affected[0].declaration.name == "Msvm_ComputerSystem"
    assert wmi.host.filesystem.exists(f"D:\\New\\Virtual Machines\\{affected[0].value('Name')}.vmcx")
    assert list(wmi[V2].instances("Msvm_PlannedComputerSystem")) == []


def test_parts_of_a_planned_system_are_found_and_changed(wmi):
    planned = plan(wmi, export(wmi, wmi.one))
    settings = settings_of(wmi, planned)
    parts = list(wmi[V2].associators(str(settings.path), "Msvm_VirtualSystemSettingDataComponent"))
    memory = next(each for each in parts if each.declaration.name == "Msvm_MemorySettingData")
    back = list(wmi[V2].associators(str(memory.path), "Msvm_VirtualSystemSettingDataComponent"))
    assert [each.value("InstanceID") for each in back] == [settings.value("InstanceID")]
    assert back[0].value("VirtualSystemType") == "Microsoft:Hyper-V:System:Planned"
    changed = wmi.embedded(
        "Msvm_MemorySettingData", {"InstanceID": memory.value("InstanceID"), "VirtualQuantity": 1024}
    )
    assert wmi.manage("ModifyResourceSettings", ResourceSettings=[changed]).return_value == 0
    assert wmi[V2].find(memory.path).value("VirtualQuantity") == 1024
    connection = next(
        each for each in parts if each.declaration.name == "Msvm_EthernetPortAllocationSettingData"
    )
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[connection.path]).return_value == 0


def test_what_does_not_fit_is_in_the_errors_of_the_job(wmi):
    path = export(wmi, wmi.one)
    planned = plan(wmi, path)
    wmi.host.filesystem.remove("D:\\Out\\one\\Virtual Hard Disks\\one.vhd")
    answer = wmi.manage("ValidatePlannedSystem", PlannedSystem=planned.path)
    wmi.advance(1)
    job = wmi[V2].find(answer.out["Job"])
    assert (job.value("JobState"), job.value("ErrorCode")) == (10, 32784)
    errors = wmi[V2].invoke(job, "GetErrorEx", {}).out["Errors"]
    values = {
        each.get("NAME"): each.findtext("VALUE")
        for each in etree.fromstring(errors[0].encode()).iter("PROPERTY")
    }
    assert values["MessageID"] == "40010"
    assert "one.vhd" in values["Message"]


def test_a_planned_system_is_destroyed_at_once_and_has_no_state(wmi):
    planned = plan(wmi, export(wmi, wmi.two))
    assert wmi[V2].invoke(planned, "RequestStateChange", {"RequestedState": 2}).return_value == 32775
    assert wmi.manage("DestroySystem", AffectedSystem=planned.path).return_value == 0
    assert list(wmi[V2].instances("Msvm_PlannedComputerSystem")) == []


def test_a_planned_system_is_defined_from_settings(wmi):
    answer = wmi.manage(
        "DefinePlannedSystem",
        SystemSettings=wmi.embedded(
            SETTINGS, {"ElementName": "plan", "VirtualSystemSubType": "Microsoft:Hyper-V:SubType:2"}
        ),
        ResourceSettings=[],
    )
    assert answer.return_value == 0
    planned = wmi.host.planned_machines.get(dict(answer.out["ResultingSystem"].keys)["Name"])
    assert (planned.name, planned.generation) == ("plan", 2)


def test_snapshots_are_imported_with_their_machine(wmi):
    vm = wmi.two
    wmi.host.checkpoints.create(vm, "before")
    wmi.advance(10)
    path = export(wmi, vm)
    planned = plan(wmi, path)
    answer = wmi.manage(
        "ImportSnapshotDefinitions", PlannedSystem=planned.path, SnapshotFolder="D:\\Out\\two\\Snapshots"
    )
    assert answer.return_value == 0
    found = list(wmi[V2].associators(str(planned.path), "Msvm_SnapshotOfVirtualSystem"))
    assert [each.value("ElementName") for each in found] == ["before"]
    assert len(answer.out["ImportedSnapshots"]) == 1


def test_files_tell_what_machine_they_are_of(wmi):
    path = export(wmi, wmi.two)
    answer = wmi.manage("GetDefinitionFileSummaryInformation", DefinitionFiles=[path])
    assert [each.value("ElementName") for each in answer.out["SummaryInformation"]] == ["two"]


@pytest.mark.parametrize(
    ("method", "arguments", "code"),
    [
        ("ImportSystemDefinition", {"SystemDefinitionFile": "D:\\none.vmcx"}, 32779),
        ("ImportSystemDefinition", {}, 32773),
        ("GetDefinitionFileSummaryInformation", {"DefinitionFiles": []}, 32773),
    ],
)
def test_refusals(wmi, method, arguments, code):
    assert wmi.manage(method, **arguments).return_value == code


def test_one_snapshot_is_exported_by_its_reference(wmi):
    vm = wmi.two
    wmi.host.checkpoints.create(vm, "golden")
    wmi.advance(10)
    snapshot = next(
        iter(wmi[V2].associators(str(wmi.machine(vm).path), "Msvm_SnapshotOfVirtualSystem", SETTINGS))
    )
    path = export(wmi, vm, CopySnapshotConfiguration=2, SnapshotVirtualSystem=str(snapshot.path))
    assert plan(wmi, path).value("ElementName") == "golden"


def test_a_version_is_upgraded(wmi):
    vm = wmi.host.virtual_machines.create("old", version="9.0", memory=512 << 20)
    answer = wmi.manage("UpgradeSystemVersion", ComputerSystem=wmi.machine(vm).path)
    assert answer.return_value == 4096
    wmi.advance(1)
    assert vm.version == "10.0"
    assert vm.state is State.OFF


@pytest.mark.parametrize(
    ("target", "code", "version"), [("11.0", 4096, "11.0"), ("8.0", 32773, "9.0"), ("77.0", 32773, "9.0")]
)
def test_a_version_is_upgraded_to_another_than_the_newest(make_wmi, target, code, version):
    wmi = make_wmi("2025")
    vm = wmi.host.virtual_machines.create("old", version="9.0", memory=512 << 20)
    settings = wmi.embedded("Msvm_VirtualSystemUpgradeSettingData", {"TargetVersion": target})
    answer = wmi.manage(
        "UpgradeSystemVersion", ComputerSystem=wmi.machine(vm).path, UpgradeSettingData=settings
    )
    assert answer.return_value == code
    wmi.advance(1)
    assert vm.version == version


def test_a_saved_machine_is_restored_from_its_own_file_only(make_wmi):
    wmi = make_wmi("2025")
    vm = wmi.one

    def restore(path: str) -> int:
        arguments = {"RestoreSettings": path}
        return wmi[V2].invoke(wmi.machine(vm), "RequestCustomRestore", arguments).return_value

    file = vm.files.saved_state
    assert restore(file) == 32775
    vm.save()
    wmi.advance(2)
    assert restore("C:\\none.vmrs") == 32779
    assert restore(wmi.two.files.saved_state) == 32770
    assert restore(file) == 4096
    wmi.advance(2)
    assert vm.state is State.RUNNING


def test_planned_systems_exist_from_2012_on(make_wmi):
    assert make_wmi("2012")[V2].schema.get("Msvm_PlannedComputerSystem") is not None


def test_disks_are_left_out_by_their_settings_and_what_is_not_emulated_says_so(wmi):
    (disk,) = [
        str(each.path)
        for each in wmi.settings(wmi.one, "Msvm_StorageAllocationSettingData")
        if each.value("ResourceSubType") == "Microsoft:Hyper-V:Virtual Hard Disk"
    ]
    export(wmi, wmi.one, ExcludedVirtualHardDisks=[disk])
    assert wmi.host.filesystem.list("D:\\Out\\one\\Virtual Hard Disks") == []
    for wrong, code in (
        ({"ExcludedVirtualHardDisks": ["D:\\nothing.vhdx"]}, 32773),
        # Without CopySnapshotConfiguration 3 the base is ignored (documented); with it, it must be there.
        ({"CopySnapshotConfiguration": 3, "DifferentialBackupBase": "some"}, 32773),
        ({"ExportForLiveMigration": True}, 32770),
    ):
        answer = wmi.manage(
            "ExportSystemDefinition",
            ComputerSystem=wmi.machine(wmi.one).path,
            ExportDirectory="D:\\Other",
            ExportSettingData=wmi.embedded(EXPORT, {**WHOLE, **wrong}),
        )
        assert answer.return_value == code
