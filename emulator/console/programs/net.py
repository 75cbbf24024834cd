"""net.exe: services, users, groups and shares; its other commands are refused by name."""

from __future__ import annotations

from collections.abc import Callable

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.net_messages import FAILED, completed, fail, told
from emulator.host import AccessDenied, ServiceError
from emulator.host.security.callers import require_administrator
from emulator.host.windows.services import Service, ServiceState

_DENIED, _NOT_VALID = 5, 1052
#: net's own numbers of its sentences.
_UNKNOWN, _RUNNING, _NOT_STARTED, _NO_CONTROL = 2185, 2182, 3521, 2191
_NO_CONTROL_TEXT = "The requested pause, continue, or stop is not valid for this service."
Change = Callable[[Context, Service, bool], int]


def main(context: Context, tail: str) -> int:
    """`net start [service]`, `net stop service [/y]` ..., by names or display names."""
    words = split_arguments(tail)
    command = words[0].lower() if words else ""
    if command in ("user", "users", "localgroup"):
        from emulator.console.programs import net_accounts

        return net_accounts.run(context, command.removesuffix("s"), words[1:])
    if command == "share":
        from emulator.console.programs import net_shares

        return net_shares.run(context, words[1:])
    if command not in _CHANGES:
        context.host.gaps.record("program", f"net {command}".strip())
        context.error(f"net {command} is not emulated.")
        return FAILED
    names = [word for word in words[1:] if word.lower() not in ("/y", "/n")]
    force = any(word.lower() == "/y" for word in words)
    if not names and command == "start":
        return _list(context)
    service = _find(context, " ".join(names))
    if service is None:
        return told(context, "The service name is invalid.", _UNKNOWN)
    try:
        require_administrator(context.account)
    except AccessDenied as refused:
        return fail(context, _DENIED, refused.text)
    return _CHANGES[command](context, service, force)


def _find(context: Context, wanted: str) -> Service | None:
    services, title = context.host.services, wanted.casefold()
    named = services.get(wanted)
    return named or next((each for each in services if each.display_name.casefold() == title), None)


def _list(context: Context) -> int:
    with context.host.looking():
        services = list(context.host.services)
        running = [each.display_name for each in services if each.state is not ServiceState.STOPPED]
    context.line("These Windows services are started:")
    context.line()
    for name in sorted(running, key=str.casefold):
        context.line(f"   {name}")
    context.line()
    return completed(context)


def _start(context: Context, service: Service, force: bool) -> int:
    del force
    if service.state is not ServiceState.STOPPED:
        return told(context, "The requested service has already been started.", _RUNNING)
    try:
        service.start()
    except ServiceError as problem:
        return fail(context, problem.win32_code, problem.text)
    context.line(f"The {service.display_name} service is starting.")
    context.line(f"The {service.display_name} service was started successfully.")
    context.line()
    return 0


def _stop(context: Context, service: Service, force: bool) -> int:
    if service.state is ServiceState.STOPPED:
        return told(context, f"The {service.display_name} service is not started.", _NOT_STARTED)
    with context.host.looking():
        others = [each for each in service.dependents if each.state is not ServiceState.STOPPED]
    if others and not force:
        title = service.display_name
        context.line(f"The following services are dependent on the {title} service.")
        context.line(f"Stopping the {title} service will also stop these services.")
        context.line()
        for each in others:
            context.line(f"   {each.display_name}")
        context.line()
        # net reads the answer from the console window, which a remote shell does not have.
        context.line("Do you want to continue this operation? (Y/N) [N]: ")
        context.error("No valid response was provided.")
        return FAILED
    for each in others:
        if each.state is not ServiceState.STOPPED and (code := _stop(context, each, force)):
            return code
    try:
        service.stop(force)
    except ServiceError as problem:
        if problem.win32_code == _NOT_VALID:
            return told(context, _NO_CONTROL_TEXT, _NO_CONTROL)
        return fail(context, problem.win32_code, problem.text)
    context.line(f"The {service.display_name} service is stopping.")
    context.line(f"The {service.display_name} service was stopped successfully.")
    context.line()
    return 0


def _switched(done: str, change: Callable[[Service], None]) -> Change:
    def run(context: Context, service: Service, force: bool) -> int:
        del force
        try:
            change(service)
        except ServiceError:
            return told(context, _NO_CONTROL_TEXT, _NO_CONTROL)
        context.line(f"The {service.display_name} service was {done} successfully.")
        context.line()
        return 0

    return run


_CHANGES: dict[str, Change] = {
    "start": _start,
    "stop": _stop,
    "pause": _switched("paused", Service.pause),
    "continue": _switched("continued", Service.resume),
}
