"""A host with a few accounts, and a client that goes through a whole handshake."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
import spnego

from emulator.auth import AuthenticationSettings, Authenticator, Challenge, Granted, HostIdentity, Refused

PASSWORD = "P@ss:w;ord,%1"


@dataclass
class FakeAccount:
    name: str
    password: str = PASSWORD
    disabled: bool = False
    may_use_winrm: bool = True
    is_local: bool = True


class FakeRules:
    """Refuses disabled accounts and blank passwords, and counts wrong passwords."""

    def __init__(self) -> None:
        self.wrong_passwords = 0

    def refusal(self, account: FakeAccount) -> str | None:
        if account.disabled:
            return "disabled"
        return None if account.password else "blank password"

    def note_wrong_password(self, _: FakeAccount) -> None:
        self.wrong_passwords += 1

    def note_logon(self, _: FakeAccount) -> None:
        self.wrong_passwords = 0


class FakeAccounts:
    """Finds `name`, `HV01\\name`, `.\\name` and `name@HV01`, as the accounts of a host do."""

    def __init__(self, *accounts: FakeAccount) -> None:
        self.rules = FakeRules()
        self.looked_up = 0
        self.revision = 0
        self.by_name = {account.name.lower(): account for account in accounts}

    def find(self, name: str) -> FakeAccount | None:
        self.looked_up += 1
        domain, backslash, plain = name.lower().rpartition("\\")
        if backslash and domain not in ("hv01", "."):
            return None
        return self.by_name.get(plain.removesuffix("@hv01"))


@pytest.fixture
def account() -> FakeAccount:
    return FakeAccount("Administrator")


@pytest.fixture
def winrm() -> SimpleNamespace:
    """The settings of the service; a test changes what it needs before it makes an authenticator."""
    return SimpleNamespace(
        allow_unencrypted=False,
        authentication=SimpleNamespace(
            basic=False, negotiate=True, kerberos=True, certificate=False, credssp=False
        ),
        channel_binding="Relaxed",
    )


@pytest.fixture
def settings(account: FakeAccount, winrm: SimpleNamespace) -> AuthenticationSettings:
    return AuthenticationSettings(FakeAccounts(account), winrm, HostIdentity("HV01", version=(10, 0, 17763)))


@pytest.fixture
def client() -> Callable[..., spnego.ContextProxy]:
    def make(user="Administrator", password=PASSWORD, protocol="ntlm", **options):
        return spnego.client(user, password, hostname="hv01", service="HTTP", protocol=protocol, **options)

    return make


def token_of(decision: Challenge | Granted) -> bytes:
    """The security token in the answer to a step of a handshake."""
    ((name, value),) = decision.headers
    assert name == "WWW-Authenticate"
    return base64.b64decode(value.partition(" ")[2])


@pytest.fixture
def present() -> Callable[..., Granted | Challenge | Refused]:
    """Show one token to an authenticator."""

    def show(authenticator: Authenticator, token: bytes, label="Negotiate", is_tls=False):
        text = base64.b64encode(token).decode()
        return authenticator.authenticate({"authorization": f"{label} {text}"}, is_tls)

    return show


@pytest.fixture
def log_on(present) -> Callable[..., Granted | Refused]:
    """Let a client go through its whole handshake."""

    def shake_hands(client, authenticator: Authenticator, label="Negotiate", is_tls=False):
        decision = present(authenticator, client.step(), label, is_tls)
        for _ in range(5):
            if not isinstance(decision, Challenge):
                break
            decision = present(authenticator, client.step(token_of(decision)), label, is_tls)
        if isinstance(decision, Granted) and decision.headers:
            client.step(token_of(decision))
        return decision

    return shake_hands
