"""Checks of virtual switches."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.profile.checks.uniqueness import repeated
from emulator.profile.draft import Draft
from emulator.profile.problems import Path, Problem, choice
from emulator.profile.values import quoted

_BASE: Path = ("inventory", "virtual_switches")


def check_names(draft: Draft) -> Iterator[Problem]:
    """Names and ids of switches are unique."""
    yield from repeated((((*_BASE, i, "name"), switch.name) for i, switch in draft.switches), "switch name")
    yield from repeated((((*_BASE, i, "id"), switch.id) for i, switch in draft.switches), "switch id")


def check_adapters(draft: Draft) -> Iterator[Problem]:
    """External switches, and only they, have a physical adapter, each its own."""
    used = []
    for index, switch in draft.switches:
        path: Path = (*_BASE, index, "network_adapter")
        if switch.kind != "external":
            if switch.network_adapter is not None:
                yield (
                    path,
                    f"only an external switch has a physical adapter; this one is {quoted(switch.kind)}",
                )
            continue
        names = [adapter.name for adapter in draft.hardware.network_adapters] if draft.hardware else None
        if switch.network_adapter is None:
            yield path, "is required for an external switch: name one of `hardware.network_adapters`"
        elif names is not None and switch.network_adapter not in names:
            yield path, choice(switch.network_adapter, names, "the name of a physical adapter")
        else:
            used.append((path, switch.network_adapter))
    yield from repeated(used, "physical adapter")


def missing_switch(draft: Draft, name: str | None) -> str | None:
    """What is wrong with a reference to a switch, if anything."""
    names = [switch.name for _, switch in draft.switches]
    if name is None or name in names or not draft.switches.complete:
        return None
    return choice(name, names, "a switch of `inventory.virtual_switches`")


CHECKS = (check_names, check_adapters)
