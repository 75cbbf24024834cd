"""powershell.exe: Windows PowerShell on the fake machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.console.context import Context

__all__ = ["main"]


def main(context: Context, tail: str) -> int:
    """Run powershell.exe with the command line `tail`; its exit code."""
    from emulator.powershell.loading import load_engine

    load_engine()
    from emulator.console.programs.powershell.program import run

    return run(context, tail)
