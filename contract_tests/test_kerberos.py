"""Kerberos against MIT's own KDC, which the test starts on the loopback address."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.util import find_spec

import pytest
from kerberos_realm import PASSWORD, KerberosRealm, missing_piece
from pypsrp.client import Client
from pypsrp.exceptions import AuthenticationError, WinRMTransportError

HOST = "hv01.corp.example"
_MISSING = missing_piece()
pytestmark = [
    pytest.mark.skipif(_MISSING is not None, reason=str(_MISSING)),
    pytest.mark.filterwarnings("ignore:Unverified HTTPS request"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PROFILE = """
name: member
extends: windows-server-2022-datacenter
operating_system: {{computer_name: HV01, domain: corp.example}}
domain:
  name: corp.example
  users:
    - {{name: alice, password: "{password}", groups: [Domain Admins]}}
    - {{name: bob, password: "{password}"}}
    - {{name: dave, password: "{password}", groups: [Domain Admins], disabled: true}}
winrm:
  https_enabled: true
  allow_unencrypted: {plain}
  channel_binding: {level}
  authentication: {{negotiate: {negotiate}, credssp: true}}
  kerberos: {{keytab: {keytab}}}
"""


@pytest.fixture(scope="module")
def realm(tmp_path_factory):
    """The realm with its users and the keys of the host; this process becomes its client."""
    realm = KerberosRealm(tmp_path_factory.mktemp("realm"))
    before = dict(os.environ)
    try:
        realm.start()
        os.environ.update(realm.environment)
        for name in ("alice", "bob", "dave", "stranger"):
            realm.add_user(name)
        realm.keytab = realm.add_services(HOST, "localhost")
        yield realm
    finally:
        realm.stop()
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture
def member(realm, serve):
    def start(level="Relaxed", plain=False, negotiate=True):
        facts = {"plain": str(plain).lower(), "negotiate": str(negotiate).lower(), "level": level}
        return serve(yaml=PROFILE.format(password=PASSWORD, keytab=realm.keytab, **facts))

    return start


def whoami(host, auth, *, https=False, user="alice@CORP.EXAMPLE", **options):
    client = Client(
        "localhost",
        port=host.https_port if https else host.http_port,
        ssl=https,
        cert_validation=False,
        auth=auth,
        negotiate_service="HTTP",
        username=user,
        password=PASSWORD,
        **options,
    )
    return client.execute_cmd("whoami")[0].strip()


@pytest.mark.parametrize("encryption", ["auto", "always"])
@pytest.mark.parametrize("auth", ["kerberos", "negotiate"])
def test_pypsrp_encrypts_over_http(member, auth, encryption):
    assert whoami(member(), auth, encryption=encryption) == "corp\\alice"


@pytest.mark.parametrize("level", ["None", "Relaxed", "Strict"])
@pytest.mark.parametrize("auth", ["kerberos", "negotiate"])
def test_pypsrp_binds_to_https(member, auth, level):
    assert whoami(member(level), auth, https=True) == "corp\\alice"


@pytest.mark.parametrize("level", ["None", "Relaxed", "Strict"])
def test_a_client_without_channel_bindings_is_refused_by_strict_only(member, level):
    host = member(level)
    if level != "Strict":
        assert whoami(host, "kerberos", https=True, negotiate_send_cbt=False) == "corp\\alice"
        return
    with pytest.raises(AuthenticationError):
        whoami(host, "kerberos", https=True, negotiate_send_cbt=False)


def test_without_encryption_over_http_permission_is_needed(member):
    assert whoami(member(plain=True), "kerberos", encryption="never") == "corp\\alice"
    with pytest.raises(WinRMTransportError):
        whoami(member(), "kerberos", encryption="never")


@pytest.mark.parametrize("user", ["bob", "dave", "stranger"])
def test_a_ticket_alone_does_not_let_an_account_in(member, user):
    with pytest.raises(AuthenticationError):
        whoami(member(), "kerberos", user=f"{user}@CORP.EXAMPLE")


def test_the_scheme_kerberos_needs_no_negotiate(member):
    host = member(negotiate=False)
    offers = subprocess.run(
        ["curl", "-s", "-o", os.devnull, "-D", "-", "-d", "x", host.http_url], capture_output=True, text=True
    ).stdout
    assert "WWW-Authenticate: Kerberos" in offers
    assert "WWW-Authenticate: Negotiate" not in offers


def test_credssp_carries_kerberos_and_takes_the_password_that_was_delegated(member):
    user = "alice@CORP.EXAMPLE"
    assert whoami(member(), "credssp", user=user, credssp_auth_mechanism="auto") == "corp\\alice"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("https", [False, True])
def test_curl_negotiates_with_its_ticket(member, realm, https):
    features = subprocess.run(["curl", "--version"], capture_output=True, text=True).stdout
    if "SPNEGO" not in features:
        pytest.skip("this curl is built without SPNEGO")
    realm.log_on("alice@CORP.EXAMPLE")
    host = member(plain=True)
    port = host.https_port if https else host.http_port
    url = f"{'https' if https else 'http'}://{HOST}:{port}/wsman"
    identify = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>'
        '<w:Identify xmlns:w="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/>'
        "</s:Body></s:Envelope>"
    )
    command = ["curl", "-s", "-k", "--negotiate", "-u", ":", "--resolve", f"{HOST}:{port}:127.0.0.1"]
    command += ["-H", "Content-Type: application/soap+xml;charset=UTF-8", "-d", identify, url]
    done = subprocess.run(command, capture_output=True, text=True)
    assert "OS: 10.0.20348" in done.stdout


@pytest.mark.skipif(find_spec("kerberos") is None, reason="pykerberos (pywinrm[kerberos]) is not installed")
@pytest.mark.parametrize("https", [False, True])
def test_pywinrm_with_its_kerberos_transport(member, realm, https):
    import winrm

    realm.log_on("alice@CORP.EXAMPLE")
    host = member()
    session = winrm.Session(
        (host.https_url if https else host.http_url).replace("127.0.0.1", "localhost"),
        auth=("alice@CORP.EXAMPLE", PASSWORD),
        transport="kerberos",
        server_cert_validation="ignore",
    )
    assert session.run_cmd("whoami").std_out.decode().strip() == "corp\\alice"
