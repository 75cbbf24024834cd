"""The TLS side of CredSSP: a certificate that is its own authority, as the one of Windows is.

Clients do not verify it (MS-CSSP 3.1.5); its public key is bound to the authentication inside. The RSA key
takes 60 ms to make and is made once a process, with the first CredSSP token.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from spnego.tls import CredSSPTLSContext, default_tls_context

from emulator.auth.private_file import private_file


@lru_cache(maxsize=1)
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@lru_cache(maxsize=16)
def tls_context(computer_name: str) -> CredSSPTLSContext:
    """The TLS settings of a host's CredSSP, TLS 1.2 and newer; shared by all its handshakes."""
    key = _key()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"CREDSSP-{computer_name}")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Fixed dates: valid whatever the clock of the fake machine or of a test says.
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2049, 12, 31, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    context = default_tls_context(usage="accept")
    pem = certificate.public_bytes(Encoding.PEM)
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with private_file(pem + key_pem) as path:
        context.context.load_cert_chain(path)
    context.public_key = key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return context
