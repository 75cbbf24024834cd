"""Features of extensions: VMSwitchExtensionPortFeature, VMSwitchExtensionSwitchFeature and their figures.

Their settings are CIM instances that scripts change, so these cmdlets go through root/virtualization/v2 as
the module of Windows does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from emulator.cim.errors import CimError
from emulator.host import (
    NATIVE_EXTENSION,
    HostError,
    HostNetworkAdapter,
    InUse,
    InvalidParameter,
    InvalidState,
    NetworkAdapter,
    NotFound,
    NotSupported,
    SwitchPort,
    VirtualSwitch,
    installed_extensions,
)
from emulator.host.network.switch_ports import port_of
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.modules.cim.management import Management
from emulator.powershell.modules.cim.objects import CimObject, from_script
from emulator.powershell.modules.hyperv.behaviours.network_adapter import BY_MACHINE, chosen_ports, matching
from emulator.powershell.modules.hyperv.behaviours.virtual_switch import chosen_switches, switches_named
from emulator.powershell.modules.hyperv.objects.switch_features import (
    ExtensionFeature,
    ExtensionPortData,
    ExtensionPortFeature,
    ExtensionSwitchData,
    ExtensionSwitchFeature,
    SystemExtension,
)
from emulator.powershell.modules.hyperv.support import host_of, ready, reporting, should_process
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

Feature = TypeVar("Feature", bound=ExtensionFeature)
_HOME = "root/virtualization/v2"
_PORT = (
    *BY_MACHINE,
    "VMNetworkAdapter",
    "ManagementOS",
    "ExternalPort",
    "SwitchName",
    "VMNetworkAdapterName",
)
_GIVEN = (*BY_MACHINE, "SwitchName")
_SWITCH = ("ComputerName", "SwitchName", "VMSwitch")
_FILTERS = ("FeatureName", "FeatureId", "Extension", "ExtensionName")
_OF_SYSTEM = ("ComputerName", "FeatureName", "FeatureId", "ExtensionName", "SystemSwitchExtension")
#: Applicability of a feature (Msvm_EthernetSwitchFeatureCapabilities).
_OF_PORTS, _OF_SWITCHES = 1, 2
_REFUSALS = {kind.code: kind for kind in (NotSupported, InvalidParameter, InUse, InvalidState)}
#: Class of figures -> class of the settings of the same feature.
_FIGURES = {
    "Msvm_EthernetSwitchPortBandwidthData": "Msvm_EthernetSwitchPortBandwidthSettingData",
    "Msvm_EthernetSwitchPortOffloadData": "Msvm_EthernetSwitchPortOffloadSettingData",
    "Msvm_EthernetSwitchBandwidthData": "Msvm_VirtualEthernetSwitchBandwidthSettingData",
    "Msvm_EthernetSwitchHardwareOffloadData": "Msvm_EthernetSwitchHardwareOffloadSettingData",
}


class _Door:
    """The namespace as one call uses it."""

    def __init__(self, call: CmdletCall) -> None:
        self.call = call
        self.home = call.service(Management).namespace(_HOME, calls_method=True)

    def shown(self, found: Iterable[Any]) -> list[CimObject]:
        """Instances as a script holds them."""
        with self.home.reading():
            return [CimObject(each, None, self.call.engine) for each in found]

    def select(self, class_name: str, key: str, value: str) -> list[Any]:
        """The instance of a class with this key."""
        text = value.replace("\\", "\\\\").replace("'", "\\'")
        query = f"SELECT * FROM {class_name} WHERE {key} = '{text}'"  # noqa: S608  WQL
        return list(self.home.query(query).instances)

    def features(self, applicability: int) -> list[tuple[str, str, CimObject]]:
        """Identifier, name and defaults of every feature of ports, or of switches."""
        found = []
        query = "SELECT * FROM Msvm_EthernetSwitchFeatureCapabilities"
        for each in self.home.query(query).instances:
            if each.value("Applicability") != applicability:
                continue
            templates = self.home.associators(each.path, "Msvm_FeatureSettingsDefineCapabilities")
            (defaults,) = self.shown(templates[:1])
            found.append((str(each.value("FeatureId")), str(each.value("ElementName")), defaults))
        return found

    def known(self, applicability: int) -> dict[str, tuple[str, str]]:
        """Class of the settings of a feature -> its identifier and name."""
        features = self.features(applicability)
        return {each.declaration.name: (identifier, name) for identifier, name, each in features}

    def settings_of(self, owner: SwitchPort | VirtualSwitch) -> list[CimObject]:
        """The settings of features that a port or switch has."""
        found = self.owner(owner)
        if found is None:
            return []
        association = (
            "Msvm_VirtualEthernetSwitchSettingDataComponent"
            if isinstance(owner, VirtualSwitch)
            else "Msvm_EthernetPortSettingDataComponent"
        )
        related = self.home.associators(found.path, association)
        return [each for each in self.shown(related) if each.declaration.is_a("Msvm_FeatureSettingData")]

    def owner(self, owner: SwitchPort | VirtualSwitch) -> Any:
        """The settings of a port's connection, or of a switch; None for a port without a connection."""
        if isinstance(owner, VirtualSwitch):
            instances = self.select(
                "Msvm_VirtualEthernetSwitchSettingData", "InstanceID", f"Microsoft:{owner.id}"
            )
        else:
            if isinstance(owner, NetworkAdapter):
                key = f"Microsoft:{owner.vm.id}\\{owner.connection_setting_id}"
            elif isinstance(owner, HostNetworkAdapter):
                key = f"Microsoft:{owner.switch.id}\\{port_of(owner).id}"
            else:
                return None
            instances = self.select("Msvm_EthernetPortAllocationSettingData", "InstanceID", key)
        return instances[0] if instances else None

    def invoke(self, method: str, **arguments: Any) -> list[CimObject]:
        """Call a method of the switches' service; the settings that resulted. Raises HostError."""
        (service,) = self.home.query("SELECT * FROM Msvm_VirtualEthernetSwitchManagementService").instances
        try:
            result = self.home.invoke(service, method, arguments)
        except CimError as problem:
            # The settings, or their port, are gone.
            raise NotFound(problem.detail or problem.text) from None
        if result.return_value != 0:
            code = result.return_value if isinstance(result.return_value, int) else HostError.code
            raise _REFUSALS.get(code, HostError)()
        paths = result.out.get("ResultingFeatureSettings")
        return self.shown([self.home.find(str(each)) for each in paths] if isinstance(paths, list) else [])


def _is_wanted(call: CmdletCall, feature_id: str, name: str) -> bool:
    """Whether -FeatureName, -FeatureId and the parameters for extensions let a feature through."""
    names, identifiers = call.get("FeatureName"), call.get("FeatureId")
    if names is not None and not any(like(name, str(each)) for each in names):
        return False
    if identifiers is not None and Guid.parse(feature_id) not in list(identifiers):
        return False
    extensions = call.get("Extension") or call.get("SystemSwitchExtension")
    if extensions is not None and all(
        call.dereferenced(each).facts.id != NATIVE_EXTENSION.id for each in extensions
    ):
        return False
    owners = call.get("ExtensionName")
    return owners is None or any(like(NATIVE_EXTENSION.name, str(each)) for each in owners)


def _features_of(
    call: CmdletCall, owner: SwitchPort | VirtualSwitch, kind: type[Feature], applicability: int
) -> Iterator[Feature]:
    door = _Door(call)
    known = {
        each.declaration.name: (identifier, name) for identifier, name, each in door.features(applicability)
    }
    for setting in door.settings_of(owner):
        identifier, name = known[setting.declaration.name]
        if _is_wanted(call, identifier, name):
            yield kind(host_of(call), identifier, name, setting)


def _ports(call: CmdletCall) -> list[SwitchPort]:
    """The ports of a call. Those of physical adapters have no features here."""
    if call.get("ExternalPort"):
        if ready(call) and call.has("SwitchName"):
            switches_named(call, [str(call.get("SwitchName"))])
        return []
    return chosen_ports(call, call.get("VMNetworkAdapterName"))


# -- what is installed on the host ------------------------------------------------------------------


@cmdlet("Get-VMSystemSwitchExtension", reads=("ComputerName",))
def get_vm_system_switch_extension(
    call: CmdletCall, name: list[str] | None = None
) -> Iterator[SystemExtension]:
    """The extensions that are installed; the switch itself is none of them."""
    if ready(call):
        host = host_of(call)
        found = [SystemExtension(host, each) for each in installed_extensions(host.release)]
        yield from matching(call, found, name, "virtual switch extension")


def _defaults(call: CmdletCall, kind: type[Feature], applicability: int) -> Iterator[Feature]:
    if not ready(call):
        return
    for identifier, name, defaults in _Door(call).features(applicability):
        if _is_wanted(call, identifier, name):
            yield kind(host_of(call), identifier, name, defaults)


@cmdlet("Get-VMSystemSwitchExtensionPortFeature", reads=_OF_SYSTEM)
def get_vm_system_switch_extension_port_feature(
    call: CmdletCall, _feature_name: object = None
) -> Iterator[ExtensionPortFeature]:
    """The features that ports can have, with their defaults."""
    yield from _defaults(call, ExtensionPortFeature, _OF_PORTS)


@cmdlet("Get-VMSystemSwitchExtensionSwitchFeature", reads=_OF_SYSTEM)
def get_vm_system_switch_extension_switch_feature(
    call: CmdletCall, _feature_name: object = None
) -> Iterator[ExtensionSwitchFeature]:
    """The features that switches can have, with their defaults."""
    yield from _defaults(call, ExtensionSwitchFeature, _OF_SWITCHES)


# -- features of ports and switches -----------------------------------------------------------------


@cmdlet("Get-VMSwitchExtensionPortFeature", reads=(*_PORT, *_FILTERS))
def get_vm_switch_extension_port_feature(
    call: CmdletCall, _feature_name: object = None
) -> Iterator[ExtensionPortFeature]:
    """The features that were set for ports."""
    for port in _ports(call):
        yield from _features_of(call, port, ExtensionPortFeature, _OF_PORTS)


@cmdlet("Get-VMSwitchExtensionSwitchFeature", reads=(*_SWITCH, *_FILTERS))
def get_vm_switch_extension_switch_feature(
    call: CmdletCall, _feature_name: object = None
) -> Iterator[ExtensionSwitchFeature]:
    """The features that switches have."""
    for switch in chosen_switches(call, "SwitchName"):
        yield from _features_of(call, switch, ExtensionSwitchFeature, _OF_SWITCHES)


def _add(
    call: CmdletCall, owners: Iterable[Any], features: list[Feature], passthru: bool
) -> Iterator[Feature]:
    for owner in owners:
        if not should_process(call, f'add a feature to "{owner.name}".', owner.name):
            continue
        with reporting(call):
            door = _Door(call)
            target = door.owner(owner)
            if target is None:
                raise InvalidParameter("The network adapter is not connected to a virtual switch.")
            made = door.invoke(
                "AddFeatureSettings",
                AffectedConfiguration=target.path,
                FeatureSettings=[from_script(each.setting) for each in features],
            )
            if passthru:
                for each, setting in zip(features, made, strict=True):
                    yield type(each)(each.host, each.feature_id, each.name, setting)


@cmdlet("Add-VMSwitchExtensionPortFeature", reads=_PORT)
def add_vm_switch_extension_port_feature(
    call: CmdletCall, vm_switch_extension_feature: list[ExtensionPortFeature], passthru: bool = False
) -> Iterator[ExtensionPortFeature]:
    """Give ports settings of features."""
    yield from _add(call, _ports(call), list(vm_switch_extension_feature), passthru)


@cmdlet("Add-VMSwitchExtensionSwitchFeature", reads=_SWITCH)
def add_vm_switch_extension_switch_feature(
    call: CmdletCall, vm_switch_extension_feature: list[ExtensionSwitchFeature], passthru: bool = False
) -> Iterator[ExtensionSwitchFeature]:
    """Give switches settings of features."""
    yield from _add(call, chosen_switches(call, "SwitchName"), list(vm_switch_extension_feature), passthru)


def _change(
    call: CmdletCall, method: str, verb: str, features: list[Feature], passthru: bool
) -> Iterator[Feature]:
    removes = method == "RemoveFeatureSettings"
    for feature in features if ready(call) else ():
        if not should_process(call, f'{verb} the feature "{feature.name}".', feature.name):
            continue
        with reporting(call):
            wanted = feature.setting.path if removes else from_script(feature.setting)
            _Door(call).invoke(method, FeatureSettings=[wanted])
            feature.is_deleted = removes
            if passthru:
                yield feature


@cmdlet("Set-VMSwitchExtensionPortFeature", reads=_GIVEN)
def set_vm_switch_extension_port_feature(
    call: CmdletCall, vm_switch_extension_feature: list[ExtensionPortFeature], passthru: bool = False
) -> Iterator[ExtensionPortFeature]:
    """Write settings that a script has changed."""
    found = list(vm_switch_extension_feature)
    yield from _change(call, "ModifyFeatureSettings", "configure", found, passthru)


@cmdlet("Set-VMSwitchExtensionSwitchFeature", reads=_SWITCH)
def set_vm_switch_extension_switch_feature(
    call: CmdletCall, vm_switch_extension_feature: list[ExtensionSwitchFeature], passthru: bool = False
) -> Iterator[ExtensionSwitchFeature]:
    """Write settings that a script has changed."""
    found = list(vm_switch_extension_feature)
    yield from _change(call, "ModifyFeatureSettings", "configure", found, passthru)


@cmdlet("Remove-VMSwitchExtensionPortFeature", reads=_GIVEN)
def remove_vm_switch_extension_port_feature(
    call: CmdletCall, vm_switch_extension_feature: list[ExtensionPortFeature], passthru: bool = False
) -> Iterator[ExtensionPortFeature]:
    """Take settings of features away."""
    found = list(vm_switch_extension_feature)
    yield from _change(call, "RemoveFeatureSettings", "remove", found, passthru)


@cmdlet("Remove-VMSwitchExtensionSwitchFeature", reads=_SWITCH)
def remove_vm_switch_extension_switch_feature(
    call: CmdletCall, vm_switch_extension_feature: list[ExtensionSwitchFeature], passthru: bool = False
) -> Iterator[ExtensionSwitchFeature]:
    """Take settings of features away."""
    found = list(vm_switch_extension_feature)
    yield from _change(call, "RemoveFeatureSettings", "remove", found, passthru)


# -- figures ----------------------------------------------------------------------------------------


def _figures(
    call: CmdletCall, element: Any, association: str, applicability: int
) -> list[tuple[str, str, CimObject]]:
    """Feature, name and figures of a port or switch in use."""
    door = _Door(call)
    known = {
        each.declaration.name: (identifier, name) for identifier, name, each in door.features(applicability)
    }
    found = []
    for figures in door.shown(door.home.associators(element, association)):
        settings = _FIGURES.get(figures.declaration.name)
        if settings in known:
            identifier, name = known[settings]
            if _is_wanted(call, identifier, name):
                found.append((identifier, name, figures))
    return found


@cmdlet("Get-VMSwitchExtensionPortData", reads=(*_PORT, *_FILTERS))
def get_vm_switch_extension_port_data(
    call: CmdletCall, _feature_name: object = None
) -> Iterator[ExtensionPortData]:
    """Figures of connected ports."""
    for port in _ports(call):
        if port.switch is None:
            continue
        connected = port_of(port)  # type: ignore[arg-type]  # adapters of machines and of the host
        for element in _Door(call).select("Msvm_EthernetSwitchPort", "Name", connected.id):
            found = _figures(call, element.path, "Msvm_EthernetPortInfo", _OF_PORTS)
            for identifier, name, figures in found:
                yield ExtensionPortData(host_of(call), port, identifier, name, figures)


@cmdlet("Get-VMSwitchExtensionSwitchData", reads=(*_SWITCH, *_FILTERS))
def get_vm_switch_extension_switch_data(
    call: CmdletCall, _feature_name: object = None
) -> Iterator[ExtensionSwitchData]:
    """Figures of switches."""
    for switch in chosen_switches(call, "SwitchName"):
        for element in _Door(call).select("Msvm_VirtualEthernetSwitch", "Name", switch.id):
            found = _figures(call, element.path, "Msvm_EthernetSwitchInfo", _OF_SWITCHES)
            for identifier, name, figures in found:
                yield ExtensionSwitchData(host_of(call), switch, identifier, name, figures)
