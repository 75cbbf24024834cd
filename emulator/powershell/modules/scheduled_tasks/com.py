"""Schedule.Service: the Task Scheduler as scripts reach it by COM (taskschd.h, "Scripting Objects").

Definitions are values of the host; an object of a script that stands for a part of one puts a changed part
into the place of the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from emulator.host import Account, Host, HostError
from emulator.host.windows.scheduled_tasks import ScheduledTask, may_see, split_path
from emulator.host.windows.scheduled_tasks.definition import (
    Repetition,
    TaskAction,
    TaskDefinition,
    TaskTrigger,
)
from emulator.host.windows.scheduled_tasks.document import read_task, write_task
from emulator.host.windows.scheduled_tasks.property_names import (
    ACTION,
    INFORMATION,
    PRINCIPAL,
    REPETITION,
    SETTINGS,
    TRIGGER,
)
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.numbers import UInt32
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.dotnet.win32_messages import exception_of_result
from emulator.powershell.runtime.conversion import to_text
from emulator.signed_numbers import signed32

_CREATE, _UPDATE, _DISABLE, _VALIDATE_ONLY = 2, 4, 8, 1
#: TASK_TRIGGER_TYPE2.
_TRIGGER_KINDS = {
    0: "Event",
    1: "Time",
    2: "Daily",
    3: "Weekly",
    4: "Monthly",
    5: "MonthlyDOW",
    6: "Idle",
    7: "Registration",
    8: "Boot",
    9: "Logon",
    11: "SessionStateChange",
}
_EXECUTE = 0
_INCLUDE_HIDDEN = 1
_NEVER = datetime(1899, 12, 30)
_COM = "System.__ComObject"
_TRIGGER = {
    **TRIGGER,
    "DaysOfMonth": "days_of_month",
    "MonthsOfYear": "months",
    "WeeksOfMonth": "weeks_of_month",
    "RunOnLastDayOfMonth": "last_day_of_month",
    "RunOnLastWeekOfMonth": "last_week_of_month",
}
_ACTION = {**ACTION, "Path": "execute"}


def _refused(problem: HostError) -> NetError:
    """The exception of a failed call: the machine's sentence with its number."""
    number = problem.hresult & 0xFFFFFFFF
    text = f"{problem.text.rstrip('.')}. (Exception from HRESULT: 0x{number:08X})"
    return NetError(exception_of_result(number), text, hresult=signed32(number))


class Part:
    """A part of a definition: its value is read by ``get`` and put back by ``put``."""

    __slots__ = ("get", "ps_type", "put")

    def __init__(self, get: Callable[[], Any], put: Callable[[Any], None], ps_type: PSType) -> None:
        self.get = get
        self.put = put
        self.ps_type = ps_type


def _part_type(name: str, fields: dict[str, str], **more: Any) -> PSType:
    table: dict[str, Any] = {}
    for shown, field in fields.items():
        table[shown] = _reader(field)
        table[f"{shown}="] = _writer(field)
    return PSType(f"{_COM}#{name}", instance={**table, **more})


def _reader(field: str) -> Callable[[Part], Any]:
    return lambda part: getattr(part.get(), field)


def _writer(field: str) -> Callable[[Part, Any], None]:
    def write(part: Part, value: Any) -> None:
        present = part.get()
        old, held = getattr(present, field), unwrap(value)
        if isinstance(old, bool):
            new: Any = held not in (None, False, 0, "")
        elif isinstance(old, int):
            new = int(held)
        else:
            new = to_text(held)
        part.put(present.replaced(**{field: new}))

    return write


_INFORMATION_TYPE = _part_type("IRegistrationInfo", INFORMATION)
_PRINCIPAL_TYPE = _part_type("IPrincipal", PRINCIPAL)
_SETTINGS_TYPE = _part_type("ITaskSettings", SETTINGS)
_REPETITION_TYPE = _part_type("IRepetitionPattern", REPETITION)
_ACTION_TYPE = _part_type("IExecAction", _ACTION, Type=lambda _p: _EXECUTE)


def _repetition_of(trigger: Part) -> Part:
    def put(value: Repetition) -> None:
        trigger.put(trigger.get().replaced(repetition=value))

    return Part(lambda: trigger.get().repetition, put, _REPETITION_TYPE)


def _kind_of(trigger: Part) -> int:
    kind = trigger.get().kind
    return next(number for number, name in _TRIGGER_KINDS.items() if name == kind)


_TRIGGER_TYPE = _part_type("ITrigger", _TRIGGER, Repetition=_repetition_of, Type=_kind_of)


class Definition:
    """ITaskDefinition."""

    __slots__ = ("value",)
    ps_type: PSType

    def __init__(self, value: TaskDefinition | None = None) -> None:
        self.value = value or TaskDefinition()

    def part(self, field: str, kind: PSType) -> Part:
        """A part that is one value."""

        def put(value: Any) -> None:
            self.value = self.value.replaced(**{field: value})

        return Part(lambda: getattr(self.value, field), put, kind)

    def whole(self) -> Part:
        """The registration information, which stands in the definition itself."""

        def put(value: TaskDefinition) -> None:
            self.value = value

        return Part(lambda: self.value, put, _INFORMATION_TYPE)

    def read(self, text: str) -> None:
        """Take the definition of a document."""
        try:
            self.value = read_task(text)
        except HostError as problem:
            raise _refused(problem) from None


class Items:
    """ITriggerCollection or IActionCollection: numbered from 1."""

    __slots__ = ("definition", "field", "kind", "ps_type")

    def __init__(self, definition: Definition, field: str, kind: PSType, ps_type: PSType) -> None:
        self.definition = definition
        self.field = field
        self.kind = kind
        self.ps_type = ps_type

    def values(self) -> tuple[Any, ...]:
        """The triggers or actions."""
        found: tuple[Any, ...] = getattr(self.definition.value, self.field)
        return found

    def replace(self, values: tuple[Any, ...]) -> None:
        """Put others in their place."""
        self.definition.value = self.definition.value.replaced(**{self.field: values})

    def item(self, place: int) -> Part:
        """One of them as an object."""

        def put(value: Any) -> None:
            values = list(self.values())
            values[place] = value
            self.replace(tuple(values))

        return Part(lambda: self.values()[place], put, self.kind)

    def add(self, value: Any) -> Part:
        """One more, as an object."""
        self.replace((*self.values(), value))
        return self.item(len(self.values()) - 1)

    def unroll(self) -> list[Part]:
        """All of them."""
        return [self.item(place) for place in range(len(self.values()))]

    def remove(self, number: int) -> None:
        """Take one away by its number."""
        values = list(self.values())
        del values[number - 1]
        self.replace(tuple(values))


def _new_trigger(items: Items, kind: int) -> Part:
    name = _TRIGGER_KINDS.get(int(kind))
    if name is None:
        raise _refused(HostError("The parameter is incorrect.", hresult=0x80070057))
    return items.add(TaskTrigger(name))


def _new_action(items: Items, kind: int) -> Part:
    if int(kind) != _EXECUTE:
        raise _refused(HostError("The request is not supported.", hresult=0x80070032))
    return items.add(TaskAction(""))


def _items_type(name: str, create: Callable[[Items, int], Part]) -> PSType:
    return PSType(
        f"{_COM}#{name}",
        instance={
            "Count": lambda i: len(i.values()),
            "Create(int type)": create,
            "Item(int index)": lambda i, number: i.item(int(number) - 1),
            "Remove(object index)": lambda i, number: i.remove(int(unwrap(number))),
            "Clear()": lambda i: i.replace(()),
        },
    )


_TRIGGERS_TYPE = _items_type("ITriggerCollection", _new_trigger)
_ACTIONS_TYPE = _items_type("IActionCollection", _new_action)
Definition.ps_type = PSType(
    f"{_COM}#ITaskDefinition",
    instance={
        "XmlText": lambda d: write_task(d.value),
        "XmlText=": lambda d, text: d.read(to_text(text)),
        "RegistrationInfo": lambda d: d.whole(),
        "Principal": lambda d: d.part("principal", _PRINCIPAL_TYPE),
        "Settings": lambda d: d.part("settings", _SETTINGS_TYPE),
        "Triggers": lambda d: Items(d, "triggers", _TRIGGER_TYPE, _TRIGGERS_TYPE),
        "Actions": lambda d: Items(d, "actions", _ACTION_TYPE, _ACTIONS_TYPE),
    },
)


class Registered:
    """IRegisteredTask."""

    __slots__ = ("host", "task")
    ps_type: PSType

    def __init__(self, host: Host, task: ScheduledTask) -> None:
        self.host = host
        self.task = task


class Instance:
    """IRunningTask."""

    __slots__ = ("process_id", "task")
    ps_type: PSType

    def __init__(self, task: ScheduledTask, process_id: int) -> None:
        self.task = task
        self.process_id = process_id


Instance.ps_type = PSType(
    f"{_COM}#IRunningTask",
    instance={
        "Name": lambda i: i.task.name,
        "Path": lambda i: i.task.path,
        "State": lambda i: int(i.task.state),
        "EnginePID": lambda i: UInt32(i.process_id),
        "CurrentAction": lambda i: i.task.definition.actions[0].execute,
        "Stop()": lambda i: _asked(i.task.stop),
        "Refresh()": lambda _i: None,
    },
)


def _asked(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except HostError as problem:
        raise _refused(problem) from None


def _instances(registered: Registered) -> PSArray:
    task = registered.task
    return PSArray([Instance(task, number) for number in task.process_ids])


def _run(registered: Registered, parameters: Any) -> Any:
    held = unwrap(parameters)
    texts = [to_text(one) for one in held] if isinstance(held, list | PSArray) else [to_text(held or "")]
    _asked(lambda: registered.task.start(" ".join(filter(None, texts))))
    found = _instances(registered)
    return found[0] if len(found) else None


def _moment(registered: Registered, moment: datetime | None) -> DateTime:
    if moment is None:
        return DateTime.from_python(_NEVER)
    return DateTime.from_python(moment, registered.host.operating_system.utc_offset())


def _looked(registered: Registered, read: Callable[[ScheduledTask], Any]) -> Any:
    with registered.host.looking():
        return read(registered.task)


Registered.ps_type = PSType(
    f"{_COM}#IRegisteredTask",
    instance={
        "Name": lambda r: r.task.name,
        "Path": lambda r: r.task.path,
        "State": lambda r: _looked(r, lambda task: int(task.state)),
        "Enabled": lambda r: r.task.definition.settings.enabled,
        "Enabled=": lambda r, value: _asked(lambda: r.task.set_enabled(bool(unwrap(value)))),
        "LastRunTime": lambda r: _looked(r, lambda task: _moment(r, task.last_run)),
        "LastTaskResult": lambda r: signed32(_looked(r, lambda task: task.last_result)),
        "NumberOfMissedRuns": lambda r: r.task.missed_runs,
        "NextRunTime": lambda r: _looked(r, lambda task: _moment(r, task.next_run)),
        "Definition": lambda r: Definition(r.task.definition),
        "Xml": lambda r: write_task(r.task.definition),
        "Run(object params)": _run,
        "RunEx(object params, int flags, int sessionID, string user)": lambda r, p, _f, _s, _u: _run(r, p),
        "Stop(int flags)": lambda r, _flags: _asked(r.task.stop),
        "GetInstances(int flags)": lambda r, _flags: _instances(r),
    },
)


class Folder:
    """ITaskFolder."""

    __slots__ = ("account", "host", "path")
    ps_type: PSType

    def __init__(self, host: Host, account: Account, path: str) -> None:
        self.host = host
        self.account = account
        self.path = path

    def full(self, path: str) -> str:
        """The path of something below the folder; one that begins with a backslash is complete."""
        return path if path.startswith("\\") else f"{self.path}{path}"

    def below(self, path: str) -> Folder:
        """Another folder."""
        full = "".join(split_path(self.full(path) + "\\"))
        if not self.host.scheduled_tasks.has_folder(full):
            problem = HostError("The system cannot find the file specified.", hresult=0x80070002)
            raise _refused(problem)
        return Folder(self.host, self.account, full)

    def folders(self) -> Iterator[Folder]:
        """The folders in it."""
        depth = self.path.count("\\") + 1
        for path in self.host.scheduled_tasks.folders:
            if path != self.path and path.startswith(self.path) and path.count("\\") == depth:
                yield Folder(self.host, self.account, path)

    def task(self, path: str) -> Registered:
        """A task that the caller may see."""
        tasks = self.host.scheduled_tasks
        return Registered(self.host, _asked(lambda: tasks.open(self.full(path), self.account)))

    def tasks(self, flags: int) -> PSArray:
        """The tasks in it; hidden ones when flags say so."""
        return PSArray(
            Registered(self.host, task)
            for task in self.host.scheduled_tasks.in_folder(self.path)
            if may_see(self.account, task)
            and (flags & _INCLUDE_HIDDEN or not task.definition.settings.hidden)
        )

    def register(
        self, path: str, definition: TaskDefinition, flags: int, user: Any, password: Any, logon: int
    ) -> Registered | None:
        """RegisterTask and RegisterTaskDefinition."""
        flags = int(flags)
        if flags & _VALIDATE_ONLY:
            return None
        principal = definition.principal
        changed = definition.replaced(principal=principal.replaced(logon_type=int(logon or 0)))
        if not int(logon or 0):
            changed = definition
        if flags & _DISABLE:
            changed = changed.replaced(settings=changed.settings.replaced(enabled=False))
        name, secret = unwrap(user), unwrap(password)
        task = _asked(
            lambda: self.host.scheduled_tasks.register(
                self.full(path),
                changed,
                self.account,
                user=to_text(name) if name else None,
                password=to_text(secret) if secret is not None and to_text(secret) else None,
                replaces=flags & 6 == _CREATE | _UPDATE,
                must_exist=flags & 6 == _UPDATE,
            )
        )
        return Registered(self.host, task)


def _register_text(
    folder: Folder, path: Any, text: str, flags: int, user: Any, secret: Any, logon: int
) -> Any:
    definition = Definition()
    definition.read(text)
    return folder.register(to_text(path), definition.value, flags, user, secret, logon)


def _register(
    folder: Folder, path: Any, definition: Any, flags: int, user: Any, secret: Any, logon: int
) -> Any:
    held = unwrap(definition)
    if not isinstance(held, Definition):
        raise _refused(HostError("The parameter is incorrect.", hresult=0x80070057))
    return folder.register(to_text(path), held.value, flags, user, secret, logon)


def _delete(folder: Folder, name: str) -> None:
    folder.task(name)
    _asked(lambda: folder.host.scheduled_tasks.delete(folder.full(name)))


_ARGUMENTS = "int flags, object userId, object password, int logonType"
Folder.ps_type = PSType(
    f"{_COM}#ITaskFolder",
    instance={
        "Name": lambda f: f.path.strip("\\").rpartition("\\")[2] or "\\",
        "Path": lambda f: f.path.rstrip("\\") or "\\",
        "GetFolder(string path)": lambda f, path: f.below(path),
        "GetFolders(int flags)": lambda f, _flags: PSArray(f.folders()),
        "CreateFolder(string subFolderName)": lambda f, name: f.below(_made(f, name)),
        "CreateFolder(string subFolderName, object sddl)": lambda f, name, _sddl: f.below(_made(f, name)),
        "DeleteFolder(string subFolderName, int flags)": (
            lambda f, name, _flags: _asked(lambda: f.host.scheduled_tasks.delete_folder(f.full(name)))
        ),
        "GetTask(string path)": lambda f, path: f.task(path),
        "GetTasks(int flags)": lambda f, flags: f.tasks(int(flags)),
        "DeleteTask(string name, int flags)": lambda f, name, _flags: _delete(f, name),
        f"RegisterTask(object path, string xmlText, {_ARGUMENTS})": _register_text,
        f"RegisterTask(object path, string xmlText, {_ARGUMENTS}, object sddl)": (
            lambda f, p, t, g, u, s, k, _sddl: _register_text(f, p, t, g, u, s, k)
        ),
        f"RegisterTaskDefinition(object path, object definition, {_ARGUMENTS})": _register,
        f"RegisterTaskDefinition(object path, object definition, {_ARGUMENTS}, object sddl)": (
            lambda f, p, d, g, u, s, k, _sddl: _register(f, p, d, g, u, s, k)
        ),
    },
)


def _made(folder: Folder, name: str) -> str:
    _asked(lambda: folder.host.scheduled_tasks.create_folder(folder.full(name)))
    return name


class Service:
    """ITaskService."""

    __slots__ = ("account", "connected", "host")
    ps_type: PSType

    def __init__(self, host: Host, account: Account) -> None:
        self.host = host
        self.account = account
        self.connected = False

    def connect(self, *names: Any) -> None:
        """Connect to the machine itself; another one cannot be reached."""
        server = to_text(unwrap(names[0])) if names and unwrap(names[0]) is not None else ""
        own = ("", "localhost", ".", "127.0.0.1", self.host.name.lower())
        if server.lower() not in own:
            raise _refused(HostError("The network path was not found.", hresult=0x80070035))
        self.connected = True

    def folder(self, path: str) -> Folder:
        """A folder by its path."""
        if not self.connected:
            problem = HostError("The parameter is incorrect.", hresult=0x8004130B)
            raise _refused(problem)
        return Folder(self.host, self.account, "\\").below(path)


def _running(service: Service) -> PSArray:
    with service.host.looking():
        return PSArray(
            Instance(task, number)
            for task in service.host.scheduled_tasks.visible_to(service.account)
            for number in task.process_ids
        )


Service.ps_type = PSType(
    f"{_COM}#ITaskService",
    instance={
        "Connect()": lambda s: s.connect(),
        "Connect(object serverName)": lambda s, name: s.connect(name),
        "Connect(object serverName, object user, object domain, object password)": (
            lambda s, name, _user, _domain, _password: s.connect(name)
        ),
        "Connected": lambda s: s.connected,
        "ConnectedUser": lambda s: s.account.name,
        "ConnectedDomain": lambda s: s.account.domain,
        "TargetServer": lambda s: s.host.name,
        "HighestVersion": lambda s: UInt32(0x10006 if s.host.release.build >= 14393 else 0x10003),
        "GetFolder(string path)": lambda s, path: s.folder(path),
        "NewTask(object flags)": lambda _s, _flags: Definition(),
        "GetRunningTasks(int flags)": lambda s, _flags: _running(s),
    },
)
