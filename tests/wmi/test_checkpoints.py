"""Checkpoints as both namespaces show them."""

import pytest

from emulator.host import InstalledSystem

V1, V2 = "root/virtualization", "root/virtualization/v2"
SERVICE = "Msvm_VirtualSystemSnapshotService"
SETTINGS = "Msvm_VirtualSystemSettingData"
COMPONENT = "Msvm_VirtualSystemSettingDataComponent"


def snapshots(wmi, method, **arguments):
    service = wmi[V2].resolve(SERVICE, {"CreationClassName": SERVICE})
    return wmi[V2].invoke(service, method, arguments)


def take(wmi, vm=None, **arguments):
    vm = vm or wmi.one
    result = snapshots(
        wmi, "CreateSnapshot", AffectedSystem=wmi.machine(vm).path, SnapshotType=2, **arguments
    )
    assert (result.return_value, result.out["ResultingSnapshot"]) == (4096, None)
    job = wmi[V2].find(result.out["Job"])
    wmi.advance(30)
    assert job.value("JobState") == 7, job.value("ErrorDescription")
    return wmi[V2].resolve(SETTINGS, {"InstanceID": f"Microsoft:{vm.checkpoints[-1].id}"})


def done(wmi, result, namespace=V2):
    assert result.return_value == 4096
    wmi.advance(30)
    job = wmi[namespace].find(result.out["Job"])
    assert job.value("JobState") == 7, job.value("ErrorDescription")
    return job


def associated(wmi, path, association, result_class=None):
    return [each.path for each in wmi[V2].associators(path, association, result_class)]


def test_a_checkpoint_is_a_row_of_settings_with_those_of_all_devices(wmi):
    snapshot = take(wmi)
    (checkpoint,) = wmi.one.checkpoints
    current = wmi[V2].resolve(SETTINGS, {"InstanceID": f"Microsoft:{wmi.one.id}"})
    assert snapshot.value("VirtualSystemType") == "Microsoft:Hyper-V:Snapshot:Realized"
    assert (snapshot.value("VirtualSystemIdentifier"), snapshot.value("ConfigurationID")) == (
        wmi.one.id,
        checkpoint.id,
    )
    assert snapshot.value("BIOSGUID") == current.value("BIOSGUID")
    assert (current.value("Parent"), snapshot.value("Parent")) == (str(snapshot.path), None)
    own, theirs = (wmi[V2].associators(each.path, COMPONENT) for each in (current, snapshot))
    assert [each.declaration.name for each in own] == [each.declaration.name for each in theirs]
    assert {each.value("InstanceID")[:46] for each in theirs} == {f"Microsoft:{checkpoint.id}"}
    tails = [[each.value("InstanceID")[46:] for each in found] for found in (own, theirs)]
    assert tails[0] == tails[1]
    files = [
        each.value("HostResource") for each in theirs if each.declaration.name.startswith("Msvm_StorageA")
    ]
    assert files == [["D:\\VMs\\one.vhd"]]
    # Each of them is found by its own path, and leads back to the checkpoint and nowhere else.
    for each in theirs:
        assert wmi[V2].find(each.path).path == each.path
        assert associated(wmi, each.path, COMPONENT) == [snapshot.path]
        assert associated(wmi, each.path, "Msvm_SettingsDefineState") == []


def test_the_tree_is_shown_by_associations_both_ways(wmi):
    first = take(wmi)
    second = take(wmi)
    machine = wmi.machine(wmi.one).path
    current = wmi[V2].resolve(SETTINGS, {"InstanceID": f"Microsoft:{wmi.one.id}"}).path
    assert associated(wmi, machine, "Msvm_SnapshotOfVirtualSystem") == [first.path, second.path]
    assert associated(wmi, first.path, "Msvm_SnapshotOfVirtualSystem") == [machine]
    assert associated(wmi, machine, "Msvm_MostCurrentSnapshotInBranch") == [second.path]
    assert associated(wmi, first.path, "Msvm_MostCurrentSnapshotInBranch") == []
    assert associated(wmi, first.path, "Msvm_ParentChildSettingData") == [second.path]
    assert set(map(str, associated(wmi, second.path, "Msvm_ParentChildSettingData"))) == {
        str(first.path),
        str(current),
    }
    assert associated(wmi, machine, "Msvm_LastAppliedSnapshot") == []
    (summary,) = wmi.manage("GetSummaryInformation", SettingData=[current], RequestedInformation=[107]).out[
        "SummaryInformation"
    ]
    assert [each.path for each in summary.value("Snapshots")] == [first.path, second.path]
    for association in (
        "Msvm_SnapshotOfVirtualSystem",
        "Msvm_MostCurrentSnapshotInBranch",
        "Msvm_ParentChildSettingData",
        COMPONENT,
    ):
        for instance in wmi[V2].instances(association):
            for name in ("Antecedent", "Dependent", "GroupComponent", "PartComponent"):
                if instance.declaration.find_property(name) is not None:
                    wmi[V2].find(instance.value(name))


def test_a_query_finds_checkpoints_by_their_type_and_machine(wmi):
    snapshot = take(wmi)
    found = wmi[V2].query(
        "SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemIdentifier = "
        "'11111111-2222-3333-4444-AAAAAAAAAAAA' "
        "AND VirtualSystemType = 'Microsoft:Hyper-V:Snapshot:Realized'"
    )
    assert [each.path for each in found.instances] == [snapshot.path]


def test_a_checkpoint_is_applied_renamed_and_deleted(wmi):
    snapshot = take(wmi)
    wmi.one.configure(notes="later")
    apply = {"Snapshot": snapshot.path}
    assert snapshots(wmi, "ApplySnapshot", **apply).return_value == 32775
    wmi.one.turn_off()
    wmi.advance(30)
    job = done(wmi, snapshots(wmi, "ApplySnapshot", **apply))
    assert (job.value("JobType"), wmi.one.notes, wmi.one.state.name) == (71, "first", "OFF")
    assert associated(wmi, wmi.machine(wmi.one).path, "Msvm_LastAppliedSnapshot") == [snapshot.path]
    text = wmi.embedded(SETTINGS, {"InstanceID": snapshot.value("InstanceID"), "ElementName": "renamed"})
    assert wmi.manage("ModifySystemSettings", SystemSettings=text).return_value == 0
    assert (wmi.one.name, wmi.one.checkpoints[0].name) == ("one", "renamed")
    text = wmi.embedded(SETTINGS, {"InstanceID": snapshot.value("InstanceID"), "AutomaticStartupAction": 4})
    assert wmi.manage("ModifySystemSettings", SystemSettings=text).return_value == 32768
    assert snapshots(wmi, "ClearSnapshotState", SnapshotSettingData=snapshot.path).return_value == 32775
    job = done(wmi, snapshots(wmi, "DestroySnapshot", AffectedSnapshot=snapshot.path))
    assert (job.value("JobType"), wmi.one.checkpoints) == (72, [])
    assert wmi.one.hard_disk_drives[0].path == "D:\\VMs\\one.vhd"
    assert wmi.host.filesystem.audit() == []


def test_a_subtree_is_destroyed_as_a_whole(wmi):
    first = take(wmi)
    take(wmi)
    done(wmi, snapshots(wmi, "DestroySnapshotTree", SnapshotSettingData=first.path))
    assert wmi.one.checkpoints == []


def test_settings_say_what_kind_of_checkpoint(wmi):
    name = "Msvm_VirtualSystemSnapshotSettingData"
    for level, production in ((1, True), (2, False)):
        take(wmi, SnapshotSettings=wmi.embedded(name, {"ConsistencyLevel": level}))
        assert wmi.one.checkpoints[-1].is_production is production
    wmi.one.guest.install(InstalledSystem("Linux", integration_services=False))
    machine = wmi.machine(wmi.one).path
    settings = wmi.embedded(name, {"ConsistencyLevel": 1})
    result = snapshots(
        wmi, "CreateSnapshot", AffectedSystem=machine, SnapshotType=2, SnapshotSettings=settings
    )
    wmi.advance(5)
    assert wmi[V2].find(result.out["Job"]).value("JobState") == 10


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"SnapshotType": 3}, 32773),
        ({"SnapshotType": 32769}, 32773),
        ({"SnapshotType": 2, "SnapshotSettings": "settings"}, 32773),
    ],
)
def test_wrong_arguments_are_refused(wmi, arguments, code):
    facts = dict(arguments)
    if "SnapshotSettings" in facts:
        facts["SnapshotSettings"] = wmi.embedded("Msvm_MemorySettingData", {"VirtualQuantity": 512})
    result = snapshots(wmi, "CreateSnapshot", AffectedSystem=wmi.machine(wmi.one).path, **facts)
    assert (result.return_value, result.out) == (code, {"ResultingSnapshot": None, "Job": None})
    assert wmi.one.checkpoints == []


def test_a_checkpoint_is_no_machine_that_could_be_started_changed_or_destroyed(wmi):
    snapshot = take(wmi)
    assert wmi.manage("DestroySystem", AffectedSystem=snapshot.path).return_value == 32773
    devices = wmi[V2].associators(snapshot.path, COMPONENT, "Msvm_MemorySettingData")
    changed = wmi.embedded(
        "Msvm_MemorySettingData", {"InstanceID": devices[0].value("InstanceID"), "VirtualQuantity": 1024}
    )
    assert wmi.manage("ModifyResourceSettings", ResourceSettings=[changed]).return_value == 32775
    added = wmi.embedded(
        "Msvm_SyntheticEthernetPortSettingData",
        {"ResourceSubType": "Microsoft:Hyper-V:Synthetic Ethernet Port"},
    )
    result = wmi.manage("AddResourceSettings", AffectedConfiguration=snapshot.path, ResourceSettings=[added])
    assert result.return_value == 32773
    assert len(list(wmi[V2].instances("Msvm_ComputerSystem"))) == 3


@pytest.mark.parametrize("release", ["2008R2", "2012"])
def test_the_older_namespace_has_its_own_methods_and_rows(make_wmi, release):
    wmi = make_wmi(release)
    machine = wmi.machine(wmi.one, V1)
    result = wmi.manage("CreateVirtualSystemSnapshot", V1, SourceSystem=machine.path)
    assert (result.return_value, result.out["SnapshotSettingData"]) == (4096, None)
    assert wmi.machine(wmi.one, V1).value("EnabledState") == 32771
    done(wmi, result, V1)
    (checkpoint,) = wmi.one.checkpoints
    snapshot = wmi[V1].resolve(SETTINGS, {"InstanceID": f"Microsoft:{checkpoint.id}"})
    assert (snapshot.value("SettingType"), snapshot.value("SystemName")) == (5, wmi.one.id)
    found = wmi[V1].associators(machine.path, "Msvm_ElementSettingData", SETTINGS)
    assert [each.path for each in found] == [snapshot.path]
    parts = wmi[V1].associators(snapshot.path, COMPONENT)
    assert {each.value("InstanceID")[:46] for each in parts} == {f"Microsoft:{checkpoint.id}"}
    names = {"InstanceID": snapshot.value("InstanceID"), "ElementName": "renamed"}
    text = wmi.embedded(SETTINGS, names, V1)
    result = wmi.manage("ModifyVirtualSystem", V1, ComputerSystem=machine.path, SystemSettingData=text)
    assert (result.return_value, checkpoint.name, wmi.one.name) == (0, "renamed", "one")
    wmi.one.turn_off()
    wmi.advance(30)
    both = {"ComputerSystem": machine.path, "SnapshotSettingData": snapshot.path}
    other = {**both, "ComputerSystem": wmi.machine(wmi.two, V1).path}
    assert wmi.manage("ApplyVirtualSystemSnapshot", V1, **other).return_value == 32773
    done(wmi, wmi.manage("ApplyVirtualSystemSnapshotEx", V1, **both), V1)
    previous = wmi[V1].associators(machine.path, "Msvm_PreviousSettingData")
    assert [each.path for each in previous] == [snapshot.path]
    if wmi.one.state.name == "SAVED":
        wmi.one.turn_off()
        wmi.advance(30)
    assert wmi.manage("ApplyVirtualSystemSnapshot", V1, **both).return_value == 0
    assert (wmi.one.job, wmi.one.last_applied) == (None, checkpoint)
    path = {"SnapshotSettingData": snapshot.path}
    method = "RemoveVirtualSystemSnapshot" if release == "2012" else "RemoveVirtualSystemSnapshotTree"
    wmi.one.turn_off() if wmi.one.state.name == "SAVED" else None
    wmi.advance(30)
    done(wmi, wmi.manage(method, V1, **path), V1)
    assert wmi.one.checkpoints == []
    assert wmi.one.hard_disk_drives[0].path == "D:\\VMs\\one.vhd"
