"""Get-, Start-, Stop-, Restart-, Suspend-, Resume- and Set-Service: the machine's services."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from emulator.host import AccessDenied, Account, Host, HostError, InvalidParameter, ServiceError
from emulator.host.security.callers import administering
from emulator.host.windows.services import Service, ServiceState, StartMode
from emulator.powershell.dotnet.credentials import Credential
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.management.own_computer import own_computer
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_EXCEPTION = "Microsoft.PowerShell.Commands.ServiceCommandException"
_WILDCARDS = frozenset("*?[")
_START_MODES = {"Automatic": StartMode.AUTOMATIC, "Manual": StartMode.MANUAL, "Disabled": StartMode.DISABLED}
_CHOICE = ("Name", "DisplayName", "InputObject", "Include", "Exclude")
_DENIED = "Access is denied"


@cmdlet("Get-Service", reads=_CHOICE)
def get_service(
    call: CmdletCall,
    computer_name: list[str] | None = None,
    dependent_services: bool = False,
    required_services: bool = False,
) -> Iterator[Service]:
    """Services in order of their names: all, or those of names, display names or patterns."""
    own_computer(call, computer_name)
    for service in _chosen(call):
        if not dependent_services and not required_services:
            yield service
            continue
        with service.host.looking():
            related = service.dependents if dependent_services else service.dependencies
        yield from related


@cmdlet("Start-Service", reads=_CHOICE)
def start_service(call: CmdletCall, pass_thru: bool = False) -> Iterator[Service]:
    """Start services; one that runs already is left alone."""

    def start(service: Service) -> None:
        if service.state is ServiceState.STOPPED:
            service.start()

    yield from _changed(call, pass_thru, "Start-Service", "started", "StartServiceFailed", start)


@cmdlet("Stop-Service", reads=_CHOICE)
def stop_service(call: CmdletCall, force: bool = False, pass_thru: bool = False) -> Iterator[Service]:
    """Stop services; -Force also stops those that depend on them."""

    def stop(service: Service) -> None:
        if service.state is not ServiceState.STOPPED:
            service.stop(force)

    yield from _changed(call, pass_thru, "Stop-Service", "stopped", "StopServiceFailed", stop, force=force)


@cmdlet("Restart-Service", reads=_CHOICE)
def restart_service(call: CmdletCall, force: bool = False, pass_thru: bool = False) -> Iterator[Service]:
    """Stop services that run, and start them with those that depended on them."""

    def restart(service: Service) -> None:
        host = service.host
        with host.looking():
            again = [each for each in service.dependents if each.state is not ServiceState.STOPPED]
            if service.state is not ServiceState.STOPPED:
                service.stop(force)
            service.start()
            for each in again:
                if each.state is ServiceState.STOPPED:
                    each.start()

    yield from _changed(
        call, pass_thru, "Restart-Service", "stopped", "StopServiceFailed", restart, force=force
    )


@cmdlet("Suspend-Service", reads=_CHOICE)
def suspend_service(call: CmdletCall, pass_thru: bool = False) -> Iterator[Service]:
    """Pause services."""
    yield from _changed(
        call, pass_thru, "Suspend-Service", "suspended", "SuspendServiceFailed", lambda each: each.pause()
    )


@cmdlet("Resume-Service", reads=_CHOICE)
def resume_service(call: CmdletCall, pass_thru: bool = False) -> Iterator[Service]:
    """Let paused services go on."""
    yield from _changed(
        call, pass_thru, "Resume-Service", "resumed", "ResumeServiceFailed", lambda each: each.resume()
    )


@cmdlet("New-Service")
def new_service(
    call: CmdletCall,
    name: str,
    binary_path_name: str,
    display_name: str | None = None,
    description: str | None = None,
    startup_type: object = "Automatic",
    credential: Credential | None = None,
    depends_on: list[str] | None = None,
) -> Iterator[Service]:
    """Add a service; it does not run yet."""
    host, account = call.service(Host), call.engine.find_service(Account)
    title = f"{display_name or name} ({name})"
    if not call.should_process(title):
        return
    try:
        mode = _START_MODES.get(str(startup_type).title())
        if mode is None:
            raise InvalidParameter(f"A service cannot have the start type {startup_type}.")
        owner = "LocalSystem" if credential is None else credential.user_name
        with administering(host, account):
            made = host.services.create(
                name,
                display_name or name,
                binary_path_name,
                mode,
                owner,
                description=description or "",
                needs=tuple(depends_on or ()),
            )
    except HostError as problem:
        reason = problem.text.rstrip(".")
        text = f"Service '{title}' cannot be created due to the following error: {reason}"
        call.error(call.record(_EXCEPTION, text, "CouldNotNewService", "PermissionDenied", name))
        return
    yield made


@cmdlet("Set-Service", reads=("Name", "InputObject"))
def set_service(
    call: CmdletCall,
    computer_name: list[str] | None = None,
    display_name: str | None = None,
    startup_type: str | None = None,
    status: str | None = None,
    description: str | None = None,
    pass_thru: bool = False,
) -> Iterator[Service]:
    """Change start mode, display name, description and state of a service."""
    own_computer(call, computer_name)

    def change(service: Service) -> None:
        mode = None if startup_type is None else _START_MODES.get(str(startup_type).title())
        if startup_type is not None and mode is None:
            raise InvalidParameter(f"A service cannot have the start type {startup_type}.")
        service.configure(display_name=display_name, start_mode=mode, description=description)
        match str(status or "").title():
            case "Running" if service.state is ServiceState.PAUSED:
                service.resume()
            case "Running" if service.state is ServiceState.STOPPED:
                service.start()
            case "Stopped" if service.state is not ServiceState.STOPPED:
                service.stop()
            case "Paused" if service.state is not ServiceState.PAUSED:
                service.pause()

    yield from _changed(call, pass_thru, "Set-Service", "configured", "SetServiceFailed", change)


# -- which services ---------------------------------------------------------------------------


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def _chosen(call: CmdletCall) -> list[Service]:
    """The services that a call means; a plain name without service is an error."""
    host = call.service(Host)
    given = call.get("InputObject")
    if given is not None:
        items = list(given) if isinstance(given, list | tuple) else [given]
        return _narrowed(call, [item for item in items if isinstance(item, Service)])
    by_display = call.get("DisplayName")
    patterns = _texts(by_display if by_display is not None else call.get("Name"))
    with host.looking():
        services = sorted(host.services, key=lambda each: each.name.casefold())
    if not patterns:
        return _narrowed(call, services)
    found: dict[str, Service] = {}
    for pattern in patterns:
        matching = [
            each for each in services if like(each.name if by_display is None else each.display_name, pattern)
        ]
        found.update({each.name: each for each in matching})
        if not matching and _WILDCARDS.isdisjoint(pattern):
            what, error_id = (
                ("display", "NoServiceFoundForGivenDisplayName")
                if by_display is not None
                else ("service", "NoServiceFoundForGivenName")
            )
            text = f"Cannot find any service with {what} name '{pattern}'."
            call.error(call.record(_EXCEPTION, text, error_id, "ObjectNotFound", pattern))
    return _narrowed(call, list(found.values()))


def _narrowed(call: CmdletCall, services: list[Service]) -> list[Service]:
    include, exclude = _texts(call.get("Include")), _texts(call.get("Exclude"))
    return [
        each
        for each in services
        if (not include or any(like(each.name, one) for one in include))
        and not any(like(each.name, one) for one in exclude)
    ]


def _changed(
    call: CmdletCall,
    pass_thru: bool,
    name: str,
    done: str,
    error_id: str,
    change: Callable[[Service], None],
    *,
    force: bool = True,
) -> Iterator[Service]:
    """Do something with each service; what the machine refuses is an error and the next one follows."""
    account = call.engine.find_service(Account)
    for service in _chosen(call):
        title = f"{service.display_name} ({service.name})"
        if not call.should_process(title, name):
            continue
        try:
            with administering(service.host, account):
                change(service)
        except ServiceError as problem:
            if problem.win32_code == _DEPENDENTS and not force:
                text = (
                    f"Cannot stop service '{title}' because it has dependent services. It can only be stopped"
                )
                text += " if the Force flag is set."
                error_id, category = "ServiceHasDependentServices", "InvalidOperation"
                call.error(call.record(_EXCEPTION, text, error_id, category, service))
                continue
            _refused(call, service, error_id, done, name, _reason(service, name))
        except AccessDenied:
            _refused(call, service, error_id, done, name, _DENIED)
        except HostError as problem:
            _refused(call, service, error_id, done, name, problem.text)
        else:
            if pass_thru:
                yield service


_DEPENDENTS = 1051


def _reason(service: Service, name: str) -> str:
    verb = {"Start-Service": "start", "Stop-Service": "stop", "Restart-Service": "stop"}.get(name, "control")
    return f"Cannot {verb} {service.name} service on computer '.'."


def _refused(call: CmdletCall, service: Service, error_id: str, done: str, name: str, reason: str) -> None:
    title = f"{service.display_name} ({service.name})"
    text = f"Service '{title}' cannot be {done} due to the following error: {reason}"
    category = "OpenError" if name == "Start-Service" else "CloseError"
    category = "PermissionDenied" if reason == _DENIED else category
    call.error(call.record(_EXCEPTION, text, error_id, category, service))
