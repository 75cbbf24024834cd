"""Unmodified clients against the endpoint, with a service that answers each message with itself."""

import subprocess
import threading
from pathlib import Path

import pytest
import requests
from pypsrp.exceptions import AuthenticationError, WinRMTransportError
from pypsrp.wsman import WSMan
from requests_ntlm import HttpNtlmAuth
from winrm.exceptions import InvalidCredentialsError
from winrm.transport import Transport

from emulator.transport import ServerCertificate

PASSWORD = "P@ssw0rd!"
SOAP = "application/soap+xml;charset=UTF-8"
MESSAGE = b"<x>" + b"text" * 400 + b"</x>"

pytestmark = [
    pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def certificate() -> ServerCertificate:
    return ServerCertificate("HV01")


@pytest.fixture
def trust(certificate, tmp_path) -> str:
    """The path of a file with the certificate to trust."""
    path = tmp_path / "trusted.pem"
    path.write_bytes(certificate.certificate_pem)
    return str(path)


@pytest.fixture
def pywinrm():
    """Send a message as pywinrm does."""

    def send(listener, scheme="http", user="Administrator", password=PASSWORD, message=MESSAGE, **options):
        transport = Transport(
            f"{scheme}://127.0.0.1:{listener.port}/wsman",
            username=user,
            password=password,
            read_timeout_sec=20,
            **options,
        )
        transport.build_session()
        try:
            return transport.send_message(message)
        finally:
            transport.close_session()

    return send


@pytest.mark.parametrize("size", [10, 1300, 300_000])
@pytest.mark.parametrize("encryption", ["auto", "always"])
def test_pywinrm_with_ntlm_encrypts_over_http(serve, endpoint, service, pywinrm, encryption, size):
    message = b"m" * size
    answer = pywinrm(serve(endpoint), auth_method="ntlm", message_encryption=encryption, message=message)
    assert answer == message
    assert service.requests[0].encrypted


def test_pywinrm_that_does_not_encrypt_is_served_only_where_it_is_allowed(
    serve, endpoint, winrm, service, pywinrm
):
    listener = serve(endpoint)
    with pytest.raises(Exception, match="500"):
        pywinrm(listener, auth_method="ntlm", message_encryption="never")
    assert service.requests == []
    winrm.allow_unencrypted = True
    assert pywinrm(listener, auth_method="ntlm", message_encryption="never") == MESSAGE


@pytest.mark.parametrize("user", ["HV01\\Administrator", "CORP\\Administrator", "administrator"])
def test_pywinrm_may_name_any_domain(serve, endpoint, pywinrm, user):
    assert pywinrm(serve(endpoint), user=user, auth_method="ntlm") == MESSAGE


@pytest.mark.parametrize("method", ["ntlm", "basic"])
def test_pywinrm_with_a_wrong_password_is_told_so(serve, endpoint, winrm, service, pywinrm, method):
    winrm.allow_unencrypted = True
    with pytest.raises(InvalidCredentialsError):
        pywinrm(serve(endpoint), password="wrong", auth_method=method)
    assert service.requests == []


@pytest.mark.parametrize("method", ["ntlm", "basic"])
@pytest.mark.parametrize("level", ["Relaxed", "Strict"])
def test_pywinrm_over_https(serve, endpoint, winrm, certificate, trust, pywinrm, method, level):
    winrm.channel_binding = level
    answer = pywinrm(
        serve(endpoint, certificate),
        "https",
        auth_method=method,
        server_cert_validation="validate",
        ca_trust_path=trust,
    )
    assert answer == MESSAGE


def test_pywinrm_with_basic_over_http(serve, endpoint, winrm, pywinrm):
    listener = serve(endpoint)
    with pytest.raises(InvalidCredentialsError):
        pywinrm(listener, auth_method="basic")
    winrm.allow_unencrypted = True
    assert pywinrm(listener, auth_method="basic") == MESSAGE


def pypsrp_send(listener, message=MESSAGE, **options) -> bytes:
    options.setdefault("ssl", False)
    options.setdefault("password", PASSWORD)
    client = WSMan("127.0.0.1", port=listener.port, username="Administrator", **options)
    try:
        return client.transport.send(message)
    finally:
        client.transport.close()


@pytest.mark.parametrize("auth", ["ntlm", "negotiate"])
@pytest.mark.parametrize("size", [10, 1300, 300_000])
def test_pypsrp_encrypts_over_http(serve, endpoint, service, auth, size):
    message = b"m" * size
    assert pypsrp_send(serve(endpoint), message, auth=auth) == message
    assert service.requests[0].encrypted


@pytest.mark.parametrize("auth", ["ntlm", "negotiate", "basic"])
@pytest.mark.parametrize(
    ("level", "send_bindings"), [("Relaxed", True), ("Relaxed", False), ("Strict", True)]
)
def test_pypsrp_over_https(serve, endpoint, winrm, certificate, auth, level, send_bindings):
    winrm.channel_binding = level
    listener = serve(endpoint, certificate)
    options = {"negotiate_send_cbt": send_bindings} if auth != "basic" else {}
    assert pypsrp_send(listener, auth=auth, ssl=True, cert_validation=False, **options) == MESSAGE


def test_pypsrp_without_channel_bindings_is_refused_where_they_are_demanded(
    serve, endpoint, winrm, certificate
):
    winrm.channel_binding = "Strict"
    listener = serve(endpoint, certificate)
    with pytest.raises(AuthenticationError):
        pypsrp_send(listener, auth="ntlm", ssl=True, cert_validation=False, negotiate_send_cbt=False)


def test_pypsrp_with_message_encryption_over_https(serve, endpoint, service, certificate):
    listener = serve(endpoint, certificate)
    answer = pypsrp_send(listener, auth="negotiate", ssl=True, cert_validation=False, encryption="always")
    assert answer == MESSAGE
    assert service.requests[0].encrypted
    assert service.requests[0].is_tls


@pytest.mark.parametrize("auth", ["ntlm", "negotiate"])
def test_pypsrp_with_a_wrong_password_is_told_so(serve, endpoint, auth):
    with pytest.raises(AuthenticationError):
        pypsrp_send(serve(endpoint), auth=auth, password="wrong")


def test_pypsrp_sees_an_encrypted_fault(serve, endpoint, service):
    service.status = 500
    with pytest.raises(WinRMTransportError) as raised:
        pypsrp_send(serve(endpoint), auth="negotiate")
    assert raised.value.response_text == MESSAGE.decode()


def test_twenty_clients_encrypt_side_by_side(serve, endpoint, service):
    listener = serve(endpoint)
    answers: list[bytes] = []

    def talk(number: int) -> None:
        client = WSMan(
            "127.0.0.1",
            port=listener.port,
            username="Administrator",
            password=PASSWORD,
            ssl=False,
            auth="negotiate",
        )
        for turn in range(3):
            message = b"<%d-%d/>" % (number, turn)
            answers.append(client.transport.send(message) == message)
        client.transport.close()

    threads = [threading.Thread(target=talk, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 60
    assert len(service.requests) == 60


def test_requests_ntlm_goes_through_its_handshake_with_a_body(serve, endpoint, winrm):
    winrm.allow_unencrypted = True
    with requests.Session() as session:
        session.auth = HttpNtlmAuth("Administrator", PASSWORD)
        for _ in range(3):
            answer = session.post(
                f"http://127.0.0.1:{serve(endpoint).port}/wsman", MESSAGE, headers={"Content-Type": SOAP}
            )
            assert (answer.status_code, answer.content) == (200, MESSAGE)


def test_requests_sees_each_scheme_on_its_own_line(serve, endpoint, winrm):
    winrm.allow_unencrypted = True
    answer = requests.post(f"http://127.0.0.1:{serve(endpoint).port}/wsman", b"<x/>", timeout=10)
    assert answer.status_code == 401
    assert answer.reason == ""
    assert answer.raw.headers.getlist("WWW-Authenticate") == ['Basic realm="WSMAN"', "Negotiate"]
    assert answer.headers["Server"] == "Microsoft-HTTPAPI/2.0"


def curl(listener, *arguments: str, scheme: str = "http") -> str:
    command = ["curl", "--silent", "--show-error", "--max-time", "20", *arguments]
    url = f"{scheme}://127.0.0.1:{listener.port}/wsman"
    return subprocess.run([*command, url], capture_output=True, text=True, check=False).stdout


def curl_knows(feature: str) -> bool:
    try:
        version = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S607
    except FileNotFoundError:
        return False
    return feature in version


needs_curl = pytest.mark.skipif(not curl_knows("curl"), reason="curl is not installed")
needs_curl_with_ntlm = pytest.mark.skipif(not curl_knows("NTLM"), reason="this curl has no NTLM")


@needs_curl_with_ntlm
@pytest.mark.parametrize("size", [100, 2_000_000])
def test_curl_with_ntlm_waits_for_the_word_before_it_sends_a_body(
    serve, endpoint, winrm, service, tmp_path: Path, size
):
    winrm.allow_unencrypted = True
    body = tmp_path / "body"
    body.write_bytes(b"m" * size)
    answer = curl(
        serve(endpoint),
        *("--ntlm", "--user", f"Administrator:{PASSWORD}", "--header", "Expect: 100-continue"),
        *("--header", f"Content-Type: {SOAP}", "--data-binary", f"@{body}"),
    )
    assert len(answer) == size
    assert len(service.requests) == 1


@needs_curl
def test_curl_with_basic_over_https(serve, endpoint, certificate, trust):
    arguments = ["--cacert", trust, "--user", f"Administrator:{PASSWORD}", "--data", "<x/>"]
    assert curl(serve(endpoint, certificate), *arguments, scheme="https") == "<x/>"


@needs_curl
def test_curl_sees_405_for_get(serve, endpoint):
    answer = curl(serve(endpoint), "--include")
    assert answer.startswith("HTTP/1.1 405 \n")
    assert "Allow: POST\n" in answer
