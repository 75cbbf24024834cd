"""Resource metering of machines and pools: Enable-, Disable- and Reset-VMResourceMetering, Measure-VM."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import InvalidState
from emulator.host.resources.metering import Metering
from emulator.host.resources.part_metering import POOL_METRICS
from emulator.host.resources.pool_metering import reset_pool
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.modules.hyperv.behaviours.virtual_machine import CHOICE
from emulator.powershell.modules.hyperv.objects.metering import MeteringReport, report_of
from emulator.powershell.modules.hyperv.objects.resource_pool import PoolOfHost
from emulator.powershell.modules.hyperv.pools import pools_named
from emulator.powershell.modules.hyperv.support import chosen_machines, host_of, reporting
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BY_MACHINE = ("ComputerName", "VM", "VMName")


def _pools(call: CmdletCall, name: str, kind: EnumValue | None) -> list[PoolOfHost]:
    """The pools of a name that can be metered, of one type or of all."""
    found = pools_named(call, [name], None if kind is None else [kind])
    return [pool for pool in found if pool.kind in POOL_METRICS]


@cmdlet("Enable-VMResourceMetering", reads=_BY_MACHINE)
def enable_vm_resource_metering(
    call: CmdletCall, resource_pool_name: str | None = None, resource_pool_type: EnumValue | None = None
) -> None:
    """Collect every metric of machines, or of a pool."""
    if resource_pool_name is not None:
        for pool in _pools(call, resource_pool_name, resource_pool_type):
            pool.host.resource_pools.meter(pool.identifier, POOL_METRICS[pool.kind])
        return
    for vm in chosen_machines(call, "VMName"):
        with reporting(call):
            vm.metering.enable()


@cmdlet("Disable-VMResourceMetering", reads=_BY_MACHINE)
def disable_vm_resource_metering(
    call: CmdletCall, resource_pool_name: str | None = None, resource_pool_type: EnumValue | None = None
) -> None:
    """Collect metrics of machines or of a pool no longer."""
    if resource_pool_name is not None:
        for pool in _pools(call, resource_pool_name, resource_pool_type):
            pool.host.resource_pools.meter(pool.identifier, ())
        return
    for vm in chosen_machines(call, "VMName"):
        with reporting(call):
            vm.metering.disable()


@cmdlet("Reset-VMResourceMetering", reads=_BY_MACHINE)
def reset_vm_resource_metering(
    call: CmdletCall, resource_pool_name: str | None = None, resource_pool_type: EnumValue | None = None
) -> None:
    """Count the use of machines anew, or of those that have something from a pool."""
    if resource_pool_name is not None:
        for pool in _pools(call, resource_pool_name, resource_pool_type):
            with reporting(call):
                if not pool.metrics:
                    raise InvalidState(f"Metering is not enabled for the resource pool '{pool.name}'.")
                reset_pool(pool.host, pool.made)
        return
    for vm in chosen_machines(call, "VMName"):
        with reporting(call):
            _metered(vm.metering).reset()


@cmdlet("Measure-VM", reads=CHOICE)
def measure_vm(call: CmdletCall, _name: object = None) -> Iterator[MeteringReport]:
    """What metered machines used since metering began."""
    for vm in chosen_machines(call):
        with reporting(call):
            with host_of(call).looking():
                _metered(vm.metering)
                report = report_of(vm)
            yield report


def _metered(metering: Metering) -> Metering:
    if not metering.enabled:
        raise InvalidState(f"Metering is not enabled for the virtual machine '{metering.vm.name}'.")
    return metering
