"""The core types: those that scripts may use without bounds in ConstrainedLanguage (about_Language_Modes)."""

from __future__ import annotations

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.types import PSType

_A = "System.Management.Automation."
_NAMES = (
    *(
        f"{_A}{one}Attribute"
        for one in (
            "Alias",
            "AllowEmptyCollection",
            "AllowEmptyString",
            "AllowNull",
            "ArgumentCompleter",
            "CmdletBinding",
            "DscLocalConfigurationManager",
            "DscProperty",
            "DscResource",
            "OutputType",
            "Parameter",
            "PSDefaultValue",
            "PSTypeName",
            "SupportsWildcards",
            "ValidateCount",
            "ValidateDrive",
            "ValidateLength",
            "ValidateNotNull",
            "ValidateNotNullOrEmpty",
            "ValidatePattern",
            "ValidateRange",
            "ValidateScript",
            "ValidateSet",
            "ValidateTrustedData",
            "ValidateUserDrive",
        )
    ),
    *(
        f"System.{one}"
        for one in (
            "Array",
            "Boolean",
            "Byte",
            "Char",
            "DateTime",
            "Decimal",
            "Double",
            "Guid",
            "Int16",
            "Int32",
            "Int64",
            "Object[]",
            "SByte",
            "Single",
            "String",
            "TimeSpan",
            "UInt16",
            "UInt32",
            "UInt64",
            "Uri",
            "Version",
            "Void",
            "Collections.Hashtable",
            "Globalization.CultureInfo",
            "Numerics.BigInteger",
            "Security.SecureString",
            "Text.RegularExpressions.Regex",
            "Xml.XmlDocument",
            "Security.AccessControl.ObjectSecurity",
            "Net.IPAddress",
            "Net.IPEndPoint",
            "Net.Mail.MailAddress",
            "Net.NetworkInformation.PhysicalAddress",
            "DirectoryServices.DirectoryEntry",
            "DirectoryServices.DirectorySearcher",
            "Management.ManagementClass",
            "Management.ManagementObject",
            "Management.ManagementObjectSearcher",
            "Security.Cryptography.X509Certificates.X509Certificate",
            "Security.Cryptography.X509Certificates.X500DistinguishedName",
        )
    ),
    *(
        f"{_A}{one}"
        for one in (
            "PSCredential",
            "PSListModifier",
            "PSObject",
            "PSCustomObject",
            "PSPrimitiveDictionary",
            "PSReference",
            "SwitchParameter",
            "WildcardPattern",
            "Language.NullString",
        )
    ),
    *(
        f"Microsoft.Management.Infrastructure.{one}"
        for one in (
            "CimInstance",
            "CimClass",
            "CimType",
            "CimConverter",
            "CimSession",
        )
    ),
    "Microsoft.PowerShell.Commands.ModuleSpecification",
)
_CORE = frozenset(one.lower() for one in _NAMES)
_GENERIC = frozenset({"System.Nullable`1", f"{_A}FlagsExpression`1"})


def is_core(kind: PSType) -> bool:
    """Whether it is one of the list, an enumeration, a nullable type, or an array of such types."""
    while kind.element_type is not None:
        kind = kind.element_type
        if kind.name == "System.Object":
            return True
    name = kind.name.partition("#")[0].lower()  # an instance of CIM shows its class behind the sign
    return name in _CORE or isinstance(kind, EnumType) or kind.definition in _GENERIC
