"""Hand-written envelopes: what libvirt, virt-who and the wsman tool send, and what no library sends."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest
from lxml import etree
from soap import CIMV2, ENUMERATION, NAMESPACES, V2, WMI, SoapClient, envelope, wql_filter

VM = V2 + "Msvm_ComputerSystem"
SERVICE = V2 + "Msvm_VirtualSystemManagementService"
SERVICE_SELECTORS = {"CreationClassName": "Msvm_VirtualSystemManagementService"}


@pytest.fixture
def soap(basic_host):
    with SoapClient(basic_host) as client:
        yield client


def define(soap: SoapClient, name: str) -> str:
    """Create a virtual machine the way libvirt does; returns its id."""
    instance = (
        '<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData">'
        f'<PROPERTY NAME="ElementName" TYPE="string"><VALUE>{name}</VALUE></PROPERTY></INSTANCE>'
    )
    answer = soap.invoke(
        SERVICE, "DefineSystem", f"<p:SystemSettings>{escape(instance)}</p:SystemSettings>", SERVICE_SELECTORS
    )
    assert answer.status == 200, answer.body
    assert answer.property("ReturnValue") == "0"
    selectors = {s.get("Name"): s.text for s in answer.all("w:Selector")}
    return selectors["Name"]


def request_state(soap: SoapClient, identifier: str, state: int):
    selectors = {"CreationClassName": "Msvm_ComputerSystem", "Name": identifier}
    return soap.invoke(VM, "RequestStateChange", f"<p:RequestedState>{state}</p:RequestedState>", selectors)


def job_of(answer) -> str:
    path = "p:Job/a:ReferenceParameters/w:SelectorSet/w:Selector[@Name='InstanceID']"
    found = answer.xml.find(".//" + path, {**NAMESPACES, "p": VM})
    assert found is not None, answer.body
    return found.text


def test_a_virtual_machine_is_defined_started_and_destroyed(soap, basic_host):
    identifier = define(soap, "raw01")
    answer = request_state(soap, identifier.lower(), 2)
    assert answer.property("ReturnValue") == "4096"
    job = soap.get(V2 + "Msvm_ConcreteJob", {"InstanceID": job_of(answer)})
    while job.property("JobState") == "4":
        job = soap.get(V2 + "Msvm_ConcreteJob", {"InstanceID": job_of(answer)})
    assert job.property("JobState") == "7"
    selectors = {"CreationClassName": "Msvm_ComputerSystem", "Name": identifier}
    assert soap.get(VM, selectors).property("EnabledState") == "2"
    (vm,) = basic_host.machine.virtual_machines.find("raw01")
    assert vm.state.name == "RUNNING"

    assert request_state(soap, identifier, 3).property("ReturnValue") == "4096"
    basic_host.machine.wait_for(lambda: vm.state.name == "OFF", timeout=5)
    epr = (
        "<p:AffectedSystem><a:Address>anonymous</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{VM}</w:ResourceURI><w:SelectorSet>"
        '<w:Selector Name="CreationClassName">Msvm_ComputerSystem</w:Selector>'
        f'<w:Selector Name="Name">{identifier}</w:Selector></w:SelectorSet>'
        "</a:ReferenceParameters></p:AffectedSystem>"
    )
    assert soap.invoke(SERVICE, "DestroySystem", epr, SERVICE_SELECTORS).property("ReturnValue") == "4096"
    assert basic_host.machine.wait_for(
        lambda: not basic_host.machine.virtual_machines.find("raw01"), timeout=5
    )


def test_a_request_for_the_present_state_is_invalid_state_without_a_job(soap):
    answer = request_state(soap, define(soap, "raw02"), 3)
    assert answer.property("ReturnValue") == "32775"
    assert answer.property("Job") is None


def test_an_enumeration_gives_exactly_one_item_a_pull_and_changes_its_context(soap, basic_host):
    names = {vm.name for vm in basic_host.machine.virtual_machines}
    first = soap.enumerate(
        WMI + "root/virtualization/v2/*",
        wql_filter("SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER "),
    )
    context = first.text("n:EnumerationContext")
    seen = set()
    contexts = {context}
    while True:
        answer = soap.pull(VM, context)  # another resource URI than Enumerate's, as libvirt does
        items = list(answer.find("n:Items"))
        assert len(items) <= 1
        seen |= {item.findtext(f"{{{VM}}}ElementName") for item in items}
        if answer.all("n:EndOfSequence"):
            break
        context = answer.text("n:EnumerationContext")
        assert context not in contexts
        contexts.add(context)
    assert seen == names


def test_an_optimized_enumeration_answers_with_items_in_the_wsman_namespace(soap):
    answer = soap.enumerate(
        CIMV2 + "Win32_OperatingSystem", "<w:OptimizeEnumeration/><w:MaxElements>10</w:MaxElements>"
    )
    (item,) = list(answer.find("w:Items"))
    assert etree.QName(item).localname == "Win32_OperatingSystem"
    assert answer.all("w:EndOfSequence")
    assert (answer.find("n:EnumerationContext").text or "") == ""


def test_properties_come_in_alphabetical_order_and_all_are_present(soap):
    answer = soap.get(CIMV2 + "Win32_OperatingSystem")
    body = answer.find("s:Body")
    names = [etree.QName(child).localname for child in body[0]]
    assert names == sorted(names, key=str.lower)
    assert {"Caption", "Version", "CSDVersion", "OSLanguage"} <= set(names)


def test_object_references_are_listed_where_epr_mode_is_asked_for(soap):
    answer = soap.enumerate(
        VM,
        "<w:EnumerationMode>EnumerateEPR</w:EnumerationMode><w:OptimizeEnumeration/><w:MaxElements>99</w:MaxElements>",
    )
    references = list(answer.find("w:Items"))
    assert all(etree.QName(r).localname == "EndpointReference" for r in references)
    selectors = [
        {s.get("Name"): s.text for s in r.iter(f"{{{NAMESPACES['w']}}}Selector")} for r in references
    ]
    assert all(set(s) == {"CreationClassName", "Name"} for s in selectors)


def test_associators_lead_from_a_machine_to_its_settings(soap):
    identifier = define(soap, "raw03")
    machine = f"Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',Name='{identifier.lower()}'"
    (settings,) = soap.wql(
        "root/virtualization/v2",
        f"ASSOCIATORS OF {{{machine}}} WHERE AssocClass = Msvm_SettingsDefineState "
        "ResultClass = Msvm_VirtualSystemSettingData",
    )
    instance_id = settings.findtext(f"{{{V2}Msvm_VirtualSystemSettingData}}InstanceID")
    assert instance_id == f"Microsoft:{identifier}"
    found = soap.wql(
        "root/virtualization/v2",
        f"ASSOCIATORS OF {{Msvm_VirtualSystemSettingData.InstanceID='{instance_id}'}} WHERE "
        "AssocClass = Msvm_VirtualSystemSettingDataComponent ResultClass = Msvm_ProcessorSettingData",
    )
    assert [p.findtext(f"{{{V2}Msvm_ProcessorSettingData}}VirtualQuantity") for p in found] == ["1"]


def test_a_projection_answers_xml_fragments_without_a_namespace(soap):
    (item,) = soap.wql("root/cimv2", "select DNSHostName, NumberOfProcessors from Win32_ComputerSystem")
    assert etree.QName(item) == etree.QName(NAMESPACES["w"], "XmlFragment")
    assert [child.tag for child in item] == ["DNSHostName", "NumberOfProcessors"]


def test_summary_information_is_given_for_every_machine_with_the_selectors_that_virt_who_sends(
    soap, basic_host
):
    body = (
        f'<w:GetSummaryInformation_INPUT xmlns:p="{SERVICE}">'
        + "".join(f"<p:RequestedInformation>{n}</p:RequestedInformation>" for n in (0, 1, 100))
        + "</w:GetSummaryInformation_INPUT>"
    )
    selectors = {
        "CreationClassName": "Msvm_VirtualSystemManagementService",
        "SystemCreationClassName": "Msvm_ComputerSystem",
    }
    answer = soap.call(f"{SERVICE}/GetSummaryInformation", f"\n   {SERVICE}\n", body, selectors)
    assert answer.property("ReturnValue") == "0"
    summary = V2 + "Msvm_SummaryInformation"
    names = {element.text for element in answer.xml.iter(f"{{{summary}}}Name")}
    assert names == {vm.id for vm in basic_host.machine.virtual_machines}


def test_settings_are_modified_by_key_and_changed_properties_only(soap, basic_host):
    identifier = define(soap, "raw04")
    instance = (
        '<?xml version="1.0"?><INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData">'
        f'<PROPERTY NAME="InstanceID" TYPE="string"><VALUE>Microsoft:{identifier}</VALUE></PROPERTY>'
        '<PROPERTY NAME="ElementName" TYPE="string"><VALUE>renamed</VALUE></PROPERTY></INSTANCE>'
    )
    answer = soap.invoke(
        SERVICE,
        "ModifySystemSettings",
        f"<p:SystemSettings><![CDATA[{instance}]]></p:SystemSettings>",
        SERVICE_SELECTORS,
    )
    assert answer.property("ReturnValue") in {"0", "4096"}
    assert [vm.id for vm in basic_host.machine.virtual_machines.find("renamed")] == [identifier]
    assert basic_host.machine.virtual_machines.find("raw04") == []


def test_the_envelope_has_windows_prefixes_and_relates_to_the_request(soap):
    text = envelope(ENUMERATION + "Enumerate", CIMV2 + "Win32_Service", "<n:Enumerate/>")
    sent = etree.fromstring(text).findtext(".//a:MessageID", namespaces=NAMESPACES)
    answer = soap.post(text)
    assert answer.body.startswith(b'<s:Envelope xml:lang="en-US"')
    assert answer.text("a:RelatesTo") == sent
    assert answer.headers["Content-Type"] == "application/soap+xml;charset=UTF-8"
    header = answer.find("s:Header")
    assert [etree.QName(child).localname for child in header] == [
        "Action",
        "MessageID",
        "ActivityId",
        "To",
        "RelatesTo",
    ]


def test_a_utf16_request_is_answered_in_utf16(soap):
    text = envelope("http://schemas.xmlsoap.org/ws/2004/09/transfer/Get", CIMV2 + "Win32_OperatingSystem")
    answer = soap.post(text.encode("utf-16"), {"Content-Type": "application/soap+xml;charset=UTF-16"})
    assert answer.status == 200
    assert "UTF-16" in answer.headers["Content-Type"]
    assert "Windows Server 2022" in answer.body.decode("utf-16")


def test_identify_needs_no_password_and_then_hides_the_version(host):
    body = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
        "<s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>"
    )
    with SoapClient(host, user=None) as client:
        answer = client.post(body, {"WSMANIDENTIFY": "unauthenticated"})
    assert answer.text("wsmid:ProductVersion") == "OS: 0.0.0 SP: 0.0 Stack: 3.0"
    assert answer.text("wsmid:ProductVendor") == "Microsoft Corporation"


def test_identify_tells_the_version_to_who_has_a_password(soap):
    body = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
        "<s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>"
    )
    assert soap.post(body).text("wsmid:ProductVersion") == "OS: 10.0.20348 SP: 0.0 Stack: 3.0"
