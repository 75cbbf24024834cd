"""Adding, changing and removing special devices by their settings: rows for the tables of
``resources_add`` and ``resources_change``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.host.errors import InvalidParameter
from emulator.host.expansion.fibre_channel import FibreChannelAdapter
from emulator.wmi.changes import Rule, read_changes, text, text_of
from emulator.wmi.virtualization_v2 import fibre_channel
from emulator.wmi.virtualization_v2.paths import named_object

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.host.virtual_machine import VirtualMachine
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import View

Added = tuple[type["View[Any]"], Any]


def _add_fibre_channel_adapter(_: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    adapter = vm.expansion.add(
        FibreChannelAdapter,
        name=text_of(instance, "ElementName"),
        identifier=fibre_channel.identifier_of(instance),
        **fibre_channel.wanted_names(instance),
    )
    return fibre_channel.AdapterSettings, adapter


def _add_fibre_channel_connection(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    adapter = named_object(namespace, text_of(instance, "Parent"))
    san = text_of(instance, "PoolID")
    if not isinstance(adapter, FibreChannelAdapter) or adapter.vm is not vm or not san:
        raise InvalidParameter("Parent must name a fibre channel adapter, and PoolID a virtual SAN.")
    adapter.connect(san)
    return fibre_channel.ConnectionSettings, adapter


#: ResourceSubType without its prefix, in lower case -> what adds the device.
ADD: dict[str, Callable[[Namespace, VirtualMachine, ValueInstance], Added]] = {
    "synthetic fibrechannel port": _add_fibre_channel_adapter,
    "fibrechannel connection": _add_fibre_channel_connection,
}
#: Classes that need no ResourceSubType to say what they are.
SUBTYPE_OF_CLASS = {
    "Msvm_SyntheticFcPortSettingData": "synthetic fibrechannel port",
    "Msvm_FcPortAllocationSettingData": "fibrechannel connection",
}

_ADAPTER = {
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


def _by_table(writable: dict[str, Rule]) -> Callable[[View[Any], Any, ValueInstance], None]:
    def change(view: View[Any], item: Any, instance: ValueInstance) -> None:
        changes = read_changes(view, item, instance, writable).get("")
        if changes:
            item.vm.expansion.configure(item, **changes)

    return change


CHANGE: dict[Any, Callable[[View[Any], Any, ValueInstance], None]] = {
    fibre_channel.AdapterSettings: _by_table(_ADAPTER),
    fibre_channel.ConnectionSettings: _change_connection,
}
REMOVE: dict[Any, Callable[[Any], None]] = {
    fibre_channel.AdapterSettings: lambda device: device.vm.expansion.remove(device),
    fibre_channel.ConnectionSettings: lambda adapter: adapter.connect(""),
}
