"""Text in CLIXML (MS-PSRP 2.2.5.3.2): what XML cannot hold is ``_xHHHH_``, one for each UTF-16 unit."""

from __future__ import annotations

import re

_SPECIAL = re.compile("[\x00-\x1f\x7f-\x9f&<>\ud800-\udfff\ufffe\uffff\U00010000-\U0010ffff]|_(?=[xX])")
_ENCODED = re.compile("_[xX]([0-9A-Fa-f]{4})_")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "_": "_x005F_"}


def _replacement(match: re.Match[str]) -> str:
    character = match[0]
    named = _NAMED.get(character)
    if named is not None:
        return named
    code = ord(character)
    if code < 0x10000:
        return f"_x{code:04X}_"
    code -= 0x10000
    return f"_x{0xD800 + (code >> 10):04X}__x{0xDC00 + (code & 0x3FF):04X}_"


def escape(text: str) -> str:
    """A text as the content of an element."""
    return _SPECIAL.sub(_replacement, text)


def escape_attribute(text: str) -> str:
    """A text as the value of an attribute in double quotation marks."""
    return escape(text).replace('"', "&quot;")


def unescape(text: str) -> str:
    """The text of an element or attribute, after the XML parser has resolved its own escapes."""
    if "_" not in text:
        return text
    found = _ENCODED.sub(lambda match: chr(int(match[1], 16)), text)
    if found is text or not any("\ud800" <= character <= "\udfff" for character in found):
        return found
    # Two encoded halves of a surrogate pair become one character again; a lone half stays as it is.
    return found.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
