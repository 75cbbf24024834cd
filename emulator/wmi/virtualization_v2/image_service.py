"""Msvm_ImageManagementService and Msvm_MountedStorageImage: virtual hard disks.

A wrong argument is refused at once. What Windows finds out while it works (no such file, in use, no space, a
broken chain) ends the job: 4096 and a job in EXCEPTION with the system's text and HRESULT.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.host.checkpoints.reference_points import changes_since
from emulator.host.errors import (
    FilesystemError,
    HostError,
    InvalidParameter,
    InvalidPath,
    NotSupported,
    NotVirtualDisk,
    RoleNotInstalled,
    SharingNotSupported,
    WrongDiskKind,
)
from emulator.host.job import Job, JobFacts, JobType
from emulator.host.storage import disk_sharing, vhd_set_operations
from emulator.host.storage.mounted_images import PATH_ID, PORT_NUMBER, TARGET_ID, MountedImage
from emulator.host.storage.vhd_set import VhdSet
from emulator.wmi import errors
from emulator.wmi.changes import text_of, unbraced, value_of
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2 import disk_settings
from emulator.wmi.virtualization_v2.base import ServiceView
from emulator.wmi.virtualization_v2.jobs import started

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.cim.types import CimValue
    from emulator.host import Host
    from emulator.host.storage.virtual_disk import VirtualDisk
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

OBJECT_NOT_FOUND = 32789
_BY_PATH = 2
_PATHS = 2
#: What the job of a failed operation says; its second sentence is the reason with the HRESULT.
FAILURES: dict[JobFacts, str] = {
    JobType.CREATE_DISK: "The system failed to create '{path}'",
    JobType.CREATE_FLOPPY: "The system failed to create '{path}'",
    JobType.COMPACT_DISK: "The system failed to compact '{path}'",
    JobType.RESIZE_DISK: "The system failed to resize '{path}'",
    JobType.MERGE_DISK: "The system failed to merge '{path}'",
    JobType.CONVERT_DISK: "The system failed to convert '{path}'",
    JobType.MOUNT_DISK: "The system failed to mount '{path}'",
    JobType.INSPECT_DISK: "The system failed to get information of '{path}'",
    JobType.VALIDATE_DISK: "The system failed to validate '{path}'",
    JobType.CHANGE_DISK: "The system failed to change '{path}'",
}
#: Jobs that only read their disk.
_READING = (JobType.INSPECT_DISK, JobType.VALIDATE_DISK)
_AT_ONCE = (InvalidParameter, NotSupported, RoleNotInstalled, InvalidPath)
_IN_THE_JOB = (NotVirtualDisk, WrongDiskKind)


def failure_text(kind: JobFacts, path: str, problem: HostError) -> str:
    """The description of a failed storage job."""
    return f"{FAILURES[kind].format(path=path)}: {problem.text} (0x{problem.hresult:08X})."


def attempted(
    arguments: Arguments, kind: JobFacts, path: str, operation: Callable[[], Job | None], **out: CimValue
) -> MethodResult:
    """The answer of an image operation: a job that runs or that failed, or 0 when there is nothing to wait
    for.

    Raises what is wrong with the arguments themselves.
    """
    host, files = arguments.namespace.host, arguments.files
    try:
        job = files.working_on(path, operation, writes=kind not in _READING)
    except HostError as problem:
        found_later = isinstance(problem, _IN_THE_JOB) or problem.hresult >> 16 == 0xC03A
        if isinstance(problem, _AT_ONCE) and not found_later:
            raise
        told = HostError(failure_text(kind, path, problem), code=problem.code, hresult=problem.hresult)
        job = host.jobs.fail(kind, None, told)
        out = {}
    if job is None:
        return arguments.result(errors.COMPLETED, **out)
    return started(arguments, job, **out)


def path_argument(arguments: Arguments, name: str = "Path") -> str:
    """A path that must be given, in full (documented: a fully qualified path; the service has no folder of
    its own). Raises InvalidParameter, InvalidPath."""
    text = disk_settings.require_full(name, arguments.required_text(name))
    try:
        return arguments.namespace.host.filesystem.normalize(text)
    except FilesystemError as problem:
        if isinstance(problem, InvalidPath):
            raise
        # A share of another machine, or one that is too long: found out while working.
        return text


class ImageServiceBase(ServiceView):
    """What the services of both namespaces do in the same way."""

    class_name = "Msvm_ImageManagementService"
    constants = {
        "Caption": "Hyper-V Image Management Service",
        "Description": "Service for managing virtual media.",
        "ElementName": "Hyper-V Image Management Service",
        "Name": "vhdsvc",
        "StatusDescriptions": ["OK"],
    }

    def disk(self, path: str) -> VirtualDisk:
        """The disk of a path. Raises FileNotFound, PathNotFound, NotVirtualDisk."""
        return self.host.virtual_disks.find(path)

    def on_disk(
        self,
        arguments: Arguments,
        kind: JobFacts,
        operation: Callable[[VirtualDisk], Job | None],
        name: str = "Path",
    ) -> MethodResult:
        """An operation on the disk that a parameter names."""
        path = path_argument(arguments, name)
        return attempted(arguments, kind, path, lambda: operation(self.disk(path)))

    @wmi_method
    def CreateVirtualFloppyDisk(self, host: Host, arguments: Arguments) -> MethodResult:
        """Make a floppy image of 1.44 MB."""
        path = path_argument(arguments)
        return attempted(
            arguments, JobType.CREATE_FLOPPY, path, lambda: host.virtual_disks.create_floppy(path)
        )

    @wmi_method
    def MergeVirtualHardDisk(self, host: Host, arguments: Arguments) -> MethodResult:
        """Merge a differencing disk into one of its parents, or with them into a new file."""
        goal = path_argument(arguments, "DestinationPath")
        return self.on_disk(
            arguments,
            JobType.MERGE_DISK,
            lambda disk: arguments.files.working_on(goal, lambda: host.virtual_disks.merge(disk, goal)),
            "SourcePath",
        )

    @wmi_method
    def ValidateVirtualHardDisk(self, host: Host, arguments: Arguments) -> MethodResult:
        """Look at a disk and its parents; what is wrong ends the job."""

        def validate(disk: VirtualDisk) -> Job:
            disk.check_chain()
            return host.virtual_disks.validate(disk)

        return self.on_disk(arguments, JobType.VALIDATE_DISK, validate)

    @wmi_method
    def StartService(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Not supported (documented)."""
        return arguments.result(1)

    @wmi_method
    def StopService(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Not supported (documented)."""
        return arguments.result(1)


class ImageService(ImageServiceBase):
    """The service of root/virtualization/v2."""

    @wmi_method
    def RequestStateChange(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Not supported (documented)."""
        return arguments.result(1)

    @wmi_method
    def CreateVirtualHardDisk(self, host: Host, arguments: Arguments) -> MethodResult:
        """Make a disk from settings; 4096 with a job."""
        facts = disk_settings.creation_facts(self.settings(arguments))
        path = str(facts.pop("path"))
        return attempted(
            arguments, JobType.CREATE_DISK, path, lambda: host.virtual_disks.create(path, **facts)
        )

    @wmi_method
    def AttachVirtualHardDisk(self, host: Host, arguments: Arguments) -> MethodResult:
        """Attach a disk to the host."""
        read_only = arguments.truth("ReadOnly") is True
        return self.on_disk(
            arguments,
            JobType.MOUNT_DISK,
            lambda disk: host.virtual_disks.mounted.attach(disk, read_only=read_only),
        )

    @wmi_method
    def ResizeVirtualHardDisk(self, host: Host, arguments: Arguments) -> MethodResult:
        """Change the size that a guest sees."""
        size = arguments.integer("MaxInternalSize")
        if size is None:
            raise InvalidParameter("MaxInternalSize is missing.")
        return self.on_disk(
            arguments, JobType.RESIZE_DISK, lambda disk: host.virtual_disks.resize(disk, size)
        )

    @wmi_method
    def CompactVirtualHardDisk(self, host: Host, arguments: Arguments) -> MethodResult:
        """Give unused blocks back."""
        mode = arguments.integer("Mode") or 0
        return self.on_disk(
            arguments, JobType.COMPACT_DISK, lambda disk: host.virtual_disks.compact(disk, mode)
        )

    @wmi_method
    def ConvertVirtualHardDisk(self, host: Host, arguments: Arguments) -> MethodResult:
        """Copy a disk into a new file of other settings."""
        facts = disk_settings.creation_facts(self.settings(arguments))

        def copy(disk: VirtualDisk) -> Job:
            return host.virtual_disks.convert(
                disk,
                facts["path"],
                facts["kind"],
                block_size=facts["block_size"],
                logical_sector_size=facts["logical_sector_size"],
                physical_sector_size=facts["physical_sector_size"],
                parent=facts["parent"],
            )

        def convert(disk: VirtualDisk) -> Job:
            return arguments.files.working_on(facts["path"], lambda: copy(disk))

        return self.on_disk(arguments, JobType.CONVERT_DISK, convert, "SourcePath")

    @wmi_method
    def SetParentVirtualHardDisk(self, host: Host, arguments: Arguments) -> MethodResult:
        """Give a differencing disk another parent file; at once (recorded for v1). A leaf of a running
        machine is refused as in use."""
        parent = path_argument(arguments, "ParentPath")
        ignore = arguments.truth("IgnoreIDMismatch") is True

        def connect(disk: VirtualDisk) -> None:
            leaf = arguments.text("LeafPath")
            if leaf:
                host.virtual_disks.find(leaf).require_idle()
            host.virtual_disks.set_parent(disk, parent, ignore_mismatch=ignore)

        return self.on_disk(arguments, JobType.CHANGE_DISK, connect, "ChildPath")

    @wmi_method
    def GetVirtualHardDiskSettingData(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Settings of a disk as an embedded instance; at once."""
        return self.described(arguments, "SettingData", disk_settings.settings_text)

    @wmi_method
    def GetVirtualHardDiskState(self, _host: Host, arguments: Arguments) -> MethodResult:
        """State of a disk as an embedded instance; at once."""
        return self.described(arguments, "State", disk_settings.state_text)

    @wmi_method
    def SetVirtualHardDiskSettingData(self, host: Host, arguments: Arguments) -> MethodResult:
        """Change the parent, the physical sector size or the identifier of a disk."""
        settings = self.settings(arguments)
        path = text_of(settings, "Path")
        if not path:
            raise InvalidParameter("Path is missing.")
        sector = value_of(settings, "PhysicalSectorSize")
        identifier = unbraced(value_of(settings, "VirtualDiskId") or "")
        parent = text_of(settings, "ParentPath")

        def change() -> None:
            disk = self.disk(path)
            if parent and disk.parent_path is not None and parent.lower() != disk.parent_path.lower():
                host.virtual_disks.set_parent(disk, parent)
            host.virtual_disks.configure(
                disk,
                physical_sector_size=sector if isinstance(sector, int) and sector else None,
                identifier=identifier or None,
            )

        return attempted(arguments, JobType.CHANGE_DISK, path, change)

    @wmi_method
    def ValidatePersistentReservationSupport(self, host: Host, arguments: Arguments) -> MethodResult:
        """Whether disks at a path can be shared: not on a volume that only this host has."""
        path = path_argument(arguments)

        def validate() -> Job:
            host.filesystem.require_drive(path)
            if not disk_sharing.shares(host, path):
                raise SharingNotSupported()
            return host.jobs.run(JobType.VALIDATE_DISK, None)

        return attempted(arguments, JobType.VALIDATE_DISK, path, validate)

    @wmi_method
    def FindMountedStorageImageInstance(self, host: Host, arguments: Arguments) -> MethodResult:
        """The attached image of a path (criterion 2)."""
        if arguments.integer("CriterionType") != _BY_PATH:
            raise InvalidParameter("CriterionType must be 2 (path).")
        wanted = path_argument(arguments, "SelectionCriterion").lower()
        for image in host.virtual_disks.mounted:
            if image.disk.path.lower() == wanted:
                found = self.namespace.view(MountedStorageImage).instance(image)
                return arguments.result(errors.COMPLETED, Image=found.path)
        return arguments.result(OBJECT_NOT_FOUND)

    # VHD sets (2016 and later).

    @wmi_method
    def ConvertVirtualHardDiskToVHDSet(self, host: Host, arguments: Arguments) -> MethodResult:
        """Make a VHDX the data file of a VHD set."""
        return self.on_disk(
            arguments,
            JobType.CONVERT_DISK,
            lambda disk: vhd_set_operations.convert_to_set(host.virtual_disks, disk),
            "VirtualHardDiskPath",
        )

    @wmi_method
    def GetVHDSetInformation(self, host: Host, arguments: Arguments) -> MethodResult:
        """Snapshots of a set, and with additional information 2 the paths of its files."""
        with_paths = _PATHS in arguments.integers("AdditionalInformation")
        path = path_argument(arguments, "VHDSetPath")
        out: dict[str, CimValue] = {}

        def describe() -> None:
            whole = vhd_set_operations.require_set(host.virtual_disks, self.disk(path))
            out["Information"] = disk_settings.set_text(self.namespace, whole, with_paths=with_paths)

        result = attempted(arguments, JobType.INSPECT_DISK, path, describe)
        return arguments.result(result.return_value, **{**result.out, **out})

    @wmi_method
    def GetVHDSnapshotInformation(self, host: Host, arguments: Arguments) -> MethodResult:
        """Snapshots of a set: those that are named, or all."""
        with_parents = _PATHS in arguments.integers("AdditionalInformation")
        path = path_argument(arguments, "VHDSetPath")
        wanted = arguments.get("SnapshotIds")
        out: dict[str, CimValue] = {}

        def describe() -> None:
            whole = vhd_set_operations.require_set(host.virtual_disks, self.disk(path))
            named = [str(each) for each in wanted] if isinstance(wanted, list) else []
            out["SnapshotInformation"] = [
                disk_settings.snapshot_text(
                    self.namespace, whole, whole.snapshot(name), with_parents=with_parents
                )
                for name in named or whole.snapshots
            ]

        result = attempted(arguments, JobType.INSPECT_DISK, path, describe)
        return arguments.result(result.return_value, **{**result.out, **out})

    @wmi_method
    def SetVHDSnapshotInformation(self, host: Host, arguments: Arguments) -> MethodResult:
        """Change the change tracking id of a snapshot."""
        information = arguments.required_embedded("Information")
        path = text_of(information, "FilePath")

        def change() -> None:
            whole = vhd_set_operations.require_set(host.virtual_disks, self.disk(path))
            snapshot = whole.snapshot(text_of(information, "SnapshotId"))
            snapshot.change_tracking_id = (
                text_of(information, "ResilientChangeTrackingId")[:256] or snapshot.change_tracking_id
            )
            whole.touch()

        return attempted(arguments, JobType.CHANGE_DISK, path, change)

    @wmi_method
    def DeleteVHDSnapshot(self, host: Host, arguments: Arguments) -> MethodResult:
        """Delete a snapshot of a set; its reference point may stay."""
        identifier = arguments.required_text("SnapshotId")
        keep = arguments.truth("PersistReferenceSnapshot") is True
        return self.on_disk(
            arguments,
            JobType.MERGE_DISK,
            lambda disk: vhd_set_operations.delete_snapshot(
                host.virtual_disks, disk, identifier, keep_reference=keep
            ),
            "VHDSetPath",
        )

    @wmi_method
    def OptimizeVHDSet(self, host: Host, arguments: Arguments) -> MethodResult:
        """Give back what the files of a set do not need."""
        return self.on_disk(
            arguments,
            JobType.COMPACT_DISK,
            lambda disk: vhd_set_operations.optimize(host.virtual_disks, disk),
            "VHDSetPath",
        )

    @wmi_method
    def GetVirtualDiskChanges(self, host: Host, arguments: Arguments) -> MethodResult:
        """Bytes of a disk that were written since a reference point, or of a set since a snapshot."""
        path = path_argument(arguments)
        since = arguments.text("LimitId") or None
        offset, length = arguments.integer("ByteOffset") or 0, arguments.integer("ByteLength")
        out: dict[str, CimValue] = {}

        def look() -> None:
            disk = self.disk(path)
            if since is not None and not isinstance(disk, VhdSet):
                processed, found = changes_since(host, disk.path, since, offset, length)
            else:
                processed, found = vhd_set_operations.changes(
                    host.virtual_disks,
                    disk,
                    since=since,
                    until=arguments.text("TargetSnapshotId") or None,
                    offset=offset,
                    length=length,
                )
            out["ProcessedByteLength"] = processed
            out["ChangedByteOffsets"] = [start for start, _ in found.ranges]
            out["ChangedByteLengths"] = [end - start for start, end in found.ranges]

        result = attempted(arguments, JobType.INSPECT_DISK, path, look)
        return arguments.result(result.return_value, **{**result.out, **out})

    # What the methods are made of.

    def settings(self, arguments: Arguments) -> ValueInstance:
        """The settings of a disk that must be given. Raises InvalidParameter."""
        found = arguments.embedded("VirtualDiskSettingData")
        if found is None or not found.declaration.is_a(disk_settings.SETTINGS):
            raise InvalidParameter("VirtualDiskSettingData does not hold settings of a virtual hard disk.")
        return found

    def described(
        self, arguments: Arguments, name: str, describe: Callable[[Namespace, VirtualDisk], str]
    ) -> MethodResult:
        """An out parameter with an embedded instance about the disk of a path."""
        out: dict[str, CimValue] = {}

        def read(disk: VirtualDisk) -> None:
            out[name] = describe(self.namespace, disk)

        result = self.on_disk(arguments, JobType.INSPECT_DISK, read)
        return arguments.result(result.return_value, **{**result.out, **out})


class MountedImageView(View[MountedImage]):
    """Attached images in every namespace; Name is the path of the file."""

    class_name = "Msvm_MountedStorageImage"
    index = ("Lun",)
    constants = {
        "Caption": "Mounted Storage Image",
        "Description": "Mounted Storage Image",
        "HealthState": 5,
        "OperationalStatus": [2],
        "PathId": PATH_ID,
        "PortNumber": PORT_NUMBER,
        "Status": "OK",
        "StatusDescriptions": ["OK"],
        "TargetId": TARGET_ID,
        "Type": 0,
    }

    def objects(self) -> Iterable[MountedImage]:
        return self.host.virtual_disks.mounted

    def shown_of(self, owner: object) -> Iterable[MountedImage] | None:
        return (owner,) if isinstance(owner, MountedImage) else ()

    def by_key(self, keys: Keys) -> MountedImage | None:
        text = keys.text("Lun")
        return self.host.virtual_disks.mounted.get(int(text)) if text.isdecimal() and len(text) < 4 else None

    def object_id(self, item: MountedImage) -> Hashable:
        return item.unit

    def return_value(self, error: HostError) -> int:  # noqa: ARG002  documented: 0 success, 1 failed
        return 1

    def Lun(self, image: MountedImage) -> int:
        return image.unit

    def Name(self, image: MountedImage) -> str:
        return image.disk.path

    def ElementName(self, image: MountedImage) -> str:
        return image.disk.path

    def Access(self, image: MountedImage) -> int:
        return 1 if image.read_only else 2


class MountedStorageImage(MountedImageView):
    """Attached images in root/virtualization/v2."""

    def PnpDevicePath(self, image: MountedImage) -> str:
        """Device interface path of the disk."""
        return (
            "\\\\?\\scsi#disk&ven_msft&prod_virtual_disk#"
            f"{PORT_NUMBER}&1f4adffe&0&{PATH_ID:02x}{TARGET_ID:02x}{image.unit:02x}"
            "#{53f56307-b6bf-11d0-94f2-00a0c91efb8b}"
        )

    @wmi_method
    def DetachVirtualHardDisk(self, image: MountedImage, arguments: Arguments) -> MethodResult:
        """Detach the disk from the host."""
        self.host.virtual_disks.dismount(image.disk)
        return arguments.result(errors.COMPLETED)
