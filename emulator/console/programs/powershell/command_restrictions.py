"""Tables among VisibleCmdlets and VisibleFunctions: which parameters of a command a session shows, and which
values it takes for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from emulator.console.programs.powershell.role_capabilities import entry_of
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.remoting.configuration_tables import items, pairs
from emulator.powershell.runtime.command_proxies import Restriction
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, error


def is_table(value: Any) -> bool:
    """Whether an item of a list of visible commands is a table, not a name."""
    return type(unwrap(value)) in DICTIONARY_TYPES


def restricted_commands(visible: Iterable[Any]) -> dict[str, dict[str, Restriction]]:
    """Name of a command -> lower-case name of a parameter -> what it takes.

    What several tables, perhaps of several roles, say of one command is allowed together. Raises the error of
    a table without Name or Parameters.
    """
    found: dict[str, dict[str, Restriction]] = {}
    spellings: dict[str, str] = {}
    for table in filter(is_table, visible):
        entry = entry_of(table)
        parameters = [entry_of(one) for one in items(entry.get("parameters"))]
        if not isinstance(entry.get("name"), str) or "parameters" not in entry:
            raise _wrong(table, entry)
        if any("name" not in one for one in parameters):
            raise _wrong(table, entry)
        name = spellings.setdefault(entry["name"].lower(), entry["name"])
        of_command = found.setdefault(name, {})
        for one in parameters:
            parameter = to_text(one["name"])
            held = of_command.get(parameter.lower()) or Restriction(parameter)
            of_command[parameter.lower()] = Restriction(
                held.name,
                _together(held.values, one.get("validateset")),
                _together(held.patterns, one.get("validatepattern")),
            )
    return found


def _together(held: tuple[str, ...], more: Any) -> tuple[str, ...]:
    texts = [*held, *(to_text(one) for one in items(more) if one)]
    return tuple({one.lower(): one for one in reversed(texts)}.values())[::-1]


def _wrong(table: Any, entry: dict[str, Any]) -> PSError:
    shown = entry.get("name") or next((key for key, _ in pairs(table)), "")
    return error(
        f"Could not parse visible command definition for '{to_text(shown)}'. The visible command definition "
        "must be a hashtable with the keys of 'Name' and 'Parameters'. The value of the 'Parameters' key "
        "must be a collection of hashtables with the keys 'Name', and optionally either 'ValidateSet' or "
        "'ValidatePattern'.",
        "InvalidVisibleCommandKeyEntries",
        "InvalidOperation",
        kind="System.Management.Automation.PSInvalidOperationException",
    )
