"""The programs that install the Hyper-V role, restart the machine and tell what it is."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import pytest
from host.restarting import finish_restart, restart

from emulator.console import start
from emulator.console.entry import _context
from emulator.console.process import Environment, InputStream, OutputStream, Process
from emulator.console.programs import find_program
from emulator.host import Host, PendingChange, RoleState
from emulator.host.windows.power import PowerState
from emulator.profile import loads

WITHOUT_ROLE = """
hyper_v: {role: absent, management_tools: false}
inventory: {virtual_switches: [], virtual_disks: [], virtual_machines: []}
"""
CORE_2008R2 = "windows-server-2008r2-datacenter-core"
FULL_2008R2 = "windows-server-2008r2-enterprise"
REASONS = {
    "no-virtualization": "virtualization support is not enabled in the BIOS.",
    "no-slat": "does not support second level address translation (SLAT).",
    "no-dep": "Data Execution Prevention is not enabled.",
}


class Answer(NamedTuple):
    code: int
    out: str
    err: str


class Machine:
    def __init__(self, profile: str, changes: str = "") -> None:
        text = f"name: test\nextends: {profile}\n{changes}"
        self.host = Host(loads(text), clock_mode="manual")

    def process(self, line: str, user: str = "Administrator") -> Process:
        account = self.host.accounts.find(user)
        assert account is not None
        stdin, stdout, stderr = InputStream(), OutputStream("stdout"), OutputStream("stderr")
        stdin.feed(b"", end=True)
        return Process(self.host, account, line, stdin, stdout, stderr, environment=Environment())

    def __call__(self, line: str, user: str = "Administrator") -> Answer:
        process = self.process(line, user)
        code = start(process)
        return Answer(code, *(one.take(1 << 20).decode("cp437") for one in (process.stdout, process.stderr)))

    def has(self, program: str) -> bool:
        return find_program(_context(self.process("")), program) is not None


@pytest.fixture
def machine() -> Callable[..., Machine]:
    return Machine


@pytest.mark.parametrize(
    ("profile", "programs"),
    [
        (CORE_2008R2, {"ocsetup"}),
        (FULL_2008R2, {"ocsetup", "servermanagercmd"}),
        ("windows-7-rsat", {"ocsetup"}),
        ("windows-server-2012-datacenter", set()),
        ("windows-server-2025-datacenter", set()),
        ("windows-11-pro", set()),
    ],
)
def test_each_windows_has_the_installers_that_came_with_it(machine, profile, programs):
    here = machine(profile)
    assert {name for name in ("ocsetup", "servermanagercmd") if here.has(name)} == programs
    assert all(here.has(name) for name in ("dism", "systeminfo", "shutdown"))


def test_a_program_that_this_windows_lacks_is_not_recognized(machine):
    answer = machine("windows-server-2022-datacenter")("ocsetup Microsoft-Hyper-V")
    assert answer.code != 0
    assert "is not recognized as an internal or external command" in answer.err


def test_ocsetup_installs_the_role_and_a_restart_brings_it_up(machine):
    here = machine(CORE_2008R2, WITHOUT_ROLE)
    assert here("start /w ocsetup Microsoft-Hyper-V") == (3010, "", "")
    assert here.host.role.state is RoleState.PENDING_REBOOT
    assert here("shutdown /r /t 0") == (0, "", "")
    finish_restart(here.host)
    assert (here.host.role.state, here.host.hypervisor.running) == (RoleState.ENABLED, True)
    assert here("start /w ocsetup Microsoft-Hyper-V /uninstall").code == 3010
    assert here.host.role.pending is PendingChange.DISABLE


@pytest.mark.parametrize("name", ["microsoft-hyper-v", "Hyper-V", "Nonsense"])
def test_ocsetup_refuses_a_name_that_is_not_exact_and_changes_nothing(machine, name):
    here = machine(CORE_2008R2, WITHOUT_ROLE)
    assert here(f"ocsetup {name}").code not in (0, 3010)
    assert here.host.role.state is RoleState.ABSENT


@pytest.mark.parametrize("profile", ["no-dep", "no-virtualization", "no-slat"])
def test_dism_asks_nothing_of_the_hardware_and_the_hypervisor_then_says_why_it_does_not_run(machine, profile):
    here = machine(profile)
    answer = here("dism /online /enable-feature /featurename:Microsoft-Hyper-V /norestart")
    assert answer.code == 3010
    assert here.host.role.state is RoleState.PENDING_REBOOT
    here("shutdown -r -t 0")
    finish_restart(here.host)
    assert here.host.role.state is RoleState.ENABLED
    assert not here.host.hypervisor.running
    assert here.host.hypervisor.reason.startswith("Hypervisor launch failed")


def test_dism_writes_its_header_its_progress_and_the_restart_text(machine):
    here = machine("windows-server-2022-datacenter", WITHOUT_ROLE)
    answer = here("Dism.exe /Online /Enable-Feature /FeatureName:microsoft-hyper-v /All")
    lines = answer.out.split("\r\n")
    assert lines[:2] == ["", "Deployment Image Servicing and Management tool"]
    assert lines[2].startswith("Version: 10.0.20348.")
    assert lines[4].startswith("Image Version: 10.0.20348.")
    assert lines[6] == "Enabling feature(s)"
    assert lines[8:10] == [
        "The operation completed successfully.",
        "Restart Windows to complete this operation.",
    ]
    assert (answer.code, answer.err) == (3010, "")


def test_dism_restarts_by_itself_when_it_is_quiet_unless_told_not_to(machine):
    here = machine("windows-server-2022-datacenter", WITHOUT_ROLE)
    line = "dism /online /enable-feature /featurename:Microsoft-Hyper-V /quiet"
    assert here(f"{line} /norestart") == (3010, "", "")
    assert here.host.role.state is RoleState.PENDING_REBOOT
    assert here(line) == (3010, "", "")
    finish_restart(here.host)
    assert here.host.role.state is RoleState.ENABLED
    assert here(line).code == 0


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        ("windows-server-2022-datacenter", "Nonsense"),
        (FULL_2008R2, "microsoft-hyper-v"),
        ("windows-server-2008r2-web", "Microsoft-Hyper-V"),
        ("windows-7-rsat", "Microsoft-Hyper-V"),
    ],
)
def test_dism_does_not_know_a_feature_of_another_windows(machine, profile, name):
    here = machine(profile)
    before = here.host.role.state
    answer = here(f"dism /online /enable-feature /featurename:{name}")
    assert answer.code == 0x800F080C - (1 << 32)
    assert f"Error: 0x800f080c\r\n\r\nFeature name {name} is unknown.\r\n" in answer.out
    assert here.host.role.state is before


@pytest.mark.parametrize(
    "line",
    [
        "dism /online /enable-feature",
        "dism /online /cleanup-image",
        "dism /image:D:\\ /get-features",
        "dism nonsense",
    ],
)
def test_dism_refuses_what_it_does_not_have(machine, line):
    answer = machine("windows-server-2022-datacenter")(line)
    assert answer.code in (50, 87)
    assert f"Error: {answer.code}" in answer.out


def test_the_first_dism_knows_no_all(machine):
    here = machine(CORE_2008R2, WITHOUT_ROLE)
    answer = here("dism /online /enable-feature /featurename:Microsoft-Hyper-V /all")
    assert answer.code == 87
    assert here.host.role.state is RoleState.ABSENT


def test_dism_shows_the_state_of_a_feature_as_it_changes(machine):
    here = machine("windows-server-2019-datacenter", WITHOUT_ROLE)
    name = "/featurename:Microsoft-Hyper-V"
    states = []
    for step in ("enable", "reboot", "disable", "reboot"):
        if step == "reboot":
            restart(here.host)
        else:
            here(f"dism /online /{step}-feature {name} /norestart")
        shown = here(f"dism /online /get-featureinfo {name}").out
        states.append(next(line for line in shown.split("\r\n") if line.startswith("State : ")))
    assert states == [
        "State : Enable Pending",
        "State : Enabled",
        "State : Disable Pending",
        "State : Disabled",
    ]


def test_dism_lists_features_as_a_list_and_as_a_table(machine):
    here = machine("windows-server-2022-datacenter")
    assert "Feature Name : Microsoft-Hyper-V\r\nState : Enabled\r\n" in here("dism /online /get-features").out
    table = here("dism /online /get-features /format:table").out.split("\r\n")
    assert any(row.split() == ["Microsoft-Hyper-V", "|", "Enabled"] for row in table)


def test_dism_installs_the_tools_without_restart(machine):
    here = machine("windows-server-2022-datacenter", WITHOUT_ROLE)
    line = "dism /online /enable-feature /featurename:Microsoft-Hyper-V-Management-PowerShell"
    assert here(line).code == 50
    assert not here.host.role.management_tools
    assert here(f"{line} /all").code == 0
    assert here.host.role.has_powershell_module
    assert not here.host.role.has_graphical_tools
    assert here.host.role.state is RoleState.ABSENT


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("dism /online /enable-feature /featurename:Microsoft-Hyper-V", 740),
        ("shutdown /r /t 0", 5),
        ("servermanagercmd -install Hyper-V", 5),
        ("ocsetup Microsoft-Hyper-V", 5),
    ],
)
def test_only_an_administrator_may_change_the_machine(machine, line, code):
    here = machine(FULL_2008R2, WITHOUT_ROLE)
    boot = here.host.operating_system.revision
    assert here(line, user="user").code == code
    assert (here.host.role.state, here.host.operating_system.revision) == (RoleState.ABSENT, boot)


def test_servermanagercmd_installs_on_a_fit_machine_and_restarts_when_told(machine):
    here = machine(FULL_2008R2, WITHOUT_ROLE)
    assert "[ ] Hyper-V  [Hyper-V]\r\n" in here("servermanagercmd -query").out
    answer = here("servermanagercmd -install Hyper-V")
    assert answer.code == 3010
    assert "[Installation] Succeeded: [Hyper-V]." in answer.out
    assert here.host.role.state is RoleState.PENDING_REBOOT
    assert here("servermanagercmd -install hyper-v -restart").code == 3010
    finish_restart(here.host)
    assert here.host.role.state is RoleState.ENABLED
    assert here("servermanagercmd -install Hyper-V").code == 1003
    assert "[X] Hyper-V  [Hyper-V]\r\n" in here("servermanagercmd -query").out


def test_servermanagercmd_refuses_an_unfit_machine_with_the_reason(machine):
    here = machine("no-dep")
    answer = here("servermanagercmd -install Hyper-V")
    assert answer.code == 1000
    assert "A prerequisite check for the Hyper-V feature failed.\r\n1. " in answer.err
    assert REASONS["no-dep"] in answer.err
    assert here.host.role.state is RoleState.ABSENT


def test_servermanagercmd_knows_no_hyper_v_in_an_edition_without_it(machine):
    answer = machine("windows-server-2008r2-web")("servermanagercmd -install Hyper-V")
    assert answer.code == 1001
    assert "name is not valid: 'Hyper-V'. The name was not found." in answer.err


def rows(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.split("\r\n"):
        label, value = line[:27].rstrip(), line[27:]
        if label:
            values = found[label.removesuffix(":")] = []
        if line:
            values.append(value)
    return found


def test_systeminfo_tells_host_windows_and_hardware(machine):
    here = machine(FULL_2008R2)
    found = rows(here("systeminfo").out)
    assert found["Host Name"] == ["HV2008R2"]
    assert found["OS Name"] == ["Microsoft Windows Server 2008 R2 Enterprise "]
    assert found["OS Version"] == ["6.1.7601 Service Pack 1 Build 7601"]
    assert found["OS Configuration"] == ["Standalone Server"]
    assert found["Original Install Date"] == ["5/10/2011, 11:20:03 AM"]
    assert found["Processor(s)"] == [
        "2 Processor(s) Installed.",
        *(f"[0{n}]: Intel64 Family 6 Model 44 Stepping 2 GenuineIntel ~2926 Mhz" for n in (1, 2)),
    ]
    assert found["Total Physical Memory"] == ["49,152 MB"]
    assert found["Network Card(s)"][0] == "2 NIC(s) Installed."
    assert "Hyper-V Requirements" not in found


def test_systeminfo_hides_the_requirements_while_a_hypervisor_runs(machine):
    found = rows(machine("windows-server-2012-datacenter")("systeminfo").out)
    assert found["Hyper-V Requirements"] == [
        "A hypervisor has been detected. Features required for Hyper-V will not be displayed."
    ]


@pytest.mark.parametrize(
    ("profile", "answers"),
    [
        ("windows-server-2012-datacenter", ["Yes", "Yes", "Yes", "Yes"]),
        ("no-virtualization", ["Yes", "No", "Yes", "Yes"]),
        ("no-slat", ["Yes", "Yes", "No", "Yes"]),
    ],
)
def test_systeminfo_names_what_hyper_v_needs(machine, profile, answers):
    found = rows(machine(profile, WITHOUT_ROLE)("systeminfo").out)
    names = (
        "VM Monitor Mode Extensions",
        "Virtualization Enabled In Firmware",
        "Second Level Address Translation",
        "Data Execution Prevention Available",
    )
    assert found["Hyper-V Requirements"] == [
        f"{name}: {answer}" for name, answer in zip(names, answers, strict=True)
    ]


def test_systeminfo_writes_csv(machine):
    (found,) = csv.DictReader(machine("windows-11-pro")("systeminfo /fo csv").out.splitlines())
    assert (found["Host Name"], found["OS Configuration"]) == ("WIN11", "Standalone Workstation")


def test_a_delayed_restart_happens_on_the_clock_and_can_be_called_off(machine):
    here = machine("windows-server-2022-datacenter", WITHOUT_ROLE)
    here.host.role.enable()
    assert here("shutdown /a") == (
        1116,
        "",
        "Unable to abort the system shutdown because no shutdown was in progress.(1116)\r\n",
    )
    assert here("shutdown /r /t 60 /f /c planned").code == 0
    assert here("shutdown /r").code == 1190
    assert here("shutdown /a").code == 0
    here.host.clock.advance(timedelta(seconds=120))
    assert here.host.role.state is RoleState.PENDING_REBOOT
    assert here("shutdown /r").code == 0
    here.host.clock.advance(timedelta(seconds=29))
    assert here.host.role.state is RoleState.PENDING_REBOOT
    assert here.host.power.is_on
    here.host.clock.advance(timedelta(seconds=2))
    assert here("shutdown /r").code == 1115
    finish_restart(here.host)
    assert here.host.role.state is RoleState.ENABLED
    assert here("shutdown /a").code == 1116
    here("shutdown /r")
    here.host.reset()
    assert here("shutdown /a").code == 1116


@pytest.mark.parametrize("line", ["shutdown /s /t 0", "shutdown /p /f"])
def test_a_machine_that_was_switched_off_stays_away_until_somebody_switches_it_on(machine, line):
    here = machine("windows-server-2022-datacenter")
    assert here(line).code == 0
    here.host.clock.advance(timedelta(days=1))
    assert here.host.power.state is PowerState.OFF
    here.host.power.switch_on()
    finish_restart(here.host)
    assert here.host.services.is_running("vmms")


def test_hibernating_the_machine_is_refused_as_a_gap(machine):
    here = machine("windows-server-2022-datacenter")
    answer = here("shutdown /h")
    assert answer.code == 50
    assert "not emulated" in answer.err
    assert here.host.gaps.counts("program") == {"shutdown /h": 1}


@pytest.mark.parametrize(
    "line", ["shutdown", "shutdown /r /t soon", "shutdown /r /t -1", "shutdown /nonsense"]
)
def test_a_bad_shutdown_command_changes_nothing(machine, line):
    here = machine("windows-server-2022-datacenter")
    before = here.host.operating_system.revision
    assert here(line).code == 87
    assert here.host.operating_system.revision == before
