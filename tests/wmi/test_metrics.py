"""Resource metering through WMI: figures that move on the clock."""

import pytest

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
