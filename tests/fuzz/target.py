"""What is fuzzed, and how: a target makes inputs from chance and checks a promise on each."""

from __future__ import annotations

import ctypes
import gc
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

#: No input may cost more processor time than this, in seconds; all threads of the process count.
LONGEST_SECONDS: Final = 2.0
#: Most that the process may grow from the end of the warm-up to the end, in bytes. Bounded caches (parsed
#: queries, resource URIs, patterns), modules and schema tables go on filling after it, and pages stay torn.
MOST_GROWTH: Final = 24 * 1024 * 1024
_WARM_UP_SHARE: Final = 0.25
_SETTLE_EVERY: Final = 500


@dataclass(frozen=True)
class Target:
    """One thing that reads what a client wrote.

    `generate` makes an input from chance alone; `check` raises when a promise is broken: anything but the
    typed errors of the thing, or a wrong answer. `settle` forgets what the inputs left behind (machines that
    were created, shells that were opened), so that memory can be compared.
    """

    generate: Callable[[Random], Any]
    check: Callable[[Any], None]
    settle: Callable[[], None] = lambda: None


class BrokenPromise(AssertionError):
    """An input for which a target did not do what it promises; the message shows how to get it again."""


def run_many(name: str, target: Target, seed: int, count: int) -> None:
    """Check `count` inputs of a seed. Raises BrokenPromise for an error, a slow answer or growing memory."""
    random = Random(seed)
    after_warm_up: int | None = None
    with no_logged_errors() as logged:
        for number in range(count):
            if number % _SETTLE_EVERY == 0:
                target.settle()
            if after_warm_up is None and number >= count * _WARM_UP_SHARE:
                target.settle()
                after_warm_up = resident_bytes()
            data = target.generate(random)
            started = time.process_time()
            try:
                target.check(data)
            except Exception as error:
                raise BrokenPromise(f"{name}, seed {seed}, input {number}: {data!r:.4000}") from error
            taken = time.process_time() - started
            if taken > LONGEST_SECONDS:
                raise BrokenPromise(f"{name}, seed {seed}, input {number} took {taken:.1f} s: {data!r:.4000}")
            if logged:
                raise BrokenPromise(f"{name}, seed {seed}, input {number} logged {logged[0]}: {data!r:.4000}")
    target.settle()
    grown = resident_bytes() - (after_warm_up or 0)
    if after_warm_up and grown > MOST_GROWTH:
        raise BrokenPromise(f"{name}, seed {seed}: {grown / 2**20:.1f} MiB more after {count} inputs")


@contextmanager
def no_logged_errors() -> Iterator[list[str]]:
    """Collect what the emulator logs as an error: it answers a fault then, but something inside is wrong."""
    found: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(logging.Formatter().format(record))

    handler = Collector(logging.ERROR)
    logger = logging.getLogger("emulator")
    logger.addHandler(handler)
    try:
        yield found
    finally:
        logger.removeHandler(handler)


def resident_bytes() -> int:
    """Memory that this process holds, 0 where the system does not tell.

    Garbage is collected and what the C library keeps for later is given back first: one script with a large
    answer would otherwise count for ever, though nothing of it is held.
    """
    gc.collect()
    _give_back()
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def _give_back() -> None:
    """glibc's malloc_trim; other libraries have none."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):
        return
    trim(0)
