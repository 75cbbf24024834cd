"""Msvm_ElementConformsToProfile: that the host conforms to the profiles that root/interop registers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.wmi.association import End, Link, the_host
from emulator.wmi.interop.profiles import Profile, RegisteredProfile
from emulator.wmi.virtualization_v2.computer_system import HostSystem

if TYPE_CHECKING:
    from emulator.wmi.namespace import Namespace

_INTEROP = "root/interop"


def _profiles(namespace: Namespace, _host: Any) -> Iterable[Profile]:
    return namespace.service.namespace(_INTEROP).view(RegisteredProfile).objects()


LINKS = (
    Link(
        "Msvm_ElementConformsToProfile",
        End("ConformantStandard", RegisteredProfile, the_host, namespace=_INTEROP),
        End("ManagedElement", HostSystem, _profiles),
    ),
)
