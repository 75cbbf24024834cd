"""What the service control manager keeps of a service besides its program, account and start mode.

The defaults are those of CreateService; limits and meanings are those of ChangeServiceConfig2.
"""

from emulator.record import Record, field

#: SC_ACTION_TYPE.
NOTHING, RESTART, REBOOT, COMMAND = range(4)
#: SERVICE_ERROR_IGNORE to SERVICE_ERROR_CRITICAL.
IGNORE, NORMAL, SEVERE, CRITICAL = range(4)
DEFAULT_PRESHUTDOWN_TIMEOUT = 180_000
MAXIMUM_ACTIONS = 1024


class FailureActions(Record):
    """What happens when a service fails. They are kept; nothing fails by itself here. Seconds and
    milliseconds."""

    reset_period: int = 0
    reboot_message: str = ""
    command: str = ""
    actions: tuple[tuple[int, int], ...] = ()
    """Kind and delay in milliseconds."""
    also_on_errors: bool = False
    """Whether a service that stops with an error code counts as failed."""


class ServiceSettings(Record):
    """Further settings of one service."""

    delayed_start: bool = False
    error_control: int = NORMAL
    load_order_group: str = ""
    sid_type: int = 0
    required_privileges: tuple[str, ...] = ()
    preshutdown_timeout: int = DEFAULT_PRESHUTDOWN_TIMEOUT
    launch_protection: int = 0
    preferred_node: int | None = None
    triggers: tuple[tuple[int, int, bytes, tuple[tuple[int, bytes], ...]], ...] = ()
    """Kind, action, subtype (16 bytes) and data items (kind, bytes)."""
    failure: FailureActions = field(default_factory=FailureActions)
