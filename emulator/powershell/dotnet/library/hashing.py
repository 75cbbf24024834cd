"""System.Security.Cryptography: the hash algorithms."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import CRYPTOGRAPHIC, NetError
from emulator.powershell.dotnet.types import PSType, builtin, register

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_SPACE = "System.Security.Cryptography."
#: Algorithm -> (hashlib's name, the class that Create() of the abstract one makes).
_ALGORITHMS = {
    "MD5": ("md5", "MD5CryptoServiceProvider"),
    "SHA1": ("sha1", "SHA1CryptoServiceProvider"),
    "SHA256": ("sha256", "SHA256Managed"),
    "SHA384": ("sha384", "SHA384Managed"),
    "SHA512": ("sha512", "SHA512Managed"),
}


class HashAlgorithm:
    """A hash on its way; `ps_type` is its class."""

    __slots__ = ("_name", "_running", "final", "ps_type")

    def __init__(self, ps_type: PSType, name: str) -> None:
        self.ps_type = ps_type
        self._name = name
        self._running = self.begun()
        self.final: bytes | None = None

    def begun(self) -> Any:
        """A hash of nothing yet."""
        return hashlib.new(self._name, usedforsecurity=False)

    def add(self, data: bytearray, offset: int, count: int) -> None:
        """Hash a part of some bytes."""
        if offset < 0 or count < 0 or offset + count > len(data):
            raise NetError("System.ArgumentException", "Value was invalid.")
        if self.final is not None:
            self.reset()
        self._running.update(bytes(data[offset : offset + count]))

    def finish(self) -> None:
        """No more comes: the hash is known."""
        self.final = self._running.digest()

    def reset(self) -> None:
        """Begin anew."""
        self._running = self.begun()
        self.final = None

    def whole(self, data: bytearray) -> bytearray:
        """The hash of some bytes."""
        self.reset()
        self.add(data, 0, len(data))
        self.finish()
        return bytearray(self.final or b"")


class KeyedHash(HashAlgorithm):
    """A hash with a key (RFC 2104)."""

    __slots__ = ("key",)

    def __init__(self, ps_type: PSType, name: str, key: bytearray) -> None:
        self.key = key
        super().__init__(ps_type, name)

    def begun(self) -> Any:
        """A hash of nothing yet."""
        return hmac.new(bytes(self.key), digestmod=self._name)


def _set_key(value: KeyedHash, key: bytearray | None) -> None:
    if key is None:
        raise NetError(
            "System.NullReferenceException", "Object reference not set to an instance of an object."
        )
    value.key = key
    value.reset()


def _transform(
    value: HashAlgorithm, data: bytearray, offset: int, count: int, output: bytearray | None, place: int
) -> int:
    value.add(data, offset, count)
    if output is not None and output is not data:
        output[place : place + count] = data[offset : offset + count]
    return count


def _final(value: HashAlgorithm, data: bytearray, offset: int, count: int) -> bytearray:
    value.add(data, offset, count)
    value.finish()
    return bytearray(data[offset : offset + count])


def _part(data: bytearray, offset: int, count: int) -> bytearray:
    if offset < 0 or count < 0 or offset + count > len(data):
        raise NetError("System.ArgumentException", "Value was invalid.")
    return data[offset : offset + count]


def _of_stream(value: HashAlgorithm, stream: Any) -> bytearray:
    return value.whole(bytearray(stream.read_all()))


def _hash(value: HashAlgorithm) -> bytearray:
    if value.final is None:
        raise NetError(
            _SPACE + "CryptographicUnexpectedOperationException",
            "Hash must be finalized before the hash value is retrieved.",
        )
    return bytearray(value.final)


def _maker(algorithm: str) -> Callable[..., Any]:
    name, made = _ALGORITHMS[algorithm]
    return lambda *_given: HashAlgorithm(builtin(_SPACE + made), name)


def _named(name: str) -> HashAlgorithm | None:
    """HashAlgorithm.Create: None for a name that nothing has."""
    key = name.upper().replace("-", "").rpartition(".")[2]
    return _maker(key)() if key in _ALGORITHMS else None


register(PSType(_SPACE + "CryptographicUnexpectedOperationException", base=CRYPTOGRAPHIC))
register(
    PSType(
        _SPACE + "HashAlgorithm",
        is_abstract=True,
        interfaces=("System.IDisposable",),
        instance={
            "Hash": _hash,
            "HashSize: int": lambda value: value.begun().digest_size * 8,
            "ComputeHash(byte[] buffer)": lambda value, data: value.whole(data),
            "ComputeHash(byte[] buffer, int offset, int count)": (
                lambda value, data, offset, count: value.whole(_part(data, offset, count))
            ),
            "ComputeHash(System.IO.Stream inputStream)": _of_stream,
            "TransformBlock(byte[] inputBuffer, int inputOffset, int inputCount, byte[] outputBuffer, "
            "int outputOffset)": _transform,
            "TransformFinalBlock(byte[] inputBuffer, int inputOffset, int inputCount)": _final,
            "Initialize()": lambda value: value.reset(),
            "Dispose()": lambda _value: None,
            "Clear()": lambda _value: None,
        },
        static={"Create(string hashName)": _named},
    )
)


def _keyed(algorithm: str) -> Callable[..., Any]:
    """HMAC with the key that is given, or with a random one."""

    def make(engine: Engine, _kind: PSType, key: bytearray | None = None) -> KeyedHash:
        if key is None:
            key = bytearray(engine.random.generator.randbytes(hashlib.new(algorithm.lower()).block_size))
        return KeyedHash(builtin(f"{_SPACE}HMAC{algorithm}"), algorithm.lower(), key)

    return make


def _keyed_by_name(engine: Engine, name: str = "HMACSHA1") -> KeyedHash | None:
    """HMAC.Create: None for a name that nothing has."""
    key = name.upper().rpartition(".")[2].removeprefix("HMAC")
    return _keyed(key)(engine, builtin(f"{_SPACE}HMAC{key}")) if key in _ALGORITHMS else None


register(
    PSType(
        _SPACE + "KeyedHashAlgorithm",
        base=_SPACE + "HashAlgorithm",
        is_abstract=True,
        instance={"Key: byte[]": lambda value: bytearray(value.key), "Key=": _set_key},
        static={"@Create()": _keyed_by_name, "@Create(string algName)": _keyed_by_name},
    )
)
register(
    PSType(
        _SPACE + "HMAC",
        base=_SPACE + "KeyedHashAlgorithm",
        is_abstract=True,
        instance={"HashName: string": lambda value: value.ps_type.short_name.removeprefix("HMAC")},
        static={"@Create()": _keyed_by_name, "@Create(string algorithmName)": _keyed_by_name},
    )
)
for _algorithm, (_name, _class) in _ALGORITHMS.items():
    register(
        PSType(
            _SPACE + _algorithm,
            base=_SPACE + "HashAlgorithm",
            is_abstract=True,
            static={"Create()": _maker(_algorithm)},
        )
    )
    _names = {_class, f"{_algorithm}CryptoServiceProvider", f"{_algorithm}Managed"}
    for _concrete in sorted(_names - {"MD5Managed"}):
        register(
            PSType(_SPACE + _concrete, base=_SPACE + _algorithm, construct={"new()": _maker(_algorithm)})
        )
    register(
        PSType(
            f"{_SPACE}HMAC{_algorithm}",
            base=_SPACE + "HMAC",
            construct={"@new()": _keyed(_algorithm), "@new(byte[] key)": _keyed(_algorithm)},
        )
    )
