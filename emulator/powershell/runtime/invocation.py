"""InvocationInfo: which command ran, where it was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import GenericDictionary, PSArray
from emulator.powershell.dotnet.types import PSType, register

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent
    from emulator.powershell.runtime.binder import Binder
    from emulator.powershell.runtime.commands import CommandInfo

LINE_WIDTH = 69
LINE_BEFORE = 12
LINE_AFTER = 8


_BOUND = register(
    PSType(
        "System.Management.Automation.PSBoundParametersDictionary",
        base="System.Collections.Generic.Dictionary`2",
        interfaces=("System.Collections.IDictionary", "System.Collections.IEnumerable"),
    )
)


def bound_parameters(values: Mapping[str, Any]) -> GenericDictionary:
    """$PSBoundParameters with these values by name."""
    return GenericDictionary(values.items(), _BOUND, case_sensitive=False)


class InvocationInfo:
    """System.Management.Automation.InvocationInfo ($MyInvocation)."""

    __slots__ = (
        "_bound",
        "binder",
        "command",
        "expecting_input",
        "extent",
        "invocation_name",
        "pipeline_length",
        "pipeline_position",
        "unbound",
    )

    def __init__(
        self,
        command: CommandInfo | None = None,
        extent: Extent | None = None,
        invocation_name: str = "",
        pipeline_length: int = 1,
        pipeline_position: int = 1,
    ) -> None:
        self.command = command
        self.extent = extent
        self.invocation_name = invocation_name
        self.pipeline_length = pipeline_length
        self.pipeline_position = pipeline_position
        self.expecting_input = pipeline_position > 1
        self.binder: Binder | None = None
        self._bound: GenericDictionary | None = None
        self.unbound: list[Any] = PSArray()

    @property
    def bound(self) -> GenericDictionary:
        """The parameters that were given with their values ($PSBoundParameters), made when first read."""
        if self._bound is None:
            values: dict[str, Any] = {}
            if self.binder is not None:
                parameters = self.binder.metadata.parameters
                values = {parameters[key].name: value for key, value in self.binder.bound.items()}
            self._bound = bound_parameters(values)
        return self._bound

    def rebound(self, before: Iterable[str], binder: Binder) -> None:
        """Bring `bound` up to date after an object of the pipeline took parameters, by lower-case name."""
        table = self._bound
        if table is None:
            return
        names = {key: binder.metadata.parameters[key].name for key in (*before, *binder.pipeline_bound)}
        for key, name in names.items():
            if key in binder.bound:
                table[name] = binder.bound[key]
            elif name in table:
                table.pop(name)

    @property
    def position_message(self) -> str:
        """``At line:1 char:1`` with the line and its underline; empty without a position."""
        return position_message(self.extent)


def position_message(extent: Extent | None) -> str:
    """The report of a position, lines joined by CR LF."""
    if extent is None:
        return ""
    line = extent.start_line_text.rstrip()
    where = f"At {extent.file or 'line'}:{extent.start_line} char:{extent.start_column}"
    if not line:
        return where
    before = extent.start_column - 1
    same_line = extent.start_line == extent.end_line
    length = extent.end_column - extent.start_column if same_line else len(line) - before
    shown, before, length, dots_before, dots_after = _fit(line, before, max(length, 0))
    text = f"{'... ' if dots_before else ''}{shown}{' ...' if dots_after else ''}"
    blanks = " " * (before + (4 if dots_before else 0))
    return f"{where}\r\n+ {text}\r\n+ {blanks}{'~' * max(length, 1)}"


def _fit(line: str, before: int, length: int) -> tuple[str, int, int, bool, bool]:
    """Cut a line to what is shown: as much of the marked part as there is room for, and some of its
    surroundings.
    """
    if "\t" in line:
        head = line[:before].replace("\t", "    ")
        marked = line[before : before + length].replace("\t", "    ")
        line = head + marked + line[before + length :].replace("\t", "    ")
        before, length = len(head), len(marked)
    if len(line) <= LINE_WIDTH:
        return line, before, length, False, False
    after = len(line) - length - before
    shown_before = min(before, LINE_BEFORE)
    shown_after = min(after, LINE_AFTER)
    room = LINE_WIDTH - (shown_before + length + shown_after)
    if room <= 0:
        length = min(length, LINE_WIDTH - shown_before)
        dots_after = True
    else:
        more = min(before - shown_before, room)
        shown_before += more
        shown_after += min(after, room - more)
        dots_after = shown_after < after
    dots_before = shown_before < before
    start = max(before - shown_before, 0)
    before = min(before, shown_before)
    return line[start : start + LINE_WIDTH], before, min(length, LINE_WIDTH - before), dots_before, dots_after
