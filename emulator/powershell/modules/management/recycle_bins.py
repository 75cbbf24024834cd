"""Clear-RecycleBin: what is in the folders ``$Recycle.Bin`` of the account."""

from __future__ import annotations

import re

from emulator.host import Account, Host, HostError
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_DRIVE = re.compile(r"([a-z])(?::\\?)?", re.IGNORECASE)
_SEE = "Please run the 'Get-Volume' cmdlet to see the available Fixed drives in the system."


@cmdlet("Clear-RecycleBin")
def clear_recycle_bin(call: CmdletCall, drive_letter: list[str] | None = None, force: bool = False) -> None:
    """Empty the bins of some drives, or of all. An empty one is an error in 5.1."""
    host = call.service(Host)
    if drive_letter is None:
        letters = [one.letter for one in host.filesystem.volumes if one.letter]
        _empty(call, host, letters, "All of the contents of the Recycle Bin", force)
        return
    for one in drive_letter:
        found = _DRIVE.fullmatch(str(one))
        if found is None:
            text = "Invalid input. The following formats are supported: 'C', 'C:' or 'C:\\'."
            error_id = "InvalidDriveNameFormat"
            call.error(call.record("System.ArgumentException", text, error_id, "InvalidArgument", one))
            continue
        path = f"{found[1]}:\\"
        if host.filesystem.volume(found[1]) is None:
            text = f"Cannot find drive. A drive with the name '{path}' does not exist. {_SEE}"
            kind = "System.IO.DriveNotFoundException"
            call.error(call.record(kind, text, "DriveNotFound", "InvalidArgument", path))
            continue
        what = f"All of the contents of the Recycle Bin for the '{path}' drive"
        _empty(call, host, [found[1]], what, force)


def _empty(call: CmdletCall, host: Host, letters: list[str], what: str, force: bool) -> None:
    if not force and not call.should_process(what, "Clear-RecycleBin"):
        return
    account = call.service(Account)
    files = host.filesystem.seen_by(account)
    bins = [f"{letter}:\\$Recycle.Bin\\{account.sid}" for letter in letters]
    found = [(one, entry) for one in bins if files.is_directory(one) for entry in files.list(one)]
    held = [entry.path for _, entry in found if entry.name.casefold() != "desktop.ini"]
    problem = "" if held else "The system cannot find the path specified"
    for path in held:
        try:
            files.remove(path, recursive=True)
        except HostError as refused:
            problem = refused.text.rstrip(".")
    if problem:
        kind = "System.ComponentModel.Win32Exception"
        raise call.failure(kind, problem, "FailedToClearRecycleBin", "InvalidOperation", "RecycleBin")
