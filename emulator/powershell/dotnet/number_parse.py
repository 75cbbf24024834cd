"""Reads numbers as Parse of the number types does: by NumberStyles and a NumberFormatInfo."""

from __future__ import annotations

from emulator.powershell.dotnet.cultures.number_info import NumberInfo

#: System.Globalization.NumberStyles.
LEADING_WHITE, TRAILING_WHITE, LEADING_SIGN, TRAILING_SIGN = 1, 2, 4, 8
PARENTHESES, DECIMAL_POINT, THOUSANDS, EXPONENT, CURRENCY_SYMBOL, HEXADECIMAL = 16, 32, 64, 128, 256, 512
INTEGER, NUMBER, FLOAT = 7, 111, 167
_WHITE = " \t\n\v\f\r"
_MOST_EXPONENT = 9999
"""Larger ones are not counted any further: the number is zero or infinite anyway."""


class NumberParts:
    """A number that was read: its sign, the digits before and behind the point, and the exponent."""

    __slots__ = ("exponent", "fraction", "negative", "whole")

    def __init__(self) -> None:
        self.negative = False
        self.whole = ""
        self.fraction = ""
        self.exponent = 0

    @property
    def text(self) -> str:
        """As Python writes it."""
        sign = "-" if self.negative else ""
        tail = f"E{self.exponent}" if self.exponent else ""
        return f"{sign}{self.whole or '0'}{f'.{self.fraction}' if self.fraction else ''}{tail}"


class _Reader:
    def __init__(self, text: str, style: int, info: NumberInfo) -> None:
        self.text = text
        self.style = style
        self.info = info
        self.place = 0
        self.parts = NumberParts()
        self.is_signed = False
        self.is_open = False
        self.symbol = info["CurrencySymbol"] if style & CURRENCY_SYMBOL else ""
        kinds = ("Currency", "Number") if self.symbol else ("Number",)
        self.points = [info[f"{kind}DecimalSeparator"] for kind in kinds]
        self.separators = [info[f"{kind}GroupSeparator"] for kind in kinds]

    def read(self) -> NumberParts | None:
        """The number, None when the text is none of the style."""
        self._around(self.style & LEADING_WHITE, self.style & LEADING_SIGN, bool(self.style & PARENTHESES))
        if not self._digits():
            return None
        if self.style & EXPONENT:
            self._exponent()
        self._around(self.style & TRAILING_WHITE, self.style & TRAILING_SIGN, False)
        if self.is_open:
            if not self._takes(")"):
                return None
            self._around(self.style & TRAILING_WHITE, 0, False)
        rest = self.text[self.place :]
        return self.parts if not rest.strip("\0") else None

    def _takes(self, piece: str) -> bool:
        """Whether the piece stands here; a no-break space may be typed as a space."""
        if not piece:
            return False
        here = self.text[self.place : self.place + len(piece)]
        if here == piece or here == piece.replace("\u00a0", " "):
            self.place += len(piece)
            return True
        return False

    def _around(self, white: int, sign: int, opens: bool) -> None:
        """What stands before or behind the digits: white space, one sign, one currency symbol."""
        while self.place < len(self.text):
            if white and self.text[self.place] in _WHITE:
                self.place += 1
            elif sign and not self.is_signed and self._takes(self.info["PositiveSign"]):
                self.is_signed = True
            elif sign and not self.is_signed and self._takes(self.info["NegativeSign"]):
                self.is_signed = self.parts.negative = True
            elif opens and not self.is_signed and self._takes("("):
                self.is_signed = self.is_open = self.parts.negative = True
            elif self.symbol and self._takes(self.symbol):
                self.symbol = ""
            else:
                return

    def _digits(self) -> bool:
        parts, text = self.parts, self.text
        found = point = False
        whole: list[str] = []
        fraction: list[str] = []
        while self.place < len(text):
            letter = text[self.place]
            if "0" <= letter <= "9":
                (fraction if point else whole).append(letter)
                self.place += 1
                found = True
            elif self.style & DECIMAL_POINT and not point and any(map(self._takes, self.points)):
                point = True
            elif not (found and self.style & THOUSANDS and not point and self._separator()):
                break
        parts.whole, parts.fraction = "".join(whole).lstrip("0"), "".join(fraction)
        return found

    def _separator(self) -> bool:
        """Whether a separator of groups stands here. A space behind the digits is none."""
        before = self.place
        if any(map(self._takes, self.separators)):
            if self.text[before : self.place].strip(" ") or self.text[self.place : self.place + 1].isdigit():
                return True
            self.place = before
        return False

    def _exponent(self) -> None:
        before = self.place
        if self.text[self.place : self.place + 1] not in ("E", "e"):
            return
        self.place += 1
        negative = self._takes(self.info["NegativeSign"])
        if not negative:
            self._takes(self.info["PositiveSign"])
        start = self.place
        while self.text[self.place : self.place + 1] in tuple("0123456789"):
            self.place += 1
        digits = self.text[start : self.place]
        if not digits:
            self.place = before
            return
        number = min(int(digits.lstrip("0")[:6] or "0"), _MOST_EXPONENT)
        self.parts.exponent = -number if negative else number


def read_number(text: str, style: int, info: NumberInfo) -> NumberParts | None:
    """The number that a text is, None when it is none of the style."""
    return _Reader(text, style, info).read()
