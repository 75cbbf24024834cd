"""Win32_LogicalFileSecuritySetting and Win32_LogicalShareSecuritySetting: owners and access lists of files,
folders and shares; Win32_SecurityDescriptorHelper."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING

from emulator.cim.errors import CimError
from emulator.host.errors import AccessDenied, HostError
from emulator.host.security.access_control import AccessControl, access_control
from emulator.host.security.security_text import security_of_text, security_text
from emulator.host.windows.shares import Share
from emulator.wmi.cimv2.base import Win32View
from emulator.wmi.cimv2.data_file import DataFile, Directory
from emulator.wmi.descriptors import WIN32, descriptor_of, security_of
from emulator.wmi.view import View, wmi_method

if TYPE_CHECKING:
    from emulator.host.storage.filesystem import Entry
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

#: Return values of the methods ("Return value" in their documentation).
_DONE, _ACCESS_DENIED, _FAILED, _INVALID_PARAMETER = 0, 2, 8, 21
#: ERROR_INVALID_SECURITY_DESCR as an HRESULT.
_BAD_DESCRIPTOR = 0x8007053A


class FileSecuritySetting(Win32View["Entry"]):
    """The rights of a file or folder. As on Windows, whoever asks for all of them walks the whole disk."""

    class_name = "Win32_LogicalFileSecuritySetting"
    index = ("Path",)
    constants = {"OwnerPermissions": True}

    def objects(self) -> Iterator[Entry]:
        for view in (Directory, DataFile):
            yield from self.namespace.view(view).objects()

    def by_key(self, keys: Keys) -> Entry | None:
        try:
            return self.host.filesystem.entry(keys.text("Path"))
        except HostError:
            return None

    def object_id(self, item: Entry) -> Hashable:
        return item.path

    def revision(self, item: Entry) -> Hashable | None:
        return (item, self.host.filesystem.revision)

    def return_value(self, error: HostError) -> int:
        return _ACCESS_DENIED if isinstance(error, AccessDenied) else _FAILED

    def Path(self, entry: Entry) -> str:
        return entry.path

    def Caption(self, entry: Entry) -> str:
        return f"Security settings of {entry.path}"

    def Description(self, entry: Entry) -> str:
        return f"Security settings of {entry.path}"

    def ControlFlags(self, entry: Entry) -> int:
        return self.host.filesystem.security.of(entry.path).control

    @wmi_method
    def GetSecurityDescriptor(self, entry: Entry, arguments: Arguments) -> MethodResult:
        """Owner, group and access list."""
        security = self.host.filesystem.security.of(entry.path)
        return arguments.result(_DONE, Descriptor=descriptor_of(self.namespace, security, WIN32))

    @wmi_method
    def SetSecurityDescriptor(self, entry: Entry, arguments: Arguments) -> MethodResult:
        """Put an access list on the file, and an owner and group that are stated."""
        files = self.host.filesystem.security
        given = arguments.embedded("Descriptor")
        if given is None:
            return arguments.result(_INVALID_PARAMETER)
        if arguments.caller is not None:
            files.require_change(arguments.caller, entry.path)
        try:
            security = security_of(given, files.of(entry.path), flags=0)
        except CimError:
            return arguments.result(_INVALID_PARAMETER)
        files.set(entry.path, security)
        return arguments.result(_DONE)


class ShareSecuritySetting(Win32View[Share]):
    """Who may use a share; what Windows makes by itself has none."""

    class_name = "Win32_LogicalShareSecuritySetting"
    index = ("Name",)

    def objects(self) -> Iterable[Share]:
        return [share for share in self.host.shares if not share.is_administrative]

    def by_key(self, keys: Keys) -> Share | None:
        share = self.host.shares.get(keys.text("Name"))
        return None if share is None or share.is_administrative else share

    def object_id(self, item: Share) -> Hashable:
        return item.name

    def return_value(self, error: HostError) -> int:
        return _ACCESS_DENIED if isinstance(error, AccessDenied) else _FAILED

    def Name(self, share: Share) -> str:
        return share.name

    def Caption(self, share: Share) -> str:
        return f"Security settings of {share.name}"

    def Description(self, share: Share) -> str:
        return f"Security settings of {share.name}"

    def ControlFlags(self, share: Share) -> int:
        return share.security.control

    @wmi_method
    def GetSecurityDescriptor(self, share: Share, arguments: Arguments) -> MethodResult:
        """The access list."""
        return arguments.result(_DONE, Descriptor=descriptor_of(self.namespace, share.security, WIN32))

    @wmi_method
    def SetSecurityDescriptor(self, share: Share, arguments: Arguments) -> MethodResult:
        """Put another access list on the share."""
        given = arguments.embedded("Descriptor")
        if given is None:
            return arguments.result(_INVALID_PARAMETER)
        try:
            share.set_security(security_of(given, share.security, flags=0))
        except CimError:
            return arguments.result(_INVALID_PARAMETER)
        return arguments.result(_DONE)


class DescriptorHelper(View[None]):
    """Descriptors between their three forms: text, bytes and objects. The class has no instances."""

    class_name = "Win32_SecurityDescriptorHelper"
    _NONE = AccessControl("S-1-5-32-544", "S-1-5-18", ())

    def return_value(self, error: HostError) -> int:
        return error.hresult

    @wmi_method
    def SDDLToWin32SD(self, _item: None, arguments: Arguments) -> MethodResult:
        """From text to an object."""
        security = self._of_text(arguments)
        return self._object(arguments, security)

    @wmi_method
    def SDDLToBinarySD(self, _item: None, arguments: Arguments) -> MethodResult:
        """From text to bytes."""
        security = self._of_text(arguments)
        return self._bytes(arguments, security)

    @wmi_method
    def BinarySDToWin32SD(self, _item: None, arguments: Arguments) -> MethodResult:
        """From bytes to an object."""
        return self._object(arguments, self._of_bytes(arguments))

    @wmi_method
    def BinarySDToSDDL(self, _item: None, arguments: Arguments) -> MethodResult:
        """From bytes to text."""
        return self._text(arguments, self._of_bytes(arguments))

    @wmi_method
    def Win32SDToSDDL(self, _item: None, arguments: Arguments) -> MethodResult:
        """From an object to text."""
        return self._text(arguments, self._of_object(arguments))

    @wmi_method
    def Win32SDToBinarySD(self, _item: None, arguments: Arguments) -> MethodResult:
        """From an object to bytes."""
        return self._bytes(arguments, self._of_object(arguments))

    def _of_text(self, arguments: Arguments) -> AccessControl | None:
        try:
            return security_of_text(arguments.text("SDDL") or "", self._NONE)
        except ValueError:
            return None

    def _of_bytes(self, arguments: Arguments) -> AccessControl | None:
        try:
            return access_control(bytes(arguments.integers("BinarySD")))
        except ValueError:
            return None

    def _of_object(self, arguments: Arguments) -> AccessControl | None:
        given = arguments.embedded("Descriptor")
        try:
            return None if given is None else security_of(given, self._NONE, flags=0)
        except CimError:
            return None

    def _object(self, arguments: Arguments, security: AccessControl | None) -> MethodResult:
        if security is None:
            return arguments.result(_BAD_DESCRIPTOR)
        return arguments.result(_DONE, Descriptor=descriptor_of(self.namespace, security, WIN32))

    def _bytes(self, arguments: Arguments, security: AccessControl | None) -> MethodResult:
        if security is None:
            return arguments.result(_BAD_DESCRIPTOR)
        return arguments.result(_DONE, BinarySD=list(security.to_bytes()))

    def _text(self, arguments: Arguments, security: AccessControl | None) -> MethodResult:
        if security is None:
            return arguments.result(_BAD_DESCRIPTOR)
        return arguments.result(_DONE, SDDL=security_text(security))


VIEWS = (DescriptorHelper, FileSecuritySetting, ShareSecuritySetting)
