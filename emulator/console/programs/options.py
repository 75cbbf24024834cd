"""Options of Windows' own programs (``/fo table``, ``-nh``), read by one table a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

FLAG, VALUE, SEVERAL = range(3)
#: How a program that shows records is told to show them.
SHOWN = {"fo": VALUE, "nh": FLAG}
_FORMS = ("table", "list", "csv")


class BadOption(Exception):
    """A command line that cannot be understood; the text says why, as the programs do."""


class Options(Mapping[str, str]):
    """What was given: names in small letters and their (first) values; a flag has an empty one."""

    def __init__(self) -> None:
        self._values: dict[str, list[str]] = {}
        self.operands: list[str] = []

    def __getitem__(self, name: str) -> str:
        return self._values[name][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def every(self, name: str) -> list[str]:
        """All values of an option that may come several times."""
        return self._values.get(name, [])

    @property
    def header(self) -> bool:
        """Whether a line of labels is wanted (no ``/nh``)."""
        return "nh" not in self._values

    def form(self, forms: Iterable[str] = _FORMS, default: str = "table") -> str:
        """The value of ``/fo``. Raises BadOption."""
        found = self.get("fo", default).lower()
        if found not in forms:
            raise BadOption("Invalid syntax. Value for '/fo' is not allowed.")
        return found

    def add(self, name: str, value: str) -> None:
        """Note one more."""
        self._values.setdefault(name, []).append(value)


def read_options(words: Iterable[str], known: Mapping[str, int], *, operands: bool = False) -> Options:
    """The options of a command line; what is none is an operand where a program takes them.

    Raises BadOption: an unknown option, a missing value, an option that came twice.
    """
    found, rest = Options(), iter(words)
    for word in rest:
        name = word[1:].lower() if word[:1] in ("/", "-") else ""
        kind = known.get(name)
        if kind is None:
            if operands and not name:
                found.operands.append(word)
                continue
            raise BadOption(f"Invalid argument/option - '{word}'.")
        if kind != SEVERAL and name in found:
            raise BadOption(f"Invalid syntax. '/{name}' option is not allowed more than '1' time(s).")
        value = "" if kind == FLAG else next(rest, None)
        if value is None:
            raise BadOption(f"Invalid syntax. Value expected for '/{name}'.")
        found.add(name, value)
    return found
