"""What waits for a client's Receive: messages of one pipeline, or of the pool itself."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from emulator.shells.powershell.messages import OutgoingMessage

#: Bytes of output that may wait for a client that does not receive; then the script waits (mode Block).
MAXIMUM_WAITING = 4 * 1024 * 1024


class OutputQueue:
    """Messages in order, under the pool's one condition."""

    def __init__(self, condition: threading.Condition) -> None:
        self._condition = condition
        self._messages: deque[OutgoingMessage] = deque()
        self.waiting = 0

    def put(self, message: OutgoingMessage) -> None:
        """Append a message and wake whoever waits for one. The condition is held."""
        self._messages.append(message)
        self.waiting += message.size
        self._condition.notify_all()

    def wait_for_room(self, gone: Callable[[], bool], drops: Callable[[], bool]) -> None:
        """Wait until there is room, or `gone` says that nobody wants the output. The condition is held.

        With `drops` the oldest messages make room (buffer mode Drop of a disconnected shell).
        """
        while self.waiting >= MAXIMUM_WAITING and not gone():
            if drops():
                self._drop_oldest()
            else:
                self._condition.wait()

    def _drop_oldest(self) -> None:
        for place, message in enumerate(self._messages):
            # A message that was sent in part must be finished, or the client cannot read what follows.
            if not message.is_started:
                self.waiting -= message.size
                del self._messages[place]
                return
        self._condition.wait()

    def take(self, limit: int) -> list[bytes]:
        """Fragments of together at most `limit` bytes. The condition is held."""
        taken: list[bytes] = []
        while self._messages:
            message = self._messages[0]
            before = message.size
            piece = message.take(limit)
            if piece is None:
                break
            taken.append(piece)
            limit -= len(piece)
            self.waiting -= before - message.size
            if message.size == 0:
                self._messages.popleft()
        if taken:
            self._condition.notify_all()
        return taken

    def clear(self) -> None:
        """Forget everything; writers that wait go on."""
        self._messages.clear()
        self.waiting = 0
        self._condition.notify_all()

    def __bool__(self) -> bool:
        return bool(self._messages)
