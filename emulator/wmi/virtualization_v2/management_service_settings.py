"""Msvm_VirtualSystemManagementServiceSettingData: the host-wide settings of Hyper-V."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from emulator.wmi.changes import Rule, flag, number, text
from emulator.wmi.virtualization_v2.base import HostElementView

if TYPE_CHECKING:
    from emulator.host import Host

#: What ModifyServiceSettings can write.
SERVICE_WRITABLE = {
    "DefaultExternalDataRoot": Rule("", "virtual_machine_path", text),
    "DefaultVirtualHardDiskPath": Rule("", "virtual_hard_disk_path", text),
    "EnhancedSessionModeEnabled": Rule("", "enhanced_session_mode", flag),
    "HbaLunTimeout": Rule("", "hba_lun_timeout", number),
    "MaximumMacAddress": Rule("", "mac_address_maximum", text),
    "MinimumMacAddress": Rule("", "mac_address_minimum", text),
    "NumaSpanningEnabled": Rule("", "numa_spanning_enabled", flag),
    "CurrentWWNNAddress": Rule("", "wwnn", text),
    "MaximumWWPNAddress": Rule("", "wwpn_maximum", text),
    "MinimumWWPNAddress": Rule("", "wwpn_minimum", text),
}


class ManagementServiceSettings(HostElementView):
    """Host-wide settings of Hyper-V."""

    class_name = "Msvm_VirtualSystemManagementServiceSettingData"
    constants = {
        "BiosLockString": "",
        "Caption": "Hyper-V Virtual System Management Service",
        "DefaultVirtualHardDiskCachingMode": 0,
        "ElementName": "Hyper-V Virtual System Management Service",
        "HypervisorRootSchedulerEnabled": False,
        "PrimaryOwnerContact": "",
        "PrimaryOwnerName": "Administrators",
    }

    def revision(self, item: Host) -> Hashable | None:
        return item.settings.revision

    def InstanceID(self, host: Host) -> str:
        return f"Microsoft:{host.name}"

    def HbaLunTimeout(self, host: Host) -> int:
        return host.settings.hba_lun_timeout

    def DefaultExternalDataRoot(self, host: Host) -> str:
        return host.settings.virtual_machine_path

    def DefaultVirtualHardDiskPath(self, host: Host) -> str:
        return host.settings.virtual_hard_disk_path

    def MinimumMacAddress(self, host: Host) -> str:
        return host.settings.mac_address_minimum

    def MaximumMacAddress(self, host: Host) -> str:
        return host.settings.mac_address_maximum

    def CurrentWWNNAddress(self, host: Host) -> str:
        return host.settings.wwnn

    def MinimumWWPNAddress(self, host: Host) -> str:
        return host.settings.wwpn_minimum

    def MaximumWWPNAddress(self, host: Host) -> str:
        return host.settings.wwpn_maximum

    def NumaSpanningEnabled(self, host: Host) -> bool:
        return host.settings.numa_spanning_enabled

    def EnhancedSessionModeEnabled(self, host: Host) -> bool:
        return host.settings.enhanced_session_mode
