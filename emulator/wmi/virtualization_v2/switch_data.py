"""What virtual switches and their ports report: extensions, features that can be set, figures in use."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host import (
    NATIVE_EXTENSION_ID,
    PORT_FEATURES,
    BandwidthMode,
    ExtensionType,
    InvalidParameter,
    PortBandwidth,
    SwitchExtension,
    VirtualSwitch,
    extension_version,
    installed_extensions,
    virtual_functions,
)
from emulator.host.identifiers import derived_guid
from emulator.host.port_features import PortFeature
from emulator.host.switch_ports import ExternalPort, Port
from emulator.wmi import errors
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, PREFIX, HostElementView
from emulator.wmi.virtualization_v2.network import EXTENSION_CLASS, SWITCH_CLASS
from emulator.wmi.virtualization_v2.switch_features import DEFINITION, VIEW_OF_KIND
from emulator.wmi.virtualization_v2.switch_port_views import PortView, function_of

if TYPE_CHECKING:
    from emulator.cim.types import CimValue
    from emulator.host import Host
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

_ENABLED, _DISABLED = 2, 3
_PORT, _SWITCH = 1, 2


class _SwitchView(View[VirtualSwitch]):
    """One instance for each switch."""

    def objects(self) -> Iterable[VirtualSwitch]:
        return self.host.virtual_switches

    def shown_of(self, owner: object) -> Iterable[VirtualSwitch] | None:
        return (owner,) if isinstance(owner, VirtualSwitch) else ()

    def object_id(self, item: VirtualSwitch) -> Hashable:
        return item.id


# Extensions.


class InstalledExtension(View[SwitchExtension]):
    """An extension that is installed on the host; the switch itself is one, as owner of the features."""

    class_name = "Msvm_InstalledEthernetSwitchExtension"
    index = ("InstanceID",)
    constants = {
        "Caption": "System Virtual Ethernet Switch Extension",
        "HealthState": 5,
        "OperationalStatus": [2],
        "Status": "OK",
        "StatusDescriptions": ["OK"],
    }

    def objects(self) -> Iterable[SwitchExtension]:
        return (*installed_extensions(self.host.release), NATIVE)

    def by_key(self, keys: Keys) -> SwitchExtension | None:
        wanted = keys.text("InstanceID").rpartition(":")[2].upper()
        return next((each for each in self.objects() if each.id == wanted), None)

    def object_id(self, item: SwitchExtension) -> Hashable:
        return item.id

    def revision(self, item: SwitchExtension) -> Hashable | None:  # noqa: ARG002  drivers do not change
        return 0

    def InstanceID(self, extension: SwitchExtension) -> str:
        return PREFIX + extension.id

    def Name(self, extension: SwitchExtension) -> str:
        return extension.id

    def ElementName(self, extension: SwitchExtension) -> str:
        return extension.name

    def Description(self, extension: SwitchExtension) -> str:
        return extension.description

    def ExtensionType(self, extension: SwitchExtension) -> int:
        return int(extension.type)

    def Vendor(self, extension: SwitchExtension) -> str:
        return extension.vendor

    def Version(self, _extension: SwitchExtension) -> str:
        return extension_version(self.host.release)


NATIVE = SwitchExtension(
    NATIVE_EXTENSION_ID,
    "Microsoft Virtual Ethernet Switch Native Extension",
    "Microsoft Virtual Ethernet Switch Native Extension",
    ExtensionType.NATIVE,
    True,
)


class RunningExtension(NamedTuple):
    """An extension of one switch."""

    switch: VirtualSwitch
    facts: SwitchExtension


def extensions_of(switch: VirtualSwitch) -> list[RunningExtension]:
    """The extensions of a switch, in the order in which packets pass them."""
    facts = {each.id: each for each in installed_extensions(switch.host.release)}
    return [RunningExtension(switch, facts[each]) for each in switch.extensions]


class Extension(View[RunningExtension]):
    """An extension of a switch, which can be switched on and off."""

    class_name = EXTENSION_CLASS
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "Virtual Switch Extension",
        "CreationClassName": EXTENSION_CLASS,
        "SystemCreationClassName": SWITCH_CLASS,
    }

    def objects(self) -> Iterator[RunningExtension]:
        for switch in self.host.virtual_switches:
            yield from extensions_of(switch)

    def shown_of(self, owner: object) -> Iterable[RunningExtension] | None:
        return extensions_of(owner) if isinstance(owner, VirtualSwitch) else ()

    def owner_of(self, item: RunningExtension) -> object:
        return item.switch

    def candidates(self, keys: Keys) -> Iterable[RunningExtension] | None:
        if "SystemName" not in keys:
            return None
        switch = self.host.virtual_switches.get(keys.text("SystemName"))
        return () if switch is None else extensions_of(switch)

    def object_id(self, item: RunningExtension) -> Hashable:
        return (item.switch.id, item.facts.id)

    def revision(self, item: RunningExtension) -> Hashable | None:
        return item.switch.revision

    def Name(self, extension: RunningExtension) -> str:
        return extension.facts.id

    def SystemName(self, extension: RunningExtension) -> str:
        return extension.switch.id

    def ElementName(self, extension: RunningExtension) -> str:
        return extension.facts.name

    def Description(self, extension: RunningExtension) -> str:
        return extension.facts.description

    def EnabledState(self, extension: RunningExtension) -> int:
        return _ENABLED if extension.switch.extensions[extension.facts.id] else _DISABLED

    def ExtensionType(self, extension: RunningExtension) -> int:
        return int(extension.facts.type)

    def Vendor(self, extension: RunningExtension) -> str:
        return extension.facts.vendor

    def Version(self, _extension: RunningExtension) -> str:
        return extension_version(self.host.release)

    @wmi_method
    def RequestStateChange(self, extension: RunningExtension, arguments: Arguments) -> MethodResult:
        """Switch the extension on (2) or off (3); at once."""
        wanted = arguments.integer("RequestedState")
        if wanted not in (_ENABLED, _DISABLED):
            raise InvalidParameter(f"An extension cannot be brought into the state {wanted}.")
        extension.switch.enable_extension(extension.facts.id, wanted == _ENABLED)
        return arguments.result(errors.COMPLETED)


# Features.


class SwitchFeature(NamedTuple):
    """A feature of switches as a whole; ``class_name`` is that of its settings."""

    feature_id: str
    title: str
    class_name: str


SWITCH_FEATURES = (
    SwitchFeature(
        "3EB2B8E8-4ABF-4DBF-9071-16DD47481FBE",
        "Ethernet Switch Bandwidth Settings",
        "Msvm_VirtualEthernetSwitchBandwidthSettingData",
    ),
    SwitchFeature(
        "17AD26F1-DD6F-4ED9-BD2F-3750ADE6B68B",
        "Ethernet Switch Nic Teaming Settings",
        "Msvm_VirtualEthernetSwitchNicTeamingSettingData",
    ),
    SwitchFeature(
        derived_guid("Ethernet Switch Hardware Offload Settings"),
        "Ethernet Switch Hardware Offload Settings",
        "Msvm_EthernetSwitchHardwareOffloadSettingData",
    ),
)
AnyFeature = type[PortFeature] | SwitchFeature


class FeatureCapabilities(View[AnyFeature]):
    """A feature that ports or switches can have; the defaults are its settings."""

    class_name = "Msvm_EthernetSwitchFeatureCapabilities"
    index = ("InstanceID",)
    constants = {
        "Caption": "Ethernet Switch Feature Capabilities",
        "Description": "Microsoft Virtual Ethernet Switch Feature Capabilities",
        "Version": "1.0",
    }

    def objects(self) -> Iterator[AnyFeature]:
        schema = self.namespace.schema
        yield from (each for each in PORT_FEATURES if VIEW_OF_KIND[each].class_name in schema)
        yield from (each for each in SWITCH_FEATURES if each.class_name in schema)

    def by_key(self, keys: Keys) -> AnyFeature | None:
        wanted = keys.text("InstanceID").rpartition(":")[2].upper()
        return next((each for each in self.objects() if each.feature_id == wanted), None)

    def object_id(self, item: AnyFeature) -> Hashable:
        return item.feature_id

    def revision(self, item: AnyFeature) -> Hashable | None:  # noqa: ARG002  what a release can does not change
        return 0

    def InstanceID(self, feature: AnyFeature) -> str:
        return PREFIX + feature.feature_id

    def FeatureId(self, feature: AnyFeature) -> str:
        return feature.feature_id

    def ElementName(self, feature: AnyFeature) -> str:
        return feature.title

    def Applicability(self, feature: AnyFeature) -> int:
        return _SWITCH if isinstance(feature, SwitchFeature) else _PORT


class SwitchFeatureSetting(NamedTuple):
    """The settings of one feature of one switch; without a switch the defaults."""

    switch: VirtualSwitch | None


class SwitchFeatureView(View[SwitchFeatureSetting]):
    """Settings of a feature of switches, with the defaults that clients copy."""

    index = ("InstanceID",)
    feature: SwitchFeature

    def applies(self, switch: VirtualSwitch) -> bool:
        """Whether a switch has settings of the feature."""
        raise NotImplementedError

    def settings_of(self, switch: VirtualSwitch) -> list[SwitchFeatureSetting]:
        """The settings that a switch has."""
        return [SwitchFeatureSetting(switch)] if self.applies(switch) else []

    def objects(self) -> Iterator[SwitchFeatureSetting]:
        yield SwitchFeatureSetting(None)
        for switch in self.host.virtual_switches:
            yield from self.settings_of(switch)

    def shown_of(self, owner: object) -> Iterable[SwitchFeatureSetting] | None:
        return self.settings_of(owner) if isinstance(owner, VirtualSwitch) else ()

    def owner_of(self, item: SwitchFeatureSetting) -> object:
        return item.switch

    def by_key(self, keys: Keys) -> SwitchFeatureSetting | None:
        wanted = keys.text("InstanceID").lower()
        return next((each for each in self.objects() if self.InstanceID(each).lower() == wanted), None)

    def object_id(self, item: SwitchFeatureSetting) -> Hashable:
        return "" if item.switch is None else item.switch.id

    def revision(self, item: SwitchFeatureSetting) -> Hashable | None:
        return 0 if item.switch is None else item.switch.revision

    def InstanceID(self, setting: SwitchFeatureSetting) -> str:
        if setting.switch is None:
            return f"{DEFINITION}{self.feature.feature_id}\\Default"
        return f"{PREFIX}{setting.switch.id}\\{self.feature.feature_id}"

    def ElementName(self, _setting: SwitchFeatureSetting) -> str:
        return self.feature.title

    def Caption(self, _setting: SwitchFeatureSetting) -> str:
        return self.feature.title

    def Description(self, _setting: SwitchFeatureSetting) -> str:
        return self.feature.title


class SwitchBandwidth(SwitchFeatureView):
    """What ports without minimum bandwidth have together."""

    feature = SWITCH_FEATURES[0]
    class_name = feature.class_name

    def applies(self, switch: VirtualSwitch) -> bool:
        return switch.effective_bandwidth_mode is not BandwidthMode.NONE

    def DefaultFlowReservation(self, setting: SwitchFeatureSetting) -> int:
        return 0 if setting.switch is None else setting.switch.default_flow_reservation

    def DefaultFlowWeight(self, setting: SwitchFeatureSetting) -> int:
        return 0 if setting.switch is None else setting.switch.default_flow_weight


class SwitchTeaming(SwitchFeatureView):
    """How an embedded team balances."""

    feature = SWITCH_FEATURES[1]
    class_name = feature.class_name
    #: Switch independent, the only mode of an embedded team.
    constants = {"TeamingMode": 1}

    def applies(self, switch: VirtualSwitch) -> bool:
        return switch.teaming_enabled

    def LoadBalancingAlgorithm(self, setting: SwitchFeatureSetting) -> int:
        return _DYNAMIC if setting.switch is None else int(setting.switch.load_balancing)


_DYNAMIC = 5


class SwitchOffload(SwitchFeatureView):
    """What a switch may hand to hardware; the emulated hardware takes nothing."""

    feature = SWITCH_FEATURES[2]
    class_name = feature.class_name
    constants = {
        "DefaultQueueVmmqEnabled": False,
        "DefaultQueueVmmqQueuePairs": 16,
        "DefaultQueueVrssEnabled": True,
        "DefaultQueueVrssExcludePrimaryProcessor": False,
        "DefaultQueueVrssIndependentHostSpreading": False,
        "DefaultQueueVrssMinQueuePairs": 1,
        "DefaultQueueVrssQueueSchedulingMode": 2,
        "RscOffloadEnabled": False,
        "SoftwareRscEnabled": True,
    }

    def applies(self, switch: VirtualSwitch) -> bool:
        return bool(switch.physical_adapters)


SWITCH_FEATURE_VIEWS: tuple[type[SwitchFeatureView], ...] = (SwitchBandwidth, SwitchTeaming, SwitchOffload)


# Figures.


class _SwitchData(_SwitchView):
    constants = {"SystemCreationClassName": SWITCH_CLASS}
    title = ""

    def CreationClassName(self, _switch: VirtualSwitch) -> str:
        return self.class_name

    def Name(self, switch: VirtualSwitch) -> str:
        return switch.id

    def SystemName(self, switch: VirtualSwitch) -> str:
        return switch.id

    def Caption(self, _switch: VirtualSwitch) -> str:
        return self.title

    def ElementName(self, _switch: VirtualSwitch) -> str:
        return self.title

    def InstanceID(self, switch: VirtualSwitch) -> str:
        return PREFIX + switch.id


class SwitchBandwidthData(_SwitchData):
    """Bandwidth of a switch, and how much of it ports have reserved."""

    class_name = "Msvm_EthernetSwitchBandwidthData"
    title = "Ethernet Switch Bandwidth data"

    def Capacity(self, switch: VirtualSwitch) -> int:
        return switch.link_speed

    def Reservation(self, switch: VirtualSwitch) -> int:
        return sum(port.feature(PortBandwidth).reservation for port in switch.ports)

    def DefaultFlowReservation(self, switch: VirtualSwitch) -> int:
        return switch.default_flow_reservation

    def DefaultFlowReservationPercentage(self, switch: VirtualSwitch) -> int:
        return switch.default_flow_reservation * 100 // (switch.link_speed or 1)

    def DefaultFlowWeight(self, switch: VirtualSwitch) -> int:
        return switch.default_flow_weight


class SwitchOffloadData(_SwitchData):
    """Hardware queues of a switch, of which the emulated adapters have none, and virtual functions."""

    class_name = "Msvm_EthernetSwitchHardwareOffloadData"
    title = "Ethernet Switch Offload Resource Status"
    constants: dict[str, Any] = {
        **dict.fromkeys(
            (
                "DefaultQueueVmmqQueuePairs",
                "DefaultQueueVrssMinQueuePairs",
                "DefaultQueueVrssQueueSchedulingMode",
                "IPsecSACapacity",
                "IPsecSAUsage",
                "VmqCapacity",
                "VmqUsage",
            ),
            0,
        ),
        "DefaultQueueVmmqEnabled": False,
        "DefaultQueueVrssEnabled": False,
        "DefaultQueueVrssExcludePrimaryProcessor": False,
        "DefaultQueueVrssIndependentHostSpreading": True,
        "PacketDirectInUse": False,
    }

    def IovVfCapacity(self, switch: VirtualSwitch) -> int:
        return virtual_functions.capacity(switch)

    def IovVfUsage(self, switch: VirtualSwitch) -> int:
        return len(virtual_functions.users(switch))

    def IovQueuePairCapacity(self, switch: VirtualSwitch) -> int:
        """One pair for each function."""
        return virtual_functions.capacity(switch)

    def IovQueuePairUsage(self, switch: VirtualSwitch) -> int:
        return len(virtual_functions.users(switch))


class SwitchOperationalData(_SwitchData):
    """The switching mode: 802.1Q."""

    class_name = "Msvm_EthernetSwitchOperationalData"
    title = "Ethernet Switch Modes Supported"
    constants = {"CurrentSwitchingMode": 1, "SupportedSwitchingModes": [1]}


class _PortData(PortView):
    constants = {
        "DeviceCreationClassName": "Msvm_EthernetSwitchPort",
        "SystemCreationClassName": SWITCH_CLASS,
    }
    title = ""

    def CreationClassName(self, _port: Port) -> str:
        return self.class_name

    def DeviceID(self, port: Port) -> str:
        return PREFIX + port.id

    def Name(self, port: Port) -> str:
        return port.id

    def Caption(self, _port: Port) -> str:
        return self.title

    def ElementName(self, _port: Port) -> str:
        return self.title

    def InstanceID(self, port: Port) -> str:
        return f"{PREFIX}{port.switch.id}\\{port.id}"


class PortBandwidthData(_PortData):
    """The share of the switch's bandwidth that a port has reserved."""

    class_name = "Msvm_EthernetSwitchPortBandwidthData"
    title = "Ethernet Switch Port Bandwidth Feature Status"

    def CurrentBandwidthReservationPercentage(self, port: Port) -> int:
        if isinstance(port.connected, ExternalPort):
            return 0
        wanted = port.connected.feature(PortBandwidth)
        if wanted.weight:
            total = sum(each.feature(PortBandwidth).weight for each in port.switch.ports)
            return wanted.weight * 100 // (total + port.switch.default_flow_weight or 1)
        return wanted.reservation * 100 // (port.switch.link_speed or 1)


class PortOffloadData(_PortData):
    """Hardware queues of a port, of which the emulated adapters have none, and its virtual function."""

    class_name = "Msvm_EthernetSwitchPortOffloadData"
    title = "Ethernet Switch Port Offload Feature Status"
    constants: dict[str, Any] = {
        **dict.fromkeys(
            (
                "IpsecCurrentOffloadSaCount",
                "VMQId",
                "VMQOffloadUsage",
                "VmmqQueuePairs",
                "VrssMinQueuePairs",
                "VrssQueueSchedulingMode",
                "VrssVmbusChannelAffinityPolicy",
            ),
            0,
        ),
        "RscEnabled": False,
        "VmmqEnabled": False,
        "VrssEnabled": False,
        "VrssExcludePrimaryProcessor": False,
        "VrssIndependentHostSpreading": False,
    }

    def IovOffloadUsage(self, port: Port) -> int:
        return int(function_of(port) is not None)

    def IovQueuePairUsage(self, port: Port) -> int:
        return int(function_of(port) is not None)

    def IovVfId(self, port: Port) -> int:
        return function_of(port) or 0

    def IovVfDataPathActive(self, port: Port) -> bool:
        return function_of(port) is not None


class SwitchManagementCapabilities(HostElementView):
    """What the service that manages switches can do."""

    class_name = "Msvm_VirtualEthernetSwitchManagementCapabilities"
    constants: dict[str, CimValue] = {
        "AsynchronousMethodsSupported": [],
        "Caption": "Hyper-V Virtual Ethernet Switch Management Service Capabilities",
        "Description": "Hyper-V Virtual Ethernet Switch Management Service Capabilities",
        "ElementName": "Hyper-V Virtual Ethernet Switch Management Service Capabilities",
        "ElementNameEditSupported": True,
        "InstanceID": f"{PREFIX}VirtualEthernetSwitchManagementCapabilities",
        "MaxElementNameLen": 255,
        #: DefineSystem, DestroySystem, ModifyResourceSettings, ModifySystemSettings, RemoveResources,
        #: AddResources, and the three methods of features.
        "SynchronousMethodsSupported": [2, 3, 5, 6, 7, 10, 32779, 32780, 32781],
        "VirtualSystemTypesSupported": ["DMTF:Virtual Ethernet Switch"],
    }

    def IOVSupport(self, host: Host) -> bool:
        return virtual_functions.is_supported(host)

    def IOVSupportReasons(self, host: Host) -> list[str]:
        if virtual_functions.is_supported(host):
            return []
        return ["The network adapters of this computer do not support SR-IOV."]


DATA_VIEWS = (
    Extension,
    FeatureCapabilities,
    InstalledExtension,
    PortBandwidthData,
    PortOffloadData,
    SwitchBandwidthData,
    SwitchManagementCapabilities,
    SwitchOffloadData,
    SwitchOperationalData,
)
