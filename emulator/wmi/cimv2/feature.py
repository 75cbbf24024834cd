"""Win32_OptionalFeature and Win32_ServerFeature: the Hyper-V role and its tools as installable features."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.host.optional_features import feature_names, find_feature, is_enabled
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


class ServerFeature(Win32View[str]):
    """An installed role or feature; servers only. What is not installed has no instance."""

    class_name = "Win32_ServerFeature"

    def objects(self) -> Iterable[str]:
        features = self.host.release.features
        if self.host.role.active and features.server_feature_id is not None:
            return (features.role,)
        return ()

    def object_id(self, item: str) -> Hashable:
        return item

    def revision(self, item: str) -> Hashable | None:  # noqa: ARG002  the role is one object
        return self.host.role.revision

    def ID(self, _feature: str) -> int | None:
        return self.host.release.features.server_feature_id

    def Name(self, feature: str) -> str:
        return feature

    def ParentID(self, _feature: str) -> int:
        return 0
