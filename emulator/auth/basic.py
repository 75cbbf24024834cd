"""HTTP Basic authentication (RFC 7617) against the accounts of the host."""

from __future__ import annotations

import base64
import binascii

from emulator.auth.accounts import admit, find_account, refuse_password, same_text
from emulator.auth.errors import AccessNotGranted, InvalidToken, UnknownAccount
from emulator.auth.settings import Account, AccountDirectory, HostIdentity

MAXIMUM_CREDENTIAL_LENGTH = 4096
"""Characters of the base64 text. A Windows user name has at most 20 characters, a password at most 256."""


def credentials(parameter: str) -> tuple[str, str]:
    """The user name and the password of the text after ``Basic``.

    UTF-8 is tried first; clients from before RFC 7617 send Latin-1. Raises InvalidToken.
    """
    if len(parameter) > MAXIMUM_CREDENTIAL_LENGTH:
        raise InvalidToken("Basic credentials are too long")
    try:
        decoded = base64.b64decode(parameter, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidToken("Basic credentials are not base64 text") from error
    try:
        text = decoded.decode("utf-8")
    except UnicodeDecodeError:
        text = decoded.decode("latin-1")
    user_name, colon, password = text.partition(":")
    if not colon or not user_name:
        raise InvalidToken("Basic credentials have no user name")
    return user_name, password


def verify(parameter: str, accounts: AccountDirectory, host: HostIdentity) -> Account:
    """The account whose name and password the text after ``Basic`` holds.

    Basic is for local accounts only (Microsoft, "Authentication for Remote Connections"). Raises
    AuthenticationError.
    """
    user_name, password = credentials(parameter)
    domain, backslash, plain_name = user_name.partition("\\")
    account = find_account(accounts, host, domain, plain_name) if backslash else accounts.find(user_name)
    if account is None:
        raise UnknownAccount(f"no account {user_name!r}")
    if not account.is_local:
        raise AccessNotGranted(f"{account.name} is an account of the domain, and Basic is for local ones")
    if not same_text(account.password, password):
        refuse_password(accounts, account)
    return admit(accounts, account)
