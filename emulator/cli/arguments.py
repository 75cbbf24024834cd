"""Types of arguments, and options that have an environment variable beside them; the option wins."""

from __future__ import annotations

import os
from argparse import ArgumentParser, ArgumentTypeError, HelpFormatter
from collections.abc import Callable
from pathlib import Path
from typing import Any

DEFAULT_PROFILE = "windows-server-2022-datacenter"


class CommandParser(ArgumentParser):
    """Knows the width of the terminal without ``shutil``, which argparse would load for every argument."""

    def _get_formatter(self) -> HelpFormatter:
        return HelpFormatter(self.prog, width=_columns() - 2)


def _columns() -> int:
    stated = os.environ.get("COLUMNS", "")
    if stated.isascii() and stated.isdigit() and 0 < int(stated) < 10_000:
        return int(stated)
    try:
        return os.get_terminal_size().columns or 80
    except OSError:
        return 80


def add_with_variable(parser: ArgumentParser, name: str, variable: str, help: str, **more: Any) -> None:
    """Add an argument whose default is HYPERV_EMULATOR_`variable` where that is set and not empty.

    The text of the variable goes through ``type`` like one from the command line; ``choices`` would not hold
    for it, so say `one_of` instead.
    """
    name_of_variable = f"HYPERV_EMULATOR_{variable}"
    given = os.environ.get(name_of_variable)
    if given:
        more["default"] = given
    parser.add_argument(name, help=f"{help} [{name_of_variable}]", **more)


def port(text: str) -> int:
    """A number of a port, 0 for any free one."""
    if not text.isascii() or not text.isdigit() or len(text) > 5 or int(text) > 65535:
        raise ArgumentTypeError(f"{text!r} is not a port: a number from 0 to 65535 is needed")
    return int(text)


def seconds(text: str) -> float:
    """A duration."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found < 1e9:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds")
    return found


def one_of(*allowed: str) -> Callable[[str], str]:
    """One of some words."""

    def check(text: str) -> str:
        if text not in allowed:
            raise ArgumentTypeError(f"{text!r} is not one of {', '.join(allowed)}")
        return text

    return check


def file(text: str) -> str:
    """The path of a file that exists."""
    if not Path(text).is_file():
        raise ArgumentTypeError(f"{text!r} is not a file")
    return text


def folder(text: str) -> str:
    """The path of a folder that exists."""
    if not Path(text).is_dir():
        raise ArgumentTypeError(f"{text!r} is not a folder")
    return text


def path(text: str) -> str:
    """The path of a file or a folder that exists."""
    if not Path(text).exists():
        raise ArgumentTypeError(f"{text!r} does not exist")
    return text
