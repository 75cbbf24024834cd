"""The ways from one object to the objects at the other end of an association that both Hyper-V namespaces go:
between machines, checkpoints, devices, drives and jobs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.virtual_machine.virtual_machine import VirtualMachine

if TYPE_CHECKING:
    from emulator.host.job import Job, JobKind
    from emulator.host.storage.disk_layout import PhysicalDisk
    from emulator.host.virtual_machine.controllers import Controller
    from emulator.wmi.association import Reach
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.virtualization_v2.base import DeviceSettingView, DeviceView

    DevicesView = type[DeviceSettingView[Any] | DeviceView[Any]]


def machines(namespace: Namespace, _item: Any) -> Iterable[VirtualMachine]:
    """To every machine."""
    return namespace.host.virtual_machines


def machine(_namespace: Namespace, device: Any) -> Iterable[VirtualMachine]:
    """From a device to its machine."""
    return () if device.vm.is_checkpoint else (device.vm,)


def checkpoint(_namespace: Namespace, device: Any) -> Iterable[VirtualMachine]:
    """From the settings of a device to the checkpoint that they belong to."""
    return (device.vm,) if isinstance(device.vm, Checkpoint) else ()


def checkpoints(_namespace: Namespace, vm: VirtualMachine) -> Iterable[VirtualMachine]:
    """From a machine to its checkpoints."""
    return vm.checkpoints


def machine_of(_namespace: Namespace, item: Checkpoint) -> Iterable[VirtualMachine]:
    """From a checkpoint to its machine."""
    return (item.machine,)


def children(_namespace: Namespace, item: Checkpoint) -> Iterable[VirtualMachine]:
    """From a checkpoint to those that were taken after it."""
    return item.children


def reached(name: str) -> Reach:
    """From a machine or checkpoint to the checkpoint that an attribute of it names."""

    def reach(_namespace: Namespace, vm: VirtualMachine) -> Iterable[VirtualMachine]:
        found = getattr(vm, name)
        return () if found is None else (found,)

    return reach


def reached_from(name: str) -> Reach:
    """From a checkpoint to the machine whose attribute names it."""

    def reach(_namespace: Namespace, item: Checkpoint) -> Iterable[VirtualMachine]:
        vm = item.machine
        return (vm,) if getattr(vm, name) is item else ()

    return reach


def devices(view: DevicesView) -> Reach:
    """From a machine to its devices that a view shows."""
    return lambda namespace, vm: namespace.view(view).devices(vm)


def siblings(view: DevicesView) -> Reach:
    """From a device to those of its machine that a view shows."""
    return lambda namespace, device: namespace.view(view).devices(device.vm)


def shown(view: DevicesView) -> Reach:
    """The same object at the other end, if the view there shows it; devices of checkpoints exist as settings
    only."""

    def reach(namespace: Namespace, device: Any) -> Iterable[Any]:
        if device.vm.is_checkpoint:
            return []
        return [each for each in namespace.view(view).devices(device.vm) if each is device]

    return reach


def drives_of(kind: type[Controller], view: type[DeviceView[Any]]) -> Reach:
    """From a controller of a kind to its drives that a view shows."""

    def reach(namespace: Namespace, controller: Controller) -> list[Any]:
        found = namespace.view(view).devices(controller.vm)
        return [drive for drive in found if isinstance(controller, kind) and drive.controller is controller]

    return reach


def controller_of(kind: type[Controller]) -> Reach:
    """From a drive to its controller, if that is of a kind."""

    def reach(_namespace: Namespace, drive: Any) -> list[Controller]:
        return [drive.controller] if isinstance(drive.controller, kind) else []

    return reach


def offline_disks(namespace: Namespace, _host: Any) -> list[PhysicalDisk]:
    """From the host to the physical disks that machines can have."""
    return namespace.host.pass_through.available()


def jobs(kind: JobKind) -> Reach:
    """From whatever jobs change to those of a kind that change it."""

    def reach(namespace: Namespace, item: Any) -> list[Job]:
        return [job for job in namespace.host.jobs if job.kind is kind and item in job.affected]

    return reach


def affected(_namespace: Namespace, job: Job) -> list[Any]:
    """From a job to the machines that it changes."""
    found = [each for each in job.affected if isinstance(each, VirtualMachine) and not each.deleted]
    return [vm for vm in found if not vm.is_checkpoint]


def affected_checkpoints(namespace: Namespace, job: Job) -> list[Any]:
    """From a job to the checkpoints that it changes."""
    return [
        each for each in job.affected if isinstance(each, Checkpoint) and each in namespace.host.checkpoints
    ]
