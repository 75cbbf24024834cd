"""The debugger of powershell.exe: it shows where a script stands still, and reads what to do from standard
input (ConsoleHost of the open source)."""

from __future__ import annotations

from emulator.console.context import Context
from emulator.powershell.format.error_view import error_lines, error_view
from emulator.powershell.format.out import message_line, text_of
from emulator.powershell.modules.core.functions import FUNCTIONS
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.debugger import DebuggerStop, Resume
from emulator.powershell.runtime.debugger_commands import DebuggerCommands
from emulator.powershell.runtime.engine import Engine
from emulator.powershell.runtime.errors import ErrorRecord

_MARK = "[DBG]: "
_PROMPT = FUNCTIONS["prompt"]


class ConsoleDebugger:
    """Who shows the stops of a process. ``prompts`` is false where statements come from standard input: then
    what is read from it is not asked for."""

    def __init__(self, context: Context, *, prompts: bool) -> None:
        self._context = context
        self._prompts = prompts
        self._commands = DebuggerCommands()
        self._is_new = True
        self._has_ended = False

    def stopped(self, stop: DebuggerStop) -> Resume:
        """Show the place and obey; at the end of the input the script goes on."""
        if self._is_new:
            self._is_new = False
            self._lines("Entering debug mode. Use h or ? for help.", "")
        if stop.breakpoints:
            self._lines(*(f"Hit {one}" for one in stop.breakpoints), "")
        self._lines(*stop.position.split("\r\n"))
        while not self._has_ended:
            if self._prompts:
                self._context.stdout.write(self._prompt(stop))
            line = self._context.stdin.read_line()
            if line is None:
                self._has_ended = True
                if self._prompts:
                    self._lines("")
                break
            reaction = self._commands.read(line, stop)
            if reaction.resume is not None:
                return reaction.resume
            self._lines(*reaction.lines)
            if reaction.problem:
                self._context.error(reaction.problem)
            if reaction.statement:
                self._run(stop, reaction.statement)
        return Resume.CONTINUE

    def _prompt(self, stop: DebuggerStop) -> str:
        """What the function prompt says, marked unless it is one of a user."""
        engine = stop.frame.engine
        found = engine.global_scope.find_function("prompt")
        own = found is None or found.definition(engine) == _PROMPT
        said = "".join(map(to_text, stop.evaluate(_PROMPT if own else "prompt").outputs))
        return f"{_MARK}{said}" if own else said

    def _run(self, stop: DebuggerStop, statement: str) -> None:
        engine = stop.frame.engine
        kept = stop.evaluate(statement)
        self._context.stdout.write(text_of(kept.outputs, engine, engine.ui.width))
        for message in (*kept.warnings, *kept.verboses, *kept.debugs):
            self._lines(*message_line(message).split("\n"))
        for record in kept.errors:
            self._error(engine, record)

    def _error(self, engine: Engine, record: ErrorRecord) -> None:
        for line in error_lines(record, engine.ui.width, error_view(engine)):
            self._context.error(line)

    def _lines(self, *lines: str) -> None:
        for line in lines:
            self._context.line(line)
