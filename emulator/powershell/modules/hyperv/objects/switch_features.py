"""Features of ports and switches as extensions have them: settings and figures as CIM instances."""

from __future__ import annotations

from typing import Any

from emulator.host import (
    NATIVE_EXTENSION,
    Host,
    HostNetworkAdapter,
    NetworkAdapter,
    SwitchExtension,
    SwitchPort,
    VirtualSwitch,
    extension_version,
)
from emulator.powershell.modules.cim.objects import CimObject
from emulator.powershell.modules.hyperv.catalog import Readers
from emulator.powershell.modules.hyperv.objects.values import EMPTY_GUID, enum, guid
from emulator.record import MutableRecord, Record


class ExtensionFeature(MutableRecord, eq=False):
    """A feature with its settings: of a port or switch, or without one the defaults, which a script may
    change before it adds them. Every feature is one of the switch itself."""

    host: Host
    feature_id: str
    name: str
    setting: CimObject
    is_deleted: bool = False


class ExtensionPortFeature(ExtensionFeature):
    """VMSwitchExtensionPortFeature."""


class ExtensionSwitchFeature(ExtensionFeature):
    """VMSwitchExtensionSwitchFeature."""


class ExtensionData(MutableRecord, eq=False):
    """Figures of a feature of a port or switch."""

    host: Host
    owner: SwitchPort | VirtualSwitch
    feature_id: str
    name: str
    figures: CimObject


class ExtensionPortData(ExtensionData):
    """VMSwitchExtensionPortData."""


class ExtensionSwitchData(ExtensionData):
    """VMSwitchExtensionSwitchData."""


def _vm(data: ExtensionData) -> Any:
    return data.owner.vm if isinstance(data.owner, NetworkAdapter) else None


_FEATURE: Readers = {
    "Id": lambda feature: guid(feature.feature_id),
    "Name": lambda feature: feature.name,
    "ExtensionId": lambda _: NATIVE_EXTENSION.id,
    "ExtensionName": lambda _: NATIVE_EXTENSION.name,
    "ComputerName": lambda feature: feature.host.name,
}
FEATURE: Readers = {
    **_FEATURE,
    "SettingData": lambda feature: feature.setting,
    "IsDeleted": lambda feature: feature.is_deleted,
}
PORT_DATA: Readers = {
    **_FEATURE,
    "VMId": lambda data: guid(_vm(data).id) if _vm(data) is not None else EMPTY_GUID,
    "VMName": lambda data: getattr(_vm(data), "name", ""),
    "VMNetworkAdapterName": lambda data: (
        data.owner.name if isinstance(data.owner, NetworkAdapter | HostNetworkAdapter) else ""
    ),
    "Data": lambda data: data.figures,
}
SWITCH_DATA: Readers = {
    **_FEATURE,
    "SwitchName": lambda data: data.owner.name,
    "Data": lambda data: data.figures,
}


class SystemExtension(Record):
    """VMSystemSwitchExtension: an extension that is installed on the host."""

    host: Host
    facts: SwitchExtension

    @property
    def name(self) -> str:
        """Name of the extension."""
        return self.facts.name


SYSTEM_EXTENSION: Readers = {
    "Id": lambda extension: extension.facts.id,
    "Name": lambda extension: extension.facts.name,
    "Vendor": lambda extension: extension.facts.vendor,
    "Version": lambda extension: extension_version(extension.host.release),
    "ExtensionType": enum("VMSwitchExtensionType", lambda extension: extension.facts.type),
    "ComputerName": lambda extension: extension.host.name,
}
