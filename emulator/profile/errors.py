"""The one error that reading a profile raises."""

from __future__ import annotations

from collections.abc import Iterable


class ProfileError(ValueError):
    """A profile cannot be used.

    ``problems`` holds every problem that was found, each as
    ``file:line: field: what is wrong and what is allowed``; ``str()`` joins them with newlines.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: list[str] = list(problems)
        super().__init__("\n".join(self.problems))
