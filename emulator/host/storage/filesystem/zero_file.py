"""A file of zeros of any size, as SetEndOfFile and SetFileValidData make one; nothing of it is kept."""


class ZeroFile:
    """What is behind a file that nobody has written anything to (FileBacking)."""

    def in_use(self) -> bool:
        """Nobody holds it."""
        return False

    def renamed(self, path: str) -> None:
        """The path makes no difference."""

    def removed(self) -> None:
        """Nothing is left of it."""

    def copied(self, path: str) -> "ZeroFile":  # noqa: ARG002 - the path makes no difference
        """A copy is a file of zeros too."""
        return ZeroFile()

    def read(self, offset: int, length: int) -> bytes:  # noqa: ARG002 - everywhere the same
        """Zeros."""
        return bytes(length)
