"""HttpClient, and what WebClient does without waiting, over web sites that a test states."""

from __future__ import annotations

import pytest

from emulator.profile.web_pages import WebPage
from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    session = ConsoleSession()
    pages = session.host.web_pages
    pages.put(WebPage(url="http://site.example/a", body="gr\u00fc\u00df", headers=("X-A: 1",)))
    pages.put(WebPage(url="http://site.example/p", method="POST", body="posted", status=201))
    session.values("Add-Type -AssemblyName System.Net.Http; $c = New-Object System.Net.Http.HttpClient")
    return session


def test_a_client_gets_texts_bytes_and_answers(session):
    assert session.values(
        "$c.GetStringAsync('http://site.example/a').Result; $c.GetByteArrayAsync('http://site.example/a').Result.Count;"
        "$r = $c.GetAsync('http://site.example/a').GetAwaiter().GetResult(); [int]$r.StatusCode;"
        "$r.IsSuccessStatusCode; $r.ReasonPhrase; $r.Content.ReadAsStringAsync().Result; $r.Headers.GetValues('X-A')"
    ) == ["gr\u00fc\u00df", 6, 200, True, "OK", "gr\u00fc\u00df", "1"]


def test_a_client_posts_what_it_is_given(session):
    assert session.values(
        "$b = New-Object System.Net.Http.StringContent '{}', ([Text.Encoding]::UTF8), 'application/json';"
        "[int]$c.PostAsync('http://site.example/p', $b).Result.StatusCode;"
        "$m = [System.Net.Http.HttpRequestMessage]::new([System.Net.Http.HttpMethod]::Post, 'http://site.example/p');"
        "$c.SendAsync($m).Result.Content.ReadAsStringAsync().Result; [string]$m.Method"
    ) == [201, "posted", "POST"]


def test_an_answer_that_is_no_success_and_a_site_that_is_not_there(session):
    assert session.values(
        "$r = $c.GetAsync('http://site.example/none').Result; [int]$r.StatusCode; $r.IsSuccessStatusCode;"
        "try { $null = $r.EnsureSuccessStatusCode() } catch { $_.Exception.InnerException.Message };"
        "$t = $c.GetAsync('http://none.example/'); $t.IsFaulted; [string]$t.Status;"
        "try { $t.GetAwaiter().GetResult() } catch { $_.Exception.InnerException.GetType().Name;"
        "$_.Exception.InnerException.InnerException.Message }"
    ) == [
        404,
        False,
        "Response status code does not indicate success: 404 (Not Found).",
        True,
        "Faulted",
        "HttpRequestException",
        "The remote name could not be resolved: 'none.example'",
    ]


def test_a_handler_says_how_to_connect(session):
    session.host.web_pages.put(WebPage(url="http://site.example/m", status=302, headers=("Location: /a",)))
    assert session.values(
        "$h = New-Object System.Net.Http.HttpClientHandler; $h.AllowAutoRedirect = $false;"
        "$n = [System.Net.Http.HttpClient]::new($h); [int]$n.GetAsync('http://site.example/m').Result.StatusCode"
    ) == [302]


def test_a_web_client_tells_its_end_as_an_event_and_as_a_task(session):
    assert session.values(
        "$w = New-Object Net.WebClient; $w.Encoding = [Text.Encoding]::UTF8;"
        "$w.DownloadStringTaskAsync('http://site.example/a').Result;"
        "Register-ObjectEvent $w DownloadFileCompleted -SourceIdentifier f;"
        "$w.DownloadFileAsync([uri]'http://site.example/a', 'C:\\a.txt', 'mine'); $e = Get-Event f;"
        "$e.SourceEventArgs.UserState; $null -eq $e.SourceEventArgs.Error; Test-Path C:\\a.txt; Remove-Event f;"
        "$w.DownloadFileAsync([uri]'http://none.example/a', 'C:\\b.txt');"
        "(Get-Event f).SourceEventArgs.Error.Message; Test-Path C:\\b.txt"
    ) == [
        "gr\u00fc\u00df",
        "mine",
        True,
        True,
        "The remote name could not be resolved: 'none.example'",
        False,
    ]


def test_what_follows_a_task_is_not_emulated(session):
    assert "not emulated" in session.error("$c.GetAsync('http://site.example/a').ContinueWith({})")[2]


def test_a_text_to_send_names_its_character_set_as_the_web_does(session):
    script = "(New-Object Net.Http.StringContent('x', [Text.Encoding]::{})).Headers.ContentType"
    for name, shown in (("UTF8", "utf-8"), ("Unicode", "utf-16"), ("ASCII", "us-ascii")):
        assert session.values(script.format(name)) == [f"text/plain; charset={shown}"]


def test_an_answer_is_read_by_the_character_set_that_it_names(session):
    pages = session.host.web_pages
    pages.put(
        WebPage(url="http://site.example/l", body="x", headers=("Content-Type: text/plain; charset=idna",))
    )
    assert session.values(
        "$t = (New-Object Net.Http.HttpClient).GetStringAsync('http://site.example/l'); $t.IsFaulted;"
        "$t.Exception.InnerException.Message.Substring(0, 48); irm http://site.example/l"
    ) == [True, "The character set provided in ContentType is inv", "x"]
