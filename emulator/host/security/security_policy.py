"""The local security policy as secedit exports and configures it: rules for passwords and lockout, names of
the built-in accounts, audit categories, security options of the registry and user rights.

Of the rules for passwords the length, the age and the lockout hold; complexity, history, the least age and
reversible encryption are kept and told.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from emulator.host.errors import HostError, InvalidParameter
from emulator.host.host_object import HostObject, operation
from emulator.host.security.account import Account
from emulator.host.security.audit_policy import FAILURE, SUCCESS
from emulator.host.security.security_names import name_of_sid, sid_of_name
from emulator.host.security.security_template import Template
from emulator.host.security.user_rights import RIGHTS
from emulator.host.windows.registry import LOCAL_MACHINE
from emulator.host.windows.registry_key import Data, RegistryValue, ValueKind

if TYPE_CHECKING:
    from emulator.host.host import Host

ACCESS, AUDIT, REGISTRY, RIGHTS_SECTION = (
    "System Access",
    "Event Audit",
    "Registry Values",
    "Privilege Rights",
)
AREAS = {"SECURITYPOLICY": (ACCESS, AUDIT, REGISTRY), "USER_RIGHTS": (RIGHTS_SECTION,)}
#: Keys of [System Access] that are kept and told: their values on a fresh server, and the greatest.
_KEPT = {
    "MinimumPasswordAge": (0, 998),
    "PasswordComplexity": (1, 1),
    "PasswordHistorySize": (0, 24),
    "RequireLogonToChangePassword": (0, 1),
    "ForceLogoffWhenHourExpire": (0, 1),
    "ClearTextPassword": (0, 1),
    "LSAAnonymousNameLookup": (0, 1),
}
_LONGEST_LENGTH, _LONGEST_AGE, _MOST_WRONG, _LONGEST_LOCKOUT = 128, 999, 999, 99_999
#: Key of [Event Audit] -> category of the audit policy.
_AUDITS = {
    "AuditSystemEvents": "System",
    "AuditLogonEvents": "Logon/Logoff",
    "AuditObjectAccess": "Object Access",
    "AuditPrivilegeUse": "Privilege Use",
    "AuditPolicyChange": "Policy Change",
    "AuditAccountManage": "Account Management",
    "AuditProcessTracking": "Detailed Tracking",
    "AuditDSAccess": "DS Access",
    "AuditAccountLogon": "Account Logon",
}
_POLICIES = "Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System"
_CONTROL = "System\\CurrentControlSet\\Control"
_SERVICES = "System\\CurrentControlSet\\Services"
#: Security options that an export shows where the registry has them (sceregvl.inf).
_OPTIONS = tuple(
    f"{key}\\{name}"
    for key, names in {
        "Software\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon": (
            "CachedLogonsCount ForceUnlockLogon PasswordExpiryWarning ScRemoveOption"
        ),
        _POLICIES: (
            "ConsentPromptBehaviorAdmin ConsentPromptBehaviorUser DisableCAD DontDisplayLastUserName "
            "EnableLUA EnableSecureUIAPaths EnableUIADesktopToggle EnableVirtualization "
            "FilterAdministratorToken InactivityTimeoutSecs LegalNoticeCaption "
            "LegalNoticeText PromptOnSecureDesktop ScForceOption ShutdownWithoutLogon UndockWithoutLogon "
            "ValidateAdminCodeSignatures"
        ),
        f"{_CONTROL}\\Lsa": (
            "AuditBaseObjects CrashOnAuditFail DisableDomainCreds EveryoneIncludesAnonymous ForceGuest "
            "FullPrivilegeAuditing LimitBlankPasswordUse LmCompatibilityLevel NoLMHash RestrictAnonymous "
            "RestrictAnonymousSAM SCENoApplyLegacyAuditPolicy"
        ),
        f"{_CONTROL}\\Session Manager": "ProtectionMode",
        f"{_CONTROL}\\Session Manager\\Memory Management": "ClearPageFileAtShutdown",
        f"{_SERVICES}\\LanManServer\\Parameters": (
            "AutoDisconnect EnableForcedLogOff EnableSecuritySignature NullSessionPipes "
            "RequireSecuritySignature RestrictNullSessAccess"
        ),
        f"{_SERVICES}\\LanmanWorkstation\\Parameters": (
            "EnablePlainTextPassword EnableSecuritySignature RequireSecuritySignature"
        ),
        f"{_SERVICES}\\LDAP": "LDAPClientIntegrity",
        f"{_SERVICES}\\Netlogon\\Parameters": (
            "DisablePasswordChange MaximumPasswordAge RequireSignOrSeal RequireStrongKey SealSecureChannel "
            "SignSecureChannel"
        ),
    }.items()
    for name in names.split()
)
_MACHINE = "MACHINE\\"
#: Numbers of the types of registry values in a template.
_TYPES = {
    1: ValueKind.REG_SZ,
    2: ValueKind.REG_EXPAND_SZ,
    3: ValueKind.REG_BINARY,
    4: ValueKind.REG_DWORD,
    7: ValueKind.REG_MULTI_SZ,
}
_NUMBERS = {kind: number for number, kind in _TYPES.items()}
_MOST_VALUES = 1000
_LONGEST_NUMBER = 10


class SecurityPolicy(HostObject):
    """The policy of one machine. What was set beyond `_OPTIONS` is remembered for the next export."""

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        self.kept = {name: value for name, (value, _) in _KEPT.items()}
        if host.release.is_client:
            self.kept["PasswordComplexity"] = 0
        self._audits = dict.fromkeys(_AUDITS, 0)
        self._options: dict[str, str] = {path.casefold(): path for path in _OPTIONS}

    def export(self, sections: tuple[str, ...]) -> dict[str, list[tuple[str, str]]]:
        """The sections of a template with what holds now."""
        made = {
            ACCESS: self._access,
            AUDIT: lambda: [(name, str(value)) for name, value in self._audits.items()],
            REGISTRY: self._registry,
            RIGHTS_SECTION: self._rights,
        }
        return {
            "Unicode": [("Unicode", "yes")],
            **{name: list(made[name]()) for name in made if name in sections},
            "Version": [("signature", '"$CHICAGO$"'), ("Revision", "1")],
        }

    @operation
    def configure(self, template: Template, sections: tuple[str, ...]) -> None:
        """Let what a template says hold; other sections and unknown keys are passed over, as secedit does.

        Raises InvalidParameter, and AccessDenied, QuotaExceeded of a registry value, before anything is
        changed.
        """
        given = {
            wanted: values
            for name, values in template.items()
            for wanted in sections
            if wanted.casefold() == name.casefold()
        }
        access = self._checked_access(given.get(ACCESS, {}))
        audits = {
            known: _number(known, value, SUCCESS | FAILURE)
            for name, value in given.get(AUDIT, {}).items()
            for known in _AUDITS
            if known.casefold() == name.casefold()
        }
        values = [_registry_value(*pair) for pair in given.get(REGISTRY, {}).items()]
        if len(self._options) + len(values) > _MOST_VALUES:
            raise InvalidParameter("The template has too many registry values.")
        rights = [
            (right, [self._sid(name) for name in value.split(",") if name.strip()])
            for name, value in given.get(RIGHTS_SECTION, {}).items()
            for right in RIGHTS
            if right.casefold() == name.casefold()
        ]
        with self.host.registry.transaction():
            for path, made in values:
                self.host.registry.create_key(LOCAL_MACHINE, path)
                self.host.registry.set_value(LOCAL_MACHINE, path, *made)
        for path, made in values:
            self._options.setdefault(f"{path}\\{made.name}".casefold(), f"{path}\\{made.name}")
        self._apply_access(access)
        for name, value in audits.items():
            self._audits[name] = value
            below = self.host.audit_policy.category(_AUDITS[name]).subcategories
            self.host.audit_policy.configure(
                below, success=bool(value & SUCCESS), failure=bool(value & FAILURE)
            )
        for right, sids in rights:
            self.host.user_rights.assign(right, sids)
        self.touch()

    # -- what holds now -----------------------------------------------------------------------

    def _access(self) -> Iterator[tuple[str, str]]:
        rules, kept = self.host.accounts.rules, self.kept
        administrator, guest = self._built_in(500), self._built_in(501)
        yield "MinimumPasswordAge", str(kept["MinimumPasswordAge"])
        yield "MaximumPasswordAge", str(rules.maximum_password_age.days or -1)
        yield "MinimumPasswordLength", str(rules.shortest_password)
        for name in ("PasswordComplexity", "PasswordHistorySize"):
            yield name, str(kept[name])
        yield "LockoutBadCount", str(rules.lockout_threshold)
        if rules.lockout_threshold:
            yield "ResetLockoutCount", str(int(rules.lockout_window.total_seconds()) // 60)
            yield "LockoutDuration", str(int(rules.lockout_duration.total_seconds()) // 60 or -1)
        for name in ("RequireLogonToChangePassword", "ForceLogoffWhenHourExpire"):
            yield name, str(kept[name])
        yield "NewAdministratorName", f'"{administrator.name}"'
        yield "NewGuestName", f'"{guest.name}"'
        for name in ("ClearTextPassword", "LSAAnonymousNameLookup"):
            yield name, str(kept[name])
        yield "EnableAdminAccount", str(int(not administrator.disabled))
        yield "EnableGuestAccount", str(int(not guest.disabled))

    def _registry(self) -> Iterator[tuple[str, str]]:
        for path in sorted(self._options.values(), key=str.casefold):
            key, _, name = path.rpartition("\\")
            try:
                found = self.host.registry.value(LOCAL_MACHINE, key, name)
            except HostError:
                continue
            if found.kind in _NUMBERS:
                yield f"{_MACHINE}{path}", f"{_NUMBERS[found.kind]},{_shown(found)}"

    def _rights(self) -> Iterator[tuple[str, str]]:
        for right in RIGHTS:
            holders = self.host.user_rights.holders(right)
            if holders:
                yield right, ",".join(self._holder(sid) for sid in holders)

    def _holder(self, sid: str) -> str:
        """Local accounts by name, everybody else by SID."""
        account = self.host.accounts.by_sid(sid)
        if account is not None:
            return account.name
        return f"*{sid}" if name_of_sid(self.host, sid) or sid.startswith("S-1-") else sid

    # -- what shall hold ------------------------------------------------------------------------

    def _checked_access(self, given: dict[str, str]) -> dict[str, int | str]:
        limits = {name: most for name, (_, most) in _KEPT.items()} | {
            "MaximumPasswordAge": _LONGEST_AGE,
            "MinimumPasswordLength": _LONGEST_LENGTH,
            "LockoutBadCount": _MOST_WRONG,
            "ResetLockoutCount": _LONGEST_LOCKOUT,
            "LockoutDuration": _LONGEST_LOCKOUT,
            "EnableAdminAccount": 1,
            "EnableGuestAccount": 1,
        }
        known = {name.casefold(): name for name in (*limits, "NewAdministratorName", "NewGuestName")}
        checked: dict[str, int | str] = {}
        for key, value in given.items():
            name = known.get(key.casefold())
            if name in limits:
                may_be_endless = name in ("MaximumPasswordAge", "LockoutDuration")
                checked[name] = -1 if may_be_endless and value == "-1" else _number(name, value, limits[name])
            elif name is not None:
                checked[name] = value.strip('"')
                self._check_name(checked[name], 500 if name == "NewAdministratorName" else 501)
        if checked.get("MaximumPasswordAge") == 0:
            # Windows writes 0 as endless as well.
            checked["MaximumPasswordAge"] = -1
        return checked

    def _check_name(self, name: int | str, identifier: int) -> None:
        found = self.host.accounts.find(str(name))
        if not name or (found is not None and found is not self._built_in(identifier)):
            raise InvalidParameter(f"The account name {name!s:.64} is not valid.")

    def _apply_access(self, checked: dict[str, int | str]) -> None:
        accounts = self.host.accounts
        rules = accounts.rules
        for name, value in checked.items():
            match name, value:
                case "MaximumPasswordAge", int():
                    rules.maximum_password_age = timedelta(days=max(value, 0))
                case "MinimumPasswordLength", int():
                    rules.shortest_password = value
                case "LockoutBadCount", int():
                    rules.lockout_threshold = value
                case "ResetLockoutCount", int():
                    rules.lockout_window = timedelta(minutes=value)
                case "LockoutDuration", int():
                    rules.lockout_duration = timedelta(minutes=max(value, 0))
                case "NewAdministratorName" | "NewGuestName", str():
                    account = self._built_in(500 if name == "NewAdministratorName" else 501)
                    if account.name != value:
                        accounts.rename(account, value)
                case "EnableAdminAccount" | "EnableGuestAccount", int():
                    account = self._built_in(500 if name == "EnableAdminAccount" else 501)
                    accounts.configure(account, disabled=not value)
                case _, int():
                    self.kept[name] = value

    def _built_in(self, identifier: int) -> Account:
        found = self.host.accounts.by_sid(f"{self.host.accounts.machine_sid}-{identifier}")
        assert found is not None  # noqa: S101 - Windows cannot be without them, and no door removes them
        return found

    def _sid(self, text: str) -> str:
        plain = text.strip()
        if plain.startswith("*"):
            return plain[1:]
        found = sid_of_name(self.host, plain)
        if found is None:
            raise InvalidParameter(
                "No mapping between account names and security IDs was done.", hresult=0x80070534
            )
        return found


def _number(name: str, text: str, most: int) -> int:
    if not text.isdecimal() or len(text) > _LONGEST_NUMBER or int(text) > most:
        raise InvalidParameter(f"The value of {name} is not valid.", hresult=0x8007000D)
    return int(text)


def _registry_value(path: str, text: str) -> tuple[str, RegistryValue]:
    """``MACHINE\\key\\name=type,data``. Raises InvalidParameter."""
    key, _, name = path.rpartition("\\")
    kind, _, data = text.partition(",")
    found = _TYPES.get(int(kind)) if kind.isdecimal() and len(kind) < 3 else None
    if not key.upper().startswith(_MACHINE) or found is None:
        raise InvalidParameter("The data is invalid.", hresult=0x8007000D)
    made: Data
    try:
        if found is ValueKind.REG_DWORD:
            made = int(data.strip('"')) & 0xFFFFFFFF
        elif found is ValueKind.REG_BINARY:
            made = bytes(int(one) for one in data.split(",") if one.strip())
        elif found is ValueKind.REG_MULTI_SZ:
            made = tuple(one.strip('"') for one in data.split(",")) if data else ()
        else:
            made = data[1:-1] if data[:1] == data[-1:] == '"' and len(data) > 1 else data
    except ValueError:
        raise InvalidParameter("The data is invalid.", hresult=0x8007000D) from None
    return key[len(_MACHINE) :], RegistryValue(name, found, made)


def _shown(value: RegistryValue) -> str:
    data = value.data
    if isinstance(data, bytes):
        return ",".join(str(one) for one in data)
    if isinstance(data, tuple):
        return ",".join(data)
    return str(data) if isinstance(data, int) else f'"{data}"'
