"""Counter sets of disks, networks and memory of the machine, and of the parts of virtual machines' workers.

Figures as in `emulator.host.windows.performance`: facts as they are, everything else a steady rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from emulator.host.network.network_interfaces import network_interfaces
from emulator.host.storage.disk_layout import physical_disks
from emulator.host.windows.operating_system import paging_file_size
from emulator.host.windows.performance import (
    MEGABYTE,
    PAGE,
    Counters,
    Figure,
    Gauge,
    Rate,
    Rest,
    Share,
    Sum,
    running_machines,
    traffic,
    with_total,
)

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.network.network_adapter import NetworkAdapter
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_THREADS_A_PROCESS = 11


# -- the machine itself -----------------------------------------------------------------------


def _physical_disks(host: Host) -> Iterable[Counters]:
    disks = physical_disks(host)
    rows: list[str] = []
    for disk in disks:
        letters = " ".join(f"{each.letter}:" for each in disk.partitions if each.letter)
        rows.append(f"{disk.number} {letters}".strip())
    for name in rows:
        yield Counters(
            name,
            {
                "AvgDiskBytesPerRead": Gauge(8192),
                "AvgDiskBytesPerTransfer": Gauge(8192),
                "AvgDiskBytesPerWrite": Gauge(8192),
                "DiskBytesPersec": Sum(("DiskReadBytesPersec", "DiskWriteBytesPersec")),
                "DiskReadBytesPersec": Rate(40_000),
                "DiskReadsPersec": Rate(5),
                "DiskTransfersPersec": Sum(("DiskReadsPersec", "DiskWritesPersec")),
                "DiskWriteBytesPersec": Rate(50_000),
                "DiskWritesPersec": Rate(6),
                "PercentDiskReadTime": Share(0.4),
                "PercentDiskTime": Sum(("PercentDiskReadTime", "PercentDiskWriteTime")),
                "PercentDiskWriteTime": Share(0.6),
                "PercentIdleTime": Rest("PercentDiskTime"),
            },
        )


def _counter_name(text: str) -> str:
    """A name as performance counters write it: without characters that their paths use."""
    return text.translate(str.maketrans("()#/\\", "[]___"))


def _interfaces(host: Host) -> Iterable[Counters]:
    for interface in network_interfaces(host):
        if interface.is_bound or not interface.enabled:
            continue
        flows = int(interface.connected)
        yield Counters(
            _counter_name(interface.description),
            {
                "BytesReceivedPersec": Rate(1200 * flows),
                "BytesSentPersec": Rate(1200 * flows),
                "BytesTotalPersec": Sum(("BytesReceivedPersec", "BytesSentPersec")),
                "CurrentBandwidth": Gauge(interface.link_speed if flows else 0),
                "PacketsPersec": Sum(("PacketsReceivedPersec", "PacketsSentPersec")),
                "PacketsReceivedPersec": Rate(4 * flows),
                "PacketsReceivedUnicastPersec": Rate(4 * flows),
                "PacketsSentPersec": Rate(4 * flows),
                "PacketsSentUnicastPersec": Rate(4 * flows),
            },
        )


def _paging_files(host: Host) -> Iterable[Counters]:
    # Nothing is paged out in a machine without load.
    if paging_file_size(host):
        yield Counters("\\??\\C:\\pagefile.sys", {"PercentUsage": Gauge(0), "PercentUsagePeak": Gauge(0)})


def _cache(host: Host) -> Iterable[Counters]:
    del host
    figures: dict[str, Figure] = {
        "CopyReadHitsPercent": Gauge(99),
        "CopyReadsPersec": Rate(30),
        "DataMapHitsPercent": Gauge(100),
        "DataMapsPersec": Rate(40),
        "LazyWriteFlushesPersec": Rate(2),
        "LazyWritePagesPersec": Rate(10),
    }
    yield Counters("", figures)


def _objects(host: Host) -> Iterable[Counters]:
    processes = len(host.processes)
    figures: dict[str, Figure] = {
        "Events": Gauge(40 * processes),
        "Mutexes": Gauge(8 * processes),
        "Processes": Gauge(processes),
        "Sections": Gauge(20 * processes),
        "Semaphores": Gauge(6 * processes),
        "Threads": Gauge(_THREADS_A_PROCESS * processes),
    }
    yield Counters("", figures)


def _numa_nodes(host: Host) -> Iterable[Counters]:
    nodes = host.hardware.numa_nodes
    system = host.operating_system
    for node in range(nodes):
        yield Counters(
            str(node),
            {
                "FreeAndZeroPageListMBytes": Gauge(system.free_memory() // nodes // MEGABYTE),
                "TotalMBytes": Gauge(system.total_memory() // nodes // MEGABYTE),
            },
        )


# -- Hyper-V ----------------------------------------------------------------------------------


def _root_partition(host: Host) -> Iterable[Counters]:
    if host.hypervisor.running:
        pages = host.operating_system.free_memory() // PAGE
        figures: dict[str, Figure] = {
            "AddressSpaces": Gauge(host.hardware.logical_processors),
            "DepositedPages": Gauge(4000 + pages // 500),
            "GPAPages": Gauge(pages),
            "Value2MGPApages": Gauge(pages // 512),
            "VirtualProcessors": Gauge(host.hardware.logical_processors),
        }
        yield Counters("Root", figures)


def _adapters(host: Host) -> Iterable[tuple[VirtualMachine, NetworkAdapter]]:
    for vm in running_machines(host):
        for adapter in vm.network_adapters:
            yield vm, adapter


def _switch_ports(host: Host) -> Iterable[Counters]:
    for vm, adapter in _adapters(host):
        if adapter.switch is not None:
            flows = traffic(float(vm.guest.is_ready))
            yield Counters(
                f"{adapter.switch.name}_{adapter.id}",
                {
                    **flows,
                    "DirectedPacketsReceivedPersec": flows["PacketsReceivedPersec"],
                    "DirectedPacketsSentPersec": flows["PacketsSentPersec"],
                },
            )


def _drop_reasons(host: Host) -> Iterable[Counters]:
    # The emulated switch drops nothing; every reason reads 0.
    for vm, adapter in _adapters(host):
        yield Counters(f"{vm.name}_{adapter.name}_{vm.id}--{adapter.id}", {})


def _legacy_adapters(host: Host) -> Iterable[Counters]:
    for vm, adapter in _adapters(host):
        if adapter.is_legacy:
            flows = float(vm.guest.is_ready and adapter.switch is not None)
            yield Counters(
                f"{vm.name}_{adapter.name}_{vm.id}",
                {
                    "BytesReceivedPersec": Rate(2000 * flows),
                    "BytesSentPersec": Rate(1000 * flows),
                    "FramesReceivedPersec": Rate(14 * flows),
                    "FramesSentPersec": Rate(10 * flows),
                },
            )


def _buses(host: Host) -> Iterable[Counters]:
    for vm in running_machines(host):
        busy = int(vm.guest.is_ready)
        yield Counters(
            vm.name,
            {"InterruptsReceivedPersec": Rate(60 * busy), "InterruptsSentPersec": Rate(50 * busy)},
        )


def _memory_partitions(host: Host) -> Iterable[Counters]:
    for vm in running_machines(host):
        own = vm.assigned_memory() // PAGE
        yield Counters(
            vm.name,
            {
                "PhysicalPagesAllocated": Gauge(own),
                "PreferredNUMANodeIndex": Gauge(0),
                "RemotePhysicalPages": Gauge(0),
            },
        )


def _memory_nodes(host: Host) -> Iterable[Counters]:
    if host.hypervisor.running:
        nodes = host.hardware.numa_nodes
        for node in range(nodes):
            yield Counters(
                f"NUMA node {node}",
                {
                    "PageCount": Gauge(host.operating_system.total_memory() // nodes // PAGE),
                    "ProcessorCount": Gauge(host.hardware.logical_processors // nodes),
                },
            )


def _worker_memory(host: Host) -> Iterable[Counters]:
    for vm in running_machines(host):
        yield Counters(vm.name, {"MemoryBlockCount": Gauge(1)})


def _worker_nodes(host: Host) -> Iterable[Counters]:
    spanning = int(host.settings.numa_spanning_enabled)
    for vm in running_machines(host):
        yield Counters(
            f"{vm.name}:NUMA node 0",
            {
                "InitialMemoryAssignedPerNodeMB": Gauge(vm.assigned_memory() // MEGABYTE),
                "MappedPhysicalNUMANode": Gauge(0),
                "NUMASpanningAllowed": Gauge(spanning),
                "VirtualProcessorCountPerNode": Gauge(vm.processor.count),
            },
        )


def _worker_processors(host: Host) -> Iterable[Counters]:
    for vm in running_machines(host):
        for index in range(vm.processor.count):
            yield Counters(
                f"{vm.name}:WP VP {index}", {"InterceptDelayTimems": Gauge(0), "InterceptsDelayed": Gauge(0)}
            )


def _switch_processors(host: Host) -> Iterable[Counters]:
    if host.role.active:
        for index in range(host.hardware.logical_processors):
            yield Counters(
                f"Processor {index}",
                {
                    "NumberofTransmitCompletesPersec": Rate(4),
                    "NumberofVMQs": Gauge(0),
                    "PacketsfromExternalPersec": Rate(4),
                    "PacketsfromInternalPersec": Rate(4),
                },
            )


DEVICE_COUNTER_SETS: Mapping[str, Callable[[Host], Iterable[Counters]]] = {
    "Counters_HyperVVirtualMachineBus": _buses,
    "EthernetPerfProvider_HyperVLegacyNetworkAdapter": _legacy_adapters,
    "HvStats_HyperVHypervisorRootPartition": with_total(_root_partition),
    "MmPerfProvider_HyperVVMWorkerProcessMemoryManager": _worker_memory,
    "NumaPerfProvider_HyperVVMWorkerProcessNUMAManager": _worker_nodes,
    "NvspNicDropReasonsStats_HyperVVirtualNetworkAdapterDropReasons": _drop_reasons,
    "NvspPortStats_HyperVVirtualSwitchPort": _switch_ports,
    "NvspSwitchProcStats_HyperVVirtualSwitchProcessor": _switch_processors,
    "PerfDisk_PhysicalDisk": with_total(
        _physical_disks,
        averaged=["AvgDiskBytesPerRead", "AvgDiskBytesPerTransfer", "AvgDiskBytesPerWrite"],
    ),
    "PerfOS_Cache": _cache,
    "PerfOS_NUMANodeMemory": with_total(_numa_nodes),
    "PerfOS_Objects": _objects,
    "PerfOS_PagingFile": with_total(_paging_files, averaged=["PercentUsage", "PercentUsagePeak"]),
    "Tcpip_NetworkAdapter": _interfaces,
    "Tcpip_NetworkInterface": _interfaces,
    "VidPerfProvider_HyperVVMVidNumaNode": _memory_nodes,
    "VidPerfProvider_HyperVVMVidPartition": with_total(
        _memory_partitions, without=["PreferredNUMANodeIndex"]
    ),
    "WorkerVpProvider_HyperVWorkerVirtualProcessor": _worker_processors,
}
