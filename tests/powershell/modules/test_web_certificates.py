"""Pages that demand a client certificate, and how scripts show one."""

from __future__ import annotations

import pytest

from emulator.profile.web_pages import WebPage
from tests.powershell.modules.console_session import ConsoleSession

_URL = "https://site.example/"
_MAKE = "$c = New-SelfSignedCertificate -DnsName client -CertStoreLocation Cert:\\CurrentUser\\My;"
_MESSAGE = "try {{ {} }} catch {{ $_.Exception.Message }}"
_FORBIDDEN = "The remote server returned an error: (403) Forbidden."


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    session = ConsoleSession()
    thumbprint = session.values(f"{_MAKE} $c.Thumbprint")[0]
    pages = session.host.web_pages
    pages.put(WebPage(url=_URL, body="in", client_certificates=(thumbprint.lower(),)))
    pages.put(WebPage(url=f"{_URL}any", body="any", client_certificates=("*",)))
    session.values(
        "$other = New-SelfSignedCertificate -DnsName other -CertStoreLocation Cert:\\CurrentUser\\My"
    )
    return session


@pytest.mark.parametrize(
    "way",
    [
        f"irm {_URL} -Certificate $c",
        f"irm {_URL} -CertificateThumbprint $c.Thumbprint.ToLower()",
        f"(iwr {_URL} -Certificate $c -UseBasicParsing -SessionVariable s).Content",
        f"$null = irm {_URL}any -Certificate $c -SessionVariable s; irm {_URL} -WebSession $s",
        f"$r = [Net.WebRequest]::Create('{_URL}'); $null = $r.ClientCertificates.Add($c); "
        "(New-Object IO.StreamReader($r.GetResponse().GetResponseStream())).ReadToEnd()",
        "$h = New-Object Net.Http.HttpClientHandler; $null = $h.ClientCertificates.Add($c);"
        f"(New-Object Net.Http.HttpClient($h)).GetStringAsync('{_URL}').Result",
    ],
)
def test_every_client_shows_its_certificate(session, way):
    assert session.values(way) == ["in"]


@pytest.mark.parametrize(
    "options",
    [
        "",
        "-Certificate $other",
        "-Certificate ([Security.Cryptography.X509Certificates.X509Certificate2]::new($c.RawData))",
    ],
)
def test_without_the_right_one_and_its_key_the_page_is_forbidden(session, options):
    assert session.values(_MESSAGE.format(f"irm {_URL} {options}")) == [_FORBIDDEN]


def test_any_certificate_is_taken_where_none_is_named(session):
    assert session.values(f"irm {_URL}any -Certificate $other") == ["any"]
    assert session.values(_MESSAGE.format(f"irm {_URL}any")) == [_FORBIDDEN]


def test_a_thumbprint_that_nobody_has_is_refused_before_anything_is_sent(session):
    asked = sum(one.requests for one in session.host.web_pages)
    problem = session.error(f"iwr {_URL} -CertificateThumbprint {'0' * 40}")
    assert problem[0] == "WebCmdletCertificateException,Microsoft.PowerShell.Commands.InvokeWebRequestCommand"
    assert problem[2].startswith("Unable to retrieve certificates because the thumbprint is not valid.")
    assert sum(one.requests for one in session.host.web_pages) == asked


def test_collections_of_certificates_hold_certificates_alone(session):
    script = (
        "$all = New-Object Security.Cryptography.X509Certificates.X509CertificateCollection; $null = $all.Add($c);"
        "$all.AddRange(@($other)); $all.Count; $all.Remove($c); $all[0].Thumbprint -eq $other.Thumbprint;"
        "try { $all.Add('x') } catch { $_.Exception.InnerException.GetType().Name }"
    )
    assert session.values(script) == [2, True, "ArgumentNullException"]
