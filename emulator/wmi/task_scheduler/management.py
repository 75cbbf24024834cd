"""PS_ScheduledTask: the static methods behind the cmdlets of the module ScheduledTasks."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from emulator.cim.errors import ProviderRefusal
from emulator.cim.instance import Instance, ValueInstance
from emulator.host.errors import HostError, InvalidParameter, NotSupported
from emulator.host.windows.scheduled_tasks import ScheduledTask
from emulator.host.windows.scheduled_tasks.definition import (
    GROUP,
    Repetition,
    TaskAction,
    TaskDefinition,
    TaskPrincipal,
    TaskSettings,
    TaskTrigger,
)
from emulator.host.windows.scheduled_tasks.document import read_task, write_task
from emulator.host.windows.scheduled_tasks.durations import duration_of, local_moment
from emulator.wmi.task_scheduler.parts import (
    action_instance,
    made,
    principal_instance,
    read_action,
    read_definition,
    read_principal,
    read_settings,
    read_trigger,
    settings_instance,
    trigger_instance,
)
from emulator.wmi.task_scheduler.tasks import ScheduledTaskView, unregistered
from emulator.wmi.view import View, wmi_method

if TYPE_CHECKING:
    from emulator.host import Account
    from emulator.wmi.method import Arguments, MethodResult

#: What the provider shows for a task that never ran.
_NEVER = datetime(1999, 11, 30, tzinfo=UTC)
#: Switch of NewSettings -> field, and what the field is when the switch is set.
_SWITCHES = {
    "DisallowDemandStart": ("allow_demand_start", False),
    "DisallowHardTerminate": ("allow_hard_terminate", False),
    "AllowStartIfOnBatteries": ("disallow_start_on_batteries", False),
    "DontStopIfGoingOnBatteries": ("stop_on_batteries", False),
    "Disable": ("enabled", False),
    "Hidden": ("hidden", True),
    "RunOnlyIfIdle": ("run_only_if_idle", True),
    "StartWhenAvailable": ("start_when_available", True),
    "WakeToRun": ("wake_to_run", True),
    "RestartOnIdle": ("restart_on_idle", True),
    "DontStopOnIdleEnd": ("stop_on_idle_end", False),
    "RunOnlyIfNetworkAvailable": ("run_only_if_network", True),
}
_SETTINGS = {
    "Compatibility": "compatibility",
    "DeleteExpiredTaskAfter": "delete_expired_after",
    "IdleWaitTimeout": "idle_wait",
    "IdleDuration": "idle_duration",
    "ExecutionTimeLimit": "execution_limit",
    "MultipleInstances": "multiple_instances",
    "Priority": "priority",
    "RestartCount": "restart_count",
    "RestartInterval": "restart_interval",
}
_DURATIONS = frozenset(
    {"DeleteExpiredTaskAfter", "IdleWaitTimeout", "IdleDuration", "ExecutionTimeLimit", "RestartInterval"}
)
_NOT_KEPT = (
    "MaintenanceExclusive",
    "NetworkId",
    "NetworkName",
    "DisallowStartOnRemoteAppSession",
    "MaintenancePeriod",
    "MaintenanceDeadline",
    "ProcessTokenSidType",
    "RequiredPrivilege",
)
_NO_OFFSET = timedelta(0)
Body = Callable[["TaskManagement", None, "Arguments"], "MethodResult"]


def _task_method(function: Body) -> Callable[..., MethodResult]:
    """A static method; what the scheduler refuses becomes an error with the scheduler's own number."""

    @functools.wraps(function)
    def guarded(view: TaskManagement, item: None, arguments: Arguments) -> MethodResult:
        try:
            return function(view, item, arguments)
        except HostError as refused:
            raise ProviderRefusal(refused.text, refused.hresult) from refused

    return wmi_method(guarded)


class TaskManagement(View[None]):
    """Static methods only; the class has no instances."""

    class_name = "PS_ScheduledTask"

    # Parts of a task

    @_task_method
    def NewActionByExec(self, _item: None, arguments: Arguments) -> MethodResult:
        action = TaskAction(
            arguments.required_text("Execute"),
            arguments.text("Argument") or "",
            arguments.text("WorkingDirectory") or "",
            arguments.text("Id") or "",
        )
        return arguments.result(0, cmdletOutput=action_instance(self.namespace, action))

    @_task_method
    def NewPrincipalByUser(self, _item: None, arguments: Arguments) -> MethodResult:
        return self._principal(
            arguments,
            TaskPrincipal(
                user_id=arguments.required_text("UserId"), logon_type=arguments.integer("LogonType") or 0
            ),
        )

    @_task_method
    def NewPrincipalByGroup(self, _item: None, arguments: Arguments) -> MethodResult:
        group = arguments.required_text("GroupId")
        return self._principal(arguments, TaskPrincipal(group_id=group, logon_type=GROUP))

    def _principal(self, arguments: Arguments, principal: TaskPrincipal) -> MethodResult:
        _refuse_what_is_not_kept(arguments)
        principal = principal.replaced(
            id=arguments.text("Id") or "Author", run_level=arguments.integer("RunLevel") or 0
        )
        return arguments.result(0, cmdletOutput=principal_instance(self.namespace, principal))

    @_task_method
    def NewSettings(self, _item: None, arguments: Arguments) -> MethodResult:
        _refuse_what_is_not_kept(arguments)
        values: dict[str, Any] = {
            field: wanted for name, (field, wanted) in _SWITCHES.items() if arguments.truth(name)
        }
        for name, field in _SETTINGS.items():
            given = arguments.get(name)
            if given is not None:
                if name in _DURATIONS:
                    duration_of(str(given))
                values[field] = given
        settings = TaskSettings(**values)
        return arguments.result(0, cmdletOutput=settings_instance(self.namespace, settings))

    @_task_method
    def NewTriggerByOnce(self, _item: None, arguments: Arguments) -> MethodResult:
        again = Repetition(
            arguments.text("RepetitionInterval") or "", arguments.text("RepetitionDuration") or ""
        )
        if again.duration and not again.interval:
            raise InvalidParameter("A repetition needs an interval.")
        duration_of(again.interval)
        duration_of(again.duration)
        return self._trigger(arguments, TaskTrigger("Time", start=_start(arguments), repetition=again))

    @_task_method
    def NewTriggerByDaily(self, _item: None, arguments: Arguments) -> MethodResult:
        interval = arguments.integer("DaysInterval")
        trigger = TaskTrigger("Daily", start=_start(arguments), interval=1 if interval is None else interval)
        return self._trigger(arguments, trigger)

    @_task_method
    def NewTriggerByWeekly(self, _item: None, arguments: Arguments) -> MethodResult:
        days, interval = arguments.integers("DaysOfWeek"), arguments.integer("WeeksInterval")
        if any(not 0 <= day <= 6 for day in days):
            raise InvalidParameter("A day of the week is a number from 0 to 6.")
        trigger = TaskTrigger(
            "Weekly",
            start=_start(arguments),
            interval=1 if interval is None else interval,
            days_of_week=sum(1 << day for day in set(days)),
        )
        return self._trigger(arguments, trigger)

    @_task_method
    def NewTriggerByStartup(self, _item: None, arguments: Arguments) -> MethodResult:
        return self._trigger(arguments, TaskTrigger("Boot"))

    @_task_method
    def NewTriggerByLogon(self, _item: None, arguments: Arguments) -> MethodResult:
        return self._trigger(arguments, TaskTrigger("Logon", user_id=arguments.text("User") or ""))

    def _trigger(self, arguments: Arguments, trigger: TaskTrigger) -> MethodResult:
        delay = arguments.text("RandomDelay") or ""
        duration_of(delay)
        if trigger.kind in ("Boot", "Logon"):
            trigger = trigger.replaced(delay=delay)
        else:
            trigger = trigger.replaced(random_delay=delay)
        if trigger.interval < 1:
            raise InvalidParameter("The interval of a trigger is at least 1.")
        return arguments.result(0, cmdletOutput=trigger_instance(self.namespace, trigger))

    @_task_method
    def New(self, _item: None, arguments: Arguments) -> MethodResult:
        definition = _with_parts(TaskDefinition(), arguments)
        return arguments.result(0, cmdletOutput=unregistered(self.namespace, definition))

    # Registration

    @_task_method
    def RegisterByUser(self, _item: None, arguments: Arguments) -> MethodResult:
        principal = TaskPrincipal(run_level=arguments.integer("RunLevel") or 0)
        return self._register(arguments, _with_parts(TaskDefinition(principal=principal), arguments))

    @_task_method
    def RegisterByPrincipal(self, _item: None, arguments: Arguments) -> MethodResult:
        return self._register(arguments, _with_parts(TaskDefinition(), arguments))

    @_task_method
    def RegisterByXml(self, _item: None, arguments: Arguments) -> MethodResult:
        return self._register(arguments, read_task(arguments.required_text("Xml")))

    @_task_method
    def RegisterByObject(self, _item: None, arguments: Arguments) -> MethodResult:
        given = arguments.required_embedded("InputObject")
        path = _path(arguments.text("TaskPath") or _text(given, "TaskPath"),
                     arguments.text("TaskName") or _text(given, "TaskName"))  # fmt: skip
        return self._register(arguments, read_definition(given), path)

    def _register(
        self, arguments: Arguments, definition: TaskDefinition, path: str | None = None
    ) -> MethodResult:
        where = path or _path(arguments.text("TaskPath") or "", arguments.required_text("TaskName"))
        task = self.host.scheduled_tasks.register(
            where,
            definition.replaced(uri=where),
            self._caller(arguments),
            user=_optional(arguments, "User"),
            password=_optional(arguments, "Password"),
            replaces=bool(arguments.truth("Force")),
        )
        return self._answer(arguments, task)

    @_task_method
    def SetByUser(self, _item: None, arguments: Arguments) -> MethodResult:
        return self._set_parts(arguments)

    @_task_method
    def SetByPrincipal(self, _item: None, arguments: Arguments) -> MethodResult:
        return self._set_parts(arguments)

    @_task_method
    def SetByObject(self, _item: None, arguments: Arguments) -> MethodResult:
        given = arguments.required_embedded("InputObject")
        return self._set(arguments, self._task_of(arguments), read_definition(given))

    def _set_parts(self, arguments: Arguments) -> MethodResult:
        task = self._task_named(arguments)
        return self._set(arguments, task, _with_parts(task.definition, arguments))

    def _set(self, arguments: Arguments, task: ScheduledTask, definition: TaskDefinition) -> MethodResult:
        changed = self.host.scheduled_tasks.register(
            task.path,
            definition,
            self._caller(arguments),
            user=_optional(arguments, "User"),
            password=_optional(arguments, "Password"),
            must_exist=True,
        )
        return self._answer(arguments, changed)

    # Running

    @_task_method
    def StartByPath(self, _item: None, arguments: Arguments) -> MethodResult:
        self._task_named(arguments).start()
        return arguments.result(0)

    @_task_method
    def StartByObject(self, _item: None, arguments: Arguments) -> MethodResult:
        self._task_of(arguments).start()
        return arguments.result(0)

    @_task_method
    def StopByPath(self, _item: None, arguments: Arguments) -> MethodResult:
        self._task_named(arguments).stop()
        return arguments.result(0)

    @_task_method
    def StopByObject(self, _item: None, arguments: Arguments) -> MethodResult:
        self._task_of(arguments).stop()
        return arguments.result(0)

    @_task_method
    def EnableByName(self, _item: None, arguments: Arguments) -> MethodResult:
        return self._switch(arguments, self._task_named(arguments), True)

    @_task_method
    def EnableByObject(self, _item: None, arguments: Arguments) -> MethodResult:
        return self._switch(arguments, self._task_of(arguments), True)

    @_task_method
    def DisableByName(self, _item: None, arguments: Arguments) -> MethodResult:
        return self._switch(arguments, self._task_named(arguments), False)

    @_task_method
    def DisableByObject(self, _item: None, arguments: Arguments) -> MethodResult:
        return self._switch(arguments, self._task_of(arguments), False)

    def _switch(self, arguments: Arguments, task: ScheduledTask, enabled: bool) -> MethodResult:
        task.set_enabled(enabled)
        return self._answer(arguments, task)

    # Looking

    @_task_method
    def GetInfoByName(self, _item: None, arguments: Arguments) -> MethodResult:
        return self._information(arguments, self._task_named(arguments))

    @_task_method
    def GetInfoByObject(self, _item: None, arguments: Arguments) -> MethodResult:
        return self._information(arguments, self._task_of(arguments))

    def _information(self, arguments: Arguments, task: ScheduledTask) -> MethodResult:
        values = {
            "LastRunTime": task.last_run or _NEVER - self.host.operating_system.utc_offset(),
            "LastTaskResult": task.last_result,
            "NextRunTime": task.next_run,
            "NumberOfMissedRuns": task.missed_runs,
            "TaskName": task.name,
            "TaskPath": task.folder,
        }
        return arguments.result(0, cmdletOutput=made(self.namespace, "MSFT_TaskDynamicInfo", values))

    @_task_method
    def ExportByName(self, _item: None, arguments: Arguments) -> MethodResult:
        return arguments.result(0, cmdletOutput=write_task(self._task_named(arguments).definition))

    @_task_method
    def ExportByObject(self, _item: None, arguments: Arguments) -> MethodResult:
        return arguments.result(0, cmdletOutput=write_task(self._task_of(arguments).definition))

    # What they are made of

    def _caller(self, arguments: Arguments) -> Account:
        return arguments.caller or self.host.accounts.administrator

    def _task_named(self, arguments: Arguments) -> ScheduledTask:
        path = _path(arguments.text("TaskPath") or "", arguments.required_text("TaskName"))
        return self.host.scheduled_tasks.open(path, self._caller(arguments))

    def _task_of(self, arguments: Arguments) -> ScheduledTask:
        given = arguments.required_embedded("InputObject")
        path = _path(_text(given, "TaskPath"), _text(given, "TaskName"))
        return self.host.scheduled_tasks.open(path, self._caller(arguments))

    def _answer(self, arguments: Arguments, task: ScheduledTask) -> MethodResult:
        view = self.namespace.view(ScheduledTaskView)
        return arguments.result(0, cmdletOutput=view.instance(task))


def _path(folder: str, name: str) -> str:
    if not name:
        raise InvalidParameter("The name of the task is missing.")
    return f"{folder.rstrip(chr(92))}\\{name.lstrip(chr(92))}"


def _text(given: ValueInstance, name: str) -> str:
    value = given.value(name)
    return value if isinstance(value, str) else ""


def _optional(arguments: Arguments, name: str) -> str | None:
    """A text of a method that may not have the parameter at all."""
    return arguments.text(name) or None


def _start(arguments: Arguments) -> str:
    """The moment of -At, checked."""
    text = arguments.required_text("At")
    local_moment(text, _NO_OFFSET)
    return text


def _with_parts(definition: TaskDefinition, arguments: Arguments) -> TaskDefinition:
    """A definition with the parts that a call gives."""
    changes: dict[str, Any] = {}
    if actions := arguments.embedded_list("Action"):
        changes["actions"] = tuple(read_action(one) for one in actions)
    if triggers := arguments.embedded_list("Trigger"):
        changes["triggers"] = tuple(read_trigger(one) for one in triggers)
    settings, principal = arguments.embedded("Settings"), arguments.embedded("Principal")
    if isinstance(settings, Instance):
        changes["settings"] = read_settings(settings)
    if isinstance(principal, Instance):
        changes["principal"] = read_principal(principal)
    if description := arguments.text("Description"):
        changes["description"] = description
    return definition.replaced(**changes)


def _refuse_what_is_not_kept(arguments: Arguments) -> None:
    for name in _NOT_KEPT:
        if arguments.get(name) not in (None, False):
            raise NotSupported(f"{name} is not emulated.")
