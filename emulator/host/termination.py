"""Killing a process, with what goes down with it."""

from typing import TYPE_CHECKING

from emulator.host.errors import AccessDenied, HostError, NotFound
from emulator.host.life_cycle import power_cut
from emulator.host.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host


def terminate_process(host: "Host", identifier: int) -> None:
    """End a process as TerminateProcess does.

    Services that ran in it stop; a virtual machine whose worker it was is off at once. Raises NotFound,
    AccessDenied for the processes that Windows cannot lose.
    """
    with host.looking():
        if host.processes.get(identifier) is None:
            raise NotFound(f"There is no process with the identifier {identifier}.")
        if host.processes.is_critical(identifier):
            raise AccessDenied()
        for vm in host.virtual_machines:
            if vm.process_id == identifier:
                if vm.job is not None:
                    host.jobs.abandon(vm.job, HostError("The worker process of the virtual machine ended."))
                power_cut(vm, VirtualMachineState.OFF)
        if host.processes.get(identifier) is not None:
            host.processes.end(identifier)
        host.services.process_ended(identifier)
