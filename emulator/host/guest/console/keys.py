"""Keys of the US layout: Windows' virtual-key codes, scan codes of set 1, and what they type."""

from typing import Final

BACKSPACE, TAB, ENTER, SHIFT, CONTROL, ALT, ESCAPE, SPACE, DELETE = 8, 9, 13, 16, 17, 18, 27, 32, 46
#: Left and right keys -> the key that both are.
_SIDES: Final = {0xA0: SHIFT, 0xA1: SHIFT, 0xA2: CONTROL, 0xA3: CONTROL, 0xA4: ALT, 0xA5: ALT}
_PUNCTUATION: Final = dict(zip(";=,-./`[\\]'", [*range(0xBA, 0xC1), *range(0xDB, 0xDF)], strict=True))
_SHIFTED: Final = dict(zip("`1234567890-=[]\\;',./", '~!@#$%^&*()_+{}|:"<>?', strict=True))
_CODES: Final = {
    **{character: ord(character.upper()) for character in "0123456789abcdefghijklmnopqrstuvwxyz"},
    **_PUNCTUATION,
    " ": SPACE,
    "\b": BACKSPACE,
    "\t": TAB,
    "\n": ENTER,
    "\x1b": ESCAPE,
}
_CHARACTERS: Final = {
    **{code: character for character, code in _CODES.items()},
    **{0x60 + digit: str(digit) for digit in range(10)},
    0x6A: "*",
    0x6B: "+",
    0x6D: "-",
    0x6E: ".",
    0x6F: "/",
}
#: Scan codes from 1 on; "?" stands for keys that are in the second table, or type nothing.
_ROW: Final = "\x1b1234567890-=\b\tqwertyuiop[]\n?asdfghjkl;'`?\\zxcvbnm,./??? "
_SCAN: Final = {
    **{number: _CODES[character] for number, character in enumerate(_ROW, 1) if character != "?"},
    0x1D: CONTROL,
    0x2A: SHIFT,
    0x36: SHIFT,
    0x37: 0x6A,
    0x38: ALT,
    0x53: DELETE,
    **{0x3B + number: 0x70 + number for number in range(10)},
}
_EXTENDED: Final = {0x1D: CONTROL, 0x38: ALT, 0x1C: ENTER, 0x53: DELETE, 0x35: 0x6F}
_EXTENDED_PREFIX, _BREAK = 0xE0, 0x80


def plain(code: int) -> int:
    """The virtual-key code without its side."""
    return _SIDES.get(code, code)


def typed_by(code: int, *, shift: bool) -> str:
    """The character that a virtual-key code types; empty for one that types none."""
    character = _CHARACTERS.get(code, "")
    if not shift:
        return character
    return _SHIFTED.get(character, character.upper())


def strokes(scan_codes: bytes) -> list[tuple[int, bool]]:
    """(virtual-key code, whether it goes down) for scan codes of set 1; unknown ones are left out."""
    found: list[tuple[int, bool]] = []
    extended = False
    for byte in scan_codes:
        if byte == _EXTENDED_PREFIX:
            extended = True
            continue
        code = (_EXTENDED if extended else _SCAN).get(byte & ~_BREAK)
        if code is not None:
            found.append((code, not byte & _BREAK))
        extended = False
    return found
