"""Microsoft.HyperV.PowerShell.VMCompatibilityReport and its errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.migration.incompatibility import Incompatibility
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.modules.hyperv.catalog import Readers
from emulator.powershell.modules.hyperv.objects.values import array, enum
from emulator.record import MutableRecord, field

if TYPE_CHECKING:
    from emulator.host import Host, VirtualMachine
    from emulator.host.migration.migration import Move

MOVE, IMPORT, MOVE_WITH_STORAGE = 0, 1, 2


class CompatibilityError(MutableRecord, eq=False):
    """One thing that does not fit."""

    host: Host
    reason: Incompatibility


class CompatibilityReport(MutableRecord, eq=False):
    """What Compare-VM found, and what Import-VM or Move-VM is to do with it.

    ``copy`` tells that an import copies the disks to ``vhd_destination_path``.
    """

    host: Host
    vm: VirtualMachine
    operation: int
    destination: str
    path: str | None = None
    snapshot_path: str | None = None
    vhd_destination_path: str | None = None
    vhd_source_path: str | None = None
    copy: bool = False
    move: Move | None = None
    errors: list[CompatibilityError] = field(default_factory=list)

    def compare(self, reasons: list[Incompatibility]) -> None:
        """Take what does not fit at present."""
        self.errors = [CompatibilityError(self.host, reason) for reason in reasons]


REPORT: Readers = {
    "VM": lambda report: report.vm,
    "OperationType": enum("OperationType", lambda report: report.operation),
    "Destination": lambda report: report.destination,
    "Path": lambda report: report.path,
    "SnapshotPath": lambda report: report.snapshot_path,
    "VhdDestinationPath": lambda report: report.vhd_destination_path,
    "VhdSourcePath": lambda report: report.vhd_source_path,
    "Incompatibilities": lambda report: array("VMCompatibilityError", report.errors),
}
ERROR: Readers = {
    "Message": lambda error: error.reason.text,
    "MessageId": lambda error: Int64(error.reason.message_id),
    "Source": lambda error: error.reason.source,
}
ERROR_ROW = '[["Message","string"],["MessageId","long"],["Source","object"]]'
"""The properties of an error, as they are shown in transcripts; the class was not recorded."""
