"""forfiles.exe: run a command for each file that a name and an age choose."""

from __future__ import annotations

import fnmatch
import ntpath
import re
from collections.abc import Iterator
from datetime import date, timedelta

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.options import FLAG, VALUE, BadOption, read_options
from emulator.console.programs.refusals import wrong_usage
from emulator.console.programs.tabular import clock_text, date_text
from emulator.host import HostError
from emulator.host.storage.filesystem import Entry

_OPTIONS = {"p": VALUE, "m": VALUE, "c": VALUE, "d": VALUE, "s": FLAG}
_DEFAULT = "cmd /c echo @file"
_DAYS = re.compile(r"([+-]?)(\d{1,5})")
_DATE = re.compile(r"([+-]?)(\d{1,2})/(\d{1,2})/(\d{4})")
_BYTE = re.compile(r"0x([0-9A-Fa-f]{2})")
_VARIABLE = re.compile(r"@(file|fname|ext|path|relpath|isdir|fsize|fdate|ftime)", re.IGNORECASE)


def main(context: Context, tail: str) -> int:
    """`forfiles [/p FOLDER] [/m PATTERN] [/s] [/d [+|-]{DATE|DAYS}] [/c COMMAND]`."""
    try:
        options = read_options(split_arguments(tail), _OPTIONS)
        limit = _limit(context, options["d"]) if "d" in options else None
    except BadOption as wrong:
        return wrong_usage(context, "forfiles", str(wrong))
    folder = options.get("p", context.directory)
    try:
        root = context.path(folder)
    except HostError:
        root = ""
    if not root or not context.files.is_directory(root):
        context.error(f'ERROR: The directory name is invalid: "{folder}".')
        return 1
    pattern = options.get("m", "*")
    found = [
        entry
        for entry in _entries(context, root, below="s" in options)
        if _fits(entry.name, pattern) and (limit is None or _is_aged(context, entry, *limit))
    ]
    if not found:
        reason = "specified search criteria" if limit is not None else None
        text = f'Files of type "{pattern}" not found.'
        if reason is not None:
            text = f"No files found with the {reason}."
        context.error(f"ERROR: {text}")
        return 1
    command = options.get("c", _DEFAULT)
    # Windows begins the output of the commands with an empty line.
    context.line()
    code = 0
    for entry in found:
        code = max(code, _run(context, command, entry, root))
    return code


def _limit(context: Context, text: str) -> tuple[bool, date]:
    """Whether files must be at most as old, and of which day."""
    local = context.host.clock.now() + context.host.operating_system.utc_offset()
    days, day = _DAYS.fullmatch(text), _DATE.fullmatch(text)
    try:
        if day is not None:
            return day[1] != "-", date(int(day[4]), int(day[2]), int(day[3]))
        if days is not None and int(days[2]) <= 32768:
            # Days count back from today with a minus, and from today on without it.
            step = timedelta(days=int(days[2]))
            return days[1] != "-", local.date() - step if days[1] == "-" else local.date() + step
    except ValueError:
        pass
    raise BadOption("Invalid date specified.")


def _entries(context: Context, root: str, *, below: bool) -> Iterator[Entry]:
    try:
        entries = context.files.list(root)
    except HostError as problem:
        context.error(f'ERROR: {problem.text.rstrip(".")} "{root}".')
        return
    for entry in entries:
        yield entry
        if below and entry.is_directory:
            yield from _entries(context, entry.path, below=True)


def _fits(name: str, pattern: str) -> bool:
    pattern = "*" if pattern == "*.*" else pattern
    return fnmatch.fnmatchcase(name.lower(), pattern.lower().replace("[", "[[]"))


def _is_aged(context: Context, entry: Entry, is_since: bool, day: date) -> bool:
    written = (entry.modified + context.host.operating_system.utc_offset()).date()
    return written >= day if is_since else written <= day


def _run(context: Context, command: str, entry: Entry, root: str) -> int:
    local = entry.modified + context.host.operating_system.utc_offset()
    stem, ending = ntpath.splitext(entry.name)
    values = {
        "file": f'"{entry.name}"',
        "fname": f'"{stem}"',
        "ext": f'"{ending[1:]}"',
        "path": f'"{entry.path}"',
        "relpath": f'".\\{entry.path[len(root) :].lstrip(chr(92))}"',
        "isdir": "TRUE" if entry.is_directory else "FALSE",
        "fsize": str(0 if entry.is_directory else entry.size),
        "fdate": date_text(local),
        "ftime": clock_text(local),
    }
    line = _VARIABLE.sub(lambda found: values[found[1].lower()], command)
    line = _BYTE.sub(lambda found: chr(int(found[1], 16)), line).strip()
    name, _, rest = line.partition(" ")
    from emulator.console.programs import ProgramNotFound, run_program

    inner = context.child()
    inner.directory = ntpath.dirname(entry.path)
    try:
        return run_program(inner, name.strip('"'), f" {rest}" if rest else "")
    except ProgramNotFound:
        context.error("ERROR: The system cannot find the file specified.")
        return 1
