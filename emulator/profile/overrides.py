"""Changes that the command line makes to a checked profile."""

from __future__ import annotations

from emulator.profile.errors import ProfileError
from emulator.profile.model import Profile
from emulator.profile.operating_system import User
from emulator.profile.winrm import KerberosService

_ADMINISTRATORS = "Administrators"


def with_overrides(
    profile: Profile,
    *,
    user: str | None = None,
    password: str | None = None,
    clock: str | None = None,
    certificate: str | None = None,
    key: str | None = None,
    key_password: str | None = None,
    keytab: str | None = None,
) -> Profile:
    """`profile` with another clock, other keys and with an administrator first in its list of users.

    `certificate`, `key` and `key_password` are the certificate of the HTTPS listener, `keytab` is for
    Kerberos.

    `user` without `password` keeps the password that the account has, or takes that of the first account;
    `password` without `user` changes the first account. Raises `ProfileError` for a value that no profile
    may have.
    """
    changes: dict[str, object] = {}
    if clock is not None:
        if clock not in ("real", "fast", "manual"):
            raise ProfileError([f"clock: {clock!r} is not allowed; allowed are real, fast and manual"])
        changes["clock"] = clock
    winrm: dict[str, object] = {}
    if certificate is not None or key is not None or key_password is not None:
        if certificate is None and not profile.winrm.https_certificate:
            raise ProfileError(["a key needs its certificate"])
        winrm["https_certificate"] = certificate or profile.winrm.https_certificate
        winrm["https_key"] = key or ("" if certificate else profile.winrm.https_key)
        winrm["https_key_password"] = key_password or ""
    if keytab is not None:
        stated = profile.winrm.kerberos
        principal = stated.service_principal if stated is not None else ""
        winrm["kerberos"] = KerberosService(keytab=keytab, service_principal=principal)
    if winrm:
        changes["winrm"] = profile.winrm.replaced(**winrm)
    if user is not None or password is not None:
        changes["users"] = _users(profile, user, password)
    return profile.replaced(**changes) if changes else profile


def _users(profile: Profile, name: str | None, password: str | None) -> tuple[User, ...]:
    first = profile.users[0]
    wanted = (name or first.name).casefold()
    present = next((one for one in profile.users if one.name.casefold() == wanted), None)
    groups = present.groups if present else ()
    facts = {
        "name": present.name if present else name,
        "password": password or (present or first).password,
        "full_name": present.full_name if present else "",
        "description": present.description if present else "",
        "groups": groups if _ADMINISTRATORS in groups else (*groups, _ADMINISTRATORS),
    }
    from emulator.profile.checking import ValidationError, check

    try:
        chosen = check(User, facts)
    except ValidationError as error:
        problems = [f"user: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise ProfileError(problems) from None
    return (chosen, *(one for one in profile.users if one is not present))
