"""Ids of shells and commands: GUIDs in upper case, as clients choose them."""

from __future__ import annotations

import re

from emulator.shells.errors import InvalidIdentifier

_GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")


def checked_identifier(text: str) -> str:
    """A client's id: upper case, without braces and `uuid:`. Raises InvalidIdentifier."""
    match = _GUID.fullmatch(text.strip().removeprefix("uuid:"))
    if match is None:
        raise InvalidIdentifier(f"not a GUID: {text[:64]!r}")
    return match[1].upper()
