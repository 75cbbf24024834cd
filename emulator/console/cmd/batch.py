"""Batch files: line after line, labels and `goto`, arguments, `call :label`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emulator.console.cmd.state import BatchFile, ExitBatch, Goto
from emulator.console.process import ProgramCancelled, codec_of

if TYPE_CHECKING:
    from emulator.console.cmd.interpreter import CommandProcessor

#: `if` and `for` as commands, also after `) else`: the parenthesis of their block follows their operands.
_CONDITION = re.compile(r"(?:^|[(&|)@]|\belse)\s*(?:if|for)\s")
_MAXIMUM_LABEL_CALLS = 64


def run_batch_file(processor: CommandProcessor, path: str, name: str, arguments: list[str]) -> int:
    """Run the file at `path`, called `name`; the error level at its end.

    Raises `HostError` when it cannot be read.
    """
    state = processor.state
    data = state.context.files.read(path)
    text = data.removeprefix(b"\xef\xbb\xbf").decode(codec_of(state.context.console.code_page), "replace")
    outer = state.batch
    state.batch = BatchFile(path, _logical_lines(text), [name, *arguments])
    calling, state.calling = state.calling, False
    local = len(state.local_environments)
    depth = state.context.depth
    state.context.depth += 1
    try:
        _run_from(processor, 0)
    except ExitBatch as ended:
        state.error_level = ended.code
    finally:
        state.batch = outer
        state.calling = calling
        state.context.depth = depth
        while len(state.local_environments) > local:
            state.end_local()
    return state.error_level


def call_label(processor: CommandProcessor, label: str, arguments: list[str]) -> int:
    """`call :label a b`: run from the label to the end of the file with new arguments."""
    state = processor.state
    batch = state.batch
    if batch is None or state.context.depth > _MAXIMUM_LABEL_CALLS:
        state.context.error("Invalid attempt to call batch label outside of batch script.")
        return 1
    saved = batch.arguments
    local = len(state.local_environments)
    batch.arguments = [f":{label}", *arguments]
    state.context.depth += 1
    try:
        _run_from(processor, _find_label(batch, label))
    except ExitBatch as ended:
        state.error_level = ended.code
    except LookupError:
        state.context.error(f"The system cannot find the batch label specified - {label}")
        state.error_level = 1
    finally:
        batch.arguments = saved
        state.context.depth -= 1
        while len(state.local_environments) > local:
            state.end_local()
    return state.error_level


def _run_from(processor: CommandProcessor, position: int) -> None:
    state = processor.state
    batch = state.batch
    assert batch is not None  # noqa: S101 -- both callers have set it
    while position < len(batch.lines):
        if state.context.cancelled.is_set():
            raise ProgramCancelled("the process was cancelled")
        line = batch.lines[position]
        position += 1
        if line.lstrip().startswith(":"):
            continue
        if state.echo and line.strip() and not line.lstrip().startswith("@"):
            state.context.line(f"\r\n{state.context.directory}>{processor.expanded(line).strip()} ")
        try:
            processor.run_line(line)
        except Goto as jump:
            try:
                position = _find_label(batch, jump.label)
            except LookupError:
                state.context.error(f"The system cannot find the batch label specified - {jump.label}")
                raise ExitBatch(1) from None


def _find_label(batch: BatchFile, label: str) -> int:
    wanted = label.lower()
    for number, line in enumerate(batch.lines):
        stripped = line.strip().lower()
        if stripped.startswith(":") and stripped[1:].split()[:1] == [wanted]:
            return number + 1
    raise LookupError(label)


def _logical_lines(text: str) -> list[str]:
    """Physical lines, with the lines of one open parenthesis joined into one."""
    lines: list[str] = []
    pending = ""
    open_count = 0
    for line in text.replace("\r\n", "\n").split("\n"):
        pending = f"{pending}\n{line}" if pending else line
        open_count += _balance(line)
        if line.endswith("^") and not line.endswith("^^"):
            continue
        if open_count <= 0:
            lines.append(pending)
            pending, open_count = "", 0
    if pending:
        lines.append(pending)
    return lines


def _balance(line: str) -> int:
    """Opened minus closed parentheses of a line. Only a parenthesis where a command may begin opens one."""
    stripped = line.strip().lower()
    if stripped.startswith(("rem ", ":", "echo(")):
        return 0
    balance = 0
    quoted = escaped = False
    for position, character in enumerate(line):
        if escaped:
            escaped = False
        elif character == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif character == "^":
            escaped = True
        elif character == "(":
            before = line[:position].rstrip().lower()
            begins = not before or before[-1] in "(&|@" or before.endswith((" do", " else", " in"))
            if begins or _CONDITION.search(before) or balance > 0:
                balance += 1
        elif character == ")":
            balance -= 1
    return balance
