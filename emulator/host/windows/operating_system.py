"""The installed Windows: what does not change, and when it was booted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_flag, check_number, check_text
from emulator.host.errors import DuplicateName, InvalidParameter, InvalidState, NoDomainController, NotFound
from emulator.host.host_object import HostObject, operation
from emulator.host.security.callers import require_administrator, require_privilege

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account

# What Windows itself and its services keep in memory; chosen.
_SYSTEM_MEMORY = 1536 << 20
#: NetBIOS names have 15 characters; the computer's description 256 (srvcomment).
_LONGEST_WORKGROUP, _LONGEST_DESCRIPTION = 15, 256
_MOST_STARTUP_OPTIONS, _LONGEST_STARTUP_OPTION = 32, 256
_LONGEST_COMPUTER_NAME = 15
#: LOCALE_NAME_MAX_LENGTH.
_LONGEST_LOCALE_NAME = 85
_ALLOWED_IN_COMPUTER_NAMES = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
_FORBIDDEN_IN_WORKGROUPS = frozenset('"/\\[]:|<>+=;,?*')


#: In MB: 16 TB.
_LARGEST_PAGING_FILE = 16 << 20
PAGING_FILE = "C:\\pagefile.sys"


def paging_file_size(host: "Host") -> int:
    """Bytes of the paging file that Windows makes by itself: an eighth of the memory."""
    return host.memory.total // 8


class OperatingSystem(HostObject):
    """Facts of the profile, its edition and its release. ``uptime`` and ``free_memory`` are volatile."""

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        facts, release, edition = host.profile.operating_system, host.release, host.profile.edition
        self.facts = facts
        self.edition = edition
        self.caption = edition.caption
        self.version = release.version
        self.build = release.build
        self.service_pack = release.service_pack
        self.service_pack_text = release.service_pack_text
        self.sku = host.profile.sku
        self.installation_type = host.profile.installation_type
        self.architecture = "64-bit" if facts.architecture == "x64" else "32-bit"
        self.language = facts.language
        self.time_zone = facts.time_zone
        self.registered_owner = facts.registered_owner
        self.registered_organization = facts.registered_organization
        self.product_id = facts.product_id
        self.windows_directory = "C:\\Windows"
        self.system_directory = "C:\\Windows\\System32"

    def seed(self) -> None:
        now = self.host.clock.now().replace(microsecond=0)
        facts = self.facts
        self.boot_time: datetime = min(facts.last_boot, now) if facts.last_boot else now
        self.install_date: datetime = facts.install_date or now - timedelta(days=90)
        #: The name in use, and the one that counts from the next boot on.
        self.computer_name = self.next_computer_name = facts.computer_name
        #: The domain that the machine belongs to, and the one that counts from the next boot on.
        self.domain: str | None = facts.domain
        self.next_domain: str | None = facts.domain
        #: The locale of programs that know no Unicode, and the one that counts from the next boot on.
        self.system_locale = self.next_system_locale = facts.language
        self.workgroup = facts.workgroup
        self.description = ""
        self.foreground_application_boost = 2
        self.quantum_length: int | None = None
        self.quantum_type: int | None = None
        self.daylight_saving_enabled = True
        self.automatic_managed_pagefile = True
        #: Paging files that an administrator set, by path: smallest and largest size in MB, 0 for both when
        #: Windows chooses. They count from the next boot on.
        self.paging_files: dict[str, tuple[int, int]] = {}
        self.automatic_reset_boot_option = True
        # Unknown since Windows keeps them in the boot configuration data.
        self.startup_delay: int | None = None
        self.startup_setting: int | None = None
        self.startup_options: tuple[str, ...] | None = None
        self.touch()

    @operation
    def configure(self, caller: "Account | None" = None, **changes: Any) -> None:
        """Change what an administrator can, by attribute names, all or none; the time zone takes a privilege.
        Raises AccessDenied, PrivilegeNotHeld, InvalidParameter."""
        if changes.keys() == {"time_zone"}:
            require_privilege(caller, "SeTimeZonePrivilege")
        else:
            require_administrator(caller)
        if "workgroup" in changes and self.domain is not None:
            raise InvalidParameter("The computer belongs to a domain.")
        checked = {name: self._check(name, value) for name, value in changes.items()}
        for name, value in checked.items():
            setattr(self, name, value)
        self.touch()

    @operation
    def rename(self, name: str, *, tells_controller: bool = False) -> None:
        """Give the computer another name; Windows bears it from its next boot on.

        Raises InvalidParameter (no NetBIOS name of 1 to 15 letters, digits and hyphens, or digits alone),
        NoDomainController for a member of a domain unless its controller is told
        (`domain_membership.rename_computer`), DuplicateName for the name of another host that this one
        reaches.
        """
        wanted = check_text("Name", name, _LONGEST_COMPUTER_NAME, shortest=1).upper()
        if not set(wanted) <= _ALLOWED_IN_COMPUTER_NAMES or wanted[0] == "-" or wanted.isdigit():
            raise InvalidParameter(f"The computer name '{name}' is not valid.")
        if self.domain is not None and not tells_controller:
            raise NoDomainController(self.domain)
        others = self.host.neighbourhood
        if others is not None and others.find(wanted) not in (None, self.host):
            raise DuplicateName(wanted)
        self.next_computer_name = wanted
        self.touch()

    @operation
    def set_paging_file(self, path: str, smallest: int = 0, largest: int = 0) -> str:
        """Set the paging file of a drive, ``X:\\pagefile.sys``; its path as it is kept.

        Raises InvalidParameter, NotFound (no such drive), InvalidState while Windows manages the files.
        """
        if self.automatic_managed_pagefile:
            raise InvalidState("The paging files are managed by Windows.")
        letter = path[:1].upper()
        if path[1:].casefold() != ":\\pagefile.sys":
            raise InvalidParameter(f"'{path!s:.100}' is no path of a paging file.")
        if self.host.filesystem.volume(letter) is None:
            raise NotFound(f"There is no drive {letter}.")
        check_number("InitialSize", smallest, 0, _LARGEST_PAGING_FILE)
        check_number("MaximumSize", largest, smallest, _LARGEST_PAGING_FILE)
        kept = f"{letter}:\\pagefile.sys"
        self.paging_files[kept] = (smallest, largest)
        self.touch()
        return kept

    @operation
    def remove_paging_file(self, path: str) -> None:
        """Set no paging file on a drive. Raises NotFound."""
        if self.paging_files.pop(path, None) is None:
            raise NotFound(f"There is no paging file '{path!s:.100}'.")
        self.touch()

    def _check(self, name: str, value: Any) -> Any:
        if (check := _SETTINGS.get(name)) is None:
            raise InvalidParameter(f"There is no setting '{name!s:.64}'.")
        return check(name, value)

    @property
    def fully_qualified_name(self) -> str:
        """Computer name with the domain, when there is one."""
        return f"{self.computer_name}.{self.domain}" if self.domain else self.computer_name

    def uptime(self) -> timedelta:
        """Time since the last boot."""
        return max(timedelta(0), self.host.clock.now() - self.boot_time)

    def total_memory(self) -> int:
        """Bytes of memory that Windows can use."""
        return self.host.memory.total

    def free_memory(self) -> int:
        """Bytes neither held by virtual machines nor by Windows itself."""
        system = min(_SYSTEM_MEMORY, self.host.memory.total // 2)
        return max(0, self.host.memory.total - system - self.host.memory.assigned)

    def utc_offset(self) -> timedelta:
        """Difference of the machine's local time to UTC now, daylight saving included."""
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        from emulator.profile import IANA_NAMES

        try:
            zone = ZoneInfo(IANA_NAMES[self.time_zone])
        except (KeyError, ZoneInfoNotFoundError):
            return timedelta(0)
        local = self.host.clock.now().astimezone(UTC).astimezone(zone)
        saved = timedelta(0) if self.daylight_saving_enabled else local.dst() or timedelta(0)
        return (local.utcoffset() or timedelta(0)) - saved

    def boot(self) -> None:
        """The machine was booted just now, under its new name when it was given one."""
        self.boot_time = self.host.clock.now().replace(microsecond=0)
        if (old := self.computer_name) != self.next_computer_name:
            self.computer_name = self.next_computer_name
            if self.host.neighbourhood is not None:
                self.host.neighbourhood.rename(self.host, old)
        self.system_locale = self.next_system_locale
        if self.domain != self.next_domain:
            self.domain = self.next_domain
            self.host.accounts.enter_domain(self.domain)
        self.touch()


def _workgroup(name: str, value: Any) -> str:
    text = check_text(name, value, _LONGEST_WORKGROUP, shortest=1)
    if _FORBIDDEN_IN_WORKGROUPS.intersection(text) or not text.isprintable() or not text.strip(" ."):
        raise InvalidParameter(f"The name '{text}' of the workgroup is not valid.")
    return text.upper()


def _time_zone(_name: str, value: Any) -> str:
    from emulator.profile.time_zones import check_time_zone

    try:
        return check_time_zone(value)
    except ValueError as problem:
        raise InvalidParameter(str(problem)) from None


def _options(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= _MOST_STARTUP_OPTIONS:
        raise InvalidParameter(f"{name} has 1 to {_MOST_STARTUP_OPTIONS} texts.")
    return tuple(check_text(name, each, _LONGEST_STARTUP_OPTION, shortest=1) for each in value)


#: Every setting of `OperatingSystem.configure` with its check.
_SETTINGS: dict[str, Callable[[str, Any], Any]] = {
    "workgroup": _workgroup,
    "description": lambda name, value: check_text(name, value, _LONGEST_DESCRIPTION),
    "foreground_application_boost": lambda name, value: check_number(name, value, 0, 2),
    "quantum_length": lambda name, value: check_number(name, value, 0, 2),
    "quantum_type": lambda name, value: check_number(name, value, 0, 2),
    "daylight_saving_enabled": check_flag,
    "automatic_managed_pagefile": check_flag,
    "automatic_reset_boot_option": check_flag,
    "startup_delay": lambda name, value: check_number(name, value, 0, 0xFFFF),
    "startup_setting": lambda name, value: check_number(name, value, 0, 0xFF),
    "startup_options": _options,
    "time_zone": _time_zone,
    "next_system_locale": lambda name, value: check_text(name, value, _LONGEST_LOCALE_NAME, shortest=2),
}
