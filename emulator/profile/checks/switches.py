"""Checks of virtual switches."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from emulator.profile.checks.uniqueness import repeated
from emulator.profile.draft import Draft
from emulator.profile.port_settings import Bandwidth, Isolation, Vlan
from emulator.profile.problems import Path, Problem, choice
from emulator.profile.values import quoted

_BASE: Path = ("inventory", "virtual_switches")
_FIRST_TEAMS, _FIRST_ISOLATION = 14393, 9600
_AZURE = "Microsoft Azure VFP Switch Extension"
_LAST_VLAN = 4094


def check_names(draft: Draft) -> Iterator[Problem]:
    """Names and ids of switches are unique."""
    yield from repeated((((*_BASE, i, "name"), switch.name) for i, switch in draft.switches), "switch name")
    yield from repeated((((*_BASE, i, "id"), switch.id) for i, switch in draft.switches), "switch id")


def check_adapters(draft: Draft) -> Iterator[Problem]:
    """External switches, and only they, have physical adapters, each its own."""
    used: list[tuple[Path, str | None]] = []
    for index, switch in draft.switches:
        base: Path = (*_BASE, index)
        path: Path = (*base, "network_adapter")
        stated: list[tuple[Path, str]] = [
            ((*base, "network_adapters", place), name) for place, name in enumerate(switch.network_adapters)
        ]
        if switch.network_adapter is not None:
            stated.insert(0, (path, switch.network_adapter))
        if switch.kind != "external":
            for at, _ in stated[:1]:
                yield (
                    at,
                    f"only an external switch has a physical adapter; this one is {quoted(switch.kind)}",
                )
            continue
        if switch.network_adapter is not None and switch.network_adapters:
            yield (*base, "network_adapters"), "is not allowed beside `network_adapter`"
            continue
        names = [adapter.name for adapter in draft.hardware.network_adapters] if draft.hardware else None
        if not stated:
            yield path, "is required for an external switch: name one of `hardware.network_adapters`"
        for at, name in stated:
            if names is not None and name not in names:
                yield at, choice(name, names, "the name of a physical adapter")
            else:
                used.append((at, name))
    yield from repeated(used, "physical adapter")


def check_teams(draft: Draft) -> Iterator[Problem]:
    """Teams are there from Server 2016 on."""
    release = draft.release
    if release is None or (release.build >= _FIRST_TEAMS and not release.is_client):
        return
    for index, switch in draft.switches:
        if switch.network_adapters:
            yield (*_BASE, index, "network_adapters"), f"{release.title} has no switch-embedded teaming"


def check_extensions(draft: Draft) -> Iterator[Problem]:
    """An extension runs or does not, and is one that the release has."""
    release = draft.release
    for index, switch in draft.switches:
        for place, name in enumerate(switch.disabled_extensions):
            path: Path = (*_BASE, index, "disabled_extensions", place)
            if name in switch.enabled_extensions:
                yield path, f"the extension {quoted(name)} is in `enabled_extensions` as well"
        for key in ("enabled_extensions", "disabled_extensions"):
            for place, name in enumerate(getattr(switch, key)):
                if release is not None and name == _AZURE and release.build < _FIRST_TEAMS:
                    yield (*_BASE, index, key, place), f"{release.title} has no extension {quoted(name)}"


def check_ports(draft: Draft) -> Iterator[Problem]:
    """Settings of ports are whole, and go with their switch and the release."""
    modes = {switch.name: switch.bandwidth_mode for _, switch in draft.switches}
    for index, machine in draft.machines:
        for place, adapter in enumerate(machine.network_adapters):
            base: Path = ("inventory", "virtual_machines", index, "network_adapters", place)
            if adapter.vlan is not None:
                yield from _vlan(adapter.vlan, (*base, "vlan"))
            if adapter.isolation is not None:
                yield from _isolation(adapter.isolation, draft, (*base, "isolation"))
            if adapter.bandwidth is not None and adapter.switch in modes:
                yield from _bandwidth(adapter.bandwidth, modes[adapter.switch], (*base, "bandwidth"))
            for number, rule in enumerate(adapter.rules):
                if not _is_address(rule.remote):
                    text = f"{quoted(rule.remote)} is no address; write one such as '198.51.100.0/24', or any"
                    yield (*base, "rules", number, "remote"), text


def _vlan(vlan: Vlan, path: Path) -> Iterator[Problem]:
    if vlan.mode == "trunk":
        if not vlan.allowed:
            yield (*path, "allowed"), "is required for a trunk: name its VLANs"
    elif vlan.vlan_id is None:
        yield (*path, "vlan_id"), f"is required for the mode {quoted(vlan.mode)}"
    elif vlan.mode == "promiscuous" and not vlan.allowed:
        yield (*path, "allowed"), "is required for a promiscuous port: name its secondary VLANs"
    elif vlan.mode in ("isolated", "community") and len(vlan.allowed) != 1:
        yield (*path, "allowed"), "must name the one secondary VLAN"


def _isolation(isolation: Isolation, draft: Draft, path: Path) -> Iterator[Problem]:
    if draft.release is not None and draft.release.build < _FIRST_ISOLATION:
        yield path, f"{draft.release.title} has no isolation of ports"
    if isolation.mode == "vlan" and isolation.isolation_id > _LAST_VLAN:
        yield (*path, "isolation_id"), f"{isolation.isolation_id} is not allowed; the most is {_LAST_VLAN}"


def _bandwidth(bandwidth: Bandwidth, mode: str, path: Path) -> Iterator[Problem]:
    if bandwidth.weight and mode != "weight":
        yield (*path, "weight"), "needs a switch with `bandwidth_mode: weight`"
    if bandwidth.minimum is not None and mode not in ("absolute", "default"):
        yield (*path, "minimum"), "needs a switch with `bandwidth_mode: absolute`"
    elif (bandwidth.minimum or 0) > (bandwidth.maximum or bandwidth.minimum or 0):
        yield (*path, "minimum"), "is greater than the maximum"


def _is_address(text: str) -> bool:
    try:
        return text.lower() == "any" or ip_network(text, strict=False) is not None
    except ValueError:
        return False


def missing_switch(draft: Draft, name: str | None) -> str | None:
    """What is wrong with a reference to a switch, if anything."""
    names = [switch.name for _, switch in draft.switches]
    if name is None or name in names or not draft.switches.complete:
        return None
    return choice(name, names, "a switch of `inventory.virtual_switches`")


CHECKS = (check_names, check_adapters, check_teams, check_extensions, check_ports)
