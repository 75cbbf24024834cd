"""The negotiation of MS-PSRP by psrpcore: capabilities, opening, connecting, session key, availability.

It sees complete messages, one fragment each; what carries
objects of scripts (pipelines, input, output, host calls) never passes through it, because its serializer is
made for correctness, not for speed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

from psrpcore import (
    PSRPCoreError,
    PSRPPayload,
    ServerRunspacePool,
    StreamType,
)
from psrpcore.types import (
    ApplicationPrivateData,
    PSRPMessageType,
    PSVersion,
    RunspacePoolState,
    RunspacePoolStateMsg,
    SessionCapability,
)

from emulator.shells.errors import ProtocolViolation
from emulator.shells.powershell.library import TextMessages
from emulator.shells.powershell.messages import Message, MessageType, Send, whole_fragment

HANDLED = frozenset(
    {
        MessageType.SESSION_CAPABILITY,
        MessageType.INIT_RUNSPACEPOOL,
        MessageType.CONNECT_RUNSPACEPOOL,
        MessageType.PUBLIC_KEY,
    }
)
"""What the library answers."""


class _Pool(TextMessages, ServerRunspacePool):
    """The library's pool with its outgoing messages handed on as text at once."""

    def __init__(self, send: Send, version: str, private_data: str) -> None:
        super().__init__()
        self.our_capability = SessionCapability(
            PSVersion=PSVersion("2.0"),
            protocolversion=PSVersion(version),
            SerializationVersion=PSVersion("1.1.0.1"),
        )
        self._send = send
        self._private_data = private_data
        self.connecting = False

    def prepare_message(
        self,
        message: Any,
        message_type: PSRPMessageType | None = None,
        pipeline_id: UUID | None = None,
        stream_type: StreamType = StreamType.default,
    ) -> None:
        del stream_type
        if self.connecting and isinstance(message, RunspacePoolStateMsg):
            # A pool that is connected again was opened long ago: Windows does not say so twice.
            return
        kind = message_type or PSRPMessageType.get_message_id(type(message))
        if isinstance(message, ApplicationPrivateData):
            text = self._private_data
        else:
            text = self.message_text(message)
        self._send(MessageType(kind), pipeline_id, text)

    def limit(self, minimum: int, maximum: int) -> None:
        """Set how many runspaces there are."""
        self._min_runspaces = minimum
        self._max_runspaces = maximum


class PoolProtocol:
    """One pool's negotiation. Not thread-safe: the pool's lock is held for every call.

    `send` takes (type, pipeline, CLIXML) of each message for the client; `private_data` is the CLIXML of
    APPLICATION_PRIVATE_DATA, `version` the server's protocol version such as ``2.3``.
    """

    def __init__(self, send: Send, version: str, private_data: str) -> None:
        self._pool = _Pool(send, version, private_data)
        self._objects = 0
        self.has_key = False
        """Whether the client has the session key."""

    def receive(self, message: Message) -> None:
        """Answer a message of `HANDLED`. Raises ProtocolViolation."""
        if b"<!DOCTYPE" in message.data or b"<!ENTITY" in message.data:
            raise ProtocolViolation("a document type is not allowed")
        self._objects += 1
        payload = PSRPPayload(whole_fragment(self._objects, message.raw), StreamType.default, None)
        try:
            self._pool.receive_data(payload)
            self._pool.next_event()
        except (
            PSRPCoreError,
            ElementTree.ParseError,
            ValueError,
            LookupError,
            AttributeError,
            TypeError,
        ) as problem:
            raise ProtocolViolation(f"{message.type.name}: {problem}") from None
        except RecursionError:
            raise ProtocolViolation(f"{message.type.name}: nested too deeply") from None
        if message.type is MessageType.PUBLIC_KEY:
            self.has_key = True

    @property
    def is_opened(self) -> bool:
        return self._pool.state == RunspacePoolState.Opened

    @property
    def minimum(self) -> int:
        return self._pool.min_runspaces

    @property
    def maximum(self) -> int:
        return self._pool.max_runspaces

    def limit(self, minimum: int, maximum: int) -> None:
        """Change how many runspaces the pool has at least and at most."""
        self._pool.limit(minimum, maximum)

    @property
    def version(self) -> tuple[int, int]:
        """The protocol version that both sides speak, (2, 3) from PowerShell 5 on."""
        pool = self._pool
        versions = [
            (int(one.protocolversion.major), int(one.protocolversion.minor))
            for one in (pool.our_capability, pool.their_capability)
            if one is not None
        ]
        return min(versions)

    # Disconnected pools (MS-PSRP 3.2.5.3.14).

    def connect(self, messages: list[Message]) -> None:
        """Answer SESSION_CAPABILITY and CONNECT_RUNSPACEPOOL of another client. Raises ProtocolViolation."""
        pool = self._pool
        pool.begin_disconnect()
        pool.disconnect()
        pool.connect()
        pool.connecting = True
        try:
            pool.prepare_message(pool.our_capability)
            for message in messages:
                self.receive(message)
            if not self.is_opened:
                raise ProtocolViolation("CONNECT_RUNSPACEPOOL is missing")
        finally:
            pool.connecting = False
            if not self.is_opened:
                pool.state = RunspacePoolState.Opened

    # Session key (MS-PSRP 3.2.5.4.3).

    def request_key(self) -> None:
        """Ask the client to begin the key exchange, once."""
        self._pool.request_key()

    @property
    def encrypt(self) -> Callable[[str], str]:
        return self._pool.encrypt

    @property
    def decrypt(self) -> Callable[[str], str]:
        return self._pool.decrypt
