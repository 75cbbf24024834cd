"""Get of instances and of fragments."""

from __future__ import annotations

import dataclasses

import pytest

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
URI = WMI + "root/cimv2/Test_Machine"
SINGLE = WMI + "root/cimv2/Test_Single"


@pytest.fixture
def machines(namespace, machine):
    namespace.rows += [machine("ABC"), machine("DEF", Memory=8, Notes=["a", "b"])]
    return namespace


@pytest.mark.usefixtures("machines")
def test_an_instance_is_found_by_selectors_without_regard_to_case(client):
    reply = client.get(URI, selectors={"name": "abc"})
    assert reply.action == "http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse"
    assert reply.value("/s:Envelope/s:Body/p:Test_Machine/p:Name", p=URI) == "ABC"


@pytest.mark.usefixtures("machines")
def test_namespace_and_class_of_the_uri_compare_without_regard_to_case(client):
    reply = client.get(WMI + "ROOT/CIMV2/test_machine", selectors={"Name": "DEF"})
    assert reply.value("//p:Memory", p=URI) == "8"


def test_a_singleton_needs_no_selectors(client):
    assert client.get(SINGLE).value("//p:Version", p=SINGLE) == "1"


@pytest.mark.parametrize(
    ("uri", "selectors", "code"),
    [
        (URI, {"Name": "missing"}, 2150858752),
        (URI, {"InstanceID": "x"}, 2150858843),
        (URI, {}, 2150859002),
        (WMI + "root/cimv2/No_Such", {}, 2150858752),
        (WMI + "root/nowhere/No_Such", {}, 2150858752),
        (WMI + "root/cimv2/*", {}, 2150858811),
        (WMI + "root/cimv2/Bad-Class!", {}, 2150858811),
        ("http://example.org/thing", {}, 2150858752),
        ("thing", {}, 2150858811),
        ("", {}, 2150858811),
    ],
)
@pytest.mark.usefixtures("machines")
def test_what_cannot_be_found_has_its_fault(client, uri, selectors, code):
    assert client.get(uri, selectors=selectors).code == code


@pytest.mark.usefixtures("machines")
def test_a_missing_instance_says_so_through_the_wmi_provider(client):
    reply = client.get(URI, selectors={"Name": "missing"})
    assert reply.subcode == "a:DestinationUnreachable"
    assert reply.action == "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault"
    assert reply.value("//w:FaultDetail").endswith("faultDetail/InvalidResourceURI")
    assert reply.one("//f:ProviderFault").get("provider") == "WMI Provider"
    assert reply.value("//f:ExtendedError/es:__ExtendedStatus/es:Operation") == "GetObject"
    assert reply.one("//f:ProviderFault/f:WSManFault").get("Code") == "2150858752"


def test_partial_selectors_that_fit_several_instances_are_insufficient(client, namespace, machine):
    namespace.rows += [machine("same"), machine("same")]
    assert client.get(URI, selectors={"Name": "same"}).code == 2150858842


@pytest.mark.usefixtures("machines")
def test_a_dmtf_uri_takes_its_namespace_from_the_selector_and_names_the_class_in_the_answer(client):
    dmtf = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/Test_Machine"
    reply = client.get(dmtf, selectors={"__cimnamespace": "root\\cimv2", "Name": "ABC"})
    assert reply.value("//p:Name", p=dmtf) == "ABC"


@pytest.mark.usefixtures("machines")
def test_a_wmi_uri_and_a_different_namespace_selector_contradict_each_other(client):
    assert client.get(URI, selectors={"__cimnamespace": "root/other", "Name": "ABC"}).code == 2150859067
    assert client.get(URI, selectors={"__cimnamespace": "ROOT/CIMV2", "Name": "ABC"}).status == 200


@pytest.mark.usefixtures("machines")
def test_a_fragment_of_one_property_is_an_xml_fragment(client):
    header = '<w:FragmentTransfer s:mustUnderstand="true">{}</w:FragmentTransfer>'
    selectors = {"Name": "DEF"}
    reply = client.get(URI, selectors=selectors, headers=header.format("Notes"))
    assert [each.text for each in reply.all("//s:Body/w:XmlFragment/p:Notes", p=URI)] == ["a", "b"]
    reply = client.get(URI, selectors=selectors, headers=header.format("Memory/text()"))
    assert reply.value("//w:XmlFragment") == "8"


@pytest.mark.parametrize("path", ["memory", "NoSuch", "", "Memory[1]"])
@pytest.mark.usefixtures("machines")
def test_a_fragment_path_must_match_spelling_and_case(client, path):
    header = f"<w:FragmentTransfer>{path}</w:FragmentTransfer>"
    assert client.get(URI, selectors={"Name": "DEF"}, headers=header).code == 2150858899


@pytest.mark.usefixtures("machines")
def test_another_fragment_dialect_is_refused(client):
    header = '<w:FragmentTransfer Dialect="urn:x">Name</w:FragmentTransfer>'
    assert client.get(URI, selectors={"Name": "DEF"}, headers=header).code == 2150858896


def test_an_instance_that_does_not_fit_the_envelope_is_an_encoding_limit(client, namespace, machine):
    namespace.rows.append(machine("big", Caption="x" * 20_000))
    reply = client.get(URI, selectors={"Name": "big"}, maximum_size=16384)
    assert (reply.code, reply.subcode) == (2150858824, "w:EncodingLimit")
    assert client.get(URI, selectors={"Name": "big"}, maximum_size=8000).code == 2150858878
    assert client.get(URI, selectors={"Name": "big"}, maximum_size=65536).status == 200


@pytest.mark.parametrize(
    ("keys", "selectors", "code"),
    [
        (("CreationClassName", "Name", "SystemName"), {"Name": "ABC"}, None),
        (("Memory", "Name"), {"Name": "ABC"}, 2150858842),
        (("CreationClassName", "Name"), {"CreationClassName": "Test_Machine"}, 2150858842),
    ],
)
def test_only_keys_that_the_class_or_the_machine_implies_may_be_left_out(
    client, namespace, machine, keys, selectors, code
):
    row = machine("ABC")
    row._declaration = dataclasses.replace(row.declaration, keys=keys)
    namespace.schema.classes["test_machine"] = row.declaration
    namespace.rows[:] = [row]
    reply = client.get(URI, selectors=selectors)
    assert reply.status == 200 if code is None else reply.code == code
