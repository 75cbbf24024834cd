"""The transactions of a session (PSTransactionManager): Start-Transaction and -UseTransaction."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

from emulator.powershell.dotnet.exceptions import NetError

if TYPE_CHECKING:
    from emulator.powershell.providers.registry_transaction import TransactedRegistry
    from emulator.powershell.providers.transacted_text import TransactedText

MAXIMUM_OPEN = 1000
ERROR, TERMINATING_ERROR, NEVER = "Error", "TerminatingError", "Never"
_INVALID = "System.InvalidOperationException"
_ABORTED = "System.Transactions.TransactionAbortedException"

Now = Callable[[], datetime.datetime]


class Transaction:
    """PSTransaction: changes that are kept apart until they are completed together.

    ``preference`` says which errors of a command that uses it undo it: ERROR, TERMINATING_ERROR or NEVER.
    ``deadline`` is when it is undone by itself; None for never.
    """

    def __init__(self, preference: str, deadline: datetime.datetime | None, now: Now) -> None:
        self.preference = preference
        self._deadline = deadline
        self._now = now
        self._subscribers = 1
        self._ended = ""
        self.registry: TransactedRegistry | None = None
        self.texts: list[TransactedText] = []

    @property
    def status(self) -> str:
        """PSTransactionStatus: Active, Committed or RolledBack."""
        if not self._ended and self._deadline is not None and self._now() >= self._deadline:
            self.roll_back()
        return self._ended or "Active"

    @property
    def subscribers(self) -> int:
        """How many Start-Transaction wait for a Complete-Transaction."""
        return self._subscribers if self.status == "Active" else 0

    def join(self) -> None:
        """One more Start-Transaction."""
        self._subscribers += 1

    def complete(self) -> None:
        """One Complete-Transaction: the last one makes the changes. Raises what the registry refuses."""
        self._subscribers -= 1
        if self._subscribers:
            return
        if self.registry is not None:
            try:
                self.registry.store.commit()
            except NetError:
                self.roll_back()
                raise
        for text in self.texts:
            text.commit()
        self._ended = "Committed"

    def roll_back(self) -> None:
        """Forget the changes."""
        self._ended = "RolledBack"
        self.registry = None
        for text in self.texts:
            text.forget()


class TransactionManager:
    """The transactions of one session; the newest is the current one."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._stack: list[Transaction] = []
        self.ambient: Transaction | None = None
        """The one that Use-Transaction runs a script in (Transaction.Current)."""

    @property
    def current(self) -> Transaction | None:
        """The newest transaction, which may have ended."""
        return self._stack[-1] if self._stack else None

    @property
    def is_active(self) -> bool:
        """Whether a command can use a transaction."""
        return self.current is not None and self.current.status == "Active"

    def start(self, preference: str, seconds: float | None, independent: bool) -> None:
        """Start-Transaction: a new one, or one more part of the current one."""
        current = self.current
        if current is not None and not independent:
            if current.status == "Active":
                current.join()
                return
            self._stack.pop()
        if len(self._stack) >= MAXIMUM_OPEN:
            raise NetError("System.InsufficientExecutionStackException", "Too many transactions are active.")
        deadline = None if seconds is None else self._now() + datetime.timedelta(seconds=seconds)
        self._stack.append(Transaction(preference, deadline, self._now))

    def complete(self) -> None:
        """Complete-Transaction. Raises InvalidOperationException, TransactionAbortedException."""
        current = self.current
        if current is None:
            raise NetError(_INVALID, "Cannot commit transaction. No transaction is active.")
        if current.status == "RolledBack":
            text = "Cannot commit transaction. The transaction has been rolled back or has timed out."
            raise NetError(_ABORTED, text)
        if current.status == "Committed":
            text = "Cannot commit transaction. The transaction has already been committed."
            raise NetError(_INVALID, text)
        current.complete()
        self._leave_ended()

    def undo(self) -> None:
        """Undo-Transaction. Raises InvalidOperationException, TransactionAbortedException."""
        current = self.current
        if current is None:
            text = "Cannot roll back the transaction, because there is no active transaction."
            raise NetError(_INVALID, text)
        if current.status == "RolledBack":
            text = (
                "Cannot roll back transaction. The transaction has already been rolled back or has timed out."
            )
            raise NetError(_ABORTED, text)
        if current.status == "Committed":
            text = "Cannot roll back transaction. The transaction has already been committed."
            raise NetError(_INVALID, text)
        current.roll_back()
        self._leave_ended()

    def _leave_ended(self) -> None:
        while len(self._stack) > 1 and self._stack[-1].status != "Active":
            self._stack.pop()

    def failed(self, *, terminating: bool) -> None:
        """A command that uses the current transaction had an error."""
        current = self.current
        if current is None or current.status != "Active":
            return
        if current.preference == ERROR or (terminating and current.preference == TERMINATING_ERROR):
            current.roll_back()
            self._leave_ended()

    def require(self) -> Transaction:
        """The transaction of a command with -UseTransaction. Raises InvalidOperationException."""
        current = self.current
        if current is None:
            raise NetError(_INVALID, "Cannot use transaction. No transaction has been started.")
        if current.status == "Committed":
            raise NetError(_INVALID, "Cannot use transaction. The transaction has been committed.")
        if current.status == "RolledBack":
            text = "Cannot use transaction. The transaction has been rolled back or has timed out."
            raise NetError(_INVALID, text)
        return current
