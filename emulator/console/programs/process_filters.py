"""The filters of tasklist and taskkill (``/fi "IMAGENAME eq vmwp.exe"``)."""

from __future__ import annotations

import fnmatch
import operator
from collections.abc import Callable

from emulator.host import Host
from emulator.host.windows.processes import Process

_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "lt": operator.lt,
    "ge": operator.ge,
    "le": operator.le,
}
_TEXTS: dict[str, Callable[[Host, Process], str]] = {
    "imagename": lambda _h, p: p.name,
    "username": lambda _h, p: p.account,
    "status": lambda _h, _p: "RUNNING",
    "sessionname": lambda _h, p: session_name(p),
    "services": lambda h, p: ",".join(services_of(h, p)),
    "windowtitle": lambda _h, _p: "N/A",
}
_NUMBERS: dict[str, Callable[[Process], int]] = {
    "pid": lambda p: p.id,
    "session": lambda p: p.session_id,
    "memusage": lambda p: p.working_set >> 10,
}

Filter = Callable[[Process], bool]


class BadFilter(Exception):
    """The filter cannot be understood."""


def session_name(process: Process) -> str:
    """The name of the session that a process runs in."""
    return "Console" if process.session_id else "Services"


def services_of(host: Host, process: Process) -> list[str]:
    """The services in a process."""
    return [service.name for service in host.services if service.process_id == process.id]


def parse_filter(host: Host, text: str) -> Filter:
    """A filter: a name, a comparison and a value. Raises BadFilter."""
    words = text.split(None, 2)
    if len(words) != 3:
        raise BadFilter(text)
    name, comparison, value = words[0].lower(), words[1].lower(), words[2].strip('"')
    if name in _NUMBERS:
        compare, read_number = _COMPARISONS.get(comparison), _NUMBERS[name]
        if compare is None or not value.isdigit():
            raise BadFilter(text)
        return lambda process: compare(read_number(process), int(value))
    read = _TEXTS.get(name)
    if read is None or comparison not in ("eq", "ne"):
        raise BadFilter(text)
    wanted = comparison == "eq"
    return lambda process: fnmatch.fnmatch(read(host, process).lower(), value.lower()) is wanted
