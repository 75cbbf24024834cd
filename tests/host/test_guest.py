from datetime import timedelta

import pytest

from emulator.host import (
    GuestNotReady,
    GuestState,
    Heartbeat,
    InstalledSystem,
    IntegrationServiceKind,
    IntegrationStatus,
    InvalidState,
    SwitchKind,
)

KIND = IntegrationServiceKind
UBUNTU = InstalledSystem("Ubuntu 24.04 LTS", "web01", ("192.0.2.21", "192.0.2.22"), 15.0)
WINDOWS = InstalledSystem("Windows Server 2022 Datacenter", "APP01", (), 30.0)


@pytest.fixture
def vm(host):
    machine = host.virtual_machines.create("web")
    switch = host.virtual_switches.create("lan", SwitchKind.INTERNAL)
    machine.devices.add_network_adapter(switch=switch)
    machine.guest.install(UBUNTU)
    return machine


def statuses(vm):
    return {service.kind: service.status for service in vm.integration_services}


def test_a_guest_answers_after_its_boot_time(vm, finish, advance):
    assert vm.heartbeat is None
    finish(vm.start())
    assert (vm.guest.state, vm.heartbeat) == (GuestState.BOOTING, Heartbeat.NO_CONTACT)
    advance(14.9)
    assert vm.heartbeat is Heartbeat.NO_CONTACT
    advance(0.1)
    assert vm.heartbeat is Heartbeat.OK_APPLICATIONS_UNKNOWN
    assert statuses(vm)[KIND.SHUTDOWN] is IntegrationStatus.OK


def test_a_guest_reports_its_addresses_and_names_when_it_is_up(vm, finish, advance):
    assert vm.network_adapters[0].ip_addresses == []
    assert vm.guest.intrinsic_items() == {}
    finish(vm.start())
    advance(15)
    addresses = vm.network_adapters[0].ip_addresses
    assert addresses[:2] == ["192.0.2.21", "192.0.2.22"]
    assert addresses[2].startswith("fe80::")
    items = vm.guest.intrinsic_items()
    assert items["FullyQualifiedDomainName"] == "web01"
    assert items["OSName"] == "Ubuntu 24.04 LTS"
    assert items["NetworkAddressIPv4"] == "192.0.2.21;192.0.2.22"


def test_a_windows_guest_reports_its_version_and_healthy_applications(vm, finish, advance):
    vm.guest.install(WINDOWS)
    finish(vm.start())
    advance(30)
    items = vm.guest.intrinsic_items()
    assert (items["OSVersion"], items["OSBuildNumber"]) == ("10.0.20348", "20348")
    assert vm.heartbeat is Heartbeat.OK_APPLICATIONS_HEALTHY


def test_a_guest_without_addresses_gets_one_from_its_switch_and_keeps_it(vm, finish, advance):
    vm.guest.install(WINDOWS)
    finish(vm.start())
    advance(30)
    first = vm.network_adapters[0].ip_addresses
    assert first[0].startswith("172.")
    finish(vm.turn_off())
    finish(vm.start())
    advance(30)
    assert vm.network_adapters[0].ip_addresses == first


def test_a_disconnected_adapter_has_no_addresses(vm, finish, advance):
    finish(vm.start())
    advance(15)
    vm.network_adapters[0].disconnect()
    assert vm.network_adapters[0].ip_addresses == []


def test_a_guest_without_integration_services_never_answers(vm, finish, advance):
    vm.guest.install(InstalledSystem("FreeBSD 14", "bsd", ("192.0.2.5",), 1, integration_services=False))
    finish(vm.start())
    advance(100)
    assert vm.guest.state is GuestState.UP
    assert vm.heartbeat is Heartbeat.NO_CONTACT
    assert vm.network_adapters[0].ip_addresses == []
    assert set(statuses(vm).values()) == {IntegrationStatus.NO_CONTACT}


def test_a_machine_without_a_system_runs_and_never_answers(host, finish, advance):
    vm = host.virtual_machines.create("empty")
    finish(vm.start())
    advance(1000)
    assert (vm.guest.state, vm.heartbeat) == (GuestState.NO_SYSTEM, Heartbeat.NO_CONTACT)


def test_a_paused_guest_stands_still_and_goes_on_booting_afterwards(vm, finish, advance):
    finish(vm.start())
    advance(10)
    finish(vm.pause())
    advance(1000)
    finish(vm.resume())
    assert vm.guest.state is GuestState.BOOTING
    advance(5)
    assert vm.guest.state is GuestState.UP


def test_the_heartbeat_of_a_paused_machine_is_paused(vm, finish, advance):
    finish(vm.start())
    advance(15)
    finish(vm.pause())
    assert vm.heartbeat is Heartbeat.PAUSED
    assert statuses(vm)[KIND.SHUTDOWN] is IntegrationStatus.NO_CONTACT


def test_a_restored_guest_is_up_at_once_and_a_saved_one_reports_nothing(vm, finish, advance):
    finish(vm.start())
    advance(15)
    finish(vm.save())
    assert vm.guest.intrinsic_items() == {}
    assert vm.heartbeat is None
    finish(vm.start())
    assert vm.guest.is_ready


def test_a_reset_boots_the_guest_again(vm, finish, advance):
    finish(vm.start())
    advance(15)
    finish(vm.reset())
    assert vm.guest.state is GuestState.BOOTING


def test_a_hung_guest_loses_communication_until_it_recovers(vm, finish, advance):
    finish(vm.start())
    advance(15)
    vm.guest.hang()
    assert vm.heartbeat is Heartbeat.LOST_COMMUNICATION
    vm.guest.hang(False)
    assert vm.heartbeat is Heartbeat.OK_APPLICATIONS_UNKNOWN


def test_a_disabled_service_has_no_contact_and_a_disabled_heartbeat_says_so(vm, finish, advance):
    vm.integration_service(KIND.HEARTBEAT).enable(False)
    finish(vm.start())
    advance(15)
    assert vm.heartbeat is Heartbeat.DISABLED
    assert statuses(vm)[KIND.HEARTBEAT] is IntegrationStatus.NO_CONTACT
    assert statuses(vm)[KIND.GUEST_SERVICE_INTERFACE] is IntegrationStatus.NO_CONTACT
    vm.integration_service(KIND.GUEST_SERVICE_INTERFACE).enable()
    assert statuses(vm)[KIND.GUEST_SERVICE_INTERFACE] is IntegrationStatus.OK


@pytest.mark.parametrize(("release", "count"), [("2012", 5), ("2012R2", 6), ("2022", 6)])
def test_the_guest_service_interface_comes_with_2012_r2(make_host, release, count):
    vm = make_host(operating_system={"release": release}).virtual_machines.create("web")
    assert len(vm.integration_services) == count


def test_a_machine_boots_the_system_of_its_first_disk_also_through_a_differencing_disk(host, finish, advance):
    finish(host.virtual_disks.create("D:\\gold.vhdx", size=1 << 30))
    host.virtual_disks.find("D:\\gold.vhdx").install(WINDOWS)
    finish(host.virtual_disks.create("D:\\clone.vhdx", 4, parent="D:\\gold.vhdx"))
    vm = host.virtual_machines.create("clone")
    vm.devices.add_hard_disk_drive("D:\\clone.vhdx")
    finish(vm.start())
    advance(30)
    assert vm.guest.intrinsic_items()["FullyQualifiedDomainName"] == "APP01"


def test_a_boot_moves_the_revision_of_the_machine(vm, finish, advance):
    finish(vm.start())
    before = vm.revision
    advance(15)
    assert vm.revision > before


def test_a_crashed_guest_has_no_contact_until_the_machine_is_reset(vm, finish, advance):
    with pytest.raises(InvalidState):
        vm.guest.crash()
    finish(vm.start())
    with pytest.raises(InvalidState):
        vm.guest.crash()
    advance(15)
    vm.guest.crash()
    assert (vm.guest.state, vm.heartbeat) == (GuestState.CRASHED, Heartbeat.NO_CONTACT)
    with pytest.raises(GuestNotReady):
        vm.shut_down(force=True)
    finish(vm.reset())
    advance(15)
    assert vm.guest.is_ready


@pytest.mark.parametrize(
    ("scenario", "state"),
    [({"hangs_after": 60.0}, GuestState.HUNG), ({"crashes_after": 60.0}, GuestState.CRASHED)],
)
def test_a_scenario_follows_each_boot(vm, finish, advance, scenario, state):
    vm.guest.install(UBUNTU.replaced(**scenario))
    for _ in range(2):
        finish(vm.start())
        advance(15 + 59)
        assert vm.guest.is_ready
        advance(1)
        assert vm.guest.state is state
        finish(vm.turn_off())


def test_a_scenario_of_a_profile_begins_with_the_host(make_host):
    guest = {"operating_system": "Windows Server 2022", "crashes_after": "1 min"}
    machine = {"name": "frail", "state": "running", "guest": guest}
    host = make_host(inventory={"virtual_machines": [machine]})
    host.clock.advance(timedelta(seconds=60))
    assert host.virtual_machines.find("frail")[0].guest.state is GuestState.CRASHED


@pytest.mark.parametrize(
    ("name", "version", "build", "seconds"),
    [
        ("Windows Server 2012 R2 Standard", "6.3.9600", "9600", 25),
        ("Windows Server 2008 R2 Enterprise", "6.1.7601", "7601", 35),
        ("Ubuntu 22.04.4 LTS", "22.04", "5.15.0-122-generic", 15),
        ("Some Linux", "", "", 20),
    ],
)
def test_systems_report_and_boot_as_their_names_say(vm, finish, advance, name, version, build, seconds):
    vm.guest.install(InstalledSystem(name, "x"))
    finish(vm.start())
    advance(seconds - 0.1)
    assert not vm.guest.is_ready
    advance(0.1)
    items = vm.guest.intrinsic_items()
    assert (items.get("OSVersion", ""), items.get("OSBuildNumber", "")) == (version, build)
