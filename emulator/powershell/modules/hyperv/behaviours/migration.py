"""Move-VM, Move-VMStorage, Enable- and Disable-VMMigration, and the cmdlets for migration networks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from emulator.host import Host, HostError, VirtualMachine
from emulator.host.errors import InvalidParameter
from emulator.host.migration.migration import Move
from emulator.host.security.authorization import Operation
from emulator.powershell.dotnet.credentials import Credential
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.cim.session_types import CimSession
from emulator.powershell.modules.hyperv.errors import not_found_record
from emulator.powershell.modules.hyperv.objects.compatibility import (
    IMPORT,
    MOVE,
    MOVE_WITH_STORAGE,
    CompatibilityReport,
)
from emulator.powershell.modules.hyperv.objects.migration import NetworkOfHost
from emulator.powershell.modules.hyperv.support import (
    BAD_LOGON,
    chosen_machines,
    host_of,
    path_of,
    ready,
    reporting,
    should_process,
    wait_for,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

#: Parameters that say where everything is to be; `destination_of` reads them.
_FILES = (
    "DestinationStoragePath",
    "RetainVhdCopiesOnSource",
    "SmartPagingFilePath",
    "SnapshotFilePath",
    "Vhds",
    "VirtualMachinePath",
    "ResourcePoolName",
)
PLACES = ("IncludeStorage", *_FILES)
#: How the other host is named, and who logs on there: a session, or its name with a credential.
DESTINATIONS = ("DestinationHost", "DestinationCimSession", "DestinationCredential")
_SOURCE, _DESTINATION = "SourceFilePath", "DestinationFilePath"


def destination_host(call: CmdletCall) -> str:
    """The name of the host that a call moves machines to. Raises HostError for a credential that the other
    host does not take."""
    session = unwrap(call.get("DestinationCimSession"))
    name = session.computer_name if isinstance(session, CimSession) else str(call.get("DestinationHost"))
    given = unwrap(call.get("DestinationCredential"))
    neighbourhood = host_of(call).neighbourhood
    other = None if neighbourhood is None else neighbourhood.find(name)
    if isinstance(given, Credential) and other is not None:
        account = other.accounts.verify(given.user_name, given.password.text)
        if account is None:
            raise HostError(BAD_LOGON)
        other.authorization.require(account, Operation.CREATE_VIRTUAL_MACHINE)
    return name


def destination_of(call: CmdletCall, *, storage: bool, moves_host: bool = True) -> Move:
    """Where the parameters of a call put a machine. Raises HostError.

    -ResourcePoolName is that of the processors on another host, and that of the files on the same one.
    """
    pool = call.get("ResourcePoolName")

    def path(parameter: str) -> str | None:
        # The path is one of the destination, which has drives of its own.
        return host_of(call).filesystem.normalize(call.get(parameter)) if call.has(parameter) else None

    root = path("DestinationStoragePath")
    places: dict[str, str] = {}
    for table in call.get("Vhds") or ():
        source, target = table.get(_SOURCE), table.get(_DESTINATION)
        if source is None or target is None:
            raise InvalidParameter(f"Each element of Vhds needs {_SOURCE} and {_DESTINATION}.")
        places[path_of(call, str(source)).lower()] = str(target)
    return Move(
        storage=storage,
        root=root or path("VirtualMachinePath"),
        snapshot_root=path("SnapshotFilePath"),
        paging_root=path("SmartPagingFilePath"),
        disks=places,
        retain_disks=bool(call.get("RetainVhdCopiesOnSource", False)),
        processor_pool=pool if moves_host else None,
        storage_pool=None if moves_host else pool,
    )


def takes_storage(call: CmdletCall) -> bool:
    """Whether the disks go along."""
    return any(call.has(name) for name in ("IncludeStorage", "DestinationStoragePath", "Vhds"))


def report_of_move(call: CmdletCall) -> Iterator[CompatibilityReport]:
    """Ask the destination what it has against the machine of a call. Raises HostError."""
    from emulator.host.migration.migration import compare_staged

    for vm in chosen_machines(call):
        storage = takes_storage(call)
        wanted = destination_of(call, storage=storage)
        destination = destination_host(call)
        operation = MOVE_WITH_STORAGE if storage else MOVE
        report = CompatibilityReport(vm.host, vm, operation, destination, path=wanted.root or vm.path)
        planned, reasons = compare_staged(vm, destination, wanted)
        report.move = replace(wanted, planned_id=planned.id)
        report.compare(reasons)
        yield report


@cmdlet("Move-VM", reads=("ComputerName", "Name", "VM", *DESTINATIONS, *PLACES))
def move_vm(
    call: CmdletCall,
    compatibility_report: CompatibilityReport | None = None,
    passthru: bool = False,
) -> Iterator[VirtualMachine]:
    """Move machines to another host, running or not."""
    if compatibility_report is not None:
        if not ready(call):
            return
        machines = [compatibility_report.vm]
        destination = compatibility_report.destination
    else:
        machines = chosen_machines(call)
        destination = ""
        with reporting(call):
            destination = destination_host(call)
        if not destination:
            return
    for vm in machines:
        sentence = f'move the virtual machine "{vm.name}" to "{destination}".'
        if not should_process(call, sentence, vm.name):
            continue
        with reporting(call):
            if compatibility_report is None:
                wanted = destination_of(call, storage=takes_storage(call))
            elif compatibility_report.operation == IMPORT or compatibility_report.move is None:
                raise HostError("The compatibility report does not describe a move.")
            else:
                wanted = compatibility_report.move
            wait_for(call, vm.migration.move(destination, wanted))
            if passthru:
                yield from _moved(vm, destination)


def _moved(vm: VirtualMachine, destination: str) -> Iterator[VirtualMachine]:
    neighbourhood = vm.host.neighbourhood
    other = None if neighbourhood is None else neighbourhood.find(destination)
    found = None if other is None else other.virtual_machines.get(vm.id)
    if found is not None:
        yield found


@cmdlet("Move-VMStorage", reads=("ComputerName", "Name", "VMName", "VM", *_FILES))
def move_vm_storage(call: CmdletCall, _vm: object = None) -> Iterator[Any]:
    """Move the files of machines to other places of this host."""
    name = "VMName" if call.has("VMName") else "Name"
    for vm in chosen_machines(call, name):
        if not should_process(call, f'move the storage of the virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            wait_for(call, vm.migration.move_storage(destination_of(call, storage=True, moves_host=False)))
    yield from ()


def _switch_migration(call: CmdletCall, enabled: bool, passthru: bool) -> Iterator[Host]:
    if not ready(call):
        return
    host = host_of(call)
    verb = "enable" if enabled else "disable"
    if not should_process(call, f'{verb} virtual machine migration on "{host.name}".', host.name):
        return
    with reporting(call):
        host.settings.configure(virtual_machine_migration_enabled=enabled)
        if passthru:
            yield host


@cmdlet("Enable-VMMigration", reads=("ComputerName",))
def enable_vm_migration(call: CmdletCall, passthru: bool = False) -> Iterator[Host]:
    """Let machines be moved to and from this host."""
    yield from _switch_migration(call, True, passthru)


@cmdlet("Disable-VMMigration", reads=("ComputerName",))
def disable_vm_migration(call: CmdletCall, passthru: bool = False) -> Iterator[Host]:
    """Let no machine be moved to or from this host."""
    yield from _switch_migration(call, False, passthru)


def _networks(call: CmdletCall, subnet: str | None) -> list[NetworkOfHost]:
    """The networks of a subnet or pattern; one that is not there is an error."""
    host = host_of(call)
    with host.looking():
        found = [
            NetworkOfHost(host, each)
            for each in host.migration.networks
            if subnet is None or like(each.subnet, subnet) or each.subnet.rpartition("/")[0] == subnet
        ]
    if subnet is not None and not found:
        call.error(not_found_record(call, "migration network", subnet))
    return found


@cmdlet("Get-VMMigrationNetwork", reads=("ComputerName",))
def get_vm_migration_network(
    call: CmdletCall, subnet: list[str] | None = None, priority: list[int] | None = None
) -> Iterator[NetworkOfHost]:
    """The networks that migrations use."""
    if not ready(call):
        return
    found = _networks(call, None) if subnet is None else [at for one in subnet for at in _networks(call, one)]
    yield from (each for each in found if priority is None or each.network.priority in priority)


@cmdlet("Add-VMMigrationNetwork", reads=("ComputerName",))
def add_vm_migration_network(
    call: CmdletCall, subnet: str, priority: int | None = None, passthru: bool = False
) -> Iterator[NetworkOfHost]:
    """Let migrations use a network."""
    if not ready(call) or not should_process(call, f'add the migration network "{subnet}".', subnet):
        return
    host = host_of(call)
    with reporting(call):
        network = host.migration.add_network(subnet, None if priority is None else int(priority))
        if passthru:
            yield NetworkOfHost(host, network)


@cmdlet("Set-VMMigrationNetwork", reads=("ComputerName",))
def set_vm_migration_network(
    call: CmdletCall,
    subnet: str,
    new_subnet: str | None = None,
    new_priority: int | None = None,
    passthru: bool = False,
) -> Iterator[NetworkOfHost]:
    """Change networks that migrations use."""
    if not ready(call):
        return
    for each in _networks(call, subnet):
        if not should_process(call, f'configure the migration network "{each.network.subnet}".', subnet):
            continue
        with reporting(call):
            priority = None if new_priority is None else int(new_priority)
            changed = each.host.migration.change_network(each.network, subnet=new_subnet, priority=priority)
            if passthru:
                yield NetworkOfHost(each.host, changed)


@cmdlet("Remove-VMMigrationNetwork", reads=("ComputerName",))
def remove_vm_migration_network(
    call: CmdletCall, subnet: str, passthru: bool = False
) -> Iterator[NetworkOfHost]:
    """Let migrations use networks no longer."""
    if not ready(call):
        return
    for each in _networks(call, subnet):
        if not should_process(call, f'remove the migration network "{each.network.subnet}".', subnet):
            continue
        with reporting(call):
            each.host.migration.remove_network(each.network)
            if passthru:
                yield each
