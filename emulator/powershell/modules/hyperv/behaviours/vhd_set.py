"""VHD sets: Get-VHDSet, Get-VHDSnapshot, Remove-VHDSnapshot and Optimize-VHDSet."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import Host, VirtualDisk
from emulator.host.storage import vhd_set_operations
from emulator.host.storage.vhd_set import SetSnapshot, VhdSet
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.modules.hyperv.behaviours.virtual_disk import found_disk
from emulator.powershell.modules.hyperv.objects.vhd_set import SetInfo, SnapshotInfo
from emulator.powershell.modules.hyperv.support import host_of, ready, reporting, should_process, wait_for
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_HERE = ("ComputerName",)


def _sets(call: CmdletCall, paths: list[str]) -> Iterator[VhdSet]:
    """The sets of paths; another file is an error."""
    if not ready(call):
        return
    for path in paths:
        disk = found_disk(call, path)
        if disk is None:
            continue
        whole = None
        with reporting(call), host_of(call).looking():
            whole = vhd_set_operations.require_set(host_of(call).virtual_disks, disk)
        if whole is not None:
            yield whole


@cmdlet("Get-VHDSet", reads=_HERE)
def get_vhd_set(call: CmdletCall, path: list[str], get_all_paths: bool = False) -> Iterator[SetInfo]:
    """Snapshots of sets, and on demand the paths of all their files."""
    for whole in _sets(call, path):
        with whole.host.looking():
            paths = (whole.path, *(each.path for each in whole.files))
            info = SetInfo(whole.host, whole.path, tuple(whole.snapshots), paths if get_all_paths else None)
        yield info


def _info(host: Host, whole: VhdSet, snapshot: SetSnapshot, *, with_parents: bool) -> SnapshotInfo:
    file = snapshot.file
    parents = () if file is None else tuple(each.path for each in file.chain[1:])
    return SnapshotInfo(
        host,
        whole.path,
        snapshot.id,
        "" if file is None else file.path,
        snapshot.created,
        snapshot.change_tracking_id,
        parents if with_parents else None,
    )


@cmdlet("Get-VHDSnapshot", reads=_HERE)
def get_vhd_snapshot(
    call: CmdletCall, path: list[str], snapshot_id: list[Guid] | None = None, get_parent_paths: bool = False
) -> Iterator[SnapshotInfo]:
    """Snapshots of sets, all or those of identifiers."""
    for whole in _sets(call, path):
        found: list[SnapshotInfo] = []
        with reporting(call), whole.host.looking():
            names = list(whole.snapshots) if snapshot_id is None else [str(one) for one in snapshot_id]
            for name in names:
                snapshot = whole.snapshot(name)
                found.append(_info(whole.host, whole, snapshot, with_parents=get_parent_paths))
        yield from found


@cmdlet("Remove-VHDSnapshot", reads=_HERE)
def remove_vhd_snapshot(
    call: CmdletCall,
    path: list[str] | None = None,
    snapshot_id: list[Guid] | None = None,
    vhd_snapshot: list[SnapshotInfo] | None = None,
    persist_reference_point: bool = False,
) -> None:
    """Delete snapshots of sets; with -PersistReferencePoint their identities stay for change tracking."""
    wanted = [(one.file_path, one.snapshot_id) for one in vhd_snapshot or ()]
    wanted += [(one, str(name)) for one in path or () for name in snapshot_id or ()]
    for file, name in wanted:
        for whole in _sets(call, [file]):
            if not should_process(call, f'remove the snapshot "{name}" of "{whole.path}".', whole.path):
                continue
            with reporting(call):
                with whole.host.looking():
                    job = vhd_set_operations.delete_snapshot(
                        whole.host.virtual_disks, whole, name, keep_reference=persist_reference_point
                    )
                wait_for(call, job)


@cmdlet("Optimize-VHDSet", reads=_HERE)
def optimize_vhd_set(call: CmdletCall, path: list[str], passthru: bool = False) -> Iterator[VirtualDisk]:
    """Give back what the files of sets do not need."""
    for whole in _sets(call, path):
        if not should_process(call, f'optimize the VHD set "{whole.path}".', whole.path):
            continue
        with reporting(call):
            with whole.host.looking():
                job = vhd_set_operations.optimize(whole.host.virtual_disks, whole)
            wait_for(call, job)
            if passthru:
                yield whole
