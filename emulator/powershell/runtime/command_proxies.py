"""Functions that stand for a cmdlet of which a session shows only some parameters and values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.metadata import ALL_SETS

if TYPE_CHECKING:
    from emulator.powershell.runtime.commands import CmdletInfo
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.metadata import Parameter


def proxy_text(engine: Engine, command: CmdletInfo, allowed: Iterable[Mapping[str, Any]]) -> str:
    """The body of the function. ``allowed`` are entries of VisibleCmdlets' Parameters by lower-case key:
    ``name``, and perhaps ``validateset`` or ``validatepattern``. No entry leaves every parameter."""
    shape = command.metadata(engine)
    known = {} if shape is None else {one.name.lower(): one for one in shape.parameters.values()}
    entries = {to_text(one.get("name")).lower(): one for one in allowed}
    chosen = [one for key, one in known.items() if not entries or key in entries]
    blocks = [_parameter(one, entries.get(one.name.lower(), {})) for one in chosen]
    default = shape.default_set if shape is not None else None
    binding = f"DefaultParameterSetName={_quoted(default)}" if default else ""
    qualified = command.module_name + "\\" + command.name
    parameters = ",\n".join(blocks)
    return (
        f"[CmdletBinding({binding})]\nparam(\n{parameters}\n)\n"
        f"process {{ & {_quoted(qualified)} @PSBoundParameters }}"
    )


def _parameter(parameter: Parameter, entry: Mapping[str, Any]) -> str:
    lines: list[str] = []
    for name, flags in parameter.sets.items():
        words = [] if name == ALL_SETS else [f"ParameterSetName={_quoted(name)}"]
        words += ["Mandatory=$true"] if flags.mandatory else []
        words += [f"Position={flags.position}"] if flags.position is not None else []
        words += ["ValueFromPipeline=$true"] if flags.by_value else []
        words += ["ValueFromPipelineByPropertyName=$true"] if flags.by_name else []
        lines.append(f"[Parameter({', '.join(words)})]")
    if parameter.aliases:
        lines.append(f"[Alias({', '.join(map(_quoted, parameter.aliases))})]")
    values = unwrap(entry.get("validateset"))
    if values is not None:
        texts = list(values) if type(values) in LIST_TYPES else [values]
        lines.append(f"[ValidateSet({', '.join(_quoted(to_text(one)) for one in texts)})]")
    pattern = entry.get("validatepattern")
    if pattern is not None:
        lines.append(f"[ValidatePattern({_quoted(to_text(pattern))})]")
    if parameter.is_switch:
        lines.append("[switch]")
    return "\n".join([*lines, f"${{{parameter.name}}}"])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
