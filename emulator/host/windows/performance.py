"""Performance counters: what each counter set has, and figures that move on the machine's clock.

No load is modelled. What the machine knows (memory, processor usage of guests, free space, counts) is shown
as it is; the rest is a steady rate that swings around its mean, the same for the same counter at the same
moment. Totals are the integral of their rates, so that two samples of a client give the rate between them.
"""

import math
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.host.windows.processor_time import processor_share, processor_time

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

MEGABYTE = 1 << 20
PAGE = 4096
#: Swing of a rate around its mean, and the seconds that a swing takes.
SWING, _SHORTEST_PERIOD, _LONGEST_PERIOD = 0.3, 40, 120
_HUNDRED_NANOSECONDS = 10_000_000
#: What leaves room for a swing and for the hypervisor: no processor is busier than all the time.
_MOST_GUEST_TIME = 98 / (1 + SWING) / 1.02
#: Percent of a processor that Windows itself takes.
_OWN_USAGE = 2.0


@dataclass(frozen=True, slots=True)
class Gauge:
    """A value as it is now."""

    value: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Something that happens so many times a second on average."""

    mean: float


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage of time, on average; its total counts in 100 ns."""

    mean: float


@dataclass(frozen=True, slots=True)
class Used:
    """A steady percentage of time whose total the machine knows, in 100 ns; a whole adds them up."""

    share: float
    total: int


@dataclass(frozen=True, slots=True)
class Sum:
    """What other figures of the same instance, which are named, make together."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rest:
    """The percentage of time that another figure of the same instance, a share or a sum, leaves."""

    of: str


@dataclass(frozen=True, slots=True)
class Part:
    """A percentage of an amount; of a whole, all parts of all amounts."""

    value: int
    of: int


Plain = Gauge | Rate | Share | Used
Figure = Plain | Part | Sum | Rest


@dataclass(frozen=True, slots=True)
class Counters:
    """One instance of a counter set: its name (empty for a set with one) and its figures."""

    name: str
    figures: Mapping[str, Figure]
    #: The instances that this one, "_Total", is the whole of; its figures are those that a whole has. Rates
    #: and amounts are added up, shares of the time and what ``averaged`` names are averages (as on Windows).
    members: tuple["Counters", ...] = ()
    averaged: frozenset[str] = frozenset()


def with_total(
    of_host: Callable[["Host"], Iterable[Counters]],
    *,
    averaged: Iterable[str] = (),
    without: Iterable[str] = (),
) -> Callable[["Host"], Iterable[Counters]]:
    """The instances of a set and then their whole, which has no figures of the names in ``without``; nothing
    when there are none."""

    def found(host: "Host") -> Iterable[Counters]:
        members = tuple(of_host(host))
        yield from members
        if members:
            figures = {name: each for name, each in members[0].figures.items() if name not in without}
            yield Counters("_Total", figures, members, frozenset(averaged))

    return found


def values(counters: Counters, counter_set: str, seconds: float, *, totals: bool) -> dict[str, int]:
    """Every figure of an instance, as totals since the boot or as it is now; sums agree with their parts."""
    read, whole = (total, int(seconds * _HUNDRED_NANOSECONDS)) if totals else (present, 100)
    found: dict[str, int] = {}
    rests: list[tuple[str, Rest]] = []
    sums: list[tuple[str, Sum]] = []
    for name, figure in counters.figures.items():
        if isinstance(figure, Sum):
            sums.append((name, figure))
        elif isinstance(figure, Rest):
            rests.append((name, figure))
        elif isinstance(figure, Part):
            found[name] = _percentage(counters, name)
        elif counters.members:
            parts = [
                read(part, f"{counter_set}/{each.name}/{name}", seconds)
                for each in counters.members
                if isinstance(part := each.figures[name], Plain)
            ]
            average = isinstance(figure, Share) or name in counters.averaged
            found[name] = sum(parts) // len(parts) if average else sum(parts)
        else:
            found[name] = read(figure, f"{counter_set}/{counters.name}/{name}", seconds)
    for name, added in sums:
        found[name] = sum(found[part] for part in added.parts)
    for name, rest in rests:
        found[name] = max(0, whole - found[rest.of])
    return found


def _percentage(counters: Counters, name: str) -> int:
    found = [each.figures[name] for each in counters.members or (counters,)]
    parts = [each for each in found if isinstance(each, Part)]
    whole = sum(each.of for each in parts)
    return sum(each.value for each in parts) * 100 // whole if whole else 0


def present(figure: Plain, key: str, seconds: float) -> int:
    """The value of a figure now; ``seconds`` is the time since the machine was booted."""
    if isinstance(figure, Gauge):
        return figure.value
    if isinstance(figure, Used):
        return round(figure.share)
    rate = figure.mean * (1 + SWING * math.sin(_angle(key, seconds)))
    return round(min(rate, 100.0) if isinstance(figure, Share) else rate)


def total(figure: Plain, key: str, seconds: float) -> int:
    """What has come together since the boot: times for a rate, 100 ns for a share of the time."""
    if isinstance(figure, Gauge):
        return figure.value
    if isinstance(figure, Used):
        return figure.total
    _, speed = _phase(key)
    swung = (math.cos(_angle(key, 0)) - math.cos(_angle(key, seconds))) / speed
    amount = figure.mean * (seconds + SWING * swung)
    return int(amount * _HUNDRED_NANOSECONDS / 100 if isinstance(figure, Share) else amount)


def _phase(key: str) -> tuple[float, float]:
    number = zlib.crc32(key.encode())
    period = _SHORTEST_PERIOD + number % (_LONGEST_PERIOD - _SHORTEST_PERIOD)
    return (number >> 8) % 360 * math.pi / 180, 2 * math.pi / period


def _angle(key: str, seconds: float) -> float:
    phase, speed = _phase(key)
    return phase + speed * seconds


# -- the machine itself -----------------------------------------------------------------------


def processor_usage(host: "Host") -> float:
    """Percent of all processors that guests and Windows take."""
    guests = sum(vm.cpu_usage() * vm.processor.count for vm in host.virtual_machines)
    return min(100.0, _OWN_USAGE + guests / host.hardware.logical_processors)


def _processors(host: "Host") -> Iterable[Counters]:
    usage = min(processor_usage(host), _MOST_GUEST_TIME)
    for name in map(str, range(host.hardware.logical_processors)):
        figures: dict[str, Figure] = {
            "DPCRate": Gauge(0),
            "DPCsQueuedPersec": Rate(60),
            "InterruptsPersec": Rate(900),
            "PercentIdleTime": Rest("PercentProcessorTime"),
            "PercentInterruptTime": Share(0.1),
            "PercentPrivilegedTime": Share(usage * 0.6),
            "PercentProcessorTime": Sum(("PercentPrivilegedTime", "PercentUserTime")),
            "PercentUserTime": Share(usage * 0.4),
        }
        yield Counters(name, figures)


def _memory(host: "Host") -> Iterable[Counters]:
    free, all_of_it = host.operating_system.free_memory(), host.operating_system.total_memory()
    limit = all_of_it + all_of_it // 8
    committed = all_of_it - free
    figures: dict[str, Figure] = {
        "AvailableBytes": Gauge(free),
        "AvailableKBytes": Gauge(free // 1024),
        "AvailableMBytes": Gauge(free // MEGABYTE),
        "CacheBytes": Gauge(192 * MEGABYTE),
        "CommitLimit": Gauge(limit),
        "CommittedBytes": Gauge(committed),
        "FreeAndZeroPageListBytes": Gauge(free // 2),
        "PageFaultsPersec": Rate(400),
        "PercentCommittedBytesInUse": Gauge(committed * 100 // limit),
        "PoolNonpagedBytes": Gauge(220 * MEGABYTE),
        "PoolPagedBytes": Gauge(310 * MEGABYTE),
        "StandbyCacheNormalPriorityBytes": Gauge(free // 2),
    }
    yield Counters("", figures)


def _system(host: "Host") -> Iterable[Counters]:
    processes = len(host.processes)
    figures: dict[str, Figure] = {
        "ContextSwitchesPersec": Rate(1200 + 10 * processes),
        "FileReadBytesPersec": Rate(40_000),
        "FileReadOperationsPersec": Rate(90),
        "FileWriteBytesPersec": Rate(30_000),
        "FileWriteOperationsPersec": Rate(60),
        "Processes": Gauge(processes),
        "SystemCallsPersec": Rate(5000),
        "SystemUpTime": Gauge(int(host.operating_system.uptime().total_seconds())),
        "Threads": Gauge(11 * processes),
    }
    yield Counters("", figures)


def _logical_disks(host: "Host") -> Iterable[Counters]:
    for volume in (each for each in host.filesystem.volumes if not each.image):
        name, free, size = f"{volume.letter}:", volume.free, volume.size
        yield Counters(
            name,
            {
                "AvgDiskBytesPerTransfer": Gauge(8192),
                "DiskBytesPersec": Sum(("DiskReadBytesPersec", "DiskWriteBytesPersec")),
                "DiskReadBytesPersec": Rate(40_000),
                "DiskReadsPersec": Rate(5),
                "DiskTransfersPersec": Sum(("DiskReadsPersec", "DiskWritesPersec")),
                "DiskWriteBytesPersec": Rate(50_000),
                "DiskWritesPersec": Rate(6),
                "FreeMegabytes": Gauge(free // MEGABYTE),
                "PercentDiskTime": Share(1),
                "PercentFreeSpace": Part(free, size),
                "PercentIdleTime": Rest("PercentDiskTime"),
            },
        )


def _processes(host: "Host") -> Iterable[Counters]:
    seen: dict[str, int] = {}
    for process in host.processes:
        name = "Idle" if process.id == 0 else process.name.removesuffix(".exe")
        count = seen[name] = seen.get(name, -1) + 1
        used, (kernel, user) = processor_time(host, process), processor_share(host, process)
        yield Counters(
            f"{name}#{count}" if count else name,
            {
                "CreatingProcessID": Gauge(process.parent_id),
                "HandleCount": Gauge(150),
                "IDProcess": Gauge(process.id),
                "PercentPrivilegedTime": Used(kernel, used.kernel),
                "PercentProcessorTime": Sum(("PercentPrivilegedTime", "PercentUserTime")),
                "PercentUserTime": Used(user, used.user),
                "PriorityBase": Gauge(0 if process.id == 0 else 8),
                "PrivateBytes": Gauge(process.working_set),
                "ThreadCount": Gauge(11),
                "VirtualBytes": Gauge(process.working_set * 4),
                "WorkingSet": Gauge(process.working_set),
                "WorkingSetPeak": Gauge(process.working_set),
                "WorkingSetPrivate": Gauge(process.working_set * 3 // 4),
            },
        )


# -- Hyper-V ----------------------------------------------------------------------------------


def running_machines(host: "Host") -> "list[VirtualMachine]":
    """The machines that hold memory; none without the role."""
    return [vm for vm in host.virtual_machines if vm.state.holds_memory] if host.role.active else []


def _hypervisor(host: "Host") -> Iterable[Counters]:
    if host.hypervisor.running:
        machines = running_machines(host)
        virtual = host.hardware.logical_processors + sum(vm.processor.count for vm in machines)
        figures: dict[str, Figure] = {
            "LogicalProcessors": Gauge(host.hardware.logical_processors),
            "MonitoredNotifications": Gauge(0),
            "Partitions": Gauge(1 + len(machines)),
            "TotalPages": Gauge(sum(vm.assigned_memory() for vm in machines) // PAGE),
            "VirtualProcessors": Gauge(virtual),
        }
        yield Counters("", figures)


def _busy(usage: float) -> dict[str, Figure]:
    usage = min(usage, _MOST_GUEST_TIME)
    return {
        "ContextSwitchesPersec": Rate(800 + 40 * usage),
        "HardwareInterruptsPersec": Rate(200),
        "PercentGuestRunTime": Share(usage),
        "PercentHypervisorRunTime": Share(0.1 + usage * 0.02),
        "PercentIdleTime": Rest("PercentTotalRunTime"),
        "PercentTotalRunTime": Sum(("PercentGuestRunTime", "PercentHypervisorRunTime")),
        "TimerInterruptsPersec": Rate(64),
        "TotalInterruptsPersec": Rate(320),
    }


def _hypervisor_processors(host: "Host") -> Iterable[Counters]:
    if host.hypervisor.running:
        usage = processor_usage(host)
        clock = host.hardware.processor.clock_megahertz
        for index in range(host.hardware.logical_processors):
            more = {
                "Frequency": Gauge(clock),
                "PercentofMaxFrequency": Gauge(100),
                "RootVpIndex": Gauge(index),
            }
            yield Counters(f"Hv LP {index}", {**_busy(usage), **more})


def _virtual_processor(usage: float) -> dict[str, Figure]:
    return {
        "HypercallsPersec": Rate(300 + 20 * usage),
        "LogicalProcessorDispatchesPersec": Rate(400 + 30 * usage),
        "PercentGuestRunTime": Share(usage),
        "PercentHypervisorRunTime": Share(usage * 0.02),
        "PercentTotalRunTime": Sum(("PercentGuestRunTime", "PercentHypervisorRunTime")),
        "TotalInterceptsPersec": Rate(500 + 30 * usage),
    }


def _root_processors(host: "Host") -> Iterable[Counters]:
    if host.hypervisor.running:
        for index in range(host.hardware.logical_processors):
            yield Counters(f"Root VP {index}", _virtual_processor(_OWN_USAGE))


def _guest_processors(host: "Host") -> Iterable[Counters]:
    for vm in running_machines(host):
        for index in range(vm.processor.count):
            yield Counters(f"{vm.name}:Hv VP {index}", _virtual_processor(vm.cpu_usage()))


def _partitions(host: "Host") -> Iterable[Counters]:
    for vm in running_machines(host):
        pages = vm.assigned_memory() // PAGE
        figures: dict[str, Figure] = {
            "AddressSpaces": Gauge(4 * vm.processor.count),
            "DepositedPages": Gauge(1500 + pages // 500),
            "GPAPages": Gauge(pages),
            "Value2MGPApages": Gauge(pages // 512),
            "VirtualProcessors": Gauge(vm.processor.count),
        }
        yield Counters(f"{vm.name}:Hv", figures)


def _health(host: "Host") -> Iterable[Counters]:
    if host.role.active:
        critical = sum(vm.operational_status[0].name != "OK" for vm in host.virtual_machines)
        figures: dict[str, Figure] = {
            "HealthCritical": Gauge(critical),
            "HealthOk": Gauge(len(host.virtual_machines) - critical),
        }
        yield Counters("", figures)


def _balancer(host: "Host") -> Iterable[Counters]:
    if host.role.active:
        pressures = [_pressure(vm) for vm in running_machines(host) if vm.memory.dynamic]
        figures: dict[str, Figure] = {
            "AvailableMemory": Gauge(host.memory.available // MEGABYTE),
            "AvailableMemoryForBalancing": Gauge(host.memory.available // MEGABYTE),
            "AveragePressure": Gauge(sum(pressures) // len(pressures) if pressures else 0),
            "SystemCurrentPressure": Gauge(max(pressures, default=0)),
        }
        yield Counters("System Balancer", figures)


def _pressure(vm: "VirtualMachine") -> int:
    return vm.memory_demand() * 100 // vm.assigned_memory() if vm.assigned_memory() else 0


def _dynamic_memory(host: "Host") -> Iterable[Counters]:
    for vm in running_machines(host):
        if vm.memory.dynamic:
            megabytes, pressure = vm.assigned_memory() // MEGABYTE, _pressure(vm)
            figures: dict[str, Figure] = {
                "AveragePressure": Gauge(pressure),
                "CurrentPressure": Gauge(pressure),
                "GuestVisiblePhysicalMemory": Gauge(megabytes),
                "MaximumPressure": Gauge(pressure),
                "MinimumPressure": Gauge(pressure),
                "PhysicalMemory": Gauge(megabytes),
            }
            yield Counters(vm.name, figures)


def _storage_devices(host: "Host") -> Iterable[Counters]:
    for vm in running_machines(host):
        for drive in vm.hard_disk_drives:
            if drive.path:
                busy = vm.guest.is_ready
                figures: dict[str, Figure] = {
                    "ReadBytesPersec": Rate(20_000 * busy),
                    "ReadCount": Rate(2 * busy),
                    "ReadOperationsPerSec": Rate(2 * busy),
                    "WriteBytesPersec": Rate(30_000 * busy),
                    "WriteCount": Rate(3 * busy),
                    "WriteOperationsPerSec": Rate(3 * busy),
                }
                yield Counters(drive.path.replace("\\", "-"), figures)


def traffic(speed: float) -> dict[str, Figure]:
    """The traffic of something with so many flows."""
    return {
        "BytesPersec": Sum(("BytesReceivedPersec", "BytesSentPersec")),
        "BytesReceivedPersec": Rate(2000 * speed),
        "BytesSentPersec": Rate(1000 * speed),
        "PacketsPersec": Sum(("PacketsReceivedPersec", "PacketsSentPersec")),
        "PacketsReceivedPersec": Rate(14 * speed),
        "PacketsSentPersec": Rate(10 * speed),
    }


def _network_adapters(host: "Host") -> Iterable[Counters]:
    for vm in running_machines(host):
        for adapter in vm.network_adapters:
            flows = vm.guest.is_ready and adapter.switch is not None
            yield Counters(f"{vm.name}_{adapter.name}_{vm.id}--{adapter.id}", traffic(float(flows)))


def _switches(host: "Host") -> Iterable[Counters]:
    if not host.role.active:
        return
    flows: dict[str, int] = {}
    for vm in running_machines(host):
        for adapter in vm.network_adapters:
            if adapter.switch is not None and vm.guest.is_ready:
                flows[adapter.switch.id] = flows.get(adapter.switch.id, 0) + 1
    for switch in host.virtual_switches:
        yield Counters(switch.name, traffic(float(flows.get(switch.id, 0))))


#: Counter sets by the last part of their classes' names.
COUNTER_SETS: Mapping[str, Callable[["Host"], Iterable[Counters]]] = {
    "BalancerStats_HyperVDynamicMemoryBalancer": _balancer,
    "BalancerStats_HyperVDynamicMemoryVM": _dynamic_memory,
    "Counters_HyperVVirtualStorageDevice": _storage_devices,
    "HvStats_HyperVHypervisor": _hypervisor,
    "HvStats_HyperVHypervisorLogicalProcessor": with_total(
        _hypervisor_processors, averaged=["Frequency", "PercentofMaxFrequency"], without=["RootVpIndex"]
    ),
    "HvStats_HyperVHypervisorPartition": with_total(_partitions),
    "HvStats_HyperVHypervisorRootVirtualProcessor": with_total(_root_processors),
    "HvStats_HyperVHypervisorVirtualProcessor": with_total(_guest_processors),
    "NvspNicStats_HyperVVirtualNetworkAdapter": _network_adapters,
    "NvspSwitchStats_HyperVVirtualSwitch": _switches,
    "PerfDisk_LogicalDisk": with_total(_logical_disks, averaged=["AvgDiskBytesPerTransfer"]),
    "PerfOS_Memory": _memory,
    "PerfOS_Processor": with_total(_processors),
    "PerfOS_System": _system,
    "PerfProc_Process": with_total(_processes, without=["IDProcess", "CreatingProcessID", "PriorityBase"]),
    "VmmsVirtualMachineStats_HyperVVirtualMachineHealthSummary": _health,
}
