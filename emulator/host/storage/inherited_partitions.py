"""The partition table that a differencing disk has from its parent, with what is on the volumes."""

from __future__ import annotations

from typing import TypeVar

from emulator.host.storage.filesystem.node import DirectoryNode, FileNode, MountPoint, Node
from emulator.host.storage.filesystem.volume import Volume
from emulator.host.storage.partition_table import DiskState, StoredPartition

_Copy = TypeVar("_Copy", bound=Node)


def inherited(state: DiskState) -> DiskState:
    """A table of its own that looks like another one."""
    partitions = [
        StoredPartition(
            each.number,
            each.kind,
            each.offset,
            each.size,
            each.letter,
            _volume(each.volume) if each.volume is not None else None,
        )
        for each in state.partitions
    ]
    return DiskState(state.style, partitions=partitions)


def _volume(volume: Volume) -> Volume:
    made = Volume(
        volume.letter,
        volume.label,
        volume.size,
        volume.system_used,
        volume.disk_number,
        volume.serial_number,
        volume.root.created,
        volume.file_system,
    )
    made.charged, made.cluster_size = volume.charged, volume.cluster_size
    made.root = _folder(volume.root)
    return made


def _folder(top: DirectoryNode) -> DirectoryNode:
    """A copy of a folder and all in it. Iterative: depth costs no stack."""
    copy = _like(top, DirectoryNode(top.name, top.created, protected=top.protected))
    pending = [(top, copy)]
    while pending:
        folder, target = pending.pop()
        for child in folder.children.values():
            if isinstance(child, DirectoryNode):
                inner = _like(child, DirectoryNode(child.name, child.created, protected=child.protected))
                target.add(inner)
                if not isinstance(child, MountPoint):
                    pending.append((child, inner))
            elif isinstance(child, FileNode):
                target.add(_file(child))
    return copy


def _file(file: FileNode) -> FileNode:
    """A copy of a file; of one that the machine keeps an object for (a virtual disk) the size alone."""
    made = _like(file, FileNode(file.name, file.created, file.data, file.size, protected=file.protected))
    made.charged, made.held = file.charged, 0 if file.data is None else file.held
    made.streams = dict(file.streams)
    return made


def _like(node: Node, copy: _Copy) -> _Copy:
    copy.modified, copy.attributes, copy.security = node.modified, node.attributes, node.security
    return copy
