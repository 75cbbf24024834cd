"""Whether an account may log on over the network: lockout, expiry, disabled accounts, blank passwords.

The rules are those of the local security policy ("Account lockout policy", "Password policy" and "Accounts:
Limit local account use of blank passwords to console logon only" in Microsoft's security policy reference).
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from emulator.host.errors import InvalidParameter
from emulator.record import MutableRecord

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account
    from emulator.profile import User

Refusal = Literal[
    "blank password",
    "disabled",
    "expired account",
    "expired password",
    "locked out",
    "logon type not granted",
    "must change password",
]
LogonKind = Literal["Interactive", "Network", "Batch", "Service", "RemoteInteractive"]
"""The ways of logging on that User Rights Assignment tells apart."""

# Windows 11 22H2: from here on ten wrong passwords lock an account unless the policy says otherwise.
_LOCKOUT_SINCE_BUILD = 22621
_DEFAULT_THRESHOLD = 10


class LogonState(MutableRecord):
    """What decides about the logons of one account. Moments are UTC."""

    password_last_set: datetime
    password_expires: bool = False
    must_change_password: bool = False
    may_change_password: bool = True
    account_expires: datetime | None = None
    wrong_passwords: int = 0
    last_wrong_password: datetime | None = None
    locked_since: datetime | None = None

    @classmethod
    def of_profile(cls, user: "User", now: datetime) -> "LogonState":
        """The state of an account at the start of the machine."""
        return cls(
            password_last_set=user.password_last_set or now,
            password_expires=user.password_expires,
            must_change_password=user.must_change_password,
            account_expires=user.account_expires,
            locked_since=now if user.locked else None,
        )

    def unlock(self) -> None:
        """Forget wrong passwords and a lock."""
        self.wrong_passwords = 0
        self.last_wrong_password = self.locked_since = None

    def change_password(self, now: datetime) -> None:
        """The password was set just now, by somebody who may."""
        self.password_last_set = now
        self.must_change_password = False


class LogonRules:
    """The policy of the machine, applied to its own accounts and to those of its domain."""

    def __init__(self, host: "Host") -> None:
        self._host = host
        policy, system = host.profile.account_policy, host.profile.operating_system
        threshold = policy.lockout_threshold
        if threshold is None:
            threshold = _DEFAULT_THRESHOLD if host.release.build >= _LOCKOUT_SINCE_BUILD else 0
        self.lockout_threshold = threshold
        self.lockout_window = timedelta(seconds=policy.lockout_window_seconds)
        self.lockout_duration = timedelta(seconds=policy.lockout_duration_seconds)
        self.shortest_password = 0
        self.maximum_password_age = timedelta(seconds=policy.maximum_password_age_seconds)
        allowed = policy.local_account_token_filter_policy
        self.filters_local_administrators = not (system.domain is None if allowed is None else allowed)
        """Remote sessions of local administrators other than the built-in one are those of plain users
        (Microsoft, "User Account Control and remote restrictions")."""

    def check_password(self, password: str) -> None:
        """Raises InvalidParameter (NERR_PasswordTooShort) for one that the policy does not allow."""
        if len(password) < self.shortest_password:
            raise InvalidParameter(
                "The password does not meet the password policy requirements. Check the minimum password "
                "length, password complexity and password history requirements.",
                hresult=0x800708C5,
            )

    def is_locked(self, account: "Account") -> bool:
        """Whether wrong passwords keep the account out now."""
        since = account.logon.locked_since
        if since is None:
            return False
        ends = self.lockout_duration
        return not ends or self._host.clock.now() < since + ends

    def note_wrong_password(self, account: "Account") -> None:
        """Count a wrong password; the account is locked when it was the last one that the policy allows."""
        with self._host.looking():
            state, now = account.logon, self._host.clock.now()
            if self.lockout_threshold == 0 or self.is_locked(account):
                return
            last = state.last_wrong_password
            if state.locked_since is not None or (last is not None and now - last >= self.lockout_window):
                state.unlock()
            state.wrong_passwords += 1
            state.last_wrong_password = now
            if state.wrong_passwords >= self.lockout_threshold:
                state.locked_since = now
                account.touch()

    def note_logon(self, account: "Account") -> None:
        """Forget wrong passwords: the right one came."""
        state = account.logon
        if state.last_wrong_password is None and state.locked_since is None:
            return
        with self._host.looking():
            was_locked = state.locked_since is not None
            state.unlock()
            if was_locked:
                account.touch()

    def refusal(self, account: "Account", kind: LogonKind = "Network") -> Refusal | None:
        """Why the account may not log on now in this way, whatever password the client knows; None when it
        may."""
        state = account.logon
        if self.is_locked(account):
            return "locked out"
        if account.disabled:
            return "disabled"
        if not account.password:
            return "blank password"
        if self._host.has_user_rights and not self._host.user_rights.may_log_on(account, kind):
            return "logon type not granted"
        if state.must_change_password:
            return "must change password"
        if state.account_expires is None and not state.password_expires:
            return None
        now = self._host.clock.now()
        if state.account_expires is not None and now >= state.account_expires:
            return "expired account"
        ends = self.password_end(account)
        return "expired password" if ends is not None and now >= ends else None

    def password_end(self, account: "Account") -> datetime | None:
        """The moment at which the password expires (UTC); None when it never does."""
        state, age = account.logon, self.maximum_password_age
        return state.password_last_set + age if state.password_expires and age else None
