"""Resource metering through WMI: figures that move on the clock."""

import pytest

from emulator.host import AclAction, AclDirection, PortAcl
from emulator.host.resources.part_metering import BaseMetric

V2 = "root/virtualization/v2"
CPU = "Aggregated Average CPU Utilization"
MEMORY = "Aggregated Average Memory Utilization"
OPERATIONS = "Aggregated Normalized I/O Operations Completed"


def machine_path(vm):
    return f'Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="{vm.id}"'


def call(wmi, method, **arguments):
    return wmi[V2].invoke(wmi[V2].resolve("Msvm_MetricService", {}), method, arguments)


def control(wmi, vm, wanted, definition=None):
    return call(
        wmi,
        "ControlMetrics",
        Subject=None if vm is None else machine_path(vm),
        Definition=definition,
        MetricCollectionEnabled=wanted,
    ).return_value


def values(wmi, vm):
    found = wmi[V2].associators(machine_path(vm), "Msvm_MetricForME")
    return {each.value("ElementName"): int(each.value("MetricValue")) for each in found}


def definition(wmi, name):
    (found,) = [
        each
        for each in wmi[V2].instances("Msvm_AggregationMetricDefinition")
        if each.value("ElementName") == name
    ]
    return found.path


def test_figures_follow_the_clock_and_what_the_machine_does(wmi):
    vm = wmi.one
    assert values(wmi, vm) == {}
    assert control(wmi, vm, 2) == 0
    vm.guest.configure(cpu_usage=50)
    wmi.advance(100)
    # 2 virtual processors of 2000 MHz, half used; 4 operations a second; 512 MB.
    assert {CPU: 2000, MEMORY: 512, OPERATIONS: 400}.items() <= values(wmi, vm).items()
    vm.guest.configure(cpu_usage=0)
    wmi.advance(100)
    assert {CPU: 1000, OPERATIONS: 800}.items() <= values(wmi, vm).items()
    assert values(wmi, wmi.two) == {}


def test_a_reset_begins_anew_and_disabling_ends_it(wmi):
    vm = wmi.one
    control(wmi, vm, 2)
    wmi.advance(100)
    assert control(wmi, vm, 4) == 0
    assert values(wmi, vm)[OPERATIONS] == 0
    wmi.advance(10)
    assert values(wmi, vm)[OPERATIONS] == 40
    assert control(wmi, vm, 3) == 0
    assert values(wmi, vm) == {}


def test_time_without_memory_does_not_count_for_averages(wmi):
    vm = wmi.one
    control(wmi, vm, 2)
    wmi.advance(100)
    vm.turn_off()
    wmi.advance(1000)
    found = values(wmi, vm)
    assert (found[MEMORY], found["Aggregated Minimum Memory Utilization"]) == (512, 512)


def test_one_metric_can_be_collected_alone(wmi):
    assert control(wmi, wmi.one, 2, definition(wmi, CPU)) == 0
    assert list(values(wmi, wmi.one)) == [CPU]
    shown = call(wmi, "ShowMetrics", Subject=machine_path(wmi.one)).out
    assert len(shown["MetricNames"]) == len(shown["DefinitionList"]) == len(shown["ManagedElements"]) == 12
    states = dict(zip(shown["MetricNames"], shown["MetricCollectionEnabled"], strict=True))
    assert (states[CPU], states[MEMORY]) == (2, 3)


def test_values_of_a_definition_can_be_ranked(wmi):
    assert control(wmi, None, 2) == 0
    wmi.advance(10)
    result = call(wmi, "GetMetricValues", Definition=definition(wmi, MEMORY), Range=3, Count=1)
    (path,) = result.out["Values"]
    assert wmi[V2].find(path).value("MeasuredElementName") == "one"


@pytest.mark.parametrize("wanted", [None, 0, 5])
def test_a_wrong_request_fails(wmi, wanted):
    assert control(wmi, wmi.one, wanted) == 2
    assert not wmi.one.is_metered


@pytest.mark.parametrize("method", ["ControlMetricsByClass", "ShowMetricsByClass", "ControlSampleTimes"])
def test_what_is_not_supported_says_so(wmi, method):
    assert call(wmi, method).return_value == 1


DISK = "Msvm_StorageAllocationSettingData"
ACL = "Msvm_EthernetSwitchPortAclSettingData"
INCOMING = "Filtered Incoming Network Traffic"


def parts(wmi, path):
    found = wmi[V2].associators(path, "Msvm_MetricForME", "Msvm_BaseMetricValue")
    return {each.value("ElementName"): int(each.value("MetricValue")) for each in found}


def disk_path(wmi):
    (drive,) = wmi.one.hard_disk_drives
    (found,) = [each for each in wmi[V2].instances(DISK) if getattr(each, "item", None) is drive]
    return found.path


def test_a_disk_is_metered_by_itself(wmi):
    path = disk_path(wmi)
    assert parts(wmi, path) == {}
    assert call(wmi, "ControlMetrics", Subject=path, MetricCollectionEnabled=2).return_value == 0
    assert values(wmi, wmi.one) == {}
    wmi.advance(100)
    found = parts(wmi, path)
    assert found["Normalized I/O Operations Completed"] == 400
    assert found["Maximum Disk Allocation"] == 20 * 1024
    assert call(wmi, "ControlMetrics", Subject=path, MetricCollectionEnabled=4).return_value == 0
    assert parts(wmi, path)["Normalized I/O Operations Completed"] == 0
    assert call(wmi, "ControlMetrics", Subject=path, MetricCollectionEnabled=3).return_value == 0
    assert parts(wmi, path) == {}


def test_a_rule_counts_the_traffic_of_its_port_in_its_direction(wmi):
    adapter = wmi.one.network_adapters[0]
    rule = PortAcl(action=AclAction.METER, direction=AclDirection.INBOUND, remote_address="ANY")
    other = PortAcl(action=AclAction.METER, remote_address="192.0.2.0", remote_prefix_length=24)
    settings = [adapter.add_feature(each) for each in (rule, other)]
    assert control(wmi, wmi.one, 2) == 0
    wmi.advance(10_000)
    found = []
    for setting in settings:
        (shown,) = [each for each in wmi[V2].instances(ACL) if getattr(each, "item", None) == setting]
        found.append(parts(wmi, shown.path))
    assert found == [{INCOMING: 4}, {INCOMING: 0}]
    adapter.disconnect()
    wmi.advance(10_000)
    assert wmi.one.metering.parts.values(settings[0]) == {BaseMetric.INCOMING_TRAFFIC: 4}
    adapter.remove_feature(settings[0])
    assert not [
        each for each in wmi[V2].instances("Msvm_BaseMetricValue") if settings[0].identifier in str(each.path)
    ]


def test_a_pool_adds_up_the_machines_that_are_metered(wmi):
    (pool,) = [
        each for each in wmi[V2].instances("Msvm_ResourcePool") if each.value("ElementName") == "Memory"
    ]
    assert call(wmi, "ControlMetrics", Subject=pool.path, MetricCollectionEnabled=2).return_value == 0
    found = wmi[V2].associators(pool.path, "Msvm_MetricForME")
    assert len(found) == 3
    control(wmi, None, 2)
    wmi.advance(10)
    figures = {each.value("ElementName"): each.value("MetricValue") for each in found}
    assert figures[MEMORY] == "512"
    shown = call(wmi, "ShowMetrics", Subject=pool.path).out
    assert shown["MetricCollectionEnabled"] == [2, 2, 2]
    wrong = call(
        wmi, "ControlMetrics", Subject=pool.path, Definition=definition(wmi, CPU), MetricCollectionEnabled=2
    )
    assert wrong.return_value == 2


def test_a_machines_metric_leads_to_the_base_metric_that_it_is_made_of(wmi):
    (base,) = wmi[V2].associators(definition(wmi, CPU), "Msvm_MetricCollectionDependency")
    assert (base.value("Name"), base.value("Units")) == ("Average CPU Utilization", "MHz")
    (states,) = {
        each.value("MetricCollectionEnabled") for each in wmi[V2].references(base.path, "Msvm_MetricDefForME")
    }
    assert states == 3
    control(wmi, wmi.one, 2)
    values_of_base = call(wmi, "GetMetricValues", Definition=base.path).out["Values"]
    assert len(values_of_base) == 1
    assert wmi[V2].find(values_of_base[0]).value("MeasuredElementName") == "Processor"


def test_what_has_no_metrics_is_refused(wmi):
    (service,) = wmi[V2].instances("Msvm_MetricService")
    assert call(wmi, "ControlMetrics", Subject=service.path, MetricCollectionEnabled=2).return_value == 2
