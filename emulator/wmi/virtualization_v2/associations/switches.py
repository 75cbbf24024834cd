"""Virtual switches: their settings, ports, endpoints, features and extensions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.host import NATIVE_EXTENSION, HostNetworkAdapter, NetworkAdapter, SwitchPort
from emulator.host.network.switch_ports import (
    ExternalPort,
    Port,
    connected_ports,
    port_of,
    ports_of,
)
from emulator.host.network.switch_ports import host_ports as ports_to_host
from emulator.wmi.association import End, Link, Reach, itself, the_host
from emulator.wmi.virtualization_v2 import (
    bridging,
    capabilities,
    computer_system,
    host_ports,
    lan_endpoints,
    network,
    switch_extensions,
    switch_feature_settings,
    switch_features,
    switch_figures,
    switch_port_views,
    switch_service,
    switches,
)
from emulator.wmi.virtualization_v2.host_ports import is_wireless, physical_ports
from emulator.wmi.virtualization_v2.lan_endpoints import Endpoint, device_endpoint, switch_endpoint

if TYPE_CHECKING:
    from emulator.wmi.namespace import Namespace

_HOST = computer_system.HostSystem


def _adapter_of(port: Port) -> list[NetworkAdapter]:
    return [port.connected] if isinstance(port.connected, NetworkAdapter) else []


def _settings_port(port: Port) -> list[Port]:
    return [] if isinstance(port.connected, NetworkAdapter) else [port]


def _running(namespace: Namespace, installed: Any) -> list[Any]:
    found = namespace.view(switch_extensions.Extension).objects()
    return [each for each in found if each.facts.id == installed.id]


def _installed(namespace: Namespace, running: Any) -> list[Any]:
    found = namespace.view(switch_extensions.InstalledExtension).objects()
    return [each for each in found if each.id == running.facts.id]


def _features(kind: Any) -> Reach:
    return lambda _, port: port.feature_settings(kind)


def _host_features(kind: Any) -> Reach:
    def reach(_namespace: Namespace, port: Port) -> Iterable[Any]:
        return port.connected.feature_settings(kind) if isinstance(port.connected, SwitchPort) else ()

    return reach


def _machine_port_of(setting: Any) -> Iterable[NetworkAdapter]:
    return (setting.port,) if isinstance(setting.port, NetworkAdapter) else ()


def _host_port_of(setting: Any) -> Iterable[Port]:
    return () if isinstance(setting.port, NetworkAdapter) else ports_of(setting.port)


def _connected(kind: type[Any], is_legacy: bool | None = None) -> Reach:
    """From a device's endpoint to the adapter, if it is one of a kind."""

    def reach(_namespace: Namespace, endpoint: Endpoint) -> list[Any]:
        connected = endpoint.connected
        if endpoint.at_switch or not isinstance(connected, kind):
            return []
        return [connected] if is_legacy is None or connected.is_legacy is is_legacy else []

    return reach


def _physical(wireless: bool) -> Reach:
    return lambda namespace, _: physical_ports(namespace.host, wireless=wireless)


def _other_end(at_switch: bool, wireless: bool) -> Reach:
    """From one end of a connection to the other, when it is the right one of both."""

    def reach(_namespace: Namespace, endpoint: Endpoint) -> Iterable[Endpoint]:
        if endpoint.at_switch is not at_switch or endpoint.connected.switch is None:
            return ()
        if is_wireless(endpoint.connected) is not wireless:
            return ()
        return (Endpoint(endpoint.connected, not at_switch),)

    return reach


def _owner_of_features(_namespace: Namespace, feature: Any) -> Iterable[Any]:
    del feature
    return (NATIVE_EXTENSION,)


def _all_features(namespace: Namespace, extension: Any) -> Iterable[Any]:
    if extension.id != NATIVE_EXTENSION.id:
        return ()
    return namespace.view(switch_feature_settings.FeatureCapabilities).objects()


def _templates(kind: Any) -> Reach:
    return lambda _, feature: (switch_features.FeatureTemplate(kind),) if feature is kind else ()


def _switch_template(view: type[switch_feature_settings.SwitchFeatureView]) -> Reach:
    default = switch_feature_settings.SwitchFeatureSetting(None)
    return lambda _, feature: (default,) if feature == view.feature else ()


def _switch_feature(view: type[switch_feature_settings.SwitchFeatureView]) -> Reach:
    return lambda _, setting: (view.feature,) if setting.switch is None else ()


def _switch_settings(view: type[switch_feature_settings.SwitchFeatureView]) -> Reach:
    return lambda namespace, switch: namespace.view(view).settings_of(switch)


def _next_extension(_namespace: Namespace, extension: Any) -> Iterable[Any]:
    """The extension that gets packets after this one."""
    order = switch_extensions.extensions_of(extension.switch)
    place = order.index(extension)
    return order[place + 1 : place + 2]


def _previous_extension(_namespace: Namespace, extension: Any) -> Iterable[Any]:
    order = switch_extensions.extensions_of(extension.switch)
    place = order.index(extension)
    return order[place - 1 : place] if place else ()


def _team(port: ExternalPort) -> list[ExternalPort]:
    """The members of the embedded team to which a physical adapter belongs; none without a team."""
    switch = port.switch
    if switch is None or not switch.teaming_enabled:
        return []
    return [ExternalPort(switch.host, each) for each in switch.physical_adapters]


def _led(_namespace: Namespace, port: ExternalPort) -> Iterable[ExternalPort]:
    members = _team(port)
    return members if members and members[0].adapter is port.adapter else ()


_DEFAULT = {"PropertyPolicy": 0, "ValueRange": 0, "ValueRole": 0}

LINKS: tuple[Link, ...] = (
    *bridging.LINKS,
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", switches.Switch, itself),
        End("SettingData", switches.SwitchSettings, itself),
    ),
    Link(
        "Msvm_ConcreteDependency",
        End("Antecedent", switch_extensions.InstalledExtension, _running),
        End("Dependent", switch_extensions.Extension, _installed),
    ),
    # The host and its ports; a switch and its ports.
    *(
        Link(
            "Msvm_SystemDevice",
            End("GroupComponent", _HOST, _physical(view.wireless)),
            End("PartComponent", view, the_host),
        )
        for view in (host_ports.ExternalPortView, host_ports.WirelessPort)
    ),
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", _HOST, lambda namespace, _: namespace.host.virtual_switches.host_adapters),
        End("PartComponent", host_ports.InternalPortView, the_host),
    ),
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", switches.Switch, lambda _, switch: connected_ports(switch)),
        End("PartComponent", switch_port_views.SwitchPortView, lambda _, port: (port.switch,)),
    ),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", switch_port_views.SwitchPortView, lambda _, port: _adapter_of(port)),
        End("SettingData", network.ConnectionSettings, lambda _, adapter: ports_of(adapter)),
    ),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", switch_port_views.SwitchPortView, lambda _, port: _settings_port(port)),
        End("SettingData", host_ports.HostPortSettings, itself),
    ),
    Link(
        "Msvm_VirtualEthernetSwitchSettingDataComponent",
        End("GroupComponent", switches.SwitchSettings, lambda _, switch: ports_to_host(switch)),
        End("PartComponent", host_ports.HostPortSettings, lambda _, port: (port.switch,)),
    ),
    Link(
        "Msvm_ElementCapabilities",
        End("ManagedElement", host_ports.ExternalPortView, itself),
        End("Capabilities", host_ports.ExternalPortCapabilities, itself),
    ),
    Link(
        "Msvm_ElementCapabilities",
        End("ManagedElement", switch_service.SwitchManagementService, the_host),
        End("Capabilities", capabilities.SwitchManagementCapabilities, the_host),
    ),
    # Both ends of a connection.
    Link(
        "Msvm_EthernetDeviceSAPImplementation",
        End("Antecedent", switch_port_views.SwitchPortView, lambda _, port: switch_endpoint(port.connected)),
        End(
            "Dependent",
            lan_endpoints.LanEndpoint,
            lambda _, end: (port_of(end.connected),) if end.at_switch else (),
        ),
    ),
    *(
        Link(
            "Msvm_EthernetDeviceSAPImplementation",
            End("Antecedent", view, lambda _, connected: device_endpoint(connected)),
            End("Dependent", lan_endpoints.LanEndpoint, _connected(kind, is_legacy)),
        )
        for view, kind, is_legacy in (
            (network.SyntheticPort, NetworkAdapter, False),
            (network.EmulatedPort, NetworkAdapter, True),
            (host_ports.InternalPortView, HostNetworkAdapter, None),
            (host_ports.ExternalPortView, ExternalPort, None),
        )
    ),
    Link(
        "Msvm_DeviceSAPImplementation",
        End("Antecedent", switch_port_views.SwitchPortView, itself),
        End("Dependent", switch_port_views.VlanEndpoint, itself),
    ),
    Link(
        "Msvm_WiFiDeviceSAPImplementation",
        End("Antecedent", host_ports.WirelessPort, lambda _, port: device_endpoint(port)),
        End("Dependent", lan_endpoints.WirelessEndpoint, _connected(ExternalPort)),
    ),
    *(
        Link(
            "Msvm_ActiveConnection",
            End("Antecedent", lan_endpoints.LanEndpoint, _other_end(True, wireless)),
            End("Dependent", view, _other_end(False, wireless)),
            values={"IsUnidirectional": False, "TrafficType": 2},
        )
        for view, wireless in (
            (lan_endpoints.LanEndpoint, False),
            (lan_endpoints.WirelessEndpoint, True),
        )
    ),
    Link(
        "Msvm_BindsToLANEndpoint",
        End(
            "Antecedent",
            lan_endpoints.LanEndpoint,
            lambda _, end: (port_of(end.connected),) if end.at_switch else (),
        ),
        End("Dependent", switch_port_views.VlanEndpoint, lambda _, port: switch_endpoint(port.connected)),
        values={"FrameType": 1},
    ),
    # Features of ports and switches.
    *(
        Link(
            "Msvm_EthernetPortSettingDataComponent",
            End("GroupComponent", network.ConnectionSettings, _features(view.kind)),
            End("PartComponent", view, lambda _, setting: _machine_port_of(setting)),
        )
        for view in switch_features.FEATURE_VIEWS
    ),
    *(
        Link(
            "Msvm_EthernetPortSettingDataComponent",
            End("GroupComponent", host_ports.HostPortSettings, _host_features(view.kind)),
            End("PartComponent", view, lambda _, setting: _host_port_of(setting)),
        )
        for view in switch_features.FEATURE_VIEWS
    ),
    *(
        Link(
            "Msvm_VirtualEthernetSwitchSettingDataComponent",
            End("GroupComponent", switches.SwitchSettings, _switch_settings(view)),
            End(
                "PartComponent",
                view,
                lambda _, setting: () if setting.switch is None else (setting.switch,),
            ),
        )
        for view in switch_feature_settings.SWITCH_FEATURE_VIEWS
    ),
    *(
        Link(
            "Msvm_FeatureSettingsDefineCapabilities",
            End("GroupComponent", switch_feature_settings.FeatureCapabilities, _templates(view.kind)),
            End("PartComponent", view, lambda _, template: (template.kind,)),
            values=_DEFAULT,
        )
        for view in switch_features.TEMPLATE_VIEWS
    ),
    *(
        Link(
            "Msvm_FeatureSettingsDefineCapabilities",
            End("GroupComponent", switch_feature_settings.FeatureCapabilities, _switch_template(view)),
            End("PartComponent", view, _switch_feature(view)),
            values=_DEFAULT,
        )
        for view in switch_feature_settings.SWITCH_FEATURE_VIEWS
    ),
    Link(
        "Msvm_EthernetSwitchExtensionCapabilities",
        End("ManagedElement", switch_extensions.InstalledExtension, _all_features),
        End("Capabilities", switch_feature_settings.FeatureCapabilities, _owner_of_features),
    ),
    # An embedded team: its first adapter, whose address the team uses, stands for it.
    Link(
        "Msvm_VirtualEthernetSwitchNicTeamingMember",
        End("Antecedent", host_ports.ExternalPortView, _led),
        End("Dependent", host_ports.ExternalPortView, lambda _, port: _team(port)[:1]),
    ),
    # Extensions and figures.
    Link(
        "Msvm_ParentEthernetSwitchExtension",
        End("Antecedent", switch_extensions.Extension, _next_extension),
        End("Dependent", switch_extensions.Extension, _previous_extension),
    ),
    Link(
        "Msvm_HostedEthernetSwitchExtension",
        End("Antecedent", switches.Switch, lambda _, switch: switch_extensions.extensions_of(switch)),
        End("Dependent", switch_extensions.Extension, lambda _, extension: (extension.switch,)),
    ),
    *(
        Link(
            "Msvm_EthernetSwitchInfo",
            End("Antecedent", switches.Switch, itself),
            End("Dependent", view, itself),
        )
        for view in (
            switch_figures.SwitchBandwidthData,
            switch_figures.SwitchOffloadData,
            switch_figures.SwitchOperationalData,
        )
    ),
    *(
        Link(
            "Msvm_EthernetPortInfo",
            End("Antecedent", switch_port_views.SwitchPortView, itself),
            End("Dependent", view, itself),
        )
        for view in (switch_figures.PortBandwidthData, switch_figures.PortOffloadData)
    ),
)
