"""CIM values as XML, byte for byte, and the cache of rendered instances."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from emulator.cim.object_path import ObjectPath
from emulator.wsman.instance_xml import ByteCache, InstanceRenderer

URI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Test_Machine"


def test_an_instance_has_every_property_in_alphabetical_order_and_null_as_nil(machine):
    text = InstanceRenderer().instance(machine("vm1", Enabled=True, Memory=2**40, Caption="")).decode()
    assert text == (
        '<p:Test_Machine xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xmlns:p="{URI}" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common" '
        'xsi:type="p:Test_Machine_Type"><p:Caption></p:Caption><p:Codes xsi:nil="true"/>'
        '<p:Created xsi:nil="true"/><p:Details xsi:nil="true"/><p:Enabled>true</p:Enabled>'
        '<p:Memory>1099511627776</p:Memory><p:Name>vm1</p:Name><p:Notes xsi:nil="true"/>'
        '<p:Owner xsi:nil="true"/><p:Uptime xsi:nil="true"/></p:Test_Machine>'
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"Enabled": False}, "<p:Enabled>false</p:Enabled>"),
        ({"Caption": "a<b & 'c'"}, "<p:Caption>a&lt;b &amp; 'c'</p:Caption>"),
        ({"Notes": ["one", "", "two"]}, "<p:Notes>one</p:Notes><p:Notes></p:Notes><p:Notes>two</p:Notes>"),
        ({"Notes": ["one", None]}, '<p:Notes>one</p:Notes><p:Notes xsi:nil="true"/>'),
        ({"Notes": []}, '<p:Notes xsi:nil="true"/>'),
        ({"Codes": [2, 15]}, "<p:Codes>2</p:Codes><p:Codes>15</p:Codes>"),
        (
            {"Created": datetime(2013, 4, 15, 16, 28, 43, 488171, tzinfo=UTC)},
            "<p:Created><cim:Datetime>2013-04-15T16:28:43.488171Z</cim:Datetime></p:Created>",
        ),
        (
            {"Created": datetime(2013, 4, 15, 16, 28, 43, tzinfo=timezone(timedelta(hours=8)))},
            "<p:Created><cim:Datetime>2013-04-15T16:28:43+08:00</cim:Datetime></p:Created>",
        ),
        (
            {"Uptime": timedelta(seconds=100)},
            "<p:Uptime><cim:Interval>P0DT0H1M40S</cim:Interval></p:Uptime>",
        ),
    ],
)
def test_values_are_written_as_windows_writes_them(machine, values, expected):
    assert expected in InstanceRenderer().instance(machine("vm1", **values)).decode()


def test_a_reference_has_address_and_parameters_as_direct_children(machine):
    inner = ObjectPath("Test_User", [("Domain", "HV"), ("Name", 'a"b')], namespace="root\\CIMV2", server="HV")
    text = InstanceRenderer().instance(machine("vm1", Owner=inner)).decode()
    assert (
        '<p:Owner xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">'
        "<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
        "<a:ReferenceParameters><w:ResourceURI>"
        "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Test_User</w:ResourceURI>"
        '<w:SelectorSet><w:Selector Name="Domain">HV</w:Selector><w:Selector Name="Name">a"b</w:Selector>'
        "</w:SelectorSet></a:ReferenceParameters></p:Owner>"
    ) in text


def test_a_reference_to_a_singleton_has_no_selector_set(machine):
    path = ObjectPath("Test_Single", namespace="root/cimv2", is_singleton=True)
    assert "SelectorSet" not in InstanceRenderer().instance(machine("vm1", Owner=path)).decode()


def test_a_reference_inside_a_reference_is_a_nested_endpoint_reference(machine):
    path = ObjectPath(
        "Test_Link", [("Left", ObjectPath("Test_User", [("Name", "x")]))], namespace="root/cimv2"
    )
    text = InstanceRenderer().instance(machine("vm1", Owner=path)).decode()
    assert '<w:Selector Name="Left"><a:EndpointReference><a:Address>' in text


def test_an_embedded_object_is_nested_in_the_namespace_of_its_own_class(machine, namespace):
    from emulator.cim.instance import ValueInstance

    details = ValueInstance(
        namespace.schema.find("Test_Details"), {"Size": 7}, namespace="root/cimv2", server="HV"
    )
    text = InstanceRenderer().instance(machine("vm1", Details=details)).decode()
    uri = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Test_Details"
    assert (
        f'<p:Details xmlns:p1="{uri}" xsi:type="p1:Test_Details_Type"><p1:Size>7</p1:Size>'
        '<p1:Text xsi:nil="true"/></p:Details>'
    ) in text


def test_an_instance_in_a_string_property_is_cim_xml_text(machine, namespace):
    from emulator.cim.instance import ValueInstance

    details = ValueInstance(namespace.schema.find("Test_Details"), {"Size": 7})
    text = InstanceRenderer().instance(machine("vm1", Caption=details)).decode()
    assert "<p:Caption>&lt;INSTANCE CLASSNAME=" in text


def test_null_arrays_can_be_left_out(machine):
    text = InstanceRenderer(null_arrays=False).instance(machine("vm1")).decode()
    assert "p:Notes" not in text
    assert '<p:Caption xsi:nil="true"/>' in text


def test_a_projection_is_an_xml_fragment_with_elements_in_no_namespace(machine):
    text = InstanceRenderer().fragment(machine("vm1", Memory=5), ("Caption", "Memory", "Name")).decode()
    assert text == (
        '<w:XmlFragment xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">'
        '<Caption xsi:nil="true"/><Memory>5</Memory><Name>vm1</Name></w:XmlFragment>'
    )


def test_bytes_are_reused_while_the_cache_key_stays(machine):
    renderer = InstanceRenderer()
    first = machine("vm1", key=("vm1", 1))
    again = machine("changed", key=("vm1", 1))
    assert renderer.instance(first) == renderer.instance(again)
    assert not again.reads


def test_another_key_or_shape_is_rendered_anew(machine):
    renderer = InstanceRenderer()
    renderer.instance(machine("vm1", key=("vm1", 1)))
    assert b"vm2" in renderer.instance(machine("vm2", key=("vm1", 2)))
    assert renderer.fragment(machine("vm3", key=("vm1", 1)), ("Name",)).count(b"<Name>") == 1


def test_an_instance_without_a_key_is_never_kept(machine):
    renderer = InstanceRenderer()
    assert b"vm1" in renderer.instance(machine("vm1"))
    assert b"vm2" in renderer.instance(machine("vm2"))


def test_volatile_values_are_filled_into_the_kept_bytes(machine):
    renderer = InstanceRenderer()
    moving = frozenset({"Uptime", "Memory"})
    first = machine("vm1", key="k", moving=moving, Memory=1, Uptime=timedelta(seconds=1))
    later = machine("vm1", key="k", moving=moving, Memory=2, Uptime=timedelta(seconds=2))
    one, two = renderer.instance(first), renderer.instance(later)
    assert two == one.replace(b"<p:Memory>1<", b"<p:Memory>2<").replace(b"0M1S", b"0M2S")
    assert sorted(later.reads) == ["Memory", "Uptime"]
    assert b"<Uptime><cim:Interval" in renderer.fragment(later, ("Name", "Uptime"))


def test_the_cache_stays_within_its_bound_and_keeps_what_is_used():
    cache: ByteCache[str] = ByteCache(1000)
    for number in range(500):
        cache.put(number, "x", 100)
        assert cache.get(0 if number < 5 else number) is not None
    assert len(cache) <= 10
    assert cache.get(0) is None
