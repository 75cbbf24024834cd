"""The JSON Schema that editors use."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from emulator.profile import builtin_names, builtin_path, json_schema
from emulator.profile.source import parse, read

SCHEMA = json_schema()
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
}


def is_type(value: Any, name: str) -> bool:
    if name in ("integer", "number"):
        return isinstance(value, int if name == "integer" else int | float) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def violations(value: Any, schema: dict[str, Any], path: str = "") -> list[str]:
    """What of the keywords that the schema uses the value breaks."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] | {
            key: word for key, word in schema.items() if key not in ("$ref", "default", "description")
        }
    found = []
    types = schema.get("type", [])
    if types and not any(is_type(value, name) for name in ([types] if isinstance(types, str) else types)):
        return [f"{path}: {value!r} is no {types}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path}: {value!r} is not in the enum")
    if "anyOf" in schema and all(violations(value, option, path) for option in schema["anyOf"]):
        found.append(f"{path}: {value!r} matches no option")
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(f"{path}: {value!r} does not match")
    if is_type(value, "number") and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found.append(f"{path}: {value!r} is out of range")
    if isinstance(value, list):
        found += [
            text for i, item in enumerate(value) for text in violations(item, schema["items"], f"{path}[{i}]")
        ]
    if isinstance(value, dict):
        found += [f"{path}: lacks {key}" for key in schema.get("required", []) if key not in value]
        known = schema.get("properties", {})
        for key, item in value.items():
            if key in known:
                found += violations(item, known[key], f"{path}.{key}")
            elif schema.get("additionalProperties") is False:
                found.append(f"{path}: unknown {key}")
    return found


def fields():
    for name, section in {"Profile": SCHEMA, **SCHEMA["$defs"]}.items():
        for key, field in section["properties"].items():
            yield pytest.param(field, id=f"{name}.{key}")


@pytest.mark.parametrize("name", builtin_names())
def test_every_shipped_profile_obeys_the_schema(name):
    assert violations(read(builtin_path(name)).plain(), SCHEMA) == []


@pytest.mark.parametrize("name", builtin_names())
def test_a_shipped_profile_reads_the_same_in_yaml_1_1_where_words_matter(name):
    ours = json.dumps(read(builtin_path(name)).plain())
    theirs = json.dumps(yaml.safe_load(builtin_path(name).read_text()), default=str)

    assert len(re.findall(r"\b(?:true|false)\b", ours)) == len(re.findall(r"\b(?:true|false)\b", theirs))


@pytest.mark.parametrize("field", list(fields()))
def test_every_field_explains_itself(field):
    assert field.get("description", "").endswith(".")


@pytest.mark.parametrize(
    ("text", "violation"),
    [
        ("hardwear: {}", "unknown hardwear"),
        ("clock: slow", "not in the enum"),
        ("winrm: {http_port: 0}", "out of range"),
        ("hardware: {memory: 4 XB}", "matches no option"),
        ("hardware: {memory: true}", "matches no option"),
        ("operating_system: {release: 1999}", "not in the enum"),
        ("operating_system: {edition: Ultra}", "not in the enum"),
        ("users: [{name: a}]", "lacks password"),
        ("extends: nothing", "matches no option"),
    ],
)
def test_the_schema_finds_what_is_wrong(text, violation):
    assert violation in "\n".join(violations(parse(text, "p.yaml").plain(), SCHEMA))


@pytest.mark.parametrize(
    "text",
    [
        "extends: ../base.yaml\nhardware: {processor: {slat: false}}",
        "hardware: {memory: 68719476736}",
        "hardware: {memory: 64 GB}",
        "operating_system: {release: 2022}",
        "operating_system: {release: '2022'}",
        "inventory: {virtual_machines: [{name: a, state: off, version: 10.0}]}",
    ],
)
def test_the_schema_takes_every_way_to_write_a_value(text):
    assert violations(parse(text, "p.yaml").plain(), SCHEMA) == []


def test_sections_are_required_only_without_a_base():
    assert "required" not in SCHEMA
    assert SCHEMA["if"] == {"not": {"required": ["extends"]}}
    assert SCHEMA["then"] == {"required": ["hardware", "operating_system", "users"]}


def test_the_schema_is_plain_json_and_a_copy_each_time():
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert json_schema() is not json_schema()
