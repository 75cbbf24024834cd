"""Texts compared by their code units, as StringComparison.Ordinal and OrdinalIgnoreCase do."""

from __future__ import annotations


def large_letters(text: str) -> str:
    """The text in large letters as Windows maps them: one for one (``ß`` stays)."""
    large = text.upper()
    if len(large) == len(text):
        return large
    return "".join([one if len(one.upper()) > 1 else one.upper() for one in text])


def compare_ordinal(left: str, right: str, *, ignore_case: bool = False) -> int:
    """-1, 0 or 1 by the order of UTF-16 units, of large letters when case does not count."""
    if ignore_case:
        left, right = large_letters(left), large_letters(right)
    if left.isascii() and right.isascii():
        return (left > right) - (left < right)
    first = left.encode("utf-16-be", "surrogatepass")
    second = right.encode("utf-16-be", "surrogatepass")
    return (first > second) - (first < second)
