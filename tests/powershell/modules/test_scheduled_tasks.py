"""The ScheduledTasks module: parts of tasks, registration, runs, and what the other doors see of them."""

from __future__ import annotations

import pytest

from emulator.host.windows.scheduled_tasks import TaskState
from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


REGISTER = (
    "$action = New-ScheduledTaskAction -Execute cmd.exe -Argument '/c echo ran> C:\\out.txt';"
    "Register-ScheduledTask -TaskName Job -TaskPath '\\Ops\\' -Action $action -User SYSTEM"
)


def test_a_registered_task_is_shown_as_a_table_and_is_the_machines(session):
    assert session.shown(REGISTER).split("\n") == [
        f"{'TaskPath':<46} {'TaskName':<33} State",
        f"{'--------':<46} {'--------':<33} -----",
        f"{chr(92)}Ops{chr(92):<42} {'Job':<33} Ready",
    ]
    task = session.host.scheduled_tasks["\\Ops\\Job"]
    assert (task.account.name, task.definition.actions[0].execute) == ("SYSTEM", "cmd.exe")


def test_a_task_runs_and_tells_of_it(session):
    session.values(REGISTER)
    task = session.host.scheduled_tasks["\\Ops\\Job"]
    never = "Get-ScheduledTask Job | Get-ScheduledTaskInfo | % { $_.LastTaskResult, $_.LastRunTime.Year }"
    assert session.values(never) == [267011, 1999]
    session.values("Start-ScheduledTask -TaskName Job -TaskPath \\Ops")
    session.host.wait_for(lambda: task.state is not TaskState.RUNNING, timeout=10)
    assert session.values("Get-Content C:\\out.txt") == ["ran"]
    information = "$i = Get-ScheduledTaskInfo -TaskPath \\Ops\\ -TaskName Job; $i.LastTaskResult, $i.TaskName"
    assert session.values(information) == [0, "Job"]


def test_triggers_settings_and_principal_reach_the_definition(session):
    session.values(
        "$a = New-ScheduledTaskAction -Execute cmd.exe;"
        "$t = @(New-ScheduledTaskTrigger -Weekly -At '2030-03-04 03:00' -DaysOfWeek Monday,Friday -WeeksInterval 2);"
        "$t += New-ScheduledTaskTrigger -Once -At '2030-03-04 05:00' -RepetitionInterval (New-TimeSpan -Minutes 5)"
        " -RepetitionDuration (New-TimeSpan -Days 1);"
        "$t += New-ScheduledTaskTrigger -AtStartup -RandomDelay 00:00:30;"
        "$s = New-ScheduledTaskSettingsSet -StartWhenAvailable -AllowStartIfOnBatteries -MultipleInstances Queue"
        " -ExecutionTimeLimit (New-TimeSpan -Hours 2);"
        "$p = New-ScheduledTaskPrincipal -UserId SYSTEM -LogonType ServiceAccount -RunLevel Highest;"
        "$task = New-ScheduledTask -Action $a -Trigger $t -Settings $s -Principal $p -Description 'of tests';"
        "$task | Register-ScheduledTask -TaskName Whole"
    )
    made = session.host.scheduled_tasks["Whole"].definition
    weekly, once, boot = made.triggers
    assert (weekly.kind, weekly.days_of_week, weekly.interval, weekly.start) == (
        "Weekly",
        0b0100010,
        2,
        "2030-03-04T03:00:00",
    )
    assert (once.kind, once.repetition.interval, once.repetition.duration) == ("Time", "PT5M", "P1D")
    assert (boot.kind, boot.delay) == ("Boot", "PT30S")
    settings = made.settings
    assert settings.start_when_available
    assert not settings.disallow_start_on_batteries
    assert (settings.multiple_instances, settings.execution_limit) == (1, "PT2H")
    assert (made.principal.run_level, made.description) == (1, "of tests")


def test_a_time_of_day_is_one_of_today(session):
    script = "(New-ScheduledTaskTrigger -Daily -At 3am).StartBoundary; (Get-Date).ToString('yyyy-MM-dd')"
    start, today = session.values(script)
    assert start == f"{today}T03:00:00"


def test_a_part_that_a_script_changes_in_its_place_is_set(session):
    session.values(
        REGISTER + " -Trigger (New-ScheduledTaskTrigger -Daily -At '2030-03-04 03:00') | Out-Null;"
        "$t = Get-ScheduledTask Job; $t.Triggers[0].Repetition.Interval = 'PT15M'; $t.Settings.Hidden = $true;"
        "$t | Set-ScheduledTask"
    )
    changed = session.host.scheduled_tasks["\\Ops\\Job"].definition
    assert (changed.triggers[0].kind, changed.triggers[0].repetition.interval) == ("Daily", "PT15M")
    assert changed.settings.hidden
    assert changed.actions[0].arguments == "/c echo ran> C:\\out.txt"


def test_states_have_names_and_a_task_is_disabled_and_enabled(session):
    session.values(REGISTER)
    assert session.shown("(Disable-ScheduledTask -TaskName Job -TaskPath \\Ops\\).State") == "Disabled"
    problem = session.error("Start-ScheduledTask Job -TaskPath \\Ops")
    assert problem[0] == "HRESULT 0x80041326,Start-ScheduledTask"
    assert session.shown("(Get-ScheduledTask Job | Enable-ScheduledTask).State") == "Ready"
    names = "(Get-ScheduledTask Job) | % { $_.Principal.LogonType, $_.Settings.Compatibility, $_.URI }"
    assert session.shown(names).split("\n") == ["ServiceAccount", "Vista", "\\Ops\\Job"]


def test_tasks_are_found_by_patterns_and_removed(session):
    session.values(REGISTER)
    assert session.values("(Get-ScheduledTask -TaskPath '\\Ops\\*').TaskName") == ["Job"]
    assert len(session.values("Get-ScheduledTask")) == len(list(session.host.scheduled_tasks))
    session.values("Unregister-ScheduledTask -TaskName Job -Confirm:$false")
    assert session.host.scheduled_tasks.get("\\Ops\\Job") is None
    problem = session.error("Get-ScheduledTask -TaskName Job")
    assert problem[0] == "CmdletizationQuery_NotFound_TaskName,Get-ScheduledTask"


@pytest.mark.parametrize(
    ("script", "error", "text"),
    [
        ("Start-ScheduledTask Nothing", "0x80070002", "The system cannot find the file specified."),
        (REGISTER, "0x800700b7", "Cannot create a file when that file already exists."),
        (
            "Register-ScheduledTask Other -Action (New-ScheduledTaskAction -Execute cmd) -User Administrator"
            " -Password wrong",
            "0x8007052e",
            "The user name or password is incorrect.",
        ),
        ("Register-ScheduledTask Other -Xml '<Task'", "0x8004131a", "The task XML is malformed"),
    ],
)
def test_what_the_scheduler_refuses_has_its_number(session, script, error, text):
    session.values(REGISTER)
    before = len(list(session.host.scheduled_tasks))
    name = script.split()[0] if "Register" not in script else "Register-ScheduledTask"
    found = session.error(script)
    assert found[0] == f"HRESULT {error},{name}"
    assert found[2].startswith(text)
    assert len(list(session.host.scheduled_tasks)) == before


def test_force_replaces_and_xml_goes_out_and_in(session):
    session.values(REGISTER)
    session.values(
        "$xml = Export-ScheduledTask -TaskName Job -TaskPath \\Ops\\;"
        "Register-ScheduledTask -TaskName Copy -Xml $xml;"
        "Register-ScheduledTask -TaskName Copy -Xml ($xml -replace 'cmd.exe', 'ping.exe') -Force"
    )
    assert session.host.scheduled_tasks["Copy"].definition.actions[0].execute == "ping.exe"


@pytest.mark.parametrize(
    "script",
    [
        "New-ScheduledTaskSettingsSet -MaintenancePeriod (New-TimeSpan -Days 1)",
        "New-ScheduledTaskPrincipal -UserId SYSTEM -RequiredPrivilege SeBackupPrivilege",
        "Get-ClusteredScheduledTask",
    ],
)
def test_what_no_task_can_keep_is_refused_aloud(session, script):
    assert session.error(script)[0].startswith("NotEmulated,")


def test_a_cmdlet_without_behaviour_says_why(session):
    assert session.error("Get-ClusteredScheduledTask")[2] == (
        "The cmdlet Get-ClusteredScheduledTask is not emulated: a failover cluster is not emulated."
    )


def test_somebody_without_rights_in_the_namespace_is_refused():
    session = ConsoleSession(user="clerk")
    before = len(list(session.host.scheduled_tasks))
    assert session.error("Get-ScheduledTask")[1].startswith("PermissionDenied")
    assert session.error("New-ScheduledTaskAction -Execute cmd")[1].startswith("PermissionDenied")
    assert len(list(session.host.scheduled_tasks)) == before


def test_windows_before_2012_has_no_such_module():
    session = ConsoleSession("windows-server-2008r2-enterprise")
    assert session.error("Get-ScheduledTask")[0] == "CommandNotFoundException"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("$d.Settings.Priority = 'abc'", "Type mismatch"),
        ("$d.Actions.Item(1)", "The parameter is incorrect"),
        ("$d.Actions.Remove(1)", "The parameter is incorrect"),
        ("$null = $d.Actions.Create(0); $d.Actions.Item(0)", "The parameter is incorrect"),
        ("$a = $d.Actions.Create(0); $d.Actions.Clear(); $a.Path = 'x'", "The parameter is incorrect"),
    ],
)
def test_parts_of_a_definition_that_there_are_not_are_refused(session, script, said):
    definition = "$s = New-Object -ComObject Schedule.Service; $s.Connect(); $d = $s.NewTask(0)"
    assert said in session.error(f"{definition}; {script}")[2]
