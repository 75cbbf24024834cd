"""What a certificate says that the machine's rules ask for: names, and what its key may be used for."""

import hashlib

from emulator.host.errors import InvalidParameter
from emulator.host.security.certificates import Certificate


def certificate_of(encoded: bytes, store: str = "My") -> Certificate:
    """The facts of a certificate (DER), ready for a store. Raises InvalidParameter for what is none."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    try:
        read = x509.load_der_x509_certificate(encoded)
        extensions = read.extensions
        names = read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except ValueError:
        raise InvalidParameter("The data is invalid.", hresult=0x8007000D) from None
    common_name = str(names[0].value) if names else ""
    alternatives = usages = constraints = None
    for one in extensions:
        if isinstance(one.value, x509.SubjectAlternativeName):
            alternatives = one.value
        elif isinstance(one.value, x509.ExtendedKeyUsage):
            usages = one.value
        elif isinstance(one.value, x509.BasicConstraints):
            constraints = one.value
    return Certificate(
        hashlib.sha1(encoded, usedforsecurity=False).hexdigest().upper(),
        common_name,
        store,
        names=tuple(alternatives.get_values_for_type(x509.DNSName)) if alternatives is not None else (),
        for_servers=usages is None or ExtendedKeyUsageOID.SERVER_AUTH in usages,
        for_signing=constraints is not None and constraints.ca,
        encoded=encoded,
    )
