"""schtasks.exe over the task scheduler of the machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.host.windows.scheduled_tasks.definition import (
    Repetition,
    TaskAction,
    TaskDefinition,
    TaskTrigger,
)

Run = Callable[..., Any]
CREATE = 'schtasks /create /tn Nightly /tr "cmd.exe /c exit 5" /sc daily /st 03:00 /ru SYSTEM'


def test_a_task_is_created_shown_and_deleted(run: Run, machine: Any) -> None:
    assert run(CREATE).out == 'SUCCESS: The scheduled task "Nightly" has successfully been created.\r\n'
    task = machine.host.scheduled_tasks["\\Nightly"]
    assert (task.account.qualified_name, task.definition.actions[0].arguments) == (
        "NT AUTHORITY\\SYSTEM",
        "/c exit 5",
    )
    lines = run("schtasks /query /tn Nightly").out.splitlines()
    assert lines[1:4] == [
        "Folder: \\",
        "TaskName                                 Next Run Time          Status         ",
        "======================================== ====================== ===============",
    ]
    assert lines[4].startswith("Nightly                                  ")
    assert run("schtasks /query /tn Nightly /fo csv /nh").out.startswith('"\\Nightly","')
    assert run("schtasks /delete /tn Nightly /f").code == 0
    gone = run("schtasks /delete /tn Nightly /f")
    assert (gone.code, gone.err) == (
        1,
        'ERROR: The specified task name "Nightly" does not exist in the system.\r\n',
    )


def test_an_existing_task_is_replaced_after_a_question(run: Run, machine: Any) -> None:
    run(CREATE)
    refused = run(CREATE.replace("exit 5", "exit 6"), stdin=b"N\r\n")
    assert refused.code == 1
    assert machine.host.scheduled_tasks["Nightly"].definition.actions[0].arguments == "/c exit 5"
    assert run(CREATE.replace("exit 5", "exit 6") + " /f").code == 0
    assert machine.host.scheduled_tasks["Nightly"].definition.actions[0].arguments == "/c exit 6"


def test_a_definition_is_read_with_the_rights_of_the_user(run: Run, machine: Any) -> None:
    run(CREATE)
    machine.write("D:\\task.xml", run("schtasks /query /tn Nightly /xml").out)
    assert run("icacls D:\\task.xml /inheritance:r /grant Administrators:F").code == 0
    user = machine.host.accounts.create("maria", "Pa55w.rd!", groups=("Users",))
    line = "schtasks /create /tn Own /xml D:\\task.xml"
    assert run(line, account=user).err == "ERROR: Access is denied.\r\n"
    assert run(line + " /ru SYSTEM").code == 0


def test_a_trigger_of_another_zone_is_shown_in_local_time(run: Run, machine: Any) -> None:
    trigger = TaskTrigger(
        "Time", start="2030-01-01T23:30:00-02:00", repetition=Repetition("PT1H", "PT4H", stops_at_end=True)
    )
    tasks, caller = machine.host.scheduled_tasks, machine.host.accounts.administrator
    tasks.register("Far", TaskDefinition((TaskAction("cmd.exe"),), (trigger,)), caller)
    shown = " ".join(run("schtasks /query /tn Far /v /fo list").out.split())
    assert "Start Time: 1:30:00 AM Start Date: 1/2/2030 " in shown
    assert "Repeat: Stop If Still Running: Enabled" in shown


def test_a_password_is_asked_for_and_checked(run: Run, machine: Any) -> None:
    machine.host.accounts.create("svc", "Pa55w.rd!", groups=("Users",))
    line = "schtasks /create /tn a /tr notepad /sc once /st 23:59 /ru svc"
    assert run(line, stdin=b"wrong\r\n").err == "ERROR: The user name or password is incorrect.\r\n"
    assert run(line + " /rp Pa55w.rd!").code == 0
    assert machine.host.scheduled_tasks["a"].account.name == "svc"


def test_a_task_is_switched_off_and_its_program_changed(run: Run, machine: Any) -> None:
    run(CREATE)
    assert run('schtasks /change /tn Nightly /disable /tr "ping localhost"').code == 0
    task = machine.host.scheduled_tasks["Nightly"]
    assert (task.state.name, task.definition.actions[0].execute) == ("DISABLED", "ping")
    assert run("schtasks /run /tn Nightly").code == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("/create /tn x", "ERROR: Invalid syntax. Mandatory option '/tr' is missing."),
        ("/create /tn x /tr y /sc nix", "ERROR: Invalid Schedule Type specified."),
        ("/create /tn x /tr y /sc once", "ERROR: Invalid syntax. Mandatory option 'st' is missing."),
        ("/create /tn x /tr y /sc daily /mo 999", "ERROR: Invalid value for /MO option."),
        ("/create /tn x /tr y /sc daily /st 25:00", "ERROR: Invalid value for /ST option."),
        ("/query /zz", "ERROR: Invalid argument/option - '/zz'."),
        ("/query /tn nothing", "ERROR: The system cannot find the file specified."),
        ("/run", "ERROR: Invalid syntax. Mandatory option '/tn' is missing."),
        ("/query /s other", "ERROR: The RPC server is unavailable."),
    ],
)
def test_bad_input_is_named_and_changes_nothing(run: Run, machine: Any, options: str, message: str) -> None:
    before = len(list(machine.host.scheduled_tasks))
    ended = run(f"schtasks {options}")
    assert ended.code == 1
    assert ended.err.startswith(message)
    assert len(list(machine.host.scheduled_tasks)) == before
