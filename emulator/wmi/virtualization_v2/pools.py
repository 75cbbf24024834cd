"""Primordial resource pools, and what can be allocated from them.

Each pool has capabilities, and these have four templates (``pool_templates``): default, minimum, maximum and
increment. Pool GUIDs and subtypes: recorded 2012 and 2012 R2 hosts.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.resources import resource_kinds
from emulator.host.resources.resource_kinds import PRIMORDIAL_POOLS
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.display_and_battery import BatterySettings
from emulator.wmi.virtualization_v2.drives import DISPLAY_SETTINGS, RASD, MediumView
from emulator.wmi.virtualization_v2.network import (
    ConnectionSettings,
    EmulatedPortSettings,
    SyntheticPortSettings,
)

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

#: Reservation of a processor in full, in thousandths of a percent.
_WHOLE_PROCESSOR = 100_000
#: Template -> ValueRange of Msvm_SettingsDefineCapabilities; ValueRole is 0 for the default, else 3.
TEMPLATES = {"Default": 0, "Minimum": 1, "Maximum": 2, "Increment": 3}


class Pool(NamedTuple):
    """A primordial resource pool.

    ``settings`` is the class of its templates, ``fallback`` that of releases without it; a release that has
    neither has no such pool.
    """

    guid: str
    resource_type: int
    subtype: str
    settings: str
    pool_class: str = "Msvm_ResourcePool"
    fallback: str = ""
    #: The kind of special device without which a release has no such pool; empty where the class tells.
    feature: str = ""

    @property
    def full_subtype(self) -> str:
        """ResourceSubType."""
        return f"Microsoft:Hyper-V:{self.subtype}" if self.subtype else ""


def _pool(
    subtype: str, resource_type: int, settings: str, pool_class: str = "Msvm_ResourcePool", **rest: str
) -> Pool:
    return Pool(PRIMORDIAL_POOLS[subtype], resource_type, subtype, settings, pool_class, **rest)


POOLS = (
    _pool(
        resource_kinds.PROCESSOR,
        3,
        "Msvm_ProcessorSettingData",
        "Msvm_ProcessorPool",
    ),
    _pool(resource_kinds.MEMORY, 4, "Msvm_MemorySettingData"),
    _pool(resource_kinds.SCSI_CONTROLLER, 6, RASD),
    _pool(
        resource_kinds.SYNTHETIC_PORT,
        10,
        SyntheticPortSettings.class_name,
    ),
    _pool(
        resource_kinds.EMULATED_PORT,
        10,
        EmulatedPortSettings.class_name,
    ),
    _pool(resource_kinds.KEYBOARD, 13, RASD),
    _pool(resource_kinds.MOUSE, 13, RASD),
    _pool(resource_kinds.DISKETTE_DRIVE, 14, RASD),
    _pool(resource_kinds.DVD_DRIVE, 16, RASD),
    _pool(resource_kinds.DISK_DRIVE, 17, RASD),
    _pool(resource_kinds.PHYSICAL_DISK, 17, RASD),
    _pool(
        resource_kinds.DISPLAY,
        24,
        DISPLAY_SETTINGS,
        fallback=RASD,
    ),
    _pool(resource_kinds.HARD_DISKS, 31, MediumView.class_name),
    _pool(resource_kinds.OPTICAL_DISKS, 31, MediumView.class_name),
    _pool(resource_kinds.FLOPPY_DISKS, 31, MediumView.class_name),
    _pool(resource_kinds.ETHERNET, 33, ConnectionSettings.class_name),
    _pool(resource_kinds.BATTERY, 1, BatterySettings.class_name),
)
#: Pools of special devices; a host has them whether it has such hardware or not. GUIDs of the fibre channel
#: pools: recorded without their meaning, the others chosen.
SPECIAL_POOLS = (
    _pool(
        resource_kinds.FIBRE_CHANNEL_PORT,
        7,
        "Msvm_SyntheticFcPortSettingData",
    ),
    _pool(
        resource_kinds.FIBRE_CHANNEL,
        64764,
        "Msvm_FcPortAllocationSettingData",
    ),
    _pool(
        resource_kinds.DISPLAY_3D,
        24,
        "Msvm_Synthetic3DDisplayControllerSettingData",
        "Msvm_Synth3dVideoPool",
    ),
    _pool(
        resource_kinds.PCI_EXPRESS,
        32769,
        "Msvm_PciExpressSettingData",
    ),
    _pool(resource_kinds.GPU_PARTITION, 32770, "Msvm_GpuPartitionSettingData"),
    _pool(
        resource_kinds.MEMORY_CONTROLLER,
        32771,
        RASD,
        feature="persistent_memory",
    ),
    _pool(
        resource_kinds.LOGICAL_UNIT,
        32768,
        "Msvm_VirtualLogicalUnitSettingData",
    ),
    _pool(
        resource_kinds.FLEXIBLE_IO,
        32772,
        "Msvm_FlexIoDeviceSettingData",
        feature="flexible_io",
    ),
)
ALL_POOLS = (*POOLS, *SPECIAL_POOLS)
BY_GUID = {pool.guid: pool for pool in ALL_POOLS}


class Template(NamedTuple):
    """One of the four templates of a pool."""

    pool: Pool
    name: str


def settings_class(namespace: Namespace, pool: Pool) -> str:
    """The class of a pool's templates in this release, empty when it has no such pool."""
    if pool.feature and pool.feature not in namespace.host.release.special_devices:
        return ""
    names = (pool.settings, pool.fallback)
    return next((name for name in names if name and name in namespace.schema), "")


def present_pools(namespace: Namespace) -> list[Pool]:
    """The pools that this release has."""
    return [pool for pool in ALL_POOLS if settings_class(namespace, pool)]


def templates(pool: Pool) -> Iterator[Template]:
    """The templates of a pool."""
    return (Template(pool, name) for name in TEMPLATES)


def _present(namespace: Namespace, guid: str) -> Pool | None:
    pool = BY_GUID.get(guid.upper())
    return pool if pool is not None and settings_class(namespace, pool) else None


class _PoolView(View[Pool]):
    index = ("InstanceID",)

    def objects(self) -> Iterable[Pool]:
        return present_pools(self.namespace)

    def by_key(self, keys: Keys) -> Pool | None:
        pool = _present(self.namespace, keys.text("InstanceID").rpartition(":")[2])
        return pool if pool is not None and pool in tuple(self.objects()) else None

    def object_id(self, item: Pool) -> Hashable:
        return item.guid

    def revision(self, item: Pool) -> Hashable | None:  # noqa: ARG002  primordial pools do not change
        return 0

    def InstanceID(self, pool: Pool) -> str:
        return f"Microsoft:{pool.guid}"

    def ElementName(self, pool: Pool) -> str:
        return pool.subtype

    def ResourceType(self, pool: Pool) -> int:
        return pool.resource_type

    def ResourceSubType(self, pool: Pool) -> str:
        return pool.full_subtype


class ResourcePool(_PoolView):
    """A primordial pool."""

    class_name = "Msvm_ResourcePool"
    constants = {
        "AllocationUnits": "count",
        "Caption": "Resource Pool",
        "ConsumedResourceUnits": "count",
        "Description": "Microsoft Resource Pool",
        "HealthState": 5,
        "Name": "Primordial",
        "OperationalStatus": [2],
        "PoolID": "",
        "Primordial": True,
        "StatusDescriptions": ["OK"],
    }

    def objects(self) -> Iterable[Pool]:
        return [pool for pool in super().objects() if pool.pool_class == self.class_name]


class ProcessorPool(ResourcePool):
    """The pool of processors."""

    class_name = "Msvm_ProcessorPool"

    @wmi_method
    def CalculatePossibleReserve(self, _pool: Pool, arguments: Arguments) -> MethodResult:
        """How much a machine with so many processors may reserve, in thousandths of a percent of each: all of
        them, as what others reserve is not taken from the host (chosen). 0 for more processors than the host
        has."""
        count = arguments.integer("ProcessorCount") or 0
        possible = 1 <= count <= self.host.hardware.logical_processors
        return arguments.result(_WHOLE_PROCESSOR if possible else 0)


class PrimordialPoolSettings(_PoolView):
    """The settings of a primordial pool (recorded 2012 R2 host)."""

    class_name = "Msvm_ResourcePoolSettingData"
    constants = {
        "Caption": "Resource Pool Settings",
        "LoadBalancingBehavior": 0,
        "MappingBehavior": 0,
        "PoolID": "",
    }

    def by_key(self, keys: Keys) -> Pool | None:
        prefix, _, guid = keys.text("InstanceID").partition("\\")
        return _present(self.namespace, guid) if prefix.lower() == "microsoft:pool" else None

    def InstanceID(self, pool: Pool) -> str:
        return f"Microsoft:Pool\\{pool.guid}"


class AllocationCapabilities(_PoolView):
    """What can be allocated from a pool; the templates are its settings."""

    class_name = "Msvm_AllocationCapabilities"
    constants = {"Caption": "Allocation Capabilities", "RequestTypesSupported": 2, "SharingMode": 3}
