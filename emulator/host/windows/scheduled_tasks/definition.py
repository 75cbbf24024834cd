"""What a scheduled task is made of (MS-TSCH 2.5; the Task Scheduler schema 1.2, Windows Vista and later)."""

from emulator.record import Record

#: TASK_LOGON_TYPE (taskschd.h).
NO_LOGON, PASSWORD, S4U, INTERACTIVE, GROUP, SERVICE_ACCOUNT, INTERACTIVE_OR_PASSWORD = range(7)
#: TASK_RUNLEVEL_TYPE.
LEAST_PRIVILEGE, HIGHEST = 0, 1
#: TASK_INSTANCES_POLICY.
PARALLEL, QUEUE, IGNORE_NEW, STOP_EXISTING = range(4)


class TaskAction(Record):
    """A program to start."""

    execute: str
    arguments: str = ""
    working_directory: str = ""
    id: str = ""

    @property
    def command_line(self) -> str:
        """What is started; a program with blanks in its path is quoted."""
        name = self.execute.strip()
        if " " in name and not name.startswith('"'):
            name = f'"{name}"'
        return f"{name} {self.arguments}".strip()


class Repetition(Record):
    """How often an occurrence is repeated, as durations (``PT5M``); without a duration for ever."""

    interval: str = ""
    duration: str = ""
    stops_at_end: bool = False


class TaskTrigger(Record):
    """When a task starts. ``kind`` is the name of its element without ``Trigger``; times are ISO texts, local
    unless they name a zone; days and months are sums of bits from Sunday, the first and January on."""

    kind: str
    id: str = ""
    enabled: bool = True
    start: str = ""
    end: str = ""
    execution_limit: str = ""
    repetition: Repetition = Repetition()
    random_delay: str = ""
    delay: str = ""
    interval: int = 1
    days_of_week: int = 0
    days_of_month: int = 0
    last_day_of_month: bool = False
    months: int = 0xFFF
    weeks_of_month: int = 0
    last_week_of_month: bool = False
    user_id: str = ""
    subscription: str = ""
    state_change: int = 0


class TaskPrincipal(Record):
    """Who a task runs as."""

    user_id: str = ""
    group_id: str = ""
    logon_type: int = NO_LOGON
    run_level: int = LEAST_PRIVILEGE
    id: str = "Author"
    display_name: str = ""


class TaskSettings(Record):
    """How a task may run; the defaults are those of the schema."""

    allow_demand_start: bool = True
    allow_hard_terminate: bool = True
    compatibility: int = 2
    delete_expired_after: str = ""
    disallow_start_on_batteries: bool = True
    stop_on_batteries: bool = True
    enabled: bool = True
    execution_limit: str = "PT72H"
    hidden: bool = False
    multiple_instances: int = IGNORE_NEW
    priority: int = 7
    restart_count: int = 0
    restart_interval: str = ""
    run_only_if_idle: bool = False
    run_only_if_network: bool = False
    start_when_available: bool = False
    wake_to_run: bool = False
    idle_duration: str = "PT10M"
    idle_wait: str = "PT1H"
    stop_on_idle_end: bool = True
    restart_on_idle: bool = False
    unified_engine: bool = False


class TaskDefinition(Record):
    """A whole task."""

    actions: tuple[TaskAction, ...] = ()
    triggers: tuple[TaskTrigger, ...] = ()
    principal: TaskPrincipal = TaskPrincipal()
    settings: TaskSettings = TaskSettings()
    author: str = ""
    date: str = ""
    description: str = ""
    documentation: str = ""
    source: str = ""
    uri: str = ""
    version: str = ""
    security_descriptor: str = ""
