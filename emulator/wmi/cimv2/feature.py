"""Win32_OptionalFeature and Win32_ServerFeature: the Hyper-V role and its tools as installable features."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.host.windows.optional_features import feature_names, find_feature, is_enabled
from emulator.host.windows.server_features import ServerFeature as Feature
from emulator.host.windows.server_features import find_feature as find_server_feature
from emulator.host.windows.server_features import server_features
from emulator.wmi.cimv2.base import Win32View

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys

_ENABLED, _DISABLED = 1, 2


class OptionalFeature(Win32View[str]):
    """A feature by the name that DISM knows it by."""

    class_name = "Win32_OptionalFeature"
    index = ("Name",)
    constants = {"Status": None}

    def objects(self) -> Iterable[str]:
        return feature_names(self.host)

    def by_key(self, keys: Keys) -> str | None:
        return find_feature(self.host, keys.text("Name"), exact=False)

    def object_id(self, item: str) -> Hashable:
        return item

    def revision(self, item: str) -> Hashable | None:  # noqa: ARG002  the role is one object
        return self.host.role.revision

    def Name(self, feature: str) -> str:
        return feature

    def InstallState(self, feature: str) -> int:
        """1 enabled, 2 disabled; a role that waits for the reboot is not enabled yet."""
        return _ENABLED if is_enabled(self.host, feature) else _DISABLED


class ServerFeature(Win32View[Feature]):
    """An installed role or feature; servers only. What is not installed has no instance."""

    class_name = "Win32_ServerFeature"

    def objects(self) -> Iterable[Feature]:
        return [each for each in server_features(self.host) if each.present]

    def object_id(self, item: Feature) -> Hashable:
        return item.name

    def revision(self, item: Feature) -> Hashable | None:  # noqa: ARG002  the role is one object
        return self.host.role.revision

    def ID(self, feature: Feature) -> int:
        return feature.number

    def Name(self, feature: Feature) -> str:
        return feature.name if feature.is_role else feature.title

    def ParentID(self, feature: Feature) -> int:
        """0 for what lies in nothing of Hyper-V's."""
        parent = None if feature.parent is None else find_server_feature(self.host, feature.parent)
        return 0 if parent is None else parent.number
