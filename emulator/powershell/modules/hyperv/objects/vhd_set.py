"""Microsoft.Vhd.PowerShell.VHDSetInfo and VHDSnapshotInfo: what was true when they were asked for."""

from __future__ import annotations

from datetime import datetime

from emulator.host import Host
from emulator.powershell.modules.hyperv.catalog import Readers
from emulator.powershell.modules.hyperv.objects.values import guid, local_time, text_list
from emulator.record import Record


class SetInfo(Record):
    """A VHD set; ``all_paths`` only when they were asked for."""

    host: Host
    path: str
    snapshot_ids: tuple[str, ...]
    all_paths: tuple[str, ...] | None


class SnapshotInfo(Record):
    """One snapshot of a set."""

    host: Host
    file_path: str
    snapshot_id: str
    snapshot_path: str
    created: datetime
    change_tracking_id: str
    parent_paths: tuple[str, ...] | None


SET: Readers = {
    "ComputerName": lambda info: info.host.name,
    "Path": lambda info: info.path,
    "SnapshotIdList": lambda info: text_list(info.snapshot_ids),
    "AllPaths": lambda info: None if info.all_paths is None else text_list(info.all_paths),
}
SNAPSHOT: Readers = {
    "ComputerName": lambda info: info.host.name,
    "FilePath": lambda info: info.file_path,
    "SnapshotId": lambda info: guid(info.snapshot_id),
    "SnapshotPath": lambda info: info.snapshot_path,
    "CreationTime": lambda info: local_time(info.host, info.created),
    "ResilientChangeTrackingId": lambda info: info.change_tracking_id,
    "ParentPathsList": lambda info: None if info.parent_paths is None else text_list(info.parent_paths),
}
