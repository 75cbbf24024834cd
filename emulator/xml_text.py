"""Escaping of text for XML."""

from __future__ import annotations

import re

# What XML 1.0 cannot hold at all: control characters, lone surrogates, the two non-characters.
_FORBIDDEN = "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
_SPECIAL_IN_ASCII = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f]")
# Texts, which `re` compiles with the first that needs it: it takes longer than many a start is worth.
_SPECIAL = "[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"


def escape(text: str) -> str:
    """Text for an element. Characters that XML cannot hold become U+FFFD, as a lossy transport would."""
    special = _SPECIAL_IN_ASCII.search(text) if text.isascii() else re.search(_SPECIAL, text)
    if special is None:
        return text
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return re.sub(_FORBIDDEN, "\ufffd", text)


def escape_attribute(text: str) -> str:
    """Text for an attribute in double quotes."""
    return escape(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
