"""What Windows' installers exit with."""

from __future__ import annotations

#: A change waits for a reboot (ERROR_SUCCESS_REBOOT_REQUIRED).
REBOOT_REQUIRED = 3010


def exit_code(hresult: int) -> int:
    """An HRESULT as a process exits with it: a signed 32-bit number."""
    return hresult - (1 << 32) if hresult >= 1 << 31 else hresult
