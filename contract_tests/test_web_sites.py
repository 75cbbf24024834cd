"""Web sites of a profile, and those that a test states over the control API, answer the machine's scripts."""

from __future__ import annotations

import base64

import pytest
import winrm
from conftest import ALLOW_BASIC, PASSWORD, USER
from test_control import call

PROFILE = """
name: web
extends: windows-server-2022-datacenter
inventory: {virtual_switches: [], virtual_disks: [], virtual_machines: []}
web_pages:
  - {url: "https://site.example/version", body: "1.2"}
"""


@pytest.fixture
def host(serve):
    return serve(yaml=PROFILE + ALLOW_BASIC, control_port=0)


def _run(host, script: str) -> list[str]:
    session = winrm.Session(host.http_url, auth=(USER, PASSWORD), transport="basic")
    answer = session.run_ps(script)
    assert answer.status_code == 0, answer.std_err
    return answer.std_out.decode().split()


def test_pages_are_stated_asked_for_counted_and_taken_away(host):
    page = {
        "url": "http://site.example/tool.bin",
        "headers": ["X-Test: 1"],
        "base64": base64.b64encode(b"\x00\x01").decode(),
    }
    status, rows = call(host, "/api/web-pages", page)
    assert status == 200
    assert [row["url"] for row in rows] == ["https://site.example/version", "http://site.example/tool.bin"]
    assert _run(
        host,
        "irm https://site.example/version; (iwr http://site.example/tool.bin -UseBasicParsing).Content; "
        "(iwr http://site.example/tool.bin -UseBasicParsing).Headers['X-Test']",
    ) == ["1.2", "0", "1", "1"]
    assert [row["requests"] for row in call(host, "/api/web-pages")[1]] == [1, 2]
    assert call(host, "/api/web-pages", {"url": page["url"]}, method="DELETE")[0] == 200
    assert call(host, "/api/web-pages", {"url": page["url"]}, method="DELETE")[0] == 404
    assert [row["url"] for row in call(host, "/api/web-pages")[1]] == ["https://site.example/version"]


def test_proxies_and_pages_for_certificates_are_stated_and_reached(host):
    page = {"url": "https://site.example/closed", "body": "in", "client_certificates": ["*"]}
    assert call(host, "/api/web-pages", page)[0] == 200
    proxy = {"name": "proxy.example", "port": 3128, "user": "me", "password": "secret"}
    status, rows = call(host, "/api/web-proxies", proxy)
    assert status == 200
    assert rows == [{"name": "proxy.example", "port": 3128, "user": "me", "requests": 0}]
    assert _run(
        host,
        "$c = New-SelfSignedCertificate -DnsName c -CertStoreLocation Cert:\\CurrentUser\\My;"
        "$p = New-Object PSCredential('me', (ConvertTo-SecureString secret -AsPlainText -Force));"
        "irm https://site.example/closed -Certificate $c -Proxy http://proxy.example:3128 -ProxyCredential $p",
    ) == ["in"]
    assert call(host, "/api/web-proxies")[1][0]["requests"] == 1
    gone = {"name": "proxy.example", "port": 3128}
    assert call(host, "/api/web-proxies", gone, method="DELETE") == (200, [])
    assert call(host, "/api/web-proxies", gone, method="DELETE")[0] == 404
    assert call(host, "/api/web-proxies", {"name": "proxy.example", "port": 0})[0] == 400


def test_a_page_is_read_where_internet_explorer_was_started(host):
    page = {
        "url": "http://site.example/form",
        "headers": ["Content-Type: text/html"],
        "body": "<title>T</title><a href='/two' class=x>Two</a><form id=f><input name=q value=1></form>",
    }
    assert call(host, "/api/web-pages", page)[0] == 200
    assert _run(
        host,
        "$key = 'HKCU:\\Software\\Microsoft\\Internet Explorer\\Main'; $null = New-Item $key -Force;"
        "Set-ItemProperty $key DisableFirstRunCustomize 1; $r = iwr http://site.example/form;"
        "$r.Links[0].href; $r.Forms['f'].Fields['q']; $r.ParsedHtml.title;"
        "$h = New-Object -ComObject HTMLFile; $h.write([Text.Encoding]::Unicode.GetBytes('<p id=p>x</p>'));"
        "$h.getElementById('p').outerHTML.Replace(' ', '_')",
    ) == ["/two", "1", "T", "<P_id=p>x</P>"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": "ftp://site.example/"},
        {"url": "http://site.example/", "status": 99},
        {"url": "http://site.example/", "headers": ["a: b\r\nc: d"]},
        {"url": "http://site.example/", "base64": "*"},
        {"url": "http://site.example/", "other": 1},
        {"url": "https://site.example/", "client_certificates": ["AB"]},
    ],
)
def test_what_is_no_page_is_refused(host, body):
    assert call(host, "/api/web-pages", body)[0] == 400
