"""`hyperv-emulator`: serve a profile, look at the profiles, run Pester tests, wait until a host answers.

Exit codes: 0 done, 1 the thing asked for is not so (`wait` timed out), 2 the request cannot be carried out
(bad option, bad profile, port taken); `pester` exits with the number of failed tests. A command is a module
that declares its arguments and runs; what it needs is loaded when it runs.
"""

from __future__ import annotations

import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import NoReturn

from emulator import __version__
from emulator.cli import coverage, pester, profiles, serve, wait
from emulator.cli.arguments import CommandParser
from emulator.cli.refusal import one_clear_line

_COMMANDS = {"serve": serve, "wait": wait, "coverage": coverage, "pester": pester, "profiles": profiles}


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Carry out the arguments of the process, or those given; always raises SystemExit."""
    options = _parser().parse_args(arguments)
    with one_clear_line():
        try:
            code = options.run(options)
            sys.stdout.flush()
        except KeyboardInterrupt:
            code = 128 + signal.SIGINT
        except BrokenPipeError:
            # Whoever read the answer has seen enough (`| head`); what is still buffered goes nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 1
    sys.exit(code)


def _parser() -> ArgumentParser:
    parser = CommandParser(
        "hyperv-emulator",
        description="A fake Windows machine with Hyper-V that answers WinRM like a real one.",
    )
    parser.add_argument("--version", action="version", version=f"hyperv-emulator, version {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, command in _COMMANDS.items():
        description = (command.__doc__ or "").strip()
        declared = commands.add_parser(
            name, help=description.partition("\n")[0], description=description, allow_abbrev=False
        )
        command.declare(declared)
    return parser
