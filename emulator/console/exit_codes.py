"""What Windows' installers exit with."""

from __future__ import annotations

#: A change waits for a reboot (ERROR_SUCCESS_REBOOT_REQUIRED).
REBOOT_REQUIRED = 3010
