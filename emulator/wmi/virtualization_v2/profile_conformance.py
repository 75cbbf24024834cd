"""Msvm_ElementConformsToProfile: that the host conforms to the profile that root/interop registers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.wmi.interop.profiles import Profile, RegisteredProfile
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.computer_system import HostSystem

if TYPE_CHECKING:
    from emulator.cim.object_path import ObjectPath

_INTEROP = "root/interop"


class Conformance(View[Profile]):
    """The host and one profile; the profile is in another namespace."""

    class_name = "Msvm_ElementConformsToProfile"

    def objects(self) -> Iterable[Profile]:
        return self.namespace.service.namespace(_INTEROP).view(RegisteredProfile).objects()

    def object_id(self, item: Profile) -> Hashable:
        return item.instance_id

    def revision(self, item: Profile) -> Hashable | None:  # noqa: ARG002  the host keeps its name
        return self.host.name

    def ConformantStandard(self, profile: Profile) -> ObjectPath:
        view = self.namespace.service.namespace(_INTEROP).view(RegisteredProfile)
        return view.instance(profile).path

    def ManagedElement(self, _profile: Profile) -> ObjectPath:
        return self.namespace.view(HostSystem).instance(self.host).path


VIEWS = (Conformance,)
