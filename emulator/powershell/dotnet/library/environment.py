"""Environment, Path and Console: the machine as the session describes it, paths as text."""

from __future__ import annotations

import ntpath
import re
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import Hashtable, PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import (
    argument_error,
    null_argument,
)
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.numbers import Char
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.simple import Version
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.runtime.conversion import to_integer, to_text
from emulator.powershell.runtime.errors import ProcessExit, not_emulated
from emulator.powershell.runtime.host_values import WINDOW_HEIGHT
from emulator.powershell.runtime.services import FolderStore, expanded

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

# Environment


class OperatingSystem:
    """System.OperatingSystem."""

    __slots__ = ("version",)

    def __init__(self, version: tuple[int, int, int, int]) -> None:
        self.version = Version(*version)

    def __str__(self) -> str:
        return f"Microsoft Windows NT {self.version}"


def _platform(_value: OperatingSystem) -> Any:
    return builtin("System.PlatformID").value(2)  # type: ignore[attr-defined]


register(
    PSType(
        "System.OperatingSystem",
        instance={
            "Platform": _platform,
            "ServicePack: string": lambda _v: "",
            "Version": lambda v: v.version,
            "VersionString: string": str,
        },
        to_text=str,
    ),
    OperatingSystem,
)


def _expand(engine: Engine, text: str) -> str:
    return expanded(engine.environment, text)


def _get_variable(engine: Engine, name: str, *_target: Any) -> str | None:
    return engine.environment.read(name)


def _set_variable(engine: Engine, name: str, value: str, *_target: Any) -> None:
    engine.environment.write(name, value or None)


_SPECIAL_FOLDER = EnumType(
    "System.Environment+SpecialFolder",
    {
        "Desktop": 0,
        "Programs": 2,
        "MyDocuments": 5,
        "Personal": 5,
        "Favorites": 6,
        "Startup": 7,
        "Recent": 8,
        "SendTo": 9,
        "StartMenu": 11,
        "MyMusic": 13,
        "MyVideos": 14,
        "DesktopDirectory": 16,
        "MyComputer": 17,
        "NetworkShortcuts": 19,
        "Fonts": 20,
        "Templates": 21,
        "CommonStartMenu": 22,
        "CommonPrograms": 23,
        "CommonStartup": 24,
        "CommonDesktopDirectory": 25,
        "ApplicationData": 26,
        "PrinterShortcuts": 27,
        "LocalApplicationData": 28,
        "InternetCache": 32,
        "Cookies": 33,
        "History": 34,
        "CommonApplicationData": 35,
        "Windows": 36,
        "System": 37,
        "ProgramFiles": 38,
        "MyPictures": 39,
        "UserProfile": 40,
        "SystemX86": 41,
        "ProgramFilesX86": 42,
        "CommonProgramFiles": 43,
        "CommonProgramFilesX86": 44,
        "CommonTemplates": 45,
        "CommonDocuments": 46,
        "CommonAdminTools": 47,
        "AdminTools": 48,
    },
)
register(_SPECIAL_FOLDER)


def _folder(engine: Engine, name: Any) -> str:
    machine = engine.machine
    programs = "C:\\Program Files (x86)" if machine.is_32_bit_process else "C:\\Program Files"
    folders = {
        "system": machine.system_directory,
        "userprofile": machine.home,
        "windows": ntpath.dirname(machine.system_directory),
        "programfiles": programs,
        "programfilesx86": "C:\\Program Files (x86)",
        "commonapplicationdata": "C:\\ProgramData",
        "applicationdata": f"{machine.home}\\AppData\\Roaming",
        "localapplicationdata": f"{machine.home}\\AppData\\Local",
        "desktop": f"{machine.home}\\Desktop",
        "desktopdirectory": f"{machine.home}\\Desktop",
        "systemx86": f"{ntpath.dirname(machine.system_directory)}\\SysWOW64",
        "commonprogramfiles": f"{programs}\\Common Files",
        "commonprogramfilesx86": "C:\\Program Files (x86)\\Common Files",
        "commondesktopdirectory": "C:\\Users\\Public\\Desktop",
        "commondocuments": "C:\\Users\\Public\\Documents",
        "commonstartmenu": "C:\\ProgramData\\Microsoft\\Windows\\Start Menu",
        "fonts": f"{ntpath.dirname(machine.system_directory)}\\Fonts",
        "mydocuments": f"{machine.home}\\Documents",
        "personal": f"{machine.home}\\Documents",
    }
    found = folders.get(to_text(name).lower())
    if found is None:
        raise not_emulated(f"[Environment]::GetFolderPath({to_text(name)})")
    return found


def _logical_drives(engine: Engine) -> PSArray:
    folders = engine.find_service(FolderStore)
    letters = [letter for letter, _ in folders.volumes()] if folders is not None else []
    return strings([f"{one.rstrip(':')}:\\" for one in letters])


def _exit(_engine: Engine, code: int) -> None:
    raise ProcessExit(code)


def _set_exit_code(engine: Engine, code: Any) -> None:
    engine.machine.exit_code = to_integer(code, int, "System.Int32")


def _current_directory(engine: Engine) -> str:
    return engine.machine.directory or engine.machine.home


def _words(line: str) -> PSArray:
    return strings([one.replace('"', "") for one in re.findall(r'(?:[^\s"]|"[^"]*")+', line)])


register(
    PSType(
        "System.Environment",
        is_abstract=True,
        static={
            "@CommandLine: string": lambda e: e.machine.command_line,
            "@CurrentDirectory: string": _current_directory,
            "@GetLogicalDrives()": _logical_drives,
            "@GetCommandLineArgs()": lambda e: _words(e.machine.command_line),
            "@Is64BitOperatingSystem: bool": lambda e: e.machine.is_64_bit,
            "@Is64BitProcess: bool": lambda e: e.machine.is_64_bit_process,
            "@MachineName: string": lambda e: e.machine.computer_name,
            "NewLine: string": lambda: "\r\n",
            "@OSVersion": lambda e: OperatingSystem(e.machine.os_version),
            "@ProcessorCount: int": lambda e: e.machine.processor_count,
            "@SystemDirectory: string": lambda e: e.machine.system_directory,
            "@TickCount: int": lambda e: int(e.utc_now().ticks // 10_000 % 0x7FFFFFFF),
            "@UserDomainName: string": lambda e: e.machine.user_domain,
            "UserInteractive: bool": lambda: True,
            "@UserName: string": lambda e: e.machine.user_name,
            "@Version": lambda e: Version.parse(e.session.version.clr_version),
            "@Exit(int exitCode)": _exit,
            "@ExitCode: int": lambda e: e.machine.exit_code,
            "@ExitCode=": _set_exit_code,
            "@ExpandEnvironmentVariables(string name)": _expand,
            "@GetEnvironmentVariable(string variable)": _get_variable,
            "@GetEnvironmentVariable(string variable, System.EnvironmentVariableTarget "
            "target)": _get_variable,
            "@GetEnvironmentVariables()": lambda e: Hashtable(
                e.environment.items(), case_sensitive=True, capacity=20
            ),
            "@SetEnvironmentVariable(string variable, string value)": _set_variable,
            "@SetEnvironmentVariable(string variable, string value, System.EnvironmentVariableTarget "
            "target)": (_set_variable),
            "@GetFolderPath(object folder)": _folder,
        },
    )
)

# Paths: text only

_INVALID_PATH = '"<>|' + "".join(chr(code) for code in range(32))


def _check(path: str) -> str:
    if any(one in path for one in _INVALID_PATH):
        raise argument_error("Illegal characters in path.")
    return path.replace("/", "\\")


def _directory(path: str) -> str | None:
    if path.strip() == "":
        raise argument_error("The path is not of a legal form.")
    plain = _check(path).rstrip()
    root = _root_text(plain)
    if plain == root or plain.rstrip("\\") == root.rstrip("\\"):
        return None
    return ntpath.dirname(plain) if ntpath.dirname(plain) else ""


def _root_text(path: str) -> str:
    drive, rest = ntpath.splitdrive(path)
    return drive + ("\\" if rest.startswith("\\") and not drive.startswith("\\\\") else "")


def _file_name(path: str) -> str:
    return re.split(r"[\\/:]", _check(path))[-1]


def _extension(path: str) -> str:
    name = _file_name(path)
    place = name.rfind(".")
    return name[place:] if 0 <= place < len(name) - 1 else ""


def _stem(path: str) -> str:
    name = _file_name(path)
    return name[: name.rfind(".")] if "." in name else name


def _combine(parts: Any) -> str:
    made = ""
    for part in parts:
        if part is None:
            raise null_argument("path2" if made else "path1")
        text = _check_only(to_text(part))
        if not text:
            continue
        if not made or text[0] in "\\/" or text[1:2] == ":":
            made = text
        else:
            made = made + ("" if made[-1] in "\\/:" else "\\") + text
    return made


def _check_only(path: str) -> str:
    if any(one in path for one in _INVALID_PATH):
        raise argument_error("Illegal characters in path.")
    return path


def _full(engine: Engine, path: str) -> str:
    if path is None:
        raise null_argument("path")
    if path.strip() == "":
        raise argument_error("The path is not of a legal form.")
    plain = _check(path)
    if not ntpath.splitdrive(plain)[0]:
        plain = ntpath.join(_current_directory(engine), plain) if not plain.startswith("\\") else "C:" + plain
    return ntpath.normpath(plain) + ("\\" if plain.endswith("\\") and len(plain) > 3 else "")


def _change_extension(path: str, extension: str) -> str:
    stem = path[: len(path) - len(_extension(path) or "")].rstrip(".")
    if not extension:
        return stem
    return stem + (extension if extension.startswith(".") else f".{extension}")


def _random_name(engine: Engine) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz012345"
    picked = "".join(engine.random.generator.choice(letters) for _ in range(11))
    return f"{picked[:8]}.{picked[8:]}"


register(
    PSType(
        "System.IO.Path",
        is_abstract=True,
        static={
            "DirectorySeparatorChar": lambda: Char("\\"),
            "AltDirectorySeparatorChar": lambda: Char("/"),
            "PathSeparator": lambda: Char(";"),
            "VolumeSeparatorChar": lambda: Char(":"),
            "ChangeExtension(string path, string extension)": _change_extension,
            "Combine(params string[] paths)": _combine,
            "GetDirectoryName(string path)": _directory,
            "GetExtension(string path)": _extension,
            "GetFileName(string path)": _file_name,
            "GetFileNameWithoutExtension(string path)": _stem,
            "@GetFullPath(string path)": _full,
            "GetInvalidFileNameChars()": lambda: PSArray(Char(c) for c in _INVALID_PATH + ":*?\\/"),
            "GetInvalidPathChars()": lambda: PSArray(Char(c) for c in _INVALID_PATH),
            "GetPathRoot(string path)": lambda p: None if p is None else _root_text(_check(p)),
            "@GetRandomFileName()": _random_name,
            "@GetTempPath()": lambda e: e.machine.temporary_path,
            "HasExtension(string path)": lambda p: bool(_extension(p)),
            "IsPathRooted(string path)": lambda p: bool(p) and (_check(p)[0] == "\\" or p[1:2] == ":"),
        },
    )
)

# Console


class TextStream:
    """[Console]::Out, Error and In."""

    __slots__ = ("engine", "name")

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine = engine
        self.name = name


def _stream(engine: Engine, name: str) -> Any:
    """The writer of a script that stands for a stream of the process, or the stream itself."""
    return engine.session.console.get(name) or TextStream(engine, name)


def _set_stream(engine: Engine, name: str, writer: Any) -> None:
    held = unwrap(writer)
    if held is None:
        raise null_argument("newOut" if name == "out" else "newError")
    if isinstance(held, TextStream):
        engine.session.console.pop(name, None)
    else:
        engine.session.console[name] = held


def _console_write(engine: Engine, name: str, text: str) -> None:
    held = engine.session.console.get(name)
    if held is not None:
        held.write(text)
        return
    writer = getattr(engine.ui, "write_console", None)
    if writer is None:
        raise not_emulated(f"[Console]::{name.capitalize()}")
    writer(name, text)


def _console_read(engine: Engine, whole: bool) -> str | None:
    reader = getattr(engine.ui, "read_console", None)
    if reader is None:
        raise not_emulated("[Console]::In")
    found: str | None = reader(whole)
    return found


def _write_text(stream: TextStream, value: Any = "") -> None:
    _console_write(stream.engine, stream.name, to_text(value))


def _write_line(stream: TextStream, value: Any = "") -> None:
    _console_write(stream.engine, stream.name, to_text(value) + "\r\n")


def _write_format(stream: TextStream, form: str, values: Any) -> None:
    from emulator.powershell.runtime.text_operators import composite

    _write_line(stream, composite(form, list(values)))


register(
    PSType(
        "System.IO.TextWriter",
        instance={
            "Write(object value)": _write_text,
            "WriteLine()": _write_line,
            "WriteLine(object value)": _write_line,
            "WriteLine(string format, params object[] arg)": _write_format,
            "Flush()": lambda _s: None,
            "ReadToEnd()": lambda s: _console_read(s.engine, True) or "",
            "ReadLine()": lambda s: _console_read(s.engine, False),
        },
    ),
    TextStream,
)


def _encoding(engine: Engine) -> Any:
    from emulator.powershell.dotnet.library.text import OEM

    held = engine.global_scope.variables.get("[console]::outputencoding")
    return held.current if held is not None else OEM


def _set_encoding(engine: Engine, value: Any) -> None:
    engine.global_scope.set("[console]::outputencoding", value)


register(
    PSType(
        "System.Console",
        is_abstract=True,
        static={
            "@Out": lambda e: _stream(e, "out"),
            "@Error": lambda e: _stream(e, "error"),
            "@SetOut(System.IO.TextWriter newOut)": lambda e, w: _set_stream(e, "out", w),
            "@SetError(System.IO.TextWriter newError)": lambda e, w: _set_stream(e, "error", w),
            "@In": lambda e: TextStream(e, "in"),
            "@OutputEncoding": _encoding,
            "@OutputEncoding=": _set_encoding,
            "@InputEncoding": _encoding,
            "@InputEncoding=": _set_encoding,
            "@WindowWidth: int": lambda e: e.ui.width,
            "WindowHeight: int": lambda: WINDOW_HEIGHT,
            "@Write(object value)": lambda e, v: _console_write(e, "out", to_text(v)),
            "@WriteLine()": lambda e: _console_write(e, "out", "\r\n"),
            "@WriteLine(string value)": lambda e, v: _console_write(e, "out", (v or "") + "\r\n"),
            "@WriteLine(object value)": lambda e, v: _console_write(e, "out", to_text(v) + "\r\n"),
            "@WriteLine(string format, params object[] arg)": lambda e, f, v: _write_format(
                TextStream(e, "out"), f, v
            ),
            "@ReadLine()": lambda e: _console_read(e, False),
        },
    )
)


def _no_lockdown(*_arguments: Any) -> Any:
    """The machine has no policy for applications (AppLocker, Device Guard)."""
    return builtin("System.Management.Automation.Security.SystemEnforcementMode").value(0)  # type: ignore[attr-defined]


register(
    PSType(
        "System.Management.Automation.Security.SystemPolicy",
        static={
            "GetSystemLockdownPolicy()": _no_lockdown,
            "GetLockdownPolicy(string path, object handle)": _no_lockdown,
        },
    )
)
