"""Certificates that scripts make, seen by those whom they are for."""

from __future__ import annotations

import hashlib
import socket
import ssl

import pytest
import winrm
from conftest import PASSWORD, USER
from psrp import connect, values
from pypsrp.powershell import RunspacePool

pytestmark = [
    pytest.mark.filterwarnings("ignore:Unverified HTTPS request"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

MAKE_LISTENER = """
$name = $env:COMPUTERNAME
$cert = New-SelfSignedCertificate -DnsName $name, localhost -CertStoreLocation Cert:\\LocalMachine\\My
$valueset = @{ Hostname = $name; CertificateThumbprint = $cert.Thumbprint }
$selectorset = @{ Transport = 'HTTPS'; Address = '*' }
New-WSManInstance -ResourceURI winrm/config/Listener -SelectorSet $selectorset -ValueSet $valueset | Out-Null
$cert.Thumbprint
"""


def served(host) -> str:
    """Thumbprint of the certificate that a TLS client sees."""
    shown = ssl.get_server_certificate(("127.0.0.1", host.https_port))
    return hashlib.sha1(ssl.PEM_cert_to_DER_cert(shown), usedforsecurity=False).hexdigest().upper()


@pytest.fixture
def plain_host(serve):
    return serve(yaml="extends: windows-server-2022-datacenter\nwinrm: {https_enabled: false}\n")


def test_a_script_makes_a_certificate_and_an_https_listener_with_it(plain_host):
    with connect(plain_host) as wsman, RunspacePool(wsman) as pool:
        (thumbprint,) = values(pool, MAKE_LISTENER)
    assert served(plain_host) == thumbprint
    url = f"https://127.0.0.1:{plain_host.https_port}/wsman"
    session = winrm.Session(url, auth=(USER, PASSWORD), transport="ntlm", server_cert_validation="ignore")
    listed = session.run_cmd(f"certutil -store My {thumbprint}").std_out.decode()
    assert f"Cert Hash(sha1): {thumbprint.lower()}" in listed
    trusted = ssl.create_default_context(
        cadata=ssl.get_server_certificate(("127.0.0.1", plain_host.https_port))
    )
    address = ("127.0.0.1", plain_host.https_port)
    with socket.create_connection(address) as plain, trusted.wrap_socket(plain, server_hostname="localhost"):
        pass
    with (
        socket.create_connection(address) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
        trusted.wrap_socket(plain, server_hostname="other.example"),
    ):
        pass


def test_a_listener_changes_its_certificate(plain_host):
    with connect(plain_host) as wsman, RunspacePool(wsman) as pool:
        (first,) = values(pool, MAKE_LISTENER)
        change = """
        $c = New-SelfSignedCertificate -DnsName $env:COMPUTERNAME -CertStoreLocation Cert:\\LocalMachine\\My
        $where = @{ Transport = 'HTTPS'; Address = '*' }
        Set-WSManInstance winrm/config/Listener -SelectorSet $where -ValueSet @{ CertificateThumbprint = $c.Thumbprint } |
            Out-Null
        $c.Thumbprint"""
        (second,) = values(pool, change)
    assert first != second
    assert served(plain_host) == second


def test_a_reset_forgets_certificates(plain_host):
    with connect(plain_host) as wsman, RunspacePool(wsman) as pool:
        (made,) = values(
            pool,
            "(New-SelfSignedCertificate -DnsName x -CertStoreLocation Cert:\\LocalMachine\\My).Thumbprint",
        )
    assert plain_host.machine.certificates.find(made) is not None
    plain_host.reset()
    assert plain_host.machine.certificates.find(made) is None
