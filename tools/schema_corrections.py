"""The hand-written corrections to the class facts: reading the file and applying it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Classes = dict[str, dict[str, Any]]

_SECTION = re.compile(r"\[(?P<namespaces>[^\]]+)\]")
_TARGET = re.compile(
    r"(?P<owner>[\w*]+)"
    r"(?:\.(?P<property>\w+)|!(?P<method>[\w*]+)(?:\((?P<parameter>\w+)\))?)?"
)


class CorrectionError(Exception):
    """The corrections file or the facts do not fit together."""


@dataclass
class Correction:
    """One line: what it changes, the words that say how, where it stands and whether it found its target."""

    target: str
    words: list[str]
    line: int
    namespaces: tuple[str, ...]
    used: bool = False


@dataclass
class Corrections:
    """All lines of the file, by section."""

    changes: list[Correction] = field(default_factory=list)
    selections: dict[str, list[tuple[re.Pattern[str], bool]]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Corrections:
        """Reads the file. Raises CorrectionError with file and line."""
        found = cls()
        namespaces: tuple[str, ...] = ()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            body, bar, source = line.partition("|")
            if not body.strip() or line.startswith("#"):
                continue
            if match := _SECTION.fullmatch(body.strip()):
                namespaces = tuple(match["namespaces"].split())
                continue
            words = body.split()
            if words[0] in ("include", "exclude"):
                for namespace in namespaces:
                    rules = found.selections.setdefault(namespace, [])
                    rules.extend((_glob(word), words[0] == "include") for word in words[1:])
                continue
            if not bar or not source.strip():
                raise CorrectionError(f"{path.name}:{number}: a correction needs its source after |")
            found.changes.append(Correction(words[0], words[1:], number, namespaces))
        return found

    def selected(self, namespace: str, names: Iterable[str]) -> list[str] | None:
        """The classes to take: the last rule that fits a name decides.

        None for a namespace that is not wanted.
        """
        rules = self.selections.get(namespace)
        if rules is None:
            return None
        decisions = {name: [take for pattern, take in rules if pattern.fullmatch(name)] for name in names}
        return [name for name, takes in decisions.items() if takes and takes[-1]]

    def apply(self, namespace: str, classes: Classes) -> None:
        """Applies the lines of the namespace to its classes."""
        for change in self.changes:
            if namespace in change.namespaces or "*" in change.namespaces:
                change.used |= _apply(change, classes)

    def check_all_used(self) -> None:
        """Raises CorrectionError for a line that changed nothing: the facts moved on."""
        stale = [f"line {change.line}: {change.target}" for change in self.changes if not change.used]
        if stale:
            raise CorrectionError(f"corrections without a target: {'; '.join(stale)}")


def _glob(word: str) -> re.Pattern[str]:
    return re.compile(re.escape(word).replace(r"\*", ".*"))


def _apply(change: Correction, classes: Classes) -> bool:
    match = _TARGET.fullmatch(change.target)
    if match is None:
        raise CorrectionError(f"line {change.line}: not a target: {change.target}")
    pattern = _glob(match["owner"])
    owners = [name for name in classes if pattern.fullmatch(name)]
    used = False
    for name in owners:
        record = classes[name]
        if match["property"]:
            used |= _property(record, match["property"], change)
        elif match["method"]:
            used |= _method(record, match["method"], match["parameter"], change)
        elif change.words == ["drop"]:
            del classes[name]
            used = True
        else:
            _class(record, change)
            used = True
            if record["n"] != name:
                _rename(name, record["n"], classes)
    return used


def _rename(old: str, new: str, classes: Classes) -> None:
    """Gives a class another spelling, wherever it is named as superclass or type."""
    classes[new] = classes.pop(old)
    for record in classes.values():
        if record.get("s") == old:
            record["s"] = new
        for declared in record.get("p", {}).values():
            if declared["t"].removesuffix("[]") == old:
                declared["t"] = declared["t"].replace(old, new)


def _class(record: dict[str, Any], change: Correction) -> None:
    """Words for a class: `keys=A,B keys=- since=2012 until=2019 singleton abstract association name=X`."""
    for word in change.words:
        name, equals, value = word.partition("=")
        if name == "keys":
            record["k"] = [] if value == "-" else value.split(",")
        elif name in ("since", "until") and equals:
            record[name] = None if value == "-" else value
        elif name == "name" and equals:
            record["n"] = value
        elif word in ("singleton", "abstract", "association", "indication"):
            record["f"] = [*record.get("f", ()), word]
        else:
            raise CorrectionError(f"line {change.line}: unknown word {word}")


def _property(record: dict[str, Any], name: str, change: Correction) -> bool:
    """Words for a property: `type=datetime interval write readonly text=X units=X since= until= add drop`."""
    properties = record.setdefault("p", {})
    if change.words and change.words[0].startswith("ref="):
        if name not in record.get("ends", {}):
            return False
        record["ends"][name] = change.words[0].removeprefix("ref=")
        return True
    if "add" in change.words:
        properties.setdefault(name, {"t": "string"})
    if name not in properties:
        return False
    if change.words == ["drop"]:
        del properties[name]
        return True
    declared = properties[name]
    for word in change.words:
        key, equals, value = word.partition("=")
        if word == "add":
            continue
        if word in ("interval", "write", "readonly"):
            declared["w" if word != "interval" else "interval"] = int(word != "readonly")
        elif key in ("since", "until") and equals:
            declared[key] = None if value == "-" else value
            declared.pop("v", None)
        elif key in ("type", "text", "units") and equals:
            declared[{"type": "t", "text": "ei", "units": "u"}[key]] = value
        else:
            raise CorrectionError(f"line {change.line}: unknown word {word}")
    return True


def _method(record: dict[str, Any], name: str, parameter: str | None, change: Correction) -> bool:
    """Words for a method:

    `static since= until= drop`; for a parameter: `interval optional required type= text=X out in`.
    """
    methods = record.get("m", {})
    names = [each for each in methods if _glob(name).fullmatch(each)]
    used = False
    for each in names:
        method = methods[each]
        if parameter is None:
            if change.words == ["drop"]:
                del methods[each]
            for word in change.words:
                key, equals, value = word.partition("=")
                if word == "static":
                    method["static"] = 1
                elif key in ("since", "until") and equals:
                    method[key] = None if value == "-" else value
                    method.pop("v", None)
                elif word != "drop":
                    raise CorrectionError(f"line {change.line}: unknown word {word}")
            used = True
        elif any(parameter == declared for _, declared, _ in method["p"]):
            for word in change.words:
                _parameter(method, parameter, word, change)
            used = True
    return used


def _parameter(method: dict[str, Any], parameter: str, word: str, change: Correction) -> None:
    if word == "interval":
        method["interval"] = [*method.get("interval", ()), parameter]
    elif word == "optional":
        method["opt"] = [*method.get("opt", ()), parameter]
    elif word == "required":
        method["opt"] = [each for each in method.get("opt", ()) if each != parameter]
    elif word.startswith("type="):
        kind = word.removeprefix("type=")
        method["p"] = [[way, name, kind if name == parameter else old] for way, name, old in method["p"]]
    elif word.startswith("text="):
        method["ei"] = {**method.get("ei", {}), parameter: word.removeprefix("text=")}
    elif word in ("in", "out", "inout"):
        method["p"] = [[word if name == parameter else way, name, kind] for way, name, kind in method["p"]]
    else:
        raise CorrectionError(f"line {change.line}: unknown word {word}")
