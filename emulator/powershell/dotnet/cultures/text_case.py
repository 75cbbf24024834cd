"""Upper and lower case as a culture has them."""

from __future__ import annotations

import re
from collections.abc import Callable

#: Languages whose i has a dot in both cases, beside one that has none (Turkish and Azerbaijani).
_DOTTED = ("tr", "az")
_TO_UPPER = str.maketrans({"i": "\u0130", "\u0131": "I"})
_TO_LOWER = str.maketrans({"I": "\u0131", "\u0130": "i"})
#: A word as ToTitleCase sees it; an apostrophe does not end it.
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def _one_for_one(text: str, change: Callable[[str], str]) -> str:
    """A change of case as .NET does it: every character stays one (\u00df has no upper case)."""
    made = change(text)
    if len(made) == len(text):
        return made
    return "".join(changed if len(changed := change(one)) == 1 else one for one in text)


def upper(text: str, culture: str = "") -> str:
    """In capitals. ``culture`` is a name; the empty one is the invariant culture."""
    if culture.partition("-")[0] in _DOTTED:
        text = text.translate(_TO_UPPER)
    return _one_for_one(text, str.upper)


def lower(text: str, culture: str = "") -> str:
    """In small letters."""
    if culture.partition("-")[0] in _DOTTED:
        text = text.translate(_TO_LOWER)
    return _one_for_one(text, str.lower)


def title(text: str, culture: str = "") -> str:
    """Each word with a capital. Words that are all capitals stay as they are (acronyms)."""

    def word(found: re.Match[str]) -> str:
        whole = found[0]
        if whole == upper(whole, culture):
            return whole
        return upper(whole[0], culture) + lower(whole[1:], culture)

    return _WORD.sub(word, text)
