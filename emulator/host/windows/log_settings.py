"""How large an event log may get, and what happens with the oldest events then."""

from emulator.host.errors import InvalidParameter
from emulator.record import Record

#: Bytes of the logs of Windows itself and of the channels of its parts, on a server.
CLASSIC_SIZE, CHANNEL_SIZE = 20_971_520, 1_052_672
LOG_SIZE_UNIT = 65_536
_LARGEST = 0xFFFF_FFFF
_CLASSIC = frozenset({"application", "security", "system"})


class LogSettings(Record):
    """``size`` in bytes. ``retention_days``: -1 keeps every event, 0 overwrites the oldest when there is no
    room, a number overwrites those that are older (EventLog.ModifyOverflowPolicy)."""

    size: int
    retention_days: int = 0

    @property
    def overflow(self) -> str:
        """System.Diagnostics.OverflowAction."""
        if self.retention_days == 0:
            return "OverwriteAsNeeded"
        return "DoNotOverwrite" if self.retention_days < 0 else "OverwriteOlder"


def default_settings(log_name: str) -> LogSettings:
    """The settings of a log that nobody changed."""
    return LogSettings(CLASSIC_SIZE if log_name.casefold() in _CLASSIC else CHANNEL_SIZE)


def checked_size(size: int) -> int:
    """A size as a log takes it. Raises InvalidParameter: it must be a multiple of 64 KB up to 4 GB."""
    if not LOG_SIZE_UNIT <= size <= _LARGEST or size % LOG_SIZE_UNIT:
        raise InvalidParameter("The size of a log must be a multiple of 64 KB, up to 4 GB.")
    return size
