"""Ids of shells and commands: GUIDs in upper case, chosen by the client or made here."""

from __future__ import annotations

import os
import re

from emulator.shells.errors import InvalidIdentifier

_GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")


def new_identifier() -> str:
    """A random GUID in upper case (version 4). Cheaper than `uuid.uuid4`."""
    try:
        raw = _stock.pop()
    except IndexError:
        raw = _restocked()
    text = raw.hex().upper()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{_VARIANT[text[16]]}{text[17:20]}-{text[20:]}"


#: RFC 9562 4.1: the two highest bits of this digit say which kind of GUID it is.
_VARIANT = {digit: "89AB"[int(digit, 16) & 3] for digit in "0123456789ABCDEF"}
#: Random bytes for the next GUIDs: every answer needs two, and asking the system lets other threads go first.
_stock: list[bytes] = []


def _restocked() -> bytes:
    drawn = os.urandom(16 * 256)
    _stock.extend(drawn[start : start + 16] for start in range(16, len(drawn), 16))
    return drawn[:16]


def checked_identifier(text: str) -> str:
    """A client's id: upper case, without braces and `uuid:`. Raises InvalidIdentifier."""
    match = _GUID.fullmatch(text.strip().removeprefix("uuid:"))
    if match is None:
        raise InvalidIdentifier(f"not a GUID: {text[:64]!r}")
    return match[1].upper()
