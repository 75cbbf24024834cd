"""Primordial resource pools, and what can be allocated from them.

Each pool has capabilities, and these have four templates (``pool_templates``): default, minimum, maximum and
increment. Pool GUIDs and subtypes: recorded 2012 and 2012 R2 hosts.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.battery import BATTERY_GUID
from emulator.host.resource_pools import PRIMORDIAL_POOLS
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

#: GUID of the pool of key storage drives (chosen).
STORAGE_LOGICAL_UNITS = "A1F0D3C2-5B7E-4E0B-9C57-6E1D2F3A4B05"
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


POOLS = (
    Pool(
        PRIMORDIAL_POOLS["Processor"],
        3,
        "Processor",
        "Msvm_ProcessorSettingData",
        "Msvm_ProcessorPool",
    ),
    Pool(PRIMORDIAL_POOLS["Memory"], 4, "Memory", "Msvm_MemorySettingData"),
    Pool("BDE5D4D6-E450-46D2-B925-976CA3E989B4", 6, "Synthetic SCSI Controller", RASD),
    Pool(
        "6A45335D-4C3A-44B7-B61F-C9808BBDF8ED",
        10,
        "Synthetic Ethernet Port",
        SyntheticPortSettings.class_name,
    ),
    Pool(
        "19839BFF-6F04-4B24-B4B5-1AFCCBE729DE",
        10,
        "Emulated Ethernet Port",
        EmulatedPortSettings.class_name,
    ),
    Pool("78AA0C27-B2BD-45BA-83D1-5F2A8C4C6656", 13, "Synthetic Keyboard", RASD),
    Pool("F6293891-F32F-4930-B2DB-1A8961D9CB75", 13, "Synthetic Mouse", RASD),
    Pool("DACDCF3F-6F67-4EB8-A4D0-5D93B48A2468", 14, "Synthetic Diskette Drive", RASD),
    Pool("7951A5ED-8DC5-42D7-AA8C-9F14C54CEB84", 16, "Synthetic DVD Drive", RASD),
    Pool("118C3BE5-0D31-4804-85F0-5C6074ABEA8F", 17, "Synthetic Disk Drive", RASD),
    Pool("353B3BE8-310C-4CF4-839E-4E1B14616136", 17, "Physical Disk Drive", RASD),
    Pool(
        "D45268DA-37C5-44DA-B827-B0C55CCB3BDC",
        24,
        "Synthetic Display Controller",
        DISPLAY_SETTINGS,
        fallback=RASD,
    ),
    Pool(PRIMORDIAL_POOLS["Virtual Hard Disk"], 31, "Virtual Hard Disk", MediumView.class_name),
    Pool(PRIMORDIAL_POOLS["Virtual CD/DVD Disk"], 31, "Virtual CD/DVD Disk", MediumView.class_name),
    Pool(PRIMORDIAL_POOLS["Virtual Floppy Disk"], 31, "Virtual Floppy Disk", MediumView.class_name),
    Pool(PRIMORDIAL_POOLS["Ethernet Connection"], 33, "Ethernet Connection", ConnectionSettings.class_name),
    # It has no subtype (observed on a real host).
    Pool(BATTERY_GUID, 1, "", BatterySettings.class_name),
)
#: Pools of special devices; a host has them whether it has such hardware or not. GUIDs of the fibre channel
#: pools: recorded without their meaning, the others chosen.
SPECIAL_POOLS = (
    Pool(
        PRIMORDIAL_POOLS["Synthetic FibreChannel Port"],
        7,
        "Synthetic FibreChannel Port",
        "Msvm_SyntheticFcPortSettingData",
    ),
    Pool(
        PRIMORDIAL_POOLS["FibreChannel Connection"],
        64764,
        "FibreChannel Connection",
        "Msvm_FcPortAllocationSettingData",
    ),
    Pool(
        "06FF76FA-2D58-4BAF-9F8D-455773824F37",
        24,
        "Synthetic 3D Display Controller",
        "Msvm_Synthetic3DDisplayControllerSettingData",
        "Msvm_Synth3dVideoPool",
    ),
    Pool(
        "A1F0D3C2-5B7E-4E0B-9C57-6E1D2F3A4B01",
        32769,
        "Virtual Pci Express Port",
        "Msvm_PciExpressSettingData",
    ),
    Pool("A1F0D3C2-5B7E-4E0B-9C57-6E1D2F3A4B02", 32770, "GPU Partition", "Msvm_GpuPartitionSettingData"),
    Pool(
        "A1F0D3C2-5B7E-4E0B-9C57-6E1D2F3A4B03",
        32771,
        "Persistent Memory Controller",
        RASD,
        feature="persistent_memory",
    ),
    Pool(
        STORAGE_LOGICAL_UNITS,
        32768,
        "Storage Logical Unit",
        "Msvm_VirtualLogicalUnitSettingData",
    ),
    Pool(
        "A1F0D3C2-5B7E-4E0B-9C57-6E1D2F3A4B04",
        32772,
        "Flexible IO Device",
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
