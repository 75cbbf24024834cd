"""Out-Null, Out-Default and Out-Host."""

from __future__ import annotations

from typing import Any

from emulator.powershell.format.out import lines_of
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.module import Cmdlet, cmdlet
from emulator.powershell.runtime.streams import InformationRecord


@cmdlet("Out-Null")
class OutNull(Cmdlet):
    """Throw the input away."""


@cmdlet("Out-Host")
class OutHost(Cmdlet):
    """Format the input and write it to the screen."""

    accepts: tuple[str, ...] = ("InputObject",)

    def begin(self) -> None:
        """Start empty."""
        self.values: list[Any] = []

    def process(self) -> None:
        """Keep one object."""
        call: CmdletCall = self.call
        value = call.input_object if call.input_object is not UNBOUND else call.get("InputObject")
        if value is not None:
            self.values.append(value)

    def end(self) -> None:
        """Write the lines."""
        engine = self.call.engine
        for line in lines_of(self.values, engine, engine.ui.width):
            engine.show(InformationRecord(line, host=True))


@cmdlet("Out-Default")
class OutDefault(OutHost):
    """Format the input and write it to the screen, or with -Transcript to the transcripts alone."""

    accepts = ("InputObject", "Transcript")

    def end(self) -> None:
        """Write the lines."""
        engine = self.call.engine
        if not self.call.get("Transcript"):
            super().end()
        elif engine.transcription is not None:
            for line in lines_of(self.values, engine, engine.ui.width):
                engine.transcription.result(line)
