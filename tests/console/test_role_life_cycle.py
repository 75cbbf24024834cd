"""The Hyper-V role through every way of installing and removing it, on every shipped profile.

The table of ways is that of Microsoft's documentation ("Install the Hyper-V role", per release); which profile
is fit for which is stated here and not asked from the code.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest
from host.restarting import finish_restart, restart

from emulator.cim.errors import InvalidNamespace
from emulator.cim.instance import ValueInstance
from emulator.console import start
from emulator.console.process import Environment, InputStream, OutputStream, Process
from emulator.host import Host, PendingChange, RoleState
from emulator.profile import load, loads
from emulator.wmi import WmiService

WITHOUT_ROLE = """
hyper_v: {role: absent, management_tools: false}
inventory: {virtual_switches: [], virtual_disks: [], virtual_machines: []}
"""
SERVER_MANAGER = "root/microsoft/windows/servermanager"


class Outcome(NamedTuple):
    """Whether a way says that it succeeded, and all that it wrote."""

    done: bool
    text: str


class Machine:
    def __init__(self, profile: str) -> None:
        self.host = Host(loads(f"name: test\nextends: {profile}\n{WITHOUT_ROLE}"), clock_mode="manual")

    def run(self, line: str) -> tuple[int, str]:
        account = self.host.accounts.find("Administrator")
        assert account is not None
        stdin, stdout, stderr = InputStream(), OutputStream("stdout"), OutputStream("stderr")
        stdin.feed(b"", end=True)
        code = start(Process(self.host, account, line, stdin, stdout, stderr, environment=Environment()))
        written = "".join(one.take(1 << 20).decode("cp437") for one in (stdout, stderr))
        return code, " ".join(written.split())


def program(install: str, remove: str, good: tuple[int, ...]) -> Callable[[Machine, bool], Outcome]:
    def way(machine: Machine, installs: bool) -> Outcome:
        code, text = machine.run(install if installs else remove)
        return Outcome(code in good, text)

    return way


def powershell(install: str, remove: str, test: str) -> Callable[[Machine, bool], Outcome]:
    def way(machine: Machine, installs: bool) -> Outcome:
        command = install if installs else remove
        script = f"$r = {command}; if ({test}) {{ 'way', 'succeeded' -join '-' }}"
        _, text = machine.run(f'powershell -NonInteractive -Command "{script}"')
        return Outcome("way-succeeded" in text, text)

    return way


def server_manager_wmi(machine: Machine, installs: bool) -> Outcome:
    try:
        space = WmiService(machine.host).namespace(SERVER_MANAGER)
    except InvalidNamespace as missing:
        return Outcome(False, str(missing))
    tasks = space.schema.find("MSFT_ServerManagerDeploymentTasks")
    guid = ValueInstance(
        space.schema.find("MSFT_ServerManagerRequestGuid"), {"HighHalf": 1, "LowHalf": 2}, space.name, "x"
    )
    component = ValueInstance(space.schema.find("ServerComponent_HyperV"), {}, space.name, "x")
    verb = "Add" if installs else "Remove"
    state = space.invoke(
        tasks, f"{verb}ServerComponentAsync", {"RequestGuid": guid, "ServerComponentDescriptors": [component]}
    ).out["AlterationState"]
    error = state.value("Error")
    return Outcome(error is None, "" if error is None else error.value("ErrorMessage"))


def dism(machine: Machine, installs: bool) -> Outcome:
    """On clients the role lies in a feature that must be enabled too."""
    everything = " /all" if machine.host.release.is_client else ""
    line = "dism /online /{}-feature /featurename:Microsoft-Hyper-V /norestart"
    return program(line.format("enable") + everything, line.format("disable"), (3010,))(machine, installs)


def optional_feature(machine: Machine, installs: bool) -> Outcome:
    everything = " -All" if machine.host.release.is_client else ""
    line = "{}-WindowsOptionalFeature -Online -FeatureName Microsoft-Hyper-V -NoRestart"
    way = powershell(line.format("Enable") + everything, line.format("Disable"), "$r.RestartNeeded")
    return way(machine, installs)


WAYS: dict[str, Callable[[Machine, bool], Outcome]] = {
    "ocsetup": program(
        "start /w ocsetup Microsoft-Hyper-V", "start /w ocsetup Microsoft-Hyper-V /uninstall", (3010,)
    ),
    "servermanagercmd": program(
        "servermanagercmd -install Hyper-V", "servermanagercmd -remove Hyper-V", (3010,)
    ),
    "dism": dism,
    "Add-WindowsFeature": powershell(
        "Add-WindowsFeature Hyper-V", "Remove-WindowsFeature Hyper-V", "$r.Success"
    ),
    "Install-WindowsFeature": powershell(
        "Install-WindowsFeature Hyper-V", "Uninstall-WindowsFeature Hyper-V", "$r.Success"
    ),
    "Enable-WindowsOptionalFeature": optional_feature,
    "Server Manager's WMI": server_manager_wmi,
}
CHECKED = {"servermanagercmd", "Add-WindowsFeature", "Install-WindowsFeature", "Server Manager's WMI"}
"""The ways that look at the hardware first."""

FIRST_CORE = {"ocsetup", "dism"}
FIRST_FULL = FIRST_CORE | {"servermanagercmd", "Add-WindowsFeature"}
SERVER = {
    "dism",
    "Add-WindowsFeature",
    "Install-WindowsFeature",
    "Enable-WindowsOptionalFeature",
    "Server Manager's WMI",
}
CLIENT = {"dism", "Enable-WindowsOptionalFeature"}


class Case(NamedTuple):
    """The ways that the machine has, what its hardware lacks (Server Manager's word), and whether Windows
    has the role."""

    ways: set[str]
    lacks: str = ""
    has_role: bool = True


PROFILES = {
    "windows-server-2008r2-datacenter-core": Case(FIRST_CORE),
    "windows-server-2008r2-enterprise": Case(FIRST_FULL),
    "windows-server-2008r2-rsat": Case(FIRST_FULL),
    "windows-server-2008r2-web": Case(FIRST_FULL, has_role=False),
    "windows-7-rsat": Case({"ocsetup", "dism"}, has_role=False),
    "windows-server-2012-datacenter": Case(SERVER),
    "windows-server-2012r2-datacenter": Case(SERVER),
    "windows-server-2016-datacenter": Case(SERVER),
    "windows-server-2019-datacenter": Case(SERVER),
    "windows-server-2022-datacenter": Case(SERVER),
    "windows-server-2022-datacenter-core": Case(SERVER),
    "windows-server-2022-standard-amd": Case(SERVER),
    "windows-server-2025-datacenter": Case(SERVER),
    "windows-11-pro": Case(CLIENT),
    "no-dep": Case(FIRST_FULL, "Data Execution Prevention is not enabled."),
    "no-slat": Case(SERVER, "second level address translation (SLAT)"),
    "no-virtualization": Case(SERVER, "not enabled in the BIOS"),
    "x86-processor": Case({"ocsetup", "dism"}, has_role=False),
}


def every() -> list[tuple[str, str]]:
    return [(profile, way) for profile in PROFILES for way in WAYS]


@pytest.mark.parametrize(("profile", "way"), every())
def test_the_role_comes_through_each_way_that_a_machine_has_and_through_no_other(profile, way):
    machine, case = Machine(profile), PROFILES[profile]
    host = machine.host
    outcome = WAYS[way](machine, True)
    if way not in case.ways or not case.has_role:
        assert (outcome.done, host.role.state) == (False, RoleState.ABSENT), outcome.text
        return
    if case.lacks and way in CHECKED:
        assert (outcome.done, host.role.state) == (False, RoleState.ABSENT)
        assert "A prerequisite check for the Hyper-V feature failed." in outcome.text
        assert case.lacks in outcome.text
        return
    assert outcome.done, outcome.text
    assert (host.role.state, host.role.active) == (RoleState.PENDING_REBOOT, False)
    assert not host.hypervisor.running
    restart(host)
    assert (host.role.state, host.services.is_running("vmms")) == (RoleState.ENABLED, True)
    assert host.hypervisor.running is not bool(case.lacks)
    assert (host.hypervisor.reason is None) is host.hypervisor.running
    vm = host.virtual_machines.create("kept")
    assert WAYS[way](machine, False).done
    assert (host.role.active, host.role.pending) == (True, PendingChange.DISABLE)
    restart(host)
    assert (host.role.state, host.hypervisor.running) == (RoleState.ABSENT, False)
    assert host.services.get("vmms") is None
    assert host.virtual_machines.get(vm.id) is vm


@pytest.mark.parametrize(("profile", "way"), [pair for pair in every() if pair[0] == "windows-11-pro"])
def test_a_way_that_was_taken_back_before_the_restart_changes_nothing(profile, way):
    machine = Machine(profile)
    if way not in PROFILES[profile].ways:
        return
    assert WAYS[way](machine, True).done
    WAYS[way](machine, False)
    restart(machine.host)
    assert machine.host.role.state is RoleState.ABSENT


def test_hyper_v_server_has_the_role_from_the_start():
    host = Host(load("hyperv-server-2008r2"), clock_mode="manual")
    assert (host.role.state, host.hypervisor.running) == (RoleState.ENABLED, True)


def test_enabling_a_feature_asks_for_the_restart_and_takes_an_answer():
    machine = Machine("windows-11-pro")
    line = "Enable-WindowsOptionalFeature -Online -FeatureName Microsoft-Hyper-V -All"
    code, text = machine.run(f'powershell -NonInteractive -Command "{line}"')
    assert code == 1
    assert "NonInteractive" in text
    assert machine.host.power.is_on
    assert machine.host.role.pending is PendingChange.ENABLE
    _, text = machine.run('powershell "(Get-WindowsOptionalFeature -Online -FeatureName *Hyper-V).State"')
    assert "EnablePending" in text


def test_restart_computer_completes_an_installation():
    machine = Machine("windows-server-2022-datacenter")
    _, text = machine.run('powershell "Install-WindowsFeature Hyper-V | Out-Null; Restart-Computer -Force"')
    assert machine.host.role.pending is PendingChange.ENABLE, text
    finish_restart(machine.host)
    assert machine.host.hypervisor.running


def test_servermanagercmd_does_not_load_powershell():
    script = (
        "import sys, emulator.console.programs.servermanagercmd\n"
        "print([name for name in sys.modules if name.startswith('emulator.powershell')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
