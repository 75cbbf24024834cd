"""What modules say of themselves beside their declarations: where behaviours are, what makes no difference.

The engine knows no module: the package of the modules hands its tables in when it is imported, as anybody
else may who brings modules. Nothing is read before it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

Reasons = Mapping[str, Mapping[str, str]]

_indexes: list[Callable[[], Mapping[str, str]]] = []
_reasons: list[Callable[[], Reasons]] = []


def hand_in(index: Callable[[], Mapping[str, str]], without_effect: Callable[[], Reasons]) -> None:
    """Take the tables of some modules.

    ``index`` gives the Python module with the behaviour of a cmdlet by its lower-case name: a first script
    imports that one only; a cmdlet that no index names is found all the same. ``without_effect`` gives the
    parameters that rightly make no difference: lower-case name of a cmdlet (``*`` for every one that does not
    read it) -> lower-case name of the parameter -> the reason.
    """
    _indexes.append(index)
    _reasons.append(without_effect)
    behaviour_index.cache_clear()


@cache
def behaviour_index() -> dict[str, str]:
    """Lower-case name of a cmdlet -> the Python module with its behaviour."""
    return {name: path for read in _indexes for name, path in read().items()}


def makes_no_difference(cmdlet: str, parameter: str) -> bool:
    """Whether the parameter of a cmdlet is accepted although nothing depends on it."""
    name, key = cmdlet.lower(), parameter.lower()
    return any(
        key in table.get("*", ()) or key in table.get(name, ()) for table in (one() for one in _reasons)
    )
