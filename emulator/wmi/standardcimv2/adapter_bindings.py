"""Which components are bound to adapters.

A physical adapter that a virtual switch has is bound to the switch's protocol only.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host.network.adapter_options import COMPONENTS, Component
from emulator.host.network.network_interfaces import Interface, network_interfaces
from emulator.wmi.association import End, Link
from emulator.wmi.mi_method import mi_method
from emulator.wmi.standardcimv2.interfaces import CURRENT, InterfaceView, NetAdapter

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult


class Binding(NamedTuple):
    """A component at an adapter."""

    interface: Interface
    component: Component


def bindings_of(interface: Interface) -> list[Binding]:
    """The components of an adapter; that of switches is there with physical adapters only."""
    return [
        Binding(interface, each)
        for each in COMPONENTS
        if not each.of_switch or interface.physical is not None
    ]


class AdapterBinding(InterfaceView):
    """Which components are bound."""

    class_name = "MSFT_NetAdapterBindingSettingData"
    index = ("InstanceID",)
    constants = {"Source": 2}

    def objects(self) -> Iterator[Any]:
        for interface in network_interfaces(self.host):
            yield from bindings_of(interface)

    def by_key(self, keys: Keys) -> Any:
        wanted = keys.text("InstanceID").lower()
        return next((each for each in self.objects() if self.InstanceID(each).lower() == wanted), None)

    def object_id(self, item: Any) -> Hashable:
        return (item.interface.guid, item.component.id)

    def revision(self, item: Any) -> Hashable | None:
        return (super().revision(item.interface), item.component.id, self.Enabled(item))

    def InstanceID(self, binding: Any) -> str:
        return f"{{{binding.interface.guid}}}::{binding.component.id}"

    def Name(self, binding: Any) -> str:
        return str(binding.interface.name)

    def ElementName(self, binding: Any) -> str:
        return str(binding.component.name)

    def InterfaceDescription(self, binding: Any) -> str:
        return str(binding.interface.description)

    def SystemName(self, _binding: Any) -> str:
        return self.host.operating_system.fully_qualified_name

    def ComponentID(self, binding: Any) -> str:
        return str(binding.component.id)

    def ComponentClassName(self, binding: Any) -> str:
        return str(binding.component.class_name)

    def DisplayName(self, binding: Any) -> str:
        return str(binding.component.name)

    def BindName(self, binding: Any) -> str:
        return str(binding.component.binds)

    def Enabled(self, binding: Any) -> bool:
        return self.host.adapter_options.is_bound(binding.interface, binding.component)

    @mi_method
    def Enable(self, binding: Any, arguments: Arguments) -> MethodResult:
        """Bind the component."""
        self.host.adapter_options.bind(binding.interface, binding.component, True)
        return arguments.result(0)

    @mi_method
    def Disable(self, binding: Any, arguments: Arguments) -> MethodResult:
        """Unbind the component."""
        self.host.adapter_options.bind(binding.interface, binding.component, False)
        return arguments.result(0)


VIEWS = (AdapterBinding,)
LINKS = (
    Link(
        "MSFT_NetAdapterBindingElementSetting",
        End("ManagedElement", NetAdapter, lambda _, interface: bindings_of(interface)),
        End("SettingData", AdapterBinding, lambda _, binding: (binding.interface,)),
        values=CURRENT,
    ),
)
