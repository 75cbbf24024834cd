"""What somebody must be who changes the machine. Operations ask it first; each door has its own words for it.

A ``caller`` of None is the machine itself, which may do everything.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from emulator.host.errors import AccessDenied

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account


class PrivilegeNotHeld(AccessDenied):
    """The caller's token lacks a privilege (ERROR_PRIVILEGE_NOT_HELD)."""

    hresult = 0x80070522
    default_text = "A required privilege is not held by the client."


def may_administer(caller: "Account | None") -> bool:
    """Whether somebody has the rights of an administrator."""
    return caller is None or caller.is_administrator


def require_administrator(caller: "Account | None") -> None:
    """Raise AccessDenied for somebody who is no administrator."""
    if not may_administer(caller):
        raise AccessDenied()


@contextmanager
def administering(host: "Host", caller: "Account | None") -> Iterator[None]:
    """The host's lock for somebody who does several operations that are for administrators, as one step.
    Raises AccessDenied before any of them."""
    require_administrator(caller)
    with host.looking():
        yield


def holds_privilege(caller: "Account | None", name: str) -> bool:
    """Whether somebody's token has a privilege."""
    # Most sessions never need the table of privileges.
    from emulator.host.security.privileges import privileges_of

    return caller is None or any(one.name == name for one in privileges_of(caller))


def require_privilege(caller: "Account | None", name: str) -> None:
    """Raise PrivilegeNotHeld for somebody whose token has no such privilege."""
    if not holds_privilege(caller, name):
        raise PrivilegeNotHeld()
