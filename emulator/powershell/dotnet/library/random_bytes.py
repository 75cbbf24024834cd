"""System.Security.Cryptography: RandomNumberGenerator, and keys derived from passwords (RFC 2898)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import argument_error, null_argument, out_of_range
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.rsa_keys import hash_name
from emulator.powershell.dotnet.streams import require_room
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.runtime.conversion import convert
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_SPACE = "System.Security.Cryptography."
_USUAL_ITERATIONS, _LEAST_SALT = 1000, 8
#: How much a script may ask for: rounds in all, some seconds of work.
_MOST_ROUNDS = 20_000_000


class RandomBytes:
    """RandomNumberGenerator: draws from what Get-Random draws from."""

    def __init__(self, engine: Engine) -> None:
        self.generator = engine.random.generator

    def fill(self, buffer: bytearray, offset: int = 0, count: int | None = None) -> None:
        """GetBytes."""
        size = len(buffer) - offset if count is None else count
        if offset < 0 or size < 0 or offset + size > len(buffer):
            raise argument_error(
                "Offset and length were out of bounds for the array or count is greater than the number of "
                "elements from index to the end of the source collection."
            )
        buffer[offset : offset + size] = self.generator.randbytes(size)

    def fill_without_zero(self, buffer: bytearray) -> None:
        """GetNonZeroBytes."""
        drawn = bytes(one for one in self.generator.randbytes(len(buffer)) if one)
        buffer[:] = drawn + bytes(self.generator.randint(1, 255) for _ in range(len(buffer) - len(drawn)))


register(
    PSType(
        f"{_SPACE}RandomNumberGenerator",
        is_abstract=True,
        interfaces=("System.IDisposable",),
        instance={
            "GetBytes(byte[] data)": RandomBytes.fill,
            "GetBytes(byte[] data, int offset, int count)": RandomBytes.fill,
            "GetNonZeroBytes(byte[] data)": RandomBytes.fill_without_zero,
            "Dispose()": lambda _r: None,
        },
        static={
            "@Create()": RandomBytes,
            "@Create(string rngName)": lambda engine, _name: RandomBytes(engine),
        },
    )
)
register(
    PSType(
        f"{_SPACE}RNGCryptoServiceProvider",
        base=f"{_SPACE}RandomNumberGenerator",
        construct={"@new()": lambda engine, _kind: RandomBytes(engine)},
    ),
    RandomBytes,
)


def _valid_salt(salt: bytes) -> bytes:
    if len(salt) < _LEAST_SALT:
        raise argument_error("Salt is not at least eight bytes.", "salt")
    return salt


class DerivedBytes:
    """Rfc2898DeriveBytes: PBKDF2, whose bytes come one after the other."""

    def __init__(self, password: bytes, salt: bytes, iterations: int, algorithm: str) -> None:
        if iterations <= 0:
            raise out_of_range("Positive number required.", "iterationCount")
        self.password = password
        self.salt = _valid_salt(salt)
        self.iterations = iterations
        self.algorithm = algorithm
        self._place = 0
        self._rounds = 0

    def take(self, count: int) -> bytearray:
        """The next bytes."""
        if count <= 0:
            raise out_of_range("Positive number required.", "cb")
        end = self._place + count
        require_room(end)
        self._rounds += self.iterations * (end // hashlib.new(self.algorithm).digest_size + 1)
        if self._rounds > _MOST_ROUNDS:
            raise not_emulated(f"Rfc2898DeriveBytes with more than {_MOST_ROUNDS} rounds")
        made = hashlib.pbkdf2_hmac(self.algorithm, self.password, self.salt, self.iterations, end)
        made, self._place = made[self._place :], end
        return bytearray(made)

    def reset(self) -> None:
        """Begin with the first bytes again."""
        self._place = 0


def _derive(
    engine: Engine,
    _kind: PSType,
    password: Any,
    salt: Any,
    iterations: int = _USUAL_ITERATIONS,
    algorithm: Any = None,
) -> DerivedBytes:
    secret = unwrap(password)
    data = secret.encode("utf-8", "replace") if isinstance(secret, str) else bytes(secret)
    held = unwrap(salt)
    if isinstance(held, int):
        if held < 0:
            raise out_of_range("Non-negative number required.", "saltSize")
        require_room(held)
        held = engine.random.generator.randbytes(held)
    name = (
        "sha1" if algorithm is None else hash_name(getattr(unwrap(algorithm), "name", str(unwrap(algorithm))))
    )
    return DerivedBytes(data, bytes(held), int(iterations), name)


def _set_salt(derived: DerivedBytes, value: Any) -> None:
    if value is None:
        raise null_argument("value")
    derived.salt = _valid_salt(bytes(convert(unwrap(value), builtin("System.Byte[]"), None)))
    derived.reset()


_HASH = f", {_SPACE}HashAlgorithmName hashAlgorithm"
_OVERLOADS = (
    *(f"string password, byte[] salt{rest}" for rest in ("", ", int iterations", f", int iterations{_HASH}")),
    *(
        f"string password, int saltSize{rest}"
        for rest in ("", ", int iterations", f", int iterations{_HASH}")
    ),
    *(f"byte[] password, byte[] salt, int iterations{rest}" for rest in ("", _HASH)),
)
register(
    PSType(
        f"{_SPACE}Rfc2898DeriveBytes",
        interfaces=("System.IDisposable",),
        instance={
            "IterationCount: int": lambda d: d.iterations,
            "Salt: byte[]": lambda d: bytearray(d.salt),
            "Salt=": _set_salt,
            "GetBytes(int cb)": lambda d, count: d.take(count),
            "Reset()": lambda d: d.reset(),
            "Dispose()": lambda _d: None,
        },
        construct={f"@new({one})": _derive for one in _OVERLOADS},
    ),
    DerivedBytes,
)
