"""root/virtualization: Hyper-V up to Server 2012. The same machine beneath, with older names and numbers."""

from emulator.wmi.virtualization.associations import LINKS
from emulator.wmi.virtualization.computer_system import MachineSystem
from emulator.wmi.virtualization.image_service import ImageService, MountedStorageImage
from emulator.wmi.virtualization.management_service import ManagementService, Summary
from emulator.wmi.virtualization.settings import (
    CurrentSettings,
    GlobalSettings,
    MemorySettingsV1,
    ProcessorSettingsV1,
    SnapshotSettings,
)
from emulator.wmi.virtualization_v2.computer_system import HostSystem
from emulator.wmi.virtualization_v2.integration import COMPONENT_SETTINGS, COMPONENTS
from emulator.wmi.virtualization_v2.jobs import ConcreteJob, StorageJob

VIEWS = (
    ConcreteJob,
    CurrentSettings,
    GlobalSettings,
    HostSystem,
    ImageService,
    MachineSystem,
    ManagementService,
    MemorySettingsV1,
    MountedStorageImage,
    ProcessorSettingsV1,
    SnapshotSettings,
    StorageJob,
    Summary,
    *COMPONENTS,
    *COMPONENT_SETTINGS,
)

__all__ = ["LINKS", "VIEWS"]
