"""The certificate of the HTTPS listener and its TLS settings.

``ssl`` and ``cryptography`` are loaded with the first TLS connection, not before. A made certificate lives in
memory; OpenSSL takes it from a file only, so it passes through one that no other user can read and that is
gone at once.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from emulator.auth.private_file import private_file
from emulator.transport.errors import ListenError

if TYPE_CHECKING:
    import ssl

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate, GeneralName

KeyKind = Literal["EC", "RSA"]
TlsVersion = Literal["1.2", "1.3"]

_ALWAYS_NAMED = ("localhost", "127.0.0.1", "::1")


class ServerCertificate:
    """A certificate with its key, ready for TLS.

    Without files it is self-signed for ``host_name`` and ``alternative_names`` (DNS names or addresses;
    ``localhost`` and the loopback addresses are always among them), made on first use and shared by all
    listeners of the process that ask for the same names. ``key_kind`` EC (P-256) takes 0.1 ms to make, RSA 60
    ms; a few old clients know RSA only. ``certificate_file`` and ``key_file`` are PEM files to use instead,
    or ``certificate_file`` is a PFX file; the key may be in the certificate file, and ``key_password`` opens
    it.

    ``encoded`` and ``encoded_key`` (DER, the key as PKCS #8) are a certificate of the machine's own store.

    ``minimum_version`` is the oldest TLS version. ``trusted_issuers`` gives the certificates (PEM) of the
    authorities of client certificates, None as long as no client is to be asked for one. Clients are asked in
    the handshake: Windows asks by a renegotiation after it, which TLS 1.3 does not have.
    """

    def __init__(
        self,
        host_name: str,
        alternative_names: tuple[str, ...] = (),
        *,
        key_kind: KeyKind = "EC",
        certificate_file: str | Path | None = None,
        key_file: str | Path | None = None,
        key_password: str = "",
        minimum_version: TlsVersion = "1.2",
        trusted_issuers: Callable[[], bytes | None] = lambda: None,
        encoded: bytes = b"",
        encoded_key: bytes = b"",
    ) -> None:
        self.host_name = host_name
        self._names = tuple(dict.fromkeys((host_name, *alternative_names, *_ALWAYS_NAMED)))
        self._key_kind = key_kind
        self._certificate_file = certificate_file
        self._key_file = key_file
        self._key_password = key_password
        self._minimum_version = minimum_version
        self._trusted_issuers = trusted_issuers
        self._lock = threading.Lock()
        self._contexts: dict[bytes | None, ssl.SSLContext] = {}
        self._is_made = certificate_file is None and not encoded
        self._pem = _pem_of(encoded, encoded_key) if encoded else None
        self._channel_binding: bytes | None = None

    def context(self) -> ssl.SSLContext:
        """The settings of the listener for a new connection. Raises ListenError for files of no use."""
        issuers = self._trusted_issuers()
        context = self._contexts.get(issuers)
        if context is None:
            with self._lock:
                context = self._contexts.get(issuers)
                if context is None:
                    context = self._contexts[issuers] = self._make_context(issuers)
        return context

    @property
    def certificate_pem(self) -> bytes:
        """The certificate in PEM, for clients that are to trust it."""
        return self._material()[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it is good for, the common name first."""
        if self._is_made:
            return self._names
        from emulator.host.security.certificate_reading import common_name, dns_names

        certificate = self._certificate()
        return tuple(dict.fromkeys((common_name(certificate), *dns_names(certificate))))

    @property
    def channel_binding(self) -> bytes:
        """Application data of the channel bindings: ``tls-server-end-point:`` and a hash (RFC 5929 4.1)."""
        if self._channel_binding is None:
            self._channel_binding = _end_point_binding(self._certificate())
        return self._channel_binding

    @property
    def thumbprint(self) -> str:
        """SHA-1 of the certificate in upper-case hexadecimal, as ``winrm/config/listener`` shows it."""
        return hashlib.sha1(self.encoded, usedforsecurity=False).hexdigest().upper()

    @property
    def encoded(self) -> bytes:
        """The certificate in DER."""
        from cryptography.hazmat.primitives.serialization import Encoding

        return self._certificate().public_bytes(Encoding.DER)

    @property
    def encoded_key(self) -> bytes:
        """The private key (PKCS #8, DER)."""
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
            load_pem_private_key,
        )

        password = self._key_password.encode() if b"ENCRYPTED" in self._material()[1] else None
        key = load_pem_private_key(self._material()[1], password)
        return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def _certificate(self) -> Certificate:
        from cryptography.x509 import load_pem_x509_certificate

        return load_pem_x509_certificate(self.certificate_pem)

    def _material(self) -> tuple[bytes, bytes]:
        """Certificate and key in PEM."""
        if self._pem is None:
            if self._certificate_file is None:
                self._pem = _self_signed(self.host_name, self._names, self._key_kind)
            else:
                content = _read(self._certificate_file)
                if b"-----BEGIN" in content or self._key_file:
                    self._pem = content, _read(self._key_file) if self._key_file else content
                else:
                    self._pem = _of_pfx(content, self._key_password, self._certificate_file)
        return self._pem

    def _make_context(self, issuers: bytes | None) -> ssl.SSLContext:
        import ssl

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        versions = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
        context.minimum_version = versions[self._minimum_version]
        # A client that closes without saying goodbye is an end of the connection like any other.
        context.options |= getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
        certificate, key = self._material()
        try:
            with private_file(certificate + b"\n" + key) as path:
                # Without a password OpenSSL would ask for one on the terminal.
                context.load_cert_chain(path, password=self._key_password)
            if issuers is not None:
                context.verify_mode = ssl.CERT_OPTIONAL
                context.load_verify_locations(cadata=issuers.decode("ascii", "replace"))
        except (ssl.SSLError, ValueError) as error:
            raise ListenError(f"the certificate of the HTTPS listener cannot be used: {error}") from error
        return context


def _read(path: str | Path) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ListenError(f"cannot read the certificate file {path}: {error.strerror}") from error


def _pem_of(encoded: bytes, key: bytes) -> tuple[bytes, bytes]:
    import ssl

    body = base64.b64encode(key)
    lines = b"\n".join(body[place : place + 64] for place in range(0, len(body), 64))
    pem_key = b"-----BEGIN PRIVATE KEY-----\n" + lines + b"\n-----END PRIVATE KEY-----\n"
    return ssl.DER_cert_to_PEM_cert(encoded).encode(), pem_key


def _of_pfx(content: bytes, password: str, path: str | Path) -> tuple[bytes, bytes]:
    """Certificates and key of a PFX file (PKCS #12) in PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

    try:
        store = load_pkcs12(content, password.encode() if password else None)
    except ValueError as error:
        raise ListenError(f"the certificate file {path} is neither PEM nor a PFX: {error}") from error
    if store.cert is None or store.key is None:
        raise ListenError(f"the PFX file {path} holds no certificate with its key")
    chain = (store.cert, *store.additional_certs)
    return (
        b"".join(one.certificate.public_bytes(Encoding.PEM) for one in chain),
        store.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


@lru_cache(maxsize=64)
def _self_signed(host_name: str, names: tuple[str, ...], key_kind: KeyKind) -> tuple[bytes, bytes]:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = _new_key(key_kind)
    certificate = _sign(key, host_name, names)
    return (
        certificate.public_bytes(Encoding.PEM),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def _new_key(kind: KeyKind) -> EllipticCurvePrivateKey | RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if kind == "RSA":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def _sign(
    key: EllipticCurvePrivateKey | RSAPrivateKey, host_name: str, names: tuple[str, ...]
) -> Certificate:
    """A certificate that is its own authority, with all that strict verifiers (RFC 5280) ask for."""
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host_name)])
    public = key.public_key()
    usage = x509.KeyUsage(
        digital_signature=True,
        key_encipherment=True,
        key_cert_sign=True,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        # Fixed dates: the certificate is valid whatever the clock of the fake machine or of a test says.
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2049, 12, 31, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
    )
    return builder.sign(key, hashes.SHA256())


def _general_name(name: str) -> GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _end_point_binding(certificate: Certificate) -> bytes:
    """RFC 5929 4.1: the hash of the certificate's own signature, with SHA-256 in place of MD5 and SHA-1."""
    from cryptography.hazmat.primitives.serialization import Encoding

    algorithm = certificate.signature_hash_algorithm
    name = algorithm.name if algorithm is not None else "sha256"
    if name in ("md5", "sha1"):
        name = "sha256"
    der = certificate.public_bytes(Encoding.DER)
    return b"tls-server-end-point:" + hashlib.new(name, der).digest()
