"""Account policy of the machine, and a Windows domain with its accounts, as a profile states them."""

from typing import Annotated

from emulator.profile.operating_system import User
from emulator.profile.section import Field, Rule, Section
from emulator.profile.values import Flag, Number, WholeSeconds

DOMAIN_NAME = r"^[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9][A-Za-z0-9-]*)*$"


class AccountPolicy(Section):
    """Local security policy: who is locked out, when passwords expire, what local administrators may do."""

    lockout_threshold: Number | None = Field(
        default=None,
        ge=0,
        le=999,
        description="Wrong passwords that lock an account; 0 is never. Left out: that of the release "
        "(10 from Windows 11 22H2 and Windows Server 2025 on, 0 before).",
    )
    lockout_window_seconds: WholeSeconds = Field(
        default=600, ge=1, description="Time after which a wrong password is forgotten.", examples=["10 min"]
    )
    lockout_duration_seconds: WholeSeconds = Field(
        default=600,
        description="Time that an account stays locked; 0 is until somebody unlocks it.",
        examples=["10 min"],
    )
    maximum_password_age_seconds: WholeSeconds = Field(
        default=42 * 86400, description="Age at which passwords expire; 0 is never.", examples=["42 d"]
    )
    local_account_token_filter_policy: Flag | None = Field(
        default=None,
        description="LocalAccountTokenFilterPolicy: local administrators other than the built-in one have "
        "their rights in remote sessions too. Left out: true in a workgroup, as `winrm quickconfig` sets "
        "it, and false in a domain.",
    )


class DomainUser(User):
    """An account of the domain."""

    groups: tuple[str, ...] = Field(
        default=("Domain Users",),
        max_length=32,
        description="Groups of the domain. `Domain Admins` are Administrators of the machine, `Domain "
        "Users` are Users.",
        examples=[["Domain Admins"]],
    )
    local_groups: tuple[str, ...] = Field(
        default=(),
        max_length=32,
        description="Local groups of the machine that the account is a member of.",
        examples=[["Remote Management Users"]],
    )


def _names_differ(users: tuple[DomainUser, ...]) -> tuple[DomainUser, ...]:
    names = [user.name.casefold() for user in users]
    twice = next((user.name for user in users if names.count(user.name.casefold()) > 1), None)
    if twice is not None:
        raise ValueError(f"the user name {twice!r} occurs twice; names differ without regard to case")
    return users


class Domain(Section):
    """A Windows domain. The machine belongs to it when `operating_system.domain` names it."""

    name: str = Field(pattern=DOMAIN_NAME, max_length=255, description="DNS name.", examples=["corp.example"])
    netbios_name: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,14}$",
        description="NetBIOS name; left out: the first part of the DNS name.",
        examples=["CORP"],
    )
    users: Annotated[tuple[DomainUser, ...], Rule(verify=_names_differ)] = Field(
        default=(), max_length=1000, description="Accounts of the domain."
    )

    @property
    def short_name(self) -> str:
        """NetBIOS name in upper case, at most 15 characters."""
        return (self.netbios_name or self.name.partition(".")[0][:15]).upper()
