"""The way in from a shell: run one process on the fake machine to its end."""

from __future__ import annotations

import re

from emulator.console.cmd.interpreter import MAXIMUM_LINE, CommandProcessor
from emulator.console.context import Console, Context
from emulator.console.environment import user_environment
from emulator.console.process import Process, ProgramCancelled
from emulator.console.programs import ProgramNotFound, find_program, image_of, run_as, run_program
from emulator.console.programs.cmd import command_text
from emulator.console.running_program import run_as_process
from emulator.console.streams import OutputLimitExceeded
from emulator.host import HostError
from emulator.host.windows.wow64 import take_variables
from emulator.log import Log

_logger = Log(__name__)

#: STATUS_CONTROL_C_EXIT, the exit code of a process that Ctrl-C ended.
CONTROL_C_EXIT = -1073741510
_SHELL = "C:\\Windows\\System32\\cmd.exe"
_PROGRAM = re.compile(r'\s*("[^"]*"|\S+)')


def check(process: Process) -> str:
    """The path of the program that runs.

    Raises `ProgramNotFound` when a process without cmd.exe names a program that does not exist.
    """
    if not process.skip_shell:
        return _SHELL
    name, _ = _split(process.command_line)
    context = _context(process)
    path = find_program(context, name)
    if path is None:
        raise ProgramNotFound(name)
    return image_of(context, path)


def start(process: Process) -> int:
    """Run the process in the calling thread; its exit code."""
    try:
        return _run(process)
    except ProgramCancelled:
        return CONTROL_C_EXIT
    except (HostError, OutputLimitExceeded, ProgramNotFound) as error:
        return _failed(process, str(error))
    except Exception as error:
        # A fault of one program must neither kill the shell nor look like an answer of Windows.
        _logger.exception("a console program failed inside")
        process.host.gaps.record("console fault", type(error).__name__)
        return _failed(process, f"The emulator failed inside: {type(error).__name__}.")


def _run(process: Process) -> int:
    context = _context(process)
    if process.skip_shell:
        name, tail = _split(process.command_line)
        run = run_program if process.process_id is None else run_as
        return run(context, name, tail)
    if len(process.command_line) > MAXIMUM_LINE:
        return _failed(process, "The command line is too long.")
    line = process.command_line
    return run_as_process(
        context,
        process.parent_id,
        _SHELL,
        f"{_SHELL} /C {line}",
        lambda: CommandProcessor(context).run_to_exit(command_text(line)),
    )


def _failed(process: Process, text: str) -> int:
    try:
        process.stderr.write(f"{text}\r\n")
    except ProgramCancelled:
        return CONTROL_C_EXIT
    return 1


def _context(process: Process) -> Context:
    environment = user_environment(process.host, process.account)
    if process.is_32_bit:
        take_variables(environment, is_32_bit=True)
    environment.update(process.environment)
    files = process.host.filesystem
    home = environment["USERPROFILE"]
    directory = files.normalize(process.directory, home) if process.directory else home
    if not files.is_directory(directory):
        directory = "C:\\Windows\\System32"
    return Context(
        host=process.host,
        account=process.account,
        console=Console(
            process.code_page, (process.stdin, process.stdout, process.stderr), process.error_window
        ),
        environment=environment,
        directory=files.entry(directory).path,
        stdin=process.stdin,
        stdout=process.stdout,
        stderr=process.stderr,
        cancelled=process.cancelled,
        process_id=process.parent_id if process.process_id is None else process.process_id,
        no_profile=process.no_profile,
        is_32_bit=process.is_32_bit,
    )


def _split(command_line: str) -> tuple[str, str]:
    match = _PROGRAM.match(command_line)
    if match is None:
        raise ProgramNotFound(command_line)
    return match[1], command_line[match.end() :]
