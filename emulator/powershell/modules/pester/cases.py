"""The cases of a test, and what their values make of its name."""

from __future__ import annotations

import re
from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.pester.model import (
    FIRST_WITH_DISCOVERY,
    Case,
    Test,
)
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.engine import Engine
from emulator.powershell.runtime.members import MISSING, get_property
from emulator.powershell.runtime.scope import Scope

_TEMPLATE = re.compile(r"(`?)<([^<>\r\n]+)>")


def cases_of(values: Any) -> list[Case] | None:
    """The cases of -TestCases or -ForEach; None when the parameter was not given."""
    if values is None:
        return None
    return [case_of(item) for item in items_of(values)]


def case_of(item: Any) -> Case:
    """A case from one item."""
    held = unwrap(item)
    entries: tuple[tuple[str, Any], ...] = ()
    if type(held) in DICTIONARY_TYPES:
        entries = tuple((to_text(key), value) for key, value in held.items())
    return Case(item, entries)


def set_case(scope: Scope, case: Case | None) -> None:
    """Let the code of a test see its case."""
    if case is None:
        return
    scope.set("_", case.item)
    for name, value in case.variables:
        scope.set(name, value)


def arguments_of(test: Test, engine: Engine) -> list[Argument]:
    """What the code of a test gets of its case, when it has parameters."""
    if test.case is None or test.script.metadata(engine) is None:
        return []
    return [Argument(name, value) for name, value in test.case.variables]


def expand(name: str, scope: Scope, case: Case | None, version: int) -> str:
    """A name with its ``<variable>`` and ``<variable.property>`` filled in; in Pester 3 and 4 only the keys
    of the test case are."""
    from emulator.powershell.modules.pester.texts import nicely

    if "<" not in name:
        return name
    keys = {key.lower() for key, _ in case.variables} if case is not None else set()

    def value(found: re.Match[str]) -> str:
        escape, path = found[1], found[2]
        if escape:
            return f"<{path}>"
        first, *rest = path.lstrip("$").split(".")
        if version < FIRST_WITH_DISCOVERY and first.lower() not in keys:
            return found[0]
        held = scope.value(first.lower())
        for part in rest:
            held = get_property(held, part) if held is not None else None
            held = None if held is MISSING else held
        if version < FIRST_WITH_DISCOVERY and not isinstance(held, str):
            return nicely(held)
        return to_text(held) if held is not None else ""

    return _TEMPLATE.sub(value, name)
