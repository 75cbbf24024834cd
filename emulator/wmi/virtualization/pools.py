"""Resource pools and templates of root/virtualization: the InstanceID of a pool ends in ``\\Root``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.wmi.association import End, Link, Reach, every, itself, the_host
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization.resources import (
    SUBTYPE,
    EmulatedPortSettingsV1,
    SyntheticPortSettingsV1,
)
from emulator.wmi.virtualization_v2 import graphics, pool_templates, pools
from emulator.wmi.virtualization_v2.common_links import template_links
from emulator.wmi.virtualization_v2.computer_system import HostSystem
from emulator.wmi.virtualization_v2.drives import RASD
from emulator.wmi.virtualization_v2.pool_templates import TemplateView
from emulator.wmi.virtualization_v2.pools import Pool, Template
from emulator.wmi.virtualization_v2.refusals import UNSUPPORTED

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

_ROOT = "\\Root"
VIDEO_SETTINGS = pool_templates.VideoTemplates.class_name


@dataclass(frozen=True, slots=True)
class _Older:
    """How the older namespace shows a pool where that differs."""

    resource_type: int
    subtype: str
    settings: str = RASD


_OLDER = {
    "Processor": _Older(3, "Processor", "Msvm_ProcessorSettingData"),
    "Memory": _Older(4, "Virtual Machine Memory", "Msvm_MemorySettingData"),
    "Synthetic Ethernet Port": _Older(10, "Synthetic Ethernet Port", SyntheticPortSettingsV1.class_name),
    "Emulated Ethernet Port": _Older(10, "Emulated Ethernet Port", EmulatedPortSettingsV1.class_name),
    "Synthetic Disk Drive": _Older(22, "Synthetic Disk Drive"),
    "Physical Disk Drive": _Older(22, "Physical Disk Drive"),
    "Virtual Hard Disk": _Older(21, "Virtual Hard Disk"),
    "Virtual CD/DVD Disk": _Older(21, "Virtual CD/DVD Disk"),
    "Virtual Floppy Disk": _Older(21, "Virtual Floppy Disk"),
    "Synthetic 3D Display Controller": _Older(24, "Synthetic 3D Display Controller", VIDEO_SETTINGS),
}
#: The pools of the newer namespace, but for connections to switches and batteries, which are none here; of
#: those of special devices the one of RemoteFX.
POOLS = tuple(
    Pool(
        pool.guid,
        older.resource_type,
        older.subtype,
        older.settings,
        pool.pool_class,
    )
    for pool, older in (
        (pool, _OLDER.get(pool.subtype, _Older(pool.resource_type, pool.subtype)))
        for pool in pools.ALL_POOLS
        if (pool in pools.POOLS and pool.resource_type not in (1, 33)) or pool.settings == VIDEO_SETTINGS
    )
)
BY_GUID = {pool.guid: pool for pool in POOLS}


class _OlderPool:
    """What the views of pools share; the guid is followed by ``\\Root``."""

    pool_class = ""

    def objects(self) -> Iterable[Pool]:
        return [pool for pool in POOLS if not self.pool_class or pool.pool_class == self.pool_class]

    def by_key(self, keys: Keys) -> Pool | None:
        guid, _, root = keys.text("InstanceID").rpartition(":")[2].partition("\\")
        pool = BY_GUID.get(guid.upper()) if root.lower() == _ROOT[1:].lower() else None
        return pool if pool is not None and pool in self.objects() else None

    def InstanceID(self, pool: Pool) -> str:
        return f"Microsoft:{pool.guid}{_ROOT}"

    def ResourceSubType(self, pool: Pool) -> str:
        return SUBTYPE + pool.subtype


class ResourcePoolV1(_OlderPool, pools.ResourcePool):
    """A primordial pool."""

    pool_class = "Msvm_ResourcePool"

    def PoolID(self, pool: Pool) -> str:
        return self.InstanceID(pool)


class ProcessorPoolV1(_OlderPool, pools.ProcessorPool):
    """The pool of processors."""

    pool_class = "Msvm_ProcessorPool"

    def PoolID(self, pool: Pool) -> str:
        return self.InstanceID(pool)


class VideoPoolV1(_OlderPool, graphics.VideoPool):
    """The pool of RemoteFX 3D video adapters (2008 R2 SP1 and later)."""

    pool_class = "Msvm_Synth3dVideoPool"

    def PoolID(self, pool: Pool) -> str:
        return self.InstanceID(pool)


class AllocationCapabilitiesV1(_OlderPool, pools.AllocationCapabilities):
    """What can be allocated from a pool."""

    @wmi_method
    def CreateGoalSettings(self, _pool: Pool, arguments: Arguments) -> MethodResult:
        """Not supported: the templates say what is."""
        return arguments.result(UNSUPPORTED)


class _OlderTemplate(TemplateView):
    def objects(self) -> Iterator[Template]:
        return (each for pool in POOLS if pool.settings == self.class_name for each in pools.templates(pool))

    def ResourceSubType(self, template: Template) -> str:
        return SUBTYPE + template.pool.subtype


class ResourceTemplatesV1(_OlderTemplate):
    """Templates of controllers, drives and media."""

    class_name = RASD


class PortTemplatesV1(_OlderTemplate):
    """Templates of network adapters."""

    class_name = SyntheticPortSettingsV1.class_name
    constants = {"StaticMacAddress": False}


class EmulatedPortTemplatesV1(PortTemplatesV1):
    """Templates of legacy network adapters."""

    class_name = EmulatedPortSettingsV1.class_name


class ProcessorTemplatesV1(_OlderTemplate, pool_templates.ProcessorTemplates):
    """Templates of processors."""


class MemoryTemplatesV1(_OlderTemplate, pool_templates.MemoryTemplates):
    """Templates of memory, in MB."""

    constants = {"AllocationUnits": "MB"}


class VideoTemplatesV1(_OlderTemplate, pool_templates.VideoTemplates):
    """Templates of RemoteFX 3D video adapters."""


_POOL_VIEWS: tuple[type[pools.ResourcePool], ...] = (ResourcePoolV1, ProcessorPoolV1, VideoPoolV1)
_TEMPLATE_VIEWS: tuple[type[TemplateView], ...] = (
    EmulatedPortTemplatesV1,
    MemoryTemplatesV1,
    PortTemplatesV1,
    ProcessorTemplatesV1,
    ResourceTemplatesV1,
    VideoTemplatesV1,
)


def _shown_as(view: type[pools.ResourcePool]) -> Reach:
    def reach(_namespace: Namespace, pool: Pool) -> Iterable[Pool]:
        return (pool,) if pool.pool_class == view.class_name else ()

    return reach


def _templates(view: type[TemplateView]) -> Reach:
    return lambda _namespace, pool: pools.templates(pool) if pool.settings == view.class_name else ()


LINKS: tuple[Link, ...] = (
    *(
        Link(
            "Msvm_HostedDependency",
            End("Antecedent", HostSystem, every(view)),
            End("Dependent", view, the_host),
        )
        for view in _POOL_VIEWS
    ),
    *(
        Link(
            "Msvm_ElementCapabilities",
            End("ManagedElement", view, itself),
            End("Capabilities", AllocationCapabilitiesV1, _shown_as(view)),
        )
        for view in _POOL_VIEWS
    ),
    *template_links(AllocationCapabilitiesV1, _templates, _TEMPLATE_VIEWS),
)
VIEWS = (*_POOL_VIEWS, *_TEMPLATE_VIEWS, AllocationCapabilitiesV1)
