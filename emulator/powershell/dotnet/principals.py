"""Values of System.Security.Principal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.powershell.runtime.services import IdentityFacts


class SecurityIdentifier:
    """System.Security.Principal.SecurityIdentifier by its text form (MS-DTYP 2.4.2)."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def of_bytes(cls, data: bytes) -> SecurityIdentifier:
        """From the binary form. Raises ValueError, IndexError."""
        revision, count = data[0], data[1]
        if revision != 1 or count > 15 or len(data) < 8 + 4 * count:
            raise ValueError("not a SID")
        authority = int.from_bytes(data[2:8], "big")
        parts = (int.from_bytes(data[at : at + 4], "little") for at in range(8, 8 + 4 * count, 4))
        return cls("-".join(["S", str(revision), str(authority), *map(str, parts)]))

    @property
    def binary(self) -> bytes:
        """Revision, count, the authority's six bytes and the numbers of the parts."""
        _, revision, authority, *parts = self.text.split("-")
        number = int(authority, 16 if authority[:2].lower() == "0x" else 10)
        head = bytes((int(revision), len(parts))) + (number & (1 << 48) - 1).to_bytes(6, "big")
        return head + b"".join((int(part) & 0xFFFFFFFF).to_bytes(4, "little") for part in parts)

    @property
    def account_domain(self) -> SecurityIdentifier | None:
        """The SID of the machine or domain that an account belongs to; None for other identities."""
        parts = self.text.split("-")
        return (
            SecurityIdentifier("-".join(parts[:7])) if parts[2:4] == ["5", "21"] and len(parts) >= 7 else None
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecurityIdentifier) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text


class NTAccount:
    """System.Security.Principal.NTAccount: a name, with or without its authority."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NTAccount) and other.text.casefold() == self.text.casefold()

    def __hash__(self) -> int:
        return hash(self.text.casefold())

    def __str__(self) -> str:
        return self.text


class WindowsIdentity:
    """System.Security.Principal.WindowsIdentity."""

    __slots__ = ("facts",)

    def __init__(self, facts: IdentityFacts) -> None:
        self.facts = facts
