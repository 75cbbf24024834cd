"""The tasks that come with Windows, as far as administrators' scripts name them.

A real machine has a hundred; these are the ones that hardening guides and tools switch off (names and
programs from published listings of schtasks). They never run here: their triggers are idle time, maintenance
and logon.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.host.windows.scheduled_tasks.definition import (
    HIGHEST,
    SERVICE_ACCOUNT,
    TaskAction,
    TaskDefinition,
    TaskPrincipal,
    TaskSettings,
    TaskTrigger,
)

if TYPE_CHECKING:
    from emulator.host.host import Host

_WINDOWS = "\\Microsoft\\Windows\\"
_FIRST_BUILD_OF_2012 = 9200
#: Folder below \Microsoft\Windows, name, program, arguments, kind of trigger, servers only.
_TASKS: tuple[tuple[str, str, str, str, str, bool], ...] = (
    ("Defrag", "ScheduledDefrag", "%windir%\\system32\\defrag.exe", "-c -h -o -$", "", False),
    (
        "DiskCleanup",
        "SilentCleanup",
        "%windir%\\system32\\cleanmgr.exe",
        "/autoclean /d %systemdrive%",
        "",
        False,
    ),
    ("Server Manager", "ServerManager", "%windir%\\system32\\ServerManagerLauncher.exe", "", "Logon", True),
    (
        "Time Synchronization",
        "SynchronizeTime",
        "%windir%\\system32\\sc.exe",
        "start w32time task_started",
        "",
        False,
    ),
    (
        "Customer Experience Improvement Program",
        "Consolidator",
        "%SystemRoot%\\System32\\wsqmcons.exe",
        "",
        "",
        False,
    ),
    (
        "Windows Error Reporting",
        "QueueReporting",
        "%windir%\\system32\\wermgr.exe",
        "-upload",
        "Logon",
        False,
    ),
    ("Registry", "RegIdleBackup", "%windir%\\system32\\rundll32.exe", "regidle.dll,RegIdleBackup", "", False),
)


def built_in_tasks(host: "Host") -> Iterator[tuple[str, str, TaskDefinition]]:
    """Folder, name and definition of each."""
    account = TaskPrincipal(user_id="SYSTEM", logon_type=SERVICE_ACCOUNT, run_level=HIGHEST, id="LocalSystem")
    later = host.release.build >= _FIRST_BUILD_OF_2012
    for folder, name, program, arguments, trigger, servers_only in _TASKS:
        if (servers_only and host.release.is_client) or (name == "SilentCleanup" and not later):
            continue
        yield (
            f"{_WINDOWS}{folder}\\",
            name,
            TaskDefinition(
                actions=(TaskAction(program, arguments),),
                triggers=(TaskTrigger(trigger),) if trigger else (),
                principal=account,
                settings=TaskSettings(start_when_available=True),
                author="Microsoft Corporation",
                source="Microsoft Corporation",
                uri=f"{_WINDOWS}{folder}\\{name}",
            ),
        )
