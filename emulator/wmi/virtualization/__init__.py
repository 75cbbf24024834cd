"""root/virtualization: Hyper-V up to Server 2012. The same machine beneath, with older names and numbers."""

from emulator.wmi.virtualization.associations import LINKS
from emulator.wmi.virtualization.bios import VIEWS as BIOS_VIEWS
from emulator.wmi.virtualization.computer_system import MachineSystem
from emulator.wmi.virtualization.device_associations import VIEWS as DEVICE_VIEWS
from emulator.wmi.virtualization.export_import import VIEWS as EXPORT_VIEWS
from emulator.wmi.virtualization.image_service import ImageService, MountedStorageImage
from emulator.wmi.virtualization.management_service import ManagementService, Summary
from emulator.wmi.virtualization.network_associations import VIEWS as NETWORK_VIEWS
from emulator.wmi.virtualization.network_jobs import NetworkJobView
from emulator.wmi.virtualization.pool_associations import VIEWS as HOST_VIEWS
from emulator.wmi.virtualization.pools import VIEWS as POOL_VIEWS
from emulator.wmi.virtualization.resource_types import VIEWS as TYPE_VIEWS
from emulator.wmi.virtualization.settings import (
    CurrentSettings,
    GlobalSettings,
    SnapshotSettings,
)
from emulator.wmi.virtualization.terminal import VIEWS as TERMINAL_VIEWS
from emulator.wmi.virtualization_v2.computer_system import HostSystem
from emulator.wmi.virtualization_v2.jobs import ConcreteJob, StorageJob
from emulator.wmi.virtualization_v2.management_service_settings import ManagementServiceSettings

VIEWS = (
    ConcreteJob,
    CurrentSettings,
    GlobalSettings,
    HostSystem,
    ImageService,
    MachineSystem,
    ManagementService,
    ManagementServiceSettings,
    MountedStorageImage,
    NetworkJobView,
    SnapshotSettings,
    StorageJob,
    Summary,
    *BIOS_VIEWS,
    *DEVICE_VIEWS,
    *EXPORT_VIEWS,
    *HOST_VIEWS,
    *NETWORK_VIEWS,
    *POOL_VIEWS,
    *TERMINAL_VIEWS,
    *TYPE_VIEWS,
)

__all__ = ["LINKS", "VIEWS"]
