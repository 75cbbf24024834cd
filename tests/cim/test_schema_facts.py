"""Every class and member of the facts is in the tables, and the tables are what the facts make of them.

The facts lie beside the checkout, in `../shared/facts/schema`, or where `HYPERV_EMULATOR_FACTS` says; the tests
that read them are skipped without. The digest of the tables is checked always.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path

import pytest

from emulator.cim.schema import Schema
from emulator.wmi.release_order import RELEASE_ORDER

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "emulator" / "wmi" / "schema"
ADDED = ROOT / "tools" / "schema_facts"
CORRECTIONS = ROOT / "tools" / "schema_corrections.txt"
DIGEST = ROOT / "tools" / "schema_tables.sha256"
VARIABLE = "HYPERV_EMULATOR_FACTS"
FACTS = Path(os.environ.get(VARIABLE) or ROOT.parent / "shared" / "facts" / "schema")

need_facts = pytest.mark.skipif(
    not any(FACTS.glob("root_*.jsonl")),
    reason=f"no class facts in ../shared/facts/schema, and {VARIABLE} names no other folder",
)


@pytest.fixture(scope="module")
def tool():
    folder = str(ROOT / "tools")
    sys.path.insert(0, folder)
    try:
        spec = importlib.util.spec_from_file_location("build_schema", ROOT / "tools" / "build_schema.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(folder)


def test_the_tables_are_those_that_were_compared_with_the_facts(tool):
    """The converter writes the digest; an edit of a table by hand shows here, also without the facts."""
    assert tool.digest() == DIGEST.read_text(encoding="utf-8").strip()


@need_facts
def test_building_again_gives_the_same_tables(tool, tmp_path):
    tool.build(FACTS, tmp_path, tool.Corrections.load(CORRECTIONS))
    built = {path.name: path.read_bytes() for path in tmp_path.glob("*.cim")}
    assert built == {path.name: path.read_bytes() for path in TABLES.glob("*.cim")}


def sources():
    folders = [ADDED, FACTS] if FACTS.is_dir() else [ADDED]
    return sorted(path for folder in folders for path in folder.glob("root*.jsonl"))


def union(table, namespace):
    """Class -> (properties, methods -> parameters) over all releases, in lower case."""
    found: dict[str, tuple[dict[str, object], dict[str, object]]] = {}
    for release in ("2008R2", "2012", "2012R2", "2016", "2019", "2022", "2025"):
        schema = Schema.load([TABLES / "system.cim", TABLES / table], namespace, RELEASE_ORDER, release)
        for name in schema.names():
            declaration = schema.find(name)
            properties, methods = found.setdefault(name.lower(), ({}, {}))
            properties.update({each.name: each for each in declaration.properties})
            methods.update({each.name: each for each in declaration.methods})
    return found


#: Members that a correction drops or spells anew, with its reason in `tools/schema_corrections.txt`.
def corrected():
    return {
        line.split()[0]
        for line in CORRECTIONS.read_text(encoding="utf-8").splitlines()
        if "|" in line and (" drop" in line.partition("|")[0] or " type=" in line.partition("|")[0])
    }


@pytest.mark.parametrize("source", sources(), ids=lambda path: path.stem)
def test_every_class_and_member_of_the_facts_is_in_its_table(tool, source):
    header, *records = map(json.loads, source.read_text(encoding="utf-8").splitlines())
    namespace = header["namespace"]
    names = [record["n"] for record in records]
    chosen = tool.Corrections.load(CORRECTIONS).selected(namespace, names)
    assert chosen, f"{namespace} has no section in the corrections"
    declared = union(f"{namespace.replace('/', '_')}.cim", namespace)
    changed = {each.partition(".")[2] for each in corrected() if "." in each}
    compared = 0
    for record in records:
        name = record["n"]
        if name not in chosen:
            continue
        assert name.lower() in declared, name
        properties, methods = declared[name.lower()]
        for member, fact in record.get("p", {}).items():
            assert member in properties, f"{name}.{member}"
            kind = properties[member]
            assert kind.is_array is fact["t"].endswith("[]"), f"{name}.{member}"
            if member not in changed:
                field = tool.type_field(fact["t"]).removesuffix("[]")
                wanted = "reference" if field.endswith("&") else "object" if field.endswith("}") else field
                assert kind.type.value == wanted, f"{name}.{member}"
            compared += 1
        for member, fact in record.get("m", {}).items():
            assert member in methods, f"{name}.{member}"
            spelled = [each.name for each in methods[member].parameters]
            assert spelled == [each[1] for each in fact["p"]], f"{name}.{member}"
            compared += 1
    assert compared or namespace == "root/security"


@pytest.mark.parametrize("source", sources(), ids=lambda path: path.stem)
def test_superclasses_are_those_of_the_facts(source):
    header, *records = map(json.loads, source.read_text(encoding="utf-8").splitlines())
    namespace = header["namespace"]
    schema = Schema.load(
        [TABLES / "system.cim", TABLES / f"{namespace.replace('/', '_')}.cim"],
        namespace,
        RELEASE_ORDER,
        "2025",
    )
    for record in records:
        declaration = schema.get(record["n"])
        if declaration is not None:
            assert (declaration.superclass or "").lower() == record.get("s", "").lower(), record["n"]
