"""Installing the role through Server Manager's own WMI classes."""

import pytest
from host.restarting import restart

from emulator.cim.cim_xml import format_instance
from emulator.cim.instance import ValueInstance

SERVER_MANAGER = "root/microsoft/windows/servermanager"
GUID = {"HighHalf": 1, "LowHalf": 2}


def embedded(space, class_name, values=None):
    instance = ValueInstance(space.schema.find(class_name), values or {})
    return format_instance(instance, values or {})


def call(wmi, method, *descriptors, guid=GUID):
    space = wmi[SERVER_MANAGER]
    declared = space.schema.find("MSFT_ServerManagerDeploymentTasks")
    arguments = {"RequestGuid": embedded(space, "MSFT_ServerManagerRequestGuid", guid)}
    if descriptors:
        arguments["ServerComponentDescriptors"] = [embedded(space, name) for name in descriptors]
    result = space.invoke(declared, method, arguments)
    assert result.return_value == 0
    return result.out


def states(out):
    return {each.value("UniqueName"): each.value("Installed") for each in out["ServerComponents"]}


@pytest.mark.parametrize("release", ["2012", "2012R2", "2016", "2019", "2022", "2025"])
def test_the_role_is_installed_restarted_and_removed(make_wmi, release):
    wmi = make_wmi(release, role="absent")
    assert states(call(wmi, "GetServerComponentsAsync"))["Hyper-V"] == 0
    state = call(wmi, "AddServerComponentAsync", "ServerComponent_HyperV")["AlterationState"]
    assert (state.value("RequestState"), state.value("RestartRequired")) == (1, True)
    assert states(call(wmi, "GetAlterationRequestState"))["Hyper-V"] == 3
    restart(wmi.host)
    assert wmi.host.hypervisor.running
    assert states(call(wmi, "GetServerComponentsAsync"))["Hyper-V"] == 1
    call(wmi, "RemoveServerComponentAsync", "ServerComponent_HyperV")
    assert states(call(wmi, "GetServerComponentsAsync"))["Hyper-V"] == 2
    restart(wmi.host)
    assert not wmi.host.role.active


def test_what_is_not_known_fails_by_name_and_changes_nothing(make_wmi):
    wmi = make_wmi("2022", role="absent")
    names = ("ServerComponent_HyperV", "ServerComponent_Fax")
    state = call(wmi, "AddServerComponentAsync", *names)["AlterationState"]
    assert state.value("RequestState") == 2
    assert "ServerComponent_Fax" in state.value("Error").value("ErrorMessage")
    assert wmi.host.role.pending is None
    unknown = call(wmi, "GetAlterationRequestState", guid={"HighHalf": 9, "LowHalf": 9})
    assert unknown["AlterationState"].value("RequestState") == 2


def test_a_processor_without_slat_is_refused_as_server_manager_does(make_wmi):
    wmi = make_wmi("2022", role="absent")
    wmi.host.hardware.facts = wmi.host.hardware.facts.replaced(
        processor=wmi.host.hardware.processor.replaced(slat=False),
    )
    state = call(wmi, "AddServerComponentAsync", "ServerComponent_HyperV")["AlterationState"]
    assert state.value("Error").value("ErrorId") == "Alteration_PrerequisiteCheck_Failed"
    assert wmi.host.role.pending is None


def test_features_are_listed_with_whether_a_restart_is_due(make_wmi):
    wmi = make_wmi("2022", role="absent")
    space = wmi[SERVER_MANAGER]
    wmi.host.role.enable()
    result = space.invoke(space.schema.find("MSFT_ServerManagerTasks"), "GetServerFeature", {})
    assert result.out["RequiresReboot"] is True
    assert {each.value("UniqueName") for each in result.out["cmdletOutput"]} >= {"Hyper-V"}
