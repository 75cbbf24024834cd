"""Splitting the tail of a built-in into switches and operands."""

from __future__ import annotations

import re

_OPERAND = re.compile(r'(?:"[^"]*"|[^\s"])+')
_SWITCH = re.compile(r"/[A-Za-z?][^\s/\"]*")


def split(tail: str) -> tuple[list[str], list[str]]:
    """(switches in lower case with their slash, operands without quotes); `dir/w x` works as `dir /w x`."""
    switches: list[str] = []
    operands: list[str] = []
    for word in _OPERAND.findall(tail):
        if word.startswith("/"):
            switches += [switch.lower() for switch in _SWITCH.findall(word)]
        else:
            operands.append(word.replace('"', ""))
    return switches, operands


def words(tail: str) -> list[str]:
    """The words of a tail, quotes kept."""
    return _OPERAND.findall(tail)


def is_null(target: str) -> bool:
    """Whether a name is the NUL device."""
    return target.strip('"').lower() in ("nul", "nul:")
