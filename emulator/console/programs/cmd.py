"""cmd.exe started as a program: /c runs a line and ends, without it lines come from standard input."""

from __future__ import annotations

import re

from emulator.console.cmd.interpreter import CommandProcessor
from emulator.console.cmd.state import ExitCommand
from emulator.console.context import Context
from emulator.host.windows.program_start import PROGRAM_TYPES

_SWITCH = re.compile(r"\s*/(?P<letter>[A-Za-z])(?::(?P<value>\S*))?")
_SPECIAL = set("&<>()@^|")
MAXIMUM_NESTED_SHELLS = 16


def main(context: Context, tail: str) -> int:
    """`cmd [/q] [/d] [/s] [/c|/k] line`."""
    if context.depth > MAXIMUM_NESTED_SHELLS:
        context.error("Too many nested command processors.")
        return 1
    processor = CommandProcessor(context)
    strip_always = False
    text = tail
    while match := _SWITCH.match(text):
        letter = match["letter"].lower()
        text = text[match.end() :]
        if letter == "s":
            strip_always = True
        elif letter == "v":
            processor.state.delayed_expansion = (match["value"] or "on").lower() == "on"
        elif letter == "q":
            processor.state.echo = False
        elif letter in "ckr":
            code = processor.run_to_exit(command_text(text.lstrip(), strip_always=strip_always))
            return code if letter != "k" else _interactive(processor)
    return _interactive(processor)


def command_text(text: str, *, strip_always: bool = False) -> str:
    """The line after /c without its outer quotes, by the rule that `cmd /?` states."""
    if not text.startswith('"'):
        return text
    last = text.rfind('"')
    inner = text[1:last]
    keeps = (
        not strip_always
        and text.count('"') == 2
        and not _SPECIAL & set(inner)
        and any(blank in inner for blank in " \t")
        and not text[last + 1 :].strip()
        and inner.lower().endswith(PROGRAM_TYPES)
    )
    if keeps or last == 0:
        return text
    return inner + text[last + 1 :]


def _interactive(processor: CommandProcessor) -> int:
    """Lines from standard input until its end, with the banner and the prompts that cmd.exe prints."""
    context = processor.context
    version = context.host.release.command_interpreter_version
    context.line(f"Microsoft Windows [Version {version}]")
    context.line("(c) Microsoft Corporation. All rights reserved.\r\n")
    while True:
        context.stdout.write(f"{context.directory}>")
        line = context.stdin.read_line()
        if line is None:
            return processor.state.error_level
        context.line(line)
        try:
            processor.run_line(line)
        except ExitCommand as ended:
            return ended.code
        context.line()
