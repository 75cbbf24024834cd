"""Devices and their settings in root/virtualization, and what joins them to a machine and to each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.controllers import IdeController, ScsiController
from emulator.host.drives import DvdDrive, FloppyDrive, HardDiskDrive
from emulator.wmi.association import End, Link, Reach, the_host
from emulator.wmi.virtualization.computer_system import MachineSystem
from emulator.wmi.virtualization.resources import (
    EmulatedPortSettingsV1,
    MediumViewV1,
    ResourceViewV1,
    SerialPortSettingsV1,
    SyntheticPortSettingsV1,
    VideoSettingsV1,
)
from emulator.wmi.virtualization.settings import (
    CurrentSettings,
    MemorySettingsV1,
    ProcessorSettingsV1,
    SnapshotSettings,
)
from emulator.wmi.virtualization_v2 import devices, graphics, integration, network, processor_memory
from emulator.wmi.virtualization_v2.base import DeviceSettingView, DeviceView
from emulator.wmi.virtualization_v2.computer_system import HostSystem

if TYPE_CHECKING:
    from emulator.host.controllers import Controller
    from emulator.host.virtual_machine import VirtualMachine
    from emulator.wmi.namespace import Namespace

SETTING_VIEWS: tuple[type[DeviceSettingView[Any]], ...] = (
    EmulatedPortSettingsV1,
    MediumViewV1,
    MemorySettingsV1,
    ProcessorSettingsV1,
    ResourceViewV1,
    SerialPortSettingsV1,
    SyntheticPortSettingsV1,
    VideoSettingsV1,
    *integration.COMPONENT_SETTINGS,
)
DEVICE_VIEWS: tuple[type[DeviceView[Any]], ...] = (
    devices.DiskDrive,
    devices.DisketteController,
    devices.DisketteDrive,
    devices.DvdDriveDevice,
    network.EmulatedPort,
    devices.Ide,
    devices.Keyboard,
    processor_memory.MemoryDevice,
    devices.Mouse,
    devices.S3Display,
    devices.Scsi,
    devices.SerialController,
    devices.SerialPort,
    devices.SyntheticDisplay,
    devices.SyntheticMouse,
    network.SyntheticPort,
    devices.VideoHead,
    graphics.Display,
    *integration.COMPONENTS,
)
#: Device view -> the view of its settings, where both show the same object.
_STATE_OF: tuple[tuple[type[DeviceView[Any]], type[DeviceSettingView[Any]]], ...] = (
    *(
        (view, ResourceViewV1)
        for view in (
            devices.DiskDrive,
            devices.DisketteController,
            devices.DisketteDrive,
            devices.DvdDriveDevice,
            devices.Ide,
            devices.Keyboard,
            devices.Mouse,
            devices.S3Display,
            devices.Scsi,
            devices.SerialController,
            devices.SyntheticDisplay,
            devices.SyntheticMouse,
        )
    ),
    (network.EmulatedPort, EmulatedPortSettingsV1),
    (processor_memory.MemoryDevice, MemorySettingsV1),
    (devices.SerialPort, SerialPortSettingsV1),
    (network.SyntheticPort, SyntheticPortSettingsV1),
    (graphics.Display, VideoSettingsV1),
    *zip(integration.COMPONENTS, integration.COMPONENT_SETTINGS, strict=True),
)


def _machine(_namespace: Namespace, device: Any) -> Iterable[VirtualMachine]:
    return () if device.vm.is_checkpoint else (device.vm,)


def _checkpoint(_namespace: Namespace, device: Any) -> Iterable[VirtualMachine]:
    return (device.vm,) if device.vm.is_checkpoint else ()


def _devices(view: type[DeviceSettingView[Any] | DeviceView[Any]]) -> Reach:
    return lambda namespace, vm: namespace.view(view).devices(vm)


def _shown(view: type[DeviceSettingView[Any] | DeviceView[Any]]) -> Reach:
    """The same object at the other end, if the view there shows it; devices of checkpoints have settings
    only."""

    def reach(namespace: Namespace, device: Any) -> Iterable[Any]:
        if device.vm.is_checkpoint:
            return []
        return [each for each in namespace.view(view).devices(device.vm) if each is device]

    return reach


def _drives_of(kind: type[Controller], view: type[DeviceView[Any]]) -> Reach:
    def reach(namespace: Namespace, controller: Controller) -> list[Any]:
        shown = namespace.view(view).devices(controller.vm)
        return [drive for drive in shown if isinstance(controller, kind) and drive.controller is controller]

    return reach


def _controller_of(kind: type[Controller]) -> Reach:
    def reach(_namespace: Namespace, drive: Any) -> list[Controller]:
        return [drive.controller] if isinstance(drive.controller, kind) else []

    return reach


def _all_of(view: type[DeviceView[Any]]) -> Reach:
    return lambda namespace, device: namespace.view(view).devices(device.vm)


class LogicalDisk(DeviceView[HardDiskDrive | DvdDrive | FloppyDrive]):
    """What is in a drive."""

    class_name = "Msvm_LogicalDisk"
    constants = {"Caption": "Logical Disk", "Description": "Microsoft Virtual Logical Disk", "BlockSize": 512}

    def devices(self, vm: VirtualMachine) -> Iterable[HardDiskDrive | DvdDrive | FloppyDrive]:
        return self.namespace.view(MediumViewV1).devices(vm)

    def device_id(self, device: HardDiskDrive | DvdDrive | FloppyDrive) -> str:
        return device.medium_setting_id

    def NumberOfBlocks(self, drive: HardDiskDrive | DvdDrive | FloppyDrive) -> int | None:
        disk = None if drive.path is None else self.host.virtual_disks.get(drive.path)
        return None if disk is None else disk.size // 512


LINKS: tuple[Link, ...] = (
    *(
        Link(
            "Msvm_VirtualSystemSettingDataComponent",
            End("GroupComponent", owner, _devices(view)),
            End("PartComponent", view, across),
        )
        for owner, across in ((CurrentSettings, _machine), (SnapshotSettings, _checkpoint))
        for view in SETTING_VIEWS
    ),
    *(
        Link(
            "Msvm_SystemDevice",
            End("GroupComponent", MachineSystem, _devices(view)),
            End("PartComponent", view, _machine),
        )
        for view in (*DEVICE_VIEWS, LogicalDisk)
    ),
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", MachineSystem, lambda _, vm: processor_memory.virtual_processors(vm)),
        End("PartComponent", processor_memory.ProcessorDevice, _machine),
    ),
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", HostSystem, lambda namespace, _: range(len(namespace.host.hardware.disks))),
        End("PartComponent", devices.HostDiskDrive, the_host),
    ),
    *(
        Link(
            "Msvm_SettingsDefineState",
            End("ManagedElement", device, _shown(settings)),
            End("SettingData", settings, _shown(device)),
        )
        for device, settings in _STATE_OF
    ),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", LogicalDisk, _shown(MediumViewV1)),
        End("SettingData", MediumViewV1, _shown(LogicalDisk)),
    ),
    *(
        Link(
            association,
            End("Antecedent", controllers, _drives_of(kind, view)),
            End("Dependent", view, _controller_of(kind)),
        )
        for association, controllers, kind in (
            ("Msvm_ControlledBy", devices.Ide, IdeController),
            ("Msvm_ProtocolControllerForUnit", devices.Scsi, ScsiController),
        )
        for view in (devices.DiskDrive, devices.DvdDriveDevice)
    ),
    Link(
        "Msvm_ControlledBy",
        End("Antecedent", devices.DisketteController, _all_of(devices.DisketteDrive)),
        End("Dependent", devices.DisketteDrive, _all_of(devices.DisketteController)),
    ),
    Link(
        "Msvm_SerialPortOnSerialController",
        End("Antecedent", devices.SerialController, _all_of(devices.SerialPort)),
        End("Dependent", devices.SerialPort, _all_of(devices.SerialController)),
    ),
    *(
        Link(
            "Msvm_MediaPresent",
            End("Antecedent", view, _shown(LogicalDisk)),
            End("Dependent", LogicalDisk, _shown(view)),
        )
        for view in (devices.DiskDrive, devices.DvdDriveDevice, devices.DisketteDrive)
    ),
    Link(
        "Msvm_VideoHeadOnController",
        End("Antecedent", devices.SyntheticDisplay, _shown(devices.VideoHead)),
        End("Dependent", devices.VideoHead, _shown(devices.SyntheticDisplay)),
    ),
)
VIEWS = (
    *DEVICE_VIEWS,
    *SETTING_VIEWS,
    devices.HostDiskDrive,
    LogicalDisk,
    processor_memory.ProcessorDevice,
)
