"""The operating system, its Hyper-V role and its users as a profile states them."""

import re
from typing import Annotated, Any, Literal

from emulator.profile.section import Field, Rule, Section
from emulator.profile.time_zones import check_time_zone
from emulator.profile.values import Day, Flag, Moment, VersionText, WindowsPath, quoted


def _computer_name(value: Any) -> str:
    name = value.upper() if isinstance(value, str) else ""
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9-]{0,14}", name) or name.isdigit():
        raise ValueError(
            f"{quoted(value)} is not a computer name; use 1-15 letters, digits and hyphens, not digits alone"
        )
    return name


class HotFix(Section):
    """An installed update of Windows."""

    id: str = Field(pattern=r"^KB[0-9]{5,8}$", description="Number of its article.", examples=["KB5034129"])
    description: Literal["Update", "Security Update", "Hotfix"] = Field(
        default="Update", description="Kind of update."
    )
    installed_by: str = Field(
        default=r"NT AUTHORITY\SYSTEM", max_length=256, description="Account that installed it."
    )
    installed_on: Day | None = Field(
        default=None,
        description="Day of installation; left out: the day on which Windows was installed.",
        examples=["2024-02-14"],
    )


class OperatingSystem(Section):
    """The installed Windows and its name in the network."""

    release: VersionText = Field(
        description="Release of Windows: a Windows Server year, or `7` and `11` for clients.",
        examples=["2022", "2012R2"],
    )
    edition: str = Field(
        description="Edition; which ones exist depends on the release.", examples=["Datacenter", "Standard"]
    )
    installation: Literal["full", "core"] = Field(
        default="full", description="`full` with desktop, or `core` (Server Core)."
    )
    architecture: Literal["x64", "x86"] = Field(
        default="x64", description="Architecture of the installed system."
    )
    language: Literal["en-US"] = Field(
        default="en-US",
        description="Display language. Texts exist in English only, so `en-US` is the only one.",
    )
    time_zone: Annotated[str, Rule(read=check_time_zone)] = Field(
        default="UTC", description="Windows time-zone name.", examples=["UTC", "W. Europe Standard Time"]
    )
    computer_name: Annotated[str, Rule(read=_computer_name)] = Field(
        description="NetBIOS name, 1 to 15 characters; kept in upper case.", examples=["HV01"]
    )
    workgroup: str = Field(
        default="WORKGROUP",
        min_length=1,
        max_length=15,
        description="Workgroup; without meaning when `domain` is given.",
    )
    domain: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9][A-Za-z0-9-]*)*$",
        max_length=255,
        description="DNS name of the domain that the machine belongs to; left out: a workgroup.",
        examples=["corp.example"],
    )
    registered_owner: str = Field(default="Windows User", max_length=64, description="Registered user.")
    registered_organization: str = Field(default="", max_length=64, description="Registered organization.")
    product_id: str = Field(
        default="00454-40000-00001-AA081",
        max_length=64,
        description="Product id, as Win32_OperatingSystem.SerialNumber shows it.",
    )
    install_date: Moment | None = Field(
        default=None, description="When Windows was installed, ISO 8601; left out: 90 days before the start."
    )
    hot_fixes: tuple[HotFix, ...] = Field(
        default=(), max_length=1000, description="Installed updates, as Win32_QuickFixEngineering shows them."
    )
    last_boot: Moment | None = Field(
        default=None,
        description="When Windows was last booted, ISO 8601; left out: when the emulator starts.",
    )
    powershell_7: str | None = Field(
        default=None,
        pattern=r"^7\.[0-9]\.[0-9]{1,2}$",
        description="Version of PowerShell 7 that is installed beside Windows PowerShell, with remoting "
        "enabled (`pwsh` and the session configuration PowerShell.7); left out: none.",
        examples=["7.4.6"],
    )
    boot_seconds: int = Field(
        default=12,
        ge=0,
        le=3600,
        description="Seconds of the host's clock from the start of Windows until its services answer.",
    )


class AuthorizationRole(Section):
    """A role of the authorization store (InitialStore.xml) that the management service asks up to 2012."""

    name: str = Field(min_length=1, max_length=64, description="Name of the role.", examples=["Operators"])
    operations: tuple[int, ...] = Field(
        max_length=64,
        description="Numbers of the operations that its members may do, such as 315 for starting a machine.",
        examples=[[100, 315, 320, 335]],
    )
    members: tuple[str, ...] = Field(
        default=(), max_length=256, description="Users and local groups.", examples=[["Users"]]
    )
    scope: str = Field(
        default="",
        max_length=65535,
        description="Scope of virtual machines (ScopeOfResidence) that it is for; left out: everything.",
    )


class HyperVSettings(Section):
    """Whether Hyper-V is installed, and its host-wide settings."""

    role: Literal["absent", "enabled", "pending-reboot"] = Field(
        default="absent",
        description="`absent`; `enabled`; or `pending-reboot`: installed, and active after the next boot.",
    )
    management_tools: Flag = Field(
        default=False, description="Hyper-V Manager and, where it exists, the Hyper-V PowerShell module."
    )
    hypervisor_launch: Literal["auto", "off"] = Field(
        default="auto",
        description="hypervisorlaunchtype of the boot configuration; `off`: no hypervisor starts.",
    )
    authorization_roles: tuple[AuthorizationRole, ...] = Field(
        default=(),
        max_length=64,
        description="Roles of the authorization store beside Administrator; up to Windows Server 2012.",
    )
    default_virtual_machine_path: WindowsPath = Field(
        default=r"C:\ProgramData\Microsoft\Windows\Hyper-V",
        description="Folder for configuration files of new virtual machines.",
    )
    default_virtual_hard_disk_path: WindowsPath = Field(
        default=r"C:\Users\Public\Documents\Hyper-V\Virtual Hard Disks",
        description="Folder for new virtual hard disks.",
    )


class User(Section):
    """A local account."""

    name: str = Field(
        min_length=1,
        max_length=20,
        pattern=r"""^[^"/\\\[\]:;|=,+*?<>@\x00-\x1f]+$""",
        description="Account name; unique without regard to case.",
        examples=["Administrator"],
    )
    password: str = Field(
        min_length=1, max_length=127, repr=False, description="Password in clear text; not a secret here."
    )
    full_name: str = Field(default="", max_length=256, description="Full name.")
    description: str = Field(default="", max_length=256, description="Comment of the account.")
    groups: tuple[str, ...] = Field(
        default=("Users",),
        max_length=32,
        description="Local groups; `Administrators` may do everything over WinRM.",
        examples=[["Administrators"], ["Users", "Remote Management Users"]],
    )
    disabled: Flag = Field(default=False, description="The account cannot log on.")
    locked: Flag = Field(default=False, description="The account is locked out at the start.")
    must_change_password: Flag = Field(
        default=False, description="The password must be changed at the next logon, which WinRM cannot do."
    )
    password_expires: Flag = Field(
        default=False, description="The password expires at the age that `account_policy` states."
    )
    password_last_set: Moment | None = Field(
        default=None, description="When the password was set; left out: when the emulator starts."
    )
    account_expires: Moment | None = Field(
        default=None, description="From when on the account cannot log on any more; left out: never."
    )
