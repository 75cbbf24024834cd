"""Get-WinEvent: the event logs of the machine, by log, provider, hash table, XPath or XML query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from emulator.event_log.query import (
    EventQuery,
    EventQueryError,
    Selection,
    UnknownLog,
    parse_expression,
    parse_query_text,
)
from emulator.event_log.rendering import keywords_of, provider_names
from emulator.host import Account, EventLogEntry, Host
from emulator.powershell.dotnet.collections import Hashtable
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.modules.diagnostics.types import (
    EventRecord,
    LogConfiguration,
    ProviderMetadata,
    log_configuration,
)
from emulator.powershell.modules.management.own_computer import own_computer
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

_WILDCARDS = frozenset("*?[")
_EXCEPTION = "System.Exception"
#: Filters of a hash table that are not about named data.
_KEYS = frozenset(
    {
        *("logname", "providername", "path", "keywords", "id", "level"),
        *("starttime", "endtime", "userid", "data", "suppresshashfilter"),
    }
)
Test = Callable[[EventLogEntry], bool]


@cmdlet(
    "Get-WinEvent",
    reads=(
        *("LogName", "MaxEvents", "ComputerName", "FilterXPath", "Oldest", "ListLog", "ListProvider"),
        *("ProviderName", "Path", "FilterHashtable", "FilterXml", "Credential"),
    ),
)
def get_win_event(call: CmdletCall) -> Iterator[object]:
    """Events, the newest first; logs and providers with -ListLog and -ListProvider."""
    name = call.get("ComputerName")
    host = own_computer(call, [str(name)] if name is not None else None)
    if call.get("Path") is not None:
        raise call.complete(not_emulated(f"{call.name} -Path"))
    _reader(call)
    if call.get("ListLog") is not None:
        yield from _logs(call, host, _texts(call.get("ListLog")))
    elif call.get("ListProvider") is not None:
        yield from _providers(call, host, _texts(call.get("ListProvider")))
    else:
        yield from _events(call, host)


def _events(call: CmdletCall, host: Host) -> Iterator[EventRecord]:
    try:
        found = _found(call, host)
    except UnknownLog:
        _no_log(call, str(call.get("LogName") or ""))
        return
    except EventQueryError:
        call.error(
            call.record(
                "System.Diagnostics.Eventing.Reader.EventLogException",
                "The specified query is invalid",
                "System.Diagnostics.Eventing.Reader.EventLogException",
                "NotSpecified",
            )
        )
        return
    if found is None:
        return
    found.sort(
        key=lambda entry: (entry.time, entry.log_name, entry.record_id), reverse=not call.get("Oldest")
    )
    most = call.get("MaxEvents")
    if not found:
        text = "No events were found that match the specified selection criteria."
        call.error(call.record(_EXCEPTION, text, "NoMatchingEventsFound", "ObjectNotFound"))
    for entry in found if most is None else found[: int(most)]:
        yield EventRecord(host, entry)


def _found(call: CmdletCall, host: Host) -> list[EventLogEntry] | None:
    """The entries that are meant; None when an error was reported."""
    if (tables := call.get("FilterHashtable")) is not None:
        items = tables if isinstance(tables, list | tuple) else [tables]
        return _by_tables(call, host, [each for each in items if isinstance(each, Hashtable)])
    if (document := call.get("FilterXml")) is not None:
        query = parse_query_text(str(getattr(document, "outer", document)))
        query.require_logs(host.event_log)
        return [each for each in query.entries(host) if _may_read(call, each.log_name)]
    tests: list[Test] = []
    logs: list[str] | None
    if (providers := call.get("ProviderName")) is not None:
        names = _known_providers(call, host, _texts(providers))
        if not names:
            return None
        tests.append(lambda entry: entry.source.casefold() in names)
        logs = list(host.event_log.names)
    else:
        logs = _named_logs(call, host, _texts(call.get("LogName") or "*"))
    logs = _readable(call, logs, asked=call.get("LogName") is not None)
    if not logs:
        return None
    if (path := call.get("FilterXPath")) is not None:
        expression = parse_expression(str(path))
        query = EventQuery(tuple(Selection(name, expression) for name in logs))
        return [each for each in query.entries(host) if all(test(each) for test in tests)]
    return _entries(host, logs, tests)


def _entries(host: Host, logs: Iterable[str], tests: list[Test]) -> list[EventLogEntry]:
    with host.looking():
        present = [entry for name in logs for entry in host.event_log.entries(name)]
    return [entry for entry in present if all(test(entry) for test in tests)]


# -- hash tables ------------------------------------------------------------------------------


def _by_tables(call: CmdletCall, host: Host, tables: list[Hashtable]) -> list[EventLogEntry] | None:
    found: dict[tuple[str, int], EventLogEntry] = {}
    asked = False
    for each in tables:
        facts = {str(key).lower(): value for key, value in each.items()}
        if "path" in facts:
            raise call.complete(not_emulated(f"{call.name} -FilterHashtable @{{Path=...}}"))
        if not {"logname", "providername"} & facts.keys():
            text = "The hashtable must have a valid value for LogName, ProviderName or Path."
            call.error(call.record("System.ArgumentException", text, "NullQuery", "InvalidArgument"))
            continue
        logs = _named_logs(call, host, _texts(facts.get("logname") or "*"))
        logs = _readable(call, logs, asked="logname" in facts)
        tests = _tests(host, facts)
        if "providername" in facts:
            names = _known_providers(call, host, _texts(facts["providername"]))
            if not names:
                continue
            tests.append(lambda entry, names=names: entry.source.casefold() in names)  # type: ignore[misc]
        if not logs:
            continue
        asked = True
        hidden = facts.get("suppresshashfilter")
        if isinstance(hidden, Hashtable):
            inner = _tests(host, {str(key).lower(): value for key, value in hidden.items()})
            tests.append(lambda entry, inner=inner: not all(test(entry) for test in inner))  # type: ignore[misc]
        found.update({(each.log_name, each.record_id): each for each in _entries(host, logs, tests)})
    return list(found.values()) if asked else None


def _tests(host: Host, facts: dict[str, Any]) -> list[Test]:
    tests: list[Test] = []
    if "id" in facts:
        ids = {int(str(one)) for one in _items(facts["id"])}
        tests.append(lambda entry: entry.event_id in ids)
    if "level" in facts:
        levels = {int(str(one)) for one in _items(facts["level"])}
        tests.append(lambda entry: int(entry.level) in levels)
    if "keywords" in facts:
        wanted = sum(int(str(one)) for one in _items(facts["keywords"]))
        tests.append(lambda entry: keywords_of(entry) & wanted == wanted)
    if "starttime" in facts and (start := _moment(host, facts["starttime"])) is not None:
        tests.append(lambda entry: entry.time >= start)
    if "endtime" in facts and (end := _moment(host, facts["endtime"])) is not None:
        tests.append(lambda entry: entry.time <= end)
    if "userid" in facts:
        account = host.accounts.find(str(facts["userid"]))
        users = {str(facts["userid"]).casefold()}
        if account is not None:
            users |= {account.sid.casefold(), account.qualified_name.casefold()}
        tests.append(lambda entry: (entry.user or "").casefold() in users)
    if "data" in facts:
        texts = set(_texts(facts["data"]))
        tests.append(lambda entry: any(text in texts for _, text in entry.data) or entry.message in texts)
    for key in facts.keys() - _KEYS:
        named = set(_texts(facts[key]))
        tests.append(
            lambda entry, key=key, named=named: any(  # type: ignore[misc]
                name.lower() == key and text in named for name, text in entry.data
            )
        )
    return tests


def _moment(host: Host, value: Any) -> datetime | None:
    """A moment of a script, in UTC; one without a kind is the machine's local time."""
    if isinstance(value, DateTime):
        return value.to_utc(host.operating_system.utc_offset())
    try:
        plain = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    if plain.tzinfo is not None:
        return plain.astimezone(UTC)
    return (plain - host.operating_system.utc_offset()).replace(tzinfo=UTC)


# -- logs and providers -----------------------------------------------------------------------


def _logs(call: CmdletCall, host: Host, patterns: list[str]) -> Iterator[LogConfiguration]:
    for name in _named_logs(call, host, patterns):
        if not _may_read(call, name):
            _denied(call, name)
            continue
        yield log_configuration(host, name)


def _named_logs(call: CmdletCall, host: Host, patterns: list[str]) -> list[str]:
    found: dict[str, None] = {}
    for pattern in patterns:
        matching = [name for name in host.event_log.names if like(name, pattern)]
        if not matching:
            _no_log(call, pattern)
        found.update(dict.fromkeys(matching))
    return list(found)


def _readable(call: CmdletCall, logs: list[str], *, asked: bool) -> list[str]:
    """The logs that the caller may read; those that were asked for and are closed are reported."""
    open_ones = [name for name in logs if _may_read(call, name)]
    for name in logs if asked else ():
        if name not in open_ones:
            _denied(call, name)
    return open_ones


def _reader(call: CmdletCall) -> Account | None:
    """Whom -Credential names, or whose the script is. Raises UnauthorizedAccessException."""
    credential = call.get("Credential")
    if credential is None or not credential.user_name:
        return call.engine.find_service(Account)
    found = call.service(Host).accounts.verify(credential.user_name, credential.password.text)
    if found is None:
        kind = "System.UnauthorizedAccessException"
        raise call.failure(kind, "Attempted to perform an unauthorized operation.", kind)
    return found


def _may_read(call: CmdletCall, log_name: str) -> bool:
    return call.service(Host).event_log.may_read(log_name, _reader(call))


def _denied(call: CmdletCall, name: str) -> None:
    text = f"Could not retrieve information about the {name} log. Error: Attempted to perform an unauthorized"
    call.error(call.record(_EXCEPTION, f"{text} operation..", "LogInfoUnavailable", "NotSpecified"))


def _no_log(call: CmdletCall, pattern: str) -> None:
    text = f'There is not an event log on the localhost computer that matches "{pattern}".'
    call.error(call.record(_EXCEPTION, text, "NoMatchingLogsFound", "ObjectNotFound", pattern))


def _providers(call: CmdletCall, host: Host, patterns: list[str]) -> Iterator[ProviderMetadata]:
    names = _known_providers(call, host, patterns)
    with host.looking():
        written: dict[str, set[str]] = {}
        for entry in host.event_log.entries():
            written.setdefault(entry.source.casefold(), set()).add(entry.log_name)
    for name in provider_names(host):
        if name.casefold() in names:
            yield ProviderMetadata(name, tuple(sorted(written.get(name.casefold(), ()))))


def _known_providers(call: CmdletCall, host: Host, patterns: list[str]) -> set[str]:
    known = provider_names(host)
    found: set[str] = set()
    for pattern in patterns:
        matching = [name.casefold() for name in known if like(name, pattern)]
        if not matching:
            text = f'There is not an event provider on the localhost computer that matches "{pattern}".'
            call.error(call.record(_EXCEPTION, text, "NoMatchingProvidersFound", "ObjectNotFound", pattern))
        found.update(matching)
    return found


def _items(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _texts(value: Any) -> list[str]:
    return [str(one) for one in _items(value)]
