"""What the manifests of Windows' own modules say of them: their GUIDs, where they stand, and where their help
is.

GUIDs are those of the pages of PowerShell-Docs (reference/5.1) and windows-powershell-docs; so are the
addresses of the help of each server release since 2016. The addresses of the engine's own modules are those
of the first public source.
"""

from __future__ import annotations

from emulator.powershell.runtime.module import Module

HOME = "C:\\Windows\\system32\\WindowsPowerShell\\v1.0"
"""$PSHOME, which is also ModuleBase of the engine's own modules."""
_REDIRECTOR = "https://go.microsoft.com/fwlink/?linkid="
_GUIDS = {
    "BitsTransfer": "8fa5064b-8479-4c5c-86ea-0d311fe48875",
    "CimCmdlets": "fb6cc51d-c096-4b38-b78d-0fed6277096a",
    "Dism": "389c464d-8b8d-48e9-aafe-6d8a590d6798",
    "DnsClient": "5696d5ef-fa2d-4997-94f1-0bc13daa2ac5",
    "Hyper-V": "af4bddd0-8583-4ff2-84b2-a33f5c8de8a7",
    "International": "561544e6-3a83-4d24-b140-78ad771eaf10",
    "iSCSI": "53e1c251-4283-4b07-ab02-fc492c7ab8c5",
    "Microsoft.PowerShell.Archive": "eb74e8da-9ae2-482a-a648-e96550fb8733",
    "Microsoft.PowerShell.Core": "00000000-0000-0000-0000-000000000000",
    "Microsoft.PowerShell.Diagnostics": "ca046f10-ca64-4740-8ff9-2565dba61a4f",
    "Microsoft.PowerShell.Host": "56d66100-99a0-4ffc-a12d-eee9a6718aef",
    "Microsoft.PowerShell.LocalAccounts": "8e362604-2c0b-448f-a414-a6a690a644e2",
    "Microsoft.PowerShell.Management": "eefcb906-b326-4e99-9f54-8b4bb6ef3c6d",
    "Microsoft.PowerShell.Security": "a94c8c7e-9810-47c0-b8af-65089c13a35a",
    "Microsoft.PowerShell.Utility": "1da87e53-152b-403e-98dc-74d7b4d63d59",
    "Microsoft.WSMan.Management": "766204a6-330e-4263-a7ab-46c87afc366c",
    "NetAdapter": "1042b422-63a8-4016-a6d6-293e19e8f8a6",
    "NetConnection": "ce4ff86e-9416-4f2d-a869-c860ac543b5e",
    "NetLbfo": "80cf4c6d-30b7-4b0f-a035-dbb23a65ef1d",
    "NetNat": "e5439f56-42aa-4fdf-8705-50c782a89345",
    "NetQos": "743692b7-a227-4389-b082-2b47de1d0d2d",
    "NetSecurity": "4b26ff51-7aee-4731-9cf7-508b82532cbf",
    "NetTCPIP": "2d0b6c7f-16a0-4185-843f-ae47b6db4551",
    "PKI": "cf094c6b-63d1-4dda-bf70-15a602c4eb2b",
    "PnpDevice": "ad34bc8b-1cf8-47d8-bd82-f681c5358e1c",
    "ScheduledTasks": "5378ee8e-e349-49bb-83b9-f3d9c396c0a6",
    "ServerManager": "d8e0cae9-8e9b-45bc-bfed-0aad50938af0",
    "SmbShare": "3af1699d-cc54-4e54-81cf-28d2df5cce0a",
    "Storage": "41486f7d-842f-40f1-ace4-8405f9c2ed9b",
}
CORE = "Microsoft.PowerShell.Core"
ENGINE_MODULES = {
    "Microsoft.PowerShell.Diagnostics": f"{_REDIRECTOR}390783",
    CORE: f"{_REDIRECTOR}390782",
    "Microsoft.PowerShell.Utility": f"{_REDIRECTOR}390787",
    "Microsoft.PowerShell.Host": f"{_REDIRECTOR}390784",
    "Microsoft.PowerShell.Management": f"{_REDIRECTOR}390785",
    "Microsoft.PowerShell.Security": f"{_REDIRECTOR}390786",
    "Microsoft.WSMan.Management": f"{_REDIRECTOR}390788",
}
"""The engine's own modules and the addresses of their help, in the order in which Update-Help knows them."""
_HELP_OF_RELEASES = {
    release: f"https://aka.ms/winsvr-{release}-pshelp" for release in ("2016", "2019", "2022", "2025")
}
_OF_ALL_RELEASES = ""
#: These come with Windows PowerShell and have one address in all releases.
_OF_POWERSHELL = ("CimCmdlets", "Microsoft.PowerShell.Archive", "Microsoft.PowerShell.LocalAccounts")
_HELP_OF_POWERSHELL = "https://aka.ms/powershell51-help"


def of_windows(module: Module) -> Module:
    """The module with what its manifest in Windows says; what it says itself already stays."""
    name = module.name
    module.guid = _GUIDS[name]
    if name == CORE:
        return module  # a snap-in, which has no manifest
    module.path = module.path or f"{HOME}\\Modules\\{name}\\{name}.psd1"
    if name in ENGINE_MODULES:
        module.base = HOME
        module.help_addresses = {_OF_ALL_RELEASES: ENGINE_MODULES[name]}
    elif name in _OF_POWERSHELL:
        module.help_addresses = {_OF_ALL_RELEASES: _HELP_OF_POWERSHELL}
    else:
        module.help_addresses = _HELP_OF_RELEASES
    return module
