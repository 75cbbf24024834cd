"""secedit, auditpol and tzutil: the local security policy, what is audited, the zones of time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.host import InvalidParameter
from emulator.host.windows.registry import LOCAL_MACHINE, KeyNotFound

Run = Callable[..., Any]
TEMPLATE = """[Unicode]
Unicode=yes
[System Access]
MinimumPasswordLength = 9
MaximumPasswordAge = -1
LockoutBadCount = 5
NewGuestName = "visitor"
EnableGuestAccount = 1
[Event Audit]
AuditObjectAccess = 2
[Registry Values]
MACHINE\\Software\\Mine\\Number=4,7
MACHINE\\Software\\Mine\\Lines=7,one,two
[Privilege Rights]
SeBackupPrivilege = *S-1-5-32-544,Guest
[Version]
signature="$CHICAGO$"
Revision=1
"""


def _template(machine: Any, name: str, text: str) -> None:
    data = b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le")
    machine.host.filesystem.write(name, data)


def _exported(run: Run, machine: Any) -> list[str]:
    assert run("secedit /export /cfg C:\\out.inf /quiet").code == 0
    text: str = machine.host.filesystem.read("C:\\out.inf").decode("utf-16")
    return text.splitlines()


def test_a_fresh_machine_exports_its_policy(run: Run, machine: Any) -> None:
    lines = _exported(run, machine)
    assert lines[:3] == ["[Unicode]", "Unicode=yes", "[System Access]"]
    assert {"MaximumPasswordAge = 42", 'NewAdministratorName = "Administrator"'} <= set(lines)
    assert "SeRemoteInteractiveLogonRight = *S-1-5-32-544,*S-1-5-32-555" in lines
    assert lines[-3:] == ["[Version]", 'signature="$CHICAGO$"', "Revision=1"]
    assert run("secedit /export /cfg C:\\out.inf /areas USER_RIGHTS").code == 0
    rights = machine.host.filesystem.read("C:\\out.inf").decode("utf-16")
    assert "[Privilege Rights]" in rights
    assert "[System Access]" not in rights


def test_what_a_template_says_holds_afterwards(run: Run, machine: Any) -> None:
    host = machine.host
    _template(machine, "C:\\in.inf", TEMPLATE)
    done = run("secedit /configure /db C:\\in.sdb /cfg C:\\in.inf /log C:\\in.log")
    assert done.code == 0
    assert "The task has completed successfully." in done.out
    assert "successfully" in host.filesystem.read("C:\\in.log").decode("utf-16")
    guest = host.accounts.find("visitor")
    assert not guest.disabled
    assert host.accounts.rules.lockout_threshold == 5
    assert host.accounts.rules.password_end(guest) is None
    with pytest.raises(InvalidParameter):
        host.accounts.create("short", "12345678")
    host.accounts.create("longer", "123456789")
    assert set(host.user_rights.holders("SeBackupPrivilege")) == {"S-1-5-32-544", guest.sid}
    assert run("reg query HKLM\\Software\\Mine /v Lines").out.split()[-1] == "one\\0two"
    lines = set(_exported(run, machine))
    assert {"MinimumPasswordLength = 9", "MaximumPasswordAge = -1", "AuditObjectAccess = 2"} <= lines
    assert "MACHINE\\Software\\Mine\\Lines=7,one,two" in lines
    assert "SeBackupPrivilege = *S-1-5-32-544,visitor" in lines
    shown = run('auditpol /get /category:"object access"').out.splitlines()
    assert shown[3] == "  File System                             Failure"


@pytest.mark.parametrize(
    "line",
    [
        "[System Access]\nLockoutBadCount = many",
        "[System Access]\nMaximumPasswordAge = 1000",
        "[Event Audit]\nAuditObjectAccess = 4",
        "[Registry Values]\nMACHINE\\Software\\Mine\\X=9,1",
        "[Registry Values]\nUSER\\Software\\Mine\\X=4,1",
        "[Privilege Rights]\nSeBackupPrivilege = nobody",
        "no section",
    ],
)
def test_a_wrong_template_changes_nothing(run: Run, machine: Any, line: str) -> None:
    before = _exported(run, machine)
    _template(machine, "C:\\in.inf", f"{line}\n[System Access]\nMinimumPasswordLength = 3\n")
    answer = run("secedit /configure /db C:\\in.sdb /cfg C:\\in.inf")
    assert answer.code == 1
    assert "completed with an error" in answer.out
    assert _exported(run, machine) == before


def test_a_database_keeps_what_was_imported(run: Run, machine: Any) -> None:
    _template(machine, "C:\\one.inf", "[System Access]\nLockoutBadCount = 4\n")
    _template(machine, "C:\\two.inf", "[System Access]\nPasswordHistorySize = 6\n")
    assert run("secedit /import /db C:\\x.sdb /cfg C:\\one.inf /quiet").code == 0
    assert run("secedit /import /db C:\\x.sdb /cfg C:\\two.inf /quiet").code == 0
    assert machine.host.accounts.rules.lockout_threshold != 4
    assert run("secedit /configure /db C:\\x.sdb /quiet").code == 0
    assert {"LockoutBadCount = 4", "PasswordHistorySize = 6"} <= set(_exported(run, machine))


def test_auditpol_sets_and_lists(run: Run) -> None:
    assert run('auditpol /set /subcategory:"File System" /failure:enable').out == (
        "The command was successfully executed.\r\n"
    )
    report = run('auditpol /get /subcategory:"File System" /r').out.splitlines()
    assert report[1].endswith(",System,File System,{0CCE921D-69AE-11D9-BED3-505054503030},Failure,")
    assert run('auditpol /set /category:"Logon/Logoff" /success:enable /failure:disable').code == 0
    assert "Success and Failure" not in run('auditpol /get /category:"Logon/Logoff"').out
    listed = run("auditpol /list /subcategory:* /r").out.splitlines()
    assert listed[:3] == [
        "Category/Subcategory,GUID",
        "System,{69979848-797A-11D9-BED3-505054503030}",
        "  Security State Change,{0CCE9210-69AE-11D9-BED3-505054503030}",
    ]
    assert run("auditpol /clear /y").code == 0
    assert "Success" not in run("auditpol /get /category:*").out


@pytest.mark.parametrize(
    "words",
    ["/get /subcategory:none", "/get", "/set /subcategory:Logon /success:maybe", "/get Logon", "/nonsense"],
)
def test_auditpol_refuses_what_it_does_not_know(run: Run, words: str) -> None:
    answer = run(f"auditpol {words}")
    assert answer.code == 87
    assert answer.out.startswith("Error 0x00000057 occurred:\r\nThe parameter is incorrect.")


def test_tzutil_lists_the_zones_from_west_to_east(run: Run) -> None:
    lines = run("tzutil /l").out.splitlines()
    assert lines[:3] == ["(UTC-12:00) International Date Line West", "Dateline Standard Time", ""]
    assert "W. Europe Standard Time" in lines


@pytest.mark.parametrize("number", ["0000000000999", "0" * 10 + "9" * 5000])
def test_a_long_number_is_refused(run: Run, machine: Any, number: str) -> None:
    template = TEMPLATE.replace("MinimumPasswordLength = 9", f"MinimumPasswordLength = {number}")
    _template(machine, "C:\\in.inf", template)
    assert run("secedit /configure /db C:\\in.sdb /cfg C:\\in.inf").code == 1
    assert machine.host.accounts.rules.shortest_password == 0


def test_a_registry_value_that_is_refused_changes_nothing(run: Run, machine: Any) -> None:
    longest = "x" * (1 << 20)
    _template(machine, "C:\\in.inf", TEMPLATE.replace("Lines=7,one,two", f"Lines=7,{longest}"))
    before = _exported(run, machine)
    assert run("secedit /configure /db C:\\in.sdb /cfg C:\\in.inf").code == 1
    assert _exported(run, machine) == before
    with pytest.raises(KeyNotFound):
        machine.host.registry.subkeys(LOCAL_MACHINE, "Software\\Mine")
