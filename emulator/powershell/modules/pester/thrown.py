"""The error of ``throw 'text'`` in a script."""

from __future__ import annotations

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.runtime.errors import ErrorRecord, PSError


def thrown(text: str) -> PSError:
    """A RuntimeException whose identifier is its text."""
    exception = ExceptionObject("System.Management.Automation.RuntimeException", text)
    return PSError(ErrorRecord(exception, text, "OperationStopped", text))
