"""What resource pools hold of the host: folders for files, virtual switches, ports, devices, disks.

Inside, a resource is named by a text: a folder by its path, a virtual switch and the switch of a fibre
channel port by its GUID, an assignable device by its location path, a GPU by its interface path, a disk by
its number.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter, NotFound, PathNotFound
from emulator.host.resources.resource_kinds import (
    ETHERNET,
    FIBRE_CHANNEL,
    GPU_PARTITION,
    PCI_EXPRESS,
    PHYSICAL_DISK,
    STORAGE,
)

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.resources.resource_pools import ResourcePool

MAXIMUM_RESOURCES = 1024


def check_resources(
    host: "Host", kind: str, resources: Iterable[str], pool: "ResourcePool | None"
) -> tuple[str, ...]:
    """The resources of the host that a pool is to hold, each once. ``pool`` is the one that has them already.

    Raises InvalidParameter (also for a kind whose pools hold nothing), NotFound, PathNotFound, InUse,
    NotSupported.
    """
    wanted = list(resources)
    if kind == FIBRE_CHANNEL:
        return host.expansion.fibre_channel.check_resources(wanted, pool)
    if len(wanted) > MAXIMUM_RESOURCES:
        raise InvalidParameter(f"A resource pool holds at most {MAXIMUM_RESOURCES} resources.")
    found: dict[str, str] = {}
    for each in wanted:
        resource = known_as(host, kind, each)
        found.setdefault(resource.casefold(), resource)
    return tuple(found.values())


def known_as(host: "Host", kind: str, resource: str) -> str:
    """A resource as pools name it. Raises as ``check_resources``."""
    if kind == FIBRE_CHANNEL:
        return resource.upper()
    check = _CHECKS.get(kind)
    if check is None:
        raise InvalidParameter(f"Resource pools of the kind '{kind:.64}' hold no resources of the host.")
    return check(host, resource)


def is_within(kind: str, resource: str, held: Iterable[str]) -> bool:
    """Whether a resource is one of those that are held; a file or folder, whether it lies in one of them."""
    wanted = resource.casefold()
    if kind not in STORAGE:
        return any(wanted == each.casefold() for each in held)
    return any(wanted == each.casefold() or wanted.startswith(_root(each)) for each in held)


def _root(folder: str) -> str:
    return folder.casefold().rstrip("\\") + "\\"


def _folder(host: "Host", path: str) -> str:
    filesystem = host.filesystem
    full = filesystem.normalize(path)
    if not filesystem.is_directory(full):
        raise PathNotFound(full)
    return filesystem.entry(full).path


def _switch(host: "Host", identifier: str) -> str:
    switch = host.virtual_switches.get(identifier)
    if switch is None:
        raise NotFound("The virtual switch was not found.")
    return switch.id


def _pci_device(host: "Host", location_path: str) -> str:
    device = host.expansion.assignable_devices.at(location_path)
    if device is None or not device.is_dismounted:
        raise NotFound("The device was not found, or it is not dismounted from the host.", code=32779)
    return device.location_path


def _gpu(host: "Host", interface_path: str) -> str:
    for gpu in host.expansion.gpus:
        if gpu.is_partitionable and gpu.interface_path.casefold() == interface_path.casefold():
            return gpu.interface_path
    raise NotFound("The GPU was not found, or it cannot be partitioned.")


def _disk(host: "Host", number: str) -> str:
    return str(host.pass_through.require(int(number)).number)


_CHECKS: dict[str, Callable[["Host", str], str]] = {
    **dict.fromkeys(STORAGE, _folder),
    ETHERNET: _switch,
    GPU_PARTITION: _gpu,
    PCI_EXPRESS: _pci_device,
    PHYSICAL_DISK: _disk,
}
