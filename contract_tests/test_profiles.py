"""Every built-in profile serves the machine that it describes."""

from __future__ import annotations

import pytest
from soap import CIMV2, V2, WMI, SoapClient

from emulator.profile import builtin_names, load

V1 = WMI + "root/virtualization/"
PROFILES = sorted(builtin_names())
ROLE_ON = [name for name in PROFILES if load(name).hyper_v.role == "enabled"]
ALLOW = "\nwinrm: {allow_unencrypted: true, authentication: {basic: true}}\n"

IDENTIFY = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
    "<s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>"
)


@pytest.mark.parametrize("name", PROFILES)
def test_identify_and_operating_system_tell_the_truth(serve, name):
    profile = load(name)
    host = serve(yaml=f"name: test\nextends: {name}{ALLOW}")
    with SoapClient(host) as client:
        version = client.post(IDENTIFY).text("wsmid:ProductVersion")
        assert version.startswith(f"OS: {profile.release.version} ")
        assert version.endswith(f"Stack: {profile.release.winrm_stack}")
        os = client.get(CIMV2 + "Win32_OperatingSystem")
    assert os.property("Caption") == profile.edition.caption
    assert os.property("Version") == profile.release.version
    assert os.property("CSName") == profile.operating_system.computer_name


@pytest.mark.parametrize("name", PROFILES)
def test_the_virtualization_namespaces_are_those_of_release_and_role(serve, name):
    profile = load(name)
    host = serve(yaml=f"name: test\nextends: {name}{ALLOW}")
    has_role = profile.hyper_v.role == "enabled"
    with SoapClient(host) as client:
        for key, prefix in (("v1", V1), ("v2", V2)):
            answer = client.enumerate(
                prefix + "Msvm_ComputerSystem", "<w:OptimizeEnumeration/><w:MaxElements>100</w:MaxElements>"
            )
            if has_role and key in profile.release.wmi_namespaces:
                assert answer.status == 200
                names = set(answer.values("ElementName"))
                assert names == {profile.operating_system.computer_name} | {
                    vm.name for vm in profile.inventory.virtual_machines
                }
            else:
                assert answer.status == 500
                assert answer.all("s:Fault")


@pytest.mark.parametrize("name", PROFILES)
def test_the_api_tells_role_and_hypervisor(serve, name):
    host = serve(name)
    running = host.machine.hypervisor.running
    assert running == (name in ROLE_ON)
    if not running:
        assert host.machine.hypervisor.reason


REFUSED = {
    "no-virtualization": "Hyper-V cannot be installed because virtualization support is not enabled in the BIOS.",
    "no-dep": "Hyper-V cannot be installed: Data Execution Prevention is not enabled.",
    "no-slat": "Hyper-V cannot be installed: The processor does not support second level address translation (SLAT).",
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_incapable_machine_refuses_the_role_with_windows_own_words(serve, name):
    from emulator.host import RequirementNotMet

    host = serve(name)
    with pytest.raises(RequirementNotMet) as refused:
        host.machine.role.enable()
    assert any(REFUSED[name] in reason for reason in refused.value.reasons)


@pytest.mark.parametrize("name", ["x86-processor", "windows-server-2008r2-web", "windows-7-rsat"])
def test_an_edition_or_processor_that_cannot_have_the_role_refuses_it(serve, name):
    from emulator.host import HostError

    host = serve(name)
    with pytest.raises(HostError) as refused:
        host.machine.role.enable()
    assert refused.value.text


def test_a_virtual_machine_does_not_start_without_a_hypervisor(serve):
    host = serve(
        yaml="name: off\nextends: windows-server-2022-datacenter\nhyper_v: {hypervisor_launch: 'off'}\n"
        "inventory:\n  virtual_machines:\n  - {name: vm, state: 'off'}\n" + ALLOW
    )
    (vm,) = host.machine.virtual_machines.find("vm")
    with SoapClient(host) as client:
        answer = client.invoke(
            V2 + "Msvm_ComputerSystem",
            "RequestStateChange",
            "<p:RequestedState>2</p:RequestedState>",
            {"CreationClassName": "Msvm_ComputerSystem", "Name": vm.id},
        )
        assert answer.property("ReturnValue") == "4096"
        job = {s.get("Name"): s.text for s in answer.all("w:Selector")}["InstanceID"]
        state = client.get(V2 + "Msvm_ConcreteJob", {"InstanceID": job})
        while state.property("JobState") in {"3", "4"}:
            state = client.get(V2 + "Msvm_ConcreteJob", {"InstanceID": job})
    assert state.property("JobState") == "10"
    assert state.property("ErrorCode") == "32788"
    assert "because the hypervisor is not running" in state.property("ErrorDescription")
