"""The web sites that a machine reaches: names, addresses, ports and answers."""

from __future__ import annotations

import re

import pytest

from emulator.host import Host
from emulator.host.errors import QuotaExceeded
from emulator.host.network import web_pages
from emulator.host.network.name_resolution import entry_of_address, resolve
from emulator.host.network.web_pages import WebPages
from emulator.host.web_door import WebRequest
from emulator.profile import load
from emulator.profile.web_pages import URL, WebPage


@pytest.fixture
def pages() -> WebPages:
    return Host(load("windows-server-2022-datacenter"), clock_mode="manual").web_pages


def _ask(pages: WebPages, target: str, method: str = "GET") -> tuple[int, bytes]:
    answer = pages.answer("http", "site.example", 80, WebRequest(method, target))
    assert answer is not None
    return answer.status, answer.body


def test_the_page_with_the_query_goes_before_the_one_for_every_query(pages):
    pages.put(WebPage(url="http://site.example/a", body="any"))
    pages.put(WebPage(url="http://site.example/a?b=1", body="one"))
    pages.put(WebPage(url="http://SITE.example/a", method="POST", body="sent"))
    assert _ask(pages, "/a?b=1") == (200, b"one")
    assert _ask(pages, "/a?b=2") == (200, b"any")
    assert _ask(pages, "/a", "POST") == (200, b"sent")
    assert _ask(pages, "/a", "HEAD") == (200, b"")
    assert _ask(pages, "/a", "PUT")[0] == 405
    assert _ask(pages, "/b")[0] == 404


def test_paths_are_told_apart_by_case_and_sites_are_not(pages):
    pages.put(WebPage(url="http://site.example/a", body="small"))
    pages.put(WebPage(url="http://site.example/A", body="large"))
    assert (_ask(pages, "/a"), _ask(pages, "/A")) == ((200, b"small"), (200, b"large"))
    assert pages.remove("HTTP://SITE.example/A")
    assert not pages.remove("http://[")
    assert (_ask(pages, "/a"), _ask(pages, "/A")[0]) == ((200, b"small"), 404)


def test_too_many_pages_are_refused_as_the_machine_refuses(pages, monkeypatch):
    monkeypatch.setattr(web_pages, "_MOST_PAGES", 1)
    pages.put(WebPage(url="http://site.example"))
    pages.put(WebPage(url="http://site.example/"))
    with pytest.raises(QuotaExceeded):
        pages.put(WebPage(url="http://site.example/a"))


@pytest.mark.parametrize(
    ("port", "fits"), [(1, True), (65535, True), (65536, False), (99999, False), (0, False)]
)
def test_ports_that_no_machine_has_are_no_address(port, fits):
    assert bool(re.match(URL, f"http://site.example:{port}/")) is fits


def test_another_scheme_port_or_name_is_not_listening(pages):
    pages.put(WebPage(url="http://site.example/", body="x"))
    asked = WebRequest("GET", "/")
    assert pages.answer("https", "site.example", 80, asked) is None
    assert pages.answer("http", "site.example", 81, asked) is None
    assert pages.answer("http", "other.example", 80, asked) is None


def test_names_and_addresses_of_sites_are_known_while_they_have_a_page():
    host = Host(load("windows-server-2022-datacenter"), clock_mode="manual")
    host.web_pages.put(WebPage(url="http://one.example/"))
    host.web_pages.put(WebPage(url="http://192.0.2.7:8080/"))
    assert resolve(host, "ONE.example") == "203.0.113.1"
    entry = entry_of_address(host, "203.0.113.1")
    assert entry is not None
    assert entry.name == "one.example"
    assert host.web_pages.ports_of("192.0.2.7") == {8080}
    assert host.web_pages.remove("http://one.example/")
    assert resolve(host, "one.example") is None


def test_a_file_that_cannot_be_read_is_an_answer_that_says_so(pages, tmp_path):
    pages.put(WebPage(url="http://site.example/", file=str(tmp_path / "none.bin")))
    status, body = _ask(pages, "/")
    assert status == 500
    assert b"none.bin" in body
