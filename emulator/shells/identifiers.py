"""Ids of shells and commands: GUIDs in upper case, chosen by the client or made here."""

from __future__ import annotations

import os
import re

from emulator.shells.errors import InvalidIdentifier

_GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")


def new_identifier() -> str:
    """A random GUID in upper case (version 4). Cheaper than `uuid.uuid4`."""
    raw = bytearray(os.urandom(16))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex().upper()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def checked_identifier(text: str) -> str:
    """A client's id: upper case, without braces and `uuid:`. Raises InvalidIdentifier."""
    match = _GUID.fullmatch(text.strip().removeprefix("uuid:"))
    if match is None:
        raise InvalidIdentifier(f"not a GUID: {text[:64]!r}")
    return match[1].upper()
