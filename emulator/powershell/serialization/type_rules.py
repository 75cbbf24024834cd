"""What types.ps1xml of Windows PowerShell 5.1 says about serialization, as far as the types exist here."""

from __future__ import annotations

SERIALIZED_AS_TEXT = frozenset(
    {
        "System.Type",
        "System.RuntimeType",
        "System.Net.IPAddress",
        "System.Text.RegularExpressions.Regex",
        "System.Text.StringBuilder",
    }
)
"""SerializationMethod String."""

SPECIFIC_PROPERTIES: dict[str, tuple[str, ...]] = {
    "System.Globalization.CultureInfo": (
        "LCID",
        "Name",
        "DisplayName",
        "IetfLanguageTag",
        "ThreeLetterISOLanguageName",
        "ThreeLetterWindowsLanguageName",
        "TwoLetterISOLanguageName",
    ),
}
"""SerializationMethod SpecificProperties (PropertySerializationSet)."""

DEPTHS: dict[str, int] = {
    "System.Management.Automation.PSModuleInfo": 2,
    "System.Management.Automation.ParameterMetadata": 2,
    "System.ServiceProcess.ServiceController": 2,
    "System.Management.Automation.JobStateEventArgs": 2,
    "System.Exception": 1,
    "System.Management.Automation.CommandCompletion": 1,
    "System.Management.Automation.CompletionResult": 1,
    "Microsoft.PowerShell.Commands.ModuleSpecification": 1,
}
"""SerializationDepth: how deep the properties of a type go, whatever the depth of what holds it."""

_MSCORLIB = "mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089"
_ASSEMBLIES = (
    (
        "System.Management.Automation.",
        "System.Management.Automation, Version=3.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35",
    ),
    (
        "Microsoft.HyperV.PowerShell.",
        "Microsoft.HyperV.PowerShell.Objects, Version=10.0.0.0, Culture=neutral, "
        "PublicKeyToken=31bf3856ad364e35",
    ),
    (
        "Microsoft.Vhd.PowerShell.",
        "Microsoft.HyperV.PowerShell.Objects, Version=10.0.0.0, Culture=neutral, "
        "PublicKeyToken=31bf3856ad364e35",
    ),
    ("", _MSCORLIB),
)


def assembly_of(type_name: str) -> str:
    """The assembly that a generic type's name gives for one of its arguments."""
    return next(assembly for prefix, assembly in _ASSEMBLIES if type_name.startswith(prefix))
