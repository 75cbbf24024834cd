"""The service over the emulator's own machine and WMI: what well-known clients ask, in our own words."""

from __future__ import annotations

import time
import timeit
from datetime import timedelta

import pytest

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
CIMV2 = WMI + "root/cimv2/"
V2 = WMI + "root/virtualization/v2/"
VM = V2 + "Msvm_ComputerSystem"
MANAGEMENT = V2 + "Msvm_VirtualSystemManagementService"
SERVICE = {"CreationClassName": "Msvm_VirtualSystemManagementService"}
ANONYMOUS = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"


def instance(class_name, **properties):
    """Escaped CIM-XML of an embedded instance of string and uint properties."""
    inner = "".join(
        f'<PROPERTY NAME="{name}" TYPE="{"string" if isinstance(value, str) else "uint64"}">'
        f"<VALUE>{value}</VALUE></PROPERTY>"
        for name, value in properties.items()
    )
    text = f'<?xml version="1.0"?>\n<INSTANCE CLASSNAME="{class_name}">{inner}</INSTANCE>\n'
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.fixture
def vm(host):
    return host.virtual_machines.create("one")


def test_libvirt_enumerates_with_a_trailing_blank_and_pulls_from_the_class(real):
    context = real.wql(CIMV2 + "*", "SELECT * FROM Win32_ComputerSystemProduct ").context
    reply = real.pull(CIMV2 + "Win32_ComputerSystemProduct", context)
    uri = CIMV2 + "Win32_ComputerSystemProduct"
    item = reply.one("//n:Items/p:Win32_ComputerSystemProduct", p=uri)
    names = [child.tag.rpartition("}")[2] for child in item]
    assert names == sorted(names, key=str.lower)
    assert {"IdentifyingNumber", "UUID", "Vendor", "SKUNumber"} <= set(names)
    assert reply.all("//n:EndOfSequence")


def test_the_operating_system_is_a_singleton_with_datetimes_of_the_schema(real):
    reply = real.get(CIMV2 + "Win32_OperatingSystem")
    uri = CIMV2 + "Win32_OperatingSystem"
    assert reply.value("//p:Version", p=uri) == "10.0.20348"
    assert reply.value("//p:LastBootUpTime/cim:Datetime", p=uri).startswith("20")


def test_a_projection_gives_canonical_names_in_no_namespace(real, host):
    query = "select dnshostname, NumberOfProcessors from win32_computersystem"
    reply = real.wql(CIMV2 + "*", query, "<w:OptimizeEnumeration/>")
    fragment = reply.one("//w:Items/w:XmlFragment")
    assert [child.tag for child in fragment] == ["DNSHostName", "NumberOfProcessors"]
    assert fragment[0].text.upper() == host.name


def test_the_old_namespace_is_refused_so_that_virt_who_tries_the_new_one(real):
    reply = real.wql(WMI + "root/virtualization/*", "select BIOSGUID from Msvm_VirtualSystemSettingData")
    assert reply.value("//err:error_Code") == "2150858778"


def test_a_machine_is_found_by_a_lower_case_guid(real, vm):
    reply = real.get(VM, selectors={"Name": vm.id.lower(), "CreationClassName": "Msvm_ComputerSystem"})
    assert reply.value("//p:ElementName", p=VM) == "one"
    assert reply.value("//p:Name", p=VM) == vm.id


def test_an_address_is_looked_up_anew_after_every_change(real, host, vm):
    address = {"Name": vm.id, "CreationClassName": "Msvm_ComputerSystem"}

    def status():
        return [real.get(VM, selectors=address).status for _ in range(2)]

    assert status() == [200, 200]
    host.services["vmms"].stop(force=True)
    assert status() == [500, 500]
    host.services["vmms"].start()
    assert status() == [200, 200]
    host.virtual_machines.destroy(vm)
    host.clock.advance(timedelta(minutes=1))
    assert status() == [500, 500]


def test_machines_without_the_host_are_listed_one_a_pull(real, host):
    for number in range(3):
        host.virtual_machines.create(f"vm{number}")
    context = real.wql(V2 + "*", "SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER ").context
    names = []
    while context:
        reply = real.pull(VM, context)
        names.append(reply.value("//n:Items/p:Msvm_ComputerSystem/p:ElementName", p=VM))
        found = reply.all("//n:PullResponse/n:EnumerationContext")
        context = found[0].text if found else None
    assert names == ["vm0", "vm1", "vm2"]


def test_a_state_change_answers_a_job_that_can_be_polled(real, vm):
    selectors = {"Name": vm.id.lower(), "CreationClassName": "Msvm_ComputerSystem"}
    reply = real.invoke(
        VM, "RequestStateChange", "<p1:RequestedState>2</p1:RequestedState>", selectors=selectors
    )
    assert reply.value("/s:Envelope/s:Body/p:RequestStateChange_OUTPUT/p:ReturnValue", p=VM) == "4096"
    path = "//p:Job/a:ReferenceParameters/w:SelectorSet/w:Selector[@Name='InstanceID']"
    job = reply.value(path, p=VM)
    query = f"SELECT * FROM Msvm_ConcreteJob WHERE InstanceID = '{job}'"  # noqa: S608 -- WQL of our own
    found = real.wql(V2 + "*", query, "<w:OptimizeEnumeration/>")
    assert found.value("//p:JobState", p=V2 + "Msvm_ConcreteJob") in ("3", "4", "7")


def test_virt_who_reads_the_summaries_of_all_machines(real, vm):
    body = (
        f'<w:GetSummaryInformation_INPUT xmlns:q="{MANAGEMENT}"><q:RequestedInformation>0'
        "</q:RequestedInformation><q:RequestedInformation>1</q:RequestedInformation>"
        "<q:RequestedInformation>100</q:RequestedInformation></w:GetSummaryInformation_INPUT>"
    )
    selectors = {**SERVICE, "SystemCreationClassName": "Msvm_ComputerSystem"}
    uri = f"\n    {MANAGEMENT}\n  "
    reply = real.send(f"{MANAGEMENT}/GetSummaryInformation", uri, body, selectors=selectors)
    path = "//p:GetSummaryInformation_OUTPUT/p:SummaryInformation/d:Name"
    assert reply.value(path, p=MANAGEMENT, d=V2 + "Msvm_SummaryInformation") == vm.id


def test_libvirt_adds_an_adapter_by_reference_and_embedded_instance(real, vm):
    settings = instance(
        "Msvm_SyntheticEthernetPortSettingData",
        ResourceSubType="Microsoft:Hyper-V:Synthetic Ethernet Port",
        ElementName="Network Adapter",
    )
    inner = (
        f"<p1:AffectedConfiguration><a:Address>{ANONYMOUS}</a:Address><a:ReferenceParameters><w:ResourceURI>"
        f"{V2}Msvm_VirtualSystemSettingData</w:ResourceURI><w:SelectorSet>"
        f'<w:Selector Name="InstanceID">Microsoft:{vm.id}</w:Selector></w:SelectorSet>'
        f"</a:ReferenceParameters></p1:AffectedConfiguration><p1:ResourceSettings>{settings}</p1:ResourceSettings>"
    )
    before = len(list(vm.network_adapters))
    reply = real.invoke(MANAGEMENT, "AddResourceSettings", inner, selectors=SERVICE)
    assert reply.value("//p:ReturnValue", p=MANAGEMENT) in ("0", "4096"), reply.text
    assert len(list(vm.network_adapters)) == before + 1
    first = reply.all("//w:Selector[@Name='InstanceID']")[0].text
    assert first.startswith(f"Microsoft:{vm.id}\\")


def test_a_definition_with_either_embedded_form_makes_a_machine(real, host):
    forms = [
        instance("Msvm_VirtualSystemSettingData", ElementName="first"),
        f'&lt;p:Msvm_VirtualSystemSettingData xmlns:p="{V2}Msvm_VirtualSystemSettingData"&gt;'
        "&lt;p:ElementName&gt;second&lt;/p:ElementName&gt;&lt;/p:Msvm_VirtualSystemSettingData&gt;",
        f'<p:Msvm_VirtualSystemSettingData xmlns:p="{V2}Msvm_VirtualSystemSettingData">'
        "<p:ElementName>third</p:ElementName></p:Msvm_VirtualSystemSettingData>",
    ]
    for form in forms:
        reply = real.invoke(
            MANAGEMENT, "DefineSystem", f"<p1:SystemSettings>{form}</p1:SystemSettings>", selectors=SERVICE
        )
        assert reply.value("//p:ReturnValue", p=MANAGEMENT) in ("0", "4096"), reply.text
    assert [machine.name for machine in host.virtual_machines] == ["first", "second", "third"]


def test_a_kept_rendering_shows_a_change_at_once(real, vm):
    selectors = {"Name": vm.id, "CreationClassName": "Msvm_ComputerSystem"}
    assert real.get(VM, selectors=selectors).value("//p:ElementName", p=VM) == "one"
    vm.rename("two")
    assert real.get(VM, selectors=selectors).value("//p:ElementName", p=VM) == "two"


@pytest.mark.slow
def test_kept_renderings_make_an_enumeration_cheaper(real, host):
    """A ratio within one run: how long either takes is for the benchmarks to say."""
    for number in range(100):
        host.virtual_machines.create(f"vm{number}")
    inner = "<w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>"

    def fresh():
        real.service.reset()
        real.enumerate(VM, inner)

    fresh()
    kept = min(timeit.repeat(lambda: real.enumerate(VM, inner), number=5, repeat=7, timer=time.thread_time))
    assert kept < min(timeit.repeat(fresh, number=5, repeat=7, timer=time.thread_time))
