"""What an administrator changes in Windows itself, and what killing a process takes down."""

from datetime import timedelta

import pytest

from emulator.host import (
    AccessDenied,
    InvalidParameter,
    InvalidPath,
    NotFound,
    PathNotFound,
    ServiceState,
    SwitchKind,
    VirtualMachineState,
)
from emulator.host.network.network_connections import rename_connection
from emulator.host.windows.termination import terminate_process


def test_settings_are_changed_all_or_none(host):
    system = host.operating_system
    system.configure(workgroup="lab", description="Lab host", foreground_application_boost=0)
    assert (system.workgroup, system.description, system.foreground_application_boost) == (
        "LAB",
        "Lab host",
        0,
    )
    with pytest.raises(InvalidParameter):
        system.configure(description="other", foreground_application_boost=3)
    assert system.description == "Lab host"


@pytest.mark.parametrize(
    "change",
    [
        {"workgroup": ""},
        {"workgroup": "x" * 16},
        {"workgroup": "a/b"},
        {"workgroup": " . "},
        {"description": "x" * 257},
        {"quantum_length": -1},
        {"quantum_type": True},
        {"daylight_saving_enabled": 1},
        {"startup_delay": 65_536},
        {"startup_options": []},
        {"startup_options": ["x"] * 33},
        {"startup_options": [""]},
        {"nothing": 1},
    ],
)
def test_settings_outside_their_range_are_refused(host, change):
    before = host.operating_system.revision
    with pytest.raises(InvalidParameter):
        host.operating_system.configure(**change)
    assert host.operating_system.revision == before


def test_the_workgroup_of_a_domain_member_cannot_be_changed(make_host):
    host = make_host(operating_system={"domain": "lab.example"})
    with pytest.raises(InvalidParameter):
        host.operating_system.configure(workgroup="LAB")


def test_without_daylight_saving_the_offset_is_that_of_winter(make_host):
    host = make_host(operating_system={"time_zone": "W. Europe Standard Time"})
    host.clock.advance(timedelta(days=120))
    assert host.operating_system.utc_offset() == timedelta(hours=2)
    host.operating_system.configure(daylight_saving_enabled=False)
    assert host.operating_system.utc_offset() == timedelta(hours=1)


def test_a_volume_gets_a_label_that_ntfs_takes(host):
    host.filesystem.set_label("d:", "Data")
    assert host.filesystem.volume("D").label == "Data"
    for label in ("x" * 33, "a\tb"):
        with pytest.raises(InvalidPath):
            host.filesystem.set_label("D", label)
    with pytest.raises(PathNotFound):
        host.filesystem.set_label("Q", "x")
    assert host.filesystem.volume("D").label == "Data"


def test_a_reset_brings_the_settings_of_the_profile_back(host):
    host.operating_system.configure(description="x", workgroup="LAB")
    host.filesystem.set_label("D", "x")
    host.reset()
    assert (host.operating_system.description, host.operating_system.workgroup) == ("", "WORKGROUP")
    assert host.filesystem.volume("D").label != "x"


def test_killing_a_process_stops_the_services_in_it(host):
    service = host.services["Spooler"]
    identifier = service.process_id
    terminate_process(host, identifier)
    assert (service.state, service.process_id) == (ServiceState.STOPPED, 0)
    assert any(entry.event_id == 7034 for entry in host.event_log.entries("System"))
    with pytest.raises(NotFound):
        terminate_process(host, identifier)
    service.start()
    assert service.process_id not in (0, identifier)


def test_killing_the_worker_of_a_virtual_machine_turns_it_off(host):
    vm = host.virtual_machines.create("one")
    job = vm.start()
    terminate_process(host, vm.process_id)
    assert (vm.state, vm.process_id, vm.job) == (VirtualMachineState.OFF, None, None)
    assert job.finished
    assert host.memory.assigned == 0
    vm.start()
    assert vm.process_id is not None


@pytest.mark.parametrize("identifier", [0, 4, 548, 564])
def test_processes_that_windows_cannot_lose_are_refused(host, identifier):
    with pytest.raises(AccessDenied):
        terminate_process(host, identifier)
    assert host.processes.get(identifier) is not None


def test_a_connection_gets_another_name_everywhere(make_host):
    host = make_host()
    switch = host.virtual_switches.create("outside", SwitchKind.EXTERNAL, network_adapter="Ethernet")
    (adapter,) = host.hardware.network_adapters
    renamed = rename_connection(host, adapter, "Uplink")
    assert host.hardware.network_adapter("uplink") is renamed
    assert host.hardware.network_adapter("Ethernet") is None
    assert switch.physical_adapter is renamed
    host.reset()
    assert [each.name for each in host.hardware.network_adapters] == ["Ethernet"]


@pytest.mark.parametrize("name", ["", " a", "a/b", "a|b", "x" * 65, "a\nb"])
def test_a_connection_name_that_windows_does_not_take_is_refused(host, name):
    (adapter,) = host.hardware.network_adapters
    with pytest.raises(InvalidParameter):
        rename_connection(host, adapter, name)
    assert host.hardware.network_adapters == (adapter,)
