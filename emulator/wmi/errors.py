"""What a host error becomes: the number that a method returns, or the error of a Put, Create or Delete.

The numbers are documented with every Msvm_ method ("Return value"). A host error names its own (``code``),
because the PowerShell door and failed jobs show the same one; a view whose class has other numbers
overrides ``View.return_value``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.cim import errors as cim
from emulator.host import errors as host

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


# Searched along the error's base classes; the rest is a generic failure.
_STATUS: dict[type[HostError], type[cim.CimError]] = {
    host.AccessDenied: cim.AccessDenied,
    host.AlreadyExists: cim.AlreadyExists,
    host.InvalidParameter: cim.InvalidParameter,
    host.InvalidPath: cim.InvalidParameter,
    host.NotFound: cim.NotFound,
    host.NotSupported: cim.NotSupported,
}


def cim_error(error: HostError) -> cim.CimError:
    """The WMI status of a write that the host refuses."""
    status = next((_STATUS[base] for base in type(error).__mro__ if base in _STATUS), cim.CimError)
    return status(error.text)
