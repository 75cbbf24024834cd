import pytest
from host.restarting import restart

from emulator.host import (
    InvalidParameter,
    NotSupported,
    PendingChange,
    RequirementNotMet,
    RoleNotInstalled,
    RoleState,
    ServiceError,
)

ABSENT = {"role": "absent", "management_tools": False}
NO_VIRTUALIZATION = {"virtualization": {"supported": False, "enabled": False}}
OFF_IN_FIRMWARE = {"virtualization": {"supported": True, "enabled": False}}
NO_DEP = {"dep": {"supported": True, "enabled": False}}
NO_SLAT = {"slat": False}

HARDWARE = [
    (NO_VIRTUALIZATION, "cpu", "The processor does not have the required virtualization capabilities.", 41),
    (OFF_IN_FIRMWARE, "firmware", "virtualization support is not enabled in the BIOS.", 41),
    (OFF_IN_FIRMWARE | {"vendor": "AMD"}, "firmware", "is not enabled in the BIOS.", 42),
    (NO_DEP, "dep", "Data Execution Prevention is not enabled.", 44),
    (NO_SLAT, "slat", "does not support second level address translation (SLAT).", 59),
]


def hypervisor_events(host):
    source = "Microsoft-Windows-Hyper-V-Hypervisor"
    return [entry.event_id for entry in host.event_log.entries("System") if entry.source == source]


def test_a_fit_machine_goes_from_absent_over_a_reboot_to_enabled_and_back(make_host):
    host = make_host(hyper_v=ABSENT)
    assert host.role.state is RoleState.ABSENT
    with pytest.raises(RoleNotInstalled):
        host.virtual_machines.create("web")
    assert host.role.enable() is True
    assert (host.role.state, host.role.pending) == (RoleState.PENDING_REBOOT, PendingChange.ENABLE)
    assert host.services.get("vmms") is None
    assert not host.filesystem.exists("C:\\Windows\\System32\\vmms.exe")
    with pytest.raises(RoleNotInstalled):
        host.virtual_machines.create("web")
    restart(host)
    assert (host.role.state, host.hypervisor.running) == (RoleState.ENABLED, True)
    assert host.services["vmms"].process_id != 0
    assert host.filesystem.exists("C:\\Windows\\System32\\vmms.exe")
    host.virtual_machines.create("web")
    assert host.role.disable() is True
    host.virtual_machines.create("still works until the reboot")
    restart(host)
    assert (host.role.state, host.hypervisor.running) == (RoleState.ABSENT, False)
    assert not host.filesystem.exists("C:\\Windows\\System32\\vmms.exe")
    with pytest.raises(RoleNotInstalled):
        host.virtual_machines.create("web")


def test_a_repeated_request_changes_nothing_and_needs_no_reboot(make_host):
    host = make_host()
    before = host.revision
    assert host.role.enable() is False
    assert host.revision == before
    host.role.disable()
    assert host.role.enable() is False
    assert host.role.state is RoleState.ENABLED


def test_a_pending_installation_can_be_taken_back(make_host):
    host = make_host(hyper_v=ABSENT)
    host.role.enable()
    assert host.role.disable() is False
    assert host.role.state is RoleState.ABSENT


def test_a_profile_may_wait_for_its_reboot(make_host):
    host = make_host(hyper_v={"role": "pending-reboot"})
    assert host.role.state is RoleState.PENDING_REBOOT
    restart(host)
    assert host.role.state is RoleState.ENABLED


@pytest.mark.parametrize(("processor", "name", "text"), [row[:3] for row in HARDWARE])
def test_server_manager_refuses_unfit_hardware_with_its_own_sentence(make_host, processor, name, text):
    host = make_host(hyper_v=ABSENT, hardware={"processor": processor})
    before = host.revision
    with pytest.raises(RequirementNotMet) as caught:
        host.role.enable()
    assert caught.value.text.startswith(
        "A prerequisite check for the Hyper-V feature failed.\n1. Hyper-V cannot"
    )
    assert [reason.endswith(text) for reason in caught.value.reasons] == [True]
    assert [each.name for each in host.role.requirements() if not each.met] == [name]
    assert not host.hardware.meets(name)
    assert (host.role.state, host.revision) == (RoleState.ABSENT, before)


@pytest.mark.parametrize(("processor", "event_id"), [(row[0], row[3]) for row in HARDWARE])
def test_dism_installs_on_unfit_hardware_and_the_hypervisor_does_not_start(make_host, processor, event_id):
    host = make_host(hyper_v=ABSENT, hardware={"processor": processor})
    assert host.role.enable(checked=False) is True
    restart(host)
    assert (host.role.state, host.hypervisor.running) == (RoleState.ENABLED, False)
    assert hypervisor_events(host) == [event_id]
    assert host.hypervisor.reason.startswith("Hypervisor launch failed;")
    host.virtual_machines.create("can be defined")


def test_every_reason_is_named_at_once(make_host):
    host = make_host(hyper_v=ABSENT, hardware={"processor": OFF_IN_FIRMWARE | NO_DEP | NO_SLAT})
    with pytest.raises(RequirementNotMet) as caught:
        host.role.enable()
    assert len(caught.value.reasons) == 3
    assert "\n3. " in caught.value.text


def test_a_release_that_does_not_demand_slat_runs_without_it(make_host):
    host = make_host(
        hyper_v=ABSENT,
        hardware={"processor": NO_SLAT},
        operating_system={"release": "2012R2"},
    )
    host.role.enable()
    restart(host)
    assert host.hypervisor.running


def test_an_edition_without_hyper_v_refuses_both_ways(make_host):
    host = make_host(hyper_v=ABSENT, operating_system={"release": "2008R2", "edition": "Web"})
    with pytest.raises(RequirementNotMet, match="The name was not found"):
        host.role.enable()
    with pytest.raises(NotSupported, match="Feature name Microsoft-Hyper-V is unknown") as caught:
        host.role.enable(checked=False)
    assert caught.value.hresult == 0x800F080C
    assert host.role.state is RoleState.ABSENT


def test_a_launch_setting_of_off_keeps_the_hypervisor_from_the_next_boot_on(make_host):
    host = make_host()
    assert hypervisor_events(host) == [1, 2, 129]
    host.hypervisor.set_launch_type("off")
    assert host.hypervisor.running
    restart(host)
    assert (host.hypervisor.running, hypervisor_events(host)[-1]) == (False, 5)
    host.hypervisor.set_launch_type("auto")
    restart(host)
    assert host.hypervisor.running
    with pytest.raises(InvalidParameter):
        host.hypervisor.set_launch_type("sometimes")


def test_management_tools_come_without_a_reboot(make_host):
    host = make_host(hyper_v=ABSENT)
    assert host.role.install_management_tools() is True
    assert host.role.install_management_tools() is False
    assert host.role.management_tools


def test_nothing_can_be_managed_while_the_management_service_is_stopped(host):
    host.services["vmms"].stop()
    with pytest.raises(ServiceError):
        host.virtual_machines.create("web")
    host.services["vmms"].start()
    host.virtual_machines.create("web")


@pytest.mark.parametrize(
    ("system", "place"),
    [
        ({}, "C:\\Windows\\System32\\virtmgmt.msc"),
        ({"release": "2008R2"}, "C:\\Program Files\\Hyper-V\\virtmgmt.msc"),
        ({"installation": "core"}, None),
    ],
)
def test_the_graphical_tools_are_files_that_come_and_go_with_their_feature(make_host, system, place):
    host = make_host(hyper_v=ABSENT, operating_system=system)
    places = ("C:\\Windows\\System32\\virtmgmt.msc", "C:\\Program Files\\Hyper-V\\virtmgmt.msc")
    for installed in (False, True, False, True):
        host.role.install_management_tools(installed)
        assert [path for path in places if host.filesystem.exists(path)] == (
            [place] if installed and place else []
        )
    assert host.filesystem.audit() == []
    assert not host.filesystem.exists("C:\\Windows\\System32\\vmms.exe")
