"""mountvol.exe: volumes and where they are mounted (Microsoft's Windows commands reference)."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.host import Host, HostError
from emulator.host.errors import FilesystemError, InvalidParameter, NotSupported
from emulator.host.security.callers import administering
from emulator.host.storage.disk_layout import Partition, PartitionKind, partitions, volume_identifier
from emulator.host.storage.storage_errors import AccessPathNotValid, FolderNotEmpty

_USAGE = (
    "Creates, deletes, or lists a volume mount point.",
    "",
    "MOUNTVOL [drive:]path VolumeName",
    "MOUNTVOL [drive:]path /D",
    "MOUNTVOL [drive:]path /L",
    "MOUNTVOL [drive:]path /P",
    "MOUNTVOL /R",
    "MOUNTVOL /N",
    "MOUNTVOL /E",
    "",
    "    path        Specifies the existing NTFS directory where the mount",
    "                point will reside.",
    "    VolumeName  Specifies the volume name that is the target of the mount",
    "                point.",
    "    /D          Removes the volume mount point from the specified directory.",
    "    /L          Lists the mounted volume name for the specified directory.",
    "    /P          Removes the volume mount point from the specified directory,",
    "                dismounts the volume, and makes the volume not mountable.",
    "                You can make the volume mountable again by creating a volume",
    "                mount point.",
    "    /R          Removes volume mount point directories and registry settings",
    "                for volumes that are no longer in the system.",
    "    /N          Disables automatic mounting of new volumes.",
    "    /E          Re-enables automatic mounting of new volumes.",
    "",
    "Possible values for VolumeName along with current mount points are:",
    "",
)
_NOT_EMULATED = ("/p", "/r", "/n", "/e", "/s")
_INVALID = "The parameter is incorrect."
_NOT_FOUND = "The system cannot find the file specified."
#: What the program says of a refusal, the first kind that fits.
_TEXTS: tuple[tuple[type[HostError], str], ...] = (
    (FolderNotEmpty, "The directory is not empty."),
    (AccessPathNotValid, _NOT_FOUND),
    (FilesystemError, _NOT_FOUND),
    (InvalidParameter, _INVALID),
)


def main(context: Context, tail: str) -> int:
    """`mountvol [PATH VOLUME | PATH /D | PATH /L]`."""
    words = split_arguments(tail)
    switch = words[-1].lower() if words else ""
    if not words or words == ["/?"]:
        return _list(context)
    if switch in _NOT_EMULATED:
        context.host.gaps.record("program", f"mountvol {switch}")
        context.error("The request is not supported.")
        return 1
    if len(words) != 2:
        return _refused(context, _INVALID)
    try:
        path = context.path(words[0])
        if switch == "/l":
            with context.host.looking():
                return _show(context, path)
        with administering(context.host, context.account):
            if switch == "/d":
                return _remove(context, path)
            return _mount(context, path, words[1])
    except HostError as problem:
        if isinstance(problem, NotSupported):
            context.host.gaps.record("program", "mountvol of such a volume")
        return _refused(
            context, next((text for kind, text in _TEXTS if isinstance(problem, kind)), problem.text)
        )


def _refused(context: Context, text: str) -> int:
    context.error(text)
    return 1


def _volumes(host: Host) -> list[tuple[str, Partition]]:
    """Path and partition of every volume."""
    return [
        (f"\\\\?\\Volume{{{volume_identifier(host, each)}}}\\", each)
        for each in partitions(host)
        if each.kind is not PartitionKind.RESERVED
    ]


def _list(context: Context) -> int:
    for line in _USAGE:
        context.line(line)
    with context.host.looking():
        for path, partition in _volumes(context.host):
            context.line(f"    {path}")
            for place in partition.access_paths or ("*** NO MOUNT POINTS ***",):
                context.line(f"        {place}")
            context.line("")
    return 0


def _at(host: Host, path: str) -> tuple[str, Partition] | None:
    """The volume that is mounted at a path: a drive or a folder."""
    wanted = path.rstrip("\\").lower() + "\\"
    return next(
        (each for each in _volumes(host) if wanted in [place.lower() for place in each[1].access_paths]), None
    )


def _show(context: Context, path: str) -> int:
    found = _at(context.host, path)
    if found is None:
        return _refused(context, _NOT_FOUND)
    context.line(f"    {found[0]}")
    return 0


def _remove(context: Context, path: str) -> int:
    found = _at(context.host, path)
    if found is None:
        return _refused(context, _NOT_FOUND)
    table, part = context.host.disk_partitions, found[1]
    table.remove_access_path(table.find(part.disk_number), part.number, _plain(path))
    return 0


def _mount(context: Context, path: str, name: str) -> int:
    wanted = name.rstrip("\\").lower() + "\\"
    part = next((part for volume, part in _volumes(context.host) if volume.lower() == wanted), None)
    if part is None or not name.endswith("\\"):
        return _refused(context, _INVALID)
    table = context.host.disk_partitions
    table.add_access_path(table.find(part.disk_number), part.number, _plain(path))
    return 0


def _plain(path: str) -> str:
    return path.rstrip("\\")
