"""New-, Get-, Rename- and Remove-VMGroup, and their members (2016 and later)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from emulator.host import VirtualMachine
from emulator.host.resources.virtual_machine_groups import VirtualMachineGroup
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.modules.hyperv.errors import not_found_record
from emulator.powershell.modules.hyperv.support import (
    has_wildcard,
    host_of,
    named,
    ready,
    reporting,
    should_continue,
    should_process,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BY_COMPUTER = ("ComputerName",)
_THING = "virtual machine group"


def _groups(
    call: CmdletCall, names: Iterable[str] | None, identifier: Guid | None
) -> list[VirtualMachineGroup]:
    """The groups of names, of a GUID, or all; one that is not there is an error."""
    groups = host_of(call).virtual_machine_groups
    if identifier is not None:
        group = groups.get(str(identifier))
        if group is None:
            call.error(not_found_record(call, _THING, str(identifier)))
        return [] if group is None else [group]
    if names is None:
        return list(groups)
    found: dict[str, VirtualMachineGroup] = {}
    for name in names:
        matches = named(groups, name)
        if not matches and not has_wildcard(name):
            call.error(not_found_record(call, _THING, name))
        found.update({group.id: group for group in matches})
    return list(found.values())


def _chosen(call: CmdletCall) -> list[VirtualMachineGroup]:
    """The groups that a call names or holds. Empty when the machine cannot be reached (reported)."""
    if not ready(call):
        return []
    held = call.get("VMGroup")
    if held is not None:
        return held if isinstance(held, list) else [held]
    names = call.get("Name")
    return _groups(call, [names] if isinstance(names, str) else names, call.get("Id"))


@cmdlet("Get-VMGroup", reads=_BY_COMPUTER)
def get_vm_group(
    call: CmdletCall,
    name: list[str] | None = None,
    id: Guid | None = None,
) -> Iterator[VirtualMachineGroup]:
    """Groups."""
    if ready(call):
        yield from _groups(call, name, id)


@cmdlet("New-VMGroup", reads=_BY_COMPUTER)
def new_vm_group(
    call: CmdletCall,
    name: str,
    group_type: EnumValue,
    id: Guid | None = None,
) -> Iterator[VirtualMachineGroup]:
    """Make a group of machines, or of groups."""
    if ready(call):
        with reporting(call):
            identifier = None if id is None else str(id)
            yield host_of(call).virtual_machine_groups.create(name, group_type.number, identifier)


@cmdlet("Rename-VMGroup", reads=(*_BY_COMPUTER, "Name", "Id", "VMGroup"))
def rename_vm_group(call: CmdletCall, new_name: str, passthru: bool = False) -> Iterator[VirtualMachineGroup]:
    """Rename groups."""
    for group in _chosen(call):
        if should_process(call, f'rename virtual machine group "{group.name}" to "{new_name}".', group.name):
            with reporting(call):
                group.rename(new_name)
                if passthru:
                    yield group


@cmdlet("Remove-VMGroup", reads=(*_BY_COMPUTER, "Name", "Id", "VMGroup"))
def remove_vm_group(call: CmdletCall, force: bool = False) -> None:
    """Delete groups, after a question unless it is forced; members stay."""
    for group in _chosen(call):
        if force or should_continue(
            call, f'Are you sure you want to remove virtual machine group "{group.name}"?'
        ):
            with reporting(call):
                host_of(call).virtual_machine_groups.destroy(group)


def _members(
    call: CmdletCall,
    sentence: str,
    change: Callable[[VirtualMachineGroup, Any], None],
    members: Iterable[VirtualMachine | VirtualMachineGroup],
    passthru: bool,
) -> Iterator[VirtualMachineGroup]:
    for group in _chosen(call):
        if not should_process(call, f'{sentence} virtual machine group "{group.name}".', group.name):
            continue
        with reporting(call):
            for member in members:
                change(group, member)
            if passthru:
                yield group


@cmdlet("Add-VMGroupMember", reads=(*_BY_COMPUTER, "Name", "Id", "VMGroup"))
def add_vm_group_member(
    call: CmdletCall,
    vm: list[VirtualMachine] | None = None,
    vm_group_member: list[VirtualMachineGroup] | None = None,
    passthru: bool = False,
) -> Iterator[VirtualMachineGroup]:
    """Put machines or groups into a group."""
    members = vm or vm_group_member or []
    yield from _members(call, "add members to", VirtualMachineGroup.add, members, passthru)


@cmdlet("Remove-VMGroupMember", reads=(*_BY_COMPUTER, "Name", "Id", "VMGroup"))
def remove_vm_group_member(
    call: CmdletCall,
    vm: list[VirtualMachine] | None = None,
    vm_group_member: list[VirtualMachineGroup] | None = None,
    passthru: bool = False,
) -> Iterator[VirtualMachineGroup]:
    """Take machines or groups out of a group."""
    members = vm or vm_group_member or []
    yield from _members(call, "remove members from", VirtualMachineGroup.remove, members, passthru)
