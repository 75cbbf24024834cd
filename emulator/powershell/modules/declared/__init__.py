"""Modules of Windows whose cmdlets are known by their shape and not emulated yet.

Get-Command finds them, and calling one is an error that says so and is counted as a gap: a script must be
able to tell what the emulator lacks from what Windows lacks. A module moves out of here when it gets a
package of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from emulator.powershell.modules.windows_modules import of_windows
from emulator.powershell.runtime.module import CmdletTable, Module

if TYPE_CHECKING:
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.format.views import View

_HERE = "emulator.powershell.modules.declared"

#: Part of every Windows PowerShell.
_EVERYWHERE = (
    "Microsoft.PowerShell.Diagnostics",
    "Microsoft.PowerShell.Host",
    "Microsoft.PowerShell.Management",
    "Microsoft.PowerShell.Security",
    "Microsoft.WSMan.Management",
    "BitsTransfer",
)
#: Came with Windows Server 2012 and Windows 8 or later; a table says which cmdlet came when.
_LATER = (
    "International",
    "Microsoft.PowerShell.Archive",
    "Microsoft.PowerShell.LocalAccounts",
    "NetQos",
    "PnpDevice",
    "iSCSI",
)

_ALIASES: dict[str, dict[str, str]] = {
    "Microsoft.PowerShell.Management": {
        "ac": "Add-Content",
        "cat": "Get-Content",
        "cd": "Set-Location",
        "chdir": "Set-Location",
        "clc": "Clear-Content",
        "cli": "Clear-Item",
        "clp": "Clear-ItemProperty",
        "copy": "Copy-Item",
        "cp": "Copy-Item",
        "cpi": "Copy-Item",
        "cpp": "Copy-ItemProperty",
        "cvpa": "Convert-Path",
        "del": "Remove-Item",
        "dir": "Get-ChildItem",
        "erase": "Remove-Item",
        "gc": "Get-Content",
        "gci": "Get-ChildItem",
        "gcb": "Get-Clipboard",
        "gdr": "Get-PSDrive",
        "gi": "Get-Item",
        "gin": "Get-ComputerInfo",
        "gl": "Get-Location",
        "gp": "Get-ItemProperty",
        "gps": "Get-Process",
        "gpv": "Get-ItemPropertyValue",
        "gsv": "Get-Service",
        "gtz": "Get-TimeZone",
        "gwmi": "Get-WmiObject",
        "ii": "Invoke-Item",
        "iwmi": "Invoke-WmiMethod",
        "kill": "Stop-Process",
        "ls": "Get-ChildItem",
        "mi": "Move-Item",
        "mount": "New-PSDrive",
        "move": "Move-Item",
        "mp": "Move-ItemProperty",
        "mv": "Move-Item",
        "ndr": "New-PSDrive",
        "ni": "New-Item",
        "popd": "Pop-Location",
        "ps": "Get-Process",
        "pushd": "Push-Location",
        "pwd": "Get-Location",
        "rd": "Remove-Item",
        "rdr": "Remove-PSDrive",
        "ren": "Rename-Item",
        "ri": "Remove-Item",
        "rm": "Remove-Item",
        "rmdir": "Remove-Item",
        "rni": "Rename-Item",
        "rnp": "Rename-ItemProperty",
        "rp": "Remove-ItemProperty",
        "rvpa": "Resolve-Path",
        "rwmi": "Remove-WmiObject",
        "saps": "Start-Process",
        "sasv": "Start-Service",
        "sc": "Set-Content",
        "scb": "Set-Clipboard",
        "si": "Set-Item",
        "sl": "Set-Location",
        "sp": "Set-ItemProperty",
        "spps": "Stop-Process",
        "spsv": "Stop-Service",
        "start": "Start-Process",
        "stz": "Set-TimeZone",
        "swmi": "Set-WmiInstance",
        "type": "Get-Content",
    },
}


def _management_views() -> Iterable[View]:
    from emulator.powershell.modules.management.event_log_types import EVENT_LOG_VIEWS
    from emulator.powershell.modules.management.service_types import SERVICE_VIEWS
    from emulator.powershell.modules.management.transaction_types import TRANSACTION_VIEWS
    from emulator.powershell.modules.management.views import VIEWS

    return (*VIEWS, *SERVICE_VIEWS, *EVENT_LOG_VIEWS, *TRANSACTION_VIEWS)


def _management_types() -> Iterable[PSType]:
    import emulator.powershell.dotnet.library.framework_types
    import emulator.powershell.modules.management.account_principals
    import emulator.powershell.modules.management.directory_entries
    import emulator.powershell.modules.management.drive_types
    import emulator.powershell.modules.management.name_types
    import emulator.powershell.modules.management.principal_searcher
    import emulator.powershell.modules.management.process_types
    import emulator.powershell.modules.management.transaction_types  # noqa: F401 - registers PSTransaction
    from emulator.powershell.modules.management.enumerations import ENUMERATIONS
    from emulator.powershell.modules.management.event_log_types import event_log_types
    from emulator.powershell.modules.management.service_types import service_types
    from emulator.powershell.modules.management.wmi_types import management_types

    return (*service_types(), *event_log_types(), *management_types(), *ENUMERATIONS)


def _account_types() -> Iterable[PSType]:
    from emulator.powershell.modules.management.local_account_types import account_types

    return account_types()


def _account_views() -> Iterable[View]:
    from emulator.powershell.modules.management.local_account_types import VIEWS

    return VIEWS


def _security_types() -> Iterable[PSType]:
    import emulator.powershell.modules.certificates.chain_types  # noqa: F401 - registers X509Chain and the rest
    from emulator.powershell.modules.management.access_enumerations import ACCESS_ENUMERATIONS
    from emulator.powershell.modules.management.access_types import access_types
    from emulator.powershell.modules.management.execution_policies import SCOPE

    return (*access_types(), *ACCESS_ENUMERATIONS, SCOPE)


def _security_views() -> Iterable[View]:
    from emulator.powershell.modules.management.access_types import ACCESS_VIEWS
    from emulator.powershell.modules.security.signature_views import SIGNATURE_VIEWS

    return (*ACCESS_VIEWS, *SIGNATURE_VIEWS)


def _session_option_types() -> Iterable[PSType]:
    from emulator.powershell.modules.wsman.session_options import TYPES

    return TYPES


def _wsman_views() -> Iterable[View]:
    from emulator.powershell.format.views import listing

    identity = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd#IdentifyResponse"
    entries = ("wsmid", "ProtocolVersion", "ProductVendor", "ProductVersion")
    return (listing(f"System.Xml.XmlElement#{identity}", entries=entries),)


def _diagnostics_views() -> Iterable[View]:
    from emulator.powershell.modules.diagnostics.counter_types import VIEWS as COUNTER_VIEWS
    from emulator.powershell.modules.diagnostics.types import VIEWS

    return (*VIEWS, *COUNTER_VIEWS)


def _diagnostics_types() -> Iterable[PSType]:
    from emulator.powershell.modules.diagnostics.counter_types import counter_types
    from emulator.powershell.modules.diagnostics.types import event_types

    return (*event_types(), *counter_types())


def _no_views() -> Iterable[View]:
    return ()


def _no_types() -> Iterable[PSType]:
    return ()


#: Module -> its types and views, loaded when somebody needs them.
_SHAPES: dict[str, tuple[Callable[[], Iterable[PSType]], Callable[[], Iterable[View]]]] = {
    "Microsoft.PowerShell.Management": (_management_types, _management_views),
    "Microsoft.PowerShell.Diagnostics": (_diagnostics_types, _diagnostics_views),
    "Microsoft.PowerShell.LocalAccounts": (_account_types, _account_views),
    "Microsoft.PowerShell.Security": (_security_types, _security_views),
    "Microsoft.WSMan.Management": (_session_option_types, _wsman_views),
}


#: Types of .NET itself whose instances only cmdlets of a module make.
_EARLY = {
    "Microsoft.PowerShell.Management": (
        "system.diagnostics.process",
        "system.diagnostics.eventlog",
        "system.io.drive",
        "system.directoryservices.",
        "system.management.management",
        "system.net.dns",
        "system.net.iphostentry",
        "system.serviceprocess.",
        "microsoft.powershell.commands.management.",
    ),
    "Microsoft.PowerShell.Security": (
        "system.security.accesscontrol.",
        "system.security.cryptography.x509certificates.",
    ),
}
#: Versions of the manifests of 5.1, which scripts name in -MaximumVersion and -RequiredVersion.
_VERSIONS = {
    "BitsTransfer": "2.0.0.0",
    "International": "2.0.0.0",
    "Microsoft.PowerShell.Archive": "1.0.1.0",
    "Microsoft.PowerShell.Diagnostics": "3.0.0.0",
    "Microsoft.PowerShell.Host": "3.0.0.0",
    "Microsoft.PowerShell.Management": "3.1.0.0",
    "Microsoft.PowerShell.Security": "3.0.0.0",
    "Microsoft.WSMan.Management": "3.0.0.0",
    "NetQos": "2.0.0.0",
}
_COMMANDS = "Microsoft.PowerShell.Commands."
#: Cmdlets whose classes have names of their own.
_CLASS_NAMES = {
    "Microsoft.PowerShell.Management": {
        "Invoke-WmiMethod": f"{_COMMANDS}InvokeWmiMethod",
        "New-WebServiceProxy": f"{_COMMANDS}NewWebServiceProxy",
        "Remove-WmiObject": f"{_COMMANDS}RemoveWmiObject",
        "Set-WmiInstance": f"{_COMMANDS}SetWmiInstance",
    },
}
_WINDOW = "It shows a window, and the emulator has none."
#: Why cmdlets have no behaviour.
_MISSING = {
    "Microsoft.PowerShell.Management": {
        "Get-ControlPanelItem": "The items belong to the shell of Windows.",
        "Show-ControlPanelItem": _WINDOW,
        "Show-EventLog": _WINDOW,
    },
}
#: PSJobTypeName of what -AsJob starts.
_JOB_KINDS = {"Microsoft.PowerShell.Management": "WmiJob"}
#: How the classes of cmdlets are named in modules that do not follow the others. The error identifiers of a
#: module that is a script in 5.1 end with the name of the function.
_CLASS_PATTERNS = {
    "International": "Microsoft.InternationalSettings.Commands.{verb}{noun}Command",
    "Microsoft.PowerShell.Archive": "{verb}-{noun}",
    "Microsoft.WSMan.Management": "Microsoft.WSMan.Management.{verb}{noun}Command",
}


def _module(name: str) -> Module:
    return Module(
        name=name,
        version=_VERSIONS.get(name, "1.0.0.0"),
        table=CmdletTable(_HERE, f"{name}.json"),
        behaviours=_BEHAVIOURS.get(name, ()),
        aliases=_ALIASES.get(name, {}),
        class_name=_CLASS_PATTERNS.get(name, f"{_COMMANDS}{{verb}}{{noun}}Command"),
        types=_SHAPES.get(name, (_no_types, _no_views))[0],
        early_types=_EARLY.get(name, ()),
        views=_SHAPES.get(name, (_no_types, _no_views))[1],
        class_names=_CLASS_NAMES.get(name, {}),
        missing=_MISSING.get(name, {}),
        job_kind=_JOB_KINDS.get(name, ""),
    )


#: Cmdlets that are emulated although their module has no package of its own yet.
_BEHAVIOURS = {
    "Microsoft.PowerShell.Management": (
        f"{_HERE}.computers",
        *(
            f"emulator.powershell.modules.management.{one}"
            for one in (
                "contents",
                "items",
                "locations",
                "paths",
                "processes",
                "process_starts",
                "event_logs",
                "time_zones",
                "computer_names",
                "connection_tests",
                "computer_information",
                "item_properties",
                "services",
                "wmi_cmdlets",
                "wmi_events",
                "hot_fixes",
                "transactions",
                "clipboard",
                "drive_creation",
                "event_log_limits",
                "item_invocation",
                "machine_password",
                "process_debugging",
                "recycle_bins",
                "system_restore",
                "web_service_proxies",
            )
        ),
    ),
    "Microsoft.WSMan.Management": tuple(
        f"emulator.powershell.modules.wsman.{one}"
        for one in ("instances", "connections", "credential_delegation", "quick_configuration")
    ),
    "Microsoft.PowerShell.Archive": ("emulator.powershell.modules.management.archives",),
    "Microsoft.PowerShell.Diagnostics": (
        "emulator.powershell.modules.diagnostics.counters",
        "emulator.powershell.modules.diagnostics.events",
    ),
    "Microsoft.PowerShell.Host": (f"{_HERE}.transcripts",),
    "International": ("emulator.powershell.modules.international.locales",),
    "Microsoft.PowerShell.LocalAccounts": ("emulator.powershell.modules.management.local_accounts",),
    "Microsoft.PowerShell.Security": (
        "emulator.powershell.modules.security.secure_strings",
        "emulator.powershell.modules.security.credentials",
        "emulator.powershell.modules.security.signatures",
        "emulator.powershell.modules.security.messages",
        "emulator.powershell.modules.management.access_lists",
        "emulator.powershell.modules.management.execution_policies",
    ),
}


_MODULES = {name: of_windows(_module(name)) for name in (*_EVERYWHERE, *_LATER)}


def declared_modules(*, with_later: bool) -> tuple[Module, ...]:
    """The modules of a Windows; `with_later` from PowerShell 3.0 on."""
    return tuple(_MODULES[name] for name in ((*_EVERYWHERE, *_LATER) if with_later else _EVERYWHERE))
