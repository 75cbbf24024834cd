"""Answers kept for clients that may ask again after a broken connection (MS-WSMV 3.1.4.1.39, "Robust
Connection Support").

A client names its operation (wsmv:OperationID) and the message in it (wsmv:SequenceID). A message that came
before is a mistake, unless the client says that it sends it again (mustUnderstand on the OperationID): then
it gets the answer that it missed, and nothing is done twice. What is kept is bounded in number, size and age.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from emulator.shells import stopwatch
from emulator.wsman.faults import WsmanFault

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wsman.envelope import Envelope
    from emulator.wsman.messages import WsmanReply

MAXIMUM_MESSAGES = 256
MAXIMUM_TOTAL_BYTES = 16 * 1024 * 1024
#: Seconds; how long Windows keeps an answer is not documented.
KEPT = 120.0


class Message:
    """One message of a client: its answer, once there is one."""

    __slots__ = ("answered", "reply", "started")

    def __init__(self, started: float) -> None:
        self.started = started
        self.answered = threading.Event()
        self.reply: WsmanReply | None = None


class OperationMessages:
    """The messages of all users. Thread-safe."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._lock = threading.Lock()
        self._messages: OrderedDict[tuple[str, str, int], Message] = OrderedDict()
        self._size = 0

    def begin(self, user: str, envelope: Envelope) -> tuple[Message, bool]:
        """The message of a request and whether it is new; otherwise its answer is there or on its way.

        Raises INVALID_MESSAGE_INFORMATION_HEADER for a message that came before and is no retransmission.
        """
        identifier = (user, envelope.operation_id.lower(), envelope.sequence_id)
        now = stopwatch.seconds(self._host.clock)
        with self._lock:
            self._forget(now)
            known = self._messages.get(identifier)
            if known is None:
                known = self._messages[identifier] = Message(now)
                return known, True
        if not envelope.is_retransmission:
            raise WsmanFault(
                "ERROR_WSMAN_INVALID_MESSAGE_INFORMATION_HEADER",
                "The OperationID of the request is that of an operation that is known already.",
            )
        return known, False

    def end(self, message: Message, reply: WsmanReply) -> None:
        """Keep the answer for whoever asks again."""
        with self._lock:
            message.reply = reply
            self._size += len(reply.body)
            self._forget(stopwatch.seconds(self._host.clock))
        message.answered.set()

    def clear(self) -> None:
        """Forget everything; whoever waits for an answer stops waiting."""
        with self._lock:
            for message in self._messages.values():
                message.answered.set()
            self._messages.clear()
            self._size = 0

    def __len__(self) -> int:
        return len(self._messages)

    def _forget(self, now: float) -> None:
        """Drop the oldest while there are too many, too large or too old ones; running ones stay."""
        for identifier, message in list(self._messages.items()):
            too_many = len(self._messages) > MAXIMUM_MESSAGES or self._size > MAXIMUM_TOTAL_BYTES
            if not too_many and now - message.started < KEPT:
                break
            if message.reply is not None:
                del self._messages[identifier]
                self._size -= len(message.reply.body)
