"""System.Security.Cryptography: RSACryptoServiceProvider, RSACng, and what goes with RSA keys."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import CRYPTOGRAPHIC, NetError, null_argument
from emulator.powershell.dotnet.library.hashing import HashAlgorithm
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.rsa_keys import (
    PARTS,
    RsaKey,
    hash_name,
    key_of_parts,
    parts_of,
    valid_size,
)
from emulator.powershell.dotnet.types import PSType, builtin, register, type_of
from emulator.powershell.runtime.conversion import to_text

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding

_SPACE = "System.Security.Cryptography."
_LONGEST_XML = 100_000


class NamedChoice:
    """HashAlgorithmName, RSASignaturePadding, RSAEncryptionPadding: a name is all there is to them."""

    __slots__ = ("name", "ps_type")

    def __init__(self, kind: str, name: str) -> None:
        self.ps_type = builtin(_SPACE + kind)
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NamedChoice) and (self.ps_type, self.name) == (other.ps_type, other.name)

    def __hash__(self) -> int:
        return hash(self.name)


def _choices(kind: str, names: str, *, is_value_type: bool = False, construct: Any = None) -> None:
    register(
        PSType(
            _SPACE + kind,
            is_value_type=is_value_type,
            instance={"Name: string": lambda c: c.name} if is_value_type else {"Mode": lambda c: c.name},
            static={name: (lambda kind=kind, name=name: NamedChoice(kind, name)) for name in names.split()},
            construct=construct,
            to_text=lambda c: c.name,
        )
    )


_choices(
    "HashAlgorithmName",
    "MD5 SHA1 SHA256 SHA384 SHA512",
    is_value_type=True,
    construct={"new(string name)": lambda _kind, name: NamedChoice("HashAlgorithmName", name)},
)
_choices("RSASignaturePadding", "Pkcs1 Pss")
_choices("RSAEncryptionPadding", "Pkcs1 OaepSHA1 OaepSHA256 OaepSHA384 OaepSHA512")


def _encryption_padding(given: Any) -> AsymmetricPadding:
    """Of a flag (OAEP or not) or an RSAEncryptionPadding."""
    from cryptography.hazmat.primitives.asymmetric import padding

    from emulator.powershell.dotnet.rsa_keys import hash_algorithm

    held = unwrap(given)
    name = held.name if isinstance(held, NamedChoice) else "OaepSHA1" if held else "Pkcs1"
    if name == "Pkcs1":
        return padding.PKCS1v15()
    algorithm = hash_algorithm(name.removeprefix("Oaep"))
    return padding.OAEP(padding.MGF1(algorithm), algorithm, None)


def _signature_padding(given: Any, name: str) -> AsymmetricPadding:
    from cryptography.hazmat.primitives.asymmetric import padding

    from emulator.powershell.dotnet.rsa_keys import hash_algorithm

    held = unwrap(given)
    if isinstance(held, NamedChoice) and held.name == "Pss":
        algorithm = hash_algorithm(name)
        return padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
    return padding.PKCS1v15()


def _hash_of(given: Any) -> str:
    """The hash that a name, an identifier, an object or a type means."""
    held = unwrap(given)
    if held is None:
        raise null_argument("halg")
    if isinstance(held, NamedChoice | PSType):
        return hash_name(held.name)
    if isinstance(held, HashAlgorithm):
        return hash_name(type_of(held).name)
    return hash_name(to_text(held))


def _bytes(data: Any) -> bytes:
    """Bytes of an array or of the rest of a stream."""
    held = unwrap(data)
    if hasattr(held, "read_all"):
        return bytes(held.read_all())
    if not isinstance(held, bytearray):
        from emulator.powershell.runtime.conversion import convert

        held = convert(held, builtin("System.Byte[]"), None)
    return bytes(held)


def _digest(data: Any, name: str) -> bytes:
    return hashlib.new(name, _bytes(data), usedforsecurity=False).digest()


def _encrypt(key: RsaKey, data: bytearray, padding: Any) -> bytearray:
    return bytearray(key.encrypted(bytes(data), _encryption_padding(padding)))


def _decrypt(key: RsaKey, data: bytearray, padding: Any) -> bytearray:
    return bytearray(key.decrypted(bytes(data), _encryption_padding(padding)))


def _sign(key: RsaKey, data: Any, algorithm: Any, padding: Any = None) -> bytearray:
    name = _hash_of(algorithm)
    return bytearray(key.signed(_digest(data, name), name, _signature_padding(padding, name)))


def _verify_csp(key: RsaKey, data: bytearray, algorithm: Any, signature: bytearray) -> bool:
    name = _hash_of(algorithm)
    return key.verifies(_digest(data, name), bytes(signature), name, _signature_padding(None, name))


def _verify(key: RsaKey, data: bytearray, signature: bytearray, algorithm: Any, padding: Any) -> bool:
    name = _hash_of(algorithm)
    return key.verifies(_digest(data, name), bytes(signature), name, _signature_padding(padding, name))


def _sign_hash(key: RsaKey, digest: bytearray, algorithm: Any, padding: Any = None) -> bytearray:
    name = _hash_of(algorithm)
    return bytearray(key.signed(bytes(digest), name, _signature_padding(padding, name)))


def _verify_hash_csp(key: RsaKey, digest: bytearray, algorithm: Any, signature: bytearray) -> bool:
    name = _hash_of(algorithm)
    return key.verifies(bytes(digest), bytes(signature), name, _signature_padding(None, name))


def _verify_hash(key: RsaKey, digest: bytearray, signature: bytearray, algorithm: Any, padding: Any) -> bool:
    name = _hash_of(algorithm)
    return key.verifies(bytes(digest), bytes(signature), name, _signature_padding(padding, name))


def _to_xml(key: RsaKey, private: bool) -> str:
    parts = parts_of(key, private)
    inner = "".join(f"<{name}>{base64.b64encode(value).decode()}</{name}>" for name, value in parts.items())
    return f"<RSAKeyValue>{inner}</RSAKeyValue>"


def _from_xml(key: RsaKey, text: str) -> None:
    if len(text) > _LONGEST_XML:
        raise NetError("System.Security.XmlSyntaxException", "Invalid syntax.")
    found = dict(re.findall(r"<(\w+)>([A-Za-z0-9+/=\s]*)</\1>", text))
    if "<RSAKeyValue" not in text:
        raise NetError("System.Security.XmlSyntaxException", "Invalid syntax on line 1.")
    if "Modulus" not in found or "Exponent" not in found:
        raise NetError(
            CRYPTOGRAPHIC, "Input string does not contain a valid encoding of the 'RSA' 'Modulus' parameter."
        )
    try:
        parts = {
            name: base64.b64decode("".join(found[name].split()), validate=True)
            for name in PARTS
            if name in found
        }
    except binascii.Error:
        raise NetError(
            "System.FormatException", "Invalid length for a Base-64 char array or string."
        ) from None
    key.key = key_of_parts(parts)


class RsaParameters:
    """RSAParameters: the numbers of a key."""

    def __init__(self, parts: dict[str, bytes] | None = None) -> None:
        self.parts = parts or {}


def _part(name: str) -> Any:
    def read(value: RsaParameters) -> bytearray | None:
        found = value.parts.get(name)
        return None if found is None else bytearray(found)

    return read


def _set_part(name: str) -> Any:
    def write(value: RsaParameters, data: bytearray | None) -> None:
        if data is None:
            value.parts.pop(name, None)
        else:
            value.parts[name] = _bytes(data)

    return write


register(
    PSType(
        f"{_SPACE}RSAParameters",
        base="System.ValueType",
        is_value_type=True,
        instance={
            signature: function
            for name in ("D", "DP", "DQ", "Exponent", "InverseQ", "Modulus", "P", "Q")
            for signature, function in ((name, _part(name)), (f"{name}=", _set_part(name)))
        },
        construct={"new()": lambda _kind: RsaParameters()},
    ),
    RsaParameters,
)


def _import(key: RsaKey, parameters: Any) -> None:
    key.key = key_of_parts(unwrap(parameters).parts)


_ALGORITHM = f"{_SPACE}HashAlgorithmName hashAlgorithm"
_PADDING = f"{_SPACE}RSASignaturePadding padding"
register(
    PSType(
        f"{_SPACE}AsymmetricAlgorithm",
        is_abstract=True,
        interfaces=("System.IDisposable",),
        instance={
            "KeySize: int": lambda k: k.key_size,
            "KeySize=": lambda k, size: setattr(k, "key_size", int(size)),
            "Clear()": lambda _k: None,
            "Dispose()": lambda _k: None,
        },
    )
)
register(
    PSType(
        f"{_SPACE}RSA",
        base=f"{_SPACE}AsymmetricAlgorithm",
        is_abstract=True,
        instance={
            "KeyExchangeAlgorithm: string": lambda _k: "RSA-PKCS1-KeyEx",
            "SignatureAlgorithm: string": lambda _k: "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            f"Encrypt(byte[] data, {_SPACE}RSAEncryptionPadding padding)": _encrypt,
            f"Decrypt(byte[] data, {_SPACE}RSAEncryptionPadding padding)": _decrypt,
            f"SignData(object data, {_ALGORITHM}, {_PADDING})": _sign,
            f"SignHash(byte[] hash, {_ALGORITHM}, {_PADDING})": _sign_hash,
            f"VerifyData(byte[] data, byte[] signature, {_ALGORITHM}, {_PADDING})": _verify,
            f"VerifyHash(byte[] hash, byte[] signature, {_ALGORITHM}, {_PADDING})": _verify_hash,
            "ToXmlString(bool includePrivateParameters)": _to_xml,
            "FromXmlString(string xmlString)": _from_xml,
            "ExportParameters(bool includePrivateParameters)": (
                lambda k, private: RsaParameters(parts_of(k, private))
            ),
            f"ImportParameters({_SPACE}RSAParameters parameters)": _import,
        },
        static={
            "Create()": lambda: RsaKey(builtin(f"{_SPACE}RSACryptoServiceProvider")),
            "Create(int keySizeInBits)": lambda size: RsaKey(builtin(f"{_SPACE}RSACng"), valid_size(size)),
        },
    )
)


class CspParameters:
    """CspParameters: where a key is kept. Keys with a name live as long as the object that holds them."""

    def __init__(self, provider_type: int = 24, provider_name: str = "", container: str = "") -> None:
        self.values: dict[str, Any] = {
            "ProviderType": provider_type,
            "ProviderName": provider_name,
            "KeyContainerName": container,
            "KeyNumber": 1,
            "Flags": None,
        }


def _value(name: str) -> Any:
    return lambda p: p.values[name]


def _set_value(name: str) -> Any:
    def write(parameters: CspParameters, value: Any) -> None:
        parameters.values[name] = value

    return write


register(
    PSType(
        f"{_SPACE}CspParameters",
        instance={
            signature: function
            for name in CspParameters().values
            for signature, function in ((name, _value(name)), (f"{name}=", _set_value(name)))
        },
        construct={
            "new()": lambda _kind: CspParameters(),
            "new(int dwTypeIn)": lambda _kind, *p: CspParameters(*p),
            "new(int dwTypeIn, string strProviderNameIn)": lambda _kind, *p: CspParameters(*p),
            "new(int dwTypeIn, string strProviderNameIn, string strContainerNameIn)": (
                lambda _kind, *p: CspParameters(*p)
            ),
        },
    ),
    CspParameters,
)


class ContainerInfo:
    """CspKeyContainerInfo."""

    def __init__(self, key: RsaKey) -> None:
        self.key = key


register(
    PSType(
        f"{_SPACE}CspKeyContainerInfo",
        instance={
            "MachineKeyStore: bool": lambda c: c.key.is_of_machine,
            "ProviderName: string": lambda c: (
                c.key.provider or "Microsoft Enhanced RSA and AES Cryptographic Provider"
            ),
            "ProviderType: int": lambda c: 24 if "AES" in c.key.provider or not c.key.provider else 1,
            "KeyContainerName: string": lambda c: c.key.container or None,
            "UniqueKeyContainerName: string": lambda c: c.key.container or None,
            "Exportable: bool": lambda c: c.key.exportable,
            "Accessible: bool": lambda c: not c.key.is_public_only,
            "HardwareDevice: bool": lambda _c: False,
            "Removable: bool": lambda _c: False,
            "Protected: bool": lambda _c: False,
        },
    ),
    ContainerInfo,
)


def _new_csp(kind: PSType, size: Any = 1024, parameters: Any = None) -> RsaKey:
    held = unwrap(size)
    if isinstance(held, CspParameters):
        size, parameters = 1024, held
    named = unwrap(parameters)
    container = named.values["KeyContainerName"] if isinstance(named, CspParameters) else ""
    if container:
        from emulator.powershell.runtime.errors import not_emulated

        raise not_emulated("A key container with a name")
    return RsaKey(kind, valid_size(int(size)))


register(
    PSType(
        f"{_SPACE}RSACryptoServiceProvider",
        base=f"{_SPACE}RSA",
        instance={
            "PublicOnly: bool": lambda k: k.is_public_only,
            "PersistKeyInCsp: bool": lambda k: bool(k.container),
            # No key of a script has a container: there is nothing that could stay.
            "PersistKeyInCsp=": lambda _k, _value: None,
            "CspKeyContainerInfo": ContainerInfo,
            "Encrypt(byte[] rgb, bool fOAEP)": _encrypt,
            "Decrypt(byte[] rgb, bool fOAEP)": _decrypt,
            "SignData(object buffer, object halg)": _sign,
            "SignHash(byte[] rgbHash, string str)": _sign_hash,
            "VerifyData(byte[] buffer, object halg, byte[] signature)": _verify_csp,
            "VerifyHash(byte[] rgbHash, string str, byte[] rgbSignature)": _verify_hash_csp,
        },
        construct={
            "new()": _new_csp,
            "new(int dwKeySize)": _new_csp,
            f"new({_SPACE}CspParameters parameters)": _new_csp,
            f"new(int dwKeySize, {_SPACE}CspParameters parameters)": _new_csp,
        },
    )
)
register(
    PSType(
        f"{_SPACE}RSACng",
        base=f"{_SPACE}RSA",
        construct={
            "new()": lambda kind: RsaKey(kind, 2048),
            "new(int keySize)": lambda kind, size: RsaKey(kind, valid_size(int(size))),
        },
    )
)
