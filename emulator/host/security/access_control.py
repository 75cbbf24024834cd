"""Security descriptors with single rights: their entries, who gets what, and their self-relative form
(MS-DTYP 2.4.6)."""

import struct
from collections.abc import Iterable, Set

from emulator.host.security.security_identifiers import binary_sid, sid_text
from emulator.record import Record

#: Flags of an entry (MS-DTYP 2.4.4.1).
CONTAINER_INHERIT, INHERIT_ONLY, INHERITED = 0x02, 0x08, 0x10
#: Control flags (MS-DTYP 2.4.6): self-relative, a discretionary list is present, and it inherits nothing.
SELF_RELATIVE, DACL_PRESENT, DACL_PROTECTED = 0x8000, 0x0004, 0x1000
_ALLOWED, _DENIED = 0, 1
_HEADER, _LIST, _ENTRY = struct.Struct("<BBHIIII"), struct.Struct("<BBHHH"), struct.Struct("<BBHI")
#: Entries that a list may have; bounds what a client can make the host keep.
MAXIMUM_ENTRIES = 1000


class AccessEntry(Record):
    """One entry: whom (a SID) it allows or denies which rights."""

    allows: bool
    sid: str
    mask: int
    flags: int = CONTAINER_INHERIT

    @property
    def kind(self) -> int:
        """AceType: 0 allows, 1 denies."""
        return _ALLOWED if self.allows else _DENIED


class AccessControl(Record):
    """A security descriptor: owner, group, and the discretionary list in its order."""

    owner: str
    group: str
    entries: tuple[AccessEntry, ...]
    is_protected: bool = False

    @property
    def control(self) -> int:
        """ControlFlags."""
        return SELF_RELATIVE | DACL_PRESENT | (DACL_PROTECTED if self.is_protected else 0)

    @property
    def own(self) -> "AccessControl":
        """Without what came from above."""
        return self.replaced(entries=tuple(one for one in self.entries if not one.flags & INHERITED))

    def inherited(self) -> tuple[AccessEntry, ...]:
        """The entries that what is below gets."""
        passed = (one for one in self.entries if one.flags & CONTAINER_INHERIT)
        return tuple(one.replaced(flags=one.flags & ~INHERIT_ONLY | INHERITED) for one in passed)

    def rights(self, sids: Set[str]) -> int:
        """What somebody with these SIDs may do: of two entries about one right the first counts."""
        granted = denied = 0
        for entry in self.entries:
            if entry.sid not in sids or entry.flags & INHERIT_ONLY:
                continue
            if entry.allows:
                granted |= entry.mask & ~denied
            else:
                denied |= entry.mask & ~granted
        return granted

    def to_bytes(self) -> bytes:
        """The self-relative form."""
        owner, group = binary_sid(self.owner), binary_sid(self.group)
        body = b"".join(_entry_bytes(entry) for entry in self.entries)
        access_list = _LIST.pack(2, 0, _LIST.size + len(body), len(self.entries), 0) + body
        at_list = _HEADER.size
        at_owner = at_list + len(access_list)
        header = _HEADER.pack(1, 0, self.control, at_owner, at_owner + len(owner), 0, at_list)
        return header + access_list + owner + group


def access_control(data: bytes) -> AccessControl:
    """The descriptor of a self-relative form. Raises ValueError."""
    try:
        _, _, control, at_owner, at_group, _, at_list = _HEADER.unpack_from(data)
        if not control & SELF_RELATIVE:
            raise ValueError("not self-relative")
        entries = tuple(_entries(data, at_list)) if control & DACL_PRESENT and at_list else ()
        owner, group = _sid(data, at_owner), _sid(data, at_group)
    except (struct.error, IndexError) as problem:
        raise ValueError(str(problem)) from None
    return AccessControl(owner, group, entries, bool(control & DACL_PROTECTED))


def ordered(entries: Iterable[AccessEntry]) -> tuple[AccessEntry, ...]:
    """Own entries before inherited ones, and denying ones first in each."""
    return tuple(sorted(entries, key=lambda entry: (bool(entry.flags & INHERITED), entry.allows)))


def _entry_bytes(entry: AccessEntry) -> bytes:
    sid = binary_sid(entry.sid)
    return _ENTRY.pack(entry.kind, entry.flags, _ENTRY.size + len(sid), entry.mask) + sid


def _entries(data: bytes, start: int) -> Iterable[AccessEntry]:
    _, _, _, count, _ = _LIST.unpack_from(data, start)
    if count > MAXIMUM_ENTRIES:
        raise ValueError("too many entries")
    at = start + _LIST.size
    for _ in range(count):
        kind, flags, length, mask = _ENTRY.unpack_from(data, at)
        if kind not in (_ALLOWED, _DENIED) or length < _ENTRY.size:
            raise ValueError(f"an entry of kind {kind}")
        yield AccessEntry(kind == _ALLOWED, _sid(data, at + _ENTRY.size), mask, flags)
        at += length


def _sid(data: bytes, start: int) -> str:
    if start == 0:
        raise ValueError("no owner or group")
    return sid_text(data[start:])
