"""The components that Server Manager knows here: Hyper-V and its tools, from the machine's role."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from emulator.host import PendingChange

if TYPE_CHECKING:
    from emulator.host import Host

ROLE, ROLE_SERVICE, FEATURE = 0, 1, 2
AVAILABLE, INSTALLED, UNINSTALL_PENDING, INSTALL_PENDING = 0, 1, 2, 3
_TITLES = {
    "Hyper-V": "Hyper-V",
    "RSAT-Hyper-V-Tools": "Hyper-V Management Tools",
    "Hyper-V-Tools": "Hyper-V GUI Management Tools",
    "Hyper-V-PowerShell": "Hyper-V Module for Windows PowerShell",
}


class Component(NamedTuple):
    """A role or feature with its present state (MSFT_ServerManagerServerComponent.Installed)."""

    name: str
    title: str
    parent: str
    kind: int
    state: int
    number: int
    descriptor: str


def components(host: Host) -> list[Component]:
    """The role, unless the edition cannot have it, and its tools."""
    facts, role = host.release.features, host.role
    found = []
    if facts.role and role.available:
        state = INSTALLED if role.active else AVAILABLE
        if role.pending is not None:
            state = INSTALL_PENDING if role.pending is PendingChange.ENABLE else UNINSTALL_PENDING
        number = facts.server_feature_id or 0
        found.append(
            Component(facts.role, _TITLES[facts.role], "", ROLE, state, number, "ServerComponent_HyperV")
        )
    parent = ""
    for index, name in enumerate(facts.tools):
        state = INSTALLED if role.management_tools else AVAILABLE
        descriptor = f"ServerComponent_{name.replace('-', '_')}"
        # Numbers of the tools are not known; they only have to differ.
        found.append(
            Component(name, _TITLES.get(name, name), parent, FEATURE, state, 1000 + index, descriptor)
        )
        parent = parent or name
    return found
