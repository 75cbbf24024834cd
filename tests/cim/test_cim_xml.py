"""Text of embedded instances, both notations, and hostile text."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from html import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.cim.cim_xml import MAXIMUM_LENGTH, format_instance, parse_instance
from emulator.cim.errors import (
    CimError,
    InvalidClass,
    InvalidInstanceText,
    InvalidParameter,
    InvalidProperty,
    TypeMismatch,
)
from emulator.cim.instance import ValueInstance
from emulator.cim.object_path import ObjectPath

URI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/test"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def instance(body: str, name: str = "Test_Machine") -> str:
    return f'<INSTANCE CLASSNAME="{name}">{body}</INSTANCE>'


def scalar(name: str, cim_type: str, value: str) -> str:
    return f'<PROPERTY NAME="{name}" TYPE="{cim_type}"><VALUE>{value}</VALUE></PROPERTY>'


def reference(body: str) -> str:
    return f'<PROPERTY.REFERENCE NAME="Next">{body}</PROPERTY.REFERENCE>'


def test_the_text_that_libvirt_sends_is_read(schema):
    text = """<?xml version="1.0"?>
<INSTANCE CLASSNAME="Test_Machine">
  <PROPERTY NAME="active" TYPE="boolean">
    <VALUE>true</VALUE>
  </PROPERTY>
  <PROPERTY NAME="Alpha" TYPE="uint16">
    <VALUE>10</VALUE>
  </PROPERTY>
  <PROPERTY.ARRAY NAME="Names" TYPE="string">
    <VALUE.ARRAY>
      <VALUE>{19598f09-2f6c-46de-8a39-a26654ce9a4d}</VALUE>
    </VALUE.ARRAY>
  </PROPERTY.ARRAY>
  <PROPERTY NAME="InstanceID" TYPE="string">
    <VALUE>\\\\HOST\\root\\virtualization\\v2:X.InstanceID="a\\\\b"</VALUE>
  </PROPERTY>
</INSTANCE>
"""
    found = parse_instance(text, schema)
    assert found.declaration is schema.find("Test_Machine")
    assert found.present == {"active", "Alpha", "Names", "InstanceID"}
    assert found.value("Active") is True
    assert found.value("alpha") == 10
    assert found.value("Names") == ["{19598f09-2f6c-46de-8a39-a26654ce9a4d}"]
    assert found.value("InstanceID") == '\\\\HOST\\root\\virtualization\\v2:X.InstanceID="a\\\\b"'
    assert found.value("Size") is None
    assert not found.has("size")


@pytest.mark.parametrize(
    "head",
    ['<?xml version="1.0" encoding="utf-8"?>', '\ufeff<?xml version="1.0" encoding="utf-16"?>\n', "\n  "],
)
def test_any_xml_declaration_is_tolerated(schema, head):
    assert parse_instance(head + instance(scalar("Caption", "string", "é")), schema).value("Caption") == "é"


@pytest.mark.parametrize(
    ("body", "name", "value"),
    [
        (scalar("ALPHA", "uint8", "7"), "Alpha", 7),
        (scalar("Alpha", "sint64", "7"), "Alpha", 7),
        (scalar("Size", "uint64", "18446744073709551615"), "Size", 2**64 - 1),
        (
            scalar("Created", "datetime", "20200501120000.000000+000"),
            "Created",
            datetime(2020, 5, 1, 12, tzinfo=UTC),
        ),
        (scalar("Delay", "datetime", "00000000003000.000000:000"), "Delay", timedelta(minutes=30)),
        (scalar("Letter", "char16", "x"), "Letter", "x"),
        (scalar("_x", "real64", "1.5"), "_x", 1.5),
        (scalar("Caption", "string", "a &lt;b&gt; &amp; <![CDATA[<c>]]>"), "Caption", "a <b> & <c>"),
        ('<PROPERTY NAME="Caption" TYPE="string"><VALUE/></PROPERTY>', "Caption", ""),
        ('<PROPERTY NAME="Caption" PROPAGATED="true" TYPE="string"></PROPERTY>', "Caption", None),
        (
            '<PROPERTY NAME="Caption" CLASSORIGIN="CIM_Base" TYPE="string">'
            '<QUALIFIER NAME="key" TYPE="boolean"/><VALUE>x</VALUE></PROPERTY>',
            "Caption",
            "x",
        ),
        (
            '<PROPERTY.ARRAY NAME="Beta" TYPE="sint32"><VALUE.ARRAY><VALUE>1</VALUE>'
            "<VALUE.NULL/></VALUE.ARRAY>"
            "</PROPERTY.ARRAY>",
            "Beta",
            [1, None],
        ),
        ('<PROPERTY.ARRAY NAME="Beta" TYPE="sint32"><VALUE.ARRAY/></PROPERTY.ARRAY>', "Beta", []),
        ('<PROPERTY.ARRAY NAME="Beta" TYPE="sint32"/>', "Beta", None),
        (
            reference('<VALUE.REFERENCE>Test_Machine.InstanceID="b"</VALUE.REFERENCE>'),
            "Next",
            ObjectPath.parse('Test_Machine.InstanceID="b"'),
        ),
        (
            '<PROPERTY NAME="Next" TYPE="string"><VALUE>Test_Machine.InstanceID="b"</VALUE></PROPERTY>',
            "Next",
            ObjectPath.parse('Test_Machine.InstanceID="b"'),
        ),
        (
            reference(
                "<VALUE.REFERENCE><INSTANCEPATH><NAMESPACEPATH><HOST>H</HOST><LOCALNAMESPACEPATH>"
                '<NAMESPACE NAME="root"/><NAMESPACE NAME="test"/></LOCALNAMESPACEPATH></NAMESPACEPATH>'
                '<INSTANCENAME CLASSNAME="A"><KEYBINDING NAME="K"><KEYVALUE VALUETYPE="numeric">5</KEYVALUE>'
                "</KEYBINDING></INSTANCENAME></INSTANCEPATH></VALUE.REFERENCE>"
            ),
            "Next",
            ObjectPath.parse(r"\\H\root\test:A.K=5"),
        ),
    ],
)
def test_a_property_is_read(schema, body, name, value):
    found = parse_instance(instance(body), schema)
    assert found.value(name) == value
    assert found.present == {name}


PART = instance(scalar("Number", "sint16", "5"), name="Test_Part")


@pytest.mark.parametrize(
    "body",
    [
        f'<PROPERTY NAME="Child" TYPE="string" EmbeddedObject="object">'
        f"<VALUE>{escape(PART)}</VALUE></PROPERTY>",
        f'<PROPERTY.OBJECT NAME="Child"><VALUE.OBJECT>{PART}</VALUE.OBJECT></PROPERTY.OBJECT>',
        f'<PROPERTY NAME="Child" TYPE="object"><VALUE>{PART}</VALUE></PROPERTY>',
    ],
)
def test_an_embedded_object_is_read_in_every_notation(schema, body):
    child = parse_instance(instance(body), schema).value("Child")
    assert isinstance(child, ValueInstance)
    assert child.value("Number") == 5


def test_text_of_an_embedded_instance_string_stays_text(schema):
    values = "<VALUE.ARRAY><VALUE>&lt;any&gt;</VALUE></VALUE.ARRAY>"
    body = f'<PROPERTY.ARRAY NAME="Settings" TYPE="string">{values}</PROPERTY.ARRAY>'
    assert parse_instance(instance(body), schema).value("Settings") == ["<any>"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (instance(scalar("Created", "string", "20200501120000.000000+000")), TypeMismatch),
        (instance(scalar("Alpha", "string", "5")), TypeMismatch),
        (instance(scalar("Alpha", "uint8", "256")), TypeMismatch),
        (instance(scalar("active", "uint8", "1")), TypeMismatch),
        (instance(scalar("Names", "string", "x")), TypeMismatch),
        (instance('<PROPERTY.ARRAY NAME="Alpha" TYPE="uint8"/>'), TypeMismatch),
        (instance('<PROPERTY.REFERENCE NAME="Alpha"/>'), TypeMismatch),
        (instance(reference("<VALUE.REFERENCE>no path</VALUE.REFERENCE>")), TypeMismatch),
        (instance(scalar("Nope", "string", "x")), InvalidProperty),
        (instance(scalar("Newest", "string", "x")), InvalidProperty),
        (instance("", name="Nope"), InvalidClass),
        (instance("<OTHER/>"), InvalidInstanceText),
        (instance(scalar("Caption", "string", "<b/>")), InvalidInstanceText),
        (instance(scalar("Alpha", "uint8", "1") + scalar("alpha", "uint8", "1")), InvalidInstanceText),
        ("<INSTANCE/>", InvalidInstanceText),
        ("<OTHER/>", InvalidInstanceText),
        ("<INSTANCE", InvalidInstanceText),
        ("", InvalidInstanceText),
        ("plain text", InvalidInstanceText),
        ('<!DOCTYPE a [<!ENTITY b "c">]>' + instance(""), InvalidInstanceText),
        (instance(scalar("Caption", "string", "&undefined;")), InvalidInstanceText),
        (instance("<A>" * 100 + "</A>" * 100), InvalidInstanceText),
        (instance("<A/>" * 30_000), InvalidInstanceText),
        (instance(" " * MAXIMUM_LENGTH), InvalidInstanceText),
        ("<VALUE.NAMEDINSTANCE/>", InvalidInstanceText),
        (instance("\ud800"), InvalidInstanceText),
        (instance("\x00"), InvalidInstanceText),
    ],
)
def test_wrong_text_gets_a_typed_error(schema, text, error):
    with pytest.raises(error):
        parse_instance(text, schema)


def test_damaged_text_is_an_invalid_parameter():
    assert issubclass(InvalidInstanceText, InvalidParameter)


def test_texts_inside_texts_have_a_limit(schema):
    text = instance("")
    for _ in range(8):
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = instance(scalar("Child", "string", escaped))
    with pytest.raises(InvalidInstanceText, match="nested"):
        parse_instance(text, schema)


def test_the_class_form_of_ws_man_is_read(schema):
    text = (
        f'<p:Test_Machine xmlns:p="{URI}/Test_Machine" {XSI} xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common">'
        "<p:Alpha>7</p:Alpha><p:active>true</p:active><p:Beta>1</p:Beta><p:Beta>2</p:Beta>"
        '<p:Caption xsi:nil="true"/><p:Names xsi:nil="true"/>'
        "<p:Created><cim:Datetime>2020-05-01T12:00:00Z</cim:Datetime></p:Created><p:Delay>P0DT0H30M0S</p:Delay>"
        "<p:InstanceID>Microsoft:AB\\0</p:InstanceID></p:Test_Machine>"
    )
    found = parse_instance(text, schema)
    assert found.present == {"Alpha", "active", "Beta", "Caption", "Names", "Created", "Delay", "InstanceID"}
    assert found.value("Alpha") == 7
    assert found.value("Beta") == [1, 2]
    assert found.value("Caption") is None
    assert found.value("Names") is None
    assert found.value("Created") == datetime(2020, 5, 1, 12, tzinfo=UTC)
    assert found.value("Delay") == timedelta(minutes=30)


def test_references_and_objects_in_the_class_form_are_read(schema):
    endpoint = (
        '<a:Address xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">x</a:Address>'
        '<a:ReferenceParameters xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">'
        "<w:ResourceURI>{uri}</w:ResourceURI><w:SelectorSet>{selectors}</w:SelectorSet></a:ReferenceParameters>"
    )
    inner = endpoint.format(uri=f"{URI}/A", selectors='<w:Selector Name="K">v</w:Selector>')
    selectors = (
        f'<w:Selector Name="R"><a:EndpointReference xmlns:a="x">{inner}</a:EndpointReference></w:Selector>'
    )
    outer = endpoint.format(uri=f"{URI}/B", selectors=selectors)
    text = (
        f'<p:Test_Machine xmlns:p="{URI}/Test_Machine" xmlns:c="{URI}/Test_Part"><p:Next>{outer}</p:Next>'
        "<p:Child><c:Number>5</c:Number></p:Child><p:Parts><c:Test_Part><c:Number>6</c:Number></c:Test_Part></p:Parts>"
        "</p:Test_Machine>"
    )
    found = parse_instance(text, schema)
    inner_path = ObjectPath("A", [("K", "v")], namespace="root/test")
    assert found.value("Next") == ObjectPath("B", [("R", inner_path)], namespace="root/test")
    child = found.value("Child")
    assert isinstance(child, ValueInstance)
    assert child.value("Number") == 5
    parts = found.value("Parts")
    assert isinstance(parts, list)
    assert isinstance(parts[0], ValueInstance)
    assert parts[0].value("Number") == 6


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("<p:Nope>1</p:Nope>", InvalidProperty),
        ("<p:Alpha>x</p:Alpha>", TypeMismatch),
        ("<p:Alpha>1</p:Alpha><p:Alpha>1</p:Alpha>", InvalidInstanceText),
        ("<p:Caption><p:x/></p:Caption>", InvalidInstanceText),
        ("<p:Created>yesterday</p:Created>", TypeMismatch),
        ("<p:Next><p:x/></p:Next>", TypeMismatch),
    ],
)
def test_wrong_text_in_the_class_form_gets_a_typed_error(schema, body, error):
    with pytest.raises(error):
        parse_instance(f'<p:Test_Machine xmlns:p="{URI}/Test_Machine">{body}</p:Test_Machine>', schema)


def test_an_instance_is_written_as_windows_writes_it(machine):
    text = format_instance(
        machine(active=True, Names=["a<b"]), ["instanceid", "Active", "Names", "Caption", "Beta"]
    )
    assert text == (
        '<INSTANCE CLASSNAME="Test_Machine">'
        '<PROPERTY NAME="active" TYPE="boolean"><VALUE>TRUE</VALUE></PROPERTY>'
        '<PROPERTY NAME="Caption" PROPAGATED="true" TYPE="string"></PROPERTY>'
        '<PROPERTY NAME="InstanceID" PROPAGATED="true" TYPE="string">'
        "<VALUE>Microsoft:AB\\0</VALUE></PROPERTY>"
        '<PROPERTY.ARRAY NAME="Names" TYPE="string">'
        "<VALUE.ARRAY><VALUE>a&lt;b</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>"
        "</INSTANCE>"
    )


def test_what_is_written_is_read_back(schema, machine):
    part = ValueInstance(schema.find("Test_Part"), {"Number": -5, "Text": "<&>"})
    values = {
        "active": False,
        "Alpha": 5,
        "Beta": [1, -2],
        "Caption": 'line\nnext \u00e9 "quoted"',
        "Created": datetime(2020, 5, 1, 12, tzinfo=UTC),
        "Delay": timedelta(days=1),
        "_x": 0.1,
        "Letter": "x",
        "Names": [],
        "Next": ObjectPath.parse(r'\\H\root\test:Test_Machine.InstanceID="b\\c",Flag=TRUE,Number=5'),
        "Size": 2**64 - 1,
        "InstanceID": "",
    }
    back = parse_instance(format_instance(machine(Child=part, Parts=[part, part], **values)), schema)
    for name, value in values.items():
        assert back.value(name) == value, name
    child, parts = back.value("Child"), back.value("Parts")
    assert isinstance(child, ValueInstance)
    assert (child.value("Number"), child.value("Text")) == (-5, "<&>")
    assert isinstance(parts, list)
    assert len(parts) == 2


def test_an_item_without_a_value_stays_one(schema):
    text = instance(
        '<PROPERTY.ARRAY NAME="Beta" TYPE="sint32"><VALUE.ARRAY><VALUE>1</VALUE><VALUE.NULL/></VALUE.ARRAY>'
        "</PROPERTY.ARRAY>"
    )
    read = parse_instance(text, schema)
    assert parse_instance(format_instance(read), schema).value("Beta") == read.value("Beta") == [1, None]


def test_characters_that_xml_cannot_hold_do_not_break_the_text(schema, machine):
    back = parse_instance(format_instance(machine(Caption="a\x00b\ud800c")), schema)
    assert back.value("Caption") == "a\ufffdb\ufffdc"


fixture_reuse = [HealthCheck.function_scoped_fixture]
xml_text = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30
).filter(lambda text: all(ord(each) not in (0xFFFE, 0xFFFF) for each in text))


@settings(max_examples=60, deadline=None, suppress_health_check=fixture_reuse)
@given(caption=xml_text, names=st.lists(xml_text, max_size=3), alpha=st.integers(0, 255))
def test_any_value_is_read_back(schema, machine, caption, names, alpha):
    back = parse_instance(format_instance(machine(Caption=caption, Names=names, Alpha=alpha)), schema)
    assert (back.value("Caption"), back.value("Names"), back.value("Alpha")) == (caption, names, alpha)


pieces = st.sampled_from(
    [
        "<INSTANCE",
        ' CLASSNAME="Test_Machine"',
        ">",
        "/>",
        "</INSTANCE>",
        "<PROPERTY",
        ' NAME="Alpha"',
        ' TYPE="uint8"',
        "<VALUE>",
        "5",
        "</VALUE>",
        "</PROPERTY>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "&#0;",
        "<?x?>",
        "<PROPERTY.ARRAY",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=fixture_reuse)
@given(text=st.lists(pieces, max_size=14).map("".join))
def test_no_text_raises_anything_but_a_typed_error(schema, text):
    for candidate in (text, instance(text)):
        with contextlib.suppress(CimError):
            parse_instance(candidate, schema)
