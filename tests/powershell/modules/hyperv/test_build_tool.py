"""The tool that writes the tables."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[4] / "tools" / "build_hyperv_module.py"
FACTS = {
    "format": "hyperv_module/1",
    "types": {"VMState": "Microsoft.HyperV.PowerShell.VMState", "VM": "Microsoft.HyperV.PowerShell.VM"},
    "cmdlets": {
        "Get-X": {
            "in": "2012 2022",
            "doc": "2012",
            "p": {
                "State": {"t": "VMState[]", "s": {"Name": "0v"}},
                "Cluster": {"t": "psobject", "pstype": "A.ClusterObject"},
            },
            "out": ["VM"],
            "sets": ["Name"],
            "var": {"2012": {"Name": {"State": "0", "Cluster": ""}, "#2": {"State": ""}}},
        }
    },
    "enums": {"VMState": {"v": {"On": 1, "Unknown": None}, "b": "byte"}},
    "classes": {"VM": [["State", "VMState?"], ["Parts", "List<VM>"], ["Id", "guid"]]},
    "classes_without_shape": ["Odd"],
}


@pytest.fixture
def tool(monkeypatch):
    spec = importlib.util.spec_from_file_location("build_hyperv_module", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "build_hyperv_module", module)
    spec.loader.exec_module(module)
    return module


def test_the_tables_have_full_type_names_and_nothing_that_nobody_reads(tool):
    tables = {name: json.loads(text) for name, text in tool.build(FACTS).items()}
    row = tables["cmdlets.json"]["Get-X"]
    assert row["p"]["State"]["t"] == "Microsoft.HyperV.PowerShell.VMState[]"
    assert row["p"]["Cluster"]["t"] == "A.ClusterObject"
    assert row["out"] == ["Microsoft.HyperV.PowerShell.VM"]
    assert "doc" not in row
    assert list(row["var"]["2012"]) == ["Name"]
    assert tables["enums.json"] == {"Microsoft.HyperV.PowerShell.VMState": {"v": {"On": 1}, "b": "byte"}}
    assert tables["classes.json"]["Microsoft.HyperV.PowerShell.VM"] == [
        ["State", "Microsoft.HyperV.PowerShell.VMState?"],
        ["Parts", "System.Collections.Generic.List`1[Microsoft.HyperV.PowerShell.VM]"],
        ["Id", "guid"],
    ]
    assert tables["classes.json"]["Microsoft.HyperV.PowerShell.Odd"] == []


def test_each_entry_is_on_a_line_of_its_own(tool):
    text = tool.build(FACTS)["cmdlets.json"]
    assert text.splitlines()[1].startswith('"Get-X":{"in":"2012 2022",')


def test_facts_of_another_format_are_refused(tool):
    with pytest.raises(ValueError, match="format"):
        tool.build({"format": "other/1"})
