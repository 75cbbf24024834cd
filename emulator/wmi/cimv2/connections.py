"""Connections of Windows to other computers' shares and theirs to its own, and jobs of the AT command.

There are none: nobody is logged on at the console, and no client of the emulator speaks SMB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.cim.errors import ProviderNotCapable
from emulator.wmi.cimv2.base import Win32RowView
from emulator.wmi.rows import Row
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.wmi.method import Arguments, MethodResult

#: Windows 8 and Server 2012 have the class and no AT command any more.
_FIRST_BUILD_WITHOUT_JOBS = 9200
_UNKNOWN_FAILURE = 8


class _Nothing(Win32RowView):
    def rows(self) -> tuple[Row, ...]:
        return ()


class NetworkConnection(_Nothing):
    """A drive that leads to another computer's share."""

    class_name = "Win32_NetworkConnection"


class ServerConnection(_Nothing):
    """A connection of another computer to a share."""

    class_name = "Win32_ServerConnection"


class ScheduledJob(_Nothing):
    """A job of the AT command."""

    class_name = "Win32_ScheduledJob"

    @wmi_method
    def Create(self, _item: None, arguments: Arguments) -> MethodResult:
        """Refused from Windows 8 on, as documented: jobs are made with the task scheduler."""
        if self.host.release.build >= _FIRST_BUILD_WITHOUT_JOBS:
            return arguments.result(_UNKNOWN_FAILURE)
        self.namespace.service.record_gap(self.namespace.name, self.class_name, "Create")
        raise ProviderNotCapable("Win32_ScheduledJob.Create is not emulated")


VIEWS = (NetworkConnection, ScheduledJob, ServerConnection)
