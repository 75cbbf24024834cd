"""Templates of resource pools: the settings that clients copy for a new device.

The InstanceID is ``Microsoft:Definition\\<pool>\\<template>`` (recorded 2012 and 2012 R2 hosts).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING

from emulator.host.virtual_machine.display import (
    MAXIMUM_HEIGHT,
    MAXIMUM_WIDTH,
    MINIMUM_HEIGHT,
    MINIMUM_WIDTH,
    ResolutionType,
)
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import DeviceSettingView
from emulator.wmi.virtualization_v2.display_and_battery import BatterySettings
from emulator.wmi.virtualization_v2.drives import DISPLAY_SETTINGS, RASD, MediumView
from emulator.wmi.virtualization_v2.network import (
    ConnectionSettings,
    EmulatedPortSettings,
    SyntheticPortSettings,
)
from emulator.wmi.virtualization_v2.pools import ALL_POOLS, TEMPLATES, Template, settings_class, templates
from emulator.wmi.virtualization_v2.processor_memory import MEMORY_CONSTANTS, PROCESSOR_CONSTANTS

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.keys import Keys

_DEFINITION = "Microsoft:Definition\\"
_DEFAULT_RESOLUTIONS = ResolutionType.DEFAULT


class TemplateView(View[Template]):
    """Templates of one settings class."""

    index = ("InstanceID",)
    constants = {**DeviceSettingView.constants, "PoolID": ""}

    def objects(self) -> Iterator[Template]:
        pools = [pool for pool in ALL_POOLS if settings_class(self.namespace, pool) == self.class_name]
        return (each for pool in pools for each in templates(pool))

    def by_key(self, keys: Keys) -> Template | None:
        wanted = keys.text("InstanceID").lower()
        if not wanted.startswith(_DEFINITION.lower()):
            return None
        return next((each for each in self.objects() if self.InstanceID(each).lower() == wanted), None)

    def object_id(self, item: Template) -> Hashable:
        return item

    def revision(self, item: Template) -> Hashable | None:  # noqa: ARG002  templates do not change
        return 0

    def InstanceID(self, template: Template) -> str:
        return f"{_DEFINITION}{template.pool.guid}\\{template.name}"

    def ElementName(self, template: Template) -> str:
        return template.pool.subtype

    def ResourceType(self, template: Template) -> int:
        return template.pool.resource_type

    def ResourceSubType(self, template: Template) -> str:
        return template.pool.full_subtype


class ResourceTemplates(TemplateView):
    """Templates of controllers and drives."""

    class_name = RASD


class MediumTemplates(TemplateView):
    """Templates of media."""

    class_name = MediumView.class_name
    constants = {**MediumView.constants, "CachingMode": 0, "IgnoreFlushes": False}


class PortTemplates(TemplateView):
    """Templates of network adapters."""

    class_name = SyntheticPortSettings.class_name
    constants = {"StaticMacAddress": False, "ClusterMonitored": True, "DeviceNamingEnabled": False}


class EmulatedPortTemplates(PortTemplates):
    """Templates of legacy network adapters."""

    class_name = EmulatedPortSettings.class_name


class DisplayTemplates(TemplateView):
    """Templates of the synthetic display (2016 and later)."""

    class_name = DISPLAY_SETTINGS

    def ResolutionType(self, _template: Template) -> int:
        return int(_DEFAULT_RESOLUTIONS)

    def HorizontalResolution(self, template: Template) -> int:
        return _row(1920, MINIMUM_WIDTH, MAXIMUM_WIDTH, 1)[template.name]

    def VerticalResolution(self, template: Template) -> int:
        return _row(1200, MINIMUM_HEIGHT, MAXIMUM_HEIGHT, 1)[template.name]


class BatteryTemplates(TemplateView):
    """Templates of batteries (2019 and later)."""

    class_name = BatterySettings.class_name

    def ElementName(self, _template: Template) -> str:
        return "Virtual Battery"


class ConnectionTemplates(TemplateView):
    """Templates of connections to switches."""

    class_name = ConnectionSettings.class_name


class QuantityTemplates(TemplateView):
    """Templates whose numbers differ.

    How much a machine has by default, at least, at most, and in which steps.
    """

    def quantities(self, host: Host) -> Mapping[str, Mapping[str, int]]:
        """Property -> template -> value."""
        raise NotImplementedError

    def quantity(self, template: Template, name: str) -> int:
        return self.quantities(self.host)[name][template.name]

    def VirtualQuantity(self, template: Template) -> int:
        return self.quantity(template, "VirtualQuantity")

    def Reservation(self, template: Template) -> int:
        return self.quantity(template, "Reservation")

    def Limit(self, template: Template) -> int:
        return self.quantity(template, "Limit")

    def Weight(self, template: Template) -> int:
        return self.quantity(template, "Weight")


def _row(*values: int) -> dict[str, int]:
    return dict(zip(TEMPLATES, values, strict=True))


class ProcessorTemplates(QuantityTemplates):
    """Templates of processors."""

    class_name = "Msvm_ProcessorSettingData"
    constants = PROCESSOR_CONSTANTS

    def quantities(self, host: Host) -> Mapping[str, Mapping[str, int]]:
        most = host.release.limits.virtual_processors(2 if host.release.generation_2 else 1)
        return {
            "VirtualQuantity": _row(1, 1, most, 1),
            "Reservation": _row(0, 0, 100_000, 1),
            "Limit": _row(100_000, 0, 100_000, 1),
            "Weight": _row(100, 1, 10_000, 1),
        }


class MemoryTemplates(QuantityTemplates):
    """Templates of memory, in MB."""

    class_name = "Msvm_MemorySettingData"
    constants = MEMORY_CONSTANTS

    def quantities(self, host: Host) -> Mapping[str, Mapping[str, int]]:
        most = host.release.limits.virtual_machine_memory(2 if host.release.generation_2 else 1) >> 20
        return {
            "VirtualQuantity": _row(1024, 32, most, 2),
            "Reservation": _row(1024, 32, most, 2),
            "Limit": _row(1_048_576, 32, most, 2),
            "Weight": _row(5000, 0, 10_000, 1),
        }


class FibreChannelPortTemplates(TemplateView):
    """Templates of fibre channel adapters."""

    class_name = "Msvm_SyntheticFcPortSettingData"
    constants = {"Caption": "Virtual Fibre Channel Port Default Settings", "ChapEnabled": False}


class FibreChannelConnectionTemplates(TemplateView):
    """Templates of connections to virtual SANs."""

    class_name = "Msvm_FcPortAllocationSettingData"
    constants = {"Caption": "Virtual Fibre Channel VDev Default Settings"}


class AssignedDeviceTemplates(TemplateView):
    """Templates of ports for assigned devices."""

    class_name = "Msvm_PciExpressSettingData"
    constants = {"Caption": "PCI Express Port", "VirtualFunctions": [0], "TargetVtl": 0}


class GpuPartitionTemplates(TemplateView):
    """Templates of GPU partitions."""

    class_name = "Msvm_GpuPartitionSettingData"
    constants = {"Caption": "GPU Partition Settings"}


class FlexibleIoTemplates(TemplateView):
    """Templates of flexible I/O devices."""

    class_name = "Msvm_FlexIoDeviceSettingData"
    constants = {"Caption": "Flexible IO Device", "TargetVtl": 0}


class VideoTemplates(TemplateView):
    """Templates of RemoteFX 3D video adapters: monitors and resolution (0 to 3)."""

    class_name = "Msvm_Synthetic3DDisplayControllerSettingData"
    constants = {"Caption": "3D Display Controller Default Settings"}

    def MaximumMonitors(self, template: Template) -> int:
        return _row(1, 1, 4, 1)[template.name]

    def MaximumScreenResolution(self, template: Template) -> int:
        return _row(1, 0, 3, 1)[template.name]


class LogicalUnitTemplates(TemplateView):
    """Templates of storage logical units."""

    class_name = "Msvm_VirtualLogicalUnitSettingData"
    constants = {"Caption": "Storage Logical Unit Default Settings", "StorageSubsystemType": ""}


TEMPLATE_VIEWS: tuple[type[TemplateView], ...] = (
    BatteryTemplates,
    AssignedDeviceTemplates,
    ConnectionTemplates,
    DisplayTemplates,
    EmulatedPortTemplates,
    FibreChannelConnectionTemplates,
    FibreChannelPortTemplates,
    FlexibleIoTemplates,
    GpuPartitionTemplates,
    LogicalUnitTemplates,
    VideoTemplates,
    MediumTemplates,
    MemoryTemplates,
    PortTemplates,
    ProcessorTemplates,
    ResourceTemplates,
)
