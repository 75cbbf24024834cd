import datetime
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier
from hypothesis import given
from hypothesis import strategies as st

from emulator.auth import Authenticator, Granted, Refused
from emulator.auth.client_certificate import SCHEME, TrustedIssuers, resource_uri
from emulator.host.security.certificate_reading import is_issued_by
from emulator.profile import ProfileError


def certificate(name, key, issuer_name, issuer_key, *others):
    def subject(text):
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    builder = (
        x509.CertificateBuilder()
        .subject_name(subject(name))
        .issuer_name(subject(issuer_name))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime.datetime(2020, 1, 1))
        .not_valid_after(datetime.datetime(2040, 1, 1))
    )
    if others:
        builder = builder.add_extension(x509.SubjectAlternativeName(others), critical=False)
    return builder.sign(issuer_key, None if is_edwards(issuer_key) else hashes.SHA256())


def is_edwards(key):
    return isinstance(key, ed25519.Ed25519PrivateKey)


def principal(text):
    data = text.encode()
    return x509.OtherName(ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), bytes([0x0C, len(data)]) + data)


@pytest.fixture
def trusted(settings, winrm, account, tmp_path):
    """Settings that trust one authority and map what a test puts into `mapped`."""
    key = ec.generate_private_key(ec.SECP256R1())
    authority = certificate("CA", key, "CA", key)
    path = tmp_path / "ca.pem"
    path.write_bytes(authority.public_bytes(Encoding.PEM))
    winrm.authentication.certificate = True
    mapped, asked = set(), []

    def account_of(issuer, subject, uri):
        asked.append((issuer, subject, uri))
        return account if subject in mapped else None

    changed = settings.replaced(
        trusted_issuers=TrustedIssuers((str(path),)),
        certificate_mappings=SimpleNamespace(account_of=account_of),
    )
    thumbprint = authority.fingerprint(hashes.SHA1()).hex().upper()
    return SimpleNamespace(settings=changed, key=key, mapped=mapped, asked=asked, thumbprint=thumbprint)


def ask(trusted, shown, is_tls=True, body=b""):
    der = None if shown is None else shown.public_bytes(Encoding.DER)
    return Authenticator(trusted.settings, b"x", der).authenticate({"authorization": SCHEME}, is_tls, body)


def test_the_subject_is_known_by_principal_name_then_dns_name_then_common_name(trusted, account):
    shown = certificate(
        "web", trusted.key, "CA", trusted.key, x509.DNSName("web.example"), principal("o@corp")
    )
    trusted.mapped.add("web")
    assert ask(trusted, shown) == Granted(account)
    assert [subject for _, subject, _ in trusted.asked] == ["o@corp", "web.example", "web"]
    assert {issuer for issuer, _, _ in trusted.asked} == {trusted.thumbprint}


def test_the_mapping_is_asked_for_the_resource_of_the_message(trusted):
    shown = certificate("web", trusted.key, "CA", trusted.key)
    body = b'<s:Envelope><s:Header><w:ResourceURI s:mustUnderstand="true"> http://x/y </w:ResourceURI>'
    assert isinstance(ask(trusted, shown, body=body), Refused)
    assert [uri for _, _, uri in trusted.asked] == ["http://x/y"]
    assert resource_uri(body.decode().encode("utf-16-le")) == "http://x/y"


def test_a_certificate_of_another_authority_is_refused(trusted):
    key = ec.generate_private_key(ec.SECP256R1())
    trusted.mapped.add("web")
    assert isinstance(ask(trusted, certificate("web", key, "CA", key)), Refused)
    assert trusted.asked == []


def test_without_certificate_without_tls_or_switched_off_nobody_logs_on(trusted, winrm):
    shown = certificate("web", trusted.key, "CA", trusted.key)
    trusted.mapped.add("web")
    assert isinstance(ask(trusted, shown), Granted)
    assert isinstance(ask(trusted, None), Refused)
    assert isinstance(ask(trusted, shown, is_tls=False), Refused)
    winrm.authentication.certificate = False
    assert isinstance(ask(trusted, shown), Refused)


def test_the_mapped_account_must_be_allowed_to_log_on(trusted, account):
    account.disabled = True
    trusted.mapped.add("web")
    assert isinstance(ask(trusted, certificate("web", trusted.key, "CA", trusted.key)), Refused)


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_files_of_no_use_are_named(tmp_path, content):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ProfileError, match=r"ca\.pem"):
        _ = TrustedIssuers((str(path),)).pem


@given(
    body=st.one_of(st.binary(max_size=500), st.text("<>ResourceURI:/ w=\"'\0", max_size=300).map(str.encode))
)
def test_any_body_has_a_resource_uri_or_none(body):
    assert isinstance(resource_uri(body), str)


def test_a_key_of_an_unknown_kind_has_signed_nothing():
    key = ed25519.Ed25519PrivateKey.generate()
    made = certificate("CA", key, "CA", key)
    assert is_issued_by(made, made)
    known, unknown = bytes.fromhex("06032b6570"), bytes.fromhex("06032b657f")
    other = x509.load_der_x509_certificate(made.public_bytes(Encoding.DER).replace(known, unknown))
    assert not is_issued_by(other, other)
