"""Get-Date, New-TimeSpan, Start-Sleep, Measure-Command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from emulator.powershell.dotnet.date_format import format_date
from emulator.powershell.dotnet.numbers import INT32_MAXIMUM
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject, unwrap
from emulator.powershell.dotnet.time_values import (
    TICKS_PER_MILLISECOND,
    TICKS_PER_SECOND,
    UNIX_EPOCH_TICKS,
    DateTime,
    TimeSpan,
)
from emulator.powershell.dotnet.types import builtin
from emulator.powershell.modules.core.argument_ranges import check_range
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.conversion import to_enum
from emulator.powershell.runtime.errors import PipelineStopped
from emulator.powershell.runtime.module import Cmdlet, cmdlet
from emulator.powershell.runtime.script_block import ScriptBlock

_UNIX = {
    "Y": "yyyy",
    "y": "yy",
    "m": "MM",
    "d": "dd",
    "H": "HH",
    "M": "mm",
    "S": "ss",
    "B": "MMMM",
    "b": "MMM",
    "A": "dddd",
    "a": "ddd",
    "p": "tt",
    "I": "hh",
    "D": "MM/dd/yy",
    "T": "HH:mm:ss",
    "R": "HH:mm",
    "F": "yyyy-MM-dd",
    "h": "MMM",
    "c": "ddd MMM dd HH:mm:ss yyyy",
    "G": "yyyy",
    "g": "yy",
    "k": "HH",
    "l": "hh",
    "r": "hh:mm:ss tt",
    "x": "MM/dd/yy",
    "X": "HH:mm:ss",
    "Z": "zz",
}

#: Numbers as 5.1 counts them: weeks are whole sevens of days, and nothing has a leading zero but %V.
_COUNTED: dict[str, Callable[[datetime], str]] = {
    "C": lambda date: str(date.year // 100),
    "e": lambda date: f"{date.day:2}",
    "j": lambda date: str(date.timetuple().tm_yday),
    "u": lambda date: str(date.isoweekday() % 7),
    "w": lambda date: str(date.isoweekday() % 7),
    "U": lambda date: str(date.timetuple().tm_yday // 7),
    "W": lambda date: str(date.timetuple().tm_yday // 7),
    "V": lambda date: f"{date.timetuple().tm_yday // 7 + 1:02}",
}


@cmdlet("Get-Date")
def get_date(
    call: CmdletCall,
    date: DateTime | None = None,
    year: int | None = None,
    month: int | None = None,
    day: int | None = None,
    hour: int | None = None,
    minute: int | None = None,
    second: int | None = None,
    millisecond: int | None = None,
    display_hint: Any = None,
    format: str | None = None,
    u_format: str | None = None,
) -> None:
    """The time of the machine, or a date made from parts."""
    engine = call.engine
    moment = date if date is not None else engine.now()
    parts = (year, month, day, hour, minute, second)
    if any(part is not None for part in (*parts, millisecond)):
        old = moment.to_python()
        values = [
            part if part is not None else now
            for part, now in zip(
                parts, (old.year, old.month, old.day, old.hour, old.minute, old.second), strict=True
            )
        ]
        rest = moment.ticks % TICKS_PER_SECOND
        if millisecond is not None:
            rest = millisecond * TICKS_PER_MILLISECOND + rest % TICKS_PER_MILLISECOND
        try:
            made = DateTime.of(*values)
        except ValueError:
            raise call.failure(
                "System.ArgumentOutOfRangeException",
                "Year, Month, and Day parameters describe an un-representable DateTime.",
                "System.ArgumentOutOfRangeException",
            ) from None
        moment = DateTime(made.ticks + rest, moment.kind)
    minutes = engine.utc_offset_minutes()
    if format is not None:
        call.write(format_date(moment, _named_format(format), minutes))
        return
    if u_format is not None:
        call.write(_unix_format(moment, u_format, minutes))
        return
    shown = PSObject(moment)
    hint = builtin("Microsoft.PowerShell.Commands.DisplayHintType")
    shown.add(NoteProperty("DisplayHint", display_hint or to_enum("DateTime", hint)))  # type: ignore[arg-type]
    call.write(shown)


def _named_format(form: str) -> str:
    return {
        "FileDate": "yyyyMMdd",
        "FileDateUniversal": "yyyyMMddZ",
        "FileDateTime": "yyyyMMddTHHmmssffff",
        "FileDateTimeUniversal": "yyyyMMddTHHmmssffffZ",
    }.get(form, form)


def _unix_format(moment: DateTime, form: str, minutes: int) -> str:
    out: list[str] = []
    index = 0
    text = form.lstrip("+")
    while index < len(text):
        if text[index] == "%" and index + 1 < len(text):
            letter = text[index + 1]
            index += 2
            if letter == "s":
                out.append(f"{(moment.ticks - UNIX_EPOCH_TICKS) / TICKS_PER_SECOND:.5f}")
            elif letter in _COUNTED:
                out.append(_COUNTED[letter](moment.to_python()))
            elif letter in _UNIX:
                out.append(format_date(moment, _UNIX[letter], minutes))
            else:
                out.append({"n": "\n", "t": "\t", "%": "%"}.get(letter, letter))
            continue
        out.append(text[index])
        index += 1
    return "".join(out)


@cmdlet("New-TimeSpan")
def new_time_span(
    call: CmdletCall,
    start: DateTime | None = None,
    end: DateTime | None = None,
    days: int = 0,
    hours: int = 0,
    minutes: int = 0,
    seconds: int = 0,
) -> None:
    """A span between two moments, or of parts."""
    if call.parameter_set == "Time":
        try:
            span = TimeSpan.of(days, hours, minutes, seconds)
        except OverflowError:
            kind = "System.ArgumentOutOfRangeException"
            text = "TimeSpan overflowed because the duration is too long."
            raise call.failure(kind, text, kind) from None
        call.write(span)
        return
    now = call.engine.now()
    call.write(TimeSpan((end or now).ticks - (start or now).ticks))


@cmdlet("Start-Sleep")
def start_sleep(call: CmdletCall, seconds: int | None = None, milliseconds: int | None = None) -> None:
    """Let the machine's time pass."""
    check_range(call, "Seconds", seconds, 0, INT32_MAXIMUM)
    check_range(call, "Milliseconds", milliseconds, 0, INT32_MAXIMUM)
    span = seconds if seconds is not None else (milliseconds or 0) / 1000
    if not call.engine.clock.sleep(span, call.stopping):
        raise PipelineStopped
    if call.engine.events is not None:
        from emulator.powershell.modules.utility.events import settle

        settle(call.engine)


@cmdlet("Measure-Command")
class MeasureCommand(Cmdlet):
    """How long a script block takes on the machine's clock."""

    accepts = ("InputObject", "Expression")

    def begin(self) -> None:
        """Note the time."""
        self.ticks = 0

    def process(self) -> None:
        """Run the block once for each object."""
        call = self.call
        block: ScriptBlock = call.get("Expression")
        before = call.engine.utc_now().ticks
        value = call.input_object
        if value is UNBOUND:
            call.invoke(block)
        else:
            call.invoke(block, unwrap(value))
        self.ticks += call.engine.utc_now().ticks - before

    def end(self) -> None:
        """Write the span."""
        self.call.write(TimeSpan(self.ticks))
