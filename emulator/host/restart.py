"""A restart that somebody asked for: now or after a delay, with the reason in the event log."""

from typing import TYPE_CHECKING

from emulator.host.checks import check_number, check_text
from emulator.host.event_log import EventLevel

if TYPE_CHECKING:
    from emulator.host.host import Host

#: InitiateSystemShutdownEx: ten years in seconds (MAX_SHUTDOWN_TIMEOUT), a message of 512 characters.
LONGEST_DELAY, LONGEST_MESSAGE = 315_360_000, 512


def schedule_restart(host: "Host", delay: int, message: str, reason: int, user: str | None) -> None:
    """Restart the machine ``delay`` seconds from now on its clock. Raises InvalidParameter."""
    check_number("the delay", delay, 0, LONGEST_DELAY)
    check_text("the message", message, LONGEST_MESSAGE)
    with host.looking():
        who = user or "NT AUTHORITY\\SYSTEM"
        program = "C:\\Windows\\system32\\wbem\\wmiprvse.exe"
        text = (
            f"The process {program} ({host.name}) has initiated the restart of computer {host.name} on "
            f"behalf of user {who} for the following reason: No title for this reason could be found\r\n"
            f" Reason Code: 0x{reason:x}\r\n Shutdown Type: restart\r\n Comment: {message}"
        )
        data = (
            ("param1", f"{program} ({host.name})"),
            ("param2", host.name),
            ("param3", "No title for this reason could be found"),
            ("param4", f"0x{reason:x}"),
            ("param5", "restart"),
            ("param6", message),
            ("param7", who),
        )
        host.event_log.write("System", "User32", 1074, EventLevel.INFORMATION, text, user, data)
        if delay == 0:
            host.reboot()
        else:
            host.clock.schedule(delay, host.reboot)
