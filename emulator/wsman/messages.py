"""The two values that cross the border between the transport and the WS-Management service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.security.accounts import Account

SOAP_CONTENT_TYPE = "application/soap+xml;charset=UTF-8"


class WsmanRequest(Record):
    """One decrypted SOAP request as the HTTP listener received it.

    ``account`` is None only where the transport let an unauthenticated Identify through
    (HTTP header ``WSMANIDENTIFY: unauthenticated``); every other operation then gets access denied.
    """

    body: bytes
    content_type: str
    account: Account | None
    client_address: str
    is_tls: bool
    encrypted: bool

    def __init__(
        self,
        body: bytes,
        content_type: str,
        account: Account | None,
        client_address: str,
        is_tls: bool,
        encrypted: bool,
    ) -> None:
        # Written out because every request makes one.
        self.__dict__.update(
            body=body,
            content_type=content_type,
            account=account,
            client_address=client_address,
            is_tls=is_tls,
            encrypted=encrypted,
        )


class WsmanReply(Record):
    """One SOAP answer; status is 200, or 500 for a fault (DSP0226 section 14)."""

    status: int
    body: bytes
    content_type: str

    def __init__(self, status: int, body: bytes, content_type: str) -> None:
        # Written out because every request makes one.
        self.__dict__.update(status=status, body=body, content_type=content_type)
