"""Security descriptors as WMI objects: ``__SecurityDescriptor`` with its entries and trustees, and the Win32_
classes derived from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.cim.errors import InvalidParameter
from emulator.cim.instance import ValueInstance
from emulator.host.security.access_control import (
    CONTAINER_INHERIT,
    DACL_PROTECTED,
    AccessControl,
    AccessEntry,
)
from emulator.host.security.security_identifiers import binary_sid, sid_text
from emulator.host.security.security_names import name_of_sid

if TYPE_CHECKING:
    from emulator.cim.types import CimValue
    from emulator.wmi.namespace import Namespace


class DescriptorClasses(NamedTuple):
    """The classes of a descriptor, its entries and their trustees."""

    descriptor: str
    entry: str
    trustee: str


SYSTEM = DescriptorClasses("__SecurityDescriptor", "__ACE", "__Trustee")
WIN32 = DescriptorClasses("Win32_SecurityDescriptor", "Win32_ACE", "Win32_Trustee")


def descriptor_of(
    namespace: Namespace, security: AccessControl, classes: DescriptorClasses = SYSTEM
) -> ValueInstance:
    """A descriptor as an object."""

    def trustee(sid: str) -> ValueInstance:
        domain, _, name = (name_of_sid(namespace.host, sid) or "").rpartition("\\")
        data = binary_sid(sid)
        values: dict[str, CimValue] = {
            "Domain": domain,
            "Name": name,
            "SID": list(data),
            "SidLength": len(data),
            "SIDString": sid,
        }
        return _made(namespace, classes.trustee, values)

    def entry(each: AccessEntry) -> ValueInstance:
        values: dict[str, CimValue] = {
            "AccessMask": int(each.mask),
            "AceFlags": each.flags,
            "AceType": each.kind,
            "Trustee": trustee(each.sid),
        }
        return _made(namespace, classes.entry, values)

    return _made(
        namespace,
        classes.descriptor,
        {
            "ControlFlags": security.control,
            "DACL": [entry(each) for each in security.entries],
            "Group": trustee(security.group),
            "Owner": trustee(security.owner),
        },
    )


def security_of(given: ValueInstance, before: AccessControl, flags: int = CONTAINER_INHERIT) -> AccessControl:
    """The descriptor of an object; owner and group that it leaves out stay as before, ``flags`` are those of
    an entry that says none. Raises cim's InvalidParameter."""
    entries, control = given.value("DACL"), given.value("ControlFlags")
    return AccessControl(
        _sid(given.value("Owner")) or before.owner,
        _sid(given.value("Group")) or before.group,
        tuple(_entry(each, flags) for each in (entries if isinstance(entries, list) else ())),
        bool((control if isinstance(control, int) else 0) & DACL_PROTECTED),
    )


def _made(namespace: Namespace, class_name: str, values: dict[str, CimValue]) -> ValueInstance:
    return ValueInstance(namespace.schema.find(class_name), values, namespace.name, namespace.server)


def _entry(given: Any, default_flags: int) -> AccessEntry:
    values = {name: given.value(name) for name in ("AceType", "AccessMask", "AceFlags", "Trustee")}
    sid = _sid(values["Trustee"])
    if values["AceType"] not in (0, 1) or not isinstance(values["AccessMask"], int) or sid is None:
        raise InvalidParameter("an entry of the DACL has no type, mask or SID")
    flags = values["AceFlags"]
    return AccessEntry(
        values["AceType"] == 0, sid, values["AccessMask"], default_flags if flags is None else flags
    )


def _sid(trustee: Any) -> str | None:
    """The SID of a trustee, by its text or its bytes."""
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
