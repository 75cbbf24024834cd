"""The rules that hold for a whole host at every moment, whoever did what to it and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from emulator.host import Host, JobState, VirtualMachine, VirtualMachineState
from emulator.host.network.network_interfaces import network_interfaces
from emulator.host.network.switch_ports import connected_ports
from emulator.host.virtual_machine.expansion.gpu import GpuPartition


def audit(host: Host) -> list[str]:
    """Every broken rule in one sentence each; empty for a sound host."""
    with host.looking():
        return [
            *_identifiers(host),
            *_memory(host),
            *_jobs(host),
            *_devices(host),
            *_replication(host),
            *_special_devices(host),
            *_network(host),
            *(host.disk_partitions.audit() if host.has_own_partitions else ()),
            *(host.storage_pools.audit() if host.has_storage_pools else ()),
            *(broken for vm in host.virtual_machines for broken in _machine(host, vm)),
        ]


def _repeated(what: str, values: Iterable[str]) -> Iterator[str]:
    for value, count in Counter(values).items():
        if count > 1:
            yield f"{count} {what} are named {value}"


def _identifiers(host: Host) -> Iterator[str]:
    yield from _repeated("virtual machines", (vm.id for vm in host.virtual_machines))
    yield from _repeated("switches", (switch.id for switch in host.virtual_switches))
    yield from _repeated("jobs", (job.id for job in host.jobs))
    yield from _repeated("virtual disks", (disk.path.lower() for disk in host.virtual_disks))
    for vm in host.virtual_machines:
        if vm not in host.virtual_machines.find(vm.name):
            yield f"{vm.name} is not found by its name"
    workers = (str(vm.process_id) for vm in host.virtual_machines if vm.process_id is not None)
    yield from _repeated("worker processes", workers)


def _memory(host: Host) -> Iterator[str]:
    held = sum(vm.assigned_memory() for vm in host.virtual_machines)
    if held != host.memory.assigned:
        yield f"machines hold {held} bytes, the host counts {host.memory.assigned}"
    if host.memory.assigned > host.memory.total - host.memory.reserve:
        yield f"{host.memory.assigned} bytes are given away of {host.memory.total - host.memory.reserve}"
    holders = sum(1 for vm in host.virtual_machines if vm.assigned_memory())
    if holders != host.memory.holders:
        yield f"{host.memory.holders} hold memory, {holders} of them exist"
    running = sum(vm.processor.count for vm in host.virtual_machines if vm.assigned_memory())
    if running != host.processors.assigned:
        yield f"machines run {running} virtual processors, the host counts {host.processors.assigned}"
    if running > host.processors.limit:
        yield f"{running} virtual processors run of {host.processors.limit}"


def _jobs(host: Host) -> Iterator[str]:
    running = {job.id for job in host.jobs.running}
    for job in host.jobs:
        if job.finished is (job.state is JobState.RUNNING):
            yield f"the job {job.id} is in state {job.state.name} and finished={job.finished}"
        if job.finished and job.id in running:
            yield f"the finished job {job.id} is among the running ones"
        if (job.error is not None) is not (job.exception is not None):
            yield f"the job {job.id} has an error and no exception, or the other way round"


def _devices(host: Host) -> Iterator[str]:
    adapters = [adapter for vm in host.virtual_machines for adapter in vm.network_adapters]
    yield from _repeated("network adapters", (adapter.setting_id for adapter in adapters))
    fixed = [adapter.mac_address for adapter in adapters if adapter.mac_address.strip("0")]
    yield from _repeated("adapters with the MAC address", fixed)
    for adapter in adapters:
        if adapter.switch is not None and host.virtual_switches.get(adapter.switch.id) is not adapter.switch:
            yield f"the adapter {adapter.setting_id} is on a switch that is gone"
    for switch in host.virtual_switches:
        for port in switch.ports:
            if port not in adapters:
                yield f"the switch {switch.name} has a port of a machine that is gone"


def _replication(host: Host) -> Iterator[str]:
    registered = list(host.replication.relationships.values())
    for vm in host.virtual_machines:
        for relationship in vm.relationships:
            if relationship not in registered or relationship.vm is not vm:
                yield f"the replication {relationship.index} of {vm.name} is not registered"
        noted = [tracker for each in vm.relationships for tracker in each.trackers.values()]
        noted += [disk.tracker for point in host.reference_points.of(vm) for disk in point.disks]
        noted += [disk.tracker for checkpoint in vm.checkpoints for disk in checkpoint.tracked]
        for drive in vm.hard_disk_drives:
            if any(tracker not in noted for tracker in drive.trackers):
                yield f"changes of a disk of {vm.name} are noted for nobody"
    for relationship in registered:
        if relationship.vm.deleted or relationship not in relationship.vm.relationships:
            yield f"the replication of {relationship.vm.name} is registered and gone"
        if relationship.pending and not relationship.is_source:
            yield f"the replica {relationship.vm.name} has cycles to send"


def _network(host: Host) -> Iterator[str]:
    interfaces = network_interfaces(host)
    yield from _repeated("network interfaces", (each.guid for each in interfaces))
    yield from _repeated(
        "interfaces with the address", (text for each in interfaces for text in each.addresses)
    )
    for switch in host.virtual_switches:
        for adapter in switch.physical_adapters:
            if adapter not in host.hardware.network_adapters:
                yield f"the switch {switch.name} has a physical adapter that is gone"
        yield from _repeated("ports", (port.id for port in connected_ports(switch)))
    for port in host.switch_ports:
        if port.peer is not None and port.peer.switch is not port.switch:
            yield f"the port {port.name} is connected to something on another switch"
    nats = list(host.network_translation)
    for each in (*host.network_translation.static_mappings, *host.network_translation.external_addresses):
        if each.nat not in nats:
            yield f"{each.id} belongs to a NAT that is gone"


def _special_devices(host: Host) -> Iterator[str]:
    fibre_channel = host.expansion.fibre_channel
    held = [each for san in fibre_channel.sans for each in san.resources]
    yield from _repeated("virtual SANs with the port", held)
    machines = list(host.virtual_machines)
    adapters = [adapter for vm in machines for adapter in vm.fibre_channel_adapters]
    for adapter in adapters:
        if (adapter.host_port is not None) is not _runs(adapter.vm):
            yield f"the fibre channel adapter {adapter.id} of {adapter.vm.name} is logged in wrongly"
    logins = [adapter for port in fibre_channel.ports for adapter in fibre_channel.adapters_at(port)]
    for adapter in logins:
        if adapter not in adapters:
            yield f"the fibre channel adapter {adapter.id} is logged in and gone"
    yield from _repeated("adapters logged in as", (adapter.port_name for adapter in logins))
    present = [device for vm in machines for device in vm.expansion]
    for device in host.expansion.assignable_devices:
        owner = host.expansion.assignable_devices.owner_of(device)
        if owner is not None and (owner not in present or not device.is_dismounted):
            yield f"the device {device.location_path} is assigned to a machine that is gone, or mounted"
    used = [partition for gpu in host.expansion.gpus for partition in gpu.partitions.values()]
    for device in present:
        if isinstance(device, GpuPartition) and (used.count(device) == 1) is not _runs(device.vm):
            yield f"the GPU partition {device.id} of {device.vm.name} is counted {used.count(device)} times"
    for partition in used:
        if partition not in present:
            yield f"the GPU partition {partition.id} is in use and gone"


def _runs(vm: VirtualMachine) -> bool:
    return vm.process_id is not None


_TRANSITIONS = frozenset(
    {
        VirtualMachineState.STARTING,
        VirtualMachineState.STOPPING,
        VirtualMachineState.SAVING,
        VirtualMachineState.PAUSING,
        VirtualMachineState.RESUMING,
    }
)


def _machine(host: Host, vm: VirtualMachine) -> Iterator[str]:
    if vm.deleted:
        yield f"{vm.name} is registered and deleted"
    has_memory, has_worker = bool(vm.assigned_memory()), vm.process_id is not None
    if vm.state is VirtualMachineState.STARTING and has_worker and not has_memory and vm.job is not None:
        # A start that will fail: Windows has its worker process, which looks for memory or a disk in vain.
        pass
    elif vm.state is VirtualMachineState.STOPPING and not has_memory and not has_worker:
        # A saved machine that is turned off: only its saved state goes, so the files must hold one.
        if vm.job is None or not host.filesystem.exists(vm.files.saved_state):
            yield f"{vm.name} is stopping and is neither running nor saved"
    elif has_memory is not vm.state.holds_memory:
        yield f"{vm.name} is {vm.state.name} and holds {vm.assigned_memory()} bytes"
    elif has_worker is not vm.state.holds_memory:
        yield f"{vm.name} is {vm.state.name} with the worker process {vm.process_id}"
    if (vm.state in _TRANSITIONS) and vm.job is None:
        yield f"{vm.name} is {vm.state.name} and nothing is under way"
    if vm.job is not None and (vm.job.finished or vm.job not in host.jobs.running):
        yield f"{vm.name} waits for a job that does not run"
    yield from _repeated(f"devices of {vm.name}", (drive.setting_id for drive in vm.drives))
    for drive in vm.hard_disk_drives:
        if drive.path is not None and drive not in host.virtual_disks.drives(drive.path):
            yield f"a drive of {vm.name} is not known to its disk {drive.path}"
