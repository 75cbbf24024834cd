"""System.ServiceProcess.ServiceController and its enumerations, and how services are shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from emulator.host.services import Service, StartMode
from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.types import PSType, array_of, bind_class
from emulator.powershell.format.views import Column, View, table

_NAMESPACE = "System.ServiceProcess"
CONTROLLER = f"{_NAMESPACE}.ServiceController"
STATUS = EnumType(
    f"{_NAMESPACE}.ServiceControllerStatus",
    {
        "Stopped": 1,
        "StartPending": 2,
        "StopPending": 3,
        "Running": 4,
        "ContinuePending": 5,
        "PausePending": 6,
        "Paused": 7,
    },
)
START_MODE = EnumType(
    f"{_NAMESPACE}.ServiceStartMode", {"Boot": 0, "System": 1, "Automatic": 2, "Manual": 3, "Disabled": 4}
)
SERVICE_TYPE = EnumType(
    f"{_NAMESPACE}.ServiceType",
    {
        "KernelDriver": 1,
        "FileSystemDriver": 2,
        "Adapter": 4,
        "RecognizerDriver": 8,
        "Win32OwnProcess": 16,
        "Win32ShareProcess": 32,
        "InteractiveProcess": 256,
    },
    flags=True,
)
START_MODES = {StartMode.AUTOMATIC: "Automatic", StartMode.MANUAL: "Manual", StartMode.DISABLED: "Disabled"}


def _looking(read: Callable[[Service], Any]) -> Callable[[Service], Any]:
    def value(service: Service) -> Any:
        with service.host.looking():
            return read(service)

    return value


def _services(read: Callable[[Service], list[Service]]) -> Callable[[Service], Any]:
    return _looking(lambda service: TypedArray(read(service), array_of(service_types()[0])))


@cache
def service_types() -> tuple[PSType, ...]:
    """Every type; made and bound once for the process."""
    controller = PSType(
        CONTROLLER,
        instance={
            "Name: System.String": lambda service: service.name,
            f"RequiredServices: {CONTROLLER}[]": _services(lambda service: service.dependencies),
            "CanPauseAndContinue: System.Boolean": _looking(
                lambda service: service.accepts_stop and service.accepts_pause
            ),
            "CanShutdown: System.Boolean": _looking(lambda service: service.accepts_stop),
            "CanStop: System.Boolean": _looking(lambda service: service.accepts_stop),
            "DisplayName: System.String": lambda service: service.display_name,
            f"DependentServices: {CONTROLLER}[]": _services(lambda service: service.dependents),
            "MachineName: System.String": lambda _: ".",
            "ServiceName: System.String": lambda service: service.name,
            f"ServicesDependedOn: {CONTROLLER}[]": _services(lambda service: service.dependencies),
            f"Status: {STATUS.name}": _looking(lambda service: STATUS.value(int(service.state))),
            f"ServiceType: {SERVICE_TYPE.name}": lambda service: SERVICE_TYPE[
                "Win32ShareProcess" if service.is_shared else "Win32OwnProcess"
            ],
            f"StartType: {START_MODE.name}": _looking(
                lambda service: START_MODE[START_MODES[service.start_mode]]
            ),
            "Refresh()": lambda _: None,
            "Start()": lambda service: service.start(),
            "Stop()": lambda service: service.stop(force=True),
            "Pause()": lambda service: service.pause(),
            "Continue()": lambda service: service.resume(),
        },
        to_text=lambda _: CONTROLLER,
    )
    bind_class(controller, Service)
    return (controller, STATUS, START_MODE, SERVICE_TYPE)


SERVICE_VIEWS: tuple[View, ...] = (
    table(
        CONTROLLER,
        columns=(
            Column("Status", "Status", 8),
            Column("Name", "Name", 18),
            Column("DisplayName", "DisplayName", 38),
        ),
    ),
)
