"""Ports of virtual switches as the management interface up to Server 2012 has them: objects that are made and
connected one by one.

A switch needs no such port: whatever is connected without one has a port that comes and goes with it. What a
switch is (private, internal, external) follows from what its ports are connected to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.host.checks import check_text
from emulator.host.errors import AlreadyExists, InUse, InvalidParameter, NotFound, QuotaExceeded
from emulator.host.host_object import operation
from emulator.host.host_settings import normalize_mac_address
from emulator.host.identifiers import derived_guid
from emulator.host.network_adapter import NetworkAdapter
from emulator.host.virtual_switch import SwitchKind, VirtualSwitch

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.switch_setup import NetworkJob
    from emulator.profile import NetworkAdapter as PhysicalAdapter

MAXIMUM_PORTS = 10_000


class InternalPort:
    """A network adapter of the host on a virtual switch, or one that was made for it and is on none yet."""

    def __init__(self, identifier: str, name: str, mac_address: str, switch: VirtualSwitch | None) -> None:
        self.id = identifier
        self.name = name
        self.mac_address = mac_address
        self.switch = switch


class ExternalPort:
    """A physical network adapter that a switch can use."""

    def __init__(self, adapter: PhysicalAdapter, identifier: str) -> None:
        self.adapter = adapter
        self.id = identifier


Peer = NetworkAdapter | InternalPort | ExternalPort


class SwitchPort:
    """A port of a switch. ``peer`` is what is connected to it, None for a free port."""

    def __init__(self, switch: VirtualSwitch, name: str, friendly_name: str, peer: Peer | None) -> None:
        self.switch = switch
        self.name = name
        self.friendly_name = friendly_name
        self.peer = peer


class SwitchPorts:
    """The ports of every switch, and the host's own ends of the cables."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._made: dict[tuple[str, str], SwitchPort] = {}
        self._by_peer: dict[str, SwitchPort] = {}
        self._internal: dict[str, InternalPort] = {}
        self._bound: set[str] = set()

    def seed(self) -> None:
        self._made.clear()
        self._by_peer.clear()
        self._internal.clear()
        self._bound.clear()

    # -- the host's ends --------------------------------------------------------------------------

    def external_ports(self) -> list[ExternalPort]:
        """The physical adapters."""
        machine = self.host.profile.hardware.firmware.uuid
        return [
            ExternalPort(adapter, derived_guid(machine, adapter.mac_address))
            for adapter in self.host.hardware.network_adapters
        ]

    def is_bound(self, port: ExternalPort) -> bool:
        """Whether the adapter is given to virtual networks."""
        return port.id in self._bound or self.switch_of_external(port) is not None

    def switch_of_external(self, port: ExternalPort) -> VirtualSwitch | None:
        """The switch that uses a physical adapter."""
        return next(
            (each for each in self.host.virtual_switches if each.physical_adapter is port.adapter), None
        )

    def internal_ports(self) -> list[InternalPort]:
        """The host's adapters on switches, and those that are on none yet."""
        free = [port for port in self._internal.values() if not self._is_on_switch(port)]
        return [*(port for switch in self.host.virtual_switches for port in self._internal_of(switch)), *free]

    def _is_on_switch(self, port: InternalPort) -> bool:
        switch = port.switch
        return (
            switch is not None
            and self.host.virtual_switches.get(switch.id) is switch
            and switch.allow_management_os
        )

    def _internal_of(self, switch: VirtualSwitch) -> list[InternalPort]:
        if not switch.allow_management_os:
            return []
        made = [port for port in self._internal.values() if port.switch is switch]
        if made:
            return made[:1]
        name = switch.host_adapter_name
        return [InternalPort(switch.host_adapter_id, name, _mac_address(switch.host_adapter_id), switch)]

    # -- ports ------------------------------------------------------------------------------------

    def of(self, switch: VirtualSwitch) -> list[SwitchPort]:
        """The ports of one switch: those that somebody made, then those of what is connected without."""
        made = [port for (owner, _), port in self._made.items() if owner == switch.id]
        for port in made:
            if port.peer is not None and not self._is_peer(switch, port.peer):
                port.peer = None
        taken = {port.peer.id for port in made if port.peer is not None}
        return [*made, *(_implied(switch, peer) for peer in self._peers(switch) if peer.id not in taken)]

    def __iter__(self) -> Iterator[SwitchPort]:
        return (port for switch in self.host.virtual_switches for port in self.of(switch))

    def find(self, switch: VirtualSwitch, name: str) -> SwitchPort | None:
        """The port of a name in any case."""
        wanted = name.casefold()
        return next((port for port in self.of(switch) if port.name.casefold() == wanted), None)

    def port_of(self, peer: Peer) -> SwitchPort | None:
        """The port that something is connected to."""
        if isinstance(peer, ExternalPort):
            switch = self.switch_of_external(peer)
        else:
            switch = peer.switch
        if switch is None or self.host.virtual_switches.get(switch.id) is not switch:
            return None
        found = self._by_peer.get(peer.id)
        if found is not None and found.switch is switch and found.peer is not None:
            return found
        return _implied(switch, peer)

    def _peers(self, switch: VirtualSwitch) -> Iterator[Peer]:
        yield from switch.ports
        yield from self._internal_of(switch)
        for external in self.external_ports():
            if external.adapter is switch.physical_adapter:
                yield external

    def _is_peer(self, switch: VirtualSwitch, peer: Peer) -> bool:
        if isinstance(peer, NetworkAdapter):
            return peer.switch is switch and not peer.vm.deleted and peer in peer.vm.network_adapters
        if isinstance(peer, ExternalPort):
            return peer.adapter is switch.physical_adapter
        return switch.allow_management_os and peer.switch is switch

    # -- changing ---------------------------------------------------------------------------------

    @operation
    def create(self, switch: VirtualSwitch, name: str, friendly_name: str) -> SwitchPort:
        """Make a free port. Raises NotFound (the switch), InvalidParameter, AlreadyExists, QuotaExceeded."""
        self.host.virtual_switches.require(switch)
        check_text("Name", name, 255, shortest=1)
        check_text("FriendlyName", friendly_name, 255)
        self._forget_lost()
        if self.find(switch, name) is not None:
            raise AlreadyExists(f"A port with the name {name} exists.")
        if len(self._made) >= MAXIMUM_PORTS:
            raise QuotaExceeded("No more switch ports can be created.")
        port = SwitchPort(switch, name, friendly_name, None)
        self._made[switch.id, name.casefold()] = port
        switch.touch()
        return port

    @operation
    def delete(self, port: SwitchPort) -> None:
        """Remove a port; what was connected to it is disconnected first. Raises NotFound, InUse."""
        self.host.virtual_switches.require(port.switch)
        if port.peer is not None:
            self.disconnect(port)
        self._made.pop((port.switch.id, port.name.casefold()), None)
        port.switch.touch()

    @operation
    def connect(self, port: SwitchPort, peer: Peer) -> None:
        """Connect a free port to an adapter of a virtual machine, of the host, or a physical one.

        Raises NotFound, InUse (the port or the adapter is connected), InvalidParameter.
        """
        switch = port.switch
        self.host.virtual_switches.require(switch)
        if port.peer is not None:
            raise InUse("The switch port is connected.")
        if isinstance(peer, NetworkAdapter):
            peer.connect(switch)
        elif isinstance(peer, ExternalPort):
            if switch.kind is SwitchKind.EXTERNAL:
                raise InUse("The virtual switch has an external port.")
            switch.configure(
                kind=SwitchKind.EXTERNAL,
                network_adapter=peer.adapter.name,
                allow_management_os=switch.allow_management_os,
            )
        else:
            if switch.allow_management_os or self._is_on_switch(peer):
                raise InUse("The virtual switch or the adapter has an internal connection.")
            if switch.kind is SwitchKind.PRIVATE:
                switch.configure(kind=SwitchKind.INTERNAL)
            else:
                switch.configure(allow_management_os=True)
            peer.switch = switch
            self._internal.setdefault(peer.id, peer)
        port.peer = peer
        self._made[switch.id, port.name.casefold()] = port
        self._by_peer[peer.id] = port
        switch.touch()

    @operation
    def disconnect(self, port: SwitchPort) -> None:
        """Take what is connected off a port, which stays; no error when it is free. Raises NotFound."""
        switch, peer = port.switch, port.peer
        self.host.virtual_switches.require(switch)
        if isinstance(peer, NetworkAdapter):
            peer.disconnect()
        elif isinstance(peer, ExternalPort):
            kind = SwitchKind.INTERNAL if switch.allow_management_os else SwitchKind.PRIVATE
            switch.configure(kind=kind)
        elif peer is not None:
            if switch.kind is SwitchKind.EXTERNAL:
                switch.configure(allow_management_os=False)
            else:
                switch.configure(kind=SwitchKind.PRIVATE)
            peer.switch = None
        if peer is not None:
            self._by_peer.pop(peer.id, None)
        port.peer = None
        self._made[switch.id, port.name.casefold()] = port

    @operation
    def create_internal(self, identifier: str, name: str, mac_address: str | None) -> InternalPort:
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
        port = InternalPort(identifier, name, made, None)
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
        if self.switch_of_external(port) is not None:
            raise InUse("The Ethernet port is connected to a virtual switch.")
        if port.id not in self._bound:
            raise InvalidParameter("The Ethernet port is not bound.")
        self._bound.discard(port.id)
        self.host.next_revision()

    @operation
    def set_up(
        self,
        outer: SwitchPort,
        inner: SwitchPort | None,
        external: ExternalPort,
        name: str,
        friendly_name: str,
    ) -> NetworkJob:
        """Connect a physical adapter to one port and a new adapter of the host to another one (a job).

        Raises NotFound, InvalidParameter, InUse.
        """
        from emulator.host import switch_setup

        return switch_setup.set_up(self.host, outer, inner, external, name, friendly_name)

    @operation
    def tear_down(self, external: ExternalPort, internal: InternalPort | None) -> NetworkJob:
        """Take the adapter of the host away and then the physical one (a job). Raises InvalidParameter."""
        from emulator.host import switch_setup

        return switch_setup.tear_down(self.host, external, internal)

    def _forget_lost(self) -> None:
        """Drop the ports of switches that are gone."""
        for key in [key for key in self._made if self.host.virtual_switches.get(key[0]) is None]:
            peer = self._made.pop(key).peer
            if peer is not None:
                self._by_peer.pop(peer.id, None)


def _implied(switch: VirtualSwitch, peer: Peer) -> SwitchPort:
    """The port of something that was connected without one."""
    return SwitchPort(switch, peer.id, _name_of(peer), peer)


def _name_of(peer: Peer) -> str:
    return peer.adapter.name if isinstance(peer, ExternalPort) else peer.name


def _mac_address(identifier: str) -> str:
    """A dynamic address of an adapter of the host: Microsoft's prefix and three bytes of its GUID."""
    return "00155D" + identifier.replace("-", "")[:6]
