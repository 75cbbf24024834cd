"""Msvm_VirtualSystemSnapshotService: taking, applying and deleting checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter
from emulator.host.virtual_machine.virtual_machine_state import CheckpointType
from emulator.wmi import errors
from emulator.wmi.changes import value_of
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization_v2.arguments import checkpoint_argument, machine_argument
from emulator.wmi.virtualization_v2.base import ServiceView
from emulator.wmi.virtualization_v2.jobs import started

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.method import Arguments, MethodResult

_FULL, _RECOVERY = 2, 32768
_SETTINGS = "Msvm_VirtualSystemSnapshotSettingData"
#: ConsistencyLevel -> kind of checkpoint; without one the machine's own setting counts.
_LEVELS = {1: CheckpointType.PRODUCTION_ONLY, 2: CheckpointType.STANDARD}


class SnapshotService(ServiceView):
    """The snapshot service."""

    class_name = "Msvm_VirtualSystemSnapshotService"
    constants = {
        "Caption": "Hyper-V Virtual System Snapshot Service",
        "Description": "Service for managing snapshots of virtual machines.",
        "ElementName": "Hyper-V Virtual System Snapshot Service",
        "Name": "vssnapsvc",
        "StatusDescriptions": ["OK"],
    }

    @wmi_method
    def CreateSnapshot(self, host: Host, arguments: Arguments) -> MethodResult:
        """Take a checkpoint; 4096 with a job, and no ResultingSnapshot.

        SnapshotType 2 is a full one, 32768 a recovery snapshot for a backup, 3 is refused; the name is always
        the default one (observed on real hosts).
        """
        vm = machine_argument(arguments, "AffectedSystem")
        kind = arguments.integer("SnapshotType")
        if kind == _RECOVERY:
            return started(arguments, host.checkpoints.create_recovery(vm, self.consistency(arguments)))
        if kind not in (None, _FULL):
            raise InvalidParameter("SnapshotType must be 2.")
        return started(arguments, host.checkpoints.create(vm, None, self.level(arguments)))

    @wmi_method
    def ApplySnapshot(self, host: Host, arguments: Arguments) -> MethodResult:
        """Put a machine that is off or saved back to a checkpoint; 4096 with a job."""
        return started(arguments, host.checkpoints.apply(checkpoint_argument(arguments, "Snapshot")))

    @wmi_method
    def DestroySnapshot(self, host: Host, arguments: Arguments) -> MethodResult:
        """Delete one checkpoint; its files are merged afterwards."""
        checkpoint = checkpoint_argument(arguments, "AffectedSnapshot")
        return started(arguments, host.checkpoints.delete(checkpoint))

    @wmi_method
    def DestroySnapshotTree(self, host: Host, arguments: Arguments) -> MethodResult:
        """Delete a checkpoint and all that were taken after it."""
        checkpoint = checkpoint_argument(arguments, "SnapshotSettingData")
        return started(arguments, host.checkpoints.delete(checkpoint, subtree=True))

    @wmi_method
    def ClearSnapshotState(self, host: Host, arguments: Arguments) -> MethodResult:
        """Drop the memory of a checkpoint; at once."""
        host.checkpoints.clear_state(checkpoint_argument(arguments, "SnapshotSettingData"))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def ConvertToReferencePoint(self, host: Host, arguments: Arguments) -> MethodResult:
        """Turn a recovery snapshot into a reference point (2016 and later)."""
        checkpoint = checkpoint_argument(arguments, "AffectedSnapshot")
        return started(arguments, host.reference_points.convert(checkpoint))

    @wmi_method
    def RequestStateChange(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Not supported (documented)."""
        return arguments.result(1)

    def level(self, arguments: Arguments) -> CheckpointType | None:
        """The kind of checkpoint that the settings ask for. Raises InvalidParameter for other settings."""
        level = self.consistency(arguments)
        return None if level is None else _LEVELS.get(level)

    def consistency(self, arguments: Arguments) -> int | None:
        """ConsistencyLevel of the settings. Raises InvalidParameter for other settings."""
        text = arguments.get("SnapshotSettings")
        if not text or self.namespace.schema.get(_SETTINGS) is None:
            return None
        settings = arguments.embedded("SnapshotSettings")
        if settings is None or not settings.declaration.is_a(_SETTINGS):
            raise InvalidParameter(f"SnapshotSettings does not hold a {_SETTINGS}.")
        level = value_of(settings, "ConsistencyLevel")
        return level if isinstance(level, int) else None
