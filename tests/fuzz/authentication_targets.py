"""Readers of what authenticates: NTLM and SPNEGO tokens, the Authorization header, sealed messages."""

from __future__ import annotations

import base64
import contextlib
from functools import lru_cache
from random import Random
from types import SimpleNamespace
from typing import Any, Final

import spnego
from fuzz.mutation import BORDER_TEXTS, damaged_bytes, damaged_text
from spnego._spnego import NegTokenInit, NegTokenResp

from emulator.auth import AuthenticationSettings, Authenticator, HostIdentity, message_encryption
from emulator.auth.errors import AuthenticationError, MessageEncryptionError
from emulator.auth.spnego import NegotiateExchange

_USER: Final = "Administrator"
_PASSWORD: Final = "Passw0rd!"


@lru_cache(maxsize=1)
def settings() -> AuthenticationSettings:
    account = SimpleNamespace(
        name=_USER, password=_PASSWORD, disabled=False, may_use_winrm=True, is_local=True
    )
    rules = SimpleNamespace(
        check=lambda _: None,
        refusal=lambda _: None,
        note_wrong_password=lambda _: None,
        note_logon=lambda _: None,
    )
    accounts = SimpleNamespace(
        revision=0, find=lambda name: account if name.lower() == _USER.lower() else None, rules=rules
    )
    winrm = SimpleNamespace(
        allow_unencrypted=True,
        authentication=SimpleNamespace(
            basic=True, negotiate=True, kerberos=True, certificate=True, credssp=True
        ),
        channel_binding="Relaxed",
    )
    return AuthenticationSettings(accounts, winrm, HostIdentity("HV01"))  # type: ignore[arg-type]


def _client(protocol: str) -> Any:
    options = spnego.NegotiateOptions.wrapping_winrm
    return spnego.client(
        _USER, _PASSWORD, hostname="hv01", service="HTTP", protocol=protocol, options=options
    )


@lru_cache(maxsize=1)
def _tokens() -> tuple[tuple[bytes, ...], ...]:
    """The tokens of whole handshakes, raw and in SPNEGO, and some that only SPNEGO has."""
    found = []
    for protocol in ("ntlm", "negotiate"):
        client, exchange, tokens = _client(protocol), NegotiateExchange(settings(), None), []
        token = client.step()
        while token is not None:
            tokens.append(token)
            answer = exchange.step(token)
            token = client.step(answer) if answer else None
        found.append(tuple(tokens))
    kerberos, ntlm = "1.2.840.113554.1.2.2", "1.3.6.1.4.1.311.2.2.10"
    found.append(
        (NegTokenInit(mech_types=[kerberos, ntlm], mech_token=b"ticket").pack(), NegTokenResp().pack())
    )
    return tuple(found)


def handshake(random: Random) -> tuple[bytes, ...]:
    """Tokens in the order in which a client sends them; some damaged, left out, doubled or foreign."""
    tokens = list(random.choice(_tokens()))
    for _ in range(random.randrange(1, 3)):
        place = random.randrange(len(tokens))
        kind = random.randrange(6)
        if kind < 4:
            tokens[place] = damaged_bytes(random, tokens[place], 6)
        elif kind == 4:
            tokens[place : place + 1] = [tokens[place]] * random.randrange(3)
        else:
            tokens[place] = random.choice(random.choice(_tokens()))
        if not tokens:
            break
    return tuple(tokens)


def check_handshake(tokens: tuple[bytes, ...]) -> None:
    exchange = NegotiateExchange(settings(), None)
    for token in tokens:
        try:
            exchange.step(token)
        except AuthenticationError:
            break
        assert exchange.account is None or exchange.complete
    # The same through the door: no decision may raise.
    authenticator = Authenticator(settings())
    for token in tokens:
        text = base64.b64encode(token).decode()
        authenticator.authenticate({"authorization": f"Negotiate {text}"}, False)


def authorization(random: Random) -> str:
    good = base64.b64encode(f"{_USER}:{_PASSWORD}".encode()).decode()
    text = random.choice(
        (f"Basic {good}", "Negotiate TlRMTVNTUAABAAAA", "NTLM", "Kerberos YII=", "CredSSP MA==")
    )
    return damaged_text(random, text) if random.randrange(4) else f"Basic {random.choice(BORDER_TEXTS)}"


def check_authorization(text: str) -> None:
    Authenticator(settings()).authenticate({"authorization": text}, False)


class Sealed:
    """Sealed messages: what was damaged is refused, never opened as something else."""

    def __init__(self) -> None:
        self._exchange, self._peer = self._log_on()

    def _log_on(self) -> tuple[Any, Any]:
        client, exchange = _client("ntlm"), NegotiateExchange(settings(), None)
        token = client.step()
        while token is not None:
            answer = exchange.step(token)
            token = client.step(answer) if answer else None
        return exchange, client

    def generate(self, random: Random) -> tuple[str, bytes, bytes]:
        """The content type, the message inside, and the protected body."""
        self._exchange, self._peer = self._log_on()
        message = random.choice((b"<a/>", b"", b"x" * 300, random.choice(BORDER_TEXTS).encode("utf-8")))
        header, data, _ = self._peer.wrap_winrm(message)
        length = len(message) if random.randrange(8) else random.choice((0, 1, 2**31, len(message) + 1))
        blank, boundary = random.choice(("", " ")), random.choice(("Encrypted Boundary", "b", "-- ", "a+b(c"))
        line = b"--" + blank.encode() + boundary.encode() + b"\r\n"
        body = (
            line
            + b"\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
            + b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n" % length
            + line
            + b"\tContent-Type: application/octet-stream\r\n"
            + len(header).to_bytes(4, "little")
            + header
            + data
            + line.removesuffix(b"\r\n")
            + b"--\r\n"
        )
        protocol = "application/HTTP-SPNEGO-session-encrypted"
        content_type = f'multipart/encrypted;protocol="{protocol}";boundary="{boundary}"'
        if random.randrange(3):
            body = damaged_bytes(random, body)
        if not random.randrange(4):
            content_type = damaged_text(random, content_type)
        return content_type, message, body

    def check(self, given: tuple[str, bytes, bytes]) -> None:
        content_type, message, body = given
        session = self._exchange.session()
        with contextlib.suppress(MessageEncryptionError):
            assert message_encryption.unwrap(content_type, body, session)[1] == message
