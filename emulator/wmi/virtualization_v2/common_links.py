"""Rows that both Hyper-V namespaces have, each with its own views of a machine, its settings and devices."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from emulator.host.virtual_machine.controllers import Controller, IdeController, ScsiController
from emulator.wmi.association import End, Link, Reach, the_host
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2 import computer_system, devices, processor_memory, reaches
from emulator.wmi.virtualization_v2.base import DeviceSettingView, DeviceView
from emulator.wmi.virtualization_v2.pool_templates import TemplateView
from emulator.wmi.virtualization_v2.pools import TEMPLATES

AnyView = type[View[Any]]
HOST = computer_system.HostSystem


def host_links(machine: AnyView) -> tuple[Link, ...]:
    """The host and its machines."""
    return (
        Link(
            "Msvm_HostedDependency",
            End("Antecedent", HOST, reaches.machines),
            End("Dependent", machine, the_host),
        ),
    )


def service_links(services: Iterable[AnyView]) -> tuple[Link, ...]:
    """The host and its services."""
    return tuple(
        Link("Msvm_HostedService", End("Antecedent", HOST, the_host), End("Dependent", view, the_host))
        for view in services
    )


def checkpoint_links(current: AnyView, snapshot: AnyView) -> tuple[Link, ...]:
    """The tree of checkpoints, with the present state as its last leaf."""
    return (
        Link(
            "Msvm_ParentChildSettingData",
            End("Antecedent", snapshot, reaches.children),
            End("Dependent", snapshot, reaches.reached("parent_checkpoint")),
        ),
        Link(
            "Msvm_ParentChildSettingData",
            End("Antecedent", snapshot, reaches.reached_from("parent_checkpoint")),
            End("Dependent", current, reaches.reached("parent_checkpoint")),
        ),
    )


def component_links(
    settings: AnyView, owner: Reach, views: Iterable[type[DeviceSettingView[Any]]]
) -> tuple[Link, ...]:
    """The settings of a machine, checkpoint or planned machine and those of its devices; ``owner`` leads
    from a device to what it belongs to."""
    return tuple(
        Link(
            "Msvm_VirtualSystemSettingDataComponent",
            End("GroupComponent", settings, reaches.devices(view)),
            End("PartComponent", view, owner),
        )
        for view in views
    )


def device_links(
    machine: AnyView,
    views: Iterable[type[DeviceView[Any]]],
    states: Iterable[tuple[type[DeviceView[Any]], type[DeviceSettingView[Any]]]],
) -> tuple[Link, ...]:
    """Devices and the machine or host that they are in, their settings, and their controllers.

    ``states`` names for the view of a device the view of its settings, where both show the same object.
    """
    return (
        *(
            Link(
                "Msvm_SystemDevice",
                End("GroupComponent", machine, reaches.devices(view)),
                End("PartComponent", view, reaches.machine),
            )
            for view in views
        ),
        Link(
            "Msvm_SystemDevice",
            End("GroupComponent", machine, lambda _, vm: processor_memory.virtual_processors(vm)),
            End("PartComponent", processor_memory.ProcessorDevice, reaches.machine),
        ),
        Link(
            "Msvm_SystemDevice",
            End("GroupComponent", HOST, reaches.offline_disks),
            End("PartComponent", devices.HostDiskDrive, the_host),
        ),
        *(
            Link(
                "Msvm_SettingsDefineState",
                End("ManagedElement", device, reaches.shown(settings)),
                End("SettingData", settings, reaches.shown(device)),
            )
            for device, settings in states
        ),
        *controller_links("Msvm_ControlledBy", devices.Ide, IdeController),
        *controller_links("Msvm_ProtocolControllerForUnit", devices.Scsi, ScsiController),
        Link(
            "Msvm_VideoHeadOnController",
            End("Antecedent", devices.SyntheticDisplay, reaches.shown(devices.VideoHead)),
            End("Dependent", devices.VideoHead, reaches.shown(devices.SyntheticDisplay)),
        ),
    )


def controller_links(association: str, controllers: AnyView, kind: type[Controller]) -> tuple[Link, ...]:
    """Controllers of a kind and the drives at them."""
    return tuple(
        Link(
            association,
            End("Antecedent", controllers, reaches.drives_of(kind, view)),
            End("Dependent", view, reaches.controller_of(kind)),
        )
        for view in (devices.DiskDrive, devices.DvdDriveDevice)
    )


def template_links(
    capabilities: AnyView,
    templates: Callable[[type[TemplateView]], Reach],
    views: Iterable[type[TemplateView]],
) -> tuple[Link, ...]:
    """The templates of a pool; ``templates`` leads from a pool to those that a view shows."""
    return tuple(
        Link(
            "Msvm_SettingsDefineCapabilities",
            End("GroupComponent", capabilities, templates(view)),
            End("PartComponent", view, lambda _, template: (template.pool,)),
            values={"PropertyPolicy": 0, "SupportStatement": 0},
            computed={
                "ValueRange": lambda _, template: TEMPLATES[template.name],
                "ValueRole": lambda _, template: 0 if template.name == "Default" else 3,
            },
        )
        for view in views
    )
