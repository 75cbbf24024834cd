"""Enumerations: a type with named numbers, and its values."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.powershell.dotnet.types import PSType, builtin


class EnumType(PSType):
    """An enumeration. ``names`` maps each name to its number, in the order of declaration."""

    __slots__ = ("_by_number", "_by_text", "_ordered", "flags", "names", "underlying")

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
        self._ordered: list[tuple[str, int]] | None = None

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
            if number is None and ("*" in word or "?" in word):
                number = self._like(word)
            if number is None:
                candidates = {n for t, n in self._by_text.items() if word and t.startswith(word.lower())}
                if len(candidates) != 1:
                    return None
                number = candidates.pop()
            total |= number
        return self.value(total)

    def _like(self, pattern: str) -> int | None:
        """The value of the names that fit a wildcard pattern; of several only an enumeration of flags has
        one."""
        from emulator.powershell.dotnet.regex import like

        found = {number for name, number in self.names.items() if like(name, pattern)}
        if not found or (len(found) > 1 and not self.flags):
            return None
        total = 0
        for number in found:
            total |= number
        return total

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

    @property
    def ordered(self) -> list[tuple[str, int]]:
        """Names with their numbers as Enum.GetNames lists them: by the number without its sign.

        The CLR sorts them once, by a quicksort that does not keep equal ones in order.
        """
        if self._ordered is None:
            self._ordered = _quicksorted([(name, number & _LARGEST) for name, number in self.names.items()])
        return self._ordered

    @property
    def sorted_names(self) -> list[str]:
        """Enum.GetNames."""
        return [name for name, _ in self.ordered]

    def name_of(self, number: int) -> str | None:
        """The name that a number shows; of several the one on which the CLR's search comes first."""
        wanted, ordered = number & _LARGEST, self.ordered
        low, high = 0, len(ordered) - 1
        while low <= high:
            middle = low + (high - low) // 2
            name, one = ordered[middle]
            if one == wanted:
                return name
            if one < wanted:
                low = middle + 1
            else:
                high = middle - 1
        return None

    def text_of(self, number: int) -> str:
        """The name, names joined by a comma for flags, or the digits."""
        if not self.flags:
            return self.name_of(number) or str(number)
        rest, parts = number & _LARGEST, []
        for place, (name, value) in reversed(list(enumerate(self.ordered))):
            if place == 0 and value == 0:
                break
            if rest & value == value:
                rest -= value
                parts.append(name)
        if rest or (not parts and number):
            return str(number)
        if parts:
            return ", ".join(reversed(parts))
        return self.ordered[0][0] if self.ordered and self.ordered[0][1] == 0 else "0"


_LARGEST = (1 << 64) - 1


def _quicksorted(pairs: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The CLR's own sort of the names of an enumeration."""
    spans = [(0, len(pairs) - 1)]
    while spans:
        left, right = spans.pop()
        if left >= right:
            continue
        middle = (left + right) // 2
        if pairs[left][1] != pairs[middle][1]:
            pairs[left], pairs[middle] = pairs[middle], pairs[left]
        last = left
        for place in range(left + 1, right + 1):
            if pairs[place][1] < pairs[left][1]:
                last += 1
                pairs[place], pairs[last] = pairs[last], pairs[place]
        if pairs[left][1] != pairs[last][1]:
            pairs[left], pairs[last] = pairs[last], pairs[left]
        spans += [(left, last - 1), (last + 1, right)]
    return pairs


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


def enumeration(name: str) -> EnumType:
    """A built-in enumeration by its full name. Raises KeyError."""
    found = builtin(name)
    if not isinstance(found, EnumType):
        raise KeyError(name)
    return found
