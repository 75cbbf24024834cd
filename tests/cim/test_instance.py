"""Instances: paths, system properties, values."""

from __future__ import annotations

import pytest

from emulator.cim.errors import InvalidProperty
from emulator.cim.instance import ValueInstance


def test_the_path_holds_server_namespace_and_keys(machine):
    assert str(machine().path) == r'\\HOST1\root\test:Test_Machine.InstanceID="Microsoft:AB\\0"'


def test_the_path_of_a_singleton_has_an_at_sign(schema):
    only = ValueInstance(schema.find("Test_Only"), {}, "root/test", "HOST1")
    assert str(only.path) == r"\\HOST1\root\test:Test_Only=@"


def test_the_path_of_an_association_nests_the_paths_of_its_ends(schema, machine):
    ends = {"Antecedent": machine().path, "Dependent": machine(InstanceID="b").path}
    link = ValueInstance(schema.find("Test_Link"), ends, "root/test", "HOST1")
    assert link.path.key_path("Dependent") == machine(InstanceID="b").path
    assert link.path == type(link.path).parse(str(link.path))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("__CLASS", "Test_Machine"),
        ("__superclass", "CIM_Base"),
        ("__DYNASTY", "CIM_Base"),
        ("__DERIVATION", ["CIM_Base"]),
        ("__SERVER", "HOST1"),
        ("__NAMESPACE", r"root\test"),
        ("__GENUS", 2),
        ("__PROPERTY_COUNT", 16),
        ("__RELPATH", r'Test_Machine.InstanceID="Microsoft:AB\\0"'),
    ],
)
def test_system_properties(machine, name, value):
    assert machine().system_value(name) == value


def test_an_unknown_property_is_refused(machine):
    with pytest.raises(InvalidProperty):
        machine(Nope=1)
    with pytest.raises(InvalidProperty):
        machine().value("Nope")
    with pytest.raises(InvalidProperty):
        machine().system_value("__NOPE")


def test_a_property_that_was_not_given_is_null_and_not_present(machine):
    found = machine(alpha=5, Caption=None)
    assert found.value("ALPHA") == 5
    assert found.value("Size") is None
    assert found.present == {"Alpha", "Caption", "InstanceID"}
    assert found.has("caption")
    assert not found.has("size")
    assert found.cache_key is None
    assert found.volatile == frozenset()
