"""Security descriptors in SDDL, as far as WinRM's RootSDDL needs them (MS-DTYP 2.5.1).

Only the question "may this user do anything at all" is asked; the single rights are checked for their
spelling and not told apart.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

_ALIASES = {
    "AN": "S-1-5-7",
    "AU": "S-1-5-11",
    "BA": "S-1-5-32-544",
    "BG": "S-1-5-32-546",
    "BU": "S-1-5-32-545",
    "CO": "S-1-3-0",
    "ER": "S-1-5-32-573",
    "HA": "S-1-5-32-578",
    "IU": "S-1-5-4",
    "LS": "S-1-5-19",
    "MU": "S-1-5-32-558",
    "NS": "S-1-5-20",
    "NU": "S-1-5-2",
    "PU": "S-1-5-32-547",
    "RD": "S-1-5-32-555",
    "RM": "S-1-5-32-580",
    "SU": "S-1-5-6",
    "SY": "S-1-5-18",
    "WD": "S-1-1-0",
}
REMOTE_MANAGEMENT_USERS = _ALIASES["RM"]

_SID = r"(?:[A-Z]{2}|S-1(?:-\d{1,15}){1,16})"
_ACE = rf"\((?:[A-Z]{{1,2}});(?:[A-Z]*);(?:[A-Z]*|0x[0-9A-Fa-f]{{1,8}});[^;()]*;[^;()]*;{_SID}\)"
_DESCRIPTOR = re.compile(
    rf"(?:O:{_SID})?(?:G:{_SID})?(?:D:(?P<control>[PARI]*)(?P<dacl>(?:{_ACE})*))?(?:S:[PARI]*(?:{_ACE})*)?"
)
_ENTRY = re.compile(rf"\(([A-Z]{{1,2}});[^;]*;[^;]*;[^;]*;[^;]*;({_SID})\)")
_MAXIMUM_LENGTH = 8192


@dataclass(frozen=True, slots=True)
class SecurityDescriptor:
    """The entries of the discretionary list in their order: whether each allows, and the SID it is for."""

    entries: tuple[tuple[bool, str], ...]

    def grants(self, sids: Set[str]) -> bool:
        """Whether a user with these SIDs may do anything: the first entry that concerns the user decides."""
        return next((allows for allows, sid in self.entries if sid in sids), False)


@lru_cache(maxsize=32)
def parse_security_descriptor(text: str) -> SecurityDescriptor:
    """The descriptor of SDDL text. Raises ValueError."""
    match = _DESCRIPTOR.fullmatch(text) if len(text) <= _MAXIMUM_LENGTH else None
    if match is None or not text:
        raise ValueError("not a security descriptor")
    entries = []
    for kind, sid in _ENTRY.findall(match["dacl"] or ""):
        if kind not in ("A", "D"):
            continue
        if not sid.startswith("S-"):
            if sid not in _ALIASES:
                continue
            sid = _ALIASES[sid]
        entries.append((kind == "A", sid))
    return SecurityDescriptor(tuple(entries))
