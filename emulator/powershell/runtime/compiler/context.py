"""What surrounds a piece of script while it is compiled: imported namespaces, and whether it is a method."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.powershell.runtime.compiler.classes import TypeDefinitions


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``namespaces`` are those of ``using namespace``, lower-case, each with a dot at the end. ``in_method``
    holds for the body of a class method, where only ``return`` gives a value. ``definitions`` are the classes
    and enums of the blocks around the piece, innermost first: their names mean them wherever the piece runs.
    ``class_name`` names the class whose code it is, also that of script blocks in its methods; "" for none.
    ``watched`` pieces look for breakpoints.
    """

    namespaces: tuple[str, ...] = ()
    in_method: bool = False
    definitions: tuple[TypeDefinitions, ...] = ()
    class_name: str = ""
    watched: bool = False


_NONE = Surroundings()


class _Present(threading.local):
    value: Surroundings = _NONE


_present = _Present()


def surroundings() -> Surroundings:
    """Those of the piece that this thread compiles now."""
    return _present.value


def outside_method() -> Surroundings:
    """The same for a script block inside: it has a ``return`` of its own."""
    value = _present.value
    return replace(value, in_method=False) if value.in_method else value


@contextmanager
def surrounded(value: Surroundings) -> Iterator[None]:
    """Compile with these surroundings."""
    outer, _present.value = _present.value, value
    try:
        yield
    finally:
        _present.value = outer
