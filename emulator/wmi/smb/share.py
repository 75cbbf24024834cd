"""MSFT_SmbShare, its access list, and the server that has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.cim.instance import Instance
from emulator.host.errors import HostError, InvalidParameter, NotFound
from emulator.host.network.network_interfaces import network_interfaces
from emulator.host.windows.shares import IPC, Share, ShareRight
from emulator.wmi.changes import Rule, flag, number, text
from emulator.wmi.mi_method import mi_method
from emulator.wmi.rows import Row, RowView

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

_ONLINE = 1
_DISK, _IPC = 0, 3
_EVERY_SCOPE = "*"


class SmbShare(RowView):
    """A share of this machine; its scope is every name of the machine."""

    class_name = "MSFT_SmbShare"
    index = ("Name",)
    constants = {
        "AvailabilityType": 0,
        "CATimeout": 0,
        "ContinuouslyAvailable": False,
        "CurrentUsers": 0,
        "FolderEnumerationMode": 1,
        "Scoped": False,
        "ScopeName": _EVERY_SCOPE,
        "ShadowCopy": False,
        "ShareState": _ONLINE,
        "SmbInstance": 0,
        "Temporary": False,
    }
    writable = {
        "CachingMode": Rule("", "offline_files", number),
        "ConcurrentUserLimit": Rule("", "maximum_allowed", number),
        "Description": Rule("", "description", text),
        "EncryptData": Rule("", "encrypts", flag),
    }

    def rows(self) -> Iterator[Row]:
        for share in self.host.shares:
            yield self.row_of(share)

    def row_of(self, share: Share) -> Row:
        """The row of one share."""
        return Row(
            share.name,
            {
                "CachingMode": share.offline_files,
                "ConcurrentUserLimit": share.maximum_allowed or 0,
                "Description": share.description,
                "EncryptData": share.encrypts,
                "Name": share.name,
                "Path": share.path,
                "ShareType": _IPC if share.kind & 0xFF == IPC else _DISK,
                "Special": share.is_administrative,
            },
            share,
        )

    def by_key(self, keys: Keys) -> Row | None:
        share = self.host.shares.get(keys.text("Name"))
        return None if share is None else self.row_of(share)

    def write(self, item: Row, settings: dict[str, Any]) -> None:
        item.shown.configure(**settings)

    def refreshed(self, item: Row) -> Row:
        return self.row_of(item.shown)

    def delete(self, item: Row) -> None:
        item.shown.delete()

    @mi_method
    def CreateShare(self, _item: None, arguments: Arguments) -> MethodResult:
        """Share a folder (New-SmbShare); without any access list everybody may read."""
        host, path = self.host, arguments.text("Path") or ""
        scope = arguments.text("ScopeName")
        if scope not in (None, "", _EVERY_SCOPE):
            raise InvalidParameter("Shares of a scope need a cluster.")
        if not host.filesystem.is_directory(path):
            # What Windows says for it: the device or directory does not exist.
            raise NotFound(f"The folder {path:.260} does not exist.")
        share = host.shares.create(
            arguments.text("Name") or "",
            path,
            arguments.text("Description") or "",
            arguments.integer("ConcurrentUserLimit") or None,
        )
        try:
            self._prepare(share, arguments)
        except HostError:
            share.delete()
            raise
        return arguments.result(0, CreatedShare=self.instance(self.row_of(share)))

    def _prepare(self, share: Share, arguments: Arguments) -> None:
        share.configure(
            offline_files=arguments.integer("CachingMode"), encrypts=arguments.truth("EncryptData")
        )
        given = {
            right: _texts(arguments, name)
            for name, right in (
                ("FullAccess", ShareRight.FULL),
                ("ChangeAccess", ShareRight.CHANGE),
                ("ReadAccess", ShareRight.READ),
            )
        }
        if any(given.values()):
            share.revoke(["Everyone"])
        for right, names in given.items():
            if names:
                share.grant(names, right)
        if names := _texts(arguments, "NoAccess"):
            share.block(names)

    @mi_method
    def GrantAccess(self, row: Row, arguments: Arguments) -> MethodResult:
        """Give accounts a right."""
        right = arguments.integer("AccessRight")
        if right is None:
            raise InvalidParameter("AccessRight is missing.")
        row.shown.grant(_texts(arguments, "AccountName"), right)
        return self._list(row, arguments)

    @mi_method
    def RevokeAccess(self, row: Row, arguments: Arguments) -> MethodResult:
        """Take what was given to accounts."""
        return self._changed(row, arguments, row.shown.revoke)

    @mi_method
    def BlockAccess(self, row: Row, arguments: Arguments) -> MethodResult:
        """Refuse accounts all access."""
        return self._changed(row, arguments, row.shown.block)

    @mi_method
    def UnblockAccess(self, row: Row, arguments: Arguments) -> MethodResult:
        """Refuse accounts no longer."""
        return self._changed(row, arguments, row.shown.unblock)

    @mi_method
    def GetAccessControlEntries(self, row: Row, arguments: Arguments) -> MethodResult:
        """Who may do what."""
        return self._list(row, arguments)

    @mi_method
    def EnumerateShares(self, _item: None, arguments: Arguments) -> MethodResult:
        """All shares."""
        return arguments.result(0, Output=[self.instance(row) for row in self.rows()])

    @mi_method
    def GetShare(self, _item: None, arguments: Arguments) -> MethodResult:
        """The share of a name."""
        share = self.host.shares.get(arguments.text("ShareName") or "")
        if share is None:
            raise NotFound("No share of this name exists.")
        return arguments.result(0, Output=self.instance(self.row_of(share)))

    def _changed(self, row: Row, arguments: Arguments, change: Callable[[list[str]], None]) -> MethodResult:
        change(_texts(arguments, "AccountName"))
        return self._list(row, arguments)

    def _list(self, row: Row, arguments: Arguments) -> MethodResult:
        view = self.namespace.view(ShareAccessEntry)
        entries: list[Instance] = [view.instance(each) for each in view.rows_of(row.shown)]
        return arguments.result(0, Output=entries)


def _texts(arguments: Arguments, name: str) -> list[str]:
    value = arguments.get(name)
    return [str(each) for each in value if each] if isinstance(value, list) else []


class ShareAccessEntry(RowView):
    """What one account may do with a share."""

    class_name = "MSFT_SmbShareAccessControlEntry"
    constants = {"ScopeName": _EVERY_SCOPE}

    def rows(self) -> Iterator[Row]:
        for share in self.host.shares:
            yield from self.rows_of(share)

    def rows_of(self, share: Share) -> Iterator[Row]:
        """The entries of one share."""
        for entry in share.access:
            yield Row(
                (share.name, entry.account, entry.kind),
                {
                    "AccessControlType": int(entry.kind),
                    "AccessRight": int(entry.right),
                    "AccountName": entry.account,
                    "Name": share.name,
                },
                share,
            )


class SmbSession(RowView):
    """A client that has connected: none, since nobody reaches the emulated machine over SMB."""

    class_name = "MSFT_SmbSession"

    def rows(self) -> tuple[Row, ...]:
        return ()


class SmbOpenFile(SmbSession):
    """A file that a client has open: none."""

    class_name = "MSFT_SmbOpenFile"


class SmbConnection(SmbSession):
    """A connection of this machine to another server: none."""

    class_name = "MSFT_SmbConnection"


class SmbMapping(SmbSession):
    """A drive that is mapped: none."""

    class_name = "MSFT_SmbMapping"


class SmbServerInterface(RowView):
    """An address on which the server can be reached."""

    class_name = "MSFT_SmbServerNetworkInterface"
    constants = {"RdmaCapable": False, "RssCapable": True, "ScopeName": _EVERY_SCOPE}

    def rows(self) -> Iterator[Row]:
        for interface in network_interfaces(self.host):
            for address in interface.addresses:
                yield Row(
                    (interface.guid, address),
                    {
                        "FriendlyName": interface.name,
                        "InterfaceIndex": interface.interface_index,
                        "IpAddress": address,
                        "LinkSpeed": interface.link_speed,
                    },
                )


VIEWS = (
    ShareAccessEntry,
    SmbConnection,
    SmbMapping,
    SmbOpenFile,
    SmbServerInterface,
    SmbSession,
    SmbShare,
)
