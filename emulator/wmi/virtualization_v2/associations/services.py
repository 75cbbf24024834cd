"""The services of the host: what they manage, their settings and what they are capable of."""

from __future__ import annotations

from typing import Any

from emulator.wmi.association import End, Link, every, the_host
from emulator.wmi.virtualization_v2 import (
    capabilities,
    collections,
    computer_system,
    console,
    expansion_views,
    export_settings,
    image_service,
    management_service,
    management_service_settings,
    metric_service,
    migration_service,
    pool_service,
    reaches,
    security,
    snapshot_service,
    switch_service,
)
from emulator.wmi.virtualization_v2.common_links import service_links

MACHINE = computer_system.MachineSystem
_CREATES: dict[str, Any] = {"ElementEffects": [5]}
_CURRENT: dict[str, Any] = {"IsCurrent": 1, "IsDefault": 1, "IsNext": 0}
_DEFAULT = {"PropertyPolicy": 0, "SupportStatement": 0, "ValueRange": 0, "ValueRole": 0}

_HOSTED = (
    management_service.ManagementService,
    collections.CollectionManagementService,
    console.TerminalService,
    security.SecurityService,
    pool_service.PoolConfigurationService,
    metric_service.MetricService,
    switch_service.SwitchManagementService,
    image_service.ImageService,
    snapshot_service.SnapshotService,
    *expansion_views.SERVICES,
)
_SETTINGS = (
    (management_service.ManagementService, management_service_settings.ManagementServiceSettings),
    (console.TerminalService, console.TerminalServiceSettings),
    (metric_service.MetricService, metric_service.MetricServiceSettings),
)
_CAPABILITIES = (
    (metric_service.MetricService, metric_service.MetricServiceCapabilities),
    (management_service.ManagementService, capabilities.ManagementCapabilities),
    (pool_service.PoolConfigurationService, capabilities.PoolConfigurationCapabilities),
)

LINKS: tuple[Link, ...] = (
    *service_links(_HOSTED),
    *(
        Link(
            "Msvm_ServiceAffectsElement",
            End("AffectingElement", service, reaches.machines),
            End("AffectedElement", MACHINE, the_host),
            values=_CREATES,
        )
        for service in (management_service.ManagementService, console.TerminalService)
    ),
    *(
        Link(
            "Msvm_ElementSettingData",
            End("ManagedElement", service, the_host),
            End("SettingData", settings, the_host),
            values=_CURRENT,
        )
        for service, settings in _SETTINGS
    ),
    *(
        Link(
            "Msvm_ElementCapabilities",
            End("ManagedElement", service, the_host),
            End("Capabilities", known, the_host),
        )
        for service, known in _CAPABILITIES
    ),
    Link(
        "Msvm_SettingsDefineCapabilities",
        End(
            "GroupComponent",
            migration_service.MigrationCapabilities,
            every(export_settings.MigrationSettings),
        ),
        End("PartComponent", export_settings.MigrationSettings, the_host),
        values=_DEFAULT,
    ),
)
