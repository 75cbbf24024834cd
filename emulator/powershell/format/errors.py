"""The errors of -ShowError and -DisplayError: columns that could not be read or written (ids and marks of
5.1's documentation and the open source)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.runtime.errors import ErrorRecord, PSError

if TYPE_CHECKING:
    from emulator.powershell.format.views import Column

EXPRESSION_MARK = "#ERR"
FORMAT_MARK = "#FMTERR"


def _expression(column: Column) -> str:
    """A property or a block as it was written."""
    block = getattr(getattr(column.value, "__self__", None), "block", None)
    if block is not None:
        return str(block)
    return column.value if isinstance(column.value, str) and column.value else column.label


def _error(problem: PSError, value: Any, error_id: str, message: str) -> ErrorRecord:
    record = ErrorRecord(
        problem.record.exception,
        error_id,
        "InvalidArgument",
        value,
    )
    record.target_type = "PSObject"  # PowerShell wraps whatever it formats
    record.details = message
    return record


def evaluation_error(column: Column, value: Any, problem: PSError) -> ErrorRecord:
    """A property or block that ended in an error."""
    text = f'Failed to evaluate expression "{_expression(column)}".'
    return _error(problem, value, "mshExpressionError", text)


def format_error(column: Column, value: Any, problem: PSError) -> ErrorRecord:
    """A format string that the value could not be written by."""
    return _error(problem, value, "formattingError", f'Failed to interpret format string "{column.form}".')
