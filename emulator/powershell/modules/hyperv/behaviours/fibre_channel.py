"""Fibre channel adapters of machines, and virtual SANs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from emulator.host import Host, InvalidParameter, NotFound, VirtualMachine
from emulator.host.resources.resource_kinds import FIBRE_CHANNEL
from emulator.host.resources.resource_pools import Allocation, ResourcePool
from emulator.host.virtual_machine.expansion.fibre_channel import (
    FibreChannelAdapter,
    HostPort,
    check_world_wide_name,
)
from emulator.powershell.modules.cim.management import Management
from emulator.powershell.modules.cim.objects import CimObject
from emulator.powershell.modules.hyperv.errors import not_found_record
from emulator.powershell.modules.hyperv.objects.special_devices import SanOfHost
from emulator.powershell.modules.hyperv.special_devices import add_to_machines, remove_from_machines
from emulator.powershell.modules.hyperv.support import (
    chosen_machines,
    has_wildcard,
    host_of,
    named,
    ready,
    reporting,
    should_process,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BY_MACHINE = ("ComputerName", "VMName", "VM")
#: Parameter -> name of an adapter, for both sets.
_NAMES = {
    "WorldWideNodeNameSetA": "node_name_a",
    "WorldWidePortNameSetA": "port_name_a",
    "WorldWideNodeNameSetB": "node_name_b",
    "WorldWidePortNameSetB": "port_name_b",
}
_NEW_NAMES = {f"New{name}": field for name, field in _NAMES.items()}
_PORTS = ("ComputerName", "HostBusAdapter", "WorldWideNodeName", "WorldWidePortName")
_STORAGE = "root/microsoft/windows/storage"
_THING = "virtual SAN"

_ADAPTER = "a Fibre Channel host bus adapter"


# -- adapters ---------------------------------------------------------------------------------------


@cmdlet("Get-VMFibreChannelHba", reads=_BY_MACHINE)
def get_vm_fibre_channel_hba(call: CmdletCall, _vm_name: object = None) -> Iterator[FibreChannelAdapter]:
    """The fibre channel adapters of machines."""
    for vm in chosen_machines(call, "VMName"):
        yield from vm.fibre_channel_adapters


@cmdlet("Add-VMFibreChannelHba", reads=(*_BY_MACHINE, *_NAMES))
def add_vm_fibre_channel_hba(
    call: CmdletCall, san_name: str, passthru: bool = False
) -> Iterator[FibreChannelAdapter]:
    """Add an adapter that is connected to a virtual SAN, with names of the generator or one's own."""
    names: dict[str, Any] = {field: call.get(parameter) for parameter, field in _NAMES.items()}

    def make(vm: VirtualMachine) -> FibreChannelAdapter:
        return vm.expansion.add(FibreChannelAdapter, san=san_name, **names)

    yield from add_to_machines(call, _ADAPTER, make, passthru)


def _chosen(call: CmdletCall) -> list[FibreChannelAdapter]:
    """The adapters of a call: as objects, or that of a machine with these four names."""
    objects = call.get("VMFibreChannelHba")
    if objects is not None:
        found = objects if isinstance(objects, list) else [objects]
        return found if ready(call) else []
    wanted = {field: str(call.get(parameter)).upper() for parameter, field in _NAMES.items()}
    adapters = []
    for vm in chosen_machines(call, "VMName"):
        own = [
            adapter
            for adapter in vm.fibre_channel_adapters
            if all(getattr(adapter, field) == name for field, name in wanted.items())
        ]
        if not own:
            name = wanted["port_name_a"]
            call.error(not_found_record(call, "Fibre Channel host bus adapter", name))
        adapters += own
    return adapters


@cmdlet(
    "Set-VMFibreChannelHba",
    reads=("ComputerName", "VMName", "VMFibreChannelHba", *_NAMES, *_NEW_NAMES),
)
def set_vm_fibre_channel_hba(
    call: CmdletCall, san_name: str | None = None, generate_wwn: bool = False, passthru: bool = False
) -> Iterator[FibreChannelAdapter]:
    """Connect an adapter to another virtual SAN, or give it other names."""
    names = {field: call.get(each) for each, field in _NEW_NAMES.items() if call.has(each)}
    for adapter in _chosen(call):
        vm = adapter.vm
        sentence = f'configure a Fibre Channel host bus adapter of virtual machine "{vm.name}".'
        if not should_process(call, sentence, vm.name):
            continue
        with reporting(call):
            if san_name is not None:
                adapter.connect(san_name)
            elif generate_wwn:
                adapter.generate_names()
            elif names:
                vm.expansion.configure(adapter, **names)
            if passthru:
                yield adapter


@cmdlet("Remove-VMFibreChannelHba", reads=("ComputerName", "VMName", "VMFibreChannelHba", *_NAMES))
def remove_vm_fibre_channel_hba(call: CmdletCall, passthru: bool = False) -> Iterator[FibreChannelAdapter]:
    """Take adapters out of machines."""
    yield from remove_from_machines(call, _ADAPTER, _chosen(call), passthru)


# -- virtual SANs -----------------------------------------------------------------------------------


def _shown(call: CmdletCall, san: ResourcePool) -> SanOfHost:
    return SanOfHost(host_of(call), san, partial(_initiator_ports, call))


def _initiator_ports(call: CmdletCall, ports: list[HostPort]) -> list[CimObject]:
    """The ports as MSFT_InitiatorPort, which New-VMSan and its kin take."""
    if not ports:
        return []
    wanted = {port.facts.port_name for port in ports}
    home = call.service(Management).namespace(_STORAGE)
    with home.reading():
        found = home.query("SELECT * FROM MSFT_InitiatorPort").instances
        return [CimObject(each, None, call.engine) for each in found if each.value("PortAddress") in wanted]


def _sans(call: CmdletCall, names: list[str] | None) -> list[ResourcePool]:
    """The SANs of names or patterns, all without; a name without SAN is an error."""
    if not ready(call):
        return []
    host = host_of(call)
    with host.looking():
        sans = host.expansion.fibre_channel.sans
    if names is None:
        return sans
    found: list[ResourcePool] = []
    for name in names:
        matches = named(sans, name)
        if not matches and not has_wildcard(name):
            call.error(not_found_record(call, _THING, name))
        found += [one for one in matches if one not in found]
    return found


def _ports(call: CmdletCall) -> tuple[str, ...]:
    """The GUIDs of the switches of the ports that a call names. Raises InvalidParameter, NotFound."""
    host = host_of(call)
    adapters = call.get("HostBusAdapter")
    if adapters is not None:
        return tuple(_switch_of(host, *_addresses(each)) for each in adapters)
    nodes, ports = call.get("WorldWideNodeName") or (), call.get("WorldWidePortName") or ()
    if len(nodes) != len(ports):
        raise InvalidParameter("Each world wide port name needs its world wide node name.")
    return tuple(_switch_of(host, str(node), str(port)) for node, port in zip(nodes, ports, strict=True))


def _addresses(adapter: Any) -> tuple[str, str]:
    values = adapter.values if isinstance(adapter, CimObject) else {}
    node, port = values.get("NodeAddress"), values.get("PortAddress")
    if not node or not port:
        raise InvalidParameter("The host bus adapter is not a Fibre Channel initiator port.")
    return str(node), str(port)


def _switch_of(host: Host, node: str, port: str) -> str:
    found = host.expansion.fibre_channel.port_with_name(check_world_wide_name(port.replace(":", "")))
    if found is None or found.facts.node_name != check_world_wide_name(node.replace(":", "")):
        raise NotFound(f"There is no Fibre Channel port {node} {port} on this computer.")
    return found.switch_id


def _each(
    call: CmdletCall,
    names: list[str],
    sentence: str,
    change: Callable[[ResourcePool], None],
    passthru: bool,
) -> Iterator[SanOfHost]:
    """Change the SANs of names or patterns; ``sentence`` has a place for the name."""
    for san in _sans(call, names):
        if should_process(call, sentence.replace("{}", san.name, 1), san.name):
            with reporting(call):
                change(san)
                if passthru:
                    yield _shown(call, san)


@cmdlet("Get-VMSan", reads=("ComputerName",))
def get_vm_san(call: CmdletCall, name: list[str] | None = None) -> Iterator[SanOfHost]:
    """The virtual SANs of the host."""
    for san in _sans(call, name):
        yield _shown(call, san)


@cmdlet("New-VMSan", reads=_PORTS)
def new_vm_san(call: CmdletCall, name: str, note: str = "") -> Iterator[SanOfHost]:
    """Make a virtual SAN of ports of the host."""
    if not ready(call) or not should_process(call, f'create the virtual SAN "{name}".', name):
        return
    with reporting(call):
        pools = host_of(call).resource_pools
        held = (Allocation(resources=_ports(call)),)
        yield _shown(call, pools.create(FIBRE_CHANNEL, name, held, note))


@cmdlet("Set-VMSan", reads=_PORTS)
def set_vm_san(
    call: CmdletCall, name: str, note: str | None = None, passthru: bool = False
) -> Iterator[SanOfHost]:
    """Give a virtual SAN other ports, or another note."""

    def change(san: ResourcePool) -> None:
        if call.has("HostBusAdapter") or call.has("WorldWidePortName"):
            san.hold(_ports(call))
        if note is not None:
            san.configure(notes=note)

    yield from _each(call, [name], 'configure the virtual SAN "{}".', change, passthru)


@cmdlet("Connect-VMSan", reads=_PORTS)
def connect_vm_san(call: CmdletCall, name: str, passthru: bool = False) -> Iterator[SanOfHost]:
    """Add ports to a virtual SAN."""

    def change(san: ResourcePool) -> None:
        san.hold((*san.resources, *_ports(call)))

    sentence = 'connect a host bus adapter to the virtual SAN "{}".'
    yield from _each(call, [name], sentence, change, passthru)


@cmdlet("Disconnect-VMSan", reads=_PORTS)
def disconnect_vm_san(call: CmdletCall, name: str, passthru: bool = False) -> Iterator[SanOfHost]:
    """Take ports out of a virtual SAN."""

    def change(san: ResourcePool) -> None:
        gone = _ports(call)
        if not set(gone) <= set(san.resources):
            raise NotFound(f"The virtual SAN {san.name!r} does not have this port.")
        san.hold(tuple(each for each in san.resources if each not in gone))

    sentence = 'disconnect a host bus adapter from the virtual SAN "{}".'
    yield from _each(call, [name], sentence, change, passthru)


@cmdlet("Rename-VMSan", reads=("ComputerName",))
def rename_vm_san(call: CmdletCall, name: str, new_name: str, passthru: bool = False) -> Iterator[SanOfHost]:
    """Give a virtual SAN another name; adapters that are connected to it follow."""

    def change(san: ResourcePool) -> None:
        san.configure(name=new_name)

    sentence = 'rename the virtual SAN "{}" to "' + new_name + '".'
    yield from _each(call, [name], sentence, change, passthru)


@cmdlet("Remove-VMSan", reads=("ComputerName",))
def remove_vm_san(call: CmdletCall, name: list[str], passthru: bool = False) -> Iterator[SanOfHost]:
    """Remove virtual SANs that no running machine uses."""
    delete = host_of(call).resource_pools.delete
    yield from _each(call, name, 'remove the virtual SAN "{}".', delete, passthru)
