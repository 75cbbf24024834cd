"""The client's negotiation by psrpcore: opening, connecting to a disconnected pool, session key.

Like `emulator.shells.powershell.protocol`, the server's half, it sees complete messages only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from psrpcore import ClientRunspacePool, PSRPPayload, StreamType
from psrpcore.types import InitRunspacePool, PSRPMessageType, RunspacePoolState

from emulator.shells.powershell.library import TextMessages
from emulator.shells.powershell.messages import Message, MessageType, request_bytes, whole_fragment

HANDLED = frozenset(
    {
        MessageType.SESSION_CAPABILITY,
        MessageType.APPLICATION_PRIVATE_DATA,
        MessageType.RUNSPACEPOOL_INIT_DATA,
        MessageType.RUNSPACEPOOL_STATE,
        MessageType.ENCRYPTED_SESSION_KEY,
    }
)
"""What the library takes in."""


class _Pool(TextMessages, ClientRunspacePool):
    """The library's pool with its outgoing messages handed on as text at once."""

    def __init__(
        self, identifier: UUID, initialization: str, send: Callable[[MessageType, str], None]
    ) -> None:
        super().__init__(runspace_pool_id=identifier)
        self._initialization = initialization
        self._hand_on = send

    def prepare_message(
        self,
        message: Any,
        message_type: PSRPMessageType | None = None,
        pipeline_id: UUID | None = None,
        stream_type: StreamType = StreamType.default,
    ) -> None:
        del pipeline_id, stream_type
        kind = message_type or PSRPMessageType.get_message_id(type(message))
        if isinstance(message, InitRunspacePool):
            text = self._initialization
        else:
            text = self.message_text(message)
        self._hand_on(MessageType(kind), text)


class ClientProtocol:
    """One client's negotiation with a pool. Not thread-safe.

    ``initialization`` is the CLIXML of INIT_RUNSPACEPOOL.
    """

    def __init__(self, identifier: UUID, initialization: str) -> None:
        self.identifier = identifier
        self._objects = 0
        self._received = 0
        self._written: list[bytes] = []
        self._pool = _Pool(identifier, initialization, self._write)
        self.has_key = False

    def _write(self, kind: MessageType, text: str) -> None:
        self._written.append(self.fragment(kind, None, text))

    def _taken(self) -> bytes:
        written, self._written = self._written, []
        return b"".join(written)

    def fragment(self, kind: MessageType, pipeline: UUID | None, text: str) -> bytes:
        """A message to the server in one fragment."""
        self._objects += 1
        return whole_fragment(self._objects, request_bytes(kind, self.identifier, pipeline, text))

    def opening(self) -> bytes:
        """The fragments of creationXml."""
        self._pool.open()
        return self._taken()

    def connecting(self) -> bytes:
        """The fragments of connectXml."""
        self._pool.connect()
        return self._taken()

    def public_key(self) -> bytes:
        """The fragments that begin the key exchange; nothing when it has begun."""
        self._pool.exchange_key()
        return self._taken()

    def receive(self, message: Message) -> None:
        """Take in a message of `HANDLED`."""
        self._received += 1
        self._pool.receive_data(
            PSRPPayload(whole_fragment(self._received, message.raw), StreamType.default, None)
        )
        self._pool.next_event()
        if message.type is MessageType.ENCRYPTED_SESSION_KEY:
            self.has_key = True

    @property
    def is_opened(self) -> bool:
        return self._pool.state == RunspacePoolState.Opened

    @property
    def encrypt(self) -> Callable[[str], str]:
        return self._pool.encrypt

    @property
    def decrypt(self) -> Callable[[str], str]:
        return self._pool.decrypt
