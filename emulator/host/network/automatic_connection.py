"""Adapters that are connected automatically: to a switch of their pool when the machine starts."""

from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter, LimitExceeded
from emulator.host.resources.pool_resources import is_within
from emulator.host.resources.processor_pool import NO_RESOURCES
from emulator.host.resources.resource_kinds import ETHERNET

if TYPE_CHECKING:
    from emulator.host.network.network_adapter import NetworkAdapter
    from emulator.host.network.virtual_switch import VirtualSwitch
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


def choose(adapter: "NetworkAdapter", pool_name: str) -> "VirtualSwitch":
    """The switch of a pool that serves the fewest ports, of all switches without a pool's name (chosen).

    Raises LimitExceeded when there is none to which the adapter can be connected.
    """
    host = adapter.host
    pool = host.resource_pools.find(ETHERNET, pool_name) if pool_name else None
    found = [
        switch
        for switch in host.virtual_switches
        if (pool is None or is_within(ETHERNET, switch.id, pool.resources)) and _fits(adapter, switch)
    ]
    if not found:
        vm = adapter.vm
        raise LimitExceeded(
            f"'{vm.name}' {adapter.resource_kind} '{adapter.name}': no switch of the resource pool"
            f" '{pool_name or 'Primordial'}' is available. (Virtual machine ID {vm.id})",
            code=32768,
            hresult=NO_RESOURCES,
        )
    return min(found, key=lambda switch: len(switch.ports))


def _fits(adapter: "NetworkAdapter", switch: "VirtualSwitch") -> bool:
    try:
        adapter.check_connection(switch)
    except InvalidParameter:
        return False
    return True


def choose_all(vm: "VirtualMachine") -> "list[tuple[NetworkAdapter, VirtualSwitch]]":
    """A switch for each adapter that waits for one. Raises LimitExceeded."""
    if vm._devices is None:
        # Nobody has looked at its devices: they are as the profile says, connected or not.
        return []
    waiting = [each for each in vm.network_adapters if each.is_automatic and each.switch is None]
    return [(adapter, choose(adapter, adapter.connection_pool)) for adapter in waiting]


def let_go(vm: "VirtualMachine") -> None:
    """The machine does not run any more: what it was given is free again."""
    for adapter in vm.network_adapters if vm._devices is not None else ():
        if adapter.is_automatic and adapter.switch is not None:
            adapter.join(None)
