"""Devices and their settings in root/virtualization, and what joins them to a machine and to each other."""

from __future__ import annotations

from typing import Any

from emulator.wmi.association import End, Link
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
from emulator.wmi.virtualization_v2.common_links import component_links, device_links
from emulator.wmi.virtualization_v2.logical_disks import LogicalDisk

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
    *component_links(CurrentSettings, reaches.machine, SETTING_VIEWS),
    *component_links(SnapshotSettings, reaches.checkpoint, SETTING_VIEWS),
    *device_links(MachineSystem, (*DEVICE_VIEWS, LogicalDisk), (*_STATE_OF, (LogicalDisk, MediumViewV1))),
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
)
VIEWS = (
    *DEVICE_VIEWS,
    *SETTING_VIEWS,
    devices.HostDiskDrive,
    LogicalDisk,
    processor_memory.ProcessorDevice,
)
