"""Microsoft.PowerShell.Utility."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.powershell.modules.windows_modules import of_windows
from emulator.powershell.runtime.module import CmdletTable, Module

if TYPE_CHECKING:
    from emulator.powershell.format.views import View

_HERE = "emulator.powershell.modules.utility"


def _views() -> Iterable[View]:
    from emulator.powershell.modules.utility.views import VIEWS

    return VIEWS


_WEB = "emulator.powershell.modules.management.web"
_HTTP = "emulator.powershell.modules.management.http_clients"
_INTERFACES = "emulator.powershell.modules.management.network_information"
_WATCHERS = "emulator.powershell.modules.management.file_watchers"
_WMI_EVENTS = "emulator.powershell.modules.management.wmi_events"
_PORTS = "emulator.powershell.modules.management.port_clients"

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
                "tracing",
            )
        ),
        # They need the machine, which this package does not know.
        "emulator.powershell.modules.management.security_strings",
        "emulator.powershell.modules.management.clock_setting",
        "emulator.powershell.modules.management.mail",
        f"{_WEB}_requests",
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
        "Convert-String": "Microsoft.PowerShell.Commands.StringManipulation.ConvertStringCommand",
        "ConvertFrom-String": "Microsoft.PowerShell.Commands.StringManipulation.ConvertFromStringCommand",
        "Write-Error": "Microsoft.PowerShell.Commands.WriteErrorCommand",
        "Start-Sleep": "Microsoft.PowerShell.Commands.StartSleepCommand",
        "Import-LocalizedData": "Microsoft.PowerShell.Commands.ImportLocalizedData",
        "Send-MailMessage": "Microsoft.PowerShell.Commands.SendMailMessage",
    },
    types_of_behaviours={
        "microsoft.powershell.commands.basichtmlwebresponseobject": f"{_WEB}_responses",
        "microsoft.powershell.commands.htmlwebresponseobject": f"{_WEB}_responses",
        "microsoft.powershell.commands.webresponseobject": f"{_WEB}_responses",
        "microsoft.powershell.commands.webrequestsession": f"{_WEB}_sessions",
        "system.net.webrequest": f"{_WEB}_messages",
        "system.net.webresponse": f"{_WEB}_messages",
        "system.net.httpwebrequest": f"{_WEB}_messages",
        "system.net.httpwebresponse": f"{_WEB}_messages",
        "system.net.webheadercollection": f"{_WEB}_messages",
        "system.net.webclient": f"{_WEB}_clients",
        "system.net.http.bytearraycontent": _HTTP,
        "system.net.http.formurlencodedcontent": _HTTP,
        "system.net.http.headers.httpheaders": _HTTP,
        "system.net.http.httpclient": _HTTP,
        "system.net.http.httpclienthandler": _HTTP,
        "system.net.http.httpcontent": _HTTP,
        "system.net.http.httpmethod": _HTTP,
        "system.net.http.httprequestmessage": _HTTP,
        "system.net.http.httpresponsemessage": _HTTP,
        "system.net.http.stringcontent": _HTTP,
        "system.net.cookie": f"{_WEB}_cookies",
        "system.net.cookiecollection": f"{_WEB}_cookies",
        "system.net.cookiecontainer": f"{_WEB}_cookies",
        "system.net.credentialcache": f"{_WEB}_credentials",
        "system.net.webproxy": f"{_WEB}_credentials",
        "system.io.filesystemwatcher": _WATCHERS,
        "system.io.notifyfilters": _WATCHERS,
        "system.io.waitforchangedresult": _WATCHERS,
        "system.io.watcherchangetypes": _WATCHERS,
        "system.management.eventquery": _WMI_EVENTS,
        "system.management.eventwatcheroptions": _WMI_EVENTS,
        "system.management.managementeventwatcher": _WMI_EVENTS,
        "system.management.wqleventquery": _WMI_EVENTS,
        "system.net.sockets.tcpclient": _PORTS,
        "system.net.networkinformation.gatewayipaddressinformation": _INTERFACES,
        "system.net.networkinformation.ipglobalproperties": _INTERFACES,
        "system.net.networkinformation.ipinterfaceproperties": _INTERFACES,
        "system.net.networkinformation.networkinterface": _INTERFACES,
        "system.net.networkinformation.networkinterfacetype": _INTERFACES,
        "system.net.networkinformation.operationalstatus": _INTERFACES,
        "system.net.networkinformation.physicaladdress": _INTERFACES,
        "system.net.networkinformation.tcpconnectioninformation": _INTERFACES,
        "system.net.networkinformation.tcpstate": _INTERFACES,
        "system.net.networkinformation.unicastipaddressinformation": _INTERFACES,
        "system.net.networkinformation.ping": _PORTS,
        "system.net.networkinformation.pingreply": _PORTS,
        "system.net.networkinformation.ipstatus": _PORTS,
        "system.net.networkinformation.pingexception": _PORTS,
        **{
            f"system.management.automation.{one}": f"{_HERE}.format_definitions"
            for one in (
                *("tablecontrol", "listcontrol", "widecontrol", "customcontrol", "pscontrol", "alignment"),
                *("formatviewdefinition", "extendedtypedefinition"),
            )
        },
        "microsoft.powershell.commands.bytecollection": f"{_HERE}.hexadecimal",
        "microsoft.powershell.commands.matchinfo": f"{_HERE}.searching",
        "microsoft.powershell.commands.matchinfocontext": f"{_HERE}.searching",
        "microsoft.powershell.commands.selectxmlinfo": f"{_HERE}.xml_search",
    },
    loaded_at_start=True,
)
of_windows(UTILITY)
"""The module; its cmdlets are there without being imported."""
