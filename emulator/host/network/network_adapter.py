"""Network adapters of a virtual machine and the pool of dynamic MAC addresses."""

from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_flag, check_number, check_text
from emulator.host.errors import InvalidParameter, LimitExceeded, NotFound
from emulator.host.host_object import operation
from emulator.host.host_settings import normalize_mac_address
from emulator.host.network.automatic_connection import choose
from emulator.host.network.port_feature import PortFeature
from emulator.host.network.port_features import PortBandwidth, PortSecurity
from emulator.host.network.port_networks import Vlan
from emulator.host.network.switch_port import FeatureSetting, SwitchPort
from emulator.host.resources.resource_kinds import EMULATED_PORT, ETHERNET, SYNTHETIC_PORT
from emulator.host.virtual_machine.device import Device
from emulator.host.virtual_machine.event_messages import NIC_CONNECTED, NIC_DISCONNECTED, write_connection
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.network.virtual_switch import VirtualSwitch
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

NO_MAC_ADDRESS = "0" * 12

#: Settings that belong to a feature of the port: name -> (feature, field).
_FEATURE_SETTINGS: dict[str, tuple[type[PortFeature], str]] = {
    "allow_teaming": (PortSecurity, "allow_teaming"),
    "dhcp_guard": (PortSecurity, "dhcp_guard"),
    "mac_address_spoofing": (PortSecurity, "mac_address_spoofing"),
    "maximum_bandwidth": (PortBandwidth, "limit"),
    "minimum_bandwidth_weight": (PortBandwidth, "weight"),
    "router_guard": (PortSecurity, "router_guard"),
}
_FLAGS = frozenset(
    {
        "allow_packet_direct",
        "cluster_monitored",
        "device_naming",
        "interrupt_moderation",
        "numa_aware_placement",
    }
)


class NetworkAdapter(Device, SwitchPort):
    """A synthetic or legacy (emulated) adapter with its own GUID ``id``.

    ``mac_address`` is 12 hexadecimal digits; a dynamic one is zero until the machine first starts.
    """

    __slots__ = (
        "_name",
        "allow_packet_direct",
        "cluster_monitored",
        "connection_pool_name",
        "device_naming",
        "dynamic_mac_address",
        "id",
        "interrupt_moderation",
        "is_automatic",
        "is_legacy",
        "mac_address",
        "media_type",
        "numa_aware_placement",
        "pool_name",
        "switch",
        "test_replica_pool",
        "test_replica_switch",
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
        self.device_naming = False
        self.cluster_monitored = True
        self.allow_packet_direct = False
        self.interrupt_moderation = False
        self.numa_aware_placement = False
        self.media_type = 0
        #: Name of the switch that the adapter of a test replica is connected to.
        self.test_replica_switch = ""
        #: Name of the pool that the connection of a test replica comes from.
        self.test_replica_pool = ""
        #: The pools of administrators that the adapter and its connection come from; empty for the
        #: primordial ones.
        self.pool_name = self.connection_pool_name = ""
        #: Whether the pool chooses the switch when the machine starts.
        self.is_automatic = False

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
    def resource_kind(self) -> str:
        return EMULATED_PORT if self.is_legacy else SYNTHETIC_PORT

    @property
    def connection_pool(self) -> str:
        """The pool of administrators that its connection comes from, when it is on this host."""
        return self.host.resource_pools.effective(ETHERNET, self.connection_pool_name)

    @property
    def vlan(self) -> Vlan:
        return self.feature(Vlan)

    @property
    def mac_address_spoofing(self) -> bool:
        return self.feature(PortSecurity).mac_address_spoofing

    @property
    def dhcp_guard(self) -> bool:
        return self.feature(PortSecurity).dhcp_guard

    @property
    def router_guard(self) -> bool:
        return self.feature(PortSecurity).router_guard

    @property
    def allow_teaming(self) -> bool:
        return self.feature(PortSecurity).allow_teaming

    @property
    def maximum_bandwidth(self) -> int:
        """Bits per second, 0 without limit."""
        return self.feature(PortBandwidth).limit

    @property
    def minimum_bandwidth_weight(self) -> int:
        return self.feature(PortBandwidth).weight

    def require_changeable(self) -> None:
        self.vm.require_configurable()
        if self not in self.vm.network_adapters:
            raise NotFound("The network adapter was not found.")

    @property
    def connected(self) -> bool:
        return self.switch is not None

    @property
    def ip_addresses(self) -> list[str]:
        """What the guest's integration services report. Volatile in time: empty until the guest has
        booted."""
        return self.vm.guest.addresses_of(self)

    @operation
    def connect(self, switch: "VirtualSwitch", pool: str | None = None) -> None:
        """Connect to a switch, also while the machine runs; ``pool`` is the name of the pool that the
        connection is to come from, None leaves that.

        Raises NotFound for a switch that was removed, InvalidParameter when a setting of the port does not go
        with the switch, for a pool that is not there, and for a switch that it does not hold.
        """
        self.vm.require_configurable()
        if self.host.virtual_switches.get(switch.id) is not switch:
            raise NotFound("The virtual switch was not found.")
        wanted = self._checked_pool(pool)
        self.host.resource_pools.require_resource(ETHERNET, wanted, switch.id)
        self.check_connection(switch)
        self._take(wanted, switch, is_automatic=False)

    @operation
    def connect_automatically(self, pool: str | None = None) -> None:
        """Let the pool choose the switch: when the machine starts, and at once while it runs. Raises
        InvalidParameter, LimitExceeded when no switch of the pool is available."""
        self.vm.require_configurable()
        wanted = self._checked_pool(pool)
        switch = choose(self, wanted) if self.vm.state.holds_memory else None
        self._take(wanted, switch, is_automatic=True)

    @operation
    def use_pool(self, pool: str) -> None:
        """Let the connection come from another pool, which must hold the switch. Raises InvalidParameter."""
        self.vm.require_configurable()
        wanted = self._checked_pool(pool)
        switch = self.switch
        self.host.resource_pools.require_resource(ETHERNET, wanted, None if switch is None else switch.id)
        self._take(wanted, switch, is_automatic=self.is_automatic)

    @operation
    def disconnect(self) -> None:
        """Disconnect from the switch; no error when it is not connected."""
        self.vm.require_configurable()
        self._take(self.connection_pool_name, None, is_automatic=False)

    def _checked_pool(self, pool: str | None) -> str:
        return (
            self.connection_pool_name
            if pool is None
            else self.host.resource_pools.check_choice(ETHERNET, pool)
        )

    def _take(self, pool: str, switch: "VirtualSwitch | None", *, is_automatic: bool) -> None:
        changed = (pool, is_automatic) != (self.connection_pool_name, self.is_automatic)
        self.connection_pool_name, self.is_automatic = pool, is_automatic
        if switch is not self.switch:
            self.join(switch)
        elif changed:
            self.touch()

    def join(self, switch: "VirtualSwitch | None") -> None:
        """Connect to a switch that was checked, or to none."""
        previous, self.switch = self.switch, switch
        self.touch()
        if switch is not None:
            switch.touch()
        if previous is not None:
            write_connection(NIC_DISCONNECTED, self, previous)
            previous.touch()
        if switch is not None:
            write_connection(NIC_CONNECTED, self, switch)

    @operation
    def configure(self, **changes: Any) -> None:
        """Change settings by their attribute names (``name``, ``mac_address`` or None for dynamic, ``vlan``,
        guards, bandwidth), all or none. ``features`` are values of kinds of which a port has one.

        Raises InvalidParameter, NotSupported; InvalidState for a MAC address while the machine is not off.
        """
        wanted: dict[type[PortFeature], PortFeature] = {
            type(feature): feature for feature in changes.pop("features", ())
        }
        checked: dict[str, Any] = {}
        for name, value in changes.items():
            if name == "vlan":
                if not isinstance(value, Vlan):
                    raise InvalidParameter("The VLAN setting is not valid.")
                wanted[Vlan] = value
            elif name in _FEATURE_SETTINGS:
                kind, field = _FEATURE_SETTINGS[name]
                wanted[kind] = (wanted.get(kind) or self.feature(kind)).replaced(**{field: value})
            else:
                checked[name] = self._check(name, value)
        self.vm.require_configurable()
        features = {
            (kind, ""): self.check_feature(feature, FeatureSetting(self, kind, ""))
            for kind, feature in wanted.items()
        }
        if "mac_address" in checked:
            self.vm.require(VirtualMachineState.OFF)
            address = checked.pop("mac_address")
            self.host.virtual_machines.mac_addresses.release(self)
            self.dynamic_mac_address = address is None
            self.mac_address = address or NO_MAC_ADDRESS
        for name, value in checked.items():
            setattr(self, "_name" if name == "name" else name, value)
        if features:
            self._keep({**self.features, **features})
            return
        self.touch()
        if self.switch is not None:
            self.switch.touch()

    def _check(self, name: str, value: Any) -> Any:
        if name == "name":
            return check_text(name, value, 255, shortest=1)
        if name == "mac_address":
            return None if value is None else check_unicast(normalize_mac_address(str(value)))
        if name == "test_replica_switch":
            return check_text(name, value, 255)
        if name == "test_replica_pool":
            return self.host.resource_pools.check_choice(ETHERNET, value)
        if name == "media_type":
            return check_number(name, value, 0, 0xFFFFFFFF)
        if name in _FLAGS:
            return check_flag(name, value)
        raise InvalidParameter(f"There is no network adapter setting '{name}'.")


def check_unicast(address: str) -> str:
    """A static address must not be zero nor a group address. Raises InvalidParameter."""
    if address == NO_MAC_ADDRESS or int(address[:2], 16) & 1:
        raise InvalidParameter(f"The MAC address {address} is not valid for a network adapter.")
    return address


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
