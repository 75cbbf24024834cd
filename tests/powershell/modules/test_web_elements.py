"""Invoke-WebRequest where Internet Explorer has been started: the page is read, its parts are objects."""

from __future__ import annotations

import pytest

from emulator.profile.web_pages import WebPage
from tests.powershell.modules.console_session import ConsoleSession

_PAGE = (
    "<!DOCTYPE html><html><head><title>My page</title></head><body><h1>Hi</h1>"
    '<a class=gb1 href="/two" id=l1>Two</a><a name=x>no</a><img src="i.png" alt=pic>'
    '<form id="login" method="POST" action="/go"><input type="text" name="user"><input type=hidden name=token '
    "value=abc><input type=checkbox name=c></form><script>var a;</script></body></html>"
)
_MAIN = "Microsoft\\Internet Explorer\\Main"
_SET_UP = f"$null = New-Item 'HKLM:\\SOFTWARE\\Policies\\{_MAIN}' -Force; Set-ItemProperty 'HKLM:\\SOFTWARE\\Policies\\{_MAIN}' DisableFirstRunCustomize 1"
_HTML = ("Content-Type: text/html; charset=utf-8",)


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    session = ConsoleSession()
    pages = session.host.web_pages
    pages.put(WebPage(url="http://site.example/", body=_PAGE, headers=_HTML))
    pages.put(
        WebPage(
            url="http://site.example/go",
            method="POST",
            body="{}",
            headers=("Content-Type: application/json",),
        )
    )
    pages.put(WebPage(url="http://site.example/e", status=500, body="<h1>Bad</h1><p>thing", headers=_HTML))
    session.values(_SET_UP)
    session.values("$r = iwr http://site.example")
    return session


def test_the_parts_of_a_page_are_objects(session):
    assert session.values(
        "$r.GetType().FullName; $r.Links.Count; $r.Links[0].outerHTML; $r.Links[0].href; $r.Links[0].innerText;"
        "$r.Images[0].src; $r.InputFields[1].value; $r.Scripts[0].innerHTML; $r.AllElements[0].outerHTML;"
        "$r.AllElements.Count; ($r.AllElements | ? tagName -eq 'H1').innerText; $r.Links.Find('l1').class;"
        "$r.InputFields.FindByName('token').value; $null -eq $r.Links.FindById('none');"
        "($r.Links[0].psobject.Properties.Name) -join ','; $r.ParsedHtml.title; $r.Content.Length -eq $r.RawContentLength"
    ) == [
        "Microsoft.PowerShell.Commands.HtmlWebResponseObject",
        1,
        '<A id=l1 class=gb1 href="/two">Two</A>',
        "/two",
        "Two",
        "i.png",
        "abc",
        "var a;",
        "<!DOCTYPE html>",
        14,
        "Hi",
        "gb1",
        "abc",
        True,
        "innerHTML,innerText,outerHTML,outerText,tagName,id,class,href",
        "My page",
        True,
    ]


def test_the_view_shows_the_beginning_of_long_texts_and_what_collections_hold(session):
    shown = session.shown("$r")
    assert "Forms             : {login}" in shown
    assert "ParsedHtml        : mshtml.HTMLDocumentClass" in shown
    assert "Headers           : {[Content-Type, text/html; charset=utf-8], [Content-Length, " in shown
    assert "Images            : {@{innerHTML=; innerText=; outerHTML=<IMG alt=pic src=" in shown
    content = session.values(
        "($r | Out-String -Width 500) -match 'Content           : (.*)\\.\\.\\.'; $Matches[1].Length"
    )
    assert content == [True, 200]


def test_a_form_is_filled_and_sent(session):
    assert session.values(
        "$f = $r.Forms[0]; $f.Id; $f.Method; $f.Action; $f.Fields['user'] = 'me & you'; $r.Forms['LOGIN'].Fields.user;"
        "(iwr http://site.example/go -Method Post -Body $f -SessionVariable s).StatusCode;"
        "(iwr http://site.example/go -Method Post -Body $r -WebSession $s).StatusCode;"
        "try { iwr http://site.example/ -Body $f.Fields.user } catch { $_.Exception.Message }"
    ) == ["login", "post", "/go", "me & you", 200, 200, "Cannot send a content-body with this verb-type."]
    assert session.values("($r.Forms[0].Fields.Keys) -join ','; $r.Forms[0].Fields['c']") == [
        "user,token,c",
        "on",
    ]


def test_the_page_of_an_error_is_what_the_engine_reads_in_it(session):
    script = "try {{ {} http://site.example/e {} }} catch {{ $_.ErrorDetails.Message }}"
    assert session.values(script.format("iwr", "")) == ["Bad\r\n\r\nthing"]
    assert session.values(script.format("iwr", "-UseBasicParsing")) == ["Badthing"]
    assert session.values(script.format("irm", "")) == ["Badthing"]


def test_without_the_engine_nothing_is_read():
    other = ConsoleSession()
    other.host.web_pages.put(WebPage(url="http://site.example/", body=_PAGE, headers=_HTML))
    other.host.web_pages.put(WebPage(url="http://site.example/e", status=500, body="<b>x", headers=_HTML))
    problem = other.error("iwr http://site.example")
    assert problem[0].startswith("WebCmdletIEDomNotSupportedException")
    assert other.values("try { iwr http://site.example/e } catch { $_.ErrorDetails.Message }") == ["<b>x"]
    other.values(
        f"$null = New-Item 'HKCU:\\Software\\{_MAIN}' -Force; Set-ItemProperty 'HKCU:\\Software\\{_MAIN}' IE10RunOncePerInstallCompleted 1"
    )
    assert other.values("(iwr http://site.example).ParsedHtml.title") == ["My page"]
