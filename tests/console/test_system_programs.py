"""powercfg, w32tm, setx, eventcreate and driverquery over the machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]
HIGH = "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c"


def test_powercfg_switches_between_schemes(run: Run, machine: Any) -> None:
    assert "(Balanced) *\r\n" in run("powercfg /list").out
    assert run("powercfg /setactive SCHEME_MIN").code == 0
    shown = run("powercfg /getactivescheme").out
    assert shown == f"Power Scheme GUID: {HIGH}  (High performance)\r\n"
    assert run("powercfg -change -monitor-timeout-ac 0").code == 0
    assert machine.host.power_plans.timeout("monitor-timeout-ac") == 0
    assert run("powercfg /setactive nonsense").code == 1
    assert run("powercfg /change nonsense 3").code == 1
    assert run("powercfg /energy").err == "powercfg /energy is not emulated.\r\n"
    assert run("powercfg /h on").code == 1, "a hypervisor runs"
    assert run("powercfg /h off").code == 0


def test_w32tm_needs_the_service_and_keeps_its_peers(run: Run) -> None:
    run("net stop w32time")
    assert "The service has not been started. (0x80070426)" in run("w32tm /query /status").out
    run("net start w32time")
    assert "Stratum: 0 (unspecified)" in run("w32tm /query /status").out
    done = run('w32tm /config /manualpeerlist:"a.example,0x8 b.example" /syncfromflags:manual /update')
    assert done.out == "The command completed successfully.\r\n"
    assert "NtpServer: a.example,0x8 b.example (Local)" in run("w32tm /query /configuration").out
    kept = run("reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters /v NtpServer").out
    assert "a.example,0x8 b.example" in kept
    assert run("w32tm /stripchart").code == 1


def test_setx_is_for_processes_to_come(run: Run) -> None:
    assert run("setx COLOUR blue /m & echo %COLOUR%").out.endswith("%COLOUR%\r\n")
    assert run("echo %COLOUR%").out == "blue\r\n"
    assert run("setx COLOUR").code == 1


def test_eventcreate_writes_what_wevtutil_reads(run: Run) -> None:
    made = run('eventcreate /t error /id 77 /l application /so Mine /d "it broke"')
    assert made.code == 0
    shown = run('wevtutil qe Application /q:"*[System[EventID=77]]" /f:text')
    assert "it broke" in shown.out
    assert "Source: Mine" in shown.out
    assert run("eventcreate /t error /id 1001 /d x").code == 1
    assert run("eventcreate /t error /id 5 /l system /so Mine /d x").code == 1, "the source is of another log"


def test_driverquery_knows_the_drivers_of_the_hypervisor(run: Run) -> None:
    lines = run("driverquery /v /fo csv").out.splitlines()
    assert lines[0].startswith('"Module Name","Display Name"')
    assert any(line.startswith('"vmbusr"') and '"Running"' in line for line in lines)
    assert run("driverquery /fo nonsense").code == 1
