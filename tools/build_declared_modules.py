"""Write the tables of Windows modules that are not emulated yet: the shapes of their cmdlets by release.

    python tools/build_declared_modules.py FACTS.json

FACTS.json holds `modules`: module -> cmdlet -> {"in": "2012 2016 ...", "p": ...}; the rows of `cmdlet_facts.json` are
added, or stand in for those of the same name. Only what nothing else declares is written, one file a module below
emulator/powershell/modules/declared, or below modules/cim for those that are made of CIM classes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

MODULES = Path(__file__).parent.parent / "emulator" / "powershell" / "modules"
MORE_FACTS = Path(__file__).parent / "cmdlet_facts.json"
FOLDER = MODULES / "declared"
#: Modules whose cmdlets are made of CIM classes.
OF_CLASSES = (
    "CimCmdlets",
    "DnsClient",
    "NetAdapter",
    "NetConnection",
    "NetLbfo",
    "NetNat",
    "NetSecurity",
    "NetTCPIP",
    "SmbShare",
)
#: Modules with a package of their own that take their table from here.
OWN = {
    "ScheduledTasks": MODULES / "scheduled_tasks" / "cmdlets.json",
    "Storage": MODULES / "storage" / "cmdlets.json",
    **{name: MODULES / "cim" / f"{name}.json" for name in OF_CLASSES},
}
#: Name or noun of a cmdlet of Storage -> class of the objects that it takes, where that is not the noun's own.
STORAGE_NOUNS = {
    "New-StoragePool": "StorageSubSystem",
    "New-VirtualDisk": "StoragePool",
    "FileIntegrity": "Volume",
    "PartitionAccessPath": "Partition",
    "PartitionSupportedSize": "Partition",
    "StorageHealthSetting": "StorageSubSystem",
    "StorageSubsystem": "StorageProvider",
    "VirtualDiskSupportedSize": "StoragePool",
    "VolumeCache": "Volume",
}
#: Part of the name of a cmdlet's noun or of a parameter of the network modules -> class of the objects that it
#: takes, where the class is not MSFT_Net and that part.
NETWORK_CLASSES = {
    "Adapter": "MSFT_NetAdapter",
    "AdapterAdvancedProperty": "MSFT_NetAdapterAdvancedPropertySettingData",
    "AdapterBinding": "MSFT_NetAdapterBindingSettingData",
    "AdapterQos": "MSFT_NetAdapterQosSettingData",
    "AdapterRdma": "MSFT_NetAdapterRdmaSettingData",
    "AdapterVmq": "MSFT_NetAdapterVmqSettingData",
    "DnsClient": "MSFT_DNSClient",
    "DnsClientGlobalSetting": "MSFT_DNSClientGlobalSetting",
    "DnsClientServerAddress": "MSFT_DNSClientServerAddress",
    "FirewallAddressFilter": "MSFT_NetAddressFilter",
    "FirewallApplicationFilter": "MSFT_NetApplicationFilter",
    "FirewallInterfaceFilter": "MSFT_NetInterfaceFilter",
    "FirewallInterfaceTypeFilter": "MSFT_NetInterfaceTypeFilter",
    "FirewallPortFilter": "MSFT_NetProtocolPortFilter",
    "FirewallSecurityFilter": "MSFT_NetNetworkLayerSecurityFilter",
    "FirewallServiceFilter": "MSFT_NetServiceFilter",
    "MemberOfTheTeam": "MSFT_NetLbfoTeamMember",
    "TeamForTheMember": "MSFT_NetLbfoTeam",
    "TeamForTheNic": "MSFT_NetLbfoTeam",
    "TeamNicForTheTeam": "MSFT_NetLbfoTeamNic",
}
#: Emulated modules have tables of their own; the last two belong to features that no profile installs.
LEFT_OUT = {
    "Microsoft.PowerShell.Core",
    "Microsoft.PowerShell.Utility",
    "ServerManager",
    "FailoverClusters",
    "DcbQos",
}
#: They ask before they throw data away (general knowledge).
DANGEROUS = {
    "Clear-Disk",
    "Remove-Partition",
    *(f"{verb}-SmbShareAccess" for verb in ("Grant", "Revoke", "Block", "Unblock")),
    "Remove-SmbShare",
    "Set-SmbShare",
}

UNREAD = {"rec", "doc"}


def main() -> None:
    facts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    more = json.loads(MORE_FACTS.read_text(encoding="utf-8"))
    for module, known in facts["modules"].items():
        if module in LEFT_OUT:
            continue
        cmdlets = known | more["modules"].get(module, {})
        cmdlets = {name: row | ({"sp": "High"} if name in DANGEROUS else {}) for name, row in cmdlets.items()}
        if module == "Storage":
            cmdlets = {name: _with_classes(name, row) for name, row in cmdlets.items()}
        if module in OF_CLASSES and module not in ("CimCmdlets", "SmbShare"):
            cmdlets = {name: _with_network_classes(name, row) for name, row in cmdlets.items()}
        rows = [f'"{name}":{_row(row)}' for name, row in sorted(cmdlets.items())]
        text = '{\n"format":"cmdlets/1",\n"cmdlets":{\n' + ",\n".join(rows) + "\n}\n}\n"
        OWN.get(module, FOLDER / f"{module}.json").write_text(text, encoding="utf-8")


def _with_network_classes(name: str, row: dict[str, Any]) -> dict[str, Any]:
    """The same for the network modules."""
    parameters = {}
    for parameter, facts in row.get("p", {}).items():
        kind = facts.get("t", "")
        if kind.removesuffix("[]") == "ciminstance":
            thing = (
                name.partition("-")[2] if parameter == "InputObject" else parameter.removeprefix("Associated")
            )
            thing = thing.removeprefix("Net")
            wanted = NETWORK_CLASSES.get(thing, f"MSFT_Net{thing}")
            facts = {**facts, "t": wanted + kind.removeprefix("ciminstance")}
        parameters[parameter] = facts
    return {**row, "p": parameters}


def _with_classes(name: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row with the class of each object that the cmdlet takes: by it the pipeline finds the parameter."""
    noun = name.partition("-")[2]
    own = STORAGE_NOUNS.get(name, STORAGE_NOUNS.get(noun, noun))
    parameters = {}
    for parameter, facts in row.get("p", {}).items():
        kind = facts.get("t", "")
        if kind.removesuffix("[]") == "ciminstance":
            thing = own if parameter == "InputObject" else parameter.removesuffix("ToUse").removesuffix("s")
            facts = {**facts, "t": f"MSFT_{thing}" + kind.removeprefix("ciminstance")}
        parameters[parameter] = facts
    return {**row, "p": parameters}


def _row(row: dict[str, object]) -> str:
    """One line: `in` first, without the marks of evidence that nothing reads."""
    kept = {"in": row["in"], **{key: value for key, value in row.items() if key not in UNREAD}}
    return json.dumps(kept, separators=(",", ":"))


if __name__ == "__main__":
    main()
