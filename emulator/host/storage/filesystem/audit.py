"""Whether the books of the file system agree with its files."""

from collections.abc import Iterable

from emulator.host.storage.filesystem.budget import Budget
from emulator.host.storage.filesystem.node import FileNode, walk
from emulator.host.storage.filesystem.volume import Volume


def audit(volumes: Iterable[Volume], budget: Budget) -> list[str]:
    """What does not add up: space of the volumes, number of entries, bytes held. Empty when all is well."""
    problems: list[str] = []
    entries = held = 0
    for volume in volumes:
        charged = 0
        for path, node in walk(volume.root, f"{volume.letter}:\\"):
            entries += 1
            if not isinstance(node, FileNode):
                continue
            charged += node.charged
            held += node.held + node.bytes_of_streams
            if not node.protected and node.charged != node.size:
                problems.append(f"{path} has {node.size} bytes and takes {node.charged}")
            if node.data is not None and len(node.data) != node.size:
                problems.append(f"{path} has {node.size} bytes and {len(node.data)} of content")
        entries -= 1
        if charged != volume.charged:
            problems.append(f"the files of {volume.letter}: take {charged}, not {volume.charged}")
    if (entries, held) != (budget.entries, budget.held):
        problems.append(f"{entries} entries and {held} bytes, not {budget.entries} and {budget.held}")
    return problems
