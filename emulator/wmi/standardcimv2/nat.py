"""NAT of the host (the classes behind New-NetNat and its kin): made, changed and removed as instances."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.cim.errors import IllegalNull
from emulator.host.errors import NotFound
from emulator.host.network.network_translation import ExternalAddress, Nat, StaticMapping
from emulator.wmi.changes import Rule, number
from emulator.wmi.standardcimv2.base import ShownView, number_value, text_value

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance

#: Property -> setting of the NAT.
_SETTINGS = {
    "IcmpQueryTimeout": "icmp_query_timeout",
    "TcpEstablishedConnectionTimeout": "tcp_established_timeout",
    "TcpFilteringBehavior": "tcp_filtering",
    "TcpTransientConnectionTimeout": "tcp_transient_timeout",
    "UdpFilteringBehavior": "udp_filtering",
    "UdpIdleSessionTimeout": "udp_idle_timeout",
    "UdpInboundRefresh": "udp_inbound_refresh",
}
_NO_DOMAIN = "{00000000-0000-0000-0000-000000000000}"


def _required(values: ValueInstance, name: str) -> str:
    found = text_value(values, name)
    if not found:
        raise IllegalNull(name)
    return found


def _required_number(values: ValueInstance, name: str) -> int:
    found = number_value(values, name)
    if found is None:
        raise IllegalNull(name)
    return found


class NetNat(ShownView[Nat]):
    """A NAT."""

    class_name = "MSFT_NetNat"
    index = ("InstanceID",)
    constants: dict[str, Any] = {"InternalRoutingDomainId": _NO_DOMAIN, "Store": 0}
    writable = {name: Rule("", setting, number) for name, setting in _SETTINGS.items()}

    def objects(self) -> Iterable[Nat]:
        return self.host.network_translation

    def by_key(self, keys: Any) -> Nat | None:
        return self.host.network_translation.get(keys.text("InstanceID").rpartition(";")[0])

    def create(self, values: ValueInstance) -> Nat:
        settings = {
            setting: value
            for name, setting in _SETTINGS.items()
            if (value := number_value(values, name)) is not None
        }
        return self.host.network_translation.create(
            _required(values, "Name"),
            text_value(values, "InternalIPInterfaceAddressPrefix"),
            text_value(values, "ExternalIPInterfaceAddressPrefix"),
            **settings,
        )

    def write(self, item: Nat, settings: dict[str, Any]) -> None:
        self.host.network_translation.configure(item, **settings)

    def delete(self, item: Nat) -> None:
        self.host.network_translation.remove(item)

    def InstanceID(self, nat: Nat) -> str:
        return f"{nat.name};0"

    def Name(self, nat: Nat) -> str:
        return nat.name

    def InternalIPInterfaceAddressPrefix(self, nat: Nat) -> str | None:
        return None if nat.internal_prefix is None else str(nat.internal_prefix)

    def ExternalIPInterfaceAddressPrefix(self, nat: Nat) -> str | None:
        return None if nat.external_prefix is None else str(nat.external_prefix)

    def Active(self, nat: Nat) -> int:
        return int(nat.active)

    def IcmpQueryTimeout(self, nat: Nat) -> int:
        return nat.icmp_query_timeout

    def TcpEstablishedConnectionTimeout(self, nat: Nat) -> int:
        return nat.tcp_established_timeout

    def TcpFilteringBehavior(self, nat: Nat) -> int:
        return nat.tcp_filtering

    def TcpTransientConnectionTimeout(self, nat: Nat) -> int:
        return nat.tcp_transient_timeout

    def UdpFilteringBehavior(self, nat: Nat) -> int:
        return nat.udp_filtering

    def UdpIdleSessionTimeout(self, nat: Nat) -> int:
        return nat.udp_idle_timeout

    def UdpInboundRefresh(self, nat: Nat) -> int:
        return int(nat.udp_inbound_refresh)


class _OfNat(ShownView[Any]):
    index = ("InstanceID",)

    def by_key(self, keys: Any) -> Any:
        wanted = keys.text("InstanceID").lower()
        return next((each for each in self.objects() if self.InstanceID(each).lower() == wanted), None)

    def nat(self, values: ValueInstance) -> Nat:
        """The NAT that NatName names. Raises NotFound."""
        found = self.host.network_translation.get(_required(values, "NatName"))
        if found is None:
            raise NotFound()
        return found

    def InstanceID(self, item: Any) -> str:
        return f"{item.nat.name};{item.id}"

    def NatName(self, item: Any) -> str:
        return str(item.nat.name)

    def Active(self, item: Any) -> int:
        return int(item.nat.active)


class NatExternalAddress(_OfNat):
    """Outer addresses of a NAT."""

    class_name = "MSFT_NetNatExternalAddress"

    def objects(self) -> Iterable[ExternalAddress]:
        return self.host.network_translation.external_addresses

    def create(self, values: ValueInstance) -> ExternalAddress:
        return self.host.network_translation.add_external_address(
            self.nat(values),
            _required(values, "IPAddress"),
            number_value(values, "PortStart") or 0,
            number_value(values, "PortEnd") or 0,
        )

    def delete(self, item: ExternalAddress) -> None:
        self.host.network_translation.remove_external_address(item)

    def ExternalAddressID(self, item: ExternalAddress) -> int:
        return item.id

    def IPAddress(self, item: ExternalAddress) -> str:
        return str(item.prefix)

    def PortStart(self, item: ExternalAddress) -> int:
        return item.port_start

    def PortEnd(self, item: ExternalAddress) -> int:
        return item.port_end


class NatStaticMapping(_OfNat):
    """An outer endpoint that leads to an inner one."""

    class_name = "MSFT_NetNatStaticMapping"
    constants = {"InternalRoutingDomainId": _NO_DOMAIN}

    def objects(self) -> Iterable[StaticMapping]:
        return self.host.network_translation.static_mappings

    def create(self, values: ValueInstance) -> StaticMapping:
        return self.host.network_translation.add_static_mapping(
            self.nat(values),
            _required_number(values, "Protocol"),
            _required(values, "ExternalIPAddress"),
            _required_number(values, "ExternalPort"),
            _required(values, "InternalIPAddress"),
            number_value(values, "InternalPort"),
        )

    def delete(self, item: StaticMapping) -> None:
        self.host.network_translation.remove_static_mapping(item)

    def StaticMappingID(self, item: StaticMapping) -> int:
        return item.id

    def Protocol(self, item: StaticMapping) -> int:
        return item.protocol

    def ExternalIPAddress(self, item: StaticMapping) -> str:
        return item.external_address

    def ExternalPort(self, item: StaticMapping) -> int:
        return item.external_port

    def InternalIPAddress(self, item: StaticMapping) -> str:
        return item.internal_address

    def InternalPort(self, item: StaticMapping) -> int:
        return item.internal_port

    def RemoteExternalIPAddressPrefix(self, _item: StaticMapping) -> str:
        return "0.0.0.0/0"


class NatSession(ShownView[None]):
    """A connection through a NAT: none, since guests make no traffic."""

    class_name = "MSFT_NetNatSession"


class NatGlobal(ShownView[None]):
    """What holds for all NATs."""

    class_name = "MSFT_NetNatGlobal"
    constants = {"InstanceID": "NetNatGlobal", "InterRoutingDomainHairpinningMode": 0}

    def objects(self) -> Iterable[None]:
        return (None,)


VIEWS = (NatExternalAddress, NatGlobal, NatSession, NatStaticMapping, NetNat)
