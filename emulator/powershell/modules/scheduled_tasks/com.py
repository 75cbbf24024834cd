"""Schedule.Service: the Task Scheduler as scripts reach it by COM (taskschd.h, "Scripting Objects")."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from emulator.host import Account, Host, HostError
from emulator.host.neighbourhood import means_itself
from emulator.host.windows.scheduled_tasks import ScheduledTask, may_see, split_path
from emulator.host.windows.scheduled_tasks.definition import TaskDefinition
from emulator.host.windows.scheduled_tasks.document import write_task
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.numbers import UInt32
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.modules.scheduled_tasks.com_definition import COM, Definition, refused
from emulator.powershell.runtime.conversion import to_text
from emulator.signed_numbers import signed32

_CREATE, _UPDATE, _DISABLE, _VALIDATE_ONLY = 2, 4, 8, 1
_INCLUDE_HIDDEN = 1
_NEVER = datetime(1899, 12, 30)


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
    f"{COM}#IRunningTask",
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
        raise refused(problem) from None


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
    f"{COM}#IRegisteredTask",
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
            raise refused(problem)
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
        raise refused(HostError("The parameter is incorrect.", hresult=0x80070057))
    return folder.register(to_text(path), held.value, flags, user, secret, logon)


def _delete(folder: Folder, name: str) -> None:
    folder.task(name)
    _asked(lambda: folder.host.scheduled_tasks.delete(folder.full(name)))


_ARGUMENTS = "int flags, object userId, object password, int logonType"
Folder.ps_type = PSType(
    f"{COM}#ITaskFolder",
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
        if server and not means_itself(self.host, server):
            raise refused(HostError("The network path was not found.", hresult=0x80070035))
        self.connected = True

    def folder(self, path: str) -> Folder:
        """A folder by its path."""
        if not self.connected:
            problem = HostError("The parameter is incorrect.", hresult=0x8004130B)
            raise refused(problem)
        return Folder(self.host, self.account, "\\").below(path)


def _running(service: Service) -> PSArray:
    with service.host.looking():
        return PSArray(
            Instance(task, number)
            for task in service.host.scheduled_tasks.visible_to(service.account)
            for number in task.process_ids
        )


Service.ps_type = PSType(
    f"{COM}#ITaskService",
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
