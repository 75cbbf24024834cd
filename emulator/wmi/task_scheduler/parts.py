"""Parts of a task as embedded instances, and instances that somebody gives as parts of a task.

Which property is which field is said once, in tables; a property without a value stands for the default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emulator.cim.instance import Instance, ValueInstance
from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.windows.scheduled_tasks.definition import (
    Repetition,
    TaskAction,
    TaskDefinition,
    TaskPrincipal,
    TaskSettings,
    TaskTrigger,
)
from emulator.host.windows.scheduled_tasks.property_names import (
    ACTION,
    INFORMATION,
    PRINCIPAL,
    REPETITION,
    SETTINGS,
    TRIGGER,
)

if TYPE_CHECKING:
    from emulator.record import Record
    from emulator.wmi.namespace import Namespace

_ACTION, _ANY_TRIGGER = "MSFT_TaskExecAction", "MSFT_TaskTrigger"
_PRINCIPAL, _SETTINGS = "MSFT_TaskPrincipal2", "MSFT_TaskSettings3"
#: Kinds of triggers that have a class of their own. The two monthly ones are shown as MSFT_TaskTrigger: the
#: provider says no more of them, and its DaysOfMonth has no room for 31 bits.
_KINDS = ("Time", "Daily", "Weekly", "Boot", "Logon", "Idle", "Event", "Registration", "SessionStateChange")
_KIND_OF = {f"msft_task{kind}trigger".lower(): kind for kind in _KINDS}

_ACTION_FIELDS = {**ACTION, "Execute": "execute"}
_TRIGGER_FIELDS = {**TRIGGER, "StateChange": "state_change"}
_SETTINGS_FIELDS = {**SETTINGS, "UseUnifiedSchedulingEngine": "unified_engine"}
_IDLE_FIELDS = {
    "IdleDuration": "idle_duration",
    "WaitTimeout": "idle_wait",
    "StopOnIdleEnd": "stop_on_idle_end",
    "RestartOnIdle": "restart_on_idle",
}
_DEFAULT_TOKEN = 2
#: Property -> value that means nothing special; another one is something that no task here can keep.
_NOT_KEPT: dict[str, tuple[object, ...]] = {
    "ProcessTokenSidType": (_DEFAULT_TOKEN,),
    "RequiredPrivilege": ([],),
    "DisallowStartOnRemoteAppSession": (False,),
    "MaintenanceSettings": (),
    "Volatile": (False,),
    "ValueQueries": ([],),
}


# Parts as instances


def made(namespace: Namespace, class_name: str, values: Mapping[str, Any]) -> ValueInstance:
    """An instance of a class of the namespace."""
    return ValueInstance(namespace.schema.find(class_name), values, namespace.name, namespace.server)


def _shown(
    namespace: Namespace, class_name: str, part: Record, fields: Mapping[str, str], **more: Any
) -> ValueInstance:
    declaration = namespace.schema.find(class_name)
    known = {name: field for name, field in fields.items() if declaration.find_property(name)}
    values = {name: _value(getattr(part, field)) for name, field in known.items()}
    return ValueInstance(declaration, {**values, **more}, namespace.name, namespace.server)


def _value(value: Any) -> Any:
    """An empty text is NULL."""
    return None if value == "" else value


def action_instance(namespace: Namespace, action: TaskAction) -> ValueInstance:
    """A program to start."""
    return _shown(namespace, _ACTION, action, _ACTION_FIELDS)


def trigger_instance(namespace: Namespace, trigger: TaskTrigger) -> ValueInstance:
    """A trigger, of the class of its kind."""
    name = f"MSFT_Task{trigger.kind}Trigger" if trigger.kind in _KINDS else _ANY_TRIGGER
    again = _shown(namespace, "MSFT_TaskRepetitionPattern", trigger.repetition, REPETITION)
    return _shown(namespace, name, trigger, _TRIGGER_FIELDS, Repetition=again)


def principal_instance(namespace: Namespace, principal: TaskPrincipal) -> ValueInstance:
    """Who a task runs as."""
    return _shown(namespace, _PRINCIPAL, principal, PRINCIPAL, ProcessTokenSidType=_DEFAULT_TOKEN)


def settings_instance(namespace: Namespace, settings: TaskSettings) -> ValueInstance:
    """How a task may run."""
    return _shown(
        namespace,
        _SETTINGS,
        settings,
        _SETTINGS_FIELDS,
        IdleSettings=_shown(namespace, "MSFT_TaskIdleSettings", settings, _IDLE_FIELDS),
        NetworkSettings=made(namespace, "MSFT_TaskNetworkSettings", {}),
        DisallowStartOnRemoteAppSession=False,
        Volatile=False,
    )


# Instances as parts


def _read(given: Instance, fields: Mapping[str, str]) -> dict[str, Any]:
    """The fields whose properties have a value. Raises NotSupported for a value that no task can keep."""
    for name, plain in _NOT_KEPT.items():
        if given.declaration.find_property(name) is None:
            continue
        value = given.value(name)
        if value is not None and value not in plain:
            raise NotSupported(f"{given.declaration.name}.{name} is not emulated.")
    found = {}
    for name, field in fields.items():
        if given.declaration.find_property(name) is not None:
            value = given.value(name)
            if value is not None:
                found[field] = value
    return found


def read_action(given: Instance) -> TaskAction:
    """The action of an instance. Raises InvalidParameter for one without a program, NotSupported for one of
    another kind."""
    if not given.declaration.is_a(_ACTION):
        raise NotSupported(f"The action {given.declaration.name} is not emulated: tasks start programs.")
    values = _read(given, _ACTION_FIELDS)
    if not values.get("execute"):
        raise InvalidParameter("An action has no command.", hresult=0x80041318)
    return TaskAction(**values)


def read_trigger(given: Instance) -> TaskTrigger:
    """The trigger of an instance. Raises NotSupported for a class that does not say when it fires."""
    kind = _KIND_OF.get(given.declaration.name.lower())
    if kind is None:
        raise NotSupported(f"A trigger as {given.declaration.name} does not say when it fires.")
    again = given.value("Repetition")
    values = _read(given, _TRIGGER_FIELDS)
    if isinstance(again, Instance):
        values["repetition"] = Repetition(**_read(again, REPETITION))
    return TaskTrigger(kind, **values)


def read_principal(given: Instance) -> TaskPrincipal:
    """The principal of an instance."""
    return TaskPrincipal(**_read(given, PRINCIPAL))


def read_settings(given: Instance) -> TaskSettings:
    """The settings of an instance."""
    values = _read(given, _SETTINGS_FIELDS)
    idle, network = given.value("IdleSettings"), given.value("NetworkSettings")
    if isinstance(idle, Instance):
        values |= _read(idle, _IDLE_FIELDS)
    if isinstance(network, Instance) and (network.value("Id") or network.value("Name")):
        raise NotSupported("A task that waits for one network is not emulated.")
    return TaskSettings(**values)


def read_definition(given: Instance) -> TaskDefinition:
    """The definition that a MSFT_ScheduledTask holds."""
    principal, settings = given.value("Principal"), given.value("Settings")
    texts = {field: str(given.value(name) or "") for name, field in INFORMATION.items()}
    return TaskDefinition(
        actions=tuple(read_action(one) for one in _instances(given.value("Actions"))),
        triggers=tuple(read_trigger(one) for one in _instances(given.value("Triggers"))),
        principal=read_principal(principal) if isinstance(principal, Instance) else TaskPrincipal(),
        settings=read_settings(settings) if isinstance(settings, Instance) else TaskSettings(),
        security_descriptor=str(given.value("SecurityDescriptor") or ""),
        **texts,
    )


def _instances(value: Any) -> list[Instance]:
    return [one for one in value if isinstance(one, Instance)] if isinstance(value, list) else []
