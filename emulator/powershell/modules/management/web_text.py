"""How the web cmdlets of 5.1 read the text of an answer: by the character set of its header, else as ISO
8859-1, which a page's own <meta charset> may correct. A byte order mark is not looked at, and stays in it."""

from __future__ import annotations

import codecs
import re
from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.psobject import PSObject

_LATIN = "latin-1"
_META = re.compile(r"<meta\s[^<>]*charset\s*=\s*[\"'\n]?([A-Za-z][^\s\"'\n<>]{0,40})[\s\"'\n>]", re.I)
_LONGEST_TAG = 20_000
_PATTERNS = {
    "A": re.compile(r"<a\s+[^>]*(/>|>.*?</a>)", re.I | re.S),
    "IMG": re.compile(r"<img\s+[^>]*>", re.I | re.S),
    "INPUT": re.compile(r"<input\s+[^>]*(/?>|>.*?</input>)", re.I | re.S),
}
_ATTRIBUTE = re.compile(r"([^\"'>/=\s\x00-\x1f]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^'\">\s]+)))?")


def body_text(body: bytes, content_type: str) -> str:
    """The text of a body."""
    found = re.search(r"charset\s*=\s*\"?([^\";\s]+)", content_type, re.I)
    codec = _codec(found[1]) if found else None
    if codec is not None:
        return body.decode(codec, "replace")
    text = body.decode(_LATIN)
    meta = _META.search(text)
    codec = _codec(meta[1]) if meta else None
    return body.decode(codec, "replace") if codec is not None else text


def _codec(name: str) -> str | None:
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # Codecs of Python that turn bytes into bytes are no character sets.
    return codec.name if codec._is_text_encoding else None


def elements(text: str, tag: str) -> PSArray:
    """The elements of a name (A, IMG or INPUT) as objects of their attributes."""
    return PSArray(_element(found[0], tag) for found in _PATTERNS[tag].finditer(text))


def _element(html: str, tag: str) -> PSObject:
    notes: dict[str, tuple[str, Any]] = {
        "outerhtml": ("outerHTML", html),
        "tagname": ("tagName", tag),
    }
    opening = re.match(r"<\w+((?:[^\"'>]|\"[^\"]*\"|'[^']*')*)>", html[:_LONGEST_TAG])
    for name, double, single, plain in _ATTRIBUTE.findall(opening[1] if opening else ""):
        notes.setdefault(name.lower(), (name, double or single or plain))
    return PSObject.custom(list(notes.values()))
