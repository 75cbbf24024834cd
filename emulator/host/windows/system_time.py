"""Setting the time of the machine."""

from datetime import timedelta
from typing import TYPE_CHECKING

from emulator.host.errors import NotSupported
from emulator.host.security.callers import require_privilege

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account


def move_system_time(host: "Host", by: timedelta, caller: "Account | None" = None) -> None:
    """Let the clock show another time; what is due until then happens at once.

    Raises PrivilegeNotHeld, and NotSupported for a time that is over and for a clock that follows the one of
    whoever runs the emulator: the clock is that of everything that lives on the machine.
    """
    require_privilege(caller, "SeSystemtimePrivilege")
    try:
        host.clock.advance(by)
    except ValueError as problem:
        raise NotSupported(str(problem)) from None
