"""Killing a process, with what goes down with it."""

from typing import TYPE_CHECKING

from emulator.host.errors import AccessDenied, HostError, NotFound
from emulator.host.virtual_machine.life_cycle import power_cut
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account
    from emulator.host.windows.processes import Process


def may_open(process: "Process", caller: "Account | None") -> bool:
    """Whether somebody may look into a process and end it: its own account, and administrators. Without a
    ``caller`` it is the machine itself."""
    if caller is None or caller.is_administrator:
        return True
    return process.account.casefold() == caller.qualified_name.casefold()


def terminate_process(host: "Host", identifier: int, caller: "Account | None" = None) -> None:
    """End a process as TerminateProcess does, for somebody or for the machine itself.

    Services that ran in it stop; a virtual machine whose worker it was is off at once. Raises NotFound,
    AccessDenied for the processes that Windows cannot lose and for those of others.
    """
    with host.looking():
        process = host.processes.get(identifier)
        if process is None:
            raise NotFound(f"There is no process with the identifier {identifier}.")
        if host.processes.is_critical(identifier) or not may_open(process, caller):
            raise AccessDenied()
        for vm in host.virtual_machines:
            if vm.process_id == identifier:
                if vm.job is not None:
                    host.jobs.abandon(vm.job, HostError("The worker process of the virtual machine ended."))
                power_cut(vm, VirtualMachineState.OFF)
        if host.processes.get(identifier) is not None:
            host.processes.end(identifier)
        host.services.process_ended(identifier)
