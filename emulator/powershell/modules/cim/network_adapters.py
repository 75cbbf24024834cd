"""NetAdapter: adapters, what they can and how they are set. NetLbfo: teams of them."""

from __future__ import annotations

from typing import Any

from emulator.powershell.modules.cim.noun_cmdlets import (
    Noun,
    change_cmdlet,
    create_cmdlet,
    method_cmdlet,
    query_cmdlet,
    remove_cmdlet,
    same_names,
    static_cmdlet,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall


def _is_physical(call: CmdletCall, instance: Any) -> bool:
    return not call.get("Physical") or bool(instance.value("ConnectorPresent"))


_BY_NAME = same_names("Name", "InterfaceDescription")
_ADAPTER = Noun(
    "MSFT_NetAdapter", same_names("Name", "InterfaceDescription", "InterfaceIndex"), only_if=_is_physical
)
get_adapter = query_cmdlet("Get-NetAdapter", _ADAPTER)
enable_adapter = method_cmdlet("Enable-NetAdapter", Noun("MSFT_NetAdapter", _BY_NAME), "Enable")
disable_adapter = method_cmdlet("Disable-NetAdapter", Noun("MSFT_NetAdapter", _BY_NAME), "Disable")
restart_adapter = method_cmdlet("Restart-NetAdapter", Noun("MSFT_NetAdapter", _BY_NAME), "Restart")
rename_adapter = method_cmdlet(
    "Rename-NetAdapter", Noun("MSFT_NetAdapter", _BY_NAME), "Rename", {"NewName": "NewName"}
)

_BINDING = Noun("MSFT_NetAdapterBindingSettingData", {**_BY_NAME, **same_names("ComponentID", "DisplayName")})
get_binding = query_cmdlet("Get-NetAdapterBinding", _BINDING)
enable_binding = method_cmdlet("Enable-NetAdapterBinding", _BINDING, "Enable")
disable_binding = method_cmdlet("Disable-NetAdapterBinding", _BINDING, "Disable")

_PROPERTY = Noun(
    "MSFT_NetAdapterAdvancedPropertySettingData", {**_BY_NAME, **same_names("RegistryKeyword", "DisplayName")}
)
get_property = query_cmdlet("Get-NetAdapterAdvancedProperty", _PROPERTY)
set_property = change_cmdlet(
    "Set-NetAdapterAdvancedProperty", _PROPERTY, same_names("DisplayValue", "RegistryValue")
)

get_statistics = query_cmdlet(
    "Get-NetAdapterStatistics", Noun("MSFT_NetAdapterStatisticsSettingData", _BY_NAME)
)
get_hardware = query_cmdlet(
    "Get-NetAdapterHardwareInfo", Noun("MSFT_NetAdapterHardwareInfoSettingData", _BY_NAME)
)
get_vmq = query_cmdlet("Get-NetAdapterVmq", Noun("MSFT_NetAdapterVmqSettingData", _BY_NAME))
get_sriov = query_cmdlet("Get-NetAdapterSriov", Noun("MSFT_NetAdapterSriovSettingData", _BY_NAME))
_RDMA = Noun("MSFT_NetAdapterRdmaSettingData", _BY_NAME)
get_rdma = query_cmdlet("Get-NetAdapterRdma", _RDMA)
enable_rdma = method_cmdlet("Enable-NetAdapterRdma", _RDMA, "Enable")

_TEAM = Noun("MSFT_NetLbfoTeam", same_names("Name"), ("MemberOfTheTeam", "TeamNicForTheTeam"))
_MODES = same_names("TeamingMode", "LoadBalancingAlgorithm", "LacpTimer")
get_team = query_cmdlet("Get-NetLbfoTeam", _TEAM)
new_team = create_cmdlet(
    "New-NetLbfoTeam",
    "MSFT_NetLbfoTeam",
    {**same_names("Name"), **_MODES},
    same_names("TeamMembers", "TeamNicName"),
)
set_team = change_cmdlet("Set-NetLbfoTeam", _TEAM, _MODES)
remove_team = remove_cmdlet("Remove-NetLbfoTeam", _TEAM)
rename_team = static_cmdlet("Rename-NetLbfoTeam", "MSFT_NetLbfoTeam", "Rename", same_names("Name", "NewName"))

_MEMBER = Noun("MSFT_NetLbfoTeamMember", same_names("Name", "Team"), ("TeamForTheMember",))
get_member = query_cmdlet("Get-NetLbfoTeamMember", _MEMBER)
add_member = create_cmdlet(
    "Add-NetLbfoTeamMember",
    "MSFT_NetLbfoTeamMember",
    same_names("Team", "AdministrativeMode"),
    same_names("Name"),
)
set_member = change_cmdlet("Set-NetLbfoTeamMember", _MEMBER, same_names("AdministrativeMode"))
remove_member = remove_cmdlet("Remove-NetLbfoTeamMember", _MEMBER)

_NIC = Noun("MSFT_NetLbfoTeamNic", same_names("Name", "Team"), ("TeamForTheNic",))
get_nic = query_cmdlet("Get-NetLbfoTeamNic", _NIC)
add_nic = create_cmdlet("Add-NetLbfoTeamNic", "MSFT_NetLbfoTeamNic", same_names("Team", "VlanID", "Name"))
set_nic = change_cmdlet("Set-NetLbfoTeamNic", _NIC, {}, same_names("VlanID", "Default"))
remove_nic = remove_cmdlet("Remove-NetLbfoTeamNic", Noun("MSFT_NetLbfoTeamNic", same_names("Team", "VlanID")))
