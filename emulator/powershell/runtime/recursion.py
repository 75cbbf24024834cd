"""Python's own recursion limit, raised once so that scripts reach the limit of the language first."""

from __future__ import annotations

import sys

NEEDED = 20_000


def allow_depth() -> None:
    """Let Python functions nest deep enough for the call depth of scripts."""
    if sys.getrecursionlimit() < NEEDED:
        sys.setrecursionlimit(NEEDED)
