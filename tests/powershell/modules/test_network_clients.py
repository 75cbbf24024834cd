"""WebClient, HttpWebRequest, TcpClient and Ping reach the emulated network and nothing else."""

from __future__ import annotations

import pytest

from emulator.host import Host
from emulator.host.neighbourhood import Neighbourhood
from emulator.profile import load
from emulator.profile.web_pages import WebPage
from emulator.wmi import WmiService
from tests.powershell.modules.console_session import ConsoleSession
from tests.powershell.modules.test_web_requests import _IDENTIFY, _door

_HEADERS = "WSMANIDENTIFY = 'unauthenticated'; 'Content-Type' = 'application/soap+xml;charset=UTF-8'"


@pytest.fixture
def session() -> ConsoleSession:
    session = ConsoleSession()
    session.host.web = _door(session.host)
    return session


def test_a_web_client_talks_to_a_port_of_the_machine(session):
    session.values("$c = New-Object System.Net.WebClient; $c.Headers.Add('WSMANIDENTIFY', 'unauthenticated')")
    session.values("$c.Headers['Content-Type'] = 'application/soap+xml;charset=UTF-8'")
    (text,) = session.values(f"$c.UploadString('http://localhost:5985/wsman', '{_IDENTIFY}')")
    assert "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>" in text
    assert session.values("$c.ResponseHeaders['Server']") == ["Microsoft-HTTPAPI/2.0"]


def test_a_web_request_gives_its_answer_as_a_stream(session):
    (text,) = session.values(
        "$r = [Net.WebRequest]::Create('http://localhost:5985/wsman'); $r.Method = 'POST';"
        "$r.ContentType = 'application/soap+xml;charset=UTF-8'; $r.Headers['WSMANIDENTIFY'] = 'unauthenticated';"
        f"$b = [Text.Encoding]::UTF8.GetBytes('{_IDENTIFY}'); $s = $r.GetRequestStream();"
        "$s.Write($b, 0, $b.Length); $s.Close(); $a = $r.GetResponse();"
        "(New-Object IO.StreamReader($a.GetResponseStream())).ReadToEnd(); $a.Close()"
    )
    assert "ProductVendor" in text


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://download.example/setup.exe", "NameResolutionFailure"),
        ("http://localhost:81/", "ConnectFailure"),
        ("http://localhost:5985/nothing", "ProtocolError"),
    ],
)
def test_what_cannot_be_fetched_is_a_web_exception_and_leaves_no_file(session, url, status):
    assert session.values(
        f"try {{ (New-Object Net.WebClient).DownloadFile('{url}', 'C:\\x.exe') }}"
        "catch [System.Net.WebException] { [string]$_.Exception.Status }"
        "; Test-Path C:\\x.exe"
    ) == [status, False]


def test_a_port_test_connects_where_a_program_listens(session):
    assert session.values(
        "$t = New-Object Net.Sockets.TcpClient('localhost', 5985); $t.Connected; $t.Close(); $t.Connected;"
        "$t = New-Object Net.Sockets.TcpClient; $a = $t.BeginConnect($env:COMPUTERNAME, 445, $null, $null);"
        "$a.AsyncWaitHandle.WaitOne(1000, $false); $t.EndConnect($a); $t.Connected"
    ) == [True, False, True, True]
    kind, _, text = session.error("(New-Object Net.Sockets.TcpClient).Connect('127.0.0.1', 81)")
    assert kind == "SocketException"
    assert text.endswith('the target machine actively refused it 127.0.0.1:81"')
    # As it is written in most scripts that test a port.
    script = (
        "$t = New-Object Net.Sockets.TcpClient; $t.ConnectAsync('{0}', {1}).Wait(500); "
        "(Test-NetConnection '{0}' -Port {1} -InformationLevel Quiet -WarningAction SilentlyContinue)"
    )
    assert session.values(script.format("localhost", 5985)) == [True, True]
    assert session.values(
        "$t = New-Object Net.Sockets.TcpClient; $w = $t.ConnectAsync('localhost', 81); $w.IsFaulted;"
        "try { $w.Wait(500) } catch { $_.Exception.InnerException.InnerException.GetType().Name }; $t.Connected"
    ) == [True, "SocketException", False]


def test_a_host_of_the_neighbourhood_has_its_own_ports_for_every_way_to_ask(session):
    other = Host(load("windows-server-2019-datacenter"), clock_mode="manual")
    neighbourhood = Neighbourhood()
    neighbourhood.join(session.host)
    neighbourhood.join(other)
    other.management = WmiService(other)
    ask = "$t = New-Object Net.Sockets.TcpClient; try { $t.Connect('HV2019', %d) } catch { }; $t.Connected"
    assert session.values(ask % 5985) == [True]
    assert session.values(ask % 81) == [False]
    quiet = "-InformationLevel Quiet -WarningAction SilentlyContinue"
    assert session.values(f"Test-NetConnection HV2019 -Port 5985 {quiet}") == [True]
    assert session.host.gaps.counts("network address") == {}


def test_a_name_that_nobody_has_is_not_found_and_is_a_gap(session):
    _, _, text = session.error("(New-Object Net.Sockets.TcpClient).Connect('host.example', 443)")
    assert "No such host is known" in text
    assert session.host.gaps.counts("network address") == {"host.example:443": 1}
    assert "Ping request" in session.error("(New-Object Net.NetworkInformation.Ping).Send('host.example')")[2]


def test_ping_answers_for_the_machine(session):
    assert session.values(
        "$r = (New-Object System.Net.NetworkInformation.Ping).Send('localhost', 100); [string]$r.Status;"
        "$r.RoundtripTime; [string](New-Object Net.NetworkInformation.Ping).SendPingAsync('localhost').Result.Status"
    ) == ["Success", 0, "Success"]


def test_bytes_of_what_speaks_no_http_are_refused_by_name(session):
    open_one = "$t = New-Object Net.Sockets.TcpClient('localhost', %d); $t.GetStream()"
    assert "not emulated" in session.error(open_one % 135)[2]
    text = session.error("(New-Object Net.Sockets.TcpClient).GetStream()")[2]
    assert "The operation is not allowed on non-connected sockets." in text


SITE = """
$t = [Net.Sockets.TcpClient]::new('site.example', 80); $s = $t.GetStream()
$w = [IO.StreamWriter]::new($s); $w.NewLine = "`r`n"; $w.AutoFlush = $true; $r = [IO.StreamReader]::new($s)
"""


@pytest.fixture
def site(session):
    session.host.web_pages.put(WebPage(url="http://site.example/x", body="hello"))
    return session


def test_a_web_site_answers_what_is_written_to_it(site):
    script = """
    $w.WriteLine('GET /x HTTP/1.1'); $w.WriteLine('Host: site.example'); $t.Available
    $w.WriteLine('Connection: close'); $w.WriteLine(); $s.DataAvailable
    $r.ReadLine(); ($r.ReadToEnd() -split "`r`n`r`n", 2)[1]
    """
    assert site.values(SITE + script) == [0, True, "HTTP/1.1 200 OK", "hello"]
    assert [one.requests for one in site.host.web_pages] == [1]


def test_a_connection_stays_for_the_next_request_and_is_read_by_tasks(site):
    script = """
    $ask = [Text.Encoding]::ASCII.GetBytes("GET /x HTTP/1.1`r`nHost: site.example`r`n`r`n")
    $buffer = [byte[]]::new(4096)
    1..2 | % { $null = $s.WriteAsync($ask, 0, $ask.Length).Wait(); $n = $s.ReadAsync($buffer, 0, 4096).Result
        [Text.Encoding]::ASCII.GetString($buffer, 0, $n).Substring(9, 3) }
    """
    assert site.values(SITE + script) == ["200", "200"]


def test_requests_wait_while_their_answers_are_not_read(site):
    site.host.web_pages.put(WebPage(url="http://site.example/large", body="a" * (1 << 19)))
    script = """
    $ask = "GET /large HTTP/1.1`r`nHost: site.example`r`n`r`n"
    $w.Write($ask * 20 + "GET /x HTTP/1.0`r`n`r`n"); $t.Available -lt 2MB
    $text = $r.ReadToEnd(); $text.Length -gt 10MB; $text.EndsWith('hello')
    """
    assert site.values(SITE + script) == [True, True, True]
    assert sum(one.requests for one in site.host.web_pages) == 21


def test_what_is_no_request_is_answered_as_http_sys_does(site):
    script = "$w.WriteLine('hello there'); $r.ReadLine(); $null = $r.ReadToEnd(); $r.EndOfStream"
    assert site.values(SITE + script) == ["HTTP/1.1 400 Bad Request", True]


def test_who_waits_for_more_than_was_asked_runs_into_the_time_out(site):
    site.host.clock.mode = "fast"
    text = site.error(SITE + "$s.ReadTimeout = 500; $s.ReadByte()")[2]
    assert "Unable to read data from the transport connection" in text
    assert site.values(SITE + "$w.Write('GET'); $s.ReadByte()") == [-1]


def test_the_service_of_the_machine_answers_somebody_who_has_not_logged_on(session):
    script = """
    $t = [Net.Sockets.TcpClient]::new('localhost', 5985); $w = [IO.StreamWriter]::new($t.GetStream())
    $w.Write("POST /wsman HTTP/1.0`r`nContent-Length: 0`r`n`r`n"); $w.Flush()
    [IO.StreamReader]::new($t.GetStream()).ReadLine(); $t.Close()
    """
    assert session.values(script)[0].startswith("HTTP/1.1 401")
