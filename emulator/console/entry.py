"""The way in from a shell: run one process on the fake machine to its end."""

from __future__ import annotations

import re

from emulator.console.cmd.interpreter import CommandProcessor
from emulator.console.context import Console, Context
from emulator.console.environment import user_environment
from emulator.console.process import Process, ProgramCancelled
from emulator.console.programs import ProgramNotFound, find_program, run_program

#: STATUS_CONTROL_C_EXIT, the exit code of a process that Ctrl-C ended.
CONTROL_C_EXIT = -1073741510
_PROGRAM = re.compile(r'\s*("[^"]*"|\S+)')


def check(process: Process) -> None:
    """Raise `ProgramNotFound` when a process without cmd.exe names a program that does not exist."""
    if process.skip_shell:
        name, _ = _split(process.command_line)
        if find_program(_context(process), name) is None:
            raise ProgramNotFound(name)


def start(process: Process) -> int:
    """Run the process in the calling thread; its exit code."""
    context = _context(process)
    try:
        if process.skip_shell:
            name, tail = _split(process.command_line)
            return run_program(context, name, tail)
        return CommandProcessor(context).run_to_exit(process.command_line)
    except ProgramCancelled:
        return CONTROL_C_EXIT


def _context(process: Process) -> Context:
    environment = user_environment(process.host, process.account)
    environment.update(process.environment)
    files = process.host.filesystem
    home = environment["USERPROFILE"]
    directory = files.normalize(process.directory, home) if process.directory else home
    if not files.is_directory(directory):
        directory = "C:\\Windows\\System32"
    return Context(
        host=process.host,
        account=process.account,
        console=Console(process.code_page),
        environment=environment,
        directory=files.entry(directory).path,
        stdin=process.stdin,
        stdout=process.stdout,
        stderr=process.stderr,
        cancelled=process.cancelled,
        no_profile=process.no_profile,
    )


def _split(command_line: str) -> tuple[str, str]:
    match = _PROGRAM.match(command_line)
    if match is None:
        raise ProgramNotFound(command_line)
    return match[1], command_line[match.end() :]
