"""Get-, Enable- and Disable-VMIntegrationService."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import IntegrationService, VirtualMachine
from emulator.powershell.modules.hyperv.errors import not_found_record
from emulator.powershell.modules.hyperv.support import (
    chosen_machines,
    has_wildcard,
    host_of,
    named,
    reporting,
    should_process,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BY_MACHINE = ("ComputerName", "VMName", "VM")


def _services(call: CmdletCall, vm: VirtualMachine, names: list[str] | None) -> list[IntegrationService]:
    with host_of(call).looking():
        services = list(vm.integration_services)
    if names is None:
        return services
    found: list[IntegrationService] = []
    for name in names:
        matches = named(services, name)
        if not matches and not has_wildcard(name):
            call.error(not_found_record(call, "integration service", name))
        found += [one for one in matches if one not in found]
    return found


@cmdlet("Get-VMIntegrationService", reads=(*_BY_MACHINE, "VMSnapshot"))
def get_vm_integration_service(
    call: CmdletCall, name: list[str] | None = None
) -> Iterator[IntegrationService]:
    """The integration services of virtual machines, by name or pattern."""
    for vm in chosen_machines(call, "VMName"):
        yield from _services(call, vm, name)


@cmdlet("Enable-VMIntegrationService", reads=_BY_MACHINE)
def enable_vm_integration_service(
    call: CmdletCall,
    name: list[str] | None = None,
    vm_integration_service: list[IntegrationService] | None = None,
    passthru: bool = False,
) -> Iterator[IntegrationService]:
    """Switch integration services on."""
    yield from _switch(call, name, vm_integration_service, True, passthru)


@cmdlet("Disable-VMIntegrationService", reads=_BY_MACHINE)
def disable_vm_integration_service(
    call: CmdletCall,
    name: list[str] | None = None,
    vm_integration_service: list[IntegrationService] | None = None,
    passthru: bool = False,
) -> Iterator[IntegrationService]:
    """Switch integration services off."""
    yield from _switch(call, name, vm_integration_service, False, passthru)


def _switch(
    call: CmdletCall,
    names: list[str] | None,
    objects: list[IntegrationService] | None,
    enabled: bool,
    passthru: bool,
) -> Iterator[IntegrationService]:
    if objects is not None:
        services = list(objects)
    else:
        services = [one for vm in chosen_machines(call, "VMName") for one in _services(call, vm, names)]
    verb = "enable" if enabled else "disable"
    for service in services:
        sentence = f'{verb} the integration service "{service.name}" of virtual machine "{service.vm.name}".'
        if not should_process(call, sentence, service.name):
            continue
        with reporting(call):
            service.enable(enabled)
            if passthru:
                yield service
