"""The COM objects of a task's definition: ITaskDefinition and its parts.

Definitions are values of the host; an object of a script that stands for a part of one puts a changed part
into the place of the old one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.host import HostError
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
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, builtin
from emulator.powershell.dotnet.win32_messages import com_exception
from emulator.powershell.runtime.conversion import convert, to_text
from emulator.powershell.runtime.errors import ConversionError

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
_TYPE_MISMATCH = 0x80020005
COM = "System.__ComObject"
_TRIGGER = {
    **TRIGGER,
    "DaysOfMonth": "days_of_month",
    "MonthsOfYear": "months",
    "WeeksOfMonth": "weeks_of_month",
    "RunOnLastDayOfMonth": "last_day_of_month",
    "RunOnLastWeekOfMonth": "last_week_of_month",
}
_ACTION = {**ACTION, "Path": "execute"}


def refused(problem: HostError) -> NetError:
    """The exception of a failed call: the machine's sentence with its number."""
    return com_exception(problem.hresult, problem.text)


def _wrong_parameter() -> NetError:
    return com_exception(0x80070057, "The parameter is incorrect.")


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
    return PSType(f"{COM}#{name}", instance={**table, **more})


def _reader(field: str) -> Callable[[Part], Any]:
    return lambda part: getattr(part.get(), field)


def _writer(field: str) -> Callable[[Part, Any], None]:
    def write(part: Part, value: Any) -> None:
        present = part.get()
        old, held = getattr(present, field), unwrap(value)
        if isinstance(old, bool):
            new: Any = held not in (None, False, 0, "")
        elif isinstance(old, int):
            try:
                new = convert(held, builtin("System.Int32"))
            except ConversionError as problem:
                raise com_exception(_TYPE_MISMATCH, "Type mismatch.") from problem
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
            raise refused(problem) from None


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
        """One of them as an object. Raises NetError for a place that there is not, now or later."""

        def get() -> Any:
            values = self.values()
            if not 0 <= place < len(values):
                raise _wrong_parameter()
            return values[place]

        def put(value: Any) -> None:
            values = list(self.values())
            values[place] = value
            self.replace(tuple(values))

        get()
        return Part(get, put, self.kind)

    def add(self, value: Any) -> Part:
        """One more, as an object."""
        self.replace((*self.values(), value))
        return self.item(len(self.values()) - 1)

    def unroll(self) -> list[Part]:
        """All of them."""
        return [self.item(place) for place in range(len(self.values()))]

    def remove(self, number: int) -> None:
        """Take one away by its number. Raises NetError."""
        values = list(self.values())
        if not 1 <= number <= len(values):
            raise _wrong_parameter()
        del values[number - 1]
        self.replace(tuple(values))


def _new_trigger(items: Items, kind: int) -> Part:
    name = _TRIGGER_KINDS.get(int(kind))
    if name is None:
        raise _wrong_parameter()
    return items.add(TaskTrigger(name))


def _new_action(items: Items, kind: int) -> Part:
    if int(kind) != _EXECUTE:
        raise refused(HostError("The request is not supported.", hresult=0x80070032))
    return items.add(TaskAction(""))


def _items_type(name: str, create: Callable[[Items, int], Part]) -> PSType:
    return PSType(
        f"{COM}#{name}",
        instance={
            "Count": lambda i: len(i.values()),
            "Create(int type)": create,
            "Item(int index)": lambda i, number: i.item(number - 1),
            "Remove(int index)": lambda i, number: i.remove(number),
            "Clear()": lambda i: i.replace(()),
        },
    )


_TRIGGERS_TYPE = _items_type("ITriggerCollection", _new_trigger)
_ACTIONS_TYPE = _items_type("IActionCollection", _new_action)
Definition.ps_type = PSType(
    f"{COM}#ITaskDefinition",
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
