"""pwsh.exe: PowerShell 7, on machines whose profile says that it is installed beside Windows PowerShell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.console.context import Context
    from emulator.host import Host

__all__ = ["exists", "main"]


def exists(host: Host) -> bool:
    """Whether it is installed."""
    return host.profile.operating_system.powershell_7 is not None


def main(context: Context, tail: str) -> int:
    """Run pwsh.exe with the command line `tail`; its exit code."""
    from emulator.powershell.loading import load_engine

    load_engine()
    from emulator.console.programs.powershell.program import run
    from emulator.console.programs.powershell.version_facts import seven

    return run(context, tail, seven(context.host))
