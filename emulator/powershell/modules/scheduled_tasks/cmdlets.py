"""The cmdlets: each calls a static method of PS_ScheduledTask in the name of the session's user, as the
functions of Windows do; Get- and Unregister-ScheduledTask work on the instances of MSFT_ScheduledTask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from emulator.cim.instance import Instance
from emulator.host import Account
from emulator.host.windows.scheduled_tasks import may_see
from emulator.host.windows.scheduled_tasks.durations import duration_text
from emulator.powershell.dotnet.switch import SwitchParameter
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan
from emulator.powershell.modules.cim.management import management_of, reporting
from emulator.powershell.modules.cim.noun_cmdlets import Noun, query_cmdlet, remove_cmdlet, same_names, shown
from emulator.powershell.modules.cim.objects import from_script
from emulator.powershell.runtime.module import CmdletBehaviour, squeeze

if TYPE_CHECKING:
    from emulator.powershell.runtime.cmdlet_call import CmdletCall

_SPACE, _CLASS = "root/Microsoft/Windows/TaskScheduler", "PS_ScheduledTask"
Run = Callable[["CmdletCall"], Iterator[Any]]
#: Names of the module's enumerations -> numbers (taskschd.h; System.DayOfWeek).
_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "RunLevel": ("Limited", "Highest"),
    "LogonType": (
        *("None", "Password", "S4U", "Interactive", "Group", "ServiceAccount"),
        "InteractiveOrPassword",
    ),
    "Compatibility": ("At", "V1", "Vista", "Win7", "Win8"),
    "MultipleInstances": ("Parallel", "Queue", "IgnoreNew"),
    "DaysOfWeek": ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
}


def _number(name: str, text: Any) -> int:
    names = [one.lower() for one in _NUMBERS[name]]
    return names.index(str(text).lower())


def _argument(name: str, value: Any) -> Any:
    """A parameter's value as the method takes it: numbers for names, texts for moments and durations."""
    if name in _NUMBERS:
        if isinstance(value, list | tuple):
            return [_number(name, one) for one in value]
        return _number(name, value)
    if isinstance(value, TimeSpan):
        return duration_text(value.to_python())
    if isinstance(value, DateTime):
        return value.to_python().replace(tzinfo=None, microsecond=0).isoformat()
    return value.is_present if isinstance(value, SwitchParameter) else from_script(value)


def _cmdlet(name: str, methods: Mapping[str, str], *parameters: str) -> Run:
    """A cmdlet whose parameter sets lead to methods; the parameters are named as the methods' own."""

    def run(call: CmdletCall) -> Iterator[Any]:
        with reporting(call, _CLASS):
            namespace = management_of(call).namespace(_SPACE, calls_method=True)
            declaration = namespace.schema.find(_CLASS)
            method = declaration.method(methods[call.parameter_set] if len(methods) > 1 else methods[""])
            values = {
                each: _argument(each, call.get(each))
                for each in parameters
                if call.has(each) and method.parameter(each) is not None
            }
            result = namespace.invoke(declaration, method.name, values, call.engine.find_service(Account))
            made = result.out.get("cmdletOutput")
            if isinstance(made, Instance):
                yield shown(call, namespace, made)
            elif made is not None:
                yield made

    arguments = {squeeze(each): "" for each in parameters}
    run.__cmdlet__ = (CmdletBehaviour(name, run, False, arguments, False, True),)  # type: ignore[attr-defined]
    return run


def _is_visible(call: CmdletCall, instance: Any) -> bool:
    """Whether the session's user may see a task."""
    account = call.engine.find_service(Account)
    return account is None or may_see(account, instance.item)


_TASKS = Noun("MSFT_ScheduledTask", same_names("TaskName", "TaskPath"), namespace=_SPACE, only_if=_is_visible)
_NAMED, _OBJECT = ("TaskName", "TaskPath"), "InputObject"
_PARTS = ("Action", "Trigger", "Settings", "Principal", "Description")
_ACCOUNT = ("User", "Password")

get_task = query_cmdlet("Get-ScheduledTask", _TASKS)
unregister = remove_cmdlet("Unregister-ScheduledTask", _TASKS)
new_action = _cmdlet(
    "New-ScheduledTaskAction",
    {"": "NewActionByExec"},
    *("Execute", "Argument", "WorkingDirectory", "Id"),
)
new_trigger = _cmdlet(
    "New-ScheduledTaskTrigger",
    {
        "Once": "NewTriggerByOnce",
        "Daily": "NewTriggerByDaily",
        "Weekly": "NewTriggerByWeekly",
        "Startup": "NewTriggerByStartup",
        "Logon": "NewTriggerByLogon",
    },
    *("At", "Once", "Daily", "Weekly", "AtStartup", "AtLogOn", "RandomDelay", "User"),
    *("RepetitionDuration", "RepetitionInterval", "DaysInterval", "DaysOfWeek", "WeeksInterval"),
)
new_principal = _cmdlet(
    "New-ScheduledTaskPrincipal",
    {"User": "NewPrincipalByUser", "Group": "NewPrincipalByGroup"},
    *("UserId", "GroupId", "LogonType", "RunLevel", "Id"),
)
#: Maintenance and one network are not part of a task here: the engine says so. WMI refuses that remote
#: applications do not start it.
new_settings = _cmdlet(
    "New-ScheduledTaskSettingsSet",
    {"": "NewSettings"},
    *("DisallowDemandStart", "DisallowHardTerminate", "Compatibility", "DeleteExpiredTaskAfter"),
    *("AllowStartIfOnBatteries", "Disable", "Hidden", "RunOnlyIfIdle", "IdleWaitTimeout"),
    *("StartWhenAvailable", "DontStopIfGoingOnBatteries", "WakeToRun", "IdleDuration", "RestartOnIdle"),
    *("DontStopOnIdleEnd", "ExecutionTimeLimit", "MultipleInstances", "Priority", "RestartCount"),
    *("RestartInterval", "RunOnlyIfNetworkAvailable", "DisallowStartOnRemoteAppSession"),
)
new_task = _cmdlet("New-ScheduledTask", {"": "New"}, *_PARTS)
register = _cmdlet(
    "Register-ScheduledTask",
    {
        "User": "RegisterByUser",
        "Xml": "RegisterByXml",
        "Principal": "RegisterByPrincipal",
        "Object": "RegisterByObject",
    },
    *(*_NAMED, *_PARTS, *_ACCOUNT, "RunLevel", "Xml", "Force", _OBJECT),
)
set_task = _cmdlet(
    "Set-ScheduledTask",
    {"User": "SetByUser", "Principal": "SetByPrincipal", "Object": "SetByObject"},
    *(*_NAMED, *_PARTS, *_ACCOUNT, _OBJECT),
)
start = _cmdlet("Start-ScheduledTask", {"Path": "StartByPath", "Object": "StartByObject"}, *_NAMED, _OBJECT)
stop = _cmdlet("Stop-ScheduledTask", {"Path": "StopByPath", "Object": "StopByObject"}, *_NAMED, _OBJECT)
enable = _cmdlet(
    "Enable-ScheduledTask", {"Name": "EnableByName", "Object": "EnableByObject"}, *_NAMED, _OBJECT
)
disable = _cmdlet(
    "Disable-ScheduledTask", {"Name": "DisableByName", "Object": "DisableByObject"}, *_NAMED, _OBJECT
)
get_information = _cmdlet(
    "Get-ScheduledTaskInfo", {"Name": "GetInfoByName", "Object": "GetInfoByObject"}, *_NAMED, _OBJECT
)
export = _cmdlet(
    "Export-ScheduledTask", {"Name": "ExportByName", "Object": "ExportByObject"}, *_NAMED, _OBJECT
)
