"""Custom controls of format files: text, new lines, frames and bindings, and what they make of an object
(about_Format.ps1xml; how lines break is that of the open source)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.format.cells import cell_text, read_by
from emulator.powershell.format.wrapping import wrap
from emulator.powershell.runtime.conversion import to_bool
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.members import MISSING, get_property, type_names
from emulator.powershell.runtime.text_operators import format_value
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

MAXIMUM_DEPTH = 50
"""How deep controls may call one another; a deeper one shows nothing, as in PowerShell."""

Reader = str | Callable[[Any], Any]
"""A property by its name, or a function of the object."""


class NewLine(Record):
    """The end of a line."""


class Frame(Record):
    """Tokens that stand indented. ``first`` is more (or, negative, less) room before the first line."""

    tokens: tuple[Token, ...]
    left: int = 0
    right: int = 0
    first: int = 0


class Binding(Record):
    """What is read from the object: its text by ``form``, or what ``control`` makes of it.

    Without ``reader`` it is the object itself. ``condition`` decides whether it is there at all. With
    ``each`` a collection stands for its items.
    """

    reader: Reader | None = None
    condition: Reader | None = None
    each: bool = False
    form: str = ""
    control: Callable[[], Control | None] | None = None


Token = str | NewLine | Frame | Binding
"""A text stands as it is."""


class Entry(Record):
    """The tokens for objects of some types; for all others when there are none."""

    tokens: tuple[Token, ...]
    type_names: tuple[str, ...] = ()
    condition: Reader | None = None


class Control(Record):
    """Entries; the first that is for the object's type counts, else the one without types."""

    entries: tuple[Entry, ...]


class FramedLine(Record):
    """A line before it is broken, with the room that its frames leave."""

    text: str
    left: int = 0
    right: int = 0
    first: int = 0

    def broken(self, width: int) -> list[str]:
        """The lines on a screen of the width."""
        room = width - self.left - self.right
        if room <= 0:
            return [""]
        first = self.first if abs(self.first) < room else 0
        head, rest = max(first, 0), max(-first, 0)
        out: list[str] = []
        for one in self.text.replace("\r\n", "\n").split("\n"):
            parts = wrap(one, room - head)
            if rest and len(parts) > 1:
                parts = [parts[0], *wrap(one[len(parts[0]) :], room - rest)]
            for part in parts:
                out.append(" " * (self.left + (rest if out else head)) + part)
        return out


class FramedText(str):
    """A text whose lines know their frames."""

    __slots__ = ("lines",)

    def __new__(cls, lines: tuple[FramedLine, ...]) -> FramedText:
        made = super().__new__(cls, "\n".join(one.text for one in lines))
        made.lines = lines
        return made

    lines: tuple[FramedLine, ...]


class _Writer:
    """Gathers the lines of one object."""

    def __init__(self, engine: Engine, limit: int) -> None:
        self.engine = engine
        self.limit = limit
        self.frames: list[Frame] = []
        self.text = ""
        self.lines: list[FramedLine] = []

    def end_line(self) -> None:
        """Write what has gathered, also when it is nothing."""
        self.lines.append(
            FramedLine(
                self.text,
                sum(one.left for one in self.frames),
                sum(one.right for one in self.frames),
                self.frames[-1].first if self.frames else 0,
            )
        )
        self.text = ""

    def control(self, control: Control, value: Any, depth: int) -> None:
        """Write what a control makes of a value."""
        if depth < MAXIMUM_DEPTH:
            entry = self._entry(control, value)
            if entry is not None:
                self.tokens(entry.tokens, value, depth)

    def _entry(self, control: Control, value: Any) -> Entry | None:
        found = entry_for(control.entries, value, self.engine)
        return found or next((one for one in control.entries if not one.type_names), None)

    def tokens(self, tokens: tuple[Token, ...], value: Any, depth: int) -> None:
        """Write tokens one after the other."""
        for token in tokens:
            if isinstance(token, str):
                self.text += token
            elif isinstance(token, NewLine):
                self.end_line()
            elif isinstance(token, Frame):
                self.frames.append(token)
                self.tokens(token.tokens, value, depth)
                self.frames.pop()
            else:
                self._bound(token, value, depth)

    def _bound(self, token: Binding, value: Any, depth: int) -> None:
        if token.condition is not None and not to_bool(self.read(token.condition, value)):
            return
        found = value if token.reader is None else self.read(token.reader, value)
        base = unwrap(found)
        items = list(base) if token.each and type(base) in LIST_TYPES else [found]
        control = token.control() if token.control is not None else None
        for item in items:
            if item is None:
                continue
            if control is not None:
                self.control(control, item, depth + 1)
            elif token.form:
                self.text += format_value(item, token.form)
            else:
                self.text += cell_text(item, self.limit)

    def read(self, reader: Reader, value: Any) -> Any:
        """What a reader finds; nothing when it fails."""
        return what_is_read(reader, value, self.engine)


def what_is_read(reader: Reader, value: Any, engine: Engine) -> Any:
    """What a reader finds in an object; nothing when it fails."""
    try:
        found = read_by(reader, value) if callable(reader) else get_property(value, reader, engine)
    except PSError:
        return None
    return None if found is MISSING else found


class Selected(Protocol):
    """What is for objects of some types that meet a condition."""

    @property
    def type_names(self) -> tuple[str, ...]:
        """The types."""

    @property
    def condition(self) -> Reader | None:
        """What must be true of the object."""


_Selected = TypeVar("_Selected", bound=Selected)


def entry_for(entries: Iterable[_Selected], value: Any, engine: Engine) -> _Selected | None:
    """The entry for the type of an object, else for the nearest of its bases; None when none is for any."""
    names = [one.removeprefix("Deserialized.").lower() for one in type_names(value)]
    best: tuple[int, _Selected] | None = None
    for entry in entries:
        places = [names.index(one.lower()) for one in entry.type_names if one.lower() in names]
        if not places or (best is not None and best[0] <= min(places)):
            continue
        if entry.condition is None or to_bool(what_is_read(entry.condition, value, engine)):
            best = (min(places), entry)
    return None if best is None else best[1]


def framed_text(control: Control, value: Any, engine: Engine, limit: int) -> FramedText:
    """The lines that a control makes of an object. The last one is written also when it is empty."""
    writer = _Writer(engine, limit)
    writer.control(control, value, 0)
    writer.end_line()
    return FramedText(tuple(writer.lines))


def in_frame(label: str, reader: Reader) -> Control:
    """The control of the headings that Windows writes four blanks in: ``    Directory: C:\\Windows``."""
    return Control((Entry((Frame((f"{label}: ", Binding(reader), NewLine()), left=4),)),))
