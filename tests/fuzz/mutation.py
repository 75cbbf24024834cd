"""Damaging good inputs: the kinds of harm that find mistakes, each a small function of (random, data).

Everything here takes a `random.Random`. Three things can stand behind it: a seeded generator (fast), that of
hypothesis (which shrinks what it finds) and the bytes of a coverage-guided fuzzer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

#: Texts that sit at a border of some rule: numbers, lengths, quotes, wildcards, XML, other alphabets.
BORDER_TEXTS: Final = (
    "",
    " ",
    "0",
    "-1",
    "1",
    "255",
    "256",
    "65536",
    "2147483648",
    "4294967296",
    "18446744073709551615",
    "18446744073709551616",
    "9" * 40,
    "9" * 5000,
    "1e308",
    "1e999",
    "-0.0",
    "NaN",
    "Infinity",
    "0x1F",
    "0x" + "f" * 40,
    "TRUE",
    "true",
    "null",
    "*",
    "%",
    "[a-z",
    "[^]",
    "_" * 300,
    "%_" * 200,
    "'",
    '"',
    "\\",
    "\\\\.\\root\\cimv2",
    "{",
    "}",
    "&lt;",
    "]]>",
    "<![CDATA[",
    "<!--",
    "<?x?>",
    "\u00e9",
    "\u0130",
    "\u4e2d\u6587",
    "\U0001f600",
    "\ufeff",
    "\u202e",
    "a" * 257,
    "a" * 70_000,
    "PT0S",
    "PT20S",
    "-PT1S",
    "P9999999DT1S",
    "PT99999999999999S",
    "20130415162843.488171+000",
    "2013-04-15T16:28:43Z",
    "********000000.000000:000",
    "99999999999999.999999+999",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "uuid:00000000-0000-0000-0000-000000000000",
    "../../../etc/hostname",
    "C:\\Windows\\System32",
    "http://example.invalid/",
    "\u0660\u0661\u0662",
    "\u00b2",
)
_BORDER_BYTES: Final = (0, 1, 9, 10, 13, 32, 34, 38, 39, 60, 62, 92, 127, 128, 192, 254, 255)
_TOKEN = re.compile(r"<[^>]*>?|[^<]+")
_ATTRIBUTE_VALUE = re.compile(r"""(?<==)(["'])(.*?)\1""", re.DOTALL)


def _flip(random: Random, data: bytearray) -> None:
    data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _replace(random: Random, data: bytearray) -> None:
    data[random.randrange(len(data))] = random.choice(_BORDER_BYTES)


def _insert(random: Random, data: bytearray) -> None:
    place = random.randrange(len(data) + 1)
    data[place:place] = bytes([random.choice(_BORDER_BYTES)]) * random.choice((1, 1, 1, 2, 8, 300))


def _delete(random: Random, data: bytearray) -> None:
    start = random.randrange(len(data))
    del data[start : start + random.choice((1, 1, 2, 4, 16, 64))]


def _cut(random: Random, data: bytearray) -> None:
    del data[random.randrange(len(data)) :]


def _repeat(random: Random, data: bytearray) -> None:
    start = random.randrange(len(data))
    piece = data[start : start + random.choice((1, 2, 8, 40))]
    data[start:start] = piece * random.choice((1, 2, 20))


def _move(random: Random, data: bytearray) -> None:
    start, length = random.randrange(len(data)), random.choice((1, 2, 8, 40))
    piece = data[start : start + length]
    del data[start : start + length]
    place = random.randrange(len(data) + 1)
    data[place:place] = piece


def _length_field(random: Random, data: bytearray) -> None:
    """Overwrite two or four bytes with a number, as a length or an offset in a binary message."""
    size = random.choice((2, 4))
    if len(data) >= size:
        place = random.randrange(len(data) - size + 1)
        number = random.choice((0, 1, len(data) - 1, len(data), len(data) + 1, 2 ** (8 * size) - 1))
        data[place : place + size] = (number % 2 ** (8 * size)).to_bytes(size, "little")


_BYTE_HARMS: Final[Sequence[Callable[[Random, bytearray], None]]] = (
    _flip,
    _replace,
    _insert,
    _delete,
    _cut,
    _repeat,
    _move,
    _length_field,
)


def damaged_bytes(random: Random, data: bytes, most: int = 4) -> bytes:
    """The data with one to `most` harms done to it."""
    harmed = bytearray(data)
    for _ in range(random.randrange(1, most + 1)):
        if not harmed:
            harmed += b"\0"
        random.choice(_BYTE_HARMS)(random, harmed)
    return bytes(harmed)


def damaged_text(random: Random, text: str, most: int = 4) -> str:
    """The text with one to `most` harms: characters and pieces taken away, doubled, moved or replaced."""
    for _ in range(random.randrange(1, most + 1)):
        start = random.randrange(len(text) + 1)
        end = min(start + random.choice((0, 1, 1, 2, 5, 20)), len(text))
        kind = random.randrange(4)
        if kind == 0:
            middle = random.choice(BORDER_TEXTS)
        elif kind == 1:
            middle = text[start:end] * random.choice((2, 3, 50))
        elif kind == 2:
            middle = ""
        else:
            middle = chr(random.choice((0, 9, 10, 32, 34, 37, 39, 91, 92, 93, 125, 233, 0xD800, 0x1F600)))
        text = text[:start] + middle + text[end:]
    return text


def damaged_xml(random: Random, text: str, words: Sequence[str], most: int = 4) -> str:
    """XML with one to `most` harms that leave much of it well-formed: whole tags, texts, attributes.

    `words` are values of the input's own world (class names, URIs, identifiers) that take the place of others.
    """
    for _ in range(random.randrange(1, most + 1)):
        tokens = _TOKEN.findall(text)
        if not tokens:
            return text
        place = random.randrange(len(tokens))
        token = tokens[place]
        kind = random.randrange(7)
        if kind <= 1:
            tokens[place] = _with_other_value(random, token, words)
        elif kind == 2:
            del tokens[place]
        elif kind == 3:
            tokens[place:place] = tokens[place : place + random.randrange(1, 6)] * random.choice((1, 2, 40))
        elif kind == 4:
            other = random.randrange(len(tokens))
            tokens[place], tokens[other] = tokens[other], token
        elif kind == 5:
            tokens[place] = damaged_text(random, token, 1)
        else:
            texts = [n for n, each in enumerate(tokens) if not each.startswith("<")]
            if texts:
                place = random.choice(texts)
                tokens[place] = _with_other_value(random, tokens[place], words)
        text = "".join(tokens)
    return text


def _with_other_value(random: Random, token: str, words: Sequence[str]) -> str:
    value = random.choice(words if words and random.randrange(3) else BORDER_TEXTS)
    if not token.startswith("<"):
        return value.replace("&", "&amp;").replace("<", "&lt;")
    found = list(_ATTRIBUTE_VALUE.finditer(token))
    if not found:
        return token
    chosen = random.choice(found)
    return token[: chosen.start(2)] + value.replace("<", "&lt;").replace('"', "") + token[chosen.end(2) :]
