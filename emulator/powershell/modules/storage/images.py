"""Disk images: virtual hard disks that are attached to the machine itself."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import DiskFormat, Host, VirtualDisk
from emulator.host.storage.optical_images import SECTOR, is_optical
from emulator.powershell.modules.storage.objects import ImageLook, VolumeLook
from emulator.powershell.modules.storage.support import as_list, host_of, not_found, reporting
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import FileStore

_ISO = 1
_STORAGE_TYPES = {DiskFormat.VHD: 2, DiskFormat.VHDX: 3, DiskFormat.VHD_SET: 4}
_DEVICE = "\\\\.\\physicaldrive"


def _paths(call: CmdletCall) -> list[str]:
    """The files that a call names, in full."""
    host = host_of(call)
    given = [each.path for each in as_list(call.get("InputObject")) if isinstance(each, ImageLook)]
    for device in as_list(call.get("DevicePath")):
        found = [
            image.disk.path
            for image in host.virtual_disks.mounted
            if str(device).lower() == f"{_DEVICE}{image.disk_number}"
        ]
        found += [each.path for each in host.optical_images if each.device.lower() == str(device).lower()]
        if not found:
            call.error(not_found(call, "MSFT_DiskImage", "DevicePath", device))
        given += found
    return [*given, *(_full(call, str(path)) for path in as_list(call.get("ImagePath")))]


def _full(call: CmdletCall, path: str) -> str:
    """A full path, from the current location of the script when it is relative."""
    store = call.engine.find_service(FileStore)
    return path if store is None else store.resolve(path)


def _look(host: Host, disk: VirtualDisk) -> ImageLook:
    number = disk.mounted_as
    return ImageLook(
        host,
        disk.path,
        _STORAGE_TYPES[disk.format],
        disk.size,
        disk.file_size,
        disk.block_size,
        disk.logical_sector_size,
        number is not None,
        number,
        None if number is None else f"\\\\.\\PhysicalDrive{number}",
    )


def _optical_look(host: Host, path: str) -> ImageLook:
    entry, image = host.filesystem.entry(path), host.optical_images.get(path)
    return ImageLook(
        host,
        entry.path,
        _ISO,
        entry.size,
        entry.size,
        0,
        SECTOR,
        image is not None,
        None if image is None else image.unit,
        None if image is None else image.device,
    )


def image_at(host: Host, path: str) -> ImageLook:
    """The image of a file. Raises FileNotFound, PathNotFound, NotVirtualDisk."""
    with host.looking():
        if is_optical(path):
            return _optical_look(host, path)
        return _look(host, host.virtual_disks.find(path))


@cmdlet("Get-DiskImage", reads=("ImagePath", "DevicePath"))
def get_disk_image(call: CmdletCall, volume: VolumeLook | None = None) -> Iterator[ImageLook]:
    """Images by file, by device, or that of a volume."""
    if volume is not None:
        if volume.image:
            yield image_at(host_of(call), volume.image)
        elif volume.disk is not None and volume.disk.virtual_disk is not None:
            yield image_at(host_of(call), volume.disk.virtual_disk.path)
        return
    for path in _paths(call):
        with reporting(call, path):
            yield image_at(host_of(call), path)


@cmdlet("Mount-DiskImage", reads=("ImagePath", "InputObject"))
def mount_disk_image(
    call: CmdletCall, access: str | None = None, no_drive_letter: bool = False, pass_thru: bool = False
) -> Iterator[ImageLook]:
    """Attach virtual hard disks and images of discs."""
    host = host_of(call)
    for path in _paths(call):
        if not call.should_process(path):
            continue
        with reporting(call, path):
            with host.looking():
                if is_optical(path):
                    host.optical_images.attach(path, with_letter=not no_drive_letter)
                else:
                    disk = host.virtual_disks.find(path)
                    host.virtual_disks.mount(disk, read_only=access == "ReadOnly")
            if pass_thru:
                yield image_at(host, path)


@cmdlet("Dismount-DiskImage", reads=("ImagePath", "DevicePath", "InputObject"))
def dismount_disk_image(call: CmdletCall, _image_path: object = None) -> Iterator[ImageLook]:
    """Detach files."""
    host = host_of(call)
    for path in _paths(call):
        if not call.should_process(path):
            continue
        with reporting(call, path):
            with host.looking():
                if is_optical(path):
                    host.optical_images.detach(path)
                else:
                    host.virtual_disks.dismount(host.virtual_disks.find(path))
            yield image_at(host, path)
