"""wmic.exe: WMI by aliases and classes: get, list, call, set, create and delete.

Its lines end with CR CR LF when they do not go to a console window, as published dumps of it show.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from emulator.cim.datetime_text import format_datetime, format_interval
from emulator.cim.errors import CimError
from emulator.cim.types import parse_value
from emulator.console.context import Context
from emulator.console.programs.wmic.aliases import ALIASES, BRIEF
from emulator.console.programs.wmic.command_line import BadCommand, NotEmulated, Request, parse
from emulator.host import Host
from emulator.signed_numbers import signed32

if TYPE_CHECKING:
    from emulator.cim.instance import Instance
    from emulator.wmi.namespace import Namespace

_FAILED, _ALIAS_NOT_FOUND = 1, 44135
#: RPC_S_SERVER_UNAVAILABLE as an HRESULT.
_NO_RPC_SERVER = signed32(0x800706BA)
_FILE = "C:\\Windows\\System32\\wbem\\WMIC.exe"
_END = "\r\r\n"
_FORMATS = ("table", "list", "value", "csv")


def exists(host: Host) -> bool:
    """Not every Windows comes with it: its file says so."""
    return host.filesystem.exists(_FILE)


def main(context: Context, tail: str) -> int:
    """`wmic [/namespace:path] {alias | path class} [where condition] {get | list | call | set | create |
    delete} ...`."""
    try:
        request = parse(tail)
        if request.node and not _is_here(context, request.node):
            return _no_such_node(context, request.node)
        class_name = request.class_name or ALIASES.get(request.alias.lower(), "")
        if not class_name:
            context.stderr.write(f"{request.alias} - Alias not found.{_END}")
            return _ALIAS_NOT_FOUND
        return _run(context, request, class_name)
    except BadCommand as wrong:
        if isinstance(wrong, NotEmulated):
            context.host.gaps.record("program", f"wmic {wrong.what}")
        context.stderr.write(f"{wrong}{_END}")
        return _ALIAS_NOT_FOUND
    except CimError as problem:
        context.stderr.write(
            f"Node - {context.host.name}{_END}ERROR:{_END}Description = {_description(problem)}{_END}"
        )
        return _FAILED


def _is_here(context: Context, node: str) -> bool:
    """Whether the name of a node is this machine's."""
    names = (
        "localhost",
        ".",
        "127.0.0.1",
        context.host.name,
        context.host.operating_system.fully_qualified_name,
    )
    return node.casefold() in {name.casefold() for name in names}


def _no_such_node(context: Context, node: str) -> int:
    """Other machines are not reached over DCOM."""
    lines = f"Node - {node}{_END}ERROR:{_END}Description = The RPC server is unavailable.{_END}"
    context.stderr.write(lines)
    return _NO_RPC_SERVER


def _description(problem: CimError) -> str:
    texts = {
        "InvalidClass": "Invalid class",
        "InvalidNamespace": "Invalid namespace",
        "InvalidQuery": "Invalid query",
        "AccessDenied": "Access denied",
        "NotFound": "Not found",
        "InvalidMethod": "Invalid method",
        "ProviderNotCapable": "Provider is not capable of the attempted operation",
    }
    return texts.get(type(problem).__name__, str(problem))


def _run(context: Context, request: Request, class_name: str) -> int:
    writes = request.verb in ("set", "create", "delete")
    space = _namespace(context, request, writes=writes)
    if request.verb == "call":
        return _call(context, space, request, class_name)
    if writes:
        from emulator.console.programs.wmic.changes import change

        return change(context, space, request, class_name, _selection(request, class_name))
    wanted = request.properties
    if request.verb == "list" and request.style == "brief":
        wanted = BRIEF.get(class_name.lower(), ())
    elif request.verb in ("list", ""):
        wanted = ()
    declaration = space.schema.find(class_name)
    known = {one.name.lower() for one in declaration.properties}
    unknown = [name for name in wanted if name.lower() not in known]
    if unknown:
        context.stderr.write(f"Node - {context.host.name}{_END}ERROR:{_END}Description = Invalid query{_END}")
        return _FAILED
    answer = space.query(_selection(request, class_name))
    with space.reading():
        names = [one.name for one in declaration.properties]
        if wanted:
            chosen = {name.lower() for name in wanted}
            names = [name for name in names if name.lower() in chosen]
        compact = request.form not in ("", "table")
        rows = [[_text(one.value(name), compact) for name in names] for one in answer.instances]
    if not rows:
        context.stderr.write(f"No Instance(s) Available.{_END}")
        return 0
    form = request.form or ("list" if request.verb == "list" and request.style == "full" else "table")
    if form not in _FORMATS:
        context.host.gaps.record("program", f"wmic /format:{form}")
        context.stderr.write(f"Invalid XSL format (or) file name.{_END}")
        return _ALIAS_NOT_FOUND
    for line in _SHOWN[form](context.host.name, names, rows):
        context.stdout.write(line + _END)
    return 0


def _selection(request: Request, class_name: str) -> str:
    """The query of a target and its condition."""
    return " ".join(
        ["SELECT * FROM", class_name, *(["WHERE", request.condition] if request.condition else [])]
    )


def _namespace(context: Context, request: Request, *, writes: bool = False, calls: bool = False) -> Namespace:
    from emulator.wmi import WmiService

    service = WmiService.of(context.host)
    return service.namespace_for(context.account, request.namespace, writes=writes, calls_method=calls)


def _text(value: Any, compact: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        separator = "," if compact else ", "
        items = (f'"{one}"' if isinstance(one, str) else _text(one, compact) for one in value)
        return "{" + separator.join(items) + "}"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return format_datetime(value)
    if isinstance(value, timedelta):
        return format_interval(value)
    return str(value)


def _table(_node: str, names: list[str], rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    lines = (zip(row, widths, strict=True) for row in (names, *rows))
    return ["".join(f"{cell:{width}}  " for cell, width in line) for line in lines]


def _list(_node: str, names: list[str], rows: list[list[str]]) -> list[str]:
    lines: list[str] = []
    for row in rows:
        lines += ["", "", *(f"{name}={cell}" for name, cell in zip(names, row, strict=True))]
    return [*lines, "", "", ""]


def _csv(node: str, names: list[str], rows: list[list[str]]) -> list[str]:
    return ["", ",".join(["Node", *names]), *(",".join([node, *row]) for row in rows)]


_SHOWN = {"table": _table, "list": _list, "value": _list, "csv": _csv}


def _call(context: Context, space_of_reader: Namespace, request: Request, class_name: str) -> int:
    space = _namespace(context, request, calls=True)
    declaration = space_of_reader.schema.find(class_name)
    method = declaration.method(request.method)
    values = _arguments(request, method)
    targets: list[Instance | Any] = [declaration]
    shown = [f"({class_name})"]
    if not method.is_static:
        targets = list(space.query(_selection(request, class_name)).instances)
        with space.reading():
            shown = [f"({one.path})" for one in targets]
    if not targets:
        context.stderr.write(f"No Instance(s) Available.{_END}")
        return 0
    for target, name in zip(targets, shown, strict=True):
        context.stdout.write(f"Executing {name}->{request.method}(){_END}")
        result = space.invoke(target, method.name, values, context.account)
        context.stdout.write(f"Method execution successful.{_END}Out Parameters:")
        context.stdout.write("\r\ninstance of __PARAMETERS\r\n{\r\n")
        for key, value in sorted({**result.out, "ReturnValue": result.return_value}.items()):
            if value is not None:
                quoted = f'"{value}"' if isinstance(value, str) else _text(value, True)
                context.stdout.write(f"\t{key} = {quoted};\r\n")
        context.stdout.write("};\r\n" + _END)
    return 0


def _arguments(request: Request, method: Any) -> dict[str, Any]:
    """The in-parameters: named ones, and others in the order of the signature. Raises BadCommand."""
    parameters = [one for one in method.parameters if one.is_in]
    free = list(parameters)
    found: dict[str, Any] = {}
    for name, text in request.arguments:
        parameter = method.parameter(name) if name else next(iter(free), None)
        if parameter is None or parameter not in parameters:
            raise BadCommand("Invalid Number of Parameters.")
        if parameter in free:
            free.remove(parameter)
        try:
            found[parameter.name] = parse_value(parameter.type, text)
        except (CimError, ValueError):
            raise BadCommand("Invalid data.") from None
    return found
