"""Loads the built-in types, and the accelerators that name them."""

from __future__ import annotations

import sys
from importlib import import_module
from threading import RLock

ACCELERATORS: dict[str, str] = {
    "adsi": "System.DirectoryServices.DirectoryEntry",
    "adsisearcher": "System.DirectoryServices.DirectorySearcher",
    "alias": "System.Management.Automation.AliasAttribute",
    "allowemptycollection": "System.Management.Automation.AllowEmptyCollectionAttribute",
    "allowemptystring": "System.Management.Automation.AllowEmptyStringAttribute",
    "allownull": "System.Management.Automation.AllowNullAttribute",
    "cmdletbinding": "System.Management.Automation.CmdletBindingAttribute",
    "dsclocalconfigurationmanager": "System.Management.Automation.DscLocalConfigurationManagerAttribute",
    "dscproperty": "System.Management.Automation.DscPropertyAttribute",
    "dscresource": "System.Management.Automation.DscResourceAttribute",
    "outputtype": "System.Management.Automation.OutputTypeAttribute",
    "parameter": "System.Management.Automation.ParameterAttribute",
    "psdefaultvalue": "System.Management.Automation.PSDefaultValueAttribute",
    "supportswildcards": "System.Management.Automation.SupportsWildcardsAttribute",
    "validatecount": "System.Management.Automation.ValidateCountAttribute",
    "validatelength": "System.Management.Automation.ValidateLengthAttribute",
    "validatenotnull": "System.Management.Automation.ValidateNotNullAttribute",
    "validatenotnullorempty": "System.Management.Automation.ValidateNotNullOrEmptyAttribute",
    "validatepattern": "System.Management.Automation.ValidatePatternAttribute",
    "validaterange": "System.Management.Automation.ValidateRangeAttribute",
    "validatescript": "System.Management.Automation.ValidateScriptAttribute",
    "validateset": "System.Management.Automation.ValidateSetAttribute",
    "array": "System.Array",
    "bigint": "System.Numerics.BigInteger",
    "bool": "System.Boolean",
    "byte": "System.Byte",
    "char": "System.Char",
    "cimclass": "Microsoft.Management.Infrastructure.CimClass",
    "ciminstance": "Microsoft.Management.Infrastructure.CimInstance",
    "cimsession": "Microsoft.Management.Infrastructure.CimSession",
    "cultureinfo": "System.Globalization.CultureInfo",
    "datetime": "System.DateTime",
    "decimal": "System.Decimal",
    "double": "System.Double",
    "float": "System.Single",
    "guid": "System.Guid",
    "hashtable": "System.Collections.Hashtable",
    "initialsessionstate": "System.Management.Automation.Runspaces.InitialSessionState",
    "int": "System.Int32",
    "int16": "System.Int16",
    "int32": "System.Int32",
    "int64": "System.Int64",
    "ipaddress": "System.Net.IPAddress",
    "long": "System.Int64",
    "mailaddress": "System.Net.Mail.MailAddress",
    "nullstring": "System.Management.Automation.Language.NullString",
    "object": "System.Object",
    "ordered": "System.Collections.Specialized.OrderedDictionary",
    "powershell": "System.Management.Automation.PowerShell",
    "psaliasproperty": "System.Management.Automation.PSAliasProperty",
    "pscredential": "System.Management.Automation.PSCredential",
    # Only as the type of a cast does it stand for custom objects.
    "pscustomobject": "System.Management.Automation.PSObject",
    "psmoduleinfo": "System.Management.Automation.PSModuleInfo",
    "psnoteproperty": "System.Management.Automation.PSNoteProperty",
    "psobject": "System.Management.Automation.PSObject",
    "psprimitivedictionary": "System.Management.Automation.PSPrimitiveDictionary",
    "psscriptmethod": "System.Management.Automation.PSScriptMethod",
    "psscriptproperty": "System.Management.Automation.PSScriptProperty",
    "psvariable": "System.Management.Automation.PSVariable",
    "pstypenameattribute": "System.Management.Automation.PSTypeNameAttribute",
    "ref": "System.Management.Automation.PSReference",
    "regex": "System.Text.RegularExpressions.Regex",
    "runspace": "System.Management.Automation.Runspaces.Runspace",
    "runspacefactory": "System.Management.Automation.Runspaces.RunspaceFactory",
    "sbyte": "System.SByte",
    "scriptblock": "System.Management.Automation.ScriptBlock",
    "securestring": "System.Security.SecureString",
    "short": "System.Int16",
    "single": "System.Single",
    "string": "System.String",
    "switch": "System.Management.Automation.SwitchParameter",
    "timespan": "System.TimeSpan",
    "type": "System.Type",
    "uint16": "System.UInt16",
    "uint32": "System.UInt32",
    "uint64": "System.UInt64",
    "ulong": "System.UInt64",
    "uint": "System.UInt32",
    "ushort": "System.UInt16",
    "uri": "System.Uri",
    "version": "System.Version",
    "void": "System.Void",
    "wildcardpattern": "System.Management.Automation.WildcardPattern",
    "wmi": "System.Management.ManagementObject",
    "wmiclass": "System.Management.ManagementClass",
    "wmisearcher": "System.Management.ManagementObjectSearcher",
    "x500distinguishedname": "System.Security.Cryptography.X509Certificates.X500DistinguishedName",
    "x509certificate": "System.Security.Cryptography.X509Certificates.X509Certificate",
    "xml": "System.Xml.XmlDocument",
}
"""Type accelerators of 5.1.

A name whose type is not built in is not found, as it would be a lie to find it.
"""

_MODULES = (
    "objects",
    "strings",
    "numbers",
    "times",
    "lists",
    "dictionaries",
    "exceptions",
    "text",
    "identifiers",
    "addresses",
    "secrets",
    "mathematics",
    "environment",
    "files",
    "file_versions",
    "hashing",
    "globalization",
    "enums",
    "records",
    "command_types",
    "member_types",
    "attribute_types",
    "language_types",
)
_ON_DEMAND: tuple[tuple[str, str], ...] = (
    ("system.activator", "framework_types"),
    ("system.appdomain", "framework_types"),
    ("system.tuple`", "framework_types"),
    ("system.threading.eventresetmode", "framework_types"),
    ("system.security.principal.tokenaccesslevels", "framework_types"),
    ("system.web.script.serialization.", "framework_types"),
    ("system.globalization.datetimeformatinfo", "culture_formats"),
    ("system.globalization.numberformatinfo", "culture_formats"),
    ("system.codedom.compiler.", "compiler_types"),
    ("microsoft.csharp.", "compiler_types"),
    ("system.io.string", "text_writers"),
    ("system.io.textreader", "text_writers"),
    ("system.timers.", "event_types"),
    ("system.eventargs", "event_types"),
    ("system.collections.objectmodel.observablecollection", "event_types"),
    ("system.management.automation.psevent", "event_types"),
    ("system.management.automation.language.staticparameterbinder", "static_binding"),
    ("system.management.automation.language.staticbinding", "static_binding"),
    ("system.management.automation.language.parameterbindingresult", "static_binding"),
    ("system.management.automation.language.", "syntax_trees"),
    ("system.management.automation.psparseerror", "syntax_tokens"),
    ("system.management.automation.psparser", "syntax_tokens"),
    ("system.management.automation.pstoken", "syntax_tokens"),
    ("microsoft.powershell.commands.modulespecification", "syntax_trees"),
    ("microsoft.win32.registry", "registry_types"),
    ("system.security.principal.", "principals"),
    ("system.random", "random_types"),
    ("system.timezoneinfo", "time_zones"),
    ("system.runtime.interopservices.marshal", "unmanaged"),
    ("system.tuple", "syntax_trees"),
    ("system.xml.xml", "xml_types"),
    ("system.xml.nametable", "xml_types"),
    ("system.func", "delegate_types"),
    ("system.action", "delegate_types"),
    ("system.predicate", "delegate_types"),
    ("system.comparison", "delegate_types"),
    ("system.converter", "delegate_types"),
    ("system.eventhandler", "delegate_types"),
    ("system.delegate", "delegate_types"),
    ("system.multicastdelegate", "delegate_types"),
    ("system.text.regularexpressions.matchevaluator", "delegate_types"),
    ("system.threading.threadstart", "delegate_types"),
    ("system.threading.thread", "threads"),
    ("system.management.automation.commandcompletion", "completion_types"),
    ("system.management.automation.completionresult", "completion_types"),
    ("system.management.automation.job", "job_types"),
    ("system.management.automation.psremoting", "job_types"),
    ("system.management.automation.powershell", "hosting"),
    ("system.management.automation.runspacemode", "hosting"),
    ("system.management.automation.pscommand", "hosting"),
    ("system.management.automation.psinvocationstate", "hosting"),
    ("system.management.automation.runspaces.runspace", "hosting"),
    ("system.management.automation.runspaces.initialsessionstate", "hosting"),
    ("system.management.automation.runspaces.sessionstate", "hosting"),
    ("system.management.automation.runspaces.psthreadoptions", "hosting"),
    ("system.management.automation.runspaces.pssession", "session_configuration_types"),
    ("system.management.automation.runspaces.outputbuffering", "session_configuration_types"),
    ("system.management.automation.remoting.sessiontype", "session_configuration_types"),
    ("system.management.automation.pslanguagemode", "session_configuration_types"),
    ("system.management.automation.pstransportoption", "session_configuration_types"),
    ("microsoft.powershell.commands.wsmanconfigurationoption", "session_configuration_types"),
    ("system.threading.apartmentstate", "session_configuration_types"),
    ("system.icomparable`1", "interfaces"),
    ("system.iequatable`1", "interfaces"),
    ("system.icustomformatter", "interfaces"),
    ("system.iformatprovider", "interfaces"),
    ("system.iconvertible", "interfaces"),
    ("system.iasyncresult", "interfaces"),
    ("system.collections.generic.icomparer`1", "interfaces"),
    ("system.collections.generic.iequalitycomparer`1", "interfaces"),
    ("system.collections.generic.ienumerator`1", "interfaces"),
    ("system.collections.generic.ireadonly", "interfaces"),
    ("system.collections.generic.iset`1", "interfaces"),
    ("system.linq.igrouping`2", "interfaces"),
    ("system.linq.iorderedenumerable`1", "interfaces"),
    ("system.net.icertificatepolicy", "interfaces"),
    ("system.net.iwebproxy", "interfaces"),
    ("system.net.icredentials", "interfaces"),
    ("system.runtime.serialization.iserializable", "interfaces"),
    ("system.componentmodel.inotifypropertychanged", "interfaces"),
    ("system.runtime.interopservices.safehandle", "interfaces"),
    ("microsoft.win32.safehandles.", "interfaces"),
)
"""Types that few scripts use: beginning of the lower-case name, module that registers them."""


def load_on_demand(key: str) -> bool:
    """Import what registers a type of a lower-case full name; false when nothing was left to import."""
    for beginning, name in _ON_DEMAND:
        if key.startswith(beginning):
            module = f"emulator.powershell.dotnet.library.{name}"
            if module in sys.modules:
                return False
            with _LOADING:
                import_module(module)
            return True
    return False


_LOADED: list[bool] = []
# Two shells may start their first PowerShell at the same moment.
_LOADING = RLock()


def load_builtin() -> None:
    """Import the modules that register types; the second call does nothing, and waits for the first."""
    if _LOADED:
        return
    with _LOADING:
        for name in _MODULES:
            import_module(f"emulator.powershell.dotnet.library.{name}")
        _LOADED.append(True)
