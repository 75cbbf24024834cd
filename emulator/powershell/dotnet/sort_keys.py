"""The sort keys that Windows makes of text (LCMapStringEx with LCMAP_SORTKEY), for hash codes.

Four levels, each ended by the byte 1: the weights of the characters, then of their accents, then of their
case, then a level of other scripts that is empty here; behind them the signs that are passed over (hyphen,
apostrophe, control characters), each with its place; a zero. Levels lose what is least at their end. The way
is published as [MS-UCODEREF] 3.1.5.2.4, the places of the signs as Windows 8 and later write them. The
weights in ``sort_weights.json`` are figures of Microsoft's "Windows 10 Sorting Weight Table", for Latin,
Greek, Cyrillic and the signs used with them: for each run of characters from a code point on
``script.weight``, behind them accent and case when they are not the least, and 2 for a letter that stands for
two others.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("sort_weights.json")

_UNSORTED, _ACCENT, _EXPANDED, _SIGN = 0, 1, 2, 6
"""The scripts that are no scripts: characters that count for nothing, accents, letters that stand for two
others, and signs that are passed over."""

_LEAST = 2
_WITHOUT_CASE = 0xE7
"""What NORM_IGNORECASE leaves of the weight of the case: whether a letter is large or raised is lost."""

_Weights = tuple[int, int, int, int]


@cache
def _tables() -> tuple[dict[str, _Weights], dict[str, str]]:
    read = json.loads(_TABLE.read_text(encoding="ascii"))
    weights: dict[str, _Weights] = {}
    for first, run in read["weights"].items():
        for code, text in enumerate(run.split(), int(first, 16)):
            script, weight, accent, case = (*map(int, text.split(".")), 0, 0, 0)[:4]
            weights[chr(code)] = (script, weight, accent or _LEAST, case or _LEAST)
    return weights, read["expansions"]


def accent_weight(character: str) -> int | None:
    """How far the accent of a letter weighs; None when the letter is not in the table."""
    found = _tables()[0].get(character)
    return None if found is None else found[2]


def sort_key(text: str, *, ignore_case: bool) -> bytes | None:
    """The sort key of a text in the culture en-US. None when a character of it is not in the table."""
    known, expansions = _tables()
    letters, accents, cases, signs = bytearray(), bytearray(), bytearray(), bytearray()
    mask = _WITHOUT_CASE if ignore_case else 0xFF
    for character in text:
        for one in expansions.get(character, character):
            found = known.get(one)
            if found is None:
                return None
            script, weight, accent, case = found
            if script == _SIGN:
                place = -(len(letters) // 2) - 1
                signs += (place & 0xFFFF).to_bytes(2, "big")
                signs += bytes((weight, (case & mask) | (accent << 3) & 0xFF))
            elif script == _ACCENT:
                if accents:
                    accents[-1] = accents[-1] + accent & 0xFF
                else:
                    accents.append(accent)
            elif script != _UNSORTED:
                letters += bytes((script, weight))
                accents.append(accent)
                cases.append(case & mask)
    least = bytes(range(_LEAST + 1))
    return b"\1".join((letters, accents.rstrip(least), cases.rstrip(least), b"", signs)) + b"\0"
