"""System.ServiceProcess.ServiceController and its enumerations, and how services are shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from emulator.host.errors import ServiceError
from emulator.host.windows.services import Service, StartMode
from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError
from emulator.powershell.dotnet.time_values import TICKS_PER_SECOND, TimeSpan
from emulator.powershell.dotnet.types import PSType, array_of, bind_class
from emulator.powershell.format.views import Column, View, table

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

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


def _stop_with_dependents(service: Service) -> None:
    service.stop(force=True)


def _controlled(service: Service, what: str, control: Callable[[Service], None]) -> None:
    """Do something with a service; what the machine refuses is .NET's InvalidOperationException."""
    try:
        control(service)
    except ServiceError as problem:
        text = f"Cannot {what.format(service.name)} on computer '.'."
        inner = ExceptionObject("System.ComponentModel.Win32Exception", problem.text)
        raise NetError("System.InvalidOperationException", text, inner=inner) from None


def _start(service: Service, _arguments: Any = None) -> None:
    _controlled(service, "start service {}", Service.start)


def _wait(engine: Engine, service: Service, status: EnumValue, timeout: TimeSpan | None = None) -> None:
    """Let time of the host pass until the service is in a state."""
    reached = service.host.wait_for(
        lambda: int(service.state) == int(status),
        None if timeout is None else max(timeout.ticks, 0) / TICKS_PER_SECOND,
        interrupted=engine.stopped.is_set,
    )
    if not reached:
        text = "Time out has expired and the operation has not been completed."
        raise NetError(f"{_NAMESPACE}.TimeoutException", text)


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
            "Close()": lambda _: None,
            "Dispose()": lambda _: None,
            "Start()": _start,
            "Start(string[] args)": _start,
            "Stop()": lambda service: _controlled(service, "stop {} service", _stop_with_dependents),
            "Pause()": lambda service: _controlled(service, "pause {} service", Service.pause),
            "Continue()": lambda service: _controlled(service, "resume {} service", Service.resume),
            f"@WaitForStatus({STATUS.name} desiredStatus)": _wait,
            f"@WaitForStatus({STATUS.name} desiredStatus, timespan timeout)": _wait,
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
