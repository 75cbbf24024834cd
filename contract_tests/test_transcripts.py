"""Transcripts of remote sessions, through pypsrp and pywinrm."""

from __future__ import annotations

import pytest
from conftest import PASSWORD, USER

from emulator import HyperVHost

pypsrp = pytest.importorskip("pypsrp.powershell", reason="pypsrp is not installed")
wsman = pytest.importorskip("pypsrp.wsman", reason="pypsrp is not installed")
winrm = pytest.importorskip("winrm", reason="pywinrm is not installed")


def pool_of(host: HyperVHost, configuration: str = "Microsoft.PowerShell"):
    client = wsman.WSMan("127.0.0.1", port=host.http_port, ssl=False, username=USER, password=PASSWORD)
    return pypsrp.RunspacePool(client, configuration_name=configuration)


def run(pool, script: str):
    shell = pypsrp.PowerShell(pool)
    shell.add_script(script)
    return [str(one) for one in shell.invoke()], [str(one) for one in shell.streams.error]


def transcript(host: HyperVHost, path: str) -> list[str]:
    return host.machine.filesystem.read(path).decode("utf-8-sig").split("\r\n")


def test_a_remote_session_keeps_what_its_client_asks_and_gets(host):
    with pool_of(host) as pool:
        assert run(pool, "(Start-Transcript C:\\t.txt -IncludeInvocationHeader).ToString()")[0] == [
            "Transcript started, output file is C:\\t.txt"
        ]
        assert run(pool, "[pscustomobject]@{Name='a'; Size=1}; Write-Warning careful")[0]
        shell = pypsrp.PowerShell(pool)
        shell.add_cmdlet("Get-Item").add_parameter("Path", "C:\\nothing")
        shell.invoke()
        assert run(pool, "throw 'boom'")[1] == ["boom"]
        # The completion of an interactive client is no command of its user.
        shell = pypsrp.PowerShell(pool)
        shell.add_cmdlet("TabExpansion2").add_parameter("inputScript", "Get-Proc")
        shell.add_parameter("cursorColumn", 8)
        assert len(shell.invoke()) == 1
        assert run(pool, "'last'")[0] == ["last"]
        assert run(pool, "(Stop-Transcript).ToString()")[0] == [
            "Transcript stopped, output file is C:\\t.txt"
        ]
        assert run(pool, "Stop-Transcript")[1] == [
            "An error occurred stopping transcription: The host is not currently transcribing."
        ]
    lines = transcript(host, "C:\\t.txt")
    assert f"Username: {host.machine.name}\\{USER}" in lines
    assert "Configuration Name: Microsoft.PowerShell" in lines
    assert "Host Application: C:\\Windows\\system32\\wsmprovhost.exe -Embedding" in lines
    place = lines.index("PS>[pscustomobject]@{Name='a'; Size=1}; Write-Warning careful")
    assert lines[place - 3] == lines[place - 1] == "*" * 22
    assert lines[place - 2].startswith("Command start time: ")
    assert lines.index("WARNING: careful") > place
    assert lines.index("Name Size") > place
    assert lines.index("---- ----") == lines.index("Name Size") + 1
    place = lines.index('PS>CommandInvocation(Get-Item): "Get-Item"')
    assert lines[place + 1] == '>> ParameterBinding(Get-Item): name="Path"; value="C:\\nothing"'
    assert any(line.startswith("Get-Item : Cannot find path 'C:\\nothing'") for line in lines[place:])
    place = lines.index("PS>throw 'boom'")
    assert lines[place + 1] == '>> TerminatingError(): "boom"'
    assert lines[place + 2] == "boom"
    assert "last" in lines
    assert not any("TabExpansion2" in one or "CompletionMatches" in one for one in lines)
    assert "Windows PowerShell transcript end" in lines


def test_a_configuration_with_a_folder_transcribes_every_session_of_it(host):
    setup = (
        "New-PSSessionConfigurationFile C:\\jea.pssc -SessionType RestrictedRemoteServer "
        "-TranscriptDirectory C:\\Transcripts -RunAsVirtualAccount -VisibleCmdlets Get-Service;"
        "Register-PSSessionConfiguration Jea -Path C:\\jea.pssc -Force"
    )
    with pool_of(host) as pool:
        assert run(pool, setup)[1] == []
    with pool_of(host, "Jea") as pool:
        shell = pypsrp.PowerShell(pool)
        shell.add_cmdlet("Get-Service").add_parameter("Name", "vmms")
        assert len(shell.invoke()) == 1
    (entry,) = host.machine.filesystem.list("C:\\Transcripts")
    lines = transcript(host, entry.path)
    assert f"Username: {host.machine.name}\\{USER}" in lines
    (run_as,) = [one for one in lines if one.startswith("RunAs User: ")]
    assert run_as.startswith("RunAs User: WinRM Virtual Users\\WinRM VA_")
    assert "Configuration Name: Jea" in lines
    assert 'PS>CommandInvocation(Get-Service): "Get-Service"' in lines
    assert any("vmms" in line and line.startswith("Running") for line in lines)
    # The session was closed: its transcript has an end.
    assert lines[-4] == "Windows PowerShell transcript end"


def test_group_policy_transcribes_sessions_whatever_their_scripts_do(host):
    key = "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell\\Transcription"
    with pool_of(host) as pool:
        run(pool, f"$null = New-Item {key} -Force; Set-ItemProperty {key} EnableTranscripting 1")
        run(pool, f"Set-ItemProperty {key} OutputDirectory C:\\PSTranscripts")
    with pool_of(host) as pool:
        assert "not currently transcribing" in run(pool, "Stop-Transcript")[1][0]
        assert run(pool, "'seen'")[0] == ["seen"]
    (day,) = host.machine.filesystem.list("C:\\PSTranscripts")
    assert len(day.name) == 8
    assert day.name.isdigit()
    (entry,) = host.machine.filesystem.list(day.path)
    lines = transcript(host, entry.path)
    assert lines[lines.index("PS>'seen'") + 1] == "seen"
    assert lines[-4] == "Windows PowerShell transcript end"


def test_powershell_exe_writes_what_its_console_shows(host):
    session = winrm.Session(
        f"http://127.0.0.1:{host.http_port}/wsman", auth=(USER, PASSWORD), transport="ntlm"
    )
    answer = session.run_cmd(
        "powershell", ["-Command", '"Start-Transcript C:\\c.txt; Get-Service vmms; Write-Host done"']
    )
    assert answer.status_code == 0
    lines = transcript(host, "C:\\c.txt")
    assert "Transcript started, output file is C:\\c.txt" in lines
    assert any(line.startswith("Running") and "vmms" in line for line in lines)
    assert "done" in lines
    assert lines[-4] == "Windows PowerShell transcript end"
    assert any(
        line.startswith("Host Application: powershell.exe -Command Start-Transcript") for line in lines
    )
