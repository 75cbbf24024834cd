"""A connection that is told to take no more requests while one is arriving."""

import socket

from emulator.transport import ConnectionLimits
from emulator.transport.connection import Connection
from emulator.transport.http import ResponseWriter

GET = b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n"


class RacingSocket(socket.socket):
    """Hands out a request in the moment in which the connection is drained, as Linux does after SHUT_RD."""

    connection: Connection

    def recv_into(self, buffer, *_):
        self.connection.drain()
        buffer[: len(GET)] = GET
        return len(GET)


def test_a_request_that_arrives_when_the_connection_is_drained_is_not_answered(echo):
    near, far = socket.socketpair()
    with far, RacingSocket(fileno=near.detach()) as racing:
        # TCP_NODELAY is none of this family's options.
        racing.setsockopt = lambda *_: None
        connection = Connection(
            racing, ("127.0.0.1", 1), echo, ResponseWriter(echo.now), ConnectionLimits(), None
        )
        racing.connection = connection
        far.settimeout(5)
        connection.run()
        assert far.recv(100) == b""
