"""Microsoft.PowerShell.Core: the engine itself as a snap-in, since 3.0 the only one that is loaded (names of
its files from the open source, which reads them as 5.1 does)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.simple import Version

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

NAME = "Microsoft.PowerShell.Core"
ASSEMBLY = (
    "System.Management.Automation, Version=3.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35, "
    "ProcessorArchitecture=MSIL"
)
TYPE_FILES = ("types.ps1xml", "typesv3.ps1xml")
FORMAT_FILES = tuple(
    f"{name}.format.ps1xml"
    for name in (
        *("Certificate", "DotNetTypes", "FileSystem", "Help", "HelpV3", "PowerShellCore"),
        *("PowerShellTrace", "Registry"),
    )
)
_DESCRIPTION = (
    "This Windows PowerShell snap-in contains cmdlets used to manage components of Windows PowerShell."
)


def home_of(engine: Engine) -> str:
    """The folder of the engine and its files."""
    return str(engine.global_scope.value("pshome"))


def core_snap_in(engine: Engine) -> PSObject:
    """Its PSSnapInInfo."""
    version = Version.parse(".".join(engine.session.version.ps_version.split(".")[:2]))
    return PSObject.custom(
        [
            ("Name", NAME),
            ("IsDefault", True),
            ("ApplicationBase", home_of(engine)),
            ("AssemblyName", ASSEMBLY),
            ("ModuleName", "System.Management.Automation.dll"),
            ("PSVersion", version),
            ("Version", Version.parse("3.0.0.0")),
            ("Types", PSArray(TYPE_FILES)),
            ("Formats", PSArray(FORMAT_FILES)),
            ("Description", _DESCRIPTION),
            ("Vendor", "Microsoft Corporation"),
            ("LogPipelineExecutionDetails", False),
        ],
        ("System.Management.Automation.PSSnapInInfo",),
    )
