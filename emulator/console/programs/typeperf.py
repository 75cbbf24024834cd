"""typeperf.exe: samples of performance counters as lines, or the counters that there are.

``typeperf counter ... [-si seconds] [-sc samples] [-cf file] [-o file] [-f CSV|TSV]``, ``-q`` and ``-qx``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.process import ProgramCancelled
from emulator.console.programs.powershell.local_management import LocalManagement
from emulator.host import HostError
from emulator.host.windows.counter_paths import Counter, CounterCatalog, CounterPathError, CounterSample
from emulator.powershell.modules.cim.counter_catalog import catalog_of

_SEPARATORS = {"csv": ",", "tsv": "\t"}
_DONE = "The command completed successfully."
_FAILED = -1
_USAGE = 'Error:\r\nInvalid command line. Type "typeperf -?" for usage.'


class _BadUsageError(Exception):
    """The command line cannot be read."""


@dataclass
class _Wish:
    """What the command line asks for."""

    counters: list[str] = field(default_factory=list)
    interval: int = 1
    samples: int | None = None
    output: str | None = None
    separator: str = ","
    overwrites: bool = False
    queries: str | None = None
    with_instances: bool = False


def main(context: Context, tail: str) -> int:
    """Run the program."""
    try:
        wish = _read(context, split_arguments(tail))
    except (_BadUsageError, HostError) as problem:
        context.error(str(problem) or _USAGE)
        return _FAILED
    catalog = catalog_of(context.host, LocalManagement(context.host, context.account))
    if wish.queries is not None:
        return _query(context, catalog, wish)
    counters: list[Counter] = []
    for path in wish.counters:
        try:
            counters += catalog.expand(path if path.startswith("\\") else f"\\{path}")
        except CounterPathError as problem:
            context.line()
            context.line(f"Error: {problem.text} : {path}")
    if not counters:
        context.line()
        context.line("Error:")
        context.line("No valid counters.")
        return _FAILED
    return _sample(context, catalog, counters, wish)


def _read(context: Context, words: list[str]) -> _Wish:
    wish = _Wish()
    rest = iter(words)
    for word in rest:
        if not word.startswith(("-", "/")):
            wish.counters.append(word)
            continue
        option = word[1:].lower()
        if option == "y":
            wish.overwrites = True
        elif option in ("q", "qx"):
            wish.queries, wish.with_instances = next(rest, ""), option == "qx"
        else:
            _set(context, wish, option, next(rest, None))
    return wish


def _set(context: Context, wish: _Wish, option: str, value: str | None) -> None:
    """Take an option with its value. Raises _BadUsageError for what the program, or the emulator, does not
    know."""
    if value is None:
        raise _BadUsageError
    if option == "si":
        wish.interval = _seconds(value)
    elif option == "sc" and value.isdecimal() and int(value) > 0:
        wish.samples = int(value)
    elif option == "cf":
        text = context.files.read(context.path(value)).decode("utf-8", "replace")
        wish.counters += [line.strip().strip('"') for line in text.splitlines() if line.strip()]
    elif option == "o":
        wish.output = context.path(value)
    elif option == "f" and value.lower() in _SEPARATORS:
        wish.separator = _SEPARATORS[value.lower()]
    elif option in ("f", "s", "config"):
        context.host.gaps.record("program", f"typeperf -{option} {value}")
        raise _BadUsageError(f"typeperf -{option} {value} is not emulated.")
    else:
        raise _BadUsageError


def _seconds(text: str) -> int:
    """``[[hh:]mm:]ss``."""
    parts = text.split(":")
    if len(parts) > 3 or not all(part.isdecimal() for part in parts):
        raise _BadUsageError
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part)
    return max(1, seconds)


def _query(context: Context, catalog: CounterCatalog, wish: _Wish) -> int:
    wanted = (wish.queries or "").strip("\\").lower()
    found = [each for each in catalog.sets if wanted in ("", each.name.lower())]
    if not found:
        context.line("Error: The specified object was not found on the computer.")
        return _FAILED
    for counter_set in found:
        if counter_set.is_single:
            places = [""]
        elif wish.with_instances:
            places = [f"({each})" for each in catalog.instances(counter_set)]
        else:
            places = ["(*)"]
        for place in places:
            for name in counter_set.counters:
                context.line(f"\\{counter_set.name}{place}\\{name}")
    context.line()
    context.line(_DONE)
    return 0


def _sample(context: Context, catalog: CounterCatalog, counters: list[Counter], wish: _Wish) -> int:
    host = context.host
    title = "(PDH-CSV 4.0)" if wish.separator == "," else "(PDH-TSV 4.0)"
    header = wish.separator.join(f'"{text}"' for text in (title, *(each.path for each in counters)))
    if wish.output is None:
        context.line()
    elif context.files.exists(wish.output) and not wish.overwrites:
        context.line(f"Error: The file {wish.output} exists.")
        return _FAILED
    else:
        context.files.write(wish.output, b"")
    _put(context, wish.output, header)
    before = catalog.moment(counters)
    taken = 0
    while wish.samples is None or taken < wish.samples:
        if not host.sleep(wish.interval, context.cancelled.is_set):
            raise ProgramCancelled("typeperf was interrupted")
        now = catalog.moment(counters)
        found = {each.counter.path: each for each in catalog.samples(counters, before, now)}
        _put(
            context, wish.output, _line(context, wish.separator, [found.get(each.path) for each in counters])
        )
        before, taken = now, taken + 1
    context.line()
    context.line("Exiting, please wait...".ljust(48))
    context.line(_DONE)
    return 0


def _put(context: Context, path: str | None, line: str) -> None:
    """Write a line to standard output or at the end of a file."""
    if path is None:
        context.line(line)
    else:
        context.files.write(path, f"{line}\r\n".encode(), append=True)


def _line(context: Context, separator: str, samples: list[CounterSample | None]) -> str:
    """The local time and the values; one that is not there is a blank."""
    host = context.host
    now = host.clock.now() + host.operating_system.utc_offset()
    values = [" " if each is None else f"{each.value:.6f}" for each in samples]
    stamp = f"{now:%m/%d/%Y %H:%M:%S}.{now.microsecond // 1000:03d}"
    return separator.join(f'"{text}"' for text in (stamp, *values))
