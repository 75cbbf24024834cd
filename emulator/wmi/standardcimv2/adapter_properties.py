"""The advanced properties of the drivers of physical adapters."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.host.network.adapter_options import properties_of
from emulator.host.network.network_interfaces import network_interfaces
from emulator.wmi.association import End, Link
from emulator.wmi.changes import Rule, text
from emulator.wmi.mi_method import mi_method
from emulator.wmi.standardcimv2.interfaces import CURRENT, InterfaceView, NetAdapter

if TYPE_CHECKING:
    from emulator.cim.types import CimValue
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult


def _only(value: CimValue) -> str:
    """The one element of an array, or a plain text."""
    elements = value if isinstance(value, list) else [value]
    return str(elements[0]) if elements else ""


class AdvancedProperty(InterfaceView):
    """The advanced properties of the drivers of physical adapters."""

    class_name = "MSFT_NetAdapterAdvancedPropertySettingData"
    index = ("InstanceID",)
    constants = {"Optional": False, "RegistryDataType": 1, "Source": 3}
    writable = {"DisplayValue": Rule("", "shown", text), "RegistryValue": Rule("", "value", _only)}

    def objects(self) -> Iterator[Any]:
        for interface in network_interfaces(self.host):
            yield from ((interface, each) for each in properties_of(interface))

    def by_key(self, keys: Keys) -> Any:
        wanted = keys.text("InstanceID").lower()
        return next((each for each in self.objects() if self.InstanceID(each).lower() == wanted), None)

    def object_id(self, item: Any) -> Hashable:
        return (item[0].guid, item[1].keyword)

    def revision(self, item: Any) -> Hashable | None:
        return (super().revision(item[0]), item[1].keyword, self.RegistryValue(item)[0])

    def InstanceID(self, item: Any) -> str:
        return f"{{{item[0].guid}}}::{item[1].keyword}"

    def Name(self, item: Any) -> str:
        return str(item[0].name)

    def ElementName(self, item: Any) -> str:
        return str(item[1].name)

    def InterfaceDescription(self, item: Any) -> str:
        return str(item[0].description)

    def SystemName(self, _item: Any) -> str:
        return self.host.operating_system.fully_qualified_name

    def DisplayName(self, item: Any) -> str:
        return str(item[1].name)

    def DisplayValue(self, item: Any) -> str:
        value = self.host.adapter_options.value(item[0], item[1].keyword)
        return str(dict(item[1].choices).get(value, value))

    def DefaultDisplayValue(self, item: Any) -> str:
        return str(dict(item[1].choices).get(item[1].default, item[1].default))

    def DefaultRegistryValue(self, item: Any) -> str:
        return str(item[1].default)

    def NumericParameterMinValue(self, item: Any) -> str | None:
        return None if item[1].numbers is None else str(item[1].numbers[0])

    def NumericParameterMaxValue(self, item: Any) -> str | None:
        return None if item[1].numbers is None else str(item[1].numbers[1])

    def write(self, item: Any, settings: dict[str, Any]) -> None:
        value = settings.get("value")
        if "shown" in settings:
            names = {name.casefold(): number for number, name in item[1].choices}
            wanted = str(settings["shown"])
            value = names.get(wanted.casefold(), wanted)
        self.host.adapter_options.set_value(item[0], item[1].keyword, str(value))

    @mi_method
    def Reset(self, item: Any, arguments: Arguments) -> MethodResult:
        """Give the property its first value again."""
        self.host.adapter_options.reset_value(item[0], item[1].keyword)
        return arguments.result(0)

    def RegistryKeyword(self, item: Any) -> str:
        return str(item[1].keyword)

    def RegistryValue(self, item: Any) -> list[str]:
        return [self.host.adapter_options.value(item[0], item[1].keyword)]

    def ValidDisplayValues(self, item: Any) -> list[str] | None:
        return [name for _, name in item[1].choices] or None

    def ValidRegistryValues(self, item: Any) -> list[str] | None:
        return [value for value, _ in item[1].choices] or None


VIEWS = (AdvancedProperty,)
LINKS = (
    Link(
        "MSFT_NetAdapterAdvancedPropertyElementSetting",
        End(
            "ManagedElement",
            NetAdapter,
            lambda namespace, interface: [
                each for each in namespace.view(AdvancedProperty).objects() if each[0].guid == interface.guid
            ],
        ),
        End("SettingData", AdvancedProperty, lambda _, item: (item[0],)),
        values=CURRENT,
    ),
)
