"""JSON Schema of profile files, for editors that complete and check YAML."""

from __future__ import annotations

from typing import Any

from emulator.profile.loader import builtin_names
from emulator.profile.model import Profile
from emulator.profile.release import release, release_keys
from emulator.profile.time_zones import IANA_NAMES


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a profile file.

    It is computed at each call. Keys are required only where a base named by ``extends`` cannot supply them:
    in the items of lists, and at the top of a file that extends nothing.
    """
    from emulator.profile.checking import json_schema as section_schema

    schema = section_schema(Profile)
    definitions = schema["$defs"]
    required = schema.pop("required")
    for name in _merged(schema, definitions):
        definitions[name].pop("required", None)
    _name_values(definitions)
    schema["properties"] = {"extends": _extends()} | schema["properties"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "hyperv-emulator profile",
        "if": {"not": {"required": ["extends"]}},
        "then": {"required": required},
    }


def _extends() -> dict[str, Any]:
    return {
        "anyOf": [{"enum": list(builtin_names())}, {"type": "string", "pattern": r"[\\/]|\.ya?ml$"}],
        "description": (
            "Profile that this one changes: a shipped one by name, or a path relative to this file. Mappings "
            "merge key by key, lists and single values replace."
        ),
        "examples": ["windows-server-2022-datacenter", "./base.yaml"],
    }


def _merged(schema: dict[str, Any], definitions: dict[str, Any]) -> set[str]:
    """Definitions that are reached through keys alone, and so may be stated in part."""
    found: set[str] = set()
    pending = [schema]
    while pending:
        for field in pending.pop().get("properties", {}).values():
            name = str(field.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                pending.append(definitions[name])
    return found


def _name_values(definitions: dict[str, Any]) -> None:
    """Put the names that the release tables hold where editors can offer them."""
    facts = [release(key) for key in release_keys()]
    system = definitions["OperatingSystem"]["properties"]
    keys: list[str | int] = [int(key) for key in release_keys() if key.isdigit()]
    system["release"]["enum"] = [*release_keys(), *keys]
    system["edition"]["enum"] = sorted({name for fact in facts for name in fact.editions})
    system["time_zone"]["enum"] = list(IANA_NAMES)
    groups = sorted({name for fact in facts for name in fact.local_groups})
    definitions["User"]["properties"]["groups"]["items"]["enum"] = groups
    versions = sorted({version for fact in facts for version in fact.configuration_versions}, key=float)
    machine = definitions["VirtualMachine"]["properties"]
    for variant in machine["version"].get("anyOf", [machine["version"]]):
        if "null" not in variant.get("type", ""):
            variant["enum"] = [*versions, *map(float, versions)]
