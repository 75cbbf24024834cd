"""WinRS on the wire: rsp: elements in and out (MS-WSMV 2.2.4 and 3.1.4.5 and following)."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from emulator.console.process import InputTooLarge, ProcessError
from emulator.shells import Received, Shell, ShellError, ShellSettings
from emulator.shells.identifiers import checked_identifier
from emulator.wsman import templates
from emulator.wsman.envelope import Element, child, local_name, text_of
from emulator.wsman.errors import shell_fault
from emulator.wsman.faults import WsmanFault
from emulator.wsman.namespaces import SHELL
from emulator.wsman.operations.call import Answer, Call
from emulator.wsman.operations.filters import Filter, SelectorFilter
from emulator.wsman.operations.wmi_target import has_wmi_error
from emulator.wsman.resource_uri import ShellTarget
from emulator.wsman.text import escape, escape_attribute, format_elapsed, format_seconds, parse_duration

if TYPE_CHECKING:
    from emulator.shells import Command

Result = TypeVar("Result")

_TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
_CMD_URI = f"{SHELL}/cmd"
_STATE = f"{SHELL}/CommandState/"
_MAXIMUM_VARIABLES = 1024
_MAXIMUM_ARGUMENTS = 4096
#: A shell's idle time-out may be no longer than this (MaxIdleTimeOut, recorded).
_MAXIMUM_IDLE_SECONDS = 2147483.647


def create(call: Call, target: ShellTarget) -> Answer:
    """Create a shell; the client may choose its id."""
    if target.kind == "command":
        raise WsmanFault("ERROR_WSMAN_INVALID_RESOURCE_URI")
    if not call.host.winrm.may_use_command_shell(call.account):
        raise WsmanFault("ERROR_ACCESS_DENIED")
    body = call.body("Shell")
    settings = _settings(call, body)
    chosen = (body.get("ShellId") or "").strip()
    shell = _guarded(
        call,
        lambda: call.shells.create(
            call.account,
            _CMD_URI,
            call.client_address,
            settings,
            checked_identifier(chosen) if chosen else None,
        ),
    )
    address = call.envelope.to or ("https" if call.is_tls else "http") + f"://{call.host.name}/wsman"
    selectors = templates.selector_set((("ShellId", shell.identifier),))
    text = (
        f"<x:ResourceCreated><a:Address>{escape(address)}</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{escape(shell.resource_uri)}</w:ResourceURI>{selectors}"
        f"</a:ReferenceParameters></x:ResourceCreated>{_shell_element(shell)}"
    )
    return Answer(templates.SHELL, _TRANSFER + "CreateResponse", (text.encode(),))


def get(call: Call) -> bytes:
    """The description of one shell; an administrator may look at those of others."""
    return _shell_element(_look(call), with_load=True).encode()


def delete(call: Call) -> Answer:
    """End a shell and everything in it."""
    call.shells.delete(_shell(call))
    return Answer(templates.PLAIN, _TRANSFER + "DeleteResponse", ())


def enumerate_items(call: Call, target: ShellTarget, chosen: Filter | None) -> list[bytes]:
    """Descriptions of all shells, or of the commands of the shell that a selector filter names."""
    if target.kind != "command":
        return [
            _shell_element(shell, with_load=True).encode()
            for shell in call.shells.list()
            if call.account.is_administrator or shell.owner.sid == call.account.sid
        ]
    identifier = chosen.value("ShellId") if isinstance(chosen, SelectorFilter) else None
    if identifier is None:
        raise WsmanFault("ERROR_WSMAN_ENUMERATE_SHELLCOMMANDS_FILTER_EXPECTED")
    shell = _guarded(call, lambda: call.shells.find(identifier, call.account))
    return [_command_element(command).encode() for command in shell.commands]


def command(call: Call) -> Answer:
    """Run a command line. Command and every Arguments element are joined by one blank."""
    shell = _shell(call)
    body = call.body("CommandLine")
    words = [part.text or "" for part in body if local_name(part) in ("Command", "Arguments")]
    if not words or local_name(body[0]) != "Command" or len(words) > _MAXIMUM_ARGUMENTS:
        raise WsmanFault("ERROR_WSMAN_SCHEMA_VALIDATION_ERROR")
    chosen = (body.get("CommandId") or "").strip()
    skip_shell = call.envelope.flag("WINRS_SKIP_CMD_SHELL")
    line = " ".join(word for word in words if word)
    started = _guarded(
        call, lambda: shell.run(line, checked_identifier(chosen) if chosen else None, skip_shell)
    )
    return _answer("CommandResponse", f"<rsp:CommandId>{started.identifier}</rsp:CommandId>")


def send(call: Call) -> Answer:
    """Standard input for a command; an empty stream with End only closes it."""
    shell = _shell(call)
    for stream in call.body("Send"):
        if local_name(stream) != "Stream":
            continue
        try:
            data = b64decode("".join((stream.text or "").split()), validate=True)
        except (binascii.Error, ValueError):
            raise WsmanFault("ERROR_WSMAN_INVALID_XML_VALUES") from None
        end = (stream.get("End") or "").strip().lower() in ("true", "1")
        identifier = _command_id(stream)
        name = (stream.get("Name") or "stdin").strip()
        _guarded(call, lambda: shell.send(identifier, name, data, end))  # noqa: B023 -- runs at once
    return Answer(templates.SHELL, f"{SHELL}/SendResponse", (b"<rsp:SendResponse/>",))


def receive(call: Call) -> Answer:
    """Output of a command: waits up to OperationTimeout for the first of it."""
    shell = _shell(call)
    desired = child(call.body("Receive"), "DesiredStream")
    if desired is None:
        raise WsmanFault("ERROR_WSMAN_SCHEMA_VALIDATION_ERROR")
    identifier = _command_id(desired)
    streams = tuple(dict.fromkeys(text_of(desired).split()))
    action = f"{SHELL}/ReceiveResponse"
    # Base64 makes four bytes of three, and every stream element costs about 120 more.
    room = (call.room(templates.RECEIVE, action) - 2048) * 3 // 4 * 97 // 100
    received = _guarded(call, lambda: shell.receive(identifier, streams, call.timeout, max(room, 1024)))
    return Answer(templates.RECEIVE, action, _received(identifier, received))


def signal(call: Call) -> Answer:
    """Interrupt or end a command; one that has already ended may be signalled again."""
    shell = _shell(call)
    body = call.body("Signal")
    code = child(body, "Code")
    meaning = "" if code is None else text_of(code).rpartition("/")[2].lower()
    identifier = _command_id(body)
    if meaning == "terminate":
        _guarded(call, lambda: shell.terminate(identifier))
    elif meaning in ("ctrl_c", "ctrl_break"):
        _guarded(call, lambda: shell.interrupt(identifier))
    else:
        raise WsmanFault("ERROR_INVALID_PARAMETER")
    return Answer(templates.SHELL, f"{SHELL}/SignalResponse", (b"<rsp:SignalResponse/>",))


def unsupported(call: Call) -> Answer:
    """Disconnect, Reconnect and Connect: WinRS shells here cannot be left and found again."""
    _shell(call)
    call.record_gap(call.envelope.action.rpartition("/")[2] + " of a WinRS shell")
    raise WsmanFault("ERROR_WINRS_SHELL_DISCONNECT_NOT_SUPPORTED")


ACTIONS: dict[str, Callable[[Call], Answer]] = {
    f"{SHELL}/Command": command,
    f"{SHELL}/Send": send,
    f"{SHELL}/Receive": receive,
    f"{SHELL}/Signal": signal,
    f"{SHELL}/Disconnect": unsupported,
    f"{SHELL}/Reconnect": unsupported,
    f"{SHELL}/Connect": unsupported,
}


def _guarded(call: Call, action: Callable[[], Result]) -> Result:
    """Run something of the shells; what they refuse becomes a fault."""
    try:
        return action()
    except (ShellError, ProcessError, InputTooLarge) as error:
        raise shell_fault(error, has_wmi_error(call)) from None


def _shell_id(call: Call) -> str:
    identifier = call.envelope.selector("ShellId")
    if identifier is None:
        raise WsmanFault("ERROR_WSMAN_INSUFFCIENT_SELECTORS")
    return identifier.strip()


def _shell(call: Call) -> Shell:
    identifier = _shell_id(call)
    return _guarded(call, lambda: call.shells.find(identifier, call.account))


def _look(call: Call) -> Shell:
    if not call.account.is_administrator:
        return _shell(call)
    identifier = _shell_id(call)
    return _guarded(call, lambda: call.shells.look(identifier))


def _command_id(element: Element) -> str:
    """The CommandId of an element; without one the parameter is incorrect (recorded)."""
    identifier = (element.get("CommandId") or "").strip().removeprefix("uuid:").upper()
    if not identifier:
        raise WsmanFault("ERROR_INVALID_PARAMETER")
    return identifier


def _settings(call: Call, body: Element) -> ShellSettings:
    environment: dict[str, str] = {}
    values: dict[str, str] = {}
    for part in body:
        name = local_name(part)
        if name == "Environment":
            if len(part) > _MAXIMUM_VARIABLES:
                raise WsmanFault("ERROR_WSMAN_INVALID_XML_VALUES")
            for variable in part:
                environment[variable.get("Name") or ""] = variable.text or ""
        else:
            values[name] = text_of(part)
    environment.pop("", None)
    limits = call.host.winrm.shells
    idle = _seconds(values.get("IdleTimeOut") or values.get("IdleTimeout"))
    code_page = (call.envelope.option("WINRS_CODEPAGE") or "437").strip()
    if not (code_page.isascii() and code_page.isdigit() and len(code_page) <= 5):
        raise WsmanFault("ERROR_WSMAN_OPTIONS_INVALID_VALUE")
    return ShellSettings(
        environment=environment,
        directory=values.get("WorkingDirectory") or None,
        code_page=int(code_page),
        no_profile=call.envelope.flag("WINRS_NOPROFILE"),
        name=values.get("Name") or None,
        lifetime=_seconds(values.get("Lifetime")),
        idle_timeout=min(
            limits.idle_timeout_milliseconds / 1000 if idle is None else idle, _MAXIMUM_IDLE_SECONDS
        ),
        input_streams=tuple((values.get("InputStreams") or "stdin").split()),
        output_streams=tuple((values.get("OutputStreams") or "stdout stderr").split()),
    )


def _seconds(text: str | None) -> float | None:
    if not text:
        return None
    try:
        seconds = parse_duration(text)
    except ValueError:
        seconds = -1.0
    if seconds <= 0:
        raise WsmanFault("ERROR_WSMAN_INVALID_XML_VALUES")
    return seconds


def _answer(name: str, inner: str) -> Answer:
    return Answer(templates.SHELL, f"{SHELL}/{name}", (f"<rsp:{name}>{inner}</rsp:{name}>".encode(),))


def _shell_element(shell: Shell, with_load: bool = False) -> str:
    """rsp:Shell as recorded; optional fields only where a value is known."""
    settings = shell.settings
    fields = [
        ("ShellId", shell.identifier),
        ("Name", settings.name),
        ("ResourceUri", shell.resource_uri),
        ("Owner", shell.owner.qualified_name),
        ("ClientIP", shell.client_address),
        ("WorkingDirectory", settings.directory),
        ("IdleTimeOut", format_seconds(settings.idle_timeout)),
        ("InputStreams", " ".join(settings.input_streams)),
        ("OutputStreams", " ".join(settings.output_streams)),
        ("ShellRunTime", format_elapsed(shell.run_time)),
        ("ShellInactivity", format_elapsed(shell.inactivity)),
    ]
    if with_load:
        fields += [("MemoryUsed", "4MB"), ("ChildProcesses", str(shell.running))]
    inner = "".join(
        f"<rsp:{name}>{escape(value)}</rsp:{name}>" for name, value in fields if value is not None
    )
    return f'<rsp:Shell xmlns:rsp="{SHELL}">{inner}</rsp:Shell>'


def _command_element(command: Command) -> str:
    state = "Running" if command.is_running else "Done"
    return (
        f'<rsp:Command xmlns:rsp="{SHELL}"><rsp:CommandId>{command.identifier}</rsp:CommandId>'
        f"<rsp:CommandLine>{escape(command.command_line)}</rsp:CommandLine>"
        f"<rsp:CommandState>{state}</rsp:CommandState></rsp:Command>"
    )


def _received(identifier: str, received: Received) -> list[bytes]:
    escaped = escape_attribute(identifier)
    parts = [b"<rsp:ReceiveResponse>"]
    for name, data in received.chunks:
        head = f'<rsp:Stream Name="{escape_attribute(name)}" CommandId="{escaped}">'
        parts += (head.encode(), b64encode(data), b"</rsp:Stream>")
    for name in received.ended:
        head = f'<rsp:Stream Name="{escape_attribute(name)}" CommandId="{escaped}" End="true"></rsp:Stream>'
        parts.append(head.encode())
    if received.exit_code is None:
        state = f'<rsp:CommandState CommandId="{escaped}" State="{_STATE}Running"></rsp:CommandState>'
    else:
        state = (
            f'<rsp:CommandState CommandId="{escaped}" State="{_STATE}Done">'
            f"<rsp:ExitCode>{signed(received.exit_code)}</rsp:ExitCode></rsp:CommandState>"
        )
    parts += (state.encode(), b"</rsp:ReceiveResponse>")
    return parts


def signed(exit_code: int) -> int:
    """An exit code as the xs:int of rsp:ExitCode (MS-WSMV 2.2.4.8)."""
    exit_code &= 0xFFFFFFFF
    return exit_code - 0x1_0000_0000 if exit_code & 0x8000_0000 else exit_code
