"""Parameters of cmdlets that rightly make no difference in an emulated machine, each with the reason."""

from __future__ import annotations

from functools import cache
from pathlib import Path

TABLE = Path(__file__).parents[1] / "modules" / "without_effect.json"
"""Rows with ``cmdlets`` and ``parameters`` (names with blanks between; ``*`` for every cmdlet that does not
read it) and ``reason``."""


def makes_no_difference(cmdlet: str, parameter: str) -> bool:
    """Whether the parameter of a cmdlet is accepted although nothing depends on it."""
    table, key = _table(), parameter.lower()
    return key in table["*"] or key in table.get(cmdlet.lower(), {})


@cache
def _table() -> dict[str, dict[str, str]]:
    """Lower-case names of cmdlets, and of their parameters, and the reason."""
    import json

    found: dict[str, dict[str, str]] = {}
    for row in json.loads(TABLE.read_text(encoding="utf-8")):
        for name in row["cmdlets"].lower().split():
            reasons = dict.fromkeys(row["parameters"].lower().split(), row["reason"])
            found.setdefault(name, {}).update(reasons)
    return found
