"""Adding, changing and removing features of ports (AddFeatureSettings and its kin, of both services)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.host import (
    FeatureSetting,
    HostError,
    HostNetworkAdapter,
    InvalidParameter,
    NetworkAdapter,
    PortFeature,
    SwitchPort,
)
from emulator.host.network.switch_ports import Port
from emulator.wmi.changes import ReadOnlyPropertyError, read_changes
from emulator.wmi.virtualization_v2.host_ports import HostPortSettings
from emulator.wmi.virtualization_v2.network import ConnectionSettings
from emulator.wmi.virtualization_v2.settings_changes import changed_target
from emulator.wmi.virtualization_v2.switch_features import VIEW_OF_KIND, FeatureView, feature_of

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.cim.object_path import ObjectPath
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import ViewInstance


def port_argument(target: ViewInstance[Any] | None) -> SwitchPort:
    """The port whose connection settings a reference names. Raises InvalidParameter."""
    if target is not None and type(target.view) is ConnectionSettings:
        found = target.item
        if isinstance(found, NetworkAdapter):
            return found
    if target is not None and type(target.view) is HostPortSettings:
        port = target.item
        if isinstance(port, Port) and isinstance(port.connected, HostNetworkAdapter):
            return port.connected
    raise InvalidParameter("AffectedConfiguration does not name the settings of a port.")


def add_features(namespace: Namespace, port: SwitchPort, instances: list[ValueInstance]) -> list[ObjectPath]:
    """Make settings of a port, all or none; their paths."""
    features = [feature_of(each) for each in instances]
    made: list[FeatureSetting] = []
    try:
        made.extend(port.add_feature(feature) for feature in features)
    except HostError:
        for setting in reversed(made):
            port.remove_feature(setting)
        raise
    return [namespace.view(VIEW_OF_KIND[each.kind]).instance(each).path for each in made]


def change_features(namespace: Namespace, instances: list[ValueInstance]) -> list[ObjectPath]:
    """Change settings of ports, all or none; their paths."""
    changes: list[tuple[ViewInstance[Any], PortFeature]] = []
    for each in instances:
        target = changed_target(namespace, each)
        view = target.view
        if not isinstance(view, FeatureView):
            raise ReadOnlyPropertyError(f"{target.path} cannot be changed.")
        values = read_changes(view, target.item, each, view.rules()).get("", {})
        changes.append((target, target.item.feature.replaced(**values)))
    done: list[tuple[FeatureSetting, PortFeature]] = []
    try:
        for target, feature in changes:
            setting: FeatureSetting = target.item
            before = setting.feature
            if feature != before:
                setting.port.change_feature(setting, feature)
                done.append((setting, before))
    except HostError:
        for setting, before in reversed(done):
            setting.port.change_feature(setting, before)
        raise
    return [target.path for target, _ in changes]


def remove_features(targets: list[ViewInstance[Any]]) -> None:
    """Remove settings of ports. Raises InvalidParameter for the defaults and for what is no such setting."""
    if any(not isinstance(each.view, FeatureView) for each in targets):
        raise InvalidParameter("FeatureSettings does not name settings of a port.")
    for target in targets:
        target.item.port.remove_feature(target.item)
