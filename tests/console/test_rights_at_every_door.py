"""Somebody without rights is refused by each program and cmdlet as Windows refuses it, and changes nothing."""

from __future__ import annotations

import pytest

from emulator.console import start
from emulator.console.process import Environment, InputStream, OutputStream, Process
from emulator.host import Host
from emulator.host.security.authorization import Operation
from emulator.profile import load

OLD, NEW = "windows-server-2012-datacenter", "windows-server-2022-datacenter"


class Machine:
    def __init__(self, profile: str) -> None:
        self.host = Host(load(profile), clock_mode="fast")
        self.host.accounts.create("limited", "secret", groups=("Users",))
        self.vm = self.host.virtual_machines.create("target")

    def run(self, line: str, user: str = "limited") -> tuple[int, str]:
        stdin, stdout, stderr = InputStream(), OutputStream("stdout"), OutputStream("stderr")
        stdin.feed(b"", end=True)
        account = self.host.accounts.find(user)
        code = start(Process(self.host, account, line, stdin, stdout, stderr, environment=Environment()))
        return code, " ".join("".join(one.take(1 << 20).decode("cp437") for one in (stdout, stderr)).split())

    def script(self, text: str) -> str:
        return self.run(f'powershell -NonInteractive -Command "{text}"')[1]

    def state(self) -> tuple:
        host = self.host
        machines = [(vm.name, vm.state, vm.notes, len(vm.drives)) for vm in host.virtual_machines]
        return machines, host.power.state, host.role.state, len(host.virtual_switches), len(host.jobs)


@pytest.mark.parametrize("profile", [OLD, NEW])
@pytest.mark.parametrize(
    "script",
    [
        "Start-VM target",
        "Remove-VM target -Force",
        "New-VM -Name mine -MemoryStartupBytes 512MB",
        "Set-VM target -Notes mine",
        "Checkpoint-VM target",
        "New-VMSwitch -Name mine -SwitchType Private",
        "Add-VMDvdDrive target",
        "Set-VMHost -MaximumStorageMigrations 3",
        "Get-VM",
    ],
)
def test_a_user_without_rights_is_refused_by_the_hyper_v_module(profile, script):
    machine = Machine(profile)
    before = machine.state()
    text = machine.script(script)
    assert "You do not have the required permission to complete this task" in text
    assert machine.state() == before


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("shutdown /r /t 0", 5),
        ("dism /online /disable-feature /featurename:Microsoft-Hyper-V /norestart", 740),
        ("powershell -Command Restart-Computer -Force", 1),
        ("powershell -Command Stop-Computer", 1),
        ("powershell -Command Disable-WindowsOptionalFeature -Online -FeatureName Microsoft-Hyper-V", 1),
    ],
)
def test_a_user_without_rights_is_refused_by_programs(line, code):
    machine = Machine(NEW)
    before = machine.state()
    assert machine.run(line)[0] == code
    assert machine.state() == before


def test_uninstalling_the_role_needs_an_administrator():
    machine = Machine(NEW)
    text = machine.script("Uninstall-WindowsFeature Hyper-V")
    assert "You do not have adequate user rights" in text
    assert machine.host.role.pending is None


@pytest.mark.parametrize(
    ("operations", "allowed", "refused"),
    [
        ((335,), "Get-VM", "Start-VM target"),
        ((335, 315), "Start-VM target", "Stop-VM target -TurnOff"),
        ((335, 330), "Set-VM target -Notes mine", "Remove-VM target -Force"),
        ((335, 300, 330), "New-VM -Name mine -MemoryStartupBytes 512MB", "Start-VM target"),
    ],
)
def test_a_role_of_the_store_allows_the_cmdlets_of_its_operations(operations, allowed, refused):
    machine = Machine(OLD)
    machine.host.authorization.define_role("Some", map(Operation, operations), ["limited"])
    assert "required permission" not in machine.script(allowed)
    assert "You do not have the required permission" in machine.script(refused)


def test_hyper_v_administrators_do_everything_with_hyper_v_and_nothing_else():
    machine = Machine(NEW)
    machine.host.accounts.create("operator", "secret", groups=("Hyper-V Administrators",))
    _, text = machine.run('powershell -Command "Start-VM target; (Get-VM target).State"', "operator")
    assert "Running" in text
    assert machine.run("shutdown /r /t 0", "operator")[0] == 5


@pytest.mark.parametrize("profile", ["windows-server-2008r2-rsat", "windows-7-rsat"])
def test_a_management_station_has_tools_and_no_virtualization_service(profile):
    host = Host(load(profile), clock_mode="fast")
    assert host.role.management_tools
    assert host.services.get("vmms") is None
    assert not host.hypervisor.running
    assert len(host.virtual_machines) == 0


@pytest.mark.parametrize("script", ["Stop-Process -Name vmms -Force", "(Get-Process vmms).Kill()"])
def test_processes_of_others_are_not_ended(script):
    machine = Machine(NEW)
    assert "Access is denied" in machine.script(script)
    assert machine.host.services.is_running("vmms")


def test_a_method_called_from_powershell_is_refused_like_one_from_afar():
    machine = Machine(NEW)
    machine.host.accounts.create("reader", "secret", groups=("Remote Management Users",))
    script = (
        "(Get-WmiObject Win32_Service | Where-Object Name -eq vmms).StopService().ReturnValue;"
        "Get-CimInstance Win32_Service | Where-Object Name -eq vmms"
        " | Invoke-CimMethod -MethodName StopService | ForEach-Object ReturnValue"
    )
    said = machine.run(f'powershell -NonInteractive -Command "{script}"', "reader")[1]
    assert said.split() == ["2", "2"]
    assert machine.host.services.is_running("vmms")
