"""Invoke: what clients send as parameters, and what a method answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from emulator.cim.errors import InvalidObjectPath, ProviderNotCapable
from emulator.cim.instance import ValueInstance
from emulator.cim.object_path import ObjectPath
from emulator.wmi.method import MethodResult

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
URI = WMI + "root/cimv2/Test_Machine"
ANONYMOUS = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
VM = {"Name": "vm1"}
REFERENCE = (
    f"<a:Address>{ANONYMOUS}</a:Address><a:ReferenceParameters><w:ResourceURI>{WMI}root/cimv2/Test_User"
    '</w:ResourceURI><w:SelectorSet><w:Selector Name="Name">joe</w:Selector></w:SelectorSet>'
    "</a:ReferenceParameters>"
)
CIM_XML = (
    '<?xml version="1.0"?>\n<INSTANCE CLASSNAME="Test_Details"><PROPERTY NAME="Size" TYPE="uint32">'
    "<VALUE>7</VALUE></PROPERTY></INSTANCE>\n"
)
WSMAN_FORM = f'<p:Test_Details xmlns:p="{WMI}root/cimv2/Test_Details"><p:Size>7</p:Size></p:Test_Details>'


@pytest.fixture
def one(namespace, machine):
    namespace.rows.append(machine("vm1"))
    return namespace


def arguments(client, namespace, inner):
    reply = client.invoke(URI, "Change", inner, selectors=VM)
    assert reply.status == 200, reply.text
    return namespace.calls[-1][2]


def test_a_method_answers_its_output_with_the_literal_prefix_p_and_the_return_value_last(client, one):
    job = ObjectPath("Test_Job", [("InstanceID", "J1")], namespace="root/cimv2")
    made = ObjectPath("Test_Details", [("InstanceID", "S1")], namespace="root/cimv2")
    one.result = MethodResult(4096, {"Job": job, "ResultingSettings": [made]})
    reply = client.invoke(URI, "Change", "<p1:Count>3</p1:Count>", selectors=VM)
    assert reply.action == f"{URI}/ChangeResponse"
    assert (
        f'<p:Change_OUTPUT xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="{URI}"'
        in reply.text
    )
    output = reply.one("/s:Envelope/s:Body/p:Change_OUTPUT", p=URI)
    names = [child.tag.rpartition("}")[2] for child in output]
    assert names == ["ResultingSettings", "Job", "Summary", "ReturnValue"]
    assert reply.value("//p:ReturnValue", p=URI) == "4096"
    path = "//p:Job/a:ReferenceParameters/w:SelectorSet/w:Selector[@Name='InstanceID']"
    assert reply.value(path, p=URI) == "J1"
    assert reply.all("//w:Selector[@Name='InstanceID']")[0].text == "S1"
    assert output[2].get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true"


def test_embedded_objects_in_the_output_have_the_namespace_of_their_class(client, one):
    details = ValueInstance(one.schema.find("Test_Details"), {"Size": 1}, namespace="root/cimv2")
    one.result = MethodResult(0, {"Summary": [details, details]})
    reply = client.invoke(URI, "Change", selectors=VM)
    found = reply.all("//p:Summary/d:Size", p=URI, d=WMI + "root/cimv2/Test_Details")
    assert [each.text for each in found] == ["1", "1"]


def test_the_method_is_called_on_the_instance_that_the_selectors_name(client, one):
    client.invoke(URI, "Change", selectors={"Name": "VM1"})
    target, method, given = one.calls[0]
    assert (target.value("Name"), method, given) == ("vm1", "Change", {})


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<p1:Count>3</p1:Count>", {"Count": "3"}),
        ("<Count>3</Count>", {"Count": "3"}),
        ('<z:Count xmlns:z="urn:z">3</z:Count>', {"Count": "3"}),
        ("<p1:count>3</p1:count>", {"Count": "3"}),
        (
            "<p1:Codes>1</p1:Codes><p1:Count>3</p1:Count><p1:Codes>2</p1:Codes>",
            {"Codes": ["1", "2"], "Count": "3"},
        ),
        ("<p1:Codes>1</p1:Codes>", {"Codes": ["1"]}),
        ('<p1:Count xsi:nil="true"/>', {}),
        ('<p1:Codes xsi:nil="true"/>', {}),
        ("<p1:Flag>true</p1:Flag>", {"Flag": "true"}),
        (
            "<p1:When>2024-01-02T03:04:05Z</p1:When>",
            {"When": datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)},
        ),
        ("<p1:When><Interval>PT5S</Interval></p1:When>", {"When": timedelta(seconds=5)}),
        (
            "<p1:When>20240102030405.000000+000</p1:When>",
            {"When": datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)},
        ),
    ],
)
def test_parameters_are_read_in_any_order_and_namespace(client, one, inner, expected):
    assert arguments(client, one, inner) == expected


@pytest.mark.parametrize(
    "inner",
    [
        f"<p1:Target>{REFERENCE}</p1:Target>",
        f"<p1:Target><a:EndpointReference>{REFERENCE}</a:EndpointReference></p1:Target>",
        '<p1:Target>\\\\HV\\root\\cimv2:Test_User.Name="joe"</p1:Target>',
    ],
    ids=["flat", "nested", "path"],
)
def test_a_reference_may_be_flat_nested_or_an_object_path(client, one, inner):
    target = arguments(client, one, inner)["Target"]
    assert (target.class_name, target.key("Name"), target.namespace) == ("Test_User", "joe", "root/cimv2")


def test_a_reference_inside_a_selector_is_read(client, one):
    inner = (
        f"<p1:Target><a:Address>{ANONYMOUS}</a:Address><a:ReferenceParameters><w:ResourceURI>{WMI}root/cimv2/Test_Link"
        '</w:ResourceURI><w:SelectorSet><w:Selector Name="Left"><a:EndpointReference>'
        f"{REFERENCE}</a:EndpointReference></w:Selector></w:SelectorSet></a:ReferenceParameters></p1:Target>"
    )
    left = arguments(client, one, inner)["Target"].key("Left")
    assert (left.class_name, left.key("Name")) == ("Test_User", "joe")


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize("text", [CIM_XML, WSMAN_FORM], ids=["cim-xml", "wsman"])
@pytest.mark.parametrize("wrap", [escaped, "<![CDATA[{}]]>".format], ids=["escaped", "cdata"])
def test_an_embedded_instance_as_text_reaches_wmi_as_text(client, one, text, wrap):
    given = arguments(client, one, f"<p1:Setting>{wrap(text)}</p1:Setting>")
    assert given["Setting"].strip() == text.strip()


@pytest.mark.parametrize(
    "inner",
    [
        WSMAN_FORM,
        CIM_XML.partition("?>")[2].strip(),
        "<Test_Details><Size>7</Size></Test_Details>",
        f'<d:Size xmlns:d="{WMI}root/cimv2/Test_Details">7</d:Size>',
    ],
    ids=["class element", "cim-xml", "no namespace", "properties"],
)
def test_an_embedded_instance_as_nested_elements_becomes_readable_text(client, one, inner):
    from emulator.cim.cim_xml import parse_instance

    text = arguments(client, one, f"<p1:Setting>{inner}</p1:Setting>")["Setting"]
    parsed = parse_instance(text, one.schema)
    assert (parsed.declaration.name, parsed.value("Size")) == ("Test_Details", 7)


def test_several_embedded_instances_are_repeated_elements(client, one):
    inner = f"<p1:Settings>{escaped(CIM_XML)}</p1:Settings>" * 2
    assert len(arguments(client, one, inner)["Settings"]) == 2


def test_the_input_element_may_be_in_a_wrong_namespace(client, one):
    body = f'<w:Change_INPUT xmlns:q="{URI}"><q:Count>1</q:Count></w:Change_INPUT>'
    assert client.send(f"{URI}/Change", f"\n  {URI}  \n", body, selectors=VM).status == 200
    assert one.calls[0][2] == {"Count": "1"}


@pytest.mark.usefixtures("one")
def test_a_method_without_parameters_needs_no_body(client):
    reply = client.send(f"{URI}/Nothing", URI, "", selectors=VM)
    assert reply.value("//p:Nothing_OUTPUT/p:ReturnValue", p=URI) == "0"


def test_a_method_without_any_output_answers_an_empty_element(client, one):
    one.result = MethodResult(None, {})
    reply = client.invoke(URI, "Nothing", selectors=VM)
    assert len(reply.one("//p:Nothing_OUTPUT", p=URI)) == 0


@pytest.mark.parametrize(
    ("inner", "code", "detail"),
    [
        ("<p1:NoSuch>1</p1:NoSuch>", 2150858837, "InvalidName"),
        ("<p1:Job>1</p1:Job>", 2150858837, "InvalidName"),
        ("<p1:Count>1</p1:Count><p1:Count>2</p1:Count>", 2150858836, "TypeMismatch"),
        ("<p1:Count><x/></p1:Count>", 2150858836, "TypeMismatch"),
        ("<p1:When>tomorrow</p1:When>", 2150858836, "TypeMismatch"),
        ("<p1:Target><x/></p1:Target>", 2150858836, "TypeMismatch"),
    ],
)
def test_wrong_parameters_are_named_and_nothing_is_called(client, one, inner, code, detail):
    reply = client.invoke(URI, "Change", inner, selectors=VM)
    assert (reply.code, reply.subcode) == (code, "w:InvalidParameter")
    assert reply.value("//w:FaultDetail").endswith(detail)
    assert not one.calls


@pytest.mark.usefixtures("one")
def test_a_reference_text_that_is_no_path_keeps_the_number_of_wmi(client):
    reply = client.invoke(URI, "Change", "<p1:Target>not a path</p1:Target>", selectors=VM)
    assert (reply.code, reply.subcode) == (0x8004103A, "w:InternalError")


@pytest.mark.usefixtures("one")
def test_an_unknown_method_is_an_unsupported_action(client):
    reply = client.invoke(URI, "Explode", selectors=VM)
    assert (reply.code, reply.subcode) == (2150858753, "a:ActionNotSupported")


@pytest.mark.usefixtures("one")
def test_the_body_of_another_method_is_refused(client):
    reply = client.send(f"{URI}/Change", URI, f'<p1:Other_INPUT xmlns:p1="{URI}"/>', selectors=VM)
    assert reply.code == 2150858817


@pytest.mark.usefixtures("one")
def test_an_action_of_another_resource_is_refused(client):
    assert client.send(f"{WMI}root/cimv2/Other/Change", URI, "", selectors=VM).code == 2150858753
    assert client.send("urn:what", URI, "", selectors=VM).code == 2150858753


@pytest.mark.parametrize(("selectors", "code"), [({"Name": "vm9"}, 2150858752), ({"Nam": "vm1"}, 2150858843)])
@pytest.mark.usefixtures("one")
def test_a_method_of_an_instance_that_is_not_there_is_a_fault(client, selectors, code):
    assert client.invoke(URI, "Change", selectors=selectors).code == code


@pytest.mark.usefixtures("one")
def test_incomplete_selectors_are_enough_while_one_instance_fits(client):
    assert client.invoke(URI, "Change").status == 200


def test_a_method_that_is_not_emulated_says_so(client, one):
    one.failure = ProviderNotCapable("Test_Machine.Change is not emulated")
    reply = client.invoke(URI, "Change", selectors=VM)
    assert reply.code == 2150859010
    assert "Test_Machine.Change is not emulated" in reply.value("//f:Message")


def test_an_error_of_wmi_without_a_fault_of_its_own_is_an_internal_error_with_its_number(
    client, one, monkeypatch
):
    def refuse(*_given):
        raise InvalidObjectPath("bad path")

    monkeypatch.setattr(one, "invoke", refuse)
    reply = client.invoke(URI, "Change", selectors=VM)
    assert (reply.code, reply.value("//s:Code/s:Value")) == (0x8004103A, "s:Receiver")
