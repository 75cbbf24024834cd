"""A tiny HTTP server that receives pushed events and answers as a test says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lxml import etree

ACK = "http://schemas.dmtf.org/wbem/wsman/1/wsman/Ack"
_NAMES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "e": "http://schemas.xmlsoap.org/ws/2004/08/eventing",
}


class Received:
    """One message as it arrived."""

    def __init__(self, path: str, headers: Any, body: bytes) -> None:
        self.path = path
        self.headers = headers
        self.body = body
        text = body.decode("utf-16") if "utf-16" in headers["Content-Type"].lower() else body.decode()
        self.text = text
        self.root = etree.fromstring(text.encode())

    @property
    def action(self) -> str:
        return self.all("s:Header/a:Action")[0].text

    def all(self, path: str, **more: str) -> list[Any]:
        return self.root.xpath(path, namespaces={**_NAMES, **more})


def acknowledgement(message: Received) -> bytes:
    message_id = message.all("s:Header/a:MessageID")[0].text
    return (
        f'<s:Envelope xmlns:s="{_NAMES["s"]}" xmlns:a="{_NAMES["a"]}"><s:Header><a:Action>{ACK}</a:Action>'
        f"<a:RelatesTo>{message_id}</a:RelatesTo></s:Header><s:Body/></s:Envelope>"
    ).encode()


def refusal(_message: Received) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{_NAMES["s"]}" xmlns:w="{_NAMES["w"]}"><s:Body><s:Fault><s:Code>'
        "<s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:DeliveryRefused</s:Value></s:Subcode></s:Code>"
        "</s:Fault></s:Body></s:Envelope>"
    ).encode()


class Sink:
    """Serves on an ephemeral loopback port. `answer` gives (status, body) for a message."""

    def __init__(self) -> None:
        self.messages: list[Received] = []
        self.answer: Callable[[Received], tuple[int, bytes]] = lambda message: (200, acknowledgement(message))
        self._arrived = threading.Condition()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                message = Received(self.path, self.headers, body)
                status, answer = outer.answer(message)
                with outer._arrived:
                    outer.messages.append(message)
                    outer._arrived.notify_all()
                self.send_response(status)
                self.send_header("Content-Type", "application/soap+xml;charset=UTF-8")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                """Quiet: the emulator hangs up when it stops."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/wsman/subscriptions/1"

    def wait(self, count: int, seconds: float = 10) -> list[Received]:
        """The messages when there are so many."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.messages) >= count, seconds), self.messages
            return list(self.messages)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
