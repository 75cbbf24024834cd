"""Regular expressions that are compiled when they are first used.

Compiling one takes up to four milliseconds, and few scripts need those of, say, .NET patterns or dates.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _LatePattern:
    """Stands for a pattern; a method of it is kept once somebody asked for it."""

    def __init__(self, text: str, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._text, self._flags), name)
        self.__dict__[name] = found
        return found


def late_pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, as far as methods and attributes go."""
    return cast("re.Pattern[str]", _LatePattern(text, flags))
