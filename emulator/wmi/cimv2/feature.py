"""Win32_OptionalFeature and Win32_ServerFeature: the Hyper-V role and its tools as installable features."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

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
        if not self.host.role.available and not self.host.release.features.dism_tools:
            return ()
        role = self.host.release.features.dism_role if self.host.role.available else ()
        return (*role, *self.host.release.features.dism_tools)

    def by_key(self, keys: Keys) -> str | None:
        wanted = keys.text("Name").casefold()
        return next((name for name in self.objects() if name.casefold() == wanted), None)

    def object_id(self, item: str) -> Hashable:
        return item

    def revision(self, item: str) -> Hashable | None:  # noqa: ARG002  the role is one object
        return self.host.role.revision

    def Name(self, feature: str) -> str:
        return feature

    def InstallState(self, feature: str) -> int:
        """1 enabled, 2 disabled; a role that waits for the reboot is not enabled yet."""
        is_tool = feature in self.host.release.features.dism_tools
        installed = self.host.role.management_tools if is_tool else self.host.role.active
        return _ENABLED if installed else _DISABLED


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
