"""Advanced properties of the drivers of physical adapters, and which components are bound to them.

The values are kept and shown; they change nothing in the emulated network. A change of a keyword such as
`*RSS` is seen in the class of that feature too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from emulator.host.errors import InUse, InvalidParameter, NotFound
from emulator.host.host_object import operation
from emulator.host.network.network_interfaces import network_interfaces

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.network.network_interfaces import Interface


class AdapterProperty(NamedTuple):
    """A property of a driver: its keyword and name, its value at first, and what may be chosen (value and
    name); a range of numbers instead when there is nothing to choose from."""

    keyword: str
    name: str
    default: str
    choices: tuple[tuple[str, str], ...] = ()
    numbers: tuple[int, int] | None = None
    #: The ability of the hardware without which the driver has no such property: an attribute of the
    #: profile's adapter.
    needs: str = ""


_SWITCH = (("0", "Disabled"), ("1", "Enabled"))
#: Standardized keywords of NDIS drivers with their usual defaults.
PROPERTIES = (
    AdapterProperty("*JumboPacket", "Jumbo Packet", "1514", (("1514", "Disabled"), ("9014", "9014 Bytes"))),
    AdapterProperty(
        "*FlowControl",
        "Flow Control",
        "0",
        (("0", "Disabled"), ("1", "Tx Enabled"), ("2", "Rx Enabled"), ("3", "Rx & Tx Enabled")),
    ),
    AdapterProperty("*RSS", "Receive Side Scaling", "1", _SWITCH),
    AdapterProperty("*VMQ", "Virtual Machine Queues", "1", _SWITCH),
    AdapterProperty("VlanID", "VLAN ID", "0", numbers=(0, 4094)),
    AdapterProperty("*SRIOV", "SR-IOV", "1", _SWITCH, needs="virtual_functions"),
    AdapterProperty("*NetworkDirect", "NetworkDirect Functionality", "1", _SWITCH, needs="rdma"),
)
_BY_KEYWORD = {each.keyword.casefold(): each for each in PROPERTIES}


def properties_of(interface: Interface) -> list[AdapterProperty]:
    """The properties of the driver of a physical adapter; none for others."""
    adapter = interface.physical
    if adapter is None:
        return []
    return [each for each in PROPERTIES if not each.needs or getattr(adapter, each.needs)]


class Component(NamedTuple):
    """A protocol, filter or service that can be bound to an adapter."""

    id: str
    name: str
    class_name: str
    binds: str
    of_switch: bool = False
    of_team: bool = False
    #: Bound without that somebody asks for it.
    usual: bool = True


COMPONENTS = (
    Component("ms_msclient", "Client for Microsoft Networks", "client", "LanmanWorkstation"),
    Component("ms_pacer", "QoS Packet Scheduler", "service", "Psched"),
    Component("ms_server", "File and Printer Sharing for Microsoft Networks", "service", "LanmanServer"),
    Component("ms_tcpip6", "Internet Protocol Version 6 (TCP/IPv6)", "transport", "Tcpip6"),
    Component("ms_tcpip", "Internet Protocol Version 4 (TCP/IPv4)", "transport", "Tcpip"),
    Component("ms_lldp", "Microsoft LLDP Protocol Driver", "transport", "MsLldp"),
    Component(
        "ms_implat",
        "Microsoft Network Adapter Multiplexor Protocol",
        "transport",
        "NdisImPlatform",
        of_team=True,
        usual=False,
    ),
    Component("vms_pp", "Hyper-V Extensible Virtual Switch", "transport", "vmsmp", of_switch=True),
)


class AdapterOptions:
    """What was changed, by the GUID of the adapter."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._values: dict[tuple[str, str], str] = {}
        self._bound: dict[tuple[str, str], bool] = {}

    def value(self, interface: Interface, keyword: str) -> str:
        """The value of a property. Raises NotFound for a keyword that drivers do not have."""
        found = self._property(keyword)
        return self._values.get((interface.guid, found.keyword), found.default)

    @operation
    def set_value(self, interface: Interface, keyword: str, value: str) -> None:
        """Change a property. Raises NotFound, InvalidParameter for a value that cannot be chosen."""
        found = self._property(keyword)
        if found.numbers is not None:
            low, high = found.numbers
            if not value.isdecimal() or len(value) > 20 or not low <= int(value) <= high:
                raise InvalidParameter(f"{found.name} must be from {low} to {high}.")
        elif value not in dict(found.choices):
            raise InvalidParameter(f"'{value!s:.64}' is no value of {found.name}.")
        self._forget_lost()
        self._values[interface.guid, found.keyword] = value
        self.host.next_revision()

    @operation
    def reset_value(self, interface: Interface, keyword: str) -> None:
        """Give a property its first value again. Raises NotFound."""
        self._values.pop((interface.guid, self._property(keyword).keyword), None)
        self.host.next_revision()

    def is_bound(self, interface: Interface, component: Component) -> bool:
        """Whether a component is bound: to the adapter of a switch or a team only the switch's or team's."""
        if interface.is_teamed:
            return component.of_team
        if interface.is_bound or component.of_switch:
            return component.of_switch is interface.is_bound
        return self._bound.get((interface.guid, component.id), component.usual)

    @operation
    def bind(self, interface: Interface, component: Component, bound: bool) -> None:
        """Bind a component or unbind it. Raises InUse for what a virtual switch decides."""
        if interface.is_bound or component.of_switch or component.of_team:
            raise InUse("A virtual switch or a team decides what is bound to the adapter.")
        self._forget_lost()
        self._bound[interface.guid, component.id] = bound
        self.host.next_revision()

    def _forget_lost(self) -> None:
        """Drop what was set for adapters that are gone."""
        present = {each.guid for each in network_interfaces(self.host)}
        self._values = {key: each for key, each in self._values.items() if key[0] in present}
        self._bound = {key: each for key, each in self._bound.items() if key[0] in present}

    @staticmethod
    def _property(keyword: str) -> AdapterProperty:
        found = _BY_KEYWORD.get(keyword.casefold())
        if found is None:
            raise NotFound(f"The driver has no property '{keyword!s:.64}'.")
        return found
