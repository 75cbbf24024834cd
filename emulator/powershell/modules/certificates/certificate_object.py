"""X509Certificate2 as a value: a certificate of a store, or one that a script has read or made."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from emulator.host import Account, Host
from emulator.host.security.certificate_reading import certificate_of
from emulator.host.security.certificates import MACHINE, Certificate, has_right
from emulator.powershell.dotnet.exceptions import CRYPTOGRAPHIC, NetError
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import builtin
from emulator.powershell.modules.certificates.distinguished_names import name_text

if TYPE_CHECKING:
    from cryptography.x509 import Certificate as Parsed

    from emulator.powershell.dotnet.rsa_keys import RsaKey
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.runtime.engine import Engine

#: Where keys are kept when nobody says: those of New-SelfSignedCertificate, those of PFX files.
KEY_STORAGE = "Microsoft Software Key Storage Provider"
ENHANCED_PROVIDER = "Microsoft Enhanced Cryptographic Provider v1.0"


class CertificateObject:
    """X509Certificate2.

    ``owner`` and the store of its facts say where it is, None for one that is in no store. Where the host
    holds facts alone, what only the certificate itself tells is null.
    """

    def __init__(self, engine: Engine, facts: Certificate | None = None, owner: str | None = None) -> None:
        self.engine = engine
        self._facts = facts
        self.owner = owner

    @classmethod
    def of_bytes(
        cls, engine: Engine, encoded: bytes, key: bytes = b"", *, exportable: bool = True
    ) -> CertificateObject:
        """A certificate (DER) in no store. Raises InvalidParameter for what is none."""
        provider = ENHANCED_PROVIDER if key else ""
        facts = certificate_of(encoded).replaced(key=key, exportable=exportable, key_provider=provider)
        return cls(engine, facts)

    @property
    def facts(self) -> Certificate:
        """What the host knows of it. Raises NetError for an object without a certificate."""
        if self._facts is None:
            raise NetError(CRYPTOGRAPHIC, "m_safeCertContext is an invalid handle.")
        return self._facts

    @property
    def ps_type(self) -> PSType:
        """Its class, which is loaded when the first one is looked at."""
        from emulator.powershell.modules.certificates.certificate_types import CERTIFICATE

        return CERTIFICATE

    @property
    def is_empty(self) -> bool:
        """Whether it is an object without a certificate."""
        return self._facts is None

    def become(self, facts: Certificate | None) -> None:
        """Import and Reset: another certificate, or none."""
        self._facts, self.owner = facts, None
        self.__dict__.pop("parsed", None)

    def rename(self, friendly_name: str) -> None:
        """Give it another friendly name, in its store too."""
        self._facts = self.facts.replaced(friendly_name=friendly_name or "")
        if self.owner is not None:
            host = self.engine.find_service(Host)
            if host is not None:
                host.certificates.put(self.owner, self._facts, self.engine.find_service(Account))

    @property
    def has_key(self) -> bool:
        """Whether its private key is known."""
        return bool(self.facts.key) or (not self.facts.encoded and self.facts.store == "My")

    @cached_property
    def parsed(self) -> Parsed | None:
        """The certificate as it was read, or None."""
        if not self.facts.encoded:
            return None
        from cryptography.x509 import load_der_x509_certificate

        return load_der_x509_certificate(self.facts.encoded)

    @property
    def certificate(self) -> Parsed:
        """The certificate as it was read. Raises NetError where only facts are known."""
        if self.parsed is None:
            raise NetError(CRYPTOGRAPHIC, "Cannot find the requested object.\r\n")
        return self.parsed

    def names(self, which: str) -> str:
        """The subject or issuer as .NET writes it."""
        if self.parsed is None:
            return f"CN={self.facts.common_name}"
        return name_text(getattr(self.parsed, which))

    def moment(self, which: str) -> DateTime | None:
        """NotBefore or NotAfter in local time."""
        if self.parsed is None:
            return None
        moment = getattr(self.parsed, which)
        return DateTime.from_python(moment, self.engine.clock.utc_offset(moment))

    @property
    def serial_number(self) -> bytes | None:
        """The octets of the serial number, the highest first."""
        if self.parsed is None:
            return None
        number = self.parsed.serial_number
        return number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)

    def private_key(self) -> Any:
        """The private key of the library, None without one. Raises NetError for whom it is not meant."""
        from cryptography.hazmat.primitives.serialization import load_der_private_key

        if not self.facts.key:
            return None
        if self.owner is not None and not has_right(self.owner, self.engine.find_service(Account)):
            raise NetError(CRYPTOGRAPHIC, "Keyset does not exist\r\n")
        return load_der_private_key(self.facts.key, None)

    def exported_key(self) -> Any:
        """The private key for a file. Raises NetError for one that must not leave the machine."""
        if self.facts.key and not self.facts.exportable:
            raise NetError(CRYPTOGRAPHIC, "Key not valid for use in specified state.\r\n")
        return self.private_key()

    def rsa_key(self, kind: str = "RSACryptoServiceProvider", *, private: bool = True) -> RsaKey | None:
        """The RSA key, or its public half; None when there is none or it is of another kind."""
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

        from emulator.powershell.dotnet.library import rsa_types  # noqa: F401 - registers the classes of keys
        from emulator.powershell.dotnet.rsa_keys import RsaKey

        try:
            found = self.private_key() if private else self.certificate.public_key()
        except (UnsupportedAlgorithm, ValueError):
            return None
        if not isinstance(found, RSAPrivateKey | RSAPublicKey):
            return None
        made = RsaKey(
            builtin(f"System.Security.Cryptography.{kind}"),
            found.key_size,
            found,
            container=container_name(self.facts) if private else "",
            provider=self.facts.key_provider,
            exportable=self.facts.exportable or not private,
        )
        made.is_of_machine = self.owner == MACHINE
        return made


def utc_moment(engine: Engine, value: DateTime) -> datetime:
    """A time of a script, local or not, in UTC."""
    from emulator.powershell.runtime.invoke import call_method

    plain: datetime = call_method(value, "ToUniversalTime", [], engine).to_python()
    return plain.replace(tzinfo=UTC)


def container_name(facts: Certificate) -> str:
    """The unique name of the container of a key: the same as long as the certificate is there."""
    digits = hashlib.sha256(f"key container/{facts.thumbprint}".encode()).hexdigest()
    machine = f"{digits[32:40]}-{digits[40:44]}-{digits[44:48]}-{digits[48:52]}-{digits[52:64]}"
    return f"{digits[:32]}_{machine}"
