"""root/microsoft/windows/taskscheduler: the scheduled tasks of the machine."""

from emulator.wmi.association import Link
from emulator.wmi.task_scheduler.management import TaskManagement
from emulator.wmi.task_scheduler.tasks import ScheduledTaskView

LINKS: tuple[Link, ...] = ()
VIEWS = (ScheduledTaskView, TaskManagement)

__all__ = ["LINKS", "VIEWS"]
