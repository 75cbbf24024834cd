"""Enumerations: a type with named numbers, and its values."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.powershell.dotnet.types import PSType


class EnumType(PSType):
    """An enumeration. ``names`` maps each name to its number, in the order of declaration."""

    __slots__ = ("_by_number", "_by_text", "flags", "names", "underlying")

    def __init__(
        self,
        name: str,
        names: Mapping[str, int],
        *,
        flags: bool = False,
        underlying: str = "System.Int32",
    ) -> None:
        super().__init__(name, base="System.Enum")
        self.names = dict(names)
        self.flags = flags
        self.underlying = underlying
        self._by_text = {text.lower(): number for text, number in self.names.items()}
        self._by_number: dict[int, EnumValue] = {}

    def value(self, number: int) -> EnumValue:
        """The value of a number; equal numbers give the same object."""
        found = self._by_number.get(number)
        if found is None:
            found = EnumValue(self, number)
            if len(self._by_number) < 4096:
                self._by_number[number] = found
        return found

    def __getitem__(self, name: str) -> EnumValue:
        return self.value(self._by_text[name.lower()])

    def number_of(self, name: str) -> int | None:
        """The number of one name without regard to case, or None."""
        return self._by_text.get(name.lower())

    def parse(self, text: str) -> EnumValue | None:
        """The value of ``Name``, ``A, B`` (joined), a unique prefix of a name, or a number; None
        otherwise.
        """
        total = 0
        for part in text.split(","):
            word = part.strip()
            number = self._by_text.get(word.lower())
            if number is None:
                number = _integer(word)
            if number is None:
                candidates = {n for t, n in self._by_text.items() if word and t.startswith(word.lower())}
                if len(candidates) != 1:
                    return None
                number = candidates.pop()
            total |= number
        return self.value(total)

    def is_defined(self, number: int) -> bool:
        """True when the number has a name, or is a combination of flags that have names."""
        if number in self.names.values():
            return True
        if not self.flags:
            return False
        rest = number
        for bit in self.names.values():
            rest &= ~bit
        return rest == 0 and number != 0

    def text_of(self, number: int) -> str:
        """The name, names joined by a comma for flags, or the digits."""
        for name, value in self.names.items():
            if value == number:
                return name
        if self.flags and number:
            rest, parts = number, []
            for name, value in sorted(self.names.items(), key=lambda item: -item[1]):
                if value and rest & value == value:
                    rest &= ~value
                    parts.append(name)
            if rest == 0 and parts:
                return ", ".join(reversed(parts))
        return str(number)


class EnumValue:
    """A value of an enumeration."""

    __slots__ = ("number", "ps_type")

    def __init__(self, ps_type: EnumType, number: int) -> None:
        self.ps_type = ps_type
        self.number = number

    def __str__(self) -> str:
        return self.ps_type.text_of(self.number)

    def __repr__(self) -> str:
        return f"{self.ps_type.name}.{self}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EnumValue) and other.ps_type is self.ps_type and other.number == self.number

    def __hash__(self) -> int:
        return hash((self.ps_type.name, self.number))

    def __int__(self) -> int:
        return self.number


def _integer(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None
