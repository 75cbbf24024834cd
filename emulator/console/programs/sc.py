"""sc.exe: services of the machine: query, queryex, qc, qdescription, start, stop, pause, continue, config,
create, delete, description."""

from __future__ import annotations

from collections.abc import Callable

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.host import AccessDenied, HostError, ServiceError
from emulator.host.security.callers import administering
from emulator.host.windows.services import Service, ServiceState, StartMode

_ACCESS_DENIED, _NOT_EMULATED, _INVALID_PARAMETER = 5, 50, 87
_NO_SERVICE, _USAGE, _NO_SERVER = 1060, 1639, 1722
_TEXTS = {
    _ACCESS_DENIED: "Access is denied.",
    _INVALID_PARAMETER: "The parameter is incorrect.",
    _NO_SERVICE: "The specified service does not exist as an installed service.",
    _NO_SERVER: "The RPC server is unavailable.",
}
_STARTS = {
    StartMode.AUTOMATIC: "2   AUTO_START",
    StartMode.MANUAL: "3   DEMAND_START",
    StartMode.DISABLED: "4   DISABLED",
}
_START_WORDS = {
    "auto": StartMode.AUTOMATIC,
    "demand": StartMode.MANUAL,
    "disabled": StartMode.DISABLED,
}
#: What config and create take; a service has a process of its own or shares one, which `type=` only repeats.
_KNOWN_OPTIONS = frozenset({"start", "displayname", "binpath", "obj", "password", "type", "error", "depend"})


def main(context: Context, tail: str) -> int:
    """`sc [\\\\server] command [service] [option= value]...`, with Windows' output and exit codes."""
    words = split_arguments(tail)
    if words and words[0].startswith("\\\\"):
        name = words.pop(0).lstrip("\\").lower()
        if name not in (context.host.name.lower(), "localhost", "127.0.0.1"):
            return _fail(context, "OpenSCManager", _NO_SERVER)
    if not words:
        context.line("ERROR:  Unrecognized command")
        return _USAGE
    command, *rest = words
    command = command.lower()
    if command in ("query", "queryex"):
        return _query(context, rest, extended=command == "queryex")
    if command == "qc":
        return _with_service(context, rest, "OpenService", _configuration)
    if command in _CONTROLS:
        return _control(context, command, rest)
    if command == "config":
        return _configure(context, rest)
    if command == "create":
        return _create(context, rest)
    if command == "delete":
        return _with_service(context, rest, "OpenService", _delete)
    if command == "description":
        return _describe(context, rest)
    if command == "qdescription":
        return _with_service(context, rest, "OpenService", _description)
    context.host.gaps.record("program", f"sc {command}")
    context.line(f"ERROR:  sc {command} is not emulated.")
    return _NOT_EMULATED


def _fail(context: Context, call: str, code: int, text: str | None = None) -> int:
    context.line(f"[SC] {call} FAILED {code}:")
    context.line()
    context.line(text or _TEXTS[code])
    context.line()
    return code


def _with_service(
    context: Context, words: list[str], call: str, show: Callable[[Context, Service], int]
) -> int:
    if not words:
        context.line("ERROR:  The name of a service is missing.")
        return _USAGE
    service = context.host.services.get(words[0])
    return _fail(context, call, _NO_SERVICE) if service is None else show(context, service)


def _query(context: Context, words: list[str], *, extended: bool) -> int:
    """One service, or all that run; `state= all` or `state= inactive`, `type= ...`."""
    options = _options(words)
    if options is None:
        return _with_service(
            context,
            words,
            "EnumQueryServicesStatus:OpenService",
            lambda _, service: _status(context, service, extended),
        )
    wanted = options.get("state", "active").lower()
    if wanted not in ("active", "inactive", "all"):
        context.line(f"ERROR:  Invalid Option: state= {wanted}")
        return _USAGE
    if options.get("type", "service").lower() not in ("service", "all", "own", "share"):
        return 0
    with context.host.looking():
        services = sorted(context.host.services, key=lambda each: each.name.casefold())
    for each in services:
        running = each.state is not ServiceState.STOPPED
        if wanted == "all" or running is (wanted == "active"):
            _status(context, each, extended, with_title=True)
    return 0


def _options(words: list[str]) -> dict[str, str] | None:
    """``state= all`` and its kin; None when a service is named."""
    found: dict[str, str] = {}
    rest = list(words)
    while rest:
        key, sign, value = rest.pop(0).partition("=")
        if not sign:
            return None
        found[key.lower()] = value or (rest.pop(0) if rest else "")
    return found


def _status(context: Context, service: Service, extended: bool, *, with_title: bool = False) -> int:
    with service.host.looking():
        state, process, accepts = service.state, service.process_id, service.accepts_stop
    pauses = accepts and service.accepts_pause
    context.line()
    context.line(f"SERVICE_NAME: {service.name}")
    if with_title:
        context.line(f"DISPLAY_NAME: {service.display_name}")
    words = ("STOPPABLE" if accepts else "NOT_STOPPABLE", "PAUSABLE" if pauses else "NOT_PAUSABLE")
    last = "ACCEPTS_SHUTDOWN" if accepts else "IGNORES_SHUTDOWN"
    context.line(f"        TYPE               : {_kind(service)} ")
    context.line(f"        STATE              : {int(state)}  {state.name} ")
    context.line(f"                                ({', '.join((*words, last))})")
    context.line("        WIN32_EXIT_CODE    : 0  (0x0)")
    context.line("        SERVICE_EXIT_CODE  : 0  (0x0)")
    context.line("        CHECKPOINT         : 0x0")
    context.line("        WAIT_HINT          : 0x0")
    if extended:
        context.line(f"        PID                : {process}")
        context.line("        FLAGS              : ")
    return 0


def _kind(service: Service) -> str:
    return "20  WIN32_SHARE_PROCESS " if service.is_shared else "10  WIN32_OWN_PROCESS "


def _configuration(context: Context, service: Service) -> int:
    with service.host.looking():
        start, path = _STARTS[service.start_mode], service.path_name
        needed = service.needs
    context.line("[SC] QueryServiceConfig SUCCESS")
    context.line()
    context.line(f"SERVICE_NAME: {service.name}")
    for label, text in (
        ("TYPE", _kind(service)),
        ("START_TYPE", start),
        ("ERROR_CONTROL", "1   NORMAL"),
        ("BINARY_PATH_NAME", path),
        ("LOAD_ORDER_GROUP", ""),
        ("TAG", "0"),
        ("DISPLAY_NAME", service.display_name),
        ("DEPENDENCIES", needed[0] if needed else ""),
        *(("", name) for name in needed[1:]),
        ("SERVICE_START_NAME", service.account),
    ):
        context.line(f"        {label:<19}: {text}")
    return 0


_CONTROLS: dict[str, tuple[str, Callable[[Service], None]]] = {
    "start": ("StartService", Service.start),
    "stop": ("ControlService", Service.stop),
    "pause": ("ControlService", Service.pause),
    "continue": ("ControlService", Service.resume),
}


def _control(context: Context, command: str, words: list[str]) -> int:
    call, change = _CONTROLS[command]

    def run(_: Context, service: Service) -> int:
        try:
            with administering(context.host, context.account):
                change(service)
        except AccessDenied:
            return _fail(context, f"{call}: OpenService", _ACCESS_DENIED)
        except ServiceError as problem:
            return _fail(context, call, problem.win32_code, problem.text)
        return _status(context, service, extended=command == "start")

    return _with_service(context, words, f"{call}: OpenService", run)


def _configure(context: Context, words: list[str]) -> int:
    """`start= auto|demand|disabled`, `displayname= text`, `binpath= path` and `obj= account`."""
    options = _options(words[1:]) or {}

    def run(_: Context, service: Service) -> int:
        start = options["start"].lower() if "start" in options else None
        unknown = sorted(options.keys() - _KNOWN_OPTIONS)
        if unknown:
            context.host.gaps.record("program", f"sc config {unknown[0]}=")
        if unknown or (start is not None and start not in _START_WORDS):
            return _fail(context, "ChangeServiceConfig", _INVALID_PARAMETER)
        try:
            with administering(context.host, context.account):
                service.configure(
                    display_name=options.get("displayname"),
                    path_name=options.get("binpath"),
                    account=options.get("obj"),
                    start_mode=None if start is None else _START_WORDS[start],
                    needs=_needs(options["depend"]) if "depend" in options else None,
                )
        except AccessDenied:
            return _fail(context, "OpenService", _ACCESS_DENIED)
        except HostError as problem:
            return _fail(context, "ChangeServiceConfig", problem.hresult & 0xFFFF, problem.text)
        context.line("[SC] ChangeServiceConfig SUCCESS")
        return 0

    return _with_service(context, words, "OpenService", run)


def _create(context: Context, words: list[str]) -> int:
    """`create name binPath= path [start= ...] [displayName= text] [obj= account]`."""
    call = "CreateService"
    options = _options(words[1:]) if words else None
    if not options or "binpath" not in options:
        context.line("ERROR:  Invalid Option")
        return _USAGE
    unknown = sorted(options.keys() - _KNOWN_OPTIONS)
    start = options.get("start", "demand").lower()
    if unknown:
        context.host.gaps.record("program", f"sc create {unknown[0]}=")
    if unknown or start not in _START_WORDS:
        return _fail(context, call, _INVALID_PARAMETER)
    name = words[0]
    try:
        with administering(context.host, context.account):
            context.host.services.create(
                name,
                options.get("displayname") or name,
                options["binpath"],
                _START_WORDS[start],
                options.get("obj") or "LocalSystem",
                needs=_needs(options.get("depend", "")),
            )
    except AccessDenied:
        return _fail(context, "OpenSCManager", _ACCESS_DENIED)
    except HostError as problem:
        return _fail(context, call, problem.hresult & 0xFFFF, problem.text)
    context.line(f"[SC] {call} SUCCESS")
    return 0


def _needs(text: str) -> tuple[str, ...]:
    """`depend= one/another`; a slash alone takes all away."""
    return tuple(name for name in text.split("/") if name)


def _delete(context: Context, service: Service) -> int:
    try:
        with administering(context.host, context.account):
            service.delete()
    except AccessDenied:
        return _fail(context, "OpenService", _ACCESS_DENIED)
    except ServiceError as problem:
        return _fail(context, "DeleteService", problem.win32_code, problem.text)
    context.line("[SC] DeleteService SUCCESS")
    return 0


def _describe(context: Context, words: list[str]) -> int:
    def run(_: Context, service: Service) -> int:
        try:
            with administering(context.host, context.account):
                service.configure(description=words[1] if words[1:] else "")
        except AccessDenied:
            return _fail(context, "OpenService", _ACCESS_DENIED)
        except HostError as problem:
            return _fail(context, "ChangeServiceConfig2", _INVALID_PARAMETER, problem.text)
        context.line("[SC] ChangeServiceConfig2 SUCCESS")
        return 0

    return _with_service(context, words, "OpenService", run)


def _description(context: Context, service: Service) -> int:
    context.line("[SC] QueryServiceConfig2 SUCCESS")
    context.line()
    context.line(f"SERVICE_NAME: {service.name}")
    context.line(f"DESCRIPTION:  {service.description}")
    return 0
