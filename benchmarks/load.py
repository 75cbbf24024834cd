"""A load generator in a process of its own: sends one request over and over on kept-alive connections.

    python benchmarks/load.py PORT basic|ntlm|ntlm-encrypted CONNECTIONS SECONDS < request.xml

Prints one JSON object: requests, seconds, bytes received, and the client's own processor seconds. One
thread and a selector, so that the client costs as little as it can on a small machine.
"""

from __future__ import annotations

import base64
import json
import re
import selectors
import socket
import sys
import time

USER, PASSWORD = "Administrator", "Passw0rd!"
_LENGTH = re.compile(rb"Content-Length: (\d+)", re.IGNORECASE)
_TYPE = "application/soap+xml;charset=UTF-8"
_SEALED = (
    'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"'
)


class Connection:
    """One kept-alive connection, authenticated in the constructor."""

    def __init__(self, port: int, authentication: str, body: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.body = body
        self.received = bytearray()
        self.expected = -1
        self.context = None
        if authentication == "basic":
            token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            self.plain = _request(body, _TYPE, f"Authorization: Basic {token}\r\n")
        else:
            self.context = self._log_on()
            self.plain = _request(body, _TYPE)
            if authentication == "ntlm":
                self.context = None

    def _log_on(self):
        import spnego

        context = spnego.client(
            USER,
            PASSWORD,
            hostname="localhost",
            protocol="ntlm",
            options=spnego.NegotiateOptions.wrapping_winrm,
        )
        token = context.step()
        while True:
            header = f"Authorization: Negotiate {base64.b64encode(token).decode()}\r\n"
            self.socket.sendall(_request(b"", _TYPE, header))
            head, _ = self._answer()
            if b" 200" in head.split(b"\r\n", 1)[0]:
                return context
            answered = re.search(rb"WWW-Authenticate: Negotiate (\S+)", head)[1]
            token = context.step(base64.b64decode(answered))

    def _answer(self) -> tuple[bytes, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.socket.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(_LENGTH.search(head)[1])
        while len(body) < length:
            body += self.socket.recv(65536)
        return head, body

    def send(self) -> None:
        if self.context is None:
            self.socket.sendall(self.plain)
            return
        header, data, _ = self.context.wrap_winrm(self.body)
        multipart = (
            b"--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
            b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n"
            b"--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n"
            % len(self.body)
            + len(header).to_bytes(4, "little")
            + header
            + data
            + b"--Encrypted Boundary--\r\n"
        )
        self.socket.sendall(_request(multipart, _SEALED))

    def receive(self) -> int | None:
        """Read what is there; the length of the answer's body once it is whole."""
        self.received += self.socket.recv(262144)
        if self.expected < 0:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return None
            head = bytes(self.received[:end])
            if b" 200" not in head[:20]:
                raise SystemExit(f"the server answered {bytes(self.received[:2000])!r}")
            self.expected = end + 4 + int(_LENGTH.search(head)[1])
        if len(self.received) < self.expected:
            return None
        if self.context is not None:
            start = self.received.index(b"octet-stream\r\n") + 14
            stop = self.received.rindex(b"--Encrypted Boundary--")
            size = int.from_bytes(self.received[start : start + 4], "little")
            sealed = bytes(self.received[start + 4 : stop])
            self.context.unwrap_winrm(sealed[:size], sealed[size:])
        length, self.expected = self.expected, -1
        self.received.clear()
        return length


def _request(body: bytes, content_type: str, extra: str = "") -> bytes:
    head = (
        f"POST /wsman HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n{extra}\r\n"
    )
    return head.encode() + body


def main() -> None:
    port, authentication, connections, seconds = (
        int(sys.argv[1]),
        sys.argv[2],
        int(sys.argv[3]),
        float(sys.argv[4]),
    )
    body = sys.stdin.buffer.read()
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        connection = Connection(port, authentication, body)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    for key in list(selector.get_map().values()):
        key.data.send()
    requests = size = 0
    processor = time.process_time()
    started = time.perf_counter()
    deadline = started + seconds
    while time.perf_counter() < deadline:
        for key, _ in selector.select(1.0):
            length = key.data.receive()
            if length is not None:
                requests += 1
                size += length
                key.data.send()
    elapsed = time.perf_counter() - started
    print(
        json.dumps(
            {
                "requests": requests,
                "seconds": elapsed,
                "bytes": size,
                "client_cpu": time.process_time() - processor,
            }
        )
    )


if __name__ == "__main__":
    main()
