"""Metering of the parts of a machine: its processor, its memory, each virtual hard disk, and each rule of a
port that meters traffic.

A part is metered by itself, or because the machine's metric that is made of it is collected. Rates are those
of `emulator.host.resources.metering`: a machine's disk operations are shared evenly by its disks, and a rule
counts the traffic of its adapter when it is for every address, else none, since guests talk to nobody in
particular.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.identifiers import derived_guid
from emulator.host.network.port_access_lists import ANY, AclAction, AclDirection, PortAcl
from emulator.host.network.switch_port import FeatureSetting
from emulator.host.resources.metering import (
    INCOMING_BYTES,
    LATENCY_MICROSECONDS,
    MEGABYTE,
    OPERATION_BYTES,
    OPERATIONS,
    OUTGOING_BYTES,
    Metric,
)
from emulator.host.virtual_machine.drives import HardDiskDrive
from emulator.host.virtual_machine.memory_settings import MemorySettings
from emulator.host.virtual_machine.processor_settings import ProcessorSettings

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

MeteredPart = ProcessorSettings | MemorySettings | HardDiskDrive | FeatureSetting


class PartKind(Enum):
    """Of what a base metric is."""

    PROCESSOR = "processor"
    MEMORY = "memory"
    DISK = "virtual hard disk"
    INBOUND = "inbound rule"
    OUTBOUND = "outbound rule"


class _Facts(NamedTuple):
    name: str
    kind: PartKind
    aggregate: Metric


class BaseMetric(Enum):
    """The base metrics: what the machine's metrics (`aggregate`) are made of."""

    AVERAGE_CPU = _Facts("Average CPU Utilization", PartKind.PROCESSOR, Metric.AVERAGE_CPU)
    AVERAGE_MEMORY = _Facts("Average Memory Utilization", PartKind.MEMORY, Metric.AVERAGE_MEMORY)
    MINIMUM_MEMORY = _Facts("Minimum Memory Utilization", PartKind.MEMORY, Metric.MINIMUM_MEMORY)
    MAXIMUM_MEMORY = _Facts("Maximum Memory Utilization", PartKind.MEMORY, Metric.MAXIMUM_MEMORY)
    DISK_ALLOCATION = _Facts("Maximum Disk Allocation", PartKind.DISK, Metric.DISK_ALLOCATION)
    DISK_LATENCY = _Facts("Average Disk Latency", PartKind.DISK, Metric.DISK_LATENCY)
    DISK_READ = _Facts("Disk Data Read", PartKind.DISK, Metric.DISK_READ)
    DISK_WRITTEN = _Facts("Disk Data Written", PartKind.DISK, Metric.DISK_WRITTEN)
    OPERATIONS = _Facts("Normalized I/O Operations Completed", PartKind.DISK, Metric.OPERATIONS)
    THROUGHPUT = _Facts("Average Normalized Disk Throughput", PartKind.DISK, Metric.THROUGHPUT)
    INCOMING_TRAFFIC = _Facts("Filtered Incoming Network Traffic", PartKind.INBOUND, Metric.INCOMING_TRAFFIC)
    OUTGOING_TRAFFIC = _Facts("Filtered Outgoing Network Traffic", PartKind.OUTBOUND, Metric.OUTGOING_TRAFFIC)

    @property
    def id(self) -> str:
        """A GUID; the same on every host (chosen)."""
        return derived_guid("base metric", self.value.name)


def kind_of(part: MeteredPart) -> PartKind:
    """Which metrics a part has."""
    if isinstance(part, ProcessorSettings):
        return PartKind.PROCESSOR
    if isinstance(part, MemorySettings):
        return PartKind.MEMORY
    if isinstance(part, HardDiskDrive):
        return PartKind.DISK
    rule = part.feature
    inbound = isinstance(rule, PortAcl) and rule.direction is AclDirection.INBOUND
    return PartKind.INBOUND if inbound else PartKind.OUTBOUND


def metrics_of(part: MeteredPart) -> list[BaseMetric]:
    """The metrics that a part can have."""
    kind = kind_of(part)
    return [metric for metric in BaseMetric if metric.value.kind is kind]


def is_metering_rule(setting: FeatureSetting) -> bool:
    """Whether a setting of a port is a rule that meters."""
    rule = setting.feature
    return isinstance(rule, PortAcl) and rule.action is AclAction.METER


def parts_of(vm: VirtualMachine) -> list[MeteredPart]:
    """The parts of a machine that can be metered."""
    return [
        vm.processor,
        vm.memory,
        *(drive for drive in vm.hard_disk_drives if drive.virtual_disk is not None),
        *(
            setting
            for adapter in vm.network_adapters
            for setting in adapter.feature_settings(PortAcl)
            if is_metering_rule(setting)
        ),
    ]


@dataclass(slots=True)
class _Meter:
    """The integral of one rate over the clock, and its extremes."""

    at: int
    rate: float = 0.0
    is_active: bool = False
    integral: float = 0.0
    seconds: float = 0.0
    active_seconds: float = 0.0
    least: float | None = None
    most: float = 0.0

    def settle(self, now: int) -> None:
        seconds = max(0, now - self.at) / 1_000_000
        self.at = now
        self.seconds += seconds
        self.integral += self.rate * seconds
        if self.is_active and seconds:
            self.active_seconds += seconds
            self.least = self.rate if self.least is None else min(self.least, self.rate)
            self.most = max(self.most, self.rate)


class PartMetering:
    """The meters of one machine's parts. Its methods are called with the host's lock held, by `Metering`."""

    def __init__(self, vm: VirtualMachine) -> None:
        self.vm = vm
        self._enabled: dict[MeteredPart, frozenset[BaseMetric]] = {}
        self._meters: dict[MeteredPart, _Meter] = {}

    @property
    def enabled(self) -> bool:
        """Whether some part is metered by itself."""
        return bool(self._enabled)

    def collects(self, part: MeteredPart, metric: BaseMetric) -> bool:
        """Whether a metric of a part is collected."""
        if metric.value.kind is not kind_of(part):
            return False
        return self.vm.metering.collects(metric.value.aggregate) or metric in self._enabled.get(part, ())

    def enable(self, part: MeteredPart, metrics: Iterable[BaseMetric]) -> None:
        """Collect metrics of a part."""
        self._enabled[part] = self._enabled.get(part, frozenset()) | set(metrics) & set(metrics_of(part))
        self.refresh()

    def disable(self, part: MeteredPart, metrics: Iterable[BaseMetric]) -> None:
        """Collect metrics of a part no longer, unless the machine's own need them."""
        left = self._enabled.get(part, frozenset()) - set(metrics)
        self._enabled.pop(part, None)
        if left:
            self._enabled[part] = left
        self.refresh()

    def reset(self, part: MeteredPart | None = None) -> None:
        """Begin to count anew, for one part or for all."""
        for each in list(self._meters) if part is None else [part]:
            self._meters.pop(each, None)
        self.refresh()

    def refresh(self) -> None:
        """Count what was used until now, and go on with the present rates and parts."""
        now = self.vm.host.clock.read()
        present = parts_of(self.vm)
        self._enabled = {part: metrics for part, metrics in self._enabled.items() if part in present}
        collected = [part for part in present if any(self.collects(part, each) for each in metrics_of(part))]
        meters: dict[MeteredPart, _Meter] = {}
        for part in collected:
            meter = meters[part] = self._meters.get(part) or _Meter(now)
            meter.settle(now)
            meter.rate, meter.is_active = self._rate(part)
        self._meters = meters

    def values(self, part: MeteredPart) -> dict[BaseMetric, int]:
        """The figures of a part that are collected, in their units. Volatile."""
        meter = self._meters.get(part)
        if meter is None:
            return {}
        meter.settle(self.vm.host.clock.read())
        return {
            metric: round(self._figure(part, meter, metric))
            for metric in metrics_of(part)
            if self.collects(part, metric)
        }

    def duration(self, part: MeteredPart) -> timedelta:
        """Time for which a part has been metered. Volatile."""
        meter = self._meters.get(part)
        if meter is None:
            return timedelta()
        meter.settle(self.vm.host.clock.read())
        return timedelta(seconds=meter.seconds)

    def _rate(self, part: MeteredPart) -> tuple[float, bool]:
        """What a part uses now (MHz, MB, operations or bytes a second), and whether the machine runs."""
        vm = self.vm
        runs, up = vm.state.holds_memory, vm.guest.is_ready and vm.state.holds_memory
        if isinstance(part, ProcessorSettings):
            speed = vm.host.hardware.processor.clock_megahertz
            return (vm.cpu_usage() * part.count * speed / 100 if runs else 0.0), runs
        if isinstance(part, MemorySettings):
            return (vm.assigned_memory() / MEGABYTE if runs else 0.0), runs
        if isinstance(part, HardDiskDrive):
            return (OPERATIONS / len(vm.hard_disk_drives) if up else 0.0), runs
        rule = part.feature
        if not up or part.port.switch is None or not isinstance(rule, PortAcl) or not _is_for_all(rule):
            return 0.0, runs
        return float(INCOMING_BYTES if rule.direction is AclDirection.INBOUND else OUTGOING_BYTES), runs

    @staticmethod
    def _figure(part: MeteredPart, meter: _Meter, metric: BaseMetric) -> float:
        if metric in (BaseMetric.AVERAGE_CPU, BaseMetric.AVERAGE_MEMORY):
            return meter.integral / meter.active_seconds if meter.active_seconds else meter.rate
        if metric is BaseMetric.MINIMUM_MEMORY:
            return meter.rate if meter.least is None else meter.least
        if metric is BaseMetric.MAXIMUM_MEMORY:
            return max(meter.most, meter.rate)
        if metric is BaseMetric.DISK_ALLOCATION:
            disk = part.virtual_disk if isinstance(part, HardDiskDrive) else None
            return 0 if disk is None else disk.size // MEGABYTE
        if metric is BaseMetric.DISK_LATENCY:
            return LATENCY_MICROSECONDS if meter.integral else 0
        if metric in (BaseMetric.DISK_READ, BaseMetric.DISK_WRITTEN):
            return meter.integral * OPERATION_BYTES / 2 / MEGABYTE
        if metric is BaseMetric.OPERATIONS:
            return meter.integral
        if metric is BaseMetric.THROUGHPUT:
            return meter.integral / meter.seconds if meter.seconds else 0
        return meter.integral / MEGABYTE


def _is_for_all(rule: PortAcl) -> bool:
    """Whether a rule is for every address: none is given, or a prefix of no length."""
    local = not rule.local_address or rule.local_address.upper() == ANY or not rule.local_prefix_length
    remote = not rule.remote_address or rule.remote_address.upper() == ANY or not rule.remote_prefix_length
    return local and remote


#: Subtype of a resource pool -> the metrics that it can have.
POOL_METRICS: dict[str, tuple[Metric, ...]] = {
    "Ethernet Connection": (Metric.INCOMING_TRAFFIC, Metric.OUTGOING_TRAFFIC),
    "Memory": (Metric.AVERAGE_MEMORY, Metric.MINIMUM_MEMORY, Metric.MAXIMUM_MEMORY),
    "Processor": (Metric.AVERAGE_CPU,),
    "Virtual Hard Disk": (
        Metric.DISK_ALLOCATION,
        Metric.DISK_LATENCY,
        Metric.DISK_READ,
        Metric.DISK_WRITTEN,
        Metric.OPERATIONS,
        Metric.THROUGHPUT,
    ),
}
