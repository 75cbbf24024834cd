"""What pools give: the devices of machines and their settings, and the host's own devices in the pools.

Which device is allocated from which pool was recorded on a 2012 R2 host, but for synthetic keyboards, legacy
network adapters and floppy images, whose pools are chosen. Other emulated devices are from none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from emulator.host.battery import BATTERY_GUID, Battery
from emulator.host.controllers import PersistentMemoryController, ScsiController
from emulator.host.device import FixedDevice, FixedKind
from emulator.host.drives import DvdDrive, FloppyDrive, HardDiskDrive
from emulator.host.memory_settings import MemorySettings
from emulator.host.network_adapter import NetworkAdapter
from emulator.host.processor_settings import ProcessorSettings
from emulator.wmi.association import End, Link
from emulator.wmi.virtualization_v2.pools import Pool
from emulator.wmi.virtualization_v2.processor_memory import ProcessorDevice, VirtualProcessor

if TYPE_CHECKING:
    from emulator.host import VirtualMachine
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import View

PROCESSOR, MEMORY = "B637F347-6A0E-4DEC-AF52-BD70CB80A21D", "4764334E-E001-4176-82EE-5594EC9B530E"
PHYSICAL_DISK = "353B3BE8-310C-4CF4-839E-4E1B14616136"
_FIXED = {
    FixedKind.SYNTHETIC_DISPLAY: "D45268DA-37C5-44DA-B827-B0C55CCB3BDC",
    FixedKind.SYNTHETIC_MOUSE: "F6293891-F32F-4930-B2DB-1A8961D9CB75",
}
_KINDS: tuple[tuple[type, str], ...] = (
    (DvdDrive, "7951A5ED-8DC5-42D7-AA8C-9F14C54CEB84"),
    (FloppyDrive, "DACDCF3F-6F67-4EB8-A4D0-5D93B48A2468"),
    (HardDiskDrive, "118C3BE5-0D31-4804-85F0-5C6074ABEA8F"),
    (MemorySettings, MEMORY),
    (PersistentMemoryController, "A1F0D3C2-5B7E-4E0B-9C57-6E1D2F3A4B03"),
    (ProcessorSettings, PROCESSOR),
    (ScsiController, "BDE5D4D6-E450-46D2-B925-976CA3E989B4"),
    (Battery, BATTERY_GUID),
    (VirtualProcessor, PROCESSOR),
)
_SYNTHETIC_PORT, _EMULATED_PORT, _CONNECTION = (
    "6A45335D-4C3A-44B7-B61F-C9808BBDF8ED",
    "19839BFF-6F04-4B24-B4B5-1AFCCBE729DE",
    "72027ECE-E44A-446E-AF2B-8D8C4B8A2279",
)
_HARD_DISK_MEDIUM, _DVD_MEDIUM, _FLOPPY_MEDIUM = (
    "70BB60D2-A9D3-46AA-B654-3DE53004B4F8",
    "D92D268E-9AA8-49DD-8C7D-821CEFB5F597",
    "4EA4F71F-16E6-4250-99A8-A2315332CC64",
)
_KEYBOARD = "78AA0C27-B2BD-45BA-83D1-5F2A8C4C6656"
GuidOf = Callable[[Any], "str | None"]
AnyView = type["View[Any]"]


def pool_of_device(device: object) -> str | None:
    """The GUID of the pool that a device, or its settings, is allocated from."""
    if isinstance(device, FixedDevice):
        # The emulated keyboard of generation 1 is from no pool.
        is_synthetic = device.kind is FixedKind.KEYBOARD and device.vm.generation != 1
        return _KEYBOARD if is_synthetic else _FIXED.get(device.kind)
    if isinstance(device, NetworkAdapter):
        return _EMULATED_PORT if device.is_legacy else _SYNTHETIC_PORT
    if isinstance(device, MemorySettings | ProcessorSettings) and device.pool:
        # It comes from a pool of administrators.
        return None
    if isinstance(device, HardDiskDrive) and device.disk_number is not None:
        return PHYSICAL_DISK
    return next((guid for kind, guid in _KINDS if isinstance(device, kind)), None)


def pool_of_medium(drive: object) -> str | None:
    """The same for what is in a drive."""
    if isinstance(drive, HardDiskDrive):
        return _HARD_DISK_MEDIUM
    return _DVD_MEDIUM if isinstance(drive, DvdDrive) else _FLOPPY_MEDIUM


def pool_of_connection(_adapter: object) -> str:
    """The same for the connection of an adapter to a switch."""
    return _CONNECTION


def links(
    pools: Mapping[str, Pool],
    pool_view: AnyView,
    processor_pool_view: AnyView,
    devices: Iterable[tuple[AnyView, GuidOf]],
    settings: Iterable[tuple[AnyView, GuidOf]],
    processor_settings: AnyView,
) -> tuple[Link, ...]:
    """One row for each view of devices or settings whose objects come from pools.

    ``pools`` are those of the namespace by their GUIDs. Devices of checkpoints and planned machines take
    nothing.
    """
    element, allocation = "Msvm_ElementAllocatedFromPool", "Msvm_ResourceAllocationFromPool"
    return (
        *(_allocation(element, pool_view, pools, view, guid_of) for view, guid_of in devices),
        *(_allocation(allocation, pool_view, pools, view, guid_of) for view, guid_of in settings),
        _allocation(element, processor_pool_view, pools, ProcessorDevice, pool_of_device),
        _allocation(allocation, processor_pool_view, pools, processor_settings, pool_of_device),
    )


def _allocation(
    association: str, pool_view: AnyView, pools: Mapping[str, Pool], view: AnyView, guid_of: GuidOf
) -> Link:
    def given(namespace: Namespace, pool: Pool) -> Iterable[Any]:
        return [
            each
            for each in namespace.view(view).objects()
            if _is_allocated(each.vm) and guid_of(each) == pool.guid
        ]

    def source(_namespace: Namespace, item: Any) -> Iterable[Pool]:
        pool = pools.get(guid_of(item) or "")
        if pool is None or pool.pool_class != pool_view.class_name or not _is_allocated(item.vm):
            return ()
        return (pool,)

    return Link(association, End("Antecedent", pool_view, given), End("Dependent", view, source))


def _is_allocated(vm: VirtualMachine) -> bool:
    return not vm.is_checkpoint
