"""System.Security.Cryptography.ProtectedData and ProtectedMemory: the machine's data protection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import CRYPTOGRAPHIC, NetError, null_argument
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.serialization.protected_text import data_protection

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_SPACE = "System.Security.Cryptography."
_SCOPE = EnumType(f"{_SPACE}DataProtectionScope", {"CurrentUser": 0, "LocalMachine": 1})
register(_SCOPE)
register(EnumType(f"{_SPACE}MemoryProtectionScope", {"SameProcess": 0, "CrossProcess": 1, "SameLogon": 2}))
_MEMORY_BLOCK = 16
#: The keys of scopes, by runspace.
_KEYS: WeakKeyDictionary[Engine, dict[str, bytes]] = WeakKeyDictionary()


def _protect(engine: Engine, data: bytearray | None, entropy: bytearray | None, scope: Any) -> bytearray:
    if data is None:
        raise null_argument("userData")
    for_machine = scope == _SCOPE["LocalMachine"]
    return bytearray(data_protection(engine).protect(bytes(data), bytes(entropy or b""), for_machine))


def _unprotect(engine: Engine, blob: bytearray | None, entropy: bytearray | None, _scope: Any) -> bytearray:
    if blob is None:
        raise null_argument("encryptedData")
    return bytearray(data_protection(engine).unprotect(bytes(blob), bytes(entropy or b"")))


def _cipher(engine: Engine, encrypts: bool, scope: Any) -> Any:
    """The memory of a process is encrypted with a key of its boot; here one of the runspace and the scope."""
    from emulator.block_cipher import BlockCipher

    keys = _KEYS.setdefault(engine, {})
    name = str(scope)
    if name not in keys:
        keys[name] = engine.random.generator.randbytes(32)
    return BlockCipher(keys[name], b"", encrypts=encrypts, mode="ECB")


def _in_memory(encrypts: bool) -> Any:
    def run(engine: Engine, data: bytearray | None, scope: Any) -> None:
        if data is None:
            raise null_argument("userData" if encrypts else "encryptedData")
        if not data or len(data) % _MEMORY_BLOCK:
            text = "The length of the data should be a multiple of 16 bytes."
            raise NetError(CRYPTOGRAPHIC, text)
        data[:] = _cipher(engine, encrypts, scope).update(bytes(data))

    return run


# "byte[]" would refuse $null.
_WITH = f"System.Byte[] optionalEntropy, {_SPACE}DataProtectionScope scope"
register(
    PSType(
        f"{_SPACE}ProtectedData",
        is_abstract=True,
        static={
            f"@Protect(byte[] userData, {_WITH})": _protect,
            f"@Unprotect(byte[] encryptedData, {_WITH})": _unprotect,
        },
    )
)
register(
    PSType(
        f"{_SPACE}ProtectedMemory",
        is_abstract=True,
        static={
            f"@Protect(byte[] userData, {_SPACE}MemoryProtectionScope scope)": _in_memory(True),
            f"@Unprotect(byte[] encryptedData, {_SPACE}MemoryProtectionScope scope)": _in_memory(False),
        },
    )
)
