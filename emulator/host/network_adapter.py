"""Network adapters of a virtual machine and the pool of dynamic MAC addresses."""

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_flag, check_number, check_text
from emulator.host.device import Device
from emulator.host.errors import InvalidParameter, LimitExceeded, NotFound
from emulator.host.host_object import operation
from emulator.host.host_settings import normalize_mac_address
from emulator.host.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine import VirtualMachine
    from emulator.host.virtual_switch import VirtualSwitch

NO_MAC_ADDRESS = "0" * 12


class VlanMode(IntEnum):
    """VMNetworkAdapterVlanMode."""

    UNTAGGED = 0
    ACCESS = 1
    TRUNK = 2


@dataclass(frozen=True, slots=True)
class Vlan:
    """VLAN setting of a port: ``access_id`` in access mode, ``native_id`` and ``allowed`` in trunk mode."""

    mode: VlanMode = VlanMode.UNTAGGED
    access_id: int = 0
    native_id: int = 0
    allowed: tuple[int, ...] = ()


class NetworkAdapter(Device):
    """A synthetic or legacy (emulated) adapter with its own GUID ``id``.

    ``mac_address`` is 12 hexadecimal digits; a dynamic one is zero until the machine first starts.
    """

    __slots__ = (
        "_name",
        "allow_teaming",
        "dhcp_guard",
        "dynamic_mac_address",
        "id",
        "is_legacy",
        "mac_address",
        "mac_address_spoofing",
        "maximum_bandwidth",
        "minimum_bandwidth_weight",
        "router_guard",
        "switch",
        "vlan",
    )

    def __init__(
        self,
        vm: "VirtualMachine",
        identifier: str,
        name: str,
        *,
        mac_address: str | None = None,
        switch: "VirtualSwitch | None" = None,
        is_legacy: bool = False,
    ) -> None:
        super().__init__(vm)
        self.id = identifier
        self._name = name
        self.is_legacy = is_legacy
        self.dynamic_mac_address = mac_address is None
        self.mac_address = mac_address or NO_MAC_ADDRESS
        self.switch = switch
        self.vlan = Vlan()
        self.mac_address_spoofing = False
        self.dhcp_guard = False
        self.router_guard = False
        self.allow_teaming = False
        self.maximum_bandwidth = 0
        self.minimum_bandwidth_weight = 0

    @property
    def name(self) -> str:
        return self._name

    @property
    def setting_id(self) -> str:
        return self.id

    @property
    def connection_setting_id(self) -> str:
        """Like ``setting_id``, for the settings of the connection to a switch."""
        return f"{self.id}\\C"

    @property
    def connected(self) -> bool:
        return self.switch is not None

    @property
    def ip_addresses(self) -> list[str]:
        """What the guest's integration services report. Volatile in time: empty until the guest has
        booted."""
        return self.vm.guest.addresses_of(self)

    @operation
    def connect(self, switch: "VirtualSwitch") -> None:
        """Connect to a switch, also while the machine runs. Raises NotFound for a switch that was removed."""
        self.vm.require_alive()
        if self.host.virtual_switches.get(switch.id) is not switch:
            raise NotFound("The virtual switch was not found.")
        if self.switch is not switch:
            previous, self.switch = self.switch, switch
            self.touch()
            switch.touch()
            if previous is not None:
                previous.touch()

    @operation
    def disconnect(self) -> None:
        """Disconnect from the switch; no error when it is not connected."""
        self.vm.require_alive()
        if self.switch is not None:
            previous, self.switch = self.switch, None
            self.touch()
            previous.touch()

    @operation
    def configure(self, **changes: Any) -> None:
        """Change settings by their attribute names (``name``, ``mac_address`` or None for dynamic, ``vlan``,
        guards, bandwidth), all or none.

        Raises InvalidParameter; InvalidState for a MAC address while the machine is not off.
        """
        checked = {name: self._check(name, value) for name, value in changes.items()}
        self.vm.require_alive()
        if "mac_address" in checked:
            self.vm.require(VirtualMachineState.OFF)
            address = checked.pop("mac_address")
            self.dynamic_mac_address = address is None
            self.mac_address = address or NO_MAC_ADDRESS
        for name, value in checked.items():
            setattr(self, "_name" if name == "name" else name, value)
        self.touch()
        if self.switch is not None:
            self.switch.touch()

    def _check(self, name: str, value: Any) -> Any:
        if name == "name":
            return check_text(name, value, 255, shortest=1)
        if name == "mac_address":
            return None if value is None else normalize_mac_address(str(value))
        if name == "vlan":
            return _check_vlan(value)
        if name == "maximum_bandwidth":
            return check_number(name, value, 0, 1 << 63)
        if name == "minimum_bandwidth_weight":
            return check_number(name, value, 0, 100)
        if name in ("mac_address_spoofing", "dhcp_guard", "router_guard", "allow_teaming"):
            return check_flag(name, value)
        raise InvalidParameter(f"There is no network adapter setting {name!r}.")


def _check_vlan(value: Any) -> Vlan:
    if not isinstance(value, Vlan):
        raise InvalidParameter("The VLAN setting is not valid.")
    identifiers = {
        VlanMode.UNTAGGED: (),
        VlanMode.ACCESS: (value.access_id,),
        VlanMode.TRUNK: value.allowed,
    }[value.mode]
    if any(not 1 <= identifier <= 4094 for identifier in identifiers) or not 0 <= value.native_id <= 4094:
        raise InvalidParameter("A VLAN identifier must be between 1 and 4094.")
    return value


class MacAddressPool:
    """Dynamic MAC addresses from the range of the host's settings. An address stays with its adapter."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._taken: dict[int, NetworkAdapter] = {}
        self._next = 0
        self._reserved = range(0)

    def seed(self) -> None:
        self._taken.clear()
        self._next = 0
        self._reserved = range(0)

    def reserve(self, count: int) -> None:
        """Keep the first addresses of the range for machines of the profile."""
        low = int(self.host.settings.mac_address_minimum, 16)
        self._reserved = range(low, low + count)

    def reserved(self, index: int) -> str:
        """One of the addresses that are kept."""
        return f"{self._reserved[index]:012X}"

    def assign(self, adapters: list[NetworkAdapter]) -> None:
        """Give every adapter without an address one. Raises LimitExceeded and changes nothing when they run
        out."""
        waiting = [
            each for each in adapters if each.dynamic_mac_address and each.mac_address == NO_MAC_ADDRESS
        ]
        low = int(self.host.settings.mac_address_minimum, 16)
        high = int(self.host.settings.mac_address_maximum, 16)
        found: list[int] = []
        candidate = self._next if low <= self._next <= high else low
        for _ in range(min(high - low + 1, len(self._taken) + len(self._reserved) + len(waiting))):
            if len(found) == len(waiting):
                break
            if candidate not in self._taken and candidate not in self._reserved:
                found.append(candidate)
            candidate = candidate + 1 if candidate < high else low
        if len(found) < len(waiting):
            raise LimitExceeded(
                "There are no more dynamic MAC addresses available in the range of this computer."
            )
        for adapter, address in zip(waiting, found, strict=True):
            self._taken[address] = adapter
            adapter.mac_address = f"{address:012X}"
        self._next = candidate

    def keep(self, adapter: NetworkAdapter) -> None:
        """An adapter came back with the dynamic address that it had (a checkpoint was applied). When another
        one has it by now, it gets a new one at the next start."""
        if not adapter.dynamic_mac_address or adapter.mac_address == NO_MAC_ADDRESS:
            return
        address = int(adapter.mac_address, 16)
        if address in self._reserved:
            return
        if self._taken.setdefault(address, adapter).vm is not adapter.vm:
            adapter.mac_address = NO_MAC_ADDRESS
        else:
            self._taken[address] = adapter

    def release(self, adapter: NetworkAdapter) -> None:
        """The adapter was removed or has a static address now."""
        address = int(adapter.mac_address, 16)
        if self._taken.get(address) is adapter:
            del self._taken[address]
