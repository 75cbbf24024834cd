"""fltmc.exe: the minifilters of the file system, and on which volumes the one of shared virtual disks is.

Other filters than that one cannot be attached or detached here.
"""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.host import Host, HostError
from emulator.host.storage import disk_sharing

_ACCESS_DENIED = 5
#: Altitude of the filter of shared virtual disks (published list of allocated altitudes).
_ALTITUDE = "126000"
_USAGE = (
    "Valid commands:",
    "    load        Loads a Filter driver",
    "    unload      Unloads a Filter driver",
    "    filters     Lists the Filters currently registered in the system",
    "    instances   Lists the Instances of a Filter or Volume currently in the system",
    "    volumes     Lists all volumes/RDRs in the system",
    "    attach      Creates a Filter Instance on a Volume",
    "    detach      Removes a Filter Instance from a Volume",
)
#: HRESULTs of the filter manager, by what the machine refuses with.
_NOT_SUPPORTED, _NOT_FOUND, _EXISTS = 0x801F0013, 0x801F0014, 0x801F0012
_CODES = {"NotSupported": _NOT_SUPPORTED, "NotFound": _NOT_FOUND, "InvalidState": _EXISTS}


def main(context: Context, tail: str) -> int:
    """`fltmc [filters | instances | volumes | attach NAME VOLUME | detach NAME VOLUME]`."""
    words = split_arguments(tail)
    command = words[0].lower() if words else "filters"
    if not context.account.is_administrator:
        context.line("")
        context.line("Access is denied.")
        return _ACCESS_DENIED
    if command == "filters" and len(words) <= 1:
        return _filters(context)
    if command == "instances" and len(words) == 1:
        return _instances(context)
    if command == "volumes" and len(words) == 1:
        for volume in context.files.volumes:
            context.line(f"{volume.letter}:")
        return 0
    if command in ("attach", "detach") and len(words) == 3:
        return _change(context, command, words[1], words[2])
    if command in ("load", "unload", "attach", "detach", "instances"):
        context.host.gaps.record("program", f"fltmc {command}")
    for line in _USAGE:
        context.line(line)
    return 1


def _shared(host: Host) -> list[str]:
    return [f"{volume.letter}:" for volume in host.filesystem.volumes if volume.has_sharing_filter]


def _filters(context: Context) -> int:
    with context.host.looking():
        count = len(_shared(context.host))
    context.line("")
    context.line("Filter Name                     Num Instances    Altitude    Frame")
    context.line("------------------------------  -------------  ------------  -----")
    if disk_sharing.has_filter(context.host):
        context.line(f"{disk_sharing.FILTER:<30}  {count:>7}       {_ALTITUDE:>7}         0")
    return 0


def _instances(context: Context) -> int:
    with context.host.looking():
        volumes = _shared(context.host)
    context.line("")
    context.line(
        "Filter                Volume Name                              Altitude        Instance Name"
    )
    context.line(
        "--------------------  -------------------------------------  ------------  ----------------------"
    )
    for volume in volumes:
        context.line(f"{disk_sharing.FILTER:<20}  {volume:<37}  {_ALTITUDE:>12}  {disk_sharing.FILTER}")
    return 0


def _change(context: Context, command: str, name: str, volume: str) -> int:
    change = disk_sharing.attach_filter if command == "attach" else disk_sharing.detach_filter
    try:
        if name.lower() != disk_sharing.FILTER:
            context.host.gaps.record("program", f"fltmc {command} {name:.32}")
            raise HostError("The system could not find the filter specified.", hresult=_NOT_SUPPORTED)
        change(context.host, volume)
    except HostError as problem:
        code = _CODES.get(type(problem).__name__, problem.hresult)
        context.line("")
        context.line(f"{command.capitalize()} failed with error: 0x{code:08x}")
        context.line(problem.text)
        return 1
    context.line("")
    if command == "attach":
        context.line(f"ATTACH Success, Instance Name = '{disk_sharing.FILTER}'")
    return 0
