"""The numbers that Hyper-V's WMI methods return, and which of them a host error becomes.

The numbers are documented with every Msvm_ method ("Return value"). A host error names its own (``code``),
because the PowerShell door and failed jobs show the same one; a view whose class has other numbers
overrides ``View.return_value``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.host.errors import HostError

COMPLETED = 0
JOB_STARTED = 4096
FAILED = 32768
ACCESS_DENIED = 32769
NOT_SUPPORTED = 32770
INVALID_PARAMETER = 32773
IN_USE = 32774
INVALID_STATE = 32775
INCORRECT_DATA_TYPE = 32776
SYSTEM_NOT_AVAILABLE = 32777
OUT_OF_MEMORY = 32778
FILE_NOT_FOUND = 32779


def return_value(error: HostError) -> int:
    """The number that a Msvm_ method returns when the host refuses with this error."""
    return error.code
