"""Message protection by a finished security context of the library: Kerberos and CredSSP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spnego.exceptions import SpnegoError

from emulator.auth.errors import IntegrityFailure

if TYPE_CHECKING:
    from spnego._context import ContextProxy

_LARGEST_BLOCK = 16
"""Bytes of the largest cipher block that Kerberos pads to (RFC 3961; AES pads nothing)."""


class ContextProtection:
    """Seals and opens messages with the wrapping that the library has for WinRM.

    ``protocols`` are the names of the protections that it speaks; a Kerberos context may pad.
    """

    __slots__ = ("_context", "maximum_padding", "padding", "protocols")

    def __init__(self, context: ContextProxy, protocols: frozenset[str], *, pads: bool = False) -> None:
        self._context = context
        self.protocols = protocols
        self.padding = 0
        self.maximum_padding = _LARGEST_BLOCK if pads else 0

    def seal(self, data: bytes) -> tuple[bytes, bytes]:
        """The header and the sealed data. Raises IntegrityFailure when the context is of no use any more."""
        try:
            result = self._context.wrap_winrm(data)
        except SpnegoError as error:
            raise IntegrityFailure(f"a message cannot be sealed: {error}") from error
        self.padding = result.padding_length
        return result.header, result.data

    def open(self, signature: bytes, sealed: bytes) -> bytes:
        """The plain data. Raises IntegrityFailure; the context is of no use any more after that."""
        try:
            return self._context.unwrap_winrm(signature, sealed)
        except SpnegoError as error:
            raise IntegrityFailure(f"a sealed message cannot be opened: {error}") from error
