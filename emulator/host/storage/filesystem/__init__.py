"""A bounded fake NTFS: volumes, folders and files that exist only in memory."""

from emulator.host.storage.filesystem.filesystem import Entry, Filesystem
from emulator.host.storage.filesystem.node import FileAttributes, FileBacking
from emulator.host.storage.filesystem.volume import Volume

__all__ = ["Entry", "FileAttributes", "FileBacking", "Filesystem", "Volume"]
