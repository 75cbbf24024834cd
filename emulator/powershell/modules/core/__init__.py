"""Microsoft.PowerShell.Core: the cmdlets of the engine itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.powershell.modules.core.functions import FUNCTIONS
from emulator.powershell.modules.windows_modules import of_windows
from emulator.powershell.runtime.module import CmdletTable, Module

if TYPE_CHECKING:
    from emulator.powershell.format.views import View

_HERE = "emulator.powershell.modules.core"
_REMOTING = "emulator.powershell.modules.remoting"
_UPDATABLE_HELP = "emulator.powershell.modules.updatable_help"


def _views() -> Iterable[View]:
    from emulator.powershell.modules.core.help_views import views
    from emulator.powershell.modules.core.session_views import VIEWS

    return (*views(), *VIEWS)


CORE = Module(
    name="Microsoft.PowerShell.Core",
    version="3.0.0.0",
    table=CmdletTable(_HERE),
    behaviours=(
        f"{_HERE}.pipeline",
        f"{_HERE}.discovery",
        f"{_HERE}.module_listing",
        f"{_HERE}.module_import",
        f"{_HERE}.module_making",
        f"{_HERE}.module_removal",
        f"{_HERE}.manifests",
        f"{_HERE}.output",
        f"{_HERE}.strict",
        f"{_HERE}.script_debugging",
        f"{_HERE}.invocation",
        f"{_HERE}.help",
        f"{_HERE}.history",
        f"{_HERE}.jobs",
        f"{_HERE}.job_results",
        f"{_HERE}.sessions",
        f"{_HERE}.session_connections",
        f"{_HERE}.interactive_sessions",
        f"{_HERE}.snap_ins",
        f"{_HERE}.console_files",
        f"{_HERE}.completion",
        # Those that are about the machine live beside the engine's own.
        f"{_REMOTING}.session_capabilities",
        f"{_REMOTING}.session_configurations",
        f"{_REMOTING}.session_configuration_files",
        f"{_REMOTING}.remoting",
        f"{_REMOTING}.host_processes",
        f"{_UPDATABLE_HELP}.save_help",
        f"{_UPDATABLE_HELP}.update_help",
    ),
    types_of_behaviours={
        "microsoft.powershell.commands.historyinfo": f"{_HERE}.history",
        "system.management.automation.commandmetadata": f"{_HERE}.proxy_commands",
        "system.management.automation.proxycommand": f"{_HERE}.proxy_commands",
        "system.management.automation.runspaces.pssession": f"{_HERE}.session_objects",
    },
    views=_views,
    aliases={
        "%": "ForEach-Object",
        "?": "Where-Object",
        "asnp": "Add-PSSnapin",
        "clear": "Clear-Host",
        "clhy": "Clear-History",
        "cls": "Clear-Host",
        "cnsn": "Connect-PSSession",
        "dnsn": "Disconnect-PSSession",
        "etsn": "Enter-PSSession",
        "exsn": "Exit-PSSession",
        "foreach": "ForEach-Object",
        "gcm": "Get-Command",
        "ghy": "Get-History",
        "gjb": "Get-Job",
        "gmo": "Get-Module",
        "gsn": "Get-PSSession",
        "gsnp": "Get-PSSnapin",
        "h": "Get-History",
        "history": "Get-History",
        "icm": "Invoke-Command",
        "ihy": "Invoke-History",
        "ipmo": "Import-Module",
        "man": "help",
        "md": "mkdir",
        "nmo": "New-Module",
        "nsn": "New-PSSession",
        "oh": "Out-Host",
        "r": "Invoke-History",
        "rcjb": "Receive-Job",
        "rcsn": "Receive-PSSession",
        "rjb": "Remove-Job",
        "rmo": "Remove-Module",
        "rsn": "Remove-PSSession",
        "rsnp": "Remove-PSSnapin",
        "rujb": "Resume-Job",
        "sajb": "Start-Job",
        "spjb": "Stop-Job",
        "sujb": "Suspend-Job",
        "where": "Where-Object",
        "wjb": "Wait-Job",
    },
    functions=FUNCTIONS,
    loaded_at_start=True,
)
of_windows(CORE)
"""The module; its cmdlets are there without being imported."""
