"""Cmdlet tables: the shapes of a module's cmdlets, one JSON line each, parsed when first asked for.

The keys are those of the tables under ``modules/<name>/cmdlets.json``: ``in`` releases, ``def`` default set,
``sp`` ShouldProcess with the confirm impact, ``sets``, ``p`` parameters (``t`` type, ``a`` aliases, ``f``
flags in all sets, ``s`` flags by set, ``set``/``range``/``nn``/``allow`` validation,
``since``/``until``/``ren``/``told`` by release) and ``var`` with the layout of other releases.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from emulator.powershell.language import of_release
from emulator.powershell.late_pattern import late_pattern
from emulator.powershell.runtime import before_three
from emulator.powershell.runtime.metadata import ALL_SETS, CommandMetadata, Parameter, SetFlags, Validator
from emulator.powershell.runtime.validation import (
    validate_not_null,
    validate_not_null_or_empty,
    validate_range,
    validate_set,
)

RELEASES = ("2008R2", "2012", "2012R2", "2016", "2019", "2022", "2025")
_OF_TWO, _OF_THREE = "2008R2", "2012"
_STAND_INS = {"2008R2": ("2012", "2012R2"), "2012": ("2012R2",), "2025": ("2022",)}
"""Releases that are like another one where a table does not name them."""
_ROW = late_pattern(r'^\s*"([A-Za-z]+-[A-Za-z0-9]+)":(\{"in".*\}),?\s*$', re.MULTILINE)


class CmdletTable:
    """The table in a package's data file. ``types`` maps the short type names it uses to full ones."""

    def __init__(self, package: str, file: str = "cmdlets.json", types: dict[str, str] | None = None) -> None:
        self.package = package
        self.file = file
        self.types = types or {}
        self._rows: dict[str, tuple[str, str]] | None = None
        self._parsed: dict[str, dict[str, Any]] = {}
        self._views: dict[tuple[str, str], CommandMetadata] = {}
        self._names: dict[str, tuple[str, ...]] = {}

    @property
    def rows(self) -> dict[str, tuple[str, str]]:
        """Lower-case name -> (name, unparsed row)."""
        if self._rows is None:
            text = _read(self.package, self.file)
            self._rows = {found[1].lower(): (found[1], found[2]) for found in _ROW.finditer(text)}
        return self._rows

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.rows

    def row(self, name: str) -> dict[str, Any]:
        """One parsed row. Raises KeyError."""
        key = name.lower()
        found = self._parsed.get(key)
        if found is None:
            import json

            found = self._parsed[key] = json.loads(self.rows[key][1])
        return found

    def names(self, release: str) -> tuple[str, ...]:
        """Names of the cmdlets that exist in a release."""
        found = self._names.get(release)
        if found is None:
            found = self._names[release] = tuple(
                name for name, row in self.rows.values() if _lists(row, name, release)
            )
        return found

    def exists(self, name: str, release: str) -> bool:
        """True when the cmdlet exists in the release."""
        found = self.rows.get(name.lower())
        return found is not None and _lists(found[1], found[0], release)

    def name(self, name: str) -> str:
        """The name as the table writes it."""
        return self.rows[name.lower()][0]

    def metadata(self, name: str, release: str) -> CommandMetadata | None:
        """The parameters of a cmdlet in a release, or None when it does not exist there."""
        key = (name.lower(), release)
        found = self._views.get(key)
        if found is None and self.exists(name, release):
            found = self._views[key] = self._view(name, release)
        return found

    def _view(self, name: str, release: str) -> CommandMetadata:
        row = self.row(name)
        layout = _layout(row, release)
        parameters = []
        used: set[str] = set()
        missing = before_three.PARAMETERS.get(name.lower(), ()) if release == _OF_TWO else ()
        for parameter_name, spec in row.get("p", {}).items():
            if parameter_name.lower() in missing:
                continue
            if not _visible(spec, release) or not _on_files(spec):
                continue
            sets = _flags(parameter_name, spec, layout, row)
            if sets is None:
                continue
            used.update(sets)
            parameters.append(self._parameter(parameter_name, spec, sets, release))
        default = _by_release(row.get("defv"), release, row.get("def"))
        names = [one for one in row.get("sets", ()) if one in used] if not layout else list(layout)
        # A default that no parameter of this release has is not one of the release; one that none ever has
        # is a set without parameters.
        if (
            default is not None
            and default not in used
            and ALL_SETS not in used
            and any(default in spec.get("s", ()) for spec in row.get("p", {}).values())
        ):
            default = None
        return CommandMetadata(
            parameters,
            default_set=default,
            set_names=[one for one in names if one in used or ALL_SETS in used],
            supports_should_process="sp" in row,
            confirm_impact=row["sp"] if isinstance(row.get("sp"), str) and row["sp"] != "?" else "Medium",
            output_types=tuple(self.types.get(one, one) for one in row.get("out", ())),
            version=of_release(release),
        )

    def _parameter(
        self, name: str, spec: dict[str, Any], sets: dict[str, SetFlags], release: str
    ) -> Parameter:
        aliases = list(spec.get("a", ()))
        for since, new_name in spec.get("ren", {}).items():
            if RELEASES.index(release) >= RELEASES.index(since):
                aliases.append(name)
                name = new_name
        declared = _by_release(spec.get("told"), release, spec.get("t", "object"))
        validators: list[Validator] = []
        if "set" in spec:
            validators.append(validate_set([str(one) for one in spec["set"]]))
        if "range" in spec:
            low, high = spec["range"]
            validators.append(validate_range(low, high))
        if spec.get("nn") == "e":
            validators.append(validate_not_null_or_empty)
        elif spec.get("nn") == "n":
            validators.append(validate_not_null)
        allowed = str(spec.get("allow", ""))
        return Parameter(
            name,
            self._type(str(declared)),
            aliases=aliases,
            sets=sets,
            validators=validators,
            allow_null="Null" in allowed,
            allow_empty_text="EmptyString" in allowed,
            allow_empty_collection="EmptyCollection" in allowed,
            values=[str(one) for one in spec.get("set", ())],
            dynamic="dyn" in spec,
        )

    def _type(self, name: str) -> str:
        array = name.endswith("[]")
        plain = name[:-2] if array else name
        nullable = plain.endswith("?")
        plain = plain.rstrip("?")
        plain = self.types.get(plain, plain)
        if nullable:
            plain = f"System.Nullable`1[{plain}]"
        return plain + "[]" if array else plain


def _lists(row: str, name: str, release: str) -> bool:
    """Whether an unparsed row names a release. The tables begin with 3.0: 2.0 had less."""
    listed = row[7 : row.index('"', 7)].split()
    if release == _OF_TWO:
        return _OF_THREE in listed and name.lower() not in before_three.COMMANDS
    return release in listed


@lru_cache(maxsize=64)
def _read(package: str, file: str) -> str:
    return Path(str(import_module(package).__file__)).with_name(file).read_text(encoding="utf-8")


def _by_release(table: dict[str, Any] | None, release: str, otherwise: Any) -> Any:
    if not table:
        return otherwise
    if release in table:
        return table[release]
    for stand_in in _STAND_INS.get(release, ()):
        if stand_in in table:
            return table[stand_in]
    return otherwise


def _layout(row: dict[str, Any], release: str) -> dict[str, dict[str, str]] | None:
    found = _by_release(row.get("var"), release, None)
    return found if isinstance(found, dict) else None


def _on_files(spec: dict[str, Any]) -> bool:
    """Whether a parameter is there on a drive with files, of the registry, of WinRM's configuration or of
    certificates: those that only other providers add are not."""
    return "dyn" not in spec or bool(
        {"FileSystem", "Registry", "WSManConfig", "Certificate"} & set(spec["dyn"])
    )


def _visible(spec: dict[str, Any], release: str) -> bool:
    place = RELEASES.index(release)
    since = str(spec.get("since", RELEASES[0])).rstrip("?")
    until = str(spec.get("until", RELEASES[-1])).rstrip("?")
    return RELEASES.index(since) <= place <= RELEASES.index(until)


def _flags(
    name: str, spec: dict[str, Any], layout: dict[str, dict[str, str]] | None, _row: dict[str, Any]
) -> dict[str, SetFlags] | None:
    if layout is not None:
        sets = {one: SetFlags.parse(members[name]) for one, members in layout.items() if name in members}
        return sets or None
    if "s" in spec:
        by_set = {one: SetFlags.parse(flags) for one, flags in spec["s"].items()}
        return by_set or None
    return {ALL_SETS: SetFlags.parse(spec.get("f", ""))}
