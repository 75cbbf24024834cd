"""Checks of hardware, operating system, role, WinRM and users."""

from __future__ import annotations

import re
from collections.abc import Iterator

from emulator.profile.checks.uniqueness import repeated
from emulator.profile.draft import Draft
from emulator.profile.hardware import Hardware
from emulator.profile.problems import Path, Problem, choice, listed
from emulator.profile.release import release_keys
from emulator.profile.section import Section
from emulator.profile.values import format_size, quoted
from emulator.profile.winrm import Winrm


def check_processor(draft: Draft) -> Iterator[Problem]:
    """Features that are on must exist; NUMA nodes need a core each."""
    if draft.hardware is None:
        return
    processor = draft.hardware.processor
    for key, capability in (("virtualization", processor.virtualization), ("dep", processor.dep)):
        if capability.enabled and not capability.supported:
            path: Path = ("hardware", "processor", key, "enabled")
            yield path, "firmware cannot enable what the processor does not support; write false"
    if draft.hardware.numa_nodes > processor.cores:
        nodes = draft.hardware.numa_nodes
        text = f"{nodes} NUMA nodes need as many cores; the processors have {processor.cores}"
        yield ("hardware", "numa_nodes"), text
    firmware = draft.hardware.firmware
    if firmware.secure_boot and firmware.type == "BIOS":
        yield (
            ("hardware", "firmware", "secure_boot"),
            "a BIOS has no secure boot; write false or `type: UEFI`",
        )


def check_offline_disks(draft: Draft) -> Iterator[Problem]:
    """A disk that Windows leaves alone has no volumes."""
    if draft.hardware is None:
        return
    used = {number for number, _ in draft.hardware.volumes}
    for number, disk in enumerate(draft.hardware.disks):
        if disk.offline and number in used:
            yield ("hardware", "disks", number, "offline"), "a disk with volumes cannot be offline"


def check_adapters(draft: Draft) -> Iterator[Problem]:
    """Names and addresses of physical adapters are unique."""
    if draft.hardware is None:
        return
    rows = list(enumerate(draft.hardware.network_adapters))
    base: Path = ("hardware", "network_adapters")
    yield from repeated((((*base, i, "name"), adapter.name) for i, adapter in rows), "adapter name")
    yield from repeated((((*base, i, "mac_address"), adapter.mac_address) for i, adapter in rows), "address")


def check_volumes(draft: Draft) -> Iterator[Problem]:
    """Volumes fit on their disks; there is a C:."""
    if draft.hardware is None:
        return
    hardware = draft.hardware
    paths = list(_volume_paths(hardware))
    letters = [volume.drive_letter.upper() for _, volume in hardware.volumes]
    if paths:
        places = (((*path, "drive_letter"), letters[i] or None) for i, path in enumerate(paths))
        yield from repeated(places, "letter")
        yield from _check_mount_points(hardware, paths)
    if "C" not in letters:
        yield ("hardware", "disks"), "no volume has the letter C; Windows is on C:"
    for number, disk in enumerate(hardware.disks):
        stated = sum(volume.size or 0 for volume in disk.volumes)
        path: Path = ("hardware", "disks", number, "volumes")
        if stated > disk.size:
            text = f"the volumes take {format_size(stated)}; the disk has {format_size(disk.size)}"
            yield path, text
        elif sum(volume.size is None for volume in disk.volumes) > 1:
            yield path, "only one volume of a disk may leave out its size"
    for index, (number, volume) in enumerate(hardware.volumes):
        if volume.size is not None and 0 <= volume.size < volume.used:
            path = (*paths[index], "used") if paths else ("hardware", "disks", number, "size")
            text = f"{format_size(volume.used)} are used of a volume of {format_size(volume.size)}"
            yield path, text


#: Folders of Windows in which nothing is mounted, also not below the first ones.
_OF_WINDOWS = ("c:\\windows", "c:\\program files", "c:\\program files (x86)")
_OF_SETUP = ("c:\\users", "c:\\programdata", "c:\\perflogs")


def _check_mount_points(hardware: Hardware, paths: list[Path]) -> Iterator[Problem]:
    """Every volume can be reached, and folders are ones in which a volume can be mounted."""
    letters = {volume.drive_letter for _, volume in hardware.volumes} - {""}
    folders: list[tuple[Path, str | None]] = []
    for path, (_, volume) in zip(paths, hardware.volumes, strict=True):
        if not volume.drive_letter and not volume.mount_points:
            yield path, "a volume needs `drive_letter` or `mount_points`"
        for index, written in enumerate(volume.mount_points):
            place: Path = (*path, "mount_points", index)
            plain = written.rstrip("\\").lower()
            if len(plain) <= len("c:"):
                yield place, "is a drive; a volume is mounted in a folder"
            elif plain[0].upper() == volume.drive_letter:
                yield place, "lies on the volume itself"
            elif plain[0].upper() not in letters:
                drives = listed(f"{letter}:" for letter in sorted(letters))
                yield place, f"no volume has the letter {plain[0].upper()}; volumes with one: {drives}"
            elif plain in _OF_SETUP or any(f"{plain}\\".startswith(f"{own}\\") for own in _OF_WINDOWS):
                yield place, "is a folder of Windows"
            folders.append((place, plain))
    yield from repeated(folders, "folder")
    for inner, folder in folders:
        for _, other in folders:
            if str(folder).startswith(f"{other}\\"):
                yield inner, f"lies in {quoted(str(other))}, where another volume is mounted"


def _volume_paths(hardware: Hardware) -> Iterator[Path]:
    for number, disk in enumerate(hardware.disks):
        for index in range(len(disk.volumes)):
            yield "hardware", "disks", number, "volumes", index


def check_operating_system(draft: Draft) -> Iterator[Problem]:
    """Release, edition, installation and architecture exist together."""
    system = draft.operating_system
    if system is None:
        return
    if draft.release is None:
        yield ("operating_system", "release"), choice(system.release, release_keys(), "a release")
        return
    if draft.edition is None:
        text = choice(system.edition, draft.release.editions, f"an edition of {draft.release.title}")
        yield ("operating_system", "edition"), text
        return
    name = f"{draft.release.title} {draft.edition.name}"
    for key, value, allowed in (
        ("installation", system.installation, draft.edition.installations),
        ("architecture", system.architecture, draft.edition.architectures),
    ):
        if value not in allowed:
            yield (
                ("operating_system", key),
                f"{name} does not exist as {quoted(value)}; allowed: {listed(allowed)}",
            )
    if system.install_date and system.last_boot and system.last_boot < system.install_date:
        yield ("operating_system", "last_boot"), "is before install_date; it must be later"


def check_system_on_hardware(draft: Draft) -> Iterator[Problem]:
    """The hardware can run the system."""
    hardware, system, release, edition = (
        draft.hardware,
        draft.operating_system,
        draft.release,
        draft.edition,
    )
    if hardware is None or system is None or release is None or edition is None:
        return
    if system.architecture == "x64" and hardware.processor.architecture == "x86":
        text = "a 64-bit system needs a processor of `architecture: x64`; this one is 'x86'"
        yield ("operating_system", "architecture"), text
    if hardware.memory > edition.maximum_memory:
        most = format_size(edition.maximum_memory)
        yield ("hardware", "memory"), f"{release.title} {edition.name} uses {most} at most"
    processors, limit = hardware.logical_processors, release.limits.host_logical_processors
    if draft.hyper_v and draft.hyper_v.role != "absent" and processors > limit:
        text = f"{processors} logical processors; Hyper-V of {release.title} uses {limit} at most"
        yield ("hardware", "processor", "sockets"), text


def check_role(draft: Draft) -> Iterator[Problem]:
    """The edition can have the role; its folders are on volumes that exist."""
    if draft.hyper_v is None:
        return
    if draft.edition is not None and draft.release is not None:
        name = f"{draft.release.title} {draft.edition.name}"
        if draft.hyper_v.role != "absent" and not draft.edition.hyper_v:
            yield ("hyper_v", "role"), f"{name} cannot have the Hyper-V role; allowed: 'absent'"
        elif draft.hyper_v.role == "absent" and draft.edition.hyper_v_preinstalled:
            text = f"{name} has the Hyper-V role from the start; allowed: 'enabled', 'pending-reboot'"
            yield ("hyper_v", "role"), text
    if draft.hyper_v.authorization_roles and draft.release is not None and draft.release.build >= 9600:
        text = f"{draft.release.title} has no authorization store; its last release is Windows Server 2012"
        yield ("hyper_v", "authorization_roles"), text
    for key in ("default_virtual_machine_path", "default_virtual_hard_disk_path"):
        problem = missing_drive(draft, getattr(draft.hyper_v, key))
        if problem:
            yield ("hyper_v", key), problem


def missing_drive(draft: Draft, path: str) -> str | None:
    """What is wrong with the drive letter of a path, if anything."""
    if draft.hardware is None:
        return None
    letters = [volume.drive_letter for _, volume in draft.hardware.volumes if volume.drive_letter]
    if path[0].upper() in ("C", *letters):  # a missing C: is a problem of its own
        return None
    drives = listed(f"{letter}:" for letter in letters)
    return f"no volume has the letter {path[0].upper()}; volumes of `hardware.disks`: {drives}"


def check_winrm(draft: Draft) -> Iterator[Problem]:
    """There is a listener, and two do not share a port; what Group Policy controls is a setting."""
    if draft.winrm is None:
        return
    for index, name in enumerate(draft.winrm.set_by_policy):
        if not _is_setting(draft.winrm, name):
            yield ("winrm", "set_by_policy", index), f"{quoted(name)} is not a setting of `winrm`"
    if not (draft.winrm.http_enabled or draft.winrm.https_enabled or draft.winrm.listeners):
        text = "no listener is left; enable http_enabled or https_enabled"
        yield ("winrm", "http_enabled"), text
    if draft.winrm.http_port == draft.winrm.https_port:
        yield ("winrm", "https_port"), f"{draft.winrm.https_port} is the port of HTTP too; use another one"
    yield from _listener_problems(draft.winrm)


def _listener_problems(winrm: Winrm) -> Iterator[Problem]:
    """Listeners differ in address or transport; a port speaks one of HTTP and HTTPS; addresses are written
    as Windows writes them."""
    usual = {("*", "HTTP"): winrm.http_enabled, ("*", "HTTPS"): winrm.https_enabled}
    taken = {key for key, enabled in usual.items() if enabled}
    ports = {winrm.http_port: "HTTP", winrm.https_port: "HTTPS"}
    for index, listener in enumerate(winrm.listeners):
        path: Path = ("winrm", "listeners", index)
        key = (listener.address.upper(), listener.transport)
        if key in taken:
            yield path, f"there is a {listener.transport} listener on {quoted(listener.address)} already"
        taken.add(key)
        if not _LISTENER_ADDRESS.fullmatch(listener.address):
            text = (
                f"{quoted(listener.address)} is none; write `*`, `IP:192.0.2.10` or `MAC:00-15-5D-01-02-03`"
            )
            yield (*path, "address"), text
        if listener.port and ports.setdefault(listener.port, listener.transport) != listener.transport:
            yield (*path, "port"), f"{listener.port} is the port of {ports[listener.port]}; use another one"


_LISTENER_ADDRESS = re.compile(r"\*|IP:[0-9A-Fa-f.:]{2,45}|MAC:[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){5}")


def _is_setting(winrm: Winrm, name: str) -> bool:
    holder: object = winrm
    for step in name.split("."):
        if not isinstance(holder, Section) or step not in holder.section_fields:
            return False
        holder = getattr(holder, step)
    return isinstance(holder, bool | int | str)


def check_users(draft: Draft) -> Iterator[Problem]:
    """User names are unique; groups exist in the release."""
    yield from repeated(((("users", i, "name"), user.name) for i, user in draft.users), "user name")
    if draft.release is None:
        return
    known = draft.release.local_groups
    for index, user in draft.users:
        for position, group in enumerate(user.groups):
            if group not in known:
                text = choice(group, known, f"a local group of {draft.release.title}")
                yield ("users", index, "groups", position), text


CHECKS = (
    check_processor,
    check_adapters,
    check_offline_disks,
    check_volumes,
    check_operating_system,
    check_system_on_hardware,
    check_role,
    check_winrm,
    check_users,
)
