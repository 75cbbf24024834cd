"""Get-FormatData, Update-FormatData and Export-FormatData."""

from __future__ import annotations

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.simple import Version
from emulator.powershell.format.views import View
from emulator.powershell.modules.utility.files import files_of, forced, one_path, refuse_to_clobber, store_of
from emulator.powershell.modules.utility.format_definitions import (
    TypeDefinition,
    definitions_of,
)
from emulator.powershell.modules.utility.format_files import read_views
from emulator.powershell.modules.utility.format_texts import format_file
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import Cmdlet, cmdlet


@cmdlet("Update-FormatData")
def update_format_data(
    call: CmdletCall, append_path: list[str] | None = None, prepend_path: list[str] | None = None
) -> None:
    """Make the views of files known: those of -PrependPath go before what is there."""
    for paths, first in ((prepend_path, True), (append_path, False)):
        for file in files_of(call, paths, literal=False):
            if not call.should_process(f"FileName: {file}", "Update FormatData"):
                continue
            _tell(call, file, "loading file started")
            try:
                views = read_views(call, store_of(call).read_text(file))
            except ValueError as problem:
                _tell(call, file, str(problem), is_error=True)
                call.error(
                    call.record(
                        "System.Management.Automation.RuntimeException",
                        f"There were errors in loading the format data file: \r\n{file}, : {problem}",
                        "FormatXmlUpdateException",
                        "InvalidOperation",
                    )
                )
                continue
            _tell(call, file, "file loaded with no errors")
            call.engine.views.add_file(file, views, first=first)


def _tell(call: CmdletCall, file: str, message: str, *, is_error: bool = False) -> None:
    if call.engine.tracing is not None:
        from emulator.powershell.runtime.trace_views import tell_file

        tell_file(call.engine.tracing, file, message, is_error=is_error)


@cmdlet("Get-FormatData")
def get_format_data(
    call: CmdletCall,
    type_name: list[str] | None = None,
    power_shell_version: Version | None = None,
) -> None:
    """The views of the session by type. Without -PowerShellVersion 5.1 or later they are for a client that is
    older: only views that it understands, each type by itself."""
    version = power_shell_version
    is_old = version is None or version.parts[:2] < (5, 1)
    views = call.engine.views.all()
    found = definitions_of([one for one in views if not is_old or _is_for_old(one)])
    for one in found:
        if not any(like(name, pattern) for name in one.type_names for pattern in type_name or ["*"]):
            continue
        if is_old:
            for name in one.type_names:
                call.write(TypeDefinition((name,), one.views))
        else:
            call.write(one)


def _is_for_old(view: View) -> bool:
    """Whether a client before 5.1 understands a view: no groups, and entries that are for all objects."""
    if view.kind == "custom" or view.group_by is not None:
        return False
    if view.kind == "wide":
        return not any(one.condition is not None for one in view.variants) and not view.columns[0].form
    if view.kind == "table":
        return not view.variants
    return not any(one.condition is not None for one in view.variants)


@cmdlet("Export-FormatData")
class ExportFormatData(Cmdlet):
    """Views as a format file."""

    accepts = ("InputObject", "Path", "LiteralPath", "NoClobber", "IncludeScriptBlock", "Force")

    def begin(self) -> None:
        """Look at the file first."""
        call = self.call
        self.found: list[TypeDefinition] = []
        self.target = one_path(call, call.get("Path"), call.get("LiteralPath"))
        if call.get("NoClobber") and store_of(call).exists(self.target):
            raise refuse_to_clobber(call, self.target)

    def process(self) -> None:
        """Keep the definitions."""
        for one in self.call.get("InputObject") or ():
            held = unwrap(one)
            if isinstance(held, TypeDefinition):
                self.found.append(held)

    def end(self) -> None:
        """Write the file."""
        call = self.call
        text = format_file(self.found, blocks=bool(call.get("IncludeScriptBlock")))
        with forced(call, self.target):
            store_of(call).write_text(self.target, text, False, "utf8")
