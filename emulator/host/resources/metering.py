"""Resource metering: what a machine used since metering was switched on or reset.

Figures are integrals over the clock: between two changes of a machine its use is steady, so each change
closes an interval. What a guest does with disks and networks is not modelled; a guest that is up
makes a steady little traffic (chosen, see the constants).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, cast

from emulator.host.clock import from_microseconds
from emulator.host.host_object import Part, operation
from emulator.host.identifiers import derived_guid
from emulator.record import MutableRecord, Record

if TYPE_CHECKING:
    from emulator.host.resources.part_metering import BaseMetric, MeteredPart, PartMetering
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

MEGABYTE = 1 << 20
# Of a guest that is up: operations of 8 KB a second on its disk (half of them writes), bytes a second through
# each connected adapter, and the latency of an operation.
OPERATIONS = 4
OPERATION_BYTES = 8192
INCOMING_BYTES, OUTGOING_BYTES = 400, 200
LATENCY_MICROSECONDS = 500


class _MetricFacts(Record):
    name: str
    units: str
    programmatic_units: str
    simple_function: int


_AVERAGE, _MINIMUM, _MAXIMUM, _SUM = 4, 2, 3, 32768


class Metric(Enum):
    """The aggregation metrics of a machine: names and units as Windows shows them; SimpleFunction."""

    AVERAGE_CPU = _MetricFacts("Aggregated Average CPU Utilization", "MHz", "hertz * 10^6", _AVERAGE)
    AVERAGE_MEMORY = _MetricFacts("Aggregated Average Memory Utilization", "MB", "byte * 2^20", _AVERAGE)
    MINIMUM_MEMORY = _MetricFacts("Aggregated Minimum Memory Utilization", "MB", "byte * 2^20", _MINIMUM)
    MAXIMUM_MEMORY = _MetricFacts("Aggregated Maximum Memory Utilization", "MB", "byte * 2^20", _MAXIMUM)
    DISK_ALLOCATION = _MetricFacts("Aggregated Maximum Disk Allocations", "MB", "byte * 2^20", _MAXIMUM)
    INCOMING_TRAFFIC = _MetricFacts("Aggregated Filtered Incoming Network Traffic", "MB", "byte * 2^20", _SUM)
    OUTGOING_TRAFFIC = _MetricFacts("Aggregated Filtered Outgoing Network Traffic", "MB", "byte * 2^20", _SUM)
    DISK_LATENCY = _MetricFacts("Aggregated Average Disk Latency", "us", "second * 10^-6", _AVERAGE)
    DISK_READ = _MetricFacts("Aggregated Disk Data Read", "MB", "byte * 2^20", _SUM)
    DISK_WRITTEN = _MetricFacts("Aggregated Disk Data Written", "MB", "byte * 2^20", _SUM)
    OPERATIONS = _MetricFacts("Aggregated Normalized I/O Operations Completed", "count", "count", _SUM)
    THROUGHPUT = _MetricFacts(
        "Aggregated Average Normalized Disk Throughput", "IOPS", "count / second", _AVERAGE
    )

    @property
    def id(self) -> str:
        """A GUID; the same on every host (chosen)."""
        return derived_guid("metric", self.value.name)


class _Use(Record):
    """How much is used at a moment: MHz, MB, operations a second, bytes a second."""

    megahertz: float
    memory: int
    operations: int
    incoming: int
    outgoing: int


class _Totals(MutableRecord):
    """Integrals over seconds, and the extremes."""

    seconds: float = 0.0
    running_seconds: float = 0.0
    megahertz: float = 0.0
    memory: float = 0.0
    least: int | None = None
    most: int = 0
    operations: float = 0.0
    incoming: float = 0.0
    outgoing: float = 0.0


class Metering(Part):
    """The metering of one machine: which metrics are collected, and since when."""

    __slots__ = ("_at", "_enabled", "_parts", "_since", "_totals", "_use")

    def __init__(self, vm: "VirtualMachine") -> None:
        super().__init__(vm)
        self._enabled: frozenset[Metric] = frozenset()
        self._parts: PartMetering | None = None
        self._restart()

    @property
    def vm(self) -> "VirtualMachine":
        return cast("VirtualMachine", self.owner)

    @property
    def enabled(self) -> bool:
        """Whether anything is collected."""
        return bool(self._enabled)

    def collects(self, metric: Metric) -> bool:
        """Whether a metric is collected."""
        return metric in self._enabled

    @operation
    def enable(self, metrics: Iterable[Metric] = Metric) -> None:
        """Collect metrics. Those that were collected go on; if none was, time begins now."""
        self.vm.require_alive()
        if not self._enabled:
            self._restart()
        self._enabled = self._enabled | frozenset(metrics)
        self.parts.refresh()
        self.touch()

    @operation
    def disable(self, metrics: Iterable[Metric] = Metric) -> None:
        """Collect metrics no longer; their figures are gone."""
        self.vm.require_alive()
        self._enabled = self._enabled - frozenset(metrics)
        self.parts.refresh()
        self.touch()

    @operation
    def reset(self) -> None:
        """Begin to count anew."""
        self.vm.require_alive()
        self._restart()
        self.parts.reset()
        self.touch()

    @property
    def meters_parts(self) -> bool:
        """Whether a part is metered by itself."""
        return self._parts is not None and self._parts.enabled

    @property
    def parts(self) -> "PartMetering":
        """The metering of the machine's parts."""
        if self._parts is None:
            from emulator.host.resources.part_metering import PartMetering

            self._parts = PartMetering(self.vm)
        return self._parts

    @operation
    def enable_part(self, part: "MeteredPart", metrics: "Iterable[BaseMetric]") -> None:
        """Collect base metrics of one part, whatever the machine itself collects."""
        self.vm.require_alive()
        self.parts.enable(part, metrics)
        self.touch()

    @operation
    def disable_part(self, part: "MeteredPart", metrics: "Iterable[BaseMetric]") -> None:
        """Collect base metrics of one part no longer, unless the machine's own need them."""
        self.vm.require_alive()
        self.parts.disable(part, metrics)
        self.touch()

    @operation
    def reset_part(self, part: "MeteredPart") -> None:
        """Begin to count the use of one part anew."""
        self.vm.require_alive()
        self.parts.reset(part)
        self.touch()

    def note_change(self) -> None:
        """The machine changed: what it used until now counts with the rates from before."""
        if self._enabled:
            self._settle()
            self._use = self._present_use()
        if self._parts is not None and (self._enabled or self.meters_parts):
            self._parts.refresh()

    @property
    def since(self) -> datetime:
        """When counting began, UTC."""
        return from_microseconds(self._since)

    def duration(self) -> timedelta:
        """Time that has been metered. Volatile."""
        return timedelta(microseconds=max(0, self.host.clock.read() - self._since))

    def values(self) -> dict[Metric, int]:
        """The figures of the metrics that are collected, in their units. Volatile."""
        if not self._enabled:
            return {}
        self._settle()
        totals = self._totals
        seconds, running = totals.seconds or 1.0, totals.running_seconds or 1.0
        least = totals.least if totals.least is not None else self._use.memory
        megabytes = totals.operations * OPERATION_BYTES / 2 / MEGABYTE
        figures = {
            Metric.AVERAGE_CPU: totals.megahertz / running,
            Metric.AVERAGE_MEMORY: totals.memory / running if totals.running_seconds else self._use.memory,
            Metric.MINIMUM_MEMORY: least,
            Metric.MAXIMUM_MEMORY: max(totals.most, self._use.memory),
            Metric.DISK_ALLOCATION: self._disk_allocation() // MEGABYTE,
            Metric.INCOMING_TRAFFIC: totals.incoming / MEGABYTE,
            Metric.OUTGOING_TRAFFIC: totals.outgoing / MEGABYTE,
            Metric.DISK_LATENCY: LATENCY_MICROSECONDS if totals.operations else 0,
            Metric.DISK_READ: megabytes,
            Metric.DISK_WRITTEN: megabytes,
            Metric.OPERATIONS: totals.operations,
            Metric.THROUGHPUT: totals.operations / seconds,
        }
        return {metric: round(value) for metric, value in figures.items() if metric in self._enabled}

    # -- pieces -------------------------------------------------------------------------------

    def _restart(self) -> None:
        self._since = self._at = self.host.clock.read()
        self._totals = _Totals()
        self._use = self._present_use()

    def _settle(self) -> None:
        now = self.host.clock.read()
        seconds = max(0, now - self._at) / 1_000_000
        self._at = now
        if not seconds:
            return
        totals, use = self._totals, self._use
        totals.seconds += seconds
        totals.operations += use.operations * seconds
        totals.incoming += use.incoming * seconds
        totals.outgoing += use.outgoing * seconds
        if use.memory:
            # Averages are over the time that the machine ran.
            totals.running_seconds += seconds
            totals.megahertz += use.megahertz * seconds
            totals.memory += use.memory * seconds
            totals.least = use.memory if totals.least is None else min(totals.least, use.memory)
            totals.most = max(totals.most, use.memory)

    def _present_use(self) -> _Use:
        vm = self.vm
        if not vm.state.holds_memory:
            return _Use(0.0, 0, 0, 0, 0)
        speed = vm.host.hardware.processor.clock_megahertz
        connected = sum(each.switch is not None for each in vm.network_adapters)
        up = int(vm.guest.is_ready)
        return _Use(
            vm.cpu_usage() * vm.processor.count * speed / 100,
            vm.assigned_memory() // MEGABYTE,
            up * OPERATIONS if vm.hard_disk_drives else 0,
            up * connected * INCOMING_BYTES,
            up * connected * OUTGOING_BYTES,
        )

    def _disk_allocation(self) -> int:
        return sum(drive.virtual_disk.size for drive in self.vm.hard_disk_drives if drive.virtual_disk)
