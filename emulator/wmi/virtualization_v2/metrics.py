"""Resource metering: definitions, values and Msvm_MetricService."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.errors import HostError, InvalidParameter, NotSupported
from emulator.host.metering import Metric
from emulator.host.virtual_machine import VirtualMachine
from emulator.wmi import errors
from emulator.wmi.changes import Rule, interval_seconds, read_changes
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.base import PREFIX, HostElementView, ServiceView
from emulator.wmi.virtualization_v2.refusals import UNSUPPORTED

if TYPE_CHECKING:
    from emulator.cim.object_path import ObjectPath
    from emulator.host import Host
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

_ENABLE, _DISABLE, _RESET = 2, 3, 4
_FAILED = 2
_BY_ID = {metric.id: metric for metric in Metric}


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
    constants = {"Caption": "Metric Value", "BreakdownDimension": "", "BreakdownValue": "", "Volatile": True}
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


class MetricService(ServiceView):
    """Switching metering on and off, and asking for it. Its methods return 2 where the host refuses."""

    class_name = "Msvm_MetricService"
    constants = {
        "Caption": "Metric Service",
        "Description": "Service for controlling the metrics of virtual machines.",
        "ElementName": "Hyper-V Metric Service",
        "Name": "MetricService",
    }

    def return_value(self, error: HostError) -> int:
        """CIM_MetricService has its own numbers: 1 not supported, 2 failed."""
        return UNSUPPORTED if isinstance(error, NotSupported) else _FAILED

    @wmi_method
    def ControlMetrics(self, host: Host, arguments: Arguments) -> MethodResult:
        """2 enable, 3 disable, 4 reset: one metric or all, of one machine or of all."""
        machines, metrics = self._machines(host, arguments), self._metrics(arguments)
        wanted = arguments.integer("MetricCollectionEnabled")
        if wanted not in (_ENABLE, _DISABLE, _RESET):
            raise InvalidParameter("MetricCollectionEnabled must be 2, 3 or 4.")
        for vm in machines:
            if wanted == _ENABLE:
                vm.metering.enable(metrics)
            elif wanted == _DISABLE:
                vm.metering.disable(metrics)
            else:
                vm.metering.reset()
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def ShowMetrics(self, host: Host, arguments: Arguments) -> MethodResult:
        """What is collected: four lists with one row for each machine and metric."""
        rows = [
            Figure(vm, metric)
            for vm in self._machines(host, arguments)
            for metric in self._metrics(arguments)
        ]
        definitions = self.namespace.view(MetricDefinition)
        return arguments.result(
            errors.COMPLETED,
            ManagedElements=[self._machine_path(row.vm) for row in rows],
            DefinitionList=[definitions.instance(row.metric).path for row in rows],
            MetricNames=[row.metric.value.name for row in rows],
            MetricCollectionEnabled=[
                _ENABLE if row.vm.is_metered and row.vm.metering.collects(row.metric) else _DISABLE
                for row in rows
            ],
        )

    @wmi_method
    def GetMetricValues(self, host: Host, arguments: Arguments) -> MethodResult:
        """The values of a definition, with a Range the ``Count`` smallest (2) or largest (3)."""
        metrics = self._metrics(arguments)
        view = self.namespace.view(MetricValue)
        found = [each for vm in host.virtual_machines for each in figures(vm) if each.metric in metrics]
        extreme, count = arguments.integer("Range"), arguments.integer("Count")
        if extreme is not None:
            if extreme not in (2, 3):
                raise InvalidParameter("Range must be 2 or 3.")
            found.sort(key=lambda each: int(view.MetricValue(each)), reverse=extreme == 3)
        chosen = found if count is None else found[:count]
        return arguments.result(errors.COMPLETED, Values=[view.instance(each).path for each in chosen])

    @wmi_method
    def ControlMetricsByClass(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)

    @wmi_method
    def ShowMetricsByClass(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)

    @wmi_method
    def ControlSampleTimes(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)

    @wmi_method
    def ModifyServiceSettings(self, host: Host, arguments: Arguments) -> MethodResult:
        """Change how often metrics are written to the machines' files; at once."""
        settings = arguments.embedded("SettingData")
        if settings is None or not settings.declaration.is_a(MetricServiceSettings.class_name):
            return arguments.result(errors.INVALID_PARAMETER)
        view = self.namespace.view(MetricServiceSettings)
        rules = {"MetricsFlushInterval": Rule("", "metrics_flush_interval", interval_seconds)}
        try:
            changes = read_changes(view, host, settings, rules).get("")
            if changes:
                host.settings.configure(**changes)
        except HostError as error:
            return arguments.result(errors.return_value(error))
        return arguments.result(errors.COMPLETED)

    def _machines(self, host: Host, arguments: Arguments) -> list[VirtualMachine]:
        target = arguments.target("Subject")
        if target is None:
            return list(host.virtual_machines)
        if not isinstance(target.item, VirtualMachine):
            self.namespace.service.record_gap(self.namespace.name, self.class_name, "Subject")
            raise NotSupported(f"{target.declaration.name} is not metered by itself in the emulator.")
        return [target.item]

    def _metrics(self, arguments: Arguments) -> list[Metric]:
        target = arguments.target("Definition")
        if target is None:
            return list(Metric)
        if not isinstance(target.item, Metric):
            raise InvalidParameter("Definition does not name a metric.")
        return [target.item]

    def _machine_path(self, vm: VirtualMachine) -> ObjectPath:
        from emulator.wmi.virtualization_v2.computer_system import MachineSystem

        return self.namespace.view(MachineSystem).instance(vm).path


class MetricServiceSettings(HostElementView):
    """Settings of the metric service."""

    class_name = "Msvm_MetricServiceSettingData"
    constants = {
        "Caption": "Metric Service Settings",
        "Description": "Settings of the metric service",
        "ElementName": "Hyper-V Metric Service",
    }

    def revision(self, item: Host) -> Hashable | None:
        return item.settings.revision

    def InstanceID(self, host: Host) -> str:
        return f"{PREFIX}{host.name}\\MetricService"

    def MetricsFlushInterval(self, host: Host) -> timedelta:
        return timedelta(seconds=host.settings.metrics_flush_interval)


class MetricServiceCapabilities(HostElementView):
    """What the metric service can do."""

    class_name = "Msvm_MetricServiceCapabilities"
    constants = {
        "Caption": "Metric Service Capabilities",
        "ElementName": "Metric Service Capabilities",
        "ElementNameEditSupported": False,
        "ManagedElementControlTypes": [2],
        "MetricsControlTypes": [2],
        "SupportedMethods": [2, 4, 6],
    }

    def InstanceID(self, host: Host) -> str:
        return f"{PREFIX}{host.name}\\MetricServiceCapabilities"


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
    return _ENABLE if vm.is_metered and vm.metering.collects(metric) else _DISABLE
