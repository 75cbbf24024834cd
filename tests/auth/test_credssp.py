import base64
import ssl
import subprocess
import sys
import time

import pytest
import spnego
import spnego._credssp as library
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from emulator.auth import Authenticator, Challenge, Granted, Refused
from emulator.auth.credssp import MAXIMUM_LEGS, CredsspExchange
from emulator.auth.errors import AuthenticationError
from emulator.auth.message_encryption import PIECE_SIZE

SOAP = "application/soap+xml;charset=UTF-8"


@pytest.fixture
def offered(winrm, settings):
    winrm.authentication.credssp = True
    return settings


@pytest.fixture
def shake_hands(present):
    """Let a CredSSP client go through its whole handshake; every token of it is kept."""

    def go(client, authenticator, tokens=None):
        decision, answer = None, None
        for _ in range(MAXIMUM_LEGS):
            token = client.step(answer)
            if token is None:
                return decision
            if tokens is not None:
                tokens.append(token)
            decision = present(authenticator, token, "CredSSP")
            if not isinstance(decision, Challenge):
                return decision
            ((_, value),) = decision.headers
            answer = base64.b64decode(value.partition(" ")[2])
        return decision

    return go


def make(user="Administrator", password="P@ss:w;ord,%1", protocol="ntlm"):
    """A client; one that may choose Kerberos would look for the KDC in the network first."""
    where = {"hostname": "hv01", "service": "HTTP"}
    inner = spnego.client(user, password, protocol=protocol, **where)
    return spnego.client(user, password, protocol="credssp", credssp_negotiate_context=inner, **where)


@pytest.mark.parametrize("version", [2, 3, 4, 5, 6])
def test_every_version_of_the_protocol_logs_on(offered, account, shake_hands, monkeypatch, version):
    """The version is the client's; the host answers with its own and both use the lower one."""
    real = library.TSRequest.unpack

    def lowered(data, *rest):
        request = real(data, *rest)
        request.version = min(request.version, version)
        return request

    monkeypatch.setattr(library.TSRequest, "unpack", staticmethod(lowered))
    authenticator = Authenticator(offered)
    assert isinstance(shake_hands(make(), authenticator), Granted)
    assert authenticator.account is account


def test_messages_go_both_ways_in_pieces(offered, shake_hands):
    from pypsrp.encryption import WinRMEncryption

    authenticator, client = Authenticator(offered), make()
    shake_hands(client, authenticator)
    peer = WinRMEncryption(client, WinRMEncryption.CREDSSP)
    for size in (0, 1, PIECE_SIZE - 1, PIECE_SIZE, PIECE_SIZE + 1, 5 * PIECE_SIZE + 7):
        text = bytes(index % 251 for index in range(size))
        kind, body = peer.wrap_message(text)
        content_type = f'{kind};protocol="{WinRMEncryption.CREDSSP}";boundary="Encrypted Boundary"'
        assert authenticator.unwrap(content_type, body) == (SOAP, text)
        answer_type, answer = authenticator.wrap(SOAP, text)
        assert answer_type.startswith(kind)
        assert peer.unwrap_message(answer, "Encrypted Boundary") == text


@pytest.mark.parametrize(("user", "password"), [("Administrator", "wrong"), ("nobody", "x")])
def test_the_client_is_told_why_it_was_refused(offered, shake_hands, user, password):
    authenticator, client = Authenticator(offered), make(user, password)
    decision = shake_hands(client, authenticator)
    assert isinstance(decision, Refused)
    name, value = decision.headers[-1]
    assert (name, value.partition(" ")[0]) == ("WWW-Authenticate", "CredSSP")
    token = base64.b64decode(value.partition(" ")[2])
    with pytest.raises(spnego.exceptions.SpnegoError, match="Received NTStatus"):
        client.step(token)


def test_other_credentials_than_those_of_the_logon_are_refused(offered, shake_hands):
    client = make()
    client._ts_credential.credentials.password = "another"
    assert isinstance(shake_hands(client, Authenticator(offered)), Refused)
    client = make()
    client._ts_credential.credentials.username = "somebody"
    assert isinstance(shake_hands(client, Authenticator(offered)), Refused)


def test_a_foreign_public_key_is_noticed(offered, shake_hands, monkeypatch):
    monkeypatch.setattr(library, "get_certificate_public_key", lambda _: b"\x01another key")
    decision = shake_hands(make(), Authenticator(offered))
    assert isinstance(decision, Refused)
    assert "public key" in decision.reason


def test_credssp_is_refused_where_it_is_switched_off(settings, shake_hands):
    assert isinstance(shake_hands(make(), Authenticator(settings)), Refused)


def test_a_token_of_another_scheme_does_not_go_on_with_the_handshake(offered, present):
    authenticator = Authenticator(offered)
    present(authenticator, make().step(), "CredSSP")
    assert isinstance(present(authenticator, b"NTLMSSP\x00\x03\x00\x00\x00", "Negotiate"), Refused)


def test_closing_tls_inside_does_not_hang_the_host(offered, present):
    authenticator, client = Authenticator(offered), make()
    token = client.step()
    decision = present(authenticator, token, "CredSSP")
    while isinstance(decision, Challenge) and not client._tls_object.version():
        ((_, value),) = decision.headers
        token = client.step(base64.b64decode(value.partition(" ")[2]))
        decision = present(authenticator, token, "CredSSP")
    try:
        client._tls_object.unwrap()
    except ssl.SSLWantReadError:
        goodbye = client._out_buff.read()
    began = time.monotonic()
    assert isinstance(present(authenticator, goodbye, "CredSSP"), Refused)
    assert time.monotonic() - began < 2


@budget(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_tokens_are_refused_and_never_break_the_exchange(offered, data):
    exchange, client = CredsspExchange(offered), make()
    answer = None
    damaged_leg = data.draw(st.integers(0, 5))
    for leg in range(6):
        token = client.step(answer)
        if token is None:
            return
        if leg == damaged_leg:
            position = data.draw(st.integers(0, len(token) - 1))
            extra = data.draw(st.binary(max_size=40))
            token = token[:position] + extra + token[position + data.draw(st.integers(0, 3)) :]
        try:
            answer = exchange.step(token)
        except AuthenticationError:
            assert exchange.account is None
            return
        if leg >= damaged_leg or answer is None:
            return


@budget(max_examples=200, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(token=st.binary(max_size=300))
def test_random_bytes_are_refused(offered, token):
    authenticator = Authenticator(offered)
    text = base64.b64encode(token).decode()
    decision = authenticator.authenticate({"authorization": f"CredSSP {text}"}, False)
    assert not isinstance(decision, Granted)


def test_the_key_is_made_with_the_first_token_and_once():
    code = (
        "import sys; import emulator.auth, emulator.server\n"
        "assert 'spnego' not in sys.modules and 'cryptography' not in sys.modules and 'ssl' not in sys.modules\n"
        "from emulator.auth.credssp_certificate import _key, tls_context\n"
        "assert _key.cache_info().currsize == 0\n"
        "tls_context('A'); tls_context('B'); assert _key.cache_info().misses == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
