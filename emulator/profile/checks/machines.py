"""Checks of virtual machines as wholes: what the release, the role and the host's resources allow."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.profile.checks.switches import missing_switch
from emulator.profile.checks.uniqueness import repeated
from emulator.profile.draft import Draft
from emulator.profile.inventory import VirtualMachine
from emulator.profile.model import unmet_requirements
from emulator.profile.problems import Path, Problem, choice
from emulator.profile.release import Release
from emulator.profile.values import MEGABYTE, format_size, quoted

_BASE: Path = ("inventory", "virtual_machines")
_GENERATE: Path = ("inventory", "generate")
_ACTIVE = ("running", "paused")


def check_role(draft: Draft) -> Iterator[Problem]:
    """Without an active role there are no machines and no switches."""
    if draft.hyper_v is None or draft.hyper_v.role == "enabled":
        return
    lists = (
        ("virtual_switches", bool(draft.switches.items)),
        ("virtual_machines", bool(draft.machines.items)),
        ("generate", draft.generate is not None and draft.generate.virtual_machines > 0),
    )
    for key, stated in lists:
        if stated:
            text = f"needs `hyper_v.role: enabled`; the role is {quoted(draft.hyper_v.role)}"
            yield ("inventory", key), text


def check_identity(draft: Draft) -> Iterator[Problem]:
    """Ids are unique; names may repeat."""
    yield from repeated((((*_BASE, i, "id"), machine.id) for i, machine in draft.machines), "machine id")


def check_release(draft: Draft) -> Iterator[Problem]:
    """Generation, version, processors and memory are ones that the release has."""
    if draft.release is None:
        return
    for index, machine in draft.machines:
        base: Path = (*_BASE, index)
        yield from _generation(machine.generation, draft.release, base)
        yield from _version(machine, draft.release, base)
        yield from _replication(machine, draft.release, base)
        yield from _size(machine.processors, machine.memory.startup, machine.generation, draft.release, base)
    generate = draft.generate
    if generate is not None and generate.virtual_machines:
        yield from _generation(generate.generation, draft.release, _GENERATE)
        most = draft.release.limits.virtual_processors(generate.generation)
        if generate.processors > most:
            yield (*_GENERATE, "processors"), _most(most, generate.generation, draft.release)
        wrong = missing_switch(draft, generate.switch)
        if wrong:
            yield (*_GENERATE, "switch"), wrong


def _generation(generation: int, release: Release, base: Path) -> Iterator[Problem]:
    if generation == 2 and not release.generation_2:
        yield (*base, "generation"), f"{release.title} has no generation 2; allowed: 1"


def _replication(machine: VirtualMachine, release: Release, base: Path) -> Iterator[Problem]:
    facts = machine.replication
    if facts is None:
        return
    allowed = release.replication_intervals
    if not allowed:
        yield (*base, "replication"), f"{release.title} has no Hyper-V Replica"
    elif facts.frequency not in allowed:
        numbers = ", ".join(map(str, allowed))
        yield (*base, "replication", "frequency"), f"{release.title} replicates every {numbers} seconds"
    if not any(disk.path for disk in machine.hard_disks):
        yield (*base, "replication"), "needs a virtual hard disk"
    if facts.mode == "replica" and machine.state != "off":
        yield (*base, "state"), "a replica is off until it is failed over"


def _version(machine: VirtualMachine, release: Release, base: Path) -> Iterator[Problem]:
    if machine.version is None or machine.version in release.configuration_versions:
        return
    if release.configuration_versions:
        text = choice(machine.version, release.configuration_versions, f"a version of {release.title}")
    else:
        text = f"{release.title} has no choice of versions; leave this out"
    yield (*base, "version"), text


def _size(processors: int, startup: int, generation: int, release: Release, base: Path) -> Iterator[Problem]:
    most = release.limits.virtual_processors(generation)
    if processors > most:
        yield (*base, "processors"), _most(most, generation, release)
    memory = release.limits.virtual_machine_memory(generation)
    if startup > memory:
        path: Path = (*base, "memory", "startup")
        yield path, _most(format_size(memory), generation, release)


def _most(limit: int | str, generation: int, release: Release) -> str:
    return f"the most of generation {generation} in {release.title} is {limit}"


def check_memory(draft: Draft) -> Iterator[Problem]:
    """Memory sizes are multiples of 2 MB and in order."""
    for index, machine in draft.machines:
        memory = machine.memory
        base: Path = (*_BASE, index, "memory")
        for key in ("startup", "minimum", "maximum"):
            if getattr(memory, key) % (2 * MEGABYTE):
                yield (*base, key), f"{format_size(getattr(memory, key))} is not a multiple of 2 MB"
        if memory.minimum > memory.startup:
            yield (*base, "minimum"), f"is more than startup, {format_size(memory.startup)}"
        if memory.maximum < memory.startup:
            yield (*base, "maximum"), f"is less than startup, {format_size(memory.startup)}"
    if draft.generate is not None and draft.generate.memory % (2 * MEGABYTE):
        yield (*_GENERATE, "memory"), f"{format_size(draft.generate.memory)} is not a multiple of 2 MB"


def check_active(draft: Draft) -> Iterator[Problem]:
    """Machines that run need a hypervisor, and processors and memory of the host."""
    hardware, release = draft.hardware, draft.release
    if hardware is None or release is None or draft.hyper_v is None or draft.hyper_v.role != "enabled":
        return
    active = [(index, machine) for index, machine in draft.machines if machine.state in _ACTIVE]
    generate = draft.generate
    generated = generate.virtual_machines if generate is not None and generate.state == "running" else 0
    unmet = unmet_requirements(hardware, release)
    obstacle = "`hypervisor_launch` is 'off'" if draft.hyper_v.hypervisor_launch == "off" else None
    if unmet:
        obstacle = f"the hardware does not meet: {', '.join(unmet)}"
    for index, machine in active:
        if obstacle:
            text = f"{quoted(machine.state)} needs a hypervisor, and it cannot start: {obstacle}"
            yield (*_BASE, index, "state"), text
        if machine.processors > hardware.logical_processors:
            text = f"an active machine can have {hardware.logical_processors}, as many as the host"
            yield (*_BASE, index, "processors"), text
    if generated and obstacle:
        yield (*_GENERATE, "state"), f"'running' needs a hypervisor, and it cannot start: {obstacle}"
    count, most = len(active) + generated, release.limits.running_virtual_machines
    if count > most:
        yield _GENERATE if generated else _BASE, f"{count} machines run; {release.title} runs {most} at most"
    need = sum(machine.memory.startup for _, machine in active)
    need += generated * generate.memory if generate is not None else 0
    if need > hardware.memory:
        text = f"the active machines need {format_size(need)}; the host has {format_size(hardware.memory)}"
        yield _GENERATE if generated else _BASE, text


def check_checkpoints(draft: Draft) -> Iterator[Problem]:
    """Names are unique in a machine, and parents were taken before."""
    for index, machine in draft.machines:
        base: Path = (*_BASE, index, "checkpoints")
        known: dict[str, str] = {}
        for number, checkpoint in enumerate(machine.checkpoints):
            name, parent = checkpoint.name.casefold(), checkpoint.parent
            if name in known:
                text = f"{quoted(checkpoint.name)} is a checkpoint of this machine already"
                yield (*base, number, "name"), text
            if parent is not None and parent.casefold() not in known:
                text = choice(parent, known.values(), "an earlier checkpoint")
                yield (*base, number, "parent"), text if known else "there is no earlier checkpoint"
            known[name] = checkpoint.name


CHECKS = (check_role, check_identity, check_release, check_memory, check_active, check_checkpoints)
