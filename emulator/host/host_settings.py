"""Host-wide Hyper-V settings (Get-VMHost, Msvm_VirtualSystemManagementServiceSettingData)."""

import re
from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_flag, check_number
from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.host_object import HostObject, operation
from emulator.host.virtual_machine.world_wide_names import NODE_NAME, default_range

if TYPE_CHECKING:
    from emulator.host.host import Host

_WORLD_WIDE_NAME = re.compile(r"[0-9A-F]{16}")
_MAC = re.compile(r"[0-9A-F]{12}")


def normalize_mac_address(text: str) -> str:
    """Twelve hexadecimal digits in upper case, as Hyper-V shows them. Raises InvalidParameter."""
    digits = re.sub(r"[-:.\s]", "", text).upper()
    if not _MAC.fullmatch(digits):
        raise InvalidParameter(f"The MAC address '{text}' is not valid.")
    return digits


class HostSettings(HostObject):
    """Paths, the pool of dynamic MAC addresses (12 hexadecimal digits), NUMA spanning and migration
    settings."""

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        self.seed()

    def seed(self) -> None:
        settings = self.host.profile.hyper_v
        self.virtual_machine_path = settings.default_virtual_machine_path
        self.virtual_hard_disk_path = settings.default_virtual_hard_disk_path
        minimum, maximum = _default_mac_range(self.host)
        self.mac_address_minimum = minimum
        self.mac_address_maximum = maximum
        self.numa_spanning_enabled = True
        self.enhanced_session_mode = self.host.release.is_client
        self.virtual_machine_migration_enabled = False
        self.maximum_virtual_machine_migrations = 2
        self.maximum_storage_migrations = 2
        self.wwnn = NODE_NAME
        self.wwpn_minimum, self.wwpn_maximum = default_range(self.host.first_name)
        self.metrics_flush_interval = 3600
        #: Seconds after which a LUN behind a host bus adapter counts as lost.
        self.hba_lun_timeout = 30
        self.console_port = 2179
        self.console_own_certificate_disabled = False
        self.console_trusted_issuers: tuple[str, ...] = ()
        self.touch()

    @operation
    def configure(self, **changes: Any) -> None:
        """Change settings by their attribute names, all or none. Raises InvalidParameter, NotSupported."""
        self.host.role.require()
        checked = {name: self._check(name, value) for name, value in changes.items()}
        low = checked.get("mac_address_minimum", self.mac_address_minimum)
        high = checked.get("mac_address_maximum", self.mac_address_maximum)
        if low > high:
            raise InvalidParameter("The minimum MAC address is greater than the maximum MAC address.")
        if checked.get("wwpn_minimum", self.wwpn_minimum) > checked.get("wwpn_maximum", self.wwpn_maximum):
            raise InvalidParameter("The minimum WWPN is greater than the maximum WWPN.")
        for name, value in checked.items():
            setattr(self, name, value)
        self.touch()

    def _check(self, name: str, value: Any) -> Any:
        if name in ("virtual_machine_path", "virtual_hard_disk_path"):
            path = self.host.filesystem.normalize(str(value))
            self.host.filesystem.require_drive(path)
            return path
        if name in ("mac_address_minimum", "mac_address_maximum"):
            return normalize_mac_address(str(value))
        if name in ("wwnn", "wwpn_minimum", "wwpn_maximum"):
            if not _WORLD_WIDE_NAME.fullmatch(str(value).upper()):
                raise InvalidParameter(f"The world wide name '{value!s:.64}' is not valid.")
            return str(value).upper()
        if name == "metrics_flush_interval":
            return check_number(name, value, 60, 24 * 3600)
        if name == "hba_lun_timeout":
            return check_number(name, value, 0, 0xFFFFFFFF)
        if name == "console_port":
            return check_number(name, value, 1, 65535)
        if name == "console_own_certificate_disabled":
            return check_flag(name, value)
        if name == "console_trusted_issuers":
            return tuple(_thumbprint(each) for each in value)
        if name in ("numa_spanning_enabled", "enhanced_session_mode", "virtual_machine_migration_enabled"):
            if not isinstance(value, bool):
                raise InvalidParameter(f"{name} must be true or false.")
            if name == "virtual_machine_migration_enabled" and value and self.host.release.is_client:
                raise NotSupported("Live migration is not supported on this computer.")
            return value
        if name in ("maximum_virtual_machine_migrations", "maximum_storage_migrations"):
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 0xFFFFFFFF:
                raise InvalidParameter("The number of migrations at a time must be 1 or more.")
            return value
        raise InvalidParameter(f"There is no host setting '{name}'.")


def _thumbprint(value: str) -> str:
    digits = value.replace(" ", "").upper()
    if not re.fullmatch(r"[0-9A-F]{40}", digits):
        raise InvalidParameter(f"'{value!s:.64}' is not the hash of a certificate.")
    return digits


def _default_mac_range(host: "Host") -> tuple[str, str]:
    """00-15-5D, then the last two octets of the host's first IPv4 address, then 00 to FF (Windows' rule)."""
    addresses = [address for adapter in host.hardware.network_adapters for address in adapter.ipv4_addresses]
    third, fourth = (int(part) for part in str(addresses[0]).split(".")[2:]) if addresses else (0, 0)
    prefix = f"00155D{third:02X}{fourth:02X}"
    generated = host.profile.inventory.generate.virtual_machines
    # A profile with more machines than the range has addresses belongs to a host whose range was widened.
    if generated + len(host.profile.inventory.virtual_machines) > 200:
        return f"{prefix}00", "00155DFFFFFF"
    return f"{prefix}00", f"{prefix}FF"
