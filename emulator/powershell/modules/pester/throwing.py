"""Should -Throw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.modules.pester.model import FIRST_WITH_DISCOVERY
from emulator.powershell.modules.pester.texts import because, joined, nicely
from emulator.powershell.modules.pester.user_code import attempt
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ErrorRecord
from emulator.powershell.runtime.script_block import ScriptBlock

if TYPE_CHECKING:
    from emulator.powershell.modules.pester.operators import Asked


def throw(asked: Asked) -> str | None:
    """The block must throw, and what it throws must fit."""
    script = unwrap(asked.actual)
    call = asked.call
    if not isinstance(script, ScriptBlock):
        raise call.failure(
            "System.ArgumentException",
            "Input is not a ScriptBlock. Input to '-Throw' and '-Not -Throw' must be enclosed in curly "
            "braces.",
            "RuntimeException",
            "OperationStopped",
        )
    record = asked.thrown = attempt(call.engine, lambda: _run(script))
    if asked.negated:
        if record is None:
            return None
        return (
            f"Expected no exception to be thrown,{because(asked.reason)} but an exception "
            f'"{record.exception.message}" was thrown {_where(record)}.'
        )
    filters, buts = _compare(asked, record)
    if record is None:
        buts.append("no exception was thrown")
    if not buts:
        asked.passed_on = record
        return None
    said = f" with {joined(filters)}" if filters else ""
    where = _where(record) if record is not None else ""
    text = f"Expected an exception{said} to be thrown,{because(asked.reason)} but {joined(buts)}. {where}"
    return text.strip()


def _run(script: ScriptBlock) -> None:
    script.invoke([])


def _compare(asked: Asked, record: ErrorRecord | None) -> tuple[list[str], list[str]]:
    filters: list[str] = []
    buts: list[str] = []
    kind = unwrap(asked.named("ExceptionType", 2))
    if isinstance(kind, PSType):
        filters.append(f"type {nicely(kind)}")
        if record is not None and not record.exception.is_a(kind):
            buts.append(f"the exception type was {nicely(record.exception.ps_type)}")
    message = asked.named("ExpectedMessage", 0)
    if message is not None and to_text(message).strip():
        filters.append(f"message like {nicely(message)}")
        if record is not None and not _fits(asked, record.exception.message, message):
            buts.append(f"the message was {nicely(record.exception.message)}")
    error_id = asked.named("ErrorId", 1)
    if error_id is not None and to_text(error_id).strip():
        filters.append(f"FullyQualifiedErrorId {nicely(error_id)}")
        if record is not None and not _fits(asked, record.fully_qualified_error_id, error_id):
            buts.append(f"the FullyQualifiedErrorId was {nicely(record.fully_qualified_error_id)}")
    return filters, buts


def _fits(asked: Asked, actual: str, expected: Any) -> bool:
    """A wildcard since Pester 5; before, the text must contain the other."""
    text = to_text(expected)
    if asked.version < FIRST_WITH_DISCOVERY:
        return text.lower() in actual.lower()
    return like(actual, text)


def _where(record: ErrorRecord) -> str:
    invocation = record.invocation
    message = invocation.position_message if invocation is not None else ""
    return "from " + message[3:] if message.startswith("At ") else message
