"""__SystemSecurity: reading and writing the security descriptor of a namespace, and the caller's rights."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.cim.errors import AccessDenied, InvalidParameter
from emulator.host.errors import HostError
from emulator.host.security.access_control import AccessControl, access_control
from emulator.host.security.authorization import NamespaceRight
from emulator.wmi.descriptors import descriptor_of, security_of
from emulator.wmi.view import View, wmi_method

if TYPE_CHECKING:
    from emulator.wmi.method import Arguments, MethodResult

_NOT_SUPPORTED = 0x8004100C
_EVERY_RIGHT = 0x6003F


class SystemSecurity(View[str]):
    """The only instance."""

    class_name = "__SystemSecurity"

    def objects(self) -> Iterable[str]:
        return (self.namespace.name,)

    def object_id(self, item: str) -> Hashable:
        return item

    def revision(self, item: str) -> Hashable | None:  # noqa: ARG002  it has no values
        return 0

    @wmi_method
    def GetCallerAccessRights(self, item: str, arguments: Arguments) -> MethodResult:
        """The caller's rights in the namespace as a mask."""
        return arguments.result(0, rights=self._rights(item, arguments))

    @wmi_method
    def GetSD(self, item: str, arguments: Arguments) -> MethodResult:
        """The security descriptor in its binary, self-relative form."""
        self._require(item, arguments, NamespaceRight.READ_SECURITY)
        data = self.host.authorization.namespace_security(item).to_bytes()
        return arguments.result(0, SD=list(data))

    @wmi_method
    def SetSD(self, item: str, arguments: Arguments) -> MethodResult:
        """Put a security descriptor in its binary form on the namespace."""
        self._require(item, arguments, NamespaceRight.EDIT_SECURITY)
        try:
            security = access_control(bytes(arguments.integers("SD")))
        except ValueError as problem:
            raise InvalidParameter(f"SD: {problem}") from None
        return self._set(item, security, arguments)

    @wmi_method
    def GetSecurityDescriptor(self, item: str, arguments: Arguments) -> MethodResult:
        """The security descriptor as an object."""
        self._require(item, arguments, NamespaceRight.READ_SECURITY)
        security = self.host.authorization.namespace_security(item)
        descriptor = descriptor_of(self.namespace, security)
        return arguments.result(0, Descriptor=descriptor)

    @wmi_method
    def SetSecurityDescriptor(self, item: str, arguments: Arguments) -> MethodResult:
        """Put a security descriptor that is an object on the namespace; owner and group may be left out."""
        self._require(item, arguments, NamespaceRight.EDIT_SECURITY)
        given = arguments.embedded("Descriptor")
        if given is None:
            raise InvalidParameter("Descriptor is missing")
        before = self.host.authorization.namespace_security(item)
        security = security_of(given, before)
        return self._set(item, security, arguments)

    @wmi_method
    def Get9XUserList(self, _item: str, arguments: Arguments) -> MethodResult:
        """For Windows 9x only."""
        return arguments.result(_NOT_SUPPORTED)

    @wmi_method
    def Set9XUserList(self, _item: str, arguments: Arguments) -> MethodResult:
        """For Windows 9x only."""
        return arguments.result(_NOT_SUPPORTED)

    def _set(self, item: str, security: AccessControl, arguments: Arguments) -> MethodResult:
        try:
            self.host.authorization.set_namespace_security(item, security)
        except HostError as refused:
            raise InvalidParameter(refused.text) from None
        return arguments.result(0)

    def _rights(self, item: str, arguments: Arguments) -> int:
        caller = arguments.caller
        if caller is None:
            return _EVERY_RIGHT
        return int(self.host.authorization.namespace_rights(caller, item))

    def _require(self, item: str, arguments: Arguments, right: NamespaceRight) -> None:
        if not self._rights(item, arguments) & right:
            raise AccessDenied(item)
