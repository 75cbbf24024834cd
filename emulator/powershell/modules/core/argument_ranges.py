"""What ValidateRange says of a number, for parameters whose range the tables do not hold."""

from __future__ import annotations

from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.validation import above_range, below_range


def check_range(call: CmdletCall, parameter: str, value: int | None, least: int, most: int) -> None:
    """Raises ParameterArgumentValidationError for a value outside of the range; None is no value."""
    if value is None or least <= value <= most:
        return
    text = below_range(value, least) if value < least else above_range(value, most)
    raise call.failure(
        "System.Management.Automation.ParameterBindingValidationException",
        f"Cannot validate argument on parameter '{parameter}'. {text}",
        "ParameterArgumentValidationError",
        "InvalidData",
    )
