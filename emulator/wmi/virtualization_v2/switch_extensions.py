"""Extensions of virtual switches: those that are installed on the host, and those of each switch."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from emulator.host import (
    NATIVE_EXTENSION,
    InvalidParameter,
    SwitchExtension,
    VirtualSwitch,
    extension_version,
    installed_extensions,
)
from emulator.wmi import errors
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, PREFIX
from emulator.wmi.virtualization_v2.switches import EXTENSION_CLASS, SWITCH_CLASS, PartView

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

_ENABLED, _DISABLED = 2, 3


class InstalledExtension(View[SwitchExtension]):
    """An extension that is installed on the host; the switch itself is one, as owner of the features."""

    class_name = "Msvm_InstalledEthernetSwitchExtension"
    index = ("InstanceID",)
    constants = {
        "Caption": "System Virtual Ethernet Switch Extension",
        "HealthState": 5,
        "OperationalStatus": [2],
        "Status": "OK",
        "StatusDescriptions": ["OK"],
    }

    def objects(self) -> Iterable[SwitchExtension]:
        return (*installed_extensions(self.host.release), NATIVE_EXTENSION)

    def by_key(self, keys: Keys) -> SwitchExtension | None:
        wanted = keys.text("InstanceID").rpartition(":")[2].upper()
        return next((each for each in self.objects() if each.id == wanted), None)

    def object_id(self, item: SwitchExtension) -> Hashable:
        return item.id

    def revision(self, item: SwitchExtension) -> Hashable | None:  # noqa: ARG002  drivers do not change
        return 0

    def InstanceID(self, extension: SwitchExtension) -> str:
        return PREFIX + extension.id

    def Name(self, extension: SwitchExtension) -> str:
        return extension.id

    def ElementName(self, extension: SwitchExtension) -> str:
        return extension.name

    def Description(self, extension: SwitchExtension) -> str:
        return extension.description

    def ExtensionType(self, extension: SwitchExtension) -> int:
        return int(extension.type)

    def Vendor(self, extension: SwitchExtension) -> str:
        return extension.vendor

    def Version(self, _extension: SwitchExtension) -> str:
        return extension_version(self.host.release)


class RunningExtension(NamedTuple):
    """An extension of one switch."""

    switch: VirtualSwitch
    facts: SwitchExtension


def extensions_of(switch: VirtualSwitch) -> list[RunningExtension]:
    """The extensions of a switch, in the order in which packets pass them."""
    facts = {each.id: each for each in installed_extensions(switch.host.release)}
    return [RunningExtension(switch, facts[each]) for each in switch.extensions]


class Extension(PartView[RunningExtension]):
    """An extension of a switch, which can be switched on and off."""

    class_name = EXTENSION_CLASS
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "Virtual Switch Extension",
        "CreationClassName": EXTENSION_CLASS,
        "SystemCreationClassName": SWITCH_CLASS,
    }

    def objects(self) -> Iterator[RunningExtension]:
        for switch in self.host.virtual_switches:
            yield from extensions_of(switch)

    def shown_of(self, owner: object) -> Iterable[RunningExtension] | None:
        return extensions_of(owner) if isinstance(owner, VirtualSwitch) else ()

    def owner_of(self, item: RunningExtension) -> object:
        return item.switch

    def parts(self, switch: VirtualSwitch) -> Iterable[RunningExtension]:
        return extensions_of(switch)

    def object_id(self, item: RunningExtension) -> Hashable:
        return (item.switch.id, item.facts.id)

    def revision(self, item: RunningExtension) -> Hashable | None:
        return item.switch.revision

    def Name(self, extension: RunningExtension) -> str:
        return extension.facts.id

    def SystemName(self, extension: RunningExtension) -> str:
        return extension.switch.id

    def ElementName(self, extension: RunningExtension) -> str:
        return extension.facts.name

    def Description(self, extension: RunningExtension) -> str:
        return extension.facts.description

    def EnabledState(self, extension: RunningExtension) -> int:
        return _ENABLED if extension.switch.extensions[extension.facts.id] else _DISABLED

    def ExtensionType(self, extension: RunningExtension) -> int:
        return int(extension.facts.type)

    def Vendor(self, extension: RunningExtension) -> str:
        return extension.facts.vendor

    def Version(self, _extension: RunningExtension) -> str:
        return extension_version(self.host.release)

    @wmi_method
    def RequestStateChange(self, extension: RunningExtension, arguments: Arguments) -> MethodResult:
        """Switch the extension on (2) or off (3); at once."""
        wanted = arguments.integer("RequestedState")
        if wanted not in (_ENABLED, _DISABLED):
            raise InvalidParameter(f"An extension cannot be brought into the state {wanted}.")
        extension.switch.enable_extension(extension.facts.id, wanted == _ENABLED)
        return arguments.result(errors.COMPLETED)


VIEWS = (Extension, InstalledExtension)
