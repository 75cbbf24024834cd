"""Msvm_VirtualEthernetSwitchManagementService: switches, what they are connected to, and their features."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.host import (
    HostError,
    HostNetworkAdapter,
    InvalidParameter,
    NotSupported,
    SwitchKind,
    SwitchPort,
    VirtualSwitch,
)
from emulator.host.network.switch_offload import DEFAULTS as OFFLOAD_DEFAULTS
from emulator.host.network.switch_ports import ExternalPort, Port, host_ports
from emulator.wmi import errors
from emulator.wmi.changes import (
    ReadOnlyPropertyError,
    Rule,
    first_text,
    flag,
    lines,
    number,
    read_changes,
    text,
    texts,
    value_of,
    wanted_settings,
)
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization_v2.base import ServiceView
from emulator.wmi.virtualization_v2.host_ports import HostPortSettings
from emulator.wmi.virtualization_v2.network import ConnectionSettings
from emulator.wmi.virtualization_v2.paths import named_object
from emulator.wmi.virtualization_v2.port_features_change import (
    add_features,
    change_features,
    port_argument,
    remove_features,
)
from emulator.wmi.virtualization_v2.settings_changes import changed_target
from emulator.wmi.virtualization_v2.switch_extensions import RunningExtension
from emulator.wmi.virtualization_v2.switch_feature_settings import (
    OFFLOAD_SETTINGS,
    SwitchBandwidth,
    SwitchFeatureView,
    SwitchOffloadView,
    SwitchTeaming,
)
from emulator.wmi.virtualization_v2.switches import Switch, SwitchSettings

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.cim.object_path import ObjectPath
    from emulator.host import Host
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

#: What ModifySystemSettings can write on a switch, and DefineSystem can state. What is fixed once the switch
#: exists is refused by the host.
SWITCH_WRITABLE = {
    "BandwidthReservationMode": Rule("", "bandwidth_mode", number),
    "ElementName": Rule("", "name", text),
    "ExtensionOrder": Rule("", "extension_order", texts),
    "IOVPreferred": Rule("", "iov_preferred", flag),
    "Notes": Rule("", "notes", lines),
    "PacketDirectEnabled": Rule("", "packet_direct_enabled", flag),
    "TeamingEnabled": Rule("", "teaming_enabled", flag),
}
_FEATURE_WRITABLE: dict[type[SwitchFeatureView], dict[str, Rule]] = {
    SwitchBandwidth: {
        "DefaultFlowReservation": Rule("", "default_flow_reservation", number),
        "DefaultFlowWeight": Rule("", "default_flow_weight", number),
    },
    SwitchTeaming: {"LoadBalancingAlgorithm": Rule("", "load_balancing", number)},
    SwitchOffloadView: {
        name: Rule("", setting, number if name.endswith(("Pairs", "Mode")) else flag)
        for name, setting in OFFLOAD_SETTINGS.items()
    },
}
_HOST_RESOURCE = {
    "ElementName": Rule("", "name", text),
    "HostResource": Rule("", "HostResource", texts),
}


class SwitchManagementService(ServiceView):
    """The service that manages virtual switches. Its methods act at once, without a job."""

    class_name = "Msvm_VirtualEthernetSwitchManagementService"
    constants = {
        "Caption": "Virtual Networking Management Service",
        "ElementName": "Hyper-V Networking Management Service",
        "EnabledState": 5,
        "Name": "nvspwmi",
        "StatusDescriptions": ["OK"],
    }

    @wmi_method
    def DefineSystem(self, host: Host, arguments: Arguments) -> MethodResult:
        """Create a switch. ResourceSettings say what it is connected to: physical adapters, the host."""
        settings = arguments.embedded("SystemSettings")
        if arguments.get("ReferenceConfiguration") is not None:
            self.namespace.service.record_gap(
                self.namespace.name, self.class_name, "DefineSystem by reference"
            )
            raise NotSupported("DefineSystem with a ReferenceConfiguration is not emulated.")
        if settings is None or not settings.declaration.is_a(SwitchSettings.class_name):
            raise InvalidParameter("SystemSettings does not hold settings of a virtual switch.")
        facts: dict[str, Any] = dict(wanted_settings(settings, SWITCH_WRITABLE).get("", {}))
        order = facts.pop("extension_order", None)
        resources = arguments.embedded_list("ResourceSettings")
        wanted = [one for each in resources for one in self.resources(each)]
        physical = [each.adapter.name for each in wanted if isinstance(each, ExternalPort)]
        owns = any(isinstance(each, VirtualSwitch | type(None)) for each in wanted)
        kind = SwitchKind.EXTERNAL if physical else SwitchKind.INTERNAL if owns else SwitchKind.PRIVATE
        switch = host.virtual_switches.create(
            facts.pop("name", ""),
            kind,
            network_adapters=physical,
            allow_management_os=owns,
            identifier=first_text(settings, "VirtualSystemIdentifier"),
            **facts,
        )
        try:
            if order:
                switch.configure(extension_order=self.order(order))
            names = [name for each in resources if (name := self.own_name(each)) is not None]
            if names and switch.host_adapters:
                switch.host_adapters[0].rename(names[0])
        except HostError:
            host.virtual_switches.remove(switch)
            raise
        return arguments.result(
            errors.COMPLETED, ResultingSystem=self.namespace.view(Switch).instance(switch).path
        )

    @wmi_method
    def DestroySystem(self, host: Host, arguments: Arguments) -> MethodResult:
        """Remove a switch that no running machine uses."""
        host.virtual_switches.remove(_switch(arguments, "AffectedSystem"))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def ModifySystemSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Change name, notes or order of extensions of a switch."""
        settings = arguments.required_embedded("SystemSettings")
        target = changed_target(self.namespace, settings)
        if type(target.view) is not SwitchSettings:
            raise InvalidParameter("SystemSettings does not name the settings of a virtual switch.")
        changes = dict(read_changes(target.view, target.item, settings, SWITCH_WRITABLE).get("", {}))
        if "extension_order" in changes:
            changes["extension_order"] = self.order(changes["extension_order"])
        if changes:
            target.item.configure(**changes)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def AddResourceSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Connect a switch to physical adapters or to the host."""
        switch = _switch(arguments, "AffectedConfiguration")
        instances = arguments.required_list("ResourceSettings")
        wanted = [(one, self.own_name(each)) for each in instances for one in self.resources(each)]
        done: list[Port] = []
        try:
            for resource, name in wanted:
                done.append(_connect(switch, resource, name))
        except HostError:
            for port in reversed(done):
                _disconnect(port)
            raise
        view = self.namespace.view(HostPortSettings)
        return arguments.result(
            errors.COMPLETED, ResultingResourceSettings=[view.instance(each).path for each in done]
        )

    @wmi_method
    def ModifyResourceSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Rename the host's port, or connect a switch to another physical adapter."""
        paths: list[ObjectPath] = []
        for each in arguments.embedded_list("ResourceSettings"):
            target = changed_target(self.namespace, each)
            if type(target.view) is not HostPortSettings:
                raise InvalidParameter("ResourceSettings does not name a port of a virtual switch.")
            port: Port = target.item
            changes = read_changes(target.view, port, each, _HOST_RESOURCE).get("", {})
            if "HostResource" in changes:
                port = self.move(port, self.resources(each))
            if "name" in changes:
                if not isinstance(port.connected, HostNetworkAdapter):
                    raise ReadOnlyPropertyError("The name of a physical port cannot be changed here.")
                port.connected.rename(changes["name"])
            paths.append(target.view.instance(port).path)
        if not paths:
            raise InvalidParameter("ResourceSettings is missing.")
        return arguments.result(errors.COMPLETED, ResultingResourceSettings=paths)

    @wmi_method
    def RemoveResourceSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Disconnect a switch from a physical adapter or from the host."""
        targets = arguments.targets("ResourceSettings")
        if not targets or any(type(each.view) is not HostPortSettings for each in targets):
            raise InvalidParameter("ResourceSettings does not name a port of a virtual switch.")
        for target in targets:
            if isinstance(target.item, Port):
                _disconnect(target.item)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def AddFeatureSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Give a switch, or one of the host's ports, settings of features."""
        return self.features(arguments, self.add_to_switch, add_features)

    @wmi_method
    def ModifyFeatureSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Change settings of features of switches and of the host's ports."""
        instances = arguments.embedded_list("FeatureSettings")
        own = [each for each in instances if _is_switch_feature(each)]
        paths = [self.change_switch(each) for each in own]
        rest = [each for each in instances if not _is_switch_feature(each)]
        if not instances:
            raise InvalidParameter("FeatureSettings is missing.")
        return arguments.result(
            errors.COMPLETED,
            ResultingFeatureSettings=[*paths, *change_features(self.namespace, rest)],
        )

    @wmi_method
    def RemoveFeatureSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Take settings of features away: the defaults count again."""
        targets = arguments.targets("FeatureSettings")
        for target in targets:
            switch = target.item.switch if isinstance(target.view, SwitchFeatureView) else None  # type: ignore[attr-defined]  # the view says what it shows
            if isinstance(target.view, SwitchBandwidth) and switch is not None:
                switch.configure(default_flow_reservation=0, default_flow_weight=0)
            elif isinstance(target.view, SwitchOffloadView) and switch is not None:
                switch.configure(**OFFLOAD_DEFAULTS._asdict())
            elif isinstance(target.view, SwitchFeatureView):
                raise NotSupported("This setting of the virtual switch cannot be removed.")
        remove_features([each for each in targets if not isinstance(each.view, SwitchFeatureView)])
        return arguments.result(errors.COMPLETED)

    # What the methods are made of.

    def features(
        self,
        arguments: Arguments,
        add_to_switch: Callable[[VirtualSwitch, list[ValueInstance]], list[ObjectPath]],
        add_to_port: Callable[[Namespace, SwitchPort, list[ValueInstance]], list[ObjectPath]],
    ) -> MethodResult:
        """Add features to the switch or port that AffectedConfiguration names."""
        instances = arguments.required_list("FeatureSettings")
        target = arguments.target("AffectedConfiguration")
        if target is not None and isinstance(target.item, VirtualSwitch):
            paths = add_to_switch(target.item, instances)
        else:
            paths = add_to_port(self.namespace, port_argument(target), instances)
        return arguments.result(errors.COMPLETED, ResultingFeatureSettings=paths)

    def add_to_switch(self, switch: VirtualSwitch, instances: list[ValueInstance]) -> list[ObjectPath]:
        """Give a switch settings of features, all or none."""
        changes: dict[str, Any] = {}
        views: list[SwitchFeatureView] = []
        for each in instances:
            view = self.switch_view(each)
            changes |= wanted_settings(each, _FEATURE_WRITABLE[type(view)]).get("", {})
            views.append(view)
        if any(not view.applies(switch) for view in views):
            raise InvalidParameter("The virtual switch does not have this feature.")
        switch.configure(**changes)
        return [view.instance(view.settings_of(switch)[0]).path for view in views]

    def change_switch(self, instance: ValueInstance) -> ObjectPath:
        """Change one setting of a switch."""
        target = changed_target(self.namespace, instance)
        view = self.switch_view(instance)
        if target.item.switch is None:
            raise ReadOnlyPropertyError("The defaults cannot be changed.")
        changes = read_changes(view, target.item, instance, _FEATURE_WRITABLE[type(view)]).get("", {})
        if changes:
            target.item.switch.configure(**changes)
        return target.path

    def switch_view(self, instance: ValueInstance) -> SwitchFeatureView:
        """The view of the feature that an instance describes. Raises InvalidParameter."""
        for view_type in _FEATURE_WRITABLE:
            if view_type.class_name == instance.declaration.name:
                return self.namespace.view(view_type)
        raise InvalidParameter(f"{instance.declaration.name} is no feature of a switch that can be set.")

    def resources(self, instance: ValueInstance) -> list[ExternalPort | None]:
        """What ports are to be connected to: physical adapters, several for a team, or None for the host.

        Raises InvalidParameter.
        """
        if not instance.declaration.is_a(ConnectionSettings.class_name):
            raise InvalidParameter(f"{instance.declaration.name} does not describe a port of a switch.")
        paths = value_of(instance, "HostResource")
        found = (
            [named_object(self.namespace, str(each)) for each in paths if each]
            if isinstance(paths, list)
            else []
        )
        if found == [self.host]:
            return [None]
        adapters: list[ExternalPort | None] = [each for each in found if isinstance(each, ExternalPort)]
        if not adapters or len(adapters) < len(found):
            raise InvalidParameter("HostResource names neither external ports nor the host.")
        return adapters

    def own_name(self, instance: ValueInstance) -> str | None:
        """The name that an instance states for a port of the host."""
        return first_text(instance, "ElementName") if self.resources(instance) == [None] else None

    def order(self, paths: list[str]) -> list[str]:
        """Identifiers of extensions from their paths. Raises InvalidParameter."""
        found = [named_object(self.namespace, each) for each in paths]
        if any(not isinstance(each, RunningExtension) for each in found):
            raise InvalidParameter("ExtensionOrder does not name extensions of the virtual switch.")
        return [each.facts.id for each in found if isinstance(each, RunningExtension)]

    def move(self, port: Port, resources: list[ExternalPort | None]) -> Port:
        """Connect the port of a physical adapter to another one, or a team to these members."""
        adapters = [each for each in resources if each is not None]
        if not adapters or not isinstance(port.connected, ExternalPort):
            raise ReadOnlyPropertyError("A port cannot change between the host and a physical adapter.")
        names = [each.adapter.name for each in adapters]
        if len(names) == 1:
            before = [each.name for each in port.switch.physical_adapters]
            before[before.index(port.connected.adapter.name)] = names[0]
            names = before
        port.switch.configure(network_adapters=names)
        return Port(port.switch, adapters[0])


def _is_switch_feature(instance: ValueInstance) -> bool:
    return instance.declaration.is_a("Msvm_EthernetSwitchFeatureSettingData")


def _switch(arguments: Arguments, name: str) -> VirtualSwitch:
    return arguments.named(name, VirtualSwitch, "a virtual switch")


def _connect(switch: VirtualSwitch, resource: ExternalPort | None, name: str | None) -> Port:
    if resource is None:
        return Port(switch, switch.add_host_adapter(name))
    names = [*(each.name for each in switch.physical_adapters), resource.adapter.name]
    switch.configure(
        kind=SwitchKind.EXTERNAL, network_adapters=names, allow_management_os=switch.allow_management_os
    )
    return Port(switch, resource)


def _disconnect(port: Port) -> None:
    switch, connected = port.switch, port.connected
    if isinstance(connected, HostNetworkAdapter):
        switch.remove_host_adapter(connected)
        return
    if not isinstance(connected, ExternalPort) or port.id not in {each.id for each in host_ports(switch)}:
        raise InvalidParameter("The virtual switch is not connected to the network adapter.")
    names = [each.name for each in switch.physical_adapters if each is not connected.adapter]
    if names:
        switch.configure(network_adapters=names)
        return
    kept = SwitchKind.INTERNAL if switch.host_adapters else SwitchKind.PRIVATE
    switch.configure(kind=kept)
