"""Metering: which machines, parts and pools have which metrics, and the figures of them."""

from __future__ import annotations

from typing import Any

from emulator.host.network.port_access_lists import PortAcl
from emulator.host.network.switch_port import FeatureSetting
from emulator.host.resources.part_metering import BaseMetric
from emulator.host.virtual_machine.drives import HardDiskDrive
from emulator.host.virtual_machine.memory_settings import MemorySettings
from emulator.host.virtual_machine.processor_settings import ProcessorSettings
from emulator.wmi.association import End, Link, Reach
from emulator.wmi.virtualization_v2 import (
    computer_system,
    drives,
    metrics,
    part_metrics,
    pool_service,
    pools,
    processor_memory,
)
from emulator.wmi.virtualization_v2.switch_features import VIEW_OF_KIND

MACHINE = computer_system.MachineSystem
#: Views of the settings of parts that can be metered, and what they show.
_METERED: tuple[tuple[type[Any], type[Any]], ...] = (
    (processor_memory.ProcessorSettingView, ProcessorSettings),
    (processor_memory.MemorySettingView, MemorySettings),
    (drives.MediumView, HardDiskDrive),
    (VIEW_OF_KIND[PortAcl], FeatureSetting),
)
_METERED_POOLS = (pools.ResourcePool, pools.ProcessorPool, pool_service.ChildPool)


def _pools_with_metric(view: type[Any]) -> Reach:
    """From a definition to the pools of a view that can have the metric."""
    return lambda namespace, metric: [
        pool for pool in namespace.view(view).objects() if metric in part_metrics.pool_metrics(pool)
    ]


def _pool_of_figure(view: type[Any]) -> Reach:
    """From a figure to its pool, if the view shows it."""
    return lambda namespace, figure: [pool for pool in namespace.view(view).objects() if pool is figure.pool]


LINKS: tuple[Link, ...] = (
    Link(
        "Msvm_MetricDefForME",
        End("Antecedent", MACHINE, metrics.every_metric),
        End("Dependent", metrics.MetricDefinition, metrics.every_machine),
        computed={"MetricCollectionEnabled": metrics.collection_state},
    ),
    Link(
        "Msvm_MetricForME",
        End("Antecedent", MACHINE, metrics.figures_of_machine),
        End("Dependent", metrics.MetricValue, metrics.machine_of_figure),
    ),
    Link(
        "Msvm_MetricInstance",
        End("Antecedent", metrics.MetricDefinition, metrics.figures_of_metric),
        End("Dependent", metrics.MetricValue, metrics.metric_of_figure),
    ),
    Link(
        "Msvm_MetricCollectionDependency",
        End("Antecedent", part_metrics.BaseMetricDefinition, lambda _, metric: (metric.value.aggregate,)),
        End(
            "Dependent",
            metrics.MetricDefinition,
            lambda _, metric: [each for each in BaseMetric if each.value.aggregate is metric],
        ),
    ),
    Link(
        "Msvm_MetricInstance",
        End("Antecedent", part_metrics.BaseMetricDefinition, part_metrics.figures_of_base),
        End("Dependent", part_metrics.BaseMetricValue, part_metrics.base_of_figure),
    ),
    *(
        Link(
            "Msvm_MetricDefForME",
            End("Antecedent", view, part_metrics.definitions_of_part),
            End("Dependent", part_metrics.BaseMetricDefinition, part_metrics.parts_of_definition(kind)),
            computed={"MetricCollectionEnabled": part_metrics.part_state},
        )
        for view, kind in _METERED
    ),
    *(
        Link(
            "Msvm_MetricForME",
            End("Antecedent", view, part_metrics.figures_of_part),
            End("Dependent", part_metrics.BaseMetricValue, part_metrics.part_of_figure(kind)),
        )
        for view, kind in _METERED
    ),
    *(
        Link(
            "Msvm_MetricDefForME",
            End("Antecedent", view, lambda _, pool: part_metrics.pool_metrics(pool)),
            End("Dependent", metrics.MetricDefinition, _pools_with_metric(view)),
        )
        for view in _METERED_POOLS
    ),
    *(
        Link(
            "Msvm_MetricForME",
            End("Antecedent", view, part_metrics.pool_figures),
            End("Dependent", part_metrics.PoolMetricValue, _pool_of_figure(view)),
        )
        for view in _METERED_POOLS
    ),
    Link(
        "Msvm_MetricInstance",
        End(
            "Antecedent",
            metrics.MetricDefinition,
            lambda namespace, metric: [
                each
                for each in namespace.view(part_metrics.PoolMetricValue).objects()
                if each.metric is metric
            ],
        ),
        End("Dependent", part_metrics.PoolMetricValue, lambda _, figure: (figure.metric,)),
    ),
)
