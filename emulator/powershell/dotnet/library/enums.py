"""Enumerations of .NET and PowerShell that scripts name."""

from __future__ import annotations

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.types import register
from emulator.powershell.runtime.errors import CATEGORIES


def _count(names: str, start: int = 0) -> dict[str, int]:
    return {name: index for index, name in enumerate(names.split(), start)}


ENUMS: dict[str, tuple[dict[str, int], bool]] = {
    "System.Management.Automation.ActionPreference": (
        _count("SilentlyContinue Stop Continue Inquire Ignore Suspend"),
        False,
    ),
    "System.Management.Automation.ErrorCategory": (
        dict(zip(CATEGORIES, range(len(CATEGORIES)), strict=True)),
        False,
    ),
    "Microsoft.PowerShell.Commands.ExportAliasFormat": (_count("Csv Script"), False),
    "System.Management.Automation.ConfirmImpact": (_count("None Low Medium High"), False),
    "System.Management.Automation.CommandTypes": (
        {
            "Alias": 1,
            "Function": 2,
            "Filter": 4,
            "Cmdlet": 8,
            "ExternalScript": 16,
            "Application": 32,
            "Script": 64,
            "Workflow": 128,
            "Configuration": 256,
            "All": 511,
        },
        True,
    ),
    "System.Management.Automation.PSMemberViewTypes": (
        {"Extended": 1, "Adapted": 2, "Base": 4, "All": 7},
        True,
    ),
    "System.Management.Automation.PSMemberTypes": (
        {
            "AliasProperty": 1,
            "CodeProperty": 2,
            "Property": 4,
            "NoteProperty": 8,
            "ScriptProperty": 16,
            "Properties": 31,
            "PropertySet": 32,
            "Method": 64,
            "CodeMethod": 128,
            "ScriptMethod": 256,
            "Methods": 448,
            "ParameterizedProperty": 512,
            "MemberSet": 1024,
            "Event": 2048,
            "Dynamic": 4096,
            "All": 8191,
        },
        True,
    ),
    "System.Management.Automation.ScopedItemOptions": (
        {"None": 0, "ReadOnly": 1, "Constant": 2, "Private": 4, "AllScope": 8, "Unspecified": 16},
        True,
    ),
    "Microsoft.PowerShell.Commands.FileSystemCmdletProviderEncoding": (
        _count(
            "Unknown String Unicode Byte BigEndianUnicode UTF8 UTF7 UTF32 Ascii Default Oem BigEndianUTF32"
        ),
        False,
    ),
    "Microsoft.PowerShell.Commands.TestPathType": (_count("Any Container Leaf"), False),
    "Microsoft.PowerShell.Commands.DisplayHintType": (_count("Date Time DateTime"), False),
    "System.ConsoleColor": (
        _count(
            "Black DarkBlue DarkGreen DarkCyan DarkRed DarkMagenta DarkYellow Gray DarkGray Blue Green Cyan "
            "Red Magenta Yellow White"
        ),
        False,
    ),
    "System.EnvironmentVariableTarget": (_count("Process User Machine"), False),
    "System.PlatformID": (_count("Win32S Win32Windows Win32NT WinCE Unix Xbox MacOSX"), False),
    "System.TypeCode": (
        {
            **_count(
                "Empty Object DBNull Boolean Char SByte Byte Int16 UInt16 Int32 UInt32 Int64 UInt64 Single "
                "Double Decimal DateTime"
            ),
            "String": 18,
        },
        False,
    ),
    "System.MidpointRounding": (_count("ToEven AwayFromZero"), False),
    "System.Management.Automation.Security.SystemEnforcementMode": (_count("None Audit Enforce"), False),
    "System.Globalization.NumberStyles": (
        {
            "None": 0,
            "AllowLeadingWhite": 1,
            "AllowTrailingWhite": 2,
            "AllowLeadingSign": 4,
            "AllowTrailingSign": 8,
            "AllowParentheses": 16,
            "AllowDecimalPoint": 32,
            "AllowThousands": 64,
            "AllowExponent": 128,
            "AllowCurrencySymbol": 256,
            "AllowHexSpecifier": 512,
            "Integer": 7,
            "HexNumber": 515,
            "Number": 111,
            "Float": 167,
            "Currency": 383,
            "Any": 511,
        },
        True,
    ),
    "System.Globalization.DateTimeStyles": (
        {
            "None": 0,
            "AllowLeadingWhite": 1,
            "AllowTrailingWhite": 2,
            "AllowInnerWhite": 4,
            "AllowWhiteSpaces": 7,
            "NoCurrentDateDefault": 8,
            "AdjustToUniversal": 16,
            "AssumeLocal": 32,
            "AssumeUniversal": 64,
            "RoundtripKind": 128,
        },
        True,
    ),
    "System.Text.RegularExpressions.RegexOptions": (
        {
            "None": 0,
            "IgnoreCase": 1,
            "Multiline": 2,
            "ExplicitCapture": 4,
            "Compiled": 8,
            "Singleline": 16,
            "IgnorePatternWhitespace": 32,
            "RightToLeft": 64,
            "ECMAScript": 256,
            "CultureInvariant": 512,
        },
        True,
    ),
    "System.IO.FileMode": (_count("CreateNew Create Open OpenOrCreate Truncate Append", 1), False),
    "System.IO.FileAccess": ({"Read": 1, "Write": 2, "ReadWrite": 3}, True),
    "System.IO.FileShare": (
        {"None": 0, "Read": 1, "Write": 2, "ReadWrite": 3, "Delete": 4, "Inheritable": 16},
        True,
    ),
    "System.IO.Compression.CompressionLevel": (_count("Optimal Fastest NoCompression"), False),
    "System.IO.Compression.CompressionMode": (_count("Decompress Compress"), False),
    "System.IO.Compression.ZipArchiveMode": (_count("Read Create Update"), False),
    "System.Security.Cryptography.CryptoStreamMode": (_count("Read Write"), False),
    "System.IO.SeekOrigin": (_count("Begin Current End"), False),
    "System.IO.SearchOption": (_count("TopDirectoryOnly AllDirectories"), False),
    "System.IO.FileAttributes": (
        {
            "ReadOnly": 1,
            "Hidden": 2,
            "System": 4,
            "Directory": 16,
            "Archive": 32,
            "Device": 64,
            "Normal": 128,
            "Temporary": 256,
            "SparseFile": 512,
            "ReparsePoint": 1024,
            "Compressed": 2048,
            "Offline": 4096,
            "NotContentIndexed": 8192,
            "Encrypted": 16384,
            "IntegrityStream": 32768,
            "NoScrubData": 131072,
        },
        True,
    ),
    "System.Net.Sockets.ProtocolType": (
        {
            "Unspecified": 0,
            "IP": 0,
            "IPv6HopByHopOptions": 0,
            "Icmp": 1,
            "Igmp": 2,
            "Ggp": 3,
            "IPv4": 4,
            "Tcp": 6,
            "Pup": 12,
            "Udp": 17,
            "Idp": 22,
            "IPv6": 41,
            "IPv6RoutingHeader": 43,
            "IPv6FragmentHeader": 44,
            "IPSecEncapsulatingSecurityPayload": 50,
            "IPSecAuthenticationHeader": 51,
            "IcmpV6": 58,
            "IPv6NoNextHeader": 59,
            "IPv6DestinationOptions": 60,
            "ND": 77,
            "Raw": 255,
            "Ipx": 1000,
            "Spx": 1256,
            "SpxII": 1257,
            "Unknown": -1,
        },
        False,
    ),
    "System.Net.SecurityProtocolType": (
        {"SystemDefault": 0, "Ssl3": 48, "Tls": 192, "Tls11": 768, "Tls12": 3072, "Tls13": 12288},
        True,
    ),
    "System.Net.HttpStatusCode": (
        {
            "Continue": 100,
            "SwitchingProtocols": 101,
            "OK": 200,
            "Created": 201,
            "Accepted": 202,
            "NonAuthoritativeInformation": 203,
            "NoContent": 204,
            "ResetContent": 205,
            "PartialContent": 206,
            "MultipleChoices": 300,
            "MovedPermanently": 301,
            "Found": 302,
            "SeeOther": 303,
            "NotModified": 304,
            "UseProxy": 305,
            "Unused": 306,
            "TemporaryRedirect": 307,
            "BadRequest": 400,
            "Unauthorized": 401,
            "PaymentRequired": 402,
            "Forbidden": 403,
            "NotFound": 404,
            "MethodNotAllowed": 405,
            "NotAcceptable": 406,
            "ProxyAuthenticationRequired": 407,
            "RequestTimeout": 408,
            "Conflict": 409,
            "Gone": 410,
            "LengthRequired": 411,
            "PreconditionFailed": 412,
            "RequestEntityTooLarge": 413,
            "RequestUriTooLong": 414,
            "UnsupportedMediaType": 415,
            "RequestedRangeNotSatisfiable": 416,
            "ExpectationFailed": 417,
            "UpgradeRequired": 426,
            "InternalServerError": 500,
            "NotImplemented": 501,
            "BadGateway": 502,
            "ServiceUnavailable": 503,
            "GatewayTimeout": 504,
            "HttpVersionNotSupported": 505,
        },
        False,
    ),
    "System.Net.WebExceptionStatus": (
        _count(
            "Success NameResolutionFailure ConnectFailure ReceiveFailure SendFailure PipelineFailure "
            "RequestCanceled ProtocolError ConnectionClosed TrustFailure SecureChannelFailure "
            "ServerProtocolViolation KeepAliveFailure Pending Timeout ProxyNameResolutionFailure "
            "UnknownError MessageLengthLimitExceeded CacheEntryNotFound "
            "RequestProhibitedByCachePolicy RequestProhibitedByProxy"
        ),
        False,
    ),
    "Microsoft.PowerShell.Commands.WebRequestMethod": (
        _count("Default Get Head Post Put Delete Trace Options Merge Patch"),
        False,
    ),
    "System.ServiceProcess.ServiceControllerStatus": (
        _count("Stopped StartPending StopPending Running ContinuePending PausePending Paused", 1),
        False,
    ),
    "Microsoft.PowerShell.Commands.OutputAssemblyType": (
        {"Library": 1, "ConsoleApplication": 2, "WindowsApplication": 3},
        False,
    ),
    "System.Diagnostics.TraceLevel": (_count("Off Error Warning Info Verbose"), False),
}

for _name, (_values, _flags) in ENUMS.items():
    register(EnumType(_name, _values, flags=_flags))
