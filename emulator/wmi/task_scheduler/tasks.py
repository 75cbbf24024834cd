"""MSFT_ScheduledTask: a registered task."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.windows.scheduled_tasks import ScheduledTask
from emulator.host.windows.scheduled_tasks.definition import TaskDefinition
from emulator.wmi.task_scheduler.parts import (
    action_instance,
    made,
    principal_instance,
    settings_instance,
    trigger_instance,
)
from emulator.wmi.view import View

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace


def definition_values(namespace: Namespace, definition: TaskDefinition) -> dict[str, Any]:
    """What a MSFT_ScheduledTask shows of a definition; texts that are not there are NULL."""
    return {
        "Actions": [action_instance(namespace, one) for one in definition.actions],
        "Triggers": [trigger_instance(namespace, one) for one in definition.triggers],
        "Principal": principal_instance(namespace, definition.principal),
        "Settings": settings_instance(namespace, definition.settings),
        "Author": definition.author or None,
        "Date": definition.date or None,
        "Description": definition.description or None,
        "Documentation": definition.documentation or None,
        "SecurityDescriptor": definition.security_descriptor or None,
        "Source": definition.source or None,
        "Version": definition.version or None,
    }


def unregistered(namespace: Namespace, definition: TaskDefinition) -> ValueInstance:
    """A task that is in no folder yet."""
    return made(namespace, "MSFT_ScheduledTask", definition_values(namespace, definition))


class ScheduledTaskView(View[ScheduledTask]):
    """The tasks by folder and name."""

    class_name = "MSFT_ScheduledTask"
    index = ("TaskName", "TaskPath")
    volatile = frozenset({"State"})

    def objects(self) -> Iterable[ScheduledTask]:
        return self.host.scheduled_tasks

    def by_key(self, keys: Keys) -> ScheduledTask | None:
        folder = keys.text("TaskPath")
        separator = "" if folder.endswith("\\") else "\\"
        return self.host.scheduled_tasks.get(f"{folder}{separator}{keys.text('TaskName')}")

    def delete(self, item: ScheduledTask) -> None:
        self.host.scheduled_tasks.delete(item.path)

    def read(self, item: ScheduledTask, name: str) -> Any:
        if name == "TaskName":
            return item.name
        if name == "TaskPath":
            return item.folder
        if name == "URI":
            return item.path
        if name == "State":
            return int(item.state)
        return definition_values(self.namespace, item.definition).get(name)
