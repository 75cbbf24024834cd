"""Functions that stand for a command of which a session shows only some parameters and values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from emulator.powershell.parser.quoting import quoted
from emulator.powershell.runtime.metadata import ALL_SETS
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.powershell.runtime.commands import Command
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.metadata import Parameter


class Restriction(Record):
    """What a session takes for a parameter: one of ``values``, what fits one of ``patterns`` as a whole, or
    anything without both."""

    name: str
    values: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


def proxy_text(engine: Engine, command: Command, restrictions: Mapping[str, Restriction], target: str) -> str:
    """The body of the function, which runs `target`. ``restrictions`` are the parameters that it has, by
    lower-case name; one that the command has not is made up, for it may be a dynamic one."""
    shape = command.metadata(engine)
    known = {} if shape is None else {one.name.lower(): one for one in shape.parameters.values()}
    blocks = [_parameter(known[key], one) for key, one in restrictions.items() if key in known]
    blocks += [_made_up(one) for key, one in restrictions.items() if key not in known]
    default = shape.default_set if shape is not None else None
    binding = f"DefaultParameterSetName={quoted(default)}" if default else ""
    parameters = ",\n".join(blocks)
    return (
        f"[CmdletBinding({binding})]\nparam(\n{parameters}\n)\n"
        f"process {{ & {quoted(target)} @PSBoundParameters }}"
    )


def _made_up(restriction: Restriction) -> str:
    return "\n".join([*_checks(restriction), f"${{{restriction.name}}}"])


def _checks(restriction: Restriction) -> list[str]:
    found = []
    if restriction.values:
        found.append(f"[ValidateSet({', '.join(map(quoted, restriction.values))})]")
    if restriction.patterns:
        found.append(f"[ValidatePattern({quoted('^(' + '|'.join(restriction.patterns) + ')$')})]")
    return found


def _parameter(parameter: Parameter, restriction: Restriction) -> str:
    lines: list[str] = []
    for name, flags in parameter.sets.items():
        words = [] if name == ALL_SETS else [f"ParameterSetName={quoted(name)}"]
        words += ["Mandatory=$true"] if flags.mandatory else []
        words += [f"Position={flags.position}"] if flags.position is not None else []
        words += ["ValueFromPipeline=$true"] if flags.by_value else []
        words += ["ValueFromPipelineByPropertyName=$true"] if flags.by_name else []
        lines.append(f"[Parameter({', '.join(words)})]")
    if parameter.aliases:
        lines.append(f"[Alias({', '.join(map(quoted, parameter.aliases))})]")
    lines += _checks(restriction)
    if parameter.is_switch:
        lines.append("[switch]")
    return "\n".join([*lines, f"${{{parameter.name}}}"])
