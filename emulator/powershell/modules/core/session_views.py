"""How session configurations and snap-ins are shown."""

from __future__ import annotations

from emulator.powershell.format.views import View, listing

VIEWS: tuple[View, ...] = (
    listing(
        "Microsoft.PowerShell.Commands.PSSessionConfigurationCommands#PSSessionConfiguration",
        entries=("Name", "PSVersion", "StartupScript", "RunAsUser", "Permission"),
    ),
    listing(
        "System.Management.Automation.PSSnapInInfo",
        entries=("Name", "PSVersion", "Description"),
    ),
)
