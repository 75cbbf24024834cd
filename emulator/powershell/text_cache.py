"""What was made of the texts used last, up to a total length: texts of clients differ much in size."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any, Generic, TypeVar

Made = TypeVar("Made")
#: The text, and what else decides what is made of it: the name of its file, the version of the language.
Key = tuple[str, Any, Any]


class TextCache(Generic[Made]):
    """Results by text; of texts longer than `longest` characters nothing is remembered."""

    def __init__(self, total_length: int, longest: int) -> None:
        self._total_length = total_length
        self._longest = longest
        self._length = 0
        self._results: OrderedDict[Key, Made] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._results)

    def get(self, key: Key) -> Made | None:
        """The result, which becomes the one used last."""
        with self._lock:
            result = self._results.get(key)
            if result is not None:
                self._results.move_to_end(key)
            return result

    def add(self, key: Key, result: Made) -> None:
        """Remember a result and forget those not used for longest."""
        if len(key[0]) > self._longest:
            return
        with self._lock:
            if key not in self._results:
                self._results[key] = result
                # Even an empty text takes some room.
                self._length += len(key[0]) + _LEAST
            while self._length > self._total_length:
                (text, _, _), _ = self._results.popitem(last=False)
                self._length -= len(text) + _LEAST


_LEAST = 64
