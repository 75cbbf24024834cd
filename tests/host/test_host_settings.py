from datetime import timedelta

import pytest

from emulator.host import InvalidParameter, PathNotFound, RoleNotInstalled


def test_host_settings_change_together_or_not_at_all(host):
    host.settings.configure(virtual_machine_path="D:\\machines", mac_address_maximum="00-15-5D-FF-FF-FF")
    assert host.settings.virtual_machine_path == "D:\\machines"
    assert host.virtual_machines.create("web").path == "D:\\machines"
    before = host.revision
    for error, changes in (
        (InvalidParameter, {"mac_address_minimum": "FF-FF-FF-FF-FF-FF"}),
        (InvalidParameter, {"mac_address_minimum": "nonsense"}),
        (PathNotFound, {"virtual_hard_disk_path": "Q:\\"}),
        (InvalidParameter, {"numa_spanning_enabled": 1}),
        (InvalidParameter, {"maximum_storage_migrations": 0}),
        (InvalidParameter, {"nothing": 1}),
    ):
        with pytest.raises(error):
            host.settings.configure(virtual_machine_path="C:\\x", **changes)
    assert (host.revision, host.settings.virtual_machine_path) == (before, "D:\\machines")


def test_host_settings_need_the_role(make_host):
    with pytest.raises(RoleNotInstalled):
        make_host(hyper_v={"role": "absent"}).settings.configure(numa_spanning_enabled=False)


def test_the_operating_system_knows_its_facts_and_times(make_host):
    host = make_host(operating_system={"time_zone": "W. Europe Standard Time"})
    system = host.operating_system
    assert system.caption.strip() == "Microsoft Windows Server 2022 Datacenter"
    assert (system.version, system.build, system.sku) == ("10.0.20348", 20348, 8)
    assert system.utc_offset() == timedelta(hours=1)
    host.clock.advance(timedelta(days=100))
    assert system.utc_offset() == timedelta(hours=2)
    assert system.uptime() == timedelta(days=100)
    assert system.free_memory() < system.total_memory()


def test_a_member_of_a_domain_has_a_full_name(make_host):
    host = make_host(operating_system={"domain": "corp.example"})
    assert host.operating_system.fully_qualified_name == "HV01.corp.example"
    assert host.accounts.find("administrator@hv01.corp.example") is not None
    assert host.accounts.find("corp.example\\administrator") is None
