"""Invoke-WebRequest and Invoke-RestMethod: the emulated network answers, nothing else does."""

from __future__ import annotations

import pytest

from emulator.host import Host
from emulator.host.neighbourhood import Neighbourhood
from emulator.profile import load
from emulator.shells import ShellService
from emulator.transport.winrm_listeners import WinrmListeners
from emulator.wmi import WmiService
from emulator.wsman import WsmanService
from tests.powershell.modules.console_session import ConsoleSession

_CLASS = "Microsoft.PowerShell.Commands.InvokeWebRequestCommand"
_IDENTIFY = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><i:Identify/>'
    "</s:Body></s:Envelope>"
)
_ASK = (
    f"-Uri http://localhost:5985/wsman -Method Post -Body '{_IDENTIFY}' "
    "-ContentType 'application/soap+xml;charset=UTF-8'"
)
_ANONYMOUS = "-Headers @{ WSMANIDENTIFY = 'unauthenticated' }"


@pytest.fixture
def session() -> ConsoleSession:
    session = ConsoleSession()
    session.host.web = _door(session.host)
    return session


def _door(host: Host) -> WinrmListeners:
    return WinrmListeners(
        host, WsmanService(host, WmiService(host), ShellService(host)), "127.0.0.1", None, None
    )


def test_a_name_that_nobody_has_is_not_resolved_and_is_a_gap(session):
    problem = session.error("Invoke-WebRequest http://download.example/x -UseBasicParsing")
    assert problem[0] == f"WebCmdletWebResponseException,{_CLASS}"
    assert problem[2] == "The remote name could not be resolved: 'download.example'"
    assert session.host.gaps.counts("network address") == {"download.example:80": 1}


def test_another_host_of_the_neighbourhood_answers_for_itself(session):
    other = Host(load("windows-server-2019-datacenter"), clock_mode="manual")
    other.web = _door(other)
    other.winrm.listeners.change("*", "HTTP", {"Port": 8080})
    neighbourhood = Neighbourhood()
    neighbourhood.join(session.host)
    neighbourhood.join(other)
    script = "8080, 5985 | % { try { iwr http://HV2019:$_/wsman } catch { [string]$_.Exception.Status } }"
    assert session.values(script) == ["ProtocolError", "ConnectFailure"]
    assert session.host.gaps.counts("network address") == {}


def test_a_port_where_nobody_listens_does_not_connect(session):
    script = (
        "try { Invoke-RestMethod localhost:81/x } catch { $_.Exception.Message; [string]$_.Exception.Status;"
        "$_.Exception.InnerException.Message; $_.FullyQualifiedErrorId; $_.TargetObject.GetType().FullName }"
    )
    assert session.values(script) == [
        "Unable to connect to the remote server",
        "ConnectFailure",
        "No connection could be made because the target machine actively refused it 127.0.0.1:81",
        "WebCmdletWebResponseException,Microsoft.PowerShell.Commands.InvokeRestMethodCommand",
        "System.Net.HttpWebRequest",
    ]
    assert session.host.gaps.counts("network address") == {}


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ("http://localhost:5985/nope", "404 NotFound"),
        ("http://localhost:5985/wsman", "405 MethodNotAllowed"),
        ("http://localhost:5985/wsman -Method Post", "401 Unauthorized"),
        (_ASK, "401 Unauthorized"),
        # Who is logged on and seals nothing is refused, as AllowUnencrypted is false.
        (f"{_ASK} -UseDefaultCredentials", "500 InternalServerError"),
    ],
)
def test_a_refusal_is_an_error_with_its_response(session, arguments, status):
    script = (
        f"try {{ Invoke-WebRequest {arguments} -UseBasicParsing }} "
        'catch { $r = $_.Exception.Response; "$([int]$r.StatusCode) $($r.StatusCode)" }'
    )
    assert session.values(script) == [status]


def test_the_page_of_an_error_is_told_without_its_tags(session):
    script = "try { iwr http://localhost:5985/ -UseBasicParsing } catch { $_.Exception.Message; $_.ErrorDetails.Message.Trim() }"
    message, details = session.values(script)
    assert message == "The remote server returned an error: (404) Not Found."
    assert details.startswith("Not Found")
    assert details.endswith("The requested resource is not found.")
    assert "<" not in details


def test_an_answer_is_an_object_and_its_meaning_a_document(session):
    script = (
        f"$r = Invoke-WebRequest {_ASK} {_ANONYMOUS} -UseBasicParsing; $r.GetType().Name; $r.StatusCode;"
        "$r.Headers['Server']; $r.Content -match 'IdentifyResponse'; $r.RawContent.Substring(0, 12);"
        f"(Invoke-RestMethod {_ASK} {_ANONYMOUS}).Envelope.Body.IdentifyResponse.ProductVendor"
    )
    assert session.values(script) == [
        "BasicHtmlWebResponseObject",
        200,
        "Microsoft-HTTPAPI/2.0",
        True,
        "HTTP/1.1 200",
        "Microsoft Corporation",
    ]


def test_without_basic_parsing_text_needs_a_browser(session):
    found = session.error(f"Invoke-WebRequest {_ASK} {_ANONYMOUS}")
    assert found[0] == f"WebCmdletIEDomNotSupportedException,{_CLASS}"


def test_the_body_goes_into_a_file(session):
    script = (
        f"Invoke-WebRequest {_ASK} {_ANONYMOUS} -OutFile C:\\answer.xml -UseBasicParsing;"
        "([xml](Get-Content C:\\answer.xml -Raw)).Envelope.Body.IdentifyResponse.ProductVendor"
    )
    assert session.values(script) == ["Microsoft Corporation"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("https://localhost:5986/wsman", "TrustFailure"),
        ("https://localhost:5985/wsman", "SendFailure"),
        ("http://localhost:5986/wsman", "ReceiveFailure"),
    ],
)
def test_transports_that_do_not_fit_fail_as_in_windows(session, address, status):
    assert session.values(f"try {{ iwr {address} }} catch {{ [string]$_.Exception.Status }}") == [status]


def test_a_stopped_service_listens_no_more(session):
    session.host.services.get("WinRM").stop()
    found = session.error("Invoke-WebRequest http://localhost:5985/wsman")
    assert found[2] == "Unable to connect to the remote server"


def test_a_thumbprint_of_no_certificate_is_refused(session):
    found = session.error("Invoke-WebRequest http://localhost:5985/ -CertificateThumbprint AB")
    assert found[0] == f"WebCmdletCertificateException,{_CLASS}"


def test_a_header_cannot_smuggle_another(session):
    found = session.error('Invoke-WebRequest localhost:5985/wsman -Headers @{ a = "b`r`nc: d" }')
    assert "invalid CRLF characters" in found[2]


def test_a_session_keeps_the_headers_of_its_requests(session):
    session.values(f"$null = Invoke-WebRequest {_ASK} {_ANONYMOUS} -UseBasicParsing -SessionVariable kept")
    (text,) = session.values(f"(Invoke-WebRequest {_ASK} -WebSession $kept -UseBasicParsing).RawContent")
    assert "ProductVendor" in text
    assert session.values("$kept.GetType().Name; $kept.Headers.WSMANIDENTIFY") == [
        "WebRequestSession",
        "unauthenticated",
    ]
    assert session.values("$kept.Cookies.Count") == [0]
