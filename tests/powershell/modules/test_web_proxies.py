"""Requests over proxies: those that are stated pass them on, for whom they know."""

from __future__ import annotations

import pytest

from emulator.profile.web_pages import WebPage, WebProxy
from tests.powershell.modules.console_session import ConsoleSession

_SETTINGS = "HKCU:\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings"
_MESSAGE = "try {{ {} }} catch {{ $_.Exception.GetBaseException().Message }}"
_DENIED = "The remote server returned an error: (407) Proxy Authentication Required."


@pytest.fixture
def session() -> ConsoleSession:
    session = ConsoleSession()
    pages = session.host.web_pages
    pages.put(WebPage(url="http://site.example/", body="x"))
    pages.put(WebPage(url="http://intranet/", body="local"))
    pages.put_proxy(WebProxy(name="open.example"))
    pages.put_proxy(WebProxy(name="closed.example", port=3128, user="CORP\\me", password="secret"))
    pages.put_proxy(WebProxy(name="own.example", user="Administrator"))
    session.values(
        "$p = ConvertTo-SecureString secret -AsPlainText -Force; $me = New-Object PSCredential('CORP\\me', $p);"
        "$you = New-Object PSCredential('CORP\\you', $p)"
    )
    return session


def _counts(session: ConsoleSession) -> list[int]:
    return [one.requests for one in session.host.web_pages.proxies]


def _settings(session: ConsoleSession, **values: object) -> None:
    given = "; ".join(f"Set-ItemProperty '{_SETTINGS}' {name} {value!r}" for name, value in values.items())
    session.values(f"$null = New-Item '{_SETTINGS}' -Force; {given}")


def test_a_proxy_passes_requests_on_and_asks_who_sends_them(session):
    closed = "-Proxy http://closed.example:3128"
    assert session.values("irm http://site.example -Proxy http://open.example:8080") == ["x"]
    assert session.values(f"irm http://site.example {closed} -ProxyCredential $me") == ["x"]
    for options in ("", "-ProxyCredential $you", "-ProxyUseDefaultCredentials"):
        assert session.values(_MESSAGE.format(f"irm http://site.example {closed} {options}")) == [_DENIED]
    own = "irm http://site.example -Proxy http://own.example:8080 {}"
    assert session.values(own.format("-ProxyUseDefaultCredentials")) == ["x"]
    assert session.values(_MESSAGE.format(own.format(""))) == [_DENIED]
    assert _counts(session) == [1, 1, 1]


def test_what_a_proxy_does_not_reach_is_its_answer(session):
    script = "irm {} -Proxy http://open.example:8080"
    expected = ["The remote server returned an error: (502) Bad Gateway."]
    assert session.values(_MESSAGE.format(script.format("http://nobody.example"))) == expected
    assert session.values(_MESSAGE.format(script.format("http://site.example:81"))) == expected


def test_a_port_at_which_something_else_listens_is_no_proxy(session):
    assert session.error("irm http://site.example -Proxy http://site.example:80")[0].startswith("NotEmulated")


def test_clients_of_net_go_over_the_proxy_that_they_are_given(session):
    assert session.values(
        "$w = New-Object Net.WebClient; $w.Proxy = New-Object Net.WebProxy('closed.example', 3128);"
        "$w.Proxy.Credentials = $me.GetNetworkCredential(); $w.DownloadString('http://site.example/');"
        "$r = [Net.WebRequest]::Create('http://site.example/'); $r.Proxy = New-Object Net.WebProxy('http://open.example:8080');"
        "$r.GetResponse().ContentLength;"
        "$h = New-Object Net.Http.HttpClientHandler; $h.Proxy = New-Object Net.WebProxy('http://open.example:8080');"
        "(New-Object Net.Http.HttpClient($h)).GetStringAsync('http://site.example/').Result"
    ) == ["x", 1, "x"]
    assert _counts(session) == [2, 1, 0]


def test_what_is_bypassed_is_asked_directly(session):
    assert session.values(
        "$p = New-Object Net.WebProxy('http://open.example:8080', $true, @('site\\.example'));"
        "$w = New-Object Net.WebClient; $w.Proxy = $p; $w.DownloadString('http://site.example/');"
        "$w.DownloadString('http://intranet/'); $p.IsBypassed('http://site.example/'); $p.IsBypassed('http://o.example/');"
        "[string]$p.GetProxy('http://o.example/'); [string]$p.GetProxy('http://intranet/')"
    ) == ["x", "local", True, False, "http://open.example:8080/", "http://intranet/"]
    assert _counts(session) == [0, 0, 0]


def test_a_list_of_what_is_bypassed_is_replaced_and_emptied(session):
    assert session.values(
        "$p = New-Object Net.WebProxy('http://open.example:8080'); $p.BypassList = 'one\\.example';"
        "$p.IsBypassed('http://one.example/'); $p.IsBypassed('http://two.example/');"
        "$p.BypassList += 'two'; $p.IsBypassed('http://two.example/');"
        "$p.BypassList = $null; $p.IsBypassed('http://one.example/'); $p.BypassList.Count"
    ) == [True, False, True, False, 0]


def test_the_internet_options_of_the_user_hold_by_default(session):
    default = "$d = [Net.WebRequest]::DefaultWebProxy; [string]$d.GetProxy('http://site.example/'); $d.IsBypassed('http://site.example/')"
    assert session.values(f"{default}; $d.GetType().FullName") == [
        "http://site.example/",
        True,
        "System.Net.WebRequest+WebProxyWrapper",
    ]
    _settings(
        session, ProxyEnable=1, ProxyServer="closed.example:3128", ProxyOverride="*.direct.example;<local>"
    )
    assert session.values(default) == ["http://closed.example:3128/", False]
    assert session.values(_MESSAGE.format("irm http://site.example")) == [_DENIED]
    assert session.values("irm http://intranet; $d.IsBypassed('http://a.direct.example/')") == ["local", True]
    assert session.values(
        "$w = New-Object Net.WebClient; $w.Proxy.Credentials = $me.GetNetworkCredential();"
        "$w.DownloadString('http://site.example/'); $w.Proxy = $null; $w.DownloadString('http://site.example/')"
    ) == ["x", "x"]
    assert _counts(session)[1] == 1
    assert session.values("[Net.WebRequest]::DefaultWebProxy = $null; irm http://site.example") == ["x"]
    assert _counts(session)[1] == 1


def test_servers_by_scheme_and_a_script_that_decides(session):
    _settings(session, ProxyEnable=1, ProxyServer="https=closed.example:3128;http=open.example:8080")
    script = "[string][Net.WebRequest]::GetSystemWebProxy().GetProxy('{}://site.example/')"
    assert session.values(script.format("http")) == ["http://open.example:8080/"]
    assert session.values(script.format("https")) == ["http://closed.example:3128/"]
    _settings(session, AutoConfigURL="http://site.example/proxy.pac")
    assert session.error("irm http://site.example")[0].startswith("NotEmulated")


def test_a_proxy_is_a_computer_of_the_network_while_it_is_stated(session):
    assert session.values(
        "(Test-NetConnection open.example -Port 8080 -InformationLevel Quiet); Test-Connection open.example -Count 1 -Quiet"
    ) == [True, True]
    assert session.host.web_pages.remove_proxy("OPEN.example", 8080)
    script = _MESSAGE.format("irm http://site.example -Proxy http://open.example:8080")
    assert session.values(script) == ["The proxy name could not be resolved: 'open.example'"]
