"""ocsetup.exe: install or remove an optional component, as Server Core of 2008 R2 does it."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.exit_codes import REBOOT_REQUIRED
from emulator.host import AccessDenied, Host
from emulator.host.security.callers import administering
from emulator.host.windows.optional_features import (
    UNKNOWN_FEATURE,
    ParentDisabled,
    disable,
    enable,
    find_feature,
)
from emulator.host.windows.shutdown_request import ShutdownRequest
from emulator.signed_numbers import signed32

_ACCESS_DENIED, _NOT_SUPPORTED, _INVALID_PARAMETER = 5, 50, 87
_WITHOUT_EFFECT = ("/norestart", "/passive", "/quiet")


def exists(host: Host) -> bool:
    """It was dropped when DISM learned /all."""
    return not host.release.features.dism_all


def main(context: Context, tail: str) -> int:
    """`ocsetup Component [/uninstall] [/quiet] [/norestart]`: upper and lower case of the name count.

    There is no check of the hardware. Windows shows everything in a window, so nothing is printed; a change
    that waits for a reboot exits with 3010. Without /norestart a dialog asks for the reboot, which nobody
    answers here; with /quiet the machine reboots by itself. The exit code for an unknown name is that of the
    package manager behind it.
    """
    words = split_arguments(tail)
    switches = [word.lower() for word in words if word.startswith("/")]
    names = [word for word in words if not word.startswith("/")]
    unknown = [word for word in switches if word not in (*_WITHOUT_EFFECT, "/uninstall", "/x")]
    if unknown or len(names) != 1:
        if unknown:
            context.host.gaps.record("program", f"ocsetup {unknown[0]}")
        return _INVALID_PARAMETER
    host = context.host
    feature = find_feature(host, names[0], exact=True)
    if feature is None:
        return signed32(UNKNOWN_FEATURE)
    removes = "/uninstall" in switches or "/x" in switches
    try:
        with administering(host, context.account):
            restart = disable(host, feature) if removes else enable(host, feature)
    except AccessDenied:
        return _ACCESS_DENIED
    except ParentDisabled:
        return _NOT_SUPPORTED
    if not restart:
        return 0
    if "/quiet" in switches and "/norestart" not in switches:
        host.power.shut_down(ShutdownRequest(caller=context.account, program="ocsetup.exe"))
    return REBOOT_REQUIRED
