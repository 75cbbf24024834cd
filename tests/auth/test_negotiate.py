import base64

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st
from spnego._context import GSSMech
from spnego._spnego import NegState, NegTokenInit, NegTokenResp, pack_mech_type_list, unpack_token

from emulator.auth import Authenticator, Challenge, Granted, InvalidToken, Refused
from emulator.auth.spnego import MAXIMUM_LEGS, NegotiateExchange

NTLM, KERBEROS, MS_KERBEROS = GSSMech.ntlm.value, GSSMech.kerberos.value, GSSMech._ms_kerberos.value
NEGOEX = "1.3.6.1.4.1.311.2.2.30"


def token_of(decision) -> bytes:
    ((_, value),) = decision.headers
    return base64.b64decode(value.partition(" ")[2])


def test_the_last_token_of_spnego_is_in_the_answer_to_the_request(settings, client, present):
    authenticator, peer = Authenticator(settings), client(protocol="negotiate")
    first = present(authenticator, peer.step())
    last = present(authenticator, peer.step(token_of(first)))
    assert isinstance(last, Granted)
    assert unpack_token(token_of(last)).neg_state == NegState.accept_complete
    peer.step(token_of(last))
    assert peer.complete


def test_raw_ntlm_needs_no_last_token(settings, client, log_on):
    decision = log_on(client(), Authenticator(settings))
    assert isinstance(decision, Granted)
    assert decision.headers == ()


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ("Negotiate", "Negotiate"),
        ("negotiate", "Negotiate"),
        ("NEGOTIATE", "Negotiate"),
        ("NTLM", "NTLM"),
        ("ntlm", "NTLM"),
    ],
)
def test_the_answer_uses_the_scheme_of_the_client(settings, client, present, sent, answered):
    ((name, value),) = present(Authenticator(settings), client().step(), label=sent).headers
    assert name == "WWW-Authenticate"
    assert value.startswith(answered + " ")


@pytest.mark.parametrize("mechanisms", [[MS_KERBEROS, KERBEROS, NEGOEX, NTLM], [KERBEROS, NTLM]])
@pytest.mark.parametrize("optimistic", [b"\x60\x06 no ticket", None])
def test_a_client_that_likes_kerberos_better_falls_back_to_ntlm(
    settings, account, client, present, mechanisms, optimistic
):
    authenticator, ntlm = Authenticator(settings), client()
    answer = present(authenticator, NegTokenInit(mech_types=mechanisms, mech_token=optimistic).pack())
    assert isinstance(answer, Challenge)
    choice = unpack_token(token_of(answer))
    assert (choice.neg_state, choice.supported_mech) == (NegState.request_mic, NTLM)
    assert choice.response_token is None

    answer = present(authenticator, NegTokenResp(response_token=ntlm.step()).pack())
    proof = ntlm.step(unpack_token(token_of(answer)).response_token)
    code = ntlm.sign(pack_mech_type_list(mechanisms))
    ntlm._reset_ntlm_crypto_state()
    answer = present(authenticator, NegTokenResp(response_token=proof, mech_list_mic=code).pack())

    assert isinstance(answer, Granted)
    assert answer.account is account
    last = unpack_token(token_of(answer))
    assert last.neg_state == NegState.accept_complete
    ntlm.verify(pack_mech_type_list(mechanisms), last.mech_list_mic)
    ntlm._reset_ntlm_crypto_state(outgoing=False)
    sealed = ntlm.wrap_winrm(b"hello")
    assert authenticator._protection().open(sealed.header, sealed.data) == b"hello"


def test_a_changed_list_of_mechanisms_is_noticed(settings, client, present):
    authenticator, ntlm = Authenticator(settings), client()
    present(authenticator, NegTokenInit(mech_types=[KERBEROS, NTLM]).pack())
    answer = present(authenticator, NegTokenResp(response_token=ntlm.step()).pack())
    proof = ntlm.step(unpack_token(token_of(answer)).response_token)
    code = ntlm.sign(pack_mech_type_list([NTLM]))
    answer = present(authenticator, NegTokenResp(response_token=proof, mech_list_mic=code).pack())
    assert isinstance(answer, Refused)


def test_a_client_that_sends_no_code_over_the_mechanisms_is_welcome_when_ntlm_was_its_first_choice(
    settings, client, present
):
    authenticator, ntlm = Authenticator(settings), client()
    answer = present(authenticator, NegTokenInit(mech_types=[NTLM], mech_token=ntlm.step()).pack())
    proof = ntlm.step(unpack_token(token_of(answer)).response_token)
    assert isinstance(present(authenticator, NegTokenResp(response_token=proof).pack()), Granted)


def test_a_client_cannot_declare_its_own_handshake_complete(settings, client, present):
    authenticator, peer = Authenticator(settings), client(protocol="negotiate")
    present(authenticator, peer.step())
    decision = present(authenticator, NegTokenResp(neg_state=NegState.accept_complete).pack())
    assert not isinstance(decision, Granted)
    assert authenticator.account is None
    assert isinstance(authenticator.authenticate({}, False), Challenge)


def test_a_client_without_ntlm_is_refused(settings, present):
    token = NegTokenInit(mech_types=[KERBEROS, NEGOEX], mech_token=b"ticket").pack()
    decision = present(Authenticator(settings), token)
    assert isinstance(decision, Refused)
    assert "NTLM" in decision.reason


def test_a_bare_kerberos_token_is_refused(settings, present):
    decision = present(Authenticator(settings), b"\x60\x0b\x06\x09" + bytes.fromhex("2a864886f712010202"))
    assert isinstance(decision, Refused)


def test_a_handshake_is_bounded_in_length_and_size(settings, present):
    exchange = NegotiateExchange(settings, None)
    with pytest.raises(InvalidToken):
        exchange.step(b"\x60" * 48_001)
    exchange = NegotiateExchange(settings, None)
    exchange.step(NegTokenInit(mech_types=[KERBEROS, NTLM]).pack())
    for _ in range(MAXIMUM_LEGS - 1):
        exchange.step(NegTokenResp().pack())
    with pytest.raises(InvalidToken, match="too many"):
        exchange.step(NegTokenResp().pack())
    decision = present(Authenticator(settings), b"\x60" * 60_000)
    assert isinstance(decision, Refused)


@pytest.mark.parametrize(
    "token",
    [
        b"",
        b"\x60",
        b"\xa0\x00",
        b"\x60\x84\xff\xff\xff\xff",
        b"\x60" * 4000,
        b"\xa0\x80" * 2000,
        b"NTLMSSP\x00",
        b"NTLMSSP\x00\x01\x00\x00\x00",
        b"NTLMSSP\x00\x09\x00\x00\x00" + bytes(80),
        b"NTLMSSP\x00\x02\x00\x00\x00" + bytes(80),
        b"no token at all",
    ],
)
def test_bytes_that_are_no_token_are_refused(settings, present, token):
    assert isinstance(present(Authenticator(settings), token), Refused)


@budget(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_token_is_refused_and_never_breaks_the_authenticator(settings, client, present, data):
    protocol = data.draw(st.sampled_from(["ntlm", "negotiate"]))
    damaged_leg = data.draw(st.integers(0, 1))
    authenticator, peer = Authenticator(settings), client(protocol=protocol)
    token = peer.step()
    if damaged_leg:
        token = peer.step(token_of(present(authenticator, token)))
    damaged = bytearray(token)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    decision = present(authenticator, bytes(damaged[: data.draw(st.integers(1, len(damaged)))]))
    assert isinstance(decision, Refused | Challenge | Granted)
