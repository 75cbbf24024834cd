"""Grant-, Revoke- and Get-VMConnectAccess: who may connect to the console of a machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from emulator.host import VirtualMachine
from emulator.host.security.trustees import trustee_name
from emulator.powershell.modules.hyperv.errors import not_found_record
from emulator.powershell.modules.hyperv.objects.connect_access import ConnectAce
from emulator.powershell.modules.hyperv.support import (
    allowed_machines,
    chosen_machines,
    host_of,
    ready,
    reporting,
    should_process,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BY_MACHINE = ("ComputerName", "VMName")


def _machines(call: CmdletCall, identifiers: list[Any] | None) -> list[VirtualMachine]:
    """The machines of names or of GUIDs; of neither, every one."""
    host = host_of(call)
    if identifiers is None:
        if call.has("VMName"):
            return chosen_machines(call, "VMName")
        return allowed_machines(call, host.virtual_machines) if ready(call) else []
    if not ready(call):
        return []
    found = []
    for identifier in identifiers:
        vm = host.virtual_machines.get(str(identifier))
        if vm is None:
            call.error(not_found_record(call, "virtual machine", str(identifier)))
        else:
            found.append(vm)
    return allowed_machines(call, found)


def _entries(vm: VirtualMachine, names: Iterable[str]) -> Iterator[ConnectAce]:
    for name in names:
        yield ConnectAce(vm, trustee_name(vm.host, name) or name)


@cmdlet("Get-VMConnectAccess", reads=_BY_MACHINE)
def get_vm_connect_access(
    call: CmdletCall, vm_id: list[Any] | None = None, user_name: list[str] | None = None
) -> Iterator[ConnectAce]:
    """The accounts with access, all or those of the names."""
    for vm in _machines(call, vm_id):
        wanted = None
        if user_name is not None:
            wanted = {(trustee_name(vm.host, name) or name).casefold() for name in user_name}
        yield from _entries(
            vm, [each for each in vm.connect_access if not wanted or each.casefold() in wanted]
        )


@cmdlet("Grant-VMConnectAccess", reads=_BY_MACHINE)
def grant_vm_connect_access(
    call: CmdletCall, user_name: list[str], vm_id: list[Any] | None = None, passthru: bool = False
) -> Iterator[ConnectAce]:
    """Give accounts access."""
    for vm in _machines(call, vm_id):
        if should_process(call, f'grant connect access to virtual machine "{vm.name}".', vm.name):
            with reporting(call):
                vm.connect_access.grant(user_name)
                if passthru:
                    yield from _entries(vm, user_name)


@cmdlet("Revoke-VMConnectAccess", reads=_BY_MACHINE)
def revoke_vm_connect_access(
    call: CmdletCall, user_name: list[str], vm_id: list[Any] | None = None, passthru: bool = False
) -> Iterator[ConnectAce]:
    """Take access away."""
    for vm in _machines(call, vm_id):
        if should_process(call, f'revoke connect access to virtual machine "{vm.name}".', vm.name):
            with reporting(call):
                vm.connect_access.revoke(user_name)
                if passthru:
                    yield from _entries(vm, user_name)
