"""Which virtual machine a shown object belongs to, and which ones a call speaks of: the authorization store
has rights for each scope of machines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi.association import Pair
from emulator.wmi.view import ViewInstance

if TYPE_CHECKING:
    from emulator.cim.instance import Instance
    from emulator.host.host import Host

_GUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_MOST_NAMES: Final = 4096


def machines_of(instance: Instance) -> list[VirtualMachine]:
    """The machines that a shown object belongs to; none for what is the host's."""
    if not isinstance(instance, ViewInstance):
        return []
    item = instance.item
    if isinstance(item, Pair):
        return [vm for end in (item.left, item.right) if (vm := _machine_of(end)) is not None]
    vm = _machine_of(instance.view.owner_of(item))
    return [] if vm is None else [vm]


def _machine_of(item: Any) -> VirtualMachine | None:
    if isinstance(item, VirtualMachine):
        return item.machine if isinstance(item, Checkpoint) else item
    for name in ("vm", "machine", "owner"):
        found = getattr(item, name, None)
        if isinstance(found, VirtualMachine):
            return found
    return None


def machines_named(host: Host, values: Iterable[Any]) -> list[VirtualMachine]:
    """The machines whose GUIDs, or those of their checkpoints, stand in the arguments of a call."""
    found: dict[str, VirtualMachine] = {}
    for value in values:
        texts = value if isinstance(value, list | tuple) else [value]
        for text in texts:
            for guid in _GUID.findall(str(text))[:_MOST_NAMES]:
                vm = host.virtual_machines.get(guid)
                checkpoint = None if vm is not None else host.checkpoints.get(guid.upper())
                vm = vm if checkpoint is None else checkpoint.machine
                if vm is not None:
                    found[vm.id] = vm
    return list(found.values())
