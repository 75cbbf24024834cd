"""Msvm_MetricService: switching metering on and off, and asking for it; its settings and capabilities."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from emulator.host import FeatureSetting, HardDiskDrive, NetworkAdapter
from emulator.host.errors import HostError, InvalidParameter, NotSupported
from emulator.host.resources.metering import Metric
from emulator.host.resources.part_metering import (
    BaseMetric,
    metrics_of,
    parts_of,
)
from emulator.host.resources.resource_pools import ResourcePool as ChildPool
from emulator.host.virtual_machine.memory_settings import MemorySettings
from emulator.host.virtual_machine.processor_settings import ProcessorSettings
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi import errors
from emulator.wmi.changes import Rule, interval_seconds, read_changes
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.base import PREFIX, HostElementView, ServiceView
from emulator.wmi.virtualization_v2.pools import Pool
from emulator.wmi.virtualization_v2.refusals import UNSUPPORTED

if TYPE_CHECKING:
    from emulator.cim.object_path import ObjectPath
    from emulator.host import Host
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.view import ViewInstance

from emulator.wmi.virtualization_v2.metrics import DISABLED, ENABLED, MetricDefinition, MetricValue
from emulator.wmi.virtualization_v2.part_metrics import (
    BaseMetricDefinition,
    BaseMetricValue,
    PoolMetricValue,
    machine_of_part,
    pool_id,
    pool_metrics,
    view_of_part,
)

_RESET = 4
_FAILED = 2


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
    def ControlMetrics(self, _host: Host, arguments: Arguments) -> MethodResult:
        """2 enable, 3 disable, 4 reset: one metric or all, of a machine, a part of one, a pool, or of all
        machines."""
        wanted = arguments.integer("MetricCollectionEnabled")
        if wanted not in (ENABLED, DISABLED, _RESET):
            raise InvalidParameter("MetricCollectionEnabled must be 2, 3 or 4.")
        controls = [self._control(subject, arguments) for subject in self._subjects(arguments)]
        for control in controls:
            control(wanted)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def ShowMetrics(self, _host: Host, arguments: Arguments) -> MethodResult:
        """What is collected: four lists with one row for each subject and metric."""
        rows = [
            (target, metric)
            for target in self._subjects(arguments)
            for metric in self._chosen(target, arguments)
        ]
        return arguments.result(
            errors.COMPLETED,
            ManagedElements=[target.path for target, _ in rows],
            DefinitionList=[self._definition_path(metric) for _, metric in rows],
            MetricNames=[metric.value.name for _, metric in rows],
            MetricCollectionEnabled=[
                ENABLED if self._collects(target.item, metric) else DISABLED for target, metric in rows
            ],
        )

    @wmi_method
    def GetMetricValues(self, host: Host, arguments: Arguments) -> MethodResult:
        """The values of a definition, with a Range the ``Count`` smallest (2) or largest (3)."""
        wanted = self._given(arguments)
        found = [
            instance
            for view_type in (MetricValue, PoolMetricValue, BaseMetricValue)
            for instance in self._values(view_type, host, wanted)
        ]
        extreme, count = arguments.integer("Range"), arguments.integer("Count")
        if extreme is not None:
            if extreme not in (2, 3):
                raise InvalidParameter("Range must be 2 or 3.")
            found.sort(key=lambda each: int(str(each.value("MetricValue"))), reverse=extreme == 3)
        chosen = found if count is None else found[:count]
        return arguments.result(errors.COMPLETED, Values=[each.path for each in chosen])

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

    def _values(
        self, view_type: type[View[Any]], _host: Host, wanted: Metric | BaseMetric | None
    ) -> list[ViewInstance[Any]]:
        view = self.namespace.view(view_type)
        return [view.instance(each) for each in view.objects() if wanted is None or each.metric is wanted]

    def _subjects(self, arguments: Arguments) -> list[ViewInstance[Any]]:
        """What is to be metered: what Subject names, without one every machine. Raises InvalidParameter."""
        from emulator.wmi.virtualization_v2.computer_system import MachineSystem

        target = arguments.target("Subject")
        if target is None:
            view = self.namespace.view(MachineSystem)
            return [view.instance(vm) for vm in view.objects()]
        if not isinstance(target.item, VirtualMachine | Pool | ChildPool) and not _is_part(target):
            raise InvalidParameter(f"{target.declaration.name} has no metrics.")
        return [target]

    def _given(self, arguments: Arguments) -> Metric | BaseMetric | None:
        """The metric that Definition names, None without one. Raises InvalidParameter."""
        target = arguments.target("Definition")
        if target is None:
            return None
        if not isinstance(target.item, Metric | BaseMetric):
            raise InvalidParameter("Definition does not name a metric.")
        return target.item

    def _chosen(self, target: ViewInstance[Any], arguments: Arguments) -> list[Any]:
        """The metrics of a subject that Definition chooses. Raises InvalidParameter for one of others."""
        given, possible = self._given(arguments), _possible(target.item)
        if given is None:
            return possible
        if given not in possible:
            raise InvalidParameter(f"{given.value.name} is no metric of {target.declaration.name}.")
        return [given]

    def _control(self, target: ViewInstance[Any], arguments: Arguments) -> Callable[[int], None]:
        """What carries a request out for a subject; everything is checked here."""
        subject, metrics = target.item, self._chosen(target, arguments)
        if isinstance(subject, VirtualMachine):
            metering = subject.metering
            return lambda wanted: {
                ENABLED: lambda: metering.enable(metrics),
                DISABLED: lambda: metering.disable(metrics),
                _RESET: metering.reset,
            }[wanted]()
        if isinstance(subject, Pool | ChildPool):
            pools, identifier = self.host.resource_pools, pool_id(subject)

            def control_pool(wanted: int) -> None:
                present = pools.metered(identifier)
                if wanted != _RESET:
                    chosen = present | set(metrics) if wanted == ENABLED else present - set(metrics)
                    pools.meter(identifier, chosen)

            return control_pool
        owner = machine_of_part(subject).metering
        return lambda wanted: {
            ENABLED: lambda: owner.enable_part(subject, metrics),
            DISABLED: lambda: owner.disable_part(subject, metrics),
            _RESET: lambda: owner.reset_part(subject),
        }[wanted]()

    def _collects(self, subject: Any, metric: Any) -> bool:
        if isinstance(subject, VirtualMachine):
            return subject.is_metered and subject.metering.collects(metric)
        if isinstance(subject, Pool | ChildPool):
            return metric in self.host.resource_pools.metered(pool_id(subject))
        vm = machine_of_part(subject)
        return vm.meters_anything and vm.metering.parts.collects(subject, metric)

    def _definition_path(self, metric: Metric | BaseMetric) -> ObjectPath:
        if isinstance(metric, Metric):
            return self.namespace.view(MetricDefinition).instance(metric).path
        return self.namespace.view(BaseMetricDefinition).instance(metric).path


def _is_part(target: ViewInstance[Any]) -> bool:
    """Whether an instance shows a part of a machine that can be metered."""
    item = target.item
    if not isinstance(item, ProcessorSettings | MemorySettings | HardDiskDrive | FeatureSetting):
        return False
    if type(target.view) is not view_of_part(item):
        return False
    if isinstance(item, FeatureSetting) and not isinstance(item.port, NetworkAdapter):
        return False
    vm = machine_of_part(item)
    return not vm.is_checkpoint and item in parts_of(vm)


def _possible(subject: Any) -> list[Any]:
    """The metrics that a subject can have."""
    if isinstance(subject, VirtualMachine):
        return list(Metric)
    return list(pool_metrics(subject)) if isinstance(subject, Pool | ChildPool) else metrics_of(subject)


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
