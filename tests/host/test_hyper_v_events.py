"""What Hyper-V writes into its channels and into the System log, with ids, levels and data."""

from datetime import timedelta

import pytest

from emulator.host import CheckpointType, EventLevel, SwitchKind
from emulator.host.windows.event_log import LOG_NAMES, role_channels
from emulator.wmi import WmiService

WORKER = "Microsoft-Windows-Hyper-V-Worker-Admin"
MANAGEMENT = "Microsoft-Windows-Hyper-V-VMMS-Admin"


def system(release):
    return {"operating_system": {"release": release, "edition": "Datacenter"}}


def entries(host, log, source=None):
    return [one for one in host.event_log.entries(log) if source in (None, one.source)]


@pytest.mark.parametrize(
    ("release", "has", "lacks"),
    [
        ("2008R2", "Worker-Admin", "VmSwitch-Operational"),
        ("2012", "VmSwitch-Operational", "StorageVSP-Admin"),
        ("2012R2", "StorageVSP-Admin", "Compute-Admin"),
        ("2022", "Compute-Admin", "Nonsense"),
    ],
)
def test_the_channels_come_with_the_role_and_its_release(make_host, release, has, lacks):
    host = make_host(**system(release))
    assert host.event_log.has(f"Microsoft-Windows-Hyper-V-{has}")
    assert not host.event_log.has(f"Microsoft-Windows-Hyper-V-{lacks}")
    without = make_host(**system(release), hyper_v={"role": "absent", "management_tools": False})
    assert without.event_log.names == LOG_NAMES


def test_every_channel_that_is_written_to_exists_before(make_host, finish):
    host = make_host()
    known = set(host.event_log.names)
    vm = host.virtual_machines.create("vm", path="D:\\Machines")
    finish(vm.start())
    host.filesystem.attached_volumes.set_online("D", False)
    host.filesystem.attached_volumes.set_online("D", True)
    finish(vm.turn_off())
    assert set(host.event_log.names) == known >= set(role_channels(host.release.build))


@pytest.mark.parametrize(("release", "ids"), [("2012R2", [1]), ("2016", [1, 2, 129]), ("2022", [1, 2, 129])])
def test_the_hypervisor_tells_its_scheduler(make_host, release, ids):
    found = entries(make_host(**system(release)), "System", "Microsoft-Windows-Hyper-V-Hypervisor")
    assert [one.event_id for one in found] == ids
    if len(ids) > 1:
        assert found[1].message.endswith("0x2." if release == "2016" else "0x3.")


def test_connections_of_running_machines_are_told(host, finish):
    one, two = (host.virtual_switches.create(name, SwitchKind.PRIVATE) for name in ("one", "two"))
    vm = host.virtual_machines.create("vm")
    adapter = vm.devices.add_network_adapter(switch=one)
    adapter.disconnect()
    assert entries(host, "System", "Microsoft-Windows-Hyper-V-VmSwitch") == []
    finish(vm.start())
    adapter.connect(one)
    adapter.connect(two)
    adapter.disconnect()
    found = entries(host, "System", "Microsoft-Windows-Hyper-V-VmSwitch")
    assert [each.event_id for each in found] == [232, 234, 232, 234]
    assert "on switch" in found[0].message
    assert found[0].message.endswith("Friendly Name: one).")


def test_2008_r2_tells_of_no_connection(make_host, finish):
    host = make_host(**system("2008R2"))
    switch = host.virtual_switches.create("one", SwitchKind.PRIVATE)
    vm = host.virtual_machines.create("vm")
    adapter = vm.devices.add_network_adapter()
    finish(vm.start())
    adapter.connect(switch)
    assert entries(host, "System", "Microsoft-Windows-Hyper-V-VmSwitch") == []


def test_a_merge_is_told_from_its_beginning_to_its_end(host, finish):
    finish(host.virtual_disks.create("D:\\a.vhdx", size=1 << 30))
    vm = host.virtual_machines.create("vm")
    vm.devices.add_hard_disk_drive("D:\\a.vhdx")
    finish(host.checkpoints.create(vm)).raise_if_failed()
    finish(host.checkpoints.delete(vm.checkpoints[0])).raise_if_failed()
    host.clock.advance(timedelta(seconds=10))
    ids = [one.event_id for one in entries(host, MANAGEMENT)]
    assert ids == [14094, 13002, 19070, 19080]


def test_a_merge_that_a_restart_cuts_off_is_told(host, finish):
    finish(host.virtual_disks.create("D:\\a.vhdx", size=1 << 30))
    vm = host.virtual_machines.create("vm")
    vm.devices.add_hard_disk_drive("D:\\a.vhdx")
    finish(host.checkpoints.create(vm)).raise_if_failed()
    finish(host.checkpoints.delete(vm.checkpoints[0])).raise_if_failed()
    host.power.lose()
    assert 19090 in [one.event_id for one in entries(host, MANAGEMENT)]


def test_a_checkpoint_that_fails_is_told(host, finish):
    vm = host.virtual_machines.create("vm")
    vm.configure(checkpoint_type=CheckpointType.PRODUCTION_ONLY)
    finish(vm.start())
    finish(host.checkpoints.create(vm))
    (entry,) = [one for one in entries(host, MANAGEMENT) if one.event_id == 18012]
    assert (entry.level, dict(entry.data)["VmName"]) == (EventLevel.ERROR, "vm")


def test_a_start_that_fails_has_a_worker_process_without_memory_until_it_ends(make_host, finish):
    host = make_host(hyper_v={"role": "enabled", "hypervisor_launch": "off"})
    vm = host.virtual_machines.create("vm")
    job = vm.start()
    assert vm.process_id is not None
    assert (vm.assigned_memory(), host.processors.assigned) == (0, 0)
    finish(job)
    assert (vm.process_id, job.error.code) == (None, 32788)
    assert [one.event_id for one in entries(host, WORKER)] == [3112, 12030]


def test_classic_logs_are_all_that_win32_shows(make_host, finish):
    host = make_host()
    finish(host.virtual_machines.create("vm").start())
    space = WmiService(host).namespace("root/cimv2")
    with space.reading():
        shown = {each.value("Logfile") for each in space.instances("Win32_NTLogEvent")}
        files = {each.value("LogfileName") for each in space.instances("Win32_NTEventlogFile")}
    assert shown <= files == {"Application", "Security", "System"}


def test_a_static_address_that_a_running_machine_has_is_told_of(make_host, finish):
    host = make_host()
    switch = host.virtual_switches.create("lab")
    machines = []
    for name in ("first", "second"):
        vm = host.virtual_machines.create(name)
        (adapter,) = vm.network_adapters or (vm.devices.add_network_adapter(),)
        adapter.connect(switch)
        adapter.configure(mac_address="00155DAABB01")
        machines.append(vm)
    first, second = machines
    finish(first.start())
    assert not [each for each in entries(host, "System") if each.event_id == 28]
    finish(second.start())
    (told,) = [each for each in entries(host, "System") if each.event_id == 28]
    assert told.level is EventLevel.WARNING
    assert "00-15-5D-AA-BB-01" in told.message
    assert dict(told.data)["VmName"] == "second"
