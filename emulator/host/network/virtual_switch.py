"""A virtual Ethernet switch: what it is, its settings, and the adapters of the host on it."""

from enum import IntEnum
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_choice, check_flag, check_number, check_text
from emulator.host.errors import (
    AlreadyExists,
    InvalidParameter,
    LimitExceeded,
    NotFound,
    NotSupported,
)
from emulator.host.host_object import HostObject, operation
from emulator.host.host_settings import normalize_mac_address
from emulator.host.identifiers import derived_guid, normalize_guid
from emulator.host.network.host_network_adapter import HostNetworkAdapter
from emulator.host.network.switch_extensions import installed_extensions
from emulator.host.network.switch_offload import DEFAULTS, SwitchOffload

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.network.network_adapter import NetworkAdapter
    from emulator.profile import NetworkAdapter as PhysicalAdapter

MAXIMUM_HOST_ADAPTERS = 64
#: From Server 2019 on a team balances by port.
_HYPER_V_PORT_BUILD = 17763
#: The network of the Default Switch. Windows chooses one of 172.16.0.0/12 at each boot, this is always one.
_DEFAULT_NETWORK = IPv4Network("172.20.16.0/20")
_INTERNAL_SPEED = 10_000_000_000
_OFFLOAD = frozenset(SwitchOffload._fields)


class SwitchKind(IntEnum):
    """VMSwitchType."""

    PRIVATE = 0
    INTERNAL = 1
    EXTERNAL = 2


class BandwidthMode(IntEnum):
    """VMSwitchBandwidthMode: how minimum bandwidths of ports are stated. DEFAULT is absolute, or none with
    SR-IOV."""

    DEFAULT = 0
    WEIGHT = 1
    ABSOLUTE = 2
    NONE = 3


class LoadBalancing(IntEnum):
    """VMSwitchLoadBalancingAlgorithm of an embedded team."""

    HYPER_V_PORT = 4
    DYNAMIC = 5


class VirtualSwitch(HostObject):
    """A switch. External ones have ``physical_adapters``, several with embedded teaming; ``host_adapters``
    are those that the host itself has on it (none on private switches).

    What it is follows from what is connected, as in Windows: with a physical adapter it is external, else
    with an adapter of the host internal, else private.
    """

    def __init__(
        self,
        host: "Host",
        identifier: str,
        name: str,
        physical_adapters: "tuple[PhysicalAdapter, ...]",
        allow_management_os: bool,
        notes: str,
    ) -> None:
        super().__init__(host)
        self.id = identifier
        self.name = name
        self.physical_adapters = physical_adapters
        self.host_adapters: list[HostNetworkAdapter] = []
        self.notes = notes
        self.bandwidth_mode = BandwidthMode.DEFAULT
        self.iov_preferred = False
        self.packet_direct_enabled = False
        self.teaming_enabled = False
        self.load_balancing = (
            LoadBalancing.HYPER_V_PORT if host.release.build >= _HYPER_V_PORT_BUILD else LoadBalancing.DYNAMIC
        )
        self.default_flow_reservation = 0
        self.default_flow_weight = 0
        self.offload = DEFAULTS
        #: Its Name in root/virtualization, where whoever makes a switch chooses any text; empty: its GUID.
        self.chosen_name = ""
        #: Identifier of an installed extension -> whether it runs, in the order in which packets pass them.
        self.extensions: dict[str, bool] = {
            each.id: each.enabled for each in installed_extensions(host.release)
        }
        self._leases: dict[str, int] = {}
        if allow_management_os:
            self._append_host_adapter(name, self.host_adapter_id)

    @property
    def older_name(self) -> str:
        """Its Name in root/virtualization."""
        return self.chosen_name or self.id

    @property
    def kind(self) -> SwitchKind:
        if self.physical_adapters:
            return SwitchKind.EXTERNAL
        return SwitchKind.INTERNAL if self.host_adapters else SwitchKind.PRIVATE

    @property
    def physical_adapter(self) -> "PhysicalAdapter | None":
        """The physical adapter, the first one of a team."""
        return self.physical_adapters[0] if self.physical_adapters else None

    @property
    def allow_management_os(self) -> bool:
        """Whether the host itself has an adapter on the switch."""
        return bool(self.host_adapters)

    @property
    def is_present(self) -> bool:
        """Whether the switch still exists."""
        return self.host.virtual_switches.get(self.id) is self

    @property
    def effective_bandwidth_mode(self) -> BandwidthMode:
        """What the default stands for."""
        if self.bandwidth_mode is not BandwidthMode.DEFAULT:
            return self.bandwidth_mode
        return BandwidthMode.NONE if self.iov_preferred else BandwidthMode.ABSOLUTE

    @property
    def link_speed(self) -> int:
        """Bits per second: of the connected physical adapters together, 10 Gbps without one."""
        if not self.physical_adapters:
            return _INTERNAL_SPEED
        return sum(each.link_speed for each in self.physical_adapters if each.connected)

    @property
    def ports(self) -> "list[NetworkAdapter]":
        """Adapters of virtual machines that are connected."""
        return [
            adapter
            for vm in self.host.virtual_machines
            for adapter in vm.network_adapters
            if adapter.switch is self
        ]

    @property
    def host_adapter_id(self) -> str:
        """GUID of the first adapter of the host on this switch."""
        return derived_guid(self.id, "management")

    @property
    def host_adapter_name(self) -> str:
        """Connection name of the host's first own adapter."""
        return self.host_adapters[0].connection_name if self.host_adapters else f"vEthernet ({self.name})"

    @property
    def is_default(self) -> bool:
        """Whether this is the Default Switch that clients of Windows have."""
        return self.id == self.host.release.default_switch_id

    @property
    def translated_network(self) -> IPv4Network | None:
        """The network behind the NAT of the Default Switch, in which the host has the first address and
        gives the others to guests; None for every other switch."""
        return _DEFAULT_NETWORK if self.is_default else None

    def lease(self, adapter: "NetworkAdapter") -> list[str]:
        """The address that a guest without its own gets here: 172.16.0.0/12, the same for the adapter's life.

        Empty on private switches, where no DHCP server is.
        """
        if self.kind is SwitchKind.PRIVATE:
            return []
        number = self._leases.setdefault(adapter.id, len(self._leases) + 10)
        own = self.translated_network
        if own is not None:
            # The lower half is left to addresses that guests state themselves.
            half = own.num_addresses // 2
            return [str(own[half + number % (half - 1)])]
        network = 16 + self.host.virtual_switches.position(self) % 16
        return [f"172.{network}.{number // 250 % 256}.{number % 250 + 2}"]

    def check_reservation(self, reservation: int, weight: int) -> None:
        """Whether ports may have these minimum bandwidths here. Raises InvalidParameter."""
        mode = self.effective_bandwidth_mode
        if weight and mode is not BandwidthMode.WEIGHT:
            raise InvalidParameter("The virtual switch does not take minimum bandwidths as weights.")
        if reservation and mode is not BandwidthMode.ABSOLUTE:
            raise InvalidParameter("The virtual switch does not take absolute minimum bandwidths.")
        if self.physical_adapters and reservation > self.link_speed:
            raise InvalidParameter("The minimum bandwidth is greater than the speed of the virtual switch.")

    @operation
    def configure(self, **changes: Any) -> None:
        """Change ``name``, ``notes``, ``kind``, ``network_adapter`` (name or description) or
        ``network_adapters`` (a team's), ``allow_management_os``, ``default_flow_reservation``,
        ``default_flow_weight``, ``load_balancing``, ``extension_order``, the fields of ``SwitchOffload``; all
        or none.

        Raises InvalidParameter (also for what is fixed when a switch is made), NotFound, InUse, NotSupported.
        """
        switches = self.host.virtual_switches
        switches.require(self)
        self.require_changeable()
        facts = dict(changes)
        name = check_text("name", facts.pop("name", self.name), 255, shortest=1)
        notes = check_text("notes", facts.pop("notes", self.notes), 4096)
        kind = check_choice("kind", facts.pop("kind", self.kind), SwitchKind)
        own = [each.name for each in self.physical_adapters] if kind is SwitchKind.EXTERNAL else []
        wanted = facts.pop("network_adapters", None)
        if wanted is None:
            single = facts.pop("network_adapter", None)
            wanted = own if single is None else [single]
        management = check_flag(
            "allow_management_os", facts.pop("allow_management_os", self.allow_management_os)
        )
        reservation = check_number(
            "default_flow_reservation",
            facts.pop("default_flow_reservation", self.default_flow_reservation),
            0,
            (1 << 64) - 1,
        )
        weight = check_number(
            "default_flow_weight", facts.pop("default_flow_weight", self.default_flow_weight), 0, 100
        )
        self.check_reservation(reservation, weight)
        balancing = check_choice(
            "load_balancing", facts.pop("load_balancing", self.load_balancing), LoadBalancing
        )
        offload = self.offload.changed({each: facts.pop(each) for each in list(facts) if each in _OFFLOAD})
        order = facts.pop("extension_order", list(self.extensions))
        if sorted(order) != sorted(self.extensions):
            raise InvalidParameter("The order must name each extension of the virtual switch once.")
        for fixed in ("bandwidth_mode", "iov_preferred", "packet_direct_enabled", "teaming_enabled"):
            if fixed in facts and facts.pop(fixed) != getattr(self, fixed):
                raise InvalidParameter(f"{fixed} cannot be changed after the virtual switch was created.")
        if facts:
            raise InvalidParameter(f"There is no switch setting '{next(iter(facts))}'.")
        adapters = switches.check_adapters(kind, wanted, self, self.teaming_enabled)
        if kind is not SwitchKind.EXTERNAL:
            management = kind is SwitchKind.INTERNAL
        self.name, self.notes, self.physical_adapters = name, notes, adapters
        self.default_flow_reservation, self.default_flow_weight = reservation, weight
        self.load_balancing, self.offload = balancing, offload
        self.extensions = {each: self.extensions[each] for each in order}
        if management and not self.host_adapters:
            self.host.observe("created", self._append_host_adapter(name, self.host_adapter_id))
        elif not management:
            self._drop_host_adapters(list(self.host_adapters))
        self._changed()

    @operation
    def enable_extension(self, identifier: str, enabled: bool = True) -> None:
        """Switch an extension on or off. Raises NotFound."""
        self.host.virtual_switches.require(self)
        guid = normalize_guid(identifier)
        if guid not in self.extensions:
            raise NotFound(f"The virtual switch has no extension '{identifier!s:.64}'.")
        self.extensions[guid] = check_flag("enabled", enabled)
        self.touch()

    @operation
    def add_host_adapter(
        self, name: str | None = None, mac_address: str | None = None, identifier: str | None = None
    ) -> HostNetworkAdapter:
        """Give the host an adapter on the switch; a private switch becomes internal.

        ``identifier`` is that of an adapter that was made before. Raises InvalidParameter, AlreadyExists
        (the name), LimitExceeded.
        """
        self.host.virtual_switches.require(self)
        self.require_changeable()
        name = check_text("name", self.name if name is None else name, 255, shortest=1)
        address = None if mac_address is None else normalize_mac_address(mac_address)
        if any(each.name.casefold() == name.casefold() for each in self.host_adapters):
            raise AlreadyExists(f"The virtual switch has a network adapter '{name}' of the host already.")
        if len(self.host_adapters) >= MAXIMUM_HOST_ADAPTERS:
            raise LimitExceeded("The host cannot have more network adapters on the virtual switch.")
        if identifier is None:
            identifier = self.host.new_guid() if self.host_adapters else self.host_adapter_id
        adapter = self._append_host_adapter(name, identifier, address)
        self._changed()
        self.host.observe("created", adapter)
        return adapter

    @operation
    def remove_host_adapter(self, adapter: HostNetworkAdapter) -> None:
        """Take an adapter of the host away; without one an internal switch becomes private. Raises
        NotFound."""
        self.host.virtual_switches.require(self)
        self.require_changeable()
        if adapter not in self.host_adapters:
            raise NotFound("The network adapter of the management operating system was not found.")
        self._drop_host_adapters([adapter])
        self._changed()

    def require_changeable(self) -> None:
        """Raise NotSupported for the Default Switch, which Windows keeps as it is."""
        if self.is_default:
            raise NotSupported("The automatic Internet Connection Sharing switch cannot be modified.")

    def _append_host_adapter(
        self, name: str, identifier: str, mac_address: str | None = None
    ) -> HostNetworkAdapter:
        if mac_address is None and self.physical_adapter is not None and not self.host_adapters:
            mac_address = self.physical_adapter.mac_address.replace("-", "")
        address = mac_address or "00155D" + identifier.replace("-", "")[-6:].upper()
        numbers = {each.number for switch in self.host.virtual_switches for each in switch.host_adapters} | {
            each.number for each in self.host_adapters
        }
        number = next(each for each in range(1, len(numbers) + 2) if each not in numbers)
        adapter = HostNetworkAdapter(self, identifier, name, address, number)
        self.host_adapters.append(adapter)
        return adapter

    def _drop_host_adapters(self, adapters: list[HostNetworkAdapter]) -> None:
        for adapter in adapters:
            self.host_adapters.remove(adapter)
            self.host.observe("deleted", adapter)

    def _changed(self) -> None:
        self.touch()
        for port in self.ports:
            port.touch()
