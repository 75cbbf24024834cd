"""Schema tables: lookup, inheritance, order, releases."""

from __future__ import annotations

import pytest

from emulator.cim.errors import InvalidClass, InvalidMethod, InvalidProperty, SchemaTableError
from emulator.cim.schema import Schema
from emulator.cim.types import CimType

RELEASES = ("2008R2", "2012", "2012R2", "2016", "2019")


def schema_of(*lines: str, release: str = "2019") -> Schema:
    return Schema("\n".join(lines), "root/test", RELEASES, release)


def test_a_class_is_found_without_regard_to_case_and_only_once_built(schema):
    assert schema.find("test_MACHINE") is schema.find("Test_Machine")
    assert schema.find("test_machine").name == "Test_Machine"
    assert "TEST_machine" in schema


def test_an_unknown_class_is_an_invalid_class(schema):
    assert schema.get("Test_None") is None
    with pytest.raises(InvalidClass) as caught:
        schema.find("Test_None")
    assert caught.value.hresult == 0x80041010


def test_properties_are_alphabetical_over_all_inherited_ones_without_regard_to_case(schema):
    names = [each.name for each in schema.find("Test_Machine").properties]
    assert names == [
        "_x", "active", "Alpha", "Beta", "Caption", "Child", "Created", "Delay", "InstanceID", "Letter",
        "Names", "Newer", "Next", "Parts", "Settings", "Size",
    ]  # fmt: skip


def test_inherited_properties_keep_the_class_that_declares_them(schema):
    declaration = schema.find("Test_Machine")
    assert declaration.property("caption").class_origin == "CIM_Base"
    assert declaration.property("ALPHA").class_origin == "Test_Machine"
    assert declaration.derivation == ("Test_Machine", "CIM_Base")
    assert declaration.superclass == "CIM_Base"


def test_a_property_says_everything_that_the_table_says(schema):
    declaration = schema.find("Test_Machine")
    alpha = declaration.property("Alpha")
    assert alpha.type is CimType.UINT8
    assert alpha.writable
    assert dict(alpha.values) == {"0": "Off", "1": "On now", "2..9": ""}
    assert declaration.property("Caption").max_length == 64
    assert dict(declaration.property("Caption").values) == dict(alpha.values)
    assert declaration.property("Size").units == "Mega Bytes"
    assert declaration.property("Delay").is_interval
    assert declaration.property("Next").reference_class == "Test_Machine"
    settings = declaration.property("Settings")
    assert (settings.type, settings.embedded_as, settings.embedded_class) == (
        CimType.STRING,
        "instance",
        "Test_Part",
    )
    parts = declaration.property("Parts")
    assert (parts.type, parts.is_array, parts.embedded_as) == (CimType.OBJECT, True, "object")


def test_a_method_says_direction_optionality_and_codes(schema):
    method = schema.find("Test_Machine").method("START")
    assert method.is_static
    assert method.return_type is CimType.UINT32
    assert method.return_values["0"] == "Off"
    shape = [(each.name, each.is_in, each.is_out, each.optional) for each in method.parameters]
    assert shape == [
        ("Mode", True, False, False),
        ("Timeout", True, False, True),
        ("Job", False, True, False),
        ("Both", True, True, False),
    ]
    timeout = method.parameter("timeout")
    assert timeout is not None
    assert timeout.is_interval


def test_unknown_members_are_named_in_the_error(schema):
    declaration = schema.find("Test_Machine")
    with pytest.raises(InvalidProperty, match="Nope"):
        declaration.property("Nope")
    with pytest.raises(InvalidMethod, match="Nope"):
        declaration.method("Nope")


def test_an_association_end_is_narrowed_by_the_subclass(schema):
    link = schema.find("Test_Link")
    assert link.is_association
    assert not link.is_abstract
    assert link.property("Dependent").reference_class == "Test_Machine"
    assert link.property("Antecedent").reference_class == "CIM_Base"
    assert link.keys == ("Antecedent", "Dependent")


def test_keys_of_a_subclass_stand_in_place_of_inherited_ones():
    schema = schema_of("A:\t\t.X string\t.Y string\t#X", "B:A\t\t#Y", "C:B\t")
    assert schema.find("A").keys == ("X",)
    assert schema.find("B").keys == ("Y",)
    assert schema.find("C").keys == ("Y",)


def test_a_singleton_has_no_keys(schema):
    only = schema.find("Test_Only")
    assert only.is_singleton
    assert only.keys == ()


def test_subclasses_are_listed_deep_or_direct(schema):
    assert set(schema.subclasses("cim_base")) == {"Test_Split", "Test_Summary", "Test_Machine", "Test_Only"}
    assert "Test_Summary" not in schema.subclasses("CIM_Base", deep=False)
    assert schema.is_a("Test_Summary", "cim_base")
    assert not schema.is_a("Test_Summary", "Test_Machine")
    with pytest.raises(InvalidClass):
        schema.subclasses("Test_None")


@pytest.mark.parametrize(
    ("release", "present", "absent"),
    [
        ("2016", {"Test_Machine"}, {"Test_Gone"}),
        ("2012R2", {"Test_Machine", "Test_Gone"}, {"Test_Split"}),
        ("2008R2", {"Test_Gone", "Test_Summary"}, {"Test_Machine", "Test_Split"}),
    ],
)
def test_a_release_has_only_its_own_classes(schema, release, present, absent):
    older = Schema("\n".join(_table(schema)), "root/test", RELEASES, release)
    assert present <= set(older.names())
    assert not absent & set(older.names())


def test_a_release_has_only_its_own_properties(schema):
    names = {each.name for each in schema.find("Test_Machine").properties}
    assert "Newer" in names
    assert "Older" not in names
    older = Schema("\n".join(_table(schema)), "root/test", RELEASES, "2016")
    names = {each.name for each in older.find("Test_Machine").properties}
    assert "Newer" not in names
    assert "Older" in names


def test_members_of_a_parent_that_a_release_lacks_belong_to_the_subclass(schema):
    older = Schema("\n".join(_table(schema)), "root/test", RELEASES, "2012")
    summary = older.find("Test_Summary")
    assert summary.superclass == "CIM_Base"
    assert summary.derivation == ("Test_Summary", "CIM_Base")
    assert summary.property("Name").class_origin == "Test_Summary"
    assert summary.method("Ask").class_origin == "Test_Summary"
    assert summary.find_property("Version") is None
    assert older.subclasses("CIM_Base", deep=False).count("Test_Summary") == 1


def test_a_release_that_nobody_listed_is_refused():
    with pytest.raises(ValueError, match="2003"):
        schema_of("A:\t", release="2003")


@pytest.mark.parametrize(
    "lines",
    [["A:\tsince=2003"], ["A:\t\t.X nothing"], ["A:\t\t?X string"], ["A:B\t", "B:A\t"]],
)
def test_a_damaged_table_is_a_table_error(lines):
    with pytest.raises(SchemaTableError):
        schema_of(*lines).find("A")


def _table(schema: Schema) -> list[str]:
    lines = [f"={number}\t{line}" for number, line in schema._value_lines.items()]
    return [*lines, *schema._lines.values(), *schema._hidden.values()]
