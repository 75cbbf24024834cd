"""Live migration settings of a host: authentication, performance, and the networks that are used."""

import ipaddress
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_choice, check_flag, check_number
from emulator.host.errors import AlreadyExists, InvalidParameter, NotFound, QuotaExceeded
from emulator.host.host_object import HostObject, operation
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host

MAXIMUM_NETWORKS = 256
#: Priority of a network that was given none.
DEFAULT_PRIORITY = 0
_FIRST_BUILD_WITH_COMPRESSION = 9600


class MigrationAuthentication(IntEnum):
    """Msvm_VirtualSystemMigrationServiceSettingData.AuthenticationType."""

    CREDSSP = 0
    KERBEROS = 1


class MigrationPerformance(IntEnum):
    """VMMigrationPerformance."""

    TCPIP = 0
    COMPRESSION = 1
    SMB = 2


class MigrationNetwork(Record):
    """A subnet as its first address and prefix length (``192.0.2.0/24``); lower priorities come first."""

    subnet: str
    priority: int

    @property
    def network(self) -> "ipaddress.IPv4Network | ipaddress.IPv6Network":
        return ipaddress.ip_network(self.subnet)


class MigrationSettings(HostObject):
    """``enabled`` and the limits are settings of the host (``HostSettings``)."""

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        self.seed()

    def seed(self) -> None:
        self.authentication = MigrationAuthentication.CREDSSP
        compression = self.host.release.build >= _FIRST_BUILD_WITH_COMPRESSION
        self.performance = MigrationPerformance.COMPRESSION if compression else MigrationPerformance.TCPIP
        self.use_any_network = False
        self.networks: tuple[MigrationNetwork, ...] = ()
        self.touch()

    @property
    def enabled(self) -> bool:
        """Whether machines may be moved live to and from this host."""
        return self.host.settings.virtual_machine_migration_enabled

    @property
    def listener_addresses(self) -> list[str]:
        """Addresses at which other hosts are answered (MigrationServiceListenerIPAddressList)."""
        if not self.enabled:
            return []
        adapters = self.host.hardware.network_adapters
        own = [str(address) for adapter in adapters for address in adapter.ipv4_addresses]
        if self.use_any_network:
            return own
        ordered = sorted(self.networks, key=lambda each: each.priority)
        return [
            address
            for network in ordered
            for address in own
            if ipaddress.ip_address(address) in network.network
        ]

    @operation
    def configure(self, **changes: Any) -> None:
        """Change ``authentication``, ``performance`` or ``use_any_network``, all or none. Raises
        InvalidParameter."""
        self.host.role.require()
        checked: dict[str, Any] = {}
        for name, value in changes.items():
            if name == "authentication":
                checked[name] = check_choice(name, value, MigrationAuthentication)
            elif name == "performance":
                checked[name] = check_choice(name, value, MigrationPerformance)
                if self.host.release.build < _FIRST_BUILD_WITH_COMPRESSION and checked[name]:
                    raise InvalidParameter("This release migrates over TCP/IP only.")
            elif name == "use_any_network":
                checked[name] = check_flag(name, value)
            else:
                raise InvalidParameter(f"There is no migration setting '{name}'.")
        for name, value in checked.items():
            setattr(self, name, value)
        self.touch()

    @operation
    def add_network(self, subnet: str, priority: int | None = None) -> MigrationNetwork:
        """Use a subnet; an address alone is a network of one address. Raises InvalidParameter, AlreadyExists,
        QuotaExceeded."""
        self.host.role.require()
        network = MigrationNetwork(_subnet(subnet), _priority(priority))
        if any(each.subnet == network.subnet for each in self.networks):
            raise AlreadyExists(f"The migration network {network.subnet} exists.")
        if len(self.networks) >= MAXIMUM_NETWORKS:
            raise QuotaExceeded("No more migration networks can be added.")
        self.networks = (*self.networks, network)
        self.touch()
        return network

    @operation
    def change_network(
        self, network: MigrationNetwork, *, subnet: str | None = None, priority: int | None = None
    ) -> MigrationNetwork:
        """Give a network another subnet or priority. Raises NotFound, InvalidParameter, AlreadyExists."""
        self._require(network)
        changed = MigrationNetwork(
            network.subnet if subnet is None else _subnet(subnet),
            network.priority if priority is None else _priority(priority),
        )
        if any(each.subnet == changed.subnet for each in self.networks if each != network):
            raise AlreadyExists(f"The migration network {changed.subnet} exists.")
        self.networks = tuple(changed if each == network else each for each in self.networks)
        self.touch()
        return changed

    @operation
    def remove_network(self, network: MigrationNetwork) -> None:
        """Use a network no longer. Raises NotFound."""
        self._require(network)
        self.networks = tuple(each for each in self.networks if each != network)
        self.touch()

    def _require(self, network: MigrationNetwork) -> None:
        self.host.role.require()
        if network not in self.networks:
            raise NotFound(f"The migration network {network.subnet} was not found.")


def _subnet(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        raise InvalidParameter(f"The subnet '{text!s:.64}' is not valid.") from None


def _priority(value: int | None) -> int:
    return DEFAULT_PRIORITY if value is None else check_number("priority", value, 0, 0x7FFFFFFF)
