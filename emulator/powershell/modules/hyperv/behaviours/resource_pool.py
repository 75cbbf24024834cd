"""Resource pools: Get-, New-, Set-, Rename-, Remove- and Measure-VMResourcePool."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from emulator.host import InvalidState, NotSupported
from emulator.host.resource_pools import ResourcePool
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.hyperv.errors import not_found_record
from emulator.powershell.modules.hyperv.objects.resource_pool import KINDS, PoolOfHost, PoolReport, report_of
from emulator.powershell.modules.hyperv.support import (
    has_wildcard,
    host_of,
    ready,
    reporting,
    should_process,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BY_COMPUTER = ("ComputerName",)


def pools_named(
    call: CmdletCall, names: Iterable[str] | None, types: Iterable[EnumValue] | None
) -> list[PoolOfHost]:
    """The pools of names or patterns and types, of any without them; a name without pool is an error.

    Empty when the machine cannot be reached (reported).
    """
    if not ready(call):
        return []
    host = host_of(call)
    wanted = (
        list(KINDS.values()) if types is None else [KINDS[str(one)] for one in types if str(one) in KINDS]
    )
    every = [
        PoolOfHost(host, kind, made)
        for kind in wanted
        for made in (None, *(pool for pool in host.resource_pools if pool.subtype == kind))
    ]
    if names is None:
        return every
    found: list[PoolOfHost] = []
    for name in names:
        matches = [pool for pool in every if like(pool.name, name)]
        if not matches and not has_wildcard(name):
            call.error(not_found_record(call, "resource pool", name))
        found += [pool for pool in matches if pool not in found]
    return found


@cmdlet("Get-VMResourcePool", ignores=_BY_COMPUTER)
def get_vm_resource_pool(
    call: CmdletCall, name: list[str] | None = None, resource_pool_type: list[EnumValue] | None = None
) -> Iterator[PoolOfHost]:
    """Pools, the primordial ones too."""
    yield from pools_named(call, name, resource_pool_type)


@cmdlet("New-VMResourcePool", ignores=_BY_COMPUTER)
def new_vm_resource_pool(
    call: CmdletCall, name: str, resource_pool_type: list[EnumValue], parent_name: list[str] | None = None
) -> Iterator[PoolOfHost]:
    """Make a pool of each type."""
    if not ready(call) or not should_process(call, f'create resource pool "{name}".', name):
        return
    host = host_of(call)
    for kind in resource_pool_type:
        with reporting(call):
            if str(kind) not in KINDS:
                raise NotSupported(f"Resource pools of the type {kind} are not supported.")
            subtype = KINDS[str(kind)]
            if parent_name is None:
                made = host.resource_pools.create(subtype, name)
            else:
                made = host.resource_pools.create(subtype, name, tuple(parent_name))
            yield PoolOfHost(host, subtype, made)


@cmdlet("Set-VMResourcePool", ignores=_BY_COMPUTER)
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
                _made(pool).take_from(tuple(parent_name))
                if passthru:
                    yield pool


@cmdlet("Rename-VMResourcePool", ignores=_BY_COMPUTER)
def rename_vm_resource_pool(
    call: CmdletCall, name: str, resource_pool_type: EnumValue, new_name: str, passthru: bool = False
) -> Iterator[PoolOfHost]:
    """Rename a pool."""
    for pool in pools_named(call, [name], [resource_pool_type]):
        if should_process(call, f'rename resource pool "{pool.name}" to "{new_name}".', pool.name):
            with reporting(call):
                _made(pool).configure(name=new_name)
                if passthru:
                    yield pool


@cmdlet("Remove-VMResourcePool", ignores=_BY_COMPUTER)
def remove_vm_resource_pool(
    call: CmdletCall, name: str, resource_pool_type: list[EnumValue], passthru: bool = False
) -> Iterator[PoolOfHost]:
    """Delete pools of a name."""
    for pool in pools_named(call, [name], resource_pool_type):
        if should_process(call, f'remove resource pool "{pool.name}".', pool.name):
            with reporting(call):
                host_of(call).resource_pools.delete(_made(pool))
                if passthru:
                    yield pool


@cmdlet("Measure-VMResourcePool", ignores=_BY_COMPUTER)
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


def _made(pool: PoolOfHost) -> ResourcePool:
    if pool.made is None:
        raise InvalidState("The primordial resource pool cannot be changed.")
    return pool.made
