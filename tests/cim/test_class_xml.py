"""Class declarations as CIM-XML, in the shapes that Microsoft's own serializer writes."""

from __future__ import annotations

import pytest
from lxml import etree

from emulator.cim.class_xml import ClassDetail, format_class
from emulator.cim.qualifiers import class_qualifiers, has_qualifier
from emulator.cim.schema import Schema

TABLE = "\n".join(
    [
        "=1\t0 OK\t4096 Job Started",
        "=2\t2 Enabled\t3 Disabled\t..",
        "Test_Base:\tabstract\t.Key string length=64\t.State uint16 values=2\t#Key"
        "\t!Change uint32 values=1\t<Target Test_Base&\t<Settings string[] text=Test_Base optional"
        "\t>Job Test_Base&\t>Jobs Test_Base&[]",
        "Test_Leaf:Test_Base\t\t.Caption string write units=Kilo_Bytes\t.State uint16\t.Age datetime interval"
        "\t.Inner Test_Base{}\t.Names string[]\t.Text string text=Test_Base\t!Own boolean static",
        "Test_Link:\tassociation\t.Left Test_Base&\t.Right Test_Leaf&\t#Left Right",
        "Test_Only:\tsingleton\t.Size uint8",
    ]
)
FULL = ClassDetail(inheritance_hierarchy=True, inherited_elements=True, qualifiers=True, class_origin=True)


@pytest.fixture(scope="module")
def schema():
    return Schema(TABLE, "root/test", ("2012",), "2012")


def element(schema, name, detail=FULL, provider=None):
    return etree.fromstring(format_class(schema.find(name), detail, provider))


def names(parent, tag):
    return [each.get("NAME") for each in parent.findall(tag)]


def qualifiers(parent):
    return {
        each.get("NAME"): [value.text for value in each.iter("VALUE")] for each in parent.findall("QUALIFIER")
    }


def test_without_options_only_what_the_class_declares_itself_is_there(schema):
    found = format_class(schema.find("Test_Leaf"), ClassDetail())
    assert found.startswith('<CLASS NAME="Test_Leaf" SUPERCLASS="Test_Base"><PROPERTY NAME="Age"')
    assert "QUALIFIER" not in found
    assert "CLASSORIGIN" not in found
    root = etree.fromstring(found)
    assert names(root, "PROPERTY") == ["Age", "Caption", "Inner", "State", "Text"]
    assert names(root, "METHOD") == ["Own"]


def test_the_hierarchy_is_a_list_from_the_nearest_ancestor_on_and_empty_at_the_top(schema):
    only = ClassDetail(inheritance_hierarchy=True)
    assert element(schema, "Test_Leaf", only).get("DERIVATION") == "Test_Base"
    root = element(schema, "Test_Base", only)
    assert (root.get("DERIVATION"), root.get("SUPERCLASS")) == ("", None)


def test_an_inherited_member_is_propagated_and_an_overridden_one_is_not(schema):
    root = element(schema, "Test_Leaf")
    key, state = (root.find(f"PROPERTY[@NAME='{name}']") for name in ("Key", "State"))
    assert dict(key.attrib) == {
        "NAME": "Key",
        "TYPE": "string",
        "CLASSORIGIN": "Test_Base",
        "PROPAGATED": "true",
    }
    assert (state.get("CLASSORIGIN"), state.get("PROPAGATED")) == ("Test_Base", None)
    assert qualifiers(state)["Override"] == ["State"]
    assert root.find("METHOD[@NAME='Change']").get("PROPAGATED") == "true"


def test_members_have_the_element_of_their_shape(schema):
    root = element(schema, "Test_Leaf")
    assert names(root, "PROPERTY.ARRAY") == ["Names"]
    change = root.find("METHOD[@NAME='Change']")
    assert [(each.tag, each.get("NAME")) for each in change if each.tag != "QUALIFIER"] == [
        ("PARAMETER.REFERENCE", "Target"),
        ("PARAMETER.ARRAY", "Settings"),
        ("PARAMETER.REFERENCE", "Job"),
        ("PARAMETER.REFARRAY", "Jobs"),
    ]
    assert change.find("PARAMETER.REFERENCE").get("REFERENCECLASS") == "Test_Base"
    assert change.find("PARAMETER.ARRAY").get("TYPE") == "string"
    link = element(schema, "Test_Link")
    assert [each.get("REFERENCECLASS") for each in link.findall("PROPERTY.REFERENCE")] == [
        "Test_Base",
        "Test_Leaf",
    ]


def test_qualifiers_say_what_the_table_knows(schema):
    leaf = element(schema, "Test_Leaf", provider="TestProvider")
    assert qualifiers(leaf) == {"dynamic": ["true"], "provider": ["TestProvider"]}
    found = {each.get("NAME"): qualifiers(each) for each in leaf.iter("PROPERTY", "PROPERTY.ARRAY")}
    assert found["Key"] == {"key": ["true"], "MaxLen": ["64"], "read": ["true"]}
    assert found["Caption"] == {"read": ["true"], "Units": ["Kilo Bytes"], "write": ["true"]}
    assert found["Age"] == {"read": ["true"], "SUBTYPE": ["interval"]}
    assert found["Inner"] == {
        "CIMTYPE": ["object:Test_Base"],
        "EmbeddedInstance": ["Test_Base"],
        "read": ["true"],
    }
    assert found["Text"] == {"EmbeddedInstance": ["Test_Base"], "read": ["true"]}
    base = element(schema, "Test_Base")
    assert qualifiers(base) == {"Abstract": ["true"]}
    state = qualifiers(base.find("PROPERTY[@NAME='State']"))
    assert state["ValueMap"] == ["2", "3", ".."]
    assert state["Values"] == ["Enabled", "Disabled", None]
    link = element(schema, "Test_Link")
    assert qualifiers(link) == {"Association": ["true"]}
    assert qualifiers(link.find("PROPERTY.REFERENCE"))["CIMTYPE"] == ["ref:Test_Base"]
    assert qualifiers(element(schema, "Test_Only")) == {"Singleton": ["true"]}


def test_parameters_are_numbered_and_say_their_direction(schema):
    change = element(schema, "Test_Base").find("METHOD[@NAME='Change']")
    assert qualifiers(change)["ValueMap"] == ["0", "4096"]
    target, settings, job, jobs = (each for each in change if each.tag != "QUALIFIER")
    assert qualifiers(target) == {"CIMTYPE": ["ref:Test_Base"], "ID": ["0"], "In": ["true"]}
    assert qualifiers(settings) == {
        "EmbeddedInstance": ["Test_Base"],
        "ID": ["1"],
        "In": ["true"],
        "Optional": ["true"],
    }
    assert qualifiers(job)["Out"] == ["true"]
    assert qualifiers(jobs)["ID"] == ["3"]
    own = element(schema, "Test_Leaf").find("METHOD[@NAME='Own']")
    assert qualifiers(own) == {"Static": ["true"]}


def test_what_does_not_go_to_subclasses_is_not_written_on_inherited_members():
    text = TABLE + "\nTest_Third:Test_Leaf\t"
    third = element(Schema(text, "root/test", ("2012",), "2012"), "Test_Third")
    assert "Override" not in qualifiers(third.find("PROPERTY[@NAME='State']"))
    assert third.find("PROPERTY[@NAME='State']").get("PROPAGATED") == "true"


def test_flavors_are_written_only_where_they_differ_from_their_default(schema):
    text = format_class(schema.find("Test_Base"), FULL)
    assert '<QUALIFIER NAME="Abstract" TYPE="boolean" TOSUBCLASS="false"><VALUE>true</VALUE>' in text
    assert '<QUALIFIER NAME="key" TYPE="boolean" OVERRIDABLE="false"><VALUE>true</VALUE>' in text
    assert '<QUALIFIER NAME="Values" TYPE="string" TRANSLATABLE="true"><VALUE.ARRAY>' in text
    assert '<QUALIFIER NAME="ValueMap" TYPE="string"><VALUE.ARRAY>' in text


def test_a_qualifier_is_found_without_regard_to_case(schema):
    found = class_qualifiers(schema.find("Test_Link"))
    assert has_qualifier(found, "ASSOCIATION")
    assert not has_qualifier(found, "Singleton")
