"""Texts as literals of scripts (CodeGeneration.EscapeSingleQuotedStringContent)."""

from __future__ import annotations

from emulator.powershell.parser.variables import SINGLE_QUOTES

_DOUBLED = str.maketrans({one: one * 2 for one in SINGLE_QUOTES})


def escaped(text: str) -> str:
    """A text as it stands between single quotes: each of its own, typographic ones too, is doubled."""
    return text.translate(_DOUBLED)


def quoted(text: str) -> str:
    """A text in single quotes."""
    return f"'{escaped(text)}'"
