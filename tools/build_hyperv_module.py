"""Writes the tables of `emulator/powershell/modules/hyperv/` from a file of facts about the Hyper-V module.

    python tools/build_hyperv_module.py FACTS_FILE [--output FOLDER]

The facts (format ``hyperv_module/1``) name cmdlets, parameters, enumerations and classes. Three tables come
out, one entry a line so that readers can find an entry without parsing the rest:

* ``cmdlets.json``: name -> shape, in the form that `emulator.powershell.runtime.table` reads, types by full
  name
* ``enums.json``: full name -> members with their numbers, and the underlying type when it is not Int32
* ``classes.json``: full name -> ordered pairs of property and type

Only the standard library is used, and the output depends on nothing but the input.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

FORMAT = "hyperv_module/1"
HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parent / "emulator" / "powershell" / "modules" / "hyperv"
NAMESPACE = "Microsoft.HyperV.PowerShell"
CMDLET_KEYS = ("in", "def", "defv", "sp", "out", "sets", "p", "var")
PARAMETER_KEYS = (
    "t", "a", "f", "s", "set", "range", "nn", "allow", "since", "until", "told", "ren",
)  # fmt: skip
_TYPE = re.compile(
    r"^(?:(?P<generic>I?\w*(?:List|Collection))<(?P<item>[^>]+)>|(?P<name>[^\[\]?]+))"
    r"(?P<suffix>\??(?:\[\])?)$"
)
GENERIC = {
    "IReadOnlyCollection": "System.Collections.Generic.IReadOnlyCollection`1",
    "IList": "System.Collections.Generic.IList`1",
    "List": "System.Collections.Generic.List`1",
    "IReadOnlyList": "System.Collections.Generic.IReadOnlyList`1",
}


def full_type(text: str, types: dict[str, str]) -> str:
    """A type of the facts with full names: ``VMSwitch[]``, ``guid?``, ``List<VMGroup>``."""
    found = _TYPE.match(text)
    if found is None:
        raise ValueError(f"cannot read the type {text!r}")
    if found["generic"]:
        return f"{GENERIC[found['generic']]}[{full_type(found['item'], types)}]"
    return types.get(found["name"], found["name"]) + found["suffix"]


def parameter(spec: dict[str, Any], types: dict[str, str]) -> dict[str, Any]:
    """What the table keeps of a parameter."""
    kept = {key: spec[key] for key in PARAMETER_KEYS if key in spec}
    kept["t"] = full_type(spec["t"], types)
    if "pstype" in spec:
        # A PSObject of one type name only: the binder must not take every object for it.
        kept["t"] = spec["pstype"]
    if "told" in spec:
        kept["told"] = {release: full_type(text, types) for release, text in spec["told"].items()}
    return kept


def layouts(var: dict[str, dict[str, dict[str, str]]]) -> dict[str, dict[str, dict[str, str]]]:
    """Layouts of releases without the sets that no name could be found for and whose parameters are in
    others."""
    kept: dict[str, dict[str, dict[str, str]]] = {}
    for release, sets in var.items():
        named = {name: members for name, members in sets.items() if not name.startswith("#")}
        known = {parameter for members in named.values() for parameter in members}
        kept[release] = named if named and all(known >= set(members) for members in sets.values()) else sets
    return kept


def cmdlet(row: dict[str, Any], types: dict[str, str]) -> dict[str, Any]:
    """What the table keeps of a cmdlet."""
    kept = {key: row[key] for key in CMDLET_KEYS if key in row}
    if "out" in row:
        kept["out"] = [full_type(text, types) for text in row["out"]]
    kept["p"] = {name: parameter(spec, types) for name, spec in row["p"].items()}
    if "var" in row:
        kept["var"] = layouts(row["var"])
    return kept


def enumeration(row: dict[str, Any]) -> dict[str, Any]:
    """Members whose number is known."""
    kept: dict[str, Any] = {"v": {name: number for name, number in row["v"].items() if number is not None}}
    if "b" in row:
        kept["b"] = row["b"]
    return kept


def lines(table: dict[str, Any]) -> str:
    """A JSON object with one entry a line."""
    rows = [
        f"{json.dumps(name)}:{json.dumps(row, separators=(',', ':'), ensure_ascii=False)}"
        for name, row in table.items()
    ]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def build(facts: dict[str, Any]) -> dict[str, str]:
    """File name -> text of the tables."""
    if facts.get("format") != FORMAT:
        raise ValueError(f"the facts have the format {facts.get('format')!r}; {FORMAT!r} is needed")
    types = dict(facts["types"])
    classes = {
        types.get(name, f"{NAMESPACE}.{name}"): [[member, full_type(kind, types)] for member, kind in members]
        for name, members in facts["classes"].items()
    }
    # Classes without a recorded shape are known by name alone.
    for name in (*facts["classes_without_shape"], *types):
        full = types.get(name, f"{NAMESPACE}.{name}")
        if (
            name not in facts["enums"]
            and full.startswith("Microsoft.")
            and not full.startswith("Microsoft.Management.")
        ):
            classes.setdefault(full, [])
    return {
        "cmdlets.json": lines({name: cmdlet(row, types) for name, row in facts["cmdlets"].items()}),
        "enums.json": lines(
            {types.get(name, f"{NAMESPACE}.{name}"): enumeration(row) for name, row in facts["enums"].items()}
        ),
        "classes.json": lines(classes),
    }


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("facts", type=Path, help="the JSON file of facts")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="folder of the tables")
    options = parser.parse_args()
    try:
        tables = build(json.loads(options.facts.read_text("utf-8")))
    except (OSError, ValueError, KeyError) as problem:
        print(f"{options.facts}: {problem}", file=sys.stderr)
        return 1
    for name, text in tables.items():
        (options.output / name).write_text(text, "utf-8")
        print(f"{options.output / name}: {text.count(chr(10)) - 2} entries")
    return 0


if __name__ == "__main__":
    sys.exit(main())
