"""PowerShell 7 beside Windows PowerShell: the program pwsh and the session configuration PowerShell.7."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from emulator import HyperVHost

PROFILE = """\
name: with-seven
extends: windows-server-2022-datacenter
operating_system: {powershell_7: 7.4.6}
"""


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    path = Path(tmp_path_factory.mktemp("profiles"), "seven.yaml")
    path.write_text(PROFILE, encoding="utf-8")
    with HyperVHost(path, https_port=None) as host:
        yield host


def session(host: HyperVHost) -> WSMan:
    user = host.profile.users[0]
    return WSMan(
        "127.0.0.1", port=host.http_port, username=user.name, password=user.password, ssl=False, auth="ntlm"
    )


def run(host: HyperVHost, configuration: str, script: str) -> list[object]:
    with session(host) as wsman, RunspacePool(wsman, configuration_name=configuration) as pool:
        shell = PowerShell(pool)
        shell.add_script(script)
        output = shell.invoke()
        assert not shell.had_errors, [str(one) for one in shell.streams.error]
        return output


def test_a_session_of_seven_has_its_language_and_the_same_machine(host):
    run(host, "Microsoft.PowerShell", "New-VM -Name seven -MemoryStartupBytes 64MB")
    for configuration in ("PowerShell.7", "PowerShell.7.4.6"):
        script = "$PSVersionTable.PSVersion.ToString(); (Get-VM seven)?.Name ?? 'none'"
        assert run(host, configuration, script) == ["7.4.6", "seven"]
    assert run(host, "Microsoft.PowerShell", "$PSVersionTable.PSVersion.Major") == [5]


def test_pwsh_is_a_program(host):
    import winrm

    user = host.profile.users[0]
    client = winrm.Session(host.http_url, auth=(user.name, user.password), transport="ntlm")
    answer = client.run_cmd("pwsh", ["-NoProfile", "-Command", "$true ? $PSEdition : 1"])
    assert (answer.status_code, answer.std_out) == (0, b"Core\r\n")
    failed = client.run_cmd("pwsh -Command nosuch")
    assert failed.status_code == 1
    assert failed.std_err.startswith(b"nosuch: The term 'nosuch' is not recognized")
    listed = client.run_cmd("where pwsh").std_out
    assert listed == b"C:\\Program Files\\PowerShell\\7\\pwsh.exe\r\n"


def test_a_machine_without_it_has_neither():
    with HyperVHost(https_port=None) as host:
        with pytest.raises(Exception, match=r"PowerShell\.7"):
            run(host, "PowerShell.7", "1")
        import winrm

        user = host.profile.users[0]
        client = winrm.Session(host.http_url, auth=(user.name, user.password), transport="ntlm")
        assert b"is not recognized" in client.run_cmd("pwsh -Command 1").std_err
