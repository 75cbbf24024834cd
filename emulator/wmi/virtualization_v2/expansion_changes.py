"""Adding, changing and removing special devices by their settings: rows for the tables of
``resources_add`` and ``resources_change``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.host.errors import InvalidParameter
from emulator.host.virtual_machine.expansion.fibre_channel import FibreChannelAdapter
from emulator.host.virtual_machine.expansion.flexible_io import FlexibleIoDevice
from emulator.host.virtual_machine.expansion.gpu import (
    PARTITION_RESOURCES,
    GpuPartition,
    HostGpu,
    RemoteFxDisplay,
)
from emulator.host.virtual_machine.expansion.pci import AssignedDevice, HostPciDevice
from emulator.wmi.changes import (
    Rule,
    first_text,
    flag,
    number,
    numbers,
    read_changes,
    text,
    text_of,
    texts,
    value_of,
    wanted_settings,
)
from emulator.wmi.virtualization_v2 import assignable_devices, flexible_io, graphics
from emulator.wmi.virtualization_v2.fibre_channel import adapters
from emulator.wmi.virtualization_v2.paths import named_object
from emulator.wmi.virtualization_v2.settings_changes import wanted_identifier

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import View

Added = tuple[type["View[Any]"], Any]


def _add_fibre_channel_adapter(_: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    adapter = vm.expansion.add(
        FibreChannelAdapter,
        name=text_of(instance, "ElementName"),
        identifier=wanted_identifier(instance),
        **adapters.wanted_names(instance),
        **wanted_settings(instance, _POOL).get("", {}),
    )
    return adapters.AdapterSettings, adapter


def _add_fibre_channel_connection(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    adapter = named_object(namespace, text_of(instance, "Parent"))
    san = text_of(instance, "PoolID")
    if not isinstance(adapter, FibreChannelAdapter) or adapter.vm is not vm or not san:
        raise InvalidParameter("Parent must name a fibre channel adapter, and PoolID a virtual SAN.")
    adapter.connect(san)
    return adapters.ConnectionSettings, adapter


#: Special devices may come from a pool of administrators.
_POOL = {"PoolID": Rule("", "pool", text)}
_PORT = {
    **_POOL,
    "NumaAwarePlacement": Rule("", "numa_aware_placement", flag),
    "VirtualFunctions": Rule("", "virtual_functions", numbers),
}
_DISPLAY = {
    **_POOL,
    "MaximumMonitors": Rule("", "monitors", number),
    "MaximumScreenResolution": Rule("", "resolution", number),
    "VRAMSizeBytes": Rule("", "video_memory", number),
}


def _add_assigned_device(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    device = named_object(namespace, first_text(instance, "HostResource") or "")
    if not isinstance(device, HostPciDevice):
        raise InvalidParameter("HostResource does not name a device that was dismounted from the host.")
    settings = wanted_settings(instance, _PORT).get("", {})
    port = vm.expansion.add(
        AssignedDevice,
        identifier=wanted_identifier(instance),
        location_path=device.location_path,
        **settings,
    )
    return assignable_devices.PortSettings, port


def _gpu_path(namespace: Namespace, instance: ValueInstance) -> str:
    path = first_text(instance, "HostResource")
    if path is None:
        return ""
    gpu = named_object(namespace, path)
    if not isinstance(gpu, HostGpu):
        raise InvalidParameter("HostResource does not name a GPU that can be partitioned.")
    return gpu.interface_path


def _add_gpu_partition(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    partition = vm.expansion.add(
        GpuPartition,
        identifier=wanted_identifier(instance),
        gpu=_gpu_path(namespace, instance),
        resources=graphics.wanted_resources(instance),
        numa_aware_placement=value_of(instance, "NumaAwarePlacement") is True,
        **wanted_settings(instance, _POOL).get("", {}),
    )
    return graphics.PartitionSettings, partition


def _add_display(_: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    settings = wanted_settings(instance, _DISPLAY).get("", {})
    return graphics.DisplaySettings, vm.expansion.add(RemoteFxDisplay, **settings)


_FLEXIBLE_DEVICE = {
    **_POOL,
    "EmulatorConfiguration": Rule("", "options", texts),
    "EmulatorId": Rule("", "emulator", text),
}


def _add_flexible_device(_: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    device = vm.expansion.add(
        FlexibleIoDevice,
        name=text_of(instance, "ElementName"),
        identifier=wanted_identifier(instance),
        **wanted_settings(instance, _FLEXIBLE_DEVICE).get("", {}),
    )
    return flexible_io.FlexibleDeviceSettings, device


#: ResourceSubType without its prefix, in lower case -> what adds the device.
ADD: dict[str, Callable[[Namespace, VirtualMachine, ValueInstance], Added]] = {
    "flexible io device": _add_flexible_device,
    "gpu partition": _add_gpu_partition,
    "synthetic 3d display controller": _add_display,
    "synthetic fibrechannel port": _add_fibre_channel_adapter,
    "virtual pci express port": _add_assigned_device,
    "fibrechannel connection": _add_fibre_channel_connection,
}
#: Classes that need no ResourceSubType to say what they are.
SUBTYPE_OF_CLASS = {
    "Msvm_FlexIoDeviceSettingData": "flexible io device",
    "Msvm_GpuPartitionSettingData": "gpu partition",
    "Msvm_PciExpressSettingData": "virtual pci express port",
    "Msvm_Synthetic3DDisplayControllerSettingData": "synthetic 3d display controller",
    "Msvm_SyntheticFcPortSettingData": "synthetic fibrechannel port",
    "Msvm_FcPortAllocationSettingData": "fibrechannel connection",
}

_ADAPTER = {
    **_POOL,
    "ElementName": Rule("", "name", text),
    "SecondaryWWNN": Rule("", "node_name_b", text),
    "SecondaryWWPN": Rule("", "port_name_b", text),
    "VirtualPortWWNN": Rule("", "node_name_a", text),
    "VirtualPortWWPN": Rule("", "port_name_a", text),
}
_CONNECTION = {"PoolID": Rule("", "san", text)}


def _change_connection(view: View[Any], item: FibreChannelAdapter, instance: ValueInstance) -> None:
    changes = read_changes(view, item, instance, _CONNECTION).get("", {})
    if "san" in changes:
        item.connect(changes["san"])


_PARTITION = {
    **_POOL,
    "HostResource": Rule("", "gpu", text),
    "NumaAwarePlacement": Rule("", "numa_aware_placement", flag),
    **{name: Rule("resources", key, number) for name, key in PARTITION_RESOURCES.items()},
}


def _change_partition(view: View[Any], item: GpuPartition, instance: ValueInstance) -> None:
    changes = read_changes(view, item, instance, _PARTITION)
    settings = dict(changes.get("", {}))
    if "gpu" in settings:
        settings["gpu"] = _gpu_path(view.namespace, instance)
    if "resources" in changes:
        settings["resources"] = changes["resources"]
    if settings:
        item.vm.expansion.configure(item, **settings)


def _by_table(writable: dict[str, Rule]) -> Callable[[View[Any], Any, ValueInstance], None]:
    def change(view: View[Any], item: Any, instance: ValueInstance) -> None:
        changes = read_changes(view, item, instance, writable).get("")
        if changes:
            item.vm.expansion.configure(item, **changes)

    return change


CHANGE: dict[Any, Callable[[View[Any], Any, ValueInstance], None]] = {
    adapters.AdapterSettings: _by_table(_ADAPTER),
    adapters.ConnectionSettings: _change_connection,
    assignable_devices.PortSettings: _by_table(_PORT),
    flexible_io.FlexibleDeviceSettings: _by_table(_FLEXIBLE_DEVICE),
    graphics.DisplaySettings: _by_table(_DISPLAY),
    graphics.PartitionSettings: _change_partition,
}
REMOVE: dict[Any, Callable[[Any], None]] = {
    assignable_devices.PortSettings: lambda device: device.vm.expansion.remove(device),
    adapters.AdapterSettings: lambda device: device.vm.expansion.remove(device),
    flexible_io.FlexibleDeviceSettings: lambda device: device.vm.expansion.remove(device),
    graphics.DisplaySettings: lambda device: device.vm.expansion.remove(device),
    graphics.PartitionSettings: lambda device: device.vm.expansion.remove(device),
    adapters.ConnectionSettings: lambda adapter: adapter.connect(""),
}
