"""What clients may add to the file system: entries, and bytes that the emulator keeps."""

from emulator.host.errors import DiskFull

#: Content that is kept in memory for all files, and entries that clients may add after the start.
MAXIMUM_CONTENT = 64 << 20
MAXIMUM_NEW_ENTRIES = 100_000
_UNBOUNDED = 1 << 62


class Budget:
    """Files and folders that there are, and bytes of content that are held for them."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Nothing is there, and the profile may add as much as it wants."""
        self.held = self.entries = 0
        self.maximum_entries = _UNBOUNDED

    def seal(self) -> None:
        """From here on additions are bounded."""
        self.maximum_entries = self.entries + MAXIMUM_NEW_ENTRIES

    def require_content(self, more: int, path: str) -> None:
        """Raise DiskFull when so many bytes more cannot be held."""
        if more > 0 and self.held + more > MAXIMUM_CONTENT:
            raise DiskFull(path)

    def require_entries(self, more: int, path: str) -> None:
        """Raise DiskFull when there cannot be so many files and folders more."""
        if self.entries + more > self.maximum_entries:
            raise DiskFull(path)
