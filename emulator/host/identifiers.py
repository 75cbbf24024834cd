"""GUIDs as Windows writes them: upper case with hyphens, braces accepted on the way in."""

import re
import uuid

_GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")
# Identifiers of seeded objects are derived from names, so that they are the same after every start.
_NAMESPACE = uuid.UUID("9E8E3AC1-6D1B-4B0E-9E27-57B28A4C4D0B")


def normalize_guid(text: str) -> str:
    """Upper case without braces; other text comes back in upper case and matches nothing."""
    return text.strip().strip("{}").upper()


def is_guid(text: str) -> bool:
    """True for a GUID with or without braces, in any case."""
    return _GUID.fullmatch(text.strip()) is not None


def derived_guid(*names: str) -> str:
    """The same GUID for the same names, on every machine and in every run."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(names))).upper()
