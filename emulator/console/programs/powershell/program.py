"""One process of powershell.exe, from its command line to its exit code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.process import ProgramCancelled
from emulator.console.programs.powershell.arguments import Arguments, BadArguments, Source, parse_arguments
from emulator.console.programs.powershell.debugging import ConsoleDebugger
from emulator.console.programs.powershell.output import ConsoleInterface, ConsoleSink
from emulator.console.programs.powershell.process_sessions import listen
from emulator.console.programs.powershell.script_policy import VARIABLE
from emulator.console.programs.powershell.services import decoded, script_path
from emulator.console.programs.powershell.session import initial_session
from emulator.console.programs.powershell.streams import for_script
from emulator.console.running_program import Cancellation
from emulator.powershell.parser import parse_cached
from emulator.powershell.runtime import Argument, Result, Runspace, VersionFacts
from emulator.powershell.runtime.command_pipeline import OUTPUT, PipelineCommand
from emulator.powershell.runtime.errors import PipelineStopped, PSError
from emulator.powershell.runtime.script_files import require_permission
from emulator.powershell.runtime.services import Machine
from emulator.powershell.runtime.transcription import start_policy_transcript

if TYPE_CHECKING:
    from emulator.powershell.modules.core.session_objects import Session

#: ExitCodeBadCommandLineParameter of ConsoleHost, 0xFFFD0000 as a signed number.
BAD_COMMAND_LINE = -196608
_USAGE = (
    "PowerShell[.exe] [-NoLogo] [-NoProfile] [-NonInteractive] [-ExecutionPolicy <policy>] [-Command ...]"
)
_INPUT_VARIABLE = "$input"


def run(context: Context, tail: str, version: VersionFacts | None = None) -> int:
    """Run powershell.exe, or the PowerShell that `version` describes; its exit code.

    Raises `ProgramCancelled` when it is stopped from outside.
    """
    try:
        return _run(for_script(context), tail, version, context.errors_in_window)
    except PipelineStopped:
        raise ProgramCancelled("powershell.exe was stopped") from None


def _run(context: Context, tail: str, version: VersionFacts | None, errors_in_window: bool) -> int:
    try:
        arguments = parse_arguments(split_arguments(tail))
    except BadArguments as error:
        context.error(str(error))
        return BAD_COMMAND_LINE
    if arguments.source is Source.HELP:
        context.line(_USAGE)
        return 0
    if arguments.execution_policy is not None:
        context.environment[VARIABLE] = arguments.execution_policy
    interface = ConsoleInterface(context, interactive=not arguments.non_interactive)
    session = initial_session(context, interface, version=version)
    session.services[Machine].command_line = " ".join(["powershell.exe", *split_arguments(tail)])
    runspace = Runspace(session)
    # The engine clears its flag after each run, the process stays cancelled.
    runspace.engine.stopped = Cancellation(context.cancelled)
    encoded = arguments.source is Source.ENCODED_COMMAND and arguments.output_format is None
    sink = ConsoleSink(
        context, runspace, clixml=encoded and not errors_in_window, errors_in_window=errors_in_window
    )
    runspace.engine.debugger_host = ConsoleDebugger(
        context, prompts=arguments.source is not Source.STANDARD_INPUT
    )
    listen(runspace.engine)
    start_policy_transcript(runspace.engine)
    try:
        return _run_script(context, runspace, sink, arguments, interface)
    finally:
        interface.pop_session()
        interface.end_left_sessions()
        runspace.end_process()


def _run_script(
    context: Context,
    runspace: Runspace,
    sink: ConsoleSink,
    arguments: Arguments,
    interface: ConsoleInterface,
) -> int:
    if arguments.source is Source.FILE:
        return _run_file(context, runspace, sink, arguments)
    if arguments.source is Source.STANDARD_INPUT:
        return _run_standard_input(context, runspace, sink, interface)
    result = runspace.run(arguments.text, input=_input(context, arguments.text), sink=sink)
    return _ended(result, sink)


def _ended(result: Result, sink: ConsoleSink, *, command: bool = True) -> int:
    if result.stopped:
        raise PipelineStopped
    if result.failure is not None:
        sink.failed(result.failure)
    sink.finish()
    return result.process_exit_code(command=command)


def _input(context: Context, text: str) -> Iterator[str] | None:
    """Standard input as `$input`. It is read only for scripts that use it: a client that never ends its
    input must not make other scripts wait."""
    return iter(context.stdin.read_line, None) if _INPUT_VARIABLE in text.lower() else None


def _run_file(context: Context, runspace: Runspace, sink: ConsoleSink, arguments: Arguments) -> int:
    path = script_path(context, arguments.text)
    if path is None:
        context.error(
            f"The argument '{arguments.text}' to the -File parameter does not exist. Provide the path to an "
            "existing '.ps1' file as an argument to the -File parameter."
        )
        return BAD_COMMAND_LINE
    try:
        require_permission(runspace.engine, path)
    except PSError as refused:
        sink.error(refused.record)
        sink.finish()
        return 1
    text = decoded(context.files.read(path))
    result = runspace.run(
        text,
        input=_input(context, text),
        arguments=_file_arguments(arguments.file_arguments),
        sink=sink,
        file=path,
        new_scope=True,
    )
    return _ended(result, sink, command=False)


def _file_arguments(words: list[str]) -> list[Argument]:
    """The pieces of a command line: `-Name` takes the next word unless it is a switch, `-Name:value` its own.

    Values are text.
    """
    pieces: list[Argument] = []
    for word in words:
        if len(word) < 2 or word[0] != "-" or not (word[1].isalpha() or word[1] == "_"):
            pieces.append(Argument(None, word))
            continue
        name, colon, value = word[1:].partition(":")
        known = {"$true": True, "$false": False}.get(value.lower(), value)
        pieces.append(Argument(name, known) if colon else Argument(name, None, has_value=False))
    return pieces


def _run_in_session(runspace: Runspace, sink: ConsoleSink, session: Session, text: str) -> None:
    """Run a statement there: it is formatted there too, and what comes of it is written by calls of this
    host."""
    commands = [
        PipelineCommand(text, is_script=True, merges={2: OUTPUT}),
        PipelineCommand("Out-Default"),
    ]
    engine = runspace.engine
    try:
        command = session.connection.start(engine, [commands], None)
        command.receive(engine, sink, engine.stopped.is_set)
    except PSError as problem:
        sink.error(problem.record)
        return
    if command.failure is not None and command.state in ("Failed", "Broken"):
        sink.error(command.failure)


def _run_standard_input(
    context: Context, runspace: Runspace, sink: ConsoleSink, interface: ConsoleInterface
) -> int:
    """`-Command -`: statements from standard input, each run as soon as it is complete: here, or in the
    session that Enter-PSSession has entered."""
    pending = ""
    for line in iter(context.stdin.read_line, None):
        pending = f"{pending}\n{line}" if pending else line
        if line.strip() and parse_cached(pending).is_incomplete:
            continue
        text, pending = pending, ""
        if not text.strip():
            continue
        interface.leave_broken_session()
        if interface.entered is not None:
            _run_in_session(runspace, sink, interface.entered, text)
            interface.end_left_sessions()
            continue
        result = runspace.run(text, sink=sink)
        interface.end_left_sessions()
        if result.stopped:
            raise PipelineStopped
        if result.failure is not None:
            sink.failed(result.failure)
        sink.finish()
        if result.exit_code is not None:
            return result.exit_code
    if pending.strip():
        return _ended(runspace.run(pending, sink=sink), sink)
    return 0
