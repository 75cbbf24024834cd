"""Writes the schema tables of `emulator/wmi/schema/` from a folder of class facts.

    python tools/build_schema.py FACTS_FOLDER [--output FOLDER] [--corrections FILE]

FACTS_FOLDER holds one `root_<namespace>.jsonl` a namespace: a header line, then one class a line; those of
`tools/schema_facts` are added. The classes that every namespace has are written once, into `system.cim`. The
corrections file (`tools/schema_corrections.txt`) is written by hand; its head explains it. The table format
is documented in `emulator/cim/schema.py`; `tools/schema_tables.sha256` gets their digest. Only the standard library is used, and the output depends on
nothing but the two inputs.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

from schema_corrections import CorrectionError, Corrections

Record = dict[str, Any]

HERE = Path(__file__).resolve().parent
MORE_FACTS = HERE / "schema_facts"
CORRECTIONS = HERE / "schema_corrections.txt"
TABLES = HERE.parent / "emulator" / "wmi" / "schema"
#: By this a test sees, also where the facts are not, that the tables are what the converter wrote.
DIGEST = HERE / "schema_tables.sha256"
#: The section of the corrections, and the table, of the classes that every namespace has; from whose facts.
SYSTEM, SYSTEM_SOURCE = "system", "root/cimv2"
RELEASES = ("2008R2", "2012", "2012R2", "2016", "2019", "2022", "2025")
OLDEST = RELEASES[0]
NEWER_BUILD, OLDER_BUILD = "srv23h2", "srv2019"
RELEASE_NAMES = {
    "2008": OLDEST,
    "Windows Server 2008": OLDEST,
    "Windows Server 2008, Windows Server 2008": OLDEST,
    "Windows Server 2008 R2 with SP1": OLDEST,
}
TYPE_NAMES = {
    "int32": "sint32",
    "integer": "uint32",
    "hresult": "uint32",
    "unit16": "uint16",
    "filename": "string",
}
SIMPLE_TYPES = {
    "boolean", "char16", "datetime", "object", "real32", "real64", "string",
    "sint8", "sint16", "sint32", "sint64", "uint8", "uint16", "uint32", "uint64",
}  # fmt: skip
DIRECTIONS = {"in": "<", "out": ">", "inout": "%", "in/out": "%", "?": "<"}


def release_name(text: str | None) -> str:
    """A release of `RELEASES`, or empty when there is no lower bound.

    A `?` marks a release that was only inferred.
    """
    name = (text or OLDEST).rstrip("?")
    name = RELEASE_NAMES.get(name, name)
    if name not in RELEASES:
        raise CorrectionError(f"unknown release {text!r}")
    return "" if name == OLDEST else name


def type_field(text: str) -> str:
    """A type of the facts (`uint16[]`, `CIM_Job ref`, `CIM_Error[]`) as the table writes it."""
    array = "[]" if text.endswith("[]") else ""
    base = text.removesuffix("[]")
    if base.endswith("&"):
        return f"{base}{array}"
    if base.endswith(" ref"):
        return f"{base.removesuffix(' ref')}&{array}"
    lower = TYPE_NAMES.get(base.lower(), base.lower())
    if lower in SIMPLE_TYPES:
        return f"{lower}{array}"
    return f"{base}{{}}{array}"


class ValueMaps:
    """Numbers the value maps of a table; equal maps share a number.

    `prefix` tells the numbers of the system classes from those of the table that they are read with.
    """

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.numbers: dict[str, int] = {}

    def word(self, pairs: list[list[str]] | None) -> list[str]:
        if not pairs:
            return []
        fields = "\t".join(f"{value} {label}".rstrip() for value, label in pairs)
        return [f"values={self.prefix}{self.numbers.setdefault(fields, len(self.numbers) + 1)}"]

    def lines(self) -> list[str]:
        return [f"={self.prefix}{number}\t{fields}" for fields, number in self.numbers.items()]


def bounds(record: Record) -> list[str]:
    """The words `since=` and `until=` of a class or member."""
    since, until = release_name(record.get("since")), record.get("until", "")
    builds = record.get("v")
    if builds == [NEWER_BUILD] and not record.get("since"):
        since = RELEASES[-1]  # that build stands between 2022 and 2025
    if builds == [OLDER_BUILD] and not until:
        until = RELEASES[-2]
    words = [f"since={since}"] if since else []
    if until:
        words.append(f"until={until}")
    return words


def property_field(name: str, record: Record, maps: ValueMaps) -> str:
    words = [name, type_field(record["t"])]
    if record.get("w"):
        words.append("write")
    if record.get("interval"):
        words.append("interval")
    if record.get("ei"):
        words.append(f"text={record['ei']}")
    if record.get("ml"):
        words.append(f"length={record['ml']}")
    if record.get("u"):
        words.append("units=" + record["u"].replace(" ", "_"))
    return "." + " ".join([*words, *maps.word(record.get("e")), *bounds(record)])


def method_fields(name: str, record: Record, maps: ValueMaps) -> list[str]:
    words = [name, type_field(record["r"] or "uint32")]
    if record.get("static"):
        words.append("static")
    fields = ["!" + " ".join([*words, *maps.word(record.get("rv")), *bounds(record)])]
    optional, embedded = set(record.get("opt", ())), record.get("ei", {})
    labels, intervals = record.get("pe", {}), record.get("interval", ())
    for direction, parameter, parameter_type in record["p"]:
        words = [parameter, type_field(parameter_type)]
        if parameter in optional:
            words.append("optional")
        if parameter in intervals:
            words.append("interval")
        if parameter in embedded:
            words.append(f"text={embedded[parameter]}")
        fields.append(DIRECTIONS[direction] + " ".join([*words, *maps.word(labels.get(parameter))]))
    return fields


class Table:
    """The classes of one namespace on their way into a table."""

    def __init__(self, namespace: str, records: list[Record]) -> None:
        self.namespace = namespace
        self.classes: dict[str, Record] = {record["n"]: record for record in records}
        self.index()

    def index(self) -> None:
        """Finds the classes again, after some of them went or got another name."""
        self._by_lower = {name.lower(): name for name in self.classes}

    def ancestors(self, name: str) -> list[str]:
        """The class and its superclasses, as far as they are in the namespace."""
        chain: list[str] = []
        current: str | None = self._by_lower.get(name.lower())
        while current is not None and current not in chain:
            chain.append(current)
            current = self._by_lower.get((self.classes[current].get("s") or "").lower())
        return chain

    def select(self, chosen: list[str]) -> None:
        """Keeps the chosen classes, with their superclasses and the classes that they mention."""
        kept: set[str] = set()
        while chosen:
            name = chosen.pop()
            for each in self.ancestors(name):
                if each not in kept:
                    kept.add(each)
                    chosen.extend(self._mentioned(self.classes[each]))
        self.classes = {name: record for name, record in self.classes.items() if name in kept}
        self.index()

    def _mentioned(self, record: Record) -> list[str]:
        words = [each["t"] for each in record.get("p", {}).values()]
        words.extend(record.get("ends", {}).values())
        names = (re.sub(r"( ref)?(\[\])?$", "", word) for word in words)
        return [self._by_lower[name.lower()] for name in names if name.lower() in self._by_lower]

    def lower_base_releases(self) -> None:
        """A CIM_ class exists since the first release that has a class derived from it.

        The manual states for base classes the release of the page, not of the class.
        """
        for name, record in self.classes.items():
            rank = RELEASES.index(release_name(record.get("since")) or OLDEST)
            for ancestor in self.ancestors(name)[1:]:
                base = self.classes[ancestor]
                if ancestor.startswith("CIM_") and base.get("since"):
                    base_rank = RELEASES.index(release_name(base["since"]) or OLDEST)
                    base["since"] = RELEASES[min(rank, base_rank)]
        for name, record in self.classes.items():
            for method in record.get("m", {}).values():
                if method.get("ov") or name.startswith("CIM_") or method.get("since") == record.get("since"):
                    method.pop("since", None)

    def inherited_keys(self, name: str) -> list[str] | None:
        for ancestor in self.ancestors(name)[1:]:
            if "k" in self.classes[ancestor]:
                return sorted(self.classes[ancestor]["k"])
        return None

    def line(self, name: str, maps: ValueMaps) -> str:
        """The record of a class: words, properties, changes of inherited ones, keys, methods."""
        record = self.classes[name]
        own = record.get("p", {})
        inherited = {
            each for ancestor in self.ancestors(name)[1:] for each in self.classes[ancestor].get("p", {})
        }
        fields = [f"{name}:{record.get('s') or ''}", " ".join([*record.get("f", ()), *bounds(record)])]
        fields.extend(property_field(each, own[each], maps) for each in own)
        for each, pairs in record.get("eo", {}).items():
            fields.append("~" + " ".join([each, *maps.word(pairs)]))
        for role, target in record.get("ends", {}).items():
            if role not in own:
                fields.append(f"~{role} ref={target}" if role in inherited else f".{role} {target}&")
        if "k" in record and sorted(record["k"]) != self.inherited_keys(name):
            fields.append("#" + " ".join(record["k"]))
        for each, method in record.get("m", {}).items():
            fields.extend(method_fields(each, method, maps))
        return "\t".join(fields)

    def text(self) -> str:
        maps = ValueMaps("s" if self.namespace == SYSTEM else "")
        lines = [self.line(name, maps) for name in sorted(self.classes, key=str.lower)]
        head = f"# {self.namespace}: {len(lines)} classes. Written by tools/build_schema.py, not by hand."
        return "\n".join([head, *maps.lines(), *lines]) + "\n"


def build(facts: Path, output: Path, corrections: Corrections) -> dict[str, tuple[int, int]]:
    """Writes every table; returns classes and bytes by namespace.

    Raises CorrectionError for a stale correction.
    """
    report: dict[str, tuple[int, int]] = {}
    output.mkdir(parents=True, exist_ok=True)
    common: set[str] = set()
    for namespace, records in sorted(_read(facts).items(), key=lambda pair: pair[0] != SYSTEM):
        table = Table(namespace, [each for each in records if each["n"] not in common])
        chosen = corrections.selected(namespace, table.classes)
        if chosen is None:
            continue
        table.select(chosen)
        table.lower_base_releases()
        if namespace == SYSTEM:
            common = {name for name in table.classes if name.startswith("__")}
        corrections.apply(namespace, table.classes)
        table.index()
        text = table.text()
        (output / f"{namespace.replace('/', '_')}.cim").write_text(text, encoding="utf-8", newline="\n")
        report[namespace] = (len(table.classes), len(text.encode("utf-8")))
    corrections.check_all_used()
    return report


def _read(facts: Path) -> dict[str, list[Record]]:
    """The classes of both folders by namespace; the system classes as a namespace of their own."""
    found: dict[str, list[Record]] = {}
    for folder in (facts, MORE_FACTS):
        for source in sorted(folder.glob("root*.jsonl")):
            header, *records = [
                json.loads(line) for line in source.read_text(encoding="utf-8").splitlines() if line
            ]
            found.setdefault(header["namespace"], []).extend(records)
    found[SYSTEM] = copy.deepcopy(found.get(SYSTEM_SOURCE, []))
    return found


def digest() -> str:
    """SHA-256 over the tables and over what of their sources lies in the repository."""
    found = hashlib.sha256()
    for path in sorted([*TABLES.glob("*.cim"), *MORE_FACTS.glob("*.jsonl"), CORRECTIONS]):
        found.update(f"{path.relative_to(HERE.parent).as_posix()}\n".encode())
        found.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("facts", type=Path, help="folder of the class facts")
    parser.add_argument("--output", type=Path, default=TABLES)
    parser.add_argument("--corrections", type=Path, default=CORRECTIONS)
    options = parser.parse_args(arguments)
    try:
        report = build(options.facts, options.output, Corrections.load(options.corrections))
    except (CorrectionError, OSError) as error:
        print(f"build_schema: {error}", file=sys.stderr)
        return 1
    if options.output == TABLES:
        DIGEST.write_text(digest() + "\n", encoding="utf-8")
    for namespace, (classes, size) in report.items():
        print(f"{namespace:44} {classes:5} classes {size:8} bytes")
    print(f"{'total':44} {sum(each[0] for each in report.values()):5} classes", end="")
    print(f" {sum(each[1] for each in report.values()):8} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
