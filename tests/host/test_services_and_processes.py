from datetime import timedelta

import pytest

from emulator.host import (
    AccessDenied,
    EventLevel,
    InvalidParameter,
    NotFound,
    ServiceError,
    ServiceState,
    StartMode,
)
from emulator.host.windows.processor_time import processor_time


def names(host):
    return {service.name for service in host.services}


@pytest.mark.parametrize(
    ("changes", "present", "absent"),
    [
        ({}, {"vmms", "vmcompute", "HvHost", "WinRM", "Spooler"}, {"nvspwmi", "vhdsvc"}),
        ({"hyper_v": {"role": "absent"}}, {"HvHost", "WinRM", "vmicheartbeat"}, {"vmms", "vmcompute"}),
        ({"operating_system": {"release": "2008R2"}}, {"vmms", "nvspwmi", "vhdsvc"}, {"vmcompute", "HvHost"}),
        ({"operating_system": {"installation": "core"}}, {"vmms"}, {"Spooler"}),
    ],
)
def test_services_depend_on_release_role_and_installation(make_host, changes, present, absent):
    found = names(make_host(**changes))
    assert present <= found
    assert not absent & found


def test_running_services_have_a_process_and_stopped_ones_none(host):
    for service in host.services:
        running = service.state is ServiceState.RUNNING
        assert (service.process_id != 0) is running
        assert not running or host.processes.get(service.process_id) is not None
    assert host.services["VMMS"].path_name == "C:\\Windows\\system32\\vmms.exe"
    assert host.services["WinRM"].account == "NT AUTHORITY\\NetworkService"


def test_old_releases_share_a_process_and_new_ones_do_not(make_host):
    for release, shared in (("2012R2", True), ("2022", False)):
        services = make_host(operating_system={"release": release}).services
        assert (services["Schedule"].process_id == services["Winmgmt"].process_id) is shared


def test_a_service_stops_and_starts_with_its_process(host):
    service = host.services["Spooler"]
    process = service.process_id
    service.stop()
    assert (service.state, service.process_id, host.processes.get(process)) == (ServiceState.STOPPED, 0, None)
    service.start()
    assert host.processes.get(service.process_id).name == "spoolsv.exe"
    assert [entry.message for entry in host.event_log.entries("System") if entry.event_id == 7036] == [
        "The Print Spooler service entered the stopped state.",
        "The Print Spooler service entered the running state.",
    ]


@pytest.mark.parametrize(
    ("name", "prepare", "operation", "code"),
    [
        ("Spooler", None, "start", 1056),
        ("VSS", None, "stop", 1062),
        ("RpcSs", None, "stop", 1052),
        ("LanmanWorkstation", "Netlogon", "stop", 1051),
        ("Spooler", None, "pause", 1052),
        ("LanmanServer", None, "resume", 1052),
        ("VSS", None, "pause", 1062),
    ],
)
def test_the_service_controller_refuses_with_its_own_numbers(host, name, prepare, operation, code):
    if prepare:
        host.services[prepare].start()
    before = host.revision
    with pytest.raises(ServiceError) as caught:
        getattr(host.services[name], operation)()
    assert (caught.value.win32_code, caught.value.hresult) == (code, 0x80070000 | code)
    assert host.revision == before


def test_a_forced_stop_takes_dependent_services_along_and_a_start_brings_what_is_needed(host):
    host.services["Netlogon"].start()
    host.services["LanmanWorkstation"].stop(force=True)
    assert host.services["Netlogon"].state is ServiceState.STOPPED
    host.services["Netlogon"].start()
    assert host.services["LanmanWorkstation"].state is ServiceState.RUNNING


def test_a_disabled_service_does_not_start(host):
    host.services["VSS"].set_start_mode(StartMode.DISABLED)
    with pytest.raises(ServiceError) as caught:
        host.services["VSS"].start()
    assert caught.value.win32_code == 1058
    with pytest.raises(InvalidParameter):
        host.services["VSS"].set_start_mode("Sometimes")


def test_a_service_pauses_and_continues(host):
    service = host.services["LanmanServer"]
    service.pause()
    assert service.state is ServiceState.PAUSED
    service.resume()
    assert service.state is ServiceState.RUNNING


def test_an_unknown_service_is_named_so(host):
    assert host.services.get("nothing") is None
    with pytest.raises(NotFound):
        host.services["nothing"]


def test_the_host_service_runs_only_beside_a_hypervisor(make_host):
    assert make_host().services["HvHost"].state is ServiceState.RUNNING
    off = make_host(hyper_v={"hypervisor_launch": "off"})
    assert off.services["HvHost"].state is ServiceState.STOPPED


def test_processes_start_and_end_and_the_kernel_stays(host):
    with host.looking():
        process = host.processes.start("cmd.exe", "cmd /c dir", account="HV01\\Administrator")
        assert (process.executable_path, process.id % 4) == ("C:\\Windows\\System32\\cmd.exe", 0)
        host.processes.end(process.id)
        with pytest.raises(NotFound):
            host.processes.end(process.id)
        with pytest.raises(InvalidParameter):
            host.processes.end(4)


def test_gaps_are_counted_by_name_and_bounded(host):
    for number in range(1500):
        host.gaps.record("program", f"C:\\{number}.exe")
    host.gaps.record("program", "C:\\0.exe")
    gaps = host.gaps.entries()
    assert (len(gaps), gaps[0].name, gaps[0].count) == (1000, "C:\\0.exe", 2)
    host.reset()
    assert len(host.gaps.entries()) == 1000
    host.gaps.clear()
    assert host.gaps.entries() == []


def test_an_event_log_counts_its_entries_and_drops_the_oldest(host):
    with host.looking():
        for number in range(5000):
            entry = host.event_log.write("Application", "Test", number, EventLevel.WARNING, "text")
    entries = list(host.event_log.entries("APPLICATION"))
    assert (entry.record_id, entry.time) == (5000, host.clock.now())
    assert (len(entries), entries[0].record_id) == (4096, 905)
    host.event_log.clear("application")
    with pytest.raises(NotFound):
        host.event_log.clear("nothing")
    assert list(host.event_log.entries("Application")) == []
    told = list(host.event_log.entries("System"))[-1]
    assert (told.event_id, told.message) == (104, "The Application log file was cleared.")


def test_only_administrators_change_the_event_logs_and_read_the_audit(host):
    logs, user = host.event_log, host.accounts.create("user", "Secret-1")
    for change in (
        lambda: logs.clear("Application", user),
        lambda: logs.configure("Application", size=1 << 20, caller=user),
        lambda: logs.register_source("Application", "Mine", user),
        lambda: logs.remove_log("Application", user),
        lambda: logs.remove_source("Application", user),
    ):
        before = host.revision
        with pytest.raises(AccessDenied):
            change()
        assert host.revision == before
    assert logs.may_read("Application", user)
    assert not logs.may_read("security", user)
    assert logs.may_read("Security", host.accounts.administrator)


def test_processes_use_the_processors_as_time_goes_by(host):

    process = host.processes.start("notepad.exe")
    idle = host.processes.get(0)
    before, idle_before = processor_time(host, process), processor_time(host, idle)
    host.clock.advance(timedelta(hours=1))
    after, idle_after = processor_time(host, process), processor_time(host, idle)
    assert 0 < after.total - before.total < 3600 * 10_000_000
    whole = 3600 * 10_000_000 * host.hardware.logical_processors
    assert whole // 2 < idle_after.total - idle_before.total < whole
    used = [processor_time(host, each).total for each in host.processes]
    since = int((host.clock.now() - idle.started).total_seconds() * 10_000_000)
    assert sum(used) <= since * host.hardware.logical_processors
