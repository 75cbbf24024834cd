"""Certificates, keys and keytabs that a user gives: what is served, and what a wrong one says at the start."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys

import pytest

from emulator.profile import ProfileError
from emulator.transport import ListenError
from emulator.transport.tls import ServerCertificate


@pytest.fixture
def given(tmp_path):
    """A certificate with its key in one PEM file."""
    made = ServerCertificate("GIVEN", ("given.example",))
    path = tmp_path / "given.pem"
    path.write_bytes(b"".join(made._material()))
    return path


def run(*arguments):
    command = [sys.executable, "-m", "emulator.cli", "serve", *map(str, arguments)]
    ports = ["--http-port", "0", "--https-port", "0", "--control-port", "0"]
    return subprocess.run([*command, *ports], capture_output=True, text=True, timeout=60)


def test_a_given_certificate_is_served_and_shown_in_the_store(serve, given):
    host = serve(certificate=given)
    served = ssl.get_server_certificate(("127.0.0.1", host.https_port))
    assert served.strip().encode() in given.read_bytes()
    found = host.machine.certificates.for_server("given.example")
    assert found is not None
    assert found.common_name == "GIVEN"


def test_certificate_and_key_are_two_files_too(serve, tmp_path):
    pem, key = ServerCertificate("GIVEN", ("given.example",))._material()
    (tmp_path / "certificate.pem").write_bytes(pem)
    (tmp_path / "key.pem").write_bytes(key)
    host = serve(certificate=tmp_path / "certificate.pem", key=tmp_path / "key.pem")
    assert ssl.get_server_certificate(("127.0.0.1", host.https_port)).strip().encode() in pem


def test_a_certificate_of_no_use_is_told_at_the_start(serve, tmp_path):
    (tmp_path / "x.pem").write_text("nothing")
    with pytest.raises(ListenError):
        serve(certificate=tmp_path / "x.pem")
    with pytest.raises(ProfileError, match="a key needs its certificate"):
        serve(key=tmp_path / "x.pem")
    done = run("--certificate", tmp_path / "x.pem")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "x.pem" in done.stderr


def test_a_missing_keytab_is_named(serve, tmp_path):
    pytest.importorskip("gssapi", reason="the extra kerberos is not installed")
    with pytest.raises(ProfileError, match=r"no file .*http\.keytab"):
        serve(keytab=tmp_path / "http.keytab")


def test_kerberos_without_its_library_says_what_to_install(serve, tmp_path, monkeypatch):
    import importlib.util

    (tmp_path / "http.keytab").write_bytes(b"")
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "gssapi" else real(name, *rest)
    )
    with pytest.raises(ProfileError, match=r"gssapi.*hyperv-emulator\[kerberos\]"):
        serve(keytab=tmp_path / "http.keytab")


def test_only_tls_1_3_where_the_profile_says_so(serve):
    host = serve(
        yaml='name: t\nextends: windows-server-2022-datacenter\nwinrm: {minimum_tls_version: "1.3"}\n'
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("127.0.0.1", host.https_port)) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain)
