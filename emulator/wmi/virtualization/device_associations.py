"""Devices and their settings in root/virtualization, and what joins them to a machine and to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.host.controllers import IdeController, ScsiController
from emulator.wmi.association import End, Link, the_host
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
from emulator.wmi.virtualization_v2 import devices, graphics, integration, network, processor_memory, reaches
from emulator.wmi.virtualization_v2.base import DeviceSettingView, DeviceView
from emulator.wmi.virtualization_v2.computer_system import HostSystem
from emulator.wmi.virtualization_v2.logical_disks import LogicalDisk

if TYPE_CHECKING:
    pass

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


LINKS: tuple[Link, ...] = (
    *(
        Link(
            "Msvm_VirtualSystemSettingDataComponent",
            End("GroupComponent", owner, reaches.devices(view)),
            End("PartComponent", view, across),
        )
        for owner, across in ((CurrentSettings, reaches.machine), (SnapshotSettings, reaches.checkpoint))
        for view in SETTING_VIEWS
    ),
    *(
        Link(
            "Msvm_SystemDevice",
            End("GroupComponent", MachineSystem, reaches.devices(view)),
            End("PartComponent", view, reaches.machine),
        )
        for view in (*DEVICE_VIEWS, LogicalDisk)
    ),
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", MachineSystem, lambda _, vm: processor_memory.virtual_processors(vm)),
        End("PartComponent", processor_memory.ProcessorDevice, reaches.machine),
    ),
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", HostSystem, reaches.offline_disks),
        End("PartComponent", devices.HostDiskDrive, the_host),
    ),
    *(
        Link(
            "Msvm_SettingsDefineState",
            End("ManagedElement", device, reaches.shown(settings)),
            End("SettingData", settings, reaches.shown(device)),
        )
        for device, settings in _STATE_OF
    ),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", LogicalDisk, reaches.shown(MediumViewV1)),
        End("SettingData", MediumViewV1, reaches.shown(LogicalDisk)),
    ),
    *(
        Link(
            association,
            End("Antecedent", controllers, reaches.drives_of(kind, view)),
            End("Dependent", view, reaches.controller_of(kind)),
        )
        for association, controllers, kind in (
            ("Msvm_ControlledBy", devices.Ide, IdeController),
            ("Msvm_ProtocolControllerForUnit", devices.Scsi, ScsiController),
        )
        for view in (devices.DiskDrive, devices.DvdDriveDevice)
    ),
    Link(
        "Msvm_ControlledBy",
        End("Antecedent", devices.DisketteController, reaches.siblings(devices.DisketteDrive)),
        End("Dependent", devices.DisketteDrive, reaches.siblings(devices.DisketteController)),
    ),
    Link(
        "Msvm_SerialPortOnSerialController",
        End("Antecedent", devices.SerialController, reaches.siblings(devices.SerialPort)),
        End("Dependent", devices.SerialPort, reaches.siblings(devices.SerialController)),
    ),
    *(
        Link(
            "Msvm_MediaPresent",
            End("Antecedent", view, reaches.shown(LogicalDisk)),
            End("Dependent", LogicalDisk, reaches.shown(view)),
        )
        for view in (devices.DiskDrive, devices.DvdDriveDevice, devices.DisketteDrive)
    ),
    Link(
        "Msvm_VideoHeadOnController",
        End("Antecedent", devices.SyntheticDisplay, reaches.shown(devices.VideoHead)),
        End("Dependent", devices.VideoHead, reaches.shown(devices.SyntheticDisplay)),
    ),
)
VIEWS = (
    *DEVICE_VIEWS,
    *SETTING_VIEWS,
    devices.HostDiskDrive,
    LogicalDisk,
    processor_memory.ProcessorDevice,
)
