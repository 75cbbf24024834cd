"""The tables of session configuration files (.pssc) and role capabilities (.psrc)."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.services import FileStore


def items(value: Any) -> list[Any]:
    """The items of a list; one value is a list of one, nothing an empty one."""
    held = unwrap(value)
    if held is None:
        return []
    return list(held) if type(held) in LIST_TYPES or isinstance(held, list) else [held]


def pairs(value: Any) -> list[tuple[str, Any]]:
    """The entries of a table; none of anything else."""
    held = unwrap(value)
    return [(to_text(key), one) for key, one in held.items()] if type(held) in DICTIONARY_TYPES else []


def configuration_table(call: CmdletCall, path: str) -> Any:
    """The hash table that a file holds. Raises what Register-PSSessionConfiguration says of another one."""
    store = call.service(FileStore)
    found: list[Any] = []
    reason = ""
    if store.exists(path):
        try:
            found = call.engine.script_block(store.read_text(path), path).invoke([])
        except PSError as problem:
            reason = problem.record.message
    table = unwrap(found[0]) if len(found) == 1 else None
    if type(table) not in DICTIONARY_TYPES:
        raise call.failure(
            "System.InvalidOperationException",
            f"The session configuration file {path} is not valid. Specify a valid session configuration file "
            f"and try the command again.{' Error parsing configuration file: ' + reason if reason else ''}",
            "InvalidPSSessionConfigurationFile",
            "InvalidArgument",
            path,
        )
    return table
