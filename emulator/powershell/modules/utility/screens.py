"""The cmdlets that need a window or a printer: Out-GridView, Show-Command and Out-Printer."""

from __future__ import annotations

from emulator.powershell.modules.utility.sorting import Gathering
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.module import Cmdlet, cmdlet


def _refusal(call: CmdletCall) -> PSError:
    """Why no window opens: 5.1's own error in a remote session. A program on the machine would open one that
    nobody sees, which is not emulated."""
    if not call.engine.session.is_remote:
        return call.complete(not_emulated(f"A window of {call.name}, which nobody would see,"))
    return call.failure(
        "System.NotSupportedException",
        f"{call.name} does not work from a remote session.",
        "RemotingNotSupported",
        "InvalidOperation",
        call.name,
    )


@cmdlet("Out-GridView")
class OutGridView(Cmdlet):
    """A table in a window."""

    accepts = ()

    def begin(self) -> None:
        """There is no window."""
        raise _refusal(self.call)


@cmdlet("Show-Command")
class ShowCommand(Cmdlet):
    """The parameters of a command in a window."""

    accepts = ("Name",)

    def begin(self) -> None:
        """There is no window."""
        raise _refusal(self.call)


@cmdlet("Out-Printer")
class OutPrinter(Gathering):
    """The input on paper: the machine has no printer."""

    accepts = ("InputObject", "Name")

    def end(self) -> None:
        """Say that there is none, or none of that name."""
        call = self.call
        name = call.get("Name")
        kind = "System.Drawing.Printing.InvalidPrinterException"
        text = (
            "No printers are installed."
            if name is None
            else f"Settings to access printer '{to_text(name)}' are not valid."
        )
        raise call.failure(kind, text, kind)
