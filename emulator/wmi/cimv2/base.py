"""What the views of root/cimv2 have in common."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime, timezone
from typing import TYPE_CHECKING, TypeVar

from emulator.wmi.rows import Row, RowView
from emulator.wmi.view import View

if TYPE_CHECKING:
    from emulator.host import Host

Item = TypeVar("Item")


class Win32View(View[Item]):
    """A class of root/cimv2; datetimes are shown in the machine's local time, as Windows does."""

    def local_time(self, moment: datetime) -> datetime:
        """The moment with the machine's present offset to UTC."""
        return moment.astimezone(timezone(self.host.operating_system.utc_offset()))


class HostView(Win32View["Host"]):
    """A class with one instance: the host itself."""

    def objects(self) -> Iterable[Host]:
        return (self.host,)

    def object_id(self, item: Host) -> Hashable:
        return item.name

    def revision(self, item: Host) -> Hashable | None:
        return (item.operating_system.revision, item.hypervisor.revision)


class Win32RowView(RowView, Win32View[Row]):
    """A class of root/cimv2 that only shows facts."""


#: What every logical device of this machine says of the system it is in.
IN_COMPUTER = {"SystemCreationClassName": "Win32_ComputerSystem"}
