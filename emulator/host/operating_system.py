"""The installed Windows: what does not change, and when it was booted."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from emulator.host.host_object import HostObject

if TYPE_CHECKING:
    from emulator.host.host import Host

# What Windows itself and its services keep in memory; chosen.
_SYSTEM_MEMORY = 1536 << 20


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
        self.computer_name = facts.computer_name
        self.domain = facts.domain
        self.workgroup = facts.workgroup
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
        self.touch()

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
        return self.host.clock.now().astimezone(UTC).astimezone(zone).utcoffset() or timedelta(0)

    def boot(self) -> None:
        """The machine was booted just now."""
        self.boot_time = self.host.clock.now().replace(microsecond=0)
        self.touch()
