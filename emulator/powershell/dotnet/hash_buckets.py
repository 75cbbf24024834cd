"""Where .NET Framework's Hashtable keeps its entries, which is the order in which it lists them.

Double hashing over a prime number of buckets (published reference source of .NET Framework): an entry goes
into the bucket of its hash code, or when that is taken, on by a step that depends on the hash code as well.
Buckets that were taken when somebody came by remember it, and are used again after their entry is gone. A
table that is full to 72 % grows to the first prime above twice its size. It lists its last bucket first.
"""

from __future__ import annotations

from collections.abc import Hashable

_PRIMES = (
    *(
        3,
        7,
        11,
        17,
        23,
        29,
        37,
        47,
        59,
        71,
        89,
        107,
        131,
        163,
        197,
        239,
        293,
        353,
        431,
        521,
        631,
        761,
        919,
        1103,
    ),
    *(
        1327,
        1597,
        1931,
        2333,
        2801,
        3371,
        4049,
        4861,
        5839,
        7013,
        8419,
        10103,
        12143,
        14591,
        17519,
        21023,
        25229,
    ),
    *(
        30293,
        36353,
        43627,
        52361,
        62851,
        75431,
        90523,
        108631,
        130363,
        156437,
        187751,
        225307,
        270371,
        324449,
    ),
    *(389357, 467237, 560689, 672827, 807403, 968897, 1162687, 1395263, 1674319, 2009191, 2411033, 2893249),
    *(3471899, 4166287, 4999559, 5999471, 7199369),
)
_LOAD = 0.7200000286102295
"""0.72 as a Single."""

_SMALLEST = 3
_STEP = 101
_REHASHED_FROM = 100
"""A table with more entries than this is laid out anew when very many of its buckets were come by."""


class _Gone:
    """Marks a bucket whose entry was taken out after others had come by."""


_GONE = _Gone()


def _prime(least: int) -> int:
    for prime in _PRIMES:
        if prime >= least:
            return prime
    candidate = least | 1
    while not (candidate - 1) % _STEP or not _is_prime(candidate):
        candidate += 2
    return candidate


def _is_prime(odd: int) -> bool:
    return all(odd % one for one in range(3, int(odd**0.5) + 1, 2))


class Buckets:
    """The buckets of one table. ``entries`` are the keys as the table looks them up, each with its hash
    code."""

    __slots__ = ("_codes", "_full_at", "_keys", "_met", "_passed", "count")

    def __init__(self, capacity: int) -> None:
        """Buckets for a number of entries that was told when the table was made; 0 when none was."""
        wanted = capacity / _LOAD
        self.count = 0
        self._make(_prime(int(wanted)) if wanted > _SMALLEST else _SMALLEST)

    def _make(self, size: int) -> None:
        self._keys: list[Hashable] = [None] * size
        self._codes = [0] * size
        self._passed = bytearray(size)
        self._met = 0
        self._full_at = int(_LOAD * size)

    def make_room(self) -> bool:
        """What a write does first, also to a key that is there; true when the entries were laid out anew."""
        size = len(self._keys)
        if self.count >= self._full_at:
            self._lay_out(_prime(2 * size))
        elif self._met > self._full_at and self.count > _REHASHED_FROM:
            self._lay_out(size)
        else:
            return False
        return True

    def _lay_out(self, size: int) -> None:
        entries = [
            (key, code)
            for key, code in zip(self._keys, self._codes, strict=True)
            if key is not None and key is not _GONE
        ]
        self._make(size)
        for key, code in entries:
            self._put(key, code)

    def add(self, key: Hashable, code: int) -> None:
        """Put in a key that is not there."""
        self.make_room()
        self._put(key, code & 0x7FFFFFFF)
        self.count += 1

    def _put(self, key: Hashable, code: int) -> None:
        keys, passed = self._keys, self._passed
        size = len(keys)
        place = code % size
        step = 1 + (code * _STEP & 0xFFFFFFFF) % (size - 1)
        free = -1
        for _ in range(size):
            held = keys[place]
            if held is _GONE:
                if free < 0:
                    free = place
            elif held is None:
                break
            if free < 0 and not passed[place]:
                passed[place] = 1
                self._met += 1
            place = (place + step) % size
        if free >= 0:
            place = free
        keys[place] = key
        self._codes[place] = code

    def remove(self, key: Hashable, code: int) -> None:
        """Take out a key that is there."""
        keys = self._keys
        size = len(keys)
        code &= 0x7FFFFFFF
        place = code % size
        step = 1 + (code * _STEP & 0xFFFFFFFF) % (size - 1)
        while keys[place] is _GONE or keys[place] != key:
            place = (place + step) % size
        keys[place] = _GONE if self._passed[place] else None
        self._codes[place] = 0
        self.count -= 1

    def clear(self) -> None:
        """Take out all keys; as many buckets stay."""
        self._make(len(self._keys))
        self.count = 0

    def listed(self) -> list[Hashable]:
        """The keys in the order in which the table lists them."""
        return [key for key in reversed(self._keys) if key is not None and key is not _GONE]
