"""Ports of virtual switches: the one model behind both management interfaces.

Whatever is connected to a switch (an adapter of a machine, one of the host, a physical adapter) has a port
that comes and goes with it; its GUID follows from what it connects. The interface up to Server 2012 can
besides make ports, and adapters of the host, that are connected to nothing yet. What a switch is (private,
internal, external) follows from what its ports are connected to.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING

from emulator.host.checks import check_text
from emulator.host.errors import AlreadyExists, InUse, InvalidParameter, NotFound, QuotaExceeded
from emulator.host.host_object import operation
from emulator.host.host_settings import normalize_mac_address
from emulator.host.identifiers import derived_guid
from emulator.host.network.host_network_adapter import HostNetworkAdapter
from emulator.host.network.network_adapter import NetworkAdapter
from emulator.host.network.network_interfaces import adapter_guid
from emulator.host.network.port_feature import PortFeature, checked_feature
from emulator.host.network.switch_port import Feature, SwitchPort
from emulator.host.network.virtual_switch import SwitchKind, VirtualSwitch
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.network.switch_setup import NetworkJob
    from emulator.profile import NetworkAdapter as PhysicalAdapter

MAXIMUM_PORTS = 10_000


class UnconnectedAdapter:
    """A network adapter that was made for the host and is on no switch yet."""

    switch = None

    def __init__(self, identifier: str, name: str, mac_address: str) -> None:
        self.id = identifier
        self.name = name
        self.mac_address = mac_address


class ExternalPort(Record):
    """A physical network adapter that a switch can use."""

    host: Host
    adapter: PhysicalAdapter

    @property
    def id(self) -> str:
        return adapter_guid(self.host, self.adapter)

    @property
    def name(self) -> str:
        return self.adapter.description

    @property
    def mac_address(self) -> str:
        return self.adapter.mac_address.replace("-", "")

    @property
    def switch(self) -> VirtualSwitch | None:
        return self.host.virtual_switches.of_adapter(self.adapter)

    @property
    def revision(self) -> tuple[Hashable, ...]:
        return (self.adapter.name, self.host.role.revision, self.host.revision)


Connected = NetworkAdapter | HostNetworkAdapter | ExternalPort
#: An adapter of the host, whether it is on a switch or not.
InternalPort = HostNetworkAdapter | UnconnectedAdapter
Peer = Connected | UnconnectedAdapter


class Port:
    """A port of a switch. ``peer`` is what is connected to it, None for a free port.

    ``features`` are the settings that somebody gave a free port or one that leads to a physical adapter;
    those of a port that leads to a machine or to the host are its adapter's.
    """

    __slots__ = ("features", "friendly_name", "name", "peer", "switch")

    def __init__(
        self, switch: VirtualSwitch, peer: Connected | None, name: str = "", friendly_name: str = ""
    ) -> None:
        self.switch = switch
        self.peer = peer
        self.features: dict[type[PortFeature], PortFeature] = {}
        self.name = name or ("" if peer is None else peer.id)
        self.friendly_name = friendly_name or ("" if peer is None else _name_of(peer))

    @property
    def connected(self) -> Connected:
        """What is connected. Raises ValueError for a free port."""
        if self.peer is None:
            raise ValueError(f"nothing is connected to the port {self.name}")
        return self.peer

    @property
    def id(self) -> str:
        """GUID of a port to which something is connected."""
        return derived_guid(self.switch.id, "port", self.connected.id)


def port_of(connected: Connected) -> Port:
    """The port to which something is connected. Raises ValueError when it is not."""
    if connected.switch is None:
        raise ValueError(connected)
    return Port(connected.switch, connected)


def ports_of(connected: Connected) -> tuple[Port, ...]:
    """The port to which something is connected, if it is; the adapters of a checkpoint are not."""
    if isinstance(connected, NetworkAdapter) and connected.vm.is_checkpoint:
        return ()
    return () if connected.switch is None else (Port(connected.switch, connected),)


def host_ports(switch: VirtualSwitch) -> list[Port]:
    """The ports of a switch that lead to physical adapters and to the host."""
    physical = [Port(switch, ExternalPort(switch.host, each)) for each in switch.physical_adapters]
    return [*physical, *(Port(switch, each) for each in switch.host_adapters)]


def connected_ports(switch: VirtualSwitch) -> list[Port]:
    """All ports of a switch to which something is connected."""
    return [*host_ports(switch), *(Port(switch, each) for each in switch.ports)]


def all_ports(host: Host) -> Iterator[Port]:
    """The connected ports of all switches; each machine is looked at once."""
    for switch in host.virtual_switches:
        yield from host_ports(switch)
    for vm in host.virtual_machines:
        for adapter in vm.network_adapters:
            yield from ports_of(adapter)


def external_ports(host: Host) -> list[ExternalPort]:
    """The physical adapters of the host that switches can use, and the interfaces of teams instead of those
    of their members."""
    adapters = host.hardware.network_adapters
    teams = host.team_interfaces
    if not teams:
        return [ExternalPort(host, each) for each in adapters]
    free = [each for each in adapters if host.adapter_teams.member_of(each) is None]
    return [ExternalPort(host, each) for each in (*free, *(each.adapter for each in teams))]


class SwitchPorts:
    """The ports and adapters of the host that somebody made, and where they are connected."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._made: dict[tuple[str, str], Port] = {}
        self._by_peer: dict[str, Port] = {}
        self._internal: dict[str, UnconnectedAdapter] = {}
        self._bound: set[str] = set()

    def seed(self) -> None:
        self._made.clear()
        self._by_peer.clear()
        self._internal.clear()
        self._bound.clear()

    # -- the host's ends --------------------------------------------------------------------------

    def external_ports(self) -> list[ExternalPort]:
        """The physical adapters."""
        return external_ports(self.host)

    def is_bound(self, port: ExternalPort) -> bool:
        """Whether the adapter is given to virtual networks."""
        return port.id in self._bound or port.switch is not None

    def internal_ports(self) -> list[InternalPort]:
        """The host's adapters on switches, then those that are on none yet."""
        return [*self.host.virtual_switches.host_adapters, *self._internal.values()]

    # -- ports ------------------------------------------------------------------------------------

    def of(self, switch: VirtualSwitch) -> list[Port]:
        """The ports of one switch: those that somebody made, then those of what is connected without."""
        made = [port for (owner, _), port in self._made.items() if owner == switch.id]
        for port in made:
            if port.peer is not None and not self._is_peer(switch, port.peer):
                port.peer = None
        taken = {port.peer.id for port in made if port.peer is not None}
        return [*made, *(port for port in connected_ports(switch) if port.connected.id not in taken)]

    def __iter__(self) -> Iterator[Port]:
        return (port for switch in self.host.virtual_switches for port in self.of(switch))

    def find(self, switch: VirtualSwitch, name: str) -> Port | None:
        """The port of a name in any case."""
        wanted = name.casefold()
        return next((port for port in self.of(switch) if port.name.casefold() == wanted), None)

    def port_of(self, peer: Peer) -> Port | None:
        """The port that something is connected to."""
        switch = peer.switch
        if isinstance(peer, UnconnectedAdapter) or switch is None or not switch.is_present:
            return None
        found = self._by_peer.get(peer.id)
        if found is not None and found.switch is switch and found.peer is not None:
            return found
        return Port(switch, peer)

    def _is_peer(self, switch: VirtualSwitch, peer: Connected) -> bool:
        if isinstance(peer, NetworkAdapter):
            return peer.switch is switch and not peer.vm.deleted and peer in peer.vm.network_adapters
        if isinstance(peer, ExternalPort):
            return peer.switch is switch
        return peer in switch.host_adapters

    # -- changing ---------------------------------------------------------------------------------

    @operation
    def create(self, switch: VirtualSwitch, name: str, friendly_name: str) -> Port:
        """Make a free port. Raises NotFound (the switch), InvalidParameter, AlreadyExists, QuotaExceeded."""
        self.host.virtual_switches.require(switch)
        check_text("Name", name, 255, shortest=1)
        check_text("FriendlyName", friendly_name, 255)
        self._forget_lost()
        if self.find(switch, name) is not None:
            raise AlreadyExists(f"A port with the name {name} exists.")
        if len(self._made) >= MAXIMUM_PORTS:
            raise QuotaExceeded("No more switch ports can be created.")
        port = Port(switch, None, name, friendly_name)
        self._made[switch.id, name.casefold()] = port
        switch.touch()
        return port

    @operation
    def delete(self, port: Port) -> None:
        """Remove a port; what was connected to it is disconnected first. Raises NotFound, InUse."""
        self.host.virtual_switches.require(port.switch)
        if port.peer is not None:
            self.disconnect(port)
        self._made.pop((port.switch.id, port.name.casefold()), None)
        port.switch.touch()

    @operation
    def connect(self, port: Port, peer: Peer) -> None:
        """Connect a free port to an adapter of a virtual machine, of the host, or a physical one.

        Raises NotFound, InUse (the port or the adapter is connected), InvalidParameter.
        """
        switch = port.switch
        self.host.virtual_switches.require(switch)
        if port.peer is not None:
            raise InUse("The switch port is connected.")
        if isinstance(peer, NetworkAdapter):
            checked = [peer.check_feature(feature, None) for feature in port.features.values()]
            peer.connect(switch)
            for feature in checked:
                peer.set_feature(feature)
        elif isinstance(peer, ExternalPort):
            if switch.kind is SwitchKind.EXTERNAL:
                raise InUse("The virtual switch has an external port.")
            switch.configure(
                kind=SwitchKind.EXTERNAL,
                network_adapter=peer.adapter.name,
                allow_management_os=switch.allow_management_os,
            )
        else:
            if switch.allow_management_os or isinstance(peer, HostNetworkAdapter):
                raise InUse("The virtual switch or the adapter has an internal connection.")
            made = switch.add_host_adapter(peer.name, peer.mac_address, peer.id)
            self._internal.pop(peer.id, None)
            peer = made
        port.peer = peer
        self._made[switch.id, port.name.casefold()] = port
        self._by_peer[peer.id] = port
        switch.touch()

    @operation
    def disconnect(self, port: Port) -> None:
        """Take what is connected off a port, which stays; no error when it is free. Raises NotFound."""
        switch, peer = port.switch, port.peer
        self.host.virtual_switches.require(switch)
        if isinstance(peer, NetworkAdapter):
            peer.disconnect()
        elif isinstance(peer, ExternalPort):
            kind = SwitchKind.INTERNAL if switch.allow_management_os else SwitchKind.PRIVATE
            switch.configure(kind=kind)
        elif peer is not None:
            switch.remove_host_adapter(peer)
            self._internal[peer.id] = UnconnectedAdapter(peer.id, peer.name, peer.mac_address)
        if peer is not None:
            self._by_peer.pop(peer.id, None)
        port.peer = None
        self._made[switch.id, port.name.casefold()] = port

    @operation
    def create_internal(self, identifier: str, name: str, mac_address: str | None) -> UnconnectedAdapter:
        """Make an adapter of the host that is on no switch yet. Raises InvalidParameter, AlreadyExists."""
        check_text("Name", identifier, 255, shortest=1)
        check_text("FriendlyName", name, 255)
        if mac_address is not None:
            mac_address = normalize_mac_address(mac_address)
        if any(port.id.casefold() == identifier.casefold() for port in self.internal_ports()):
            raise AlreadyExists(f"An internal Ethernet port with the name {identifier} exists.")
        if len(self._internal) >= MAXIMUM_PORTS:
            raise QuotaExceeded("No more internal Ethernet ports can be created.")
        made = mac_address or _mac_address(derived_guid(self.host.name, identifier))
        port = UnconnectedAdapter(identifier, name, made)
        self._internal[identifier] = port
        self.host.next_revision()
        return port

    @operation
    def delete_internal(self, port: InternalPort) -> None:
        """Remove an adapter of the host. Raises NotFound."""
        connected = self.port_of(port)
        if connected is not None:
            self.disconnect(connected)
        elif port.id not in self._internal:
            raise NotFound("The internal Ethernet port was not found.")
        self._internal.pop(port.id, None)
        self.host.next_revision()

    @operation
    def bind(self, port: ExternalPort) -> None:
        """Give a physical adapter to virtual networks. Raises InUse."""
        if self.is_bound(port):
            raise InUse("The Ethernet port is bound.")
        self._bound.add(port.id)
        self.host.next_revision()

    @operation
    def unbind(self, port: ExternalPort) -> None:
        """Take a physical adapter back. Raises InUse (a switch uses it), InvalidParameter (not bound)."""
        if port.switch is not None:
            raise InUse("The Ethernet port is connected to a virtual switch.")
        if port.id not in self._bound:
            raise InvalidParameter("The Ethernet port is not bound.")
        self._bound.discard(port.id)
        self.host.next_revision()

    def feature(self, port: Port, kind: type[Feature]) -> Feature:
        """The value of a kind of setting of a port; the defaults when nobody gave it one."""
        if isinstance(port.peer, SwitchPort):
            return port.peer.feature(kind)
        found = port.features.get(kind)
        return found if isinstance(found, kind) else kind()

    @operation
    def set_feature(self, port: Port, feature: PortFeature) -> None:
        """Give a port a setting; a free one hands it on to the adapter that is connected to it.

        Raises NotFound, InvalidParameter.
        """
        self.host.virtual_switches.require(port.switch)
        if isinstance(port.peer, SwitchPort):
            port.peer.set_feature(feature)
            return
        port.features[type(feature)] = checked_feature(feature)
        self._made[port.switch.id, port.name.casefold()] = port
        if port.peer is not None:
            self._by_peer[port.peer.id] = port
        port.switch.touch()

    @operation
    def set_up(
        self,
        outer: Port,
        inner: Port | None,
        external: ExternalPort,
        name: str,
        friendly_name: str,
    ) -> NetworkJob:
        """Connect a physical adapter to one port and a new adapter of the host to another one (a job).

        Raises NotFound, InvalidParameter, InUse.
        """
        from emulator.host.network import switch_setup

        return switch_setup.set_up(self.host, outer, inner, external, name, friendly_name)

    @operation
    def tear_down(self, external: ExternalPort, internal: InternalPort | None) -> NetworkJob:
        """Take the adapter of the host away and then the physical one (a job). Raises InvalidParameter."""
        from emulator.host.network import switch_setup

        return switch_setup.tear_down(self.host, external, internal)

    def _forget_lost(self) -> None:
        """Drop the ports of switches that are gone."""
        for key in [key for key in self._made if self.host.virtual_switches.get(key[0]) is None]:
            peer = self._made.pop(key).peer
            if peer is not None:
                self._by_peer.pop(peer.id, None)


def _name_of(peer: Connected) -> str:
    return peer.adapter.name if isinstance(peer, ExternalPort) else peer.name


def _mac_address(identifier: str) -> str:
    """A dynamic address of an adapter of the host: Microsoft's prefix and three bytes of its GUID."""
    return "00155D" + identifier.replace("-", "")[:6]
