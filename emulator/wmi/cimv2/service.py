"""Win32_Service: the services of the machine, and starting and stopping them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.errors import AlreadyExists, HostError, InvalidParameter, ServiceError
from emulator.host.windows.services import ServiceState, StartMode
from emulator.wmi.changes import Rule, text
from emulator.wmi.cimv2.base import Win32View
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.host.windows.services import Service as HostService
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

#: Return values of Win32_Service's methods by the Win32 error of the service controller
#: (Win32_Service.StartService and .StopService, "Return value").
_RETURN_VALUES = {
    1051: 3,  # dependent services running
    1052: 2,  # invalid service control
    1056: 10,  # already running
    1058: 14,  # disabled
    1060: 9,  # path not found
    1061: 5,  # cannot accept control
    1062: 6,  # not active
    1072: 16,  # marked for deletion
}
_UNKNOWN_FAILURE = 8
_INVALID_CONTROL, _INVALID_PARAMETER, _SERVICE_EXISTS = 2, 21, 23
#: Control codes below belong to Windows.
_FIRST_USER_CONTROL = 128
_ERROR_CONTROLS = ("Ignore", "Normal", "Severe", "Critical")
#: ChangeStartMode takes other words than StartMode shows.
_START_MODES = {"automatic": "Auto", "manual": "Manual", "disabled": "Disabled"}


class Service(Win32View["HostService"]):
    """A service of the service controller."""

    class_name = "Win32_Service"
    index = ("Name",)
    constants = {
        "CheckPoint": 0,
        "CreationClassName": "Win32_Service",
        "DesktopInteract": False,
        "ServiceSpecificExitCode": 0,
        "Status": "OK",
        "SystemCreationClassName": "Win32_ComputerSystem",
        "TagId": 0,
        "WaitHint": 0,
    }

    def objects(self) -> Iterable[HostService]:
        return self.host.services

    def by_key(self, keys: Keys) -> HostService | None:
        return self.host.services.get(keys.text("Name"))

    def object_id(self, item: HostService) -> Hashable:
        return item.name

    def return_value(self, error: HostError) -> int:
        if isinstance(error, ServiceError):
            return _RETURN_VALUES.get(error.win32_code, _UNKNOWN_FAILURE)
        if isinstance(error, AlreadyExists):
            return _SERVICE_EXISTS
        return _INVALID_PARAMETER if isinstance(error, InvalidParameter) else _UNKNOWN_FAILURE

    writable = {"State": Rule("", "state", text)}

    def Description(self, item: HostService) -> str | None:
        return item.description or None

    def write(self, item: HostService, settings: dict[str, Any]) -> None:
        """``Running``, ``Stopped`` and ``Paused`` can be asked for; the rest are on the way to these."""
        wanted = settings["state"].casefold()
        if wanted == "running" and item.state is ServiceState.PAUSED:
            item.resume()
        elif wanted == "running":
            item.start()
        elif wanted == "stopped":
            item.stop()
        elif wanted == "paused":
            item.pause()
        else:
            raise InvalidParameter(f"A service cannot be put into the state '{wanted[:64]}'.")

    def Name(self, service: HostService) -> str:
        return service.name

    def DisplayName(self, service: HostService) -> str:
        return service.display_name

    def Caption(self, service: HostService) -> str:
        return service.display_name

    def State(self, service: HostService) -> str:
        return service.state.label

    def Started(self, service: HostService) -> bool:
        return service.process_id != 0

    def StartMode(self, service: HostService) -> str:
        return service.start_mode.value

    def DelayedAutoStart(self, service: HostService) -> bool:
        return service.start_mode is StartMode.AUTOMATIC and service.settings.delayed_start

    def ErrorControl(self, service: HostService) -> str:
        return _ERROR_CONTROLS[service.settings.error_control]

    def StartName(self, service: HostService) -> str:
        return service.account

    def PathName(self, service: HostService) -> str:
        return service.path_name

    def ProcessId(self, service: HostService) -> int:
        return service.process_id

    def ServiceType(self, service: HostService) -> str:
        return "Share Process" if service.is_shared else "Own Process"

    def AcceptPause(self, service: HostService) -> bool:
        return service.accepts_pause and service.process_id != 0

    def AcceptStop(self, service: HostService) -> bool:
        return service.accepts_stop

    def ExitCode(self, service: HostService) -> int:
        """0 after a run, 1077 (ERROR_SERVICE_NEVER_STARTED) for a stopped service that starts on demand."""
        return 0 if service.process_id else 1077

    def SystemName(self, _service: HostService) -> str:
        return self.host.name

    @wmi_method
    def StartService(self, service: HostService, arguments: Arguments) -> MethodResult:
        """Start it with what it depends on."""
        service.start()
        return arguments.result(0)

    @wmi_method
    def StopService(self, service: HostService, arguments: Arguments) -> MethodResult:
        """Stop it; 3 when running services depend on it."""
        service.stop()
        return arguments.result(0)

    @wmi_method
    def PauseService(self, service: HostService, arguments: Arguments) -> MethodResult:
        """Pause it, if it can."""
        service.pause()
        return arguments.result(0)

    @wmi_method
    def ResumeService(self, service: HostService, arguments: Arguments) -> MethodResult:
        """Let a paused service go on."""
        service.resume()
        return arguments.result(0)

    @wmi_method
    def InterrogateService(self, service: HostService, arguments: Arguments) -> MethodResult:
        """0 when it runs, 6 when it does not."""
        return arguments.result(0 if service.process_id else 6)

    @wmi_method
    def UserControlService(self, _service: HostService, arguments: Arguments) -> MethodResult:
        """Codes 128 to 255 belong to the program; none of these services knows one."""
        code = arguments.integer("ControlCode") or 0
        return arguments.result(_INVALID_CONTROL if code >= _FIRST_USER_CONTROL else _INVALID_PARAMETER)

    @wmi_method
    def Change(self, service: HostService, arguments: Arguments) -> MethodResult:
        """Change what was given, all or nothing."""
        mode = arguments.text("StartMode")
        if mode is not None and mode.lower() not in _START_MODES:
            return arguments.result(_INVALID_PARAMETER)
        service.configure(
            display_name=arguments.text("DisplayName"),
            path_name=arguments.text("PathName"),
            account=arguments.text("StartName"),
            start_mode=None if mode is None else _START_MODES[mode.lower()],
        )
        return arguments.result(0)

    @wmi_method
    def Create(self, _service: HostService | None, arguments: Arguments) -> MethodResult:
        """Add a service of a program; it is stopped until it is started."""
        mode = _START_MODES.get((arguments.text("StartMode") or "Manual").lower())
        if mode is None:
            return arguments.result(_INVALID_PARAMETER)
        name = arguments.text("Name") or ""
        self.host.services.create(
            name,
            arguments.text("DisplayName") or name,
            arguments.text("PathName") or "",
            mode,
            arguments.text("StartName") or "LocalSystem",
        )
        return arguments.result(0)

    @wmi_method
    def Delete(self, service: HostService, arguments: Arguments) -> MethodResult:
        """Remove it, running or not."""
        service.delete()
        return arguments.result(0)

    @wmi_method
    def ChangeStartMode(self, service: HostService, arguments: Arguments) -> MethodResult:
        """``Automatic``, ``Manual`` or ``Disabled``; 21 for anything else."""
        mode = _START_MODES.get((arguments.text("StartMode") or "").lower())
        if mode is None:
            return arguments.result(_INVALID_PARAMETER)
        service.set_start_mode(mode)
        return arguments.result(0)
