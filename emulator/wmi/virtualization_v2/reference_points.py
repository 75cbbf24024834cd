"""Reference points of virtual machines: moments from which backups track what changed (2016 and later)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.host.checkpoints.reference_point_export import export_point, import_metadata
from emulator.host.checkpoints.reference_points import ReferencePoint, ReferencePointType
from emulator.host.errors import InvalidParameter
from emulator.host.storage.change_tracking import Place, drives_by_place, place_of
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi.association import End, Link
from emulator.wmi.changes import value_of
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2 import reaches
from emulator.wmi.virtualization_v2.arguments import machine_argument
from emulator.wmi.virtualization_v2.base import PREFIX, ServiceView, settings_id
from emulator.wmi.virtualization_v2.common_links import service_links
from emulator.wmi.virtualization_v2.computer_system import MachineSystem
from emulator.wmi.virtualization_v2.jobs import ReferencePointExportJob, started
from emulator.wmi.virtualization_v2.paths import named_object

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

_GUID_LENGTH = 36


class ReferencePointView(View[ReferencePoint]):
    """``Microsoft:<GUID of the machine>\\<GUID of the point>``."""

    class_name = "Msvm_VirtualSystemReferencePoint"
    index = ("InstanceID",)
    follows_revision = True
    constants = {
        "Caption": "Virtual System Reference Point",
        "Description": "Reference point of a virtual machine.",
    }

    def objects(self) -> Iterable[ReferencePoint]:
        return self.host.reference_points

    def shown_of(self, owner: object) -> Iterable[ReferencePoint] | None:
        return (owner,) if isinstance(owner, ReferencePoint) and not owner.deleted else ()

    def by_key(self, keys: Keys) -> ReferencePoint | None:
        text = keys.text("InstanceID")
        point = self.host.reference_points.get(text[-_GUID_LENGTH:])
        wanted = "" if point is None else self.InstanceID(point).lower()
        return point if wanted == text.lower() else None

    def object_id(self, item: ReferencePoint) -> Hashable:
        return item.id

    def InstanceID(self, point: ReferencePoint) -> str:
        return f"{PREFIX}{point.vm.id}\\{point.id}"

    def ElementName(self, point: ReferencePoint) -> str:
        return point.vm.name

    def VirtualSystemIdentifier(self, point: ReferencePoint) -> str:
        return point.vm.id

    def ReferencePointType(self, point: ReferencePoint) -> int:
        return int(point.type)

    def ConsistencyLevel(self, point: ReferencePoint) -> int:
        return int(point.consistency)

    def HasAssociatedData(self, point: ReferencePoint) -> bool:
        return point.has_data

    def VirtualDiskIdentifiers(self, point: ReferencePoint) -> list[str]:
        """InstanceIDs of the settings of the media."""
        drives = drives_by_place(point.vm)
        return [
            settings_id(point.vm, drives[disk.place].medium_setting_id)
            for disk in point.disks
            if disk.place in drives
        ]

    def ResilientChangeTrackingIdentifiers(self, point: ReferencePoint) -> list[str]:
        """In the order of the disks; only points of that type have them (documented)."""
        drives = drives_by_place(point.vm)
        if point.type is not ReferencePointType.RCT:
            return []
        return [disk.tracking_id for disk in point.disks if disk.place in drives]


class ReferencePointService(ServiceView):
    """The service for reference points of single machines."""

    class_name = "Msvm_VirtualSystemReferencePointService"
    constants = {
        "Caption": "Hyper-V Virtual System Reference Point Service",
        "Description": "Service for managing reference points of virtual machines.",
        "ElementName": "Hyper-V Virtual System Reference Point Service",
        "Name": "refpointsvc",
    }

    @wmi_method
    def CreateReferencePoint(self, host: Host, arguments: Arguments) -> MethodResult:
        """Make a reference point of the present moment: 1 log based, 2 by change tracking."""
        vm = machine_argument(arguments, "AffectedSystem")
        kind = arguments.integer("ReferencePointType")
        level = consistency(arguments, "ReferencePointSettings")
        return started(arguments, host.reference_points.create(vm, -1 if kind is None else kind, level))

    @wmi_method
    def DestroyReferencePoint(self, host: Host, arguments: Arguments) -> MethodResult:
        """Delete a reference point."""
        point = point_argument(arguments, "AffectedReferencePoint")
        return started(arguments, host.reference_points.destroy(point))

    @wmi_method
    def RemoveAssociatedData(self, host: Host, arguments: Arguments) -> MethodResult:
        """Drop the log of a reference point."""
        point = point_argument(arguments, "AffectedReferencePoint")
        return started(arguments, host.reference_points.remove_data(point))

    @wmi_method
    def ExportReferencePoint(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Write what changed up to a reference point to a folder."""
        point = point_argument(arguments, "ReferencePoint")
        folder = folder_argument(arguments)
        base: ReferencePoint | None = None
        places: frozenset[Place] | None = None
        given = arguments.embedded("ExportSettingData") if arguments.get("ExportSettingData") else None
        if given is not None:
            named = str(value_of(given, "BaseReferencePoint") or "")
            if named:
                base = self.base(named)
            disks = value_of(given, "DisksToExport")
            if isinstance(disks, list) and disks:
                places = frozenset(place_named(self.namespace, point.vm, str(each)) for each in disks)
        return started(arguments, export_point(point, folder, base, places))

    @wmi_method
    def ImportReferencePointMetadata(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Let a restored machine know a reference point again."""
        path = arguments.required_text("ConfigFilePath")
        return started(arguments, import_metadata(machine_argument(arguments, "AffectedSystem"), path))

    def base(self, named: str) -> ReferencePoint:
        """The reference point of a path. Raises InvalidParameter."""
        found = named_object(self.namespace, named)
        if not isinstance(found, ReferencePoint):
            raise InvalidParameter("BaseReferencePoint does not name a reference point.")
        return found


def point_argument(arguments: Arguments, name: str) -> ReferencePoint:
    """The reference point that a reference names. Raises InvalidParameter, NotFound."""
    return arguments.named(name, ReferencePoint, "a reference point")


def place_named(namespace: Namespace, vm: VirtualMachine, named: str) -> Place:
    """The drive that a path or InstanceID of settings, or the path of its file, names. Raises
    InvalidParameter."""
    found = named_object(namespace, named)
    wanted = named.lower()
    for drive in vm.hard_disk_drives:
        identifiers = (settings_id(vm, drive.setting_id), settings_id(vm, drive.medium_setting_id))
        names = (drive.path or "", *identifiers)
        if drive is found or wanted in (name.lower() for name in names):
            return place_of(drive)
    raise InvalidParameter(f"DisksToExport names no disk of the virtual machine: {named:.128}")


def folder_argument(arguments: Arguments) -> str:
    """ExportDirectory. Raises InvalidParameter."""
    return arguments.required_text("ExportDirectory")


def consistency(arguments: Arguments, name: str) -> int | None:
    """ConsistencyLevel of embedded settings; None when they do not say."""
    given = arguments.embedded(name) if arguments.get(name) else None
    level = None if given is None else value_of(given, "ConsistencyLevel")
    return level if isinstance(level, int) and level else None


VIEWS = (ReferencePointView, ReferencePointService, ReferencePointExportJob)


def _points(namespace: Namespace, vm: VirtualMachine) -> Iterable[ReferencePoint]:
    return namespace.host.reference_points.of(vm)


def _machine(_namespace: Namespace, point: ReferencePoint) -> Iterable[VirtualMachine]:
    return (point.vm,)


LINKS = (
    *service_links((ReferencePointService,)),
    Link(
        "Msvm_ReferencePointOfVirtualSystem",
        End("Antecedent", MachineSystem, _points),
        End("Dependent", ReferencePointView, _machine),
    ),
    Link(
        "Msvm_AffectedJobElement",
        End("AffectedElement", MachineSystem, reaches.jobs(ReferencePointExportJob.kind)),
        End("AffectingElement", ReferencePointExportJob, reaches.affected),
        values={"ElementEffects": [0]},
    ),
)
