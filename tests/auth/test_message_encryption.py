import contextlib
import re

import pytest
import spnego
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st
from pypsrp.encryption import WinRMEncryption

from emulator.auth import (
    Authenticator,
    DecryptionFailed,
    IntegrityFailure,
    MalformedEnvelope,
    MessageEncryptionError,
    ProtectionNotAvailable,
    ProtectionNotSupported,
)
from emulator.auth.message_encryption import (
    CONTENT_TYPE,
    CREDSSP_PROTOCOL,
    GSS_PROTOCOLS,
    KERBEROS_PROTOCOL,
    PIECE_SIZE,
    SPNEGO_PROTOCOL,
    is_encrypted,
    parse,
    unwrap,
    wrap,
)

SOAP = "application/soap+xml;charset=UTF-8"


class Mirror:
    """A protection that turns the bytes around, so that a test sees what it did."""

    protocols = frozenset({SPNEGO_PROTOCOL})
    padding = maximum_padding = 0

    def seal(self, data: bytes) -> tuple[bytes, bytes]:
        return b"0123456789abcdef", data[::-1]

    def open(self, signature: bytes, sealed: bytes) -> bytes:
        if signature != b"0123456789abcdef":
            raise IntegrityFailure("the signature does not fit")
        return sealed[::-1]


def envelope(data=b"hello", *, boundary="--Encrypted Boundary", length=None, signature_length=16) -> bytes:
    return (
        f"{boundary}\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
        f"\tOriginalContent: type={SOAP};Length={len(data) if length is None else length}\r\n"
        f"{boundary}\r\n\tContent-Type: application/octet-stream\r\n"
    ).encode() + (
        signature_length.to_bytes(4, "little")
        + b"0123456789abcdef"
        + data[::-1]
        + f"{boundary}--\r\n".encode()
    )


def test_the_envelope_is_written_byte_for_byte_as_windows_does():
    content_type, body = wrap(SOAP, b"hello", Mirror())
    assert content_type == (
        'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";'
        'boundary="Encrypted Boundary"'
    )
    assert body == (
        b"--Encrypted Boundary\r\n"
        b"\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
        b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=5\r\n"
        b"--Encrypted Boundary\r\n"
        b"\tContent-Type: application/octet-stream\r\n"
        b"\x10\x00\x00\x000123456789abcdefolleh"
        b"--Encrypted Boundary--\r\n"
    )


@pytest.mark.parametrize(
    "body",
    [
        envelope(),
        envelope(boundary="-- Encrypted Boundary"),
        envelope(boundary="--  \tEncrypted Boundary"),
        envelope(b""),
        envelope(b"--Encrypted Boundary--\r\n inside --Encrypted Boundary\r\n"),
        envelope(bytes(range(256)) * 2000),
        envelope().replace(b"\r\n", b"\n"),
        envelope().replace(b"\t", b""),
        envelope().replace(b"\t", b"  "),
        envelope()[:-2],
        b"\r\n" + envelope(),
        envelope().replace(b"octet-stream", b"Octet-Stream"),
        envelope().replace(b";Length", b"; length"),
    ],
)
def test_what_clients_write_is_understood(body):
    content_type, message = unwrap(CONTENT_TYPE, body, Mirror())
    assert content_type.replace(" ", "") == SOAP
    assert len(message) == int(re.search(rb"(?i)length=(\d+)", body).group(1))


@pytest.mark.parametrize(
    "content_type",
    [
        CONTENT_TYPE.replace(";", " ; "),
        "Multipart/Encrypted;PROTOCOL=application/HTTP-SPNEGO-session-encrypted;Boundary=Encrypted Boundary",
        'multipart/encrypted;boundary=" Encrypted Boundary"',
        "multipart/encrypted",
    ],
)
def test_the_content_type_is_read_with_tolerance(content_type):
    assert unwrap(content_type, envelope(), Mirror()) == (SOAP, b"hello")


def test_another_boundary_is_taken_from_the_content_type():
    content_type = CONTENT_TYPE.replace("Encrypted Boundary", "a(b)+c")
    assert unwrap(content_type, envelope(boundary="--a(b)+c"), Mirror()) == (SOAP, b"hello")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<s:Envelope/>",
        envelope()[:-10],
        envelope()[20:],
        envelope(signature_length=4096),
        envelope(signature_length=0xFFFFFFFF),
        envelope(signature_length=60),
        envelope().replace(b"Length=5", b"Length=x"),
        envelope().replace(b"Length=5", b"Length=55555555555"),
        envelope().replace(b"Length=5", b"Size=5"),
        envelope().replace(b"SPNEGO", b"UNKNOWN"),
        envelope().replace(b"octet-stream", b"soap+xml"),
        b"--Encrypted Boundary\r\n" * 1000,
        b"-- " + b" " * 100_000,
    ],
)
def test_a_malformed_envelope_is_refused(body):
    with pytest.raises(MalformedEnvelope):
        parse(CONTENT_TYPE, body)


def test_a_boundary_that_is_not_ascii_is_refused():
    with pytest.raises(MalformedEnvelope, match="ASCII"):
        parse('multipart/encrypted;boundary="\u20ac"', envelope())


def test_an_overlong_boundary_is_refused():
    with pytest.raises(MalformedEnvelope):
        parse(f'multipart/encrypted;boundary="{"b" * 71}"', envelope())


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        (CONTENT_TYPE.replace("SPNEGO", "Kerberos"), "Kerberos"),
        (CONTENT_TYPE.replace("SPNEGO", "CredSSP"), "CredSSP"),
        (CONTENT_TYPE.replace("SPNEGO", "CredSSP").replace("encrypted;", "x-multi-encrypted;", 1), "CredSSP"),
        (CONTENT_TYPE.replace("/encrypted", "/x-multi-encrypted"), "CredSSP"),
    ],
)
def test_protections_that_were_not_negotiated_are_refused_by_name(content_type, name):
    with pytest.raises(ProtectionNotSupported, match=name):
        unwrap(content_type, envelope().replace(b"SPNEGO", b"CredSSP"), Mirror())


@pytest.mark.parametrize("length", [4, 6])
def test_a_message_of_another_length_than_announced_is_refused(length):
    with pytest.raises(DecryptionFailed):
        unwrap(CONTENT_TYPE, envelope(length=length), Mirror())


def test_a_signature_that_does_not_fit_is_refused():
    with pytest.raises(DecryptionFailed):
        unwrap(CONTENT_TYPE, envelope().replace(b"abcdef", b"abcdeF"), Mirror())


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        (CONTENT_TYPE, True),
        ("Multipart/Encrypted", True),
        ('multipart/x-multi-encrypted;protocol="application/HTTP-CredSSP-session-encrypted"', True),
        (SOAP, False),
        ("", False),
    ],
)
def test_a_protected_body_is_told_by_its_content_type(content_type, expected):
    assert is_encrypted(content_type) is expected


@pytest.mark.parametrize("protocol", ["ntlm", "negotiate"])
@pytest.mark.parametrize("size", [0, 1, 1300, 300_000])
def test_messages_go_both_ways_with_the_envelope_of_a_real_client(settings, client, log_on, protocol, size):
    authenticator, peer = Authenticator(settings), client(protocol=protocol)
    log_on(peer, authenticator)
    theirs = WinRMEncryption(peer, WinRMEncryption.SPNEGO)
    for number in range(3):
        text = bytes([65 + number]) * size
        kind, body = theirs.wrap_message(text)
        assert authenticator.unwrap(
            f'{kind};protocol="{theirs.protocol}";boundary="Encrypted Boundary"', body
        ) == (SOAP, text)
        content_type, body = authenticator.wrap(SOAP, text)
        assert content_type == CONTENT_TYPE
        assert theirs.unwrap_message(body, "Encrypted Boundary") == text


@pytest.mark.parametrize("protocol", ["ntlm", "negotiate"])
def test_a_changed_message_and_a_repeated_one_are_refused(settings, client, log_on, protocol):
    authenticator, peer = Authenticator(settings), client(protocol=protocol)
    log_on(peer, authenticator)
    first = WinRMEncryption(peer, WinRMEncryption.SPNEGO).wrap_message(b"hello")[1]
    authenticator.unwrap(CONTENT_TYPE, first)
    with pytest.raises(DecryptionFailed):
        authenticator.unwrap(CONTENT_TYPE, first)


def test_a_connection_without_negotiated_protection_cannot_open_a_message(settings):
    with pytest.raises(ProtectionNotAvailable):
        Authenticator(settings).unwrap(CONTENT_TYPE, envelope())


def test_a_client_that_asked_for_no_confidentiality_gets_none(settings, client, log_on):
    authenticator = Authenticator(settings)
    log_on(client(context_req=spnego.ContextReq.integrity), authenticator)
    with pytest.raises(ProtectionNotAvailable):
        authenticator.wrap(SOAP, b"x")


CREDSSP = CONTENT_TYPE.replace("SPNEGO", "CredSSP").replace("/encrypted", "/x-multi-encrypted")


class CredsspMirror(Mirror):
    protocols = frozenset({CREDSSP_PROTOCOL})


def test_a_message_of_several_pieces_is_cut_and_built():
    message = bytes(index % 256 for index in range(3 * PIECE_SIZE + 5))
    content_type, body = wrap(SOAP, message, CredsspMirror(), CREDSSP_PROTOCOL)
    assert content_type == CREDSSP
    assert body.count(b"Content-Type: application/octet-stream") == 4
    assert unwrap(content_type, body, CredsspMirror()) == (SOAP, message)


def test_sealed_bytes_that_look_like_a_boundary_do_not_end_a_piece():
    message = (b"--Encrypted Boundary\r\n" * 900)[::-1]
    content_type, body = wrap(SOAP, message, CredsspMirror(), CREDSSP_PROTOCOL)
    assert unwrap(content_type, body, CredsspMirror()) == (SOAP, message)


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: body[: body.index(b"--Encrypted Boundary--")],
        lambda body: body + b"more",
        lambda body: body.replace(b"Length=16384", b"Length=4294967295", 1),
        lambda _: b"--Encrypted Boundary--\r\n",
        lambda _: b"",
    ],
)
def test_damaged_pieces_are_refused(damage):
    content_type, body = wrap(SOAP, bytes(2 * PIECE_SIZE), CredsspMirror(), CREDSSP_PROTOCOL)
    with pytest.raises(MalformedEnvelope):
        unwrap(content_type, damage(body), CredsspMirror())


class Padding(Mirror):
    """Pads with three bytes, as an old cipher of Kerberos does."""

    protocols = GSS_PROTOCOLS
    padding = 3
    maximum_padding = 8


def test_padding_counts_in_the_announced_length():
    content_type, body = wrap(SOAP, b"hello", Padding(), KERBEROS_PROTOCOL)
    assert b"Length=8" in body
    assert content_type == CONTENT_TYPE.replace("SPNEGO", "Kerberos")
    assert unwrap(content_type, body, Padding()) == (SOAP, b"hello")
    with pytest.raises(DecryptionFailed):
        unwrap(content_type, body.replace(b"Length=8", b"Length=99"), Padding())


@budget(max_examples=400, deadline=2000)
@given(data=st.data())
def test_any_bytes_are_opened_or_refused(data):
    pieces = [b"--Encrypted Boundary", b"--", b"\r\n", b"\tContent-Type: application/octet-stream\r\n", b" "]
    whole = wrap(SOAP, data.draw(st.binary(max_size=60)), CredsspMirror(), CREDSSP_PROTOCOL)[1]
    body = data.draw(
        st.one_of(
            st.binary(max_size=400),
            st.lists(st.sampled_from([*pieces, whole, whole[:90], whole[90:]]), max_size=40).map(b"".join),
        )
    )
    content_type = data.draw(st.sampled_from([CONTENT_TYPE, CREDSSP, "multipart/encrypted", CREDSSP[:40]]))
    for protection in (Mirror(), CredsspMirror()):
        with contextlib.suppress(MessageEncryptionError):
            unwrap(content_type, body, protection)
