"""System.Diagnostics.FileVersionInfo: what is written in a program about itself.

Only what Windows writes into all of its own programs is known; their descriptions and names are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.library.file_objects import FileInfo, folders_of
from emulator.powershell.dotnet.simple import Version
from emulator.powershell.dotnet.types import Property, PSType, builtin, register

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_PRODUCT = "Microsoft\u00ae Windows\u00ae Operating System"
_UNKNOWN = ("Comments", "FileDescription", "InternalName", "OriginalFilename")
_PARTS = ("Major", "Minor", "Build", "Private")


class FileVersionInfo:
    """The versions of one file; those of a file that carries none are empty."""

    __slots__ = ("number", "path")

    def __init__(self, path: str, number: str | None) -> None:
        self.path = path
        self.number = number
        """Four parts, or None."""

    @property
    def version(self) -> Version:
        """The number, 0.0.0.0 without one."""
        return Version.parse(self.number or "0.0.0.0")

    def text(self, what: str) -> str | None:
        """A text of Windows' own programs."""
        return what if self.number else None

    def __str__(self) -> str:
        lines = (
            ("File:", self.path),
            ("InternalName:", ""),
            ("OriginalFilename:", ""),
            ("FileVersion:", _file_version(self) or ""),
            ("FileDescription:", ""),
            ("Product:", self.text(_PRODUCT) or ""),
            ("ProductVersion:", self.number or ""),
            *((f"{name}:", "False") for name in ("Debug", "Patched", "PreRelease", "PrivateBuild")),
            ("SpecialBuild:", "False"),
            ("Language:", self.text("English (United States)") or ""),
        )
        return "".join(f"{name:<18}{value}\r\n" for name, value in lines)


def _file_version(info: FileVersionInfo) -> str | None:
    return f"{info.number} (WinBuild.160101.0800)" if info.number else None


def version_of(engine: Engine, path: str) -> FileVersionInfo:
    """The versions of a file. NetError (FileNotFoundException) when there is none."""
    file = FileInfo(engine, path)
    facts = folders_of(engine).entry(file.path)
    if facts is None or facts.is_directory:
        raise NetError("System.IO.FileNotFoundException", file.path)
    return FileVersionInfo(file.path, folders_of(engine).program_version(file.path))


register(
    PSType(
        "System.Diagnostics.FileVersionInfo",
        static={"@GetVersionInfo(string fileName)": version_of},
        instance={
            "FileName: string": lambda v: v.path,
            "FileVersion: string": _file_version,
            "ProductVersion: string": lambda v: v.number,
            "ProductName: string": lambda v: v.text(_PRODUCT),
            "CompanyName: string": lambda v: v.text("Microsoft Corporation"),
            "LegalCopyright: string": lambda v: v.text("\u00a9 Microsoft Corporation. All rights reserved."),
            "Language: string": lambda v: v.text("English (United States)"),
            **dict.fromkeys(
                (f"{one}: string" for one in _UNKNOWN),
                lambda _v: None,
            ),
            **dict.fromkeys(
                (f"{one}: bool" for one in ("IsDebug", "IsPatched", "IsPreRelease", "IsPrivateBuild")),
                lambda _v: False,
            ),
            **{
                f"{kind}{part}Part: int": lambda v, n=number: v.version.parts[n]
                for kind in ("File", "Product")
                for number, part in enumerate(_PARTS)
            },
        },
        properties=tuple(
            Property(name, lambda v: v.version, kind="ScriptProperty")
            for name in ("FileVersionRaw", "ProductVersionRaw")
        ),
        to_text=str,
    ),
    FileVersionInfo,
)
# What types.ps1xml adds.
builtin("System.IO.FileInfo").own_members["versioninfo"] = Property(
    "VersionInfo", lambda file: version_of(file.engine, file.path), kind="ScriptProperty"
)
