"""The data protection of Windows (DPAPI): secrets that only the same account on the same machine reads again.

A blob has the layout of CryptProtectData since Windows 7, as open readers of such blobs (impacket, Mimikatz)
know it::

    1, provider GUID | 1, GUID of the master key, flags, length and description
    AES-256 (0x6610), 256, salt | length 0 of a key for the MAC | SHA-512 (0x800E), 512, key for the MAC
    length, ciphertext | length, MAC of everything behind the provider GUID

The master keys of a machine and its accounts are derived from their SIDs: the same for every start of the
same machine, other ones for every other machine or account. Who asks without an account is the system.
"""

import hashlib
import hmac
import os
import struct
from typing import TYPE_CHECKING

from emulator.host.errors import HostError
from emulator.host.identifiers import derived_guid, octets_little_endian

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account

_PROVIDER = octets_little_endian("DF9D8CD0-1501-11D1-8C7A-00C04FC297EB")
_HEAD = struct.pack("<I", 1) + _PROVIDER
_AES_256, _SHA_512 = 0x6610, 0x800E
_LOCAL_MACHINE = 4
_SYSTEM = "S-1-5-18"
#: Longest text that can be protected; CryptProtectData has no bound but memory.
_LONGEST = 64 * 1024 * 1024


class KeyNotValid(HostError):
    """NTE_BAD_KEY_STATE: another account or another machine has protected the data."""

    hresult = 0x8009000B
    default_text = "Key not valid for use in specified state."


class InvalidData(HostError):
    """ERROR_INVALID_DATA: no blob, a changed one, or other entropy than that it was made with."""

    hresult = 0x8007000D
    default_text = "The data is invalid."


def protect(
    host: "Host",
    account: "Account | None",
    data: bytes,
    entropy: bytes = b"",
    *,
    for_machine: bool = False,
) -> bytes:
    """A blob that the account can read again, or everybody on the machine."""
    from emulator.block_cipher import encrypted

    if len(data) > _LONGEST:
        raise HostError("Not enough memory resources are available.", hresult=0x8007000E)
    identifier, secret = _master_key(host, account, for_machine)
    salt, mac_key = os.urandom(32), os.urandom(32)
    text = encrypted(_session_key(secret, salt, entropy), bytes(16), data)
    body = b"".join(
        (
            struct.pack("<I16sI", 1, identifier, _LOCAL_MACHINE if for_machine else 0),
            struct.pack("<I2s", 2, b"\0\0"),
            struct.pack("<III32s", _AES_256, 256, 32, salt),
            struct.pack("<I", 0),
            struct.pack("<III32s", _SHA_512, 512, 32, mac_key),
            struct.pack("<I", len(text)),
            text,
        )
    )
    mac = _mac(secret, mac_key, entropy, body)
    return _HEAD + body + struct.pack("<I", len(mac)) + mac


def unprotect(host: "Host", account: "Account | None", blob: bytes, entropy: bytes = b"") -> bytes:
    """The data of a blob. Raises KeyNotValid, InvalidData."""
    from emulator.block_cipher import decrypted

    reader = _Reader(blob)
    if reader.take(len(_HEAD)) != _HEAD:
        raise InvalidData
    start = reader.place
    _version, identifier, flags = struct.unpack("<I16sI", reader.take(24))
    reader.counted()  # description
    algorithm = struct.unpack("<II", reader.take(8))
    salt = reader.counted()
    reader.counted()  # a key for the MAC that nobody uses
    digest = struct.unpack("<II", reader.take(8))
    mac_key, text = reader.counted(), reader.counted()
    end = reader.place
    mac = reader.counted()
    own, secret = _master_key(host, account, bool(flags & _LOCAL_MACHINE))
    if identifier != own:
        raise KeyNotValid
    if algorithm != (_AES_256, 256) or digest != (_SHA_512, 512):
        raise InvalidData
    if not hmac.compare_digest(mac, _mac(secret, mac_key, entropy, blob[start:end])):
        raise InvalidData
    try:
        return decrypted(_session_key(secret, salt, entropy), bytes(16), text)
    except ValueError:
        raise InvalidData from None


class _Reader:
    """The parts of a blob, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0

    def take(self, count: int) -> bytes:
        """So many bytes. Raises InvalidData when they are not there."""
        piece = self.data[self.place : self.place + count]
        if len(piece) != count:
            raise InvalidData
        self.place += count
        return piece

    def counted(self) -> bytes:
        """Bytes behind their number."""
        (count,) = struct.unpack("<I", self.take(4))
        return self.take(count)


def _master_key(host: "Host", account: "Account | None", for_machine: bool) -> tuple[bytes, bytes]:
    """GUID (as a blob has it) and SHA-1 of the master key of an account, or of the machine."""
    machine = host.accounts.machine_sid
    owner = "machine" if for_machine else account.sid if account is not None else _SYSTEM
    identifier = octets_little_endian(derived_guid("master key", machine, owner))
    secret = hashlib.sha512(f"master key/{machine}/{owner}".encode()).digest()
    return identifier, hashlib.sha1(secret, usedforsecurity=False).digest()


def _session_key(secret: bytes, salt: bytes, entropy: bytes) -> bytes:
    return hmac.digest(secret, salt + entropy, "sha512")[:32]


def _mac(secret: bytes, mac_key: bytes, entropy: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, mac_key + entropy + body, "sha512")
