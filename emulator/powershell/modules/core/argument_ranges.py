"""What ValidateRange says of a number, for parameters whose range the tables do not hold."""

from __future__ import annotations

from emulator.powershell.runtime.cmdlet_call import CmdletCall


def check_range(call: CmdletCall, parameter: str, value: int | None, least: int, most: int) -> None:
    """Raises ParameterArgumentValidationError for a value outside of the range; None is no value."""
    if value is None or least <= value <= most:
        return
    if value < least:
        text = (
            f"The {value} argument is less than the minimum allowed range of {least}. Supply an argument "
            f"that is greater than or equal to {least} and then try the command again."
        )
    else:
        text = (
            f"The {value} argument is greater than the maximum allowed range of {most}. Supply an argument "
            f"that is less than or equal to {most} and then try the command again."
        )
    raise call.failure(
        "System.Management.Automation.ParameterBindingValidationException",
        f"Cannot validate argument on parameter '{parameter}'. {text}",
        "ParameterArgumentValidationError",
        "InvalidData",
    )
