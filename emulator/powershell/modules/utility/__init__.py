"""Microsoft.PowerShell.Utility."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.powershell.runtime.module import CmdletTable, Module

if TYPE_CHECKING:
    from emulator.powershell.format.views import View

_HERE = "emulator.powershell.modules.utility"


def _views() -> Iterable[View]:
    from emulator.powershell.modules.utility.views import VIEWS

    return VIEWS


_WEB = "emulator.powershell.modules.management.web_requests"
_EXCHANGE = "emulator.powershell.modules.management.web_exchange"
_CLIENTS = "emulator.powershell.modules.management.web_clients"
_PORTS = "emulator.powershell.modules.management.port_clients"
_NO_DEBUGGER = "it is for a debugger, and there is none"
_NO_TRACING = "it shows how Windows PowerShell works inside"
_MISSING = {
    **dict.fromkeys(
        (
            *(f"{verb}-RunspaceDebug" for verb in ("Disable", "Enable", "Get")),
            *("Debug-Runspace", "Set-PSBreakpoint", "Wait-Debugger"),
        ),
        _NO_DEBUGGER,
    ),
    **dict.fromkeys(("Get-TraceSource", "Set-TraceSource", "Trace-Command"), _NO_TRACING),
}

UTILITY = Module(
    name="Microsoft.PowerShell.Utility",
    version="3.1.0.0",
    table=CmdletTable(_HERE),
    behaviours=(
        *(
            f"{_HERE}.{name}"
            for name in (
                "add_type",
                "selection",
                "sorting",
                "grouping",
                "comparing",
                "messages",
                "formats",
                "json",
                "csv",
                "creation",
                "members",
                "time",
                "variables",
                "execution",
                "data_files",
                "html",
                "hashes",
                "clixml",
                "xml_text",
                "xml_search",
                "implicit_remoting",
                "searching",
                "alias_files",
                "events",
                "type_data",
                "format_data",
                "hexadecimal",
                "custom_format",
                "lists",
                "call_stack",
                "runspaces",
                "breakpoints",
                "string_objects",
                "string_examples",
                "screens",
            )
        ),
        # They need the machine, which this package does not know.
        "emulator.powershell.modules.management.security_strings",
        "emulator.powershell.modules.management.clock_setting",
        "emulator.powershell.modules.management.mail",
        _WEB,
    ),
    aliases={
        "clv": "Clear-Variable",
        "compare": "Compare-Object",
        "diff": "Compare-Object",
        "echo": "Write-Output",
        "epal": "Export-Alias",
        "epcsv": "Export-Csv",
        "epsn": "Export-PSSession",
        "fc": "Format-Custom",
        "fl": "Format-List",
        "ft": "Format-Table",
        "fw": "Format-Wide",
        "gal": "Get-Alias",
        "gm": "Get-Member",
        "group": "Group-Object",
        "gu": "Get-Unique",
        "gv": "Get-Variable",
        "iex": "Invoke-Expression",
        "ipcsv": "Import-Csv",
        "ipsn": "Import-PSSession",
        "irm": "Invoke-RestMethod",
        "iwr": "Invoke-WebRequest",
        "curl": "Invoke-WebRequest",
        "wget": "Invoke-WebRequest",
        "measure": "Measure-Object",
        "nal": "New-Alias",
        "nv": "New-Variable",
        "ogv": "Out-GridView",
        "rv": "Remove-Variable",
        "sal": "Set-Alias",
        "select": "Select-Object",
        "set": "Set-Variable",
        "sleep": "Start-Sleep",
        "sls": "Select-String",
        "sort": "Sort-Object",
        "sv": "Set-Variable",
        "tee": "Tee-Object",
        "write": "Write-Output",
    },
    views=_views,
    class_names={
        "Write-Error": "Microsoft.PowerShell.Commands.WriteErrorCommand",
        "Start-Sleep": "Microsoft.PowerShell.Commands.StartSleepCommand",
        "Import-LocalizedData": "Microsoft.PowerShell.Commands.ImportLocalizedData",
        "Send-MailMessage": "Microsoft.PowerShell.Commands.SendMailMessage",
    },
    missing=_MISSING,
    types_of_behaviours={
        "microsoft.powershell.commands.basichtmlwebresponseobject": _WEB,
        "microsoft.powershell.commands.webresponseobject": _WEB,
        "microsoft.powershell.commands.webrequestsession": _WEB,
        "system.net.webrequest": _EXCHANGE,
        "system.net.httpwebrequest": _EXCHANGE,
        "system.net.httpwebresponse": _EXCHANGE,
        "system.net.webclient": _CLIENTS,
        "system.net.webheadercollection": _CLIENTS,
        "system.net.sockets.tcpclient": _PORTS,
        "system.net.networkinformation.ping": _PORTS,
        "system.net.networkinformation.pingreply": _PORTS,
        "system.net.networkinformation.ipstatus": _PORTS,
        "system.net.networkinformation.pingexception": _PORTS,
        "system.threading.tasks.task": _PORTS,
        "microsoft.powershell.commands.bytecollection": f"{_HERE}.hexadecimal",
        "microsoft.powershell.commands.matchinfo": f"{_HERE}.searching",
        "microsoft.powershell.commands.matchinfocontext": f"{_HERE}.searching",
        "microsoft.powershell.commands.selectxmlinfo": f"{_HERE}.xml_search",
    },
    loaded_at_start=True,
)
"""The module; its cmdlets are there without being imported."""
