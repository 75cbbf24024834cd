"""Hyper-V's features one by one: what lies in what, and what comes and goes with what, through every door."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.host.windows import optional_features as features
from emulator.host.windows.feature_table import ancestors, descendants
from emulator.host.windows.server_features import find_feature, install, server_features, uninstall
from emulator.wmi import WmiService

ALL, ROLE = "Microsoft-Hyper-V-All", "Microsoft-Hyper-V"
HYPERVISOR, SERVICES = "Microsoft-Hyper-V-Hypervisor", "Microsoft-Hyper-V-Services"
TOOLS, RSAT = "Microsoft-Hyper-V-Tools-All", "RSAT-Hyper-V-Tools-Feature"
POWERSHELL, CLIENTS = "Microsoft-Hyper-V-Management-PowerShell", "Microsoft-Hyper-V-Management-Clients"


def bare(release, edition="Datacenter"):
    return {
        "operating_system": {"release": release, "edition": edition},
        "hyper_v": {"role": "absent", "management_tools": False},
    }


@pytest.fixture
def client(make_host):
    return make_host(**bare("11", "Professional"))


@pytest.fixture
def server(make_host):
    return make_host(**bare("2022"))


def enabled(host):
    return {name for name in features.feature_names(host) if features.is_enabled(host, name)}


def restart(host):
    host.power.shut_down()
    host.clock.advance(timedelta(minutes=5))


def test_what_lies_in_what(client, server):
    assert ancestors(client, HYPERVISOR) == [ROLE, ALL]
    assert ancestors(client, POWERSHELL) == [TOOLS, ALL]
    assert set(descendants(client, ALL)) == {ROLE, HYPERVISOR, SERVICES, TOOLS, POWERSHELL, CLIENTS}
    assert ancestors(server, POWERSHELL) == [RSAT]
    assert ancestors(server, "Microsoft-Hyper-V-Online") == [ROLE]


def test_the_role_of_a_client_with_all_brings_everything(client):
    assert features.enable(client, ROLE, with_parents=True) is True
    assert enabled(client) == {TOOLS, POWERSHELL, CLIENTS}
    assert features.state_of(client, HYPERVISOR) == "Enable Pending"
    restart(client)
    assert enabled(client) == set(features.feature_names(client))
    assert client.hypervisor.running


def test_a_feature_whose_parent_is_missing_is_refused_and_nothing_changes(client, server):
    for host, name in ((client, ROLE), (client, POWERSHELL), (server, CLIENTS)):
        with pytest.raises(features.ParentDisabled):
            features.enable(host, name)
        assert not enabled(host)
        assert host.role.pending is None
    # Named together they are enabled together, in any order.
    assert features.enable(server, CLIENTS, RSAT) is False
    assert enabled(server) == {RSAT, CLIENTS}


def test_the_tools_of_a_client_come_without_the_role_and_without_a_restart(client):
    assert features.enable(client, TOOLS, with_parents=True) is False
    assert enabled(client) == {ALL, TOOLS, POWERSHELL, CLIENTS}
    assert not client.role.active
    assert features.disable(client, POWERSHELL) is False
    assert enabled(client) == {ALL, TOOLS, CLIENTS}
    assert client.role.has_graphical_tools
    assert not client.role.has_powershell_module
    features.disable(client, TOOLS)
    assert enabled(client) == {ALL}


def test_the_hypervisor_of_a_client_goes_by_itself_and_the_services_stay(client):
    features.enable(client, ROLE, with_parents=True)
    restart(client)
    assert features.disable(client, HYPERVISOR) is True
    assert features.state_of(client, HYPERVISOR) == "Disable Pending"
    assert features.state_of(client, SERVICES) == "Enabled"
    restart(client)
    assert client.role.active
    assert client.services.is_running("vmms")
    assert not client.hypervisor.running
    assert features.enable(client, HYPERVISOR) is True
    restart(client)
    assert client.hypervisor.running


def test_the_services_of_a_client_go_by_themselves_and_the_hypervisor_runs_on(client):
    features.enable(client, ROLE, with_parents=True)
    restart(client)
    features.disable(client, SERVICES)
    restart(client)
    assert client.services.get("vmms") is None
    assert client.hypervisor.running
    assert not client.role.active


def test_everything_of_a_client_goes_with_its_parent(client):
    features.enable(client, ROLE, with_parents=True)
    restart(client)
    assert features.disable(client, ALL) is True
    restart(client)
    assert not enabled(client)


def test_a_removal_that_is_taken_back_before_the_restart_changes_nothing(client):
    features.enable(client, ROLE, with_parents=True)
    restart(client)
    assert features.disable(client, ROLE) is True
    assert features.enable(client, ROLE) is False
    assert client.role.pending is None


def names(host):
    return {each.name for each in server_features(host) if each.installed}


def test_server_manager_takes_parents_along_and_children_when_asked(server):
    powershell, rsat, gui = (
        find_feature(server, name) for name in ("Hyper-V-PowerShell", "RSAT-Hyper-V-Tools", "Hyper-V-Tools")
    )
    assert {each.name for each in install(server, [powershell]).changed} == {
        "Hyper-V-PowerShell",
        "RSAT-Hyper-V-Tools",
    }
    assert not server.role.has_graphical_tools
    assert enabled(server) == {RSAT, POWERSHELL}
    uninstall(server, [powershell])
    assert names(server) == {"RSAT-Hyper-V-Tools"}
    install(server, [rsat], with_sub_features=True)
    assert names(server) == {"RSAT-Hyper-V-Tools", "Hyper-V-Tools", "Hyper-V-PowerShell"}
    uninstall(server, [rsat])
    assert names(server) == set()
    install(server, [gui])
    space = WmiService(server).namespace("root/cimv2")
    with space.reading():
        shown = {each.value("Name"): each for each in space.instances("Win32_ServerFeature")}
        states = {
            each.value("Name"): each.value("InstallState")
            for each in space.instances("Win32_OptionalFeature")
        }
    parent, child = shown["Hyper-V Management Tools"], shown["Hyper-V GUI Management Tools"]
    assert (parent.value("ParentID"), child.value("ParentID")) == (0, parent.value("ID"))
    assert {name for name, state in states.items() if state == 1} == {RSAT, CLIENTS}


def test_the_files_of_hyper_v_manager_follow_its_own_feature(server):
    path = "C:\\Windows\\System32\\virtmgmt.msc"
    install(server, [find_feature(server, "Hyper-V-PowerShell")])
    assert not server.filesystem.exists(path)
    install(server, [find_feature(server, "Hyper-V-Tools")])
    assert server.filesystem.exists(path)
