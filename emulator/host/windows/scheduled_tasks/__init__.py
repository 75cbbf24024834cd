"""The task scheduler: tasks in folders, and who may register them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from emulator.host.checks import check_text
from emulator.host.clock import Timer
from emulator.host.errors import (
    AccessDenied,
    AlreadyExists,
    HostError,
    InvalidParameter,
    NotFound,
    QuotaExceeded,
)
from emulator.host.host_object import operation
from emulator.host.security.system_account import system_account
from emulator.host.windows.scheduled_tasks.built_in import built_in_tasks
from emulator.host.windows.scheduled_tasks.definition import (
    GROUP,
    INTERACTIVE,
    NO_LOGON,
    PASSWORD,
    S4U,
    SERVICE_ACCOUNT,
    TaskDefinition,
)
from emulator.host.windows.scheduled_tasks.durations import duration_of
from emulator.host.windows.scheduled_tasks.event_triggers import EventTriggers
from emulator.host.windows.scheduled_tasks.task import ScheduledTask, TaskState, split_path

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account

__all__ = ["ScheduledTask", "TaskDefinition", "TaskScheduler", "TaskState", "may_see", "split_path"]

MAXIMUM_TASKS, MAXIMUM_FOLDERS = 2000, 1000
MAXIMUM_ACTIONS, MAXIMUM_TRIGGERS = 32, 48
_LONGEST_NAME = 238
_FORBIDDEN = frozenset('<>:"|?*/')
_FILE_NOT_FOUND = 0x80070002
_SHORTEST_INTERVAL = timedelta(minutes=1)
#: Windows looks whether it is idle every 15 minutes (documented: Task Idle Conditions).
_IDLE_LOOK = timedelta(minutes=15)
_NO_SUCH_ACCOUNT, _WRONG_PASSWORD = 0x80070534, 0x8007052E


class TaskScheduler:
    """The tasks of a machine by path in any case, in order of registration."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._folders: dict[str, str] = {"\\": "\\"}
        self._tasks: dict[str, ScheduledTask] = {}
        self._events = EventTriggers(host, lambda: list(self._tasks.values()))
        self._idle: Timer | None = None
        account = system_account(host, "SYSTEM")
        assert account is not None  # noqa: S101 - every machine has it
        for folder, name, definition in built_in_tasks(host):
            self._add_folders(folder)
            task = ScheduledTask(host, folder, name, definition, account)
            self._tasks[task.path.casefold()] = task

    def __iter__(self) -> Iterator[ScheduledTask]:
        return iter(list(self._tasks.values()))

    @property
    def folders(self) -> list[str]:
        """Every folder, the root first; each ends with a backslash."""
        return list(self._folders.values())

    def has_folder(self, path: str) -> bool:
        """Whether there is a folder of a path, in any case."""
        return _folder(path).casefold() in self._folders

    def get(self, path: str) -> ScheduledTask | None:
        """The task of a path, in any case; a path without a folder means the root."""
        return self._tasks.get("".join(split_path(path)).casefold())

    def __getitem__(self, path: str) -> ScheduledTask:
        """The task of a path. Raises NotFound."""
        found = self.get(path)
        if found is None:
            raise NotFound("The system cannot find the file specified.", hresult=_FILE_NOT_FOUND)
        return found

    def in_folder(self, folder: str) -> list[ScheduledTask]:
        """The tasks of one folder."""
        wanted = _folder(folder).casefold()
        return [task for task in self if task.folder.casefold() == wanted]

    def open(self, path: str, account: "Account") -> ScheduledTask:
        """The task of a path for an account that may see it. Raises NotFound, AccessDenied."""
        found = self[path]
        if not may_see(account, found):
            raise AccessDenied()
        return found

    def visible_to(self, account: "Account") -> list[ScheduledTask]:
        """The tasks that an account may see."""
        return [task for task in self if may_see(account, task)]

    @operation
    def create_folder(self, path: str) -> str:
        """Make a folder and those above it. Raises AlreadyExists, InvalidParameter, QuotaExceeded."""
        folder = _folder(path)
        if folder.casefold() in self._folders:
            raise AlreadyExists("Cannot create a file when that file already exists.")
        for part in folder.strip("\\").split("\\"):
            _check_name(part)
        self._add_folders(folder)
        return self._folders[folder.casefold()]

    @operation
    def delete_folder(self, path: str) -> None:
        """Remove an empty folder. Raises NotFound, InvalidParameter."""
        folder = _folder(path)
        if folder.casefold() not in self._folders:
            raise NotFound("The system cannot find the path specified.", hresult=0x80070003)
        inside = any(
            one.startswith(folder.casefold()) and one != folder.casefold() for one in self._folders
        ) or any(key.startswith(folder.casefold()) for key in self._tasks)
        if folder == "\\" or inside:
            raise InvalidParameter("The directory is not empty.", hresult=0x80070091)
        del self._folders[folder.casefold()]

    @operation
    def register(
        self,
        path: str,
        definition: TaskDefinition,
        caller: "Account",
        *,
        user: str | None = None,
        password: str | None = None,
        replaces: bool = False,
        must_exist: bool = False,
    ) -> ScheduledTask:
        """Register a task, or with ``replaces`` put it in the place of one that is there.

        It runs as ``user``, else as whom its principal names, else as the caller; an account with a password
        of its own needs it unless the principal's logon type does without. Raises AlreadyExists, NotFound,
        InvalidParameter, QuotaExceeded, HostError for an unknown account or a wrong password.
        """
        folder, name = split_path(path)
        _check_name(name)
        present = self.get(path)
        if present is None and must_exist:
            raise NotFound("The system cannot find the file specified.", hresult=_FILE_NOT_FOUND)
        if present is not None and not (replaces or must_exist):
            raise AlreadyExists("Cannot create a file when that file already exists.")
        _check(definition)
        self._events.check(definition)
        account, definition = self._account(definition, caller, user, password)
        if present is not None:
            if not may_see(caller, present):
                raise AccessDenied()
            present.redefine(definition, account)
            task = present
        else:
            if len(self._tasks) >= MAXIMUM_TASKS:
                raise QuotaExceeded(f"{MAXIMUM_TASKS} tasks are registered.")
            self._add_folders(folder)
            task = ScheduledTask(self.host, self._folders[folder.casefold()], name, definition, account)
            task.plan()
            self._tasks[task.path.casefold()] = task
            self.host.observe("created", task)
        self._events.refresh()
        task.happened("Registration")
        return task

    @operation
    def delete(self, path: str) -> None:
        """Remove a task; its programs go on. Raises NotFound."""
        task = self[path]
        task.forget()
        del self._tasks[task.path.casefold()]
        self._events.refresh()
        self.host.next_revision()
        self.host.observe("deleted", task)

    def boot(self) -> None:
        """Windows has started: tasks with a boot trigger start. Called with the lock held."""
        for task in self:
            task.happened("Boot")
            task.plan()
        # Nobody sits at the machine: it is idle when Windows looks for the first time.
        if self._idle is not None:
            self._idle.cancel()
        self._idle = self.host.clock.schedule(_IDLE_LOOK.total_seconds(), self._be_idle)

    def _be_idle(self) -> None:
        self._idle = None
        if self.host.power.answers:
            for task in self:
                task.happened("Idle")

    def _add_folders(self, folder: str) -> None:
        path = "\\"
        for part in [one for one in folder.split("\\") if one]:
            path += f"{part}\\"
            if path.casefold() not in self._folders and len(self._folders) >= MAXIMUM_FOLDERS:
                raise QuotaExceeded(f"There are {MAXIMUM_FOLDERS} folders.")
            self._folders.setdefault(path.casefold(), path)

    def _account(
        self, definition: TaskDefinition, caller: "Account", user: str | None, password: str | None
    ) -> tuple["Account", TaskDefinition]:
        """Who a task runs as, and the definition with that in its principal."""
        principal = definition.principal
        if principal.group_id and not user:
            # It runs in the session of whoever is logged on; over the network that is the caller.
            return caller, definition.replaced(principal=principal.replaced(logon_type=GROUP))
        name = user or principal.user_id or caller.qualified_name
        system = system_account(self.host, name)
        if system is not None:
            if not caller.is_administrator:
                raise AccessDenied()
            changed = principal.replaced(user_id=system.name, logon_type=SERVICE_ACCOUNT)
            return system, definition.replaced(principal=changed)
        account = self.host.accounts.find(name) or self.host.accounts.by_sid(name)
        if account is None and name.casefold() == caller.qualified_name.casefold():
            account = caller
        if account is None:
            raise HostError(
                "No mapping between account names and security IDs was done.", hresult=_NO_SUCH_ACCOUNT
            )
        logon = principal.logon_type
        if password is not None:
            if self.host.accounts.verify(account.qualified_name, password) is None:
                raise HostError("The user name or password is incorrect.", hresult=_WRONG_PASSWORD)
            logon = PASSWORD if logon in (NO_LOGON, INTERACTIVE) else logon
        elif logon == PASSWORD:
            raise HostError("The user name or password is incorrect.", hresult=_WRONG_PASSWORD)
        elif logon == NO_LOGON:
            logon = INTERACTIVE
        if account.sid != caller.sid and not caller.is_administrator and logon != PASSWORD:
            raise AccessDenied()
        if logon == S4U and not caller.is_administrator:
            raise AccessDenied()
        return account, definition.replaced(
            principal=principal.replaced(user_id=account.name, logon_type=logon)
        )


def may_see(account: "Account", task: ScheduledTask) -> bool:
    """Whether an account may see a task, and change it: an administrator every one, others their own."""
    return account.is_administrator or task.account.sid == account.sid


def _folder(path: str) -> str:
    stripped = path.replace("/", "\\").strip("\\")
    return f"\\{stripped}\\" if stripped else "\\"


def _check_name(name: str) -> None:
    check_text("the name of a task", name, _LONGEST_NAME, shortest=1)
    if set(name) & _FORBIDDEN or not name.isprintable():
        raise InvalidParameter(
            "The filename, directory name, or volume label syntax is incorrect.", hresult=0x8007007B
        )


def _check(definition: TaskDefinition) -> None:
    """Raises InvalidParameter."""
    if not definition.actions:
        raise InvalidParameter("The task has no action.", hresult=0x80041319)
    if len(definition.actions) > MAXIMUM_ACTIONS or len(definition.triggers) > MAXIMUM_TRIGGERS:
        raise InvalidParameter("The task has too many actions or triggers.", hresult=0x8004131C)
    if any(not action.execute.strip() for action in definition.actions):
        raise InvalidParameter("An action has no command.", hresult=0x80041318)
    settings = definition.settings
    for text in (
        *(settings.execution_limit, settings.delete_expired_after, settings.restart_interval),
        *(trigger.delay for trigger in definition.triggers),
        *(trigger.repetition.interval for trigger in definition.triggers),
        *(trigger.repetition.duration for trigger in definition.triggers),
    ):
        duration_of(text)
    for trigger in definition.triggers:
        # A repetition is a minute at least (documented: RepetitionPattern.Interval).
        every = duration_of(trigger.repetition.interval)
        if every is not None and every < _SHORTEST_INTERVAL:
            raise InvalidParameter("A repetition is too short.", hresult=0x80041318)
