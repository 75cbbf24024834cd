"""The programs of the fake machine: name -> function(context, tail) -> exit code, imported on first use.

A program that only some Windows have says so with a function `exists(host) -> bool` in its module. A
program that is not in the table does not exist, unless a file of that name was written to the fake file
system: then a batch file runs, and anything else is refused loudly, because the emulator cannot execute
machine code.
"""

from __future__ import annotations

import importlib
import ntpath
from collections.abc import Callable
from types import ModuleType
from typing import cast

from emulator.console.context import Context
from emulator.console.process import ProgramNotFound
from emulator.console.programs.refusals import not_emulated
from emulator.console.running_program import run_as_process
from emulator.host import Host, HostError
from emulator.host.windows.program_start import ProgramRun, program_starter
from emulator.host.windows.wow64 import SYSTEM_FOLDER, redirected_path

__all__ = [
    "PROGRAMS",
    "ProgramNotFound",
    "find_program",
    "image_of",
    "is_batch_file",
    "run_as",
    "run_found",
    "run_program",
]

Program = Callable[[Context, str], int]

_SYSTEM = "C:\\Windows\\System32\\"
_POWERSHELL = _SYSTEM + "WindowsPowerShell\\v1.0\\"

#: name -> (module below emulator.console.programs, folders on the fake machine that have it)
PROGRAMS: dict[str, tuple[str, str]] = {
    "arp.exe": ("arp", _SYSTEM),
    "attrib.exe": ("attrib", _SYSTEM),
    "auditpol.exe": ("auditpol", _SYSTEM),
    "bcdedit.exe": ("bcdedit", _SYSTEM),
    "certutil.exe": ("certutil", _SYSTEM),
    "chcp.com": ("chcp", _SYSTEM),
    "choice.exe": ("choice", _SYSTEM),
    "clip.exe": ("clip", _SYSTEM),
    "cmd.exe": ("cmd", _SYSTEM),
    "cmdkey.exe": ("cmdkey", _SYSTEM),
    "dism.exe": ("dism", _SYSTEM),
    "driverquery.exe": ("driverquery", _SYSTEM),
    "eventcreate.exe": ("eventcreate", _SYSTEM),
    "fc.exe": ("fc", _SYSTEM),
    "find.exe": ("find", _SYSTEM),
    "findstr.exe": ("findstr", _SYSTEM),
    "fltmc.exe": ("fltmc", _SYSTEM),
    "forfiles.exe": ("forfiles", _SYSTEM),
    "fsutil.exe": ("fsutil", _SYSTEM),
    "getmac.exe": ("getmac", _SYSTEM),
    "hostname.exe": ("hostname", _SYSTEM),
    "icacls.exe": ("icacls", _SYSTEM),
    "ipconfig.exe": ("ipconfig", _SYSTEM),
    "klist.exe": ("klist", _SYSTEM),
    "label.exe": ("label", _SYSTEM),
    "more.com": ("more", _SYSTEM),
    "mountvol.exe": ("mountvol", _SYSTEM),
    "msiexec.exe": ("msiexec", _SYSTEM),
    "net.exe": ("net", _SYSTEM),
    "netsh.exe": ("netsh", _SYSTEM),
    "netstat.exe": ("netstat", _SYSTEM),
    "notepad.exe": ("notepad", f"{_SYSTEM};C:\\Windows\\"),
    "nslookup.exe": ("nslookup", _SYSTEM),
    "ocsetup.exe": ("ocsetup", _SYSTEM),
    "ping.exe": ("ping", _SYSTEM),
    "powercfg.exe": ("powercfg", _SYSTEM),
    "powershell.exe": ("powershell", _POWERSHELL),
    "pwsh.exe": ("pwsh", "C:\\Program Files\\PowerShell\\7\\"),
    "query.exe": ("query", _SYSTEM),
    "quser.exe": ("quser", _SYSTEM),
    "qwinsta.exe": ("qwinsta", _SYSTEM),
    "reg.exe": ("reg", _SYSTEM),
    "regsvr32.exe": ("regsvr32", _SYSTEM),
    "robocopy.exe": ("robocopy", _SYSTEM),
    "route.exe": ("route", _SYSTEM),
    "sc.exe": ("sc", _SYSTEM),
    "schtasks.exe": ("schtasks", _SYSTEM),
    "secedit.exe": ("secedit", _SYSTEM),
    "servermanagercmd.exe": ("servermanagercmd", _SYSTEM),
    "setx.exe": ("setx", _SYSTEM),
    "shutdown.exe": ("shutdown", _SYSTEM),
    "sort.exe": ("sort", _SYSTEM),
    "systeminfo.exe": ("systeminfo", _SYSTEM),
    "takeown.exe": ("takeown", _SYSTEM),
    "taskkill.exe": ("taskkill", _SYSTEM),
    "tasklist.exe": ("tasklist", _SYSTEM),
    "timeout.exe": ("timeout", _SYSTEM),
    "tree.com": ("tree", _SYSTEM),
    "typeperf.exe": ("typeperf", _SYSTEM),
    "tzutil.exe": ("tzutil", _SYSTEM),
    "vssadmin.exe": ("vssadmin", _SYSTEM),
    "w32tm.exe": ("w32tm", _SYSTEM),
    "wevtutil.exe": ("wevtutil", _SYSTEM),
    "where.exe": ("where", _SYSTEM),
    "whoami.exe": ("whoami", _SYSTEM),
    "winrm.cmd": ("winrm", _SYSTEM),
    "wmic.exe": ("wmic", _SYSTEM + "wbem\\"),
    "wusa.exe": ("wusa", _SYSTEM),
    "xcopy.exe": ("xcopy", _SYSTEM),
}

#: Programs of System32 that SysWOW64 does not have.
_ONLY_64_BIT = frozenset(
    {
        *("bcdedit.exe", "ocsetup.exe", "query.exe", "quser.exe", "qwinsta.exe"),
        *("servermanagercmd.exe", "vssadmin.exe"),
    }
)
#: Programs that every Windows has and the emulator does not: they say so, and are counted as gaps.
NOT_EMULATED = frozenset(
    {
        *("at.exe", "bitsadmin.exe", "cacls.exe", "chkdsk.exe", "cipher.exe"),
        *("comp.exe", "compact.exe", "convert.exe", "cscript.exe", "defrag.exe", "diskpart.exe"),
        *("diskshadow.exe", "expand.exe", "format.com", "gpresult.exe", "logman.exe"),
        *("logoff.exe", "makecab.exe", "manage-bde.exe", "msg.exe", "nltest.exe"),
        *("openfiles.exe", "pathping.exe", "pnputil.exe", "qprocess.exe", "relog.exe"),
        *("replace.exe", "runas.exe", "rundll32.exe", "setspn.exe", "sfc.exe"),
        *("subst.exe", "tracert.exe", "verifier.exe", "wbadmin.exe", "wecutil.exe"),
        "wscript.exe",
    }
)
_EXTENSIONS = ("", ".com", ".exe", ".bat", ".cmd")
_BATCH = (".bat", ".cmd")
_BAD_EXE_FORMAT = 216


def find_program(context: Context, name: str) -> str | None:
    """The full path of the program or batch file that `name` means in this process, or None."""
    bare = name.replace('"', "")
    if "\\" in bare or "/" in bare or bare[1:2] == ":":
        folders = [""]
    else:
        search = context.environment.get("Path", "")
        folders = [context.directory, *filter(None, search.split(";"))]
    if not bare:
        return None
    lowered = bare.lower()
    leaves = [bare if lowered.endswith(each) and each else bare + each for each in _EXTENSIONS]
    host = context.host
    with host.looking():
        for folder in folders:
            has_files = not folder or host.filesystem.is_directory(folder, context.directory)
            for leaf in leaves:
                if (has_files or leaf.lower() in PROGRAMS or leaf.lower() in NOT_EMULATED) and (
                    path := _program(context, folder, leaf)
                ):
                    return path
    return None


def _program(context: Context, folder: str, leaf: str) -> str | None:
    """The full path of what can be run by this name in a folder, or None."""
    files = context.files
    try:
        path = files.normalize(ntpath.join(folder, leaf), context.directory)
    except HostError:
        return None
    image = image_of(context, path)
    is_there = (
        _known(context.host, image)
        or _is_refused(image)
        or (files.exists(path) and not files.is_directory(path) and "." in ntpath.basename(path))
    )
    return path if is_there else None


def is_assembly(context: Context, path: str) -> bool:
    """Whether what `find_program` found is a file that Add-Type -OutputAssembly wrote."""
    from emulator.powershell.csharp.assembly_files import START

    try:
        with context.host.looking():
            return context.files.read_part(path, 0, len(START)) == START
    except HostError:
        return False


def image_of(context: Context, path: str) -> str:
    """The file that is behind a path of the process."""
    return redirected_path(path) if context.is_32_bit else path


def is_batch_file(context: Context, path: str) -> bool:
    """Whether what `find_program` found is a batch file and no program of the system."""
    return path.lower().endswith(_BATCH) and _known(context.host, image_of(context, path)) is None


def run_program(context: Context, name: str, tail: str) -> int:
    """Run the program that `name` means, as a child of `context`. Raises `ProgramNotFound`."""
    path = find_program(context, name)
    if path is None:
        raise ProgramNotFound(name)
    return run_found(context, path, name, tail)


def run_as(context: Context, name: str, tail: str) -> int:
    """Run the program that `name` means as the process that `context` is. Raises `ProgramNotFound`."""
    path = find_program(context, name)
    if path is None:
        raise ProgramNotFound(name)
    image = image_of(context, path)
    context.become(image)
    return _run(context, image, name, tail)


def run_found(context: Context, path: str, name: str, tail: str) -> int:
    """Run what `find_program` found for `name`, as a child of `context`."""
    image = program = image_of(context, path)
    line = f"{name}{tail}"
    if is_batch_file(context, path):
        # Windows starts a batch file that no cmd.exe runs already in a cmd.exe of its own.
        program, line = image_of(context, f"{_SYSTEM}cmd.exe"), f'{_SYSTEM}cmd.exe /c "{line}"'
    elif (known := _known(context.host, image)) is None:
        if not is_assembly(context, image):
            return _run(context, image, name, tail)
    elif getattr(_module(known), "has_window", False):
        # Nobody waits for a program with windows.
        run = ProgramRun(parent_id=context.process_id, is_32_bit=context.is_32_bit)
        program_starter(context.host).start(
            context.account, f'"{path}"{tail}', context.directory, dict(context.environment), run
        )
        return 0
    child = context.child()
    child.become(program)
    return run_as_process(child, context.process_id, program, line, lambda: _run(child, image, name, tail))


def _run(context: Context, path: str, name: str, tail: str) -> int:
    known = _known(context.host, path)
    if known is not None:
        return cast(Program, _module(known).main)(context, tail)
    if _is_refused(path):
        return not_emulated(context, ntpath.basename(path).lower())
    if path.lower().endswith(_BATCH):
        from emulator.console.cmd.interpreter import CommandProcessor

        return CommandProcessor(context).run_to_exit(f"{name}{tail}")
    if is_assembly(context, path):
        from emulator.console.programs.powershell.assembly_program import run

        return run(context, path, f"{name}{tail}", tail)
    context.host.gaps.record("program", path)
    context.error(
        f"This version of {path} is not compatible with the version of Windows you're running: "
        "the emulator runs no machine code."
    )
    return _BAD_EXE_FORMAT


def _known(host: Host, path: str) -> str | None:
    """The module of a system program at this path of the fake machine."""
    folder, leaf = ntpath.split(path.lower())
    entry = PROGRAMS.get(leaf)
    if entry is None:
        return None
    name, places = entry
    homes = {home.rstrip("\\") for home in places.lower().split(";")}
    if leaf not in _ONLY_64_BIT and host.profile.operating_system.architecture == "x64":
        homes |= {home.replace("\\system32", "\\syswow64") for home in homes}
    if folder not in homes:
        return None
    exists = getattr(_module(name), "exists", None)
    return name if exists is None or exists(host) else None


def _is_refused(path: str) -> bool:
    """Whether a path is that of a program of Windows that is not emulated."""
    folder, leaf = ntpath.split(path.lower())
    return leaf in NOT_EMULATED and f"{folder}\\" in (_SYSTEM.lower(), SYSTEM_FOLDER.lower())


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"emulator.console.programs.{name}")
