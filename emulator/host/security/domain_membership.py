"""Joining a domain, leaving it, and new names of members. Windows bears what was set from its next boot on.

There is a controller for the domain that the profile states, whether the machine starts as a member or not.
Any account of it may join a computer (Windows lets each do so ten times).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.errors import AccessDenied, HostError, InvalidParameter, NoDomainController
from emulator.host.security.domain import Domain

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account


class AlreadyJoined(HostError):
    """NERR_SetupAlreadyJoined."""

    hresult = 0x80070A83
    default_text = "This device is joined to a domain already."


class NotJoined(HostError):
    """NERR_SetupNotJoined."""

    hresult = 0x80070A84
    default_text = "This computer is not currently joined to a domain."


class WrongCredentials(HostError):
    """ERROR_LOGON_FAILURE."""

    hresult = 0x8007052E
    default_text = "The user name or password is incorrect."


def join_domain(host: Host, name: str, user: str | None, password: str | None) -> None:
    """Join the domain of a DNS or NetBIOS name with an account of it (``user``, ``DOMAIN\\user``,
    ``user@dns.name``).

    Raises NoDomainController, AlreadyJoined, AccessDenied (no account is given, and the local one has no
    right in the domain), WrongCredentials, InvalidParameter.
    """
    if not name:
        raise InvalidParameter("The name of the domain is missing.")
    with host.looking():
        system = host.operating_system
        if system.next_domain is not None:
            raise AlreadyJoined
        domain = _stated(host, name)
        _check_account(domain, user, password)
        system.next_domain = domain.name
        system.touch()


def leave_domain(host: Host, user: str | None, password: str | None) -> None:
    """Leave the domain for the workgroup that the machine was in, or WORKGROUP.

    An account that is given must be one of the domain; without one the computer's account stays there.
    Raises NotJoined, WrongCredentials.
    """
    with host.looking():
        system = host.operating_system
        if system.next_domain is None:
            raise NotJoined
        if user:
            _check_account(_stated(host, system.next_domain), user, password)
        system.next_domain = None
        system.touch()


def reset_machine_password(host: Host, user: str | None, password: str | None) -> None:
    """Agree with the domain on another password of the computer's account, which nobody ever sees.

    An account that is given must be one of the domain; without one the computer asks for itself. Raises
    NotJoined, NoDomainController, WrongCredentials.
    """
    with host.looking():
        system = host.operating_system
        if system.domain is None:
            raise NotJoined
        domain = _stated(host, system.domain)
        if user:
            _check_account(domain, user, password)


def rename_computer(
    host: Host, name: str, user: str | None, password: str | None, caller: Account | None = None
) -> None:
    """Give the computer another name. The controller of a member's domain must know of it: that takes an
    account of the domain, which is given, or is the caller.

    Raises NoDomainController, AccessDenied, WrongCredentials, and what `OperatingSystem.rename` does.
    """
    with host.looking():
        system = host.operating_system
        if system.domain is None:
            system.rename(name)
            return
        domain = _stated(host, system.domain)
        own = caller is not None and domain.is_named(caller.domain)
        if user or not own:
            _check_account(domain, user, password)
        system.rename(name, tells_controller=True)


def _stated(host: Host, name: str) -> Domain:
    stated = host.profile.domain
    if stated is None:
        raise NoDomainController(name)
    domain = Domain(host, stated.name)
    if not domain.is_named(name):
        raise NoDomainController(name)
    domain.seed()
    return domain


def _check_account(domain: Domain, user: str | None, password: str | None) -> None:
    if not user:
        raise AccessDenied
    prefix, separator, plain = user.partition("\\")
    if not separator:
        plain, separator, prefix = user.partition("@")
    if separator and not domain.is_named(prefix):
        raise WrongCredentials
    account = domain.find(plain)
    if account is None or account.disabled or account.password != (password or ""):
        raise WrongCredentials
