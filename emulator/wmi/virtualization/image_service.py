"""Msvm_ImageManagementService and Msvm_MountedStorageImage of root/virtualization, with their older
methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.checks import check_choice
from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.job import Job, JobType
from emulator.host.storage.disk_image.kinds import DiskKind
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState
from emulator.wmi import errors
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization_v2.disk_settings import embedded
from emulator.wmi.virtualization_v2.image_service import (
    ImageServiceBase,
    MountedImageView,
    attempted,
    path_argument,
)

if TYPE_CHECKING:
    from emulator.cim.types import CimValue
    from emulator.host import Host
    from emulator.host.storage.mounted_images import MountedImage
    from emulator.host.storage.virtual_disk import VirtualDisk
    from emulator.wmi.method import Arguments, MethodResult

_PHYSICAL_DRIVE = 5


class ImageService(ImageServiceBase):
    """The service of root/virtualization."""

    @wmi_method
    def CreateFixedVirtualHardDisk(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Make a fixed disk."""
        return self.made(arguments, DiskKind.FIXED, size=arguments.integer("MaxInternalSize"))

    @wmi_method
    def CreateDynamicVirtualHardDisk(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Make a dynamic disk."""
        return self.made(arguments, DiskKind.DYNAMIC, size=arguments.integer("MaxInternalSize"))

    @wmi_method
    def CreateDifferencingVirtualHardDisk(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Make a disk that stands on another one."""
        return self.made(arguments, DiskKind.DIFFERENCING, parent=path_argument(arguments, "ParentPath"))

    @wmi_method
    def ExpandVirtualHardDisk(self, host: Host, arguments: Arguments) -> MethodResult:
        """Make a disk larger."""
        size = arguments.integer("MaxInternalSize")

        def expand(disk: VirtualDisk) -> Job:
            if size is None or size <= disk.size:
                raise InvalidParameter("MaxInternalSize must be greater than the size of the disk.")
            return host.virtual_disks.resize(disk, size)

        return self.on_disk(arguments, JobType.RESIZE_DISK, expand)

    @wmi_method
    def CompactVirtualHardDisk(self, host: Host, arguments: Arguments) -> MethodResult:
        """Give unused blocks back."""
        return self.on_disk(arguments, JobType.COMPACT_DISK, host.virtual_disks.compact)

    @wmi_method
    def ConvertVirtualHardDisk(self, host: Host, arguments: Arguments) -> MethodResult:
        """Copy a disk into a new file, fixed or dynamic; onto a physical drive is not emulated."""
        path, number = path_argument(arguments, "DestinationPath"), arguments.integer("Type")
        if number == _PHYSICAL_DRIVE:
            self.namespace.service.record_gap(
                self.namespace.name, self.class_name, "ConvertVirtualHardDisk to a physical drive"
            )
            raise NotSupported("A conversion to a physical drive is not emulated.")
        kind = check_choice("Type", number, DiskKind)
        return self.on_disk(
            arguments,
            JobType.CONVERT_DISK,
            lambda disk: host.virtual_disks.convert(disk, path, kind),
            "SourcePath",
        )

    @wmi_method
    def ReconnectParentVirtualHardDisk(self, host: Host, arguments: Arguments) -> MethodResult:
        """Give a differencing disk another parent file; at once (recorded Server 2012 host)."""
        parent, force = path_argument(arguments, "ParentPath"), arguments.truth("Force") is True

        def connect(disk: VirtualDisk) -> None:
            host.virtual_disks.set_parent(disk, parent, ignore_mismatch=force)

        return self.on_disk(arguments, JobType.CHANGE_DISK, connect, "ChildPath")

    @wmi_method
    def GetVirtualHardDiskInfo(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Msvm_VirtualHardDiskInfo of a disk; at once (recorded Server 2012 host)."""
        out: dict[str, CimValue] = {}

        def describe(disk: VirtualDisk) -> None:
            values: dict[str, CimValue] = {
                "FileSize": disk.file_size,
                "InSavedState": any(drive.vm.state is VirtualMachineState.SAVED for drive in disk.drives),
                "InUse": disk.in_use(),
                "MaxInternalSize": disk.size,
                "ParentPath": disk.parent_path or "",
                "Type": int(disk.kind),
            }
            out["Info"] = embedded(self.namespace, "Msvm_VirtualHardDiskInfo", values)

        result = self.on_disk(arguments, JobType.INSPECT_DISK, describe)
        return arguments.result(result.return_value, **{**result.out, **out})

    @wmi_method
    def Mount(self, host: Host, arguments: Arguments) -> MethodResult:
        """Attach a disk to the host."""
        return self.on_disk(arguments, JobType.MOUNT_DISK, host.virtual_disks.mounted.attach)

    @wmi_method
    def Unmount(self, host: Host, arguments: Arguments) -> MethodResult:
        """Detach a disk from the host."""
        host.virtual_disks.dismount(self.disk(path_argument(arguments)))
        return arguments.result(errors.COMPLETED)

    def made(
        self, arguments: Arguments, kind: DiskKind, *, size: int | None = None, parent: str | None = None
    ) -> MethodResult:
        """Make a disk; 4096 with a job."""
        path = path_argument(arguments)
        return attempted(
            arguments,
            JobType.CREATE_DISK,
            path,
            lambda: self.host.virtual_disks.create(path, kind, size=size, parent=parent),
        )


class MountedStorageImage(MountedImageView):
    """Attached images in root/virtualization."""

    @wmi_method
    def Unmount(self, image: MountedImage, arguments: Arguments) -> MethodResult:
        """Detach the disk from the host."""
        self.host.virtual_disks.dismount(image.disk)
        return arguments.result(errors.COMPLETED)
