"""System.Security.Cryptography: Aes, Rijndael, Triple DES and DES, and ICryptoTransform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.ciphers import KINDS, CipherTransform, SymmetricAlgorithm
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import CRYPTOGRAPHIC, NetError, argument_error, null_argument
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.runtime.conversion import convert
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.powershell.runtime.engine import Engine

_SPACE = "System.Security.Cryptography."
_MODE = EnumType(f"{_SPACE}CipherMode", {"CBC": 1, "ECB": 2, "OFB": 3, "CFB": 4, "CTS": 5})
_PADDING = EnumType(f"{_SPACE}PaddingMode", {"None": 1, "PKCS7": 2, "Zeros": 3, "ANSIX923": 4, "ISO10126": 5})
register(_MODE)
register(_PADDING)
#: The classes of each family, the one first that Create() makes.
_CLASSES = {
    "Aes": ("AesCryptoServiceProvider", "AesManaged", "AesCng"),
    "Rijndael": ("RijndaelManaged",),
    "TripleDES": ("TripleDESCryptoServiceProvider", "TripleDESCng"),
    "DES": ("DESCryptoServiceProvider",),
}


def _maker(family: str, name: str) -> Callable[..., SymmetricAlgorithm]:
    def make(engine: Engine, *_kind: PSType) -> SymmetricAlgorithm:
        draw = engine.random.generator.randbytes
        return SymmetricAlgorithm(builtin(_SPACE + name), KINDS[family], draw)

    return make


def _named(engine: Engine, name: str) -> SymmetricAlgorithm | None:
    """SymmetricAlgorithm.Create: None for a name that nothing has."""
    key = name.rpartition(".")[2].lower()
    key = "tripledes" if key in ("3des", "triple des") else key
    for family, classes in _CLASSES.items():
        if key == family.lower():
            return _maker(family, classes[0])(engine)
        found = next((one for one in classes if one.lower() == key), None)
        if found is not None:
            return _maker(family, found)(engine)
    return None


def _set_bytes(field: str) -> Any:
    def write(algorithm: SymmetricAlgorithm, value: Any) -> None:
        if value is None:
            raise null_argument("value")
        setattr(algorithm, field, bytes(convert(unwrap(value), builtin("System.Byte[]"), None)))

    return write


def _set_choice(field: str, choices: EnumType) -> Any:
    def write(algorithm: SymmetricAlgorithm, value: Any) -> None:
        setattr(algorithm, field, str(convert(unwrap(value), choices, None)))

    return write


def _set_block(algorithm: SymmetricAlgorithm, bits: int) -> None:
    if int(bits) == algorithm.kind.block * 8:
        return
    if algorithm.kind.name == "Rijndael" and int(bits) in (192, 256):
        raise not_emulated(f"Rijndael with blocks of {bits} bits")
    text = "Specified block size is not valid for this algorithm."
    raise NetError(CRYPTOGRAPHIC, text)


def _creator(encrypts: bool) -> Any:
    def create(algorithm: SymmetricAlgorithm, key: Any = None, iv: Any = None) -> CipherTransform:
        return algorithm.transform(encrypts, *(None if one is None else bytes(one) for one in (key, iv)))

    return create


_TRANSFORM = f"{_SPACE}ICryptoTransform"
register(PSType(_TRANSFORM, base=None, is_interface=True, is_abstract=True))
register(
    PSType(
        f"{_SPACE}SymmetricAlgorithm",
        is_abstract=True,
        interfaces=("System.IDisposable",),
        instance={
            "BlockSize: int": lambda a: a.kind.block * 8,
            "BlockSize=": _set_block,
            "IV: byte[]": lambda a: bytearray(a.iv),
            "IV=": _set_bytes("iv"),
            "Key: byte[]": lambda a: bytearray(a.key),
            "Key=": _set_bytes("key"),
            "KeySize: int": lambda a: a.key_size,
            "KeySize=": lambda a, bits: setattr(a, "key_size", int(bits)),
            f"Mode: {_MODE.name}": lambda a: _MODE[a.mode],
            "Mode=": _set_choice("mode", _MODE),
            f"Padding: {_PADDING.name}": lambda a: _PADDING[a.padding],
            "Padding=": _set_choice("padding", _PADDING),
            "ValidKeySize(int bitLength)": lambda a, bits: bits in a.kind.key_sizes,
            "GenerateKey()": lambda a: a.forget_key(),
            "GenerateIV()": lambda a: a.forget_iv(),
            "CreateEncryptor()": _creator(True),
            "CreateEncryptor(byte[] rgbKey, System.Byte[] rgbIV)": _creator(True),
            "CreateDecryptor()": _creator(False),
            "CreateDecryptor(byte[] rgbKey, System.Byte[] rgbIV)": _creator(False),
            "Clear()": lambda _a: None,
            "Dispose()": lambda _a: None,
        },
        static={"@Create(string algName)": _named},
    )
)
for _family, _names in _CLASSES.items():
    register(
        PSType(
            _SPACE + _family,
            base=f"{_SPACE}SymmetricAlgorithm",
            is_abstract=True,
            static={"@Create()": _maker(_family, _names[0])},
        )
    )
    for _name in _names:
        register(PSType(_SPACE + _name, base=_SPACE + _family, construct={"@new()": _maker(_family, _name)}))


def _part(data: bytearray, offset: int, count: int) -> bytes:
    if offset < 0 or count < 0 or offset + count > len(data):
        raise argument_error("Value was invalid.")
    return bytes(data[offset : offset + count])


def _block(
    transform: CipherTransform, data: bytearray, offset: int, count: int, output: bytearray, place: int
) -> int:
    part = _part(data, offset, count)
    if place < 0 or place + transform.size_of_blocks(count) > len(output):
        raise argument_error("Value was invalid.")
    done = transform.blocks(part)
    output[place : place + len(done)] = done
    return len(done)


register(
    PSType(
        f"{_SPACE}CapiSymmetricAlgorithm",
        interfaces=(_TRANSFORM, "System.IDisposable"),
        instance={
            "InputBlockSize: int": lambda t: t.block,
            "OutputBlockSize: int": lambda t: t.block,
            "CanTransformMultipleBlocks: bool": lambda _t: True,
            "CanReuseTransform: bool": lambda _t: True,
            "TransformBlock(byte[] inputBuffer, int inputOffset, int inputCount, byte[] outputBuffer, "
            "int outputOffset)": _block,
            "TransformFinalBlock(byte[] inputBuffer, int inputOffset, int inputCount)": (
                lambda t, data, offset, count: bytearray(t.final(_part(data, offset, count)))
            ),
            "Dispose()": lambda _t: None,
        },
    ),
    CipherTransform,
)
