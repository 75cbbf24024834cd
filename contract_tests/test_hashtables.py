"""The order in which a remote client sees the keys of hash tables, as Windows PowerShell 5.1 prints them."""

from __future__ import annotations

import pytest
import winrm
from conftest import PASSWORD, USER

pypsrp = pytest.importorskip("pypsrp.powershell", reason="pypsrp is not installed")
wsman = pytest.importorskip("pypsrp.wsman", reason="pypsrp is not installed")

LITERAL = "@{one = 1; two = 2; three = 3}"


def run(host, script: str, *arguments: object) -> list[object]:
    client = wsman.WSMan("127.0.0.1", port=host.http_port, ssl=False, username=USER, password=PASSWORD)
    with client, pypsrp.RunspacePool(client) as pool:
        shell = pypsrp.PowerShell(pool)
        shell.add_script(script)
        for one in arguments:
            shell.add_argument(one)
        output = shell.invoke()
        assert [str(one) for one in shell.streams.error] == []
        return list(output)


def test_a_hash_table_is_sent_in_its_own_order(host):
    (sent,) = run(host, LITERAL)
    assert list(sent) == ["one", "three", "two"]


def test_what_a_client_sends_becomes_a_hash_table_of_the_server(host):
    # In the order in which they arrive, into a table that grows: where two meet, the first one keeps its place.
    assert run(host, "param($table) $table.Keys", {"c": 3, "a": 1, "b": 2}) == ["c", "b", "a"]
    assert run(host, "param($table) ($table + @{d = 4}).Count", {"c": 3, "a": 1}) == [3]


def test_the_console_shows_the_same_order(host):
    session = winrm.Session(host.http_url, auth=(USER, PASSWORD), transport="ntlm")
    said = session.run_ps(f"({LITERAL}).Keys -join ','")
    assert said.std_out.strip() == b"one,three,two"
