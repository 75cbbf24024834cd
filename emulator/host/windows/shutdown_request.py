"""What somebody says who asks Windows to shut down, and how the event log tells it (User32, 1074)."""

from enum import Enum
from typing import TYPE_CHECKING

from emulator.host.checks import check_number, check_text
from emulator.host.security.callers import require_privilege
from emulator.host.windows.event_log import EventLevel
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account

#: InitiateSystemShutdownEx: ten years in seconds (MAX_SHUTDOWN_TIMEOUT), a message of 512 characters.
LONGEST_DELAY, LONGEST_MESSAGE = 315_360_000, 512
SHUTDOWN_PRIVILEGE = "SeShutdownPrivilege"
_SYSTEM32 = "C:\\Windows\\system32\\"


class ShutdownKind(Enum):
    """What comes after the shutdown; the value is event 1074's word for it."""

    RESTART = "restart"
    SHUT_DOWN = "shutdown"
    POWER_OFF = "power off"

    @property
    def returns(self) -> bool:
        """Whether the machine boots again by itself."""
        return self is ShutdownKind.RESTART


class ShutdownRequest(Record):
    """``delay`` in seconds of the machine's clock; ``caller`` is who asks, and ``program`` with what."""

    kind: ShutdownKind = ShutdownKind.RESTART
    delay: int = 0
    message: str = ""
    reason: int = 0
    caller: "Account | None" = None
    program: str = "wbem\\wmiprvse.exe"

    def check(self) -> None:
        """Raise PrivilegeNotHeld for somebody who may not; InvalidParameter for a delay or message that
        Windows does not take."""
        require_privilege(self.caller, SHUTDOWN_PRIVILEGE)
        check_number("the delay", self.delay, 0, LONGEST_DELAY)
        check_text("the message", self.message, LONGEST_MESSAGE)

    def write(self, host: "Host") -> None:
        """Write event 1074."""
        user = None if self.caller is None else self.caller.qualified_name
        who = user or "NT AUTHORITY\\SYSTEM"
        program, word = f"{_SYSTEM32}{self.program} ({host.name})", self.kind.value
        text = (
            f"The process {program} has initiated the {word} of computer {host.name} on "
            f"behalf of user {who} for the following reason: No title for this reason could be found\r\n"
            f" Reason Code: 0x{self.reason:x}\r\n Shutdown Type: {word}\r\n Comment: {self.message}"
        )
        data = (
            ("param1", program),
            ("param2", host.name),
            ("param3", "No title for this reason could be found"),
            ("param4", f"0x{self.reason:x}"),
            ("param5", word),
            ("param6", self.message),
            ("param7", who),
        )
        host.event_log.write("System", "User32", 1074, EventLevel.INFORMATION, text, user, data)
