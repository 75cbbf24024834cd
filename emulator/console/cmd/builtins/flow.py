"""call, exit, goto, shift, start."""

from __future__ import annotations

import re

from emulator.console.cmd.builtins.arguments import words
from emulator.console.cmd.state import ExitBatch, ExitCommand, Goto, State
from emulator.signed_numbers import signed32

_START_SWITCH = re.compile(r"(?i)\s*/(?:wait|w|b|min|max|low|normal|high|i|d\s*(?:\"[^\"]*\"|\S+))(?=\s|$)")


def exit_(state: State, tail: str) -> int:
    """`exit [code]` ends cmd.exe, `exit /b [code]` the batch file."""
    text = tail.strip()
    batch_only = text[:2].lower() == "/b"
    text = text[2:].strip() if batch_only else text
    match = re.match(r"-?\d+", text)
    code = int(match[0]) if match else state.error_level
    code = signed32(code)
    if batch_only and state.batch is not None:
        raise ExitBatch(code)
    raise ExitCommand(code)


def goto(state: State, tail: str) -> int:
    """Jump to a label of the batch file; `:eof` is its end."""
    label = tail.strip().lstrip(":").split()[:1]
    if state.batch is None:
        return state.error_level
    if not label:
        state.context.error("No batch label specified to GOTO command.")
        return 1
    if label[0].lower() == "eof":
        raise ExitBatch(state.error_level)
    raise Goto(label[0])


def shift(state: State, _tail: str) -> int:
    """Move the arguments of the batch file one to the left."""
    if state.batch is not None and len(state.batch.arguments) > 1:
        del state.batch.arguments[1]
    return 0


def call(state: State, tail: str) -> int:
    """`call file.cmd args`, `call :label args`, `call command`."""
    text = tail.strip()
    if text.startswith(":"):
        from emulator.console.cmd.batch import call_label

        label, *arguments = words(text[1:]) or [""]
        return call_label(state.processor, label, arguments)
    calling, state.calling = state.calling, True
    try:
        return state.processor.run_line(text)
    finally:
        state.calling = calling


def start(state: State, tail: str) -> int:
    """`start [/w] ["title"] program args`: it runs to its end, since no window outlives a command."""
    text = tail
    while True:
        match = _START_SWITCH.match(text)
        if match:
            text = text[match.end() :]
            continue
        title = re.match(r'\s*"[^"]*"', text)
        if title and text[title.end() :].strip():
            text = text[title.end() :]
            continue
        break
    text = text.strip()
    return state.processor.run_line(text) if text else 0
