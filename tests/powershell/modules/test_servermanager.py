"""Get-, Install- and Uninstall-WindowsFeature on machines of several releases."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest
from host.restarting import finish_restart, restart

from emulator.host import Account, Host, RoleState
from emulator.powershell.format.out import text_of
from emulator.powershell.modules.core import CORE
from emulator.powershell.modules.hyperv import cmdlet_release
from emulator.powershell.modules.servermanager import server_manager_module
from emulator.powershell.modules.utility import UTILITY
from emulator.powershell.runtime import InitialSession, Runspace
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.services import Machine
from emulator.profile import Profile, loads

WITHOUT_ROLE = """
hyper_v: {role: absent, management_tools: false}
inventory: {virtual_switches: [], virtual_disks: [], virtual_machines: []}
"""
NEW = "windows-server-2022-datacenter"
FIRST = "windows-server-2008r2-enterprise"
ERROR_ID = (
    "Alteration_PrerequisiteCheck_Failed,Microsoft.Windows.ServerManager.Commands.AddWindowsFeatureCommand"
)


@lru_cache
def profile(name: str, changes: str) -> Profile:
    return loads(f"name: test\nextends: {name}\n{changes}")


class Shell:
    def __init__(self, name: str = NEW, changes: str = WITHOUT_ROLE, user: str = "Administrator") -> None:
        self.host = Host(profile(name, changes), clock_mode="manual")
        module = server_manager_module(self.host)
        assert module is not None
        release = cmdlet_release(self.host.release) or "2012"
        account = self.host.accounts.find(user)
        services = {Host: self.host, Account: account, Machine: Machine(user_name=user)}
        self.session = InitialSession(modules=(CORE, UTILITY, module), services=services, release=release)
        self.runspace = Runspace(self.session)

    def __call__(self, script: str) -> list[Any]:
        self.last = self.runspace.run(script)
        return self.last.output

    @property
    def errors(self) -> list[Any]:
        failure = self.last.failure
        return [*self.last.errors, *([failure] if failure is not None else [])]

    def texts(self, script: str) -> list[str]:
        found = [to_text(one) for one in self(script)]
        assert not self.errors, [one.message for one in self.errors]
        return found

    def result(self, script: str) -> list[str]:
        """Success, RestartNeeded, ExitCode and the features of the result of a command."""
        self(f"$r = {script}")
        problems = self.errors
        found = self.texts('$r.Success; $r.RestartNeeded; $r.ExitCode; "$($r.FeatureResult)"')
        self.problems = problems
        return found


@pytest.mark.parametrize(
    ("name", "commands"),
    [
        (FIRST, ["Add-WindowsFeature", "Get-WindowsFeature", "Remove-WindowsFeature"]),
        (NEW, ["Get-WindowsFeature", "Install-WindowsFeature", "Uninstall-WindowsFeature"]),
        (
            "windows-server-2022-datacenter-core",
            ["Get-WindowsFeature", "Install-WindowsFeature", "Uninstall-WindowsFeature"],
        ),
        ("windows-server-2008r2-datacenter-core", None),
        ("windows-7-rsat", None),
        ("windows-11-pro", None),
    ],
)
def test_each_server_has_the_cmdlets_of_its_release_and_a_client_none(name, commands):
    module = server_manager_module(Host(profile(name, ""), clock_mode="manual"))
    found = None if module is None else sorted(module.cmdlet_names("2012"))
    assert found == commands


def test_a_fit_machine_installs_role_and_tools_and_waits_for_the_restart():
    shell = Shell()
    found = shell.result("Install-WindowsFeature -Name Hyper-V -IncludeManagementTools")
    assert found == [
        "True",
        "Yes",
        "SuccessRestartRequired",
        "Hyper-V Hyper-V Management Tools Hyper-V GUI Management Tools Hyper-V Module for Windows PowerShell",
    ]
    assert shell.problems == []
    assert shell.texts("(Get-WindowsFeature *Hyper-V*).InstallState") == [
        "InstallPending",
        *["Installed"] * 3,
    ]
    restart(shell.host)
    assert shell.host.hypervisor.running
    assert shell.texts("(Get-WindowsFeature Hyper-V).Installed") == ["True"]
    assert shell.result("Install-WindowsFeature hyper-v") == ["True", "No", "NoChangeNeeded", ""]


def test_the_restart_is_announced_by_a_warning_or_done_at_once():
    shell = Shell()
    shell("Install-WindowsFeature Hyper-V")
    (warning,) = shell.last.streams.warnings
    assert warning.message == "You must restart this server to finish the installation process."
    shell("Install-WindowsFeature Hyper-V -Restart")
    assert shell.last.streams.warnings == []
    finish_restart(shell.host)
    assert shell.host.role.state is RoleState.ENABLED


@pytest.mark.parametrize(
    ("name", "command", "reason"),
    [
        (
            "no-virtualization",
            "Install-WindowsFeature",
            "1. Hyper-V cannot be installed because virtualization support is not enabled in the BIOS.",
        ),
        (
            "no-slat",
            "Add-WindowsFeature",
            "1. Hyper-V cannot be installed: The processor does not support second level address translation (SLAT).",
        ),
        (
            "no-dep",
            "Add-WindowsFeature",
            "1. Hyper-V cannot be installed: Data Execution Prevention is not enabled.",
        ),
    ],
)
def test_an_unfit_machine_is_refused_with_the_reason_and_nothing_changes(name, command, reason):
    shell = Shell(name, "")
    assert shell.result(f"{command} Hyper-V") == ["False", "Maybe", "Failed", ""]
    (error,) = shell.problems
    assert error.message == f"A prerequisite check for the Hyper-V feature failed.\n{reason}"
    assert error.fully_qualified_error_id == ERROR_ID
    assert (shell.host.role.state, shell.host.role.management_tools) == (RoleState.ABSENT, False)


def test_several_reasons_are_numbered():
    changes = (
        WITHOUT_ROLE
        + "hardware: {processor: {virtualization: {supported: false, enabled: false}, slat: false}}"
    )
    shell = Shell(NEW, changes)
    shell("Install-WindowsFeature Hyper-V -IncludeManagementTools")
    lines = shell.errors[0].message.split("\n")
    assert [line[:2] for line in lines[1:]] == [f"{n}." for n in range(1, len(lines))]
    assert len(lines) > 2
    assert not shell.host.role.management_tools


def test_the_tools_alone_need_no_hardware_and_no_restart():
    shell = Shell("no-virtualization", "")
    found = shell.result("Install-WindowsFeature RSAT-Hyper-V-Tools -IncludeAllSubFeature")
    assert found[:3] == ["True", "No", "Success"]
    assert shell.host.role.management_tools


@pytest.mark.parametrize(("name", "feature"), [(NEW, "Nonsense"), ("windows-server-2008r2-web", "Hyper-V")])
def test_a_name_without_feature_is_an_invalid_argument(name, feature):
    shell = Shell(name)
    assert shell.result(f"Add-WindowsFeature {feature}") == ["False", "No", "InvalidArgs", ""]
    (error,) = shell.problems
    assert error.message.endswith(f"name is not valid: '{feature}'. The name was not found.")


def test_the_role_is_removed_after_a_restart_and_may_come_down_the_pipeline():
    shell = Shell(NEW, "")
    found = shell.result("Get-WindowsFeature Hyper-V | Uninstall-WindowsFeature")
    assert found == ["True", "Yes", "SuccessRestartRequired", "Hyper-V"]
    assert shell.texts("(Get-WindowsFeature Hyper-V).InstallState") == ["UninstallPending"]
    shell("Uninstall-WindowsFeature Hyper-V -Restart")
    finish_restart(shell.host)
    assert shell.host.role.state is RoleState.ABSENT
    assert shell.result("Remove-WindowsFeature Hyper-V") == ["True", "No", "NoChangeNeeded", ""]


def test_what_if_changes_nothing():
    shell = Shell()
    assert shell.result("Install-WindowsFeature Hyper-V -WhatIf")[:3] == ["True", "Maybe", "Success"]
    assert shell.host.role.state is RoleState.ABSENT


def test_only_an_administrator_installs():
    shell = Shell(user="user")
    assert shell.result("Install-WindowsFeature Hyper-V")[:3] == ["False", "Maybe", "Failed"]
    assert shell.problems[0].message.startswith("You do not have adequate user rights")
    assert shell.host.role.state is RoleState.ABSENT


def test_another_computer_is_refused_loudly():
    shell = Shell()
    shell("Install-WindowsFeature Hyper-V -ComputerName elsewhere")
    assert "not emulated" in shell.errors[0].message
    assert shell.texts("(Get-WindowsFeature Hyper-V -ComputerName localhost).Name") == ["Hyper-V"]


def shown(shell: Shell, script: str) -> list[str]:
    lines = text_of(shell(script), shell.runspace.engine, 120).split("\r\n")
    return [line.rstrip() for line in lines if line.strip()]


def test_the_list_is_a_table_with_crosses():
    shell = Shell()
    shell("Install-WindowsFeature Hyper-V-PowerShell")
    assert shown(shell, "Get-WindowsFeature *Hyper-V*") == [
        "Display Name                                            Name                       Install State",
        "------------                                            ----                       -------------",
        "[ ] Hyper-V                                             Hyper-V                        Available",
        "        [X] Hyper-V Management Tools                    RSAT-Hyper-V-Tools             Installed",
        "            [ ] Hyper-V GUI Management Tools            Hyper-V-Tools                  Available",
        "            [X] Hyper-V Module for Windows PowerShell   Hyper-V-PowerShell             Installed",
    ]


def test_a_result_is_a_row():
    assert shown(Shell(), "Install-WindowsFeature Hyper-V") == [
        "Success Restart Needed Exit Code      Feature Result",
        "------- -------------- ---------      --------------",
        "True    Yes            SuccessRest... {Hyper-V}",
    ]


def test_the_list_has_the_other_roles_and_features_around_hyper_v():
    shell = Shell()
    names = shell.texts("(Get-WindowsFeature).Name")
    assert names.index("FileAndStorage-Services") < names.index("Hyper-V") < names.index("Web-Server")
    assert names.index("RSAT-Role-Tools") < names.index("RSAT-Hyper-V-Tools") < names.index("RSAT-DHCP")
    script = (
        '$f = Get-WindowsFeature Web-Default-Doc; "$($f.FeatureType)|$($f.Path)|$($f.Parent)|$($f.Depth)"'
    )
    path = "Web Server (IIS)\\Web Server\\Common HTTP Features\\Default Document"
    assert shell.texts(script) == [f"Role Service|{path}|Web-Common-Http|4"]
    assert shell.texts("(Get-WindowsFeature DNS, PowerShellRoot).Installed") == ["False", "True"]


def test_a_role_brings_what_it_needs_and_its_tools():
    shell = Shell()
    assert shell.result("Install-WindowsFeature Web-Server -IncludeManagementTools")[:3] == [
        "True",
        "No",
        "Success",
    ]
    wanted = "Web-Server, Web-WebServer, Web-Static-Content, Web-Windows-Auth, Web-Mgmt-Console"
    assert shell.texts(f"(Get-WindowsFeature {wanted}).Installed") == [*["True"] * 3, "False", "True"]
    assert shell.result("Install-WindowsFeature Web-Server")[2] == "NoChangeNeeded"
    assert shell.result("Uninstall-WindowsFeature Web-Server")[2] == "Success"
    assert shell.texts("@(Get-WindowsFeature Web-* | ? Installed).Count") == ["0"]


def test_a_feature_waits_for_the_restart_and_can_be_taken_back():
    shell = Shell()
    found = shell.result("Install-WindowsFeature Failover-Clustering, Hyper-V-PowerShell")
    assert found[:3] == ["True", "Yes", "SuccessRestartRequired"]
    state = "(Get-WindowsFeature Failover-Clustering).InstallState"
    assert shell.texts(state) == ["InstallPending"]
    assert shell.result("Install-WindowsFeature Failover-Clustering")[2] == "NoChangeNeeded"
    shell("Uninstall-WindowsFeature Failover-Clustering")
    assert shell.texts(state) == ["Available"]
    shell("Install-WindowsFeature Failover-Clustering")
    restart(shell.host)
    assert shell.texts(state) == ["Installed"]
    assert shell.result("Uninstall-WindowsFeature Failover-Clustering")[2] == "SuccessRestartRequired"
    assert shell.texts(state) == ["UninstallPending"]
    restart(shell.host)
    assert shell.texts(state) == ["Available"]


def test_files_that_are_not_there_come_from_a_source():
    shell = Shell()
    assert shell.texts("(Get-WindowsFeature NET-Framework-Core).InstallState") == ["Removed"]
    assert shell.result("Install-WindowsFeature NET-Framework-Core")[0] == "False"
    assert shell.problems[0].fully_qualified_error_id.startswith("DISMAPI_Error__Failed_To_Enable_Updates,")
    assert shell.result("Install-WindowsFeature NET-Framework-Core -Source C:\\Windows\\WinSxS")[0] == "True"


def test_an_older_release_lists_its_own_features_only():
    assert "Web-Server" not in Shell(FIRST).texts("(Get-WindowsFeature).Name")
