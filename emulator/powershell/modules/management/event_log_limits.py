"""Limit-EventLog."""

from __future__ import annotations

from typing import Any

from emulator.host import AccessDenied, Account
from emulator.host.errors import HostError
from emulator.powershell.modules.management.event_log_types import retention_days as days_of
from emulator.powershell.modules.management.event_logs import report_no_log
from emulator.powershell.modules.management.own_computer import own_computer
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.module import cmdlet

_INVALID = "System.InvalidOperationException"
_OLDER = "OverwriteOlder"


@cmdlet("Limit-EventLog")
def limit_event_log(
    call: CmdletCall,
    log_name: list[str],
    computer_name: list[str] | None = None,
    retention_days: int | None = None,
    overflow_action: Any = None,
    maximum_size: int | None = None,
) -> None:
    """How large logs may get, and what happens with the oldest events then."""
    host = own_computer(call, computer_name)
    logs = host.event_log
    for name in log_name:
        if not logs.has(name):
            report_no_log(call, name, "")
            continue
        text = f'Do you want to change the properties of the "{name}" log on the "localhost" computer?'
        if not call.should_process(text):
            continue
        held = logs.settings(name)
        action = held.overflow if overflow_action is None else to_text(overflow_action)
        if retention_days is not None and action != _OLDER:
            text = (
                'Retention days is valid only if the overflow action is "OverwriteOlder". Please change  and '
                "try again."
            )
            call.error(call.record(_INVALID, text, "", "InvalidOperation"))
            continue
        days = held.retention_days if retention_days is None else int(retention_days)
        if action == _OLDER and not days >= 1:
            text = "Specify a valid value for the number of retention days."
            call.error(call.record("System.Exception", text, "InvalidArgument", "InvalidData"))
            continue
        size = None if maximum_size is None else int(maximum_size) // 1024 * 1024
        caller = call.engine.find_service(Account)
        try:
            logs.configure(name, size=size, retention_days=days_of(action, days), caller=caller)
        except AccessDenied:
            text = f'The registry key for the log "{name}" could not be opened on the computer "localhost".'
            call.error(call.record("System.Exception", text, "PermissionDenied", "PermissionDenied"))
        except HostError:
            text = (
                "The value supplied for MaximumSize parameter has to be in the range of 64 KB to 4GB with an "
                "increment of 64 KB. Please enter a proper value and then retry."
            )
            call.error(call.record("System.Exception", text, "ValueOutofRange", "InvalidData"))
