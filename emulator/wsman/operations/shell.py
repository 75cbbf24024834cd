"""Remote shells on the wire: rsp: elements in and out (MS-WSMV 2.2.4 and 3.1.4.5 and following).

What differs for PowerShell is in `powershell`; everything that a shell is, WinRS or PowerShell, is here.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from emulator.console.process import InputTooLarge, ProcessError
from emulator.shells import Received, RemoteShell, Shell, ShellError, ShellSettings
from emulator.shells.errors import ConfigurationNotEmulated, DisconnectNotSupported
from emulator.shells.identifiers import checked_identifier
from emulator.signed_numbers import signed32
from emulator.wsman import templates
from emulator.wsman.envelope import child, text_of
from emulator.wsman.errors import shell_fault
from emulator.wsman.faults import WsmanFault
from emulator.wsman.namespaces import SHELL
from emulator.wsman.operations import powershell
from emulator.wsman.operations.call import Answer, Call
from emulator.wsman.operations.filters import Filter, SelectorFilter
from emulator.wsman.operations.wmi_target import has_wmi_error
from emulator.wsman.resource_uri import PowershellTarget, ShellTarget
from emulator.wsman.text import escape, escape_attribute, format_elapsed, format_seconds, parse_duration
from emulator.xml_document import Element, local_name

if TYPE_CHECKING:
    from emulator.shells.powershell import RunspacePoolShell

Result = TypeVar("Result")

_TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
_CMD_URI = f"{SHELL}/cmd"
_STATE = f"{SHELL}/CommandState/"
#: The last one is the code that PowerShell's own client sends, misspelt as it is.
_INTERRUPTS = ("ctrl_c", "ctrl_break", "crtl_c")
_MAXIMUM_VARIABLES = 1024
_MAXIMUM_ARGUMENTS = 4096
_SHELL_MEMORY, _POOL_MEMORY = "4MB", "46MB"
#: A shell's idle time-out may be no longer than this (MaxIdleTimeOut, recorded).
_MAXIMUM_IDLE_SECONDS = 2147483.647


def create(call: Call, target: ShellTarget | PowershellTarget) -> Answer:
    """Create a shell; the client may choose its id."""
    if isinstance(target, ShellTarget) and target.kind == "command":
        raise WsmanFault("ERROR_WSMAN_INVALID_RESOURCE_URI")
    if isinstance(target, ShellTarget) and not call.host.winrm.may_use_command_shell(call.account):
        raise WsmanFault("ERROR_ACCESS_DENIED")
    body = call.body("Shell")
    chosen = _attribute(body, "ShellId")
    settings = _settings(call, body, isinstance(target, PowershellTarget), bool(chosen))

    def make() -> RemoteShell:
        if isinstance(target, PowershellTarget):
            return powershell.create(call, target, body, settings, chosen)
        identifier = checked_identifier(chosen) if chosen else None
        return call.shells.create(call.account, _CMD_URI, call.client_address, settings, identifier)

    shell = _guarded(call, make)
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


def delete(call: Call, _target: ShellTarget | PowershellTarget) -> Answer:
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
    return [_command_element(*row).encode() for row in shell.command_rows()]


def command(call: Call) -> Answer:
    """Run a command line. Command and every Arguments element are joined by one blank."""
    remote = _shell(call)
    body = call.body("CommandLine")
    if remote.kind == "powershell":
        pool = cast("RunspacePoolShell", remote)
        created = _guarded(call, lambda: powershell.command(pool, body, _attribute(body, "CommandId")))
        return _answer("CommandResponse", f"<rsp:CommandId>{created}</rsp:CommandId>")
    shell = cast("Shell", remote)
    words = [part.text or "" for part in body if local_name(part) in ("Command", "Arguments")]
    if not words or local_name(body[0]) != "Command" or len(words) > _MAXIMUM_ARGUMENTS:
        raise WsmanFault("ERROR_WSMAN_SCHEMA_VALIDATION_ERROR")
    chosen = _attribute(body, "CommandId")
    skip_shell = call.envelope.flag("WINRS_SKIP_CMD_SHELL")
    line = " ".join(word for word in words if word)
    started = _guarded(
        call, lambda: shell.run(line, checked_identifier(chosen) if chosen else None, skip_shell)
    )
    return _answer("CommandResponse", f"<rsp:CommandId>{started.identifier}</rsp:CommandId>")


def send(call: Call) -> Answer:
    """Input for a command, or for a runspace pool; an empty stream with End only closes it."""
    shell = _shell(call)
    for stream in call.body("Send"):
        if local_name(stream) != "Stream":
            continue
        data = powershell.decoded(stream)
        name = _attribute(stream, "Name") or "stdin"
        if shell.kind == "powershell":
            pool, target = cast("RunspacePoolShell", shell), _optional_command_id(stream)
            _guarded(call, lambda: pool.send(target, name, data))  # noqa: B023 -- runs at once
            continue
        winrs, identifier = cast("Shell", shell), _command_id(stream)
        end = _attribute(stream, "End").lower() in ("true", "1")
        _guarded(call, lambda: winrs.send(identifier, name, data, end))  # noqa: B023 -- runs at once
    return Answer(templates.SHELL, f"{SHELL}/SendResponse", (b"<rsp:SendResponse/>",))


def receive(call: Call) -> Answer:
    """Output of a command or of a runspace pool: waits up to OperationTimeout for the first of it."""
    shell = _shell(call)
    desired = child(call.body("Receive"), "DesiredStream")
    if desired is None:
        raise WsmanFault("ERROR_WSMAN_SCHEMA_VALIDATION_ERROR")
    streams = tuple(dict.fromkeys(text_of(desired).split()))
    action = f"{SHELL}/ReceiveResponse"
    # Base64 makes four bytes of three, and every stream element costs about 120 more.
    room = max((call.room(templates.RECEIVE, action) - 2048) * 3 // 4 * 97 // 100, 1024)
    if shell.kind == "powershell":
        pool, target = cast("RunspacePoolShell", shell), _optional_command_id(desired)
        taken = _guarded(call, lambda: pool.receive(target, streams, call.timeout, room))
        return Answer(templates.RECEIVE, action, powershell.received(target, taken, _STATE))
    winrs, identifier = cast("Shell", shell), _command_id(desired)
    received = _guarded(call, lambda: winrs.receive(identifier, streams, call.timeout, room))
    return Answer(templates.RECEIVE, action, _received(identifier, received))


def signal(call: Call) -> Answer:
    """Interrupt or end a command; one that has already ended may be signalled again."""
    shell = cast("Shell | RunspacePoolShell", _shell(call))
    body = call.body("Signal")
    code = child(body, "Code")
    meaning = "" if code is None else text_of(code).rpartition("/")[2].lower()
    identifier = _command_id(body)
    if meaning == "terminate":
        _guarded(call, lambda: shell.terminate(identifier))
    elif meaning in _INTERRUPTS:
        _guarded(call, lambda: shell.interrupt(identifier))
    else:
        raise WsmanFault("ERROR_INVALID_PARAMETER")
    return Answer(templates.SHELL, f"{SHELL}/SignalResponse", (b"<rsp:SignalResponse/>",))


def disconnect(call: Call) -> Answer:
    """The client leaves; what runs in the shell goes on (MS-WSMV 3.1.4.15)."""
    shell = _shell(call)
    values = {local_name(one): text_of(one) for one in call.body("Disconnect")}
    idle = _seconds(values.get("IdleTimeOut") or values.get("IdleTimeout"))
    mode = _buffer_mode(values.get("BufferMode"))
    _guarded(call, lambda: shell.disconnect(idle, mode))
    return Answer(templates.SHELL, f"{SHELL}/DisconnectResponse", ())


def reconnect(call: Call) -> Answer:
    """The client that has left is back (MS-WSMV 3.1.4.16)."""
    _guarded(call, _shell(call).reconnect)
    return Answer(templates.SHELL, f"{SHELL}/ReconnectResponse", ())


def connect(call: Call) -> Answer:
    """A client takes over a shell that another one has left, or one of its commands (MS-WSMV 3.1.4.17)."""
    shell = _shell(call)
    body = call.body("Connect")
    identifier = _optional_command_id(body)
    if identifier is not None:
        concrete = cast("Shell | RunspacePoolShell", shell)
        _guarded(call, lambda: concrete.connect(identifier))
        return Answer(templates.SHELL, f"{SHELL}/ConnectResponse", (b"<rsp:ConnectResponse/>",))
    if shell.is_connected:
        # Windows lets nobody take a shell away from a client that is there.
        raise shell_fault(DisconnectNotSupported(shell.identifier), has_wmi_error(call))
    extra = ""
    if shell.kind == "powershell":
        pool = cast("RunspacePoolShell", shell)
        extra = _guarded(call, lambda: powershell.connect(call, pool, body))
    else:
        _guarded(call, shell.reconnect)
    settings = shell.settings
    return _answer(
        "ConnectResponse",
        f"<rsp:InputStreams>{escape(' '.join(settings.input_streams))}</rsp:InputStreams>"
        f"<rsp:OutputStreams>{escape(' '.join(settings.output_streams))}</rsp:OutputStreams>{extra}",
    )


ACTIONS: dict[str, Callable[[Call], Answer]] = {
    f"{SHELL}/Command": command,
    f"{SHELL}/Send": send,
    f"{SHELL}/Receive": receive,
    f"{SHELL}/Signal": signal,
    f"{SHELL}/Disconnect": disconnect,
    f"{SHELL}/Reconnect": reconnect,
    f"{SHELL}/Connect": connect,
}


def _guarded(call: Call, action: Callable[[], Result]) -> Result:
    """Run something of the shells; what they refuse becomes a fault."""
    try:
        return action()
    except (ShellError, ProcessError, InputTooLarge) as error:
        if isinstance(error, ConfigurationNotEmulated):
            call.record_gap(f"the session configuration {error}")
        raise shell_fault(error, has_wmi_error(call)) from None


def _shell_id(call: Call) -> str:
    identifier = call.envelope.selector("ShellId")
    if identifier is None:
        raise WsmanFault("ERROR_WSMAN_INSUFFCIENT_SELECTORS")
    return identifier.strip()


def _shell(call: Call) -> RemoteShell:
    identifier = _shell_id(call)
    return _guarded(call, lambda: call.shells.find(identifier, call.account))


def _look(call: Call) -> RemoteShell:
    if not call.account.is_administrator:
        return _shell(call)
    identifier = _shell_id(call)
    return _guarded(call, lambda: call.shells.look(identifier))


def _attribute(element: Element, name: str) -> str:
    """An attribute of a shell message; Java's client qualifies those that others leave unqualified."""
    return (element.get(name) or element.get(f"{{{SHELL}}}{name}") or "").strip()


def _command_id(element: Element) -> str:
    """The CommandId of an element; without one the parameter is incorrect (recorded)."""
    identifier = _optional_command_id(element)
    if identifier is None:
        raise WsmanFault("ERROR_INVALID_PARAMETER")
    return identifier


def _optional_command_id(element: Element) -> str | None:
    return _attribute(element, "CommandId").removeprefix("uuid:").upper() or None


def _buffer_mode(text: str | None) -> str | None:
    if not text:
        return None
    if text.lower() not in ("block", "drop"):
        raise WsmanFault("ERROR_WSMAN_INVALID_XML_VALUES")
    return text.capitalize()


def _settings(call: Call, body: Element, is_powershell: bool, has_chosen_id: bool) -> ShellSettings:
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
    default_input, default_output = ("stdin pr", "stdout") if is_powershell else ("stdin", "stdout stderr")
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
        input_streams=tuple((values.get("InputStreams") or default_input).split()),
        output_streams=tuple((values.get("OutputStreams") or default_output).split()),
        has_idle_timeout=idle is not None,
        has_chosen_id=has_chosen_id,
        locale=call.envelope.locale or "en-US",
        data_locale=call.envelope.data_locale or "en-US",
        compression_mode=values.get("CompressionMode") or "NoCompression",
        buffer_mode=_buffer_mode(values.get("BufferMode")) or "Block",
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


def _shell_element(shell: RemoteShell, with_load: bool = False) -> str:
    """rsp:Shell as recorded; optional fields only where a value is known."""
    settings = shell.settings
    is_pool = shell.kind == "powershell"
    fields = [
        ("ShellId", shell.identifier),
        ("Name", settings.name),
        ("ResourceUri", shell.resource_uri),
        ("Owner", shell.owner.qualified_name),
        ("ClientIP", shell.client_address),
        ("ProcessId", str(shell.process_id) if is_pool else None),
        ("WorkingDirectory", settings.directory),
        ("IdleTimeOut", format_seconds(shell.idle_timeout)),
        ("InputStreams", " ".join(settings.input_streams)),
        ("OutputStreams", " ".join(settings.output_streams)),
    ]
    if shell.can_disconnect or (is_pool and shell.is_modern):
        fields += [
            ("MaxIdleTimeOut", format_seconds(_MAXIMUM_IDLE_SECONDS)),
            ("Locale", settings.locale),
            ("DataLocale", settings.data_locale),
            ("CompressionMode", settings.compression_mode),
            ("ProfileLoaded", "No" if settings.no_profile else "Yes"),
            ("Encoding", "UTF8"),
            ("BufferMode", shell.buffer_mode),
            ("State", "Connected" if shell.is_connected else "Disconnected"),
        ]
    fields += [
        ("ShellRunTime", format_elapsed(shell.run_time)),
        ("ShellInactivity", format_elapsed(shell.inactivity)),
    ]
    if with_load:
        memory = _POOL_MEMORY if is_pool else _SHELL_MEMORY
        fields += [("MemoryUsed", memory), ("ChildProcesses", str(shell.child_processes))]
    inner = "".join(
        f"<rsp:{name}>{escape(value)}</rsp:{name}>" for name, value in fields if value is not None
    )
    return f'<rsp:Shell xmlns:rsp="{SHELL}">{inner}</rsp:Shell>'


def _command_element(identifier: str, command_line: str, is_running: bool) -> str:
    state = "Running" if is_running else "Done"
    return (
        f'<rsp:Command xmlns:rsp="{SHELL}"><rsp:CommandId>{identifier}</rsp:CommandId>'
        f"<rsp:CommandLine>{escape(command_line)}</rsp:CommandLine>"
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
            f"<rsp:ExitCode>{signed32(received.exit_code)}</rsp:ExitCode></rsp:CommandState>"
        )
    parts += (state.encode(), b"</rsp:ReceiveResponse>")
    return parts
