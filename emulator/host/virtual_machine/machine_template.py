"""Machines with the settings and devices of another one, or of a checkpoint (DefineSystem with a
ReferenceConfiguration, DefineVirtualSystem with a SourceSetting).

The drives of the new machine hold the same files. It has an identity of its own, is off, and comes without
checkpoints and memory. Called under the host's lock.
"""

from typing import TYPE_CHECKING

from emulator.host.errors import HostError, InvalidParameter
from emulator.host.migration.machine_import import make_real, plan
from emulator.host.virtual_machine.machine_definition import Definition, describe, is_lost
from emulator.host.virtual_machine.virtual_machine_settings import MAXIMUM_NAME
from emulator.host.virtual_machine.virtual_machines import DEFAULT_NAME

if TYPE_CHECKING:
    from emulator.host.virtual_machine.planned_machine import PlannedMachine
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


def planned_like(
    template: "VirtualMachine",
    name: str | None,
    root: str | None,
    *,
    generation: int | None = None,
    version: str | None = None,
) -> "PlannedMachine":
    """A planned machine, not registered yet; ``root`` is the folder of its configuration (default: the host's
    setting). Raises RoleNotInstalled, InvalidParameter (another generation or version than the
    template's), PathNotFound."""
    host = template.host
    host.role.require()
    if generation not in (None, template.generation) or version not in (None, template.version):
        raise InvalidParameter("Generation and version of a virtual machine are those of its template.")
    folder = host.filesystem.normalize(root or host.settings.virtual_machine_path)
    host.filesystem.require_drive(folder)
    machine = describe(template, live_state=False)
    machine.remember_memory(0, None)
    machine.parent_id = None
    planned = plan(host, Definition(machine, (), folder), folder, host.new_guid())
    planned.name = (name or DEFAULT_NAME)[:MAXIMUM_NAME]
    for adapter in planned.network_adapters:
        if adapter.switch is not None and is_lost(adapter.switch):
            adapter.switch = None
    return planned


def machine_like(
    template: "VirtualMachine",
    name: str | None,
    root: str | None,
    *,
    generation: int | None = None,
    version: str | None = None,
) -> "VirtualMachine":
    """A virtual machine; nothing is left behind when it cannot be made. Raises what ``planned_like`` and the
    file system raise."""
    planned = planned_like(template, name, root, generation=generation, version=version)
    machines = template.host.planned_machines
    machines.add(planned)
    try:
        return make_real(planned)
    except HostError:
        machines.drop(planned)
        raise
