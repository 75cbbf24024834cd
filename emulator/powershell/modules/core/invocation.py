"""Invoke-Command in the same process, and Clear-Host."""

from __future__ import annotations

from typing import Any

from emulator.powershell.modules.core.remote_invocation import invoke_remotely
from emulator.powershell.modules.core.session_requests import READS
from emulator.powershell.modules.core.vm_sessions import VM_READS, means_machine, refuse_machines
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.commands import ScriptInfo
from emulator.powershell.runtime.conversion import items_of
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.module import Cmdlet, cmdlet
from emulator.powershell.runtime.processors import run_pipeline
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.script_processor import ScriptProcessor


@cmdlet("Invoke-Command")
class InvokeCommand(Cmdlet):
    """Run a script block here, or in a runspace of its own as if remotely."""

    accepts = (
        *("ScriptBlock", "FilePath", "ArgumentList", "InputObject", "NoNewScope", "ComputerName", "Session"),
        *("AsJob", "JobName", "HideComputerName", "InDisconnectedSession", "SessionName", *READS),
        *VM_READS,
    )

    def begin(self) -> None:
        """No input yet."""
        self.values: list[Any] | None = None

    def process(self) -> None:
        """Keep the input."""
        call = self.call
        if call.input_object is not UNBOUND:
            self.values = [*(self.values or []), call.input_object]
        elif call.has("InputObject"):
            self.values = items_of(call.get("InputObject"))

    def end(self) -> None:
        """Run."""
        call = self.call
        if call.parameter_set == "InProcess":
            self._run_here(call.get("ScriptBlock"))
            return
        if means_machine(call):
            refuse_machines(call)
            return
        script = call.get("ScriptBlock")
        if script is None:
            place = call.engine.paths.expand(str(call.get("FilePath")))[0]
            script = call.engine.script_block(str(place.provider.content(place.path)))
        invoke_remotely(call, script, list(call.get("ArgumentList") or ()), self.values)

    def _run_here(self, script: ScriptBlock) -> None:
        call = self.call
        info = ScriptInfo(script)
        processor = ScriptProcessor(
            call.frame,
            info,
            script,
            [Argument(None, one) for one in call.get("ArgumentList") or ()],
            call.write,
            call.streams,
            InvocationInfo(info, call.invocation.extent, ""),
            self.values is not None,
            bool(call.get("NoNewScope")),
        )
        run_pipeline(call.engine, [processor], self.values)


@cmdlet("Clear-Host")
def clear_host(call: CmdletCall) -> None:
    """Clear the screen, when there is one that can be cleared."""
    clear = getattr(call.engine.ui, "clear", None)
    if clear is not None:
        clear()
