"""The assemblies of the .NET Framework that scripts load by name, with what identifies them."""

from __future__ import annotations

from typing import Final

_ECMA, _MICROSOFT, _WINDOWS = "b77a5c561934e089", "b03f5f7f11d50a3a", "31bf3856ad364e35"
_VERSIONS: Final = {"Microsoft.VisualBasic": "10.0.0.0", "System.Management.Automation": "3.0.0.0"}
_NAMES: Final = {
    _ECMA: (
        "mscorlib System System.Core System.Data System.DirectoryServices.AccountManagement "
        "System.IO.Compression System.IO.Compression.FileSystem System.Numerics System.Runtime.Serialization "
        "System.ServiceModel System.Windows.Forms System.Xml System.Xml.Linq"
    ),
    _MICROSOFT: (
        "Microsoft.CSharp Microsoft.VisualBasic System.Configuration System.DirectoryServices System.Drawing "
        "System.Management System.Net.Http System.Security System.ServiceProcess System.Web "
        # Those that only point at others.
        "System.Collections System.Linq System.Runtime System.Runtime.InteropServices System.Threading "
        "System.Threading.Tasks"
    ),
    _WINDOWS: (
        "PresentationCore PresentationFramework System.Management.Automation System.Web.Extensions "
        "UIAutomationClient WindowsBase"
    ),
}
#: Full names by lower-case simple names. Their types are found one by one, loaded or not.
FRAMEWORK: Final = {
    name.lower(): f"{name}, Version={_VERSIONS.get(name, '4.0.0.0')}, Culture=neutral, PublicKeyToken={token}"
    for token, names in _NAMES.items()
    for name in names.split()
}


def windows_assembly(name: str, version: str) -> str:
    """The full name of an assembly that comes with Windows."""
    return f"{name}, Version={version}, Culture=neutral, PublicKeyToken={_WINDOWS}"


def location_of(full_name: str) -> str:
    """Where an assembly lies: the framework's folder for the first, the global assembly cache for others."""
    words = dict(part.split("=", 1) for part in full_name.split(", ")[1:])
    name = full_name.partition(",")[0]
    if name == "mscorlib":
        return "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\mscorlib.dll"
    folder = f"v4.0_{words.get('Version', '')}__{words.get('PublicKeyToken', '')}"
    return f"C:\\Windows\\Microsoft.Net\\assembly\\GAC_MSIL\\{name}\\{folder}\\{name}.dll"
