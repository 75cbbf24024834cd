"""HTMLFile: scripts write HTML into a document of Internet Explorer's engine and ask for its parts."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_NEW = "$h = New-Object -ComObject HTMLFile; $h.IHTMLDocument2_write('{}');"


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    return ConsoleSession()


def _values(session: ConsoleSession, page: str, script: str) -> list[object]:
    return session.values(_NEW.format(page) + script)


def test_text_and_bytes_are_written_and_a_closed_document_is_replaced(session):
    assert session.values(
        "$h = New-Object -ComObject HTMLFile; $h.write([Text.Encoding]::Unicode.GetBytes('<b>a</b>')); $h.write('c');"
        "$h.body.innerHTML; $h.close(); $h.write('d'); $h.body.innerText; $h.GetType().FullName"
    ) == ["<B>a</B>c", "d", "mshtml.HTMLDocumentClass"]


def test_the_mark_of_utf_16_is_no_text(session):
    assert session.values(
        "$h = New-Object -ComObject HTMLFile; [byte[]]$b = (255, 254) + [Text.Encoding]::Unicode.GetBytes('<b>a');"
        "$h.write($b); $h.body.innerHTML"
    ) == ["<B>a</B>"]


def test_elements_are_found_by_identifier_name_tag_and_class(session):
    page = '<title>T</title><p id="a" class="x y">1</p><p name="b" class="y">2</p><div>3</div>'
    assert _values(
        session,
        page,
        "$h.title; $h.getElementById('A').innerText; $h.getElementsByName('b') | % innerText;"
        "$h.getElementsByTagName('p').length; $h.getElementsByTagName('p')[1].innerText;"
        "($h.getElementsByClassName('y') | % innerText) -join ','; $h.body.getElementsByClassName('x y').length;"
        "$null -eq $h.getElementById('none'); $h.all.tags('div').item(0).innerText; $h.all.item('a').tagName;"
        "$h.IHTMLDocument3_getElementById('a').className; @($h.all | % tagName) -join ' '",
    ) == [
        "T",
        "1",
        "2",
        2,
        "2",
        "1,2",
        1,
        True,
        "3",
        "P",
        "x y",
        "HTML HEAD TITLE BODY P P DIV",
    ]


def test_nodes_know_their_neighbours(session):
    page = "<div id=d><b>1</b>text<i>2</i></div>"
    assert _values(
        session,
        page,
        "$d = $h.getElementById('d'); ($d.children | % tagName) -join ','; ($d.childNodes | % nodeName) -join ',';"
        "$d.firstChild.nextSibling.nodeValue; $d.lastChild.previousSibling.nodeType; $d.parentElement.tagName;"
        "$d.contains($d.firstChild); $d.lastChild.contains($d); $h.documentElement.tagName; $h.nodeType",
    ) == ["B,I", "B,#text,I", "text", 3, "BODY", True, False, "HTML", 9]


def test_addresses_are_told_from_a_page_that_has_none(session):
    page = '<a href="/x">1</a><a href="y.html">2</a><a href="http://s.example/">3</a><a name=n>4</a><img src=i.png>'
    assert _values(
        session,
        page,
        "$h.links | % href; $h.images[0].src; $h.links[0].getAttribute('href'); $h.links[0].getAttribute('href', 2);"
        "$h.anchors.length; $h.links[0].getAttributeNode('href').value; $null -eq $h.links[0].getAttribute('none')",
    ) == ["about:/x", "about:y.html", "http://s.example/", "about:i.png", "about:/x", "/x", 1, "/x", True]


def test_flags_that_are_no_number_are_an_error_of_the_call(session):
    problem = session.error(f"{_NEW.format('<a href=x>')} $h.links[0].getAttribute('href', 'abc')")
    assert problem[0] == "MethodArgumentConversionInvalidCastArgument"


def test_fields_and_tables_tell_their_values(session):
    page = (
        "<form name=f method=POST action=/go><input name=a value=1 checked><textarea name=t>long</textarea>"
        "<select name=s><option>x<option selected>y</select></form>"
        "<table><tr><th>H</th></tr><tr><td colspan=2>c</td></tr></table>"
    )
    assert _values(
        session,
        page,
        "$f = $h.forms['f']; $f.method; $f.action; ($f.elements | % value) -join ','; $f.elements[0].checked;"
        "$t = $h.getElementsByTagName('table')[0]; $t.rows.length; $t.rows[1].cells[0].innerText;"
        "$t.rows[1].cells[0].colSpan",
    ) == ["post", "/go", "1,long,y", True, 2, "c", 2]


def test_what_a_script_changes_is_in_the_document(session):
    assert _values(
        session,
        "<p id=p>a</p>",
        "$p = $h.getElementById('p'); $p.innerHTML = '<b>x</b>&amp;'; $p.innerText; $p.className = 'c';"
        "$p.setAttribute('title', 'T t'); $p.outerHTML; $p.removeAttribute('title'); $p.innerText = '<i>'; $p.outerHTML",
    ) == ["x&", '<P id=p title="T t" class=c><B>x</B>&amp;</P>', True, "<P id=p class=c>&lt;i&gt;</P>"]


@pytest.mark.parametrize(
    "member", ["querySelector('a')", "body.style", "createElement('a')", "parentWindow", "cookie", "location"]
)
def test_other_members_of_the_engine_are_a_gap_that_says_so(session, member):
    assert session.error(f"{_NEW.format('x')} $h.{member}")[0].startswith("NotEmulated")


def test_server_core_has_no_engine():
    core = ConsoleSession("windows-server-2022-datacenter-core")
    assert core.error("New-Object -ComObject HTMLFile")[0].startswith("NotEmulated")


@pytest.mark.parametrize("text", ["'x' * 16000001", "'<p>x' * 500000", "'<a ' + (1..1100000 -join ' ')"])
def test_a_document_that_is_too_large_is_a_gap(session, text):
    problem = session.error(f"$h = New-Object -ComObject HTMLFile; $h.write(({text})); $h.body")
    assert problem[2] == "An HTML document of this size is not emulated."
