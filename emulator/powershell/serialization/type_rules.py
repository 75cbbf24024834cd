"""What types.ps1xml and typesv3.ps1xml of Windows PowerShell say about serialization of the types here.

Source: the tables into which the PowerShell repository has put both files (TypeTable_Types_Ps1Xml,
TypeTable_TypesV3_Ps1Xml).
"""

from __future__ import annotations

SERIALIZED_AS_TEXT = frozenset({"System.Management.Automation.PSTypeName"})
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
    "System.Management.Automation.ExtendedTypeDefinition": (
        *("TypeName", "TypeNames", "FormatViewDefinition"),
    ),
    "System.Management.Automation.Job": (
        "HasMoreData",
        "StatusMessage",
        "Location",
        "Command",
        "JobStateInfo",
        "InstanceId",
        "Id",
        "Name",
        "State",
        "ChildJobs",
        "PSJobTypeName",
        "PSBeginTime",
        "PSEndTime",
    ),
    "System.Management.Automation.ParameterMetadata": (
        "Name",
        "ParameterType",
        "Aliases",
        "IsDynamic",
        "SwitchParameter",
    ),
    "System.Management.Automation.ParameterSetMetadata": ("Position", "Flags", "HelpMessage"),
    "System.Security.Cryptography.X509Certificates.X500DistinguishedName": ("RawData",),
    "System.Security.Cryptography.X509Certificates.X509Certificate2": ("RawData",),
}
"""SerializationMethod SpecificProperties (PropertySerializationSet), also of types that derive from these."""

DEPTHS: dict[str, int] = {
    "Microsoft.PowerShell.Commands.Internal.Format.FormatInfoData": 1,
    "Microsoft.PowerShell.Commands.ModuleSpecification": 1,
    "System.Exception": 1,
    "System.Globalization.CultureInfo": 1,
    "System.Management.Automation.Breakpoint": 1,
    "System.Management.Automation.CommandCompletion": 1,
    "System.Management.Automation.CompletionResult": 1,
    **{
        f"System.Management.Automation.{one}": 1
        for one in (
            *("ExtendedTypeDefinition", "FormatViewDefinition", "PSControl", "PSControlGroupBy"),
            *("EntrySelectedBy", "DisplayEntry", "TableControlColumnHeader", "TableControlRow"),
            *("TableControlColumn", "ListControlEntry", "ListControlEntryItem", "WideControlEntryItem"),
            *("CustomControlEntry", "CustomControl", "CustomItemText", "CustomItemNewline"),
            *("CustomItemFrame", "CustomItemExpression"),
        )
    },
    "System.Management.Automation.Job": 2,
    "System.Management.Automation.JobStateEventArgs": 2,
    "System.Management.Automation.JobStateInfo": 1,
    "System.Management.Automation.PSCredential": 1,
    "System.Management.Automation.PSListModifier": 2,
    "System.Management.Automation.PSPrimitiveDictionary": 1,
    "System.Management.Automation.Signature": 2,
    "System.Management.Automation.SwitchParameter": 1,
    "System.Management.ManagementEventArgs": 2,
    "System.Net.IPAddress": 1,
    "System.Net.Mail.MailAddress": 1,
    "System.Security.AccessControl.FileSystemSecurity": 1,
    "System.Security.AccessControl.RegistrySecurity": 1,
    "System.Security.Cryptography.X509Certificates.X500DistinguishedName": 1,
    "System.Security.Cryptography.X509Certificates.X509Certificate2": 1,
}
"""SerializationDepth: how deep the properties of a type go, whatever the depth of what holds it."""

_MSCORLIB = "mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089"
_AUTOMATION = (
    "System.Management.Automation, Version=3.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35"
)
_ASSEMBLIES = (
    ("System.Management.Automation.", _AUTOMATION),
    ("Microsoft.PowerShell.Commands.Internal.Format.", _AUTOMATION),
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
