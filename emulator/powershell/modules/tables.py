"""The tables of the modules in this package, read when the engine asks for them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
INDEX = _HERE / "behaviours.json"
"""Python module -> names of the cmdlets whose behaviours it has, as `tools/build_coverage.py` writes it."""
WITHOUT_EFFECT = _HERE / "without_effect.json"
"""Rows with ``cmdlets`` and ``parameters`` (names with blanks between; ``*`` for every cmdlet that does not
read it) and ``reason``: parameters that rightly make no difference in an emulated machine."""


def read_index() -> dict[str, str]:
    """Lower-case name of a cmdlet -> the Python module with its behaviour."""
    import json

    rows = json.loads(INDEX.read_text(encoding="utf-8"))
    return {name.lower(): path for path, names in rows.items() for name in names.split()}


@cache
def read_without_effect() -> dict[str, dict[str, str]]:
    """Lower-case names of cmdlets, and of their parameters, and the reason."""
    import json

    found: dict[str, dict[str, str]] = {}
    for row in json.loads(WITHOUT_EFFECT.read_text(encoding="utf-8")):
        for name in row["cmdlets"].lower().split():
            reasons = dict.fromkeys(row["parameters"].lower().split(), row["reason"])
            found.setdefault(name, {}).update(reasons)
    return found
