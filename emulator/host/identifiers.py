"""GUIDs as Windows writes them: upper case with hyphens, braces accepted on the way in.

Python's ``uuid`` makes the same ones, and takes longer to load than all that a host makes of them at start.
"""

import os
import re
from hashlib import sha1

_GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")
# Identifiers of seeded objects are derived from names, so that they are the same after every start.
_NAMESPACE = bytes.fromhex("9E8E3AC16D1B4B0E9E2757B28A4C4D0B")


def normalize_guid(text: str) -> str:
    """Upper case without braces; other text comes back in upper case and matches nothing."""
    return text.strip().strip("{}").upper()


def is_guid(text: str) -> bool:
    """True for a GUID with or without braces, in any case."""
    return _GUID.fullmatch(text.strip()) is not None


def derived_guid(*names: str) -> str:
    """The same GUID for the same names, on every machine and in every run (RFC 4122 section 4.3)."""
    return _written(sha1(_NAMESPACE + "/".join(names).encode(), usedforsecurity=False).digest(), version=5)


def random_guid() -> str:
    """A GUID that nobody has had (RFC 4122 section 4.4, version 4)."""
    try:
        octets = _stock.pop()
    except IndexError:
        octets = _restocked()
    return _written(octets, version=4)


# Random octets for the next GUIDs: every answer needs two, and asking the system lets other threads go first.
_stock: list[bytes] = []


def _restocked() -> bytes:
    drawn = os.urandom(16 * 256)
    _stock.extend(drawn[start : start + 16] for start in range(16, len(drawn), 16))
    return drawn[:16]


def octets(guid: str) -> bytes:
    """The sixteen octets of a GUID in the order of its digits (RFC 4122 section 4.1.2)."""
    return bytes.fromhex(guid.replace("-", ""))


def octets_little_endian(guid: str) -> bytes:
    """The sixteen octets as Windows stores a GUID: its first three parts are little-endian numbers."""
    return _turned(octets(guid))


def guid_of_octets(data: bytes) -> str:
    """The GUID of sixteen octets in the order of its digits."""
    return _hyphened(data.hex().upper())


def guid_of_little_endian(data: bytes) -> str:
    """The GUID of sixteen octets as Windows stores them."""
    return guid_of_octets(_turned(data))


def _turned(data: bytes) -> bytes:
    return data[3::-1] + data[5:3:-1] + data[7:5:-1] + data[8:]


def _hyphened(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _written(octets: bytes, *, version: int) -> str:
    """The first sixteen octets with the version and the variant of RFC 4122 section 4.1."""
    text = octets.hex().upper()
    return f"{text[:8]}-{text[8:12]}-{version}{text[13:16]}-{_VARIANT[text[16]]}{text[17:20]}-{text[20:32]}"


# The two highest bits of this digit say which kind of GUID it is.
_VARIANT = {digit: "89AB"[int(digit, 16) & 3] for digit in "0123456789ABCDEF"}
