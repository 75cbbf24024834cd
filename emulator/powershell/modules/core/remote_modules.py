"""Modules of sessions: what Get-Module and Import-Module do with -PSSession and -CimSession."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.collections import Hashtable
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.modules.core.session_objects import Session
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.command_pipeline import PipelineCommand
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.hosting import PipelineStreams
from emulator.powershell.runtime.module import Module

#: The proxy of a module of a session lies in a folder of its own, which goes with it.
_IMPORT = r"""
param($Session, $Name, $Folder, $Options)
$written = Export-PSSession -Session $Session -Module $Name -OutputModule $Folder -AllowClobber -Force
if (-not $written) { return }
$file = Join-Path $Folder "$Name.psd1"
Move-Item -LiteralPath (Join-Path $Folder "$(Split-Path $Folder -Leaf).psd1") -Destination $file -Force
$module = Import-Module -Name $file -ArgumentList $Session -PassThru -Global -DisableNameChecking @Options
$before = $module.OnRemove
$module.OnRemove = {
    Remove-Item -LiteralPath $Folder -Force -Recurse -ErrorAction SilentlyContinue
    if ($null -ne $before) { & $before $args }
}.GetNewClosure()
$module
"""


def _run_there(
    call: CmdletCall, session: Session, command: str, arguments: dict[str, Any], what: str
) -> list[Any]:
    """The output of a command in a session; its errors are reported with what was tried."""
    pieces = tuple(Argument(name, value) for name, value in arguments.items())
    streams = PipelineStreams()
    running = session.connection.start(
        call.engine, [[PipelineCommand(command, is_script=False, arguments=pieces)]], None
    )
    running.receive(call.engine, streams, call.stopping)
    failure = [running.failure] if running.failure is not None else []
    for problem in [*streams.errors, *failure]:
        record = problem.copy()
        record.details = f"Failure from remote command: {what}: {problem.message}"
        call.error(record, is_own=False)
    return list(streams.out)


def modules_of_session(call: CmdletCall, session: Session, names: list[str] | None) -> Iterator[Module]:
    """The modules that a session could load."""
    arguments: dict[str, Any] = {"ListAvailable": True, **({} if names is None else {"Name": list(names)})}
    for one in _run_there(call, session, "Get-Module", arguments, "Get-Module"):
        if isinstance(one, PSObject):
            yield _described(one)


def _described(row: PSObject) -> Module:
    def text(name: str) -> str:
        value = row.note(name)
        return "" if value is None else to_text(unwrap(value))

    return Module(
        name=text("Name"),
        version=text("Version") or "0.0",
        path=text("Path"),
        description=text("Description"),
        guid=text("Guid") or Module(name="").guid,
        module_type=text("ModuleType") or "Manifest",
    )


def import_from_session(
    call: CmdletCall, session: Session, name: str, arguments: list[Any], prefix: str | None, force: bool
) -> Iterator[Module]:
    """Load a module in a session, and its commands here as functions that run there."""
    given: dict[str, Any] = {"Name": name, "PassThru": True}
    if arguments:
        given["ArgumentList"] = arguments
    if force:
        given["Force"] = True
    for one in _run_there(call, session, "Import-Module", given, f"Import-Module -Name '{name}'"):
        shown = one.note("Name") if isinstance(one, PSObject) else None
        if shown is None:
            continue
        module = to_text(shown)
        version = to_text(one.note("Version") or "0.0")
        folder = f"{call.engine.machine.temporary_path}remoteIpMoProxy_{module}_{version}_{session.computer}"
        folder += f"_{to_text(call.engine.random.guid())}"
        options = Hashtable()
        if prefix:
            options["Prefix"] = prefix
        for made in call.engine.script_block(_IMPORT).invoke([session, module, folder, options]):
            yield unwrap(made)


def check_cim_modules(call: CmdletCall, wanted: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Only modules that are made of CIM classes are reached over a CIM session, which is of this machine."""
    allowed = []
    for name, bounds in wanted:
        module = call.engine.commands.module(name)
        if module is None or _is_of_cim(module):
            allowed.append((name, bounds))
            continue
        text = (
            f"The module {name} cannot be imported over a CimSession.  Try using the PSSession parameter of "
            "the Import-Module cmdlet."
        )
        kind = "System.ArgumentException"
        call.error(call.record(kind, text, "PsModuleOverCimSessionError", "InvalidArgument", name))
    return allowed


def _is_of_cim(module: Module) -> bool:
    """Its commands are functions that Windows makes of CIM classes, not scripts of PowerShell's own."""
    return module.class_name == "{verb}-{noun}" and not module.name.startswith("Microsoft.PowerShell.")
