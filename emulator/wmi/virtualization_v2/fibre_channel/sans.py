"""Virtual SANs: pools of the host's fibre channel ports, named by their switches."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter
from emulator.host.expansion.fibre_channel import HostPort
from emulator.host.resource_pools import ResourcePool
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import PREFIX, DeviceSettingView
from emulator.wmi.virtualization_v2.fibre_channel.adapters import ConnectionSettings
from emulator.wmi.virtualization_v2.fibre_channel.ports import switch_path
from emulator.wmi.virtualization_v2.paths import named_object

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace


class SanAllocation(View[ResourcePool]):
    """What a virtual SAN holds: the switches of ports of the host."""

    class_name = ConnectionSettings.class_name
    index = ("InstanceID",)
    constants = {**DeviceSettingView.constants, **ConnectionSettings.constants}

    def objects(self) -> Iterable[ResourcePool]:
        if "fibre_channel" not in self.host.release.special_devices:
            return ()
        return self.host.expansion.fibre_channel.sans

    def by_key(self, keys: Keys) -> ResourcePool | None:
        wanted = keys.text("InstanceID").lower()
        return next((pool for pool in self.objects() if self.InstanceID(pool).lower() == wanted), None)

    def object_id(self, item: ResourcePool) -> Hashable:
        return item.id

    def InstanceID(self, pool: ResourcePool) -> str:
        return f"{PREFIX}{pool.id}\\0"

    def PoolID(self, pool: ResourcePool) -> str:
        return pool.name

    def HostResource(self, pool: ResourcePool) -> list[str]:
        return [switch_path(self.namespace, each) for each in pool.resources]


def resources_of(namespace: Namespace, settings: list[ValueInstance]) -> tuple[str, ...]:
    """The GUIDs of the virtual switches that allocation settings of a SAN name. Raises InvalidParameter."""
    found: list[str] = []
    for each in settings:
        value = each.value("HostResource")
        for path in value if isinstance(value, list) else ():
            port = named_object(namespace, str(path))
            if not isinstance(port, HostPort):
                raise InvalidParameter("HostResource does not name a virtual Fibre Channel switch.")
            found.append(port.switch_id)
    return tuple(found)
