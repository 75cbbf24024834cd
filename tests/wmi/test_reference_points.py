"""Backups through WMI: recovery snapshots, reference points, change tracking, and those of collections."""

from __future__ import annotations

import pytest

from tests.wmi.conftest import V2

SNAPSHOTS = "Msvm_VirtualSystemSnapshotService"
POINTS = "Msvm_VirtualSystemReferencePointService"
POINT = "Msvm_VirtualSystemReferencePoint"
COLLECTION_SNAPSHOTS = "Msvm_CollectionSnapshotService"
COLLECTION_POINTS = "Msvm_CollectionReferencePointService"
MEGABYTE = 1 << 20


def call(wmi, service, method, **arguments):
    target = wmi[V2].resolve(service, {"CreationClassName": service})
    return wmi[V2].invoke(target, method, arguments)


def done(wmi, result):
    """The job of a call, ended well."""
    assert result.return_value == 4096, result
    wmi.advance(10)
    job = wmi[V2].find(result.out["Job"])
    assert job.value("JobState") == 7, job.value("ErrorDescription")
    return job


def only(wmi, class_name):
    (found,) = wmi[V2].instances(class_name)
    return found


@pytest.fixture
def vm(wmi):
    """The machine `two` with a disk, in a group."""
    host = wmi.host
    host.virtual_disks.create("D:\\two.vhdx", size=1 << 30)
    wmi.advance(2)
    wmi.two.devices.add_hard_disk_drive("D:\\two.vhdx")
    host.virtual_machine_groups.create("tier", 0).add(wmi.two)
    return wmi.two


def write(vm, megabyte):
    vm.hard_disk_drives[0].virtual_disk.write(megabyte * MEGABYTE, MEGABYTE)


def changes(wmi, vm, tracking_id, path=None):
    answer = call(
        wmi,
        "Msvm_ImageManagementService",
        "GetVirtualDiskChanges",
        Path=path or vm.hard_disk_drives[0].path,
        LimitId=tracking_id,
        TargetSnapshotId=None,
        ByteOffset=0,
        ByteLength=1 << 30,
    )
    return [each // MEGABYTE for each in answer.out["ChangedByteOffsets"] or []]


def test_a_recovery_snapshot_is_converted_and_tells_what_changed(wmi, vm):
    settings = wmi.embedded("Msvm_VirtualSystemSnapshotSettingData", {"ConsistencyLevel": 2})
    machine = wmi.machine(vm).path
    done(
        wmi,
        call(
            wmi,
            SNAPSHOTS,
            "CreateSnapshot",
            AffectedSystem=machine,
            SnapshotType=32768,
            SnapshotSettings=settings,
        ),
    )
    (snapshot,) = [
        each
        for each in wmi[V2].instances("Msvm_VirtualSystemSettingData")
        if each.value("VirtualSystemType") == "Microsoft:Hyper-V:Snapshot:Recovery"
    ]
    write(vm, 3)
    job = done(
        wmi,
        call(
            wmi,
            SNAPSHOTS,
            "ConvertToReferencePoint",
            AffectedSnapshot=str(snapshot.path),
            ReferencePointSettings="",
        ),
    )
    assert job.value("JobType") == 200
    point = only(wmi, POINT)
    assert (point.value("ReferencePointType"), point.value("ConsistencyLevel")) == (2, 2)
    assert point.value("HasAssociatedData") is False
    (tracking,) = point.value("ResilientChangeTrackingIdentifiers")
    (disk,) = point.value("VirtualDiskIdentifiers")
    assert wmi[V2].resolve("Msvm_StorageAllocationSettingData", {"InstanceID": disk})
    assert changes(wmi, vm, tracking) == [3]
    assert [each.path for each in wmi[V2].associators(machine, "Msvm_ReferencePointOfVirtualSystem")] == [
        point.path
    ]
    assert wmi.machine(vm).value("LastSuccessfulBackupTime") is not None
    assert changes(wmi, vm, "rctX:nothing") == []


def test_points_are_made_exported_known_again_and_deleted(wmi, vm):
    machine = wmi.machine(vm).path
    settings = wmi.embedded("Msvm_VirtualSystemReferencePointSettingData", {"ConsistencyLevel": 1})
    made = call(
        wmi,
        POINTS,
        "CreateReferencePoint",
        AffectedSystem=machine,
        ReferencePointSettings=settings,
        ReferencePointType=1,
    )
    assert done(wmi, made).value("JobType") == 201
    base = only(wmi, POINT)
    assert base.value("HasAssociatedData") is True
    assert base.value("ResilientChangeTrackingIdentifiers") == []
    write(vm, 2)
    done(
        wmi,
        call(
            wmi,
            POINTS,
            "CreateReferencePoint",
            AffectedSystem=machine,
            ReferencePointSettings="",
            ReferencePointType=2,
        ),
    )
    point = next(each for each in wmi[V2].instances(POINT) if each.value("ReferencePointType") == 2)
    wanted = wmi.embedded(
        "Msvm_VirtualSystemReferencePointExportSettingData",
        {"BaseReferencePoint": str(base.path), "DisksToExport": ["D:\\two.vhdx"]},
    )
    exported = done(
        wmi,
        call(
            wmi,
            POINTS,
            "ExportReferencePoint",
            ReferencePoint=str(point.path),
            ExportDirectory="D:\\Out",
            ExportSettingData=wanted,
        ),
    )
    assert exported.declaration.name == "Msvm_VirtualSystemReferencePointExportJob"
    assert exported.value("VirtualMachineId") == vm.id
    assert exported.value("ExportDirectory") == "D:\\Out"
    (log,) = exported.value("ExportedLogFilePaths")
    assert wmi.host.filesystem.entry(log).size == MEGABYTE
    done(wmi, call(wmi, POINTS, "RemoveAssociatedData", AffectedReferencePoint=str(base.path)))
    assert wmi[V2].find(base.path).value("HasAssociatedData") is False
    done(wmi, call(wmi, POINTS, "DestroyReferencePoint", AffectedReferencePoint=str(point.path)))
    done(
        wmi,
        call(
            wmi,
            POINTS,
            "ImportReferencePointMetadata",
            AffectedSystem=machine,
            ConfigFilePath=exported.value("ExportedConfigFilePath"),
            RuntimeStateFilePath=exported.value("ExportedRuntimeFilePath"),
        ),
    )
    assert wmi[V2].find(point.path).value("ReferencePointType") == 2


@pytest.mark.parametrize("kind", [None, 0, 3])
def test_a_type_that_is_none_is_refused(wmi, vm, kind):
    result = call(
        wmi,
        POINTS,
        "CreateReferencePoint",
        AffectedSystem=wmi.machine(vm).path,
        ReferencePointSettings="",
        ReferencePointType=kind,
    )
    assert result.return_value == 32773


def test_snapshots_of_a_collection_become_its_reference_points(wmi, vm):
    group = only(wmi, "Msvm_VirtualSystemCollection")
    job = done(
        wmi,
        call(
            wmi,
            COLLECTION_SNAPSHOTS,
            "CreateSnapshot",
            Collection=str(group.path),
            SnapshotSettings="",
            SnapshotType=2,
        ),
    )
    assert job.value("JobType") == 198
    snapshots = only(wmi, "Msvm_SnapshotCollection")
    (member,) = wmi[V2].associators(snapshots.path, "Msvm_CollectedSnapshots")
    assert member.value("VirtualSystemIdentifier") == vm.id
    assert [
        each.path for each in wmi[V2].associators(group.path, "Msvm_SnapshotOfVirtualSystemCollection")
    ] == [snapshots.path]
    done(
        wmi,
        call(
            wmi,
            COLLECTION_SNAPSHOTS,
            "ConvertToReferencePoint",
            AffectedSnapshotCollection=str(snapshots.path),
        ),
    )
    assert not list(wmi[V2].instances("Msvm_SnapshotCollection"))
    points = only(wmi, "Msvm_ReferencePointCollection")
    assert (points.value("ReferencePointType"), points.value("ConsistencyLevel")) == (2, 2)
    assert [each.path for each in wmi[V2].associators(points.path, "Msvm_CollectedReferencePoints")] == [
        only(wmi, POINT).path
    ]
    (owner,) = wmi[V2].associators(points.path, "Msvm_ReferencePointOfVirtualSystemCollection")
    assert owner.path == group.path
    exported = done(
        wmi,
        call(
            wmi,
            COLLECTION_POINTS,
            "ExportReferencePoint",
            ReferencePointCollection=str(points.path),
            ExportDirectory="D:\\Out",
            ExportSettingData="",
        ),
    )
    assert exported.declaration.name == "Msvm_CollectionReferencePointExportJob"
    assert exported.value("VirtualMachineId") == [vm.id]
    assert exported.value("CollectionId") == group.value("CollectionID")
    (disk,) = only(wmi, POINT).value("VirtualDiskIdentifiers")
    for machine, disks, logs in (
        (vm.id, [disk], 1),
        (vm.id, [], 0),
        (vm.id, ["nothing"], None),
        ("x", [], None),
    ):
        row = wmi.embedded(
            "Msvm_VirtualMachineToDisks", {"VirtualMachineId": machine, "DisksToExport": disks}
        )
        single = call(
            wmi,
            COLLECTION_POINTS,
            "ExportReferencePoint",
            ReferencePointCollection=str(points.path),
            ExportDirectory=f"D:\\Single{logs}",
            ExportSettingData=wmi.embedded(
                "Msvm_CollectionReferencePointExportSettingData", {"VirtualMachinesToDisksToExport": [row]}
            ),
        )
        if logs is None:
            assert single.return_value == 32773
        else:
            assert len(done(wmi, single).value("ExportedLogFilePaths") or []) == logs
    done(
        wmi,
        call(
            wmi,
            COLLECTION_POINTS,
            "DestroyReferencePoint",
            AffectedReferencePointCollection=str(points.path),
        ),
    )
    assert not list(wmi[V2].instances(POINT))


@pytest.mark.usefixtures("vm")
def test_points_of_a_collection_with_logs(wmi):
    group = only(wmi, "Msvm_VirtualSystemCollection")
    settings = wmi.embedded("Msvm_CollectionReferencePointSettingData", {"ConsistencyLevel": 2})
    done(
        wmi,
        call(
            wmi,
            COLLECTION_POINTS,
            "CreateReferencePoint",
            Collection=str(group.path),
            ReferencePointSettings=settings,
            ReferencePointType=1,
        ),
    )
    points = only(wmi, "Msvm_ReferencePointCollection")
    assert (points.value("HasAssociatedLog"), points.value("ConsistencyLevel")) == (True, 1)
    remove = {"AffectedReferencePointCollection": str(points.path)}
    done(wmi, call(wmi, COLLECTION_POINTS, "RemoveAssociatedData", **remove))
    assert only(wmi, "Msvm_ReferencePointCollection").value("HasAssociatedLog") is False


def test_a_snapshot_of_a_collection_is_exported_applied_and_destroyed(wmi, vm):
    group = only(wmi, "Msvm_VirtualSystemCollection")
    settings = {"Collection": str(group.path), "SnapshotSettings": "", "SnapshotType": 1}
    done(wmi, call(wmi, COLLECTION_SNAPSHOTS, "CreateSnapshot", **settings))
    path = str(only(wmi, "Msvm_SnapshotCollection").path)
    given = wmi.embedded("Msvm_CollectionSnapshotExportSettingData", {"CopyVmStorage": False})
    done(
        wmi,
        call(
            wmi,
            COLLECTION_SNAPSHOTS,
            "ExportSnapshot",
            SnapshotCollection=path,
            ExportDirectory="D:\\Out",
            ExportSettingData=given,
        ),
    )
    assert wmi.host.filesystem.exists("D:\\Out\\two\\Virtual Machines")
    done(wmi, call(wmi, COLLECTION_SNAPSHOTS, "ApplySnapshot", SnapshotCollection=path))
    done(wmi, call(wmi, COLLECTION_SNAPSHOTS, "DestroySnapshot", AffectedSnapshotCollection=path))
    assert not vm.checkpoints


def test_the_backup_service_of_a_guest(wmi):
    service = next(
        each for each in wmi[V2].instances("Msvm_VssService") if each.value("SystemName") == wmi.one.id
    )
    (component,) = wmi[V2].associators(service.path, "Msvm_ServiceOfVssComponent")
    assert component.declaration.name == "Msvm_VssComponent"
    result = wmi[V2].invoke(service, "QueryGuestClusterInformation", {})
    assert (result.return_value, result.out["GuestClusterInformation"]) == (0, None)
    other = next(
        each for each in wmi[V2].instances("Msvm_VssService") if each.value("SystemName") == wmi.two.id
    )
    assert wmi[V2].invoke(other, "QueryGuestClusterInformation", {}).return_value == 32775
