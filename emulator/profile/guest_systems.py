"""Facts of guest operating systems: ``guest_systems.yaml``, read when a guest first boots."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Final

from emulator.record import Record

_FILE: Final = Path(__file__).parent / "guest_systems.yaml"


class GuestSystemFacts(Record):
    """What is known of a guest system from its name alone."""

    matches: str = ""
    """Part of the name that tells it."""
    kernel: str = "Linux"
    """``NT``, ``Linux`` or ``FreeBSD``."""
    version: str = ""
    """OSVersion that it reports; empty when the name does not tell."""
    build: str = ""
    """OSBuildNumber that it reports; empty on NT, whose version ends with it."""
    service_pack: int = 0
    """Number of the service pack (NT)."""
    boot: float = 20.0
    """Seconds from power-on until the integration services answer."""

    @property
    def is_windows(self) -> bool:
        """Whether it is one of Microsoft's."""
        return self.kernel == "NT"


@functools.lru_cache(maxsize=256)
def guest_system(name: str) -> GuestSystemFacts:
    """The facts of the system of that name; those of some Linux when the name is not known."""
    wanted = name.casefold()
    return next((each for each in _table() if each.matches.casefold() in wanted), GuestSystemFacts())


@functools.cache
def _table() -> tuple[GuestSystemFacts, ...]:
    import yaml

    with _FILE.open(encoding="utf-8") as stream:
        rows = yaml.safe_load(stream)
    return tuple(GuestSystemFacts(**row) for row in rows)
