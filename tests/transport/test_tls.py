import contextlib
import hashlib
import os
import socket
import ssl
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

from emulator.auth import private_file
from emulator.transport import ListenError, ServerCertificate, tls

GET = b"GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"


@pytest.fixture
def certificate() -> ServerCertificate:
    return ServerCertificate("HV01", ("hv01.corp.example", "192.0.2.7"))


def trusting(certificate: ServerCertificate) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=certificate.certificate_pem.decode())
    if hasattr(ssl, "VERIFY_X509_STRICT"):
        context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def ask(listener, context: ssl.SSLContext, name: str) -> bytes:
    with (
        socket.create_connection(("127.0.0.1", listener.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=name) as client,
    ):
        client.sendall(GET)
        answer = b""
        while piece := client.recv(65536):
            answer += piece
    return answer


@pytest.mark.parametrize("name", ["HV01", "hv01.corp.example", "192.0.2.7", "localhost", "127.0.0.1"])
def test_a_client_that_trusts_the_certificate_connects_under_each_of_its_names(
    serve, echo, certificate, name
):
    assert ask(serve(echo, certificate), trusting(certificate), name).endswith(b"GET /x ")
    assert echo.connections[0].is_tls


def test_a_client_that_does_not_trust_the_certificate_does_not_connect(serve, echo, certificate):
    listener = serve(echo, certificate)
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(listener, ssl.create_default_context(), "HV01")
    assert ask(listener, trusting(certificate), "HV01")


@pytest.mark.parametrize("kind", ["EC", "RSA"])
def test_both_kinds_of_key_serve(serve, echo, kind):
    certificate = ServerCertificate("HV01", key_kind=kind)
    assert ask(serve(echo, certificate), trusting(certificate), "HV01")


def test_the_channel_bindings_are_those_of_the_certificate_that_the_client_sees(serve, echo, certificate):
    listener = serve(echo, certificate)
    with (
        socket.create_connection(("127.0.0.1", listener.port), timeout=10) as plain,
        trusting(certificate).wrap_socket(plain, server_hostname="HV01") as client,
    ):
        seen = client.getpeercert(binary_form=True)
        client.sendall(GET)
        client.recv(10)
    expected = b"tls-server-end-point:" + hashlib.sha256(seen).digest()
    assert certificate.channel_binding == echo.connections[0].channel_binding == expected
    assert certificate.thumbprint == hashlib.sha1(seen).hexdigest().upper()  # noqa: S324 - a name


def test_versions_before_tls_1_2_are_refused(certificate):
    assert certificate.context().minimum_version == ssl.TLSVersion.TLSv1_2


def test_listeners_of_the_same_names_share_one_certificate():
    assert ServerCertificate("HV07").certificate_pem == ServerCertificate("HV07").certificate_pem
    assert ServerCertificate("HV07").certificate_pem != ServerCertificate("HV08").certificate_pem


def test_a_certificate_is_made_on_first_use_only(serve, echo, monkeypatch):
    monkeypatch.setattr(tls, "_self_signed", lambda *_: pytest.fail("made too early"))
    serve(echo, ServerCertificate("HV09"))


def test_the_key_touches_no_file_that_others_can_read(certificate, monkeypatch):
    monkeypatch.delattr("os.memfd_create", raising=False)
    with private_file.private_file(b"secret") as path:
        assert Path(path).read_bytes() == b"secret"
        assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600
        assert stat.S_IMODE(Path(path).parent.stat().st_mode) == 0o700
    assert not Path(path).exists()
    assert certificate.context()


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="the system has no files in memory")
def test_where_the_system_allows_it_the_key_touches_no_disk_at_all(certificate, monkeypatch):
    monkeypatch.setattr(tempfile, "TemporaryDirectory", lambda: pytest.fail("a folder was made"))
    assert certificate.context()


def test_given_files_are_used(serve, echo, tmp_path):
    pem, key = tls._self_signed("GIVEN", ("GIVEN", "given.example"), "EC")
    (tmp_path / "certificate.pem").write_bytes(pem)
    (tmp_path / "key.pem").write_bytes(key)
    (tmp_path / "both.pem").write_bytes(pem + key)
    two = ServerCertificate(
        "HV01", certificate_file=tmp_path / "certificate.pem", key_file=tmp_path / "key.pem"
    )
    one = ServerCertificate("HV01", certificate_file=str(tmp_path / "both.pem"))
    assert two.channel_binding == one.channel_binding
    assert ask(serve(echo, two), trusting(two), "given.example")
    assert ask(serve(echo, one), trusting(two), "given.example")


def test_the_bindings_use_the_hash_of_the_certificate_itself(tmp_path):
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -sha384 -nodes -subj /CN=x"
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "certificate.pem")]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    certificate = ServerCertificate(
        "x", certificate_file=tmp_path / "certificate.pem", key_file=tmp_path / "key.pem"
    )
    der = ssl.PEM_cert_to_DER_cert((tmp_path / "certificate.pem").read_text())
    assert certificate.channel_binding == b"tls-server-end-point:" + hashlib.sha384(der).digest()


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_files_that_are_of_no_use_are_a_typed_error(tmp_path, content):
    path = tmp_path / "certificate.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ListenError, match="certificate"):
        ServerCertificate("HV01", certificate_file=path).context()


def test_silent_clients_and_clients_without_tls_do_not_hold_up_another(serve, echo, dial, certificate):
    listener = serve(echo, certificate)
    silent = [dial(listener) for _ in range(5)]
    plain = dial(listener)
    plain.sendall(GET)
    assert ask(listener, trusting(certificate), "HV01").endswith(b"GET /x ")
    with contextlib.suppress(ConnectionError):  # the answer to bytes that are no TLS may be a plain close
        assert plain.recv(1000)[:4] != b"HTTP"
    assert len(silent) == 5


def test_stopping_ends_tls_connections_and_handshakes(serve, echo, dial, certificate):
    listener = serve(echo, certificate)
    silent = dial(listener)
    plain = socket.create_connection(("127.0.0.1", listener.port), timeout=10)
    with trusting(certificate).wrap_socket(plain, server_hostname="HV01") as client:
        client.sendall(GET.replace(b"Connection: close\r\n", b""))
        assert client.recv(1000)
        listener.stop()
        assert client.recv(1000) == b""
    assert silent.recv(10) == b""


def pfx(password: bytes | None) -> bytes:
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        NoEncryption,
        load_pem_private_key,
    )
    from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
    from cryptography.x509 import load_pem_x509_certificate

    pem, key = tls._self_signed("GIVEN", ("GIVEN", "given.example"), "RSA")
    protection = BestAvailableEncryption(password) if password else NoEncryption()
    return serialize_key_and_certificates(
        b"x", load_pem_private_key(key, None), load_pem_x509_certificate(pem), None, protection
    )


@pytest.mark.parametrize("password", ["", "secret"])
def test_a_pfx_file_is_used(serve, echo, tmp_path, password):
    (tmp_path / "given.pfx").write_bytes(pfx(password.encode()))
    given = ServerCertificate("HV01", certificate_file=tmp_path / "given.pfx", key_password=password)
    assert given.names == ("GIVEN", "given.example")
    assert ask(serve(echo, given), trusting(given), "given.example")


def test_a_pfx_file_with_another_password_is_a_typed_error(tmp_path):
    (tmp_path / "given.pfx").write_bytes(pfx(b"secret"))
    with pytest.raises(ListenError, match=r"given\.pfx"):
        ServerCertificate("x", certificate_file=tmp_path / "given.pfx", key_password="wrong").context()


def test_the_least_version_is_kept(serve, echo):
    certificate = ServerCertificate("HV01", minimum_version="1.3")
    listener = serve(echo, certificate)
    assert ask(listener, trusting(certificate), "localhost")
    old = trusting(certificate)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError):
        ask(listener, old, "localhost")


def test_clients_are_asked_for_a_certificate_only_while_somebody_trusts_them():
    issuers: list[bytes | None] = [None]
    certificate = ServerCertificate("HV01", trusted_issuers=lambda: issuers[0])
    assert certificate.context().verify_mode == ssl.CERT_NONE
    issuers[0] = certificate.certificate_pem
    assert certificate.context().verify_mode == ssl.CERT_OPTIONAL
    issuers[0] = None
    assert certificate.context().verify_mode == ssl.CERT_NONE
