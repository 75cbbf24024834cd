"""The converter of the schema tables."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from emulator.cim.schema import Schema

TOOLS = Path(__file__).parents[2] / "tools"
RELEASES = ("2008R2", "2012", "2012R2", "2016", "2019", "2022", "2025")

FACTS = [
    {"namespace": "root/test", "classes": 3},
    {
        "n": "CIM_Base",
        "f": ["abstract"],
        "since": "2012R2",
        "k": ["Id"],
        "p": {"Id": {"t": "string", "ml": 5}},
    },
    {
        "n": "Test_A",
        "s": "CIM_Base",
        "since": "2012",
        "k": ["Id"],
        "p": {
            "When": {"t": "string"},
            "New": {"t": "uint16", "v": ["srv23h2"], "e": [["1", "One"]]},
            "Old": {"t": "Test_B[]", "emb": 1, "v": ["srv2019"]},
            "Link": {"t": "Test_B ref", "u": "Mega Bytes", "w": 1},
        },
        "eo": {"Id": [["1", "One"]]},
        "m": {
            "Do": {
                "p": [["in", "Wait", "datetime"], ["out", "Job", "Test_B ref"]],
                "r": "UInt32",
                "opt": ["Wait"],
            }
        },
    },
    {"n": "Test_B", "p": {"X": {"t": "string", "ei": "Test_A"}}},
    {"n": "Test_C", "p": {}},
]

CORRECTIONS = """
[root/test]
include *
exclude Test_B Test_C
*.When type=datetime interval | manual
*!Do(Wait) interval | manual
"""


@pytest.fixture(scope="module")
def tool():
    sys.path.insert(0, str(TOOLS))
    try:
        spec = importlib.util.spec_from_file_location("build_schema", TOOLS / "build_schema.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(str(TOOLS))


@pytest.fixture
def built(tool, tmp_path):
    def build(corrections: str = CORRECTIONS, release: str = "2019") -> Schema:
        facts = tmp_path / "facts"
        facts.mkdir(exist_ok=True)
        lines = "\n".join(json.dumps(each) for each in FACTS)
        (facts / "root_test.jsonl").write_text(lines, encoding="utf-8")
        (tmp_path / "corrections.txt").write_text(corrections, encoding="utf-8")
        found = tool.Corrections.load(tmp_path / "corrections.txt")
        tool.build(facts, tmp_path / "out", found)
        return Schema.load([tmp_path / "out" / "root_test.cim"], "root/test", RELEASES, release)

    return build


def test_the_table_says_what_the_facts_say(built):
    schema = built()
    found = schema.find("Test_A")
    assert found.keys == ("Id",)
    assert found.property("Id").max_length == 5
    assert dict(found.property("Id").values) == {"1": "One"}
    assert found.property("Link").reference_class == "Test_B"
    assert found.property("Link").units == "Mega Bytes"
    assert found.property("Link").writable
    assert found.method("Do").parameters[0].optional
    assert found.method("Do").parameters[1].is_out


def test_mentioned_classes_are_taken_along(built):
    schema = built()
    assert "Test_B" in schema
    assert "Test_C" not in schema
    assert schema.find("Test_B").property("X").embedded_as == "instance"


def test_corrections_are_applied(built):
    found = built().find("Test_A")
    assert found.property("When").is_interval
    assert found.property("When").type.value == "datetime"
    assert found.method("Do").parameters[0].is_interval


def test_builds_become_releases(built):
    assert built(release="2019").find("Test_A").find_property("New") is None
    assert built(release="2025").find("Test_A").find_property("New") is not None
    assert built(release="2022").find("Test_A").find_property("Old") is not None
    assert built(release="2025").find("Test_A").find_property("Old") is None


def test_a_base_class_is_as_old_as_its_oldest_subclass(built):
    assert "CIM_Base" in built(release="2012")
    assert "CIM_Base" not in built(release="2008R2")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("Test_A.Nope interval | manual", "without a target"),
        ("Test_A.When interval", "needs its source"),
        ("Test_A.When sideways | manual", "unknown word"),
        ("Test_A since=2003 | manual", "unknown release"),
        ("Test A | manual", "unknown word|without a target"),
    ],
)
def test_a_correction_that_does_not_fit_stops_the_build(built, line, complaint):
    correction_error = sys.modules["schema_corrections"].CorrectionError
    with pytest.raises(correction_error, match=complaint):
        built(CORRECTIONS + line + "\n")


def test_the_shipped_corrections_can_be_read(tool):
    found = tool.Corrections.load(TOOLS / "schema_corrections.txt")
    assert found.changes
    assert set(found.selections) >= {"root/cimv2", "root/virtualization", "root/virtualization/v2"}
