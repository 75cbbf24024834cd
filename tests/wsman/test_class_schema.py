"""Class declarations over WS-Management, asked for as Get-CimClass and schema browsers do."""

from __future__ import annotations

import pytest
from lxml import etree

from emulator.wmi import WmiService

URI = "http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/"
V2 = "root/virtualization/v2"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
#: What Get-CimClass of Windows sends along (without the options that are none of the class).
OPTIONS = {
    "IncludeInheritanceHierarchy": "true",
    "IncludeInheritedElements": "true",
    "IncludeQualifiers": "true",
    "__MI_CallbackRegistration": "11",
    "msftwinrm:UsePreciseArrays": "true",
}
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
META_CLASS = "SELECT * FROM meta_class WHERE __Class = "


def selectors(class_name="", namespace=V2):
    return {"__cimnamespace": namespace, "ClassName": class_name}


def get(real, class_name, namespace=V2, uri=URI + "*", **more):
    more.setdefault("options", OPTIONS)
    return real.get(uri, selectors=selectors(class_name, namespace), **more)


def listed(real, class_name="", namespace=V2, inner="", options=None):
    """The CLASS elements of an enumeration, pulled to its end, and how many answers they took."""
    body = f"<w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>{inner}"
    reply = real.enumerate(URI + "*", body, selectors=selectors(class_name, namespace), options=options)
    found, answers = list(reply.all("//w:Items/CLASS")), 1
    while not reply.all("//w:EndOfSequence | //n:EndOfSequence"):
        context = reply.value("//n:EnumerationContext")
        reply = real.pull(URI + "*", context, "<n:MaxElements>32000</n:MaxElements>")
        found += reply.all("//n:Items/CLASS")
        answers += 1
    return found, answers


def test_a_class_is_the_only_child_of_the_body_and_in_no_namespace(real):
    root = get(real, "Msvm_ComputerSystem").one("/s:Envelope/s:Body/*")
    assert root.tag == "CLASS"
    assert root.get("SUPERCLASS") == "CIM_ComputerSystem"
    assert root.get("DERIVATION").split(",")[0] == "CIM_ComputerSystem"
    assert root.get("DERIVATION").split(",")[-1] == "CIM_ManagedElement"
    assert root.find("PROPERTY[@NAME='Name']/QUALIFIER[@NAME='key']") is not None
    assert root.find("QUALIFIER[@NAME='provider']/VALUE").text == "VmmsWmiInstanceAndMethodProvider"
    assert root.find("PROPERTY[@NAME='InstanceID']").get("PROPAGATED") == "true"
    assert root.find("METHOD[@NAME='RequestStateChange']/PARAMETER.REFERENCE[@NAME='Job']") is not None


def test_without_options_the_answer_is_bare(real):
    root = get(real, "Msvm_ComputerSystem", options={}).one("//CLASS")
    assert root.get("DERIVATION") is None
    assert root.find("PROPERTY[@NAME='Name']") is None
    assert not root.findall(".//QUALIFIER")


def test_each_option_adds_its_part_also_under_the_prefix_of_wmi(real):
    origin = get(real, "Msvm_ComputerSystem", options={"wmi:IncludeClassOrigin": "TRUE"}).one("//CLASS")
    properties = origin.findall("PROPERTY")
    assert properties
    origins = {each.get("NAME"): each.get("CLASSORIGIN") for each in properties}
    assert origins["OnTimeInMilliseconds"] == "Msvm_ComputerSystem"
    assert origins["EnabledState"] == "CIM_EnabledLogicalElement"
    inherited = get(real, "Msvm_ComputerSystem", options={"IncludeInheritedElements": "true"}).one("//CLASS")
    assert inherited.find("PROPERTY[@NAME='Name']").get("CLASSORIGIN") is None
    declined = get(real, "Msvm_ComputerSystem", options={"IncludeQualifiers": "false"}).one("//CLASS")
    assert not declined.findall(".//QUALIFIER")


@pytest.mark.parametrize("uri", [URI + "Win32_Service", URI + "*"])
def test_the_class_may_be_named_by_the_uri_or_by_the_selector_in_any_case(real, uri):
    chosen = {"__cimnamespace": "root\\cimv2", "Classname": "win32_service"}
    assert real.get(uri, selectors=chosen).one("//CLASS").get("NAME") == "Win32_Service"


def test_a_class_that_does_not_exist_is_not_found(real):
    reply = get(real, "Msvm_Nothing")
    assert (reply.code, reply.subcode) == (0x80338000, "a:DestinationUnreachable")


def test_a_whole_namespace_comes_in_answers_that_fit_the_envelope(real, host):
    found, answers = listed(real, options=OPTIONS)
    names = [each.get("NAME") for each in found]
    wanted = WmiService(host).namespace(V2).schema.names()
    assert names == list(wanted)
    assert answers > 1
    assert all(each.get("DERIVATION") is not None for each in found)


def test_a_class_name_limits_the_list_to_what_derives_from_it(real):
    names = {each.get("NAME") for each in listed(real, "CIM_Job")[0]}
    assert {"CIM_ConcreteJob", "Msvm_ConcreteJob", "Msvm_StorageJob"} <= names
    assert "CIM_Job" not in names
    assert "Msvm_ComputerSystem" not in names


def test_a_query_for_classes_filters_the_list(real):
    dialect = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
    inner = f'<w:Filter Dialect="{dialect}">{META_CLASS}"Msvm_ConcreteJob"</w:Filter>'
    assert [each.get("NAME") for each in listed(real, inner=inner)[0]] == ["Msvm_ConcreteJob"]


def test_a_query_for_classes_on_a_wmi_uri_gives_objects_without_values(real):
    uri = WMI + V2 + "/Msvm_ConcreteJob"
    reply = real.wql(WMI + V2 + "/*", f"{META_CLASS}'Msvm_ConcreteJob'", "<w:OptimizeEnumeration/>")
    found = reply.one("//w:Items/*")
    assert etree.QName(found).localname == "Msvm_ConcreteJob"
    assert etree.QName(found).namespace == uri
    assert len(found) > 20
    assert all(each.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true" for each in found)
    mode = "<w:OptimizeEnumeration/><w:EnumerationMode>EnumerateEPR</w:EnumerationMode>"
    reply = real.wql(WMI + V2 + "/*", f"{META_CLASS}'Msvm_ConcreteJob'", mode)
    reference = reply.one("//w:Items/a:EndpointReference")
    assert reference.find(".//{*}ResourceURI").text == uri
    assert reference.find(".//{*}Selector") is None


@pytest.mark.parametrize("action", ["Put", "Create", "Delete"])
def test_classes_cannot_be_changed(real, action):
    reply = real.send(TRANSFER + action, URI + "*", "<CLASS/>", selectors=selectors("Msvm_ComputerSystem"))
    assert reply.code == 0x80338013


@pytest.mark.parametrize(
    ("uri", "chosen", "code"),
    [
        (URI + "*", {"__cimnamespace": V2}, 0x8033805A),
        (URI + "*", {"__cimnamespace": V2, "ClassName": "CIM_Job", "Name": "x"}, 0x8033805B),
        (URI + "CIM_Error", {"__cimnamespace": V2, "ClassName": "CIM_Job"}, 0x8033813B),
        ("http://schemas.dmtf.org/wbem/ws-cim/1/cim-schema/2/CIM_Job", {"__cimnamespace": V2}, 0x80338042),
    ],
)
def test_a_wrong_address_is_a_fault_of_the_right_kind(real, uri, chosen, code):
    reply = real.get(uri, selectors=chosen)
    assert reply.status == 500
    assert reply.code == code


def test_the_namespace_must_exist(real):
    assert get(real, "Win32_Service", namespace="root/nowhere").status == 500
