"""Start-Transaction, Complete-Transaction, Undo-Transaction, Use-Transaction and Get-Transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.modules.management.admission import transaction_of
from emulator.powershell.providers.transactions import Transaction, TransactionManager
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ControlFlow, NotEmulatedError, PSError
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.script_block import ScriptBlock

_RESOURCE = "Current transaction"
_TICK = 1e-7
_SCRIPT_MINUTES = 30
"""How long a transaction lasts that a script started without -Timeout; one of the prompt lasts for ever."""


def _changed(call: CmdletCall, action: str, change: Callable[[TransactionManager], None]) -> None:
    if not call.should_process(_RESOURCE, action):
        return
    try:
        change(call.engine.paths.transactions)
    except NetError as problem:
        raise call.failure(problem.exception, error_id=problem.exception.ps_type.name) from None


@cmdlet("Start-Transaction")
def start_transaction(
    call: CmdletCall, timeout: int | None = None, independent: bool = False, rollback_preference: Any = None
) -> None:
    """Begin a transaction, or join the one that there is."""
    if timeout is not None:
        seconds: float | None = int(timeout) * 60 or _TICK
    else:
        seconds = _SCRIPT_MINUTES * 60 if call.frame.scope.parent is not None else None
    preference = "Error" if rollback_preference is None else to_text(rollback_preference)
    _changed(call, "Begin", lambda manager: manager.start(preference, seconds, independent))


@cmdlet("Complete-Transaction")
def complete_transaction(call: CmdletCall) -> None:
    """Make the changes of the transaction."""
    _changed(call, "Commit", TransactionManager.complete)


@cmdlet("Undo-Transaction")
def undo_transaction(call: CmdletCall) -> None:
    """Forget the changes of the transaction."""
    _changed(call, "Rollback", TransactionManager.undo)


@cmdlet("Get-Transaction")
def get_transaction(call: CmdletCall) -> Iterator[Transaction | None]:
    """The current transaction, which may have ended; $null when there never was one."""
    yield call.engine.paths.transactions.current


@cmdlet("Use-Transaction", reads=("UseTransaction",))
def use_transaction(call: CmdletCall, transacted_script: ScriptBlock) -> None:
    """Run a script in the transaction, for objects that take part in it by themselves."""
    transaction = transaction_of(call)
    if transaction is None:
        kind = "System.InvalidOperationException"
        text = "This cmdlet requires a transaction. Run the command again with the -UseTransaction parameter."
        raise call.failure(kind, text, kind)
    manager = call.engine.paths.transactions
    outer, manager.ambient = manager.ambient, transaction
    try:
        transacted_script.inline(call.frame, call.write)
    except (ControlFlow, NotEmulatedError):
        raise
    except PSError as problem:
        exception = problem.record.exception
        call.error(call.record(exception, error_id="TRANSACTED_SCRIPT_EXCEPTION"))
    finally:
        manager.ambient = outer
