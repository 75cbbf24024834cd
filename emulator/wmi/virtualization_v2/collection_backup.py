"""Snapshots and reference points of collections of virtual machines (2016 and later)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.cim.instance import ValueInstance
from emulator.host.checkpoints.backup_collections import BackupCollection, PointCollection, SnapshotCollection
from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.checkpoints.reference_points import ConsistencyLevel, ReferencePoint
from emulator.host.errors import InvalidParameter
from emulator.host.resources.virtual_machine_groups import GroupType, VirtualMachineGroup
from emulator.wmi.association import End, Link, Reach
from emulator.wmi.changes import value_of
from emulator.wmi.method import read_embedded
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2 import reaches
from emulator.wmi.virtualization_v2.arguments import group_argument
from emulator.wmi.virtualization_v2.base import ServiceView
from emulator.wmi.virtualization_v2.collections import ManagementCollection, VirtualSystemCollection
from emulator.wmi.virtualization_v2.common_links import service_links
from emulator.wmi.virtualization_v2.computer_system import MachineSystem
from emulator.wmi.virtualization_v2.jobs import CollectionExportJob, started
from emulator.wmi.virtualization_v2.paths import named_object
from emulator.wmi.virtualization_v2.reference_points import (
    ReferencePointView,
    consistency,
    folder_argument,
    place_named,
)
from emulator.wmi.virtualization_v2.system_settings import SnapshotSettings

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.host.storage.change_tracking import Place
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

#: BackupIntent of a collection: each disk becomes one file (1 keeps the chains; documented).
_MERGE = 2
#: ConsistencyLevel of Msvm_ReferencePointCollection counts the other way round (documented).
_LEVELS = {ConsistencyLevel.CRASH: 1, ConsistencyLevel.APPLICATION: 2}


class SnapshotCollectionView(View[SnapshotCollection]):
    """The snapshots of one moment."""

    class_name = "Msvm_SnapshotCollection"
    index = ("CollectionID",)
    follows_revision = True
    constants = {"Caption": "Snapshot Collection"}

    def objects(self) -> Iterable[SnapshotCollection]:
        return self.host.backup_collections.snapshots

    def shown_of(self, owner: object) -> Iterable[SnapshotCollection] | None:
        if not isinstance(owner, SnapshotCollection):
            return ()
        return (owner,) if self.host.backup_collections.snapshot(owner.id) is owner else ()

    def by_key(self, keys: Keys) -> SnapshotCollection | None:
        return self.host.backup_collections.snapshot(keys.text("CollectionID"))

    def object_id(self, item: SnapshotCollection) -> Hashable:
        return item.id

    def CollectionID(self, collection: SnapshotCollection) -> str:
        return collection.id

    def InstanceID(self, collection: SnapshotCollection) -> str:
        return collection.id

    def ElementName(self, collection: SnapshotCollection) -> str:
        return collection.group.name


class PointCollectionView(View[PointCollection]):
    """The reference points of one moment."""

    class_name = "Msvm_ReferencePointCollection"
    index = ("CollectionID",)
    follows_revision = True
    constants = {"Caption": "Reference Point Collection"}

    def objects(self) -> Iterable[PointCollection]:
        return self.host.backup_collections.points

    def shown_of(self, owner: object) -> Iterable[PointCollection] | None:
        if not isinstance(owner, PointCollection):
            return ()
        return (owner,) if self.host.backup_collections.point(owner.id) is owner else ()

    def by_key(self, keys: Keys) -> PointCollection | None:
        return self.host.backup_collections.point(keys.text("CollectionID"))

    def object_id(self, item: PointCollection) -> Hashable:
        return item.id

    def revision(self, item: PointCollection) -> Hashable | None:
        return (item.revision, *(each.revision for each in item.members))

    def CollectionID(self, collection: PointCollection) -> str:
        return collection.id

    def InstanceID(self, collection: PointCollection) -> str:
        return collection.id

    def ElementName(self, collection: PointCollection) -> str:
        return collection.group.name

    def VirtualSystemCollectionId(self, collection: PointCollection) -> str:
        return collection.group.id

    def ReferencePointType(self, collection: PointCollection) -> int:
        return int(collection.type)

    def ConsistencyLevel(self, collection: PointCollection) -> int:
        return _LEVELS[collection.consistency]

    def HasAssociatedLog(self, collection: PointCollection) -> bool:
        return any(each.has_data for each in collection.members)


class CollectionSnapshotService(ServiceView):
    """Snapshots of collections; each method returns 4096 with a job."""

    class_name = "Msvm_CollectionSnapshotService"
    constants = {
        "Caption": "Hyper-V Collection Snapshot Service",
        "Description": "Service for managing snapshots of collections of virtual machines.",
        "ElementName": "Hyper-V Collection Snapshot Service",
        "Name": "collectionsnapsvc",
    }

    @wmi_method
    def CreateSnapshot(self, host: Host, arguments: Arguments) -> MethodResult:
        """Take a snapshot of every machine: 1 standard, 2 for a backup."""
        kind = arguments.integer("SnapshotType")
        level = consistency(arguments, "SnapshotSettings")
        group = group_argument(arguments)
        return started(
            arguments,
            host.backup_collections.create_snapshot(group, -1 if kind is None else kind, level),
        )

    @wmi_method
    def DestroySnapshot(self, host: Host, arguments: Arguments) -> MethodResult:
        """Delete the snapshots of a collection."""
        collection = _snapshots(arguments, "AffectedSnapshotCollection")
        return started(arguments, host.backup_collections.destroy_snapshot(collection))

    @wmi_method
    def ApplySnapshot(self, host: Host, arguments: Arguments) -> MethodResult:
        """Put every machine back to its snapshot."""
        collection = _snapshots(arguments, "SnapshotCollection")
        return started(arguments, host.backup_collections.apply_snapshot(collection))

    @wmi_method
    def ConvertToReferencePoint(self, host: Host, arguments: Arguments) -> MethodResult:
        """Turn recovery snapshots into reference points."""
        collection = _snapshots(arguments, "AffectedSnapshotCollection")
        return started(arguments, host.backup_collections.convert(collection))

    @wmi_method
    def ExportSnapshot(self, host: Host, arguments: Arguments) -> MethodResult:
        """Export every machine at its snapshot."""
        collection = _snapshots(arguments, "SnapshotCollection")
        folder = folder_argument(arguments)
        given = arguments.embedded("ExportSettingData") if arguments.get("ExportSettingData") else None
        base: SnapshotCollection | PointCollection | None = None
        path = "" if given is None else str(value_of(given, "DifferentialBackupBase") or "")
        if path:
            named = named_object(self.namespace, path)
            if not isinstance(named, SnapshotCollection | PointCollection):
                raise InvalidParameter("DifferentialBackupBase names no collection.")
            base = named
        job = host.backup_collections.export_snapshot(
            collection,
            folder,
            storage=given is None or value_of(given, "CopyVmStorage") is not False,
            merge=given is not None and value_of(given, "BackupIntent") == _MERGE,
            base=base,
        )
        return started(arguments, job)


class CollectionReferencePointService(ServiceView):
    """Reference points of collections; each method returns 4096 with a job."""

    class_name = "Msvm_CollectionReferencePointService"
    constants = {
        "Caption": "Hyper-V Collection Reference Point Service",
        "Description": "Service for managing reference points of collections of virtual machines.",
        "ElementName": "Hyper-V Collection Reference Point Service",
        "Name": "collectionrefpointsvc",
    }

    @wmi_method
    def CreateReferencePoint(self, host: Host, arguments: Arguments) -> MethodResult:
        """Make a reference point of every machine."""
        kind = arguments.integer("ReferencePointType")
        level = consistency(arguments, "ReferencePointSettings")
        group = group_argument(arguments)
        return started(
            arguments, host.backup_collections.create_points(group, -1 if kind is None else kind, level)
        )

    @wmi_method
    def DestroyReferencePoint(self, host: Host, arguments: Arguments) -> MethodResult:
        """Delete the points of a collection."""
        collection = _points(arguments, "AffectedReferencePointCollection")
        return started(arguments, host.backup_collections.destroy_points(collection))

    @wmi_method
    def RemoveAssociatedData(self, host: Host, arguments: Arguments) -> MethodResult:
        """Drop the logs of a collection."""
        collection = _points(arguments, "AffectedReferencePointCollection")
        return started(arguments, host.backup_collections.remove_data(collection))

    @wmi_method
    def ExportReferencePoint(self, host: Host, arguments: Arguments) -> MethodResult:
        """Write what changed up to the points of a collection to a folder."""
        collection = _points(arguments, "ReferencePointCollection")
        folder = folder_argument(arguments)
        given = arguments.embedded("ExportSettingData") if arguments.get("ExportSettingData") else None
        base: PointCollection | None = None
        if given is not None:
            named = str(value_of(given, "BaseReferencePointCollection") or "")
            found = named_object(self.namespace, named) if named else None
            if named and not isinstance(found, PointCollection):
                raise InvalidParameter("BaseReferencePointCollection names no collection.")
            base = found if isinstance(found, PointCollection) else None
        places = None if given is None else self.places(host, given)
        return started(arguments, host.backup_collections.export_points(collection, folder, base, places))

    def places(self, host: Host, given: ValueInstance) -> dict[VirtualMachine, frozenset[Place]] | None:
        """The disks of the machines that are to be exported; None for all. Raises InvalidParameter."""
        stated = value_of(given, "VirtualMachinesToDisksToExport")
        if not isinstance(stated, list) or not stated:
            return None
        found: dict[VirtualMachine, frozenset[Place]] = {}
        for each in stated:
            row = each
            if isinstance(row, str):
                row = read_embedded(self.namespace, "VirtualMachinesToDisksToExport", row)
            if not isinstance(row, ValueInstance):
                raise InvalidParameter("VirtualMachinesToDisksToExport holds no instances.")
            vm = host.virtual_machines.get(str(value_of(row, "VirtualMachineId") or "").strip("{}"))
            if vm is None:
                raise InvalidParameter("VirtualMachineId names no virtual machine.")
            disks = value_of(row, "DisksToExport")
            wanted = disks if isinstance(disks, list) else []
            found[vm] = frozenset(place_named(self.namespace, vm, str(disk)) for disk in wanted)
        return found


def _snapshots(arguments: Arguments, name: str) -> SnapshotCollection:
    return arguments.named(name, SnapshotCollection, "a collection of snapshots")


def _points(arguments: Arguments, name: str) -> PointCollection:
    return arguments.named(name, PointCollection, "a collection of reference points")


VIEWS = (
    CollectionExportJob,
    CollectionReferencePointService,
    CollectionSnapshotService,
    PointCollectionView,
    SnapshotCollectionView,
)


def _members(_namespace: Namespace, collection: BackupCollection[Any]) -> Iterable[Any]:
    return collection.members


def _snapshots_with(namespace: Namespace, checkpoint: Checkpoint) -> Iterable[SnapshotCollection]:
    return [each for each in namespace.host.backup_collections.snapshots if checkpoint in each.members]


def _points_with(namespace: Namespace, point: ReferencePoint) -> Iterable[PointCollection]:
    return [each for each in namespace.host.backup_collections.points if point in each.members]


def _snapshots_of(namespace: Namespace, group: VirtualMachineGroup) -> Iterable[SnapshotCollection]:
    return [each for each in namespace.host.backup_collections.snapshots if each.group is group]


def _points_of(namespace: Namespace, group: VirtualMachineGroup) -> Iterable[PointCollection]:
    return [each for each in namespace.host.backup_collections.points if each.group is group]


def _group_of(kind: GroupType) -> Reach:
    def reach(namespace: Namespace, collection: Any) -> Iterable[VirtualMachineGroup]:
        group = collection.group
        shown = group.kind is kind and group in namespace.host.virtual_machine_groups
        return (group,) if shown else ()

    return reach


LINKS = (
    *service_links((CollectionReferencePointService, CollectionSnapshotService)),
    Link(
        "Msvm_CollectedSnapshots",
        End("Collection", SnapshotCollectionView, _members),
        End("Member", SnapshotSettings, _snapshots_with),
    ),
    Link(
        "Msvm_CollectedReferencePoints",
        End("Collection", PointCollectionView, _members),
        End("Member", ReferencePointView, _points_with),
    ),
    *(
        link
        for view, kind in (
            (VirtualSystemCollection, GroupType.VIRTUAL_MACHINES),
            (ManagementCollection, GroupType.MANAGEMENT),
        )
        for link in (
            Link(
                "Msvm_SnapshotOfVirtualSystemCollection",
                End("Antecedent", view, _snapshots_of),
                End("Dependent", SnapshotCollectionView, _group_of(kind)),
            ),
            Link(
                "Msvm_ReferencePointOfVirtualSystemCollection",
                End("Antecedent", view, _points_of),
                End("Dependent", PointCollectionView, _group_of(kind)),
            ),
        )
    ),
    Link(
        "Msvm_AffectedJobElement",
        End("AffectedElement", MachineSystem, reaches.jobs(CollectionExportJob.kind)),
        End("AffectingElement", CollectionExportJob, reaches.affected),
        values={"ElementEffects": [0]},
    ),
)
