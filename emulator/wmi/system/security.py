"""__SystemSecurity: reading and writing the security descriptor of a namespace, and the caller's rights."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.cim.errors import AccessDenied, InvalidParameter
from emulator.cim.instance import ValueInstance
from emulator.host.access_control import (
    CONTAINER_INHERIT,
    DACL_PROTECTED,
    AccessControl,
    AccessEntry,
    access_control,
)
from emulator.host.authorization import NamespaceRight
from emulator.host.errors import HostError
from emulator.host.security_identifiers import binary_sid, sid_text
from emulator.wmi.view import View, wmi_method

if TYPE_CHECKING:
    from emulator.cim.types import CimValue
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
        descriptor = self._make(
            "__SecurityDescriptor",
            {
                "ControlFlags": security.control,
                "DACL": [self._entry(entry) for entry in security.entries],
                "Group": self._trustee(security.group),
                "Owner": self._trustee(security.owner),
            },
        )
        return arguments.result(0, Descriptor=descriptor)

    @wmi_method
    def SetSecurityDescriptor(self, item: str, arguments: Arguments) -> MethodResult:
        """Put a security descriptor that is an object on the namespace; owner and group may be left out."""
        self._require(item, arguments, NamespaceRight.EDIT_SECURITY)
        given = arguments.embedded("Descriptor")
        if given is None:
            raise InvalidParameter("Descriptor is missing")
        before = self.host.authorization.namespace_security(item)
        entries = given.value("DACL")
        flags = given.value("ControlFlags")
        security = AccessControl(
            _sid(given.value("Owner")) or before.owner,
            _sid(given.value("Group")) or before.group,
            tuple(_read_entry(each) for each in (entries if isinstance(entries, list) else ())),
            bool((flags if isinstance(flags, int) else 0) & DACL_PROTECTED),
        )
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

    def _entry(self, entry: AccessEntry) -> ValueInstance:
        return self._make(
            "__ACE",
            {
                "AccessMask": int(entry.mask),
                "AceFlags": entry.flags,
                "AceType": entry.kind,
                "Trustee": self._trustee(entry.sid),
            },
        )

    def _trustee(self, sid: str) -> ValueInstance:
        domain, name = self.host.authorization.name_of(sid)
        data = binary_sid(sid)
        return self._make(
            "__Trustee",
            {"Domain": domain, "Name": name, "SID": list(data), "SidLength": len(data), "SIDString": sid},
        )

    def _make(self, class_name: str, values: dict[str, CimValue]) -> ValueInstance:
        space = self.namespace
        return ValueInstance(space.schema.find(class_name), values, space.name, space.server)


def _read_entry(given: Any) -> AccessEntry:
    values = {name: given.value(name) for name in ("AceType", "AccessMask", "AceFlags", "Trustee")}
    sid = _sid(values["Trustee"])
    if values["AceType"] not in (0, 1) or not isinstance(values["AccessMask"], int) or sid is None:
        raise InvalidParameter("an entry of the DACL has no type, mask or SID")
    flags = values["AceFlags"]
    return AccessEntry(
        values["AceType"] == 0, sid, values["AccessMask"], CONTAINER_INHERIT if flags is None else flags
    )


def _sid(trustee: Any) -> str | None:
    """The SID of a __Trustee, by its text or its bytes."""
    if trustee is None:
        return None
    text = trustee.value("SIDString")
    try:
        if isinstance(text, str) and text:
            binary_sid(text)
            return text
        data = trustee.value("SID")
        return sid_text(bytes(data)) if data else None
    except (ValueError, IndexError, OverflowError):
        raise InvalidParameter("a trustee has no valid SID") from None
