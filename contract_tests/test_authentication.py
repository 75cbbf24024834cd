"""Every way to log on, through the clients that people use, with the host looked at through another door."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from pathlib import Path
from xml.etree.ElementTree import ParseError

import pytest
import winrm
from conftest import PASSWORD, USER
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier
from pypsrp.client import Client
from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError
from requests.exceptions import ConnectionError as NoConnection
from requests_credssp.exceptions import AuthenticationException, NTStatusException
from soap import SoapClient
from winrm.exceptions import InvalidCredentialsError
from winrm.exceptions import WinRMTransportError as PlainRefused

# Clients leave their sockets to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Unverified HTTPS request"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

REFUSED = (InvalidCredentialsError, AuthenticationError, AuthenticationException, NTStatusException)
"""What the clients raise for a 401; requests-credssp reads the reason in its token, or misses a token."""

EVERY_SCHEME = """
extends: windows-server-2022-datacenter
name: authentication
winrm:
  https_enabled: true
  channel_binding: {level}
  allow_unencrypted: {plain}
  authentication: {{basic: true, credssp: true}}
"""


@pytest.fixture
def start(serve):
    def begin(level="Relaxed", plain=False, more=""):
        return serve(yaml=EVERY_SCHEME.format(level=level, plain=str(plain).lower()) + more)

    return begin


def by_pywinrm(host, transport, *, https=False, user=USER, password=PASSWORD, **options):
    url = host.https_url if https else host.http_url
    session = winrm.Session(
        url, auth=(user, password), transport=transport, server_cert_validation="ignore", **options
    )
    return session.run_cmd("whoami").std_out.decode().strip()


def by_pypsrp(host, auth, *, https=False, user=USER, password=PASSWORD, **options):
    port = host.https_port if https else host.http_port
    client = Client(
        "127.0.0.1",
        port=port,
        ssl=https,
        cert_validation=False,
        auth=auth,
        username=user,
        password=password,
        **options,
    )
    return client.execute_cmd("whoami")[0].strip()


WHO = "hv2022\\administrator"


@pytest.mark.parametrize("encryption", ["auto", "always"])
@pytest.mark.parametrize("https", [False, True])
@pytest.mark.parametrize("transport", ["ntlm", "credssp"])
def test_pywinrm_encrypts(start, transport, https, encryption):
    assert by_pywinrm(start(), transport, https=https, message_encryption=encryption) == WHO


@pytest.mark.parametrize("transport", ["ntlm", "credssp", "basic"])
def test_pywinrm_without_encryption_needs_tls_or_permission(start, transport):
    options = {"message_encryption": "never"}
    assert by_pywinrm(start(plain=True), transport, **options) == WHO
    assert by_pywinrm(start(), transport, https=True, **options) == WHO
    # Basic is not even offered; requests-credssp takes the bare 500 for a missing token.
    with pytest.raises((PlainRefused, ParseError, *REFUSED)):
        by_pywinrm(start(), transport, **options)


@pytest.mark.parametrize("encryption", ["auto", "always", "never"])
@pytest.mark.parametrize("level", ["None", "Relaxed", "Strict"])
@pytest.mark.parametrize("auth", ["negotiate", "ntlm", "credssp"])
def test_pypsrp_over_https_with_channel_bindings(start, auth, level, encryption):
    assert by_pypsrp(start(level), auth, https=True, encryption=encryption) == WHO


@pytest.mark.parametrize("level", ["None", "Relaxed", "Strict"])
@pytest.mark.parametrize("auth", ["negotiate", "ntlm"])
def test_a_client_without_channel_bindings_is_refused_by_strict_only(start, auth, level):
    host = start(level)
    options = {"https": True, "negotiate_send_cbt": False}
    if level != "Strict":
        assert by_pypsrp(host, auth, **options) == WHO
        return
    with pytest.raises(AuthenticationError):
        by_pypsrp(host, auth, **options)


@pytest.mark.parametrize("encryption", ["auto", "always"])
@pytest.mark.parametrize("auth", ["negotiate", "ntlm", "credssp"])
def test_pypsrp_encrypts_over_http(start, auth, encryption):
    assert by_pypsrp(start(), auth, encryption=encryption) == WHO


@pytest.mark.parametrize("auth", ["negotiate", "credssp"])
def test_pypsrp_without_encryption_over_http_needs_permission(start, auth):
    assert by_pypsrp(start(plain=True), auth, encryption="never") == WHO
    with pytest.raises((WinRMTransportError, AuthenticationException)):
        by_pypsrp(start(), auth, encryption="never")


@pytest.mark.parametrize("size", [10, 16_000, 40_000, 100_000])
@pytest.mark.parametrize("https", [False, True])
def test_credssp_takes_and_gives_messages_of_several_pieces(start, https, size):
    host = start()
    text = "x" * size
    client = Client(
        "127.0.0.1",
        port=host.https_port if https else host.http_port,
        ssl=https,
        cert_validation=False,
        auth="credssp",
        encryption="always",
        username=USER,
        password=PASSWORD,
    )
    script = f"$text = '{text}'; $text.Length; $text"
    from pypsrp.shell import Process, WinRS

    with WinRS(client.wsman) as shell:
        process = Process(shell, "powershell.exe", ["-NoProfile", "-Command", "-"])
        process.begin_invoke()
        process.send(script.encode() + b"\r\n")
        process.end_invoke()
    assert process.stdout.decode().split() == [str(size), text]


@pytest.mark.parametrize(
    ("client", "auth"),
    [(by_pywinrm, name) for name in ("ntlm", "credssp", "basic")]
    + [(by_pypsrp, name) for name in ("negotiate", "ntlm", "credssp", "basic")],
)
def test_a_wrong_password_is_told_as_such(start, client, auth):
    host = start(plain=True)
    with pytest.raises(REFUSED) as caught:
        client(host, auth, password="wrong", https=auth == "basic")
    assert auth != "credssp" or "STATUS_LOGON_FAILURE" in str(caught.value)
    assert list(host.shells.list()) == []


@pytest.mark.parametrize(
    "fact",
    [
        "disabled: true",
        "locked: true",
        "must_change_password: true",
        "account_expires: 2020-01-01T00:00:00Z",
        "password_expires: true, password_last_set: 2020-01-01T00:00:00Z",
        "groups: [Users]",
    ],
)
def test_an_account_that_may_not_log_on_is_answered_as_a_wrong_password(start, fact):
    groups = "" if "groups" in fact else ", groups: [Administrators]"
    more = f"users:\n  - {{name: Other, password: secret, {fact}{groups}}}\n"
    host = start(more=more)
    with pytest.raises(InvalidCredentialsError):
        by_pywinrm(host, "ntlm", user="Other", password="secret")
    with pytest.raises(InvalidCredentialsError):
        by_pywinrm(host, "basic", user="Other", password="secret", https=True)
    with pytest.raises(AuthenticationError):
        by_pypsrp(host, "negotiate", user="Other", password="secret")


def test_wrong_passwords_lock_an_account_until_its_time_is_over(start):
    policy = "account_policy: {lockout_threshold: 3, lockout_duration_seconds: 30 min}\n"
    host = start(more=policy)
    for _ in range(3):
        with pytest.raises(AuthenticationError):
            by_pypsrp(host, "ntlm", password="wrong")
    with pytest.raises(AuthenticationError):
        by_pypsrp(host, "ntlm")
    assert host.machine.accounts.rules.is_locked(host.machine.accounts.find(USER))
    host.machine.clock.advance(datetime.timedelta(minutes=31))
    assert by_pypsrp(host, "ntlm") == WHO


def test_local_administrators_have_their_rights_when_the_policy_says_so(start):
    users = "users:\n  - {name: Second, password: secret, groups: [Administrators]}\n"
    assert by_pypsrp(start(more=users), "ntlm", user="Second", password="secret") == "hv2022\\second"
    filtered = start(more=users + "account_policy: {local_account_token_filter_policy: false}\n")
    with pytest.raises(AuthenticationError):
        by_pypsrp(filtered, "ntlm", user="Second", password="secret")
    filtered.machine.accounts.create("Third", "secret", groups=("Administrators", "Remote Management Users"))
    with pytest.raises(WSManFaultError) as caught:
        by_pypsrp(filtered, "ntlm", user="Third", password="secret")
    assert caught.value.code == 5


def test_a_remote_management_user_opens_powershell_and_no_command_shell(start):
    host = start(more="users:\n  - {name: rm, password: secret, groups: [Remote Management Users]}\n")
    with pytest.raises(WSManFaultError) as caught:
        by_pypsrp(host, "negotiate", user="rm", password="secret")
    assert (caught.value.code, caught.value.reason) == (5, "Access is denied.")
    client = Client(
        "127.0.0.1", port=host.http_port, ssl=False, auth="ntlm", username="rm", password="secret"
    )
    assert client.execute_ps("1 + 1")[0].strip() == "2"


DOMAIN = """
operating_system: {computer_name: HV01, domain: corp.example}
domain:
  name: corp.example
  users:
    - {name: alice, password: secret, groups: [Domain Admins]}
    - {name: carol, password: secret}
"""


@pytest.mark.parametrize("user", ["CORP\\alice", "corp.example\\ALICE", "alice@corp.example"])
@pytest.mark.parametrize("auth", ["negotiate", "ntlm", "credssp"])
def test_an_account_of_the_domain_logs_on_by_each_of_its_names(start, auth, user):
    assert by_pypsrp(start(more=DOMAIN), auth, user=user, password="secret") == "corp\\alice"


@pytest.mark.parametrize(
    ("user", "error"),
    [
        ("CORP\\carol", AuthenticationError),
        ("CORP\\nobody", AuthenticationError),
        ("alice", AuthenticationError),
    ],
)
def test_other_names_do_not_log_on_to_a_member_of_a_domain(start, user, error):
    with pytest.raises(error):
        by_pypsrp(start(more=DOMAIN), "ntlm", user=user, password="secret")


def test_basic_is_for_local_accounts(start):
    with pytest.raises(AuthenticationError):
        by_pypsrp(start(more=DOMAIN), "basic", user="CORP\\alice", password="secret", https=True)


@pytest.mark.parametrize("user", ["Administrator", ".\\Administrator", "HV2022\\Administrator"])
def test_a_local_account_logs_on_by_each_of_its_names(start, user):
    assert by_pypsrp(start(), "negotiate", user=user) == WHO


@pytest.mark.parametrize(
    ("scheme", "auth"), [("negotiate", "ntlm"), ("credssp", "credssp"), ("basic", "basic")]
)
def test_a_scheme_is_switched_off_and_on_while_the_host_runs(start, scheme, auth):
    host = start()
    name = {"negotiate": "Negotiate", "credssp": "CredSSP", "basic": "Basic"}[scheme]
    assert by_pypsrp(host, auth, https=True) == WHO
    host.machine.winrm.change({f"Service/Auth/{name}": "false"})
    with pytest.raises(REFUSED):
        by_pypsrp(host, auth, https=True)
    host.machine.winrm.change({f"Service/Auth/{name}": "true"})
    assert by_pypsrp(host, auth, https=True) == WHO


# -- curl -------------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("https", [False, True])
@pytest.mark.parametrize("option", ["--ntlm", "--negotiate", "--basic"])
def test_curl_logs_on(start, option, https):
    version = subprocess.run(["curl", "--version"], capture_output=True, text=True).stdout
    if option == "--negotiate":
        pytest.skip("curl speaks Negotiate by GSS-API, which has Kerberos only: see test_kerberos")
    if option == "--ntlm" and " NTLM" not in version:
        pytest.skip("this curl is built without NTLM")
    host = start(plain=True)
    url = host.https_url if https else host.http_url
    command = ["curl", "-s", "-k", "-o", "-", "-w", "%{http_code}", option, "-u", f"{USER}:{PASSWORD}"]
    command += ["-H", "Content-Type: application/soap+xml;charset=UTF-8", "-d", "@-", url]
    identify = (
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>'
        b'<w:Identify xmlns:w="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/>'
        b"</s:Body></s:Envelope>"
    )
    done = subprocess.run(command, input=identify, capture_output=True)
    assert done.stdout.endswith(b"200")
    assert b"OS: 10.0.20348" in done.stdout


# -- client certificates ----------------------------------------------------------------------------------


class Authority:
    """Signs client certificates; without an authority they are their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._sign("Test CA", self.key, None, is_authority=True)
        self.path = folder / "authority.pem"
        self.path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    @property
    def thumbprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA1()).hex().upper()

    def issue(self, name: str, principal: str | None) -> tuple[Path, Path]:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(name, key, principal, is_authority=False)
        pem, key_file = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return pem, key_file

    def _sign(self, name, key, principal, *, is_authority):
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = subject if is_authority else self.certificate.subject
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if principal is not None:
            text = principal.encode()
            other = x509.OtherName(
                ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), bytes([0x0C, len(text)]) + text
            )
            builder = builder.add_extension(x509.SubjectAlternativeName([other]), critical=False)
        return builder.sign(self.key, hashes.SHA256())


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


CERTIFICATES = """
extends: windows-server-2022-datacenter
name: certificates
winrm:
  https_enabled: true
  authentication: {{certificate: true}}
  minimum_tls_version: "{version}"
  trusted_client_issuers: [{path}]
  certificate_mappings:
    - {{issuer: {thumbprint}, subject: operator@localhost, uri: '{uri}', user_name: {user}, password: {password}}}
"""


@pytest.fixture
def with_certificates(serve, authority):
    def begin(user=USER, password=PASSWORD, uri="*", version="1.2", thumbprint=None):
        return serve(
            yaml=CERTIFICATES.format(
                path=authority.path,
                thumbprint=thumbprint or authority.thumbprint,
                user=user,
                password=password,
                uri=uri,
                version=version,
            )
        )

    return begin


def by_certificate(host, pem, key):
    return (
        Client(
            "127.0.0.1",
            port=host.https_port,
            ssl=True,
            cert_validation=False,
            auth="certificate",
            certificate_pem=str(pem),
            certificate_key_pem=str(key),
        )
        .execute_cmd("whoami")[0]
        .strip()
    )


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_mapped_certificate_logs_on_through_pypsrp_and_pywinrm(with_certificates, authority, version):
    host = with_certificates(version=version)
    pem, key = authority.issue("operator", "operator@localhost")
    assert by_certificate(host, pem, key) == WHO
    session = winrm.Session(
        host.https_url,
        auth=(None, None),
        transport="certificate",
        cert_pem=str(pem),
        cert_key_pem=str(key),
        server_cert_validation="ignore",
    )
    assert session.run_cmd("whoami").std_out.decode().strip() == WHO


def test_a_certificate_without_mapping_or_with_a_stale_one_is_refused(with_certificates, authority):
    other = authority.issue("other", "other@localhost")
    mapped = authority.issue("operator", "operator@localhost")
    with pytest.raises(AuthenticationError):
        by_certificate(with_certificates(), *other)
    with pytest.raises(AuthenticationError):
        by_certificate(with_certificates(password="stale"), *mapped)
    with pytest.raises(AuthenticationError):
        by_certificate(with_certificates(uri="http://schemas.microsoft.com/wbem/wsman/1/wmi/*"), *mapped)


def test_a_certificate_of_a_stranger_does_not_get_through_tls(with_certificates, tmp_path):
    (tmp_path / "stranger").mkdir()
    stranger = Authority(tmp_path / "stranger")
    with pytest.raises(NoConnection):
        by_certificate(with_certificates(), *stranger.issue("operator", "operator@localhost"))


def test_certificates_are_switched_off_and_mapped_while_the_host_runs(with_certificates, authority):
    host = with_certificates()
    pair = authority.issue("second", "second@localhost")
    with pytest.raises(AuthenticationError):
        by_certificate(host, *pair)
    properties = {"UserName": USER, "Password": PASSWORD}
    host.machine.winrm.certificate_mappings.create(authority.thumbprint, "*@localhost", "*", properties)
    assert by_certificate(host, *pair) == WHO
    host.machine.winrm.change({"Service/Auth/Certificate": "false"})
    with pytest.raises(AuthenticationError):
        by_certificate(host, *pair)


def test_a_connection_that_shows_no_certificate_may_log_on_another_way(with_certificates):
    assert by_pypsrp(with_certificates(), "ntlm", https=True) == WHO


def test_the_offer_names_what_is_switched_on(start):
    with SoapClient(start(plain=True), user=None) as client:
        answer = client.post(b"<x/>")
    assert answer.headers.get_all("WWW-Authenticate") == ['Basic realm="WSMAN"', "CredSSP", "Negotiate"]
