"""Pipelines that are made of commands with parameters, not of a text: what a program or a remoting client
builds with the PowerShell class (AddCommand, AddScript, AddParameter, AddStatement)."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.commands import Command, ScriptInfo
from emulator.powershell.runtime.compiler.commands import stage
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import unhandled
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.language_mode import require_script_allowed
from emulator.powershell.runtime.processors import Processor, run_pipeline
from emulator.powershell.runtime.streams import Write, discard

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine, Frame

FORWARDING = "param($name, $boundParams, $unboundParams) & $name @boundParams @unboundParams"
"""The script that implicit remoting sends (Import-PSSession). It is taken as the command that it names, which
gets the input, and which a session without a language runs too."""
_FORWARDED = 3
#: The parameter ``--%`` of a script, as it comes without its first dash.
_USING = "-%"
OUTPUT, NULL = "output", "null"


@dataclass(frozen=True, slots=True)
class PipelineCommand:
    """One command of a pipeline.

    `text` is a name, or with `is_script` a script. `arguments` are its parameters in order; one without a
    value is a switch. `merges` says where the streams 2 to 6 go: `OUTPUT` or `NULL`. With `claims_errors` the
    errors of the commands before it become its input.
    """

    text: str
    is_script: bool = False
    use_local_scope: bool | None = None
    arguments: tuple[Argument, ...] = ()
    merges: dict[int, str] = field(default_factory=dict)
    claims_errors: bool = False


Statement = Sequence[PipelineCommand]


def run_statements(
    frame: Frame, statements: Sequence[Statement], source: Iterable[Any] | None, write: Write
) -> None:
    """Run statements one after another; the input feeds the first. Raises what ends a script."""
    for place, statement in enumerate(statements):
        try:
            _run_statement(frame, statement, source if place == 0 else None, write)
        except NetError as problem:
            raise unhandled(problem.exception) from None


def _run_statement(frame: Frame, statement: Statement, source: Iterable[Any] | None, write: Write) -> None:
    engine = frame.engine
    using = next((each.value for one in statement for each in one.arguments if each.name == _USING), None)
    if using is None:
        _run_commands(frame, statement, source, write)
        return
    kept, engine.using_values = engine.using_values, _using_values(using)
    plain = [
        replace(one, arguments=tuple(each for each in one.arguments if each.name != _USING))
        for one in statement
    ]
    try:
        _run_commands(frame, plain, source, write)
    finally:
        engine.using_values = kept


def _using_values(table: Any) -> dict[str, Any]:
    """The values of ``$using:`` that a client has worked out, by the text of the expression."""
    held = unwrap(table)
    if type(held) not in DICTIONARY_TYPES:
        return {}
    return {
        base64.b64decode(to_text(key)).decode("utf-16-le", "replace").lower(): value
        for key, value in held.items()
    }


def _forwarded(one: PipelineCommand) -> PipelineCommand:
    """The command that implicit remoting sends as a script; every other one as it is."""
    if one.text.strip() != FORWARDING or len(one.arguments) != _FORWARDED:
        return one
    name, bound, rest = (each.value for each in one.arguments)
    named, positional = unwrap(bound), unwrap(rest)
    arguments = [
        Argument(to_text(key), value)
        for key, value in (named.items() if type(named) in DICTIONARY_TYPES else ())
    ]
    arguments += [Argument(None, each) for each in (items_of(positional) if positional is not None else ())]
    return PipelineCommand(to_text(name), arguments=tuple(arguments), merges=one.merges)


def _run_commands(frame: Frame, statement: Statement, source: Iterable[Any] | None, write: Write) -> None:
    engine = frame.engine
    statement = [_forwarded(one) if one.is_script else one for one in statement]
    length = len(statement)
    resolved = [_resolve(engine, frame, one) for one in statement]
    processors: list[Processor] = []
    claimed: Write | None = None
    for place in range(length, 0, -1):
        one, command = statement[place - 1], resolved[place - 1]
        changes = {number: write if target == OUTPUT else discard for number, target in one.merges.items()}
        if claimed is not None:
            changes.setdefault(2, write)
        streams = frame.streams.derive(changes) if changes else frame.streams
        dot = one.is_script and not one.use_local_scope
        invocation = InvocationInfo(command, None, "" if one.is_script else one.text, length, place)
        if dot:
            frame.scope.set("MyInvocation", invocation)
        processor = stage(
            frame,
            command,
            list(one.arguments),
            write,
            streams,
            invocation,
            place > 1 or source is not None,
            dot,
        )
        processors.append(processor)
        write = processor.process
        if one.claims_errors:
            claimed = write
    processors.reverse()
    run_pipeline(engine, processors, source)


def _resolve(engine: Engine, frame: Frame, one: PipelineCommand) -> Command:
    if one.is_script:
        block = engine.script_block(one.text)
        require_script_allowed(block, engine.language_mode)
        return ScriptInfo(block)
    return engine.commands.resolve(one.text, frame.scope)
