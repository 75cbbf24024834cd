"""A machine, the host that it is on, its settings and what else describes it."""

from __future__ import annotations

from typing import Any

from emulator.wmi.association import End, Link, itself
from emulator.wmi.virtualization_v2 import (
    bios,
    capabilities,
    computer_system,
    drives,
    export_settings,
    planned_systems,
    reaches,
    security,
    summary,
    system_settings,
)
from emulator.wmi.virtualization_v2.associations.parts import SETTING_VIEWS
from emulator.wmi.virtualization_v2.common_links import component_links, host_links

MACHINE = computer_system.MachineSystem
SETTINGS = system_settings.RealizedSettings
_CURRENT: dict[str, Any] = {"IsCurrent": 1, "IsDefault": 1, "IsNext": 0}
#: Of the settings of a machine with themselves (recorded 2012 R2 host).
_OWN: dict[str, Any] = {"IsCurrent": 2, "IsDefault": 1, "IsNext": 0}

LINKS: tuple[Link, ...] = (
    *planned_systems.links(SETTING_VIEWS),
    *host_links(MACHINE),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", MACHINE, itself),
        End("SettingData", SETTINGS, itself),
    ),
    Link(
        "Msvm_ElementSettingData",
        End("ManagedElement", SETTINGS, itself),
        End("SettingData", SETTINGS, itself),
        values=_OWN,
    ),
    *component_links(SETTINGS, reaches.machine, SETTING_VIEWS),
    Link(
        "Msvm_BootSourceComponent",
        End("GroupComponent", SETTINGS, reaches.devices(drives.BootSource)),
        End("PartComponent", drives.BootSource, reaches.machine),
    ),
    Link(
        "Msvm_SystemBIOS",
        End("GroupComponent", MACHINE, itself),
        End("PartComponent", bios.BiosElement, itself),
    ),
    Link(
        "Msvm_SystemComponent",
        End("GroupComponent", MACHINE, lambda _, vm: (vm.security,)),
        End("PartComponent", security.SecurityElement, reaches.machine),
    ),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", security.SecurityElement, itself),
        End("SettingData", security.SecuritySettingView, security.element_of),
    ),
    Link(
        "Msvm_ElementCapabilities",
        End("ManagedElement", MACHINE, itself),
        End("Capabilities", capabilities.VirtualSystemCapabilities, itself),
    ),
    Link(
        "Msvm_SystemExportSettingData",
        End("ManagedElement", MACHINE, itself),
        End("SettingData", export_settings.VirtualSystemExportSettings, itself),
        values=_CURRENT,
    ),
    Link(
        "Msvm_ComputerSystemSummaryInformation",
        End("Antecedent", MACHINE, itself),
        End("Dependent", summary.Summary, itself),
    ),
)
