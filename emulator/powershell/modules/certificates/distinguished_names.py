"""Distinguished names (X.500) as texts of Windows: written in reverse, with Windows' short names of parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.x509 import Name

#: Short name -> object identifier, those that Windows writes (CertNameToStr, X500_NAME_STR).
KEYS = {
    "CN": "2.5.4.3",
    "L": "2.5.4.7",
    "O": "2.5.4.10",
    "OU": "2.5.4.11",
    "E": "1.2.840.113549.1.9.1",
    "C": "2.5.4.6",
    "S": "2.5.4.8",
    "STREET": "2.5.4.9",
    "T": "2.5.4.12",
    "G": "2.5.4.42",
    "I": "2.5.4.43",
    "SN": "2.5.4.4",
    "DC": "0.9.2342.19200300.100.1.25",
    "SERIALNUMBER": "2.5.4.5",
    "Description": "2.5.4.13",
    "PostalCode": "2.5.4.17",
    "POBox": "2.5.4.18",
    "Phone": "2.5.4.20",
}
_SHORT = {identifier: key for key, identifier in KEYS.items()}
#: Further names that are understood.
_READ = {key.upper(): identifier for key, identifier in KEYS.items()} | {
    "ST": "2.5.4.8",
    "EMAIL": "1.2.840.113549.1.9.1",
    "GN": "2.5.4.42",
    "TITLE": "2.5.4.12",
}
_LONGEST = 4096
_PART = re.compile(r'\s*([A-Za-z][\w ]*|(?:OID\.)?\d+(?:\.\d+)+)\s*=\s*("(?:[^"]|"")*"|[^,;+"]*)\s*([,;+]|$)')
_MUST_BE_QUOTED = re.compile(r'[,+="\n<>#;]|^\s|\s$|^$')


def name_text(name: Name, *, separator: str = ", ") -> str:
    """The name as X509Certificate2.Subject writes it."""
    parts = []
    for group in reversed(name.rdns):
        pieces = []
        for one in group:
            identifier = one.oid.dotted_string
            value = one.value if isinstance(one.value, str) else "#" + one.value.hex()
            if _MUST_BE_QUOTED.search(value):
                value = '"' + value.replace('"', '""') + '"'
            pieces.append(f"{_SHORT.get(identifier, 'OID.' + identifier)}={value}")
        parts.append(" + ".join(pieces))
    return separator.join(parts)


def name_of_text(text: str) -> Name:
    """The name of such a text. Raises ValueError for one that is none."""
    from cryptography.x509 import Name, NameAttribute, ObjectIdentifier, RelativeDistinguishedName

    if len(text) > _LONGEST:
        raise ValueError("the name is too long")
    groups: list[list[Any]] = []
    place, joins = 0, False
    while place < len(text.rstrip()):
        found = _PART.match(text, place)
        if found is None:
            raise ValueError("no name of parts")
        key, value, ending = found.groups()
        identifier = _READ.get(key.strip().upper()) or key.upper().removeprefix("OID.")
        if not identifier[:1].isdigit():
            raise ValueError(f"unknown part {key[:32]!r}")
        if value.startswith('"'):
            value = value[1:-1].replace('""', '"')
        else:
            value = value.strip()
        part = NameAttribute(ObjectIdentifier(identifier), value)
        if joins:
            groups[-1].append(part)
        else:
            groups.append([part])
        joins = ending == "+"
        place = found.end()
    return Name([RelativeDistinguishedName(group) for group in reversed(groups)])


def simple_name(name: Name) -> str:
    """What GetNameInfo(SimpleName) gives: the common name, else another part."""
    for key in ("CN", "OU", "O", "E"):
        found = [one.value for one in name if one.oid.dotted_string == KEYS[key]]
        if found:
            return str(found[-1])
    return str(next(iter(name)).value) if list(name) else ""
