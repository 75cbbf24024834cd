"""Out-Null, Out-Default and Out-Host."""

from __future__ import annotations

from emulator.powershell.format.out import Formatter
from emulator.powershell.runtime.cmdlet_call import UNBOUND
from emulator.powershell.runtime.conversion import items_of
from emulator.powershell.runtime.module import Cmdlet, cmdlet
from emulator.powershell.runtime.streams import InformationRecord


@cmdlet("Out-Null")
class OutNull(Cmdlet):
    """Throw the input away."""


class Lines(Cmdlet):
    """Base of cmdlets that want the lines of their input, each object as it was when it came."""

    def begin(self) -> None:
        """Start without a line."""
        engine, width = self.call.engine, self.call.get("Width")
        self.formatter = Formatter(engine, engine.ui.width if width is None else int(width) + 1)
        self.lines: list[str] = []

    def process(self) -> None:
        """Take one object, or those that -InputObject holds."""
        call = self.call
        if call.input_object is not UNBOUND:
            self.take(self.formatter.add(call.input_object))
            return
        value = call.get("InputObject")
        for one in () if value is None else items_of(value):
            self.take(self.formatter.add(one))

    def take(self, lines: list[str]) -> None:
        """Keep the lines that can be shown now."""
        self.lines += lines

    def text(self) -> str:
        """All that came as one text, every line ended by CR LF."""
        self.take(self.formatter.finish())
        return "".join(f"{line}\r\n" for line in self.lines)


@cmdlet("Out-Host")
class OutHost(Lines):
    """Format the input and write it to the screen."""

    accepts: tuple[str, ...] = ("InputObject",)

    def take(self, lines: list[str]) -> None:
        """Write the lines."""
        for line in lines:
            self.call.engine.show(InformationRecord(line, host=True))

    def end(self) -> None:
        """Write the last lines."""
        self.take(self.formatter.finish())


@cmdlet("Out-Default")
class OutDefault(OutHost):
    """Format the input and write it to the screen, or with -Transcript to the transcripts alone."""

    accepts = ("InputObject", "Transcript")

    def take(self, lines: list[str]) -> None:
        """Write the lines where they shall be."""
        if not self.call.get("Transcript"):
            super().take(lines)
            return
        transcription = self.call.engine.transcription
        if transcription is not None:
            for line in lines:
                transcription.result(line)
