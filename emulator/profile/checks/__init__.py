"""Checks that compare one part of a profile with another, or with the facts of its release."""

from __future__ import annotations

from emulator.profile.checks import devices, expansion, machines, storage, switches, system
from emulator.profile.draft import Draft
from emulator.profile.problems import Problem

_CHECKS = (
    *system.CHECKS,
    *switches.CHECKS,
    *storage.CHECKS,
    *machines.CHECKS,
    *devices.CHECKS,
    *expansion.CHECKS,
)


def run(draft: Draft) -> list[Problem]:
    """The problems that all checks find in the valid parts of a profile."""
    return [problem for check in _CHECKS for problem in check(draft)]
