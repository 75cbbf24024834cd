"""The releases of Windows in the order in which they came out."""

from __future__ import annotations

#: A namespace, class, property or method exists from one of these on.
RELEASE_ORDER = (
    "2008",
    "2008R2",
    "7",
    "2012",
    "2012R2",
    "2016",
    "1703",
    "1709",
    "2019",
    "2022",
    "11",
    "2025",
)
_RANKS = {name: rank for rank, name in enumerate(RELEASE_ORDER)}


def is_since(release: str, first: str) -> bool:
    """Whether a release is `first` or came after it."""
    return _RANKS[release] >= _RANKS[first]
