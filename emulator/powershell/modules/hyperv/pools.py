"""The resource pools that a call is about."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.host import InvalidState
from emulator.host.resources.resource_pools import ResourcePool
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.hyperv.errors import not_found_record
from emulator.powershell.modules.hyperv.objects.resource_pool import KINDS, PoolOfHost, pool_of
from emulator.powershell.modules.hyperv.support import has_wildcard, host_of, ready
from emulator.powershell.runtime.cmdlet_call import CmdletCall


def pools_named(
    call: CmdletCall, names: Iterable[str] | None, types: Iterable[EnumValue | str] | None
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
    every = [pool_of(host, kind, made) for kind in wanted for made in (None, *host.resource_pools.of(kind))]
    if names is None:
        return every
    found: list[PoolOfHost] = []
    for name in names:
        matches = [pool for pool in every if like(pool.name, name)]
        if not matches and not has_wildcard(name):
            call.error(not_found_record(call, "resource pool", name))
        found += [pool for pool in matches if pool not in found]
    return found


def ethernet_pools(call: CmdletCall, names: list[str]) -> list[PoolOfHost]:
    """The pools of connections to switches of names or patterns; a name without pool is an error."""
    return pools_named(call, names, ["Ethernet"])


def made_pool(pool: PoolOfHost) -> ResourcePool:
    """The pool of administrators behind an object. Raises InvalidState for a primordial one."""
    if pool.made is None:
        raise InvalidState("The primordial resource pool cannot be changed.")
    return pool.made
