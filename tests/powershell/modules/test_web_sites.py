"""Web sites that a profile or a test states answer scripts; nothing else of the internet does."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.profile.web_pages import WebPage
from tests.powershell.modules.console_session import ConsoleSession

_CLASS = "Microsoft.PowerShell.Commands.InvokeWebRequestCommand"
_PAGE = (
    '<html><body><a href="/two" class=\'x\'>Two</a><img src="/i.png" alt=pic><form>'
    '<input type="text" name="q" value="one"/></form></body></html>'
)


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def _put(session: ConsoleSession, url: str, body: str = "", **facts: object) -> None:
    session.host.web_pages.put(WebPage(url=url, body=body, **facts))


def test_a_page_is_an_object_with_its_links_images_and_fields(session):
    _put(session, "https://site.example/", _PAGE, headers=("Content-Type: text/html; charset=utf-8",))
    assert session.values(
        "$r = iwr https://site.example -UseBasicParsing; $r.StatusCode; $r.StatusDescription; $r.Links[0].href;"
        "$r.Links[0].class; $r.Links[0].outerHTML; $r.Images[0].src; $r.Images[0].alt;"
        "$r.InputFields[0].name; $r.InputFields[0].value; $r.Headers['Content-Type']; $r.RawContentLength;"
        "$r.BaseResponse.ResponseUri.AbsoluteUri; $r.GetType().Name"
    ) == [
        200,
        "OK",
        "/two",
        "x",
        "<a href=\"/two\" class='x'>Two</a>",
        "/i.png",
        "pic",
        "q",
        "one",
        "text/html; charset=utf-8",
        len(_PAGE),
        "https://site.example/",
        "BasicHtmlWebResponseObject",
    ]


def test_a_file_is_downloaded_as_it_is_by_every_way(session, tmp_path: Path):
    data = bytes(range(256))
    file = tmp_path / "setup.exe"
    file.write_bytes(data)
    _put(session, "http://site.example/setup.exe", file=str(file))
    ways = (
        "iwr http://site.example/setup.exe -OutFile C:\\1.exe",
        "(New-Object Net.WebClient).DownloadFile('http://site.example/setup.exe', 'C:\\1.exe')",
        "[IO.File]::WriteAllBytes('C:\\1.exe', (New-Object Net.WebClient).DownloadData('http://site.example/setup.exe'))",
        "irm http://site.example/setup.exe -OutFile C:\\1.exe",
    )
    for way in ways:
        session.values(f"Remove-Item C:\\1.exe -ErrorAction Ignore; {way}")
        assert bytes(session.values("[IO.File]::ReadAllBytes('C:\\1.exe')")) == data
    assert [one.requests for one in session.host.web_pages] == [len(ways)]


def test_a_body_of_which_no_type_is_known_is_bytes(session):
    session.host.web_pages.put(WebPage(url="http://site.example/x"), b"\x00\xff")
    assert session.values(
        "$r = iwr http://site.example/x -UseBasicParsing; $r.GetType().Name; $r.Content"
    ) == [
        "WebResponseObject",
        0,
        255,
    ]


def test_what_a_site_does_not_have_is_an_error_with_its_page(session):
    _put(session, "http://site.example/a", "x", status=503, method="GET")
    script = (
        "foreach ($u in 'a', 'b') {{ try {{ iwr http://site.example/$u {0} }} catch {{ $_.Exception.Message;"
        "[int]$_.Exception.Response.StatusCode }} }}"
    )
    assert session.values(script.format("-UseBasicParsing")) == [
        "The remote server returned an error: (503) Service Unavailable.",
        503,
        "The remote server returned an error: (404) Not Found.",
        404,
    ]
    assert session.values(script.format("-Method Post"))[0].endswith("(405) Method Not Allowed.")
    read = (
        "try { iwr http://site.example/a } catch { $r = New-Object IO.StreamReader($_.Exception.Response."
        "GetResponseStream()); $_.ErrorDetails.Message; $r.ReadToEnd().Length; $r.BaseStream.Position = 0;"
        "$r.DiscardBufferedData(); $r.ReadToEnd() }"
    )
    assert session.values(read) == ["x", 0, "x"]


def test_names_ports_and_connections_know_the_site(session):
    _put(session, "https://site.example/", "x")
    assert session.values(
        "[string][Net.Dns]::GetHostAddresses('site.example')[0]; Test-Connection site.example -Count 1 -Quiet;"
        "(Test-NetConnection site.example -Port 443 -InformationLevel Quiet);"
        "(New-Object Net.Sockets.TcpClient('site.example', 443)).Connected"
    ) == ["203.0.113.1", True, True, True]
    script = "try { iwr http://site.example } catch { [string]$_.Exception.Status; $_.Exception.InnerException.Message }"
    assert session.values(script) == [
        "ConnectFailure",
        "No connection could be made because the target machine actively refused it 203.0.113.1:80",
    ]
    assert session.host.gaps.counts("network address") == {}


def test_moves_are_followed_and_counted(session):
    _put(session, "http://site.example/old", status=302, headers=("Location: /new",))
    _put(session, "http://site.example/new", "there")
    _put(session, "http://site.example/loop", status=301, headers=("Location: /loop",))
    assert session.values("irm http://site.example/old") == ["there"]
    found = session.runspace.run("iwr http://site.example/old -MaximumRedirection 0 -UseBasicParsing")
    assert [one.StatusCode if hasattr(one, "StatusCode") else one for one in found.output]
    assert [one.fully_qualified_error_id for one in found.errors] == [f"MaximumRedirectExceeded,{_CLASS}"]
    assert "higher value to the -MaximumRedirection" in str(found.errors[0].details)
    problem = session.error("iwr http://site.example/loop")
    assert problem[2] == "Too many automatic redirections were attempted."
    assert session.values(
        "$r = [Net.HttpWebRequest]::Create('http://site.example/old'); $r.AllowAutoRedirect = $false;"
        "[int]$r.GetResponse().StatusCode"
    ) == [302]


def test_cookies_of_a_session_go_back_to_their_site(session):
    _put(session, "http://site.example/in", "x", headers=("Set-Cookie: id=7; Path=/; HttpOnly",))
    _put(session, "http://site.example/out", "x", headers=("Set-Cookie: id=; Max-Age=0; Path=/",))
    session.values("$null = irm http://site.example/in -SessionVariable s")
    assert session.values(
        "$c = $s.Cookies.GetCookies('http://site.example/any'); $c.Count; $c['id'].Value; $c[0].HttpOnly;"
        "$s.Cookies.GetCookies('http://other.example/').Count; $s.Cookies.GetCookieHeader('http://site.example/')"
    ) == [1, "7", True, 0, "id=7"]
    assert session.values("$null = irm http://site.example/out -WebSession $s; $s.Cookies.Count") == [0]
    assert session.values(
        "$s = New-Object Microsoft.PowerShell.Commands.WebRequestSession;"
        "$s.Cookies.Add((New-Object Net.Cookie('a', 'b', '/', 'site.example'))); $s.Cookies.Count"
    ) == [1]


@pytest.mark.parametrize(
    ("kind", "body", "script", "expected"),
    [
        ("application/json", '{"a": [1, 2]}', "$r.a.Count", [2]),
        ("text/plain", '{"a": 1}', "$r.a", [1]),
        ("text/xml", "<a><b>1</b></a>", "$r.a.b", ["1"]),
        ("text/html", "<!DOCTYPE html><html><b>1</b></html>", "$r.html.b", ["1"]),
        ("text/html", "<html><br></html>", "$r", ["<html><br></html>"]),
        (
            "application/rss+xml",
            "<rss><channel><title>t</title><item><title>1</title></item><item><title>2</title></item></channel></rss>",
            "$r.Count; $r[1].title",
            [2, "2"],
        ),
    ],
)
def test_rest_answers_mean_what_their_text_says(session, kind, body, script, expected):
    _put(session, "http://site.example/", body, headers=(f"Content-Type: {kind}",))
    assert session.values(f"$r = irm http://site.example; {script}") == expected


def test_text_without_a_character_set_is_latin(session):
    _put(session, "http://site.example/", "é", headers=("Content-Type: text/plain",))
    assert session.values("irm http://site.example") == ["Ã©"]
    _put(session, "http://site.example/", "é", headers=("Content-Type: text/plain; charset=UTF-8",))
    assert session.values("irm http://site.example") == ["é"]


def test_a_query_has_its_own_page(session):
    _put(session, "http://site.example/s", "any")
    _put(session, "http://site.example/s?q=1", "one")
    assert session.values("irm http://site.example/s?q=2; irm http://site.example/s -Body @{ q = 1 }") == [
        "any",
        "one",
    ]


def test_a_proxy_has_to_be_there(session):
    _put(session, "http://site.example/", "x")
    script = (
        "try {{ irm http://site.example {0} }} catch {{ [string]$_.Exception.Status; $_.Exception.Message }}"
    )
    assert session.values(script.format("-Proxy http://proxy.example:8080")) == [
        "ProxyNameResolutionFailure",
        "The proxy name could not be resolved: 'proxy.example'",
    ]
    assert session.values(script.format("-Proxy http://localhost:81"))[0] == "ConnectFailure"
    client = (
        "$c = New-Object Net.WebClient; $c.Proxy = New-Object Net.WebProxy('http://proxy.example', $true);"
        "try { $c.DownloadString('http://site.example/') } catch { $_.Exception.InnerException.Message }"
    )
    assert session.values(client) == ["The proxy name could not be resolved: 'proxy.example'"]


@pytest.mark.parametrize(
    ("options", "error_id"),
    [
        ("-PassThru", "WebCmdletOutFileMissingException"),
        ("-ProxyUseDefaultCredentials", "WebCmdletProxyUriNotSuppliedException"),
        ("-Body x -InFile C:\\x", "WebCmdletBodyConflictException"),
        ("-SessionVariable a -WebSession $w", "WebCmdletSessionConflictException"),
    ],
)
def test_parameters_that_exclude_each_other_are_refused(session, options, error_id):
    session.values("$w = New-Object Microsoft.PowerShell.Commands.WebRequestSession")
    found = session.error(f"iwr http://site.example {options}")
    assert found[0] == f"{error_id},{_CLASS}"


def test_no_browser_is_on_server_core_whatever_is_set():
    core = ConsoleSession("windows-server-2022-datacenter-core")
    _put(core, "http://site.example/", "<html/>", headers=("Content-Type: text/html",))
    core.values(
        "$null = New-Item 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Internet Explorer\\Main' -Force;"
        "Set-ItemProperty 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Internet Explorer\\Main' DisableFirstRunCustomize 1"
    )
    assert core.error("iwr http://site.example")[0] == f"WebCmdletIEDomNotSupportedException,{_CLASS}"


def test_a_client_logs_on_with_a_network_credential(session):
    _put(session, "http://site.example/", "x")
    assert session.values(
        "$c = New-Object Net.WebClient; $c.Credentials = New-Object Net.NetworkCredential('a', 'b');"
        "$c.DownloadString('http://site.example/'); $c.UseDefaultCredentials = $true;"
        "$c.DownloadString('http://site.example/');"
        "$r = [Net.WebRequest]::Create('http://site.example/');"
        "$r.Credentials = [Net.CredentialCache]::DefaultCredentials; $r.GetResponse().ContentLength"
    ) == ["x", "x", 1]


def test_a_reset_brings_the_pages_of_the_profile_back(session):
    _put(session, "http://site.example/", "x")
    session.host.reset()
    assert list(session.host.web_pages) == []


def test_the_verbose_stream_tells_the_size(session):
    _put(session, "http://site.example/", "four", headers=("Content-Type: text/plain",))
    assert session.values(
        "$m = irm http://site.example -Verbose 4>&1; [string]$m[0]; [string]$m[1]; $m[-1]"
    ) == [
        "GET http://site.example/ with 0-byte payload",
        "received 4-byte response of content type text/plain",
        "four",
    ]


@pytest.mark.parametrize("age", ["--5", "²", "99999999999999"])
def test_a_lifetime_of_a_cookie_that_is_no_number_is_passed_over(session, age):
    _put(session, "http://site.example/", headers=(f"Set-Cookie: a=1; Max-Age={age}",))
    assert session.values(
        "(iwr http://site.example -UseBasicParsing -SessionVariable s).StatusCode;"
        "$s.Cookies.GetCookies('http://site.example')['a'].Expires -eq [datetime]::MinValue"
    ) == [200, True]


def test_a_collection_takes_no_cookie_that_is_null(session):
    assert session.error("(New-Object Net.CookieCollection).Add($null)")[0] == "ArgumentNullException"


def test_an_answer_that_leads_to_no_address_is_an_error_of_the_request(session):
    _put(session, "http://site.example/", status=302, headers=("Location: http://[",))
    assert session.error("iwr http://site.example -UseBasicParsing")[0] == (
        f"System.UriFormatException,{_CLASS}"
    )
    assert session.values(
        "$h = New-Object Net.Http.HttpClient; $h.BaseAddress = 'http://site.example/';"
        "$h.GetStringAsync('http://[').Exception.InnerException.GetType().Name"
    ) == ["UriFormatException"]


def test_moves_end_also_when_their_number_is_negative(session):
    _put(session, "http://site.example/", status=302, headers=("Location: /",))
    assert session.error(
        "$r = [Net.WebRequest]::Create('http://site.example/'); $r.MaximumAutomaticRedirections = -1;"
        "$null = $r.GetResponse()"
    )[2].endswith('"Too many automatic redirections were attempted."')
