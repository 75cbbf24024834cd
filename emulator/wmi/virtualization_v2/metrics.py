"""Resource metering of machines: definitions and values."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host.resources.metering import Metric
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import PREFIX

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace

_BY_ID = {metric.id: metric for metric in Metric}
#: What the values of all metrics have in common.
VALUE: dict[str, Any] = {
    "Caption": "Metric Value",
    "BreakdownDimension": "",
    "BreakdownValue": "",
    "Volatile": True,
}
#: MetricCollectionEnabled.
ENABLED, DISABLED = 2, 3


class MetricDefinition(View[Metric]):
    """What can be metered of a machine."""

    class_name = "Msvm_AggregationMetricDefinition"
    index = ("Id",)
    follows_revision = True
    constants = {
        "BreakdownDimensions": [],
        "Calculable": 3,
        "Caption": "Metric Definition",
        "ChangeType": 4,
        "DataType": 13,
        "GatheringType": 3,
        "IsContinuous": True,
        "TimeScope": 3,
    }

    def objects(self) -> Iterable[Metric]:
        return Metric

    def by_key(self, keys: Keys) -> Metric | None:
        return _BY_ID.get(keys.text("Id").rpartition(":")[2].upper())

    def object_id(self, item: Metric) -> Hashable:
        return item

    def revision(self, item: Metric) -> Hashable | None:  # noqa: ARG002  definitions do not change
        return 0

    def Id(self, metric: Metric) -> str:
        return PREFIX + metric.id

    def InstanceID(self, metric: Metric) -> str:
        return PREFIX + metric.id

    def Name(self, metric: Metric) -> str:
        return metric.value.name

    def ElementName(self, metric: Metric) -> str:
        return metric.value.name

    def Description(self, metric: Metric) -> str:
        return f"{metric.value.name} of a virtual machine"

    def Units(self, metric: Metric) -> str:
        return metric.value.units

    def ProgrammaticUnits(self, metric: Metric) -> str:
        return metric.value.programmatic_units

    def SimpleFunction(self, metric: Metric) -> int:
        return metric.value.simple_function


class Figure(NamedTuple):
    """One metric of one machine."""

    vm: VirtualMachine
    metric: Metric


def figures(vm: VirtualMachine) -> list[Figure]:
    """The metrics that are collected of a machine."""
    if not vm.is_metered:
        return []
    return [Figure(vm, metric) for metric in Metric if vm.metering.collects(metric)]


class MetricValue(View[Figure]):
    """The figures of the machines that are metered; they move with the clock."""

    class_name = "Msvm_AggregationMetricValue"
    index = ("InstanceID",)
    constants = VALUE
    volatile = frozenset(
        {"AggregationDuration", "AggregationTimeStamp", "Duration", "MetricValue", "TimeStamp"}
    )

    def objects(self) -> Iterator[Figure]:
        for vm in self.host.virtual_machines:
            yield from figures(vm)

    def by_key(self, keys: Keys) -> Figure | None:
        machine, _, metric = keys.text("InstanceID").rpartition(":")[2].partition("\\")
        vm, found = self.host.virtual_machines.get(machine), _BY_ID.get(metric.upper())
        if vm is None or found is None or not vm.is_metered or not vm.metering.collects(found):
            return None
        return Figure(vm, found)

    def object_id(self, item: Figure) -> Hashable:
        return (item.vm.id, item.metric)

    def revision(self, item: Figure) -> Hashable | None:
        return item.vm.revision

    def owner_of(self, item: Figure) -> object:
        return item.vm

    def InstanceID(self, figure: Figure) -> str:
        return f"{PREFIX}{figure.vm.id}\\{figure.metric.id}"

    def ElementName(self, figure: Figure) -> str:
        return figure.metric.value.name

    def MeasuredElementName(self, figure: Figure) -> str:
        return figure.vm.name

    def MetricDefinitionId(self, figure: Figure) -> str:
        return PREFIX + figure.metric.id

    def MetricValue(self, figure: Figure) -> str:
        return str(figure.vm.metering.values().get(figure.metric, 0))

    def Duration(self, figure: Figure) -> timedelta:
        return figure.vm.metering.duration()

    def AggregationDuration(self, figure: Figure) -> timedelta:
        return figure.vm.metering.duration()

    def TimeStamp(self, _figure: Figure) -> datetime:
        return self.host.clock.now()

    def AggregationTimeStamp(self, _figure: Figure) -> datetime:
        return self.host.clock.now()


def machine_of_figure(_namespace: Namespace, figure: Figure) -> Iterable[VirtualMachine]:
    """The machine that is measured."""
    return (figure.vm,)


def figures_of_machine(_namespace: Namespace, vm: VirtualMachine) -> Iterable[Figure]:
    """The figures of a machine."""
    return figures(vm)


def figures_of_metric(namespace: Namespace, metric: Metric) -> Iterable[Figure]:
    """The figures of a metric."""
    return [each for each in namespace.view(MetricValue).objects() if each.metric is metric]


def metric_of_figure(_namespace: Namespace, figure: Figure) -> Iterable[Metric]:
    """The definition of a figure."""
    return (figure.metric,)


def every_metric(_namespace: Namespace, _vm: VirtualMachine) -> Iterable[Metric]:
    """The definitions of a machine's metrics: all of them."""
    return Metric


def every_machine(namespace: Namespace, _metric: Metric) -> Iterable[VirtualMachine]:
    """The machines that a metric is defined for: all of them."""
    return namespace.host.virtual_machines


def collection_state(vm: VirtualMachine, metric: Metric) -> int:
    """MetricCollectionEnabled of a definition for a machine."""
    return ENABLED if vm.is_metered and vm.metering.collects(metric) else DISABLED
