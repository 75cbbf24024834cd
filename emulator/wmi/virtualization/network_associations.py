"""What joins switches, ports, endpoints and adapters in root/virtualization."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.network.network_adapter import NetworkAdapter
from emulator.host.network.switch_ports import ExternalPort, InternalPort
from emulator.wmi.association import End, Link, Reach, every, itself, the_host
from emulator.wmi.virtualization import switches
from emulator.wmi.virtualization.switch_service import SwitchManagementServiceV1
from emulator.wmi.virtualization_v2.common_links import service_links
from emulator.wmi.virtualization_v2.computer_system import HostSystem

if TYPE_CHECKING:
    from emulator.host.network.switch_ports import Port as SwitchPort
    from emulator.host.network.virtual_switch import VirtualSwitch
    from emulator.wmi.namespace import Namespace


def _ports(namespace: Namespace, switch: VirtualSwitch) -> Iterable[SwitchPort]:
    return namespace.host.switch_ports.of(switch)


def _switch(_namespace: Namespace, port: SwitchPort) -> Iterable[VirtualSwitch]:
    return (port.switch,)


def _peer(kinds: Any) -> Callable[[Namespace, SwitchPort], Iterable[Any]]:
    def reach(_namespace: Namespace, port: SwitchPort) -> Iterable[Any]:
        return (port.peer,) if isinstance(port.peer, kinds) else ()

    return reach


def _port(namespace: Namespace, peer: Any) -> Iterable[SwitchPort]:
    found = namespace.host.switch_ports.port_of(peer)
    return () if found is None else (found,)


def _same(kind: Any) -> Reach:
    """The same adapter of the host at the other end, if the view there shows its kind."""
    return lambda _namespace, peer: (peer,) if isinstance(peer, kind) else ()


def _if_legacy(wanted: bool) -> Reach:
    """The same adapter of a virtual machine at the other end, if the view there shows its kind."""
    return lambda _namespace, adapter: (adapter,) if adapter.is_legacy is wanted else ()


def _learned(_namespace: Namespace, switch: VirtualSwitch) -> Iterable[NetworkAdapter]:
    return switches.learned(switch)


def _learned_through(_namespace: Namespace, port: SwitchPort) -> Iterable[NetworkAdapter]:
    return [each for each in (port.peer,) if isinstance(each, NetworkAdapter) and switches.is_learned(each)]


def _learning(_namespace: Namespace, adapter: NetworkAdapter) -> Iterable[VirtualSwitch]:
    return () if adapter.switch is None else (adapter.switch,)


#: What ConnectSwitchPort gives back.
CONNECTIONS = (
    Link(
        "Msvm_ActiveConnection",
        End("Antecedent", switches.SwitchPortView, _peer(NetworkAdapter)),
        End("Dependent", switches.VmLanEndpoint, _port),
    ),
    Link(
        "Msvm_ActiveConnection",
        End("Antecedent", switches.SwitchPortView, _peer(ExternalPort | InternalPort)),
        End("Dependent", switches.SwitchLanEndpoint, _port),
    ),
)
LINKS: tuple[Link, ...] = (
    *CONNECTIONS,
    Link(
        "Msvm_HostedAccessPoint",
        End("Antecedent", switches.SwitchV1, _ports),
        End("Dependent", switches.SwitchPortView, _switch),
    ),
    Link(
        "Msvm_BindsTo",
        End("Antecedent", switches.SwitchPortView, itself),
        End("Dependent", switches.VlanEndpoint, itself),
    ),
    Link(
        "Msvm_NetworkElementSettingData",
        End("ManagedElement", switches.VlanEndpoint, itself),
        End("SettingData", switches.VlanSettings, itself),
    ),
    *(
        Link(
            "Msvm_DeviceSAPImplementation",
            End("Antecedent", view, itself),
            End("Dependent", switches.VmLanEndpoint, _if_legacy(view.is_legacy)),
        )
        for view in switches.ADAPTER_VIEWS
    ),
    *(
        Link(
            "Msvm_GlobalEthernetPortSAPImplementation",
            End("Antecedent", view, itself),
            End("Dependent", switches.SwitchLanEndpoint, _same(kind)),
        )
        for view, kind in (
            (switches.ExternalEthernetPort, ExternalPort),
            (switches.InternalEthernetPort, InternalPort),
        )
    ),
    *(
        Link(
            "Msvm_SystemDevice",
            End("GroupComponent", HostSystem, every(view)),
            End("PartComponent", view, the_host),
        )
        for view in (switches.ExternalEthernetPort, switches.InternalEthernetPort)
    ),
    Link(
        "Msvm_HostedDependency",
        End("Antecedent", HostSystem, every(switches.SwitchV1)),
        End("Dependent", switches.SwitchV1, the_host),
    ),
    *service_links((SwitchManagementServiceV1,)),
    Link(
        "Msvm_ServiceAffectsElement",
        End("AffectingElement", SwitchManagementServiceV1, every(switches.SwitchV1)),
        End("AffectedElement", switches.SwitchV1, the_host),
    ),
    Link(
        "Msvm_HostedSwitchService",
        End("Antecedent", switches.SwitchV1, itself),
        End("Dependent", switches.BridgingServiceV1, itself),
    ),
    Link(
        "Msvm_TransparentBridgingDynamicForwarding",
        End("Antecedent", switches.BridgingServiceV1, _learned),
        End("Dependent", switches.ForwardingEntry, _learning),
    ),
    Link(
        "Msvm_SwitchPortDynamicForwarding",
        End("Antecedent", switches.SwitchPortView, _learned_through),
        End("Dependent", switches.ForwardingEntry, _port),
    ),
)
VIEWS = (*switches.SWITCH_VIEWS, SwitchManagementServiceV1)
