"""Answers that are handed to the kernel without letting go of the interpreter."""

import socket
import threading

import pytest

from emulator.transport import short_send
from emulator.transport.short_send import LONGEST, send


class Counting(socket.socket):
    """Counts the sends that wait."""

    waited = 0

    def sendall(self, data, *flags):
        self.waited += 1
        return super().sendall(data, *flags)


@pytest.fixture
def ends():
    near, far = socket.socketpair()
    with Counting(fileno=near.detach()) as counting, far:
        far.settimeout(10)
        yield counting, far


def received(far: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        parts.append(far.recv(size))
        if not parts[-1]:
            break
        size -= len(parts[-1])
    return b"".join(parts)


def test_a_short_answer_goes_out_whole_at_once(ends):
    near, far = ends
    data = b"\0answer\xff" * 100
    send(near, data)
    assert received(far, len(data)) == data
    assert near.waited == 0


def test_what_the_kernel_does_not_take_at_once_is_waited_for(ends):
    near, far = ends
    near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    data = bytes(range(256)) * (LONGEST // 256)
    reader = []
    thread = threading.Thread(target=lambda: reader.append(received(far, 3 * len(data))))
    thread.start()
    for _ in range(3):
        send(near, data)
    thread.join(10)
    assert reader == [data * 3]
    assert near.waited


def test_a_long_answer_lets_others_run(ends):
    near, far = ends
    data = b"x" * (LONGEST + 1)
    thread = threading.Thread(target=send, args=(near, data))
    thread.start()
    assert received(far, len(data)) == data
    thread.join(10)
    assert near.waited == 1


def test_a_client_that_is_gone_is_an_error_as_elsewhere(ends):
    near, far = ends
    far.close()
    with pytest.raises(BrokenPipeError):
        send(near, b"too late")


def test_a_closed_socket_is_an_error(ends):
    near, _ = ends
    near.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        send(near, b"too late")


def test_a_system_that_cannot_send_without_waiting_sends_as_usual(ends, monkeypatch):
    near, far = ends
    monkeypatch.setattr(short_send, "_kernel_send", lambda: None)
    send(near, b"plain")
    assert received(far, 5) == b"plain"
    assert near.waited == 1
