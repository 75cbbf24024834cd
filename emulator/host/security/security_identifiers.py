"""Security identifiers: the well-known ones, and their binary form (MS-DTYP 2.4.2)."""

from hashlib import sha1
from uuid import UUID

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

#: BUILTIN\\Users, which holds Authenticated Users, so that nobody is without it.
USERS = "S-1-5-32-545"
#: NT SERVICE\\TrustedInstaller, the owner of Windows' files.
TRUSTED_INSTALLER = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"
#: What virtual machines run as begins so; ``-0`` is the group of all of them.
VIRTUAL_MACHINE_PREFIX = "S-1-5-83"


def virtual_machine_sid(identifier: str) -> str:
    """``NT VIRTUAL MACHINE\\<GUID>``: the GUID as four numbers of 32 bits (its form is published)."""
    data = UUID(identifier).bytes_le
    parts = (int.from_bytes(data[at : at + 4], "little") for at in range(0, 16, 4))
    return "-".join([VIRTUAL_MACHINE_PREFIX, "1", *map(str, parts)])


def machine_of_sid(sid: str) -> str | None:
    """The GUID of the virtual machine that a SID is of; None for other SIDs."""
    head, *parts = sid.removeprefix(f"{VIRTUAL_MACHINE_PREFIX}-").split("-")
    if not sid.startswith(VIRTUAL_MACHINE_PREFIX) or head != "1" or len(parts) != 4:
        return None
    if not all(part.isdecimal() and int(part) < 1 << 32 for part in parts):
        return None
    return str(UUID(bytes_le=b"".join(int(part).to_bytes(4, "little") for part in parts))).upper()


def service_sid(name: str) -> str:
    """``NT SERVICE\\<name>``: SHA-1 of the name in capitals (documented for sc showsid)."""
    digest = sha1(name.upper().encode("utf-16-le"), usedforsecurity=False).digest()
    parts = (int.from_bytes(digest[at : at + 4], "little") for at in range(0, 20, 4))
    return "-".join(["S-1-5-80", *map(str, parts)])


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
