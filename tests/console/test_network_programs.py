"""route, ping, arp, netstat and nslookup over the machine's network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from host.restarting import restart

Run = Callable[..., Any]


def test_a_route_is_the_same_for_route_and_get_netroute(run: Run) -> None:
    assert run("route -p add 10.50.0.0 mask 255.255.0.0 192.0.2.254 metric 7").out == " OK!\r\n"
    shown = run("route print 10.50*").out
    assert "        10.50.0.0      255.255.0.0      192.0.2.254      192.0.2.10" in shown
    asked = run('powershell "(Get-NetRoute -DestinationPrefix 10.50.0.0/16).NextHop"')
    assert asked.out == "192.0.2.254\r\n"
    again = run("route add 10.50.0.0 mask 255.255.0.0 192.0.2.254")
    assert "The object already exists." in again.err
    assert run("route change 10.50.0.0 mask 255.255.0.0 192.0.2.253").code == 0
    assert "192.0.2.253" in run("route print 10.50*").out
    assert run("route delete 10.50.0.0 mask 255.255.0.0").code == 0
    assert "Element not found." in run("route delete 10.50.0.0 mask 255.255.0.0").err


def test_a_route_without_p_is_gone_after_a_restart(run: Run, machine: Any) -> None:
    run("route add 10.51.0.0 mask 255.255.0.0 192.0.2.254")
    run("route -p add 10.52.0.0 mask 255.255.0.0 192.0.2.254")
    run("route -6 add 2001:db8:1::/48 fe80::1 if " + str(_index(machine)))
    restart(machine.host)
    shown = run("route print").out
    assert "10.52.0.0" in shown
    assert "10.51.0.0" not in shown
    assert "2001:db8:1::/48" not in shown


def _index(machine: Any) -> int:
    from emulator.host.network.network_interfaces import network_interfaces

    return next(iter(network_interfaces(machine.host))).interface_index


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("route add nonsense 192.0.2.254", "bad destination address nonsense"),
        ("route add 10.0.0.0 mask 255.0.0.0 nonsense", "bad gateway address nonsense"),
        ("route add 10.0.0.0 mask 255.0.0.0 203.0.113.1", "the gateway does not lie on the same network"),
        ("route -f", "is not emulated"),
    ],
)
def test_a_wrong_route_changes_nothing(run: Run, command: str, words: str) -> None:
    before = run("route print").out
    refused = run(command)
    assert refused.code == 1
    assert words in refused.err
    assert run("route print").out == before


def test_ping_waits_between_its_requests_and_tells_who_answers(run: Run, machine: Any) -> None:
    before = machine.host.clock.now()
    answered = run("ping -n 3 192.0.2.1")
    assert answered.code == 0
    assert answered.out.count("Reply from 192.0.2.1: bytes=32 time<1ms TTL=128\r\n") == 3
    assert machine.host.clock.now() - before >= timedelta(seconds=2)
    lost = run("ping -n 1 -w 10 198.51.100.9")
    assert (lost.code, "Lost = 1 (100% loss)" in lost.out) == (1, True)
    assert "could not find host nobody" in run("ping nobody").out
    assert run("ping -t 127.0.0.1").err == "ping -t is not emulated.\r\n"


def test_netstat_shows_who_listens(run: Run) -> None:
    shown = run("netstat -ano").out
    assert "  TCP    [::]:5985              [::]:0                 LISTENING       4\r\n" in shown
    assert "  UDP    0.0.0.0:123            *:*" in shown
    assert "UDP" not in run("netstat -an -p tcp").out
    assert run("netstat -b").code == 1


def test_nslookup_and_arp_know_the_emulated_network(run: Run, machine: Any) -> None:
    found = run(f"nslookup {machine.host.name}")
    assert (found.code, "192.0.2.10" in found.out) == (0, True)
    assert "Non-existent domain" in run("nslookup nobody.example").err
    assert "Interface: 192.0.2.10 --- 0x" in run("arp -a").out


def test_a_program_of_windows_that_is_not_emulated_says_so(run: Run) -> None:
    refused = run("diskpart /s C:\\script.txt")
    assert (refused.code, refused.err) == (1, "diskpart.exe is not emulated.\r\n")
    assert run("wscript C:\\script.vbs").err == "wscript.exe is not emulated.\r\n"
    assert run("where msiexec").out == "C:\\Windows\\System32\\msiexec.exe\r\n"
    assert "not recognized" in run("nosuchprogram").err
