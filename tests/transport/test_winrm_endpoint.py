import base64
from datetime import UTC, datetime

import pytest
import spnego
from pypsrp.encryption import WinRMEncryption

from emulator.transport import ConnectionInfo, Headers, HttpRequest, WinrmEndpoint

PASSWORD = "P@ssw0rd!"
SOAP = "application/soap+xml;charset=UTF-8"
ENCRYPTED = (
    'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"'
)
BASIC = "Basic " + base64.b64encode(f"Administrator:{PASSWORD}".encode()).decode()
IDENTIFY = b"<s:Envelope><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>"


def post(body=b"", content_type=SOAP, target="/wsman", method="POST", **headers):
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return HttpRequest(method, target, Headers.of(("Content-Type", content_type), *pairs), body)


@pytest.fixture
def talk(endpoint):
    """A conversation over http or https."""

    def begin(is_tls=False, channel_binding=None):
        return endpoint.connect(ConnectionInfo("192.0.2.9", 1234, is_tls, channel_binding))

    return begin


@pytest.fixture
def negotiated(talk):
    """A conversation after a handshake, and the client's context."""

    def begin(is_tls=False, protocol="negotiate", last_body=b"", last_type=SOAP):
        conversation = talk(is_tls)
        client = spnego.client("Administrator", PASSWORD, hostname="hv01", protocol=protocol)
        answer = conversation.respond(post(authorization=f"Negotiate {encoded(client.step())}"))
        assert answer.status == 401
        token = client.step(challenge_in(answer))
        answer = conversation.respond(post(last_body, last_type, authorization=f"Negotiate {encoded(token)}"))
        if answer.headers:
            client.step(challenge_in(answer))
        return conversation, client, answer

    return begin


def encoded(token: bytes) -> str:
    return base64.b64encode(token).decode()


def challenge_in(answer) -> bytes:
    ((name, value),) = answer.headers
    assert name == "WWW-Authenticate"
    return base64.b64decode(value.removeprefix("Negotiate "))


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("POST", "/wsman", 401),
        ("POST", "/WSMan", 401),
        ("POST", "/wsman/", 401),
        ("POST", "/wsman?PSVersion=5.1.17763.1", 401),
        ("POST", "http://hv01:5985/wsman", 401),
        ("GET", "/wsman", 405),
        ("HEAD", "/wsman", 405),
        ("PUT", "/WSMAN", 405),
        ("POST", "/", 404),
        ("GET", "/", 404),
        ("POST", "/wsman/other", 404),
        ("POST", "/wsmanx", 404),
    ],
)
def test_only_a_post_to_wsman_is_served(talk, method, target, status):
    answer = talk().respond(post(method=method, target=target))
    assert answer.status == status
    if status == 405:
        assert answer.headers == (("Allow", "POST"),)
        assert not answer.close


def test_a_misdirected_request_is_refused_before_its_body_is_read(talk):
    assert talk().refuse(post(target="/other")).status == 404
    assert talk().refuse(post(method="PUT")).status == 405
    assert talk().refuse(post()) is None
    assert talk().refuse(post(target="/wsman-anon/identify")) is None


def test_a_request_without_credentials_is_challenged_with_nothing_served(talk, winrm, service):
    winrm.allow_unencrypted = True
    answer = talk().respond(post(b"<x/>"))
    assert (answer.status, answer.body, answer.content_type, answer.close) == (401, b"", None, False)
    assert answer.headers == (("WWW-Authenticate", 'Basic realm="WSMAN"'), ("WWW-Authenticate", "Negotiate"))
    assert service.requests == []


def test_basic_is_served_over_tls_and_where_plain_messages_are_allowed(talk, winrm, account, service):
    assert talk(is_tls=False).respond(post(b"<x/>", authorization=BASIC)).status == 401
    assert talk(is_tls=True).respond(post(b"<x/>", authorization=BASIC)).status == 200
    winrm.allow_unencrypted = True
    answer = talk(is_tls=False).respond(post(b"<y/>", authorization=BASIC))
    assert (answer.status, answer.body, answer.content_type) == (200, b"<y/>", SOAP)
    first, second = service.requests
    assert (first.account, first.is_tls, first.encrypted) == (account, True, False)
    assert (second.body, second.is_tls, second.client_address) == (b"<y/>", False, "192.0.2.9")


def test_a_wrong_password_is_answered_401_with_nothing_served(talk, service):
    wrong = "Basic " + encoded(b"Administrator:wrong")
    answer = talk(is_tls=True).respond(post(b"<x/>", authorization=wrong))
    assert (answer.status, answer.body) == (401, b"")
    assert service.requests == []


def test_an_empty_request_after_the_handshake_is_answered_200_and_empty(negotiated, service):
    _, client, answer = negotiated()
    assert (answer.status, answer.body, answer.content_type) == (200, b"", None)
    assert client.complete
    assert service.requests == []


def test_a_plain_message_over_http_is_answered_with_an_empty_500(negotiated, service):
    conversation, _, _ = negotiated()
    answer = conversation.respond(post(b"<x/>"))
    assert (answer.status, answer.body, answer.content_type, answer.close) == (500, b"", None, False)
    assert service.requests == []


@pytest.mark.parametrize(("is_tls", "allowed"), [(True, False), (False, True)])
def test_a_plain_message_is_served_over_tls_and_where_it_is_allowed(negotiated, winrm, is_tls, allowed):
    winrm.allow_unencrypted = allowed
    conversation, _, _ = negotiated(is_tls)
    assert conversation.respond(post(b"<x/>")).body == b"<x/>"


@pytest.mark.parametrize("protocol", ["ntlm", "negotiate"])
@pytest.mark.parametrize("is_tls", [False, True])
@pytest.mark.parametrize("status", [200, 500])
def test_the_answer_to_a_protected_message_is_protected_and_so_is_a_fault(
    negotiated, account, service, protocol, is_tls, status
):
    service.status = status
    conversation, client, _ = negotiated(is_tls, protocol)
    theirs = WinRMEncryption(client, WinRMEncryption.SPNEGO)
    for text in (b"<one/>", b"<two/>"):
        answer = conversation.respond(post(theirs.wrap_message(text)[1], ENCRYPTED))
        assert (answer.status, answer.content_type) == (status, ENCRYPTED)
        assert theirs.unwrap_message(answer.body, "Encrypted Boundary") == text
    request = service.requests[-1]
    assert (request.body, request.content_type, request.encrypted) == (b"<two/>", SOAP, True)
    assert request.account is account


def test_the_charset_of_the_message_reaches_the_service_and_comes_back(negotiated, service):
    conversation, client, _ = negotiated()
    theirs = WinRMEncryption(client, WinRMEncryption.SPNEGO)
    utf_16 = theirs.wrap_message("<x/>".encode("utf-16"))[1].replace(b"charset=UTF-8", b"charset=UTF-16")
    answer = conversation.respond(post(utf_16, ENCRYPTED))
    assert service.requests[0].content_type == "application/soap+xml;charset=UTF-16"
    assert b"OriginalContent: type=application/soap+xml;charset=UTF-16;Length=10\r\n" in answer.body


def test_the_first_message_may_come_with_the_last_token(talk):
    conversation = talk()
    client = spnego.client("Administrator", PASSWORD, hostname="hv01", protocol="ntlm")
    answer = conversation.respond(post(authorization=f"Negotiate {encoded(client.step())}"))
    token = client.step(challenge_in(answer))
    theirs = WinRMEncryption(client, WinRMEncryption.SPNEGO)
    body = theirs.wrap_message(b"<first/>")[1]
    answer = conversation.respond(post(body, ENCRYPTED, authorization=f"Negotiate {encoded(token)}"))
    assert theirs.unwrap_message(answer.body, "Encrypted Boundary") == b"<first/>"


def test_an_empty_answer_is_not_wrapped(negotiated, service):
    service.body = b""
    conversation, client, _ = negotiated()
    body = WinRMEncryption(client, WinRMEncryption.SPNEGO).wrap_message(b"<x/>")[1]
    answer = conversation.respond(post(body, ENCRYPTED))
    assert (answer.body, answer.content_type) == (b"", None)


@pytest.mark.parametrize(
    ("damage", "close"),
    [
        (lambda body: body.replace(b"\r\n", b"", 1), False),
        (lambda body: body.replace(b"Length=4", b"Length=5"), True),
        (lambda body: body[:-25] + b"?" + body[-24:], True),
    ],
)
def test_a_message_that_cannot_be_opened_is_answered_with_an_empty_500(negotiated, service, damage, close):
    conversation, client, _ = negotiated()
    body = WinRMEncryption(client, WinRMEncryption.SPNEGO).wrap_message(b"<x/>")[1]
    answer = conversation.respond(post(damage(body), ENCRYPTED))
    assert (answer.status, answer.body, answer.close) == (500, b"", close)
    assert service.requests == []


@pytest.mark.parametrize("protocol", ["Kerberos", "CredSSP"])
def test_a_protection_that_is_not_spoken_is_answered_with_an_empty_500_and_named_in_the_log(
    negotiated, protocol, caplog
):
    conversation, _, _ = negotiated()
    with caplog.at_level("INFO"):
        answer = conversation.respond(post(b"x", ENCRYPTED.replace("SPNEGO", protocol)))
    assert (answer.status, answer.body) == (500, b"")
    assert protocol in caplog.text


def test_a_protected_message_on_a_connection_without_a_logon_is_challenged(talk, service):
    assert talk().respond(post(b"x", ENCRYPTED)).status == 401
    assert service.requests == []


def test_a_protected_message_after_basic_cannot_be_opened(talk, service):
    assert talk(is_tls=True).respond(post(b"x", ENCRYPTED, authorization=BASIC)).status == 500
    assert service.requests == []


@pytest.mark.parametrize("target", ["/wsman", "/wsman-anon/identify"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_identify_needs_no_logon_when_the_client_says_so(talk, service, target, encoding):
    body = IDENTIFY.decode().encode(encoding)
    answer = talk().respond(post(body, target=target, WSMANIDENTIFY="unauthenticated"))
    assert answer.status == 200
    assert service.requests[0].account is None


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (IDENTIFY, {}),
        (IDENTIFY, {"WSMANIDENTIFY": "authenticated"}),
        (b"<Enumerate/>", {"WSMANIDENTIFY": "unauthenticated"}),
        (b"", {"WSMANIDENTIFY": "unauthenticated"}),
    ],
)
def test_everything_else_needs_a_logon(talk, service, body, headers):
    assert talk().respond(post(body, **headers)).status == 401
    assert service.requests == []


def test_a_client_that_names_itself_is_identified_even_with_the_header(talk, account, service):
    talk(is_tls=True).respond(post(IDENTIFY, WSMANIDENTIFY="unauthenticated", authorization=BASIC))
    assert service.requests[0].account is account


def test_a_client_that_keeps_guessing_loses_its_connection(talk):
    conversation = talk(is_tls=True)
    wrong = "Basic " + encoded(b"Administrator:wrong")
    closings = [conversation.respond(post(b"<x/>", authorization=wrong)).close for _ in range(20)]
    assert True in closings
    assert closings.index(True) >= 10


def test_the_date_of_answers_is_that_of_the_host(settings, service):
    moment = datetime(2031, 5, 6, tzinfo=UTC)
    endpoint = WinrmEndpoint(None, service, settings.replaced(now=lambda: moment))
    assert endpoint.now() == moment.timestamp()
