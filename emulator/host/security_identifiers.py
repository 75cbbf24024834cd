"""Security identifiers: the well-known ones, and their binary form (MS-DTYP 2.4.2)."""

#: Identities of Windows itself by name (MS-DTYP 2.4.2.4).
SYSTEM_ACCOUNTS = {
    "Everyone": "S-1-1-0",
    "LOCAL": "S-1-2-0",
    "CREATOR OWNER": "S-1-3-0",
    "CREATOR GROUP": "S-1-3-1",
    "OWNER RIGHTS": "S-1-3-4",
    "DIALUP": "S-1-5-1",
    "NETWORK": "S-1-5-2",
    "BATCH": "S-1-5-3",
    "INTERACTIVE": "S-1-5-4",
    "SERVICE": "S-1-5-6",
    "ANONYMOUS LOGON": "S-1-5-7",
    "SELF": "S-1-5-10",
    "Authenticated Users": "S-1-5-11",
    "TERMINAL SERVER USER": "S-1-5-13",
    "REMOTE INTERACTIVE LOGON": "S-1-5-14",
    "IUSR": "S-1-5-17",
    "SYSTEM": "S-1-5-18",
    "LOCAL SERVICE": "S-1-5-19",
    "NETWORK SERVICE": "S-1-5-20",
}


def sid_text(data: bytes) -> str:
    """The SID of its bytes. Raises ValueError, IndexError."""
    revision, count = data[0], data[1]
    if revision != 1 or count > 15 or len(data) < 8 + 4 * count:
        raise ValueError("not a SID")
    authority = int.from_bytes(data[2:8], "big")
    parts = (int.from_bytes(data[at : at + 4], "little") for at in range(8, 8 + 4 * count, 4))
    return "-".join(["S", str(revision), str(authority), *map(str, parts)])


def binary_sid(sid: str) -> bytes:
    """The bytes of a SID: revision, count, the authority's six bytes and the numbers of the parts."""
    _, revision, authority, *parts = sid.split("-")
    head = bytes((int(revision), len(parts))) + int(authority).to_bytes(6, "big")
    return head + b"".join(int(part).to_bytes(4, "little") for part in parts)
