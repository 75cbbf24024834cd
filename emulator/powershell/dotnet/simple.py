"""Small values: Guid and Version."""

from __future__ import annotations

import re
from functools import total_ordering

from emulator.powershell.late_pattern import late_pattern

_GUID = late_pattern(
    r"^\s*[{(]?([0-9a-fA-F]{8})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{12})[)}]?\s*$"
)


@total_ordering
class Guid:
    """System.Guid, held as its 128-bit number."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    @classmethod
    def parse(cls, text: str) -> Guid | None:
        """The GUID of a text in one of the forms D, N, B and P; None otherwise."""
        found = _GUID.match(text)
        return cls(int("".join(found.groups()), 16)) if found else None

    @property
    def bytes(self) -> bytes:
        """The sixteen bytes in .NET's order (the first three fields little-endian)."""
        raw = self.number.to_bytes(16, "big")
        return raw[3::-1] + raw[5:3:-1] + raw[7:5:-1] + raw[8:]

    @classmethod
    def from_bytes(cls, data: bytearray) -> Guid:
        """The GUID of sixteen bytes in .NET's order."""
        return cls(int.from_bytes(data[3::-1] + data[5:3:-1] + data[7:5:-1] + data[8:], "big"))

    def format(self, form: str = "D") -> str:
        """Text in the form D, N, B or P. Raises ValueError for another one."""
        digits = f"{self.number:032x}"
        dashed = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
        forms = {"": dashed, "D": dashed, "N": digits, "B": f"{{{dashed}}}", "P": f"({dashed})"}
        try:
            return forms[form.upper()]
        except KeyError:
            raise ValueError(form) from None

    def __str__(self) -> str:
        return self.format()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Guid) and other.number == self.number

    def __lt__(self, other: object) -> bool:
        return self.number < other.number if isinstance(other, Guid) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.number)

    def __repr__(self) -> str:
        return f"Guid({self})"


_LARGEST_PART = 0x7FFFFFFF
_LONGEST_PART = 100
"""Characters of a part of a version that are read; Python refuses to read very many digits."""


@total_ordering
class Version:
    """System.Version: two to four parts; a missing part is -1."""

    __slots__ = ("parts",)

    def __init__(self, major: int, minor: int, build: int = -1, revision: int = -1) -> None:
        self.parts = (major, minor, build, revision)

    @classmethod
    def parse(cls, text: str) -> Version:
        """The version of a text. Raises ValueError when it is none."""
        words = text.strip().split(".", 4)
        if not 2 <= len(words) <= 4:
            raise ValueError("Version string portion was too short or too long.")
        values = []
        for word in words:
            if not re.fullmatch(r"\s*\+?\d+\s*", word):
                raise ValueError("Input string was not in a correct format.")
            values.append(int(word) if len(word) < _LONGEST_PART else _LARGEST_PART + 1)
        if max(values) > _LARGEST_PART:
            raise ValueError("Value was either too large or too small for an Int32.")
        return cls(*values)

    def __str__(self) -> str:
        return ".".join(str(part) for part in self.parts if part >= 0)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and other.parts == self.parts

    def __lt__(self, other: object) -> bool:
        return self.parts < other.parts if isinstance(other, Version) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.parts)

    def __repr__(self) -> str:
        return f"Version({self})"
