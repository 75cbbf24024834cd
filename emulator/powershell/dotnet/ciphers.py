"""Symmetric ciphers as System.Security.Cryptography has them: algorithms, transforms, streams through one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from emulator.block_cipher import BLOCK_SIZES, Algorithm, BlockCipher
from emulator.powershell.dotnet.exceptions import CRYPTOGRAPHIC, NetError
from emulator.powershell.dotnet.streams import Stream, require_room
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.powershell.dotnet.types import PSType

WRONG_KEY = "Specified key is not a valid size for this algorithm."
WRONG_VECTOR = "Specified initialization vector (IV) does not match the block size for this algorithm."
_WRONG_PADDING = "Padding is invalid and cannot be removed."
_CHUNK = 64 * 1024

Padding = Literal["None", "PKCS7", "Zeros", "ANSIX923", "ISO10126"]


class Kind(NamedTuple):
    """A family of ciphers: its block cipher, the sizes of its keys in bits, the one of a new key."""

    name: str
    algorithm: Algorithm
    key_sizes: tuple[int, ...]
    usual_size: int

    @property
    def block(self) -> int:
        """Bytes of a block."""
        return BLOCK_SIZES[self.algorithm]


KINDS = {
    "Aes": Kind("Aes", "AES", (128, 192, 256), 256),
    "Rijndael": Kind("Rijndael", "AES", (128, 192, 256), 256),
    "TripleDES": Kind("TripleDES", "TripleDES", (128, 192), 192),
    "DES": Kind("DES", "TripleDES", (64,), 64),
}


class SymmetricAlgorithm:
    """A cipher with key, vector, mode and padding; what nobody has given is drawn when it is asked for."""

    def __init__(self, ps_type: PSType, kind: Kind, draw: Callable[[int], bytes]) -> None:
        self.ps_type = ps_type
        self.kind = kind
        self.draw = draw
        self.mode = "CBC"
        self.padding: Padding = "PKCS7"
        self._size = kind.usual_size
        self._key: bytes | None = None
        self._iv: bytes | None = None

    @property
    def key(self) -> bytes:
        """The key. Setting raises NetError for a wrong length."""
        if self._key is None:
            self._key = self.draw(self._size // 8)
        return self._key

    @key.setter
    def key(self, value: bytes) -> None:
        self._key = valid_key(self.kind, value)
        self._size = len(value) * 8

    @property
    def key_size(self) -> int:
        """Bits of the key. Setting one forgets the key."""
        return self._size

    @key_size.setter
    def key_size(self, bits: int) -> None:
        if bits not in self.kind.key_sizes:
            raise NetError(CRYPTOGRAPHIC, WRONG_KEY)
        self._size, self._key = bits, None

    @property
    def iv(self) -> bytes:
        """The initialization vector. Setting raises NetError for a wrong length."""
        if self._iv is None:
            self._iv = self.draw(self.kind.block)
        return self._iv

    @iv.setter
    def iv(self, value: bytes) -> None:
        if len(value) != self.kind.block:
            raise NetError(CRYPTOGRAPHIC, WRONG_VECTOR)
        self._iv = value

    def forget_key(self) -> None:
        """GenerateKey: another key."""
        self._key = None

    def forget_iv(self) -> None:
        """GenerateIV: another vector."""
        self._iv = None

    def transform(self, encrypts: bool, key: bytes | None = None, iv: bytes | None = None) -> CipherTransform:
        """CreateEncryptor and CreateDecryptor. Raises NetError."""
        chosen = self.key if key is None else valid_key(self.kind, key)
        vector = self.iv if iv is None else iv
        if self.mode == "ECB":
            vector = bytes(self.kind.block)
        elif self.mode != "CBC":
            raise not_emulated(f"The cipher mode {self.mode}")
        if len(vector) < self.kind.block:
            raise NetError(CRYPTOGRAPHIC, WRONG_VECTOR)
        return CipherTransform(self, chosen, vector[: self.kind.block], encrypts)


def valid_key(kind: Kind, key: bytes) -> bytes:
    """The key. Raises NetError for one of a wrong length, and a weak one of Triple DES."""
    if len(key) * 8 not in kind.key_sizes:
        raise NetError(CRYPTOGRAPHIC, WRONG_KEY)
    if kind.name == "TripleDES" and (key[:8] == key[8:16] or (len(key) == 24 and key[8:16] == key[16:])):
        raise NetError(CRYPTOGRAPHIC, "Specified key is a known weak key for 'TripleDES' and cannot be used.")
    return key


class CipherTransform:
    """ICryptoTransform of a cipher. After the final block it begins anew."""

    def __init__(self, algorithm: SymmetricAlgorithm, key: bytes, iv: bytes, encrypts: bool) -> None:
        kind = algorithm.kind
        self.block = kind.block
        self.encrypts = encrypts
        self._kind = kind
        self._padding: Padding = algorithm.padding
        self._draw = algorithm.draw
        self._key = (
            key * 3 if kind.name == "DES" else key + key[:8] if len(key) == 16 and kind.block == 8 else key
        )
        self._iv = iv
        self._mode: Literal["CBC", "ECB"] = "ECB" if algorithm.mode == "ECB" else "CBC"
        self._held = b""
        self._cipher = self._begun()

    def _begun(self) -> BlockCipher:
        return BlockCipher(
            self._key, self._iv, encrypts=self.encrypts, algorithm=self._kind.algorithm, mode=self._mode
        )

    def blocks(self, data: bytes) -> bytes:
        """Whole blocks; a decryptor keeps the last one back, which may be padding. Raises NetError."""
        if not data or len(data) % self.block:
            raise NetError("System.ArgumentException", "Value was invalid.")
        done = self._cipher.update(data)
        if self.encrypts or self._padding in ("None", "Zeros"):
            return done
        done = self._held + done
        self._held = done[-self.block :]
        return done[: -self.block]

    def size_of_blocks(self, count: int) -> int:
        """How many bytes `blocks` makes of so many."""
        holds = not self.encrypts and self._padding not in ("None", "Zeros")
        return count - self.block + len(self._held) if holds else count

    def final(self, data: bytes) -> bytes:
        """The last bytes, with their padding added or taken away. Raises NetError."""
        if self.encrypts:
            done = self._cipher.update(self._padded(data))
        else:
            if len(data) % self.block:
                raise NetError(CRYPTOGRAPHIC, "Length of the data to decrypt is invalid.")
            done = self._unpadded(self._held + self._cipher.update(data))
        self._held = b""
        self._cipher = self._begun()
        return done

    def _padded(self, data: bytes) -> bytes:
        missing = self.block - len(data) % self.block
        if self._padding == "PKCS7":
            return data + bytes([missing]) * missing
        if self._padding == "ANSIX923":
            return data + bytes(missing - 1) + bytes([missing])
        if self._padding == "ISO10126":
            return data + self._draw(missing - 1) + bytes([missing])
        if missing == self.block:
            return data
        if self._padding == "None":
            raise NetError(CRYPTOGRAPHIC, "Length of the data to encrypt is invalid.")
        return data + bytes(missing)

    def _unpadded(self, data: bytes) -> bytes:
        if self._padding in ("None", "Zeros") or not data:
            return data
        count = data[-1]
        padding = data[-count:] if count else b""
        wanted = {"PKCS7": bytes([count]) * count, "ANSIX923": bytes(max(count - 1, 0)) + bytes([count])}
        if not 1 <= count <= self.block or wanted.get(self._padding, padding) != padding:
            raise NetError(CRYPTOGRAPHIC, _WRONG_PADDING)
        return data[:-count]


class CipherStream(Stream):
    """System.Security.Cryptography.CryptoStream over a cipher."""

    def __init__(self, inner: Stream, transform: CipherTransform, *, writes: bool) -> None:
        super().__init__()
        self.inner = inner
        self.transform = transform
        self.readable, self.writable = not writes, writes
        self.finished = False
        self._waiting = b""
        self._ready = b""
        self._size = 0

    def pull(self, count: int) -> bytes:
        self.require_open()
        if not self.readable:
            raise NetError("System.NotSupportedException", "Stream does not support reading.")
        while len(self._ready) < count and not self.finished:
            piece = self.inner.pull(_CHUNK)
            self._size += len(piece)
            require_room(self._size)
            if piece:
                self._ready += self._whole(piece)
            else:
                self.finished = True
                self._ready += self.transform.final(self._waiting)
        piece, self._ready = self._ready[:count], self._ready[count:]
        return piece

    def push(self, data: bytes) -> None:
        self.require_open()
        if not self.writable:
            raise NetError("System.NotSupportedException", "Stream does not support writing.")
        self._size += len(data)
        require_room(self._size)
        done = self._whole(data)
        if done:
            self.inner.push(done)

    def _whole(self, data: bytes) -> bytes:
        """What the whole blocks that are there now become; the rest waits."""
        self._waiting += data
        size = len(self._waiting) // self.transform.block * self.transform.block
        if not size:
            return b""
        blocks, self._waiting = self._waiting[:size], self._waiting[size:]
        return self.transform.blocks(blocks)

    def finish(self) -> None:
        """FlushFinalBlock. Raises NetError the second time."""
        if self.finished:
            text = "FlushFinalBlock() method was called twice on a CryptoStream. It can only be called once."
            raise NetError("System.NotSupportedException", text)
        self.finished = True
        if self.writable:
            self.inner.push(self.transform.final(self._waiting))
            self._waiting = b""

    def close(self) -> None:
        if not self.closed:
            if not self.finished and self.writable:
                self.finish()
            self.closed = True
            self.inner.close()
