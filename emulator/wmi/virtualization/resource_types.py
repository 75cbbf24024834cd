"""Which kinds of resources there are in root/virtualization, by which classes they are shown, and what
provides them.

The kinds, their types and classes are those of this namespace's devices and pools. Windows registers one
component a kind; the documentation gives the form of a component's name and one example.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from emulator.wmi.association import End, Link
from emulator.wmi.rows import Row, RowView
from emulator.wmi.virtualization.pools import POOLS
from emulator.wmi.virtualization.resources import SUBTYPE
from emulator.wmi.virtualization_v2.drives import RASD

if TYPE_CHECKING:
    from emulator.wmi.namespace import Namespace

#: Type of Msvm_VirtualSystemResourceComponent: once in every machine, any number, or below another device.
_ONCE, _SEVERAL, _BELOW = 1, 2, 3


class ResourceKind(NamedTuple):
    """A kind of resource. ``changes_while_running``: it can be added and removed then (2008 R2: only below a
    SCSI controller)."""

    number: int
    subtype: str
    device: str
    settings: str = RASD
    place: int = _ONCE
    changes_while_running: bool = False


KINDS = (
    ResourceKind(1, "Virtual Diskette Controller", "Msvm_DisketteController"),
    ResourceKind(3, "Processor", "Msvm_Processor", "Msvm_ProcessorSettingData"),
    ResourceKind(4, "Virtual Machine Memory", "Msvm_Memory", "Msvm_MemorySettingData"),
    ResourceKind(5, "Emulated IDE Controller", "Msvm_IDEController", place=_BELOW),
    ResourceKind(6, "Synthetic SCSI Controller", "Msvm_SCSIProtocolController", place=_SEVERAL),
    ResourceKind(
        10,
        "Emulated Ethernet Port",
        "Msvm_EmulatedEthernetPort",
        "Msvm_EmulatedEthernetPortSettingData",
        _SEVERAL,
    ),
    ResourceKind(
        10,
        "Synthetic Ethernet Port",
        "Msvm_SyntheticEthernetPort",
        "Msvm_SyntheticEthernetPortSettingData",
        _SEVERAL,
    ),
    ResourceKind(13, "Emulated Mouse", "Msvm_Ps2Mouse"),
    ResourceKind(13, "Serial Controller", "Msvm_SerialController"),
    ResourceKind(13, "Synthetic Keyboard", "Msvm_Keyboard"),
    ResourceKind(13, "Synthetic Mouse", "Msvm_SyntheticMouse"),
    ResourceKind(14, "Synthetic Diskette Drive", "Msvm_DisketteDrive", place=_BELOW),
    ResourceKind(16, "Synthetic DVD Drive", "Msvm_DVDDrive", place=_BELOW),
    ResourceKind(17, "Serial Port", "Msvm_SerialPort", place=_BELOW),
    ResourceKind(21, "Virtual CD/DVD Disk", "Msvm_LogicalDisk", place=_BELOW, changes_while_running=True),
    ResourceKind(21, "Virtual Floppy Disk", "Msvm_LogicalDisk", place=_BELOW, changes_while_running=True),
    ResourceKind(21, "Virtual Hard Disk", "Msvm_LogicalDisk", place=_BELOW, changes_while_running=True),
    ResourceKind(22, "Physical Disk Drive", "Msvm_DiskDrive", place=_BELOW, changes_while_running=True),
    ResourceKind(22, "Synthetic Disk Drive", "Msvm_DiskDrive", place=_BELOW, changes_while_running=True),
    ResourceKind(24, "Emulated Display Controller", "Msvm_S3DisplayController"),
    ResourceKind(
        24,
        "Synthetic 3D Display Controller",
        "Msvm_Synthetic3DDisplayController",
        "Msvm_Synthetic3DDisplayControllerSettingData",
    ),
    ResourceKind(24, "Synthetic Display Controller", "Msvm_SyntheticDisplayController"),
)
_POOL_CLASSES = ("Msvm_ProcessorPool", "Msvm_ResourcePool", "Msvm_Synth3dVideoPool")


def _component_name(words: str) -> str:
    """As the documentation writes one: ``Microsoft|EmulatedNetworkPortComponent|V1.0``."""
    joined = "".join(part for part in words.replace("/", " ").split())
    return f"Microsoft|{joined}Component|V1.0"


class _Registered(RowView):
    """What setup registers; nothing changes it."""

    def shown_of(self, owner: object) -> Iterable[Row] | None:
        del owner
        return ()


class ResourceTypes(_Registered):
    """The kinds of resources."""

    class_name = "Msvm_ResourceTypeDefinition"
    constants = {"OtherResourceType": ""}

    def rows(self) -> Iterable[Row]:
        return [
            Row(
                kind.subtype,
                {
                    "LogicalDeviceClassName": kind.device,
                    "ResourceSubType": SUBTYPE + kind.subtype,
                    "ResourceType": kind.number,
                    "SettingDataClassName": kind.settings,
                },
                kind,
            )
            for kind in KINDS
        ]


class _Component(_Registered):
    constants = {"Context": 1, "Enabled": True}


class DeviceComponents(_Component):
    """What provides the devices of one kind."""

    class_name = "Msvm_VirtualSystemResourceComponent"
    constants = {"AdditionalClassNames": []}

    def rows(self) -> Iterable[Row]:
        return [
            Row(
                kind.subtype,
                {
                    "HotAdd": kind.changes_while_running,
                    "HotRemove": kind.changes_while_running,
                    "Name": _component_name(kind.subtype),
                    "Type": kind.place,
                },
                kind,
            )
            for kind in KINDS
        ]


class PoolComponents(_Component):
    """What provides the pools of one class."""

    class_name = "Msvm_ResourcePoolComponent"
    constants = {"AllocationCapabilitiesClassName": "Msvm_AllocationCapabilities"}

    def rows(self) -> Iterable[Row]:
        return [
            Row(
                name,
                {"Name": _component_name(name.removeprefix("Msvm_")), "ResourcePoolClassName": name},
                name,
            )
            for name in _POOL_CLASSES
        ]


def _components(namespace: Namespace, row: Row) -> Iterable[Row]:
    return namespace.view(DeviceComponents).row(row.identity)


def _types(namespace: Namespace, row: Row) -> Iterable[Row]:
    return namespace.view(ResourceTypes).row(row.identity)


def _pools_of(namespace: Namespace, row: Row) -> Iterable[Row]:
    names = {pool.pool_class for pool in POOLS if pool.subtype == row.shown.subtype}
    return [each for each in namespace.view(PoolComponents).rows() if each.shown in names]


def _types_of(namespace: Namespace, row: Row) -> Iterable[Row]:
    subtypes = {pool.subtype for pool in POOLS if pool.pool_class == row.shown}
    return [each for each in namespace.view(ResourceTypes).rows() if each.shown.subtype in subtypes]


LINKS = (
    Link(
        "Msvm_VirtualSystemResourceRegistration",
        End("ResourceType", ResourceTypes, _components),
        End("Component", DeviceComponents, _types),
        computed={"IsRootDevice": lambda kind, _: kind.shown.place != _BELOW},
    ),
    Link(
        "Msvm_ResourcePoolRegistration",
        End("ResourceType", ResourceTypes, _pools_of),
        End("Component", PoolComponents, _types_of),
    ),
)
VIEWS = (DeviceComponents, PoolComponents, ResourceTypes)
