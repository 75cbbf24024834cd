"""Features that virtual switches and ports can have, and the settings of those of switches as a whole."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from emulator.host import PORT_FEATURES, BandwidthMode, VirtualSwitch
from emulator.host.identifiers import derived_guid
from emulator.host.network.port_feature import PortFeature
from emulator.host.network.switch_offload import DEFAULTS
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import PREFIX
from emulator.wmi.virtualization_v2.switch_features import DEFINITION, VIEW_OF_KIND

if TYPE_CHECKING:
    from emulator.cim.types import CimValue
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace

_PORT, _SWITCH = 1, 2
_DYNAMIC = 5


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


#: Property of Msvm_EthernetSwitchHardwareOffloadSettingData -> setting of a switch.
OFFLOAD_SETTINGS = {
    "DefaultQueueVmmqEnabled": "default_queue_vmmq_enabled",
    "DefaultQueueVmmqQueuePairs": "default_queue_vmmq_queue_pairs",
    "DefaultQueueVrssEnabled": "default_queue_vrss_enabled",
    "DefaultQueueVrssExcludePrimaryProcessor": "default_queue_vrss_exclude_primary_processor",
    "DefaultQueueVrssIndependentHostSpreading": "default_queue_vrss_independent_host_spreading",
    "DefaultQueueVrssMinQueuePairs": "default_queue_vrss_minimum_queue_pairs",
    "DefaultQueueVrssQueueSchedulingMode": "default_queue_vrss_scheduling_mode",
    "RscOffloadEnabled": "rsc_offload_enabled",
    "SoftwareRscEnabled": "software_rsc_enabled",
}


def _offload_reader(setting: str) -> Callable[[SwitchFeatureSetting], CimValue]:
    def read(item: SwitchFeatureSetting) -> CimValue:
        value: int = getattr(DEFAULTS if item.switch is None else item.switch.offload, setting)
        return value

    return read


class SwitchOffloadView(SwitchFeatureView):
    """What a switch may hand to hardware."""

    feature = SWITCH_FEATURES[2]
    class_name = feature.class_name

    def __init__(self, namespace: Namespace) -> None:
        super().__init__(namespace)
        for name, setting in OFFLOAD_SETTINGS.items():
            if self.declaration.find_property(name) is not None:
                self._readers[name] = _offload_reader(setting)

    def applies(self, switch: VirtualSwitch) -> bool:
        return bool(switch.physical_adapters)


SWITCH_FEATURE_VIEWS: tuple[type[SwitchFeatureView], ...] = (
    SwitchBandwidth,
    SwitchTeaming,
    SwitchOffloadView,
)
VIEWS = (FeatureCapabilities, *SWITCH_FEATURE_VIEWS)
