"""What a connection remembers between requests, and what it must forget."""

from __future__ import annotations

import base64
import http.client

import pytest
import spnego
from conftest import PASSWORD, USER


def log_on(connection: http.client.HTTPConnection) -> int:
    """An NTLM handshake of empty requests, as every encrypting client begins."""
    context = spnego.client(USER, PASSWORD, hostname="localhost", protocol="ntlm")
    token = context.step()
    while True:
        header = {"Authorization": "Negotiate " + base64.b64encode(token).decode()}
        connection.request("POST", "/wsman", b"", header)
        answer = connection.getresponse()
        answer.read()
        offered = answer.headers.get("WWW-Authenticate", "")
        if answer.status == 200 or " " not in offered:
            return answer.status
        token = context.step(base64.b64decode(offered.split()[1]))


@pytest.fixture
def connection(host):
    opened = http.client.HTTPConnection("127.0.0.1", host.http_port, timeout=20)
    yield opened
    opened.close()


def test_a_connection_can_log_on_again(connection):
    assert [log_on(connection), log_on(connection)] == [200, 200]


def test_an_empty_request_without_a_token_begins_a_new_session(connection):
    assert log_on(connection) == 200
    connection.request("POST", "/wsman", b"")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (401, b"")
    assert answer.headers.get_all("WWW-Authenticate") == ["Negotiate"]
    assert log_on(connection) == 200
