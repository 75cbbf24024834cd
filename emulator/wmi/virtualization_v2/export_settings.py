"""Settings that a client takes as they are, changes, and hands to a method.

Every machine has export settings (recorded 2012 R2 host), every kind of migration its settings (clients
query them by MigrationType). They are the values that hold when a client gives none.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.host.migration.machine_export import ExportSettings
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import PREFIX, MachineView

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys

_DEFAULT = ExportSettings(subfolder=False)
_TCP = 5


class VirtualSystemExportSettings(MachineView):
    """How a machine is exported when nothing else is asked for."""

    class_name = "Msvm_VirtualSystemExportSettingData"
    constants = {
        "BackupIntent": 0,
        "Caption": "Virtual System Export Setting Data",
        "CaptureLiveState": int(_DEFAULT.live_state),
        "CopySnapshotConfiguration": int(_DEFAULT.checkpoints),
        "CopyVmRuntimeInformation": _DEFAULT.memory,
        "CopyVmStorage": _DEFAULT.storage,
        "CreateVmExportSubdirectory": _DEFAULT.subfolder,
        "Description": "Settings for exporting a virtual machine.",
        "DifferentialBackupBase": "",
        "DisableDifferentialOfIgnoredStorage": False,
        "ElementName": "Virtual System Export Setting Data",
        "ExcludedVirtualHardDisks": [],
        "ExportForLiveMigration": False,
        "SnapshotVirtualSystem": "",
    }


class MigrationSettings(View[int]):
    """How one kind of migration is done when nothing else is asked for; an item is its MigrationType."""

    class_name = "Msvm_VirtualSystemMigrationSettingData"
    index = ("InstanceID",)
    constants = {
        "AllowOverwriteExistingFile": False,
        "AvoidRemovingVHDs": False,
        "CancelIfBlackoutThresholdExceeded": False,
        "Caption": "Migration Setting Data",
        "CPUCappingMagnitude": 0,
        "Description": "Settings for migrating a virtual machine.",
        "DestinationIPAddressList": [],
        "DestinationPlannedVirtualSystemId": "",
        "ElementName": "Migration Setting Data",
        "RemoveSourceUnmanagedVhds": False,
        "RetainVhdCopiesOnSource": False,
        "TransportType": _TCP,
        "UnmanagedVhds": [],
    }

    def objects(self) -> Iterable[int]:
        """Machine, storage, staged, machine and storage; the check of a storage's depth came later."""
        return range(32768, 32772)

    def by_key(self, keys: Keys) -> int | None:
        wanted = keys.text("InstanceID").casefold()
        return next((each for each in self.objects() if self.InstanceID(each).casefold() == wanted), None)

    def object_id(self, item: int) -> Hashable:
        return item

    def revision(self, item: int) -> Hashable | None:  # noqa: ARG002  the defaults do not change
        return 0

    def InstanceID(self, kind: int) -> str:
        return f"{PREFIX}Definition\\MigrationSettingData\\{kind}"

    def MigrationType(self, kind: int) -> int:
        return kind


VIEWS = (MigrationSettings, VirtualSystemExportSettings)
