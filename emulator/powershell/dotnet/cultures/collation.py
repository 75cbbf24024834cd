"""The order of texts in a culture, near to that of Windows: signs, digits, letters; then accents; then
hyphens and apostrophes; then case.

A language whose letters are in another order than the common one has its own here: that of the national
alphabet, which Windows follows. In Danish and Norwegian aa counts as the last letter, in Czech and Slovak ch,
in Croatian and Serbian lj and nj, in Hungarian cs, dz, gy and so on are letters. What is neither common nor
known is refused: an order that is wrong is worse than none.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache
from typing import Any

_PUNCTUATION = "_-,;:!?/.`^~'\"()[]{}@$*\\&#%+<=>|"
_EXPANSIONS = {"\u00df": "ss", "\u00e6": "ae", "\u0153": "oe", "\u00fe": "th", "\u0133": "ij"}
#: Letters that Unicode does not take apart, but Windows sorts with a plain one.
_BASES = {
    "\u0142": "l",
    "\u0111": "d",
    "\u00f8": "o",
    "\u0131": "i",
    "\u0127": "h",
    "\u0167": "t",
    "\u00f0": "d",
    "\u0451": "\u0435",
}
_WIDTH = 16
"""How many letters can be put behind one."""
_FARTHEST = 0xFFF
_LONGEST_KEPT = 128
"""Characters of a text whose key is kept: a key is larger than the text."""

#: Languages in the common order.
_COMMON = frozenset(
    (
        "",
        "iv",
        "en",
        "de",
        "fr",
        "it",
        "nl",
        "pt",
        "ca",
        "gl",
        "eu",
        "af",
        "ru",
        "bg",
        "el",
        "id",
        "ms",
        "ga",
        "lb",
    )
)
_SCANDINAVIAN = "z:\u00e6,\u00e4 z:\u00f8,\u00f6 z:\u00e5,aa"
_SOUTH_SLAVIC = "c:\u010d c:\u0107 d:d\u017e d:\u0111 l:lj n:nj s:\u0161 z:\u017e"
#: Of each language the letters behind a plain one, in order; letters with a comma between them are the same.
#: ``<`` puts one before.
_ORDERS = {
    "sv": "z:\u00e5 z:\u00e4,\u00e6 z:\u00f6,\u00f8",
    "fi": "z:\u00e5 z:\u00e4,\u00e6 z:\u00f6,\u00f8",
    "da": _SCANDINAVIAN,
    "nb": _SCANDINAVIAN,
    "nn": _SCANDINAVIAN,
    "no": _SCANDINAVIAN,
    "es": "n:\u00f1",
    "pl": "a:\u0105 c:\u0107 e:\u0119 l:\u0142 n:\u0144 o:\u00f3 s:\u015b z:\u017a z:\u017c",
    "cs": "c:\u010d h:ch r:\u0159 s:\u0161 z:\u017e",
    "sk": "a:\u00e4 c:\u010d h:ch o:\u00f4 s:\u0161 z:\u017e",
    "hr": _SOUTH_SLAVIC,
    "sl": _SOUTH_SLAVIC,
    "hu": "c:cs d:dz d:dzs g:gy l:ly n:ny o:\u00f6,\u0151 s:sz t:ty u:\u00fc,\u0171 z:zs",
    "tr": "c:\u00e7 g:\u011f h:\u0131 o:\u00f6 s:\u015f u:\u00fc",
    "az": "c:\u00e7 g:\u011f h:\u0131 o:\u00f6 s:\u015f u:\u00fc",
    "lv": "c:\u010d g:\u0123 i:y k:\u0137 l:\u013c n:\u0146 s:\u0161 z:\u017e",
    "ro": "a:\u0103 a:\u00e2 i:\u00ee s:\u0219,\u015f t:\u021b,\u0163",
}
_LATIN_ORDERS = {"sr-latn": _SOUTH_SLAVIC, "bs-latn": _SOUTH_SLAVIC}


class Order:
    """The order of one language."""

    __slots__ = ("letters", "pattern")

    def __init__(self, text: str) -> None:
        self.letters: dict[str, str] = {}
        counts: dict[str, int] = {}
        for entry in text.split():
            after, _, same = entry.partition(":")
            counts[after] = counts.get(after, 0) + 1
            for letters in same.split(","):
                self.letters[letters] = _letter(after, counts[after])
        longest = sorted(self.letters, key=len, reverse=True)
        self.pattern = re.compile("|".join((*map(re.escape, longest), ".")), re.IGNORECASE | re.DOTALL)


@lru_cache(maxsize=256)
def order_of(culture: str) -> Order | None:
    """The order of a culture that has one of its own, None for the common one. Raises the error of one that
    is not known."""
    name = culture.lower()
    language = name.partition("-")[0]
    text = _ORDERS.get(language) or next(
        (one for key, one in _LATIN_ORDERS.items() if name.startswith(key)), None
    )
    if text is not None:
        return Order(text)
    if language in _COMMON:
        return None
    from emulator.powershell.runtime.errors import not_emulated

    raise not_emulated(f"The order of texts in the culture {culture}")


def collation_key(text: str, ignore_case: bool = True, culture: str = "") -> tuple[Any, ...]:
    """Sort key: letters, accents, hyphens, case. Raises the error of a culture whose order is not known."""
    order = order_of(culture) if culture else None
    if len(text) > _LONGEST_KEPT:
        return _key(text, ignore_case, order)
    return _kept_key(text, ignore_case, order)


def _key(text: str, ignore_case: bool, order: Order | None) -> tuple[Any, ...]:
    weights = elements(text, order)
    primary = "".join([one[0] for one in weights])
    accents = "" if text.isascii() else "".join([one[1] for one in weights if one[0]]).rstrip("\2")
    hyphens = tuple(i for i, one in enumerate(weights) if not one[0])
    if ignore_case:
        return (primary, accents, hyphens)
    return (primary, accents, hyphens, "".join([one[2] for one in weights]))


_kept_key = lru_cache(maxsize=8192)(_key)


def elements(text: str, order: Order | None) -> list[tuple[str, str, str]]:
    """Weight, accent and case of each letter."""
    if order is None:
        return [_weight(one) for one in (text if text.isascii() else _expanded(text))]
    found: list[tuple[str, str, str]] = []
    for piece in order.pattern.findall(text):
        own = order.letters.get(piece.lower())
        if own is not None:
            found.append((own, "\2", "0" if piece == piece.lower() else "1"))
        else:
            found += [_weight(one) for one in _expanded(piece)]
    return found


def _expanded(text: str) -> str:
    made = []
    for one in text:
        two = _EXPANSIONS.get(one.lower())
        made.append(one if two is None else two if one.islower() else two.upper())
    return "".join(made)


def _letter(base: str, place: int = 0) -> str:
    code = ord(base)
    return "\3" + chr(code * _WIDTH + place if code < _FARTHEST else min(code + 0x10000, sys.maxunicode))


@lru_cache(maxsize=4096)
def _weight(character: str) -> tuple[str, str, str]:
    """Where a character stands among others, among those that differ in the accent, and in case only."""
    if character in "-'":
        return "", "\2", ""
    if character.isalpha():
        small = character.lower()
        base, accent = _parts(small)
        return _letter(base), accent, "0" if character.islower() else "1"
    if unicodedata.combining(character):
        return "", "\2", ""
    if character.isdigit():
        return "\2" + character, "\2", ""
    if character == " ":
        return "\0" + character, "\2", ""
    place = _PUNCTUATION.find(character)
    return "\1" + chr(place if place >= 0 else min(1000 + ord(character), sys.maxunicode)), "\2", ""


def _parts(letter: str) -> tuple[str, str]:
    """The plain letter, and the weight of the accent."""
    base = _BASES.get(letter, "")
    if not base:
        apart = unicodedata.normalize("NFD", letter)
        script = unicodedata.name(apart[0], "").partition(" ")[0]
        if len(apart) == 1 or script not in ("LATIN", "GREEK"):
            return letter[0], "\2"
        base = apart[0]
    from emulator.powershell.dotnet.sort_keys import accent_weight

    return base, chr(accent_weight(letter) or ord(unicodedata.normalize("NFD", letter)[-1]))


def compare_text(left: str, right: str, ignore_case: bool = True, culture: str = "") -> int:
    """-1, 0 or 1 as String.Compare of the culture. Raises the error of one whose order is not known."""
    if left == right:
        return 0
    first, second = collation_key(left, ignore_case, culture), collation_key(right, ignore_case, culture)
    return -1 if first < second else int(first > second)
