"""The numbers of System.Random: a subtractive generator, the same for a seed on every machine."""

from __future__ import annotations

from typing import Final

from emulator.signed_numbers import signed32

_LARGEST: Final = 2_147_483_647
_GOLDEN: Final = 161_803_398
_SIZE: Final = 55
_DISTANCE: Final = 21


class NetRandom:
    """System.Random with a seed (an Int32)."""

    __slots__ = ("_first", "_second", "_state")

    def __init__(self, seed: int) -> None:
        state = [0] * (_SIZE + 1)
        last = _GOLDEN - min(abs(seed), _LARGEST)
        state[_SIZE] = last
        value = 1
        for index in range(1, _SIZE):
            place = _DISTANCE * index % _SIZE
            state[place] = value
            value = last - value
            if value < 0:
                value += _LARGEST
            last = state[place]
        for _ in range(4):
            for index in range(1, _SIZE + 1):
                one = signed32(state[index] - state[1 + (index + 30) % _SIZE])
                state[index] = one + _LARGEST if one < 0 else one
        self._state = state
        self._first, self._second = 0, _DISTANCE

    def sample(self) -> int:
        """From 0 to Int32.MaxValue - 1: what `Next()` gives."""
        self._first = self._first % _SIZE + 1
        self._second = self._second % _SIZE + 1
        value = self._state[self._first] - self._state[self._second]
        if value == _LARGEST:
            value -= 1
        if value < 0:
            value += _LARGEST
        self._state[self._first] = value
        return value

    def share(self) -> float:
        """From 0 to 1, without 1: `NextDouble()`."""
        return self.sample() * (1.0 / _LARGEST)

    def below(self, low: int, high: int) -> int:
        """`Next(low, high)`: without ``high``, unless both are the same."""
        width = high - low
        if width <= _LARGEST:
            return int(self.share() * width) + low
        value = self.sample()
        if self.sample() % 2 == 0:
            value = -value
        return int((value + _LARGEST - 1) / (2.0 * _LARGEST - 1) * width) + low

    def fill(self, count: int) -> bytes:
        """`NextBytes` of so many."""
        return bytes(self.sample() % 256 for _ in range(count))


class CmdletRandom:
    """How Get-Random -SetSeed draws from System.Random: by four bytes at a time."""

    __slots__ = ("_source",)

    def __init__(self, seed: int) -> None:
        self._source = NetRandom(seed)

    def random(self) -> float:
        """From 0 to 1."""
        value = int.from_bytes(self._source.fill(4), "little") & _LARGEST
        return min(value, _LARGEST - 1) * (1.0 / _LARGEST)

    def randrange(self, low: int, high: int) -> int:
        """A whole number, without ``high``."""
        width = high - low
        if width <= _LARGEST:
            return int(self.random() * width) + low
        mask = (1 << width.bit_length()) - 1
        while True:
            value = int.from_bytes(self._source.fill(8), "little") & mask
            if value < width:
                return value + low
