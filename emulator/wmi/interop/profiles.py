"""Msvm_RegisteredProfile and what conforms to it (DSP1033; HyperV_v2, "Profile registration classes")."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.cim.object_path import ObjectPath
from emulator.wmi.view import View

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.keys import Keys

_VIRTUALIZATION = "root/virtualization/v2"
_DMTF, _NOT_ADVERTISED = 2, 2


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile by its identifier, with the name and version of the DMTF's document."""

    instance_id: str
    name: str
    version: str


#: The profile to which the page of Msvm_StandaloneV2ElementConformsToProfile has the host conform: DSP1042.
SYSTEM_VIRTUALIZATION = Profile("Microsoft:SystemVirtualization", "System Virtualization", "1.0.0")


class _ProfileView:
    """Profiles are registered while the role's namespace exists."""

    host: Host

    def profiles(self) -> tuple[Profile, ...]:
        is_virtual = self.host.role.active and "v2" in self.host.release.wmi_namespaces
        return (SYSTEM_VIRTUALIZATION,) if is_virtual else ()


class RegisteredProfile(_ProfileView, View[Profile]):
    """A profile that the host registers."""

    class_name = "Msvm_RegisteredProfile"
    index = ("InstanceID",)
    constants = {"RegisteredOrganization": _DMTF, "AdvertiseTypes": [_NOT_ADVERTISED]}

    def objects(self) -> Iterable[Profile]:
        return self.profiles()

    def by_key(self, keys: Keys) -> Profile | None:
        wanted = keys.text("InstanceID").casefold()
        return next((each for each in self.objects() if each.instance_id.casefold() == wanted), None)

    def object_id(self, item: Profile) -> Hashable:
        return item.instance_id

    def revision(self, item: Profile) -> Hashable | None:  # noqa: ARG002  a profile does not change
        return 0

    def InstanceID(self, profile: Profile) -> str:
        return profile.instance_id

    def RegisteredName(self, profile: Profile) -> str:
        return profile.name

    def RegisteredVersion(self, profile: Profile) -> str:
        return profile.version


class Conformance(_ProfileView, View[Profile]):
    """That the host, an object of Hyper-V's own namespace, conforms to a profile."""

    class_name = "Msvm_StandaloneV2ElementConformsToProfile"

    def objects(self) -> Iterable[Profile]:
        return self.profiles()

    def object_id(self, item: Profile) -> Hashable:
        return item.instance_id

    def revision(self, item: Profile) -> Hashable | None:  # noqa: ARG002  the host keeps its name
        return self.host.name

    def ConformantStandard(self, profile: Profile) -> ObjectPath:
        return self.namespace.view(RegisteredProfile).instance(profile).path

    def ManagedElement(self, _profile: Profile) -> ObjectPath:
        keys = (("CreationClassName", "Msvm_ComputerSystem"), ("Name", self.host.name))
        return ObjectPath(
            "Msvm_ComputerSystem", keys, namespace=_VIRTUALIZATION, server=self.namespace.server
        )
