import base64

import pytest

from emulator.auth import (
    AccessNotGranted,
    AccountDisabled,
    Authenticator,
    Challenge,
    Granted,
    InvalidToken,
    Refused,
    UnknownAccount,
    WrongPassword,
)
from emulator.auth.basic import verify


def encoded(text: str, encoding: str = "utf-8") -> str:
    return base64.b64encode(text.encode(encoding)).decode()


def header(user: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + encoded(f"{user}:{password}")}


@pytest.mark.parametrize(
    "name",
    [
        "Administrator",
        "ADMINISTRATOR",
        "HV01\\administrator",
        ".\\administrator",
        "administrator@HV01",
        "OTHER\\administrator",
    ],
)
def test_every_way_to_name_a_local_account_is_accepted(settings, account, name):
    assert verify(encoded(f"{name}:{account.password}"), settings.accounts, settings.host) is account


@pytest.mark.parametrize("password", ["a:b::c", "пароль", "x" * 256, "\N{GRINNING FACE}", " blanks "])
def test_a_password_may_hold_any_character(settings, account, password):
    account.password = password
    assert verify(encoded(f"Administrator:{password}"), settings.accounts, settings.host) is account


def test_credentials_in_latin_1_are_understood(settings, account):
    account.password = "Größe"
    assert verify(encoded("Administrator:Größe", "latin-1"), settings.accounts, settings.host) is account


@pytest.mark.parametrize(
    ("change", "credentials", "error"),
    [
        ({}, "nobody:x", UnknownAccount),
        ({}, "Administrator:wrong", WrongPassword),
        ({"disabled": True, "password": "p"}, "Administrator:p", AccountDisabled),
        ({"may_use_winrm": False, "password": "p"}, "Administrator:p", AccessNotGranted),
        ({"password": ""}, "Administrator:", AccessNotGranted),
        ({}, "no colon", InvalidToken),
        ({}, ":no user", InvalidToken),
        ({}, "x" * 5000, InvalidToken),
    ],
)
def test_credentials_that_do_not_fit_are_refused_with_a_reason(settings, account, change, credentials, error):
    for name, value in change.items():
        setattr(account, name, value)
    with pytest.raises(error):
        verify(encoded(credentials), settings.accounts, settings.host)


def test_text_that_is_not_base64_is_refused(settings):
    with pytest.raises(InvalidToken):
        verify("!!!", settings.accounts, settings.host)


def test_an_account_of_the_joined_domain_is_not_sought_among_the_local_accounts(settings, account):
    joined = settings.host.replaced(domain_name="CORP", dns_domain_name="corp.example")
    with pytest.raises(UnknownAccount):
        verify(encoded(f"corp\\Administrator:{account.password}"), settings.accounts, joined)


@pytest.mark.parametrize(
    ("basic", "allow_unencrypted", "is_tls", "accepted"),
    [
        (True, True, False, True),
        (True, False, False, False),
        (True, False, True, True),
        (False, True, False, False),
        (False, True, True, False),
    ],
)
def test_basic_is_offered_and_taken_only_where_the_settings_allow_it(
    settings, winrm, account, basic, allow_unencrypted, is_tls, accepted
):
    winrm.authentication.basic, winrm.allow_unencrypted = basic, allow_unencrypted
    authenticator = Authenticator(settings)
    challenge = authenticator.authenticate({}, is_tls)
    assert isinstance(challenge, Challenge)
    assert (("WWW-Authenticate", 'Basic realm="WSMAN"') in challenge.headers) is accepted
    decision = authenticator.authenticate(header("Administrator", account.password), is_tls)
    assert isinstance(decision, Granted if accepted else Refused)


def test_basic_authenticates_a_request_and_not_the_connection(settings, winrm, account):
    winrm.authentication.basic = winrm.allow_unencrypted = True
    authenticator = Authenticator(settings)
    assert isinstance(authenticator.authenticate(header("Administrator", account.password), False), Granted)
    assert isinstance(authenticator.authenticate({}, False), Challenge)


def test_every_change_of_the_account_counts_from_the_next_request(settings, winrm, account):
    winrm.authentication.basic = winrm.allow_unencrypted = True
    authenticator = Authenticator(settings)
    right = header("Administrator", account.password)
    assert isinstance(authenticator.authenticate(right, False), Granted)
    account.disabled = True
    assert isinstance(authenticator.authenticate(right, False), Refused)
    account.disabled, account.password = False, "another"
    settings.accounts.revision += 1
    assert isinstance(authenticator.authenticate(right, False), Refused)
    right = header("Administrator", "another")
    assert isinstance(authenticator.authenticate(right, False), Granted)
    settings.accounts.by_name.clear()
    settings.accounts.revision += 1
    assert isinstance(authenticator.authenticate(right, False), Refused)


def test_credentials_are_looked_up_once_until_accounts_change(settings, winrm, account):
    winrm.authentication.basic = winrm.allow_unencrypted = True
    authenticator = Authenticator(settings)
    right, wrong = header("Administrator", account.password), header("Administrator", "wrong")
    for _ in range(3):
        assert isinstance(authenticator.authenticate(right, False), Granted)
    assert settings.accounts.looked_up == 1
    assert isinstance(authenticator.authenticate(wrong, False), Refused)
    assert isinstance(authenticator.authenticate(right, False), Granted)
    settings.accounts.revision += 1
    assert isinstance(authenticator.authenticate(right, False), Granted)
    assert settings.accounts.looked_up == 3
