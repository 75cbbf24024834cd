import base64
import subprocess
import sys

import pytest

from emulator.auth import Authenticator, Challenge, Granted, ProtectionNotAvailable, Refused
from emulator.auth.authenticator import MAXIMUM_FAILURES


def test_each_offered_scheme_has_its_own_header_and_negotiate_stands_last(settings, winrm):
    winrm.authentication.basic = winrm.allow_unencrypted = True
    decision = Authenticator(settings).authenticate({}, False)
    assert decision == Challenge(
        (("WWW-Authenticate", 'Basic realm="WSMAN"'), ("WWW-Authenticate", "Negotiate"))
    )


def test_a_listener_without_any_scheme_offers_none(settings, winrm):
    winrm.authentication.negotiate = False
    assert Authenticator(settings).authenticate({}, False) == Challenge(())


@pytest.mark.parametrize("scheme", ["Kerberos", "CredSSP", "Digest", "Bearer", ""])
def test_a_scheme_that_is_not_offered_is_refused(settings, scheme):
    decision = Authenticator(settings).authenticate({"authorization": f"{scheme} YII="}, False)
    assert isinstance(decision, Refused)


def test_negotiate_is_refused_when_it_is_switched_off(settings, winrm, client, log_on):
    winrm.authentication.negotiate = False
    assert isinstance(log_on(client(), Authenticator(settings)), Refused)


@pytest.mark.parametrize("protocol", ["ntlm", "negotiate"])
def test_after_the_handshake_the_connection_belongs_to_the_account(
    settings, account, client, log_on, protocol
):
    authenticator = Authenticator(settings)
    log_on(client(protocol=protocol), authenticator)
    for _ in range(3):
        assert authenticator.authenticate({}, False) == Granted(account, by_negotiation=True)


def test_another_connection_of_the_same_client_has_to_log_on_itself(settings, client, log_on):
    log_on(client(), Authenticator(settings))
    assert isinstance(Authenticator(settings).authenticate({}, False), Challenge)


def test_a_new_handshake_on_the_same_connection_starts_afresh(settings, client, log_on, present):
    authenticator = Authenticator(settings)
    log_on(client(), authenticator)
    second = client(protocol="negotiate")
    assert isinstance(present(authenticator, second.step()), Challenge)
    assert authenticator.account is None
    assert isinstance(authenticator.authenticate({}, False), Challenge)
    third = client()
    assert isinstance(log_on(third, authenticator), Granted)
    sealed = third.wrap_winrm(b"with the new keys")
    assert authenticator._protection().open(sealed.header, sealed.data) == b"with the new keys"


def test_a_failed_handshake_takes_the_connection_from_the_account_before(settings, client, log_on):
    authenticator = Authenticator(settings)
    log_on(client(), authenticator)
    assert isinstance(log_on(client(password="wrong"), authenticator), Refused)
    assert isinstance(authenticator.authenticate({}, False), Challenge)
    with pytest.raises(ProtectionNotAvailable):
        authenticator.wrap("text/plain", b"x")


def test_the_second_token_without_the_first_is_refused(settings, client, present):
    peer = client()
    ((_, value),) = present(Authenticator(settings), peer.step()).headers
    second = peer.step(base64.b64decode(value.partition(" ")[2]))
    assert isinstance(present(Authenticator(settings), second), Refused)


@pytest.mark.parametrize("parameter", ["", "!!!", "A" * 70_000])
def test_a_token_that_is_no_base64_or_too_long_is_refused(settings, parameter):
    decision = Authenticator(settings).authenticate({"authorization": f"Negotiate {parameter}"}, False)
    assert isinstance(decision, Refused)


def test_a_client_that_keeps_guessing_loses_its_connection(settings, client, log_on):
    authenticator = Authenticator(settings)
    closings = [log_on(client(password="wrong"), authenticator).close for _ in range(MAXIMUM_FAILURES)]
    assert closings == [False] * (MAXIMUM_FAILURES - 1) + [True]


def test_nothing_heavy_is_loaded_before_the_first_token():
    code = (
        "import sys, emulator.auth, emulator.transport;"
        "print(sorted(set(sys.modules) & {'spnego', 'cryptography', 'ssl'}))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
