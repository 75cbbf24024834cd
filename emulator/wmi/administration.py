"""Methods outside of Hyper-V's classes that change the machine: for administrators only.

Providers of Windows act in the name of the caller, so that it is the machine that refuses; the method then
returns the number that the documentation of its class gives for access denied. Where none is documented the
call fails as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.cim.errors import AccessDenied

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Classes whose methods ask themselves who calls.
_ASK_THEMSELVES = frozenset(
    {
        "CIM_DataFile",
        "PS_ScheduledTask",
        "StdRegProv",
        "Win32_ComputerSystem",
        "Win32_Directory",
        "Win32_OperatingSystem",
        "Win32_Process",
    }
)
_STORAGE_ACCESS_DENIED = 40001
#: Class -> what its methods return.
_CLASSES: Mapping[str, int] = {
    "MSFT_Disk": _STORAGE_ACCESS_DENIED,
    "MSFT_Partition": _STORAGE_ACCESS_DENIED,
    "MSFT_Volume": _STORAGE_ACCESS_DENIED,
    "Win32_NTEventlogFile": 8,
    "Win32_NetworkAdapter": 5,
    "Win32_NetworkAdapterConfiguration": 91,
    "Win32_PnPEntity": 5,
    "Win32_Service": 2,
    "Win32_ShadowCopy": 1,
    "Win32_Share": 2,
}
_METHODS: Mapping[tuple[str, str], int] = {
    ("Win32_Volume", "Chkdsk"): 3,
    ("Win32_Volume", "Defrag"): 1,
    ("Win32_Volume", "DefragAnalysis"): 1,
    ("Win32_Volume", "Format"): 3,
}


def refusal_for_others(class_name: str, method: str) -> int | None:
    """What a method returns to somebody who is no administrator; None when that decides nothing.

    Raises AccessDenied for a method without a number for it.
    """
    if class_name.startswith(("__", "Msvm_")) or class_name in _ASK_THEMSELVES:
        return None
    if method.lower().startswith("get"):
        return None
    code = _METHODS.get((class_name, method), _CLASSES.get(class_name))
    if code is None:
        raise AccessDenied(f"{class_name}.{method}")
    return code
