"""PSTransaction, its view, and TransactedString."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.exceptions import argument_error
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.format.views import Column, table
from emulator.powershell.modules.management.enumerations import ROLLBACK_SEVERITY, TRANSACTION_STATUS
from emulator.powershell.providers.transacted_text import TransactedText
from emulator.powershell.providers.transactions import Transaction
from emulator.powershell.runtime.arithmetic import add

_NAME = "System.Management.Automation.PSTransaction"

register(
    PSType(
        _NAME,
        instance={
            "RollbackPreference": lambda t: ROLLBACK_SEVERITY.parse(t.preference),
            "SubscriberCount: int": lambda t: t.subscribers,
            "Status": lambda t: TRANSACTION_STATUS.parse(t.status),
            "Dispose()": lambda _t: None,
        },
    ),
    Transaction,
)


def _length(engine: Any, text: TransactedText) -> int:
    return len(_read(engine, text))


def _read(engine: Any, text: TransactedText) -> str:
    return text.value(engine.paths.transactions.ambient if engine is not None else None)


def _append(engine: Any, text: TransactedText, more: str) -> None:
    text.change(add(_read(engine, text), more), engine.paths.transactions.ambient)


def _remove(engine: Any, text: TransactedText, start: int, length: int) -> None:
    old = _read(engine, text)
    if start < 0 or length < 0 or start + length > len(old):
        raise argument_error("Index and count must refer to a location within the string.", "count")
    text.change(old[:start] + old[start + length :], engine.paths.transactions.ambient)


register(
    PSType(
        "Microsoft.PowerShell.Commands.Management.TransactedString",
        construct={
            "new()": lambda _kind: TransactedText(),
            "new(string value)": lambda _kind, value: TransactedText(value),
        },
        instance={
            "@Length: int": _length,
            "@Append(string text)": _append,
            "@Remove(int startIndex, int length)": _remove,
            "@ToString()": _read,
        },
    ),
    TransactedText,
)
TRANSACTION_VIEWS = (
    table(
        _NAME,
        columns=(
            Column("RollbackPreference", "RollbackPreference", 20),
            Column("SubscriberCount", "SubscriberCount", 17),
            Column("Status", "Status"),
        ),
    ),
)
