"""The PowerShell language engine: sessions, runspaces, modules.

Start here: `InitialSession` says what a machine's PowerShell has, `Runspace` runs scripts, `Module` and
`cmdlet` declare commands (see `emulator.powershell.runtime.module`).
"""

from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import ErrorRecord, PSError
from emulator.powershell.runtime.limits import Limits
from emulator.powershell.runtime.module import Cmdlet, CmdletTable, Module, cmdlet
from emulator.powershell.runtime.runspace import Result, Runspace
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.session import InitialSession, VersionFacts
from emulator.powershell.runtime.sinks import Collector, Sink

__all__ = [
    "Argument",
    "Cmdlet",
    "CmdletCall",
    "CmdletTable",
    "Collector",
    "ErrorRecord",
    "InitialSession",
    "Limits",
    "Module",
    "PSError",
    "Result",
    "Runspace",
    "ScriptBlock",
    "Sink",
    "VersionFacts",
    "cmdlet",
]
