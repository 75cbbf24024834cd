"""Distinguished names (X.500) as texts of Windows: written in reverse, with Windows' short names of parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from emulator.host.security.der import dotted, read

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
_PART = re.compile(
    r'\s*([A-Za-z][\w ]*+|(?:OID\.)?\d+(?:\.\d+)+)\s*=\s*("(?:[^"]|"")*"|[^,;+"]*+)\s*([,;+]|$)'
)
_MUST_BE_QUOTED = re.compile(r'[,+="\n<>#;]|^\s|\s$|^$')


def name_text(name: Name, *, separator: str = ", ") -> str:
    """The name as X509Certificate2.Subject writes it."""
    groups = [
        [
            (one.oid.dotted_string, one.value if isinstance(one.value, str) else "#" + one.value.hex())
            for one in group
        ]
        for group in name.rdns
    ]
    return _joined(groups, separator)


def name_text_of_der(encoded: bytes) -> str:
    """The same of an encoded name. Raises Malformed."""
    groups = [
        [
            (dotted(kind.content), value.content.decode(_CODECS.get(value.tag, "latin-1"), "replace"))
            for kind, value in (pair.parts()[:2] for pair in group.parts())
        ]
        for group in read(encoded).parts()
    ]
    return _joined(groups, ", ")


#: Codecs of the tags of texts: UTF8String and BMPString; the others are ASCII or Latin-1.
_CODECS = {0x0C: "utf-8", 0x1E: "utf-16-be"}


def _joined(groups: list[list[tuple[str, str]]], separator: str) -> str:
    """Identifiers and values as text, the last group first."""
    return separator.join(" + ".join(_piece(*one) for one in group) for group in reversed(groups))


def _piece(identifier: str, value: str) -> str:
    if _MUST_BE_QUOTED.search(value):
        value = '"' + value.replace('"', '""') + '"'
    return f"{_SHORT.get(identifier, 'OID.' + identifier)}={value}"


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
