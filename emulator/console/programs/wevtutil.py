"""wevtutil.exe: the event logs: el, ep, gl, gli, qe, cl."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.event_log.query import (
    EventQuery,
    EventQueryError,
    Selection,
    UnknownLog,
    parse_expression,
    parse_query_text,
)
from emulator.event_log.rendering import event_xml, level_name, provider_names
from emulator.host import AccessDenied, EventLogEntry, HostError
from emulator.host.windows.log_settings import LOG_SIZE_UNIT

_ACCESS_DENIED, _NOT_EMULATED, _INVALID_PARAMETER = 5, 50, 87
_BAD_QUERY, _NO_CHANNEL = 15001, 15007
_NAMES = {
    "enum-logs": "el",
    "enum-publishers": "ep",
    "get-log": "gl",
    "get-log-info": "gli",
    "query-events": "qe",
    "clear-log": "cl",
    "set-log": "sl",
}
_OPTIONS = {
    **dict.fromkeys(("q", "query"), "q"),
    **dict.fromkeys(("c", "count"), "c"),
    **dict.fromkeys(("rd", "reversedirection"), "rd"),
    **dict.fromkeys(("f", "format"), "f"),
    **dict.fromkeys(("e", "element"), "e"),
    **dict.fromkeys(("l", "locale"), "l"),
    **dict.fromkeys(("sq", "structuredquery"), "sq"),
    **dict.fromkeys(("ms", "maxsize"), "ms"),
    **dict.fromkeys(("rt", "retention"), "rt"),
}


def main(context: Context, tail: str) -> int:
    """`wevtutil command [name] [/option:value]...`."""
    words = split_arguments(tail)
    command = _NAMES.get(words[0].lower(), words[0].lower()) if words else ""
    names = [word for word in words[1:] if word[:1] not in "/-"]
    options: dict[str, str] = {}
    for word in words[1:]:
        if word[:1] in "/-":
            key, _, value = word[1:].partition(":")
            known = _OPTIONS.get(key.lower())
            if known is None:
                context.error(f"Invalid option {key}. Option name is not supported.")
                context.error("The parameter is incorrect.")
                return _INVALID_PARAMETER
            options[known] = value
    if command in ("el", "ep"):
        found = context.host.event_log.names if command == "el" else provider_names(context.host)
        for name in sorted(found, key=str.casefold):
            context.line(name)
        return 0
    if command not in ("gl", "gli", "cl", "qe", "sl"):
        context.host.gaps.record("program", f"wevtutil {command}".strip())
        context.error(f"wevtutil {command} is not emulated.")
        return _NOT_EMULATED
    if not names:
        context.error("Too few arguments. The parameter is incorrect.")
        return _INVALID_PARAMETER
    if command == "qe":
        return _query(context, names[0], options)
    wanted = names[0].casefold()
    log = next((each for each in context.host.event_log.names if each.casefold() == wanted), None)
    if log is None:
        what = "clear" if command == "cl" else "read configuration for"
        context.error(f"Failed to {what} log {names[0]}. The specified channel could not be found.")
        return _NO_CHANNEL
    if command == "sl":
        return _set(context, log, options)
    return {"gl": _configuration, "gli": _information, "cl": _clear}[command](context, log)


def _closed(context: Context, name: str) -> bool:
    if context.host.event_log.may_read(name, context.account):
        return False
    context.error("Failed to read events. Access is denied.")
    return True


def _configuration(context: Context, name: str) -> int:
    settings = context.host.event_log.settings(name)
    kind = "Operational" if name.endswith("Operational") else "Admin"
    for line in (
        f"name: {name}",
        "enabled: true",
        f"type: {kind}",
        "owningPublisher: ",
        f"isolation: {'System' if name.casefold() == 'system' else 'Application'}",
        "channelAccess: O:BAG:SYD:(A;;0xf0007;;;SY)(A;;0x7;;;BA)(A;;0x3;;;BO)(A;;0x1;;;S-1-5-32-573)",
        "logging:",
        f"  logFileName: %SystemRoot%\\System32\\Winevt\\Logs\\{name.replace('/', '%4')}.evtx",
        f"  retention: {str(settings.retention_days != 0).lower()}",
        "  autoBackup: false",
        f"  maxSize: {settings.size}",
        "publishing:",
        "  fileMax: 1",
    ):
        context.line(line)
    return 0


def _set(context: Context, name: str, options: dict[str, str]) -> int:
    """`sl LOG /ms:BYTES /rt:true|false`; the size is brought to the next 64 KB, as Windows does."""
    size, kept = options.get("ms"), options.get("rt", "").lower()
    if (size is not None and not (size.isdecimal() and len(size) < 20)) or kept not in ("", "true", "false"):
        context.error("The parameter is incorrect.")
        return _INVALID_PARAMETER
    days = None if not kept else -1 if kept == "true" else 0
    rounded = None if size is None else -(-int(size) // LOG_SIZE_UNIT) * LOG_SIZE_UNIT
    try:
        context.host.event_log.configure(name, size=rounded, retention_days=days, caller=context.account)
    except AccessDenied:
        context.error(f"Failed to save configuration or activate log {name}. Access is denied.")
        return _ACCESS_DENIED
    except HostError:
        context.error(f"Failed to save configuration or activate log {name}. The parameter is incorrect.")
        return _INVALID_PARAMETER
    return 0


def _information(context: Context, name: str) -> int:
    if _closed(context, name):
        return _ACCESS_DENIED
    with context.host.looking():
        entries = list(context.host.event_log.entries(name))
        created = context.host.operating_system.install_date
    written = entries[-1].time if entries else created
    for line in (
        f"creationTime: {created:%Y-%m-%dT%H:%M:%S.%f}Z",
        f"lastAccessTime: {written:%Y-%m-%dT%H:%M:%S.%f}Z",
        f"lastWriteTime: {written:%Y-%m-%dT%H:%M:%S.%f}Z",
        f"fileSize: {69632 + len(entries) * 1024}",
        "attributes: 32",
        f"numberOfLogRecords: {len(entries)}",
        f"oldestRecordNumber: {entries[0].record_id if entries else 0}",
    ):
        context.line(line)
    return 0


def _clear(context: Context, name: str) -> int:
    try:
        context.host.event_log.clear(name, context.account)
    except AccessDenied:
        context.error(f"Failed to clear log {name}. Access is denied.")
        return _ACCESS_DENIED
    return 0


def _query(context: Context, name: str, options: dict[str, str]) -> int:
    try:
        query = _parsed(context, name, options)
        query.require_logs(context.host.event_log)
    except UnknownLog:
        context.error("Failed to read events. The specified channel could not be found.")
        return _NO_CHANNEL
    except (EventQueryError, HostError):
        context.error("Failed to read events. The specified query is invalid.")
        return _BAD_QUERY
    if any(_closed(context, each) for each in query.log_names):
        return _ACCESS_DENIED
    count, form, root = options.get("c"), options.get("f", "xml").lower(), options.get("e")
    if (count is not None and not count.isdecimal()) or form not in ("xml", "text", "renderedxml"):
        context.error("Invalid value for option. The parameter is incorrect.")
        return _INVALID_PARAMETER
    entries = list(query.entries(context.host))
    if options.get("rd", "false").lower() == "true":
        entries.reverse()
    if root:
        context.line(f"<{root}>")
    for index, entry in enumerate(entries if count is None else entries[: int(count)]):
        if form == "text":
            _text(context, index, entry)
        else:
            context.line(event_xml(entry, context.host, rendered=form == "renderedxml"))
    if root:
        context.line(f"</{root}>")
    return 0


def _parsed(context: Context, name: str, options: dict[str, str]) -> EventQuery:
    """Raises EventQueryError, HostError (the file of a structured query)."""
    if options.get("sq", "false").lower() == "true":
        content = context.files.read(name, context.directory)
        return parse_query_text(content.decode("utf-8-sig", "replace"))
    return EventQuery((Selection(name, parse_expression(options.get("q") or "*")),))


def _text(context: Context, index: int, entry: EventLogEntry) -> None:
    host = context.host
    local = entry.time + host.operating_system.utc_offset()
    context.line(f"Event[{index}]")
    for label, text in (
        ("Log Name", entry.log_name),
        ("Source", entry.source),
        ("Date", f"{local:%Y-%m-%dT%H:%M:%S.%f}0Z"),
        ("Event ID", str(entry.event_id)),
        ("Task", "N/A"),
        ("Level", level_name(entry)),
        ("Opcode", "Info"),
        ("Keyword", "N/A"),
        ("User", entry.user or "N/A"),
        ("User Name", "N/A"),
        ("Computer", host.operating_system.fully_qualified_name),
    ):
        context.line(f"  {label}: {text}")
    context.line("  Description: ")
    context.line(entry.message)
    context.line()
