"""A method parameter of every CIM type in every notation, from the wire to the value that a provider gets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from emulator.cim.declaration import MethodDeclaration
from emulator.cim.errors import TypeMismatch
from emulator.cim.object_path import ObjectPath
from emulator.cim.types import CimType
from emulator.wmi.method import bind

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
DMTF = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
URI = WMI + "root/cimv2/Test_Machine"
CIM = 'xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common"'
VM = {"Name": "vm1"}


@pytest.fixture
def call(client, namespace, machine):
    """Invoke Change with one parameter `Value` of a type; gives the reply and the bound value."""
    namespace.rows.append(machine("vm1"))
    declaration = namespace.schema.find("Test_Machine")
    change = declaration.method("Change")

    def call(kind, inner, is_array=False, **more):
        shape = replace(change.parameters[0], name="Value", type=kind, is_array=is_array, **more)
        method = MethodDeclaration("Change", "Test_Machine", CimType.UINT32, (shape,))
        typed = replace(declaration, methods=(method,))
        namespace.schema.classes["test_machine"] = typed
        namespace.rows[-1]._declaration = typed
        namespace.calls.clear()
        failure = []

        def invoke(_target, _name, arguments, _caller=None, _options=None):
            try:
                bound = bind(namespace, method, arguments)
            except TypeMismatch as error:
                failure.append(error)
                raise
            namespace.calls.append(bound.get("Value"))
            return namespace.result

        namespace.invoke = invoke
        reply = client.invoke(URI, "Change", inner, selectors=VM)
        return reply, (namespace.calls or [None])[0]

    return call


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (CimType.BOOLEAN, "true", True),
        (CimType.BOOLEAN, "TRUE", True),
        (CimType.BOOLEAN, "1", True),
        (CimType.BOOLEAN, " 0 ", False),
        (CimType.BOOLEAN, "false", False),
        (CimType.UINT8, "255", 255),
        (CimType.SINT8, "-128", -128),
        (CimType.UINT16, "0x10", 16),
        (CimType.SINT16, "+5", 5),
        (CimType.UINT32, " 4294967295\n", 4294967295),
        (CimType.SINT32, "-2147483648", -2147483648),
        (CimType.UINT64, "18446744073709551615", 18446744073709551615),
        (CimType.SINT64, "-9223372036854775808", -9223372036854775808),
        (CimType.REAL32, "1.5", 1.5),
        (CimType.REAL64, "-2.5E-3", -0.0025),
        (CimType.REAL64, "7", 7.0),
        (CimType.CHAR16, "x", "x"),
        (CimType.CHAR16, "65", "A"),
        (CimType.CHAR16, "\u00e9", "\u00e9"),
        (CimType.STRING, " as it is ", " as it is "),
        (CimType.STRING, "&lt;b&gt; &amp; c", "<b> & c"),
        (CimType.STRING, "<![CDATA[<b> & c]]>", "<b> & c"),
        (CimType.STRING, "", ""),
    ],
)
@pytest.mark.parametrize("prefix", ["p1:", "", "w:"])
def test_a_value_of_every_type_reaches_the_provider(call, kind, text, value, prefix):
    reply, given = call(kind, f"<{prefix}Value>{text}</{prefix}Value>")
    assert reply.status == 200, reply.text
    assert (given, type(given)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (CimType.BOOLEAN, "yes"),
        (CimType.BOOLEAN, ""),
        (CimType.UINT8, "256"),
        (CimType.UINT8, "-1"),
        (CimType.UINT16, "1.0"),
        (CimType.UINT32, "many"),
        (CimType.UINT32, ""),
        (CimType.SINT64, "9223372036854775808"),
        (CimType.REAL32, "1e99"),
        (CimType.REAL64, "NaN"),
        (CimType.REAL64, "INF"),
        (CimType.CHAR16, "two"),
        (CimType.CHAR16, ""),
        (CimType.CHAR16, "65536"),
        (CimType.DATETIME, "tomorrow"),
        (CimType.DATETIME, "2024-13-01T00:00:00Z"),
        (CimType.DATETIME, ""),
        (CimType.UINT32, "<x>1</x>"),
        (CimType.STRING, "<x>1</x>"),
    ],
)
def test_a_value_of_a_wrong_type_is_named(call, kind, text):
    reply, given = call(kind, f"<p1:Value>{text}</p1:Value>")
    assert (reply.code, reply.subcode) == (2150858836, "w:InvalidParameter")
    assert reply.value("//w:FaultDetail").endswith("/TypeMismatch")
    assert "Value" in reply.value("//f:Message")
    assert given is None


MOMENT = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("inner", "value"),
    [
        ("2024-01-02T03:04:05Z", MOMENT),
        ("2024-01-02T03:04:05", MOMENT),
        ("2024-01-02T05:04:05+02:00", MOMENT),
        ("2024-01-02T03:04:05.25Z", MOMENT + timedelta(microseconds=250_000)),
        (f"<cim:Datetime {CIM}>2024-01-02T03:04:05Z</cim:Datetime>", MOMENT),
        (f"<cim:CIM_DateTime {CIM}>20240102030405.000000+000</cim:CIM_DateTime>", MOMENT),
        ("<Datetime>2024-01-02T03:04:05Z</Datetime>", MOMENT),
        ("20240102030405.000000+000", MOMENT),
        ("20240102050405.000000+120", MOMENT),
        (f"<cim:Date {CIM}>2024-01-02</cim:Date>", datetime(2024, 1, 2, tzinfo=UTC)),
        (
            f"<cim:Date {CIM}>2024-01-02+01:00</cim:Date>",
            datetime(2024, 1, 2, tzinfo=timezone(timedelta(hours=1))),
        ),
        (f"<cim:Time {CIM}>03:04:05</cim:Time>", datetime(1, 1, 1, 3, 4, 5, tzinfo=UTC)),
        ("PT5S", timedelta(seconds=5)),
        ("P1DT2H3M4.5S", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        (f"<cim:Interval {CIM}>P0DT0H1M40S</cim:Interval>", timedelta(seconds=100)),
        ("00000001020304.500000:000", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        (f"<cim:Interval {CIM}>00000000000005.000000:000</cim:Interval>", timedelta(seconds=5)),
    ],
)
def test_datetimes_and_intervals_are_read_in_every_notation(call, inner, value):
    reply, given = call(CimType.DATETIME, f"<p1:Value>{inner}</p1:Value>")
    assert reply.status == 200, reply.text
    assert given == value


@pytest.mark.parametrize(
    "inner",
    [
        f"<cim:Odd {CIM}>PT5S</cim:Odd>",
        f"<cim:Interval {CIM}>PT5S</cim:Interval><cim:Interval {CIM}>PT6S</cim:Interval>",
        f"<cim:Date {CIM}>2024-02-30</cim:Date>",
        f"<cim:Time {CIM}>25:00:00</cim:Time>",
        f"<cim:Datetime {CIM}/>",
    ],
)
def test_what_only_looks_like_a_datetime_is_a_wrong_type(call, inner):
    reply, _given = call(CimType.DATETIME, f"<p1:Value>{inner}</p1:Value>")
    assert reply.code == 2150858836


@pytest.mark.parametrize(
    ("kind", "inner", "value"),
    [
        (CimType.UINT16, "<p1:Value>1</p1:Value><p1:Value>2</p1:Value>", [1, 2]),
        (CimType.UINT16, "<p1:Value>1</p1:Value>", [1]),
        (CimType.UINT16, '<p1:Value xsi:nil="true"/>', None),
        (CimType.UINT16, "", None),
        (CimType.STRING, "<p1:Value/>", [""]),
        (CimType.STRING, '<p1:Value>a</p1:Value><p1:Value xsi:nil="1"/>', ["a"]),
        (CimType.BOOLEAN, "<p1:Value>1</p1:Value><p1:Value>0</p1:Value>", [True, False]),
        (
            CimType.DATETIME,
            "<p1:Value>PT1S</p1:Value><p1:Value>PT2S</p1:Value>",
            [timedelta(seconds=1), timedelta(seconds=2)],
        ),
        (CimType.CHAR16, "<p1:Value>a</p1:Value><p1:Value>66</p1:Value>", ["a", "B"]),
    ],
)
def test_arrays_are_repeated_elements_and_null_is_no_array(call, kind, inner, value):
    reply, given = call(kind, inner, is_array=True)
    assert reply.status == 200, reply.text
    assert given == value


def test_an_element_of_an_array_of_a_wrong_type_refuses_the_whole(call):
    reply, given = call(CimType.UINT8, "<p1:Value>1</p1:Value><p1:Value>x</p1:Value>", is_array=True)
    assert (reply.code, given) == (2150858836, None)


def reference(uri, selectors):
    inner = "".join(f'<w:Selector Name="{name}">{value}</w:Selector>' for name, value in selectors.items())
    return (
        "<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
        f"<a:ReferenceParameters><w:ResourceURI>{uri}</w:ResourceURI>"
        f"<w:SelectorSet>{inner}</w:SelectorSet></a:ReferenceParameters>"
    )


MICROSOFT_REFERENCE = reference(WMI + "root/other/Test_User", {"Name": "joe"})
DMTF_REFERENCE = reference(DMTF + "Test_User", {"__cimnamespace": "root\\other", "Name": "joe"})


@pytest.mark.parametrize("content", [MICROSOFT_REFERENCE, DMTF_REFERENCE], ids=["microsoft", "dmtf"])
@pytest.mark.parametrize(
    "wrap", ["{}", "<a:EndpointReference>{}</a:EndpointReference>"], ids=["flat", "nested"]
)
@pytest.mark.parametrize("is_array", [False, True])
def test_references_are_read_in_both_families(call, content, wrap, is_array):
    reply, given = call(CimType.REFERENCE, f"<p1:Value>{wrap.format(content)}</p1:Value>", is_array)
    assert reply.status == 200, reply.text
    (path,) = given if is_array else [given]
    assert isinstance(path, ObjectPath)
    assert (path.namespace, path.class_name, path.key("Name")) == ("root/other", "Test_User", "joe")


EMBEDDED = {"embedded_class": "Test_Details", "embedded_as": "instance"}
CIM_XML = '<INSTANCE CLASSNAME="Test_Details"><PROPERTY NAME="Size" TYPE="uint32"><VALUE>7</VALUE></PROPERTY></INSTANCE>'
WSMAN_XML = f'<d:Test_Details xmlns:d="{WMI}root/cimv2/Test_Details"><d:Size>7</d:Size></d:Test_Details>'
DMTF_XML = f'<d:Test_Details xmlns:d="{DMTF}Test_Details"><d:Size>7</d:Size></d:Test_Details>'


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize("text", [CIM_XML, WSMAN_XML, DMTF_XML], ids=["cim-xml", "wsman", "dmtf"])
@pytest.mark.parametrize(
    "wrap", [escaped, "<![CDATA[{}]]>".format, "{}".format], ids=["escaped", "cdata", "element"]
)
@pytest.mark.parametrize("is_array", [False, True])
def test_embedded_instances_are_read_in_every_encoding(call, text, wrap, is_array):
    reply, given = call(CimType.STRING, f"<p1:Value>{wrap(text)}</p1:Value>", is_array, **EMBEDDED)
    assert reply.status == 200, reply.text
    (instance,) = given if is_array else [given]
    assert (instance.declaration.name, instance.value("Size")) == ("Test_Details", 7)


def test_the_same_nested_instance_can_be_sent_twice(call, client, namespace):
    """The body of a request may be shared with the same request sent before."""
    inner = f"<p1:Value>{WSMAN_XML}</p1:Value>"
    call(CimType.STRING, inner, **EMBEDDED)
    again = client.invoke(URI, "Change", inner, selectors=VM)
    assert again.status == 200, again.text
    assert [each.value("Size") for each in namespace.calls] == [7, 7]
