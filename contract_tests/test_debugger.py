"""The debugger of powershell.exe in a WinRS shell, and breakpoints of remote sessions."""

from __future__ import annotations

import pytest
from conftest import PASSWORD, USER

pypsrp = pytest.importorskip("pypsrp.powershell", reason="pypsrp is not installed")
wsman = pytest.importorskip("pypsrp.wsman", reason="pypsrp is not installed")
shells = pytest.importorskip("pypsrp.shell", reason="pypsrp is not installed")


def _connection(host):
    return wsman.WSMan("127.0.0.1", port=host.http_port, ssl=False, username=USER, password=PASSWORD)


def test_a_breakpoint_is_answered_over_standard_input(host):
    host.machine.filesystem.write("C:\\d.ps1", b'$a = 1\r\n"a is $a"\r\n')
    script = "$null = Set-PSBreakpoint C:\\d.ps1 2; C:\\d.ps1"
    with _connection(host) as client, shells.WinRS(client) as shell:
        process = shells.Process(shell, "powershell.exe", ["-Command", script])
        process.begin_invoke()
        process.send(b"$a = 7\r\nc\r\n", end=True)
        process.end_invoke()
    shown = process.stdout.decode()
    assert "Hit Line breakpoint on 'C:\\d.ps1:2'" in shown
    assert shown.endswith("a is 7\r\n")
    assert process.rc == 0


def test_a_remote_session_sets_no_breakpoints(host):
    with _connection(host) as client, pypsrp.RunspacePool(client) as pool:
        shell = pypsrp.PowerShell(pool).add_script("Set-PSBreakpoint -Variable x; 'on'")
        shell.invoke()
        assert [one.fq_error for one in shell.streams.error] == [
            "SetPSBreakpoint:RemoteDebuggerNotSupported,Microsoft.PowerShell.Commands.SetPSBreakpointCommand"
        ]
