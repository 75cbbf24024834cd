"""One check that many lists share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from emulator.profile.problems import Path, Problem
from emulator.profile.source import format_path
from emulator.profile.values import quoted


def repeated(values: Iterable[tuple[Path, str | None]], kind: str) -> Iterator[Problem]:
    """A problem for each value that, without regard to case, an earlier path has; None never repeats."""
    first: dict[str, Path] = {}
    for path, value in values:
        if value is None:
            continue
        earlier = first.setdefault(value.lower(), path)
        if earlier is not path:
            yield (
                path,
                f"the {kind} {quoted(value)} is already at {format_path(earlier)}; each may appear once",
            )
