"""Regular expressions that are compiled when they are first used.

Compiling one takes up to four milliseconds, and few scripts need those of, say, .NET patterns or dates.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any, cast

_METHODS = ("match", "fullmatch", "search", "finditer", "findall", "split", "sub")


class _LatePattern:
    """Stands for a pattern: its methods compile it, then they are those of the compiled one."""

    def __init__(self, text: str, flags: int) -> None:
        for name in _METHODS:
            setattr(self, name, partial(self._first, text, flags, name))

    def _first(self, text: str, flags: int, name: str, *arguments: Any, **named: Any) -> Any:
        compiled = re.compile(text, flags)
        for each in _METHODS:
            setattr(self, each, getattr(compiled, each))
        return getattr(compiled, name)(*arguments, **named)


def late_pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, as far as its methods go."""
    return cast("re.Pattern[str]", _LatePattern(text, flags))
