"""What may be typed where a script stands still besides statements: step, list, help (about_Debuggers; the
texts of 5.1's help)."""

from __future__ import annotations

import re

from emulator.powershell.runtime.debugger import DebuggerStop, Resume, source_lines
from emulator.record import Record

_LIST = re.compile(r"l(?:ist)?(?:\s+(\S+))?(?:\s+(\S+))?", re.IGNORECASE)
#: Lines that list shows, and how many of them stand before the present one.
_LIST_LENGTH, _LIST_BEFORE = 16, 5
_RESUMING = {
    "s": Resume.STEP_INTO,
    "stepinto": Resume.STEP_INTO,
    "v": Resume.STEP_OVER,
    "stepover": Resume.STEP_OVER,
    "o": Resume.STEP_OUT,
    "stepout": Resume.STEP_OUT,
    "c": Resume.CONTINUE,
    "continue": Resume.CONTINUE,
    "q": Resume.STOP,
    "quit": Resume.STOP,
}
_REPEATED = frozenset({"s", "stepinto", "v", "stepover"})
_DETACH = (
    "The debugger detach command is not applicable.  The detach command only applies when debugging jobs and "
    "runspaces with the Debug-Job or Debug-Runspace cmdlets."
)
_HELP = (
    "",
    " s, stepInto         Single step (step into functions, scripts, etc.)",
    " v, stepOver         Step to next statement (step over functions, scripts, etc.)",
    " o, stepOut          Step out of the current function, script, etc.",
    "",
    " c, continue         Continue operation",
    " q, quit             Stop operation and exit the debugger",
    " d, detach           Continue operation and detach the debugger.",
    "",
    " k, Get-PSCallStack Display call stack",
    "",
    " l, list             List source code for the current script.",
    '                     Use "list" to start from the current line, "list <m>"',
    '                     to start from line <m>, and "list <m> <n>" to list <n>',
    "                     lines starting from line <m>",
    "",
    " <enter>             Repeat last command if it was stepInto, stepOver or list",
    "",
    " ?, h                displays this help message.",
    "",
    "",
    'For instructions about how to customize your debugger prompt, type "help about_prompt".',
    "",
)


class Reaction(Record):
    """What comes of a line: how the script goes on, lines to show, an error, or a statement to run."""

    resume: Resume | None = None
    lines: tuple[str, ...] = ()
    problem: str = ""
    statement: str = ""


class DebuggerCommands:
    """Reads what is typed at one stop after the other; an empty line repeats the last command of some."""

    def __init__(self) -> None:
        self._last = ""
        self._shown = 0

    def read(self, line: str, stop: DebuggerStop) -> Reaction:
        """What a line asks for at a stop."""
        text = line.strip()
        is_repeated = not text
        if is_repeated:
            text = self._last
        self._last = ""
        lowered = text.lower()
        if lowered in _RESUMING:
            self._last = text if lowered in _REPEATED else ""
            return Reaction(resume=_RESUMING[lowered])
        if lowered in ("h", "?"):
            return Reaction(lines=_HELP)
        if lowered in ("d", "detach"):
            return Reaction(problem=_DETACH)
        if lowered == "k":
            return Reaction(statement="Get-PSCallStack")
        listed = _LIST.fullmatch(text)
        if listed is None:
            return Reaction(statement=text)
        self._last = "l"
        if is_repeated:
            return self._list(stop, self._shown + 1, _LIST_LENGTH)
        return self._asked_list(stop, listed[1], listed[2])

    def _asked_list(self, stop: DebuggerStop, first: str | None, count: str | None) -> Reaction:
        lines = source_lines(stop.extent)
        if stop.extent is None or lines == [""]:
            return Reaction(problem="There is no source code available.")
        start, length = max(stop.extent.start_line - _LIST_BEFORE, 1), _LIST_LENGTH
        if first is not None:
            start = _number(first)
            if not 1 <= start <= len(lines):
                text = f"The starting line must be a positive integer no greater than {len(lines)}"
                return Reaction(problem=text)
        if count is not None:
            length = _number(count)
            if length < 1:
                return Reaction(problem="The line count must be a positive integer.")
        return self._list(stop, start, length)

    def _list(self, stop: DebuggerStop, start: int, length: int) -> Reaction:
        lines = source_lines(stop.extent)
        here = stop.extent.start_line if stop.extent is not None else 0
        chosen = list(enumerate(lines, 1))[start - 1 : start - 1 + length]
        if not chosen:
            return Reaction()
        self._shown = chosen[-1][0]
        shown = (f"{number:>5}:{'*' if number == here else ' '} {text}" for number, text in chosen)
        return Reaction(lines=("", *shown, ""))


def _number(text: str) -> int:
    """A whole number of a few digits; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
