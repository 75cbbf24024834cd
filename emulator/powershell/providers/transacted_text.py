"""Microsoft.PowerShell.Commands.Management.TransactedString: a text that takes part in transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.powershell.providers.transactions import Transaction


class TransactedText:
    """A text, and what a transaction has made of it so far (None outside of one)."""

    def __init__(self, text: str = "") -> None:
        self._text = text
        self._pending: str | None = None
        self._transaction: Transaction | None = None

    def value(self, transaction: Transaction | None) -> str:
        """The text as somebody in a transaction, or outside of it, sees it."""
        mine = self._pending is not None and transaction is self._transaction
        return str(self._pending) if mine else self._text

    def change(self, text: str, transaction: Transaction | None) -> None:
        """Put another text; a transaction keeps it until it is completed."""
        if transaction is None:
            self._text = text
            return
        if self._transaction is not transaction:
            self._transaction = transaction
            transaction.texts.append(self)
        self._pending = text

    def commit(self) -> None:
        """The transaction was completed."""
        if self._pending is not None:
            self._text = self._pending
        self.forget()

    def forget(self) -> None:
        """The transaction was undone, or is over."""
        self._pending = self._transaction = None
