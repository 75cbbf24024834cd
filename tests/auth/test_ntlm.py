import base64
import socket
from datetime import UTC, datetime

import pytest
from spnego._ntlm_raw.messages import Authenticate, AvId, Challenge, Negotiate, NegotiateFlags
from spnego.channel_bindings import GssChannelBindings

from emulator.auth import (
    AuthenticationSettings,
    Authenticator,
    Granted,
    HostIdentity,
    IntegrityFailure,
    Refused,
)
from emulator.auth.ntlm import nt_one_way

BINDING = b"tls-server-end-point:" + bytes(range(32))
OTHER_BINDING = b"tls-server-end-point:" + bytes(32)


def first_answer(decision) -> Challenge:
    ((_, value),) = decision.headers
    return Challenge.unpack(base64.b64decode(value.partition(" ")[2]))


@pytest.mark.parametrize("protocol", ["ntlm", "negotiate"])
@pytest.mark.parametrize(
    "user",
    [
        "Administrator",
        "administrator",
        "HV01\\Administrator",
        "hv01\\ADMINISTRATOR",
        ".\\Administrator",
        "OTHER\\Administrator",
        "Administrator@HV01",
    ],
)
def test_a_local_account_gets_in_whatever_domain_the_client_names(
    settings, account, client, log_on, user, protocol
):
    decision = log_on(client(user, protocol=protocol), Authenticator(settings))
    assert isinstance(decision, Granted)
    assert decision.account is account
    assert decision.by_negotiation


@pytest.mark.parametrize("password", ["a:b::c", "пароль", "x" * 127, "\N{GRINNING FACE}", " blanks "])
def test_a_password_may_hold_any_character(settings, account, client, log_on, password):
    account.password = password
    assert isinstance(log_on(client(password=password), Authenticator(settings)), Granted)


def test_a_password_that_looks_like_a_pair_of_hashes_is_a_password():
    text = "aad3b435b51404eeaad3b435b51404ee:31d6cfe0d16ae931b73c59d7e0c089c0"
    assert nt_one_way(text) != bytes.fromhex(text.partition(":")[2])


@pytest.mark.parametrize("protocol", ["ntlm", "negotiate"])
@pytest.mark.parametrize(
    ("change", "user", "password", "reason"),
    [
        ({}, "Administrator", "wrong", "wrong password for Administrator"),
        ({}, "nobody", "x", "no account"),
        ({"disabled": True}, "Administrator", None, "disabled"),
        ({"may_use_winrm": False}, "Administrator", None, "may not use WinRM"),
        ({"password": ""}, "Administrator", "", "console only"),
    ],
)
def test_a_logon_that_does_not_fit_is_refused_with_a_reason(
    settings, account, client, log_on, protocol, change, user, password, reason
):
    for name, value in change.items():
        setattr(account, name, value)
    secret = account.password if password is None else password
    authenticator = Authenticator(settings)
    decision = log_on(client(user, secret, protocol=protocol), authenticator)
    assert isinstance(decision, Refused)
    assert reason in decision.reason
    assert decision.headers == (("WWW-Authenticate", "Negotiate"),)
    assert authenticator.account is None


@pytest.mark.parametrize(
    ("level", "given", "accepted"),
    [
        ("None", None, True),
        ("None", BINDING, True),
        ("None", OTHER_BINDING, True),
        ("Relaxed", None, True),
        ("Relaxed", BINDING, True),
        ("Relaxed", OTHER_BINDING, False),
        ("Strict", None, False),
        ("Strict", BINDING, True),
        ("Strict", OTHER_BINDING, False),
    ],
)
@pytest.mark.parametrize("protocol", ["ntlm", "negotiate"])
def test_channel_bindings_follow_the_hardening_level(
    settings, winrm, client, log_on, protocol, level, given, accepted
):
    winrm.channel_binding = level
    bindings = GssChannelBindings(application_data=given) if given else None
    decision = log_on(
        client(protocol=protocol, channel_bindings=bindings), Authenticator(settings, BINDING), is_tls=True
    )
    assert isinstance(decision, Granted if accepted else Refused)
    if not accepted:
        assert "channel bindings" in decision.reason


def test_channel_bindings_do_not_matter_on_a_plain_connection(settings, winrm, client, log_on):
    winrm.channel_binding = "Strict"
    assert isinstance(log_on(client(), Authenticator(settings)), Granted)


def test_the_challenge_names_the_fake_host_and_nothing_of_the_real_machine(
    settings, winrm, client, present, monkeypatch
):
    def no_question(*_):
        raise AssertionError("the name of the real machine was asked for")

    for name in ("gethostname", "getfqdn", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, no_question)
    moment = datetime(2021, 6, 1, 12, tzinfo=UTC)
    fixed = AuthenticationSettings(settings.accounts, winrm, settings.host, now=lambda: moment)
    challenge = first_answer(present(Authenticator(fixed), client().step()))
    info = challenge.target_info
    assert challenge.target_name == "HV01"
    assert [(key, info[key]) for key in (AvId.nb_domain_name, AvId.nb_computer_name)] == [
        (AvId.nb_domain_name, "HV01"),
        (AvId.nb_computer_name, "HV01"),
    ]
    assert (info[AvId.dns_domain_name], info[AvId.dns_computer_name]) == ("HV01", "HV01")
    assert info[AvId.timestamp].replace(tzinfo=UTC) == moment
    assert (challenge.version.major, challenge.version.build) == (10, 17763)
    assert challenge.flags & NegotiateFlags.target_type_server


def test_the_challenge_of_a_domain_member_names_its_domain(settings, winrm, client, present):
    member = HostIdentity("HV01", "CORP", "corp.example")
    joined = AuthenticationSettings(settings.accounts, winrm, member)
    challenge = first_answer(present(Authenticator(joined), client().step()))
    info = challenge.target_info
    assert challenge.target_name == "CORP"
    assert challenge.flags & NegotiateFlags.target_type_domain
    assert info[AvId.dns_computer_name] == "HV01.corp.example"
    assert info[AvId.dns_tree_name] == "corp.example"


def test_every_challenge_is_another_one(settings, client, present):
    challenges = {
        first_answer(present(Authenticator(settings), client().step())).server_challenge for _ in range(8)
    }
    assert len(challenges) == 8


def test_only_flags_that_the_client_asked_for_are_negotiated(settings, present):
    asked = NegotiateFlags.unicode | NegotiateFlags.seal | NegotiateFlags.lm_key | NegotiateFlags.datagram
    challenge = first_answer(present(Authenticator(settings), Negotiate(asked).pack()))
    assert challenge.flags & NegotiateFlags.seal
    for unwanted in (
        NegotiateFlags.sign,
        NegotiateFlags.lm_key,
        NegotiateFlags.datagram,
        NegotiateFlags.version,
    ):
        assert not challenge.flags & unwanted
    assert challenge.version is None or challenge.version.build == 0


def test_a_changed_authenticate_message_fails_its_integrity_code(settings, client, present):
    authenticator, peer = Authenticator(settings), client()
    ((_, value),) = present(authenticator, peer.step()).headers
    token = bytearray(peer.step(base64.b64decode(value.partition(" ")[2])))
    message = Authenticate.unpack(bytes(token))
    position = bytes(token).index(message.workstation.encode("utf-16-le"))
    token[position] ^= 1
    decision = present(authenticator, bytes(token))
    assert isinstance(decision, Refused)
    assert "integrity" in decision.reason


def test_the_echo_of_the_target_name_as_domain_is_accepted(settings, client, log_on):
    assert isinstance(log_on(client("HV01\\Administrator"), Authenticator(settings)), Granted)


@pytest.mark.parametrize("level", ["0", "1", "2"])
def test_the_older_ntlm_version_is_taken_and_its_messages_can_be_sealed(
    settings, client, log_on, monkeypatch, level
):
    monkeypatch.setenv("LM_COMPAT_LEVEL", level)
    peer, authenticator = client(), Authenticator(settings)
    assert isinstance(log_on(peer, authenticator), Granted)
    session = authenticator._protection()
    for text in (b"one", b"two"):
        sealed = peer.wrap_winrm(text)
        assert session.open(sealed.header, sealed.data) == text
        assert peer.unwrap_winrm(*session.seal(text)) == text
    sealed = peer.wrap_winrm(b"three")
    with pytest.raises(IntegrityFailure):
        session.open(sealed.header, sealed.data[:-1] + b"?")


def test_an_anonymous_logon_is_refused(settings, present):
    authenticator = Authenticator(settings)
    present(authenticator, Negotiate(NegotiateFlags.unicode | NegotiateFlags.ntlm).pack())
    decision = present(authenticator, Authenticate(NegotiateFlags.unicode, b"\x00", b"").pack())
    assert isinstance(decision, Refused)
    assert "anonymous" in decision.reason


def test_a_negotiate_message_without_a_character_set_is_refused(settings, present):
    assert isinstance(present(Authenticator(settings), Negotiate(0).pack()), Refused)
