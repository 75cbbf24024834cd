"""Get-FormatData, Update-FormatData and Export-FormatData."""

from __future__ import annotations

from emulator.powershell.modules.utility.files import files_of, store_of
from emulator.powershell.modules.utility.format_files import read_views
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet


@cmdlet("Update-FormatData")
def update_format_data(
    call: CmdletCall, append_path: list[str] | None = None, prepend_path: list[str] | None = None
) -> None:
    """Make the views of files known: those of -PrependPath go before what is there."""
    for paths, first in ((prepend_path, True), (append_path, False)):
        for file in files_of(call, paths, literal=False):
            if not call.should_process(f"FileName: {file}", "Update FormatData"):
                continue
            try:
                views = read_views(call, store_of(call).read_text(file))
            except ValueError as problem:
                call.error(
                    call.record(
                        "System.Management.Automation.RuntimeException",
                        f"There were errors in loading the format data file: \r\n{file}, : {problem}",
                        "FormatXmlUpdateException",
                        "InvalidOperation",
                    )
                )
                continue
            call.engine.views.add(views, first=first)
