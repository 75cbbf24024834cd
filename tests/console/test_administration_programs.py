"""tasklist, taskkill, ipconfig, getmac, whoami, bcdedit and netsh over the machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from emulator.host.security.domain import Domain, DomainAccount
from emulator.profile import DomainUser, load

Run = Callable[..., Any]


def test_tasklist_shows_the_processes_in_columns(run: Run, machine: Any) -> None:
    lines = run("tasklist").out.splitlines()
    assert lines[1] == "Image Name                     PID Session Name        Session#    Mem Usage"
    assert lines[2] == "========================= ======== ================ =========== ============"
    assert "lsass.exe                      564 Services                   0     15,360 K" in lines
    assert run('tasklist /fo csv /nh /fi "pid eq 4"').out == '"System","4","Services","0","1,024 K"\r\n'
    assert run('tasklist /fi "imagename eq no.exe"').out.startswith("INFO: No tasks are running")
    service = machine.host.services["WinRM"]
    assert run(f'tasklist /svc /fi "pid eq {service.process_id}" /fo csv /nh').out.endswith(',"WinRM"\r\n')
    assert run('tasklist /fi "nonsense"').code == 1


def test_taskkill_ends_what_may_be_ended(run: Run, machine: Any) -> None:
    spooler = machine.host.services["Spooler"]
    number = spooler.process_id
    ended = run("taskkill /im spoolsv.exe /f")
    assert ended.out == f'SUCCESS: The process "spoolsv.exe" with PID {number} has been terminated.\r\n'
    assert spooler.process_id == 0
    assert run("taskkill /pid 4 /f").err.splitlines() == [
        "ERROR: The process with PID 4 could not be terminated.",
        "Reason: Access is denied.",
    ]
    assert (run("taskkill /im no.exe /f").code, run("taskkill").code) == (128, 1)


def test_ipconfig_shows_what_was_set(run: Run, machine: Any) -> None:
    before = run("ipconfig /all").out
    assert "   IPv4 Address. . . . . . . . . . . : 192.0.2.10(Preferred) \r\n" in before
    assert "   Host Name . . . . . . . . . . . . : " + machine.host.name in before
    changed = run('netsh interface ip set address name="Ethernet" static 10.1.2.3 255.255.0.0 10.1.0.1')
    assert changed.code == 0
    run('netsh interface ip set dns "Ethernet" static 10.1.0.53')
    after = run("ipconfig /all").out
    assert "   IPv4 Address. . . . . . . . . . . : 10.1.2.3(Preferred) \r\n" in after
    assert "   Default Gateway . . . . . . . . . : 10.1.0.1\r\n" in after
    assert "   DNS Servers . . . . . . . . . . . : 10.1.0.53\r\n" in after
    shown = run('netsh interface ipv4 show config name="Ethernet"').out
    assert "    Subnet Prefix:                        10.1.0.0/16 (mask 255.255.0.0)" in shown


def test_getmac_lists_addresses(run: Run) -> None:
    assert run("getmac /nh /fo csv").out.startswith('"B4-83-51-0A-10-01","\\Device\\Tcpip_{')


def test_whoami_shows_groups_and_privileges_of_the_token(run: Run, machine: Any) -> None:
    user = machine.host.accounts.create("maria", "Pa55w.rd!", groups=("Users",))
    everything = run("whoami /all").out
    assert "BUILTIN\\Administrators " in everything
    assert "SeDebugPrivilege" in everything
    theirs = run("whoami /priv /fo csv /nh", account=user).out.splitlines()
    assert [line.split(",")[0] for line in theirs] == [
        '"SeChangeNotifyPrivilege"',
        '"SeIncreaseWorkingSetPrivilege"',
    ]
    assert "Medium Mandatory Level" in run("whoami /groups", account=user).out


def test_bcdedit_keeps_the_hypervisor_from_starting(run: Run, machine: Any) -> None:
    assert "hypervisorlaunchtype    Auto" in run("bcdedit /enum").out
    done = run("bcdedit /set hypervisorlaunchtype off")
    assert (done.code, done.out) == (0, "The operation completed successfully.\r\n")
    assert machine.host.hypervisor.running
    machine.host.hypervisor.boot()
    assert not machine.host.hypervisor.running
    assert run("bcdedit /set hypervisorlaunchtype maybe").code == 1
    user = machine.host.accounts.create("maria", "Pa55w.rd!", groups=("Users",))
    assert run("bcdedit", account=user).code == 1


def test_whoami_tells_a_user_of_the_domain_his_principal_name(run: Run, machine: Any) -> None:
    assert run("whoami /upn").code == 1
    assert run("whoami /upn /user").err.startswith("ERROR: Invalid argument/option - '/upn'.")
    user = DomainUser(name="alice", password="Pa55w.rd!")
    domain = Domain(machine.host, "corp.example")
    alice = DomainAccount(machine.host, domain, user, "S-1-5-21-1-2-3-1103")
    assert run("whoami /upn", account=alice).out == "alice@corp.example\r\n"


def test_netsh_changes_the_rules_that_other_doors_show(run: Run, machine: Any) -> None:
    line = 'netsh advfirewall firewall add rule name="Web" dir=in action=allow protocol=TCP localport=8080'
    assert run(line).out == "Ok.\r\n\r\n"
    (rule,) = [one for one in machine.host.firewall if one.name == "Web"]
    assert (rule.local_ports, rule.enabled) == (("8080",), True)
    run('netsh advfirewall firewall set rule name="Web" new enable=no profile=domain,private')
    (rule,) = [one for one in machine.host.firewall if one.name == "Web"]
    assert (rule.enabled, rule.profiles) == (False, 3)
    run('netsh advfirewall firewall set rule name="Web" new edge=deferuser interfacetype=ras')
    (rule,) = [one for one in machine.host.firewall if one.name == "Web"]
    assert (rule.edge_traversal, rule.interface_type) == (3, 4)
    verbose = run('netsh advfirewall firewall show rule name="Web" verbose').out
    assert "InterfaceTypes:                       RAS\r\n" in verbose
    assert "Edge traversal:                       Defer to user\r\n" in verbose
    shown = run('netsh advfirewall firewall show rule name="Web"').out
    assert "Profiles:                             Domain,Private\r\n" in shown
    assert "Deleted 1 rule(s)." in run('netsh advfirewall firewall delete rule name="Web"').out
    gone = run('netsh advfirewall firewall show rule name="Web"')
    assert (gone.code, gone.out.strip()) == (1, "No rules match the specified criteria.")
    run("netsh advfirewall set publicprofile state off")
    assert [one.enabled for one in machine.host.firewall.profiles] == [1, 1, 2]


@pytest.mark.parametrize(
    "line",
    [
        "netsh advfirewall firewall add rule name=x dir=sideways action=allow",
        "netsh advfirewall firewall add rule name=x dir=in",
        "netsh advfirewall firewall add rule name=x dir=in action=allow localport=80",
        "netsh advfirewall firewall add rule dir=in action=allow",
        "netsh advfirewall firewall add rule name=x dir=in action=allow security=authenticate",
        "netsh advfirewall firewall add rule name=x dir=in action=allow edge=maybe",
        "netsh interface ip set address name=Nothing static 10.0.0.1 255.0.0.0",
        "netsh interface ip set address name=Ethernet static 10.0.0.999 255.0.0.0",
        "netsh http show urlacl",
    ],
)
def test_netsh_refuses_what_it_does_not_take(run: Run, machine: Any, line: str) -> None:
    rules = len(list(machine.host.firewall))
    ended = run(line)
    assert ended.code == 1
    assert ended.out + ended.err
    assert len(list(machine.host.firewall)) == rules


def test_net_user_makes_changes_shows_and_removes_accounts(run: Run, machine: Any) -> None:
    accounts = machine.host.accounts
    made = run('net user maria Pa55w.rd! /add /fullname:"Maria M" /comment:ops')
    assert (made.code, made.out) == (0, "The command completed successfully.\r\n\r\n")
    account = accounts.find("maria")
    assert (account.full_name, account.description, account.groups) == ("Maria M", "ops", ("Users",))
    assert accounts.verify("maria", "Pa55w.rd!") is account
    assert "NET HELPMSG 2224" in run("net user maria x /add").err
    run("net user maria N3w.pass! /active:no")
    assert (account.disabled, account.password) == (True, "N3w.pass!")
    shown = run("net user maria").out
    assert "Account active               No\r\n" in shown
    assert "Local Group Memberships      *Users               \r\n" in shown
    assert "Password expires             Never\r\n" in shown
    accounts.configure(account, password_expires=True)
    accounts.set_expiry(account, machine.host.clock.now())
    assert run("net user maria /expires:12/31/2030").err == "net user /expires is not emulated.\r\n"
    assert run("net user maria /times:all").err == "net user /times is not emulated.\r\n"
    assert account.logon.account_expires is not None
    assert run("net user maria /expires:never").code == 0
    assert account.logon.account_expires is None
    assert "Password expires             Never\r\n" not in run("net user maria").out
    run("net localgroup Administrators maria /add")
    assert account.is_member_of("Administrators")
    assert "System error 1378" in run("net localgroup Administrators maria /add").err
    assert "\r\nmaria\r\n" in run("net localgroup Administrators").out
    run("net localgroup Administrators maria /delete")
    assert not account.is_member_of("Administrators")
    assert run("net user maria /delete").code == 0
    gone = run("net user maria")
    assert (gone.code, gone.err.splitlines()[0]) == (2, "The user name could not be found.")


def test_net_makes_groups_and_shares(run: Run, machine: Any) -> None:
    assert run("net localgroup Ops /add /comment:people").code == 0
    assert machine.host.accounts.group("ops").description == "people"
    assert run("net localgroup Ops /delete").code == 0
    assert run("net share data=C:\\work /remark:things").out.startswith("data was shared successfully.")
    assert machine.host.shares.get("data").path == "C:\\work"
    assert "data         C:\\work                         things\r\n" in run("net share").out
    assert "NET HELPMSG 2118" in run("net share data=C:\\work").err
    assert run("net share data /delete").out.startswith("data was deleted successfully.")
    assert "System error 3" in run("net share x=C:\\nowhere").err


def test_a_user_may_look_and_change_nothing(run: Run, machine: Any) -> None:
    user = machine.host.accounts.create("maria", "Pa55w.rd!", groups=("Users",))
    assert run("net user", account=user).code == 0
    for line in ("net user x y /add", "net localgroup Administrators maria /add", "net share x=C:\\work"):
        ended = run(line, account=user)
        assert (ended.code, ended.err.splitlines()[0]) == (2, "System error 5 has occurred.")
    assert not user.is_member_of("Administrators")


def test_sc_creates_describes_changes_and_deletes_a_service(run: Run, machine: Any) -> None:
    made = run(
        'sc create agent binPath= "C:\\Program Files\\Agent\\Agent.exe -s" start= auto DisplayName= "My Agent"'
    )
    assert (made.code, made.out) == (0, "[SC] CreateService SUCCESS\r\n")
    service = machine.host.services["agent"]
    assert (service.path_name, service.display_name, service.start_mode.value) == (
        "C:\\Program Files\\Agent\\Agent.exe -s",
        "My Agent",
        "Auto",
    )
    assert run("sc create agent binPath= C:\\x.exe").out.startswith("[SC] CreateService FAILED 1073:")
    run('sc description agent "Watches things"')
    assert "DESCRIPTION:  Watches things\r\n" in run("sc qdescription agent").out
    assert run("sc config agent binPath= C:\\Agent.exe").code == 0
    assert service.path_name == "C:\\Agent.exe"
    assert run("sc delete agent").out == "[SC] DeleteService SUCCESS\r\n"
    assert run("sc delete agent").code == 1060
    assert run("sc create agent").code == 1639


def test_the_time_of_a_process_is_one_for_every_program(run: Run, machine: Any) -> None:
    machine.host.clock.advance(timedelta(days=30))
    shown = run('tasklist /v /fo csv /nh /fi "pid eq 4"').out.split('","')[7]
    hours, minutes, seconds = map(int, shown.split(":"))
    total = machine.host.hardware.logical_processors * 30 * 86_400 * 5 // 1000
    assert 0 <= hours * 3600 + minutes * 60 + seconds - total < 86_400
    kernel = run("wmic process where ProcessId=4 get KernelModeTime /value").out
    later = int(kernel.strip().partition("=")[2]) // 10_000_000 - (hours * 3600 + minutes * 60 + seconds)
    assert 0 <= later < 60


def test_ipconfig_gives_a_lease_back_and_asks_again(make_machine: Any) -> None:
    machine = make_machine(load("windows-11-pro"))
    run = machine.run
    machine.host.clock.advance(timedelta(hours=1))
    before = run("ipconfig /all").out
    count = before.count("IPv4 Address")
    assert run("ipconfig /release Ethernet").code == 0
    assert run("ipconfig").out.count("IPv4 Address") == count - 1
    assert run("ipconfig /renew").code == 0
    after = run("ipconfig /all").out
    assert after.count("IPv4 Address") == count

    def obtained(text: str) -> str:
        return next(line for line in text.splitlines() if "Lease Obtained" in line)

    assert obtained(before) != obtained(after)
    machine.host.clock.advance(timedelta(days=4))
    assert obtained(run("ipconfig /all").out) != obtained(after), "renewed when half was over"
    assert run("ipconfig /release nobody").code == 1


def test_settings_of_a_firewall_profile_are_the_machines(run: Run) -> None:
    assert run("netsh advfirewall set domainprofile settings remotemanagement enable").code == 0
    assert run("netsh advfirewall set domainprofile settings unicastresponsetomulticast disable").code == 0
    shown = run("netsh advfirewall show domainprofile settings").out
    assert "RemoteManagement                      Enable\r\n" in shown
    assert "UnicastResponseToMulticast            Disable\r\n" in shown
    asked = run('powershell "(Get-NetFirewallProfile Domain).AllowUnicastResponseToMulticast"').out
    assert asked == "False\r\n"


def test_net_share_shows_caching_and_rights(run: Run, machine: Any) -> None:
    run("mkdir C:\\Shared")
    run("net share Shared=C:\\Shared")
    machine.host.shares.get("Shared").configure(offline_files=2)
    shown = run("net share Shared").out
    assert "Caching           Automatic caching of documents\r\n" in shown
    assert "Permission        Everyone, READ\r\n" in shown
