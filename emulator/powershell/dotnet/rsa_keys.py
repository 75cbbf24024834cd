"""RSA keys as System.Security.Cryptography has them; ``cryptography`` is loaded with the first one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import CRYPTOGRAPHIC, NetError
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

    from emulator.powershell.dotnet.types import PSType

#: Names of hashes as scripts give them (names, identifiers, classes) -> those of hashlib.
_HASHES = {
    "md5": "md5",
    "1.2.840.113549.2.5": "md5",
    "sha1": "sha1",
    "sha": "sha1",
    "1.3.14.3.2.26": "sha1",
    "sha256": "sha256",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "sha384": "sha384",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "sha512": "sha512",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
#: Bits that a key may have on Windows, and those that are made here.
_LEGAL, _MADE = range(384, 16385, 8), range(1024, 4097)


def hash_name(given: str) -> str:
    """The name of a hash algorithm for hashlib. Raises NetError for one that nothing has."""
    short = given.rpartition(".")[2] if given[:1].isalpha() else given
    for ending in ("cryptoserviceprovider", "managed", "cng"):
        short = short.lower().removesuffix(ending)
    found = _HASHES.get(short.replace("-", ""))
    if found is None:
        raise NetError(CRYPTOGRAPHIC, "Object identifier (OID) is unknown.")
    return found


def hash_algorithm(name: str) -> HashAlgorithm:
    """The algorithm as the library has it."""
    from cryptography.hazmat.primitives import hashes

    made: HashAlgorithm = getattr(hashes, name.upper())()
    return made


class RsaKey:
    """An RSA key pair or its public half; a pair that nobody has used yet is made when somebody does.

    ``ps_type`` is its class, ``container`` the name of a key of the machine, "" for one of the process.
    """

    def __init__(
        self,
        ps_type: PSType,
        size: int = 1024,
        key: RSAPrivateKey | RSAPublicKey | None = None,
        *,
        container: str = "",
        provider: str = "",
        exportable: bool = True,
    ) -> None:
        self.ps_type = ps_type
        self.size = size
        self._key = key
        self.container = container
        self.provider = provider
        self.exportable = exportable
        self.is_of_machine = False

    @property
    def key(self) -> RSAPrivateKey | RSAPublicKey:
        """The key of the library."""
        if self._key is None:
            from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

            self._key = generate_private_key(public_exponent=65537, key_size=self.size)
        return self._key

    @key.setter
    def key(self, key: RSAPrivateKey | RSAPublicKey) -> None:
        self._key = key

    @property
    def key_size(self) -> int:
        """Bits of the modulus."""
        return self.size if self._key is None else self._key.key_size

    @key_size.setter
    def key_size(self, size: int) -> None:
        self.size = valid_size(size)
        self._key = None

    @property
    def public(self) -> RSAPublicKey:
        """The public half."""
        found: Any = self.key
        public: RSAPublicKey = found if self.is_public_only else found.public_key()
        return public

    @property
    def is_public_only(self) -> bool:
        """Whether the private half is not known."""
        return not hasattr(self.key, "private_numbers")

    @property
    def private(self) -> RSAPrivateKey:
        """The pair. Raises NetError without the private half."""
        if self.is_public_only:
            raise NetError(CRYPTOGRAPHIC, "Key does not exist.\r\n")
        found: Any = self.key
        private: RSAPrivateKey = found
        return private

    def encrypted(self, data: bytes, padding: AsymmetricPadding) -> bytes:
        """Data under the public half. Raises NetError when it is too long."""
        try:
            return self.public.encrypt(data, padding)
        except ValueError:
            raise NetError(CRYPTOGRAPHIC, "Bad Length.\r\n") from None

    def decrypted(self, data: bytes, padding: AsymmetricPadding) -> bytes:
        """What was encrypted. Raises NetError for anything else."""
        try:
            return self.private.decrypt(data, padding)
        except ValueError:
            raise NetError(CRYPTOGRAPHIC, "The parameter is incorrect.\r\n") from None

    def signed(self, digest: bytes, name: str, padding: AsymmetricPadding) -> bytes:
        """The signature of a hash."""
        from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

        try:
            return self.private.sign(digest, padding, Prehashed(hash_algorithm(name)))
        except ValueError:
            raise NetError(CRYPTOGRAPHIC, "Bad Hash.\r\n") from None

    def verifies(self, digest: bytes, signature: bytes, name: str, padding: AsymmetricPadding) -> bool:
        """Whether a signature is that of a hash by this key."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

        try:
            self.public.verify(signature, digest, padding, Prehashed(hash_algorithm(name)))
        except (InvalidSignature, ValueError):
            return False
        return True


def valid_size(size: int) -> int:
    """The bits of a key. Raises NetError, and a not-emulated error for short and very long keys."""
    if size not in _LEGAL:
        raise NetError(CRYPTOGRAPHIC, "Specified key is not a valid size for this algorithm.")
    if size not in _MADE:
        raise not_emulated(f"An RSA key of {size} bits")
    return size


#: Names of the parts of a key, as XML has them.
PARTS = ("Modulus", "Exponent", "P", "Q", "DP", "DQ", "InverseQ", "D")


def parts_of(key: RsaKey, private: bool) -> dict[str, bytes]:
    """The numbers of a key in the order of ToXmlString, each as long as Windows writes it."""
    public = key.public.public_numbers()
    size = (public.n.bit_length() + 7) // 8
    parts = {
        "Modulus": public.n.to_bytes(size, "big"),
        "Exponent": public.e.to_bytes((public.e.bit_length() + 7) // 8, "big"),
    }
    if private:
        if not key.exportable:
            raise NetError(CRYPTOGRAPHIC, "Key not valid for use in specified state.\r\n")
        numbers = key.private.private_numbers()
        half = (size + 1) // 2
        parts |= {
            "P": numbers.p.to_bytes(half, "big"),
            "Q": numbers.q.to_bytes(half, "big"),
            "DP": numbers.dmp1.to_bytes(half, "big"),
            "DQ": numbers.dmq1.to_bytes(half, "big"),
            "InverseQ": numbers.iqmp.to_bytes(half, "big"),
            "D": numbers.d.to_bytes(size, "big"),
        }
    return parts


def key_of_parts(parts: dict[str, bytes]) -> RSAPrivateKey | RSAPublicKey:
    """The key of such numbers; without D the public half. Raises NetError when they do not fit together."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateNumbers, RSAPublicNumbers

    number = {name: int.from_bytes(value, "big") for name, value in parts.items()}
    try:
        public = RSAPublicNumbers(number["Exponent"], number["Modulus"])
        if "D" not in number:
            return public.public_key()
        return RSAPrivateNumbers(
            p=number["P"],
            q=number["Q"],
            d=number["D"],
            dmp1=number["DP"],
            dmq1=number["DQ"],
            iqmp=number["InverseQ"],
            public_numbers=public,
        ).private_key()
    except (KeyError, ValueError):
        raise NetError(CRYPTOGRAPHIC, "Bad Data.\r\n") from None
