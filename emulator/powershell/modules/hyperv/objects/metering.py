"""Reports of Measure-VM: figures of a machine that is metered, as they were when it was asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from emulator.host import HardDiskDrive, Host, VirtualDisk, VirtualMachine
from emulator.host.resources.metering import Metric
from emulator.host.resources.part_metering import BaseMetric
from emulator.powershell.dotnet.numbers import UInt64
from emulator.powershell.modules.hyperv.catalog import Readers
from emulator.powershell.modules.hyperv.objects.values import array, enum, guid, span


class DiskFigures(NamedTuple):
    """Figures of one virtual hard disk."""

    drive: HardDiskDrive
    figures: dict[BaseMetric, int]

    @property
    def host(self) -> Host:
        """The machine."""
        return self.drive.vm.host

    @property
    def disk(self) -> VirtualDisk | None:
        """The disk in the drive."""
        return self.drive.virtual_disk


class Traffic(NamedTuple):
    """Traffic of a machine in one direction (1 inbound, 2 outbound), in megabytes."""

    host: Host
    direction: int
    total: int


class MeteringReport(NamedTuple):
    """Figures of one machine."""

    vm: VirtualMachine
    duration: timedelta
    figures: dict[Metric, int]
    disks: tuple[DiskFigures, ...]

    @property
    def host(self) -> Host:
        """The machine."""
        return self.vm.host

    @property
    def traffic(self) -> list[Traffic]:
        """Traffic by direction, of those that are collected."""
        return [
            Traffic(self.host, direction, self.figures[metric])
            for direction, metric in enumerate((Metric.INCOMING_TRAFFIC, Metric.OUTGOING_TRAFFIC), 1)
            if metric in self.figures
        ]


def report_of(vm: VirtualMachine) -> MeteringReport:
    """The figures of a machine now. The host is looked at."""
    metering = vm.metering
    drives = [drive for drive in vm.hard_disk_drives if drive.virtual_disk is not None]
    disks = tuple(DiskFigures(drive, metering.parts.values(drive)) for drive in drives)
    return MeteringReport(vm, metering.duration(), metering.values(), disks)


def _figure(metric: Metric | BaseMetric) -> Callable[[Any], UInt64 | None]:
    def read(report: Any) -> UInt64 | None:
        found = report.figures.get(metric)
        return None if found is None else UInt64(found)

    return read


FIGURES: Readers = {
    "AverageProcessorUsage": _figure(Metric.AVERAGE_CPU),
    "AverageMemoryUsage": _figure(Metric.AVERAGE_MEMORY),
    "MaximumMemoryUsage": _figure(Metric.MAXIMUM_MEMORY),
    "MinimumMemoryUsage": _figure(Metric.MINIMUM_MEMORY),
    "TotalDiskAllocation": _figure(Metric.DISK_ALLOCATION),
    "AggregatedAverageNormalizedIOPS": _figure(Metric.THROUGHPUT),
    "AggregatedAverageLatency": _figure(Metric.DISK_LATENCY),
    "AggregatedDiskDataRead": _figure(Metric.DISK_READ),
    "AggregatedDiskDataWritten": _figure(Metric.DISK_WRITTEN),
    "AggregatedNormalizedIOCount": _figure(Metric.OPERATIONS),
}
"""What reports of machines and of pools have in common."""

REPORT: Readers = {
    "VMId": lambda report: guid(report.vm.id),
    "VMName": lambda report: report.vm.name,
    "ComputerName": lambda report: report.host.name,
    "MeteringDuration": lambda report: span(report.duration),
    **FIGURES,
    "NetworkMeteredTrafficReport": lambda report: array("VMPortAclMeteringReport", report.traffic),
    "HardDiskMetrics": lambda report: array("VHDMetrics", report.disks),
}
#: Names of public scripts for the figures; that the module's type file has them as aliases is assumed.
ADDED = {
    "AvgCPU": "AverageProcessorUsage",
    "AvgRAM": "AverageMemoryUsage",
    "MaxRAM": "MaximumMemoryUsage",
    "MinRAM": "MinimumMemoryUsage",
    "TotalDisk": "TotalDiskAllocation",
}
#: The shape of VHDMetrics was not recorded.
DISK_ROW = (
    '[["VirtualHardDisk","Microsoft.HyperV.PowerShell.HardDiskDrive"],["AverageNormalizedIOPS","uint64?"],'
    '["AverageLatency","uint64?"],["DataRead","uint64?"],["DataWritten","uint64?"],["NormalizedIOCount","uint64?"]]'
)
DISK: Readers = {
    "VirtualHardDisk": lambda disk: disk.drive,
    "AverageNormalizedIOPS": _figure(BaseMetric.THROUGHPUT),
    "AverageLatency": _figure(BaseMetric.DISK_LATENCY),
    "DataRead": _figure(BaseMetric.DISK_READ),
    "DataWritten": _figure(BaseMetric.DISK_WRITTEN),
    "NormalizedIOCount": _figure(BaseMetric.OPERATIONS),
}
#: The shape of VMPortAclMeteringReport was not recorded either.
TRAFFIC_ROW = (
    '[["LocalAddress","string"],["RemoteAddress","string"],'
    '["Direction","Microsoft.HyperV.PowerShell.VMNetworkAdapterAclDirection"],["TotalTraffic","uint64?"]]'
)
TRAFFIC: Readers = {
    "LocalAddress": lambda _: "*.*",
    "RemoteAddress": lambda _: "*.*",
    "Direction": enum("VMNetworkAdapterAclDirection", lambda traffic: traffic.direction),
    "TotalTraffic": lambda traffic: UInt64(traffic.total),
}
