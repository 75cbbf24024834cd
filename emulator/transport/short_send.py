"""Sending an answer without letting go of the interpreter.

`socket.sendall` gives the interpreter lock away around the system call. With several clients at work another
connection's thread takes it at once, and the sender waits for the whole of somebody else's request before it
can listen again: one more switch of threads for each request. Handing a short answer to the kernel takes less
time than such a switch, and without waiting it cannot hold anybody up.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import lru_cache

LONGEST = 64 * 1024
"""Bytes of an answer that is sent so; copying a longer one is worth letting others run."""

_KernelSend = Callable[[int, bytes, int, int], int]


def send(to: socket.socket, data: bytes) -> None:
    """Send all of ``data``; waits like `socket.sendall` when the kernel does not take all of it at once.

    Not for TLS sockets. Raises OSError.
    """
    kernel_send = _kernel_send() if len(data) <= LONGEST else None
    if kernel_send is None:
        to.sendall(data)
        return
    # An error shows itself again, with its own exception, when the rest is sent.
    taken = max(0, kernel_send(to.fileno(), data, len(data), _WITHOUT_WAITING))
    if taken < len(data):
        to.sendall(memoryview(data)[taken:])


_WITHOUT_WAITING = getattr(socket, "MSG_DONTWAIT", 0) | getattr(socket, "MSG_NOSIGNAL", 0)


@lru_cache(maxsize=1)
def _kernel_send() -> _KernelSend | None:
    """The C library's ``send``, None on systems that cannot send without waiting and without signals."""
    if not hasattr(socket, "MSG_DONTWAIT") or not hasattr(socket, "MSG_NOSIGNAL"):
        return None
    import ctypes  # 3 ms that a client of one request does not wait for: see Connection

    try:
        found = ctypes.PyDLL(None).send
    except (OSError, AttributeError, TypeError):
        return None
    found.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int)
    found.restype = ctypes.c_ssize_t
    return found
