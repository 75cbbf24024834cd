"""Block ciphers by their names: the one place that asks ``cryptography`` for them, and not before it must."""

from __future__ import annotations

from typing import Literal

Algorithm = Literal["AES", "TripleDES"]
Mode = Literal["CBC", "ECB"]

#: Bytes of a block.
BLOCK_SIZES: dict[Algorithm, int] = {"AES": 16, "TripleDES": 8}


class BlockCipher:
    """A cipher on its way in one direction: what one piece leaves, the next one goes on from.

    ``iv`` is not looked at with ECB. Raises ValueError for a key or vector of a length that it cannot have.
    """

    def __init__(
        self, key: bytes, iv: bytes, *, encrypts: bool, algorithm: Algorithm = "AES", mode: Mode = "CBC"
    ) -> None:
        from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
        from cryptography.hazmat.primitives.ciphers import Cipher, modes
        from cryptography.hazmat.primitives.ciphers.algorithms import AES

        chosen = modes.ECB() if mode == "ECB" else modes.CBC(iv)  # noqa: S305 - as the script asks for
        cipher = Cipher(AES(key) if algorithm == "AES" else TripleDES(key), chosen)
        self._running = cipher.encryptor() if encrypts else cipher.decryptor()

    def update(self, data: bytes) -> bytes:
        """Whole blocks through the cipher."""
        return self._running.update(data)


def encrypted(key: bytes, iv: bytes, data: bytes) -> bytes:
    """AES-CBC with the padding of PKCS #7."""
    missing = 16 - len(data) % 16
    return BlockCipher(key, iv, encrypts=True).update(data + bytes([missing]) * missing)


def decrypted(key: bytes, iv: bytes, data: bytes) -> bytes:
    """What `encrypted` was given. Raises ValueError when key and data do not fit together."""
    if not data or len(data) % 16:
        raise ValueError("no whole number of blocks")
    plain = BlockCipher(key, iv, encrypts=False).update(data)
    missing = plain[-1]
    if not 1 <= missing <= 16 or plain[-missing:] != bytes([missing]) * missing:
        raise ValueError("the padding is not that of PKCS #7")
    return plain[:-missing]
