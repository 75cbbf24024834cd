"""Resource pools: Get-, New-, Set-, Rename-, Remove- and Measure-VMResourcePool."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import InvalidState, NotFound, NotSupported, VirtualSwitch
from emulator.host.resources.resource_kinds import PRIMORDIAL
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.modules.hyperv.behaviours.virtual_switch import switches_named
from emulator.powershell.modules.hyperv.objects.resource_pool import (
    KINDS,
    PoolOfHost,
    PoolReport,
    StoragePoolOfHost,
    pool_of,
    report_of,
)
from emulator.powershell.modules.hyperv.pools import ethernet_pools, made_pool, pools_named
from emulator.powershell.modules.hyperv.support import (
    host_of,
    path_of,
    ready,
    reporting,
    should_process,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BY_COMPUTER = ("ComputerName",)


@cmdlet("Get-VMResourcePool", reads=_BY_COMPUTER)
def get_vm_resource_pool(
    call: CmdletCall, name: list[str] | None = None, resource_pool_type: list[EnumValue] | None = None
) -> Iterator[PoolOfHost]:
    """Pools, the primordial ones too."""
    yield from pools_named(call, name, resource_pool_type)


@cmdlet("New-VMResourcePool", reads=_BY_COMPUTER)
def new_vm_resource_pool(
    call: CmdletCall,
    name: str,
    resource_pool_type: list[EnumValue],
    parent_name: list[str] | None = None,
    paths: list[str] | None = None,
) -> Iterator[PoolOfHost]:
    """Make a pool of each type; pools of files hold folders."""
    if not ready(call) or not should_process(call, f'create resource pool "{name}".', name):
        return
    host = host_of(call)
    for kind in resource_pool_type:
        with reporting(call):
            if str(kind) not in KINDS:
                raise NotSupported(f"Resource pools of the type {kind} are not supported.")
            subtype = KINDS[str(kind)]
            parents = (PRIMORDIAL,) if parent_name is None else tuple(parent_name)
            folders = tuple(path_of(call, path) for path in paths or ())
            with host.looking():
                allocations = host.resource_pools.spread(subtype, parents, folders)
                made = host.resource_pools.create(subtype, name, allocations)
            yield pool_of(host, subtype, made)


@cmdlet("Set-VMResourcePool", reads=_BY_COMPUTER)
def set_vm_resource_pool(
    call: CmdletCall,
    name: list[str],
    resource_pool_type: EnumValue,
    parent_name: list[str],
    passthru: bool = False,
) -> Iterator[PoolOfHost]:
    """Change the parents of pools."""
    for pool in pools_named(call, name, [resource_pool_type]):
        if should_process(call, f'configure resource pool "{pool.name}".', pool.name):
            with reporting(call):
                made_pool(pool).take_from(tuple(parent_name))
                if passthru:
                    yield pool


@cmdlet("Rename-VMResourcePool", reads=_BY_COMPUTER)
def rename_vm_resource_pool(
    call: CmdletCall, name: str, resource_pool_type: EnumValue, new_name: str, passthru: bool = False
) -> Iterator[PoolOfHost]:
    """Rename a pool."""
    for pool in pools_named(call, [name], [resource_pool_type]):
        if should_process(call, f'rename resource pool "{pool.name}" to "{new_name}".', pool.name):
            with reporting(call):
                made_pool(pool).configure(name=new_name)
                if passthru:
                    yield pool


@cmdlet("Remove-VMResourcePool", reads=_BY_COMPUTER)
def remove_vm_resource_pool(
    call: CmdletCall, name: str, resource_pool_type: list[EnumValue], passthru: bool = False
) -> Iterator[PoolOfHost]:
    """Delete pools of a name."""
    for pool in pools_named(call, [name], resource_pool_type):
        if should_process(call, f'remove resource pool "{pool.name}".', pool.name):
            with reporting(call):
                host_of(call).resource_pools.delete(made_pool(pool))
                if passthru:
                    yield pool


@cmdlet("Measure-VMResourcePool", reads=_BY_COMPUTER)
def measure_vm_resource_pool(
    call: CmdletCall, name: list[str], resource_pool_type: list[EnumValue] | None = None
) -> Iterator[PoolReport]:
    """What the machines of metered pools used.

    One that is not metered is an error when its type was given, else left out.
    """
    host = host_of(call)
    for pool in pools_named(call, name, resource_pool_type):
        if not pool.metrics and resource_pool_type is None:
            continue
        with reporting(call):
            with host.looking():
                if not pool.metrics:
                    raise InvalidState(f"Metering is not enabled for the resource pool '{pool.name}'.")
                report = report_of(pool)
            yield report


@cmdlet("Get-VMStoragePath", reads=_BY_COMPUTER)
def get_vm_storage_path(
    call: CmdletCall,
    resource_pool_name: list[str],
    resource_pool_type: EnumValue,
    path: list[str] | None = None,
) -> Iterator[PoolOfHost]:
    """Pools of files with their folders; with paths those that hold one of them."""
    wanted = None if path is None else [path_of(call, one).casefold() for one in path]
    for pool in _storage_pools(call, resource_pool_name, resource_pool_type):
        if wanted is None or any(each.casefold() in wanted for each in pool.paths):
            yield pool


@cmdlet("Add-VMStoragePath", reads=_BY_COMPUTER)
def add_vm_storage_path(
    call: CmdletCall,
    path: list[str],
    resource_pool_name: list[str],
    resource_pool_type: EnumValue,
    passthru: bool = False,
) -> Iterator[PoolOfHost]:
    """Give pools of files more folders."""
    for pool in _storage_pools(call, resource_pool_name, resource_pool_type):
        if not should_process(call, f'add storage paths to resource pool "{pool.name}".', pool.name):
            continue
        with reporting(call):
            more = tuple(path_of(call, one) for one in path)
            with host_of(call).looking():
                made_pool(pool).hold((*pool.paths, *more))
            if passthru:
                yield pool


@cmdlet("Remove-VMStoragePath", reads=_BY_COMPUTER)
def remove_vm_storage_path(
    call: CmdletCall,
    path: list[str],
    resource_pool_name: list[str],
    resource_pool_type: EnumValue,
    passthru: bool = False,
) -> Iterator[PoolOfHost]:
    """Take folders out of pools of files."""
    for pool in _storage_pools(call, resource_pool_name, resource_pool_type):
        with reporting(call):
            gone = {path_of(call, one).casefold() for one in path}
            with host_of(call).looking():
                missing = gone - {each.casefold() for each in pool.paths}
                if missing:
                    raise NotFound(f"The resource pool '{pool.name}' does not hold '{min(missing)}'.")
                made_pool(pool).hold(tuple(each for each in pool.paths if each.casefold() not in gone))
            if passthru:
                yield pool


def _storage_pools(call: CmdletCall, names: list[str], kind: EnumValue) -> list[StoragePoolOfHost]:
    found = pools_named(call, names, [kind])
    return [pool for pool in found if isinstance(pool, StoragePoolOfHost)]


@cmdlet("Add-VMSwitch", reads=_BY_COMPUTER)
def add_vm_switch(
    call: CmdletCall,
    resource_pool_name: list[str],
    name: list[str] | None = None,
    vm_switch: list[VirtualSwitch] | None = None,
) -> None:
    """Put switches into pools of connections."""
    if not ready(call):
        return
    switches = switches_named(call, name or ()) if vm_switch is None else vm_switch
    for pool in ethernet_pools(call, resource_pool_name):
        with reporting(call), host_of(call).looking():
            made = made_pool(pool)
            made.hold((*made.resources, *(switch.id for switch in switches)))
