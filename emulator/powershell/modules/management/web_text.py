"""How the web cmdlets of 5.1 read the text of an answer: by the character set of its header, else as ISO
8859-1, which a page's own <meta charset> may correct. A byte order mark is not looked at, and stays in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.library.text import find_encoding
from emulator.powershell.dotnet.psobject import PSObject

_LATIN = "latin-1"
_META = re.compile(r"<meta\s[^<>]*charset\s*=\s*[\"'\n]?([A-Za-z][^\s\"'\n<>]{0,40})[\s\"'\n>]", re.I)
_LONGEST_TAG = 20_000
_OPENINGS = {tag: re.compile(rf"<{tag}\s[^>]*>", re.I) for tag in ("A", "IMG", "INPUT")}
_END_OF_LINK = re.compile("</a>", re.I)
_ATTRIBUTE = re.compile(r"([^\"'>/=\s\x00-\x1f]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^'\">\s]+)))?")


def charset_in(content_type: str) -> str:
    """The character set that a content type names, empty for none."""
    found = re.search(r"charset\s*=\s*\"?([^\";\s]+)", content_type, re.I)
    return found[1] if found else ""


def codec_of(charset: str) -> str | None:
    """How a character set that .NET knows is read; None for another one."""
    try:
        return find_encoding(charset).codec if charset else None
    except NetError:
        return None


def body_text(body: bytes, content_type: str) -> str:
    """The text of a body."""
    codec = codec_of(charset_in(content_type))
    if codec is not None:
        return body.decode(codec, "replace")
    text = body.decode(_LATIN)
    meta = _META.search(text)
    codec = codec_of(meta[1]) if meta else None
    return body.decode(codec, "replace") if codec is not None else text


def elements(text: str, tag: str) -> PSArray:
    """The elements of a name (A, IMG or INPUT) as objects of their attributes."""
    return PSArray(
        element_object({"outerHTML": outer, "tagName": tag}, outer) for outer in _outer_texts(text, tag)
    )


def _outer_texts(text: str, tag: str) -> Iterator[str]:
    """What the elements of a name are: their tag, and links all up to the end of one if there is any."""
    # Behind the last end of a tag each search for one would go through all the rest.
    text = text[: text.rfind(">") + 1]
    has_end = tag == "A"
    place = 0
    while opening := _OPENINGS[tag].search(text, place):
        place = opening.end()
        if tag == "A":
            end = _END_OF_LINK.search(text, place) if has_end else None
            has_end = end is not None
            if end is not None:
                place = end.end()
            elif not opening[0].endswith("/>"):
                continue
        yield text[opening.start() : place]


def _attributes_of(html: str) -> list[tuple[str, str]]:
    """Names and values of the attributes of the tag that a text begins with."""
    opening = re.match(r"<\w++((?:[^\"'>]|\"[^\"]*\"|'[^']*')*)>", html[:_LONGEST_TAG])
    found = _ATTRIBUTE.findall(opening[1] if opening else "")
    return [(name, double or single or plain) for name, double, single, plain in found]


def element_object(notes: dict[str, Any], html: str) -> PSObject:
    """An element as an object: what is known of it, then its attributes that are not among that."""
    made = {name.lower(): (name, value) for name, value in notes.items()}
    for name, value in _attributes_of(html):
        made.setdefault(name.lower(), (name, value))
    return PSObject.custom(list(made.values()))
