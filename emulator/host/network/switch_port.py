"""SwitchPort: the adapter of a machine or of the host that connects to a switch, with its features."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from emulator.host.errors import AlreadyExists, InvalidParameter, LimitExceeded, NotFound, NotSupported
from emulator.host.host_object import HostObject, Part, operation
from emulator.host.identifiers import derived_guid
from emulator.host.network.port_access_lists import ExtendedAcl
from emulator.host.network.port_feature import PortFeature, checked_feature
from emulator.host.network.port_features import PortBandwidth, TeamMapping
from emulator.host.network.port_networks import RoutingDomain
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.network.virtual_switch import VirtualSwitch

Feature = TypeVar("Feature", bound=PortFeature)
#: Rules and routing domains of one port; the emulator's own bound.
MAXIMUM_FEATURES = 1_000

Features = dict[tuple[type[PortFeature], str], PortFeature]
#: Shared by all ports without settings; a change makes a new one.
_NO_FEATURES: Features = {}


class FeatureSetting(Record):
    """Names one setting of a port: ``identifier`` is a GUID where a port may have several of the kind."""

    port: "SwitchPort"
    kind: type[PortFeature]
    identifier: str

    @property
    def feature(self) -> PortFeature:
        """The present value; that of a new setting when it was removed."""
        return self.port.features.get((self.kind, self.identifier)) or self.kind()


class SwitchPort(Part):
    """An adapter that can be connected to a virtual switch.

    A port has a setting of a kind only after somebody made one; until then the defaults count
    (`feature`). Subclasses have an ``id`` (GUID), a ``name`` and the ``switch``.
    """

    __slots__ = ("_features",)

    id: str
    name: Any
    switch: "VirtualSwitch | None"

    def __init__(self, owner: HostObject) -> None:
        super().__init__(owner)
        self._features = _NO_FEATURES

    @property
    def features(self) -> Features:
        """The settings by kind and identifier. Do not change it."""
        return self._features

    def feature(self, kind: type[Feature]) -> Feature:
        """The value of a kind of which a port has one; the defaults when it has none."""
        found = self.features.get((kind, ""))
        return found if isinstance(found, kind) else kind()

    def features_of(self, kind: type[Feature]) -> list[Feature]:
        """All values of a kind, in order of creation."""
        return [each for each in self.features.values() if isinstance(each, kind)]

    def feature_settings(self, kind: type[PortFeature] | None = None) -> list[FeatureSetting]:
        """The settings of a kind, or all, in order of creation."""
        return [
            FeatureSetting(self, each, identifier)
            for each, identifier in self.features
            if kind is None or kind is each
        ]

    def seed_features(self, features: Iterable[PortFeature]) -> None:
        """Give a new port the settings of a profile, which has checked them."""
        made: Features = {}
        for number, feature in enumerate(features):
            kind = type(feature)
            identifier = derived_guid(self.id, kind.title, str(number)) if kind.several else ""
            made[kind, identifier] = checked_feature(feature)
        self._features = made

    def require_changeable(self) -> None:
        """Raise when the adapter is gone."""
        raise NotImplementedError

    @operation
    def add_feature(self, feature: PortFeature) -> FeatureSetting:
        """Make a setting. Raises AlreadyExists where a port has only one, InvalidParameter, NotSupported."""
        self.require_changeable()
        kind = type(feature)
        checked = self.check_feature(feature, None)
        if not kind.several and (kind, "") in self.features:
            raise AlreadyExists(f"The port has {kind.title} already.")
        if len(self.features) >= MAXIMUM_FEATURES:
            raise LimitExceeded("The port cannot have more settings.")
        setting = FeatureSetting(self, kind, self.host.new_guid() if kind.several else "")
        self._keep({**self.features, (kind, setting.identifier): checked})
        self.host.observe("created", self)
        return setting

    @operation
    def set_feature(self, feature: PortFeature) -> FeatureSetting:
        """Make or change the setting of a kind of which a port has one. Raises InvalidParameter,
        NotSupported."""
        self.require_changeable()
        setting = FeatureSetting(self, type(feature), "")
        self._keep({**self.features, (setting.kind, ""): self.check_feature(feature, setting)})
        return setting

    @operation
    def change_feature(self, setting: FeatureSetting, feature: PortFeature) -> None:
        """Give a setting another value. Raises NotFound, InvalidParameter."""
        self.require_changeable()
        key = (setting.kind, setting.identifier)
        if key not in self.features:
            raise NotFound("The setting of the port was not found.")
        self._keep({**self.features, key: self.check_feature(feature, setting)})

    @operation
    def remove_feature(self, setting: FeatureSetting) -> None:
        """Remove a setting: the defaults count again. Raises NotFound."""
        self.require_changeable()
        key = (setting.kind, setting.identifier)
        if key not in self.features:
            raise NotFound("The setting of the port was not found.")
        self._keep({each: value for each, value in self.features.items() if each != key})

    def check_feature(self, feature: Feature, own: FeatureSetting | None) -> Feature:
        """The checked value for this port. Raises InvalidParameter, NotSupported, AlreadyExists."""
        if not type(feature).since <= self.host.release.build < type(feature).until:
            raise NotSupported(f"This version of Windows has no {type(feature).title}.")
        found = checked_feature(feature)
        others = [
            value
            for (kind, identifier), value in self.features.items()
            if own is None or (kind, identifier) != (own.kind, own.identifier)
        ]
        if isinstance(found, ExtendedAcl):
            for other in others:
                if isinstance(other, ExtendedAcl) and (other.direction, other.weight) == (
                    found.direction,
                    found.weight,
                ):
                    raise AlreadyExists("A rule of this direction and weight exists.")
        if isinstance(found, RoutingDomain):
            wanted = found.routing_domain_id.strip("{}").lower()
            for other in others:
                if isinstance(other, RoutingDomain) and other.routing_domain_id.strip("{}").lower() == wanted:
                    raise AlreadyExists("The port has this routing domain already.")
        if self.switch is not None:
            self.check_for_switch(found, self.switch)
        return found

    def check_for_switch(self, feature: PortFeature, switch: "VirtualSwitch") -> None:
        """Whether a setting goes with a switch. Raises InvalidParameter."""
        if isinstance(feature, PortBandwidth):
            switch.check_reservation(feature.reservation, feature.weight)
        if isinstance(feature, TeamMapping) and not any(
            each.name.casefold() == feature.adapter_name.casefold() for each in switch.physical_adapters
        ):
            raise InvalidParameter(f"'{feature.adapter_name!s:.64}' is no member of the team of the switch.")

    def check_connection(self, switch: "VirtualSwitch") -> None:
        """Whether all settings go with a switch to which the port is to be connected. Raises
        InvalidParameter."""
        for feature in self.features.values():
            self.check_for_switch(feature, switch)

    def _keep(self, features: Features) -> None:
        self._features = features
        self.touch()
        if self.switch is not None and self.owner is not self.switch:
            self.switch.touch()
