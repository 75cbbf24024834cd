"""Base metrics of the parts of machines, and the figures of resource pools."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host import FeatureSetting, HardDiskDrive, NetworkAdapter, PortAcl
from emulator.host.errors import NotSupported
from emulator.host.resources import pool_metering
from emulator.host.resources.metering import Metric
from emulator.host.resources.part_metering import (
    POOL_METRICS,
    BaseMetric,
    MeteredPart,
    is_metering_rule,
    metrics_of,
    parts_of,
)
from emulator.host.resources.resource_pools import ResourcePool as ChildPool
from emulator.host.virtual_machine.drives import DvdDrive, FloppyDrive
from emulator.host.virtual_machine.processor_settings import ProcessorSettings
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import PREFIX, machine_of
from emulator.wmi.virtualization_v2.drives import MediumView
from emulator.wmi.virtualization_v2.pools import POOLS, Pool
from emulator.wmi.virtualization_v2.processor_memory import MemorySettingView, ProcessorSettingView
from emulator.wmi.virtualization_v2.switch_features import VIEW_OF_KIND

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace

from emulator.wmi.virtualization_v2.metrics import DISABLED, ENABLED, VALUE, MetricDefinition


class BaseMetricDefinition(View[BaseMetric]):
    """What can be metered of a part of a machine; a machine's metrics are made of them."""

    class_name = "Msvm_BaseMetricDefinition"
    index = ("Id",)
    follows_revision = True
    constants = MetricDefinition.constants

    def objects(self) -> Iterable[BaseMetric]:
        return BaseMetric

    def by_key(self, keys: Keys) -> BaseMetric | None:
        wanted = keys.text("Id").rpartition(":")[2].upper()
        return next((each for each in BaseMetric if each.id == wanted), None)

    def object_id(self, item: BaseMetric) -> Hashable:
        return item

    def revision(self, item: BaseMetric) -> Hashable | None:  # noqa: ARG002  definitions do not change
        return 0

    def Id(self, metric: BaseMetric) -> str:
        return PREFIX + metric.id

    def InstanceID(self, metric: BaseMetric) -> str:
        return PREFIX + metric.id

    def Name(self, metric: BaseMetric) -> str:
        return metric.value.name

    def ElementName(self, metric: BaseMetric) -> str:
        return metric.value.name

    def Description(self, metric: BaseMetric) -> str:
        return f"{metric.value.name} of a {metric.value.kind.value}"

    def Units(self, metric: BaseMetric) -> str:
        return metric.value.aggregate.value.units

    def ProgrammaticUnits(self, metric: BaseMetric) -> str:
        return metric.value.aggregate.value.programmatic_units


class PartFigure(NamedTuple):
    """One metric of one part of a machine."""

    part: MeteredPart
    metric: BaseMetric

    @property
    def vm(self) -> VirtualMachine:
        return machine_of_part(self.part)


def machine_of_part(part: MeteredPart) -> VirtualMachine:
    """The machine that a part belongs to."""
    if isinstance(part, FeatureSetting):
        adapter = part.port
        if not isinstance(adapter, NetworkAdapter):
            raise NotSupported("Only rules of virtual machines' ports are metered.")
        return adapter.vm
    return part.vm


def part_figures(part: MeteredPart) -> list[PartFigure]:
    """The metrics that are collected of a part; none of the parts of a checkpoint."""
    if isinstance(part, FeatureSetting) and (
        not isinstance(part.port, NetworkAdapter) or not is_metering_rule(part)
    ):
        return []
    vm = machine_of_part(part)
    if vm.is_checkpoint or not vm.meters_anything:
        return []
    parts = vm.metering.parts
    return [PartFigure(part, metric) for metric in metrics_of(part) if parts.collects(part, metric)]


class BaseMetricValue(View[PartFigure]):
    """The figures of parts; they move with the clock."""

    class_name = "Msvm_BaseMetricValue"
    index = ("InstanceID",)
    constants = VALUE
    volatile = frozenset({"Duration", "MetricValue", "TimeStamp"})

    def objects(self) -> Iterator[PartFigure]:
        for vm in self.host.virtual_machines:
            if vm.meters_anything:
                for part in parts_of(vm):
                    yield from part_figures(part)

    def by_key(self, keys: Keys) -> PartFigure | None:
        wanted = keys.text("InstanceID").lower()
        vm, _ = machine_of(self.host, wanted)
        if vm is None or vm.is_checkpoint:
            return None
        found = (figure for part in parts_of(vm) for figure in part_figures(part))
        return next((each for each in found if self.InstanceID(each).lower() == wanted), None)

    def object_id(self, item: PartFigure) -> Hashable:
        return item

    def revision(self, item: PartFigure) -> Hashable | None:
        return item.vm.revision

    def owner_of(self, item: PartFigure) -> object:
        return item.vm

    def InstanceID(self, figure: PartFigure) -> str:
        settings = self.namespace.view(view_of_part(figure.part))
        return f"{settings.read(figure.part, 'InstanceID')}\\{figure.metric.id}"

    def ElementName(self, figure: PartFigure) -> str:
        return figure.metric.value.name

    def MeasuredElementName(self, figure: PartFigure) -> str:
        settings = self.namespace.view(view_of_part(figure.part))
        return str(settings.read(figure.part, "ElementName"))

    def MetricDefinitionId(self, figure: PartFigure) -> str:
        return PREFIX + figure.metric.id

    def MetricValue(self, figure: PartFigure) -> str:
        return str(figure.vm.metering.parts.values(figure.part).get(figure.metric, 0))

    def Duration(self, figure: PartFigure) -> timedelta:
        return figure.vm.metering.parts.duration(figure.part)

    def TimeStamp(self, _figure: PartFigure) -> datetime:
        return self.host.clock.now()


def view_of_part(part: MeteredPart) -> type[View[Any]]:
    """The view of the settings of a part."""
    if isinstance(part, FeatureSetting):
        return VIEW_OF_KIND[PortAcl]
    if isinstance(part, HardDiskDrive):
        return MediumView
    return ProcessorSettingView if isinstance(part, ProcessorSettings) else MemorySettingView


class PoolFigure(NamedTuple):
    """One metric of one resource pool."""

    pool: Pool | ChildPool
    metric: Metric


def pool_id(pool: Pool | ChildPool) -> str:
    """The GUID of a pool."""
    return pool.guid if isinstance(pool, Pool) else pool.id


def pool_metrics(pool: Pool | ChildPool) -> tuple[Metric, ...]:
    """The metrics that a pool can have."""
    return POOL_METRICS.get(pool.subtype, ())


def pool_figures(namespace: Namespace, pool: Pool | ChildPool) -> list[PoolFigure]:
    """The metrics that are collected of a pool."""
    collected = namespace.host.resource_pools.metered(pool_id(pool))
    return [PoolFigure(pool, metric) for metric in pool_metrics(pool) if metric in collected]


class PoolMetricValue(View[PoolFigure]):
    """The figures of pools: those of the machines that are metered together."""

    class_name = "Msvm_AggregationMetricValue"
    index = ("InstanceID",)
    constants = VALUE
    volatile = frozenset({"AggregationTimeStamp", "MetricValue", "TimeStamp"})

    def objects(self) -> Iterator[PoolFigure]:
        for pool in (*POOLS, *self.host.resource_pools):
            yield from pool_figures(self.namespace, pool)

    def by_key(self, keys: Keys) -> PoolFigure | None:
        wanted = keys.text("InstanceID").lower()
        return next((each for each in self.objects() if self.InstanceID(each).lower() == wanted), None)

    def object_id(self, item: PoolFigure) -> Hashable:
        return (pool_id(item.pool), item.metric)

    def revision(self, item: PoolFigure) -> Hashable | None:  # noqa: ARG002  machines move it
        return None

    def InstanceID(self, figure: PoolFigure) -> str:
        return f"{PREFIX}{pool_id(figure.pool)}\\{figure.metric.id}"

    def ElementName(self, figure: PoolFigure) -> str:
        return figure.metric.value.name

    def MeasuredElementName(self, figure: PoolFigure) -> str:
        return figure.pool.subtype if isinstance(figure.pool, Pool) else figure.pool.name

    def MetricDefinitionId(self, figure: PoolFigure) -> str:
        return PREFIX + figure.metric.id

    def MetricValue(self, figure: PoolFigure) -> str:
        pool = figure.pool
        made = None if isinstance(pool, Pool) else pool
        figures = pool_metering.pool_figures(self.host, pool.subtype, pool_id(pool), made)
        return str(figures.get(figure.metric, 0))

    def TimeStamp(self, _figure: PoolFigure) -> datetime:
        return self.host.clock.now()

    def AggregationTimeStamp(self, _figure: PoolFigure) -> datetime:
        return self.host.clock.now()


def machine_parts(vm: VirtualMachine, kind: type[Any]) -> list[Any]:
    """The parts of a kind that can be metered; none of a checkpoint."""
    return [] if vm.is_checkpoint else [each for each in parts_of(vm) if isinstance(each, kind)]


def definitions_of_part(_namespace: Namespace, part: Any) -> Iterable[BaseMetric]:
    """The definitions of the metrics that a part can have."""
    if isinstance(part, FeatureSetting):
        can = (
            isinstance(part.port, NetworkAdapter)
            and is_metering_rule(part)
            and not part.port.vm.is_checkpoint
        )
    else:
        can = not part.vm.is_checkpoint and part in parts_of(part.vm)
    return metrics_of(part) if can else ()


def parts_of_definition(kind: type[Any]) -> Callable[[Namespace, BaseMetric], Iterable[Any]]:
    """From a definition to the parts of a kind that can have the metric."""

    def reach(namespace: Namespace, metric: BaseMetric) -> Iterable[Any]:
        for vm in namespace.host.virtual_machines:
            yield from (part for part in machine_parts(vm, kind) if metric in metrics_of(part))

    return reach


def part_state(part: Any, metric: BaseMetric) -> int:
    """MetricCollectionEnabled of a base definition for a part."""
    vm = machine_of_part(part)
    return ENABLED if vm.meters_anything and vm.metering.parts.collects(part, metric) else DISABLED


def figures_of_part(_namespace: Namespace, part: Any) -> Iterable[PartFigure]:
    """The figures of a part; DVDs and floppy disks have none."""
    return () if isinstance(part, DvdDrive | FloppyDrive) else part_figures(part)


def part_of_figure(kind: type[Any]) -> Callable[[Namespace, PartFigure], Iterable[Any]]:
    """From a figure to the part that is measured, if it is of a kind."""
    return lambda _namespace, figure: (figure.part,) if isinstance(figure.part, kind) else ()


def figures_of_base(namespace: Namespace, metric: BaseMetric) -> Iterable[PartFigure]:
    """The figures of a base metric."""
    return [each for each in namespace.view(BaseMetricValue).objects() if each.metric is metric]


def base_of_figure(_namespace: Namespace, figure: PartFigure) -> Iterable[BaseMetric]:
    """The definition of a figure."""
    return (figure.metric,)
