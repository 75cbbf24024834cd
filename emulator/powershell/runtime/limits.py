"""Budgets of a script. Everything a client's script can make large or long has one."""

from __future__ import annotations

from emulator.record import Record


class Limits(Record):
    """``steps`` are loop iterations and calls of one run; sizes are characters and items.

    ``types`` are scripts with classes or enums that a runspace remembers, ``background`` pipelines that run
    beside the scripts of a process; of jobs the machine has only so many processes.
    """

    steps: int = 200_000_000
    call_depth: int = 500
    text: int = 64_000_000
    items: int = 8_000_000
    errors: int = 256
    gaps: int = 1000
    types: int = 4000
    background: int = 128


DEFAULT = Limits()
STEPS_BETWEEN_CHECKS = 512
"""After so many steps the stop flag is looked at."""
