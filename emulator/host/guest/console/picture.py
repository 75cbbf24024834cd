"""Pictures of text in two colours, as bytes in the forms that clients take."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from emulator.host.guest.console.font import HEIGHT, WIDTH, glyph

Colour = tuple[int, int, int]

#: Points of a character's cell; a glyph is drawn twice as high as it is, with a margin.
CELL_WIDTH = 8
CELL_HEIGHT = 16


@dataclass(frozen=True, slots=True)
class TextScreen:
    """What is on a screen: lines of text on a grid, both colours as 8-bit red, green, blue."""

    columns: int
    rows: int
    lines: tuple[str, ...]
    foreground: Colour = (170, 170, 170)
    background: Colour = (0, 0, 0)

    @property
    def width(self) -> int:
        """Points."""
        return self.columns * CELL_WIDTH

    @property
    def height(self) -> int:
        """Points."""
        return self.rows * CELL_HEIGHT


@functools.lru_cache(maxsize=32)
def raster(screen: TextScreen, width: int, height: int) -> tuple[bytes, ...]:
    """The rows of the picture in another size, one byte a point: 0 background, 1 foreground.

    A point of a smaller picture is foreground when any point that it stands for is, so that text stays
    visible in a thumbnail.
    """
    natural = _natural_rows(screen)
    columns = [x * screen.width // width for x in range(width)]
    reach = max(1, screen.width // width)
    choose = itemgetter(*columns) if width > 1 else None
    done: dict[tuple[bytes, ...], bytes] = {}
    rows: list[bytes] = []
    for y in range(height):
        first = y * screen.height // height
        last = max(first + 1, (y + 1) * screen.height // height)
        sources = tuple(dict.fromkeys(natural[first:last]))
        row = done.get(sources)
        if row is None:
            merged = functools.reduce(int.__or__, (int.from_bytes(each, "big") for each in sources))
            spread = merged
            for step in range(1, reach):
                spread |= merged << (8 * step)
            line = (spread & ((1 << (8 * screen.width)) - 1)).to_bytes(screen.width, "big")
            row = bytes(choose(line)) if choose is not None else line[:1]
            done[sources] = row
        rows.append(row)
    return tuple(rows)


def rgb565(screen: TextScreen, width: int, height: int) -> bytes:
    """The picture in points of 16 bits, least byte first: 5 bits red, 6 green, 5 blue, row by row."""
    values = [_565(screen.background), _565(screen.foreground)]
    low = bytes(value & 0xFF for value in values) + bytes(254)
    high = bytes(value >> 8 for value in values) + bytes(254)
    points = b"".join(raster(screen, width, height))
    data = bytearray(2 * len(points))
    data[0::2] = points.translate(low)
    data[1::2] = points.translate(high)
    return bytes(data)


def _565(colour: Colour) -> int:
    red, green, blue = colour
    return (red >> 3) << 11 | (green >> 2) << 5 | blue >> 3


def _natural_rows(screen: TextScreen) -> list[bytes]:
    blank = bytes(screen.width)
    rows: list[bytes] = []
    for number in range(screen.rows):
        text = screen.lines[number] if number < len(screen.lines) else ""
        rows.extend(_drawn(text[: screen.columns], screen.columns) if text.strip() else [blank] * CELL_HEIGHT)
    return rows


def _drawn(text: str, columns: int) -> Sequence[bytes]:
    glyphs = [glyph(character) for character in text.ljust(columns)]
    rows = [b"".join(_points(each[row]) for each in glyphs) for row in range(HEIGHT)]
    blank = bytes(columns * CELL_WIDTH)
    return [blank, *(row for row in rows for _ in range(2)), blank]


@functools.cache
def _points(bits: int) -> bytes:
    """A row of one cell: the glyph with a margin of one point before it and two after it."""
    points = bytes((bits >> (WIDTH - 1 - column)) & 1 for column in range(WIDTH))
    return b"\0" + points + bytes(CELL_WIDTH - WIDTH - 1)
