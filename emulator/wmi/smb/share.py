"""MSFT_SmbShare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.host.shares import IPC
from emulator.wmi.rows import Row, RowView

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys

_ONLINE = 1
_DISK, _IPC = 0, 3


class SmbShare(RowView):
    """A share of this machine; its scope is every name of the machine."""

    class_name = "MSFT_SmbShare"
    index = ("Name",)
    constants = {
        "AvailabilityType": 0,
        "CachingMode": 0,
        "CATimeout": 0,
        "ContinuouslyAvailable": False,
        "CurrentUsers": 0,
        "EncryptData": False,
        "FolderEnumerationMode": 1,
        "Scoped": False,
        "ScopeName": "*",
        "ShadowCopy": False,
        "ShareState": _ONLINE,
        "SmbInstance": 0,
        "Temporary": False,
    }

    def rows(self) -> Iterator[Row]:
        for share in self.host.shares:
            yield Row(
                share.name,
                {
                    "ConcurrentUserLimit": share.maximum_allowed or 0,
                    "Description": share.description,
                    "Name": share.name,
                    "Path": share.path,
                    "ShareType": _IPC if share.kind & 0xFF == IPC else _DISK,
                    "Special": share.is_administrative,
                },
                share,
            )

    def by_key(self, keys: Keys) -> Row | None:
        wanted = keys.text("Name").casefold()
        return next((row for row in self.rows() if str(row.identity).casefold() == wanted), None)

    def delete(self, item: Row) -> None:
        item.shown.delete()
