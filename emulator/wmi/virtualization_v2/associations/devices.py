"""Devices of machines: their settings, controllers, media and ports, and what they depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.host.virtual_machine.controllers import Controller, PersistentMemoryController
from emulator.host.virtual_machine.device import ComPort, FixedDevice, FixedKind
from emulator.host.virtual_machine.drives import DvdDrive, FloppyDrive, HardDiskDrive, KeyStorageDrive
from emulator.wmi.association import End, Link, Reach, itself
from emulator.wmi.virtualization_v2 import (
    computer_system,
    devices,
    drives,
    integration,
    logical_disks,
    network,
    processor_memory,
    reaches,
    storage_logical_units,
)
from emulator.wmi.virtualization_v2.associations.parts import DEVICE_VIEWS, STATE_OF
from emulator.wmi.virtualization_v2.common_links import controller_links, device_links

if TYPE_CHECKING:
    from emulator.host.virtual_machine.processor_settings import ProcessorSettings
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import View
    from emulator.wmi.virtualization_v2.processor_memory import VirtualProcessor

_CURRENT: dict[str, Any] = {"IsCurrent": 1, "IsDefault": 1, "IsNext": 0}


def _medium(kind: type[Any]) -> Reach:
    """From a drive to what is in it."""
    return lambda _namespace, drive: logical_disks.drive_of(drive) if isinstance(drive, kind) else ()


def _drive(kind: type[Any]) -> Reach:
    """From a medium to the drive in which it is."""
    return lambda _namespace, drive: (drive,) if isinstance(drive, kind) else ()


def _ports(_namespace: Namespace, controller: FixedDevice) -> list[ComPort]:
    return controller.vm.com_ports


def _serial_controller(_namespace: Namespace, port: ComPort) -> list[FixedDevice]:
    return [each for each in port.vm.fixed_devices if each.kind is FixedKind.SERIAL_CONTROLLER]


def _settings_of_processor(_namespace: Namespace, processor: VirtualProcessor) -> list[ProcessorSettings]:
    return [processor.vm.processor]


def _processors_of_settings(_namespace: Namespace, settings: ProcessorSettings) -> list[VirtualProcessor]:
    vm = settings.vm
    return [] if vm.is_checkpoint else list(processor_memory.virtual_processors(vm))


def _shown(view: type[Any]) -> Reach:
    """The same object at the other end, if the view there shows it; in a machine, checkpoint or plan."""

    def reach(namespace: Namespace, device: Any) -> list[Any]:
        return [each for each in namespace.view(view).devices(device.vm) if each is device]

    return reach


def _key_storage(_namespace: Namespace, device: Any) -> list[Any]:
    """From a controller to the key storage drive on it."""
    on_it = device.drives.values() if isinstance(device, Controller) else ()
    return [drive for drive in on_it if isinstance(drive, KeyStorageDrive)]


def _controller(_namespace: Namespace, drive: Any) -> list[Any]:
    return [drive.controller]


_DRIVES: tuple[tuple[type[View[Any]], type[Any]], ...] = (
    (devices.DiskDrive, HardDiskDrive),
    (devices.DvdDriveDevice, DvdDrive),
    (devices.DisketteDrive, FloppyDrive),
)

LINKS: tuple[Link, ...] = (
    *device_links(computer_system.MachineSystem, DEVICE_VIEWS, STATE_OF),
    *controller_links("Msvm_ControlledBy", devices.PersistentMemory, PersistentMemoryController),
    *(
        Link(
            "Msvm_ElementSettingData",
            End("ManagedElement", component, itself),
            End("SettingData", settings, reaches.shown(component)),
            values=_CURRENT,
        )
        for component, settings in zip(integration.COMPONENTS, integration.COMPONENT_SETTINGS, strict=True)
    ),
    *(
        Link(
            "Msvm_MediaPresent",
            End("Antecedent", view, _medium(kind)),
            End("Dependent", logical_disks.LogicalDisk, _drive(kind)),
            values={"FixedMedia": kind is HardDiskDrive},
        )
        for view, kind in _DRIVES
    ),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", processor_memory.ProcessorDevice, _settings_of_processor),
        End("SettingData", processor_memory.ProcessorSettingView, _processors_of_settings),
    ),
    Link(
        "Msvm_SerialPortOnSerialController",
        End("Antecedent", devices.SerialController, _ports),
        End("Dependent", devices.SerialPort, _serial_controller),
    ),
    *(
        Link(
            "Msvm_ElementSettingData",
            End("ManagedElement", view, itself),
            End("SettingData", view, itself),
            values=_CURRENT,
        )
        for view in (drives.ResourceView, drives.MediumView)
    ),
    Link(
        "Msvm_LogicalIdentity",
        End("SystemElement", drives.ResourceView, _shown(drives.BootSource)),
        End("SameElement", drives.BootSource, _shown(drives.ResourceView)),
    ),
    Link(
        "Msvm_LogicalIdentity",
        End("SystemElement", network.SyntheticPortSettings, _shown(drives.BootSource)),
        End("SameElement", drives.BootSource, _shown(network.SyntheticPortSettings)),
    ),
    Link(
        "Msvm_ResourceDependentOnResource",
        End("Antecedent", drives.ResourceView, _shown(drives.MediumView)),
        End("Dependent", drives.MediumView, itself),
    ),
    Link(
        "Msvm_ResourceDependentOnResource",
        End("Antecedent", drives.ResourceView, _key_storage),
        End("Dependent", storage_logical_units.LogicalUnitSettings, _controller),
    ),
    Link(
        "Msvm_ResourceDependentOnResource",
        End("Antecedent", network.SyntheticPortSettings, itself),
        End("Dependent", network.ConnectionSettings, _shown(network.SyntheticPortSettings)),
    ),
    Link(
        "Msvm_ResourceDependentOnResource",
        End("Antecedent", network.EmulatedPortSettings, itself),
        End("Dependent", network.ConnectionSettings, _shown(network.EmulatedPortSettings)),
    ),
)
