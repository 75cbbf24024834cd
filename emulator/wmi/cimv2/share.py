"""Win32_Share: what the machine shares over SMB."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.host.errors import AlreadyExists, HostError, InvalidParameter, NotFound
from emulator.host.windows.shares import DISK, LONGEST_NAME
from emulator.wmi.cimv2.base import Win32View
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.host.windows.shares import Share as HostShare
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

#: Win32_Share.Create, "Return value".
_UNKNOWN_FAILURE, _INVALID_NAME, _INVALID_PARAMETER, _DUPLICATE_SHARE = 8, 9, 21, 22
_UNKNOWN_DIRECTORY, _NET_NAME_NOT_FOUND = 24, 25
#: FILE_ALL_ACCESS.
_FULL_ACCESS = 0x1F01FF


class Share(Win32View["HostShare"]):
    """A share."""

    class_name = "Win32_Share"
    index = ("Name",)
    constants = {"Status": "OK"}

    def objects(self) -> Iterable[HostShare]:
        return self.host.shares

    def by_key(self, keys: Keys) -> HostShare | None:
        return self.host.shares.get(keys.text("Name"))

    def object_id(self, item: HostShare) -> Hashable:
        return item.name

    def delete(self, item: HostShare) -> None:
        item.delete()

    def return_value(self, error: HostError) -> int:
        if isinstance(error, AlreadyExists):
            return _DUPLICATE_SHARE
        if isinstance(error, NotFound):
            return _NET_NAME_NOT_FOUND
        return _INVALID_PARAMETER if isinstance(error, InvalidParameter) else _UNKNOWN_FAILURE

    def Name(self, share: HostShare) -> str:
        return share.name

    def Caption(self, share: HostShare) -> str:
        return share.description

    def Description(self, share: HostShare) -> str:
        return share.description

    def Path(self, share: HostShare) -> str:
        return share.path

    def Type(self, share: HostShare) -> int:
        return share.kind

    def AllowMaximum(self, share: HostShare) -> bool:
        return share.maximum_allowed is None

    def MaximumAllowed(self, share: HostShare) -> int | None:
        return share.maximum_allowed

    @wmi_method
    def Create(self, _share: HostShare | None, arguments: Arguments) -> MethodResult:
        """Share a folder; only disks can be shared here."""
        name, path = arguments.text("Name") or "", arguments.text("Path") or ""
        if not 1 <= len(name) <= LONGEST_NAME:
            return arguments.result(_INVALID_NAME)
        if arguments.integer("Type") not in (None, DISK):
            return arguments.result(_INVALID_PARAMETER)
        try:
            is_folder = self.host.filesystem.is_directory(path)
        except HostError:
            is_folder = False
        if not is_folder:
            return arguments.result(_UNKNOWN_DIRECTORY)
        self.host.shares.create(
            name, path, arguments.text("Description") or "", arguments.integer("MaximumAllowed")
        )
        return arguments.result(0)

    @wmi_method
    def SetShareInfo(self, share: HostShare, arguments: Arguments) -> MethodResult:
        """Change the description and how many may use it; a security descriptor is not kept."""
        share.configure(arguments.text("Description"), arguments.integer("MaximumAllowed"))
        return arguments.result(0)

    @wmi_method
    def Delete(self, share: HostShare, arguments: Arguments) -> MethodResult:
        """Share it no more."""
        share.delete()
        return arguments.result(0)

    @wmi_method
    def GetAccessMask(self, _share: HostShare, arguments: Arguments) -> MethodResult:
        """The rights of the caller, who is an administrator."""
        return arguments.result(_FULL_ACCESS)


VIEWS = (Share,)
