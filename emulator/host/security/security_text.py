"""Security descriptors of files as text (SDDL, MS-DTYP 2.5.1)."""

import re

from emulator.host.security.access_control import INHERITED, MAXIMUM_ENTRIES, AccessControl, AccessEntry
from emulator.sddl_aliases import ALIASES, SIDS

_RIGHTS = {
    "FA": 0x1F01FF,
    "FR": 0x120089,
    "FW": 0x120116,
    "FX": 0x1200A0,
    "GA": 1 << 28,
    "GX": 1 << 29,
    "GW": 1 << 30,
    "GR": 1 << 31,
    "RC": 0x20000,
    "SD": 0x10000,
    "WD": 0x40000,
    "WO": 0x80000,
    "CC": 0x1,
    "DC": 0x2,
    "LC": 0x4,
    "SW": 0x8,
    "RP": 0x10,
    "WP": 0x20,
    "DT": 0x40,
    "LO": 0x80,
    "CR": 0x100,
}
#: Whole masks that are written by a name.
_WHOLE = {mask: name for name, mask in list(_RIGHTS.items())[:8]} | {0x2: "DC", 0x4: "LC"}
_FLAGS = {"OI": 0x1, "CI": 0x2, "NP": 0x4, "IO": 0x8, "ID": 0x10}
_SID = r"(?:[A-Z]{2}|S-1(?:-\d{1,15}){1,16})"
_DESCRIPTOR = re.compile(
    rf"(?:O:(?P<owner>{_SID}))?(?:G:(?P<group>{_SID}))?(?:D:(?P<control>[PARI]*)(?P<list>(?:\([^()]*\))*))?(?:S:.*)?"
)
_ENTRY = re.compile(rf"\(([AD]);([A-Z]*);([A-Z]*|0x[0-9A-Fa-f]{{1,8}});;;({_SID})\)")


def security_text(security: AccessControl) -> str:
    """``O:BAG:...D:PAI(A;OICI;FA;;;SY)...``."""
    inherits = any(entry.flags & INHERITED for entry in security.entries)
    control = ("P" if security.is_protected else "") + ("AI" if inherits or security.is_protected else "")
    entries = "".join(map(_entry_text, security.entries))
    return f"O:{_name(security.owner)}G:{_name(security.group)}D:{control}{entries}"


def security_of_text(text: str, before: AccessControl) -> AccessControl:
    """The descriptor of a text; what it leaves out stays as before. Raises ValueError."""
    match = _DESCRIPTOR.fullmatch(text)
    if match is None or not text:
        raise ValueError("The SDDL form of a security descriptor object is invalid.")
    owner, group = match["owner"], match["group"]
    changed = before.replaced(
        owner=before.owner if owner is None else _sid(owner),
        group=before.group if group is None else _sid(group),
    )
    if match["control"] is None:
        return changed
    found = _ENTRY.findall(match["list"])
    if len(found) != match["list"].count("(") or len(found) > MAXIMUM_ENTRIES:
        raise ValueError("The SDDL form of a security descriptor object is invalid.")
    entries = tuple(
        AccessEntry(kind == "A", _sid(sid), _mask(rights), _flags(flags))
        for kind, flags, rights, sid in found
    )
    return changed.replaced(entries=entries, is_protected="P" in match["control"])


def _entry_text(entry: AccessEntry) -> str:
    flags = "".join(name for name, bit in _FLAGS.items() if entry.flags & bit)
    rights = _WHOLE.get(entry.mask) or _combined(entry.mask) or f"0x{entry.mask:x}"
    return f"({'A' if entry.allows else 'D'};{flags};{rights};;;{_name(entry.sid)})"


def _combined(mask: int) -> str:
    """Generic rights together, such as GXGR."""
    names = [name for name in ("GX", "GW", "GR") if mask & _RIGHTS[name]]
    return "".join(names) if sum(_RIGHTS[name] for name in names) == mask else ""


def _name(sid: str) -> str:
    return ALIASES.get(sid, sid)


def _sid(name: str) -> str:
    if name.startswith("S-"):
        return name
    if name not in SIDS:
        raise ValueError(f"The identity {name} of a security descriptor is not known.")
    return SIDS[name]


def _flags(text: str) -> int:
    found = 0
    for at in range(0, len(text), 2):
        name = text[at : at + 2]
        if name not in _FLAGS:
            raise ValueError(f"The flag {name} of an entry is not valid.")
        found |= _FLAGS[name]
    return found


def _mask(text: str) -> int:
    if text.startswith("0x"):
        return int(text, 16)
    found = 0
    for at in range(0, len(text), 2):
        name = text[at : at + 2]
        if name not in _RIGHTS:
            raise ValueError(f"The right {name} of an entry is not valid.")
        found |= _RIGHTS[name]
    return found
