"""Checks of special hardware and of the virtual machines that use it."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.profile.checks.uniqueness import repeated
from emulator.profile.draft import Draft
from emulator.profile.inventory import VirtualMachine
from emulator.profile.problems import Path, Problem, choice

_HARDWARE: Path = ("hardware",)
_SANS: Path = ("inventory", "virtual_sans")
_MACHINES: Path = ("inventory", "virtual_machines")


def check_hardware(draft: Draft) -> Iterator[Problem]:
    """Names and places are unique; persistent memory is stated in one way."""
    if draft.hardware is None:
        return
    hardware = draft.hardware
    ports = enumerate(hardware.fibre_channel_ports)
    yield from repeated(
        (((*_HARDWARE, "fibre_channel_ports", i, "port_name"), port.port_name) for i, port in ports),
        "port name",
    )
    places: list[tuple[Path, str | None]] = [
        ((*_HARDWARE, key, index, "location_path"), device.location_path)
        for key in ("graphics_processors", "assignable_devices")
        for index, device in enumerate(getattr(hardware, key))
    ]
    yield from repeated(places, "location path")
    emulators = enumerate(hardware.device_emulators)
    yield from repeated(
        (((*_HARDWARE, "device_emulators", i, "id"), each.id) for i, each in emulators), "emulator id"
    )
    for number, disk in enumerate(hardware.disks):
        base: Path = (*_HARDWARE, "disks", number)
        if (disk.media == "SCM") is not (disk.interface == "SCM"):
            yield (*base, "interface"), "persistent memory has both `media: SCM` and `interface: SCM`"
        for index, volume in enumerate(disk.volumes):
            if volume.direct_access and disk.media != "SCM":
                path: Path = (*base, "volumes", index, "direct_access")
                yield path, "only a volume of persistent memory (`media: SCM`) has direct access"


def check_sans(draft: Draft) -> Iterator[Problem]:
    """Names of SANs are unique, and a port of the hardware belongs to one of them."""
    yield from repeated((((*_SANS, i, "name"), san.name) for i, san in draft.sans), "SAN name")
    known = None
    if draft.hardware is not None:
        known = [port.port_name for port in draft.hardware.fibre_channel_ports]
    used: list[tuple[Path, str | None]] = []
    for index, san in draft.sans:
        for number, name in enumerate(san.ports):
            path: Path = (*_SANS, index, "ports", number)
            if known is not None and name not in known:
                yield path, choice(name, known, "a port name of `hardware.fibre_channel_ports`")
            used.append((path, name))
    yield from repeated(used, "port")
    if draft.sans.items and draft.release and "fibre_channel" not in draft.release.special_devices:
        yield _SANS, f"{draft.release.title} has no virtual fibre channel"


def check_machines(draft: Draft) -> Iterator[Problem]:
    """What a machine uses exists, the release has it, and it is used once."""
    assigned: list[tuple[Path, str | None]] = []
    for index, machine in draft.machines:
        base: Path = (*_MACHINES, index)
        yield from _release(draft, machine, base)
        yield from _sans(draft, machine, base)
        yield from _assigned(draft, machine, base)
        assigned += [
            ((*base, "assigned_devices", number), path)
            for number, path in enumerate(machine.assigned_devices)
        ]
        partitions = draft.hardware and any(
            each.partition_counts for each in draft.hardware.graphics_processors
        )
        if machine.assigned_devices or machine.gpu_partitions:
            yield from _without_saving(machine, base)
        if machine.gpu_partitions and draft.hardware is not None and not partitions:
            text = "no GPU of `hardware.graphics_processors` has `partition_counts`"
            yield (*base, "gpu_partitions"), text
    yield from repeated(assigned, "device")


def _release(draft: Draft, machine: VirtualMachine, base: Path) -> Iterator[Problem]:
    if draft.release is None:
        return
    for key, kind, words in (
        ("fibre_channel_adapters", "fibre_channel", "virtual fibre channel"),
        ("assigned_devices", "assignable_device", "discrete device assignment"),
        ("gpu_partitions", "gpu_partition", "GPU partitions"),
    ):
        if getattr(machine, key) and kind not in draft.release.special_devices:
            yield (*base, key), f"{draft.release.title} has no {words}"


def _sans(draft: Draft, machine: VirtualMachine, base: Path) -> Iterator[Problem]:
    names = [san.name for _, san in draft.sans]
    for number, adapter in enumerate(machine.fibre_channel_adapters):
        if draft.sans.complete and adapter.san not in names:
            path: Path = (*base, "fibre_channel_adapters", number, "san")
            yield path, choice(adapter.san, names, "a SAN of `inventory.virtual_sans`")


def _assigned(draft: Draft, machine: VirtualMachine, base: Path) -> Iterator[Problem]:
    if draft.hardware is None or not machine.assigned_devices:
        return
    known = [
        device.location_path
        for device in (*draft.hardware.graphics_processors, *draft.hardware.assignable_devices)
        if device.location_path is not None
    ]
    for number, path in enumerate(machine.assigned_devices):
        if path not in known:
            text = choice(path, known, "the location path of a device of the hardware")
            yield (*base, "assigned_devices", number), text
    if machine.automatic_stop_action != "turn-off":
        text = "a machine with an assigned device needs `automatic_stop_action: turn-off`"
        yield (*base, "assigned_devices"), text


def _without_saving(machine: VirtualMachine, base: Path) -> Iterator[Problem]:
    if machine.memory.dynamic and machine.memory.minimum != machine.memory.startup:
        text = "dynamic memory of a machine with a device or GPU partition needs `minimum` equal to `startup`"
        yield (*base, "memory"), text
    if machine.state == "saved":
        yield (*base, "state"), "a machine with an assigned device or a GPU partition cannot be saved"


CHECKS = (check_hardware, check_sans, check_machines)
